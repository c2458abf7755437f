"""From a typed formula to a landscape: a scan, a parse and an allow-list, never an evaluation.

The text is scanned by hand, so that only numbers, known names, operators and brackets go on;
``ast.parse`` then orders them, and an allow-list of its nodes builds SymPy objects. No string
reaches SymPy, and constants are folded on Python floats before SymPy can expand them.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import sympy as sp

from landscapes.landscape import Array, Facts, Landscape, Window, x, y

Term: TypeAlias = float | sp.Expr
"""A folded constant, or an expression in x and y."""

LONGEST, DEEPEST, MOST_NODES = 500, 30, 200
LARGEST_INTEGER, LARGEST_EXPONENT, LARGEST_POWER, LARGEST_NUMBER = 10**9, 50, 100, 1e100
LARGEST_DERIVATIVE = 8000
"""Estimated operations in a second derivative: what can be derived and compiled within a second."""


class FormulaError(ValueError):
    """One sentence for a student: which piece of the formula is meant, and what is accepted."""


class Opaque(sp.Function):
    """A function that SymPy derives and prints but never rewrites.

    SymPy's own functions ask whether they can be simplified, which takes minutes for some short
    formulas, and then give values to points where the formula as typed has none.
    """

    partials: tuple[Callable[..., Any], ...]

    def _eval_derivative(self, s: sp.Symbol) -> Any:
        slopes = (arg.diff(s) for arg in self.args)
        pairs = zip(self.partials, slopes, strict=True)
        return sp.Add(*(partial(*self.args) * slope for partial, slope in pairs if slope != 0))


def _opaque(name: str, *partials: Callable[..., Any]) -> Any:
    """A function by the name that printers know, and its partial derivatives."""
    return type(name, (Opaque,), {"partials": partials, "__module__": __name__})


heaviside = _opaque("heaviside", lambda z: 0)
sign = _opaque("sign", lambda z: 0)
exp = _opaque("exp", lambda z: exp(z))
log = _opaque("log", lambda z: 1 / z)
sin = _opaque("sin", lambda z: cos(z))
cos = _opaque("cos", lambda z: -sin(z))
tan = _opaque("tan", lambda z: 1 + tan(z) ** 2)
tanh = _opaque("tanh", lambda z: 1 - tanh(z) ** 2)
Abs = _opaque("Abs", lambda z: sign(z))
Max = _opaque("Max", lambda a, b: heaviside(a - b), lambda a, b: heaviside(b - a))
Min = _opaque("Min", lambda a, b: heaviside(b - a), lambda a, b: heaviside(a - b))
Pow = _opaque("Pow", lambda a, b: b * Pow(a, b - 1), lambda a, b: log(a) * Pow(a, b))
Pow.base, Pow.exp = property(lambda self: self.args[0]), property(lambda self: self.args[1])
Pow.is_Function = False


def _power(base: sp.Expr, exponent: sp.Expr) -> Any:
    if base == sp.E:
        return exp(exponent)
    return base**exponent if exponent.is_Integer else Pow(base, exponent)


class Function(NamedTuple):
    """What a name builds, how it folds constants, and whether it takes two or more arguments."""

    symbolic: Callable[..., Any]
    numeric: Callable[..., float]
    variadic: bool = False


NAMES: dict[str, Term] = {"x": x, "y": y, "pi": math.pi, "e": math.e}
FUNCTIONS = {
    "sqrt": Function(lambda z: Pow(z, sp.Rational(1, 2)), math.sqrt),
    "exp": Function(exp, math.exp),
    "log": Function(log, math.log),
    "ln": Function(log, math.log),
    "sin": Function(sin, math.sin),
    "cos": Function(cos, math.cos),
    "tan": Function(tan, math.tan),
    "tanh": Function(tanh, math.tanh),
    "abs": Function(Abs, math.fabs),
    "min": Function(lambda *terms: reduce(Min, terms), min, variadic=True),
    "max": Function(lambda *terms: reduce(Max, terms), max, variadic=True),
}
OPERATORS: dict[type[ast.AST], Function] = {
    ast.Add: Function(operator.add, operator.add),
    ast.Sub: Function(operator.sub, operator.sub),
    ast.Mult: Function(operator.mul, operator.mul),
    ast.Div: Function(operator.truediv, operator.truediv),
    ast.Pow: Function(_power, math.pow),
    ast.UAdd: Function(operator.pos, operator.pos),
    ast.USub: Function(operator.neg, operator.neg),
}
SPELLED = {"^": "**", "−": "-", "·": "*", "×": "*"}
EXAMPLE = "x**2 + 3*y**2"
ACCEPTED = f"numbers, + - * / ^ ( ), {', '.join((*NAMES, *FUNCTIONS))}"
HINTS = {
    "=": "type only what stands to the right of f(x, y) =",
    "|": "write abs(x) for |x|",
    "²": "write x**2",
    "³": "write x**3",
    "√": "write sqrt(x)",
    "π": "write pi",
    "÷": "write / to divide",
    "[": "use round brackets",
    "{": "use round brackets",
}
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<operator>\*\*|[-+*/^−·×])|(?P<bracket>[()])|(?P<comma>,)|(?P<other>\S))"
)
WINDOWS: tuple[Window, ...] = (
    *(((-r, r), (-r, r)) for r in (5.0, 2.0, 10.0, 1.0)),
    ((0.0, 5.0), (-5.0, 5.0)),
    ((-5.0, 5.0), (0.0, 5.0)),
    ((0.0, 5.0), (0.0, 5.0)),
)


def parse_landscape(text: str) -> Landscape:
    """Turn a typed formula in x and y into a landscape with a suggested window and start.

    Accepted are x, y, numbers, pi, e, the operators + - * / ** ^, round brackets and the functions
    in ``FUNCTIONS``. ``text`` of the result is the formula as typed, its blanks collapsed.

    Raises
    ------
    FormulaError
        With one sentence for a student, for every other input.
    """
    if not isinstance(text, str):
        raise FormulaError(f"Type a formula as text, like {EXAMPLE}; this is of type {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text)} characters; at most {LONGEST} are accepted.")
    return _landscape(" ".join(text.split()), _scan(text))


def _scan(text: str) -> str:
    """The formula in Python's spelling, once every operand, operator and bracket is in its place."""
    tokens: list[str] = []
    calls: list[bool] = []  # for every open bracket: does it belong to a function?
    before, operand_next = "", True
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        token, where = SPELLED.get(match[kind], match[kind]), f"at column {match.start(kind) + 1}"
        operand = kind in ("number", "name") or token == "("
        if kind == "other":
            name = "" if token.isascii() else f" ({unicodedata.name(token, 'unnamed')})"
            hint = HINTS.get(token, f"accepted are {ACCEPTED}")
            raise FormulaError(f"The character {token!a}{name} {where} is not accepted: {hint}.")
        if before in FUNCTIONS and token != "(":
            raise FormulaError(f"{before} needs brackets before {token} {where}: write {before}(x).")
        if operand and not operand_next and before not in FUNCTIONS:
            raise FormulaError(f"Write * to multiply between {before} and {token} {where}.")
        if not operand and operand_next and token not in ("+", "-"):
            raise FormulaError(f"Something is missing before {token} {where}.")
        if kind == "name" and token not in NAMES and token not in FUNCTIONS:
            close = difflib.get_close_matches(token.lower(), (*NAMES, *FUNCTIONS), n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            raise FormulaError(f"{token[:30]} {where} is not known{meant}: accepted are {ACCEPTED}.")
        if token == "(":
            calls.append(before in FUNCTIONS)
        elif token == ")" and not calls:
            raise FormulaError(f"The bracket ) {where} has no opening bracket.")
        elif token == ")":
            calls.pop()
        elif token == "," and not any(calls[-1:]):
            raise FormulaError(f"The comma {where} is not accepted: write decimals with a point, like 0.5.")
        if len(calls) > DEEPEST:
            raise FormulaError(f"The bracket {where} is nested too deep: at most {DEEPEST} are accepted.")
        tokens.append(token)
        before, operand_next = token, kind in ("operator", "comma") or token == "("
    if not tokens:
        raise FormulaError(f"Type a formula in x and y, like {EXAMPLE}.")
    if operand_next or before in FUNCTIONS:
        raise FormulaError(f"The formula ends too early: something is missing after {before}.")
    if calls:
        raise FormulaError(f"At the end {len(calls)} closing bracket{'s are' * (len(calls) > 1)} missing.")
    return " ".join(tokens)


@lru_cache(maxsize=128)
def _landscape(text: str, source: str) -> Landscape:
    try:
        body = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"The formula cannot be read; write it like {EXAMPLE}.") from error
    if sum(isinstance(node, ast.expr) for node in ast.walk(body)) > MOST_NODES:
        raise FormulaError(f"The formula is too long: at most {MOST_NODES} numbers, names and operations.")
    expression = _build(body)
    if isinstance(expression, float):
        raise FormulaError(
            "The formula has the same value everywhere: use x or y so that it makes a surface."
        )
    if _sizes(expression)[2] > LARGEST_DERIVATIVE:
        raise FormulaError("The formula's derivatives are too long: use fewer factors or less nesting.")
    return _framed(
        Landscape(
            key="custom",
            name="Your own formula",
            family="Your own",
            expression=expression,
            window=WINDOWS[0],
            start=(0.0, 0.0),
            lesson="Your own surface: say where each run will end, then press play.",
            source="Typed by a visitor",
            facts=Facts(smooth=not expression.has(Abs, Max, Min)),
            text=text,
        )
    )


