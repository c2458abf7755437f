"""Training examples behind a surface: the loss of one of them, averaged over all or over a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from landscapes.compiler import Compiled, Functions
from landscapes.once import kept

Row = tuple[float, ...]


@dataclass(frozen=True)
class View:
    """How the examples and a model's answers to them are drawn.

    An example stands at ``across`` and ``up``, expressions in its columns; those with ``kind`` above 0 are
    filled. The model's answer is ``answer``, drawn over ``across`` at the rows ``at`` (those of the data if
    there are none), as a line or as single marks.
    """

    axes: tuple[str, str]
    across: sp.Expr
    up: sp.Expr
    answer: sp.Expr
    at: tuple[Row, ...] = ()
    kind: sp.Expr = sp.S.One
    line: bool = True


@dataclass(frozen=True)
class Data:
    """The columns of a training set and its examples, one row each.

    A surface's expression is then the loss of one example, in x, y and the columns' symbols; the
    surface is the mean over the examples, or their sum.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    view: View
    meaning: str
    """One sentence that explains the columns' letters."""
    summed: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """What stands for the columns in the expression of one example."""
        return tuple(sp.Symbol(column, real=True) for column in self.columns)

    @kept
    def _matrix(self) -> NDArray[np.float64]:
        return np.array(self.rows, dtype=np.float64)

    def averaged(self, example: Compiled, chosen: NDArray[np.int64] | None = None) -> Compiled:
        """One example's functions as those of all, or of chosen rows (size,), or (size, n) for n lanes.

        Examples are added in the order given, so that a batch of all rows is the whole set to the bit.
        A batch of a sum is scaled up to the size of the whole set.
        """
        rows: tuple[Any, ...] = self.rows
        if chosen is not None and chosen.ndim == 1:
            rows = tuple(self.rows[i] for i in chosen)
        elif chosen is not None:
            rows = tuple(tuple(lanes.T) for lanes in self._matrix[chosen])
        scale = (len(self) if self.summed else 1.0) / len(rows)
        worlds = (
            Functions(*(scaled_sum(f, rows, scale) for f in world if f is not None)) for world in example
        )
        return Compiled(*worlds)


def standardised(column: Iterable[float]) -> tuple[float, float]:
    """Mean and (population) standard deviation of a column."""
    values = np.array(tuple(column))
    return float(values.mean()), float(values.std())


def scaled_sum(function: Callable[..., Any], rows: tuple[Any, ...], scale: float) -> Callable[..., Any]:
    """One example's function as that of these rows together, times ``scale``."""

    # reduce, and not sum(), whose rounding differs between floats and arrays on newer Pythons
    def averaged(x: Any, y: Any) -> Any:
        parts = [function(x, y, *row) for row in rows]
        if isinstance(parts[0], tuple):
            return tuple(scale * reduce(add, component) for component in zip(*parts, strict=True))
        return scale * reduce(add, parts)

    return averaged
