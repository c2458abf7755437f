"""The playground: choose a landscape and rules, and watch where the runs go."""

from dataclasses import replace

import streamlit as st

from ui.cards import cards
from ui.controls import landscape_controls
from ui.page import look
from ui.runs import judged_runs
from ui.stage import stage
from ui.state import change, notices, scenario
from ui.table import verdict_table


def _place() -> None:
    x, y = st.session_state["stage"]["start"]
    change(lambda s: replace(s, start=(float(x), float(y))))


chosen = scenario()
theme = look()
with st.sidebar:
    landscape_controls(chosen)
lines, verdicts = judged_runs(chosen, theme)
for sentence in notices():
    st.warning(sentence)
stage(chosen, lines, verdicts, theme, _place)
cards(chosen, lines, verdicts)
verdict_table(chosen.surface, lines, verdicts)
