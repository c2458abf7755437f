"""Many minima: where a run ends depends on where it starts."""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy as sp

from landscapes.declarations import Facts, Parameter, Published
from landscapes.landscape import Landscape, x, y

_KUROBAKO = "optuna/kurobako, kurobako_problems/src/sigopt/functions.rs"

_tilt = Parameter(
    key="tilt",
    name="Tilt t",
    letter="t",
    default=0.3,
    low=-2.0,
    high=2.0,
    step=0.05,
    help="Raises one well and lowers the other. At |t| = 8/√27 ≈ 1.54 the upper one vanishes.",
)
_t = _tilt.symbol
_third = sp.acos(-3 * sp.sqrt(3) * _t / 8) / 3
_no_more = 8 / (3 * sp.sqrt(3))
"""The tilt at which two of the three roots of 4x³ − 4x + t = 0 meet and vanish."""


def _where(root: sp.Expr, condition: Any) -> tuple[sp.Expr, sp.Expr]:
    return sp.Piecewise((root, condition), (sp.nan, True)), sp.Integer(0)


_upper_root, _lower_root, _middle_root = (
    sp.re(2 * sp.cos(_third - turn) / sp.sqrt(3)) for turn in (0, 4 * sp.pi / 3, 2 * sp.pi / 3)
)
_deepest = sp.Piecewise((_upper_root, _t <= 0), (_lower_root, True))

DOUBLE_WELL = Landscape(
    key="double_well",
    name="Double well",
    family="Many minima",
    expression=(x**2 - 1) ** 2 + _t * x + y**2,
    window=((-2.0, 2.0), (-1.5, 1.5)),
    start=(1.6, 1.0),
    lesson="Downhill leads into the nearer well, even the higher one; momentum may carry it over the pass.",
    source="Strogatz, 1994, Nonlinear Dynamics and Chaos, section 3.6",
    parameters=(_tilt,),
    facts=Facts(
        minimum=(_deepest**2 - 1) ** 2 + _t * _deepest,
        minimizers=(_where(_upper_root, _t <= 0), _where(_lower_root, _t >= 0)),
        local_minimizers=(
            _where(_upper_root, (_t > 0) & (_t < _no_more)),
            _where(_lower_root, (_t < 0) & (_t > -_no_more)),
        ),
        saddles=(_where(_middle_root, sp.Abs(_t) < _no_more),),
        published=Published((2.0, 1.0), 10.6, "by hand: (2² − 1)² + 0.3·2 + 1²"),
    ),
)

HIMMELBLAU = Landscape(
    key="himmelblau",
    name="Himmelblau",
    family="Many minima",
    expression=(x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    residuals=(sp.sqrt(2) * (x**2 + y - 11), sp.sqrt(2) * (x + y**2 - 7)),
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.5, -1.0),
    lesson="Four equal minima: a small change of start or rate decides which one a run finds.",
    source="Himmelblau, 1972, Applied Nonlinear Programming",
    facts=Facts(
        minimum=0.0,
        minimizers=((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)),
        saddles=((0.086678, 2.884255), (3.385154, 0.073852), (-0.127961, -1.953715), (-3.073026, -0.081353)),
        published=Published((0.1, 0.2), 163.4837, _KUROBAKO),
    ),
)

