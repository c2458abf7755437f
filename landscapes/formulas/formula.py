"""From a typed formula to a landscape: a scan, a parse and an allow-list, never an evaluation.

The text is scanned by hand, so that only numbers, known names, single letters, operators and brackets go on,
and not too many of them; ``ast.parse`` then orders them, and an allow-list of its nodes builds SymPy objects.
No string reaches SymPy, and constants are folded on Python floats before SymPy can expand them.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from landscapes.declarations import Facts, Parameter, Point
from landscapes.functions import KINKED, NAMED, power
from landscapes.landscape import LARGEST, Array, Landscape, Window, x, y
from landscapes.once import once

Term: TypeAlias = float | sp.Expr
"""A folded constant, or an expression in x, y and a parameter."""

LONGEST, DEEPEST, MOST_NODES = 500, 30, 200
LARGEST_INTEGER, LARGEST_NUMBER, LARGEST_EXPONENT, LARGEST_POWER = 10**9, 1e100, 50, 100
LARGEST_COST = 7000
"""Bounds the size of the second derivatives: half a second of deriving and compiling."""


class FormulaError(ValueError):
    """One sentence for a student: which piece of the formula is meant, and what is accepted."""


NAMES: dict[str, Term] = {"x": x, "y": y, "pi": math.pi, "e": math.e}
LETTERS = {
    letter: Parameter(letter, letter, 1.0, -5.0, 5.0, f"The number that stands for {letter} in the formula.")
    for letter in string.ascii_lowercase
    if letter not in NAMES
}
FUNCTIONS = {**NAMED, "ln": NAMED["log"]}
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
ACCEPTED = f"numbers, + - * / ^ ( ), {', '.join((*NAMES, *FUNCTIONS))}, and one small letter for a slider"
HINTS = {
    "|": "write abs(x) for |x|", "√": "write sqrt(x)", "²": "write x**2", "³": "write x**3", "π": "write pi",
    "÷": "write /", "[": "use round brackets", "{": "use round brackets",
}  # fmt: skip
TOKEN = re.compile(
    r"\s*(?:0*(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<operator>\*\*|[-+*/^−·×])|(?P<bracket>[()])|(?P<comma>,)|(?P<other>\S))"
)
NEAR, FAR = (5.0, 2.0, 10.0, 1.0), (20.0, 50.0, 100.0, 1000.0)
"""Half the widths of the windows that a formula is tried in, the usual one first."""
CELLS = 40


def parse_landscape(text: str, window: Window | None = None) -> Landscape:
    """Turn a typed formula in x and y into a landscape with a start and, if none is given, a window.

    Accepted are x, y, numbers, pi, e, the operators + - * / ** ^, round brackets and the functions
    in ``FUNCTIONS``. One other small letter may stand for a parameter, the surface's own slider.
    ``text`` of the result is the formula as typed, its blanks collapsed.

    Raises
    ------
    FormulaError
        With one sentence for a student, for every other input.
    """
    if not isinstance(text, str):
        raise FormulaError(f"Type a formula as text, like {EXAMPLE}; this is of type {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text)} characters: at most {LONGEST} are accepted.")
    return _landscape(text, None if window is None else _checked(window))


def _checked(window: Window) -> Window:
    try:
        (x_lo, x_hi), (y_lo, y_hi) = (map(float, edges) for edges in window)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormulaError("A window is given as ((x_lo, x_hi), (y_lo, y_hi)).") from error
    for lo, hi in ((x_lo, x_hi), (y_lo, y_hi)):
        largest = max(abs(lo), abs(hi))
        if not (hi - lo > max(1 / LARGEST_NUMBER, 1e-9 * largest) and largest <= LARGEST_NUMBER):
            raise FormulaError(
                f"No window goes from {lo:g} to {hi:g}: accepted are two numbers, smaller first."
            )
    return (x_lo, x_hi), (y_lo, y_hi)


def _scan(text: str) -> tuple[str, list[int]]:
    """The formula in Python's spelling, once all of it is in its place, and the column of every token.

    The tokens of the result stand one blank apart.
    """
    tokens: list[str] = []
    columns: list[int] = []
    calls: list[bool] = []  # for every open bracket: does it belong to a function?
    before, operand_next, letter, nodes = "", True, "", 0
    if "=" in text:
        raise FormulaError("Leave out the = and what is before it: type only the right side of f(x, y) = ...")
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        token, column = SPELLED.get(match[kind], match[kind]), match.start(kind) + 1
        where, operand = f"at column {column}", kind in ("number", "name") or token == "("
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
        if kind == "name" and token not in NAMES and token not in FUNCTIONS and token not in LETTERS:
            close = difflib.get_close_matches(token.lower(), (*NAMES, *FUNCTIONS), n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            meant = " (write * to multiply)" if re.fullmatch("[a-z]?[xy]*[0-9]*", token) else meant
            raise FormulaError(f"{token[:30]} {where} is not known{meant}: accepted are {ACCEPTED}.")
        if token in LETTERS and token != (letter := letter or token):
            raise FormulaError(
                f"{token} {where} is a second letter beside {letter}: accepted are {ACCEPTED}."
            )
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
        columns.append(column)
        nodes += token not in "(,)"
        if nodes > MOST_NODES:
            raise FormulaError(
                f"{token} {where} is too much: {MOST_NODES} numbers, names and signs are accepted."
            )
        before, operand_next = token, kind in ("operator", "comma") or token == "("
    if not tokens:
        raise FormulaError(f"Type a formula in x and y, like {EXAMPLE}.")
    if operand_next or before in FUNCTIONS:
        raise FormulaError(f"The formula ends too early: something is missing after {before}.")
    if calls:
        raise FormulaError(f"At the end {len(calls)} closing bracket(s) are missing.")
    return " ".join(tokens), columns


@once(maxsize=128)
def _landscape(text: str, window: Window | None) -> Landscape:
    source, columns = _scan(text)
    body = ast.parse(source, mode="eval").body
    for node in ast.walk(body):
        if isinstance(node, ast.expr):  # complaints name the column as typed
            node.col_offset = columns[source.count(" ", 0, node.col_offset)]
    expression = _build(body)
    if isinstance(expression, float) or not expression.has(x, y):
        raise FormulaError("The formula has the same value everywhere: use x or y to make a surface.")
    operations, _, in_derivative = _sizes(expression)
    if 40 * operations + in_derivative > LARGEST_COST:
        raise FormulaError("The formula's derivatives are too long: use fewer factors or less nesting.")
    draft = Landscape(
        key="custom",
        name="Your own formula",
        family="Your own",
        expression=expression,
        window=window or ((-NEAR[0], NEAR[0]),) * 2,
        start=(0.0, 0.0),
        lesson="Your own surface: say where each run will end, then press play.",
        source="Typed by a visitor",
        facts=Facts(smooth=not expression.has(*KINKED)),
        parameters=tuple(LETTERS[symbol.name] for symbol in expression.free_symbols - {x, y}),
        text=" ".join(text.split()),
    )
    draft = draft if window else replace(draft, window=_guessed(draft))
    return replace(draft, start=_start(draft))


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
        case ast.Name(id=name) if name in LETTERS:
            return LETTERS[name].symbol
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return _apply(node, *OPERATORS[type(op)], _build(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            # A long sum or product leans to the left, and SymPy keeps it flat: no deeper.
            a, b = _build(left, depth), _build(right, depth + 1)
            if isinstance(op, ast.Div) and b == 0.0:
                raise _about(node, "divides by zero: only other numbers are accepted there")
            if isinstance(op, ast.Pow) and isinstance(b, float) and math.fabs(b) > LARGEST_EXPONENT:
                raise _about(node, f"has too large an exponent: at most {LARGEST_EXPONENT} is accepted")
            if isinstance(op, ast.Pow) and isinstance(a, float) and a <= 0.0 and not isinstance(b, float):
                raise _about(node, "needs a positive number under its exponent")
            return _apply(node, *OPERATORS[type(op)], a, b)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            function = FUNCTIONS[name]
            if len(function.partials) == 1 != len(args):
                raise _about(node, f"has {len(args)} arguments: {name} takes one, and decimals have a point")
            if len(function.partials) > len(args):
                raise _about(node, f"has one argument: {name} takes two or more, like {name}(x, y)")
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
            raise _about(node, f"is undefined or too large: constants may grow to {LARGEST_NUMBER:g}")
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
    shown = written if len(written) <= 40 else written[:39] + "…"
    return FormulaError(f"{shown} at column {node.col_offset} {complaint}.")


def _sizes(e: sp.Expr) -> tuple[int, int, int]:
    """Estimated operations in an expression, its first and its second derivative, before deriving."""
    if not e.args:
        return 1, int(e in (x, y)), 0
    parts = [_sizes(a) for a in e.args]
    value = 1 + sum(p[0] for p in parts)
    if e.is_Add:
        return value, sum(p[1] for p in parts), sum(p[2] for p in parts)
    varying = [p for p in parts if p[1]]
    first = sum(value + p[1] for p in varying)
    second = sum(value + p[2] for p in varying if p[2] or not e.is_Mul)
    second += sum(value + p[1] + q[1] for p in varying for q in varying if p is not q or not e.is_Mul)
    return value, first, second


def _guessed(draft: Landscape) -> Window:
    """The square that shows most, cut to where the formula has values.

    Best is one whose lowest cell lies inside, then the one near the origin with the fewest cells that lack a
    value or lie more than 10⁴ from the median, then the nearest of those further out.
    """
    tried: list[tuple[bool, float, Window]] = []
    for r in (*NEAR, *FAR):
        middles = np.arange(0.5, CELLS) * (2 * r / CELLS) - r
        losses = draft.value(np.stack(np.meshgrid(middles, middles), axis=-1))
        overflows = bool((np.abs(losses) > LARGEST).any())
        losses[~(np.abs(losses) <= LARGEST)] = np.inf
        if not (known := np.argwhere(losses < np.inf)).size:
            continue
        (bottom, left), (top, right) = known.min(axis=0), known.max(axis=0) + 1
        box, edges = losses[bottom:top, left:right], np.linspace(-r, r, CELLS + 1).round(3).tolist()
        hidden = np.mean(np.abs(box - np.median(box[box < np.inf])) > 1e4) if r in NEAR else 1.0
        window = (edges[left], edges[right]), (edges[bottom], edges[top])
        dips = losses.min() < losses.max() and all(_dips(some, r in NEAR) for some in (losses, losses.T))
        dips &= r in NEAR or not overflows
        tried.append((not dips, float(hidden), window))
    return min(tried, key=lambda one: one[:2])[-1] if tried else draft.window


def _dips(losses: Array, near: bool) -> bool:
    """Whether the lowest place across (n, n) losses lies inside, or all columns are alike.

    Far out that must not be rounding, such as that of an exponential which is 0 nearly everywhere.
    """
    profile = losses.min(axis=0)
    lowest = profile[1:-1].min()
    alike = lowest == profile.max() and (near or bool((losses == losses[:, :1]).all()))
    return bool(lowest < min(profile[0], profile[-1]) or alike)


def _start(draft: Landscape) -> Point:
    """The point nearest to a fifth of the width and seven tenths of the height that lies on a slope."""
    columns, rows = (
        np.linspace(lo, hi, CELLS + 1)[1:-1].round(4 - math.floor(math.log10(hi - lo)))
        for lo, hi in draft.window
    )
    points = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    slopes = np.abs(draft.gradient(points)).max(axis=-1)
    usable = (np.abs(draft.value(points)) <= LARGEST) & np.isfinite(slopes)
    if not usable.any():
        raise FormulaError("The formula has no value and slope of a size to draw in the window.")
    aim = [lo + share * (hi - lo) for share, (lo, hi) in zip((0.2, 0.7), draft.window, strict=True)]
    distances = (np.abs(points - aim) / draft.spans).sum(axis=-1)
    flat = slopes <= 1e-2 * draft.loss_range / draft.spans.max()
    best = np.lexsort((distances, slopes == 0.0, flat, ~usable))[0]
    return float(points[best, 0]), float(points[best, 1])
