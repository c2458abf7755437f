"""Updates can be followed symbol by symbol: none of them asks Python whether a value is true."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES
from landscapes.compiler import Functions
from optimizers import OPTIMIZERS, run
from optimizers.optimizer import DecoupledDecay, Elementwise, Optimizer

HIMMELBLAU = LANDSCAPES["himmelblau"]
UPDATES = {key: rule for key, rule in OPTIMIZERS.items() if issubclass(rule, Elementwise | DecoupledDecay)}


class Symbol:
    """A number that can be computed with, but not looked at."""

    def __init__(self, hidden: Any) -> None:
        self.hidden = hidden

    def __bool__(self) -> bool:
        raise AssertionError("asked whether a value is true")

    def __array_ufunc__(self, function: Any, method: str, *given: Any) -> Symbol:
        return applied(function, *given)

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Symbol:
        return applied(function, *given)


def applied(function: Callable[..., Any], *given: Any) -> Symbol:
    return Symbol(function(*(one.hidden if isinstance(one, Symbol) else one for one in given)))


def method(name: str) -> Callable[..., Symbol]:
    function = getattr(operator, name)
    return lambda *given: applied(function, *given)


def reflected(name: str) -> Callable[..., Symbol]:
    function = getattr(operator, name)
    return lambda a, b: applied(function, b, a)


for name in ("add", "sub", "mul", "truediv", "pow", "and", "or"):
    setattr(Symbol, f"__{name}__", method(f"__{name}__"))
    setattr(Symbol, f"__r{name}__", reflected(f"__{name}__"))
for name in ("lt", "le", "gt", "ge", "eq", "ne", "neg", "abs"):
    setattr(Symbol, f"__{name}__", method(f"__{name}__"))


@pytest.mark.parametrize("rule", UPDATES.values(), ids=UPDATES)
def test_an_update_on_symbols_is_the_update_on_numbers(rule: type[Optimizer]) -> None:
    t = run(HIMMELBLAU, rule(), (-0.5, -1.0), 12)
    value, slopes, *_ = HIMMELBLAU.compiled.on_arrays

    def gradient(x: Symbol, y: Symbol) -> tuple[Symbol, ...]:
        return tuple(map(Symbol, slopes(x.hidden, y.hidden)))

    seen = Functions(value, gradient, gradient)
    start = (np.float64(-0.5), np.float64(-1.0))
    point = (Symbol(start[0]), Symbol(start[1]))
    state = tuple(tuple(map(Symbol, column)) for column in rule().initial(start))
    rate = Symbol(np.float64(t.rule.settings["learning_rate"]))
    for k in range(1, 13):
        point, state = rule().step(seen, point, state, rate, Symbol(k))
        np.testing.assert_allclose([point[0].hidden, point[1].hidden], t.points[k], rtol=1e-12)
