"""The loss after a budget of steps against the learning rate: too slow, good, oscillating, diverging."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape
from optimizers.checks import checked_built, checked_start, checked_steps, numbers
from optimizers.maps.lanes import follow_ends
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Constant, Schedule, checked_schedule
from optimizers.studies.watching import course, watch
from optimizers.verdicts.kinds import Kind, Kinds
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.track import tail_length


class Label(StrEnum):
    """What a learning rate is for a run of this length."""

    SLOW = "too slow"
    GOOD = "good"
    STUCK = "stuck elsewhere"
    OSCILLATING = "oscillating"
    DIVERGING = "diverging"


class Edges(NamedTuple):
    """What theory says of a minimum's curvature: 1/λ_max, and where a rule stops being stable there.

    ``one_step`` is None but for gradient descent, which takes 1/λ in one step. ``exact`` says that the
    surface is a quadratic, so that its whole way obeys them.
    """

    one_step: float | None
    limit: float
    formula: str
    exact: bool


@dataclass(frozen=True, eq=False)
class LearningRates(ReadOnly):
    """What every learning rate of a grid comes to.

    Attributes
    ----------
    rates, kinds, labels
        (n,): the rates, ascending, the verdicts on their runs, and what the rates are.
    losses
        (steps + 1, n): the loss at every step, above ``lowest``; not finite after an overflow.
    lowest
        The known minimum; None where none is known, and the losses are as they are.
    best
        The place of the rate whose run ends lowest of those that do not diverge; None if that is no lower
        than it began.
    edges
        Known stability, of a constant rate, at the minimum that is nearest to where the best run ends.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    rates: Array
    losses: Array
    kinds: Kinds
    labels: NDArray[Any]
    lowest: float | None
    best: int | None
    edges: Edges | None

    @property
    def classic(self) -> tuple[int | None, int | None, int | None]:
        """The places of a rate too small, the right one and one too large, for three traces side by side.

        Too small is the slow rate whose run comes most nearly half as far down as the best; too large the
        smallest one beyond the best that diverges, or else oscillates. None where the grid has none.
        """
        if self.best is None:
            return None, None, None
        places = np.arange(len(self.rates))
        ends, began = self.losses[-1], self.losses[0, self.best]
        with np.errstate(all="ignore"):  # of runs that are lost
            half = np.abs(ends - (began + ends[self.best]) / 2)
        slow = places[(self.labels == Label.SLOW) & (places < self.best)]
        small = int(slow[np.argmin(half[slow])]) if slow.size else None
        for label in (Label.DIVERGING, Label.OSCILLATING):
            large = places[(self.labels == label) & (places > self.best)]
            if large.size:
                return small, self.best, int(large[0])
        return small, self.best, None


