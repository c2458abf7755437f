"""From a formula as people write it to a landscape, or to all that is wrong with it; nothing is evaluated."""

from __future__ import annotations

import string
from dataclasses import replace

import sympy as sp

from landscapes.declarations import Facts, Parameter
from landscapes.formulas import axes
from landscapes.formulas.axes import Letters, letters
from landscapes.formulas.brackets import balanced, without_stray_commas
from landscapes.formulas.building import built
from landscapes.formulas.doubts import ask
from landscapes.formulas.faults import Faults, FormulaError
from landscapes.formulas.folding import LARGEST_NUMBER, Term
from landscapes.formulas.grammar import Node, is_a, parsed, span
from landscapes.formulas.left_side import left_side
from landscapes.formulas.notation import Sign, plain, scanned, token
from landscapes.formulas.reading import reading
from landscapes.formulas.vocabulary import GREEK
from landscapes.formulas.window import guessed, start_in
from landscapes.formulas.words import Word, split
from landscapes.functions import KINKED
from landscapes.landscape import Landscape, Window, x, y
from landscapes.once import once

LONGEST, MOST_NODES, MOST_COMPARISONS = 500, 200, 8
LARGEST_COST = 7000
"""Bounds the size of the second derivatives: half a second of deriving and compiling."""
EXAMPLE = "x^2 + 3y^2"
_UNCOUNTED = {"TIMES", "OPEN", "CLOSE", "BAR_CLOSE", "COMMA", "COLON", "ELSE", "JUNK"}
"""Not times, since a product may as well be written without a sign."""


def parse_landscape(text: str, window: Window | None = None) -> Landscape:
    """Turn a formula as people write it into a landscape with a start and, if none is given, a window.

    The names before an equals sign become the axes, else the letters of the formula that are usual for them;
    up to four other letters become sliders. ``text`` of the result is the formula as typed, its blanks
    collapsed; ``reading`` is how it was understood, in characters that can be typed again.

    Raises
    ------
    FormulaError
        With a sentence for a student for every place that has no one meaning.
    """
    if not isinstance(text, str):
        raise FormulaError(f"Type a formula as text, like {EXAMPLE}; this is of type {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text)} characters: at most {LONGEST} are accepted.")
    return _landscape(text, None if window is None else _checked(window))


def coefficient(name: str) -> Parameter:
    """The slider of a letter that is not an axis."""
    shown = axes.label(name)
    help = f"The number that stands for {shown} in the formula."
    return Parameter(_key(name), shown, 1.0, -5.0, 5.0, help, letter=axes.latex(name))


def _key(name: str) -> str:
    """What a link calls a coefficient: its letter, where a link does not mean something else by that."""
    key = axes.typed(name).replace("_", "")
    return key if key.islower() and key not in ("x", "y") else f"letter_{key}"


COEFFICIENTS = tuple(
    _key(name) for name in (*string.ascii_letters, *GREEK.values()) if name not in ("e", "E")
)
"""The keys of all coefficients of one letter."""


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


@once(each=300_000)
def _landscape(text: str, window: Window | None) -> Landscape:
    tree, names, expression = understood(text)
    said = reading(tree, names)
    coefficients = tuple(map(coefficient, names.coefficients))
    draft = Landscape(
        key="custom",
        name="Your own formula",
        family="Your own",
        expression=expression,
        window=window or ((-5.0, 5.0), (-5.0, 5.0)),
        start=(0.0, 0.0),
        lesson="Your own surface: say where each run will end, then press play.",
        source="Typed by a visitor",
        facts=Facts(smooth=not expression.has(*KINKED)),
        parameters=tuple(p for p in coefficients if p.symbol in expression.free_symbols),
        axes=(axes.label(names.axes[0]), axes.label(names.axes[1])),
        text=" ".join(text.split()),
        reading=said.text,
        printed=said.latex,
    )
    draft = draft if window else replace(draft, window=guessed(draft))
    if (start := start_in(draft)) is None:
        raise FormulaError("The formula has no value and slope of a size to draw in the window.")
    return replace(draft, start=start)


def understood(text: str) -> tuple[Node, Letters, sp.Expr]:
    """The tree of a formula, its letters and its expression.

    Raises
    ------
    FormulaError
        With everything that is wrong, in the order of the text.
    """
    faults, usual = Faults(text), plain(text)
    left, start, end = left_side(usual, faults)
    tokens, words = split(scanned(usual, start, end, faults), faults)
    if not tokens:
        raise FormulaError(f"Type a formula in x and y, like {EXAMPLE}.")
    tokens = balanced(tokens, faults)
    counted = [one for one in tokens if one.type not in _UNCOUNTED for _ in range(_weight(one))]
    if len(counted) > MOST_NODES:
        faults.add(counted[MOST_NODES], f"is too much: {MOST_NODES} numbers, names and signs are accepted")
    if sum(one.type == "COMPARE" for one in counted) > MOST_COMPARISONS:
        faults.say(f"The formula has too many comparisons: at most {MOST_COMPARISONS} are accepted.")
    names = letters(words, left, faults)
    tree = parsed(without_stray_commas(_without(names.unknown, tokens), faults), faults)
    if tree is None or len(counted) > MOST_NODES:
        faults.raise_if_any()
    assert tree is not None
    if is_a(tree, "comparison", "both", "either", "opposite"):
        faults.at(*span(tree), "is a condition: write 1 if it holds else 0, in these words, for a step")
    ask(tree, names.axes, faults)
    symbols = dict(zip(names.axes, (x, y), strict=True)) | {
        name: coefficient(name).symbol for name in names.coefficients
    }
    return tree, names, _surface(built(tree, symbols, faults), faults)


def _weight(one: Sign) -> int:
    """How many numbers, names and signs a token is: ½ is two numbers and a sign."""
    return 3 if one.type == "NUMBER" and "/" in one else 1


def _without(unknown: tuple[Word, ...], tokens: list[Sign]) -> list[Sign]:
    """The tokens with one that means nothing for every word that is not known, so that it is said once."""
    first = {word[0].start_pos: word[-1].end_pos for word in unknown}
    inside = {one.start_pos for word in unknown for one in word[1:]}
    out: list[Sign] = []
    for one in tokens:
        if one.start_pos in first:
            end = first[one.start_pos]
            called = next((t for t in tokens if t.start_pos == end and t.type == "OPEN"), None) is not None
            out.append(token("FUNCTION" if called else "LETTER", "?", one.start_pos, end))
        elif one.start_pos not in inside:
            out.append(one)
    return out


def _surface(term: Term | None, faults: Faults) -> sp.Expr:
    """The expression, if it is one of a surface and not too long to be derived."""
    if not faults and (isinstance(term, float) or not (term is not None and term.has(x, y))):
        faults.say("The formula has the same value everywhere: use x or y to make a surface.")
    if isinstance(term, sp.Expr):
        operations, _, in_derivative = _sizes(term)
        if 40 * operations + in_derivative > LARGEST_COST:
            faults.say("The formula's derivatives are too long: use fewer factors or less nesting.")
    faults.raise_if_any()
    return term


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


__all__ = ["COEFFICIENTS", "FormulaError", "parse_landscape"]
