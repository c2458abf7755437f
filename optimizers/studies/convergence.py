"""Steps to converge on a quadratic, against its condition number and the angle at which it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import LANDSCAPES, Array, Landscape
from optimizers.checks import checked_built, checked_start, checked_steps, number, numbers
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.rules.first_order import AveragedMomentum, GradientDescent, Momentum, Nesterov
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import after, course, steps_to

QUADRATIC = LANDSCAPES["quadratic"]
"""½(u² + κv²), whose own axes u and v are turned by an angle."""

RATES: Array = np.logspace(-4, 1, 31)
"""The grid from which every rule without a known best learning rate takes its own; 1 is one of them."""
RATES.flags.writeable = False

TOLERANCE = 1e-6
"""Share of the loss at the start that may be left."""


@dataclass(frozen=True, eq=False)
class Convergence(ReadOnly):
    """What one rule needs on every quadratic.

    Attributes
    ----------
    rule
        The rule that was run: without weight decay.
    kappas, angles
        (n,): the condition number of each, and by how many degrees it is turned.
    steps
        (n,): from which step on the loss stays below the tolerance; nan where that is never in time.
    settings
        By name of the hyperparameter (n,): what was chosen for each; nan where nothing converged.
    known
        Whether they are theory's best ones, and not the best of the grid.
    """

    rule: Optimizer
    kappas: Array
    angles: Array
    steps: Array
    settings: Mapping[str, Array]
    known: bool


def convergence(
    rule: Optimizer,
    kappas: ArrayLike,
    angles: ArrayLike = 0.0,
    steps: int = 2_000,
    tolerance: float = TOLERANCE,
    pace: Pace | None = None,
) -> Convergence:
    """Count the steps of a rule on every quadratic, each at the rate that suits the rule best there.

    What is fair: every rule has the best rate that there is. Where theory knows it, it is taken from there,
    with the momentum that goes with it (``best_settings``); else the rate of ``RATES`` that needs fewest
    steps on this quadratic, the rule's other hyperparameters being what they are, but for weight decay: it
    pulls to w = 0, where the minimum of every quadratic lies, so it is 0 here. Runs start where both
    directions of the quadratic have about the same share of the loss, u = −2 and v = 1.5/√κ in its own
    axes, so that both have to shrink alike, and turning it turns nothing but the axes of the weights. Rules
    whose steps have a fixed length come to no rest at a constant rate: what they need hangs on ``steps``.

    ``pace`` counts steps, each of them one of all runs.

    Raises
    ------
    ValueError
        If the condition numbers or angles are not single or in rows of one length within the surface's
        ranges, the tolerance is not between 0 and 1, or rule or steps are none.
    """
    rule, steps, share = checked_built(rule, Optimizer), checked_steps(steps), number(tolerance)
    if "weight_decay" in rule.settings:
        rule = rule.holding({**rule.settings, "weight_decay": 0.0})
    if not 0.0 < share < 1.0:
        raise ValueError(f"The tolerance must be a number between 0 and 1, not {tolerance!r}.")
    kappa, angle = np.atleast_1d(numbers(kappas)), np.atleast_1d(numbers(angles))
    n = max(len(kappa), len(angle))
    if any(column.ndim != 1 or len(column) not in (1, n) or not column.size for column in (kappa, angle)):
        raise ValueError("Condition numbers and angles must be single or stand in rows of one length.")
    kappa, angle = (np.broadcast_to(column, n).copy() for column in (kappa, angle))
    known = best_settings(rule, kappa[:, None], np.ones((len(kappa), 1)))
    tried = known or ({"learning_rate": RATES[None]} if "learning_rate" in rule.settings else {})
    each = max((column.shape[-1] for column in tried.values()), default=1)
    fields = {key: np.broadcast_to(column, (len(kappa), each)).ravel() for key, column in tried.items()}
    lanes = {"condition_number": np.repeat(kappa, each), "angle": np.repeat(angle, each)}
    world = QUADRATIC.varied(**lanes)
    starts = _starts(lanes["condition_number"], lanes["angle"])
    with np.errstate(all="ignore"):
        levels = share * world.on_arrays.value(*starts.T.copy())
    runs = course(QUADRATIC, rule, steps, fields=fields, world=world)
    needed = steps_to(runs, starts, steps, levels, pace).reshape(len(kappa), each)
    best = np.where(np.isnan(needed), np.inf, needed).argmin(axis=1)
    rows = np.arange(len(kappa))
    fewest = needed[rows, best]
    chosen = {key: column.reshape(needed.shape)[rows, best] for key, column in fields.items()}
    if not known:
        chosen = {key: np.where(np.isnan(fewest), np.nan, column) for key, column in chosen.items()}
    return Convergence(rule, kappa, angle, fewest, MappingProxyType(chosen), bool(known))


def _starts(kappa: Array, angle: Array) -> Array:
    """The point u = −2, v = 1.5/√κ of every quadratic's own axes, (n, 2)."""
    u, v, turn = -2.0, 1.5 / np.sqrt(kappa), np.radians(angle)
    return np.stack([u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)], axis=-1)


