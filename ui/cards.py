"""Run cards: for every run its rule, its learning rate, its other settings and its verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import streamlit as st

from charts import RUNS, Line, Look, RunStyle, number
from optimizers import OPTIMIZERS, Verdict, observed_rate
from ui.controls import batch_slider, schedule_controls, setting_field, setting_slider
from ui.fields import stops
from ui.offer import rates_offer, take_best
from ui.scenario import SLOTS, Entry, Scenario
from ui.stage.tapes import swept_in_browser
from ui.state import bound, change
from ui.words import written


def cards(scenario: Scenario, look: Look) -> dict[str, Any]:
    """One card a run, two or three in a row, and a button for one more in the next place.

    A card has its run's rule and the menu of its settings; what changes with every move goes below them,
    into the columns that are returned, by the runs' letters; that of the button has none.
    """
    heads = [partial(_head, scenario, entry, look) for entry in scenario.entries]
    if scenario.free_slot is not None and scenario.offers("runs"):
        heads.append(_add)
    columns, width = [], _per_row(scenario)
    for first in range(0, len(heads), width):
        for column, head in zip(st.columns(width), heads[first : first + width], strict=False):
            with column:
                head()
            columns.append(column)
    return dict(zip([*(entry.slot for entry in scenario.entries), ""], columns, strict=False))


def _per_row(scenario: Scenario) -> int:
    """Cards in a row: with maps over them, as many as fill the rows."""
    return 2 if scenario.shown.apart and len(scenario.entries) in (2, 4) else 3


def _add() -> None:
    st.button(
        "Add a run",
        key="add.0",
        icon=":material/add:",
        on_click=change,
        args=(Scenario.add,),
        width="stretch",
    )


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


def movings(
    columns: Mapping[str, Any],
    now: Scenario,
    shown: Scenario,
    lines: Sequence[Line],
    verdicts: Sequence[Verdict],
    hides: bool,
) -> None:
    """What moves on every card, in its column, and the rates that are offered; nothing of what ``hides``."""
    rate = now.offers("rates")
    for entry, drawn, line, verdict in zip(now.entries, shown.entries, lines, verdicts, strict=True):
        if entry.slot in columns:  # a run that the browser's Back brings has no card yet
            with columns[entry.slot]:
                _moving(entry, drawn, rate, strip=not hides and swept_in_browser(shown, entry))
                kept = math.nan if hides else observed_rate(shown.surface, line.trajectory, verdict.kind)
                _became(entry, verdict, kept)
    with columns.get("") or st.container():
        place = st.container()  # always there: what a fragment writes elsewhere must have been there before
    if rate and not hides:
        with place:
            rates_offer(now)


def _moving(entry: Entry, drawn: Entry, rate: bool, strip: bool) -> None:
    """What moves on a card: its run's first setting, as a slider and as a field.

    Under the slider of a learning rate there is a ``strip``, which ui/stage/strip.js fills, if the browser
    can make the run. What is ``drawn`` differs from the scenario's while a learning rate is dragged: the
    field follows it. Without ``rate`` the setting is only said.
    """
    first, *_ = entry.rule.hyperparameters()
    if not rate:
        st.html(f"<p>{first.name} {first.symbol} = {number(entry.rule.settings[first.key])}</p>")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"exact-{entry.slot}"):
        if rate:
            setting_slider(entry, first)
            setting_field(drawn, first, width=96, last=True)
        if rate and strip and first.key == "learning_rate":
            notches = " ".join(map(repr, stops(first, entry.rule.settings[first.key])))
            st.html(f'<div class="rate-strip" data-slot="{entry.slot}" data-stops="{notches}"></div>')
        elif rate:
            st.html('<div class="rate-strip"></div>')  # its place, so that all cards are aligned


def _became(entry: Entry, verdict: Verdict, kept: float) -> None:
    """What became of a run, and beside that its observed convergence rate, where there is one."""
    head, colon, rest = written(verdict.sentence).partition(":")
    said = f"<b>{head}</b>{colon}{rest} {_kept(kept, short=bool(rest))}"
    st.html(f'<p class="verdict" data-slot="{entry.slot}">{said}</p>')


def _kept(rate: float, short: bool) -> str:
    """The observed convergence rate R; beside a verdict that is not long, in words too."""
    if math.isnan(rate):
        return ""
    digits = max(2, 1 - math.floor(math.log10(1.0 - rate)))  # two of the share that goes
    rounded = round(rate, digits)
    shown = f"R\u00a0=\u00a0{rounded}" if rounded else "R\u00a0→\u00a00"
    share = number(100.0 * (1.0 - rounded), 3) if rounded else "more than 99"
    return f"{shown}." if short else f"Loses {share}\u00a0% a step: {shown}."


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
