"""The surfaces of the recorded paths, in arithmetic that torch and jax numbers both understand."""

from collections.abc import Callable
from math import cos, radians, sin
from typing import Any, NamedTuple

STEPS = 60
"""Length of every recorded path."""


class Surface(NamedTuple):
    """A formula, its parameters by this project's names, and where the paths start."""

    loss: Callable[..., Any]
    parameters: dict[str, float]
    start: tuple[float, float]


def rosenbrock(x: Any, y: Any, b: float) -> Any:
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def himmelblau(x: Any, y: Any) -> Any:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def quadratic(x: Any, y: Any, condition_number: float, angle: float) -> Any:
    c, s = cos(radians(angle)), sin(radians(angle))
    return 0.5 * ((c * x + s * y) ** 2 + condition_number * (c * y - s * x) ** 2)


SURFACES = {
    "rosenbrock": Surface(rosenbrock, {"b": 100.0}, (-1.2, 1.0)),
    "himmelblau": Surface(himmelblau, {}, (-0.3, -0.8)),
    "quadratic": Surface(quadratic, {"condition_number": 20.0, "angle": 30.0}, (2.0, 1.5)),
}
