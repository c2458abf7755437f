"""The playground: choose a landscape and rules, and watch where the runs go."""

from typing import Any

import streamlit as st

from ui.cards import cards, movings
from ui.controls import landscape_controls, look_control
from ui.laboratory import way_back
from ui.page import look, say
from ui.progress import telling
from ui.runs import judged_runs
from ui.scene_bar import Tale, scene_bar, tale
from ui.stage import stage, terrain
from ui.stage.playground import playground
from ui.stage.tapes import tapes
from ui.state import HEARD, drawn, heard, moved, notices, scenario, unsaid
from ui.surfaces import details
from ui.table import run_table, table_caption
from ui.takeaway import taking_along
from ui.visit import visit


@st.fragment  # a run comes, goes or opens its menu without the sidebar being made again
def comparison() -> None:
    """The scene, the picture, the run cards under it and the table."""
    now = scenario()
    with st.container():  # however much is in it, what follows keeps its place
        told = scene_bar(now, look())
    above = st.container()
    tapes(now)
    numbers(above, cards(now, look()), told)
    if now.offers("table") and not told.hides:
        run_table()
        table_caption(now)


@st.fragment  # a learning rate moves without what stands around the numbers being made again
def numbers(above: Any, places: dict[str, Any], told: Tale) -> None:
    """What every move changes: the picture above, which writes verdicts and table too, and the sliders."""
    theme = look()
    with above:
        line = st.empty()  # always there, so that what follows keeps its place
        tell = telling(line)
        shown, (lines, verdicts) = drawn(lambda wanted, budget: judged_runs(wanted, theme, tell, budget))
        now = scenario()
        display = playground(shown, lines, verdicts, told.hides)
        stage(shown, lines, verdicts, theme, heard(), visit(), HEARD, shown == now, display)
    movings(places, now, shown, told.hides)
    if moved() or told != tale(now):
        st.rerun()  # the sidebar's fields show the new start, the line over the picture that it was changed
    said = [*notices(), *unsaid()]
    if said:
        with line.container():
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
