"""The rule that asks for values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeAlias

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, anywhere, choose, evaluate, maximum, negate, where
from optimizers.explanation import Part
from optimizers.hyperparameters import hyperparameter
from optimizers.optimizer import Optimizer, Pair, State

Corner: TypeAlias = tuple[Coordinate, Pair]
"""The loss at a point, and the point."""

_SMALLEST = 1e-15
"""Size of a triangle, as a share of its best corner's coordinates, that is rounding."""

_TURNS = (1.0, 2.0, 0.5, -0.5)
_MOVES = (
    "The worst corner turned over.",
    "Turned over it is the best yet: twice as far is better still.",
    "Turned over it is still poor: half as far is better.",
    "Turned over it is no better: half way back inside is.",
    "Nothing along this line is better: both other corners move half way to the best.",
    "The triangle is as small as rounding: it stays.",
)


class _Move(NamedTuple):
    """What a step found: the turned corner ``lowest``, or ``poor``, and the second one ``better``."""

    lowest: Any
    poor: Any
    better: Any
    second: Coordinate
    shrink: Any
    folded: Any

    def said(self, t: Coordinate) -> Coordinate:
        """Which of the sentences says it, for the t that was taken."""
        turn = sum(i * where(t == one, 1.0, 0.0) for i, one in enumerate(_TURNS))
        return where(self.folded, 5.0, where(self.shrink, 4.0, turn))


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
    symbols: ClassVar[tuple[str, ...]] = ("p₁", "p₂", "p₃", "f₁", "f₂", "f₃")
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
        before = self._corners(surface, point, state, k)
        ranked, _ = self._rolled(surface, before)
        return ranked[0][1], _kept(ranked)

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        before = self._corners(surface, point, state, k)
        after, found = self._rolled(surface, before)
        t = where(found.better & (found.lowest | found.poor), found.second, 1.0)
        (_, first), (_, second), (_, third) = before
        c = (0.5 * (first[0] + second[0]), 0.5 * (first[1] + second[1]))
        p = (c[0] + t * (c[0] - third[0]), c[1] + t * (c[1] - third[1]))
        turned = ("add", "c", ("multiply", "t", ("subtract", "c", "p₃")))
        return [
            *(Part(f"p{'₁₂₃'[i]}", corner, "corner", shown=True) for i, (_, corner) in enumerate(before)),
            Part("c", c, "number", ("divide", ("add", "p₁", "p₂"), 2.0)),
            Part("t", t, "number", shown=True),
            Part("", found.said(t), "said", _MOVES),
            Part("p", p, "place", turned),
            *(Part(f"q{'₁₂₃'[i]}", corner, "new corner") for i, (_, corner) in enumerate(after)),
            Part("w", after[0][1], "next", shown=True),
        ]

    def _corners(self, surface: Functions, point: Pair, state: State, k: int) -> list[Corner]:
        """The triangle before step k, the best corner first."""
        if k == 1:
            return _ranked(self._first_corners(surface, point))
        across, up, values = state
        return list(zip(values, zip(across, up, strict=True), strict=True))

    def _rolled(self, surface: Functions, before: list[Corner]) -> tuple[list[Corner], _Move]:
        """The triangle after a step, and what was found on the way."""
        best, middle, worst = before
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
        return ranked, _Move(lowest, poor, better, t, shrink, folded)

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
