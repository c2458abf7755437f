r"""Rules that search along a line, and learn the curvature from the gradients they meet there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, choose, maximum, polar, sqrt, where
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import hyperparameter, learning_rate, slope_left
from optimizers.optimizer import Optimizer, Pair, State
from optimizers.rules.line_search import backtrack, minimum_along, strong_wolfe

_CURVED = 1e-10
"""Curvature along a step below this share of |step| |change of the gradient| says nothing."""


def _dot(a: Pair, b: Pair) -> Coordinate:
    return a[0] * b[0] + a[1] * b[1]


def _curved(s: Pair, u: Pair) -> Any:
    """Whether the change u of the gradient along the step s shows a curvature that can be divided by."""
    return _dot(s, u) > _CURVED * sqrt(_dot(s, s) * _dot(u, u)) + sys.float_info.min


def _opening(surface: Functions, point: Pair, value: Coordinate, g: Pair, k: int) -> tuple[Coordinate, Pair]:
    """The loss and the gradient at the point: asked for at the first step, as remembered afterwards."""
    return (surface.value(*point), surface.gradient(*point)) if k == 1 else (value, g)


def _known(surface: Functions, point: Pair, state: State, k: int) -> Pair:
    """The gradient here as a search left it, or as it is at the first step."""
    (g_x, *_), (g_y, *_), _ = state
    return surface.gradient(*point) if k == 1 else (g_x, g_y)


def _asked_anew(surface: Functions, point: Pair, state: State) -> State:
    """The state with this surface's loss and gradient, on which no search has failed yet: length 1."""
    (_, *past_x), (_, *past_y), (_, *kept, length) = state
    g_x, g_y = surface.gradient(*point)
    return (g_x, *past_x), (g_y, *past_y), (surface.value(*point), *kept, 0.0 * length + 1.0)


def _searched(moved: Pair, length: Coordinate) -> list[Part]:
    """How far a search went along d."""
    return [
        Part("α", length, "number", shown=True),
        Part("", where(length > 0.0, 1.0, 0.0), "said", ("No trial lowers the loss enough: stay.", "")),
        Part("w", moved, "next", ("add", "w", ("multiply", "α", "d"))),
    ]


def _unit_length(g: Pair) -> Coordinate:
    """The step length along −g that goes no further than 1."""
    return 1.0 / maximum(sqrt(_dot(g, g)), 1.0)


