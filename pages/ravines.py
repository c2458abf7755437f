"""Why does a narrow valley cost so many steps? Every rule against the condition number and the angle."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.conditioning import error_factors
from charts.labs.curves import compact
from optimizers import Verdict
from ui import controls as ui
from ui.laboratory import chart, laboratory, part
from ui.labs import ravine_facts as facts
from ui.labs import ravines as lab
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import change, scenario
from ui.table import html_table
from ui.words import written


def controls(s: Scenario) -> None:
    """Which rules, where, and at which rates."""
    ui.landscape_choice(s, lab.SURFACES)
    for name in lab.SETS:
        st.button(name, width="stretch", on_click=change, args=(lab.comparing(name),))
    if lab.stretched(s):
        st.button("Best rates for this ravine", width="stretch", on_click=change, args=(lab.at_best,))
    for entry in s.entries:
        ui.rule_choice(entry, label=f"Rule of run {entry.slot}")
        ui.setting_line(entry)
    ui.start_fields(s)
    ui.length_fields(s)


def main(s: Scenario) -> None:
    """The surface's own numbers, over the picture."""
    if parameters := s.surface.parameters:
        for column, p in zip(st.columns(len(parameters)), parameters, strict=True):
            with column:
                ui.parameter_slider(s.surface, p)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The paths, and what κ and the angle cost their rules."""
    if not lab.stretched(s):
        return Display()
    axes = {"condition_number": lab.KAPPAS, "angle": lab.ANGLES}
    panels = [
        figure(key, f"Steps of each rule against: {key.replace('_', ' ')}", compact(drawn, named=False),
               x=Place("surface", key), stops=stops)
        for (key, stops), drawn in zip(axes.items(), lab.costs(s, look), strict=True)
    ]  # fmt: skip
    return Display(others=tuple(axes), panels=tuple(panels))


laboratory(controls, main, shown)
surface = scenario().surface
if lab.stretched(scenario()):
    with part("What κ and the angle cost", facts.COST_TOLD):
        for column, drawn in zip(st.columns(2), lab.costs(scenario(), look()), strict=True):
            chart(drawn, place=column)
if surface.key == lab.QUADRATIC.key:
    with part("One rate for each direction", facts.rates_told(surface)):
        left, right = st.columns([3, 2])
        chart(error_factors(*facts.factors(surface), look()), key="factors", place=left)
        with right:
            html_table(facts.RATES_HEAD, facts.rate_rows(surface))
            st.html(f'<p class="look-for">{written(facts.whitened())}</p>')
with part("Made for ravines", "Three rules that answer this page’s question, each in its own way."):
    html_table(("Rule", "What it does here"), facts.made_for_ravines(scenario()))
with part("Columns of data make ravines", facts.regressions_told()):
    html_table(facts.TABLE_HEAD, facts.regression_rows())
with part("Every rule", facts.EVERY_TOLD):
    if st.toggle("Count the steps of all rules", key="every"):
        html_table(facts.EVERY_HEAD, facts.every_rule())
