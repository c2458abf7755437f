"""How much of the last step should be kept? Every pair of rate and memory, and the path of any of them."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.curves import compact
from charts.labs.momentum import kept_figure, tuning_figure, velocity_figure
from optimizers import Verdict
from ui.controls import landscape_controls, rule_choice, setting_line
from ui.laboratory import chart, laboratory, part
from ui.labs.momentum import beside, curvature, endless, mapped, rolling, told_endless, told_rolling
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import scenario


def controls(s: Scenario) -> None:
    """The rule, the surface and the budget."""
    rule_choice(s.entries[0])
    landscape_controls(s)


def main(s: Scenario) -> None:
    """The rate and what is set against it, over the picture."""
    (entry, *_), other = s.entries, beside(s.entries[0].rule)
    left, right = st.columns(2)
    with left:
        setting_line(entry)
    if other is not None:
        with right:
            setting_line(entry, other.key)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The map of all pairs, and the path and trace of the pair that is chosen or pointed at."""
    found, other = mapped(s), beside(s.entries[0].rule)
    if found is None or other is None:
        return Display()
    slot = s.entries[0].slot
    panel = figure(
        "tuning", f"Steps to converge for every learning rate and {other.name}",
        compact(tuning_figure(found, curvature(s), look)), x=Place("rule", "learning_rate", slot),
        y=Place("rule", other.key, slot), stops=found.values_x, stops_up=found.values_y, hover=True,
    )  # fmt: skip
    return Display(main="tuning", others=(("map", 1.4), "loss"), panels=(panel,))


laboratory(controls, main, shown)
rolled = rolling(scenario())
with part("On a plane", told_rolling(scenario(), rolled)):
    chart(velocity_figure(rolled.velocity, rolled.terminal, look()), key="plane")
kept = endless(scenario())
with part("With nothing forgotten", told_endless(kept)):
    chart(kept_figure(kept.kept, "v² − ηλwv + ηλw²", look()), key="endless")
