"""The lab of perceptron and backprop: three points, a spoiler, and who separates all four."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from charts import Line, Look, number
from charts.labs.perceptron import decision_lines, perceptron_style
from charts.labs.small import small
from landscapes import LANDSCAPES, Array, Landscape
from landscapes.once import once
from optimizers import OPTIMIZERS
from optimizers.studies.perceptron import (
    LEVEL,
    Counted,
    Spoiled,
    backprop,
    counted,
    decision_line,
    examples,
    few_spoilers,
    perceptron,
    perceptron_bound,
    pull,
    spoiled,
)
from ui.grids import even_grid
from ui.lab import Lab, Question
from ui.scenario import Entry, Scenario
from ui.study import study

EXAMPLES = ((1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (-1.0, 0.0, 0.0, -1.0), (0.0, 0.0, -1.0, 1.0))
"""x, y, how often t is added to y, and the sign."""


def _opening() -> Scenario:
    surface = LANDSCAPES["spoiler"]
    rule = OPTIMIZERS["gradient_descent"](learning_rate=2.0)  # type: ignore[call-arg]
    return Scenario(surface, surface.start, (Entry("A", rule),), steps=1000)


def spoilt(s: Scenario) -> Landscape | None:
    """The surface with the spoiler; None where a link brings another."""
    return s.surface if s.surface.key == "spoiler" else None


def stops(surface: Landscape) -> list[float]:
    """The distances of the slider, and the one that is set."""
    (declared,) = surface.parameters
    steps = even_grid(declared.low, declared.high, declared.step or 1.0)
    return sorted({*steps, surface.settings["distance"]})


@once()
def learned(distances: tuple[float, ...]) -> Array:
    """What the perceptron comes to at every distance, (n, 3)."""
    return np.array([perceptron(*examples(t)).weights[-1] for t in distances])


@once()
def counts() -> Counted:
    """The perceptron at every distance of the slider."""
    return counted(stops(LANDSCAPES["spoiler"]))


def against_distance() -> Spoiled | None:
    """Backprop at every distance of the slider."""
    surface = LANDSCAPES["spoiler"]
    distances = tuple(stops(surface))
    return study(
        "backprop at every distance", (distances,),
        lambda pace: spoiled(surface, distances, pace=pace), len(distances),
    )  # fmt: skip


def told(s: Scenario, lines: Sequence[Line]) -> Iterator[str]:
    """What the perceptron did, what backprop did, and how far the spoiler turned either."""
    surface = spoilt(s)
    if surface is None:
        yield "The spoiler is on another surface: open this lab again from the index."
        return
    t = surface.settings["distance"]
    points, signs = examples(t)
    done, bound = perceptron(points, signs), perceptron_bound(points, signs)
    yield (
        f"Perceptron: after {done.updates} updates all four are right. The theorem allows "
        f"R²/γ² = 5 max(2, t² + 1) = {number(bound.updates)}; measured, the count grows about as t."
    )
    for line in lines:
        end = line.trajectory.points[-1]
        right = decision_line((LEVEL, *map(float, end)), points, signs, 1.0).right
        wrong, loss = int((~right).sum()), float(line.trajectory.values[-1])
        yield (
            f"Backprop ({line.label[2:]}): after {line.trajectory.steps} steps {wrong} of 4 wrong, the loss "
            f"is {number(loss)}. At the three points' solution the spoiler's own gradient is only "
            f"{number(pull(t), 2)} long."
        )
    turned = few_spoilers(surface, t)
    yield (
        f"One spoiler turns the perceptron's line by {number(turned.perceptron, 2)}°, backprop's, from the "
        f"three points' solution on, by {number(turned.backprop, 2)}°."
    )


def told_distances(found: Spoiled) -> str:
    """From which distance on backprop keeps the three points' solution, in numbers."""
    near, far = found.separated, ~found.separated
    return (
        f"Backprop from the three points' solution: up to t = {number(float(found.distances[near].max()))} "
        f"it separates all four and ends at a loss of {number(float(found.losses[near].max()), 2)} at most. "
        f"From t = {number(float(found.distances[far].min()))} on it stays, with a loss of "
        f"{number(float(found.losses[far].min()), 2)}: the spoiler's gradient there vanishes as t e^(−Lt), "
        f"L = ln 9. The loss stands for errors, it does not count them."
    )


def _picture(look: Look) -> str:
    surface = _opening().surface
    points, signs = examples(surface.settings["distance"])
    units = [
        ("backprop", backprop(surface, surface.start).weights, look.runs[0]),
        ("perceptron", perceptron(points, signs).weights[-1], perceptron_style(look)),
    ]
    drawn = decision_lines(points, signs, units, look)
    return small(drawn, "Three points, a spoiler, and the lines of perceptron and backprop", look)


_WHO = ("Backprop: it minimises the loss of all four.", "The perceptron.", "Both.", "Neither.")


def _ends() -> tuple[bool, bool]:
    """Whether the perceptron, and backprop, separate all four at the opening's distance."""
    surface = _opening().surface
    return perceptron(*examples(surface.settings["distance"])).separated, backprop(surface).separated


def _right() -> int:
    theirs, ours = _ends()
    return 2 if theirs and ours else 1 if theirs else 0 if ours else 3


def _because() -> str:
    surface = _opening().surface
    t, unit = surface.settings["distance"], backprop(surface)
    done = perceptron(*examples(t))
    return (
        f"Run at t = {number(t)}: the perceptron has all four right after {done.updates} updates; backprop, "
        f"started at the three points' solution, has a loss of {number(unit.loss, 2)} after 3000 steps, all "
        f"of it the spoiler's."
    )


PERCEPTRON = Lab(
    key="perceptron",
    title="Perceptron and backprop",
    question="Does descent on the loss separate what can be separated?",
    look_for="Drag the spoiler down. The perceptron always finds a line for all four, after more updates. "
    "Backprop follows a near spoiler; a far one it does not feel, and it keeps the line of the other three.",
    opening=_opening,
    picture=_picture,
    questions=(
        Question("who", "The spoiler is far away. Who separates all four points?", _WHO, _right, _because),
    ),
)
