"""Trajectories and landscapes as Plotly figures, and the facts those figures show."""

from charts.facts import (
    Axis,
    Exit,
    gradient_axis,
    gradient_norms,
    heights,
    learning_rates,
    left_map,
    loss_axis,
    marks,
    rate_axis,
)
from charts.figures import (
    SCRIPTS,
    Line,
    bands,
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
from charts.numbers import exact, number, prose
from charts.relief import equal_scales, example_losses, picture, relief, relief_around
from charts.symbols import LANDSCAPE, RUNS, Sign, sign
from charts.thumbnail import thumbnail

__all__ = [
    "DARK",
    "LANDSCAPE",
    "LIGHT",
    "LOOKS",
    "RUNS",
    "SCRIPTS",
    "Axis",
    "Exit",
    "Line",
    "Look",
    "RunStyle",
    "Sign",
    "bands",
    "contour_map",
    "empty_map",
    "equal_scales",
    "exact",
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
    "picture",
    "prose",
    "rate_axis",
    "rate_trace",
    "relief",
    "relief_3d",
    "relief_around",
    "sign",
    "thumbnail",
    "trace_layout",
]