SIX_HUMP_CAMEL = Landscape(
    key="six_hump_camel",
    name="Six-hump camel",
    family="Many minima",
    expression=(4 - sp.Rational(21, 10) * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2,
    window=((-2.0, 2.0), (-1.1, 1.1)),
    start=(-1.6, 0.9),
    lesson="Six minima, two of them global: reaching a minimum is not reaching the lowest.",
    source="Dixon, Szegő, 1978, Towards Global Optimisation 2",
    facts=Facts(
        minimum=-1.0316284534898774,
        minimizers=((0.0898, -0.7126), (-0.0898, 0.7126)),
        local_minimizers=((1.7036, -0.7961), (-1.7036, 0.7961), (1.6071, 0.5687), (-1.6071, -0.5687)),
        saddles=(
            (0.0, 0.0),
            (1.1092, -0.7683),
            (-1.1092, 0.7683),
            (1.2961, 0.6051),
            (-1.2961, -0.6051),
            (1.6381, 0.2287),
            (-1.6381, -0.2287),
        ),
        published=Published(
            (1.70360672, -0.7960836),
            -0.2154638,
            "loelschlaeger/vntrs, README.md: its second-best minima",
            1e-7,
        ),
    ),
)

THREE_HUMP_CAMEL = Landscape(
    key="three_hump_camel",
    name="Three-hump camel",
    family="Many minima",
    expression=2 * x**2 - sp.Rational(105, 100) * x**4 + x**6 / 6 + x * y + y**2,
    window=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.0, 2.0),
    lesson="Three wells in a row: from outside the nearest one is a poor one.",
    source="Dixon, Szegő, 1978, Towards Global Optimisation 2",
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        local_minimizers=((-1.7475523, 0.8737762), (1.7475523, -0.8737762)),
        saddles=((-1.0705423, 0.5352711), (1.0705423, -0.5352711)),
        published=Published(
            (5.0, 5.0),
            2047.91666667,
            "jungtaekkim/bayeso-benchmarks, tests/test_two_dim_threehumpcamel.py",
            5e-9,
        ),
    ),
)

_LOW, _TOP, _HIGH = -2.90353403, 0.15673126, 2.74680277
"""The roots of 4x³ − 32x + 5: the deep well, the hill and the shallow well of one coordinate."""

STYBLINSKI_TANG = Landscape(
    key="styblinski_tang",
    name="Styblinski–Tang",
    family="Many minima",
    expression=(x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
    window=((-4.0, 4.0), (-4.0, 4.0)),
    start=(0.5, 3.5),
    lesson="Each weight picks its well alone, so one weight can be right while the other is wrong.",
    source="Styblinski, Tang, 1990, Experiments in nonconvex optimization",
    facts=Facts(
        minimum=-78.33233140754283,
        minimizers=((_LOW, _LOW),),
        local_minimizers=((_LOW, _HIGH), (_HIGH, _LOW), (_HIGH, _HIGH)),
        saddles=((_LOW, _TOP), (_TOP, _LOW), (_HIGH, _TOP), (_TOP, _HIGH)),
        published=Published((1.0, 2.0), -24.0, "zuoxingdong/lagom, test/test_es.py"),
    ),
)

_WELLS = (0.0, 0.99495864, 1.98991223, 2.98485570)
"""The roots of x + 10π sin 2πx nearest to 0, 1, 2 and 3."""
_LATTICE = [(a, b) for a, b in product((*_WELLS, *(-c for c in _WELLS[1:])), repeat=2) if (a, b) != (0, 0)]

RASTRIGIN = Landscape(
    key="rastrigin",
    name="Rastrigin",
    family="Many minima",
    expression=20 + x**2 - 10 * sp.cos(2 * sp.pi * x) + y**2 - 10 * sp.cos(2 * sp.pi * y),
    window=((-3.5, 3.5), (-3.5, 3.5)),
    start=(2.2, -1.7),
    lesson="A bowl under waves: the slope at hand says nothing about where the bowl is lowest.",
    source="Rastrigin, 1974, Systems of Extremal Control",
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        local_minimizers=tuple(_LATTICE),
        published=Published((0.5, 1.0), 21.25, "Wikipedia, Rastrigin function: values at intervals of 0.5"),
    ),
)

ACKLEY = Landscape(
    key="ackley",
    name="Ackley",
    family="Many minima",
    expression=20
    + sp.E
    - 20 * sp.exp(-sp.sqrt((x**2 + y**2) / 2) / 5)
    - sp.exp((sp.cos(2 * sp.pi * x) + sp.cos(2 * sp.pi * y)) / 2),
    window=((-4.0, 4.0), (-4.0, 4.0)),
    start=(2.6, -1.4),
    lesson="The lowest point is the tip of a funnel: the slope does not fade there, so a fixed rate rattles.",
    source="Ackley, 1987, A Connectionist Machine for Genetic Hillclimbing",
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        smooth=False,
        published=Published((1.0, 2.0), 5.422131717799509, _KUROBAKO),
    ),
)

