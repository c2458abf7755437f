"""One quiet line that says how far a long computation is, and what ends it when the visitor goes on."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

_LINE = '<p role="status" class="working">{}</p>'


def telling(place: Any) -> Callable[[str], None]:
    """A function that shows a sentence in this ``st.empty()``, or clears it.

    It ends the run of the page if the visitor has asked for another one: Streamlit does so at every
    element, except where what is asked for is a part of the page, as by a learning rate.
    """

    def tell(sentence: str) -> None:
        if sentence:
            place.html(_LINE.format(escape(sentence)))
        else:
            place.empty()
        _give_way()

    return tell


def _give_way() -> None:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.script_requests is None:
        return
    if context.script_requests._state is ScriptRequestType.RERUN:
        st.rerun(scope="fragment" if context.fragment_ids_this_run else "app")
