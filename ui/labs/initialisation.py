"""The lab of initialisation: what is left of signals and gradients behind many layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from charts import Line, Look, number
from charts.labs.initialisation import spread_by_layer
from charts.labs.small import small
from landscapes import LANDSCAPES, Array, Parameter
from landscapes.once import once
from optimizers import OPTIMIZERS
from optimizers.studies.initialisation import (
    ACTIVATIONS,
    INITIALISATIONS,
    Initialisation,
    Predicted,
    Scales,
    Separation,
    Signals,
    chain,
    chain_theory,
    he_argument,
    infinite_width,
    scales,
    separation,
    signals,
    weights_or_signals,
    what_relu_changes,
    xavier_argument,
)
from optimizers.studies.watching import after
from ui.grids import log_grid
from ui.lab import Choice, Lab, Question
from ui.scenario import Entry, Scenario
from ui.study import study

LAYERS = Parameter("layers", "Layers L", 10.0, 1.0, 50.0, "How many layers the input passes.", step=1.0)
UNITS = Parameter("units", "Units a layer n", 64.0, 8.0, 128.0, "The fan-in of every unit.", step=8.0)
SCALE = Parameter(
    "scale", "Scale n Var(W)", 1.0, 0.1, 10.0,
    "The variance of the weights, times the number of inputs: 1 is Xavier's, 2 is He's.", log=True,
)  # fmt: skip
ACTIVATION = Choice(
    "activation", "Activation φ", "tanh", {key: unit.name for key, unit in ACTIVATIONS.items()}
)

GAINS = log_grid(SCALE.low, SCALE.high)
"""The scales that are tried: the stops of the slider."""

_SEEDS, _FEWER = 5, 2


class Net(NamedTuple):
    """The network that the settings describe."""

    layers: int
    units: int
    activation: str
    scale: float


def net(s: Scenario) -> Net:
    """Layers and units as whole numbers, whatever a link says."""
    layers, units, activation, scale = (s.settings[k] for k in ("layers", "units", "activation", "scale"))
    return Net(round(float(layers)), round(float(units)), str(activation), float(scale))


def _opening() -> Scenario:
    surface = LANDSCAPES["twin_units"]  # to play with equal units in the playground
    return Scenario(surface, surface.start, (Entry("A", OPTIMIZERS["gradient_descent"]()),), steps=60)


def own(s: Scenario) -> Signals | None:
    """Signals at the scale that is set."""
    n = net(s)
    how = Initialisation("", n.scale)
    return study(
        "signals", n, lambda pace: signals(n.layers, n.units, n.activation, how, _SEEDS, pace),
        n.layers * _SEEDS,
    )  # fmt: skip


def named(s: Scenario) -> list[tuple[str, Signals]]:
    """Signals of every start that has a name."""
    layers, units, activation, _ = net(s)
    found = study(
        "all starts", (layers, units, activation),
        lambda pace: [
            (how.name, signals(layers, units, activation, how, _FEWER, after(pace, k * layers * _FEWER)))
            for k, how in enumerate(INITIALISATIONS.values())
        ],
        len(INITIALISATIONS) * layers * _FEWER,
    )  # fmt: skip
    return found or []


def every_scale(s: Scenario) -> Scales | None:
    """What every scale of the slider comes to."""
    layers, units, activation, _ = net(s)
    return study(
        "every scale", (layers, units, activation),
        lambda pace: scales(layers, units, activation, GAINS, _FEWER, pace), len(GAINS) * layers * _FEWER,
    )  # fmt: skip


def predicted(s: Scenario) -> Predicted:
    """What theory says of very wide layers at the scale that is set."""
    return infinite_width(net(s).layers, net(s).scale, net(s).activation)


@once()
def predicted_last(layers: int, activation: str) -> tuple[Array, Array]:
    """E[a²] of the last layer at every scale: of very wide layers, and by the argument of the lectures."""
    wide = [infinite_width(layers, gain, activation).spread[-1] for gain in GAINS]
    return np.array(wide), np.array([argument(layers, gain, activation).spread[-1] for gain in GAINS])


def named_argument(activation: str) -> str:
    """Whose argument that is."""
    return "He's argument" if activation == "relu" else "Xavier's argument"


def argument(layers: int, scale: float, activation: str) -> Predicted:
    """He's argument for ReLU, Xavier's for all others."""
    return (he_argument if activation == "relu" else xavier_argument)(layers, scale)


def _two(value: float) -> str:
    return number(float(value), 2)


def told(s: Scenario, lines: Sequence[Line]) -> Iterator[str]:
    """What is measured, and what was predicted."""
    n, found = net(s), own(s)
    if found is None:
        return
    name = ACTIVATIONS[n.activation].name
    wide, simple = predicted(s), argument(n.layers, n.scale, n.activation)
    yield (
        f"{name}, n Var(W) = {number(n.scale)}: inputs with E[a²] = {_two(found.squares[0])} come out of "
        f"{n.layers} layers with {_two(found.squares[-1])}. Predicted for very wide layers: "
        f"{_two(wide.spread[-1])}; by {named_argument(n.activation)}: {_two(simple.spread[-1])}."
    )
    yield (
        f"Gradients with E[(∂f/∂a)²] = {_two(found.gradients[-1])} come back to the inputs with "
        f"{_two(found.gradients[0])}; predicted: {_two(wide.gradients[0])}."
    )
    starts = dict(named(s))
    if starts:
        zero, equal = (starts[INITIALISATIONS[key].name] for key in ("zero", "equal"))
        back = "some" if zero.gradients[:-1].any() else "no"
        left = _two(zero.squares[-1]) if zero.squares[-1] else "exactly 0, which a log axis cannot show"
        first, *further = equal.squares[1:] / equal.squares[:-1]
        then = f", every further one by {_span(min(further), max(further))}" if further else ""
        yield (
            f"Zero weights let {back} gradient back; behind them E[a²] is {left}. Equal weights make one "
            f"unit of many: the first layer multiplies E[a²] by {_two(first)}{then}."
        )


def _span(low: float, high: float) -> str:
    ends = _two(low), _two(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


_WEIGHTS = (1.5, 1.0, 0.5)


def chains(layers: int) -> list[tuple[str, Array, Array]]:
    """Chains of linear units: their name, what was run, what theory says; both (layers,)."""
    return [
        (
            f"weight {number(weight)}",
            chain(weight, layers)[:-1],
            np.array([chain_theory(weight, k) for k in range(1, layers + 1)]),
        )
        for weight in _WEIGHTS
    ]


def told_chains(layers: int) -> str:
    """What is left of an input of 1."""
    large, _, small_ = (run for _, run, _ in chains(layers))
    return (
        f"One linear unit a layer, L = {layers}: a weight of 1.5 makes 1.5^(L−1) = {_two(large[-1])} of an "
        f"input of 1, a weight of 0.5 leaves 0.5^(L−1) = {_two(small_[-1])}. Both were run."
    )


@once()
def alike() -> tuple[Separation, Separation]:
    """Four tanh units that begin all equal, and the same ones nudged."""
    return separation(), separation(nudge=0.01)


def told_alike() -> str:
    """That equal units stay equal, in numbers."""
    equal, nudged = alike()
    steps = len(equal.losses) - 1
    most = float(equal.apart.max())
    parted = f"differ by at most {_two(most)} at any time" if most else "never differ"
    return (
        f"Four tanh units trained for {steps:,} steps. All equal at first: their weights {parted}, and the "
        f"loss is {_two(equal.losses[-1])} after {steps:,} steps. Nudged by 0.01 at first: they part, by "
        f"{_two(nudged.apart[-1])} in the end, and the loss is {_two(nudged.losses[-1])}."
    )


def _picture(look: Look) -> str:
    found = [(how.name, signals(10, 64, "tanh", how, 1)) for how in INITIALISATIONS.values()]
    drawn = spread_by_layer(found, look=look)
    return small(drawn, "Spread of the activations by layer for several starts", look)


def _weights() -> int:
    return 0 if weights_or_signals().weights_do else 1


def _because_weights() -> str:
    found = weights_or_signals()
    low, high, kept, most = map(_two, (*found.of_weights, *found.of_signals))
    return (
        f"Run through linear layers of 64, 256, 64, 16, 64, 256 and 64 units: with one variance for "
        f"all weights E[a²] is between {low} and {high}, with Var(W) = 1/n between {kept} and {most}."
    )


def _relu() -> int:
    factor = what_relu_changes().relu
    return 0 if abs(factor - 1.0) < 0.1 else 1 if factor < 1.0 else 2


def _because_relu() -> str:
    found = what_relu_changes()
    return (
        f"One layer of 128 units on inputs so small that tanh is linear there. With 1/n it multiplies "
        f"E[a²] by {_two(found.tanh)} for tanh and by {_two(found.relu)} for ReLU; with 2/n by "
        f"{_two(found.relu_he)} for ReLU."
    )


INITIALISATION = Lab(
    key="initialisation",
    title="Initialisation",
    question="How should weights begin?",
    look_for="A straight line is a signal that vanishes or explodes by the same factor in every layer. With "
    "Xavier's scale tanh loses ever less of it; with He's, ReLU keeps its spread.",
    opening=_opening,
    picture=_picture,
    settings=(LAYERS, UNITS, SCALE, ACTIVATION),
    questions=(
        Question(
            "weights",
            "Could one keep the variance of the weights the same in all layers, instead of that of the "
            "activations?",
            ("Yes: it comes to the same.", "No: the signal then grows and shrinks with the layers' widths."),
            _weights, _because_weights,
        ),
        Question(
            "relu", "What changes in Xavier's argument for ReLU?",
            (
                "Nothing: a variance of 1/n keeps the spread.",
                "ReLU is not linear near 0: it halves E[a²], so the variance must be 2/n.",
                "ReLU doubles E[a²], so the variance must be 1/(2n).",
            ),
            _relu, _because_relu,
        ),
    ),
)  # fmt: skip
