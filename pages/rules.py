"""Every update rule: its idea, its update, its numbers and a run of it, all from the registry."""

import streamlit as st

from optimizers import OPTIMIZERS, SCHEDULES
from ui.page import look
from ui.reference import glossary, index, rule_section, schedule_section

with st.sidebar:
    index()
st.title("Rules", anchor=False)
st.caption(
    f"{len(OPTIMIZERS)} update rules in teaching order. g is the gradient, H the Hessian, k the step from 1;"
    " every operation on vectors is one on each coordinate unless it says otherwise."
)
for rule in OPTIMIZERS.values():
    rule_section(rule, look())
st.title("Learning-rate schedules", anchor=False)
for schedule in SCHEDULES.values():
    schedule_section(schedule)
st.title("Letters", anchor="letters")
glossary()
