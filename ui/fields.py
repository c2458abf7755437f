"""Fields and sliders for one number: read as people type it, written as it is written everywhere."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import streamlit as st

from charts import exact, number
from landscapes import Parameter
from optimizers import Hyperparameter
from ui.numbers import read_number, read_whole
from ui.state import Edit, bound

_R10 = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0)
"""Preferred numbers (ISO 3): ten even steps a decade on a log scale, the usual 1, 2 and 5 among them."""


@lru_cache(maxsize=64)
def log_grid(low: float, high: float) -> tuple[float, ...]:
    """The preferred numbers from low to high."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (float(f"{m}e{d}") for d in decades for m in _R10)
    return tuple(v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9))


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
        stops = _even_grid(declared.low, declared.high, step)
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


@lru_cache(maxsize=64)
def _even_grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """From low to high in even steps, as decimals write them."""
    return tuple(float(f"{low + i * step:.12g}") for i in range(round((high - low) / step) + 1))
