"""What does a step do to one weight? A curve, its tangent, the steps, and where every start ends."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from charts import Line, Look
from charts.labs.curves import compact
from charts.labs.line import curve_axes, fate_colors, step_factor
from optimizers import Verdict
from ui.controls import length_fields, parameter_slider, rule_choice, setting_line
from ui.fields import number_field
from ui.laboratory import laboratory
from ui.labs.on_a_line import CURVES, OWN, chosen, factors, reached, shared, told
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure, line
from ui.state import bound, refused


def controls(s: Scenario) -> None:
    """The curve, the rule and the start."""
    surface, text = s.surface, s.surface.text or ""
    bound(
        st.selectbox, "Curve", "curve", text if text in CURVES else "", lambda s, key: chosen(s, key or OWN),
        options=[*CURVES, ""], format_func=lambda key: CURVES[key].name if key else "Your own formula",
    )  # fmt: skip
    bound(st.text_input, f"f({surface.axes[0]}) =", "formula", text, chosen, draft=True)
    if surface.is_line:
        said = "Still drawn:" if refused("formula") else "Read as"
        st.markdown(f"{said} $f({surface.axes_latex[0]}) = {surface.latex}$")
    else:
        st.caption(f"{surface.name} has two weights, so its map is shown: choose a curve to see a line.")
    for parameter in surface.parameters:
        parameter_slider(surface, parameter)
    rule_choice(s.entries[0])
    number_field(
        f"Start {surface.axes[0]}", "x", s.start[0], lambda s, v: replace(s, start=(v, s.start[1])), last=True
    )
    length_fields(s)


def main(s: Scenario) -> None:
    """The rate, over the picture."""
    setting_line(s.entries[0])


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The curve with its fates, the loss, and the three names of the rate."""
    found = reached(s)
    if found is None:
        return Display()
    label = f"The curve with the steps of the runs. {shared(found[0], s)}"
    colors = fate_colors(len(found[0].valleys), look)
    curve = line(
        "curve",
        label,
        s.surface,
        curve_axes(s.surface, len(found)),
        [one.codes for one in found],
        colors,
        look,
    )
    if curve is None:
        return Display()
    left = factors(s, lines[0])
    if left is None:
        return Display(main="curve", panels=(curve,))
    names = figure(
        "factor", "What one step leaves of an error, against the learning rate",
        compact(step_factor(left.rates, left.factors, left.valley.curvature, look)),
        x=Place("rule", "learning_rate", s.entries[0].slot),
    )  # fmt: skip
    return Display(main="curve", others=("loss", ("factor", 1.3)), panels=(curve, names))


laboratory(controls, main, shown, said=told)
