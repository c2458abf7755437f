"""Fields and sliders for one number: read as people type it, written as it is written everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
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
    if not declared.log and declared.low >= 0.0:
        options |= {
            "min_value": declared.low,
            "max_value": declared.high,
            "format": f"%g{unit}",
            "step": _step(declared),
        }
        bound(st.slider, label, key, min(max(value, declared.low), declared.high), edit, **options)
        return
    texts = stops(declared, value, unit)
    bound(
        st.select_slider, label, key, value, edit,
        options=list(texts), format_func=texts.__getitem__, **options,
    )  # fmt: skip


def stops(declared: Parameter | Hyperparameter, value: float, unit: str = "") -> Mapping[float, str]:
    """The stops of a slider that is not native, with what is written at each; the value is one of them."""
    texts = _notches(declared, unit)
    if value in texts:
        return texts
    own = _text(value, unit)  # typed elsewhere: one more notch, so that slider and field agree
    others = {v: text for v, text in texts.items() if text != own}
    return dict(sorted((others | {value: own}).items()))


@lru_cache(maxsize=128)
def _notches(declared: Parameter | Hyperparameter, unit: str) -> Mapping[float, str]:
    """The stops of a slider in order, each with what is written at it."""
    if declared.log:
        stops = [v for v in log_grid(declared.low, declared.high) if not (_whole(declared) and v % 1.0)]
    else:  # Streamlit's own slider would write a hyphen for the minus
        stops = list(even_grid(declared.low, declared.high, _step(declared)))
    return {v: _text(v, unit) for v in stops}


def _text(value: float, unit: str) -> str:
    return f"{number(value, 6)}{unit}"


def _step(declared: Parameter | Hyperparameter) -> float:
    """From one stop of a slider with even steps to the next."""
    fine = declared.step if isinstance(declared, Parameter) else None
    return 1.0 if _whole(declared) else fine or float(f"{(declared.high - declared.low) / 100:.1g}")


def _whole(declared: Parameter | Hyperparameter) -> bool:
    return isinstance(declared, Hyperparameter) and declared.whole
