"""How long does a ridge hold a run? Escape against distance, and ground without a slope."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look, number
from charts.labs.curves import compact
from charts.labs.saddles import crossing_traces, escape_curve, slope_curve, term_curve
from landscapes import LANDSCAPES
from optimizers import Verdict
from ui.controls import length_fields, rule_choice, setting_line, start_fields
from ui.laboratory import chart, laboratory, part
from ui.labs import saddles
from ui.labs.saddles import DISTANCES, SURFACES, on, told
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import bound


def controls(s: Scenario) -> None:
    """The saddle, the rules and their rates, the start."""
    bound(
        st.selectbox, "Landscape", "landscape", s.surface.key, on,
        options=list(dict.fromkeys([*SURFACES, s.surface.key])),
        format_func=lambda key: LANDSCAPES[key].name if key in LANDSCAPES else s.surface.name,
    )  # fmt: skip
    st.markdown(f"$f = {s.surface.latex}$")
    for entry in s.entries:
        rule_choice(entry, label=f"Rule {entry.slot}")
        setting_line(entry)
    start_fields(s)
    length_fields(s)


def main(s: Scenario) -> None:
    """The distance from the ridge, over the picture."""
    y = s.start[1]
    bound(
        st.select_slider, "distance from the ridge d", "y.slider", y,
        lambda s, d: s.with_number(Place("y"), d),
        options=sorted({0.0, *DISTANCES, y}), format_func=lambda d: number(d, 6),
        help="How far from the ridge y = 0 the runs start.",
    )  # fmt: skip


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The runs, their losses, and when they leave from every distance."""
    found = saddles.escaped(s)
    if found is None:
        return Display()
    label = "Steps until each rule has left the ridge, against the distance at which it starts"
    curve = figure(
        "escape", label, compact(escape_curve(found, look), named=False), x=Place("y"), stops=DISTANCES
    )
    return Display(others=("loss", ("escape", 1.5)), panels=(curve,))


laboratory(controls, main, shown, said=told)
unit, dead = saddles.saturated()
with part("Sure and wrong", saddles.faint(unit, dead)):
    for column, found, key in zip(st.columns(2), (unit, dead), ("unit", "dead"), strict=True):
        with column:
            chart(slope_curve(found, look()), key=key)
with part("What is sent back", saddles.compared()):
    chart(term_curve(saddles.INPUTS, saddles.sent_back(), look()), key="terms")
if (crossing := saddles.crossed()) is not None:
    with part("Across a plateau", saddles.race(crossing)):
        chart(crossing_traces(crossing, look()), key="crossing")