def _first_length(g: Pair, last: Coordinate, k: int) -> Coordinate:
    """The whole step, at first no further than 1; none where the last search failed, as this one would."""
    return _unit_length(g) if k == 1 else where(last == 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class BFGS(Optimizer):
    r"""Learn the inverse Hessian B from the changes of the gradient, and search along −Bg.

    $$w \leftarrow w - \alpha B g, \qquad
    B \leftarrow \left(I - \frac{s u^\top}{s^\top u}\right) B \left(I - \frac{u s^\top}{s^\top u}\right)
    + \frac{s s^\top}{s^\top u}$$

    s is the step and u the change of the gradient along it. The strong Wolfe search for α makes s·u
    positive, so B stays positive definite; where rounding says otherwise B is kept. Unlike
    scipy.optimize's BFGS, B is scaled to the first curvature it meets; the first step is at most 1 long.

    Source: Nocedal, Wright, 2006, Numerical Optimization, algorithm 6.1.
    """

    key: ClassVar[str] = "bfgs"
    name: ClassVar[str] = "BFGS"
    per_coordinate: ClassVar[tuple[str, ...]] = ("gradient",)
    shared: ClassVar[tuple[str, ...]] = ("value", "B₁₁", "B₁₂", "B₂₂", "step length")
    symbols: ClassVar[tuple[str, ...]] = ("g", "f", "B₁₁", "B₁₂", "B₂₂", "α")
    cost: ClassVar[tuple[int, int, int] | None] = None
    slope_left: float = slope_left(0.9)

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (g_x,), (g_y,), (value, xx, xy, yy, last) = state
        value, g = _opening(surface, point, value, (g_x, g_y), k)
        if k == 1:
            xx, yy = xx + 1.0, yy + 1.0
        direction = (-(xx * g[0] + xy * g[1]), -(xy * g[0] + yy * g[1]))
        first = _first_length(g, last, k)
        found = strong_wolfe(surface, point, value, g, direction, first, self.slope_left)
        s = (found.point[0] - point[0], found.point[1] - point[1])
        u = (found.gradient[0] - g[0], found.gradient[1] - g[1])
        curvature = _dot(s, u)
        curved = _curved(s, u)
        r = 1.0 / where(curved, curvature, 1.0)
        if k == 1:
            squares = _dot(u, u)
            scale = where(curved, curvature / where(squares > 0.0, squares, 1.0), 1.0)
            xx, yy = scale * xx, scale * yy
        b_u = (xx * u[0] + xy * u[1], xy * u[0] + yy * u[1])
        growth = r * (1.0 + r * _dot(u, b_u))
        updated = (
            xx + growth * s[0] * s[0] - 2.0 * r * s[0] * b_u[0],
            xy + growth * s[0] * s[1] - r * (s[0] * b_u[1] + b_u[0] * s[1]),
            yy + growth * s[1] * s[1] - 2.0 * r * s[1] * b_u[1],
        )
        kept = choose(curved, updated, (xx, xy, yy))
        g_x, g_y = found.gradient
        return found.point, ((g_x,), (g_y,), (found.value, *kept, found.length))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        (*_, (_, xx, xy, yy, _)), g = state, _known(surface, point, state, k)
        if k == 1:
            xx, yy = xx + 1.0, yy + 1.0
        direction = (-(xx * g[0] + xy * g[1]), -(xy * g[0] + yy * g[1]))
        moved, (*_, (*_, length)) = self.step(surface, point, state, rate, k)
        return [
            Part("g", g, "uphill", shown=True),
            Part("B", (xx, xy, yy), "scale", shown=True),
            Part("d", direction, "along", ("negative", ("multiply", "B", "g"))),
            *_searched(moved, length),
        ]

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        return _asked_anew(surface, point, state)


_MOST_PAIRS = 10


@dataclass(frozen=True)
class LBFGS(Optimizer):
    r"""BFGS from the last m steps alone: no matrix is kept.

    $$w \leftarrow w - \alpha B_m g$$

    $B_m g$ comes from the last m steps and changes of the gradient by the two-loop recursion, from a
    multiple of I that fits the last one. In two weights a matrix is smaller than its memory; in 10⁵
    it would have 10¹⁰ entries. torch.optim.LBFGS takes up to 20 such steps in one call, and
    searches only with ``line_search_fn="strong_wolfe"``.

    Source: Liu, Nocedal, 1989, On the limited memory BFGS method for large scale optimization.
    """

    key: ClassVar[str] = "lbfgs"
    name: ClassVar[str] = "L-BFGS"
    per_coordinate: ClassVar[tuple[str, ...]] = (
        "gradient",
        *(f"{kind} {i} ago" for i in range(1, _MOST_PAIRS + 1) for kind in ("step", "change")),
    )
    shared: ClassVar[tuple[str, ...]] = ("value", "step length")
    symbols: ClassVar[tuple[str, ...]] = (
        "g",
        *(f"{letter}₋{i}" for i in range(1, _MOST_PAIRS + 1) for letter in "su"),
        "f",
        "α",
    )
    cost: ClassVar[tuple[int, int, int] | None] = None
    memory: float = hyperparameter(
        5.0, symbol="m", low=1.0, high=float(_MOST_PAIRS), least=1.0, below=_MOST_PAIRS + 1.0, whole=True,
        help="How many of the last steps are remembered. Higher: closer to BFGS, which remembers all.",
    )  # fmt: skip
    slope_left: float = slope_left(0.9)

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (g_x, *past_x), (g_y, *past_y), (value, last) = state
        value, g = _opening(surface, point, value, (g_x, g_y), k)
        past = list(zip(past_x, past_y, strict=True))
        pairs = list(zip(past[::2], past[1::2], strict=True))[: int(self.memory)]
        direction = self._direction(g, pairs)
        first = _first_length(g, last, k)
        found = strong_wolfe(surface, point, value, g, direction, first, self.slope_left)
        s = (found.point[0] - point[0], found.point[1] - point[1])
        u = (found.gradient[0] - g[0], found.gradient[1] - g[1])
        curved = _curved(s, u)
        past_x = choose(curved, (s[0], u[0], *past_x[:-2]), tuple(past_x))
        past_y = choose(curved, (s[1], u[1], *past_y[:-2]), tuple(past_y))
        g_x, g_y = found.gradient
        return found.point, ((g_x, *past_x), (g_y, *past_y), (found.value, found.length))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        ((_, *past_x), (_, *past_y), _), g = state, _known(surface, point, state, k)
        past = list(zip(past_x, past_y, strict=True))
        direction = self._direction(g, list(zip(past[::2], past[1::2], strict=True))[: int(self.memory)])
        moved, (*_, (*_, length)) = self.step(surface, point, state, rate, k)
        return [
            Part("g", g, "uphill", shown=True),
            Part("d", direction, "along", shown=True),
            *_searched(moved, length),
        ]

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        return _asked_anew(surface, point, state)

    def _direction(self, g: Pair, pairs: list[tuple[Pair, Pair]]) -> Pair:
        """−B_m g by the two-loop recursion, the newest pair first; an empty pair is passed over."""
        q, weights = g, []
        for s, u in pairs:
            curvature = _dot(s, u)
            filled = curvature > 0.0
            weight = where(filled, _dot(s, q) / where(filled, curvature, 1.0), 0.0)
            q = (q[0] - weight * u[0], q[1] - weight * u[1])
            weights.append((weight, filled, curvature))
        _, filled, curvature = weights[0]
        squares = _dot(pairs[0][1], pairs[0][1])
        scale = where(filled, curvature / where(filled, squares, 1.0), 1.0)
        q = (scale * q[0], scale * q[1])
        for (s, u), (weight, filled, curvature) in zip(reversed(pairs), reversed(weights), strict=True):
            back = where(filled, _dot(u, q) / where(filled, curvature, 1.0), 0.0)
            q = (q[0] + (weight - back) * s[0], q[1] + (weight - back) * s[1])
        return (-q[0], -q[1])


@dataclass(frozen=True)
class ConjugateGradient(Optimizer):
    r"""Search along the gradient bent by the last direction, so that no search undoes another.

    $$d \leftarrow -g + \beta d, \qquad
    \beta = \max\left(0, \frac{g^\top (g - g_{-1})}{g_{-1}^\top g_{-1}}\right), \qquad
    w \leftarrow w + \alpha d$$

    Polak–Ribière+: a negative β restarts from −g, as does a direction that does not lead down. After
    two searches in vain, the second along −g, d is 0 and the run stays. α is found by a strong Wolfe
    search; on a quadratic an exact one would end in two steps.

    Source: Nocedal, Wright, 2006, Numerical Optimization, equations 5.44 and 5.45.
    """

    key: ClassVar[str] = "conjugate_gradient"
    name: ClassVar[str] = "Conjugate gradient"
    showcase: ClassVar[str] = "beale"
    per_coordinate: ClassVar[tuple[str, ...]] = ("gradient", "direction")
    shared: ClassVar[tuple[str, ...]] = ("value", "fall", "step length")
    symbols: ClassVar[tuple[str, ...]] = ("g", "d", "f", "f − f₋₁", "α")
    cost: ClassVar[tuple[int, int, int] | None] = None
    slope_left: float = slope_left(0.4)

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (g_x, d_x), (g_y, d_y), (value, fall, last) = state
        value, g = _opening(surface, point, value, (g_x, g_y), k)
        direction = (-g[0], -g[1])
        first = _unit_length(g)
        if k > 1:
            direction = (d_x, d_y)
            slope = _dot(g, direction)
            expected = where(slope < 0.0, -2.02 * fall / where(slope < 0.0, -slope, 1.0), 1.0)
            first = where(fall < 0.0, expected, first)
            first = where(first < 1.0, first, 1.0)
        found = strong_wolfe(surface, point, value, g, direction, first, self.slope_left)
        new, squares = found.gradient, _dot(g, g)
        nonzero = squares > 0.0
        bend = _dot(new, (new[0] - g[0], new[1] - g[1])) / where(nonzero, squares, 1.0)
        beta = where(nonzero & (bend > 0.0), bend, 0.0)
        following = (beta * direction[0] - new[0], beta * direction[1] - new[1])
        down = _dot(following, new) < 0.0
        following = choose(down, following, (-new[0], -new[1]))
        in_vain = (found.length == 0.0) & (last == 0.0)
        following = choose(in_vain, (0.0 * new[0], 0.0 * new[1]), following)
        columns = zip(new, following, strict=True)
        return found.point, (*columns, (found.value, found.value - value, found.length))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        ((_, d_x), (_, d_y), _), g = state, _known(surface, point, state, k)
        direction = (-g[0], -g[1]) if k == 1 else (d_x, d_y)
        moved, (*_, (*_, length)) = self.step(surface, point, state, rate, k)
        return [
            Part("g", g, "uphill", shown=True),
            Part("d", direction, "along", shown=True),
            *_searched(moved, length),
        ]

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        """As the other searches', and a direction that does not lead down here restarts from −g too."""
        (g_x, d_x), (g_y, d_y), shared = _asked_anew(surface, point, state)
        down = _dot((g_x, g_y), (d_x, d_y)) < 0.0
        d_x, d_y = choose(down, (d_x, d_y), (-g_x, -g_y))
        return (g_x, d_x), (g_y, d_y), shared


@dataclass(frozen=True)
class ExactLineSearch(Optimizer):
    r"""Go downhill as far as it goes down: the next gradient stands square on this one.

    $$w \leftarrow w - \eta\, \alpha\, g, \qquad \alpha = \arg\min_{a > 0} f(w - a g)
    \quad \left(= \frac{g^\top g}{g^\top H g} \text{ on a quadratic}\right)$$

    In a ravine it zigzags: on a quadratic the loss shrinks by $((\kappa - 1)/(\kappa + 1))^2$ a step from
    the worst start. At η = 1 a step ends at the minimum along the line; any 0 < η < 2 lowers the loss of
    a quadratic, and at 0.9 there is no zigzag.

    α is that quotient only where its trial shows no slope left along the line. Elsewhere Newton's method
    on the line goes on from there, kept in a bracket and never above the loss it has; it finds *a* minimum
    along the line, not always the first or the lowest, in twelve trials at most. Where the loss falls
    for ever, the last trial is taken.

    Source: Cauchy, 1847, Méthode générale pour la résolution des systèmes d'équations simultanées; the
    zigzag and its rate: Nocedal, Wright, 2006, Numerical Optimization, section 3.3; η below 1: Raydan,
    Svaiter, 2002, Relaxed steepest descent and Cauchy–Barzilai–Borwein method.
    """

    key: ClassVar[str] = "exact_line_search"
    name: ClassVar[str] = "Exact line search"
    showcase: ClassVar[str] = "quadratic"
    shared: ClassVar[tuple[str, ...]] = ("step length",)
    symbols: ClassVar[tuple[str, ...]] = ("α",)
    cost: ClassVar[tuple[int, int, int] | None] = None
    learning_rate: float = learning_rate(
        1.0,
        "Share of the way to the minimum along the line; 1 is exact. "
        "Higher: further along it, above 1 past the minimum.",
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        x, y = point
        g = surface.gradient(x, y)
        slope, (u_x, u_y) = polar(*g)
        length = minimum_along(surface, point, g, (-u_x, -u_y))
        way, stays = rate * length, length == 0.0  # where there is no direction, too
        alpha = length / where(stays, 1.0, slope)
        return choose(stays, point, (x - way * u_x, y - way * u_y)), ((), (), (alpha,))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        (x, y), g = point, surface.gradient(*point)
        moved, (*_, (alpha,)) = self.step(surface, point, state, rate, k)
        lowest = (x - alpha * g[0], y - alpha * g[1])
        return [
            gradient(g),
            Part("α", alpha, "number", shown=True),
            Part("p", lowest, "place", ("subtract", "w", ("multiply", "α", "g"))),
            Part("w", moved, "next", ("subtract", "w", ("multiply", "η", "α", "g"))),
        ]


@dataclass(frozen=True)
class Backtracking(Optimizer):
    r"""Gradient descent that tries η and shrinks it until the loss falls enough.

    $$w \leftarrow w - \eta \tau^j g, \qquad j \text{ the first with }
    f(w - \eta \tau^j g) \le f(w) - 10^{-4}\, \eta \tau^j \lVert g \rVert^2$$

    Every step starts again from η, so a rate that is too large costs values but never diverges. Where no
    j fits before the step no longer changes the point, it stays put and keeps its η‖g‖²: what promises
    the same is not tried again.

    Source: Armijo, 1966, Minimization of functions having Lipschitz continuous first partial derivatives.
    """

    key: ClassVar[str] = "backtracking"
    name: ClassVar[str] = "Backtracking descent"
    showcase: ClassVar[str] = "himmelblau"
    shared: ClassVar[tuple[str, ...]] = ("value", "step length", "failed promise")
    symbols: ClassVar[tuple[str, ...]] = ("f", "α", "η‖g‖²")
    cost: ClassVar[tuple[int, int, int] | None] = None
    learning_rate: float = learning_rate(
        1.0,
        "The first length that is tried at every step. "
        "Higher: longer steps where they pay, more trials where they do not.",
    )
    shrink: float = hyperparameter(
        0.5,
        symbol="τ",
        low=0.1,
        high=0.9,
        below=0.99,
        help="Factor that shortens a step that is too long. Higher: a finer search, with more trials.",
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        _, _, (value, _, failed) = state
        if k == 1:
            value = surface.value(*point)
        g = surface.gradient(*point)
        direction, slope = (-g[0], -g[1]), -_dot(g, g)
        promise = -rate * slope
        first = where(failed == promise, 0.0, rate)
        length, end, reached = backtrack(surface, point, value, direction, slope, first, self.shrink)
        return end, ((), (), (reached, length, where(length == 0.0, promise, 0.0)))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        moved, (*_, (_, length, _)) = self.step(surface, point, state, rate, k)
        shrunk = where(length > 0.0, np.round(np.log(length / rate) / np.log(self.shrink)), 0.0)
        return [
            gradient(surface.gradient(*point)),
            Part("j", shrunk, "number", shown=True),
            Part("found", where(length > 0.0, 1.0, 0.0), "hidden"),
            Part("α", length, "number", ("where", "found", ("multiply", "η", ("power", "τ", "j")), 0.0)),
            Part("w", moved, "next", ("subtract", "w", ("multiply", "α", "g"))),
        ]

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        _, _, (_, length, failed) = state
        return (), (), (surface.value(*point), length, 0.0 * failed)