# --- theory -------------------------------------------------------------------------------------


def best_settings(rule: Optimizer, largest: Array, smallest: Array) -> dict[str, Array]:
    """The settings with which a rule's error shrinks fastest on quadratics of these curvatures, by name.

    Gradient descent takes 2/(λ_min + λ_max); momentum η = 4/(√λ_max + √λ_min)² with μ = ((√κ − 1)/(√κ + 1))²,
    averaged momentum the same path; Nesterov η = 4/(3λ_max + λ_min) with μ = (r − 2)/(r + 2), r = √(3κ + 1).
    Empty for other rules.

    Source: Polyak, 1964, Some methods of speeding up the convergence of iteration methods; Lessard, Recht,
    Packard, 2016, Analysis and design of optimization algorithms via integral quadratic constraints.
    """
    best = _BEST.get(type(rule))
    return best(largest, smallest) if best else {}


def _descent(high: Array, low: Array) -> dict[str, Array]:
    return {"learning_rate": 2.0 / (low + high)}


def _heavy_ball(high: Array, low: Array) -> dict[str, Array]:
    a, b = np.sqrt(high), np.sqrt(low)
    return {"learning_rate": (2.0 / (a + b)) ** 2, "momentum": ((a - b) / (a + b)) ** 2}


def _averaged(high: Array, low: Array) -> dict[str, Array]:
    ball = _heavy_ball(high, low)
    return ball | {"learning_rate": ball["learning_rate"] / (1.0 - ball["momentum"])}


def _nesterov(high: Array, low: Array) -> dict[str, Array]:
    root = np.sqrt(3.0 * high / low + 1.0)
    return {"learning_rate": 4.0 / (3.0 * high + low), "momentum": (root - 2.0) / (root + 2.0)}


_BEST: dict[type[Optimizer], Callable[[Array, Array], dict[str, Array]]] = {
    GradientDescent: _descent,
    Momentum: _heavy_ball,
    AveragedMomentum: _averaged,
    Nesterov: _nesterov,
}


def descent_theory(kappas: ArrayLike, tolerance: float = TOLERANCE) -> Array:
    """Steps of gradient descent at its best rate, which shrinks every error by (κ − 1)/(κ + 1) a step.

    Source: Polyak, 1987, Introduction to Optimization, section 1.4.
    """
    return _until(np.asarray(kappas, dtype=np.float64), tolerance)


def heavy_ball_theory(kappas: ArrayLike, tolerance: float = TOLERANCE) -> Array:
    """The same for momentum at its best: (√κ − 1)/(√κ + 1) a step in the long run, so steps grow like √κ.

    Both roots of its recursion are equal there, so that the error is k times that power; a run needs some
    more steps for the factor k.

    Source: Polyak, 1964, Some methods of speeding up the convergence of iteration methods.
    """
    return _until(np.sqrt(np.asarray(kappas, dtype=np.float64)), tolerance)


