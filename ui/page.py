"""What every page shares: the look and the small style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from charts import LIGHT, LOOKS, Look

_STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text()}</style>"


def style() -> None:
    """Tighten Streamlit's spacing so that picture and sliders share one screen."""
    st.html(_STYLE)
    st.session_state["styled"] = True


def insist_on_app() -> None:
    """Open the page again through app.py, if it is the first thing that this server was ever asked for.

    Until st.navigation was called once, Streamlit runs what lies in ``pages`` by itself.
    """
    if "styled" not in st.session_state:
        st.navigation([st.Page(style, title="Descent Lab")], position="hidden")
        st.rerun()


def say(sentences: Sequence[str]) -> None:
    """Show notices as plain text, since they may quote what a stranger's link says."""
    with st.container():  # always there, so that what follows keeps its place
        if sentences:
            st.warning("  \n".join(_plain(sentence) for sentence in sentences))


def _plain(text: str) -> str:
    """Markdown that shows the text as it is, with nothing in it to click."""
    unlinked = re.sub(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", "\u2060", text, flags=re.IGNORECASE)
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", unlinked)


def look() -> Look:
    """The look that fits the visitor's theme."""
    return LOOKS.get(st.context.theme.type or "light", LIGHT)
