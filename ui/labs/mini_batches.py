"""The lab of mini-batches: one example, S of them, or all; what that does to gradients, paths and time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np

from charts import Line, Look, number
from charts.labs.batches import variance_curve
from charts.labs.small import small
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, Verdict
from optimizers.studies.annealing import Annealing, annealing
from optimizers.studies.sampling import Epochs, Spread, epochs, spread, variance_theory
from ui.lab import Lab, Question
from ui.scenario import Entry, Scenario
from ui.study import study

DRAWS = 400
"""Batches of each size whose gradients are measured."""

_HUGE = 1e100
"""A gradient whose square is beyond what numbers can hold."""

_ROUNDS, _SEEDS, _FAN = 20, 20, 32


def _opening() -> Scenario:
    surface = LANDSCAPES["line_fit"]
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.05)  # type: ignore[call-arg]
    entries = (Entry("A", rule, batch_size=1), Entry("B", rule, batch_size=5), Entry("C", rule))
    return Scenario(surface, surface.start, entries, steps=100)


def chosen(s: Scenario) -> Entry:
    """The run whose batch size is the main slider: the second, if there is one."""
    return s.entries[min(1, len(s.entries) - 1)]


def examples(s: Scenario) -> int:
    """How many training examples there are; 0 where the surface is not made from data."""
    return len(s.surface.data or ())


def size(s: Scenario) -> int:
    """The chosen run's batch size S."""
    return chosen(s).batch_size or examples(s)


def measured(s: Scenario) -> Spread | None:
    """The variance of a batch's gradient at the start, for every size; None where that has no meaning."""
    if not examples(s) or not np.abs(s.surface.gradient(s.start)).max() < _HUGE:
        return None
    return study(
        "the variance of every batch size", (s.surface, s.start),
        lambda pace: spread(s.surface, s.start, draws=DRAWS, pace=pace), DRAWS * examples(s),
    )  # fmt: skip


