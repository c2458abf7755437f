"""The playground: choose a landscape and rules, and watch where the runs go."""

from typing import Any

import streamlit as st

from optimizers import observed_rate
from ui.cards import cards, moving
from ui.controls import landscape_controls, look_control
from ui.laboratory import way_back
from ui.page import look, say
from ui.progress import telling
from ui.runs import judged_runs
from ui.stage import stage, terrain
from ui.stage.tapes import tapes
from ui.state import HEARD, drawn, heard, moved, notices, scenario, unsaid
from ui.surfaces import details
from ui.table import run_table, table_caption
from ui.visit import visit


@st.fragment  # a run comes, goes or opens its menu without the sidebar being made again
def comparison() -> None:
    """The picture, the run cards under it and the table."""
    above = st.container()
    tapes(scenario())
    numbers(above, cards(scenario(), look()))
    table_caption()


@st.fragment  # a learning rate moves without what stands around the numbers being made again
def numbers(above: Any, columns: dict[str, Any]) -> None:
    """What every move changes: the picture above, numbers in the runs' columns, the table here."""
    theme = look()
    with above:
        top = st.container()  # always there, so that what follows keeps its place
        tell = telling(st.empty())
        shown, (lines, verdicts) = drawn(lambda wanted, budget: judged_runs(wanted, theme, tell, budget))
        scene = scenario()
        stage(shown, lines, verdicts, theme, heard(), visit(), HEARD, shown == scene)
    for entry, now, line, verdict in zip(scene.entries, shown.entries, lines, verdicts, strict=True):
        if entry.slot in columns:  # a run that the browser's Back brings has no card yet
            with columns[entry.slot]:
                moving(entry, now, verdict, observed_rate(shown.surface, line.trajectory, verdict.kind))
    run_table(shown.surface, shown.entries, lines, verdicts)
    if moved():
        st.rerun()  # the sidebar's fields show the new start
    said = [*notices(), *unsaid()]
    if said:
        with top:
            say(said)


with st.sidebar:
    way_back(scenario())
    landscape_controls(scenario())
    look_control(scenario())
    moved()  # and the sidebar shows it already
terrain(scenario(), look())
comparison()
details(scenario().surface, look())
