"""Perceptron and backprop on three points and a spoiler: who separates all four, and after how much work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point
from optimizers.checks import number
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.rules.first_order import GradientDescent
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace, Trajectory

Weights = tuple[float, float, float]
"""w_x, w_y and the bias b of a unit that answers + where w_x x + w_y y + b > 0."""

LEVEL = float(np.log(9.0))
"""L = ln((1 − ε)/ε) for ε = 0.1, the w_x of the surface ``spoiler``."""


def examples(distance: float | None) -> tuple[Array, Array]:
    """Points (n, 2) and signs (n,): (1, 0)+, (0, 1)+, (−1, 0)− and, unless None, the spoiler (0, −t)+.

    Raises
    ------
    ValueError
        If the distance is not a number from 0 to 100.
    """
    points, signs = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)], [1.0, 1.0, -1.0]
    if distance is not None:
        if not 0.0 <= number(distance) <= 100.0:
            raise ValueError(f"The spoiler's distance must be a number from 0 to 100, not {distance!r}.")
        points, signs = [*points, (0.0, -float(distance))], [*signs, 1.0]
    return np.array(points), np.array(signs)


@dataclass(frozen=True, eq=False)
class Learned(ReadOnly):
    """What the perceptron rule did.

    Attributes
    ----------
    weights
        (updates + 1, 3): w_x, w_y and b from the beginning, after every update.
    mistakes
        (updates,): the example that each update was made for.
    separated
        Whether all examples are on their side in the end.
    """

    weights: Array
    mistakes: Array
    separated: bool

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return len(self.mistakes)


def perceptron(points: Array, signs: Array, most: int = 20_000) -> Learned:
    """Go round the examples and add each that is not on its side, with its sign, to the weights.

    The weights begin at 0; every example has a third coordinate 1, for the bias. An example on the line
    counts as wrong. It ends with the first round without an update, or after ``most`` updates.

    Source: Rosenblatt, 1958, The perceptron: a probabilistic model.
    """
    rows = (signs[:, None] * np.column_stack([points, np.ones(len(points))])).tolist()
    w, path = [0.0, 0.0, 0.0], [[0.0, 0.0, 0.0]]
    mistakes: list[int] = []
    clean = 0
    while clean < len(rows) and len(mistakes) < most:
        for i, row in enumerate(rows):
            if sum(a * b for a, b in zip(w, row, strict=True)) > 0.0:
                clean += 1
                continue
            w = [a + b for a, b in zip(w, row, strict=True)]
            path.append(w)
            mistakes.append(i)
            clean = 0
    return Learned(np.array(path), np.array(mistakes, dtype=np.int64), clean >= len(rows))


class Bound(NamedTuple):
    """The theorem's numbers: R, the longest example; γ, the widest margin; R²/γ² updates at most."""

    radius: float
    margin: float
    updates: float


def perceptron_bound(points: Array, signs: Array) -> Bound:
    """R, γ and R²/γ² of these examples, each with its third coordinate 1; γ = 0 if nothing separates them.

    γ is the largest margin that any plane through the origin leaves: the distance from the origin to the
    convex hull of the examples times their signs, found here over all its corners, edges and faces.

    Source: Novikoff, 1962, On convergence proofs for perceptrons.
    """
    rows = signs[:, None] * np.column_stack([points, np.ones(len(points))])
    radius, margin = float(np.linalg.norm(rows, axis=1).max()), np.inf
    n = len(rows)
    chosen = [[i for i in range(n) if mask >> i & 1] for mask in range(1, 2**n)]
    for some in chosen:
        # The nearest point to the origin of the flat through these, if it lies between them.
        flat = rows[some]
        gram = np.block(
            [[flat @ flat.T, np.ones((len(some), 1))], [np.ones((1, len(some))), np.zeros((1, 1))]]
        )
        shares = np.linalg.lstsq(gram, np.append(np.zeros(len(some)), 1.0), rcond=None)[0][:-1]
        if (shares >= -1e-12).all():
            margin = min(margin, float(np.linalg.norm(shares @ flat)))
    margin = 0.0 if margin < 1e-12 else margin
    return Bound(radius, margin, radius**2 / margin**2 if margin else np.inf)


class Line(NamedTuple):
    """A decision line w_x x + w_y y + b = 0, and on which side the examples are.

    Attributes
    ----------
    ends
        Where it meets the circle of the radius asked for around the origin; none if it does not.
    right
        (n,): whether each example is on its side.
    """

    ends: tuple[Point, ...]
    right: NDArray[np.bool_]


def decision_line(weights: Sequence[float], points: Array, signs: Array, radius: float) -> Line:
    """The line of a unit, cut to a picture of this radius."""
    largest = max(abs(float(one)) for one in weights) or 1.0
    w_x, w_y, b = (float(one) / largest for one in weights)  # of any size, the line is the same
    right = signs * (points @ [w_x, w_y] + b) > 0.0
    length = hypot(w_x, w_y)
    if length == 0.0 or abs(b) >= radius * length:
        return Line((), right)
    a_x, a_y, away = w_x / length, w_y / length, b / length
    foot, half = (-away * a_x, -away * a_y), np.sqrt(radius**2 - away**2)
    along = (-a_y * half, a_x * half)
    return Line(((foot[0] - along[0], foot[1] - along[1]), (foot[0] + along[0], foot[1] + along[1])), right)


