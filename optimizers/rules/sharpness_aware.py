"""The rule that looks for flat ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, sqrt, where
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import hyperparameter, learning_rate
from optimizers.optimizer import Optimizer, Pair, State


@dataclass(frozen=True)
class SharpnessAware(Optimizer):
    r"""Climb ρ first, and take the gradient there: in a sharp minimum it points out.

    $$w \leftarrow w - \eta\, g\left(w + \rho \frac{g}{\lVert g \rVert}\right)$$

    Here because no other rule cares how wide a minimum is: in a well narrower than ρ the run does
    not come to rest but jumps about, by more the sharper it is. It costs two gradients a step.

    Source: Foret et al., 2021, Sharpness-aware minimization for efficiently improving generalization.
    """

    key: ClassVar[str] = "sharpness_aware"
    name: ClassVar[str] = "Sharpness-aware"
    showcase: ClassVar[str] = "sharp_and_flat"
    cost: ClassVar[tuple[int, int, int] | None] = (0, 2, 0)
    learning_rate: float = learning_rate(0.01)
    radius: float = hyperparameter(
        0.05,
        symbol="ρ",
        low=0.0,
        high=1.0,
        help=(
            "How far it climbs before it looks; 0 is gradient descent. "
            "Higher: it comes to rest in wider minima only."
        ),
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        x, y = point
        g_x, g_y = surface.gradient(x, y)
        length = sqrt(g_x * g_x + g_y * g_y)
        climb = self.radius / where(length > 0.0, length, 1.0)
        g_x, g_y = surface.gradient(x + climb * g_x, y + climb * g_y)
        return (x - rate * g_x, y - rate * g_y), state

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        (x, y), g = point, surface.gradient(*point)
        length = sqrt(g[0] * g[0] + g[1] * g[1])
        climb = self.radius / where(length > 0.0, length, 1.0)
        above = (x + climb * g[0], y + climb * g[1])
        moved, _ = self.step(surface, point, state, rate, k)
        return [
            gradient(g),
            Part("‖g‖", length, "number", ("norm", "g")),
            Part("p", above, "place"),
            gradient(surface.gradient(*above), "p", "gₚ"),
            Part("w", moved, "next"),
        ]
