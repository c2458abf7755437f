"""Bowls and ravines: one minimum, and how narrow the way to it is."""

from __future__ import annotations

import sympy as sp

from landscapes.declarations import Facts, Parameter, Published
from landscapes.landscape import Landscape, x, y

_SCHITTKOWSKI = "Schittkowski, 1987, More Test Examples for Nonlinear Programming Codes"
_RAO = "Rao, 2009, Engineering Optimization, section 6.16"

_condition_number = Parameter(
    key="condition_number",
    name="Condition number κ",
    letter=r"\kappa",
    default=20.0,
    low=1.0,
    high=1000.0,
    log=True,
    help="Ratio of the largest to the smallest curvature. At 1 the contours are circles.",
)
_angle = Parameter(
    key="angle",
    name="Angle θ",
    letter=r"\theta",
    default=0.0,
    low=0.0,
    high=90.0,
    step=1.0,
    unit="°",
    help="Turns the ravine away from the axes. Rules that scale each coordinate notice, others do not.",
)
_whiten = Parameter(
    key="whiten",
    name="Whiten the axes",
    default=0.0,
    low=0.0,
    high=1.0,
    switch=True,
    help="Measures along each axis of the ellipses in its own unit, 1/√λ: circles, κ = 1, one rate for all.",
)
_b = Parameter(
    key="b",
    name="Wall steepness b",
    default=100.0,
    low=1.0,
    high=500.0,
    log=True,
    help="Weight of (y − x²)², the walls of the ravine.",
)

_turn = _angle.symbol * sp.pi / 180
_u = x * sp.cos(_turn) + y * sp.sin(_turn)
_v = y * sp.cos(_turn) - x * sp.sin(_turn)
_steepest = (1 - _whiten.symbol) * _condition_number.symbol + _whiten.symbol

QUADRATIC = Landscape(
    key="quadratic",
    name="Quadratic bowl",
    family="Bowls and ravines",
    expression=(_u**2 + _steepest * _v**2) / 2,
    residuals=(_u, sp.sqrt(_steepest) * _v),
    window=((-3.0, 3.0), (-2.5, 2.5)),
    start=(-2.5, 1.5),
    lesson="Curvature sets the speed limit: gradient descent diverges as soon as η exceeds 2/λ_max.",
    source="Goh, 2017, Why Momentum Really Works",
    parameters=(_condition_number, _angle, _whiten),
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        convex=True,
        published=Published((1.0, 1.0), 10.5, "by hand: (1² + 20·1²)/2"),
    ),
)

ROSENBROCK = Landscape(
    key="rosenbrock",
    name="Rosenbrock",
    family="Bowls and ravines",
    expression=(1 - x) ** 2 + _b.symbol * (y - x**2) ** 2,
    residuals=(sp.sqrt(2) * (1 - x), sp.sqrt(2 * _b.symbol) * (y - x**2)),
    window=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    lesson="Finding the curved ravine is easy; creeping along its floor to (1, 1) is not.",
    source="Rosenbrock, 1960, An automatic method for finding the greatest or least value of a function",
    parameters=(_b,),
    facts=Facts(
        minimum=0.0,
        minimizers=((1.0, 1.0),),
        published=Published((-1.2, 1.0), 24.2, f"{_SCHITTKOWSKI}, problem 208"),
    ),
)

_beale = [
    t - x + x * y**k for k, t in enumerate((sp.Rational(3, 2), sp.Rational(9, 4), sp.Rational(21, 8)), 1)
]

BEALE = Landscape(
    key="beale",
    name="Beale",
    family="Bowls and ravines",
    expression=sp.Add(*(r**2 for r in _beale)),
    residuals=tuple(sp.sqrt(2) * r for r in _beale),
    window=((-1.0, 4.5), (-2.5, 2.0)),
    start=(1.0, -1.3),
    lesson="Steep walls and a nearly flat floor: one learning rate cannot suit both.",
    source="Beale, 1958, On an iterative method for finding a local minimum",
    facts=Facts(
        minimum=0.0,
        minimizers=((3.0, 0.5),),
        saddles=((0.0, 1.0),),
        published=Published((1.0, 1.0), 14.203125, f"{_RAO}, equation 6.148"),
    ),
)

_booth = (x + 2 * y - 7, 2 * x + y - 5)

BOOTH = Landscape(
    key="booth",
    name="Booth",
    family="Bowls and ravines",
    expression=sp.Add(*(r**2 for r in _booth)),
    residuals=tuple(sp.sqrt(2) * r for r in _booth),
    window=((-6.0, 8.0), (-4.0, 10.0)),
    start=(-4.0, 0.5),
    lesson="A bowl whose axes are turned by 45°: neither weight can be set well without the other.",
    source="Jamil, Yang, 2013, A literature survey of benchmark functions for global optimisation problems",
    facts=Facts(
        minimum=0.0,
        minimizers=((1.0, 3.0),),
        convex=True,
        published=Published((0.0, 0.0), 74.0, f"{_RAO}, equation 6.141"),
    ),
)

MATYAS = Landscape(
    key="matyas",
    name="Matyas",
    family="Bowls and ravines",
    expression=sp.Rational(26, 100) * (x**2 + y**2) - sp.Rational(48, 100) * x * y,
    residuals=((x - y) / sp.sqrt(2), sp.Rational(1, 5) * (x + y) / sp.sqrt(2)),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    start=(-5.0, -2.0),
    lesson="Every path falls quickly into the diagonal valley and then creeps: κ = 25, turned by 45°.",
    source="Jamil, Yang, 2013, A literature survey of benchmark functions for global optimisation problems",
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        convex=True,
        published=Published((1.0, 2.0), 0.34, "EnzioKam/PSOJulia, src/functions/matyas.jl"),
    ),
)

CUBIC_RAVINE = Landscape(
    key="cubic_ravine",
    name="Cubic ravine",
    family="Bowls and ravines",
    expression=100 * (y - x**3) ** 2 + (1 - x) ** 2,
    residuals=(10 * sp.sqrt(2) * (y - x**3), sp.sqrt(2) * (1 - x)),
    window=((-1.5, 1.5), (-2.0, 2.0)),
    start=(-1.2, -1.0),
    lesson="The ravine bends both ways, so a direction learnt in one half is wrong in the other.",
    source="Leon, 1966, A comparison among eight known optimizing procedures",
    facts=Facts(
        minimum=0.0,
        minimizers=((1.0, 1.0),),
        published=Published((-1.2, 1.0), 749.038, f"{_SCHITTKOWSKI}, problem 211", 5e-4),
    ),
)
