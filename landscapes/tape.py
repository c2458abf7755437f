"""A surface as programs that a browser can run: its value and derivatives, and a model's answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from landscapes.compiler import Functions, compile_surface
from landscapes.data import Data
from landscapes.landscape import Landscape
from landscapes.once import once
from landscapes.tracing import Program, UntraceableError, record


def surface_tape(surface: Landscape) -> dict[str, Any] | None:
    """The programs of a surface, ready for JSON; None where it is no formula or too long a one.

    Every program takes x, y, the columns of one training example where there are ``rows``, and the
    surface's parameters, whose keys are in ``parameters``. The surface is then the mean over the rows, or
    the sum where it is ``summed``. ``gauss_newton`` is there if the rules have it, ``answer`` and the rows
    at which it is ``asked`` where there is data.
    """
    if surface.samples is not None:
        return None
    parameters = tuple(p.symbol for p in surface.parameters)
    return _programs(surface.expression, parameters, surface.residuals, surface.data)


@once()
def _programs(
    expression: sp.Expr,
    parameters: tuple[sp.Symbol, ...],
    residuals: tuple[sp.Expr, ...],
    data: Data | None,
) -> dict[str, Any] | None:
    columns = data.symbols if data else ()
    compiled = compile_surface(expression, parameters, residuals, columns).on_arrays
    inputs = 2 + len(columns) + len(parameters)
    try:
        tape = {
            "parameters": [symbol.name for symbol in parameters],
            **_of(compiled, inputs),
        }
        if data is None:
            return tape
        answer = compile_surface(data.view.answer, parameters, (), columns).on_arrays
        asked = data.view.at or data.rows
        return tape | {
            "rows": [list(row) for row in data.rows],
            "summed": data.summed,
            "answer": record(lambda *given: [answer.value(*given)], inputs),
            "asked": [list(row) for row in asked],
        }
    except UntraceableError:
        return None


def _of(functions: Functions, inputs: int) -> dict[str, Program]:
    def recorded(function: Callable[..., Any]) -> Program:
        return record(lambda *given: _row(function(*given)), inputs)

    return {name: recorded(function) for name, function in functions._asdict().items() if function}


def _row(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)
