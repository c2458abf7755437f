"""Derivatives of a surface: to compile, and to read in LaTeX where there is not too much of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, islice

import sympy as sp
from sympy.core.parameters import distribute

from landscapes.functions import slope

LONGEST = 4_000
"""Characters of LaTeX that anyone would read."""
_LARGEST = 400
"""Numbers, letters and operations of an expression that is derived at all."""


@lru_cache(maxsize=40)
def derivative(expression: sp.Expr, letters: str) -> sp.Expr:
    """The expression's derivative by x, or y, and again by every further letter."""
    if not letters:
        return expression
    with distribute(False):  # keep 2*(a + b) factored: fewer operations in the derivatives
        return slope(derivative(expression, letters[:-1]), sp.Symbol(letters[-1], real=True))


def matrix_latex(
    expression: sp.Expr, by: Sequence[Sequence[str]], names: Mapping[sp.Symbol, str]
) -> str | None:
    """A matrix of derivatives in LaTeX, each by the letters in its entry; None where it is too long.

    ``by`` is [["x"], ["y"]] for the gradient; ``names`` says how to write a symbol. Every limit holds
    before the work that it bounds.
    """
    if not _at_most(_LARGEST, [expression]):
        return None
    if not _at_most(LONGEST, (derivative(expression, entry) for row in by for entry in row)):
        return None  # each of its pieces is a character at least
    latex = cache(partial(sp.latex, symbol_names=dict(names)))
    room, rows = LONGEST, []
    for row in by:
        rows.append([latex(derivative(expression, entry)) for entry in row if room >= 0])
        room -= sum(map(len, rows[-1]))
    written = r" \\ ".join(map(" & ".join, rows))
    return rf"\begin{{pmatrix}}{written}\end{{pmatrix}}" if len(written) <= LONGEST else None


def _at_most(most: int, expressions: Iterable[sp.Expr]) -> bool:
    pieces = chain.from_iterable(map(sp.preorder_traversal, expressions))
    return sum(1 for _ in islice(pieces, most + 1)) <= most
