"""Saddles: stationary points that are no minimum."""

from __future__ import annotations

from landscapes.landscape import Facts, Landscape, Published, x, y

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
