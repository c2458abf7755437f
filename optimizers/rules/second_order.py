"""Rules that read the Hessian, or what stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar, TypeAlias

from landscapes.compiler import Functions
from landscapes.writing import Formula
from optimizers.arithmetic import Coordinate, anywhere, choose, clip, evaluate, maximum, sqrt, where
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import hyperparameter, learning_rate
from optimizers.optimizer import Optimizer, Pair, State

Symmetric: TypeAlias = tuple[Coordinate, Coordinate, Coordinate]
"""The entries xx, xy and yy of a symmetric matrix."""


@dataclass(frozen=True)
class Newton(Optimizer):
    r"""Jump to the stationary point of the local parabola, whatever kind it is.

    $$w \leftarrow w - \eta\, H^{-1} g$$

    Plain by default: it walks *to* a saddle or a maximum where H is not positive definite. With a
    safeguard δ > 0 every eigenvalue λ of H is replaced by max(|λ|, δ), which leaves saddles, except
    from exactly on their ridge.

    Where H is singular, the shortest step s with Hs = g is taken, by the pseudo-inverse: a direction
    that the surface does not depend on is left alone, and where both H and g are 0 the run stays. Where
    no s solves it, because g points along a direction in which H is 0, the rule has no value.

    Source: Nocedal, Wright, 2006, Numerical Optimization, chapter 3; the pseudo-inverse: Ben-Israel,
    Greville, 2003, Generalized Inverses; the absolute values: Dauphin et al., 2014, saddle-free Newton.
    """

    key: ClassVar[str] = "newton"
    name: ClassVar[str] = "Newton"
    showcase: ClassVar[str] = "himmelblau"
    cost: ClassVar[tuple[int, int, int]] = (0, 1, 1)
    rate_limit_formula: ClassVar[str] = "2 max(λ_max, δ)/λ_max"
    learning_rate: float = learning_rate(
        1.0,
        "Share of the Newton step that is taken; 1 is the full step. "
        "Higher: longer steps, above 1 past the parabola's minimum.",
    )
    safeguard: float = hyperparameter(
        0.0,
        symbol="δ",
        low=0.0,
        high=10.0,
        help=(
            "0: plain. Above 0: eigenvalues become max(|λ|, δ). "
            "Higher: shorter steps where the surface is flat."
        ),
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        x, y = point
        g, h = surface.gradient(x, y), surface.hessian(x, y)
        s_x, s_y = _newton_step(h, g, point)
        guarded = self.safeguard > 0.0
        if anywhere(guarded):
            s_x, s_y = choose(guarded, _absolute_solve(h, g, self.safeguard), (s_x, s_y))
        return (x - rate * s_x, y - rate * s_y), state

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        g, h = surface.gradient(*point), surface.hessian(*point)
        moved, _ = self.step(surface, point, state, rate, k)
        singular = where(_singular(h), 1.0, 0.0)

        def along(inverted: Formula) -> Formula:
            return ("subtract", "w", ("multiply", "η", inverted, "g"))

        guarded = along(("inverse", ("absolute", "H", "δ")))
        plain = ("where", "singular", along(("pseudo_inverse", "H")), along(("inverse", "H")))
        return [
            gradient(g),
            Part("H", h, "scale", ("hessian", "w")),
            Part("singular", singular, "hidden"),
            Part("w", moved, "next", ("where", ("greater", "δ", 0.0), guarded, plain)),
        ]

    def rate_limit(self, curvature: float) -> float | None:
        return 2.0 * max(curvature, self.safeguard) / curvature


@dataclass(frozen=True)
class LevenbergMarquardt(Optimizer):
    r"""Load the diagonal with λ: a short gradient step where λ is large, Gauss–Newton where it is small.

    $$w \leftarrow w - (J^\top J + \lambda I)^{-1} g$$

    A trial that does not raise the loss is taken and λ divided by 10; any other is a step that stays
    put, and λ is multiplied by 10. JᵀJ comes from the residuals r of a surface ½Σr²; where there are
    none the Hessian stands for it, loaded with as much more as makes it positive definite: λ less its
    lowest eigenvalue, where that is negative. SciPy's least_squares scales the diagonal and knows
    residuals only. Of what is recorded after a step, "load" was on its diagonal and "damping" is the λ
    for the next one.

    Source: Marquardt, 1963, An algorithm for least-squares estimation of nonlinear parameters.
    """

    key: ClassVar[str] = "levenberg_marquardt"
    name: ClassVar[str] = "Levenberg–Marquardt"
    per_coordinate: ClassVar[tuple[str, ...]] = ("gradient",)
    shared: ClassVar[tuple[str, ...]] = ("value", "damping", "load", "C₁₁", "C₁₂", "C₂₂", "accepted")
    symbols: ClassVar[tuple[str, ...]] = ("g", "f", "λ₊", "λ", "C₁₁", "C₁₂", "C₂₂", "taken")
    cost: ClassVar[tuple[int, int, int] | None] = None
    damping: float = hyperparameter(
        0.01,
        symbol="λ",
        low=1e-6,
        high=1e6,
        log=True,
        help=(
            "Load on the diagonal at first; it adapts. "
            "Higher: shorter first steps, nearer to the gradient's direction."
        ),
    )

    def initial(self, point: Pair) -> State:
        *columns, (value, damping, *others) = super().initial(point)
        return (*columns, (value, damping + self.damping, *others))

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        ((old_x,), (old_y,), (value, damping, _, *curvatures, accepted)) = state
        if k == 1:
            value, accepted = surface.value(*point), accepted + 1.0
        # A rejected trial has not moved: what is known of the point is not asked again.
        fresh = accepted > 0.0
        g = evaluate(fresh, surface.gradient, *point, (old_x, old_y))
        matrix = surface.gauss_newton or surface.hessian
        xx, xy, yy = evaluate(fresh, matrix, *point, tuple(curvatures))
        mean, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
        load = damping + maximum(sqrt(half * half + xy * xy) - mean, 0.0)
        s_x, s_y = _solve((xx + load, xy, yy + load), g)
        trial = (point[0] - s_x, point[1] - s_y)
        loss = evaluate(load == load, surface.value, *trial, value)
        better = loss <= value
        damping = clip(where(better, 0.1, 10.0) * damping, *_DAMPINGS)
        shared = (where(better, loss, value), damping, load, xx, xy, yy, where(better, 1.0, 0.0))
        return choose(better, trial, point), ((g[0],), (g[1],), shared)

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        moved, ((g_x,), (g_y,), (_, _, load, xx, xy, yy, taken)) = self.step(surface, point, state, rate, k)
        s_x, s_y = _solve((xx + load, xy, yy + load), (g_x, g_y))
        trial = (point[0] - s_x, point[1] - s_y)
        loaded = ("add", "C", ("multiply", "λ", "identity"))
        return [
            Part("g", (g_x, g_y), "uphill", shown=True),
            Part("C", (xx, xy, yy), "scale", shown=True),
            Part("λ", load, "scale", shown=True),
            Part("p", trial, "place", ("subtract", "w", ("multiply", ("inverse", loaded), "g"))),
            Part("taken", taken, "hidden"),
            Part("", taken, "said", ("The loss at p is higher: stay, and load ten times as much.",
                                     "The loss at p is no higher: go there, and load a tenth.")),
            Part("w", moved, "next", ("where", "taken", "p", "w")),
        ]  # fmt: skip

    def renewed(self, surface: Functions, point: Pair, state: State) -> State:
        """The loss asked anew, and the trial before not counted as rejected: so is the rest."""
        *columns, (_, *shared, accepted) = state
        return (*columns, (surface.value(*point), *shared, 0.0 * accepted + 1.0))


_DAMPINGS = (1e-12, 1e12)

_ROUNDING = 1e-14
"""Share of the terms of a sum of products below which the sum is rounding."""


def _solve(h: Symmetric, g: Pair) -> Pair:
    """H⁻¹g by Cramer's rule; nan or inf where H is singular."""
    xx, xy, yy = h
    return _over(xx * yy - xy * xy, h, g)


