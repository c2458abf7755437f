"""How the learning rate changes from step to step."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from landscapes import Array
from optimizers.arithmetic import Coordinate, where
from optimizers.checks import checked_built
from optimizers.hyperparameters import Declared, hyperparameter


def _period(default: float, help: str) -> Any:
    return hyperparameter(
        default, symbol="T", low=10.0, high=1000.0, log=True, least=1.0, whole=True, help=help
    )


def _drop(default: float) -> Any:
    help = "Factor of the rate at each drop. Higher: smaller drops."
    return hyperparameter(default, symbol="α", low=0.01, high=0.9, below=1.0, help=help)


@dataclass(frozen=True)
class Schedule(Declared, ABC):
    """The rates of a run, as factors of the rule's own learning rate; k counts from 0 at the start."""

    noun: ClassVar[str] = "schedule"
    example: ClassVar[str] = "Linear()"
    key: ClassVar[str]
    name: ClassVar[str]
    feedback: ClassVar[bool] = False
    """Whether the rates depend on the losses of the run."""

    def factors(self, steps: int) -> Array:
        """One factor a step, shape (steps,); a longer run begins with the shorter one."""
        return np.asarray(self.factor(np.arange(float(steps))), dtype=np.float64)

    @abstractmethod
    def factor(self, k: Array) -> Array:
        """The factors at steps k, an array that counts from 0."""

    def initial(self, loss: Coordinate) -> tuple[Coordinate, ...]:
        """With feedback: what is kept at the start, the factor first."""
        raise NotImplementedError

    def react(self, kept: tuple[Coordinate, ...], loss: Coordinate) -> tuple[Coordinate, ...]:
        """With feedback: the same after a step that led to this loss."""
        raise NotImplementedError


def checked_schedule(schedule: Schedule | None) -> Schedule:
    """The schedule; constant where none is given.

    Raises
    ------
    ValueError
        If it is anything but a schedule with its settings.
    """
    built: Schedule = Constant() if schedule is None else checked_built(schedule, Schedule)
    return built


@dataclass(frozen=True)
class Constant(Schedule):
    r"""The same rate at every step.

    $$\eta_k = \eta_0$$

    Source: Cauchy, 1847, with a step small enough.
    """

    key: ClassVar[str] = "constant"
    name: ClassVar[str] = "Constant"

    def factor(self, k: Array) -> Array:
        return np.ones_like(k)


@dataclass(frozen=True)
class InverseSqrt(Schedule):
    r"""Fall like one over the root of the number of steps: slow enough to get anywhere.

    $$\eta_k = \frac{\eta_0}{\sqrt{k + 1}}$$

    After four times the steps the rate has halved, and all rates together grow like 2√k. Transformers
    take it after a warmup, which is left out here.

    Source: Zinkevich, 2003, Online convex programming; with a warmup: Vaswani et al., 2017, Attention is
    all you need.
    """

    key: ClassVar[str] = "inverse_sqrt"
    name: ClassVar[str] = "Inverse square root"

    def factor(self, k: Array) -> Array:
        return 1.0 / np.sqrt(k + 1.0)


@dataclass(frozen=True)
class Linear(Schedule):
    r"""Fall like one over the number of steps: the sum of all rates is still without bound.

    $$\eta_k = \frac{\eta_0}{k + 1}$$

    Source: Robbins, Monro, 1951, A stochastic approximation method.
    """

    key: ClassVar[str] = "linear"
    name: ClassVar[str] = "Linear decay"

    def factor(self, k: Array) -> Array:
        return 1.0 / (k + 1.0)


@dataclass(frozen=True)
class Quadratic(Schedule):
    r"""Fall like one over the square of the number of steps: a run can only go so far.

    $$\eta_k = \frac{\eta_0}{(k + 1)^2}$$

    All rates together are at most 1.645 η₀, however long the run.

    Source: Bottou, 2012, Stochastic gradient descent tricks, on how fast a rate may fall.
    """

    key: ClassVar[str] = "quadratic"
    name: ClassVar[str] = "Quadratic decay"

    def factor(self, k: Array) -> Array:
        return 1.0 / (k + 1.0) ** 2


@dataclass(frozen=True)
class Exponential(Schedule):
    r"""Lose the same share at every step.

    $$\eta_k = \eta_0\, e^{-\beta k}$$

    Source: Senior et al., 2013, An empirical study of learning rates in deep neural networks.
    """

    key: ClassVar[str] = "exponential"
    name: ClassVar[str] = "Exponential decay"
    decay: float = hyperparameter(
        0.01,
        symbol="β",
        low=1e-4,
        high=1.0,
        log=True,
        help="Each step multiplies the rate by e^(−β). Higher: the rate falls faster.",
    )

    def factor(self, k: Array) -> Array:
        with np.errstate(over="ignore"):  # of the exponent: the rate is then 0
            return np.exp(-self.decay * k)


