"""Rates for this surface: offered once another is chosen, with what they would do; never taken silently."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.progress import telling
from ui.rates import best_rates, differences, told_rates, with_best_rates, with_rates
from ui.scenario import Scenario
from ui.state import change
from ui.work import TooMuch


def invited(scenario: Scenario) -> Scenario:
    """The scenario, for which rates are offered from now on until it is another one in more than its runs."""
    st.session_state["offered"] = _what(scenario)
    return scenario


def take_best() -> None:
    """Give each run the best rate, and say so."""
    change(lambda s: invited(with_best_rates(s)))


def _what(s: Scenario) -> tuple[Any, ...]:
    return s.surface, s.start, s.steps, s.budget, s.noise, s.seed, s.seeds


def rates_offer(scenario: Scenario) -> None:
    """The button that gives each run the best rate for this surface, and what it would do."""
    if st.session_state.get("offered") != _what(scenario):
        return
    try:
        rates = best_rates(scenario, telling(st.empty()))
    except TooMuch:
        return
    if not rates:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="offer"):
        if differences(scenario, rates):
            st.button(
                "Rates for this surface", key="rates.offer", icon=":material/tune:",
                on_click=change, args=(lambda s: with_rates(s, rates),),
            )  # fmt: skip
        st.caption(told_rates(scenario, rates))
