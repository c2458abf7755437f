"""What does the loss of a trained network look like? Two slices side by side, and what they hide."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.networks import contours, hidden_trace, reliefs
from optimizers import Verdict
from ui.controls import own_control, parameter_slider
from ui.laboratory import chart, laboratory, part
from ui.labs.real_networks import TRAINED, pair, said, shows_a_slice, told, told_hidden
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, route
from ui.state import scenario

NAMES = ("plain", "skips")


def controls(s: Scenario) -> None:
    """Which networks, and which plane through their weights."""
    if not shows_a_slice(s):
        st.caption("This link brings another surface: the slices are those of the deep networks.")
        return
    for declared in s.surface.parameters:
        if declared.key != "skip":  # both stand side by side
            parameter_slider(s.surface, declared)
            st.caption(declared.help)


def main(s: Scenario) -> None:
    """How far the training is, over the picture."""
    own_control(s, TRAINED)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The contours of both networks' slices, and the paths of their training as far as they are shown."""
    found = pair(s)
    panels = tuple(
        route(
            NAMES[i], f"Contours of the network {name}, and the path of its training",
            contours(found, i, look), one.path.points, Place("own", TRAINED.key), one.path.steps.tolist(),
            said(one.path), look.runs[0],
        )
        for i, (name, one) in enumerate(found)
    )  # fmt: skip
    return Display(main="", others=NAMES, panels=panels, player=False, follows=(TRAINED.key,))


laboratory(controls, main, shown, said=None, told=told)
found = pair(scenario())
with part("The same from the side", "Height is the logarithm of the loss, on one scale for both."):
    if st.toggle("In three dimensions", key="reliefs-shown"):
        st.plotly_chart(reliefs(found, look()), key="reliefs")
with part("What a slice hides", told_hidden(found)):
    for column, (name, one) in zip(st.columns(2), found, strict=True):
        column.caption(name)
        chart(hidden_trace(one.path, look()), key=f"hidden-{name}", place=column)