@dataclass(frozen=True)
class Step(Schedule):
    r"""Drop by the same factor every so many steps, and stay level between.

    $$\eta_k = \eta_0\, \alpha^{\lfloor k/T \rfloor}$$

    In torch this is StepLR with step_size T and gamma α; in optax and Keras it is exponential decay with
    ``staircase=True``.

    Source: Ge et al., 2019, The step decay schedule: a near optimal, geometrically decaying learning rate.
    """

    key: ClassVar[str] = "step"
    name: ClassVar[str] = "Step decay"
    drop: float = _drop(0.5)
    period: float = _period(50.0, "Steps from one drop to the next. Higher: the rate stays up for longer.")

    def factor(self, k: Array) -> Array:
        return self.drop ** np.floor(k / self.period)


@dataclass(frozen=True)
class Stagnation(Schedule):
    r"""Drop the rate when the loss has not improved for a while.

    $$\eta \leftarrow \alpha\, \eta \quad\text{after } T \text{ steps without a lower loss}$$

    Feedback, for each run by itself: it asks for the loss before every step, which is counted.
    Improvement is any new lowest loss; torch's ReduceLROnPlateau asks for a ten-thousandth more, and
    with the same patience drops one loss later.

    Source: Krizhevsky, Sutskever, Hinton, 2012, ImageNet classification: divided by 10 by hand.
    """

    key: ClassVar[str] = "stagnation"
    name: ClassVar[str] = "Drop on stagnation"
    feedback: ClassVar[bool] = True
    drop: float = _drop(0.1)
    patience: float = hyperparameter(
        10.0, symbol="T", low=1.0, high=100.0, least=1.0, whole=True,
        help="Steps without a lower loss before the rate drops. Higher: it is more patient.",
    )  # fmt: skip

    def factor(self, k: Array) -> Array:
        """The factors as long as nothing stagnates."""
        return np.ones_like(k)

    def initial(self, loss: Coordinate) -> tuple[Coordinate, ...]:
        """Before the first step: the factor, the lowest loss so far, and how long ago that was."""
        never = where(loss < math.inf, 0.0, 0.0)
        return 1.0 + never, where(loss == loss, loss, math.inf), never

    def react(self, kept: tuple[Coordinate, ...], loss: Coordinate) -> tuple[Coordinate, ...]:
        """The same after a step that led to this loss."""
        factor, lowest, waited = kept
        better = loss < lowest
        waited = where(better, 0.0, waited + 1.0)
        stale = waited >= self.patience
        return (
            where(stale, self.drop * factor, factor),
            where(better, loss, lowest),
            where(stale, 0.0, waited),
        )


@dataclass(frozen=True)
class Cosine(Schedule):
    r"""Half a cosine down to nothing, and nothing afterwards.

    $$\eta_k = \frac{\eta_0}{2}\left(1 + \cos\frac{\pi \min(k, T)}{T}\right)$$

    Source: Loshchilov, Hutter, 2017, SGDR, without its restarts.
    """

    key: ClassVar[str] = "cosine"
    name: ClassVar[str] = "Cosine"
    period: float = _period(
        300.0, "Steps until the rate is 0, where it stays. Higher: the rate falls more slowly."
    )

    def factor(self, k: Array) -> Array:
        return 0.5 * (1.0 + np.cos(np.pi * np.minimum(k, self.period) / self.period))


@dataclass(frozen=True)
class Warmup(Schedule):
    r"""Rise in a straight line to the full rate, and stay there.

    $$\eta_k = \eta_0 \min\left(1, \frac{k + 1}{T}\right)$$

    Source: Goyal et al., 2017, Accurate, large minibatch SGD.
    """

    key: ClassVar[str] = "warmup"
    name: ClassVar[str] = "Warmup"
    period: float = _period(30.0, "Steps until the full rate is reached. Higher: a gentler beginning.")

    def factor(self, k: Array) -> Array:
        return np.minimum(1.0, (k + 1.0) / self.period)


@dataclass(frozen=True)
class OneCycle(Schedule):
    r"""From a 25th up to the full rate in a third of the cycle, then down to almost nothing.

    $$\eta_k: \tfrac{1}{25}\eta_0 \nearrow \eta_0 \searrow 10^{-4}\,\tfrac{1}{25}\eta_0, \qquad
    \text{half a cosine each, } \eta_0 \leftarrow \max_k \eta_k$$

    It rises over the first 30 % of the T steps and falls over the rest, as torch's OneCycleLR does;
    afterwards it stays where it ended. The momentum is not cycled.

    Source: Smith, Topin, 2019, Super-convergence.
    """

    key: ClassVar[str] = "one_cycle"
    name: ClassVar[str] = "One cycle"
    period: float = _period(300.0, "Steps of the whole cycle. Higher: the rate rises and falls more slowly.")

    def factor(self, k: Array) -> Array:
        top = max(0.3 * self.period - 1.0, 1e-9)
        end = max(self.period - 1.0, top + 1e-9)
        rising = _eased(1.0 / 25.0, 1.0, np.minimum(k / top, 1.0))
        falling = _eased(1.0, 1e-4 / 25.0, np.clip((k - top) / (end - top), 0.0, 1.0))
        return np.where(k < top, rising, falling)


def _eased(a: float, b: float, share: Array) -> Array:
    """From a to b along half a cosine."""
    return b + 0.5 * (a - b) * (1.0 + np.cos(math.pi * share))
