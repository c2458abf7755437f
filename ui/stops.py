"""The stops of a slider for a declared number, and what is written at each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from charts import number
from landscapes import Parameter
from optimizers import Hyperparameter
from ui.grids import even_grid, log_grid


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
        stops = list(even_grid(declared.low, declared.high, step(declared)))
    return {v: _text(v, unit) for v in stops}


def _text(value: float, unit: str) -> str:
    return f"{number(value, 6)}{unit}"


def step(declared: Parameter | Hyperparameter) -> float:
    """From one stop of a slider with even steps to the next."""
    fine = declared.step if isinstance(declared, Parameter) else None
    return 1.0 if _whole(declared) else fine or float(f"{(declared.high - declared.low) / 100:.1g}")


def _whole(declared: Parameter | Hyperparameter) -> bool:
    return isinstance(declared, Hyperparameter) and declared.whole
