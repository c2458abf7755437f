"""A surface's functions as Python source to hand out: the very lines that are compiled here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sympy as sp
from sympy.core.parameters import distribute

from landscapes.compiler import Functions, derived
from landscapes.landscape import Landscape
from landscapes.printer import Printer, common_subexpressions
from landscapes.sampled import CELL, COEFFICIENTS

_CALL = re.compile(r"\b([A-Za-z]\w*)(?=\()")


class Printed(NamedTuple):
    """One function's body: names with what they stand for, in order, then what is returned."""

    lines: tuple[tuple[str, str], ...]
    results: tuple[str, ...]

    @property
    def calls(self) -> list[str]:
        """The names of the functions called, which ``landscapes.namespaces`` gives meaning."""
        sources = [*(value for _, value in self.lines), *self.results]
        return list(dict.fromkeys(name for source in sources for name in _CALL.findall(source)))


def printed(surface: Landscape, wanted: Sequence[str] = Functions._fields) -> dict[str, Printed]:
    """The wanted ones of a surface's functions, by name, with its parameters as constants in capitals.

    They are in x and y and, where there is data, in its columns: the loss of one example. Of a sampled
    surface they are those within a cell: in the distances x and y from its lower corner, and in its
    coefficients ``c0`` to ``c15``.
    """
    if surface.samples is not None:
        groups, names = (CELL, ()), {}
    else:
        groups = (surface.expression, surface.residuals)
        names = {p.symbol: constant(p.key) for p in surface.parameters}
    with distribute(False):  # as where it is compiled
        found = zip(Functions._fields, derived(*groups), strict=False)
        return {name: _printed(group, names) for name, group in found if name in wanted}


def constant(key: str) -> str:
    """What a parameter is called in printed source."""
    return key.upper()


CELL_COEFFICIENTS = tuple(symbol.name for symbol in COEFFICIENTS)
"""What follows x and y in the functions of a sampled surface."""


def _printed(group: list[sp.Expr], names: Mapping[sp.Symbol, str]) -> Printed:
    printer = Printer(names)
    lines, results = common_subexpressions(group[0] if len(group) == 1 else tuple(group))
    results = results if isinstance(results, tuple) else (results,)
    return Printed(
        tuple((printer.doprint(symbol), printer.doprint(value)) for symbol, value in lines),
        tuple(printer.doprint(result) for result in results),
    )