def _over(determinant: Coordinate, h: Symmetric, g: Pair) -> Pair:
    """Cramer's rule with this determinant."""
    xx, xy, yy = h
    return (yy * g[0] - xy * g[1]) / determinant, (xx * g[1] - xy * g[0]) / determinant


def _newton_step(h: Symmetric, g: Pair, point: Pair) -> Pair:
    """H⁻¹g, and H⁺g where H is singular to rounding."""
    determinant, singular = h[0] * h[2] - h[1] * h[1], _singular(h)
    if not anywhere(singular):
        return _over(determinant, h, g)
    regular = _over(where(singular, 1.0, determinant), h, g)
    step: Pair = choose(singular, _shortest_step(h, g, point), regular)
    return step


def _singular(h: Symmetric) -> Any:
    """Whether the determinant is rounding."""
    product, square = h[0] * h[2], h[1] * h[1]
    return abs(product - square) <= _ROUNDING * (abs(product) + square)


def _shortest_step(h: Symmetric, g: Pair, point: Pair) -> Pair:
    """H⁺g for a singular H, where g lies in its range to rounding; else nan.

    A singular H = λvvᵀ has the trace λ: H/λ is the projection on its range, and H⁺ = H/λ². The rounding
    of g is that of the sums it comes from, which are about as large as H times the point.
    """
    largest = maximum(maximum(abs(h[0]), abs(h[2])), abs(h[1]))
    unit = where(largest > 0.0, largest, 1.0)
    xx, xy, yy = (entry / unit for entry in h)
    trace = where(largest > 0.0, xx + yy, 1.0)
    p_x, p_y = (xx * g[0] + xy * g[1]) / trace, (xy * g[0] + yy * g[1]) / trace
    noise = abs(g[0]) + abs(g[1]) + largest * (abs(point[0]) + abs(point[1]))
    solved = maximum(abs(g[0] - p_x), abs(g[1] - p_y)) <= _ROUNDING * noise
    step: Pair = choose(solved, (p_x / (trace * unit), p_y / (trace * unit)), (nan, nan))
    return step


def _absolute_solve(h: Symmetric, g: Pair, least: float) -> Pair:
    """H⁻¹g with every eigenvalue λ replaced by max(|λ|, least)."""
    xx, xy, yy = h
    mean, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
    radius = sqrt(half * half + xy * xy)
    high = 1.0 / maximum(abs(mean + radius), least)
    low = 1.0 / maximum(abs(mean - radius), least)
    # (half, xy)/radius is the reflection about the eigenvectors; a multiple of I has none.
    divisor = where(radius > 0.0, radius, 1.0)
    cos, sin = half / divisor, xy / divisor
    same, turned = 0.5 * (high + low), 0.5 * (high - low)
    return (
        same * g[0] + turned * (cos * g[0] + sin * g[1]),
        same * g[1] + turned * (sin * g[0] - cos * g[1]),
    )
