"""What a run asks its surface: counted, not declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscapes import Array
from landscapes.compiler import Compiled, Functions

Question = tuple[float, float, int]
"""x, y, and what was asked there: 0 for a value, 1 a gradient, 2 a Hessian."""


class _Step(NamedTuple):
    """What was asked at one step: by the schedule, by the rule, and by the rule when it took it again."""

    looks: list[Question]
    exact: list[Question]
    careful: list[Question]


class Asked:
    """Every question of a single run, step by step.

    JᵀJ is not counted: it is made of the derivatives that the gradient needs.
    """

    def __init__(self) -> None:
        self._steps = [_Step([], [], [])]

    def listening(self, seen: Compiled) -> Compiled:
        """What the next step sees, noting what it is asked."""
        step = _Step([], [], [])
        self._steps.append(step)
        return Compiled(_noting(seen.on_floats, step.exact), _noting(seen.on_arrays, step.careful))

    def looking(self, value: Callable[..., float]) -> Callable[..., float]:
        """The loss for a schedule's look, which counts at the step it is before."""

        def look(x: float, y: float) -> float:
            self._steps[-1].looks.append((x, y, 0))
            return value(x, y)

        return look

    @property
    def steps(self) -> list[list[Question]]:
        """The questions of every step, none at the start; a step that was taken again counts once."""
        return [[*step.looks, *(step.careful or step.exact)] for step in self._steps]

    @property
    def cumulative(self) -> Array:
        """Values, gradients and Hessians asked for up to every step, (steps + 1, 3)."""
        kinds = [np.bincount([what for _, _, what in step], minlength=3) for step in self.steps]
        return np.cumsum(kinds, axis=0, dtype=np.float64)


def _noting(functions: Functions, questions: list[Question]) -> Functions:
    """The same functions, noting what they are asked."""

    def noting(what: int, function: Callable[..., Any]) -> Callable[..., Any]:
        def ask(x: Any, y: Any) -> Any:
            questions.append((float(x), float(y), what))
            return function(x, y)

        return ask

    value, gradient, hessian, *rest = functions
    return Functions(noting(0, value), noting(1, gradient), noting(2, hessian), *rest)
