"""What is known about a surface, for its place in the gallery and for the playground."""

from __future__ import annotations

import base64
from html import escape
from urllib.parse import urlencode

import streamlit as st

from charts import Look, number, relief_3d, thumbnail
from landscapes import Landscape
from landscapes.once import once
from optimizers import known_minima, stationary_points
from ui.table import html_table
from ui.words import written

_MOST_LISTED = 60


def card(surface: Landscape, look: Look) -> None:
    """A surface in the gallery: its picture leads to the playground, the rest opens below it."""
    link = escape(urlencode({"landscape": surface.key}))
    name = escape(surface.name)
    st.html(
        f'<figure class="run"><a href="./?{link}" target="_self">'
        f'<img src="{_picture(surface, look)}" alt="{name}: contours"></a>'
        f"<figcaption><b>{name}</b><br>{written(surface.lesson)}<br>"
        f"<small>{escape(surface.source)}</small></figcaption></figure>"
    )
    details(surface, look, key=f"about.{surface.key}")


def details(surface: Landscape, look: Look, key: str = "about") -> None:
    """What is known about a surface, computed once it is asked for."""
    more = st.expander("Formula, derivatives, facts", key=key, on_change="rerun")
    if more.open:
        with more:
            about(surface, look)


def about(surface: Landscape, look: Look) -> None:
    """Formula, gradient, Hessian, facts, stationary points, and the surface in three dimensions."""
    st.markdown(f"$$f = {surface.latex}$$")
    for letter, latex in ((r"\nabla f", surface.gradient_latex), ("H", surface.hessian_latex)):
        st.markdown(f"$${letter} = {latex}$$" if latex else f"${letter}$ is too long to be read.")
    if surface.data:
        st.caption(surface.data.meaning)
    st.caption(f"{_character(surface)}  \nSource: {surface.source}.")
    _points(surface)
    if st.toggle("In three dimensions", key=f"3d.{surface.key}"):
        st.plotly_chart(relief_3d(surface, look), key=f"chart.{surface.key}")


def _character(surface: Landscape) -> str:
    facts = surface.facts
    known = known_minima(surface)
    if known.found and surface.text:  # of which nobody has said anything
        return "" if known.minimum is None else f"Minimum {number(known.minimum)}, found on the map."
    smooth = "smooth" if facts.smooth else "not smooth"
    convex = "Convex" if facts.convex else "Not convex"
    lowest = "no known minimum" if surface.minimum is None else f"minimum {number(surface.minimum)}"
    return f"{convex}, {smooth}, {lowest}."


def _points(surface: Landscape) -> None:
    found = stationary_points(surface)
    if not found:
        st.markdown("No stationary point in the window can be told from its neighbours.")
        return
    width, height = surface.spans
    rows = [
        (
            one.nature.capitalize(),
            f"({_unless_rounding(one.point[0], width)}, {_unless_rounding(one.point[1], height)})",
            _unless_rounding(one.value, surface.loss_range),
            ", ".join(map(number, one.eigenvalues)),
            number(one.condition_number),
        )
        for one in found[:_MOST_LISTED]
    ]
    html_table(("Stationary point", "Where", "Loss", "Eigenvalues of the Hessian", "κ"), rows)
    if len(found) > _MOST_LISTED:
        count = f"more than {len(found)}" if found.more else str(len(found))
        st.caption(f"The lowest {_MOST_LISTED} of {count}.")
    elif found.more:
        st.caption("There may be more than these.")


def _unless_rounding(value: float, scale: float) -> str:
    return number(value if abs(value) > 1e-7 * scale else 0.0)


@once()
def _picture(surface: Landscape, look: Look) -> str:
    svg = thumbnail(surface, f"Contours of {surface.name}", look=look)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
