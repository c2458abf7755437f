"""From a typed formula to a landscape: a scan, a parse and an allow-list, never an evaluation.

The text is scanned by hand, so that only numbers, known names, operators and brackets go on;
``ast.parse`` then orders them, and an allow-list of its nodes builds SymPy objects. No string
reaches SymPy, and constants are folded on Python floats before SymPy could expand them.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, reduce
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import sympy as sp

from landscapes.landscape import Facts, Landscape, Point, Window, x, y

Term: TypeAlias = float | sp.Expr
"""A folded constant, or an expression in x and y."""


class FormulaError(ValueError):
    """One sentence for a student: which piece of the formula, and what is accepted instead."""


# Kinked functions without SymPy's own simplifications, which ask whether an argument is real and
# rewrite it when they cannot tell. Printers find them by name.


class Heaviside(sp.Function):  # noqa: D101
    def fdiff(self, argindex: int = 1) -> Any:  # noqa: D102
        return sp.Integer(0)


class sign(sp.Function):  # noqa: D101, N801
    def fdiff(self, argindex: int = 1) -> Any:  # noqa: D102
        return sp.Integer(0)


class Abs(sp.Function):  # noqa: D101
    def fdiff(self, argindex: int = 1) -> Any:  # noqa: D102
        return sign(self.args[0])


class Max(sp.Function):  # noqa: D101
    def fdiff(self, argindex: int = 1) -> Any:  # noqa: D102
        return Heaviside(self.args[argindex - 1] - self.args[2 - argindex])


class Min(sp.Function):  # noqa: D101
    def fdiff(self, argindex: int = 1) -> Any:  # noqa: D102
        return Heaviside(self.args[2 - argindex] - self.args[argindex - 1])
