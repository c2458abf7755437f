"""What an optimizer is: its hyperparameters, and one pure update rule from point and state to the next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeAlias

import numpy as np

from landscapes.compiler import Compiled, Functions
from optimizers.arithmetic import Coordinate, each
from optimizers.explanation import ROLES, Part, gradient
from optimizers.hyperparameters import Declared

Pair: TypeAlias = tuple[Coordinate, Coordinate]
State: TypeAlias = Any
"""What a rule remembers between steps: nested tuples of coordinates."""
Step: TypeAlias = Callable[[Pair, State, Coordinate, int], tuple[Pair, State]]
"""A rule's step on a surface: from point, state, η and k to the next point and state."""


@dataclass(frozen=True)
class Optimizer(Declared, ABC):
    """A rule: frozen hyperparameters and one pure function from point and state to the next ones."""

    noun: ClassVar[str] = "rule"
    example: ClassVar[str] = "Adam()"
    key: ClassVar[str]
    name: ClassVar[str]
    per_coordinate: ClassVar[tuple[str, ...]] = ()
    """Names of the quantities kept for each coordinate, in the order of its state."""
    shared: ClassVar[tuple[str, ...]] = ()
    """Names of the quantities kept once for both coordinates; they are the state's third part."""
    symbols: ClassVar[tuple[str, ...]] = ()
    """The letters of both as they are written, in order; with ₋₁ where only the next step needs them."""
    cost: ClassVar[tuple[int, int, int] | None] = (0, 1, 0)
    """Value, gradient and Hessian evaluations of one step; None where it depends on what is found."""
    rate_limit_formula: ClassVar[str] = ""
    """How ``rate_limit`` is written, in λ_max."""
    only_first_rate: ClassVar[bool] = False
    """Whether η is used at the first step alone, so that a schedule's later rates change nothing."""
    scales_coordinates: ClassVar[bool] = False
    """Whether it steps each coordinate on a scale of its own, so that turning the surface changes the run."""
    showcase: ClassVar[str] = "rosenbrock"
    """Key of a built-in surface on which the rule, as it comes, shows its character."""

    def initial(self, point: Pair) -> State:
        """The state before the first step: zeros, by coordinate and name, then the shared ones."""
        kept = tuple(tuple(0.0 * coordinate for _ in self.per_coordinate) for coordinate in point)
        return (*kept, tuple(0.0 * point[0] for _ in self.shared)) if self.shared else kept

    @abstractmethod
    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        """The next point and state; ``k`` counts the steps from 1, ``rate`` is this step's η."""

    def march(
        self,
        surface: Compiled,
        point: Pair,
        state: State,
        rates: Iterable[Coordinate],
        first: int,
        path: list[Coordinate] | None = None,
        states: list[State] | None = None,
    ) -> tuple[Pair, State]:
        """Steps ``first``, ``first`` + 1, … with these rates; every point and state into the lists given.

        They are made in the first of the surface's two worlds. A step that raises there, where IEEE
        arithmetic would give inf or nan, is made again in the second.
        """
        exact, careful = surface
        k = first
        for rate in rates:
            try:
                point, state = self.step(exact, point, state, rate, k)
            except (ArithmeticError, ValueError):
                if exact is careful:
                    raise
                point, state = carefully(partial(self.step, careful), point, state, rate, k)
            if path is not None:
                path += point
            if states is not None:
                states.append(state)
            k = k + 1
        return point, state

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        """The same step in the quantities that explain it, in the order in which they are computed.

        Runs on floats, and on tracers that make formulas of it. The last part is the next point w.
        """
        moved, _ = self.step(surface, point, state, rate, k)
        return [gradient(surface.gradient(*point)), Part("w", moved, "next", shown=True)]

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        """The state, where a step sees other training examples than the step before: another surface.

        What the state says of the old surface is asked of the new one: the loss here, with which a search
        compares its trials, and the gradient here, whose change is read as curvature. Running averages of
        gradients stay as they are, and so does the state of a rule that keeps nothing else.
        """
        return state

    def rate_limit(self, curvature: float) -> float | None:
        """The η above which the rule diverges on a quadratic of this curvature; None if no bound is known."""
        return None


