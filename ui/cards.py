"""Run cards: for every run its rule, its learning rate, its other settings and its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

import streamlit as st

from charts import RUNS, Look, RunStyle, number
from optimizers import OPTIMIZERS
from ui.controls import batch_slider, schedule_controls, setting_field, setting_slider
from ui.offer import rates_offer, take_best
from ui.scenario import SLOTS, Entry, Scenario
from ui.stage.tapes import swept_in_browser
from ui.state import bound, change


def cards(scenario: Scenario, look: Look) -> dict[str, Any]:
    """One card a run, two or three in a row, and a button for one more in the next place.

    A card has its run's rule, the menu of its settings, and places for what ui/stage/places.js writes: the
    strip of its rates and its verdict. Its slider goes into the place that is returned by the run's letter;
    that of the button has none.
    """
    made = {entry.slot: partial(_card, scenario, entry, look) for entry in scenario.entries}
    if scenario.free_slot is not None and scenario.offers("runs"):
        made[""] = _add
    places: dict[str, Any] = {}
    width, columns = _per_row(scenario), []
    for i, (slot, make) in enumerate(made.items()):
        columns = columns if i % width else st.columns(width)
        with columns[i % width]:
            places[slot] = make()
    return places


def _per_row(scenario: Scenario) -> int:
    """Cards in a row: with maps over them, as many as fill the rows."""
    return 2 if scenario.shown.apart and len(scenario.entries) in (2, 4) else 3


def _add() -> Any:
    st.button(
        "Add a run",
        key="add.0",
        icon=":material/add:",
        on_click=change,
        args=(Scenario.add,),
        width="stretch",
    )
    return st.container()


def _card(scenario: Scenario, entry: Entry, look: Look) -> Any:
    slot = entry.slot
    first, *_ = entry.rule.hyperparameters()
    _head(scenario, entry, look)
    if not scenario.offers("rates"):
        st.html(f"<p>{first.name} {first.symbol} = {number(entry.rule.settings[first.key])}</p>")
    place = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"exact-{slot}")
    if scenario.offers("rates"):
        drawn = first.key == "learning_rate" and swept_in_browser(scenario, entry)
        of = f' data-slot="{slot}"' if drawn else ""  # without, it only keeps cards aligned
        place.html(f'<div class="rate-strip"{of}></div>')
    st.html(f'<p class="verdict became" data-slot="{slot}"></p>')
    return place


def _head(scenario: Scenario, entry: Entry, look: Look) -> None:
    slot = entry.slot
    if scenario.shown.apart:
        wide = " wide" if _per_row(scenario) == 2 else ""
        st.html(f'<div class="own-map{wide}" data-slot="{slot}"></div>')  # the stage draws in it
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"head-{slot}"):
        st.html(swatch(slot, look.runs[SLOTS.index(slot)]), width=64)
        if not any(map(scenario.offers, ("rules", "settings", "runs"))):
            st.markdown(f"**{entry.rule.name}**")
            return
        more = st.popover(entry.rule.name, key=f"{slot}.settings", on_change="rerun", width="stretch")
    if more.open:
        with more:
            _settings(scenario, entry)


def movings(places: Mapping[str, Any], now: Scenario, shown: Scenario, hides: bool) -> None:
    """What moves on every card, in its place, and the rates that are offered unless it ``hides`` the runs.

    What is ``shown`` differs from the scenario while a learning rate is dragged: the field follows it.
    """
    rate = now.offers("rates")
    for entry, drawn in zip(now.entries, shown.entries, strict=True):
        if rate and entry.slot in places:  # a run that the browser's Back brings has no card yet
            first, *_ = entry.rule.hyperparameters()
            with places[entry.slot]:
                setting_slider(entry, first)
                setting_field(drawn, first, width=96, last=True)
    with places.get("") or st.container():
        place = st.container()  # always there: what a fragment writes elsewhere must have been there before
    if rate and not hides:
        with place:
            rates_offer(now)


def _settings(scenario: Scenario, entry: Entry) -> None:
    if scenario.offers("rules"):
        _rule(entry)
    if scenario.offers("settings"):
        for h in entry.rule.hyperparameters()[1:]:
            setting_slider(entry, h)
            setting_field(entry, h)
        schedule_controls(entry)
    if scenario.surface.data is not None and scenario.offers("steps"):
        batch_slider(scenario, [entry], f"Batch size S of run {entry.slot}")
    with st.container(horizontal=True):
        rated = "learning_rate" in entry.rule.settings and scenario.offers("rates")
        if rated:
            st.button(
                "Best η for each", key=f"{entry.slot}.best_rates", on_click=take_best,
                help="Tries rates for every run, as it is set up here, and gives each the best.",
            )  # fmt: skip
        if rated and len(scenario.entries) > 1:
            st.button(
                "Same η for all", key=f"{entry.slot}.rate_for_all",
                on_click=change, args=(lambda s: s.with_rate_of(entry.slot),),
            )  # fmt: skip
        if not scenario.offers("runs"):
            return
        st.button(
            "Duplicate", key=f"{entry.slot}.duplicate", disabled=scenario.free_slot is None,
            on_click=_duplicate, args=(entry.slot,),
        )  # fmt: skip
        st.button(
            "Remove", key=f"{entry.slot}.remove", disabled=len(scenario.entries) == 1,
            on_click=change, args=(lambda s: s.remove(entry.slot),),
        )  # fmt: skip


def _rule(entry: Entry) -> None:
    names = {key: rule.name for key, rule in OPTIMIZERS.items()}
    bound(
        st.selectbox, f"Rule of run {entry.slot}", f"{entry.slot}.rule", entry.rule.key,
        partial(_choose, entry.slot),
        options=list(names), format_func=names.get,
    )  # fmt: skip


def _choose(slot: str, scenario: Scenario, key: str) -> Scenario:
    st.session_state[f"{slot}.settings"] = True  # the button gets another name, and its menu would close
    return scenario.with_kind(slot, OPTIMIZERS[key])


def _duplicate(slot: str) -> None:
    change(lambda s: s.add(s.entry(slot)))
    st.session_state[f"{slot}.settings"] = False  # the copy is what is looked at next


def swatch(slot: str, style: RunStyle) -> str:
    """A run's letter with its line as it is drawn: colour, dash and marker."""
    color, dash, marker = style
    marks = [float(p.removesuffix("px")) for p in dash.split(",")] if dash != "solid" else [1.0]
    stops, at = [], 0.0
    for i, length in enumerate(marks):
        ink = "transparent" if i % 2 else color
        stops.append(f"{ink} {at:g}px {at + length:g}px")
        at += length
    sign = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.5 -1.5 3 3" fill="{color}">'
        f'<path d="{RUNS[marker].path}"/></svg>'
    )
    return (
        f'<span class="swatch"><b>{slot}</b>'
        f'<i style="background:repeating-linear-gradient(90deg,{",".join(stops)})"></i>'
        f'<img alt="" src="data:image/svg+xml,{quote(sign)}"></span>'
    )
