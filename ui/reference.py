"""Sections of the Rules page, made from what rules and schedules declare about themselves."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import urlencode

import streamlit as st

from charts import Look, number, thumbnail
from landscapes import LANDSCAPES, Landscape
from landscapes.once import once
from optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    Hyperparameter,
    Optimizer,
    Schedule,
    judge,
    rule_tape,
    run,
    schedule_tape,
)
from optimizers.description import described
from ui.link import encode
from ui.scenario import Entry, Scenario
from ui.table import html_table
from ui.words import plain

_STEPS = 200
_NEEDS = ("loss", "gradient", "Hessian")
_ASKED = ("rosenbrock", "six_hump_camel")
"""Surfaces on which a rule shows what it needs: one made of residuals, one that is not."""


def rule_section(rule: type[Optimizer], look: Look) -> None:
    """One rule: idea, update, remarks, hyperparameters, what it asks for, source, and a run of it."""
    said = described(rule)
    st.subheader(rule.name, anchor=rule.key, divider="gray")
    left, right = st.columns([1.9, 1], gap="large")
    with left:
        st.markdown(f"**{said.idea}**")
        st.latex(said.update)
        st.markdown(said.remarks)
        _hyperparameters(rule.hyperparameters())
    with right:
        picture, caption, link = _shown(rule, look)
        st.html(
            f'<figure class="run"><img src="{picture}" alt="{escape(caption)}"><figcaption>{escape(caption)}'
            f' <a href="./?{escape(link)}" target="_self">Open in the playground</a></figcaption></figure>'
        )
        st.caption(f"Asks for: {_needs(rule)}.  \n{_follows(rule_tape(rule))}  \nSource: {said.source}")


def schedule_section(schedule: type[Schedule]) -> None:
    """One schedule: idea, formula, remarks, numbers and source."""
    said = described(schedule)
    st.subheader(schedule.name, anchor=schedule.key, divider="gray")
    st.markdown(f"**{said.idea}**")
    st.latex(said.update)
    st.markdown(said.remarks)
    _hyperparameters(schedule.hyperparameters())
    st.caption(f"{_follows(schedule_tape(schedule))}  \nSource: {said.source}")


def index() -> None:
    """Links to every section, beside the page."""
    for title, kinds in (("Rules", OPTIMIZERS), ("Schedules", SCHEDULES)):
        st.markdown(f"**{title}**\n" + "".join(f"\n- [{kind.name}](#{key})" for key, kind in kinds.items()))


def glossary() -> None:
    """Every letter for a number one can set: what it means, how others write it, and where it occurs."""
    letters: dict[tuple[str, str], tuple[set[str], list[str]]] = {}
    for kind in (*OPTIMIZERS.values(), *SCHEDULES.values()):
        for h in kind.hyperparameters():
            also, where = letters.setdefault((h.symbol, h.name), (set(), []))
            also |= {h.also} - {""}
            where.append(kind.name)
    rows = [
        (symbol, name, "; ".join(sorted(also)) or "–", ", ".join(where))
        for (symbol, name), (also, where) in letters.items()
    ]
    html_table(("Letter here", "Name", "Elsewhere", "In"), rows)


def _hyperparameters(declared: tuple[Hyperparameter, ...]) -> None:
    if declared:
        rows = [(h.symbol, h.name, number(h.default), _range(h), h.help) for h in declared]
        html_table(("Letter", "Name", "Default", "Slider", "Meaning"), rows)


def _range(h: Hyperparameter) -> str:
    if h.switch:
        return "off or on"
    return (
        f"{number(h.low)} to {number(h.high)}{', log scale' if h.log else ''}{', whole' if h.whole else ''}"
    )


def _follows(taped: object) -> str:
    """Where its runs are computed while a hand moves something."""
    return f"Follows the hand: {'from the server' if taped is None else 'in your browser'}."


def _needs(rule: type[Optimizer]) -> str:
    """What a run of it asked for, in words; JᵀJ is not counted, but stands where a Hessian is else asked."""
    runs = (run(LANDSCAPES[key], rule(), LANDSCAPES[key].start, 20) for key in _ASKED)
    residuals, none = (t.evaluations[-1] for t in runs)
    needs = [need for need, count in zip(_NEEDS, residuals, strict=True) if count]
    if none[2] and not residuals[2]:
        needs.append("JᵀJ of the residuals, or the Hessian where there are none")
    return ", ".join(needs)


def _showcase(rule: type[Optimizer]) -> Landscape:
    return LANDSCAPES[rule.showcase]


@once()
def _shown(rule: type[Optimizer], look: Look) -> tuple[str, str, str]:
    """The picture as a data address, what it shows in words, and the link to it."""
    surface = _showcase(rule)
    t = run(surface, rule(), surface.start, _STEPS)
    sentence = plain(judge(surface, t).sentence)
    caption = f"{rule.name} on {surface.name}, {_STEPS} steps. {sentence}"
    svg = thumbnail(surface, caption, t.points, look)
    scenario = Scenario(surface, surface.start, (Entry("A", rule()),), steps=_STEPS)
    return (
        f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}",
        caption,
        urlencode(encode(scenario)),
    )