def learning_rates(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    rates: ArrayLike,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> LearningRates:
    """Run the rule with every rate of a grid, and say what each of them is.

    The labels ask the run's own numbers, and need no threshold of a surface or a rule:

    - *diverging*: the verdict says so, or that a number is missing, or the loss is not finite;
    - *good*: it ends lower than it began, and as low as the best rate came in half of the steps, so at worst
      it costs twice the time (as low as that ends, where it had gained nothing by then); or it has come to
      rest at a global minimum;
    - *stuck elsewhere*: it has come to rest at a higher place: a local minimum, a saddle, a maximum;
    - *oscillating*: the verdict says so; or, over the tail that verdicts look at, most steps turn back, or
      the loss rises and falls, one by more than half as much as the other;
    - *too slow*: it ends lower than it began, and is on its way; or its loss was never higher than there;
    - else it was thrown up: *diverging* if its loss is the highest of all in the end, or else *oscillating*.

    A factor on the loss, a constant added to it, and other units of the axes change no label.
    ``pace`` counts steps, each of them one of all rates, and every one twice: once more for the verdicts.

    Raises
    ------
    ValueError
        If the rates are not an ascending row of legal ones, the rule has none, or start, steps or schedule
        are none.
    """
    rule, schedule = checked_built(rule, Optimizer), checked_schedule(schedule)
    point, steps = checked_start(start), checked_steps(steps)
    column = np.atleast_1d(numbers(rates))
    if column.ndim > 1 or not column.size or not (np.diff(column) > 0.0).all():
        raise ValueError(f"The rates must stand in one ascending row, not {rates!r}.")
    fields = {"learning_rate": column}
    starts = np.broadcast_to(point, (len(column), 2)).copy()
    losses, tail = np.empty((steps + 1, len(column))), tail_length(steps) + 1
    path = np.empty((steps + 1, 2, len(column)))
    for seen in watch(course(surface, rule, steps, schedule, fields), starts, steps, pace):
        rows = slice(seen.k, seen.k + len(seen.losses))
        losses[rows], path[rows, 0], path[rows, 1] = seen.losses, seen.x, seen.y
    judged = pace and (lambda done: pace(steps + done // len(column)) * len(column))
    kinds = follow_ends(surface, rule, starts, steps, schedule, fields, judged).kinds
    best = _best(losses, kinds)
    labels = _labels(losses, path[-tail:], surface.spans, kinds, best)
    known = None if best is None else _edges(surface, rule, schedule, path[-1, :, best])
    lowest = known_minima(surface).minimum
    losses -= lowest or 0.0
    return LearningRates(surface, rule, steps, column, losses, kinds, labels, lowest, best, known)


_LOST = [Kind.DIVERGED, Kind.UNDEFINED]


def _best(losses: Array, kinds: Kinds) -> int | None:
    ends = np.where(np.isfinite(losses[-1]) & ~np.isin(kinds, _LOST), losses[-1], np.inf)
    best = int(ends.argmin())
    return best if ends[best] < losses[0, best] else None


def _labels(losses: Array, tail: Array, spans: Array, kinds: Kinds, best: int | None) -> NDArray[Any]:
    """What the rates are, (n,); ``tail`` holds the last points (m, 2, n), ``spans`` the window's sides."""
    with np.errstate(all="ignore"):
        moves, changes = np.diff(tail / spans[:, None], axis=0), np.diff(losses[-len(tail) :], axis=0)
        turning = ((moves[1:] * moves[:-1]).sum(axis=1) < 0.0).mean(axis=0) if len(moves) > 1 else 0.0
        rose, fell = np.fmax(changes, 0.0).sum(axis=0), np.fmax(-changes, 0.0).sum(axis=0)
        bouncing = 2.0 * np.fmin(rose, fell) > np.fmax(rose, fell)
        lower, highest = losses[-1] < losses[0], losses.max(axis=0)
    good = kinds == Kind.GLOBAL_MINIMUM
    if best is not None:
        half, end = losses[: len(losses) // 2 + 1, best].min(), losses[-1, best]
        good |= lower & (losses[-1] <= (max(half, end) if half < losses[0, best] else end))
    chosen = [
        (np.isin(kinds, _LOST) | ~np.isfinite(losses[-1]), Label.DIVERGING),
        (good, Label.GOOD),
        (np.isin(kinds, [Kind.LOCAL_MINIMUM, Kind.SADDLE, Kind.MAXIMUM]), Label.STUCK),
        ((kinds == Kind.OSCILLATING) | (turning > 0.5) | bouncing, Label.OSCILLATING),
        (lower | (highest <= losses[0]), Label.SLOW),
        (losses[-1] >= highest, Label.DIVERGING),
    ]
    labels = np.full(len(kinds), Label.OSCILLATING, dtype=object)
    for holds, label in reversed(chosen):
        labels[holds] = label
    return labels


def _edges(surface: Landscape, rule: Optimizer, schedule: Schedule, end: Array) -> Edges | None:
    known = known_minima(surface)
    minima = [*known.minimizers, *known.local_minimizers]
    if not minima or schedule != Constant():
        return None
    return edges(surface, rule, min(minima, key=lambda p: float(np.hypot(*((end - p) / surface.spans)))))


def edges(surface: Landscape, rule: Optimizer, at: ArrayLike) -> Edges | None:
    """What theory says of a constant rate at a minimum; None where no bound is known for the rule.

    None, too, where the curvature is so small that the bound is beyond all numbers.
    """
    curvature = float(np.linalg.eigvalsh(surface.hessian(at))[-1])
    limit = rule.rate_limit(curvature) if curvature > 0.0 else None
    if limit is None or math.isinf(limit):
        return None
    one_step = 1.0 / curvature if rule.rate_limit_formula == "2/λ_max" else None
    return Edges(one_step, limit, rule.rate_limit_formula, surface.is_quadratic)