def _build(node: ast.expr, depth: int = 0) -> Term:
    """The allow-list: each node that is accepted, as a float or a SymPy object."""
    if depth > DEEPEST:
        raise FormulaError(f"{_piece(node)} is nested too deep: at most {DEEPEST} levels are accepted.")
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            if value == math.inf or (type(value) is int and value > LARGEST_INTEGER):
                raise FormulaError(f"{_piece(node)} is too large: whole numbers go up to {LARGEST_INTEGER}.")
            return float(value)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return _apply(node, OPERATORS[type(op)], _build(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            # A long sum or product leans to the left, and SymPy keeps it flat: no deeper.
            a, b = _build(left, depth), _build(right, depth + 1)
            if isinstance(op, ast.Div) and b == 0.0:
                raise FormulaError(f"{_piece(node)} divides by zero.")
            if isinstance(op, ast.Pow) and isinstance(b, float) and math.fabs(b) > LARGEST_EXPONENT:
                raise FormulaError(
                    f"The exponent in {_piece(node)} is too large: at most {LARGEST_EXPONENT}."
                )
            if isinstance(op, ast.Pow) and isinstance(a, float) and a <= 0.0 and not isinstance(b, float):
                raise FormulaError(f"In {_piece(node)} the number under the exponent must be positive.")
            return _apply(node, OPERATORS[type(op)], a, b)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if FUNCTIONS[name].variadic and len(args) < 2:
                raise FormulaError(f"{name} takes two or more arguments, like {name}(x, y).")
            if not FUNCTIONS[name].variadic and len(args) != 1:
                raise FormulaError(f"{name} takes one argument, not {len(args)}; decimals have a point.")
            return _apply(node, FUNCTIONS[name], *(_build(arg, depth + 1) for arg in args))
    raise FormulaError(f"{_piece(node)} is not accepted: use {ACCEPTED}.")


def _apply(node: ast.expr, function: Function, *terms: Term) -> Term:
    """One operation: on floats if every term is constant, else on SymPy objects, within bounds."""
    try:
        if all(isinstance(term, float) for term in terms):
            built = sp.Float(function.numeric(*terms))
        else:
            built = function.symbolic(*(_number(t) if isinstance(t, float) else t for t in terms))
        value = float(built) if built.is_number else None
    except (ArithmeticError, ValueError, TypeError) as error:
        raise FormulaError(f"{_piece(node)} has no real value.") from error
    if value is None and built.has(sp.I, sp.zoo, sp.nan):
        raise FormulaError(f"{_piece(node)} has no real value.")
    if any(
        abs(part) > LARGEST_NUMBER
        for n in built.atoms(sp.Number)
        for part in ((n.p, n.q) if n.is_Rational else (n,))
    ):
        raise FormulaError(f"The numbers in {_piece(node)} grow too large: at most {LARGEST_NUMBER:g}.")
    if any(p.exp.is_Number and abs(p.exp) > LARGEST_POWER for p in built.atoms(sp.Pow)):
        raise FormulaError(f"The powers in {_piece(node)} multiply to more than {LARGEST_POWER}.")
    return built if value is None else value


def _number(value: float) -> sp.Expr:
    """A constant for SymPy: as a small fraction, of π or e too, where that is exact, so that it reads well."""
    for unit, symbol in ((1.0, sp.Integer(1)), (math.pi, sp.pi), (math.e, sp.E)):
        ratio = Fraction(value / unit).limit_denominator(1000)
        if float(ratio) * unit == value:
            return sp.Rational(ratio.numerator, ratio.denominator) * symbol
    return sp.Float(value)


def _piece(node: ast.expr) -> str:
    written = ast.unparse(node)
    return written if len(written) <= 40 else f"{written[:39]}…"


def _sizes(e: sp.Expr) -> tuple[int, int, int]:
    """Estimated operations in an expression, its first and its second derivative, before deriving."""
    if not e.args:
        return 1, int(e.is_Symbol), 0
    parts = [_sizes(a) for a in e.args]
    value = 1 + sum(p[0] for p in parts)
    if e.is_Add:
        return value, sum(p[1] for p in parts), sum(p[2] for p in parts)
    varying = [p for p in parts if p[1]]
    first = sum(value + p[1] for p in varying)
    second = sum(value + p[2] for p in varying if p[2] or not e.is_Mul)
    second += sum(value + p[1] + q[1] for p in varying for q in varying if p is not q or not e.is_Mul)
    return value, first, second


def _framed(draft: Landscape) -> Landscape:
    """The surface with the window that shows most of it, and a start on a slope away from its centre.

    Windows are judged at the middles of 20 × 20 cells: a share of cells without a value counts
    against one, and so does every power of ten by which the loss range exceeds 10⁴. The start is the
    cell nearest to a fifth of the width and seven tenths of the height that has a slope.
    """

    def unseen(window: Window) -> float:
        losses = draft.value(_cells(window))
        middle = np.median(losses[np.isfinite(losses)]) if np.isfinite(losses).any() else 0.0
        return float(np.mean(~(np.abs(losses - middle) <= 1e4)))

    window = min(WINDOWS, key=unseen)
    cells = _cells(window).reshape(-1, 2)
    slopes = np.abs(draft.gradient(cells)).max(axis=-1)
    usable = np.isfinite(draft.value(cells)) & np.isfinite(slopes)
    if not usable.any():
        raise FormulaError("The formula has no finite value and slope anywhere near the origin.")
    aim = [lo + share * (hi - lo) for share, (lo, hi) in zip((0.2, 0.7), window, strict=True)]
    order = np.lexsort((np.abs(cells - aim).sum(axis=-1), slopes == 0.0, ~usable))
    return replace(draft, window=window, start=(float(cells[order[0], 0]), float(cells[order[0], 1])))


def _cells(window: Window, count: int = 20) -> Array:
    columns, rows = (np.round(lo + (hi - lo) * (np.arange(count) + 0.5) / count, 3) for lo, hi in window)
    return np.stack(np.meshgrid(columns, rows), axis=-1)
