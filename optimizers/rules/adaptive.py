"""Rules that give every coordinate its own step length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimizers.arithmetic import Coordinate, sqrt
from optimizers.hyperparameters import decay, epsilon, learning_rate
from optimizers.optimizer import Elementwise, State


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
    learning_rate: float = learning_rate(0.1)
    epsilon: float = epsilon(1e-10)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (squares,) = state
        squares = squares + g * g
        return -rate * g / (sqrt(squares) + self.epsilon), (squares,)


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
    learning_rate: float = learning_rate(1.0, "Share of Adadelta's own step; 1 is the published rule.")
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
