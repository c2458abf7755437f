"""Gradient descent, its steps of one length, and the rules that remember a velocity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, polar
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import hyperparameter, learning_rate, momentum
from optimizers.optimizer import Elementwise, Optimizer, Pair, State


@dataclass(frozen=True)
class GradientDescent(Elementwise):
    r"""Step against the gradient, η times as far as it is long.

    $$w \leftarrow w - \eta\, g$$

    On a quadratic with curvature λ the error is multiplied by 1 − ηλ each step, so the rule
    diverges where η > 2/λ.

    Source: Cauchy, 1847, Méthode générale pour la résolution des systèmes d'équations simultanées.
    """

    key: ClassVar[str] = "gradient_descent"
    name: ClassVar[str] = "Gradient descent"
    showcase: ClassVar[str] = "quadratic"
    rate_limit_formula: ClassVar[str] = "2/λ_max"
    learning_rate: float = learning_rate(0.01)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        return -rate * g, state

    def rate_limit(self, curvature: float) -> float | None:
        return 2.0 / curvature


@dataclass(frozen=True)
class Normalised(Optimizer):
    r"""Step against the gradient, η far however steep it is.

    $$w \leftarrow w - \eta\, \frac{g}{\lVert g \rVert}$$

    Crosses a plateau as fast as a cliff, and never comes to rest: of two successive points one is at
    least η/2 from a minimum, so it needs a falling rate. This is Muon's step for a single vector, without
    its momentum: a column made orthogonal is one of length 1. Where g is 0 it stays. Agrees with
    optax.normalize_by_update_norm but for the 10⁻⁶ that is added to the length there.

    Source: Nesterov, 1984, Minimization methods for nonsmooth convex and quasiconvex functions; Cortés,
    2006, Finite-time convergent gradient flows; Muon: Jordan et al., 2024.
    """

    key: ClassVar[str] = "normalised"
    name: ClassVar[str] = "Normalised descent"
    showcase: ClassVar[str] = "saturated_unit"
    learning_rate: float = learning_rate(
        0.01, "Length of every step. Higher: faster, but at the end it hops about the minimum by as much."
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        x, y = point
        _, (u_x, u_y) = polar(*surface.gradient(x, y))
        return (x - rate * u_x, y - rate * u_y), state

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        g = surface.gradient(*point)
        moved, _ = self.step(surface, point, state, rate, k)
        along = ("subtract", "w", ("divide", ("multiply", "η", "g"), "‖g‖"))
        return [
            gradient(g),
            Part("‖g‖", polar(*g)[0], "number", ("norm", "g")),
            Part("w", moved, "next", ("where", ("greater", "‖g‖", 0.0), along, "w")),
        ]


@dataclass(frozen=True)
class Momentum(Elementwise):
    r"""Remember the last step: agreeing gradients add up, quarrelling ones cancel.

    $$v \leftarrow \mu v - \eta\, g, \qquad w \leftarrow w + v$$

    Heavy ball. On a quadratic it is stable for 0 < ηλ < 2(1 + μ). Keras keeps the same v; torch.optim.SGD
    and optax.sgd keep it without the factor η, which makes the same path while the rate is constant.

    Source: Polyak, 1964, Some methods of speeding up the convergence of iteration methods.
    """

    key: ClassVar[str] = "momentum"
    name: ClassVar[str] = "Momentum"
    showcase: ClassVar[str] = "quadratic"
    per_coordinate: ClassVar[tuple[str, ...]] = ("velocity",)
    symbols: ClassVar[tuple[str, ...]] = ("v",)
    rate_limit_formula: ClassVar[str] = "2(1 + μ)/λ_max"
    learning_rate: float = learning_rate(0.01)
    momentum: float = momentum()

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (velocity,) = state
        velocity = self.momentum * velocity - rate * g
        return velocity, (velocity,)

    def rate_limit(self, curvature: float) -> float | None:
        return 2.0 * (1.0 + self.momentum) / curvature


@dataclass(frozen=True)
class AveragedMomentum(Elementwise):
    r"""Step along the average of recent gradients.

    $$v \leftarrow \beta v + (1 - \beta)\, g, \qquad w \leftarrow w - \eta\, v$$

    At a constant rate this is the path of momentum with rate η(1 − β). Under a schedule it is not:
    momentum stores ηg, this stores g. torch.optim.SGD with ``dampening`` β is this rule but for its
    first step, which is not damped; optax.ema is its v with ``debias=False``.

    Source: Ng, 2017, Deep Learning specialization, course 2: gradient descent with momentum.
    """

    key: ClassVar[str] = "averaged_momentum"
    name: ClassVar[str] = "Averaged momentum"
    showcase: ClassVar[str] = "quadratic"
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean",)
    symbols: ClassVar[tuple[str, ...]] = ("v",)
    rate_limit_formula: ClassVar[str] = "2(1 + β)/((1 − β)λ_max)"
    learning_rate: float = learning_rate(0.1)
    momentum: float = hyperparameter(
        0.9,
        symbol="β",
        low=0.0,
        high=0.999,
        below=1.0,
        help="Share of the average gradient that is kept. Higher: smoother steps, slower to turn.",
        also="μ, ρ",
    )

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (mean,) = state
        mean = self.momentum * mean + (1.0 - self.momentum) * g
        return -rate * mean, (mean,)

    def rate_limit(self, curvature: float) -> float | None:
        return 2.0 * (1.0 + self.momentum) / (1.0 - self.momentum) / curvature


@dataclass(frozen=True)
class Nesterov(Optimizer):
    r"""Look where the velocity leads, and take the gradient there.

    $$v \leftarrow \mu v - \eta\, g(w + \mu v), \qquad w \leftarrow w + v$$

    On a quadratic it is stable for ηλ < 2(1 + μ)/(1 + 2μ), less than momentum. torch.optim.SGD,
    optax.sgd and Keras with ``nesterov=True`` store the look-ahead point w + μv as their weights: at a
    constant rate the same run, seen elsewhere.

    Source: Nesterov, 1983, A method of solving a convex programming problem with convergence rate
    O(1/k²); in this form Sutskever et al., 2013.
    """

    key: ClassVar[str] = "nesterov"
    name: ClassVar[str] = "Nesterov"
    showcase: ClassVar[str] = "quadratic"
    per_coordinate: ClassVar[tuple[str, ...]] = ("velocity",)
    symbols: ClassVar[tuple[str, ...]] = ("v",)
    rate_limit_formula: ClassVar[str] = "2(1 + μ)/((1 + 2μ)λ_max)"
    learning_rate: float = learning_rate(0.01)
    momentum: float = momentum(
        help=(
            "Share of the last step that is kept and looked ahead along. "
            "Higher: faster along a valley, but it overshoots more."
        )
    )

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (x, y), ((v_x,), (v_y,)) = point, state
        kept_x, kept_y = self.momentum * v_x, self.momentum * v_y
        g_x, g_y = surface.gradient(x + kept_x, y + kept_y)
        v_x, v_y = kept_x - rate * g_x, kept_y - rate * g_y
        return (x + v_x, y + v_y), ((v_x,), (v_y,))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        (x, y), ((v_x,), (v_y,)) = point, state
        ahead = (x + self.momentum * v_x, y + self.momentum * v_y)
        moved, ((v_x,), (v_y,)) = self.step(surface, point, state, rate, k)
        return [
            Part("p", ahead, "place"),
            gradient(surface.gradient(*ahead), "p"),
            Part("v", (v_x, v_y), "move"),
            Part("w", moved, "next"),
        ]

    def rate_limit(self, curvature: float) -> float | None:
        return 2.0 * (1.0 + self.momentum) / ((1.0 + 2.0 * self.momentum) * curvature)
