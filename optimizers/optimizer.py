"""What an optimizer is: its hyperparameters, declared once as fields, and one pure update rule."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate
from optimizers.checks import number

Pair: TypeAlias = tuple[Coordinate, Coordinate]
State: TypeAlias = Any
"""What a rule remembers between steps: nested tuples of coordinates."""


@dataclass(frozen=True)
class Hyperparameter:
    """One field of a rule: its default, the range a slider offers and what it means.

    The slider's range (``low`` to ``high``) is not what is legal: a rate that diverges is a lesson.
    Legal are the finite numbers from ``least`` up to, not including, ``below``.
    """

    key: str
    symbol: str
    default: float
    low: float
    high: float
    help: str
    log: bool = False
    least: float = 0.0
    below: float = math.inf
    switch: bool = False
    """Whether the value is only on (1) or off (0)."""
    whole: bool = False
    """Whether the value is a whole number."""
    also: str = ""
    """Other letters that lectures and libraries use for it."""

    @property
    def name(self) -> str:
        """The display name: the field's name in words."""
        return self.key.replace("_", " ")

    def check(self, value: float) -> float:
        """The value as a float.

        Raises
        ------
        ValueError
            If it is not a legal number; the sentence names the field and what is accepted.
        """
        checked = number(value)
        if self.switch:
            if checked not in (0.0, 1.0):
                raise ValueError(f"{self.name.capitalize()} must be 0 (off) or 1 (on), not {value}.")
            return checked
        legal = math.isfinite(checked) and self.least <= checked < self.below
        if not legal or (self.whole and checked % 1.0):
            kind = "a whole number" if self.whole else "a number"
            bound = "" if self.below == math.inf else f" and below {self.below:g}"
            raise ValueError(
                f"{self.name.capitalize()} must be {kind} of at least {self.least:g}{bound}, not {value}."
            )
        return checked


def hyperparameter(
    default: float,
    *,
    symbol: str,
    low: float,
    high: float,
    help: str,
    log: bool = False,
    least: float = 0.0,
    below: float = math.inf,
    switch: bool = False,
    whole: bool = False,
    also: str = "",
) -> Any:
    """A dataclass field that carries its own slider; see ``Hyperparameter``."""
    declared = {
        "symbol": symbol,
        "low": low,
        "high": high,
        "help": help,
        "log": log,
        "least": least,
        "below": below,
        "switch": switch,
        "whole": whole,
        "also": also,
    }
    return dataclasses.field(default=default, metadata=declared)


def switch(default: float, *, symbol: str, help: str) -> Any:
    """A field that is on (1) or off (0)."""
    return hyperparameter(default, symbol=symbol, low=0.0, high=1.0, help=help, switch=True)


def learning_rate(default: float, help: str = "Size of one step along the gradient.") -> Any:
    """The field that every rule with a step size shares, with the range all of them are offered."""
    also = "α, ε, γ; lr in torch"
    return hyperparameter(default, symbol="η", low=1e-5, high=10.0, log=True, help=help, also=also)


class Declared:
    """A frozen dataclass whose fields are hyperparameters: checked on construction, readable as data."""

    def __post_init__(self) -> None:
        for h in self.hyperparameters():
            object.__setattr__(self, h.key, h.check(getattr(self, h.key)))

    @classmethod
    def hyperparameters(cls) -> tuple[Hyperparameter, ...]:
        """The declarations of all fields, in the order in which they are shown."""
        return tuple(
            Hyperparameter(f.name, default=f.default, **f.metadata)  # type: ignore[arg-type]
            for f in dataclasses.fields(cls)  # type: ignore[arg-type]
        )

    def varied(self, **columns: Any) -> Any:
        """A copy whose named fields hold one value a lane, to be stepped with as many lanes.

        Raises
        ------
        ValueError
            If a field is unknown or a value is not legal.
        """
        known = {h.key: h for h in self.hyperparameters()}
        copied = copy(self)
        for key, values in columns.items():
            if key not in known:
                offered = ", ".join(known) or "none"
                raise ValueError(f"{key!r} is not a field here; there are: {offered}.")
            column = np.array([known[key].check(value) for value in values])
            object.__setattr__(copied, key, column)
        return copied

    @property
    def settings(self) -> dict[str, float]:
        """The value of every field, by name."""
        return {h.key: getattr(self, h.key) for h in self.hyperparameters()}


@dataclass(frozen=True)
class Optimizer(Declared, ABC):
    """A rule: frozen hyperparameters and one pure function from point and state to the next ones."""

    key: ClassVar[str]
    name: ClassVar[str]
    per_coordinate: ClassVar[tuple[str, ...]] = ()
    """Names of the quantities kept for each coordinate, in the order of its state."""
    shared: ClassVar[tuple[str, ...]] = ()
    """Names of the quantities kept once for both coordinates; they are the state's third part."""
    cost: ClassVar[tuple[int, int, int] | None] = (0, 1, 0)
    """Value, gradient and Hessian evaluations of one step; None where it depends on what is found."""
    rate_limit_formula: ClassVar[str] = ""
    """How ``rate_limit`` is written, in λ_max."""
    only_first_rate: ClassVar[bool] = False
    """Whether η is used at the first step alone, so that a schedule's later rates change nothing."""
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

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        """The state for another surface than the last step's: what it tells of the surface is asked anew.

        Losses that searches compare, and gradients whose change is read as curvature, must be of one
        batch. Means of past gradients stay.
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


@dataclass(frozen=True)
class DecoupledDecay(_PerCoordinate, ABC):
    """An elementwise rule that also shrinks every weight by the share η · ``weight_decay`` a step."""

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        """One gradient, the same update on each coordinate, and the decay of the old weights."""
        x, y = point
        kept = 1.0 - rate * getattr(self, "weight_decay")  # noqa: B009 - a field of every subclass
        g_x, g_y = surface.gradient(x, y)
        change_x, state_x = self.update(g_x, state[0], rate, k)
        change_y, state_y = self.update(g_y, state[1], rate, k)
        return (x * kept + change_x, y * kept + change_y), (state_x, state_y)
