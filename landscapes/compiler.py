"""From a SymPy expression to plain functions: derive, print once, bind to floats and to arrays.

The printed source is the same for both worlds; only the namespace it runs in differs. On floats
it calls ``math`` (and raises where IEEE arithmetic would give inf or nan), on arrays NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import sympy as sp
from sympy.core.parameters import distribute

from landscapes.derivatives import derivative
from landscapes.namespaces import ARRAYS, FLOATS
from landscapes.once import once
from landscapes.printer import Printer, Spread, common_subexpressions

ORDERS = ([""], ["x", "y"], ["xx", "xy", "yy"])
x, y = sp.symbols("x y", real=True)

Coordinate: TypeAlias = Any
"""A float, or a contiguous array of lanes: whatever the bound namespace computes with."""


class Functions(NamedTuple):
    """A surface's value, gradient and Hessian as functions of two coordinates.

    ``value(x, y)`` returns f; ``gradient`` the pair (f_x, f_y); ``hessian`` the triple
    (f_xx, f_xy, f_yy); ``gauss_newton`` the triple of JᵀJ where f = ½Σr², else None. Surface
    parameters follow y and have defaults.
    """

    value: Callable[..., Coordinate]
    gradient: Callable[..., tuple[Coordinate, Coordinate]]
    hessian: Callable[..., tuple[Coordinate, Coordinate, Coordinate]]
    gauss_newton: Callable[..., tuple[Coordinate, Coordinate, Coordinate]] | None = None


class Compiled(NamedTuple):
    """The same functions bound to Python floats and to NumPy arrays."""

    on_floats: Functions
    on_arrays: Functions

    def bind(self, values: tuple[float, ...]) -> Compiled:
        """The functions with these surface parameters as defaults; nothing is recompiled."""
        # A Python float would raise among the arrays, in 1/a where a is 0.
        defaults = (values, tuple(map(np.float64, values)))
        return Compiled(
            *(
                Functions(*(_rebind(f, d) for f in world if f))
                for world, d in zip(self, defaults, strict=True)
            )
        )


@once(each=200_000)
def compile_surface(
    expression: sp.Expr,
    parameters: tuple[sp.Symbol, ...] = (),
    residuals: tuple[sp.Expr, ...] = (),
    columns: tuple[sp.Symbol, ...] = (),
) -> Compiled:
    """Derive, print and compile an expression in ``x``, ``y``, columns of data and surface parameters.

    The functions take them in this order. With ``residuals`` r, where the expression is ½Σr², the
    Gauss–Newton matrix JᵀJ too.

    Raises
    ------
    ValueError
        If the expression has free symbols besides x, y and the parameters.
    """
    unknown = expression.free_symbols - {x, y, *columns, *parameters}
    if unknown:
        raise ValueError(f"unknown symbols {sorted(map(str, unknown))} in a surface of x and y")
    with distribute(False):  # as in the derivatives; SymPy empties its cache wherever this changes
        groups = derived(expression, residuals)
        printed = [_lambdify(group, (*columns, *parameters)) for group in groups]
    return Compiled(
        *(Functions(*(_bind_namespace(f, namespace) for f in printed)) for namespace in (FLOATS, ARRAYS))
    )


def derived(expression: sp.Expr, residuals: tuple[sp.Expr, ...] = ()) -> list[list[sp.Expr]]:
    """What each of a surface's ``Functions`` is compiled from, in their order."""
    groups = [[derivative(expression, letters) for letters in order] for order in ORDERS]
    if residuals:
        r_x, r_y = ([r.diff(symbol) for r in residuals] for symbol in (x, y))
        pairs = ((r_x, r_x), (r_x, r_y), (r_y, r_y))
        groups.append([sp.Add(*map(sp.Mul, a, b)) for a, b in pairs])
    return groups


def _rebind(function: Callable[..., Any], defaults: tuple[float, ...]) -> Callable[..., Any]:
    assert isinstance(function, FunctionType)
    return FunctionType(function.__code__, function.__globals__, function.__name__, defaults)


def _bind_namespace(function: FunctionType, namespace: dict[str, Any]) -> FunctionType:
    return FunctionType(function.__code__, namespace, function.__name__)


def _lambdify(group: Sequence[sp.Expr], parameters: tuple[sp.Symbol, ...]) -> FunctionType:
    function = sp.lambdify(
        (x, y, *parameters),
        group[0] if len(group) == 1 else tuple(group),
        modules=[{}],
        printer=Printer(),
        cse=_as_long_as_the_lanes,
    )
    assert isinstance(function, FunctionType)
    return function


def _as_long_as_the_lanes(exprs: Any) -> tuple[list[tuple[sp.Symbol, sp.Expr]], Any]:
    """Common subexpressions; a result that turns out constant among them is spread over the lanes."""
    lines, results = common_subexpressions(exprs)
    varying = {x, y}
    for symbol, e in lines:
        if e.free_symbols & varying:
            varying.add(symbol)

    def spread(e: sp.Expr) -> sp.Expr:
        return e if e.free_symbols & varying else Spread(e, x, y)

    return lines, tuple(map(spread, results)) if isinstance(results, tuple) else spread(results)
