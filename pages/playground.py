"""The playground: choose a landscape and rules, and watch where the runs go."""

from dataclasses import replace
from typing import Any

import streamlit as st

from ui.cards import cards, movings
from ui.controls import landscape_controls, look_control
from ui.laboratory import way_back
from ui.page import look, say
from ui.progress import telling
from ui.runs import judged_runs
from ui.scene_bar import scene_bar
from ui.stage import playground, stage, terrain
from ui.stage.tapes import tapes
from ui.state import HEARD, drawn, heard, moved, notices, scenario, unsaid
from ui.surfaces import details
from ui.table import run_table, table_caption
from ui.takeaway import taking_along
from ui.visit import visit


@st.fragment  # a run comes, goes or opens its menu without the sidebar being made again
def comparison() -> None:
    """The picture, the run cards under it and the table."""
    above = st.container()
    tapes(scenario())
    numbers(above, cards(scenario(), look()))
    if scenario().offers("table"):
        table_caption(scenario())


@st.fragment  # a learning rate moves without what stands around the numbers being made again
def numbers(above: Any, columns: dict[str, Any]) -> None:
    """What every move changes: the picture above, numbers in the runs' columns, the table here."""
    theme = look()
    with above:
        top = st.container()  # always there, so that what follows keeps its place
        tell = telling(st.empty())
        shown, (lines, verdicts) = drawn(lambda wanted, budget: judged_runs(wanted, theme, tell, budget))
        now = scenario()
        hides = scene_bar(now, lines, verdicts, theme)
        display = replace(playground(shown, lines), hides=hides)
        stage(shown, lines, verdicts, theme, heard(), visit(), HEARD, shown == now, display)
    if hides:
        verdicts = [replace(verdict, sentence="Hidden.") for verdict in verdicts]
    movings(columns, now, shown, lines, verdicts, hides)
    if not hides and now.offers("table"):
        run_table(shown, lines, verdicts)
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
    taking_along()
    moved()  # and the sidebar shows it already
terrain(scenario(), look())
comparison()
details(scenario().surface, look())
