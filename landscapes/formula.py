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
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from landscapes.landscape import LARGEST, Array, Facts, Landscape, Window, x, y
from landscapes.once import once
from landscapes.opaque import Abs, Max, Min, cos, exp, log, power, sin, sqrt, tan, tanh

Term: TypeAlias = float | sp.Expr
"""A folded constant, or an expression in x and y."""

LONGEST, DEEPEST, MOST_NODES = 500, 30, 200
LARGEST_INTEGER, LARGEST_NUMBER, LARGEST_EXPONENT, LARGEST_POWER = 10**9, 1e100, 50, 100
LARGEST_COST = 7000
"""Bounds the size of the second derivatives: half a second of deriving and compiling."""


class FormulaError(ValueError):
    """One sentence for a student: which piece of the formula is meant, and what is accepted."""


NAMES: dict[str, Term] = {"x": x, "y": y, "pi": math.pi, "e": math.e}
FUNCTIONS = {f.__name__.lower(): f for f in (sqrt, exp, log, sin, cos, tan, tanh, Abs, Min, Max)}
FUNCTIONS["ln"] = log
OPERATORS: dict[type[ast.AST], tuple[Callable[..., Any], Callable[..., Any]]] = {
    ast.Add: (operator.add, operator.add),
    ast.Sub: (operator.sub, operator.sub),
    ast.Mult: (operator.mul, operator.mul),
    ast.Div: (operator.truediv, operator.truediv),
    ast.Pow: (power, math.pow),
    ast.UAdd: (operator.pos, operator.pos),
    ast.USub: (operator.neg, operator.neg),
}
"""For every sign, what it does to expressions and to floats."""
SPELLED = {"^": "**", "−": "-", "·": "*", "×": "*"}
EXAMPLE = "x**2 + 3*y**2"
ACCEPTED = f"numbers, + - * / ^ ( ), {', '.join((*NAMES, *FUNCTIONS))}"
HINTS = {
    "|": "write abs(x) for |x|", "√": "write sqrt(x)", "²": "write x**2", "³": "write x**3", "π": "write pi",
    "÷": "write /", "[": "use round brackets", "{": "use round brackets",
}  # fmt: skip
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<operator>\*\*|[-+*/^−·×])|(?P<bracket>[()])|(?P<comma>,)|(?P<other>\S))"
)
WINDOWS: tuple[Window, ...] = (
    *(((-r, r), (-r, r)) for r in (5.0, 2.0, 10.0, 1.0)),
    *(((0.0, 5.0), (-5.0, 5.0)), ((-5.0, 5.0), (0.0, 5.0)), ((0.0, 5.0), (0.0, 5.0))),
)
"""The windows that a formula is tried in, the usual one first."""


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
    if "=" in text:
        raise FormulaError("Leave out the = and what is before it: type only the right side of f(x, y) = ...")
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
            meant = " (write * to multiply)" if set(token) <= set("xy0123456789") else meant
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
        raise FormulaError(f"At the end {len(calls)} closing bracket(s) are missing.")
    return " ".join(tokens)


