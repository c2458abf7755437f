"""One visitor's scenario in the session, and widgets that show it and change it.

The scenario is the only truth: widgets are set from it before every run, and their callbacks replace
it. An edit that makes no runnable scenario changes nothing but the notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import streamlit as st

from charts import prose
from landscapes import Point
from ui.lab import Lab
from ui.labs import LABS
from ui.link import decode
from ui.scenario import Place, Scenario
from ui.shown import LOOKED, Shown
from ui.work import BUDGET, TooMuch, too_long

Edit = Callable[[Scenario, Any], Scenario]
T = TypeVar("T")

_LENIENCE = 1.5
"""What was accepted once may cost so many times what an edit may: it is there again on a busier day."""


def enter(room: str) -> None:
    """Note which page this is, by its address: every lab has a scenario of its own, all others share one."""
    st.session_state["room"] = room


def lab() -> Lab | None:
    """The lab whose page this is."""
    return LABS.get(st.session_state.get("room", ""))


def _mine(name: str) -> str:
    """What this page's own is called in the session."""
    return _of(name, lab())


def _of(name: str, lab: Lab | None) -> str:
    return f"{name}.{lab.key}" if lab else name


def scenario() -> Scenario:
    """The page's scenario; read from the address on the first run."""
    mine = _mine("scenario")
    if mine not in st.session_state:
        st.session_state[mine], st.session_state["notices"] = decode(st.query_params.to_dict(), lab())
    return st.session_state[mine]


def notices() -> list[str]:
    """Sentences about what could not be taken, said once."""
    said, st.session_state["notices"] = st.session_state.get("notices", []), []
    return said


def remark(sentences: Sequence[str]) -> None:
    """Have sentences said once about what was taken, but not as it stands."""
    st.session_state["notices"] = list(sentences)


def change(edit: Callable[[Scenario], Scenario]) -> None:
    """Replace the scenario by an edited one; if the edit cannot be run, say why and keep the old one."""
    refused = _attempt(edit)
    if refused:
        st.session_state["notices"] = [refused]


def _attempt(edit: Callable[[Scenario], Scenario]) -> str | None:
    """Replace the scenario by an edited one; the reason, and the old one, where it cannot be run."""
    if st.session_state.pop("refusal", None):
        st.session_state["moved"] = True  # the sentence may stand in the sidebar
    try:
        st.session_state[_mine("scenario")] = edit(scenario())
    except ValueError as error:
        return str(error)
    return None


def place() -> None:
    """Take over the start that the visitor pointed at on the stage."""
    said = _heard("start", _placed)
    if said is not None:
        start, dropped = said
        change(lambda s: replace(s, start=start))
        st.session_state["moved"] = dropped


def _placed(value: Any) -> tuple[Point, bool]:
    x, y = value["point"]
    return (float(x), float(y)), bool(value["dropped"])


def moved() -> bool:
    """Whether the start was just dropped somewhere else on the stage; said once."""
    return bool(st.session_state.pop("moved", False))


def turned() -> None:
    """Note that the visitor's theme has changed: everything on the page is made anew."""
    _heard("theme", str)
    st.session_state["moved"] = True


def returned() -> None:
    """Take over the scenario of the address that the visitor went back, or forward, to."""
    query = _heard("address", lambda value: dict(parse_qsl(str(value["query"]), keep_blank_values=True)))
    if query is not None:
        open_link(query)
        st.session_state["moved"] = True


def open_link(query: Mapping[str, str], room: str | None = None) -> None:
    """Go on with the scenario of a link, as if that page, or this one, had been opened with it."""
    there = lab() if room is None else LABS.get(room)
    st.session_state[_of("scenario", there)], st.session_state["notices"] = decode(query, there)
    st.session_state[_of("drawn", there)] = None


def chosen() -> None:
    """Take over the numbers that the visitor pointed at on a picture."""
    places = _heard("settings", lambda value: [(_place(one), float(one["value"])) for one in value])
    if places:

        def edit(s: Scenario) -> Scenario:
            for place, value in places:
                s = s.with_number(place, value)
            return s

        change(edit)
        st.session_state["moved"] = True


def _place(said: Any) -> Place:
    return Place(str(said["of"]), str(said.get("key", "")), str(said.get("slot", "")))


def looked() -> None:
    """Take over what of the picture the visitor has chosen to see, each part by its key in a link."""
    usual = Shown()

    def read(value: Any) -> dict[str, Any]:
        parts = {str(key): str(text) for key, text in value.items()}
        return {
            (field := LOOKED[key][0]): LOOKED[key][1](text) if text else getattr(usual, field)
            for key, text in parts.items()
        }

    parts = _heard("looked", read)
    if parts:
        apart = scenario().shown.apart
        change(lambda s: s.looking(**parts))
        st.session_state["moved"] = scenario().shown.apart != apart  # the cards have the maps


