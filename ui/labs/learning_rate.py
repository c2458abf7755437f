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
