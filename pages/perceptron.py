"""Does descent on the loss separate what can be separated? Three points, and a spoiler to drag."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.curves import compact
from charts.labs.perceptron import (
    loss_against_distance,
    perceptron_style,
    plane,
    pull_against_distance,
    updates_against_distance,
)
from optimizers import Verdict
from optimizers.studies.perceptron import LEVEL
from ui.controls import length_fields, parameter_slider, rule_choice, setting_line, start_fields
from ui.laboratory import chart, laboratory, part
from ui.labs.perceptron import (
    EXAMPLES,
    against_distance,
    counts,
    learned,
    spoilt,
    stops,
    told,
    told_distances,
)
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage import panels
from ui.stage.panels import Display, figure


def controls(s: Scenario) -> None:
    """Backprop's rule, its rate, its start and its length."""
    rule_choice(s.entries[0])
    setting_line(s.entries[0])
    start_fields(s)
    length_fields(s)


def main(s: Scenario) -> None:
    """The spoiler, over the picture."""
    for declared in s.surface.parameters:
        parameter_slider(s.surface, declared)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The plane of the examples; beside it the loss over backprop's weights, and the perceptron's count."""
    surface = spoilt(s)
    if surface is None:
        return Display()
    place, at = Place("surface", "distance"), stops(surface)
    beside = [panels.Unit("perceptron", perceptron_style(look), learned(tuple(at)))]
    plane_label = "Three points, the spoiler, and the lines of perceptron and backprop"
    drawn = panels.plane(
        "plane", plane_label, plane(look, at[-1]), EXAMPLES, "spoiler", place, at, LEVEL, beside
    )
    updates = compact(updates_against_distance(counts(), look))
    counted = figure("updates", "The perceptron's updates against t", updates, x=place, stops=at)
    return Display(main="plane", others=(("map", 1.25), "updates"), panels=(drawn, counted))


laboratory(controls, main, shown, told=told)
if (every := against_distance()) is not None:
    with part("A gradient that vanishes", told_distances(every)):
        left, right = st.columns(2)
        chart(pull_against_distance(every, look()), key="pull", place=left)
        chart(loss_against_distance(every, look()), key="ends", place=right)
