"""Plateaux: places where the gradient says almost nothing."""

from __future__ import annotations

import sympy as sp

from landscapes.functions import sigmoid
from landscapes.landscape import Facts, Landscape, Published, x, y

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