@dataclass(frozen=True)
class _PerCoordinate(Optimizer, ABC):
    @abstractmethod
    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        """The change of one coordinate and its next state, from that coordinate's gradient."""

    @abstractmethod
    def moved(self, point: Pair, change: Pair, rate: Coordinate) -> Pair:
        """The next point."""

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        """What stands between a coordinate's gradient and its change, by letter, and the change.

        From ``update``, as it is; a rule whose update is arranged for speed says it here as it is taught.
        """
        change, after = self.update(g, state, rate, k)
        return {s: one for s, one in zip(self.symbols, after, strict=True) if not s.endswith("₋₁")}, change

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        """As for any rule, and alike in both coordinates."""
        g = surface.gradient(*point)
        (first, d_x), (second, d_y) = (self.between(g[i], state[i], rate, k) for i in (0, 1))
        names = dict(zip(self.symbols, self.per_coordinate, strict=True))
        parts = [
            Part(symbol, (first[symbol], second[symbol]), ROLES.get(names.get(symbol, symbol), "scale"))
            for symbol in first
        ]
        return [gradient(g), *parts, Part("w", self.moved(point, (d_x, d_y), rate), "next")]


@dataclass(frozen=True)
class Elementwise(_PerCoordinate, ABC):
    """A rule that treats each coordinate alone, given that coordinate of the gradient."""

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        """One gradient, then the same update on each coordinate."""
        x, y = point
        g_x, g_y = surface.gradient(x, y)
        change_x, state_x = self.update(g_x, state[0], rate, k)
        change_y, state_y = self.update(g_y, state[1], rate, k)
        return (x + change_x, y + change_y), (state_x, state_y)

    def moved(self, point: Pair, change: Pair, rate: Coordinate) -> Pair:
        return point[0] + change[0], point[1] + change[1]

    def march(
        self,
        surface: Compiled,
        point: Pair,
        state: State,
        rates: Iterable[Coordinate],
        first: int,
        path: list[Coordinate] | None = None,
        states: list[State] | None = None,
    ) -> tuple[Pair, State]:
        """The steps in a loop of their own: most runs are made of these."""
        exact, careful = surface
        gradient, update = exact.gradient, self.update
        (x, y), (state_x, state_y), k = point, state, first
        for rate in rates:
            try:
                g_x, g_y = gradient(x, y)
                change_x, next_x = update(g_x, state_x, rate, k)
                change_y, state_y = update(g_y, state_y, rate, k)
                x, y, state_x = x + change_x, y + change_y, next_x
            except (ArithmeticError, ValueError):
                if exact is careful:
                    raise
                step = partial(self.step, careful)
                (x, y), (state_x, state_y) = carefully(step, (x, y), (state_x, state_y), rate, k)
            if path is not None:
                path += x, y
            if states is not None:
                states.append((state_x, state_y))
            k = k + 1
        return (x, y), (state_x, state_y)


@dataclass(frozen=True)
class DecoupledDecay(_PerCoordinate, ABC):
    """An elementwise rule that also shrinks every weight by the share η · ``weight_decay`` a step."""

    @property
    @abstractmethod
    def weight_decay(self) -> float:
        """The share λ; a field of the rule."""

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        """One gradient, the same update on each coordinate, and the decay of the old weights."""
        g_x, g_y = surface.gradient(*point)
        change_x, state_x = self.update(g_x, state[0], rate, k)
        change_y, state_y = self.update(g_y, state[1], rate, k)
        return self.moved(point, (change_x, change_y), rate), (state_x, state_y)

    def moved(self, point: Pair, change: Pair, rate: Coordinate) -> Pair:
        kept = 1.0 - rate * self.weight_decay
        return point[0] * kept + change[0], point[1] * kept + change[1]


def carefully(step: Step, point: Pair, state: State, rate: Coordinate, k: int) -> tuple[Pair, State]:
    """One step of a single run on NumPy scalars, where overflow is inf or nan; back as floats."""
    with np.errstate(all="ignore"):
        moved = step(each(np.float64, point), each(np.float64, state), rate, k)
    result: tuple[Pair, State] = each(float, moved)
    return result
