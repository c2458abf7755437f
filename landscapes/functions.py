"""Elementary functions that SymPy derives and prints but never rewrites.

SymPy's own functions ask whether they can be simplified, which takes minutes for some short formulas, and
then give values to points where the formula as typed has none.

At a kink the slope is the mean of the slopes on its two sides: 0 for abs(x), ½ for relu(x) and for each
argument of a tie in min or max; second derivatives ignore kinks and jumps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.core.cache import cacheit
from sympy.printing.precedence import PRECEDENCE


class Opaque(sp.Function):
    """A function that SymPy derives and prints, by its name, but never rewrites."""

    numeric: Callable[..., float]
    partials: tuple[Callable[..., Any], ...]

    @cacheit  # type: ignore[untyped-decorator]
    def _eval_derivative(self, s: sp.Symbol) -> Any:
        slopes = (arg.diff(s) for arg in self.args)
        pairs = zip(self.partials, slopes, strict=True)
        return sp.Add(*(partial(*self.args) * slope for partial, slope in pairs if slope != 0))


def _opaque(
    name: str, numeric: Callable[..., float] | None, *partials: Callable[..., Any], written: str = ""
) -> Any:
    """A function by the name that printers know, its value on floats and its partial derivatives.

    ``written`` is its LaTeX with z for the argument, where SymPy's own way, the name, will not do.
    """

    def latex(self: Any, printer: Any, exp: str | None = None) -> str:
        body = written.replace("z", printer._print(self.args[0]))
        return body if exp is None else f"{body}^{{{exp}}}"

    members = {"numeric": numeric, "partials": partials, "__module__": __name__}
    return type(name, (Opaque,), members | ({"_latex": latex} if written else {}))


def float_sigmoid(z: float) -> float:
    """The logistic function, accurate in both tails."""
    decay = math.exp(-abs(z))
    return 1.0 / (1.0 + decay) if z >= 0 else decay / (1.0 + decay)


def float_softplus(z: float) -> float:
    """log(1 + exp(z)) without overflow."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z))) if z == z else z


def float_relu(z: float) -> float:
    """The larger of z and 0; nan stays nan, and there is no negative zero."""
    return z if z > 0.0 or z != z else 0.0


def float_sign(z: float) -> float:
    """−1, 0 or 1; nan stays nan, and there is no negative zero."""
    return math.copysign(1.0, z) if z and z == z else z + 0.0


def _above(a: sp.Expr, b: sp.Expr) -> Any:
    """One where a > b, a half at a tie; the difference is taken term by term, so that it cancels."""
    return heaviside(sp.Add(a, *(-term for term in sp.Add.make_args(b))))


heaviside = _opaque("heaviside", None, lambda z: 0, written=r"\theta\left(z\right)")
positive: Any = _opaque("positive", None, lambda z: 1)
"""Its argument where that is above zero: the slope of a logarithm ends where the logarithm does."""
sign = _opaque("sign", float_sign, lambda z: 0)
sqrt: Any = _opaque("sqrt", math.sqrt, lambda z: 1 / (2 * sqrt(z)), written=r"\sqrt{z}")
exp: Any = _opaque("exp", math.exp, lambda z: exp(z))
log = _opaque("log", math.log, lambda z: 1 / positive(z))
sin = _opaque("sin", math.sin, lambda z: cos(z))
cos: Any = _opaque("cos", math.cos, lambda z: -sin(z))
tan: Any = _opaque("tan", math.tan, lambda z: 1 + tan(z) ** 2)
asin = _opaque("asin", math.asin, lambda z: 1 / sqrt(1 - z**2))
acos = _opaque("acos", math.acos, lambda z: -1 / sqrt(1 - z**2))
atan = _opaque("atan", math.atan, lambda z: 1 / (1 + z**2))
sinh = _opaque("sinh", math.sinh, lambda z: cosh(z))
cosh: Any = _opaque("cosh", math.cosh, lambda z: sinh(z))
tanh: Any = _opaque("tanh", math.tanh, lambda z: 1 - tanh(z) ** 2)
sigmoid: Any = _opaque(  # the product keeps its precision in both tails, where 1 - σ would cancel
    "sigmoid", float_sigmoid, lambda z: sigmoid(z) * sigmoid(-z), written=r"\sigma\left(z\right)"
)
softplus = _opaque(
    "softplus", float_softplus, lambda z: sigmoid(z), written=r"\operatorname{softplus}\left(z\right)"
)
relu = _opaque("relu", float_relu, lambda z: heaviside(z))
Abs = _opaque("Abs", math.fabs, lambda z: sign(z))
Min = _opaque("Min", min, lambda a, b: _above(b, a), lambda a, b: _above(a, b))
Max = _opaque("Max", max, lambda a, b: _above(a, b), lambda a, b: _above(b, a))
Pow: Any = _opaque("Pow", math.pow, lambda a, b: b * Pow(a, b - 1), lambda a, b: log(a) * Pow(a, b))


def _latex_positive(e: Any, printer: Any, exp: str | None = None) -> str:
    body = str(printer.parenthesize(e.args[0], PRECEDENCE["Pow"]))
    return body if exp is None else f"{body}^{{{exp}}}"


def _latex_power(e: Any, printer: Any) -> str:
    if e.exp.is_Rational and e.exp.is_negative:  # SymPy would try to make it a fraction for ever
        return f"{printer.parenthesize(e.base, PRECEDENCE['Pow'])}^{{{printer._print(e.exp)}}}"
    return str(printer._print(sp.Pow(*e.args, evaluate=False)))


positive._latex, Pow._latex = _latex_positive, _latex_power
# What printers ask of a power; its own exponent is not written after its name.
Pow.base, Pow.exp, Pow.is_Function = property(lambda e: e.args[0]), property(lambda e: e.args[1]), False

NAMED: dict[str, Any] = {
    f.__name__.lower(): f
    for f in (
        sqrt, exp, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, Abs, sign, Min, Max, sigmoid, relu,
        softplus,
    )
}  # fmt: skip
"""What a typed formula may call."""
KINKED = (Abs, sign, Min, Max, relu)


def power(base: sp.Expr, exponent: sp.Expr) -> Any:
    """A power; whole exponents stay SymPy's own, which printers turn into products."""
    if base == sp.E:
        return exp(exponent)
    return base**exponent if exponent.is_Integer else Pow(base, exponent)
