"""What the printed names mean on Python floats and on NumPy arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscapes.functions import sigmoid, softplus


def _float_where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


def _float_maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _float_minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _float_sign(a: float) -> float:
    return math.copysign(1.0, a) if a else a


def _float_heaviside(a: float) -> float:
    return a if a != a else 0.5 * (1.0 + _float_sign(a))


def _float_sigmoid(z: float) -> float:
    decay = math.exp(-abs(z))
    return 1.0 / (1.0 + decay) if z >= 0 else decay / (1.0 + decay)


def _array_sigmoid(z: Any) -> Any:
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, decay) / (1.0 + decay)


def _float_softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z))) if z == z else z


def _spread(constant: Any, a: Any, b: Any) -> Any:
    return constant + 0.0 * a + 0.0 * b


def _impulse(z: Any, *order: Any) -> Any:
    """A kink's second derivative: zero wherever it exists."""
    return 0.0 * z


_SHARED: dict[str, Any] = {
    "abs": abs,
    "nan": math.nan,
    "inf": math.inf,
    "Spread": _spread,
    "DiracDelta": _impulse,
}

_ELEMENTARY = ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
_LOGICAL = ("power", "sign", "where", "maximum", "minimum", "logical_and", "logical_or")

FLOATS: dict[str, Any] = {
    **_SHARED,
    **{name: getattr(math, name) for name in _ELEMENTARY},
    "power": math.pow,
    "sign": _float_sign,
    "heaviside": _float_heaviside,
    "where": _float_where,
    "maximum": _float_maximum,
    "minimum": _float_minimum,
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    sigmoid.__name__: _float_sigmoid,
    softplus.__name__: _float_softplus,
}

ARRAYS: dict[str, Any] = {
    **_SHARED,
    **{name: getattr(np, name) for name in _ELEMENTARY + _LOGICAL},
    "heaviside": lambda a: np.heaviside(a, 0.5),
    sigmoid.__name__: _array_sigmoid,
    softplus.__name__: lambda z: np.logaddexp(0.0, z),
}
