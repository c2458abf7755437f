"""A measured figure beside its bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``bound`` is None where the issue names none.

    ``samples`` are the raw numbers behind it, by side, in the order in which they were measured.
    """

    what: str
    value: float
    unit: str = "×"
    bound: float | None = None
    at_least: bool = False
    note: str = ""
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; None without one."""
        if self.bound is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        bound = "" if self.bound is None else f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        value = f"{self.value:.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"{self.what:<60} {value + self.unit:>8} {bound:>8}  {verdict:<8} {self.note}".rstrip()


def milliseconds(samples: Sequence[float]) -> str:
    """Median and quartiles of milliseconds, in words."""
    ordered = sorted(samples)
    low, high = ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4]
    return f"{median(samples):.0f} ms ({low:.0f} to {high:.0f})"
