"""What a run asks its surface: counted, not declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscapes import Array
from landscapes.compiler import Functions
from optimizers.optimizer import Pair


class Asked:
    """Every question of a single run, step by step: x, y, and 0 for a value, 1 a gradient, 2 a Hessian.

    JᵀJ is not counted: it is made of the derivatives that the gradient needs.
    """

    def __init__(self) -> None:
        self.steps: list[list[tuple[float, float, int]]] = [[]]
        self._looks = 0

    def begin_step(self, looked_at: Pair | None = None) -> None:
        """What is asked from here on belongs to the next step, as does a schedule's look at the loss."""
        self.steps.append([] if looked_at is None else [(*looked_at, 0)])
        self._looks = len(self.steps[-1])

    def repeat_step(self) -> None:
        """The step is taken again: what it asked so far does not count."""
        del self.steps[-1][self._looks :]

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
