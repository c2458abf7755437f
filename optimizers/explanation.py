"""What a step is explained with: its quantities in order, each with a letter, a value and how it is made."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

from landscapes.writing import Formula

Role: TypeAlias = Literal[
    "uphill",
    "mean",
    "move",
    "along",
    "scale",
    "number",
    "place",
    "corner",
    "new corner",
    "next",
    "said",
    "hidden",
]
"""What a quantity is on the map, which decides its colour too.

``uphill`` a gradient, ``mean`` an average of some, ``move`` a displacement as long as it is, ``along`` a
direction in which is searched, ``place`` a point that is looked at, ``corner`` one of a triangle, before and
after the step, and ``next`` the point after it. ``scale`` and ``number`` are no places, ``said`` is a
sentence, and what is ``hidden`` only decides between formulas.
"""


class Part(NamedTuple):
    """A quantity of a step.

    ``value`` is a number, a pair with one for each coordinate, or a symmetric matrix as xx, xy and yy.
    ``formula`` says how it is made of what comes before it and of what the step began with; without one it
    is written down from the computation itself, where that is done in single coordinates. A part that is
    ``said`` has sentences instead, of which the value is the number; ``shown`` alone: its value says all.
    """

    symbol: str
    value: Any
    role: Role
    formula: Formula | None = None
    shown: bool = False


def gradient(value: Any, at: str = "w", symbol: str = "g") -> Part:
    """The gradient that the rule is given at the point or place called ``at``."""
    return Part(symbol, value, "uphill", ("gradient", at))


ROLES: dict[str, Role] = {
    "velocity": "move",
    "mean": "mean",
    "m̂": "mean",
    "last gradient": "uphill",
    "Δ": "number",
}
"""Of what rules remember, by name, and of what they make of it, by letter; all else scales the step."""