_sum, _slant = x + y, 2 * x - 3 * y

GOLDSTEIN_PRICE = Landscape(
    key="goldstein_price",
    name="Goldstein–Price",
    family="Many minima",
    expression=(1 + (_sum + 1) ** 2 * (19 - 14 * _sum + 3 * _sum**2))
    * (30 + _slant**2 * (18 - 16 * _slant + 3 * _slant**2)),
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.5, 0.5),
    lesson="Losses from 3 to a million on one map: a rate that is safe on the walls is far too small below.",
    source="Goldstein, Price, 1971, On descent from local minima",
    facts=Facts(
        minimum=3.0,
        minimizers=((0.0, -1.0),),
        local_minimizers=((-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)),
        saddles=((-0.4, -0.6), (0.6, 0.4), (1.2, -0.2), (1.4, 0.6)),
        published=Published(
            (2.0, 2.0), 76_728.0, "jungtaekkim/bayeso-benchmarks, tests/test_two_dim_goldsteinprice.py"
        ),
    ),
)

_SIGNS = tuple(product((1, -1), repeat=2))

GRIEWANK = Landscape(
    key="griewank",
    name="Griewank",
    family="Many minima",
    expression=1 + (x**2 + y**2) / 4000 - sp.cos(x) * sp.cos(y / sp.sqrt(2)),
    window=((-7.0, 7.0), (-7.0, 7.0)),
    start=(5.0, -4.5),
    lesson="Seven wells of almost equal depth: the lowest is lower by less than a hundredth of a hill.",
    source="Griewank, 1981, Generalized descent for global optimization",
    facts=Facts(
        minimum=0.0,
        minimizers=((0.0, 0.0),),
        local_minimizers=(
            *((3.1400226 * a, 4.4384445 * b) for a, b in _SIGNS),
            *((6.2800453 * a, 0.0) for a in (1, -1)),
        ),
        saddles=tuple(
            (c * a, d * b)
            for c, d in (
                (1.5723679, 2.2225533),
                (4.7108205, 2.2181104),
                (1.5660847, 6.6632170),
                (4.7171038, 6.6676599),
            )
            for a, b in _SIGNS
        ),
        published=Published(
            (1.0, 1.0), 0.589738, "Evolutionary-Intelligence/pypop, pypop7/benchmarks/cases.py", 1e-6
        ),
    ),
)

_sharpness = Parameter(
    key="sharpness",
    name="Sharpness s",
    letter="s",
    default=20.0,
    low=2.0,
    high=100.0,
    log=True,
    help="Curvature at the bottom of the left well; at the bottom of the right one it is 1.",
)
_s = _sharpness.symbol
_sharp, _flat = _s * ((x + 1) ** 2 + y**2), (x - 1) ** 2 + y**2
_share = sp.cbrt(_s)

SHARP_AND_FLAT = Landscape(
    key="sharp_and_flat",
    name="Sharp and flat well",
    family="Many minima",
    expression=_sharp * _flat / (2 * (_sharp + _flat)),
    window=((-2.0, 3.0), (-2.0, 2.0)),
    start=(-1.5, 0.6),
    lesson="Equally deep, but no rate above 2/s settles in the sharp well, and large ones find the flat one.",
    source="Hochreiter, Schmidhuber, 1997, Flat minima; here the harmonic sum of two bowls",
    parameters=(_sharpness,),
    facts=Facts(
        minimum=0.0,
        minimizers=((-1.0, 0.0), (1.0, 0.0)),
        saddles=(((1 - _share) / (1 + _share), 0.0),),
        published=Published((0.0, 0.0), 10 / 21, "by hand: 20·1/(2·(20 + 1))"),
    ),
)
