"""The line over the playground's picture: which scene it is, what to expect, why, and what is predicted."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import NamedTuple

import streamlit as st

from charts import Look, number
from optimizers import known_minima
from ui.link import encode, opened
from ui.runs import judged_runs
from ui.scenario import Scenario
from ui.scene import Outcome, Scene
from ui.scenes import SCENES
from ui.shown import Shown
from ui.state import bound, open_link
from ui.words import plain, written
from ui.work import TooMuch

NONE = ""
"""The answer that no run wins."""
QUESTION = "Who is first within 10⁻⁶ of the lowest loss, and not lost again?"
_UNASKED = "Who is first cannot be asked here: no lowest loss is known."


class Tale(NamedTuple):
    """What the line depends on: the scene, whether it was changed, what is predicted, and of which runs."""

    scene: Scene | None
    changed: bool = False
    predicts: bool = False
    answer: str | None = None
    stale: bool = False
    """Whether the runs are no longer those that the answer was about."""

    @property
    def hides(self) -> bool:
        """Whether the runs are still to be predicted."""
        return self.predicts and self.answer is None


def tale(scenario: Scenario) -> Tale:
    """That of the scene that the scenario is of, or was changed from."""
    scene = SCENES.get(scenario.scene)
    if scene is None:
        return Tale(None)
    own = opened(scene)
    changed = replace(scenario, shown=own.shown, locked=()) != own
    if not (scenario.shown.predict and _asked(scenario)):
        return Tale(scene, changed)
    answer = _answer(scene)
    others = answer is not None and _told_of(scene) not in (None, _runs(scenario))
    return Tale(scene, changed, True, answer, others)


def _asked(scenario: Scenario) -> bool:
    """Whether it can be said which run is first at the lowest loss."""
    return known_minima(scenario.surface).minimum is not None


def _runs(scenario: Scenario) -> Scenario:
    """What the scenario's runs depend on, and nothing else."""
    return replace(scenario, shown=Shown(), locked=())


def scene_bar(scenario: Scenario, look: Look) -> Tale:
    """Show the line, and say what it depends on; nothing where the scenario is of no scene."""
    told = tale(scenario)
    scene, changed, _, answer, _ = told
    if scene is None:
        return told
    answered = answer is not None and not changed
    why = not told.hides and (answered or _explained(scene, changed))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scene"):
        result = f"<i>{written(_result(scenario, scene, answer, look))}</i> " if answer is not None else ""
        title = f"<b>{escape(scene.title)}.</b>"
        before, after = scene.before, scene.before if told.hides else _why(scene, look)
        said, other = (after, before) if why else (before, after)
        st.html(
            f'<div class="lines"><p class="scene">{title} {result}{written(said)}</p>'
            f'<p class="aside" aria-hidden="true">{title} {result}{written(other)}</p></div>'
        )
        _buttons(scenario, scene, changed, why, told.hides or answer is not None)
    if told.hides:
        _ask(scenario, scene)
    return told


def _buttons(scenario: Scenario, scene: Scene, changed: bool, why: bool, asks: bool) -> None:
    if changed or asks:
        st.button(
            "Back to the scene", key="scene.back", icon=":material/restart_alt:", disabled=not changed,
            help="Back to the scene as it opens", on_click=_go, args=(scene, scenario),
        )  # fmt: skip
    else:
        st.button("Look for" if why else "Why?", key="scene.why", on_click=_turn, args=(scene, not why))
    asked = _asked(scenario)
    bound(
        st.toggle, "Predict first", "predict", scenario.shown.predict and asked, _predict,
        help=QUESTION if asked else _UNASKED, disabled=not asked,
    )  # fmt: skip
    keys = list(SCENES)
    at = keys.index(scene.key)
    for name, icon, i in (("Previous", "chevron_left", at - 1), ("Next", "chevron_right", at + 1)):
        there = SCENES[keys[i]] if 0 <= i < len(keys) else None
        st.button(
            f"{name} scene", key=f"scene.{name.lower()}", icon=f":material/{icon}:", disabled=there is None,
            help=there and f"{plain(there.title)} ({there.topic})", on_click=_go,
            args=(there or scene, scenario),
        )  # fmt: skip


