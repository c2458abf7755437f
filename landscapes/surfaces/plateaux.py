"""Plateaux: places where the gradient says almost nothing."""

from __future__ import annotations

import sympy as sp

from landscapes.declarations import Facts, Parameter, Published
from landscapes.functions import sigmoid
from landscapes.landscape import Landscape, x, y

_ONE, _TENTH = sp.Integer(1), sp.Rational(1, 10)
_EXAMPLES = ((-_ONE, _TENTH), (sp.Integer(0), _ONE / 2), (_ONE, 1 - _TENTH))
_errors = tuple(sigmoid(x * a + y) - target for a, target in _EXAMPLES)

SATURATED_UNIT = Landscape(
    key="saturated_unit",
    name="Saturated logistic unit",
    family="Plateaux",
    expression=sum(error**2 for error in _errors) / 2,
    residuals=_errors,
    window=((-10.0, 10.0), (-8.0, 8.0)),
    start=(-6.0, 1.0),
    lesson="Wrong and sure of it, a unit hardly learns: its slope is almost zero, far from the minimum.",
    source="Hinton, 2012, Neural Networks for Machine Learning; squared error of σ(wa + b) on three examples",
    facts=Facts(
        minimum=0.0,
        minimizers=((sp.log(9), 0.0),),
        published=Published((0.0, 0.0), 0.16, "by hand: (0.4² + 0 + 0.4²)/2"),
    ),
)

_steepness = Parameter(
    key="steepness",
    name="Steepness s",
    letter="s",
    default=5.0,
    low=1.0,
    high=50.0,
    log=True,
    help="How sharply an example counts as an error. Its limit is the hard threshold, with flat ground only.",
)
_LABELLED = ((-2, -1), (-1, -1), (1, 1), (3, 1))
"""Inputs on a line and their classes, which a threshold between −1 and 1 separates."""

ZERO_ONE = Landscape(
    key="zero_one",
    name="Smoothed 0–1 loss",
    family="Plateaux",
    expression=sum(sigmoid(-_steepness.symbol * t * (x * a + y)) for a, t in _LABELLED) / len(_LABELLED),
    window=((-1.0, 2.0), (-1.5, 1.5)),
    start=(-0.25, 1.2),
    lesson="The share of errors is almost a staircase: the steeper its steps, the less slope in between.",
    source="Nguyen, Sanner, 2013, Algorithms for direct 0–1 loss optimization in binary classification",
    parameters=(_steepness,),
    plain_heights=True,
    facts=Facts(
        published=Published(
            (1.0, 0.0), 0.0033578514048747676, "by hand: (σ(−10) + 2σ(−5) + σ(−15))/4, margins 2, 1, 1, 3"
        )
    ),
)

_outputs = tuple(sp.Max(x * a + y, 0) for a in (-1, 0, 1))
_dead_errors = tuple(z - t for z, t in zip(_outputs, (0, _ONE / 2, 3 * _ONE / 2), strict=True))

DEAD_RELU = Landscape(
    key="dead_relu",
    name="Dead rectifier",
    family="Plateaux",
    expression=sum(error**2 for error in _dead_errors) / 2,
    residuals=_dead_errors,
    window=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-2.0, 1.0),
    lesson="Below b = −|w| the unit is silent on every example: the gradient is exactly zero, for ever.",
    source="Lu, Shin, Su, Karniadakis, 2020, Dying ReLU and initialization; max(0, wa + b) on three examples",
    facts=Facts(
        minimum=0.0,
        minimizers=((1.0, 0.5),),
        smooth=False,
        published=Published((-1.0, -2.0), 1.25, "by hand: (0² + 0.5² + 1.5²)/2"),
    ),
)

EASOM = Landscape(
    key="easom",
    name="Easom",
    family="Plateaux",
    expression=-sp.cos(x) * sp.cos(y) * sp.exp(-((x - sp.pi) ** 2) - (y - sp.pi) ** 2),
    window=((-1.0, 7.0), (-1.0, 7.0)),
    start=(4.9, 4.2),
    lesson="One narrow well in flat ground: a run that starts away from it has no slope to follow.",
    source="Easom, 1990, A survey of global optimization techniques",
    facts=Facts(
        minimum=-1.0,
        minimizers=((sp.pi, sp.pi),),
        local_minimizers=tuple((a, b) for a in (1.304995, 4.978190) for b in (1.304995, 4.978190)),
        saddles=tuple((a, b) for a in (sp.pi / 2, 3 * sp.pi / 2) for b in (sp.pi / 2, 3 * sp.pi / 2)),
        published=Published(
            (1.0, 2.0), 0.0006223571340136757, "EnzioKam/PSOJulia, src/functions/easom.jl", 1e-15
        ),
    ),
)


def _after(steps: int, state: sp.Expr) -> sp.Expr:
    """The state of one recurrent unit with weight x and bias y after so many steps."""
    for _ in range(steps):
        state = sigmoid(x * state + y)
    return state


_forgotten = tuple(_after(3, sp.Integer(bit)) - target for bit, target in ((0, _TENTH), (1, 1 - _TENTH)))

CLIFF = Landscape(
    key="cliff",
    name="Cliff of a recurrent unit",
    family="Plateaux",
    expression=sum(error**2 for error in _forgotten) / 2,
    residuals=_forgotten,
    window=((0.0, 12.0), (-9.0, 1.0)),
    start=(10.0, -1.75),
    lesson="A unit is to remember one bit: every step multiplies the slope, and flat ground ends at a cliff.",
    source="Pascanu, Mikolov, Bengio, 2013, On the difficulty of training recurrent neural networks, fig. 6;"
    " here σ(wh + b), 3 steps, from 0 and from 1",
    facts=Facts(
        minimum=0.0,
        minimizers=((5.344850691, -2.672425346),),
        published=Published(
            (4.0, -2.0), 0.013657431034261817, "by hand: 0 → 0.119203 → 0.178993 → 0.216865, 1 mirrors it"
        ),
    ),
)