def preview() -> None:
    """Remember, for one run of the page, the setting that is being dragged."""
    st.session_state["preview"] = _heard("preview", _dragged)


def _dragged(value: Any) -> tuple[Place, float]:
    return _place(value), float(value["value"])


HEARD: Mapping[str, Callable[[], None]] = {
    "start": place,
    "preview": preview,
    "settings": chosen,
    "looked": looked,
    "theme": turned,
    "address": returned,
}
"""What to do about everything that the stage says."""


def heard() -> float | None:
    """The serial number of the last thing the stage said."""
    return st.session_state.get("heard")


def _heard(event: str, read: Callable[[Any], Any]) -> Any:
    """What the stage said, as ``read`` takes it apart, noting its serial number; None if it makes no sense.

    The stage waits until its picture carries the number.
    """
    try:
        message = st.session_state["stage"][event]
        serial = float(message["serial"])
        if math.isfinite(serial):
            st.session_state["heard"] = serial
        return read(message["value"])
    except (LookupError, TypeError, ValueError, OverflowError):
        return None


def shown() -> Scenario:
    """The scenario to draw: the session's, with the setting under the pointer while one is dragged."""
    dragged = st.session_state.pop("preview", None)
    if dragged is None:
        return scenario()
    try:
        return scenario().with_number(*dragged)
    except ValueError:  # of a run that has gone meanwhile
        return scenario()


def drawn(compute: Callable[[Scenario, float], T]) -> tuple[Scenario, T]:
    """What to draw, and what ``compute`` makes of it with so many seconds of processor time.

    What takes longer is taken back with a sentence, and the page made anew: an edit to the scenario of the
    last picture, a link to fewer steps. A rate under the pointer is passed over.
    """
    asked, settled = shown(), scenario()
    before = st.session_state.get(_mine("drawn"))
    linked = asked == settled and (before is None or _runs(before) == _runs(settled))
    try:
        found = compute(asked, _LENIENCE * BUDGET if linked else BUDGET)
    except TooMuch as refused:
        st.session_state["notices"] = [*notices(), too_long(asked, refused.steps, linked)]
        if asked != settled:
            return drawn(compute)
        st.session_state[_mine("scenario")] = replace(settled, steps=refused.steps) if linked else before
        st.rerun()
    if asked == settled:
        st.session_state[_mine("drawn")] = settled
    return asked, found


def _runs(s: Scenario) -> Scenario:
    """The scenario without what its runs do not depend on: how it is looked at, and what it is called."""
    return replace(s, shown=Shown(), locked=(), scene="")


def bound(
    widget: Callable[..., Any],
    label: str,
    key: str,
    value: Any,
    edit: Edit,
    draft: bool = False,
    last: bool = False,
    **options: Any,
) -> None:
    """A widget that shows ``value`` and, when the visitor changes it, applies ``edit`` to the scenario.

    Why an edit was refused stands under it. What was typed into a ``draft`` stays there, to be mended;
    every other widget goes back to the value. Under one that is the ``last`` of its container no place is
    kept for the sentence.
    """
    typed = widget in (st.text_input, st.text_area)
    here = typed and refused(key)
    names = st.session_state.setdefault("names", {})
    name = names.setdefault(key, f"{key}.{st.session_state.get('generation', 0)}")
    if st.session_state.get(name, value) != value and not (draft and here):
        # Changed from elsewhere: a new widget, for a message on its way may still carry the old one's value
        # and would pass for an edit.
        name = names[key] = f"{key}.{int(name.rpartition('.')[2]) + 1}"
    start = {"value": value}
    if widget is st.selectbox:
        start = {"index": options["options"].index(value)}
    elif widget is st.segmented_control:
        start = {"default": value}
    widget(label, key=name, on_change=_apply, args=(key, name, edit), **start, **options)
    if not typed or (last and not here):
        return
    below = st.empty()  # always there, so that what follows keeps its place
    if here:
        refusal = st.session_state["refusal"]
        refusal["shown"] = True
        said = refusal["sentence"]
        if not draft:  # what quotes the visitor is left as it is
            said = f"{said if said.startswith('“') else prose(said)} {value} stays."
        below.html(f'<p class="refusal" role="alert">{escape(said)}</p>')


def refused(key: str) -> bool:
    """Whether the last edit, by the widget with this key, could not be run."""
    return bool((st.session_state.get("refusal") or {}).get("key") == key)


def unsaid() -> list[str]:
    """Why an edit was refused, if it came from a widget that has gone; said once."""
    refusal = st.session_state.get("refusal")
    if not refusal or refusal["shown"]:
        return []
    refusal["shown"] = True
    return [refusal["sentence"]]


def _apply(key: str, name: str, edit: Edit) -> None:
    if st.session_state["names"][key] != name:
        return
    value = st.session_state[name]
    sentence = _attempt(lambda s: edit(s, value))
    if sentence:
        st.session_state["refusal"] = {"key": key, "sentence": sentence, "shown": False}
