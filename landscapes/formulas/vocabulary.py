"""The words that a formula may use: functions with all their spellings, constants, Greek letters."""

from __future__ import annotations

import math
import operator
import unicodedata
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

from landscapes import functions as f


class Function(NamedTuple):
    """What a name does to SymPy objects and to floats, with how many arguments, and its LaTeX."""

    symbolic: Callable[..., Any]
    numeric: Callable[..., float]
    latex: str
    least: int = 1
    most: int = 1


def _named(function: Any, latex: str, arguments: int = 1) -> Function:
    return Function(function, function.numeric, latex, arguments, arguments)


def _same(function: Callable[..., Any], latex: str, least: int = 1, most: int = 1) -> Function:
    """A function made of others: the same steps on SymPy objects and on floats."""
    return Function(
        lambda *terms: function(_Symbolic, *terms),
        lambda *terms: function(_Numeric, *terms),
        latex,
        least,
        most,
    )


class _Symbolic:
    sqrt, exp, log, sin, cos, sinh, cosh, tanh = f.sqrt, f.exp, f.log, f.sin, f.cos, f.sinh, f.cosh, f.tanh
    smaller, larger, choose, power = f.Min, f.Max, f.choose, staticmethod(f.power)


class _Numeric:
    sqrt, exp, log, sin, cos = math.sqrt, math.exp, math.log, math.sin, math.cos
    sinh, cosh, tanh = math.sinh, math.cosh, math.tanh
    smaller, larger, power = min, max, math.pow
    choose = staticmethod(lambda condition, a, b: a if condition > 0.0 else b)


def _logarithm(log: Callable[..., Any]) -> Callable[..., Any]:
    """The natural logarithm, or that to the base in the second argument."""
    return lambda z, base=None: log(z) if base is None else log(z) / log(base)


MANY = 50
FUNCTIONS: dict[str, Function] = {
    "sqrt": _named(f.sqrt, r"\sqrt"),
    "cbrt": _named(f.cbrt, r"\sqrt[3]"),
    "exp": _named(f.exp, r"\exp"),
    "log": Function(_logarithm(f.log), _logarithm(math.log), r"\ln", 1, 2),
    "log10": _named(f.log10, r"\log_{10}"),
    "log2": _named(f.log2, r"\log_{2}"),
    "log1p": _same(lambda m, z: m.log(1 + z), r"\operatorname{log1p}"),
    "expm1": _same(lambda m, z: m.exp(z) - 1, r"\operatorname{expm1}"),
    "sin": _named(f.sin, r"\sin"),
    "cos": _named(f.cos, r"\cos"),
    "tan": _named(f.tan, r"\tan"),
    "sec": _same(lambda m, z: 1 / m.cos(z), r"\sec"),
    "csc": _same(lambda m, z: 1 / m.sin(z), r"\csc"),
    "cot": _same(lambda m, z: m.cos(z) / m.sin(z), r"\cot"),
    "asin": _named(f.asin, r"\arcsin"),
    "acos": _named(f.acos, r"\arccos"),
    "atan": _named(f.atan, r"\arctan"),
    "atan2": _named(f.atan2, r"\operatorname{atan2}", 2),
    "sinh": _named(f.sinh, r"\sinh"),
    "cosh": _named(f.cosh, r"\cosh"),
    "tanh": _named(f.tanh, r"\tanh"),
    "sech": _same(lambda m, z: 1 / m.cosh(z), r"\operatorname{sech}"),
    "csch": _same(lambda m, z: 1 / m.sinh(z), r"\operatorname{csch}"),
    "coth": _same(lambda m, z: m.cosh(z) / m.sinh(z), r"\coth"),
    "asinh": _named(f.asinh, r"\operatorname{arsinh}"),
    "acosh": _named(f.acosh, r"\operatorname{arcosh}"),
    "atanh": _named(f.atanh, r"\operatorname{artanh}"),
    "abs": _named(f.Abs, ""),
    "sign": _named(f.sign, r"\operatorname{sgn}"),
    "floor": _named(f.floor, r"\operatorname{floor}"),
    "ceil": _named(f.ceil, r"\operatorname{ceil}"),
    "step": _named(f.step, r"\operatorname{step}"),
    "heaviside": _same(
        lambda m, z, at_zero=0.5: m.choose(z, 1, m.choose(-z, 0, at_zero)), r"\operatorname{heaviside}", 1, 2
    ),
    "min": Function(lambda *z: reduce(f.Min, z), min, r"\min", 2, MANY),
    "max": Function(lambda *z: reduce(f.Max, z), max, r"\max", 2, MANY),
    "clip": _same(lambda m, z, lo, hi: m.smaller(m.larger(z, lo), hi), r"\operatorname{clip}", 3, 3),
    "pow": Function(f.power, math.pow, "", 2, 2),
    "square": Function(lambda z: z**2, lambda z: z * z, r"\operatorname{square}"),
    "hypot": _same(
        lambda m, *z: m.sqrt(reduce(operator.add, (a * a for a in z))), r"\operatorname{hypot}", 2, MANY
    ),
    "sigmoid": _named(f.sigmoid, r"\operatorname{sigmoid}"),
    "softplus": _named(f.softplus, r"\operatorname{softplus}"),
    "relu": _named(f.relu, r"\operatorname{relu}"),
    "where": Function(lambda *z: None, lambda *z: math.nan, r"\operatorname{where}", 3, 3),
}
"""Every function by the name that its reading is written in."""

SPELLINGS: dict[str, str] = {name: name for name in FUNCTIONS} | {
    "ln": "log", "lg": "log10", "lb": "log2", "ld": "log2", "power": "pow", "sqr": "square",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "tg": "tan", "arctg": "atan",
    "ctg": "cot", "cotan": "cot", "cosec": "csc", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "sgn": "sign", "signum": "sign",
    "fabs": "abs", "absolute": "abs", "minimum": "min", "maximum": "max", "fmin": "min", "fmax": "max",
    "ceiling": "ceil", "clamp": "clip", "logistic": "sigmoid", "expit": "sigmoid",
}  # fmt: skip
"""Every way to write a function, in small letters."""

INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
"""What a minus one behind a function's name makes of it."""
CONSTANTS = {"pi": math.pi, "e": math.e}
WORDS = {"if": "IF", "else": "ELSE", "and": "AND", "or": "OR", "not": "NOT"}

_LETTERS = [chr(k) for k in range(ord("α"), ord("ω") + 1) if chr(k) not in "ςπ"]
GREEK: dict[str, str] = {
    unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda"): letter
    for letter in _LETTERS
}
"""Greek letters that may be names, by their own names."""
SPELLED_GREEK = {name: letter for name, letter in GREEK.items() if name != "xi"}
"""Those that may be spelled out; xi is more often x times i."""


def greek_name(letter: str) -> str:
    """How a Greek letter's name is spelled; any other letter itself."""
    return next((name for name, greek in GREEK.items() if greek == letter), letter)
