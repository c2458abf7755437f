"""The lab of mini-batches: the variance of a batch's gradient, and epochs against updates."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from optimizers.studies.sampling import Epochs, Spread, variance_theory


def variance_curve(found: Spread, look: Look = LIGHT) -> go.Figure:
    """The measured variance with its standard errors, the exact curve, and 1/S.

    At S = N there is none, for which a log axis has no place: the line ends before.
    """
    smallest = float(found.variances[found.variances > 1e-12 * found.single].min(initial=found.single))
    figure = curves(
        Scale("batch size S", True),
        Scale("variance of the gradient", True, 0.5 * smallest, 2.0 * found.single),
        look,
    )
    shown = np.where(found.variances > 1e-12 * found.single, found.variances, np.nan)
    line(figure, found.sizes, shown, f"measured, {found.draws:,} batches", look.runs[0])
    figure.data[-1].error_y = {"type": "data", "array": found.errors, "color": look.colors[0]}
    exact = variance_theory(found.single, found.examples, found.sizes)
    theory(figure, found.sizes, np.where(exact > 0.0, exact, np.nan), "σ²/S · (N − S)/(N − 1)", look)
    theory(figure, found.sizes, found.single / found.sizes, "σ²/S", look, "8px,4px")
    return scaled(figure)


def epoch_curves(found: Epochs, by_updates: bool = False, look: Look = LIGHT) -> go.Figure:
    """The mean full loss against epochs, or against updates, for every batch size."""
    positive = all((one > 0.0).all() for one in found.losses)
    title = "mean loss above minimum" if positive else "mean loss"
    figure = curves(Scale("updates" if by_updates else "epochs"), Scale(title, positive), look)
    for place, size in enumerate(found.sizes):
        losses = found.losses[place]
        across = np.arange(len(losses)) if by_updates else found.epochs[place]
        style = look.runs[place % len(look.runs)]
        line(figure, across, losses, f"S = {size:.0f}", style, points=False)
    return scaled(figure)
