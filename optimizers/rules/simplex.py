"""The rule that asks for values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, anywhere, choose, evaluate, maximum, negate
from optimizers.hyperparameters import hyperparameter
from optimizers.optimizer import Optimizer, Pair, State

Corner: TypeAlias = tuple[Coordinate, Pair]
"""The loss at a point, and the point."""

_SMALLEST = 1e-15
"""Size of a triangle, as a share of its best corner's coordinates, that is rounding."""


@dataclass(frozen=True)
class NelderMead(Optimizer):
    r"""Roll a triangle downhill: turn its worst corner over the middle of the other two.

    $$p \leftarrow c + t\,(c - p_{worst}), \qquad t \in \{1, 2, \tfrac12, -\tfrac12\}$$

    Over (1), further over (2) where that is the best point yet, only half way (½) or back inside (−½)
    where it is no better than the second worst; if even that fails, both corners move half way to the
    best. c is the middle of the other two corners. The path shows the best corner. The first triangle
    has legs of one size along the axes, each to the side where the loss is lower: two values more, and a
    mirrored surface gives the mirrored run. scipy.optimize's legs are 5 % of each coordinate, away from 0.
    A triangle of the size of rounding stays.

    Source: Nelder, Mead, 1965, A simplex method for function minimization; the order of the tests:
    Lagarias et al., 1998.
    """

    key: ClassVar[str] = "nelder_mead"
    name: ClassVar[str] = "Nelder–Mead"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("best", "middle", "worst")
    shared: ClassVar[tuple[str, ...]] = ("best value", "middle value", "worst value")
    cost: ClassVar[tuple[int, int, int] | None] = None
    size: float = hyperparameter(
        0.1,
        symbol="s",
        low=0.001,
        high=10.0,
        log=True,
        least=1e-12,
        help="Legs of the first triangle. Higher: it looks further around at first.",
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        if k == 1:
            best, middle, worst = _ranked(self._first_corners(surface, point))
        else:
            across, up, values = state
            best, middle, worst = zip(values, zip(across, up, strict=True), strict=True)
        (f_best, (b_x, b_y)), (f_middle, (m_x, m_y)), (f_worst, (w_x, w_y)) = best, middle, worst
        c_x, c_y = 0.5 * (b_x + m_x), 0.5 * (b_y + m_y)

        def turned(t: Coordinate, needed: Any) -> tuple[Coordinate, Pair]:
            corner = (c_x + t * (c_x - w_x), c_y + t * (c_y - w_y))
            return evaluate(needed, surface.value, *corner, f_worst), corner

        wide = maximum(abs(m_x - b_x), abs(w_x - b_x))
        high = maximum(abs(m_y - b_y), abs(w_y - b_y))
        folded = maximum(wide, high) <= _SMALLEST * maximum(abs(b_x), abs(b_y))
        alive = (f_worst == f_worst) & negate(folded)
        over = turned(1.0, alive)
        lowest, poor = over[0] < f_best, negate(over[0] < f_middle)
        outside = poor & (over[0] < f_worst)
        t = choose(lowest, 2.0, choose(outside, 0.5, -0.5))
        second = turned(t, alive & (lowest | poor))
        better = choose(
            lowest, second[0] < over[0], choose(outside, second[0] <= over[0], second[0] < f_worst)
        )
        taken = choose(lowest, choose(better, second, over), choose(poor, second, over))
        shrink = poor & negate(better | folded)
        if anywhere(shrink):
            pulled = []
            for f, (p_x, p_y) in (middle, worst):
                corner = (0.5 * (b_x + p_x), 0.5 * (b_y + p_y))
                pulled.append((evaluate(shrink, surface.value, *corner, f), corner))
            middle, taken = choose(shrink, tuple(pulled), (middle, taken))
        ranked = _ranked([best, middle, choose(folded, worst, taken)])
        return ranked[0][1], _kept(ranked)

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        across, up, _ = state
        corners = zip(across, up, strict=True)
        return _kept(_ranked([(surface.value(*corner), corner) for corner in corners]))

    def _first_corners(self, surface: Functions, point: Pair) -> list[Corner]:
        """The start and, along each axis, the lower of its two neighbours, with their losses."""
        (x, y), size = point, self.size
        corners = [(surface.value(x, y), point)]
        for ahead, behind in (((x + size, y), (x - size, y)), ((x, y + size), (x, y - size))):
            sides = [(surface.value(*corner), corner) for corner in (ahead, behind)]
            corners.append(_pair(*sides)[0])
        return corners


def _kept(corners: list[Corner]) -> State:
    """The state: the corners' coordinates and their losses."""
    values, points = zip(*corners, strict=True)
    across, up = zip(*points, strict=True)
    return across, up, values


def _ranked(corners: list[Corner]) -> list[Corner]:
    """Three corners, the lowest first and those without a value last; equal ones keep their order."""
    a, b, c = corners
    b, c = _pair(b, c)
    a, b = _pair(a, b)
    return [a, *_pair(b, c)]


def _pair(a: Corner, b: Corner) -> tuple[Corner, Corner]:
    """The lower corner first, the other second."""
    swap = (b[0] < a[0]) | ((a[0] != a[0]) & (b[0] == b[0]))
    return choose(swap, b, a), choose(swap, a, b)
