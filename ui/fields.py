"""Fields and sliders for one number: read as people type it, written as it is written everywhere."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts import exact
from landscapes import Parameter
from optimizers import Hyperparameter
from ui.numbers import read_number, read_whole
from ui.state import Edit, bound
from ui.stops import step, stops


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
    if not declared.log and declared.low >= 0.0:
        options |= {
            "min_value": declared.low,
            "max_value": declared.high,
            "format": f"%g{unit}",
            "step": step(declared),
        }
        bound(st.slider, label, key, min(max(value, declared.low), declared.high), edit, **options)
        return
    texts = stops(declared, value, unit)
    bound(
        st.select_slider, label, key, value, edit,
        options=list(texts), format_func=texts.__getitem__, **options,
    )  # fmt: skip
