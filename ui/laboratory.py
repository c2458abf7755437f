"""What the pages of all labs share: the question, the picture under its sliders, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from typing import Any, TypeAlias

import streamlit as st
from cachetools.keys import hashkey

from charts import Line, Look
from landscapes.once import recall
from optimizers import Verdict
from ui.cards import swatch
from ui.controls import look_control
from ui.lab import Lab, Question
from ui.labs import LABS
from ui.link import address
from ui.page import look, say
from ui.progress import telling
from ui.runs import judged_runs
from ui.scenario import SLOTS, Scenario, opening_of
from ui.stage import stage, terrain
from ui.stage.panels import Display
from ui.stage.tapes import tapes
from ui.state import HEARD, drawn, heard, lab, moved, notices, scenario, unsaid
from ui.visit import visit
from ui.words import written

Shown: TypeAlias = Callable[[Scenario, Sequence[Line], Sequence[Verdict], Look], Display]
"""What the stage of a lab shows of a scenario and its runs."""
Told: TypeAlias = Callable[[Scenario, Sequence[Line]], Iterable[str]]
"""Sentences about a scenario and its runs."""
Said: TypeAlias = Callable[[Scenario, Sequence[Line], Sequence[Verdict]], Sequence[str]]
"""A sentence about each run of a scenario."""


def verdicts_of(_: Scenario, __: Sequence[Line], verdicts: Sequence[Verdict]) -> Sequence[str]:
    """What became of every run."""
    return [verdict.sentence for verdict in verdicts]


def laboratory(
    controls: Callable[[Scenario], Any],
    main: Callable[[Scenario], Any],
    shown: Shown,
    said: Said | None = verdicts_of,
    told: Told = lambda s, lines: (),
) -> Lab:
    """A lab's page down to its questions; returns the lab, for what follows below.

    ``controls`` go into the sidebar, ``main`` are the sliders over the picture, ``shown`` says what the stage
    shows. Under it stands what is ``said`` of every run, its verdict if nothing is given, and then what is
    ``told`` besides. What the page has below is made anew with every change, too.
    """
    here = lab()
    assert here is not None, "the page of a lab is in LABS"
    with st.sidebar:
        controls(scenario())
        look_control(scenario())
        moved()
    st.html(f'<header class="lab"><h1>{escape(here.title)}</h1><p>{written(here.question)}</p></header>')
    st.session_state["whole"] = scenario()
    _picture(main, shown, said, told)
    of = "" if _own(scenario()) else " with this lab’s own rules and surface"
    st.html(f'<p class="look-for"><b>Look for{of}:</b> {written(here.look_for)}</p>')
    _ways(here)
    for question in here.questions:
        _ask(here, question)
    return here


@st.fragment  # a slider moves without the rest of the page being made again
def _picture(main: Callable[[Scenario], Any], shown: Shown, said: Said | None, told: Told) -> None:
    theme = look()
    top = st.container()  # always there, so that what follows keeps its place
    with st.container(key="lab-main"):
        main(scenario())
    tell = telling(st.empty())
    now, (lines, verdicts) = drawn(lambda wanted, budget: judged_runs(wanted, theme, tell, budget))
    terrain(now, theme)
    tapes(now)
    display = shown(now, lines, verdicts, theme)
    stage(now, lines, verdicts, theme, heard(), visit(), HEARD, now == scenario(), display)
    of_runs = zip(lines, said(now, lines, verdicts), strict=True) if said else ()
    sentences = [_sentence(line, one, theme) for line, one in of_runs]
    sentences += [f'<p class="told">{written(sentence)}</p>' for sentence in told(now, lines)]
    st.html(f"<div>{''.join(sentences)}</div>")
    if moved() or now == scenario() != st.session_state["whole"]:
        st.rerun()  # the sidebar's fields and what stands below show what was chosen
    news = [*notices(), *unsaid()]
    if news:
        with top:
            say(news)


def _own(s: Scenario) -> bool:
    """Whether rules and surface are those that the lab opens with, of which it says what to look for."""

    def kinds(one: Scenario) -> list[str]:
        return [one.surface.key, one.surface.text or "", *(entry.rule.key for entry in one.entries)]

    return kinds(s) == kinds(opening_of(s.lab))


def chart(figure: Any, key: str | None = None, place: Any = st) -> None:
    """A figure below the picture as it is drawn here: in its own colours, and still under a finger."""
    place.plotly_chart(figure, key=key, theme=None, config={"displayModeBar": False})


@contextmanager
def part(title: str, sentence: str) -> Iterator[None]:
    """A further part of a lab below its picture: a heading and what it shows."""
    with st.container(key=f"part-{title}"):
        st.subheader(title, anchor=False)
        st.html(f'<p class="look-for">{written(sentence)}</p>')
        yield


def _sentence(line: Line, sentence: str, look: Look) -> str:
    slot = line.label[0]
    mark = swatch(slot, look.runs[SLOTS.index(slot)])
    said = f"<b>{escape(line.label[2:])}.</b> {written(sentence)}"
    return f'<p class="verdict" data-slot="{slot}">{mark} {said}</p>'


def _ways(here: Lab) -> None:
    """Where to go from here."""
    names = list(LABS)
    at = names.index(here.key)
    ways = [("Open in the playground", address(replace(scenario(), away=True)))]
    ways += [
        (f"{word}: {LABS[names[i]].title}", f"./{names[i]}")
        for word, i in (("Before", at - 1), ("Next", at + 1))
        if 0 <= i < len(names)
    ]
    ways.append(("All labs", "./labs"))
    links = " · ".join(f'<a href="{escape(to)}" target="_self">{escape(name)}</a>' for name, to in ways)
    st.html(f'<nav class="ways" aria-label="From this lab">{links}</nav>')


def way_back(shown: Scenario) -> None:
    """In the playground, the link back to the lab that a scenario comes from."""
    if shown.lab and shown.away:
        to = escape(address(replace(shown, away=False)))
        st.html(
            f'<a class="back" href="{to}" target="_self">◂ Back to the lab: {escape(shown.lab.title)}</a>'
        )


def _ask(here: Lab, question: Question) -> None:
    """A question, answered first by the student and then by a computation."""
    with st.container(border=True, key=f"question-{question.key}"):
        answer = st.radio(
            question.text, range(len(question.options)), index=None,
            format_func=question.options.__getitem__, key=f"{here.key}.{question.key}",
        )  # fmt: skip
        if answer is None:
            return
        right, because = recall(
            hashkey("answer", here.key, question.key), lambda: (question.right(), question.because())
        )
        head = "Right." if answer == right else f"No: {question.options[right]}."
        st.html(f'<p class="answer" role="status"><b>{written(head)}</b> {written(because)}</p>')
