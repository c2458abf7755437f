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
    """What a single run asks, step by step: how often, and if wanted every question.

    JᵀJ is not counted: it is made of the derivatives that the gradient needs.
    """

    def __init__(self, questions: bool = False) -> None:
        self._counts: list[tuple[int, int, int]] = []
        self._questions: list[list[Question]] | None = [] if questions else None
        self._step = _Step([], [], [])

    def listening(self, seen: Compiled) -> Compiled:
        """What the next step sees, noting what it is asked."""
        self.close()
        self._step = _Step([], [], [])
        return Compiled(
            _noting(seen.on_floats, self._step.exact), _noting(seen.on_arrays, self._step.careful)
        )

    def looking(self, value: Callable[..., float]) -> Callable[..., float]:
        """The loss for a schedule's look, which counts at the step it is before."""

        def look(x: float, y: float) -> float:
            self._step.looks.append((x, y, 0))
            return value(x, y)

        return look

    def close(self) -> None:
        """End the step; one that was taken again counts once. Nothing is asked at the start."""
        asked = [*self._step.looks, *(self._step.careful or self._step.exact)]
        kinds = [what for _, _, what in asked]
        self._counts.append((kinds.count(0), kinds.count(1), kinds.count(2)))
        if self._questions is not None:
            self._questions.append(asked)

    @property
    def questions(self) -> list[list[Question]]:
        """The questions of every closed step, if they were wanted."""
        return self._questions or []

    @property
    def cumulative(self) -> Array:
        """Values, gradients and Hessians asked for up to every closed step, (steps + 1, 3)."""
        return np.cumsum(self._counts, axis=0, dtype=np.float64)


def _noting(functions: Functions, questions: list[Question]) -> Functions:
    """The same functions, noting what they are asked."""

    def noting(what: int, function: Callable[..., Any]) -> Callable[..., Any]:
        def ask(x: Any, y: Any) -> Any:
            questions.append((float(x), float(y), what))
            return function(x, y)

        return ask

    value, gradient, hessian, *rest = functions
    return Functions(noting(0, value), noting(1, gradient), noting(2, hessian), *rest)