@once(maxsize=128)
def _landscape(text: str, source: str) -> Landscape:
    try:
        body = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"The formula cannot be read; write it like {EXAMPLE}.") from error
    if sum(isinstance(node, ast.expr) for node in ast.walk(body)) > MOST_NODES:
        raise FormulaError(f"The formula is too long: at most {MOST_NODES} numbers, names and operations.")
    expression = _build(body)
    if isinstance(expression, float):
        raise FormulaError("The formula has the same value everywhere: use x or y to make a surface.")
    operations, _, in_derivative = _sizes(expression)
    if 40 * operations + in_derivative > LARGEST_COST:
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
        raise _about(node, f"is nested too deep: at most {DEEPEST} levels are accepted")
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if value == math.inf or (isinstance(value, int) and value > LARGEST_INTEGER):
                raise _about(node, f"is too large: whole numbers go up to {LARGEST_INTEGER}")
            return float(value)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return _apply(node, *OPERATORS[type(op)], _build(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            # A long sum or product leans to the left, and SymPy keeps it flat: no deeper.
            a, b = _build(left, depth), _build(right, depth + 1)
            if isinstance(op, ast.Div) and b == 0.0:
                raise _about(node, "divides by zero")
            if isinstance(op, ast.Pow) and isinstance(b, float) and math.fabs(b) > LARGEST_EXPONENT:
                raise _about(node, f"has too large an exponent: at most {LARGEST_EXPONENT} is accepted")
            if isinstance(op, ast.Pow) and isinstance(a, float) and a <= 0.0 and not isinstance(b, float):
                raise _about(node, "needs a positive number under its exponent")
            return _apply(node, *OPERATORS[type(op)], a, b)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            function = FUNCTIONS[name]
            if len(function.partials) == 1 != len(args):
                raise FormulaError(f"{name} takes one argument, not {len(args)}; decimals have a point.")
            if len(function.partials) > len(args):
                raise FormulaError(f"{name} takes two or more arguments, like {name}(x, y).")
            build = function if len(args) == 1 else lambda *terms: reduce(function, terms)
            return _apply(node, build, function.numeric, *(_build(arg, depth + 1) for arg in args))
    raise _about(node, f"is not accepted: use {ACCEPTED}")


def _apply(node: ast.expr, symbolic: Callable[..., Any], numeric: Callable[..., float], *terms: Term) -> Term:
    """One operation: on floats if every term is constant, else on SymPy objects, within bounds."""
    constant = all(isinstance(term, float) for term in terms)
    try:
        built: Any = numeric(*terms) if constant else symbolic(*map(_exact, terms))
        if constant or built.is_number:
            built = float(built)
    except (ArithmeticError, ValueError):
        built = math.nan
    if isinstance(built, float):
        if not math.fabs(built) <= LARGEST_NUMBER:
            raise _about(node, "is undefined or too large to compute")
        return built
    numbers = built.atoms(sp.Number)
    parts = [part for n in numbers for part in ((n.p, n.q) if n.is_Rational else (n,))]
    powers = [power.exp for power in built.atoms(sp.Pow) if power.exp.is_Number]
    if any(abs(n) > LARGEST_NUMBER for n in parts) or any(abs(n) > LARGEST_POWER for n in powers):
        raise _about(node, f"is too large: numbers may grow to {LARGEST_NUMBER:g}, powers to {LARGEST_POWER}")
    return built


def _exact(term: Term) -> sp.Expr:
    """A constant for SymPy: as a small fraction, of π or e too, where that is the same float."""
    if not isinstance(term, float):
        return term
    for unit, symbol in ((1.0, sp.Integer(1)), (math.pi, sp.pi), (math.e, sp.E)):
        ratio = Fraction(term / unit).limit_denominator(1000)
        if float(ratio) * unit == term:
            return sp.Rational(ratio.numerator, ratio.denominator) * symbol
    return sp.Float(term)


def _about(node: ast.expr, complaint: str) -> FormulaError:
    written = ast.unparse(node)
    return FormulaError(f"{written if len(written) <= 40 else written[:39] + '…'} {complaint}.")


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

    Windows are compared at the middles of 20 × 20 cells: the fewer of them lack a value or lie more
    than 10⁴ from the median, the better. The start is the cell nearest to a fifth of the width and
    seven tenths of the height that has a slope.
    """

    def hidden(window: Window) -> float:
        losses = draft.value(_cells(window))
        finite = losses[np.isfinite(losses)]
        with np.errstate(all="ignore"):
            return float(np.mean(~(np.abs(losses - np.median(finite)) <= 1e4))) if finite.size else 1.0

    window = min(WINDOWS, key=hidden)
    cells = _cells(window).reshape(-1, 2)
    slopes = np.abs(draft.gradient(cells)).max(axis=-1)
    usable = (np.abs(draft.value(cells)) <= LARGEST) & np.isfinite(slopes)
    if not usable.any():
        raise FormulaError("The formula has no value and slope of a size to draw anywhere near the origin.")
    aim = [lo + share * (hi - lo) for share, (lo, hi) in zip((0.2, 0.7), window, strict=True)]
    best = np.lexsort((np.abs(cells - aim).sum(axis=-1), slopes == 0.0, ~usable))[0]
    return replace(draft, window=window, start=(float(cells[best, 0]), float(cells[best, 1])))


def _cells(window: Window, count: int = 20) -> Array:
    columns, rows = (np.round(lo + (hi - lo) * (np.arange(count) + 0.5) / count, 3) for lo, hi in window)
    return np.stack(np.meshgrid(columns, rows), axis=-1)
