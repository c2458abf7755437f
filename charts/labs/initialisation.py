"""Initialisation as figures: what is left of signals and gradients, by layer, beside what theory says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from landscapes import Array
from optimizers.studies.initialisation import Predicted, Separation, Signals


def spread_by_layer(
    found: Sequence[tuple[str, Signals]],
    predicted: Sequence[tuple[str, Predicted]] = (),
    look: Look = LIGHT,
    backward: bool = False,
) -> go.Figure:
    """E[a²] of the activations by layer, or ``backward`` that of the gradients, one line a named start."""
    title = "E[(∂f/∂a)²]" if backward else "E[a²]"
    figure = curves(Scale("layer"), Scale(title, logarithmic=True), look)
    for (name, one), style in zip(found, look.runs, strict=False):
        values = one.gradients if backward else one.squares
        line(figure, np.arange(len(values)), _above_zero(values), name, style)
    for name, expected in predicted:
        values = expected.gradients if backward else expected.spread
        theory(figure, np.arange(len(values)), _above_zero(values), name, look)
    return scaled(figure)


def separation_trace(found: Sequence[tuple[str, Separation]], look: Look = LIGHT) -> go.Figure:
    """The loss of nets whose units began alike, one line a named net."""
    figure = curves(Scale("step"), Scale("loss", logarithmic=True), look)
    for (name, one), style in zip(found, look.runs, strict=False):
        line(figure, np.arange(len(one.losses)), one.losses, name, style, points=False)
    return scaled(figure)


def _above_zero(values: Array) -> Array:
    return np.where(values > 0.0, values, np.nan)