def _until(r: Array, tolerance: float) -> Array:
    with np.errstate(divide="ignore"):
        steps: Array = np.log(tolerance) / (2.0 * np.log((r - 1.0) / (r + 1.0)))
    return np.where(r > 1.0, steps, 1.0)


class Directions(NamedTuple):
    """The curvatures of a surface at a point, along its ellipses' axes and along those of the weights.

    Rates are the best ones, 1/λ and 1/aᵢᵢ; up to twice as much each direction alone would still converge.
    """

    curvatures: Array
    axes: Array
    own_rates: Array
    diagonal: Array
    weight_rates: Array


def directions(surface: Landscape, point: ArrayLike) -> Directions:
    """Curvatures λ (2,), ascending, with their axes as columns (2, 2), and the diagonal aᵢᵢ of the Hessian.

    A rate is nan where the curvature is not above 0.

    Raises
    ------
    ValueError
        If the point is not two finite numbers, or there is no Hessian.
    """
    hessian = surface.hessian(checked_start(point))
    if not np.isfinite(hessian).all():
        raise ValueError(f"{surface.name} has no curvature at {point!r}.")
    values, axes = np.linalg.eigh(hessian)
    diagonal = np.diag(hessian).copy()
    own, weights = (np.divide(1.0, c, out=np.full(2, np.nan), where=c > 0.0) for c in (values, diagonal))
    return Directions(values, axes, own, diagonal, weights)


def shrinkage(surface: Landscape, rates: ArrayLike) -> Array:
    """What a step of gradient descent at each rate (n,) leaves of the error along each axis of the ellipses.

    (2, n), in the order of ``directions`` at the surface's first minimizer: |1 − ηλ| on a quadratic.

    Raises
    ------
    ValueError
        If the surface has no known minimizer, or no Hessian there.
    """
    if not surface.minimizers:
        raise ValueError(f"{surface.name} has no known minimizer.")
    minimizer = np.array(surface.minimizers[0])
    rules = [replace(GradientDescent(), learning_rate=float(rate)) for rate in numbers(rates)]
    return np.array(
        [
            [abs(axis @ (run(surface, rule, minimizer + axis, 1).points[1] - minimizer)) for rule in rules]
            for axis in directions(surface, minimizer).axes.T
        ]
    )


# --- regression tables --------------------------------------------------------------------------


class Prepared(NamedTuple):
    """A regression whose columns were prepared in one way.

    ``steps`` of gradient descent at its best rate, nan for none in time; ``expected`` is what theory says.
    """

    name: str
    surface: Landscape
    condition_number: float
    rate: float
    steps: float
    expected: float


def preparations(
    surface: Landscape, steps: int = 1_000, tolerance: float = TOLERANCE, pace: Pace | None = None
) -> tuple[Prepared, ...]:
    """The surface with its columns as they are, centred, and standardised.

    ``pace`` counts the steps of the runs, one after the other.

    Raises
    ------
    ValueError
        If the surface's columns cannot be prepared, or the steps are not from 1 to 5,000.
    """
    steps = checked_steps(steps)
    found = []
    for place, (name, changed) in enumerate(_PREPARED.items()):
        prepared = surface.with_parameters(**changed)
        minimizer = np.array(prepared.minimizers[0])
        low, high = np.linalg.eigvalsh(prepared.hessian(minimizer))
        rate = float(2.0 / (low + high))
        rule = replace(GradientDescent(), learning_rate=rate)
        start = np.array(prepared.start)[None]
        lowest = float(prepared.value(minimizer))
        level = lowest + tolerance * (prepared.value(start) - lowest)
        runs, counted = course(prepared, rule, steps), after(pace, place * steps)
        needed = float(steps_to(runs, start, steps, level, counted)[0])
        kappa = prepared.condition_number
        expected = float(descent_theory(kappa, tolerance))
        found.append(Prepared(name, prepared, kappa, rate, needed, expected))
    return tuple(found)


_PREPARED: dict[str, dict[str, float]] = {
    "raw": {"centre": 0.0, "standardise": 0.0},
    "centred": {"centre": 1.0, "standardise": 0.0},
    "standardised": {"centre": 0.0, "standardise": 1.0},
}