def _go(scene: Scene, scenario: Scenario) -> None:
    """To a scene as it opens; how the page looks, and what is hidden on it, stays."""
    kept = {key: text for key, text in encode(scenario).items() if key in ("lock", "predict", "look")}
    open_link({"scene": scene.key} | kept)
    st.session_state["moved"] = True  # the sidebar shows another surface
    _forget()


def _forget() -> None:
    for key in ("why", "answer", "result"):
        st.session_state.pop(key, None)


def _explained(scene: Scene, changed: bool) -> bool:
    """Whether it is said why: if that was asked; of the opening also unasked, as long as it is as it was."""
    first = next(iter(SCENES))
    usual = first if scene.key == first and not changed else None
    return bool(st.session_state.get("why", usual) == scene.key)


def _turn(scene: Scene, why: bool) -> None:
    """From what to look for to why, and back."""
    st.session_state["why"] = scene.key if why else None


def _predict(scenario: Scenario, on: bool) -> Scenario:
    _forget()
    return scenario.looking(predict=on)


def _answer(scene: Scene) -> str | None:
    """What the student has said of this scene."""
    key, answer = st.session_state.get("answer", (None, None))
    return answer if key == scene.key else None


def _ask(scenario: Scenario, scene: Scene) -> None:
    names = {entry.slot: f"{entry.slot} {entry.rule.name}" for entry in scenario.entries} | {
        NONE: "None of them"
    }
    key = f"prediction.{scene.key}"
    with st.container(key="ask"):
        st.radio(
            QUESTION, list(names), index=None, format_func=names.__getitem__, horizontal=True, key=key,
            on_change=_take, args=(scene, key),
        )  # fmt: skip


def _take(scene: Scene, key: str) -> None:
    st.session_state["answer"] = (scene.key, st.session_state[key])


def _told_of(scene: Scene) -> Scenario | None:
    """The runs of which it was said whether the answer was right."""
    key, runs, _ = st.session_state.get("result", ("", None, ""))
    return runs if key == scene.key else None


def _result(scenario: Scenario, scene: Scene, answer: str, look: Look) -> str:
    """Whether the answer was right, as the runs were when it was given."""
    if _told_of(scene) is None:
        outcome = _outcome(scenario, look)
        if outcome is None:
            return ""
        st.session_state["result"] = (scene.key, _runs(scenario), verdict_on(answer, outcome))
    _, runs, said = st.session_state["result"]
    return said if runs == _runs(scenario) else f"{said.removesuffix('.')}, as the runs were then."


def verdict_on(answer: str, outcome: Outcome) -> str:
    """Whether the answer names a run that wins, and which ones do."""
    winners = outcome.winners
    head = "Right" if answer in (winners or (NONE,)) else "No"
    if not winners:
        came = any(outcome.goal(slot) is not None for slot in outcome.runs)
        return f"{head}: none of them {'stays there' if came else 'comes that far'}."
    *others, last = winners
    who = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    when = f"{outcome.scenario.budget.one} {number(outcome.spent(last) or 0.0, 6)}"
    if not outcome.spent(last) and outcome.goal(last):
        when = f"step {outcome.goal(last)}, with no {outcome.scenario.budget.unit}"
    return f"{head}: {who} first, at {when}."


def _why(scene: Scene, look: Look) -> str:
    """Why the scene's own runs do what they do."""
    outcome = _outcome(opened(scene), look)
    return scene.before if outcome is None else scene.after(outcome)


def _outcome(scenario: Scenario, look: Look) -> Outcome | None:
    """What the scenario's runs come to; None on a server that is too busy to say."""
    try:
        return Outcome(scenario, *judged_runs(scenario, look))
    except TooMuch:
        return None
