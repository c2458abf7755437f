"""The playground: choose a landscape and rules, and watch where the runs go."""

import streamlit as st

from ui.cards import cards
from ui.controls import landscape_controls
from ui.page import look, say
from ui.runs import judged_runs
from ui.stage import stage
from ui.state import heard, notices, place, preview, scenario, shown
from ui.table import verdict_table

chosen, drawn, theme = scenario(), shown(), look()
with st.sidebar:
    landscape_controls(chosen)
say(notices())
lines, verdicts = judged_runs(drawn, theme)
stage(drawn, lines, verdicts, theme, heard(), on_start=place, on_preview=preview)
cards(chosen, lines, verdicts)
verdict_table(drawn.surface, lines, verdicts)
