"""Anybody's training examples: what can be fitted, and the map that shows where the best fit lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscapes.data import Row
from landscapes.declarations import Point

FEWEST, MOST = 3, 50
"""Rows that a visitor may bring along."""
LARGEST = 1e9
"""No number of theirs is larger."""
_DISTINCT = 1e-5
"""Two columns of length 1 are at least so far from saying the same."""


class Fitted(NamedTuple):
    """The weights of least squares, and a window and a start around them."""

    weights: Point
    window: tuple[Point, Point]
    start: Point


def checked_rows(rows: Sequence[Sequence[float]], columns: Sequence[str]) -> tuple[Row, ...]:
    """The rows as floats, if a model can be fitted to them; their last column is the target.

    Raises
    ------
    ValueError
        If they are too few or too many, a row has not one number for each of the ``columns``, a number is
        none or too large, or a column hardly changes; the sentence says which.
    """
    if not FEWEST <= len(rows) <= MOST:
        raise ValueError(f"{FEWEST} to {MOST} rows of examples are taken, not {len(rows)}.")
    for i, row in enumerate(rows, 1):
        if len(row) != len(columns):
            asked = f"{len(columns)} numbers: {', '.join(columns[:-1])} and {columns[-1]}"
            raise ValueError(f"Row {i} has {len(row)}; a row has {asked}.")
        if not all(abs(v) <= LARGEST for v in row):
            raise ValueError(f"Row {i} has a number beyond {LARGEST:,.0f}.")
    checked = tuple(tuple(float(v) for v in row) for row in rows)
    for name, column in zip(columns, np.array(checked).T, strict=True):
        if np.ptp(column) <= 1e-9 * np.abs(column).max() or np.abs(column).max() < 1 / LARGEST:
            raise ValueError(f"Column {name} hardly changes, so nothing can be learnt from it.")
    return checked


def fitted(inputs: np.ndarray, target: np.ndarray) -> Fitted:
    """The best weights (2,) of inputs (n, 2) for a target (n,), by the normal equations, and what to show.

    The window reaches as far around them as the larger of each weight itself and the one that would explain
    the target alone, and half as far again.

    Raises
    ------
    ValueError
        If the two inputs say so much the same that no pair of weights is best.
    """
    lengths = np.linalg.norm(inputs, axis=0)
    if np.linalg.svd(inputs / lengths, compute_uv=False)[-1] < _DISTINCT:
        raise ValueError(
            "No pair of weights fits best: an input hardly changes against its size, or two say the same "
            "up to a factor and a shift. Subtract something from it, or leave one out."
        )
    weights = np.linalg.lstsq(inputs / lengths, target, rcond=None)[0] / lengths
    reach = 1.5 * np.maximum(np.abs(weights), np.linalg.norm(target) / lengths)
    low, high, start = (
        [_round(w + share * r, r) for w, r, share in zip(weights, reach, shares, strict=True)]
        for shares in ((-1.0, -1.0), (1.0, 1.0), (-0.7, 0.6))
    )
    window = ((low[0], high[0]), (low[1], high[1]))
    return Fitted((float(weights[0]), float(weights[1])), window, (start[0], start[1]))


def _round(value: float, scale: float) -> float:
    """To a tenth of the scale's leading digit: what is typed into fields and stands in links is short."""
    return round(float(value), 1 - math.floor(math.log10(scale)))
