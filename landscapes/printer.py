"""How a SymPy expression becomes Python source: bare names, integer powers as products."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter


class Spread(sp.Function):
    """A constant component, made as long as the lanes and as nan as the point it belongs to."""


_LARGEST_PRODUCT = 64


def common_subexpressions(exprs: Any) -> tuple[list[tuple[sp.Symbol, sp.Expr]], Any]:
    """SymPy's cse, then integer powers as chains of products.

    ``x**2`` raises on floats that overflow and ``x**3`` is a slow pow on arrays; products are
    neither, and they agree to the bit in both worlds.
    """
    single = not isinstance(exprs, tuple)
    replacements, reduced = sp.cse([exprs] if single else list(exprs))
    lines: list[tuple[sp.Symbol, sp.Expr]] = []

    @cache
    def name(expression: sp.Expr) -> sp.Symbol:
        symbol = sp.Dummy(f"p{len(lines):04}")  # SymPy orders by names: the same in every process
        lines.append((symbol, expression))
        return symbol

    @cache
    def power(base: sp.Symbol, n: int) -> sp.Symbol:
        if n == 1:
            return base
        factors = (power(base, n - 1), base) if n % 2 else (power(base, n // 2),) * 2
        return name(sp.Mul(*factors, evaluate=False))

    def rewrite(e: sp.Basic) -> sp.Basic:
        if not e.args:
            return e
        args = [rewrite(a) for a in e.args]
        if e.is_Pow and e.exp.is_Integer and 2 <= abs(int(e.exp)) <= _LARGEST_PRODUCT:
            product = power(args[0] if args[0].is_Symbol else name(args[0]), abs(int(e.exp)))
            return product if e.exp > 0 else sp.Pow(product, -1)
        return e if all(a is b for a, b in zip(args, e.args, strict=True)) else e.func(*args)

    for symbol, expression in replacements:
        rewritten = rewrite(expression)
        lines.append((symbol, rewritten))
    results = [rewrite(e) for e in reduced]
    return lines, results[0] if single else tuple(results)


class Printer(PythonCodePrinter):
    """Python source in bare names (exp, where, maximum, ...) that a namespace gives meaning.

    With ``names``, which say what to call some symbols, it is source to read: powers are p0, p1, ...
    """

    def __init__(self, names: Mapping[sp.Symbol, str] | None = None) -> None:
        self._names = names
        super().__init__({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})

    def _as_ordered_terms(self, expr: sp.Add, order: str | None = None) -> list[sp.Expr]:
        """Added terms before subtracted ones: b - a is one operation, -a + b two."""
        terms: list[sp.Expr] = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=lambda term: term.could_extract_minus_sign())

    def _print_Symbol(self, e: sp.Symbol) -> str:
        return str(super()._print_Symbol(e)) if self._names is None else self._names.get(e, e.name)

    def _print_Dummy(self, e: sp.Dummy) -> str:
        return str(super()._print_Dummy(e)) if self._names is None else f"p{int(e.name[1:])}"

    def _print_Float(self, e: sp.Float) -> str:
        return repr(float(e))

    def _print_Integer(self, e: sp.Integer) -> str:
        return repr(float(e))

    def _print_Rational(self, e: sp.Rational) -> str:
        return f"({float(e.p)!r}/{float(e.q)!r})"

    _print_Half = _print_Rational

    def _print_Pow(self, e: sp.Pow, rational: bool = False) -> str:
        base, exponent = self._print(e.base), e.exp
        if exponent == -1:
            return f"(1.0/({base}))"
        if exponent == sp.S.Half:
            return f"sqrt({base})"
        if exponent == -sp.S.Half:
            return f"(1.0/sqrt({base}))"
        return f"power({base}, {self._print(exponent)})"

    def _print_Exp1(self, e: sp.Expr) -> str:
        return repr(math.e)

    def _print_Pi(self, e: sp.Expr) -> str:
        return repr(math.pi)

    def _call(self, name: str, e: sp.Basic) -> str:
        return f"{name}({', '.join(self._print(a) for a in e.args)})"

    def _print_Function(self, e: sp.Function) -> str:
        return self._call(type(e).__name__, e)

    _print_exp = _print_log = _print_sqrt = _print_Function
    _print_sign = _print_DiracDelta = _print_Function

    def _print_Abs(self, e: sp.Abs) -> str:
        return self._call("abs", e)

    def _print_Heaviside(self, e: sp.Heaviside) -> str:
        return f"heaviside({self._print(e.args[0])})"

    def _print_Max(self, e: sp.Basic) -> str:
        return self._nested("maximum", list(e.args))

    def _print_Min(self, e: sp.Basic) -> str:
        return self._nested("minimum", list(e.args))

    def _nested(self, name: str, args: list[sp.Basic]) -> str:
        head = self._print(args[0])
        return head if len(args) == 1 else f"{name}({head}, {self._nested(name, args[1:])})"

    def _print_Piecewise(self, e: sp.Piecewise) -> str:
        source = "nan"
        for branch, condition in reversed(e.args):
            source = (
                self._print(branch)
                if condition is sp.true
                else f"where({self._print(condition)}, {self._print(branch)}, {source})"
            )
        return source

    def _print_And(self, e: sp.Basic) -> str:
        return self._nested("logical_and", list(e.args))

    def _print_Or(self, e: sp.Basic) -> str:
        return self._nested("logical_or", list(e.args))