def told(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[str]:
    """Of every run its batch size and verdict; of the chosen one also how much its gradient varies."""
    said, found, n = [], measured(s), examples(s)
    for entry, verdict in zip(s.entries, verdicts, strict=True):
        which = f"S = {entry.batch_size or n}{'' if entry.batch_size else ', all'}. " if n else ""
        also = f" {varies(found, size(s))}" if found and entry == chosen(s) else ""
        said.append(f"{which}{verdict.sentence}{also}")
    return said


def varies(found: Spread, size: int) -> str:
    """The variance of the gradient at one batch size, measured and by theory."""
    exact = float(variance_theory(found.single, found.examples, size))
    return (
        f"At the start the variance of its gradient, over {found.draws} batches, is "
        f"{number(float(found.variances[size - 1]), 3)}; σ²/S · (N − S)/(N − 1) = {number(exact, 3)}, "
        f"σ²/S = {number(found.single / size, 3)}."
    )


def raced(s: Scenario) -> Epochs | None:
    """The chosen run's rule with one example, S, and all, for as many looks at examples."""
    rule, sizes = chosen(s).rule, tuple(sorted({1, size(s), examples(s)}))
    count = sum(_ROUNDS * -(-examples(s) // one) for one in sizes)
    return study(
        "epochs against updates", (s.surface, rule, s.start, sizes),
        lambda pace: epochs(s.surface, rule, s.start, sizes, _ROUNDS, _SEEDS, pace), count,
    )  # fmt: skip


def told_race(found: Epochs) -> str:
    """What half an epoch, one, and as many updates as the full batch makes have brought, in numbers."""
    names = [f"S = {one:.0f}" for one in found.sizes]
    half, after = _losses_after(found, 0.5), _losses_after(found, 1.0)
    few = int(found.updates.min())
    level = [float(loss[few]) for loss in found.losses]
    begun = [seen[1] <= 0.5 for seen in found.epochs]
    early = [
        f"{number(loss, 3)} with {name}" for name, loss in compress(zip(names, half, strict=True), begun)
    ]
    first, then = (
        ", ".join(f"{name}: {number(value, 3)}" for name, value in zip(names, values, strict=True))
        for values in (after, level)
    )
    return (
        f"The loss begins {number(float(found.losses[0][0]), 3)} above the minimum. After half an epoch, "
        f"before the full batch has made a step, it is on average {', '.join(early)}. Mean loss above "
        f"the minimum of {_SEEDS} seeds, after one epoch: {first}; after {few} updates each: {then}. "
        f"{_paid(names, after)}"
    )


def _losses_after(found: Epochs, share: float) -> list[float]:
    """Every size's loss at its last update within so many epochs."""
    last = (int(np.searchsorted(seen, share + 1e-9)) - 1 for seen in found.epochs)  # sums of shares round
    return [float(loss[k]) for k, loss in zip(last, found.losses, strict=True)]


def _paid(names: Sequence[str], losses: Sequence[float]) -> str:
    """Which batches are below the full one, the last, after the same work."""
    below = [name for name, loss in zip(names, losses, strict=True) if loss < losses[-1]]
    return f"Lower than the full batch after one epoch: {', '.join(below) or 'none'}."


def annealed(s: Scenario) -> Annealing | None:
    """The chosen run at its rate, and with the rate divided by ten half way; None where nothing varies."""
    if size(s) == examples(s):
        return None
    rule, steps = chosen(s).rule, max(400, s.steps)
    if "learning_rate" not in rule.settings or rule.only_first_rate:
        return None
    schedules = [
        SCHEDULES["constant"](),
        SCHEDULES["step"](drop=0.1, period=float(steps // 2)),  # type: ignore[call-arg]
    ]
    return study(
        "runs whose rate falls", (s.surface, rule, s.start, steps, size(s)),
        lambda pace: annealing(
            s.surface, rule, schedules, s.start, steps, batch_size=size(s), seeds=_FAN, pace=pace
        ),
        2 * len(schedules) * steps,
    )  # fmt: skip


def told_annealed(s: Scenario, found: Annealing) -> str:
    """The drop of the loss when the rate falls, and its price, in numbers."""
    steps = found.rates.shape[1]
    half = steps // 2
    last = half // 4
    before, after = (float(found.mean[1, end - last : end].mean()) for end in (half, steps))
    left, began = found.quiet[:, -1], found.quiet[0, 0]
    if not np.isfinite([before, after, *left]).all():
        return f"S = {size(s)}: at this learning rate the runs are lost."
    price = (
        "The price cannot be seen here: without the noise of batches both arrive."
        if left.min() < 1e-12 * began
        else f"The price: without the noise of batches, {number(found.price(1), 2)} times as much would be "
        "left at the end as at the constant rate."
    )
    change = "falls from" if after < before else "goes from"
    return (
        f"S = {size(s)}, mean of {_FAN} seeds: at step {half} η falls to a tenth, and the mean loss above "
        f"the minimum {change} {number(before, 2)} to {number(after, 2)}. {price}"
    )


# Question 1 of the lectures

_KINDS = ("Stochastic: one example", "Mini-batch: 5 examples", "Full batch: all examples")


def _variances() -> list[float]:
    surface = LANDSCAPES["line_fit"]
    found = spread(surface, surface.start, (1, 5, len(surface.data or ())), DRAWS)
    return [float(v) for v in found.variances]


def _because() -> str:
    one, some, full = _variances()
    return (
        f"Variance of the gradient over {DRAWS} batches at one place: one example {number(one, 3)}, "
        f"five {number(some, 3)}, all {number(full, 3) if full > 1e-20 * one else '0'}."
    )


def _picture(look: Look) -> str:
    surface = LANDSCAPES["line_fit"]
    return small(
        variance_curve(spread(surface, surface.start, draws=100), look),
        "The variance of a batch's gradient against its size", look,
    )  # fmt: skip


MINI_BATCHES = Lab(
    key="mini_batches",
    title="Mini-batches",
    question="How many examples should a step look at?",
    look_for="One example wanders, all go straight downhill, S lies between: the variance falls a little "
    "faster than 1/S and is 0 at S = N. Scrub back: the contours on top are those of the batch that led to "
    "the step, and they change with every draw.",
    opening=_opening,
    picture=_picture,
    questions=(
        Question(
            "variable", "Which has the most variable updates?", _KINDS,
            lambda: int(np.argmax(_variances())), _because,
        ),
    ),
)  # fmt: skip
