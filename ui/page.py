"""What every page shares: the look and the small style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from charts import LIGHT, LOOKS, Look
from ui.assets import mount

_PAGES = (("playground", "Playground", True), ("surfaces", "Surfaces", False), ("rules", "Rules", False))
_STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text()}</style>"


def style() -> None:
    """Tighten Streamlit's spacing so that picture and sliders share one screen."""
    st.html(_STYLE)
    mount("manners", script="manners.js", key="manners", height=1)


def opened() -> Any:
    """The page that the address names, with the links to all of them above the sidebar's controls."""
    pages = [st.Page(f"pages/{key}.py", title=title, default=default) for key, title, default in _PAGES]
    page = st.navigation(pages, position="hidden")
    with st.sidebar, st.container(horizontal=True, key="pages"):
        for other in pages:
            st.page_link(other)
    st.set_page_config(page_title=f"{page.title} · Descent Lab")
    st.session_state["opened by app"] = True
    return page


def insist_on_app() -> None:
    """Open a page again through app.py, if it is the first thing that this server was ever asked for.

    Until st.navigation was called once, Streamlit runs what lies in ``pages`` by itself.
    """
    if "opened by app" not in st.session_state:
        opened()
        st.rerun()


def say(sentences: Sequence[str]) -> None:
    """Show notices as plain text, since they may quote what a stranger's link says."""
    with st.container():  # always there, so that what follows keeps its place
        if sentences:
            st.warning("  \n".join(as_written(sentence) for sentence in sentences))


def as_written(text: str) -> str:
    """Markdown that shows the text as it is, with nothing in it to click."""
    unlinked = re.sub(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", "\u2060", text, flags=re.IGNORECASE)
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", unlinked)


def look() -> Look:
    """The look that fits the visitor's theme."""
    return LOOKS.get(st.context.theme.type or "light", LIGHT)
