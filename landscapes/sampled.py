"""A sampled surface: a grid of losses made offline, joined by a surface that has gradient and Hessian."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from landscapes.compiler import Compiled, Coordinate, Functions, compile_surface, x, y
from landscapes.functions import exp
from landscapes.once import once


def _horner(z: sp.Symbol, coefficients: Sequence[sp.Expr]) -> sp.Expr:
    """The polynomial in z with these coefficients, the constant first."""
    return reduce(lambda higher, c: higher * z + c, reversed(coefficients))


COEFFICIENTS = sp.symbols("c:4:4", real=True)
CELL = exp(_horner(x, [_horner(y, COEFFICIENTS[k : k + 4]) for k in range(0, 16, 4)]))


@dataclass(frozen=True)
class Samples:
    """The grids of a surface, one for every combination of its parameters' values, in a file.

    The file, beside this module, is NumPy's: evenly spaced ``x`` (n,) and ``y`` (m,), and a grid
    (n, m) of positive losses under each combination, such as ``0,1,1``. It is read on first use.
    """

    file: str

    def bind(self, values: tuple[float, ...]) -> Compiled:
        """The surface through one grid: positive, twice continuously differentiable, nan outside the grid.

        Raises
        ------
        ValueError
            If there is no grid for these values.
        """
        return _joined(self.file, values)

    def grid(self, values: tuple[float, ...]) -> list[NDArray[np.float64]]:
        """The columns (n,), the rows (m,) and the losses (n, m) under these values.

        Raises
        ------
        ValueError
            If there is no grid for these values.
        """
        return _stored(self.file, ("x", "y", _named(values)))

    def beside(self, name: str) -> NDArray[np.float64]:
        """What else the file holds under a name.

        Raises
        ------
        ValueError
            If there is no such array.
        """
        return _stored(self.file, (name,))[0]


def _stored(file: str, names: Sequence[str]) -> list[NDArray[np.float64]]:
    with np.load(Path(__file__).parent / "surfaces" / file) as stored:
        if missing := [name for name in names if name not in stored]:
            raise ValueError(f"{file} has no grid for {missing[0]}.")
        return [stored[name].astype(np.float64) for name in names]


@once(each=4_000_000)
def _joined(file: str, values: tuple[float, ...]) -> Compiled:
    return interpolate(*_stored(file, ("x", "y", _named(values))))


def _named(values: tuple[float, ...]) -> str:
    return ",".join(f"{value:g}" for value in values)


def interpolate(
    columns: NDArray[np.float64], rows: NDArray[np.float64], grid: NDArray[np.float64]
) -> Compiled:
    """The surface through a grid (x, y) of positive losses over evenly spaced columns and rows.

    Its logarithm is a bicubic spline, so that it neither falls below zero beside a steep wall nor rings in a
    valley thousands of times lower. There are at least four columns and rows. Within a cell the logarithm is
    a polynomial in the distances from the lower corner; SymPy derives what it is asked for.
    """
    across, table = len(rows) - 1, cells(columns, rows, grid)
    (left, *inner_x, right), (bottom, *inner_y, top) = columns.tolist(), rows.tolist()
    lefts, bottoms = [left, *inner_x], [bottom, *inner_y]

    def locate(px: float, py: float) -> tuple[float, ...]:
        i, j = bisect_right(inner_x, px), bisect_right(inner_y, py)
        if left <= px <= right and bottom <= py <= top:
            return px - lefts[i], py - bottoms[j], *table[i * across + j].tolist()
        return (nan,) * 18

    def locate_lanes(px: Any, py: Any) -> tuple[Coordinate, ...]:
        i, j = (np.searchsorted(inner, p, side="right") for inner, p in ((inner_x, px), (inner_y, py)))
        inside = (left <= px) & (px <= right) & (bottom <= py) & (py <= top)
        away = (np.where(inside, p - corner, nan) for p, corner in ((px, columns[i]), (py, rows[j])))
        return *away, *np.moveaxis(table.take(i * across + j, axis=0), -1, 0).copy()

    cell = compile_surface(CELL, COEFFICIENTS)
    return Compiled(
        *(
            Functions(*(_within(f, search) for f in world[:3]))
            for world, search in zip(cell, (locate, locate_lanes), strict=True)
        )
    )


def cells(
    columns: NDArray[np.float64], rows: NDArray[np.float64], grid: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The 16 coefficients of every cell's polynomial, cell by cell upwards, then across."""
    by_x = np.moveaxis(_cubics(columns, np.log(grid)), -1, 0)
    return np.moveaxis(_cubics(rows, by_x), (2, 0), (-2, -1)).swapaxes(0, 1).reshape(-1, 16)


def _within(cell: Callable[..., Any], search: Callable[..., tuple[Coordinate, ...]]) -> Callable[..., Any]:
    """A function within a cell, asked at a point of the surface."""
    return lambda px, py: cell(*search(px, py))


def _cubics(knots: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The not-a-knot spline's coefficients (power, interval, ...) through values (knot, ...)."""
    n, h = len(knots), (knots[-1] - knots[0]) / (len(knots) - 1)
    rise = np.diff(values, axis=0) / h
    # At inner knots the second derivative is continuous; next to the ends the third one is, too.
    ends = (5 * rise[:1] + rise[1:2]) / 2, (rise[-2:-1] + 5 * rise[-1:]) / 2
    slopes = np.concatenate([ends[0], 3 * (rise[:-1] + rise[1:]), ends[1]])
    before, at, after = [*[1.0] * (n - 2), 2.0], [1.0, *[4.0] * (n - 2), 1.0], [2.0, *[1.0] * (n - 2)]
    # Every row has three terms at most; a dense solver's threads would take cores that others use.
    for k in range(1, n):
        share = before[k - 1] / at[k - 1]
        at[k] -= share * after[k - 1]
        slopes[k] -= share * slopes[k - 1]
    slopes[-1] /= at[-1]
    for k in reversed(range(n - 1)):
        slopes[k] = (slopes[k] - after[k] * slopes[k + 1]) / at[k]
    start, end = slopes[:-1], slopes[1:]
    return np.stack([values[:-1], start, (3 * rise - 2 * start - end) / h, (start + end - 2 * rise) / h**2])
