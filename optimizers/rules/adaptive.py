"""Rules that divide by the length of the gradients so far, in every coordinate or every direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, maximum, sqrt, where
from optimizers.explanation import Part, gradient
from optimizers.hyperparameters import decay, epsilon, learning_rate
from optimizers.optimizer import Elementwise, Optimizer, Pair, State


@dataclass(frozen=True)
class Adagrad(Elementwise):
    r"""Divide by the length of all gradients so far: steep coordinates slow down, for good.

    $$s \leftarrow s + g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{s} + \varepsilon}$$

    The effective rate only falls. ε stands outside the root, as in torch.optim; in optax and Keras it
    stands inside, and s starts at 0.1.

    Source: Duchi, Hazan, Singer, 2011, Adaptive subgradient methods for online learning.
    """

    key: ClassVar[str] = "adagrad"
    name: ClassVar[str] = "Adagrad"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "beale"
    per_coordinate: ClassVar[tuple[str, ...]] = ("squares",)
    symbols: ClassVar[tuple[str, ...]] = ("s",)
    learning_rate: float = learning_rate(0.1)
    epsilon: float = epsilon(1e-10)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (squares,) = state
        squares = squares + g * g
        return -rate * g / (sqrt(squares) + self.epsilon), (squares,)


@dataclass(frozen=True)
class FullMatrixAdagrad(Optimizer):
    r"""Adagrad in every direction, not along the axes alone: its path turns with the surface.

    $$G \leftarrow G + g g^\top, \qquad w \leftarrow w - \eta\, (G^{1/2} + \varepsilon I)^{-1} g$$

    With the diagonal of G alone it is Adagrad. ε stands outside the root, as published, where it is
    called δ; with ε = 0 the first step has no value, since G is then singular. In n weights G has n²
    entries and its root costs n³: Shampoo keeps a smaller matrix for each side of a layer instead. None
    of torch.optim, optax and Keras has this rule.

    Source: Duchi, Hazan, Singer, 2011, Adaptive subgradient methods for online learning; Shampoo: Gupta,
    Koren, Singer, 2018.
    """

    key: ClassVar[str] = "full_matrix_adagrad"
    name: ClassVar[str] = "Full-matrix Adagrad"
    showcase: ClassVar[str] = "beale"
    shared: ClassVar[tuple[str, ...]] = ("G₁₁", "G₁₂", "G₂₂", "determinant")
    symbols: ClassVar[tuple[str, ...]] = ("G₁₁", "G₁₂", "G₂₂", "|G|")
    learning_rate: float = learning_rate(0.1)
    epsilon: float = epsilon(1e-10)

    def step(
        self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int
    ) -> tuple[Pair, State]:
        (x, y), (*_, (xx, xy, yy, determinant)) = point, state
        g_x, g_y = surface.gradient(x, y)
        # adj(G)g, in which this gradient's own ggᵀ has no part: taken before, nothing has to cancel.
        a_x, a_y = yy * g_x - xy * g_y, xx * g_y - xy * g_x
        determinant = maximum(determinant + g_x * a_x + g_y * a_y, 0.0)
        xx, xy, yy = xx + g_x * g_x, xy + g_x * g_y, yy + g_y * g_y
        # Cayley–Hamilton: G^½ = (G + δI)/τ with its determinant δ and its trace τ.
        delta = sqrt(determinant)
        tau = sqrt(xx + yy + 2.0 * delta)
        divisor = where(tau > 0.0, tau, 1.0)
        below = self.epsilon * (self.epsilon + tau) + delta
        s_x = ((a_x + delta * g_x) / divisor + self.epsilon * g_x) / below
        s_y = ((a_y + delta * g_y) / divisor + self.epsilon * g_y) / below
        return (x - rate * s_x, y - rate * s_y), ((), (), (xx, xy, yy, determinant))

    def written(self, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int) -> list[Part]:
        moved, (*_, (xx, xy, yy, _)) = self.step(surface, point, state, rate, k)
        loaded = ("add", ("sqrt", "G"), ("multiply", "ε", "identity"))
        return [
            gradient(surface.gradient(*point)),
            Part("G", (xx, xy, yy), "scale", shown=True),
            Part("w", moved, "next", ("subtract", "w", ("multiply", "η", ("inverse", loaded), "g"))),
        ]


@dataclass(frozen=True)
class RMSprop(Elementwise):
    r"""Divide by the length of recent gradients; old ones are forgotten, so it does not stall.

    $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{s} + \varepsilon}$$

    ρ is called alpha in torch.optim; ε stands outside the root, as there. In optax and Keras it stands
    inside, and ρ is 0.9 unless said otherwise.

    Source: Tieleman, Hinton, 2012, Lecture 6.5: rmsprop.
    """

    key: ClassVar[str] = "rmsprop"
    name: ClassVar[str] = "RMSprop"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "himmelblau"
    per_coordinate: ClassVar[tuple[str, ...]] = ("squares",)
    symbols: ClassVar[tuple[str, ...]] = ("s",)
    learning_rate: float = learning_rate(0.01)
    decay: float = decay(0.99)
    epsilon: float = epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (squares,) = state
        squares = self.decay * squares + (1.0 - self.decay) * g * g
        return -rate * g / (sqrt(squares) + self.epsilon), (squares,)


@dataclass(frozen=True)
class Adadelta(Elementwise):
    r"""Scale each gradient by the ratio of recent steps to recent gradients: the units come out right.

    $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad
    \Delta = -\frac{\sqrt{d + \varepsilon}}{\sqrt{s + \varepsilon}}\, g, \qquad
    w \leftarrow w + \eta \Delta, \qquad d \leftarrow \rho d + (1 - \rho) \Delta^2$$

    Works at η = 1 without tuning. ε stands inside both roots, as in torch.optim, optax and Keras, where
    ρ is rho.

    Source: Zeiler, 2012, ADADELTA: an adaptive learning rate method.
    """

    key: ClassVar[str] = "adadelta"
    name: ClassVar[str] = "Adadelta"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "himmelblau"
    per_coordinate: ClassVar[tuple[str, ...]] = ("squares", "squared steps")
    symbols: ClassVar[tuple[str, ...]] = ("s", "d")
    learning_rate: float = learning_rate(
        1.0, "Share of Adadelta's own step; 1 is the published rule. Higher: longer steps."
    )
    decay: float = decay(0.9)
    epsilon: float = epsilon(1e-6)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        squares, steps = state
        squares = self.decay * squares + (1.0 - self.decay) * g * g
        change = -sqrt(steps + self.epsilon) / sqrt(squares + self.epsilon) * g
        steps = self.decay * steps + (1.0 - self.decay) * change * change
        return rate * change, (squares, steps)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        change, (squares, after) = self.update(g, state, rate, k)
        own = -sqrt(state[1] + self.epsilon) / sqrt(squares + self.epsilon) * g
        return {"s": squares, "Δ": own, "d": after}, change
