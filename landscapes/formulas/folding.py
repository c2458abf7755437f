"""One operation on constants or expressions, within bounds.

Constants are folded on Python floats before SymPy can expand them. No string reaches SymPy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import sympy as sp

from landscapes.formulas.vocabulary import Function

Term: TypeAlias = float | sp.Expr
"""A folded constant, or an expression in x, y and coefficients."""

LARGEST_NUMBER, LARGEST_POWER = 1e100, 100


def applied(function: Function, terms: Sequence[Term | None]) -> Term:
    """The function of the terms: on floats if every term is constant, else on SymPy objects.

    Raises
    ------
    ValueError
        With what is wrong, where the result is undefined or grows beyond the bounds.
    """
    constant = all(isinstance(term, float) for term in terms)
    try:
        built: Any = function.numeric(*terms) if constant else function.symbolic(*map(_exact, terms))
        if constant or built.is_number:
            built = float(built)
    except (ArithmeticError, ValueError, TypeError):
        built = math.nan
    if isinstance(built, float):
        if not math.fabs(built) <= LARGEST_NUMBER:
            raise ValueError(f"is undefined or too large: constants may grow to {LARGEST_NUMBER:g}")
        return built
    numbers = built.atoms(sp.Number)
    parts = [part for n in numbers for part in ((n.p, n.q) if n.is_Rational else (n,))]
    powers = [one.exp for one in built.atoms(sp.Pow) if one.exp.is_Number]
    if any(abs(n) > LARGEST_NUMBER for n in parts) or any(abs(n) > LARGEST_POWER for n in powers):
        raise ValueError(f"is too large: numbers may grow to {LARGEST_NUMBER:g}, powers to {LARGEST_POWER}")
    return built


def _exact(term: Term | None) -> sp.Expr:
    """A constant for SymPy: as a small fraction, of π or e too, where that is the same float."""
    if not isinstance(term, float):
        return term
    for unit, symbol in ((1.0, sp.Integer(1)), (math.pi, sp.pi), (math.e, sp.E)):
        ratio = Fraction(term / unit).limit_denominator(1000)
        if float(ratio) * unit == term:
            return sp.Rational(ratio.numerator, ratio.denominator) * symbol
    return sp.Float(term)
