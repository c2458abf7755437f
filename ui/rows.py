"""Rows of numbers as people paste them, and as a link carries them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from charts import exact
from landscapes.examples import MOST
from ui.numbers import read_number

_LONGEST = 80
"""Characters of a row that are read: nobody writes more for three numbers."""

LONGEST = MOST * _LONGEST
"""Characters of all rows together."""

_ROWS, _NUMBERS = "~", "_"
"""What stands between them in a link, where a comma would become three signs."""


def read_rows(text: str) -> tuple[tuple[float, ...], ...]:
    """The rows that a text says, a line each; between numbers stand blanks, tabs, semicolons or commas.

    Where anything but commas stands between numbers, a comma is a decimal one, as in "0,5 1,2".

    Raises
    ------
    ValueError
        If it is too long, or something in it is not a number; the sentence says where.
    """
    lines = [line for line in re.split(rf"[\n\r{_ROWS}]", text) if line.strip()]
    if len(lines) > MOST or len(text) > LONGEST:
        raise ValueError(f"At most {MOST} rows are taken, and {_LONGEST} characters for each.")
    rows = []
    for i, line in enumerate(lines, 1):
        try:
            rows.append(tuple(read_number(part) for part in _parts(line.strip())))
        except ValueError as error:
            raise ValueError(f"Row {i}: {error}") from error
    return tuple(rows)


def _parts(line: str) -> list[str]:
    apart = [part for part in re.split(rf"[\s;{_NUMBERS}]+|,\s+", line) if part]
    return apart if len(apart) > 1 else [part.strip() for part in line.split(",")]


def shown_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same as a visitor may edit them: a line each, numbers as fields show them."""
    return "\n".join("  ".join(map(exact, row)) for row in rows)


def linked_rows(rows: Sequence[Sequence[float]]) -> str:
    """The same in a link."""
    return _ROWS.join(_NUMBERS.join(repr(v).removesuffix(".0") for v in row) for row in rows)
