"""The learning-rate lab: the loss after the budget against η, three classic traces, schedules under noise."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, mark, scaled, theory
from charts.look import LIGHT, Look
from charts.numbers import number
from charts.outcomes import LABELS
from charts.symbols import RUNS
from optimizers.studies.annealing import Annealing
from optimizers.studies.learning_rates import Label, LearningRates


def rate_curve(found: LearningRates, look: Look = LIGHT) -> go.Figure:
    """The loss after the budget against the learning rate, each rate labelled, theory's edges marked.

    A rate that diverges stands on the upper edge, ten times above where the runs begin.
    """
    began = float(found.losses[0, 0])
    above = found.lowest is not None and began > 0.0
    ceiling = 10.0 * began if above else None
    ends = np.where(np.isfinite(found.losses[-1]), found.losses[-1], np.inf)
    if above:
        positive = ends[(ends > 0.0) & np.isfinite(ends)]
        floor = max(float(positive.min()), 1e-16 * began) if positive.size else 1e-16 * began
        ends = np.clip(ends, floor, ceiling)
    else:  # no minimum is known: what leaves the start's scale would flatten the rest
        kept = np.abs(found.losses[0, 0] - ends[np.isfinite(ends) & (found.labels != Label.DIVERGING)])
        reach = float(kept.max()) if kept.size else 1.0
        ends = np.clip(ends, began - 1.5 * reach, began + 1.5 * reach)
    title = f"loss after {found.steps:,} steps" + (", above minimum" if above else "")
    figure = curves(Scale("learning rate η", True), Scale(title, above), look)
    figure.add_scatter(
        x=found.rates, y=ends, mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": look.faint, "width": 2},
    )  # fmt: skip
    for label, outcome in LABELS.items():
        own = found.labels == label
        if own.any():
            figure.add_scatter(
                x=found.rates[own], y=ends[own], mode="markers", name=str(label),
                marker={"symbol": RUNS[outcome.sign].plotly, "size": 9, "color": outcome.color},
                hovertemplate=f"η %{{x:.4g}}<br>loss %{{y:.4g}}<extra>{label}</extra>",
            )  # fmt: skip
    if found.edges is not None:
        low, high = found.rates[[0, -1]]
        for at, text, side in (
            (found.edges.one_step, "1/λ_max", "right"),
            (found.edges.limit, found.edges.formula, "left"),
        ):
            if at is not None and low <= at <= high:
                mark(figure, at, text.replace("_max", "<sub>max</sub>"), look, side)
    return scaled(figure)


def classic_traces(found: LearningRates, look: Look = LIGHT) -> go.Figure:
    """Loss against step at a rate too small, at the best one and at one too large, on one linear axis."""
    figure = curves(Scale("step"), Scale("loss", False), look)
    highest, lowest = -np.inf, np.inf
    for place, words, style in zip(
        found.classic, ("too small", "right", "too large"), look.runs[:3], strict=True
    ):
        if place is not None:
            trace = found.losses[:, place] + (found.lowest or 0.0)
            if (seen := trace[np.isfinite(trace)]).size:
                highest, lowest = max(highest, float(seen[0])), min(lowest, float(seen.min()))
            name = f"{words}: η = {number(float(found.rates[place]), 3)}"
            line(figure, np.arange(len(trace)), trace, name, style, points=False)
    if np.isfinite(highest):
        room = (highest - lowest) or 1.0
        figure.layout.meta["y"].update(low=max(lowest, highest - 4.0 * room), high=highest + room)
    return scaled(figure)


def schedule_traces(found: Annealing, look: Look = LIGHT) -> go.Figure:
    """The mean loss over the seeds under every schedule, and without noise as a thin line."""
    positive = bool((found.mean > 0.0).all())
    quantity = "mean loss above minimum" if positive else "mean loss"
    figure = curves(Scale("step"), Scale(quantity, positive), look)
    steps = np.arange(found.mean.shape[1])
    for place, schedule in enumerate(found.schedules):
        style = look.runs[place % len(look.runs)]
        line(figure, steps, found.mean[place], schedule.name, style, points=False)
    for place in range(len(found.schedules)):
        quiet = found.quiet[place]
        floor = 0.01 * float(found.mean.min())
        shown = np.where(quiet > floor, quiet, np.nan) if positive else quiet
        theory(figure, steps, shown, "without noise", look)
        figure.data[-1].update(showlegend=place == 0, legendgroup="without noise")
    return scaled(figure)
