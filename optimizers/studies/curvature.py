"""Curvature: BFGS's matrix and the Hessian, Levenberg–Marquardt's λ, Newton's axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape
from landscapes.compiler import Coordinate, Functions
from optimizers.checks import checked_start, checked_steps, checked_whole
from optimizers.maps.lanes import follow_ends
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.rules.quasi_newton import BFGS
from optimizers.rules.second_order import LevenbergMarquardt
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.verdicts.kinds import Kind, Kinds


@dataclass(frozen=True, eq=False)
class Learned(ReadOnly):
    """BFGS's matrix B along a run, beside what it should become, the inverse of the Hessian H.

    Attributes
    ----------
    trajectory
        The run.
    inverses, hessians
        (steps + 1, 2, 2): B after every step, from the identity on, and H where the run then is.
    errors
        (steps + 1,): ‖BH − I‖ in the Frobenius norm; 0 where B is the inverse, √2 where B is
        next to nothing beside it. The same in all units of the loss and in all axes that are turned.
    """

    trajectory: Trajectory
    inverses: Array
    hessians: Array
    errors: Array


def learned(
    surface: Landscape, start: ArrayLike, steps: int, rule: BFGS | None = None, pace: Pace | None = None
) -> Learned:
    """A run of BFGS from a start (2,), and how far its matrix is from the inverse Hessian at every step.

    ``pace`` as in ``run``.

    Raises
    ------
    ValueError
        As ``run``.
    """
    t = run(surface, rule or BFGS(), checked_start(start), steps, pace=pace)
    xx, xy, yy = (t.states[name].copy() for name in ("B₁₁", "B₁₂", "B₂₂"))
    xx[0] = yy[0] = 1.0  # the rule sets the identity with its first step
    inverses = np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)
    hessians = surface.hessian(t.points)
    with np.errstate(all="ignore"):
        errors = np.linalg.norm(inverses @ hessians - np.eye(2), axis=(-2, -1))
    return Learned(t, inverses, hessians, errors)


@dataclass(frozen=True, eq=False)
class Damped(ReadOnly):
    """Levenberg–Marquardt's λ along a run.

    Attributes
    ----------
    trajectory
        The run.
    damping
        (steps + 1,): the λ for the step that follows; first the rule's own.
    load
        (steps,): what each step added to the diagonal: its λ, and more where the matrix was indefinite.
    rejected
        (steps,): whether the trial of a step was higher, so that the step stayed put.
    """

    trajectory: Trajectory
    damping: Array
    load: Array
    rejected: NDArray[np.bool_]


def damped(
    surface: Landscape,
    start: ArrayLike,
    steps: int,
    rule: LevenbergMarquardt | None = None,
    pace: Pace | None = None,
) -> Damped:
    """A run of Levenberg–Marquardt from a start (2,), its λ and its rejected trials.

    ``pace`` as in ``run``.

    Raises
    ------
    ValueError
        As ``run``.
    """
    t = run(surface, rule or LevenbergMarquardt(), checked_start(start), steps, pace=pace)
    states = t.states
    return Damped(t, states["damping"].copy(), states["load"][1:].copy(), states["accepted"][1:] == 0.0)


@dataclass(frozen=True, eq=False)
class Natures(ReadOnly):
    """What kinds of place a rule ends at, from a grid of starts.

    Attributes
    ----------
    x, y
        (n,): the columns and rows of starts.
    ends, kinds
        (n, n, 2), (n, n): the last points and the verdicts, row by row in y.
    shares
        The share of starts by kind, the largest first; they add up to 1.
    """

    rule: Optimizer
    x: Array
    y: Array
    ends: Array
    kinds: Kinds
    shares: dict[Kind, float]


def natures(
    surface: Landscape, rule: Optimizer, resolution: int, steps: int, pace: Pace | None = None
) -> Natures:
    """Where a rule ends from a grid of ``resolution`` × ``resolution`` starts over the window, by nature.

    ``Newton()`` walks to saddles and maxima; ``Newton(safeguard=…)`` leaves them, except from exactly on
    a ridge. ``pace`` counts the steps of all runs: resolution² · steps in the end.

    Raises
    ------
    ValueError
        If the resolution is not a whole number from 2 to 500 or the steps are not from 1 to 5,000.
    """
    n, steps = checked_whole("Resolution", resolution, 2, 500), checked_steps(steps)
    x, y = (np.linspace(low, high, n) for low, high in surface.window)
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = follow_ends(surface, rule, starts, steps, pace=pace)
    kinds, counts = np.unique(found.codes, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    shares = {tuple(Kind)[kinds[i]]: float(counts[i] / n**2) for i in order}
    return Natures(rule, x, y, found.points.reshape(n, n, 2), found.kinds.reshape(n, n), shares)


class Invariance(NamedTuple):
    """One rule on one surface in two systems of axes.

    Attributes
    ----------
    plain
        (steps + 1, 2): the run in the surface's own axes.
    through
        (steps + 1, 2): the run made in the other axes, carried back into the surface's own.
    apart
        (steps + 1,): how far they are from each other, in window widths.
    """

    plain: Array
    through: Array
    apart: Array


def in_other_axes(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    matrix: ArrayLike,
    shift: ArrayLike = (0, 0),
) -> Invariance:
    """A run made once as it is and once with the weights written as w = Av + b.

    ``matrix`` is A (2, 2) and ``shift`` is b (2,). Plain Newton makes the same run;
    gradient descent does not, unless A only turns or mirrors.

    Raises
    ------
    ValueError
        If A is singular or not finite, the start is not finite or the steps are not from 1 to 5,000.
    """
    a, b = np.asarray(matrix, dtype=np.float64), np.asarray(shift, dtype=np.float64)
    if a.shape != (2, 2) or not np.isfinite(a).all() or abs(np.linalg.det(a)) < 1e-12:
        raise ValueError(f"The axes need a 2 × 2 matrix that can be inverted, not {matrix!r}.")
    p, steps = checked_start(start), checked_steps(steps)
    plain = run(surface, rule, p, steps).points
    seen = _written(surface.compiled.on_arrays, a, b)
    rate = rule.settings.get("learning_rate", np.nan)
    with np.errstate(all="ignore"):  # of a run that is lost
        v = tuple(np.atleast_1d(one) for one in np.linalg.solve(a, p - b))
        path, point = [v], (v[0], v[1])
        state = rule.initial(point)
        for k in range(1, steps + 1):
            point, state = rule.step(seen, point, state, rate, k)
            path.append(point)
        through = np.array(path)[..., 0] @ a.T + b
        apart = np.hypot(*((plain - through) / surface.spans).T)
    return Invariance(plain, through, apart)


def _written(surface: Functions, a: Array, b: Array) -> Functions:
    """The surface's functions of v, where w = Av + b: gradient Aᵀg, Hessian AᵀHA."""
    (p, q), (r, s) = a.tolist()

    def inside(f: Callable[..., Coordinate]) -> Callable[..., Coordinate]:
        return lambda u, v: f(p * u + q * v + b[0], r * u + s * v + b[1])

    def gradient(u: Coordinate, v: Coordinate) -> tuple[Coordinate, Coordinate]:
        g, h = inside(surface.gradient)(u, v)
        return p * g + r * h, q * g + s * h

    def congruent(f: Callable[..., Coordinate]) -> Callable[..., Coordinate]:
        def matrix(u: Coordinate, v: Coordinate) -> tuple[Coordinate, Coordinate, Coordinate]:
            xx, xy, yy = inside(f)(u, v)
            cross = p * q * xx + (p * s + q * r) * xy + r * s * yy
            return p * p * xx + 2 * p * r * xy + r * r * yy, cross, q * q * xx + 2 * q * s * xy + s * s * yy

        return matrix

    gauss_newton = surface.gauss_newton and congruent(surface.gauss_newton)
    return surface._replace(
        value=inside(surface.value), gradient=gradient, hessian=congruent(surface.hessian),
        gauss_newton=gauss_newton,
    )  # fmt: skip
