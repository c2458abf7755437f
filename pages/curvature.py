"""Where does it lead to trust the local parabola? Local quadratics, and where every start ends."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.curvature import damping_trace, learned_trace, natures_map
from optimizers import Verdict
from ui import controls as ui
from ui.laboratory import chart, laboratory, part
from ui.labs import curvature as lab
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import change, scenario
from ui.table import html_table


def controls(s: Scenario) -> None:
    """The rules, the surface and the budget."""
    for entry in s.entries:
        ui.rule_choice(entry, label=f"Rule of run {entry.slot}")
    for label, safeguard in (("Plain Newton", 0.0), ("Safeguarded Newton", 1.0)):
        st.button(label, width="stretch", on_click=change, args=(lab.guarded(safeguard),))
    ui.landscape_controls(s)


def main(s: Scenario) -> None:
    """The number that decides how the shown run takes curvature, and which run that is."""
    left, right = st.columns([2, 1])
    with left:
        ui.setting_line(lab.chosen(s), lab.main_key(lab.chosen(s)))
    with right:
        ui.own_control(s.with_own("run", lab.chosen(s).slot), lab.whose(s))


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The paths with the local quadratic of one, and where all starts of that rule end."""
    slot, found = lab.chosen(s).slot, lab.ends(s)
    if found is None:
        return Display(quadratic=slot)
    starts = figure(
        "starts", lab.ends_told(found, s), natures_map(s.surface, found, look),
        x=Place("x"), y=Place("y"), hover=True, paths=[slot],
    )  # fmt: skip
    return Display(others=("starts",), panels=(starts,), quadratic=slot)


laboratory(controls, main, shown)
now = scenario()
if (found := lab.ends(now)) is not None:
    with part("Where every start ends", lab.ends_told(found, now)):
        st.caption("A click on the coloured map starts there; arrow keys and Enter do too.")
left, right = st.columns(2)
with left:
    if (learned := lab.matrix(now)) is not None:
        with part("BFGS learns the curvature", lab.matrix_told(learned)):
            chart(learned_trace([("BFGS", learned)], look()), key="learned")
with right:
    if (damped := lab.load(now)) is not None:
        with part("Levenberg–Marquardt’s load", lab.load_told(damped)):
            chart(damping_trace(damped, look()), key="damped")
with part("Other axes", lab.axes_told()):
    html_table(lab.AXES_HEAD, lab.axes_rows(now))
