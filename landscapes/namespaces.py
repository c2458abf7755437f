"""What the printed names mean on Python floats and on NumPy arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscapes.functions import float_relu, float_sigmoid, float_sign, float_softplus


def _float_where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


# Adding 0.0 leaves no negative zero, of which the two worlds would choose differently.
def _float_maximum(a: float, b: float) -> float:
    return (a if a > b or a != a else b) + 0.0


def _float_minimum(a: float, b: float) -> float:
    return (a if a < b or a != a else b) + 0.0


def _float_positive(a: float) -> float:
    if a <= 0.0:
        raise ValueError("beyond the domain of the logarithm")
    return a


def _float_heaviside(a: float) -> float:
    return a if a != a else 0.5 * (1.0 + float_sign(a))


def _array_sigmoid(z: Any) -> Any:
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, decay) / (1.0 + decay)


def _array_positive(z: Any) -> Any:
    return np.where(z <= 0.0, np.nan, z)


def _float_quotient(a: float, b: float) -> float:
    return 0.0 if a == 0.0 == b else a / b


def _array_quotient(a: Any, b: Any) -> Any:
    return np.where((a == 0.0) & (b == 0.0), 0.0, a / b)


def _float_blend(condition: float, a: float, b: float) -> float:
    return 0.5 * (a + b) if condition == 0.0 else _float_choose(condition, a, b)


def _float_choose(condition: float, a: float, b: float) -> float:
    return condition if condition != condition else a if condition > 0.0 else b


def _array_choose(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition > 0.0, a, np.where(condition <= 0.0, b, np.nan))


def _array_blend(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition == 0.0, 0.5 * (a + b), _array_choose(condition, a, b))


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

_ELEMENTARY = (
    "sqrt", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "atan2", "floor", "ceil",
)  # fmt: skip
_LOGICAL = ("power", "sign", "where", "logical_and", "logical_or")

FLOATS: dict[str, Any] = {
    **_SHARED,
    **{name: getattr(math, name) for name in _ELEMENTARY},
    "power": math.pow,
    "sign": float_sign,
    "heaviside": _float_heaviside,
    "where": _float_where,
    "maximum": _float_maximum,
    "minimum": _float_minimum,
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    "sigmoid": float_sigmoid,
    "softplus": float_softplus,
    "relu": float_relu,
    "positive": _float_positive,
    "floor": lambda a: math.floor(a) + 0.0,
    "ceil": lambda a: math.ceil(a) + 0.0,
    "step": _float_heaviside,
    "quotient": _float_quotient,
    "choose": _float_choose,
    "blend": _float_blend,
}

ARRAYS: dict[str, Any] = {
    **_SHARED,
    **{name: getattr(np, name) for name in _ELEMENTARY + _LOGICAL},
    "heaviside": lambda a: np.heaviside(a, 0.5),
    "maximum": lambda a, b: np.maximum(a, b) + 0.0,
    "minimum": lambda a, b: np.minimum(a, b) + 0.0,
    "sigmoid": _array_sigmoid,
    "softplus": lambda z: np.logaddexp(0.0, z),
    "relu": lambda z: np.maximum(z, 0.0) + 0.0,
    "log": lambda z: np.log(_array_positive(z)),
    "log2": lambda z: np.log2(_array_positive(z)),
    "log10": lambda z: np.log10(_array_positive(z)),
    "positive": _array_positive,
    "floor": lambda a: np.floor(a) + 0.0,
    "ceil": lambda a: np.ceil(a) + 0.0,
    "step": lambda a: np.heaviside(a, 0.5),
    "quotient": _array_quotient,
    "choose": _array_choose,
    "blend": _array_blend,
}
