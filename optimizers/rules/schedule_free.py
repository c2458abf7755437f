"""The rule that does without a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import hyperparameter, learning_rate
from optimizers.optimizer import Optimizer, Pair, State


@dataclass(frozen=True)
class ScheduleFree(Optimizer):
    r"""Average the points instead of lowering the rate.

    $$z \leftarrow z - \eta\, g\big((1 - \beta) z + \beta w\big), \qquad
    w \leftarrow w + \tfrac1k (z - w)$$

    Here because it needs neither a schedule nor the number of steps: under noise the plain run z
    bounces around the minimum for ever while w, the mean of all z, settles. The weights 1/k are those
    of the authors' code and of optax while the rate does not rise: there each z counts with the square
    of the largest rate so far. The paper counts the start as well.

    Source: Defazio et al., 2024, The road less scheduled.
    """

    key: ClassVar[str] = "schedule_free"
    name: ClassVar[str] = "Schedule-free"
    showcase: ClassVar[str] = "himmelblau"
    per_coordinate: ClassVar[tuple[str, ...]] = ("lead",)
    symbols: ClassVar[tuple[str, ...]] = ("z − w",)
    learning_rate: float = learning_rate(0.01)
    interpolation: float = hyperparameter(
        0.9,
        symbol="β",
        low=0.0,
        high=1.0,
        help=(
            "Where the gradient is taken: 0 plain run, 1 average. "
            "Higher: nearer to the average, which moves more slowly."
        ),
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (x, y), ((lead_x,), (lead_y,)) = point, state  # z − w: it starts at zero
        share = 1.0 - self.interpolation
        g_x, g_y = surface.gradient(x + share * lead_x, y + share * lead_y)
        lead_x, lead_y = lead_x - rate * g_x, lead_y - rate * g_y
        moved_x, moved_y = lead_x / k, lead_y / k
        return (x + moved_x, y + moved_y), ((lead_x - moved_x,), (lead_y - moved_y,))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        (x, y), ((lead_x,), (lead_y,)), share = point, state, 1.0 - self.interpolation
        between = (x + share * lead_x, y + share * lead_y)
        moved, ((left_x,), (left_y,)) = self.step(surface, point, state, rate, k)
        mixed = ("add", ("multiply", ("subtract", 1.0, "β"), "z"), ("multiply", "β", "w"))
        return [
            Part("z", (x + lead_x, y + lead_y), "place", shown=True),
            Part("p", between, "place", mixed),
            gradient(surface.gradient(*between), "p"),
            Part(
                "z",
                (moved[0] + left_x, moved[1] + left_y),
                "place",
                ("subtract", "z", ("multiply", "η", "g")),
            ),
            Part("w", moved, "next", ("add", "w", ("divide", ("subtract", "z", "w"), "k"))),
        ]
