"""Share: the link, its QR code, a snippet to embed it, and what a teacher hides from students."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape
from urllib.parse import quote, urljoin

import segno
import streamlit as st

from ui.link import address
from ui.locks import GROUPS, checked_lock
from ui.scenario import Scenario
from ui.state import scenario

COURTESY = "A courtesy, not a security boundary: whoever edits the link has everything."
HIDDEN = "Some controls are hidden by the link."
TOO_LONG = "The link is too long for a QR code."


def share_button() -> None:
    """A button behind which everything is made once it is pressed."""
    if st.button("Share", key="share", icon=":material/share:", width="stretch"):
        _share()


def hidden_note(shown: Scenario) -> None:
    """A quiet line where a link hides controls."""
    if any(not shown.offers(group) for group in GROUPS):
        st.caption(HIDDEN)


def whole_link(shown: Scenario, page: str) -> str:
    """The link to a scenario from the address of its page: with the runs, whatever a first visitor sees."""
    return urljoin(page, address(shown, short=False))


def embedding(link: str, title: str) -> str:
    """The HTML that shows the link's page inside another."""
    joined = f"{link}{'&' if '?' in link else '?'}embed=true"
    return (
        f'<iframe src="{escape(joined)}" title="{escape(title)}" '
        'width="100%" height="800" style="border: 0" loading="lazy"></iframe>'
    )


def qr_code(link: str) -> str | None:
    """The link as a picture for cameras, an SVG; None where it is too long for one."""
    try:
        code = segno.make(link, micro=False, error="l", boost_error=False)
    except segno.DataOverflowError:
        return None
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


@st.dialog("Share", width="medium")
def _share() -> None:
    shown = scenario()
    hidden = shown.locked
    if not shown.locked:  # students pass on what they got
        hidden = st.pills(
            "Hide from students", list(GROUPS),
            selection_mode="multi", format_func=GROUPS.get, key="share.lock",
        )  # fmt: skip
        st.caption(COURTESY)
    link = whole_link(replace(shown, locked=checked_lock(hidden)), st.context.url or "")
    drawn = qr_code(link)
    code, text = st.columns([2, 3])
    with code:
        if drawn is None:
            st.caption(TOO_LONG)
        else:
            st.html(f'<img class="code" alt="QR code of the link" src="data:image/svg+xml,{quote(drawn)}">')
    with text:
        st.code(link, language=None, wrap_lines=True)
        st.caption("To show it in a page of yours, where this server lets that page do so:")
        st.code(embedding(link, f"Descent Lab: {shown.surface.name}"), language=None, wrap_lines=True)
