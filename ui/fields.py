"""Fields and sliders for one number: read as people type it, written as it is written everywhere."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts import exact, number
from landscapes import Parameter
from optimizers import Hyperparameter
from ui.grids import even_grid, log_grid
from ui.numbers import read_number, read_whole
from ui.state import Edit, bound


def number_field(label: str, key: str, value: float, edit: Edit, whole: bool = False, **options: Any) -> None:
    """A field that takes a number as people type it; what cannot be read or run is refused at the field."""
    read = read_whole if whole else read_number
    bound(st.text_input, label, key, exact(value), lambda s, text: edit(s, read(text)), **options)


def number_slider(
    declared: Parameter | Hyperparameter,
    label: str,
    key: str,
    value: float,
    edit: Edit,
    unit: str = "",
    **options: Any,
) -> None:
    """A native slider: over a log grid where the declaration says so, else over even steps."""
    options |= {"help": declared.help}
    whole = isinstance(declared, Hyperparameter) and declared.whole
    fine = declared.step if isinstance(declared, Parameter) else None
    step = 1.0 if whole else fine or float(f"{(declared.high - declared.low) / 100:.1g}")
    if declared.log:
        stops = [v for v in log_grid(declared.low, declared.high) if not (whole and v % 1.0)]
    elif declared.low < 0.0:  # Streamlit's own slider would write a hyphen for the minus
        stops = even_grid(declared.low, declared.high, step)
    else:
        options |= {
            "min_value": declared.low,
            "max_value": declared.high,
            "format": f"%g{unit}",
            "step": step,
        }
        bound(st.slider, label, key, min(max(value, declared.low), declared.high), edit, **options)
        return
    # An exact value typed elsewhere becomes one more notch, so that slider and field agree.
    notches = {number(v, 6): v for v in (*stops, value)}
    options |= {"options": sorted(notches.values()), "format_func": lambda v: f"{number(v, 6)}{unit}"}
    bound(st.select_slider, label, key, value, edit, **options)
