"""Elementary functions that SymPy derives and prints but never rewrites.

SymPy's own functions ask whether they can be simplified, which takes minutes for some short formulas, and
then give values to points where the formula as typed has none.

At a kink the slope is the mean of the slopes on its two sides: 0 for abs(x), ½ for relu(x) and for each
argument of a tie in min or max; second derivatives ignore kinks and jumps. A root at 0 has the slope 0 where
what stands under it has: on the flat part of sqrt(max(0, x)), say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.core.cache import cacheit
from sympy.printing.precedence import PRECEDENCE


@cacheit  # type: ignore[untyped-decorator]
def slope(e: sp.Expr, s: sp.Symbol) -> Any:
    """The derivative of an expression by x or y.

    SymPy's own ``diff`` asks of every part whether it is zero, which takes as long as all the rest.
    """
    if e == s:
        return sp.S.One
    if s not in e.free_symbols:
        return sp.S.Zero
    if isinstance(e, Opaque):
        return e._eval_derivative(s)
    if e.is_Add:
        return sp.Add(*(slope(term, s) for term in e.args))
    if e.is_Mul:
        factors = list(enumerate(e.args))
        return sp.Add(*(sp.Mul(*(slope(b, s) if i == j else b for j, b in factors)) for i, _ in factors))
    if e.is_Pow and e.exp.is_Integer:
        return sp.Mul(e.exp, e.base ** (e.exp - 1), slope(e.base, s))
    return e.diff(s)


class Opaque(sp.Function):
    """A function that SymPy derives and prints, by its name, but never rewrites."""

    numeric: Callable[..., float]
    partials: tuple[Callable[..., Any], ...]
    steepness: Callable[..., Any] | None = None
    """One over the slope, of a function of one argument whose slope may be infinite."""

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        slopes = [slope(arg, s) for arg in self.args]
        if self.steepness is not None:
            return _over(slopes[0], self.steepness(*self.args))
        pairs = zip(self.partials, slopes, strict=True)
        return sp.Add(*(partial(*self.args) * inner for partial, inner in pairs if inner != 0))


def _opaque(
    name: str,
    numeric: Callable[..., float] | None,
    *partials: Callable[..., Any],
    written: str = "",
    steepness: Callable[..., Any] | None = None,
) -> Any:
    """A function by the name that printers know, its value on floats and its partial derivatives.

    ``written`` is its LaTeX with z for the argument, where SymPy's own way, the name, will not do.
    ``steepness`` stands for the one partial derivative where that may be infinite.
    """

    def latex(self: Any, printer: Any, exp: str | None = None) -> str:
        body = written.replace("z", printer._print(self.args[0]))
        return body if exp is None else f"{body}^{{{exp}}}"

    partials = (lambda z: 1 / steepness(z),) if steepness else partials
    members = {"numeric": numeric, "partials": partials, "steepness": steepness, "__module__": __name__}
    members["steepness"] = staticmethod(steepness) if steepness else None
    return type(name, (Opaque,), members | ({"_latex": latex} if written else {}))


def _over(rise: sp.Expr, steepness: sp.Expr) -> Any:
    """A slope over a steepness, as a quotient that is 0 where both are."""
    if rise == 0:
        return rise
    number, steepness = steepness.as_coeff_Mul()
    return quotient(rise / number, steepness)


class quotient(Opaque):  # noqa: N801 - named as it is printed
    """Its first argument over its second; 0 where both are 0."""

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        a, b = self.args
        fall = a * slope(b, s)
        return _over(slope(a, s), b) - (quotient(fall, b**2) if fall != 0 else 0)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = rf"\frac{{{printer._print(self.args[0])}}}{{{printer._print(self.args[1])}}}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class choose(Opaque):  # noqa: N801
    """Its second argument where the first is above 0, else its third."""

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        condition, a, b = self.args
        return _blended(condition, slope(a, s), slope(b, s))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        condition, a, b = map(printer._print, self.args)
        body = rf"\begin{{cases}} {a} & {condition} > 0 \\ {b} & \text{{else}} \end{{cases}}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class blend(choose):  # noqa: N801
    """The slope of a choice: the mean of both sides where its condition is exactly 0."""


def _blended(condition: sp.Expr, a: sp.Expr, b: sp.Expr) -> Any:
    return a if a == b else blend(condition, a, b)


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
sqrt: Any = _opaque("sqrt", math.sqrt, steepness=lambda z: 2 * sqrt(z), written=r"\sqrt{z}")
cbrt: Any = _opaque("cbrt", math.cbrt, steepness=lambda z: 3 * cbrt(z) ** 2, written=r"\sqrt[3]{z}")
exp: Any = _opaque("exp", math.exp, lambda z: exp(z))
log = _opaque("log", math.log, lambda z: 1 / positive(z))
sin = _opaque("sin", math.sin, lambda z: cos(z))
cos: Any = _opaque("cos", math.cos, lambda z: -sin(z))
tan: Any = _opaque("tan", math.tan, lambda z: 1 + tan(z) ** 2)
asin = _opaque("asin", math.asin, steepness=lambda z: sqrt(1 - z**2))
acos = _opaque("acos", math.acos, steepness=lambda z: -sqrt(1 - z**2))
atan = _opaque("atan", math.atan, lambda z: 1 / (1 + z**2))
atan2 = _opaque("atan2", math.atan2, lambda a, b: b / (a**2 + b**2), lambda a, b: -a / (a**2 + b**2))
asinh = _opaque("asinh", math.asinh, lambda z: 1 / sqrt(1 + z**2))
acosh = _opaque("acosh", math.acosh, lambda z: 1 / (sqrt(z - 1) * sqrt(z + 1)))
atanh = _opaque("atanh", math.atanh, lambda z: 1 / positive(1 - z**2))
log10 = _opaque(
    "log10", math.log10, lambda z: 1 / (math.log(10) * positive(z)), written=r"\log_{10}\left(z\right)"
)
log2 = _opaque(
    "log2", math.log2, lambda z: 1 / (math.log(2) * positive(z)), written=r"\log_{2}\left(z\right)"
)
floor = _opaque("floor", lambda z: float(math.floor(z)), lambda z: 0)
ceil = _opaque("ceil", lambda z: float(math.ceil(z)), lambda z: 0)
step = _opaque("step", lambda z: 0.5 * (1.0 + float_sign(z)), lambda z: 0)
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


class Pow(Opaque):
    """A power that is not whole; those from 0 to 1 are roots."""

    partials = (lambda a, b: b * Pow(a, b - 1), lambda a, b: log(a) * Pow(a, b))

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        base, exponent = self.args
        if exponent.is_number and 0 < exponent < 1:
            return _over(exponent * slope(base, s), Pow(base, 1 - exponent))
        return super()._eval_derivative(s)


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

KINKED = (Abs, sign, Min, Max, relu, choose, step, floor, ceil)
"""Functions with a kink or a jump."""


def power(base: sp.Expr, exponent: sp.Expr) -> Any:
    """A power; whole exponents stay SymPy's own, which printers turn into products."""
    if base == sp.E:
        return exp(exponent)
    return base**exponent if exponent.is_Integer else Pow(base, exponent)
