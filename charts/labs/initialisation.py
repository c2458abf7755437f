"""Initialisation as figures: what is left of signals and gradients, by layer, beside what theory says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from charts.labs.curves import SMALL, Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look, RunStyle
from landscapes import Array
from optimizers.studies.initialisation import Predicted, Scales, Separation, Signals


def spread_by_layer(
    found: Sequence[tuple[str, Signals]],
    predicted: Sequence[tuple[str, Predicted]] = (),
    look: Look = LIGHT,
    backward: bool = False,
    own: tuple[str, Signals] | None = None,
) -> go.Figure:
    """E[a²] of the activations by layer, or ``backward`` that of the gradients, one line a named start.

    ``own`` is broad and pale beneath the others. A start that lets nothing through has no line: a log axis
    has no place for 0.
    """
    title = "E[(∂f/∂a)²]" if backward else "E[a²]"
    figure = curves(Scale("layer"), Scale(title, logarithmic=True), look)
    if own is not None:
        values = own[1].gradients if backward else own[1].squares
        line(figure, np.arange(len(values)), _above_zero(values), own[0], _own(look), points=False)
        figure.data[0].update(opacity=0.35, line={"width": 11})
    for (name, one), style in zip(found, _styles(look), strict=False):
        values = one.gradients if backward else one.squares
        if np.count_nonzero(values) > 1:  # more than what went in
            line(figure, np.arange(len(values)), _above_zero(values), name, style)
    for name, expected in predicted:
        values = expected.gradients if backward else expected.spread
        theory(figure, np.arange(len(values)), _above_zero(values), name, look)
    return scaled(figure)


def last_against_scale(
    found: Scales, predicted: Sequence[tuple[str, ArrayLike]], look: Look = LIGHT
) -> go.Figure:
    """E[a²] of the last layer for every scale of the weights, and what theories say of it."""
    measured = found.forward[found.forward > 0.0]
    ends = (float(measured.min()), float(measured.max())) if measured.size else (None, None)
    figure = curves(
        Scale("scale n Var(W)", logarithmic=True), Scale("E[a²] of the last layer", True, *ends), look
    )
    line(figure, found.gains, _above_zero(found.forward), "measured", _own(look))
    for (name, values), dash in zip(predicted, ("2px,3px", "8px,4px"), strict=False):
        theory(figure, found.gains, values, name, look, dash)
    figure = scaled(figure)
    for gain, name in ((1.0, "Xavier"), (2.0, "He")):
        figure.add_vline(x=gain, line={"color": look.ink, "width": 1, "dash": "6px,4px"})
        figure.add_annotation(
            x=np.log10(gain), y=0, yref="paper", text=name, showarrow=False, yanchor="bottom",
            xanchor="left" if gain > 1.0 else "right", font={"size": SMALL, "color": look.ink},
        )  # fmt: skip
    return figure


def chain_figure(found: Sequence[tuple[str, Array, Array]], look: Look = LIGHT) -> go.Figure:
    """What chains of one unit a layer make of an input of 1: what was run, and over it what theory says."""
    figure = curves(Scale("layers before"), Scale("signal", logarithmic=True), look)
    for (name, run, _), style in zip(found, look.runs, strict=False):
        line(figure, np.arange(len(run)), run, name, style)
    for i, (_, _, expected) in enumerate(found):
        theory(figure, np.arange(len(expected)), expected, "weight^layers", look)
        figure.data[-1].showlegend = i == 0
    return scaled(figure)


def separation_trace(found: Sequence[tuple[str, Separation]], look: Look = LIGHT) -> go.Figure:
    """The loss of nets whose units began alike, one line a named net."""
    figure = curves(Scale("step"), Scale("loss", logarithmic=True), look)
    for (name, one), style in zip(found, look.runs, strict=False):
        line(figure, np.arange(len(one.losses)), one.losses, name, style, points=False)
    return scaled(figure)


def _styles(look: Look) -> tuple[RunStyle, ...]:
    """The runs' styles, the last one first: its colour is near the one before, and zero rarely has a line."""
    return look.runs[-1:] + look.runs[:-1]


def _own(look: Look) -> RunStyle:
    return RunStyle(look.ink, "solid", "circle")


def _above_zero(values: Array) -> Array:
    return np.where(values > 0.0, values, np.nan)
