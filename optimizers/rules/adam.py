"""Adam and the rules that depart from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimizers.arithmetic import Coordinate, maximum, sqrt, where
from optimizers.hyperparameters import (
    beta1,
    beta2,
    epsilon,
    hyperparameter,
    learning_rate,
    switch,
    weight_decay,
)
from optimizers.optimizer import DecoupledDecay, Elementwise, State


@dataclass(frozen=True)
class Adam(Elementwise):
    r"""Momentum over the length of recent gradients, both corrected for starting at zero.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2) g^2$$
    $$w \leftarrow w - \frac{\eta\, \hat m}{\sqrt{\hat s} + \varepsilon}, \qquad
    \hat m = \frac{m}{1 - \beta_1^k}, \quad \hat s = \frac{s}{1 - \beta_2^k}$$

    The first step has length η in each coordinate; without the correction it has 3.16 η at the usual
    β₁ = 0.9, β₂ = 0.999. Agrees with torch.optim.Adam and optax.adam, which always correct; Keras adds ε
    to the uncorrected root √s.

    Source: Kingma, Ba, 2015, Adam: a method for stochastic optimization.
    """

    key: ClassVar[str] = "adam"
    name: ClassVar[str] = "Adam"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "squares")
    symbols: ClassVar[tuple[str, ...]] = ("m", "s")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2()
    epsilon: float = epsilon(1e-8)
    bias_correction: float = switch(
        1.0,
        symbol="m̂, ŝ",
        help="Divide out that the averages start at zero. On: the first step is as long as η says.",
    )

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        mean, squares = _averages(self, g, state)
        if not self.bias_correction:
            return -rate * mean / (sqrt(squares) + self.epsilon), (mean, squares)
        return _corrected_step(self, mean, squares, rate, k), (mean, squares)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        mean, squares = _averages(self, g, state)
        m = where(self.bias_correction == 0.0, mean, mean / (1.0 - self.beta1**k))
        s = where(self.bias_correction == 0.0, squares, squares / (1.0 - self.beta2**k))
        return {"m": mean, "s": squares, "m̂": m, "ŝ": s}, -rate * m / (sqrt(s) + self.epsilon)


@dataclass(frozen=True)
class AdamW(DecoupledDecay):
    r"""Adam that also shrinks the weights themselves, apart from the gradient.

    $$w \leftarrow w - \eta\lambda w - \frac{\eta\, \hat m}{\sqrt{\hat s} + \varepsilon}$$

    With $\hat m$ and $\hat s$ as in Adam. The decay pulls towards 0, so the run does not end at the
    minimum but where pull and Adam's step balance. Agrees with torch.optim.AdamW, and with optax.adamw,
    whose weight decay λ is 0.0001 unless said otherwise.

    Source: Loshchilov, Hutter, 2019, Decoupled weight decay regularization.
    """

    key: ClassVar[str] = "adamw"
    name: ClassVar[str] = "AdamW"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "squares")
    symbols: ClassVar[tuple[str, ...]] = ("m", "s")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2()
    epsilon: float = epsilon(1e-8)
    weight_decay: float = weight_decay(0.01)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        mean, squares = _averages(self, g, state)
        return _corrected_step(self, mean, squares, rate, k), (mean, squares)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        mean, squares = _averages(self, g, state)
        m, s = mean / (1.0 - self.beta1**k), squares / (1.0 - self.beta2**k)
        return {"m": mean, "s": squares, "m̂": m, "ŝ": s}, -rate * m / (sqrt(s) + self.epsilon)


@dataclass(frozen=True)
class AMSGrad(Elementwise):
    r"""Adam that never forgets the largest average of squares, so its rates only fall.

    $$\bar s \leftarrow \max(\bar s, s), \qquad
    w \leftarrow w - \frac{\eta\, \hat m}{\sqrt{\bar s / (1 - \beta_2^k)} + \varepsilon}$$

    With m and s as in Adam. The maximum is taken before the correction, as in torch.optim.Adam with
    ``amsgrad=True``; optax.amsgrad takes it of the corrected ŝ, and the paper has no correction.

    Source: Reddi, Kale, Kumar, 2018, On the convergence of Adam and beyond.
    """

    key: ClassVar[str] = "amsgrad"
    name: ClassVar[str] = "AMSGrad"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "squares", "largest squares")
    symbols: ClassVar[tuple[str, ...]] = ("m", "s", "s̄")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2()
    epsilon: float = epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        *averages, largest = state
        mean, squares = _averages(self, g, averages)
        largest = maximum(largest, squares)
        return _corrected_step(self, mean, largest, rate, k), (mean, squares, largest)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        *averages, largest = state
        mean, squares = _averages(self, g, averages)
        largest = maximum(largest, squares)
        m, s = mean / (1.0 - self.beta1**k), largest / (1.0 - self.beta2**k)
        named = {"m": mean, "s": squares, "s̄": largest, "m̂": m, "ŝ": s}
        return named, -rate * m / (sqrt(s) + self.epsilon)


@dataclass(frozen=True)
class Adamax(Elementwise):
    r"""Adam over the largest recent gradient instead of the root of the mean square.

    $$u \leftarrow \max(\beta_2 u, |g| + \varepsilon), \qquad
    w \leftarrow w - \frac{\eta}{1 - \beta_1^k}\, \frac{m}{u}$$

    With m as in Adam. ε stands inside the maximum, as in torch.optim and optax; Keras adds it to the
    maximum, and the paper has none.

    Source: Kingma, Ba, 2015, Adam: a method for stochastic optimization, section 7.1.
    """

    key: ClassVar[str] = "adamax"
    name: ClassVar[str] = "Adamax"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "largest")
    symbols: ClassVar[tuple[str, ...]] = ("m", "u")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2(
        help=(
            "How slowly the largest gradient is forgotten. "
            "Higher: steps stay short for longer after a steep place."
        )
    )
    epsilon: float = epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        mean, largest = state
        mean = self.beta1 * mean + (1.0 - self.beta1) * g
        largest = maximum(self.beta2 * largest, abs(g) + self.epsilon)
        return -rate / (1.0 - self.beta1**k) * mean / largest, (mean, largest)


@dataclass(frozen=True)
class NAdam(Elementwise):
    r"""Adam with Nesterov's look ahead: the gradient at hand counts before it enters the average.

    $$\mu_k = \beta_1\left(1 - \tfrac12\, 0.96^{k\psi}\right), \qquad
    \hat m = \frac{(1 - \mu_k)\, g}{1 - \prod_{i \le k} \mu_i}
    + \frac{\mu_{k+1}\, m}{1 - \prod_{i \le k+1} \mu_i}, \qquad
    w \leftarrow w - \frac{\eta\, \hat m}{\sqrt{\hat s} + \varepsilon}$$

    With m and $\hat s$ as in Adam; ψ is ``momentum_decay``. Agrees with torch.optim.NAdam. In Keras ψ
    is 1; optax.nadam has $\mu_k = \beta_1$ throughout.

    Source: Dozat, 2016, Incorporating Nesterov momentum into Adam.
    """

    key: ClassVar[str] = "nadam"
    name: ClassVar[str] = "NAdam"
    scales_coordinates: ClassVar[bool] = True
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "squares", "correction")
    symbols: ClassVar[tuple[str, ...]] = ("m", "s", "c")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2()
    epsilon: float = epsilon(1e-8)
    momentum_decay: float = hyperparameter(
        0.004,
        symbol="ψ",
        low=0.0,
        high=0.1,
        help="How fast the memory rises from half of β₁ to β₁. Higher: all of it is there sooner.",
    )

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        *averages, correction = state
        mean, squares = _averages(self, g, averages)
        now, ahead = self._memory(k), self._memory(k + 1)
        correction = 1.0 - now * (1.0 - correction)  # 1 − μ₁…μₖ, kept so that it starts at 0
        following = 1.0 - ahead * (1.0 - correction)
        looked = (1.0 - now) * g / correction + ahead * mean / following
        length = sqrt(squares / (1.0 - self.beta2**k))
        return -rate * looked / (length + self.epsilon), (mean, squares, correction)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        *averages, correction = state
        mean, squares = _averages(self, g, averages)
        now, ahead = self._memory(k), self._memory(k + 1)
        correction = 1.0 - now * (1.0 - correction)
        following = 1.0 - ahead * (1.0 - correction)
        m = (1.0 - now) * g / correction + ahead * mean / following
        s = squares / (1.0 - self.beta2**k)
        named = {"m": mean, "s": squares, "μₖ": now, "μₖ₊₁": ahead, "c": correction, "c₊": following}
        return named | {"m̂": m, "ŝ": s}, -rate * m / (sqrt(s) + self.epsilon)

    def _memory(self, k: int) -> float:
        share: float = 0.96 ** (k * self.momentum_decay)
        return self.beta1 * (1.0 - 0.5 * share)


@dataclass(frozen=True)
class RAdam(Elementwise):
    r"""Adam that trusts its scaling only once enough gradients have been seen.

    $$\rho_\infty = \frac{2}{1 - \beta_2} - 1, \qquad
    \rho_k = \rho_\infty - \frac{2 k \beta_2^k}{1 - \beta_2^k}, \qquad
    r = \sqrt{\frac{(\rho_k - 4)(\rho_k - 2)\rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\rho_k}}$$
    $$w \leftarrow w - \eta\, \hat m\, \frac{r\sqrt{1 - \beta_2^k}}{\sqrt{s} + \varepsilon}
    \;\text{ where } \rho_k > 5, \text{ else }\; w \leftarrow w - \eta\, \hat m$$

    With $\hat m$ and s as in Adam. ε is added to the uncorrected root, as in torch.optim.RAdam;
    optax.radam adds it to $\sqrt{\hat s}$.

    Source: Liu et al., 2020, On the variance of the adaptive learning rate and beyond.
    """

    key: ClassVar[str] = "radam"
    name: ClassVar[str] = "RAdam"
    scales_coordinates: ClassVar[bool] = True
    showcase: ClassVar[str] = "himmelblau"
    per_coordinate: ClassVar[tuple[str, ...]] = ("mean", "squares")
    symbols: ClassVar[tuple[str, ...]] = ("m", "s")
    learning_rate: float = learning_rate(0.05)
    beta1: float = beta1()
    beta2: float = beta2()
    epsilon: float = epsilon(1e-8)

    def update(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[Coordinate, tuple[Coordinate, ...]]:
        mean, squares = _averages(self, g, state)
        corrected = mean / (1.0 - self.beta1**k)
        missing = self.beta2**k
        longest = 2.0 / (1.0 - self.beta2) - 1.0
        length = longest - 2.0 * k * missing / (1.0 - missing)
        known = length > 5.0
        length, longest = where(known, length, 6.0), where(known, longest, 6.0)  # no root or quotient fails
        trust = (length - 4.0) * (length - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * length)
        root = sqrt(squares) + self.epsilon
        scale = where(known, sqrt(trust * (1.0 - missing)), 1.0) / where(known, root, 1.0)
        return -rate * corrected * scale, (mean, squares)

    def between(
        self, g: Coordinate, state: State, rate: Coordinate, k: int
    ) -> tuple[dict[str, Coordinate], Coordinate]:
        mean, squares = _averages(self, g, state)
        m, missing = mean / (1.0 - self.beta1**k), 1.0 - self.beta2**k
        longest = 2.0 / (1.0 - self.beta2) - 1.0
        length = longest - 2.0 * k * self.beta2**k / missing
        known = length > 5.0
        now, end = where(known, length, 6.0), where(known, longest, 6.0)
        trust = sqrt((now - 4.0) * (now - 2.0) * end / ((end - 4.0) * (end - 2.0) * now))
        change = where(known, -rate * m * trust * sqrt(missing) / (sqrt(squares) + self.epsilon), -rate * m)
        return {"m": mean, "s": squares, "m̂": m, "ρ∞": longest, "ρₖ": length, "r": trust}, change


def _averages(
    rule: Adam | AdamW | AMSGrad | NAdam | RAdam, g: Coordinate, state: State
) -> tuple[Coordinate, Coordinate]:
    """The running averages m of the gradient and s of its square.

    In place on what is new here: lanes that are not allocated again stay in the cache.
    """
    mean, squares = state
    mean = rule.beta1 * mean
    mean += (1.0 - rule.beta1) * g
    square = (1.0 - rule.beta2) * g
    square *= g
    squares = rule.beta2 * squares
    squares += square
    return mean, squares


def _corrected_step(
    rule: Adam | AdamW | AMSGrad, mean: Coordinate, squares: Coordinate, rate: Coordinate, k: int
) -> Coordinate:
    """−η m̂/(√ŝ + ε), with numerator and denominator times √(1 − β₂ᵏ): no lane is corrected."""
    root = sqrt(1.0 - rule.beta2**k)
    length = sqrt(squares)
    length += rule.epsilon * root
    change = -rate * root / (1.0 - rule.beta1**k) * mean
    change /= length
    return change
