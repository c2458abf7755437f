"""What every page shares: the look and the small style sheet."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from charts import LIGHT, LOOKS, Look

_STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text()}</style>"


def style() -> None:
    """Tighten Streamlit's spacing so that picture and sliders share one screen."""
    st.html(_STYLE)


def look() -> Look:
    """The look that fits the visitor's theme."""
    return LOOKS.get(st.context.theme.type or "light", LIGHT)
