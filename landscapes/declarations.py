"""What a surface declares about itself: its sliders, its facts, and values that the literature prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import sympy as sp

Point: TypeAlias = tuple[float, float]
Number: TypeAlias = float | sp.Expr
"""A number that may depend on the surface's parameters."""


@dataclass(frozen=True)
class Parameter:
    """A surface's own slider: its symbol in the expression, its range and what it means."""

    key: str
    name: str
    default: float
    low: float
    high: float
    help: str
    log: bool = False
    switch: bool = False
    """Whether the value is only on (1) or off (0)."""
    unit: str = ""
    letter: str = ""
    """How the formula writes it, in LaTeX; the key if nothing is given."""
    step: float | None = None
    """From one stop of a linear slider to the next; None leaves it to the slider."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "letter", self.letter or self.key)

    @property
    def symbol(self) -> sp.Symbol:
        """The symbol that stands for this parameter in the expression."""
        return sp.Symbol(self.key, real=True)

    def check(self, value: float) -> float:
        """The value as a float.

        Raises
        ------
        ValueError
            If it is outside the range, or neither on nor off; the sentence names the parameter.
        """
        if self.switch and value not in (0.0, 1.0):
            raise ValueError(f"{self.name} must be 0 (off) or 1 (on), not {value:g}.")
        if not self.low <= value <= self.high:
            raise ValueError(
                f"{self.name} must be a number from {self.low:g} to {self.high:g}, not {value:g}."
            )
        return float(value)


class Frame(NamedTuple):
    """A window and a start that depend on the surface's parameters."""

    window: tuple[tuple[Number, Number], tuple[Number, Number]]
    start: tuple[Number, Number]


@dataclass(frozen=True)
class Published:
    """A value away from the minimum, which tells one surface from another, and who prints it.

    Where nobody prints one, the source begins with "by hand" and says how it was worked out.
    """

    point: Point
    value: float
    source: str
    tolerance: float = 1e-12


@dataclass(frozen=True)
class Facts:
    """What is known about a surface; coordinates may be expressions in its parameters.

    Points are declared as well as the source prints them and refined before anyone sees them. A
    coordinate that evaluates to nan says that the point does not exist at these parameters.
    ``minimum`` may be left out where it is simply the value at the minimizers. A map draws
    what is listed, so a lattice of saddles is not: those of Rastrigin and Ackley are found, like a
    sampled surface's, by ``stationary_points``. Every other surface lists each saddle in its window.
    """

    minimum: Number | None = None
    minimizers: tuple[tuple[Number, Number], ...] = ()
    local_minimizers: tuple[tuple[Number, Number], ...] = ()
    saddles: tuple[tuple[Number, Number], ...] = ()
    over_window: bool = False
    """Whether the minimum is meant over the window alone, as in a textbook's box; else over the plane."""
    convex: bool = False
    smooth: bool = True
    published: Published | None = None
