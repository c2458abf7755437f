"""The lab of the learning rate: one path for every rate, and what each comes to."""

from __future__ import annotations

from charts import Look, thumbnail
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run
from ui.lab import Lab
from ui.scenario import Entry, Scenario


def _opening() -> Scenario:
    surface = LANDSCAPES["quadratic"]
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.05)  # type: ignore[call-arg]
    return Scenario(surface, surface.start, (Entry("A", rule),), steps=60)


def searched(s: Scenario) -> LearningRates | None:
    """What every rate comes to for the scenario's run; None where its rule has no rate, or it takes too long."""
    entry = s.entries[0]
    if "learning_rate" not in entry.rule.settings:
        return None
    rule = replace(entry.rule, **{"learning_rate": RATES[0]})  # which one it is at does not matter
    return study(
        "every rate", (s.surface, rule, s.start, s.steps, entry.schedule),
        lambda pace: learning_rates(s.surface, rule, s.start, s.steps, RATES, entry.schedule, pace), s.steps,
    )  # fmt: skip


def compared(s: Scenario) -> Annealing | None:
    """The scenario's rule on a noisy gradient under several schedules."""
    rule, noise = s.entries[0].rule, s.noise or float(s.settings["spread"])
    schedules = [SCHEDULES[key]() for key in _COMPARED]
    return study(
        "runs under several schedules", (s.surface, rule, s.start, s.steps, noise),
        lambda pace: annealing(
            s.surface, rule, schedules, s.start, s.steps, noise=noise, seeds=_SEEDS, pace=pace
        ),
        2 * len(schedules) * s.steps,
    )  # fmt: skip


def _picture(look: Look) -> str:
    s = _opening()
    (entry,) = s.entries
    t = run(s.surface, entry.rule, s.start, s.steps)
    return thumbnail(s.surface, "A path of gradient descent on a stretched quadratic", t.points, look)


LEARNING_RATE = Lab(
    key="learning_rate",
    title="Learning rate",
    question="How large may a step be?",
    look_for="Too small creeps, the best rate arrives at once, a little more oscillates, and beyond 2/λ_max "
    "the run is thrown out: the curve of final losses falls slowly and ends in a cliff.",
    opening=_opening,
    picture=_picture,
)
