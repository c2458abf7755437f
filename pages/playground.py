"""The playground: choose a landscape and rules, and watch where the runs go."""

import streamlit as st

from ui.cards import cards
from ui.controls import landscape_controls
from ui.page import insist_on_app, look, say
from ui.progress import telling
from ui.runs import judged_runs
from ui.stage import stage
from ui.state import drawn, heard, moved, notices, place, preview, returned, scenario, turned, unsaid
from ui.surfaces import details
from ui.table import verdict_table


@st.fragment  # a learning rate moves without the sidebar being made again
def comparison() -> None:
    """The picture, the run cards under it and the table."""
    theme = look()
    top = st.container()  # always there, so that what follows keeps its place
    tell = telling(st.empty())
    shown, (lines, verdicts) = drawn(lambda wanted, budget: judged_runs(wanted, theme, tell, budget))
    stage(
        shown, lines, verdicts, theme, heard(), place, preview, turned, returned, settled=shown == scenario()
    )
    cards(scenario(), shown, lines, verdicts)
    verdict_table(shown.surface, lines, verdicts)
    with top:
        say([*notices(), *unsaid()])
    if moved():
        st.rerun()  # the sidebar's fields show the new start


insist_on_app()
with st.sidebar:
    landscape_controls(scenario())
    moved()  # and the sidebar shows it already
comparison()
details(scenario().surface, look())
