"""Saddles: stationary points that are no minimum."""

from __future__ import annotations

import sympy as sp

from landscapes.declarations import Facts, Published
from landscapes.landscape import Landscape, x, y

SADDLE = Landscape(
    key="saddle",
    name="Saddle",
    family="Saddles",
    expression=x**2 - y**2,
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.5, 0.001),
    lesson="Zero gradient is not a minimum: exactly on the ridge y = 0 a run sticks, a nudge frees it.",
    source="Dauphin et al., 2014, Identifying and attacking the saddle point problem",
    facts=Facts(saddles=((0.0, 0.0),), published=Published((2.0, 1.0), 3.0, "by hand: 2² − 1²")),
)

WALLED_SADDLE = Landscape(
    key="walled_saddle",
    name="Walled saddle",
    family="Saddles",
    expression=x**2 / 2 + y**4 / 4 - y**2 / 2,
    window=((-2.0, 2.0), (-1.8, 1.8)),
    start=(-1.5, 0.001),
    lesson="Two minima with a saddle between: started on the ridge y = 0, gradient descent never leaves it.",
    source="Nesterov, 2004, Introductory Lectures on Convex Optimization, example 1.2.2",
    facts=Facts(
        minimum=-0.25,
        minimizers=((0.0, 1.0), (0.0, -1.0)),
        saddles=((0.0, 0.0),),
        published=Published((2.0, 2.0), 4.0, "by hand: 2²/2 + 2⁴/4 − 2²/2"),
    ),
)

MONKEY_SADDLE = Landscape(
    key="monkey_saddle",
    name="Monkey saddle",
    family="Saddles",
    expression=x**3 - 3 * x * y**2,
    window=((-1.5, 1.5), (-1.5, 1.5)),
    start=(1.2, 0.001),
    lesson="Three ways down from the middle, where the Hessian is zero and cannot show any of them.",
    source="Hilbert, Cohn-Vossen, 1932, Anschauliche Geometrie",
    facts=Facts(saddles=((0.0, 0.0),), published=Published((2.0, 1.0), 2.0, "by hand: 2³ − 3·2·1²")),
)

_right, _left = ((x - a) ** 2 + y**2 for a in (1, -1))

DUPONT = Landscape(
    key="dupont",
    name="Saddle between two wells",
    family="Saddles",
    expression=x**2 + y**2 - 2 * sp.exp(-5 * _right) - 3 * sp.exp(-5 * _left),
    window=((-2.0, 2.0), (-1.5, 1.5)),
    start=(0.4, 1.2),
    lesson="The bowl leads down to a saddle; which side of it decides between the good and the poor well.",
    source="Dupont, 2018, Interactive Visualization of Optimization Algorithms in Deep Learning",
    facts=Facts(
        minimum=-2.0630902517681942,
        minimizers=((-0.936300634, 0.0),),
        local_minimizers=((0.905317899, 0.0),),
        saddles=((0.068602437, 0.0),),
        published=Published((0.0, 0.0), -0.03368973499542734, "by hand: −(2 + 3)·exp(−5)", 1e-15),
    ),
)
