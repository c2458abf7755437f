"""What a hyperparameter is, declared once as a dataclass field; and the fields that several rules share."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np

from landscapes import Array
from optimizers.checks import number


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
    """What it is, and what turning it up does: "Higher: …", or "On: …" of a switch."""
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

    def check_all(self, column: Iterable[float]) -> Array:
        """The same for one value a lane: few of them differ on a map, and those are checked.

        Raises
        ------
        ValueError
            As ``check``.
        """
        values: Any = column
        where: Any = slice(None)
        if isinstance(column, np.ndarray):
            values, where = np.unique(column, return_inverse=True)
        checked: Array = np.array([self.check(value) for value in values], dtype=np.float64)[where]
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


def learning_rate(
    default: float,
    help: str = "Size of one step along the gradient. Higher: longer steps, faster until they overshoot.",
) -> Any:
    """The field that every rule with a step size shares, with the range all of them are offered."""
    also = "α, ε, γ; lr in torch"
    return hyperparameter(default, symbol="η", low=1e-5, high=10.0, log=True, help=help, also=also)


class Declared:
    """A frozen dataclass whose fields are hyperparameters: checked on construction, readable as data."""

    noun: ClassVar[str]
    """What a sentence calls it."""
    example: ClassVar[str]
    """One of its kind, as it is written in Python."""

    def __post_init__(self) -> None:
        for h in self.hyperparameters():
            object.__setattr__(self, h.key, h.check(getattr(self, h.key)))

    @classmethod
    @cache
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
        for key in columns:
            if key not in known:
                offered = ", ".join(known) or "none"
                raise ValueError(f"{key!r} is not a field here; there are: {offered}.")
        return self.holding({key: known[key].check_all(column) for key, column in columns.items()})

    def holding(self, fields: Mapping[str, Any]) -> Any:
        """A copy whose fields hold whatever it is to compute with, unchecked."""
        copied = copy(self)
        for key, held in fields.items():
            object.__setattr__(copied, key, held)
        return copied

    @property
    def settings(self) -> dict[str, float]:
        """The value of every field, by name."""
        return {h.key: getattr(self, h.key) for h in self.hyperparameters()}


_LONGER = "Higher: a longer memory, so steps adapt more slowly."


def momentum(
    default: float = 0.9,
    help: str = "Share of the last step that is kept; at 1 nothing is lost. Higher: faster along a valley, "
    "but it swings past the minimum for longer.",
) -> Any:
    """The memory μ of a velocity."""
    return hyperparameter(
        default, symbol="μ", low=0.0, high=1.0, help=help, also="β, α, ρ; momentum in torch"
    )


def decay(default: float) -> Any:
    """The memory ρ of an average of squares."""
    text = f"Share of the average of squares that is kept. {_LONGER}"
    return hyperparameter(
        default, symbol="ρ", low=0.0, high=0.999, below=1.0, help=text, also="β, γ; alpha in torch"
    )


def beta1(default: float = 0.9) -> Any:
    """The memory β₁ of an average gradient."""
    text = "Share of the average gradient that is kept. Higher: smoother steps, slower to turn."
    return hyperparameter(
        default, symbol="β₁", low=0.0, high=0.999, below=1.0, help=text, also="betas[0] in torch"
    )


def beta2(
    default: float = 0.999, help: str = f"Share of the average of squares that is kept. {_LONGER}"
) -> Any:
    """The memory β₂ of an average of squares."""
    return hyperparameter(
        default, symbol="β₂", low=0.0, high=0.9999, below=1.0, help=help, also="betas[1] in torch"
    )


def epsilon(default: float) -> Any:
    """The number ε that keeps a division finite."""
    text = (
        "Keeps the division finite where a coordinate has seen no slope yet. "
        "Higher: shorter steps where slopes are small."
    )
    return hyperparameter(
        default, symbol="ε", low=1e-12, high=1.0, log=True, help=text, also="δ; eps in torch"
    )


def weight_decay(default: float) -> Any:
    """The share λ by which the weights themselves shrink, times η."""
    text = (
        "Every step also shrinks the weights by η times this share, whatever the gradient. "
        "Higher: a stronger pull to 0."
    )
    return hyperparameter(default, symbol="λ", low=0.0, high=1.0, help=text, also="weight_decay in torch")


def slope_left(default: float) -> Any:
    """The share c₂ of the slope that a strong Wolfe search may leave."""
    text = (
        "Share of the slope that may be left where a search along a line ends: Wolfe's second condition. "
        "Higher: a rougher search, with fewer trials."
    )
    return hyperparameter(default, symbol="c₂", low=0.01, high=0.99, least=1e-3, below=1.0, help=text)
