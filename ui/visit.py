"""Which session this is, and pages that come to it from another one, which has been lost."""

from __future__ import annotations

import math
from random import randrange
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import streamlit as st

from ui.state import open_link


class Visit(NamedTuple):
    """What a page is told about its session."""

    name: str
    """Made up once: a page that meets another one knows that its own is lost."""
    heard: float | None = None
    """The serial number of the last message in which the page has said what it shows."""


NOWHERE = Visit("")


def visit() -> Visit:
    """What the page of this session is told."""
    return st.session_state.setdefault("visit", Visit(token_hex(8)))


def take_over(message: Any) -> bool:
    """Go on with what a page shows, if another session has shown it; whether the message was news.

    ``message`` has a ``serial`` number, the name of the ``visit``, the ``query`` of the address, and the
    ``room``: the page that it belongs to.
    """
    here = visit()
    try:
        serial, name = float(message["serial"]), str(message["visit"])
        query = dict(parse_qsl(str(message["query"]), keep_blank_values=True))
        room = str(message.get("room", ""))
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        return False
    if serial == here.heard or not math.isfinite(serial):
        return False
    st.session_state["visit"] = here._replace(heard=serial)
    if name != here.name:
        open_link(query, room)
        # Widgets of this session's own: those of the lost one may show what nobody has heard.
        st.session_state["names"], st.session_state["generation"] = {}, randrange(1, 1_000_000)
    return True
