"""Rows of numbers as people paste them, and as a link carries them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from charts import exact
from landscapes.examples import MOST
from ui.numbers import quoted, read_number

_LONGEST = 80
"""Characters of a row that are read: nobody writes more for three numbers."""

LONGEST = MOST * _LONGEST
"""Characters of all rows together."""

_ROWS, _NUMBERS = "~", "_"
"""What stands between them in a link, where a comma would become three signs."""


class Table(NamedTuple):
    """Rows as they were read, and a sentence for everything about them that had to be decided."""

    rows: tuple[tuple[float, ...], ...]
    said: tuple[str, ...]


class _Line(NamedTuple):
    """The cells of a line, and what stands between them: a tab, a semicolon, a comma, a blank, or nothing."""

    text: str
    cells: tuple[str, ...]
    mark: str


_CALLED = {"\t": "tabs", ";": "semicolons", ",": "commas", " ": "blanks"}


def read_rows(text: str) -> tuple[tuple[float, ...], ...]:
    """The rows of a link, where a point is a decimal one and nothing is to be decided.

    Raises
    ------
    ValueError
        As ``read_table``, and if something had to be decided.
    """
    rows, said = read_table(text, points=True)
    if said:
        raise ValueError("A link has the numbers alone, with points.")
    return rows


def read_table(text: str, points: bool = False) -> Table:
    """The rows that a text says, a line each, as they are typed or pasted from a spreadsheet.

    A line is split at tabs, else at semicolons, else at blanks, else at commas; where anything else stands
    between numbers, a comma is a decimal one, as in "0,5 1,2". Where one line has commas between its numbers,
    all have. A first line of names alone is left out. What may be thousands or decimals ("1,234") is taken
    for decimals where another number has a decimal comma, and no number has a point. Points that may all be
    of thousands are taken for decimal ones, which is said unless it is known (``points``).

    Raises
    ------
    ValueError
        If it is too long, or something in it is not a number, or one of two; the sentence says where.
    """
    lines = [line for line in re.split(rf"[\n\r{_ROWS}]", text.translate(_WIDE)) if line.strip()]
    named = len(lines) > 1 and _names(lines[0])
    first, lines = lines[:1], lines[1 if named else 0 :]
    if len(lines) > MOST or len(text) > LONGEST:
        raise ValueError(f"At most {MOST} rows are taken, and {_LONGEST} characters for each.")
    table = [_line(line) for line in lines]
    said = []
    if named:
        line = " ".join(first[0].split())
        said.append(f"The first line, {quoted(line)}, was taken for names and left out.")
    _alike(table)
    cells = [cell for line in table for cell in line.cells]
    pieces = [piece for cell in cells for piece in _PIECES.split(cell)]
    comma = next((p for p in pieces if _COMMA.fullmatch(p) and not _EITHER.fullmatch(p)), "")
    point = any(("." in p and not _GROUPED.fullmatch(p)) or p.count(",") > 1 for p in pieces)
    rows = _read(table, comma, point)
    _doubtful(table, rows)
    decided = next((cell for cell in cells if _EITHER.fullmatch(cell)), "")
    if decided and comma:
        said.append(
            f"{quoted(decided)} was read as {decided.replace(',', '.')}: "
            f"the comma is decimal in {quoted(comma)}, too."
        )
    pointed = [p for p in pieces if "." in p]
    plain = any(_UNGROUPED.fullmatch(p) for p in pieces)
    if pointed and not (points or plain) and all(map(_POINTED.fullmatch, pointed)):
        said.append(f"The point in {quoted(pointed[0])} was read as a decimal point, not as thousands.")
    return Table(rows, tuple(said))


_WIDE = str.maketrans({"．": ".", "；": ";", "，": ", "} | dict.fromkeys("–‒﹣－", "−"))
"""Signs of other keyboards; their comma is none of decimals."""
_SIGN = r"[+\-−]? ?"
_COMMA = re.compile(rf"{_SIGN}(?:\d*|\d{{1,3}}(?:[ '’.\xa0\u202f]\d{{3}})+),\d+")
_EITHER = re.compile(rf"{_SIGN}[1-9]\d{{0,2}},\d{{3}}")
_POINTED = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(?:\.\d{{3}})+")
_GROUPED = re.compile(rf"({_POINTED.pattern})(,\d+)")
_UNGROUPED = re.compile(rf"{_SIGN}\d{{4,}}(?:[.,]\d*)?")
_PIECES = re.compile(r"\s*(?:[/⁄∕÷×·∙⋅*xX]|[eE](?=[+\-−\d]))\s*")
"""What stands between numbers that make one: 1/3, 2·10^3, 1e-3."""


def _alike(table: Sequence[_Line]) -> None:
    """Refuse commas between numbers beside something else: they may be decimal ones."""
    apart = next((i for i, line in enumerate(table, 1) if line.mark == ","), 0)
    other = next((i for i, line in enumerate(table, 1) if line.mark not in ("", ",")), 0)
    if apart and other:
        raise ValueError(
            f"Row {apart}: {quoted(table[apart - 1].text)} has commas between its numbers, "
            f"row {other} has {_CALLED[table[other - 1].mark]}: write all rows alike."
        )


def _read(table: Sequence[_Line], comma: str, point: bool) -> tuple[tuple[float, ...], ...]:
    rows = []
    for i, line in enumerate(table, 1):
        try:
            rows.append(tuple(_number(cell, comma, point) for cell in line.cells))
        except ValueError as error:
            raise ValueError(f"Row {i}: {error}") from error
    return tuple(rows)


def _doubtful(table: Sequence[_Line], rows: Sequence[Sequence[float]]) -> None:
    """Refuse rows that were split at blanks if they are as many other numbers when split at commas."""
    if not any(line.mark == " " and "," in line.text for line in table):
        return
    apart = [
        line._replace(cells=tuple(c.strip() for c in line.text.split(","))) if "," in line.text else line
        for line in table
    ]
    try:
        others = _read(apart, "", True)
    except ValueError:
        return
    if [len(row) for row in others] != [len(row) for row in rows]:
        return
    for i, (line, row, other) in enumerate(zip(table, rows, others, strict=True), 1):
        if other != row:
            both = " or ".join(" and ".join(f"{v:.12g}" for v in one) for one in (row, other))
            raise ValueError(
                f"Row {i}: {quoted(line.text)} may mean {both}: put semicolons between the numbers."
            )


def _number(cell: str, comma: str, point: bool) -> float:
    """The number of a cell, where another has a decimal ``comma`` and perhaps one a ``point``."""
    if not cell:
        raise ValueError("a cell is empty; every row has all its numbers.")
    if comma:
        for piece in filter(_POINTED.fullmatch, _PIECES.split(cell)):
            both = f"{piece} or {piece.replace('.', '')}"
            raise ValueError(f"{quoted(cell)} may mean {both}, beside {quoted(comma)}: write one of these.")
    if comma and not point and _EITHER.fullmatch(cell):
        return read_number(cell.replace(",", "."))
    if grouped := _GROUPED.fullmatch(cell):  # 1.234,5
        return read_number(grouped[1].replace(".", "") + grouped[2])
    return read_number(cell)


def _names(line: str) -> bool:
    """Whether a line has words, and no cell that begins as a number does, or stands for none."""
    cells = _line(line).cells
    return any(c.isalpha() for c in line) and not any(_BEGUN.match(c) or _NONE.fullmatch(c) for c in cells)


_BEGUN = re.compile(r"[+\-−.,]*[\d½¼¾⅓⅔]")
_NONE = re.compile(r"[+\-−]?(?:nan|inf|infinity|n\.?/?a\.?|null|none|#n/?[av]|#[\w/]+[!?])", re.IGNORECASE)
"""What programs write where there is no number."""


def _line(line: str) -> _Line:
    line = line.strip(" \r")
    if _QUOTED.fullmatch(line):
        cells = [cell.strip() for cell in re.findall(r'"([^"]*)"', line)]
        return _Line(line, tuple(cells), re.sub('"[^"]*"', "", line)[:1])
    for mark in "\t;":
        if mark in line:
            return _Line(line, tuple(c.strip() for c in line.rstrip(f"{mark} ").split(mark)), mark)
    apart = [part for part in re.split(rf"[\s{_NUMBERS}]+|,\s+", line) if part]
    if len(apart) == 1:
        cells = [part.strip() for part in line.split(",")]
        return _Line(line, tuple(cells), "," if len(cells) > 1 else "")
    commas = [part.strip() for part in line.split(",")]
    return _Line(line, tuple(apart), "," if apart == commas else " ")


_QUOTED = re.compile(r'"[^"]*"(?:[,;\t]"[^"]*")*')


def shown_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same as a visitor may edit them: a line each, numbers as fields show them."""
    return "\n".join("  ".join(map(exact, row)) for row in rows)


def linked_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same in a link."""
    return _ROWS.join(_NUMBERS.join(repr(v).removesuffix(".0") for v in row) for row in rows)
