"""How outcomes are shown wherever runs are told apart by what became of them: a colour and a sign each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from optimizers import Kind
from optimizers.studies.learning_rates import Label


class Outcome(NamedTuple):
    """A colour that stands out from paper and from night alike, and a sign by its name in ``RUNS``."""

    color: str
    sign: str


_GOOD = Outcome("#1B8A5A", "circle")
_ELSEWHERE = Outcome("#C58A00", "diamond")
_SLOW = Outcome("#7189A8", "triangle-down")
_RESTLESS = Outcome("#9A5FC0", "hourglass")
_LOST = Outcome("#C8432B", "triangle-up")
_SADDLE = Outcome("#4C8FD6", "square")
_NOWHERE = Outcome("#8C8C8C", "square")

LABELS: Mapping[Label, Outcome] = {
    Label.SLOW: _SLOW,
    Label.GOOD: _GOOD,
    Label.STUCK: _ELSEWHERE,
    Label.OSCILLATING: _RESTLESS,
    Label.DIVERGING: _LOST,
}
"""Of a learning rate."""

KINDS: Mapping[Kind, Outcome] = {
    Kind.GLOBAL_MINIMUM: _GOOD,
    Kind.LOCAL_MINIMUM: _ELSEWHERE,
    Kind.SADDLE: _SADDLE,
    Kind.MAXIMUM: Outcome("#7A4E2D", "diamond"),
    Kind.STATIONARY: _NOWHERE,
    Kind.PLATEAU: Outcome("#B0A18F", "square"),
    Kind.DESCENDING: _SLOW,
    Kind.OSCILLATING: _RESTLESS,
    Kind.DIVERGED: _LOST,
    Kind.UNDEFINED: Outcome("#5A3A66", "hourglass"),
}
"""Of a run, by its verdict."""


def shade(color: str, paper: str, share: float) -> str:
    """A colour so much of the way towards the paper."""
    ends = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (color, paper))
    mixed = (round(a + share * (b - a)) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
