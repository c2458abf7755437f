"""Rules that go by signs and secants of single coordinates, not by the gradient's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimizers.arithmetic import Coordinate, clip, sign, where
from optimizers.hyperparameters import beta1, beta2, learning_rate, weight_decay
from optimizers.optimizer import DecoupledDecay, Elementwise, State


@dataclass(frozen=True)
class Lion(DecoupledDecay):
    r"""Step by the sign alone of an average gradient: every coordinate moves by η, always.

    $$w \leftarrow w - \eta\left(\mathrm{sign}(\beta_1 m + (1 - \beta_1) g) + \lambda w\right), \qquad
    m \leftarrow \beta_2 m + (1 - \beta_2) g$$

    Agrees with optax.lion, whose weight decay λ is 0.001 unless said otherwise; here it is 0.

    Source: Chen et al., 2023, Symbolic discovery of optimization algorithms.
    """

    key: ClassVar[str] = "lion"
    name: ClassVar[str] = "Lion"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean",)
    symbols: ClassVar[tuple[str, ...]] = ("m",)
    learning_rate: float = learning_rate(
        0.01,
        "Length of every step, in each coordinate. "
        "Higher: faster, but at the end it hops about the minimum by as much.",
    )
    beta1: float = beta1()
    beta2: float = beta2(
        0.99,
        help=(
            "Share of the average gradient that is kept for the next step. "
            "Higher: a longer memory, so it turns later."
        ),
    )
    weight_decay: float = weight_decay(0.0)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        (mean,) = state
        direction = sign(self.beta1 * mean + (1.0 - self.beta1) * g)
        return -rate * direction, (self.beta2 * mean + (1.0 - self.beta2) * g,)


@dataclass(frozen=True)
class Rprop(Elementwise):
    r"""Grow a coordinate's step while its slope keeps its sign, halve it when the sign turns.

    $$\Delta \leftarrow \begin{cases} \min(1.2\,\Delta, 50) & g\,g_{-1} > 0 \\
    \max(0.5\,\Delta, 10^{-6}) & g\,g_{-1} < 0 \\ \Delta & \text{else} \end{cases} \qquad
    w \leftarrow w - \Delta\, \mathrm{sign}(g)$$

    Where the sign turned the coordinate stays put and this gradient is forgotten: next time it counts
    as 0. η is only the first Δ, kept within the same bounds. Agrees with torch.optim.Rprop; optax.rprop
    makes every move one step later.

    Source: Riedmiller, Braun, 1993, A direct adaptive method for faster backpropagation learning.
    """

    key: ClassVar[str] = "rprop"
    name: ClassVar[str] = "Rprop"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "saturated_unit"
    per_coordinate: ClassVar[tuple[str, ...]] = ("last gradient", "size")
    symbols: ClassVar[tuple[str, ...]] = ("g₋₁", "Δ")
    only_first_rate: ClassVar[bool] = True
    learning_rate: float = learning_rate(
        0.01, "Size of the first step in each coordinate; later ones adapt. Higher: a longer first step."
    )

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        last, size = state
        size = where(k == 1, clip(rate, *_SIZES), size)
        turn = sign(g) * sign(last)
        size = clip(where(turn > 0.0, 1.2, where(turn < 0.0, 0.5, 1.0)) * size, *_SIZES)
        g = where(turn < 0.0, 0.0 * g, g)
        return -sign(g) * size, (g, size)


_SIZES = (1e-6, 50.0)


@dataclass(frozen=True)
class Quickprop(Elementwise):
    r"""Jump to where the line through the last two slopes of a coordinate reaches zero.

    $$\Delta = \frac{g}{g_{-1} - g}\,\Delta_{-1}, \qquad w \leftarrow w + \Delta$$

    Where the slope has not shrunk enough ($g/g_{-1} > 1.75/2.75$), 1.75 times the last step is taken
    instead; −ηg is added while the slope keeps its sign; the first step, and any after a step of 0, is a
    gradient step. A bare secant would also run to maxima.

    Source: Fahlman, 1988, An empirical study of learning speed in back-propagation networks.
    """

    key: ClassVar[str] = "quickprop"
    name: ClassVar[str] = "Quickprop"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "quadratic"
    per_coordinate: ClassVar[tuple[str, ...]] = ("last gradient", "last step")
    symbols: ClassVar[tuple[str, ...]] = ("g₋₁", "Δ₋₁")
    learning_rate: float = learning_rate(
        0.01,
        "Size of the gradient step that starts and accompanies the jumps. "
        "Higher: it sets off faster, but jumps land further on.",
    )

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        last, step = state
        kept = sign(g) * sign(last) > 0.0
        level = last - g == 0.0
        secant = g / where(level, 1.0, last - g) * step
        steep = kept & (abs(g) > _SHRINK * abs(last))
        change = where(steep, _GROWTH * step, secant) - where(kept, rate * g, 0.0 * g)
        change = where(step == 0.0, -rate * g, change)
        return change, (g, change)


_GROWTH = 1.75
_SHRINK = _GROWTH / (1.0 + _GROWTH)
