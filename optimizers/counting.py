"""What a run asks its surface: counted, not declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscapes import Array
from landscapes.compiler import Functions


class Asked:
    """Every question of a single run, step by step: x, y, and 0 for a value, 1 a gradient, 2 a Hessian.

    JᵀJ is not counted: it is made of the derivatives that the gradient needs.
    """

    def __init__(self) -> None:
        self.steps: list[list[tuple[float, float, int]]] = [[]]

    def begin_step(self) -> None:
        """What is asked from here on belongs to the next step."""
        self.steps.append([])

    def repeat_step(self) -> None:
        """The step is taken again: what it asked so far does not count."""
        self.steps[-1].clear()

    def listening(self, functions: Functions) -> Functions:
        """The same functions, noting what they are asked."""

        def noting(what: int, function: Callable[..., Any]) -> Callable[..., Any]:
            def ask(x: Any, y: Any) -> Any:
                self.steps[-1].append((float(x), float(y), what))
                return function(x, y)

            return ask

        value, gradient, hessian, *rest = functions
        return Functions(noting(0, value), noting(1, gradient), noting(2, hessian), *rest)

    @property
    def cumulative(self) -> Array:
        """Values, gradients and Hessians asked for up to every step, (steps + 1, 3)."""
        kinds = [np.bincount([what for _, _, what in step], minlength=3) for step in self.steps]
        return np.cumsum(kinds, axis=0, dtype=np.float64)
