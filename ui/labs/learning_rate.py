"""The lab of the learning rate: one path for every rate, and what each comes to."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from charts import Look, number
from charts.labs.learning_rate import rate_curve
from charts.labs.small import small
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, Kind, judge, run
from optimizers.studies.annealing import Annealing, annealing
from optimizers.studies.learning_rates import LearningRates, learning_rates
from ui.grids import log_grid
from ui.lab import Lab, Question
from ui.scenario import Entry, Scenario
from ui.study import study

RATES = log_grid(1e-5, 10.0)
"""The rates that are tried: the stops of the slider."""

_SEEDS = 32


def _opening() -> Scenario:
    surface = LANDSCAPES["quadratic"]
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.05)  # type: ignore[call-arg]
    return Scenario(surface, surface.start, (Entry("A", rule),), steps=60)


def searched(s: Scenario) -> LearningRates | None:
    """What every rate comes to for the scenario's run; None where it has no rate, or that takes too long."""
    entry = s.entries[0]
    if "learning_rate" not in entry.rule.settings:
        return None
    rule = replace(entry.rule, **{"learning_rate": RATES[0]})  # which one it is at does not matter
    return study(
        "every rate", (s.surface, rule, s.start, s.steps, entry.schedule),
        lambda pace: learning_rates(s.surface, rule, s.start, s.steps, RATES, entry.schedule, pace), s.steps,
    )  # fmt: skip


def compared(s: Scenario) -> Annealing | None:
    """The scenario's rule on a noisy gradient under several schedules, for at least 300 steps.

    None where its later rates change nothing, and where that takes too long.
    """
    if s.entries[0].rule.only_first_rate:
        return None
    rule, steps, noise = s.entries[0].rule, max(300, s.steps), s.noise or _noise(s)
    schedules = [
        SCHEDULES["constant"](),
        SCHEDULES["step"](drop=0.1, period=float(steps // 2)),  # type: ignore[call-arg]
        SCHEDULES["linear"](),
        SCHEDULES["cosine"](period=float(steps)),  # type: ignore[call-arg]
    ]
    return study(
        "runs under several schedules", (s.surface, rule, s.start, steps, noise),
        lambda pace: annealing(
            s.surface, rule, schedules, s.start, steps, noise=noise, seeds=_SEEDS, pace=pace
        ),
        2 * len(schedules) * steps,
    )  # fmt: skip


def _noise(s: Scenario) -> float:
    """A tenth of the slope at the start, where the scenario itself is without noise."""
    slope = float(np.hypot(*s.surface.gradient(s.start)))
    return 0.1 * slope if math.isfinite(slope) and slope > 0.0 else 1.0


def told(found: Annealing, s: Scenario) -> str:
    """What the drop of the rate did, in numbers."""
    steps = found.rates.shape[1]
    half = steps // 2
    before, after = found.level(1, half // 2, half), found.level(1, half + half // 2, steps)
    noise = number(s.noise or _noise(s))
    if not math.isfinite(before + after):
        return f"Gradients with noise σ = {noise}: at this learning rate the runs are lost."
    change = "falls" if 0.0 <= after < before else "goes"
    return (
        f"Gradients with noise σ = {noise}, mean of {_SEEDS} seeds. At step {half} step decay divides η by "
        f"10: what the noise adds to the loss {change} from {number(before, 2)} to {number(after, 2)}."
    )


def _picture(look: Look) -> str:
    s = _opening()
    found = learning_rates(s.surface, s.entries[0].rule, s.start, s.steps, RATES)
    return small(rate_curve(found, look), "Loss after 60 steps for every learning rate", look)


_CLAIMS = (
    "A learning rate that is too high makes it diverge.",
    "On a convex bowl it never converges.",
    "Mini-batches are drawn at random.",
    "With noise and a constant rate it bounces around the minimum.",
)


def _tried() -> list[tuple[bool, str]]:
    """Of every claim whether it holds, and what was run to know."""
    bowl, line = LANDSCAPES["quadratic"], LANDSCAPES["line_fit"]
    steepest = float(np.linalg.eigvalsh(bowl.hessian(bowl.start))[-1])
    kinds = []
    for factor, noise in ((2.2, 0.0), (1.0, 0.0), (1.0, 5.0)):
        rule = OPTIMIZERS["gradient_descent"](learning_rate=factor / steepest)  # type: ignore[call-arg]
        kinds.append(judge(bowl, run(bowl, rule, bowl.start, 500, noise=noise)).kind)
    fast, slow, noisy = kinds
    rule = OPTIMIZERS["gradient_descent"](learning_rate=1e-3)  # type: ignore[call-arg]
    batches = run(line, rule, line.start, 2, batch_size=2).batches or ()
    differ = set(batches[0].tolist()) != set(batches[1].tolist())
    return [
        (fast == Kind.DIVERGED, f"at 2.2/λ_max it {_became(fast)}"),
        (slow != Kind.GLOBAL_MINIMUM, f"at 1/λ_max it {_became(slow)}"),
        (differ, f"two batches of two examples {'differ' if differ else 'are the same'}"),
        (noisy == Kind.OSCILLATING, f"at 1/λ_max with noise σ = 5 it {_became(noisy)}"),
    ]


def _became(kind: Kind) -> str:
    return {
        Kind.DIVERGED: "diverges",
        Kind.GLOBAL_MINIMUM: "reaches the minimum",
        Kind.OSCILLATING: "never rests",
    }.get(kind, f"ends as {kind}")


def _false() -> int:
    return next(i for i, (holds, _) in enumerate(_tried()) if not holds)


def _because() -> str:
    return f"Run on a quadratic bowl, {'; '.join(ran for _, ran in _tried())}."


LEARNING_RATE = Lab(
    key="learning_rate",
    title="Learning rate",
    question="How large may a step be?",
    look_for="Too small creeps, the best rates arrive soonest, a little more oscillates, and beyond 2/λ_max "
    "the run is thrown out: the curve of final losses falls slowly and ends in a cliff.",
    opening=_opening,
    picture=_picture,
    questions=(
        Question(
            "false", "Which of these is false of gradient descent?",
            _CLAIMS, _false, _because,
        ),
    ),
)  # fmt: skip
