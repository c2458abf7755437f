"""Rules that give every coordinate its own step length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from optimizers.arithmetic import Coordinate, sqrt
from optimizers.optimizer import Elementwise, State, hyperparameter, learning_rate


def _epsilon(default: float) -> Any:
    return hyperparameter(
        default,
        symbol="ε",
        low=1e-12,
        high=1.0,
        log=True,
        help="Added to the root, so that no step divides by 0.",
    )


@dataclass(frozen=True)
class Adagrad(Elementwise):
    r"""Divide by the length of all gradients so far: steep coordinates slow down, for good.

    $$s \leftarrow s + g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{s} + \varepsilon}$$

    The effective rate only falls. ε stands outside the root, as in torch.optim.

    Source: Duchi, Hazan, Singer, 2011, Adaptive subgradient methods for online learning.
    """

    key: ClassVar[str] = "adagrad"
    name: ClassVar[str] = "Adagrad"
    memory: ClassVar[tuple[str, ...]] = ("squares",)
    learning_rate: float = learning_rate(0.1)
    epsilon: float = _epsilon(1e-10)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        squares = state[0] + g * g
        return -rate * g / (sqrt(squares) + self.epsilon), (squares,)


@dataclass(frozen=True)
class RMSprop(Elementwise):
    r"""Divide by the length of recent gradients; old ones are forgotten, so it does not stall.

    $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{s} + \varepsilon}$$

    ρ is called alpha in torch.optim; ε stands outside the root, as there.

    Source: Tieleman, Hinton, 2012, Lecture 6.5: rmsprop.
    """

    key: ClassVar[str] = "rmsprop"
    name: ClassVar[str] = "RMSprop"
    memory: ClassVar[tuple[str, ...]] = ("squares",)
    learning_rate: float = learning_rate(0.01)
    decay: float = hyperparameter(
        0.99, symbol="ρ", low=0.0, high=0.999, below=1.0, help="Share of the average of squares that is kept."
    )
    epsilon: float = _epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        squares = self.decay * state[0] + (1.0 - self.decay) * g * g
        return -rate * g / (sqrt(squares) + self.epsilon), (squares,)


@dataclass(frozen=True)
class Adam(Elementwise):
    r"""Momentum over the length of recent gradients, both corrected for starting at zero.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2) g^2$$
    $$w \leftarrow w - \frac{\eta\, \hat m}{\sqrt{\hat s} + \varepsilon}, \qquad
    \hat m = \frac{m}{1 - \beta_1^k}, \quad \hat s = \frac{s}{1 - \beta_2^k}$$

    The first step has length η in each coordinate. Agrees with torch.optim.Adam.

    Source: Kingma, Ba, 2015, Adam: a method for stochastic optimization.
    """

    key: ClassVar[str] = "adam"
    name: ClassVar[str] = "Adam"
    memory: ClassVar[tuple[str, ...]] = ("mean", "squares")
    learning_rate: float = learning_rate(0.05)
    beta1: float = hyperparameter(
        0.9, symbol="β₁", low=0.0, high=0.999, below=1.0, help="Share of the average gradient that is kept."
    )
    beta2: float = hyperparameter(
        0.999,
        symbol="β₂",
        low=0.0,
        high=0.9999,
        below=1.0,
        help="Share of the average of squares that is kept.",
    )
    epsilon: float = _epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        mean, squares = state
        mean = self.beta1 * mean + (1.0 - self.beta1) * g
        squares = self.beta2 * squares + (1.0 - self.beta2) * g * g
        corrected = mean / (1.0 - self.beta1**k)
        length = sqrt(squares / (1.0 - self.beta2**k))
        return -rate * corrected / (length + self.epsilon), (mean, squares)
