"""Trajectories and landscapes as Plotly figures, and the facts those figures show."""

from charts.facts import (
    Axis,
    Exit,
    example_losses,
    gradient_axis,
    gradient_norms,
    heights,
    learning_rates,
    left_map,
    loss_axis,
    marks,
    rate_axis,
    relief,
)
from charts.figures import (
    SCRIPTS,
    Line,
    contour_map,
    empty_map,
    fit_layout,
    gradient_trace,
    loss_trace,
    rate_trace,
    relief_3d,
    trace_layout,
)
from charts.look import DARK, LIGHT, LOOKS, Look, RunStyle
from charts.numbers import number
from charts.thumbnail import thumbnail

__all__ = [
    "DARK",
    "LIGHT",
    "LOOKS",
    "SCRIPTS",
    "Axis",
    "Exit",
    "Line",
    "Look",
    "RunStyle",
    "contour_map",
    "empty_map",
    "example_losses",
    "fit_layout",
    "gradient_axis",
    "gradient_norms",
    "gradient_trace",
    "heights",
    "learning_rates",
    "left_map",
    "loss_axis",
    "loss_trace",
    "marks",
    "number",
    "rate_axis",
    "rate_trace",
    "relief",
    "relief_3d",
    "thumbnail",
    "trace_layout",
]
