"""What every page shares: the look and the small style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from charts import LIGHT, LOOKS, Look
from ui.assets import mount
from ui.labs import LABS
from ui.state import enter, scenario
from ui.visit import take_over, visit

_PAGES = {
    "playground": "Playground",
    "scenes": "Scenes",
    "labs": "Labs",
    "rules": "Rules",
    "surfaces": "Surfaces",
}
_FOLDER = Path(__file__).parent.parent / "pages"
_STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text()}</style>"
_PROJECTOR = f"<style>{(Path(__file__).parent / 'projector.css').read_text()}</style>"


def show() -> None:
    """All that a visitor sees: the page that the address names, under the links to all of them."""
    st.set_page_config(page_title="Descent Lab", page_icon="ui/icon.svg", layout="wide")
    main = {key: _page(key, title, default=key == "playground") for key, title in _PAGES.items()}
    labs = {key: _page(key, lab.title) for key, lab in LABS.items()}
    page = st.navigation([*main.values(), *labs.values()], position="hidden")
    enter(page.url_path)
    _style()
    st.logo("ui/wordmark.svg", icon_image="ui/icon.svg")
    with st.sidebar, st.container(horizontal=True, key="pages"):
        for other in main.values():
            st.page_link(other)
    st.set_page_config(page_title=f"{page.title} · Descent Lab")
    page.run()


def _page(key: str, title: str, default: bool = False) -> Any:
    return st.Page(_FOLDER / f"{key}.py", title=title, default=default)


def _style() -> None:
    """Tighten Streamlit's spacing so that picture and sliders share one screen; mind the page's manners."""
    st.html(_STYLE if not scenario().shown.projector else f"{_STYLE}{_PROJECTOR}")
    shown = mount(
        "manners", script="manners.js", key="manners", height=1, data=visit()._asdict(),
        on_woken_change=lambda: take_over(st.session_state["manners"]["woken"]),
    )  # fmt: skip
    if take_over(shown["woken"]):  # a new session calls nothing back in its first run
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
    """The look that fits the visitor's theme, and the projector if that was chosen."""
    key = st.context.theme.type or "light"
    return LOOKS.get(f"{key}-projector" if scenario().shown.projector else key, LIGHT)
