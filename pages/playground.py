"""The playground: choose a landscape and rules, and watch where the runs go."""

import streamlit as st

from ui.cards import cards
from ui.controls import landscape_controls
from ui.page import look, say
from ui.runs import judged_runs
from ui.stage import stage
from ui.state import heard, moved, notices, place, preview, returned, scenario, shown, turned, unsaid
from ui.surfaces import details
from ui.table import verdict_table
from ui.visit import visit


@st.fragment  # a learning rate moves without the sidebar being made again
def comparison() -> None:
    """The picture, the run cards under it and the table."""
    drawn, theme = shown(), look()
    top = st.container()  # always there, so that what follows keeps its place
    lines, verdicts = judged_runs(drawn, theme)
    stage(
        drawn, lines, verdicts, theme, heard(), visit(), place, preview, turned, returned,
        settled=drawn == scenario(),
    )  # fmt: skip
    cards(scenario(), drawn, lines, verdicts)
    verdict_table(drawn.surface, lines, verdicts)
    with top:
        say([*notices(), *unsaid()])
    if moved():
        st.rerun()  # the sidebar's fields show the new start


with st.sidebar:
    landscape_controls(scenario())
    moved()  # and the sidebar shows it already
comparison()
details(scenario().surface, look())