class Backprop(NamedTuple):
    """What a logistic unit learned on the four points, on the surface ``spoiler``.

    Attributes
    ----------
    trajectory
        The run, over (w_y, b); w_x is L all the time.
    weights
        w_x, w_y and b at the end.
    loss
        The squared error at the end, summed over the examples.
    separated
        Whether all four examples are on their side at the end.
    """

    trajectory: Trajectory
    weights: Weights
    loss: float
    separated: bool


def backprop(
    surface: Landscape,
    start: Point = (LEVEL, 0.0),
    steps: int = 3000,
    rule: Optimizer | None = None,
) -> Backprop:
    """Descend the loss of the logistic unit with the spoiler, from the three points' solution if not told.

    ``surface`` is ``LANDSCAPES["spoiler"]`` at the distance that is wanted.

    Raises
    ------
    ValueError
        As ``run``.
    """
    t = run(surface, rule or GradientDescent(0.5), start, steps)
    w_y, b = (float(one) for one in t.points[-1])
    points, signs = examples(surface.settings["distance"])
    right = decision_line((LEVEL, w_y, b), points, signs, 1.0).right
    return Backprop(t, (LEVEL, w_y, b), float(t.values[-1]), bool(right.all()))


@dataclass(frozen=True, eq=False)
class Counted(ReadOnly):
    """What distance does to the perceptron, (n,) each.

    Attributes
    ----------
    distances
        t of the spoiler (0, −t).
    updates, bounds
        The measured number of updates, and the theorem's R²/γ².
    """

    distances: Array
    updates: Array
    bounds: Array


def counted(distances: Sequence[float]) -> Counted:
    """The perceptron for every distance.

    Raises
    ------
    ValueError
        As ``examples``.
    """
    given = [examples(t) for t in distances]
    updates = [perceptron(*one).updates for one in given]
    bounds = [perceptron_bound(*one).updates for one in given]
    return Counted(*(np.array(column, dtype=np.float64) for column in (distances, updates, bounds)))


@dataclass(frozen=True, eq=False)
class Spoiled(ReadOnly):
    """What distance does to backprop, (n,) each.

    Attributes
    ----------
    distances
        t of the spoiler (0, −t).
    pulls
        The length of the fourth example's gradient at the three points' solution (L, L, 0), over
        w_x, w_y and b: it vanishes as t e^(−Lt).
    losses, separated
        Where backprop from near that solution ends, and whether it then separates all four.
    moved
        How far, in (w_y, b), it ended from the three points' solution.
    """

    distances: Array
    pulls: Array
    losses: Array
    separated: NDArray[np.bool_]
    moved: Array


def spoiled(
    surface: Landscape, distances: Sequence[float], steps: int = 3000, pace: Pace | None = None
) -> Spoiled:
    """Backprop for every distance; ``surface`` is ``LANDSCAPES["spoiler"]``.

    ``pace`` counts distances.

    Raises
    ------
    ValueError
        If a distance is not one of the surface's, or the steps are not from 1 to 5,000.
    """
    rows, due = [], 0
    for done, t in enumerate(distances):
        if pace is not None and done >= due:
            due = done + max(1, pace(done))
        unit = backprop(surface.with_parameters(distance=t), steps=steps)
        away = hypot(unit.weights[1] - LEVEL, unit.weights[2])
        rows.append((t, pull(t), unit.loss, unit.separated, away))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T.copy()
    given, pulls, losses, separated, moved = columns
    return Spoiled(given, pulls, losses, separated > 0.0, moved)


def pull(distance: float, weights: Weights = (LEVEL, LEVEL, 0.0)) -> float:
    """The length of the spoiler's gradient of (φ(z) − 0.9)², over w_x, w_y and b."""
    z = -weights[1] * distance + weights[2]
    on, off = np.exp(-np.logaddexp(0.0, [-z, z]))  # φ and 1 − φ, each to all digits however small
    return float(abs(2.0 * (on - 0.9) * on * off) * hypot(distance, 1.0))


class Variance(NamedTuple):
    """How much one more spoiler moves each: the angle, in degrees, between lines with and without them."""

    perceptron: float
    backprop: float


def few_spoilers(surface: Landscape, distance: float = 8.0, steps: int = 3000) -> Variance:
    """By how much the spoiler turns the perceptron's and the backprop unit's line from the three points'."""
    without, with_it = (perceptron(*examples(t)).weights[-1] for t in (None, distance))
    unit = backprop(surface.with_parameters(distance=distance), steps=steps)
    return Variance(_angle(without, with_it), _angle((LEVEL, LEVEL, 0.0), unit.weights))


def _angle(one: Sequence[float], other: Sequence[float]) -> float:
    (a, b), (c, d) = one[:2], other[:2]
    return float(np.degrees(np.arccos(np.clip((a * c + b * d) / (hypot(a, b) * hypot(c, d)), -1.0, 1.0))))
