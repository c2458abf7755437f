"""Elementary functions that SymPy derives and prints but never rewrites, for typed formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import sympy as sp


class Opaque(sp.Function):
    """A function that SymPy derives and prints, by its name, but never rewrites.

    SymPy's own functions ask whether they can be simplified, which takes minutes for some short
    formulas, and then give values to points where the formula as typed has none.
    """

    numeric: Callable[..., float]
    partials: tuple[Callable[..., Any], ...]

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        slopes = (arg.diff(s) for arg in self.args)
        pairs = zip(self.partials, slopes, strict=True)
        return sp.Add(*(partial(*self.args) * slope for partial, slope in pairs if slope != 0))


def _opaque(name: str, numeric: Callable[..., float] | None, *partials: Callable[..., Any]) -> Any:
    """A function by the name that printers know, its value on floats and its partial derivatives."""
    return type(name, (Opaque,), {"numeric": numeric, "partials": partials, "__module__": __name__})


def _above(a: sp.Expr, b: sp.Expr) -> Any:
    """One where a > b, a half at a tie; the difference is taken term by term, so that it cancels."""
    return heaviside(sp.Add(a, *(-term for term in sp.Add.make_args(b))))


heaviside = _opaque("heaviside", None, lambda z: 0)
sign = _opaque("sign", None, lambda z: 0)
sqrt: Any = _opaque("sqrt", math.sqrt, lambda z: 1 / (2 * sqrt(z)))
exp: Any = _opaque("exp", math.exp, lambda z: exp(z))
log = _opaque("log", math.log, lambda z: 1 / z)
sin = _opaque("sin", math.sin, lambda z: cos(z))
cos: Any = _opaque("cos", math.cos, lambda z: -sin(z))
tan: Any = _opaque("tan", math.tan, lambda z: 1 + tan(z) ** 2)
tanh: Any = _opaque("tanh", math.tanh, lambda z: 1 - tanh(z) ** 2)
Abs = _opaque("Abs", math.fabs, lambda z: sign(z))
Min = _opaque("Min", min, lambda a, b: _above(b, a), lambda a, b: _above(a, b))
Max = _opaque("Max", max, lambda a, b: _above(a, b), lambda a, b: _above(b, a))
Pow: Any = _opaque("Pow", math.pow, lambda a, b: b * Pow(a, b - 1), lambda a, b: log(a) * Pow(a, b))

# What printers ask of a power, and of a root; a power's own exponent is not written after its name.
Pow.base, Pow.exp, Pow.is_Function = property(lambda e: e.args[0]), property(lambda e: e.args[1]), False


def _latex_root(root: Any, printer: Any, exp: str | None = None) -> str:
    written = rf"\sqrt{{{printer._print(root.args[0])}}}"
    return written if exp is None else f"{written}^{{{exp}}}"


sqrt._latex = _latex_root


def power(base: sp.Expr, exponent: sp.Expr) -> Any:
    """A power; whole exponents stay SymPy's own, which printers turn into products."""
    if base == sp.E:
        return exp(exponent)
    return base**exponent if exponent.is_Integer else Pow(base, exponent)
