"""How weights begin: what becomes of signals and gradients through the layers, and of weights all equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from landscapes import Array
from optimizers.checks import checked_steps, checked_whole, number
from optimizers.maps.read_only import ReadOnly
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import after


class Activation(NamedTuple):
    """A unit's answer φ(z), and its slope φ′ as a function of z."""

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


def _logistic(z: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * z))


ACTIVATIONS = {
    "tanh": Activation("tanh", np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "logistic": Activation("logistic", _logistic, lambda z: _logistic(z) * _logistic(-z)),
    "relu": Activation("ReLU", lambda z: np.maximum(z, 0.0), lambda z: np.asarray(z > 0.0, dtype=np.float64)),
    "linear": Activation("linear", lambda z: z, np.ones_like),
}
"""By key."""


class Initialisation(NamedTuple):
    """How weights of a unit with n inputs (its fan-in) begin: normal with mean 0, or all one number.

    The variance is ``gain``/n. Equal weights are ``equal``/n each.
    """

    name: str
    gain: float
    equal: float = 0.0


INITIALISATIONS = {
    "zero": Initialisation("zero", 0.0),
    "equal": Initialisation("all equal", 0.0, equal=1.0),
    "small": Initialisation("too small", 0.25),
    "large": Initialisation("too large", 2.25),
    "xavier": Initialisation("Xavier, 1/n", 1.0),
    "he": Initialisation("He, 2/n", 2.0),
}
"""By key. Weights that are too small or too large have half, or one and a half, of Xavier's deviation."""

MAX_DEPTH, MAX_WIDTH = 50, 256
_EXAMPLES = 16


@dataclass(frozen=True, eq=False)
class Signals(ReadOnly):
    """The spread of what goes through a network's layers, over units, examples and seeds.

    Attributes
    ----------
    variances, squares
        (L + 1,): Var(a) and E[a²] of the activations, the inputs' first.
    inner
        (L,): Var(z) of what the units sum up.
    gradients
        (L + 1,): E[(∂f/∂a)²] of the gradients that come back, the inputs' first. The last layer's are drawn
        as independent standard normal numbers.
    seeds_low, seeds_high
        (L + 1,): the lowest and the highest E[a²] of a single seed.
    """

    variances: Array
    squares: Array
    inner: Array
    gradients: Array
    seeds_low: Array
    seeds_high: Array


def signals(
    depth: int,
    width: int,
    activation: str,
    initialisation: str | Initialisation,
    seeds: int = 5,
    pace: Pace | None = None,
) -> Signals:
    """Send standard normal inputs through ``depth`` layers of ``width`` units, and gradients back.

    Biases are 0. ``pace`` counts layers: depth · seeds in the end.

    Raises
    ------
    ValueError
        If depth is not a whole number from 1 to 50, width not one from 1 to 256, seeds not one from 1 to
        100, or activation or initialisation is not known.
    """
    depth, width = checked_whole("Depth", depth, 1, MAX_DEPTH), checked_whole("Width", width, 1, MAX_WIDTH)
    how = _named(INITIALISATIONS, initialisation) if isinstance(initialisation, str) else initialisation
    return through([width] * (depth + 1), activation, [how.gain / width] * depth, how.equal, seeds, pace)


def through(
    widths: Sequence[int],
    activation: str,
    weight_variances: Sequence[float],
    equal: float = 0.0,
    seeds: int = 5,
    pace: Pace | None = None,
) -> Signals:
    """The same through layers of any widths, the inputs' first, with any variance of each layer's weights."""
    unit, seeds = _named(ACTIVATIONS, activation), checked_whole("Seeds", seeds, 1, 100)
    layers = len(weight_variances)
    rows, returned = np.zeros((seeds, 4, layers + 1)), np.zeros(layers + 1)
    due = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        a, weights, slopes = rng.standard_normal((_EXAMPLES, widths[0])), [], []
        rows[seed, :2, 0] = a.mean(), np.mean(a * a)
        for k, (n, m, variance) in enumerate(
            zip(widths, widths[1:], weight_variances, strict=False), start=1
        ):
            done = seed * layers + k - 1
            if pace is not None and done >= due:
                due = done + max(1, pace(done))
            w = np.sqrt(variance) * rng.standard_normal((m, n)) + equal / n
            z = a @ w.T
            a = unit.value(z)
            weights.append(w)
            slopes.append(unit.slope(z))
            rows[seed, :, k] = a.mean(), np.mean(a * a), z.mean(), np.mean(z * z)
        back = rng.standard_normal(a.shape)
        gradients = [np.mean(back * back)]
        for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
            back = (back * slope) @ w
            gradients.append(np.mean(back * back))
        returned += np.array(gradients[::-1]) / seeds
    mean, square, inner_mean, inner_square = rows.mean(axis=0)
    return Signals(
        square - mean**2, square, (inner_square - inner_mean**2)[1:], returned,
        rows[:, 1].min(axis=0), rows[:, 1].max(axis=0),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scales(ReadOnly):
    """What every scale of the weights comes to, (n,) each.

    Attributes
    ----------
    gains
        n Var(W).
    forward
        E[a²] of the last layer.
    backward
        E[(∂f/∂a)²] at the inputs.
    """

    gains: Array
    forward: Array
    backward: Array


def scales(
    depth: int,
    width: int,
    activation: str,
    gains: Sequence[float],
    seeds: int = 2,
    pace: Pace | None = None,
) -> Scales:
    """``signals`` of normal weights for every gain; ``pace`` counts layers: gains · depth · seeds in the end.

    Raises
    ------
    ValueError
        As ``signals``.
    """
    ends = []
    for k, gain in enumerate(gains):
        own = after(pace, k * depth * seeds)
        found = signals(depth, width, activation, Initialisation("", gain), seeds, own)
        ends.append((found.squares[-1], found.gradients[0]))
    forward, backward = np.array(ends).T.copy()
    return Scales(np.array(gains, dtype=np.float64), forward, backward)


_Known = TypeVar("_Known")


def _named(known: dict[str, _Known], key: str) -> _Known:
    if key not in known:
        raise ValueError(f"{key!r} is not known here; there are: {', '.join(known)}.")
    return known[key]


class Predicted(NamedTuple):
    """What theory says of ``Signals``: E[a²] or Var(a) by layer (L + 1,), Var(z) (L,), gradients (L + 1,)."""

    spread: Array
    inner: Array
    gradients: Array


def xavier_argument(depth: int, gain: float) -> Predicted:
    r"""Var(a) by the argument behind Xavier's rule: every layer multiplies it by n Var(W).

    $$\mathrm{Var}(a^{[l]}) = n\,\mathrm{Var}(W)\,\mathrm{Var}(a^{[l-1]})$$

    It rests on weights that are normal with mean 0, inputs that are independent and alike, both independent
    of each other, and an activation that is linear near 0.

    Source: Glorot, Bengio, 2010, Understanding the difficulty of training deep feedforward neural networks.
    """
    powers: Array = np.power(gain, np.arange(depth + 1.0))
    return Predicted(powers, powers[1:], powers[::-1])


def he_argument(depth: int, gain: float) -> Predicted:
    r"""E[a²] of ReLU units: half of every symmetric z is cut off, so a layer multiplies it by n Var(W)/2.

    $$\mathrm{Var}(z^{[l]}) = n\,\mathrm{Var}(W)\,E[(a^{[l-1]})^2], \qquad
    E[(a^{[l]})^2] = \tfrac12 \mathrm{Var}(z^{[l]})$$

    Source: He, Zhang, Ren, Sun, 2015, Delving deep into rectifiers.
    """
    powers: Array = np.power(gain / 2.0, np.arange(depth + 1.0))
    return Predicted(powers, gain * powers[:-1], powers[::-1])


def infinite_width(depth: int, gain: float, activation: str) -> Predicted:
    r"""E[a²], Var(z) and the gradients of layers so wide that every z is normal, for any activation.

    $$q_l = n\,\mathrm{Var}(W)\,E[\varphi(\sqrt{q_{l-1}}\,u)^2], \qquad u \sim N(0, 1)$$

    and gradients shrink by $n\,\mathrm{Var}(W)\,E[\varphi'(\sqrt{q_l}\,u)^2]$ a layer on their way back.

    Source: Poole et al., 2016, Exponential expressivity in deep neural networks through transient chaos;
    Schoenholz et al., 2017, Deep information propagation.
    """
    unit = _named(ACTIVATIONS, activation)
    grid = np.linspace(-10.0, 10.0, 4000)  # 0, where ReLU has a kink, between two
    density = np.exp(-grid * grid / 2.0)
    density /= density.sum()
    squares, inner, factors = [1.0], [], []
    for _ in range(depth):
        q = gain * squares[-1]
        z = np.sqrt(q) * grid
        inner.append(q)
        squares.append(float(unit.value(z) ** 2 @ density))
        factors.append(gain * float(unit.slope(z) ** 2 @ density))
    back = np.cumprod(np.array([1.0, *factors[::-1]]))[::-1]
    return Predicted(np.array(squares), np.array(inner), np.asarray(back, dtype=np.float64))


def chain(weight: float, depth: int) -> Array:
    """What a chain of ``depth`` linear units makes of an input of 1, layer by layer: (depth + 1,).

    Raises
    ------
    ValueError
        If the depth is not a whole number from 1 to 50.
    """
    signal = [1.0]
    for _ in range(checked_whole("Depth", depth, 1, MAX_DEPTH)):
        signal.append(weight * signal[-1])
    return np.array(signal)


def chain_theory(weight: float, depth: int) -> float:
    """weight^(L−1): what L layers leave of 1 if the last only adds up. 1.5 explodes, 0.5 vanishes."""
    return float(weight ** (depth - 1))


@dataclass(frozen=True, eq=False)
class Separation(ReadOnly):
    """Training of a small network whose units began alike.

    Attributes
    ----------
    losses
        (steps + 1,): half the mean square of the errors.
    weights
        (steps + 1, units, 3): of every unit its incoming weight, its bias and its outgoing weight.
    apart
        (steps + 1,): the largest difference between two units in any of the three.
    """

    losses: Array
    weights: Array
    apart: Array


def separation(
    units: int = 4, steps: int = 2000, rate: float = 0.1, nudge: float = 0.0, seed: int = 0
) -> Separation:
    """Gradient descent on a net of tanh units with all-equal weights, each moved by ``nudge`` at random.

    One input, ``units`` hidden tanh units, one linear output; the task is sin 2u on 21 points from −2
    to 2. Equal units get equal gradients, so without a nudge they stay one unit for ever.

    Raises
    ------
    ValueError
        If units are not a whole number from 2 to 20, steps not one from 1 to 5,000, or rate or nudge is
        negative or no number.
    """
    units, steps = checked_whole("Units", units, 2, 20), checked_steps(steps)
    for name, given in (("rate", rate), ("nudge", nudge)):
        if not 0.0 <= number(given) < np.inf:
            raise ValueError(f"The {name} must be a number from 0 on, not {given!r}.")
    u = np.linspace(-2.0, 2.0, 21)
    target = np.sin(2.0 * u)
    rng = np.random.default_rng(seed)
    w = 0.5 + nudge * rng.standard_normal((units, 3))
    path, losses = [w], []
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            hidden = np.tanh(np.outer(u, w[:, 0]) + w[:, 1])
            error = (hidden * w[:, 2]).sum(axis=1) - target
            losses.append(float(error @ error) / (2 * len(u)))
            if k == steps:
                break
            back = error[:, None] * w[:, 2] * (1.0 - hidden * hidden)
            gradient = np.stack([u @ back, back.sum(axis=0), error @ hidden], axis=-1) / len(u)
            w = w - rate * gradient
            path.append(w)
    weights = np.array(path)
    return Separation(np.array(losses), weights, np.ptp(weights, axis=1).max(axis=-1))


class WeightsOrSignals(NamedTuple):
    """Question 7: two ways through layers of changing width; the smallest and largest E[a²] after a layer.

    ``of_weights`` keeps the variance of the weights the same in all layers, ``of_signals`` that of the
    activations, by 1/fan-in. ``weights_do`` is whether the first keeps the signal as well as the second.
    """

    of_weights: tuple[float, float]
    of_signals: tuple[float, float]
    weights_do: bool


def weights_or_signals(
    widths: Sequence[int] = (64, 256, 64, 16, 64, 256, 64), seeds: int = 5
) -> WeightsOrSignals:
    """Whether the weights' variance may be kept constant between layers instead: run on linear layers."""
    layers = len(widths) - 1
    same = through(widths, "linear", [1.0 / widths[0]] * layers, seeds=seeds).squares
    kept = through(widths, "linear", [1.0 / n for n in widths[:-1]], seeds=seeds).squares
    ranges = [(float(one.min()), float(one.max())) for one in (same, kept)]
    spread = [high / low for low, high in ranges]
    return WeightsOrSignals(ranges[0], ranges[1], bool(spread[0] <= 1.5 * spread[1]))


class Halved(NamedTuple):
    """Question 8: by what a layer of small inputs multiplies E[a²] under Xavier's rule, per activation."""

    tanh: float
    relu: float
    relu_he: float


def what_relu_changes(width: int = 128, seeds: int = 20) -> Halved:
    """What of Xavier's argument fails for ReLU: it is not linear near 0, and halves E[a²] whatever its size.

    The inputs are small (deviation 0.01), where tanh is linear.
    """
    found = {}
    for key, activation, gain in (("tanh", "tanh", 1.0), ("relu", "relu", 1.0), ("relu_he", "relu", 2.0)):
        unit, ratios = ACTIVATIONS[activation], []
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            a = 0.01 * rng.standard_normal((_EXAMPLES, width))
            z = a @ (np.sqrt(gain / width) * rng.standard_normal((width, width)))
            ratios.append(np.mean(unit.value(z) ** 2) / np.mean(a * a))
        found[key] = float(np.mean(ratios))
    return Halved(**found)
