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


def read_rows(text: str) -> tuple[tuple[float, ...], ...]:
    """The rows of a link, where nothing is to be decided.

    Raises
    ------
    ValueError
        As ``read_table``, and if something had to be decided.
    """
    rows, said = read_table(text)
    if said:
        raise ValueError("A link has the numbers alone, with points.")
    return rows


def read_table(text: str) -> Table:
    """The rows that a text says, a line each, as they are typed or pasted from a spreadsheet.

    A line is split at tabs, else at semicolons, else at blanks, else at commas; where anything else stands
    between numbers, a comma is a decimal one, as in "0,5 1,2". A first line of names alone is left out. What
    may be thousands or decimals ("1,234") is taken for decimals where another number has a decimal comma,
    and no number has a point.

    Raises
    ------
    ValueError
        If it is too long, or something in it is not a number, or one of two; the sentence says where.
    """
    lines = [line for line in re.split(rf"[\n\r{_ROWS}]", text) if line.strip()]
    named = len(lines) > 1 and _names(lines[0])
    first, lines = lines[:1], lines[1 if named else 0 :]
    if len(lines) > MOST or len(text) > LONGEST:
        raise ValueError(f"At most {MOST} rows are taken, and {_LONGEST} characters for each.")
    table = [_cells(line) for line in lines]
    said = []
    if named:
        line = " ".join(first[0].split())
        said.append(f"The first line, {quoted(line)}, was taken for names and left out.")
    all_cells = [cell for row in table for cell in row]
    comma = next((cell for cell in all_cells if _COMMA.fullmatch(cell) and not _EITHER.fullmatch(cell)), "")
    point = any("." in cell for cell in all_cells)
    rows = []
    for i, row in enumerate(table, 1):
        try:
            rows.append(tuple(_number(cell, comma, point) for cell in row))
        except ValueError as error:
            raise ValueError(f"Row {i}: {error}") from error
    decided = next((cell for cell in all_cells if _EITHER.fullmatch(cell)), "")
    if decided and comma:
        said.append(
            f"{quoted(decided)} was read as {decided.replace(',', '.')}: "
            f"the comma is decimal in {quoted(comma)}, too."
        )
    return Table(tuple(rows), tuple(said))


_COMMA = re.compile(r"[+\-−]?\d*,\d+")
_EITHER = re.compile(r"[+\-−]?[1-9]\d{0,2},\d{3}")
_POINTED = re.compile(r"[+\-−]?[1-9]\d{0,2}(?:\.\d{3})+")
_GROUPED = re.compile(rf"({_POINTED.pattern})(,\d+)")


def _number(cell: str, comma: str, point: bool) -> float:
    """The number of a cell, where another has a decimal ``comma`` and perhaps one a ``point``."""
    if not cell:
        raise ValueError("a cell is empty; every row has all its numbers.")
    if comma and _POINTED.fullmatch(cell):
        both = f"{cell} or {cell.replace('.', '')}"
        raise ValueError(f"{quoted(cell)} may mean {both}, beside {quoted(comma)}: write one of these.")
    if comma and not point and _EITHER.fullmatch(cell):
        return read_number(cell.replace(",", "."))
    if grouped := _GROUPED.fullmatch(cell):  # 1.234,5
        return read_number(grouped[1].replace(".", "") + grouped[2])
    return read_number(cell)


def _names(line: str) -> bool:
    """Whether a line has words, and no cell that begins as a number does."""
    return any(c.isalpha() for c in line) and not any(_BEGUN.match(cell) for cell in _cells(line))


_BEGUN = re.compile(r"[+\-−.,]*[\d½¼¾⅓⅔]")


def _cells(line: str) -> list[str]:
    line = line.strip(" \r")
    if _QUOTED.fullmatch(line):
        return [cell.strip() for cell in re.findall(r'"([^"]*)"', line)]
    for mark in "\t;":
        if mark in line:
            return [cell.strip() for cell in line.rstrip(f"{mark} ").split(mark)]
    apart = [part for part in re.split(rf"[\s{_NUMBERS}]+|,\s+", line) if part]
    return apart if len(apart) > 1 else [part.strip() for part in line.split(",")]


_QUOTED = re.compile(r'"[^"]*"(?:[,;\t]"[^"]*")*')


def shown_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same as a visitor may edit them: a line each, numbers as fields show them."""
    return "\n".join("  ".join(map(exact, row)) for row in rows)


def linked_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same in a link."""
    return _ROWS.join(_NUMBERS.join(repr(v).removesuffix(".0") for v in row) for row in rows)
