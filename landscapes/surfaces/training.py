"""From data: the loss of a small model on a handful of examples, over its two weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from landscapes.data import Data, Row, View, standardised
from landscapes.declarations import Facts, Frame, Number, Parameter, Published
from landscapes.examples import fitted
from landscapes.functions import sigmoid, softplus
from landscapes.landscape import Landscape, x, y

_FAMILY = "From data"
_WEIGHTS = ("w₁", "w₂")
_a, _b, _t, _u, _v = (sp.Symbol(f"{letter}_i", real=True) for letter in "abtuv")

_centre = Parameter(
    key="centre",
    name="Centre the columns",
    letter="c",
    default=0.0,
    low=0.0,
    high=1.0,
    switch=True,
    help="Subtracts each column's mean, the target's too, which fits the intercept besides the two weights.",
)
_standardise = Parameter(
    key="standardise",
    name="Standardise the columns",
    letter="s",
    default=0.0,
    low=0.0,
    high=1.0,
    switch=True,
    help="Centres the columns and divides each input by its standard deviation.",
)


def _by_preparation(raw: Number, centred: Number, standard: Number) -> sp.Expr:
    """A number that depends on how the columns are prepared."""
    c, s = _centre.symbol, _standardise.symbol
    return s * standard + (1 - s) * (c * centred + (1 - c) * raw)


def _prepared(rows: tuple[Row, ...]) -> tuple[Data, sp.Expr]:
    """Rows a, b, t as data, and the error of x a + y b on one of them however they are prepared."""
    centred = _centre.symbol + _standardise.symbol - _centre.symbol * _standardise.symbol
    (mean_a, std_a), (mean_b, std_b), (mean_t, _) = map(standardised, zip(*rows, strict=True))
    a = (_a - centred * mean_a) / (1 + _standardise.symbol * (std_a - 1))
    b = (_b - centred * mean_b) / (1 + _standardise.symbol * (std_b - 1))
    target = _t - centred * mean_t
    view = View(("target", "prediction"), target, target, x * a + y * b, line=False)
    meaning = "Example i has the inputs aᵢ and bᵢ and the target tᵢ."
    return Data(("a_i", "b_i", "t_i"), rows, view, meaning), x * a + y * b - target


def _own_regression(surface: Landscape, rows: tuple[Row, ...]) -> Landscape:
    """The same regression on a visitor's own rows a, b, t."""
    data, error = _prepared(rows)
    *inputs, target = np.array(rows).T
    raw = np.stack(inputs, axis=-1)
    centred = raw - raw.mean(axis=0)
    on = target - target.mean()
    fits = (fitted(raw, target), fitted(centred, on), fitted(centred / centred.std(axis=0), on))
    (x_low, x_high), (y_low, y_high), start, best = (
        tuple(map(_by_preparation, *(map(sp.Rational, map(repr, pair)) for pair in pairs)))
        for pairs in (
            [fit.window[0] for fit in fits],
            [fit.window[1] for fit in fits],
            [fit.start for fit in fits],
            [fit.weights for fit in fits],
        )
    )
    return replace(
        surface,
        name=f"{surface.name}, your data",
        expression=error**2 / 2,
        residuals=(error,),
        data=data,
        window=fits[0].window,
        start=fits[0].start,
        frame=Frame(((x_low, x_high), (y_low, y_high)), (start[0], start[1])),
        lesson="Columns of different size, or far from zero, make a ravine; see what the switches do to it.",
        source="Your own data",
        facts=Facts(minimizers=((best[0], best[1]),), convex=True),
        values=(),
        own_data=True,
    )


_RAW_UNITS, _error = _prepared(((114.8, 0.00323, 5.1), (338.1, 0.00183, 3.2), (98.8, 0.00279, 4.1)))
REGRESSION_RAW_UNITS: Landscape = Landscape(
    key="regression_raw_units",
    refitted=lambda rows: _own_regression(REGRESSION_RAW_UNITS, rows),
    name="Regression in raw units",
    family=_FAMILY,
    expression=_error**2 / 2,
    residuals=(_error,),
    data=_RAW_UNITS,
    axes=_WEIGHTS,
    window=((-0.03, 0.03), (-500.0, 3500.0)),
    start=(0.02, 200.0),
    frame=Frame(
        (
            (_by_preparation(-0.03, -0.03, -2.0), _by_preparation(0.03, 0.04, 3.0)),
            (_by_preparation(-500.0, -2000.0, -1.5), _by_preparation(3500.0, 6000.0, 3.5)),
        ),
        (_by_preparation(0.02, 0.03, -1.5), _by_preparation(200.0, -1000.0, -1.0)),
    ),
    lesson="Columns of very different size make a ravine that no one learning rate fits; standardise them.",
    source="LeCun, Bottou, Orr, Müller, 1998, Efficient BackProp; three examples in raw units",
    parameters=(_centre, _standardise),
    facts=Facts(
        minimizers=(
            (
                _by_preparation(0.001451005, 0.004674601, 0.510613),
                _by_preparation(1480.681, 2102.742, 1.22914),
            ),
        ),
        convex=True,
        published=Published((0.0, 0.0), (5.1**2 + 3.2**2 + 4.1**2) / 6, "by hand: (5.1² + 3.2² + 4.1²)/6"),
    ),
)

_OFF_CENTRE, _error = _prepared(((1003.2, 1005.1, 3.3), (1001.1, 1008.2, 4.8), (998.3, 1003.4, 2.9)))
REGRESSION_OFF_CENTRE: Landscape = Landscape(
    key="regression_off_centre",
    refitted=lambda rows: _own_regression(REGRESSION_OFF_CENTRE, rows),
    name="Regression off centre",
    family=_FAMILY,
    expression=_error**2 / 2,
    residuals=(_error,),
    data=_OFF_CENTRE,
    axes=_WEIGHTS,
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.2, 1.5),
    lesson="Inputs far from zero are all but the same input, and make a turned ravine; centring undoes it.",
    source="LeCun, Bottou, Orr, Müller, 1998, Efficient BackProp; three examples far from zero",
    parameters=(_centre, _standardise),
    facts=Facts(
        minimizers=(
            (
                _by_preparation(-0.24772, -0.069829, -0.140162),
                _by_preparation(0.250209, 0.436567, 0.867538),
            ),
        ),
        convex=True,
        published=Published(
            (1.0, 1.0),
            (2005.0**2 + 2004.5**2 + 1998.8**2) / 6,
            "by hand: (2005² + 2004.5² + 1998.8²)/6",
            tolerance=1e-8,
        ),
    ),
)

# u evenly random on 0 to 6, v = 0.8 u + 1.5 and normal noise of 0.7, to two digits: default_rng(7)
_LINE = Data(
    ("u_i", "v_i"),
    (
        (0.03, 0.23), (1.35, 2.42), (1.53, 1.84), (1.67, 3.03), (1.8, 3.05), (1.82, 2.83), (2.67, 1.87),
        (2.81, 3.37), (3.03, 3.89), (3.32, 4.24), (3.73, 3.41), (3.75, 4.17), (4.65, 4.54), (4.76, 4.74),
        (4.78, 6.07), (4.93, 4.88), (5.24, 5.67), (5.38, 6.42), (5.93, 5.84), (5.97, 6.2),
    ),
    View(("u", "v"), _u, _v, x * _u + y, at=((-1.0, 0.0), (7.0, 0.0))),
    "Example i is the point (uᵢ, vᵢ).",
)  # fmt: skip


def _own_line(rows: tuple[Row, ...]) -> Landscape:
    """The line fit on a visitor's own points u, v."""
    u, v = np.array(rows).T
    fit = fitted(np.stack([u, np.ones_like(u)], axis=-1), v)
    beyond = 0.2 * float(np.ptp(u))  # further than the picture reaches
    ends = ((float(u.min()) - beyond, 0.0), (float(u.max()) + beyond, 0.0))
    return replace(
        LINE_FIT,
        name="Line fit, your data",
        data=replace(_LINE, rows=rows, view=replace(_LINE.view, at=ends)),
        window=fit.window,
        start=fit.start,
        lesson="The further from zero the points lie, the narrower the ravine that the two weights share.",
        source="Your own data",
        facts=Facts(minimizers=(fit.weights,), convex=True),
        own_data=True,
    )


LINE_FIT: Landscape = Landscape(
    key="line_fit",
    refitted=_own_line,
    name="Line fit",
    family=_FAMILY,
    expression=(x * _u + y - _v) ** 2 / 2,
    residuals=(x * _u + y - _v,),
    data=_LINE,
    axes=("slope", "intercept"),
    window=((-1.0, 3.0), (-4.0, 5.0)),
    start=(-0.5, 4.0),
    lesson="A better slope asks for another intercept: the two weights share one turned ravine.",
    source="Legendre, 1805, Nouvelles méthodes pour la détermination des orbites; seeded points",
    facts=Facts(
        minimizers=((0.90598847, 0.80304487),),
        convex=True,
        published=Published(
            (0.0, 0.0),
            sum(v * v for _, v in _LINE.rows) / 40,
            "by hand: half the mean square of the 20 targets",
        ),
    ),
)

# two classes around (0.9, 0.3) and (−0.8, −0.5), standard deviation 1.3, to one digit: default_rng(3)
_CLASSES = Data(
    ("a_i", "b_i", "t_i"),
    (
        (3.6, -3.0, 1), (1.4, -0.4, 1), (0.3, 0.0, 1), (-1.7, 0.0, 1), (-0.2, 4.6, 1), (1.2, -0.2, 1),
        (0.5, -0.6, 1), (-0.5, -0.2, 1), (1.5, 0.0, 1), (2.1, 0.0, 1), (0.9, 2.3, 1), (1.6, -0.4, 1),
        (-1.0, 0.2, -1), (1.7, -0.9, -1), (-1.1, 0.8, -1), (-2.0, -0.9, -1), (0.3, 0.3, -1), (-0.7, 0.4, -1),
        (-4.5, 0.8, -1), (-2.0, -2.7, -1), (-0.4, 0.4, -1), (-1.4, -1.9, -1), (-0.8, -0.6, -1),
        (1.0, 0.5, -1),
    ),
    View(("a", "b"), _a, _b, -x * _a / y, at=((-9.0, 0.0, 0.0), (9.0, 0.0, 0.0)), kind=_t),
    "Example i is the point (aᵢ, bᵢ) of class tᵢ, 1 or −1.",
)  # fmt: skip
_decay = Parameter(
    key="decay",
    name="L2 penalty λ",
    letter=r"\lambda",
    default=0.01,
    low=0.0,
    high=1.0,
    step=0.01,
    help="Adds λ/2 |w|², which pulls the weights to 0 and curves the surface everywhere.",
)
LOGISTIC_REGRESSION = Landscape(
    key="logistic_regression",
    name="Logistic regression",
    family=_FAMILY,
    expression=softplus(-_t * (x * _a + y * _b)) + _decay.symbol * (x**2 + y**2) / 2,
    data=_CLASSES,
    axes=_WEIGHTS,
    window=((-4.0, 5.0), (-4.0, 4.0)),
    start=(-3.0, 3.0),
    lesson="Convex without being a parabola: steep where it is wrong, flat where it is right.",
    source="Cox, 1958, The regression analysis of binary sequences; seeded points",
    parameters=(_decay,),
    facts=Facts(
        minimizers=((0.97819 / (1 + 4 * _decay.symbol), 0.441027 / (1 + 5 * _decay.symbol)),),
        convex=True,
        published=Published((0.0, 0.0), 0.6931471805599453, "log 2: an undecided model, whatever the data"),
    ),
)

_LEVEL = sp.log(9)
"""L = ln((1 − ε)/ε) for ε = 0.1: the input at which the unit is as sure as its targets ask for."""
_far = Parameter(
    key="distance",
    name="Distance t of the spoiler",
    letter="t",
    default=8.0,
    low=0.5,
    high=20.0,
    step=0.5,
    help="The fourth example is (0, −t), of the same class as (0, 1): right for a line, wrong for this run.",
)
_longer = sp.Max(_far.symbol, 1)
_FOLD = 4.1042
"""From this distance on the solution for the other three is a minimum, with a pass beside it."""
_past = sp.sqrt(sp.Max(_far.symbol - _FOLD, 0))
_kept = _LEVEL - sp.exp(-3 * _past) / 4
_pass = 0.306 + (10.448 - 2.007 * _past - 14.907 / _longer) / _longer
"""Fits to where the two are, good enough to be refined."""


def _past_the_fold(coordinate: sp.Expr) -> sp.Expr:
    return sp.Piecewise((coordinate, _far.symbol >= _FOLD), (sp.nan, True))


# columns: input 1, input 2, how often the spoiler's distance is added to it, target
_SPOILED = Data(
    ("a_i", "b_i", "u_i", "t_i"),
    ((1.0, 0.0, 0.0, 0.9), (0.0, 1.0, 0.0, 0.9), (-1.0, 0.0, 0.0, 0.1), (0.0, 0.0, -1.0, 0.9)),
    View(
        ("input 1", "input 2"),
        _a,
        _b + _far.symbol * _u,
        -(_LEVEL * _a + y) / x,
        at=((-3.0, 0.0, 0.0, 0.0), (3.0, 0.0, 0.0, 0.0)),
        kind=_t - sp.Rational(1, 2),
    ),
    "Example i has the inputs aᵢ and bᵢ + tuᵢ and the target tᵢ; uᵢ is −1 for the spoiler, else 0.",
    summed=True,
)
_error = sigmoid(_LEVEL * _a + x * (_b + _far.symbol * _u) + y) - _t
SPOILER = Landscape(
    key="spoiler",
    name="Spoiled logistic unit",
    family=_FAMILY,
    expression=_error**2,
    residuals=(sp.sqrt(2) * _error,),
    data=_SPOILED,
    axes=("w₂", "b"),
    window=((-4.0, 6.0), (-3.0, 4.0)),
    start=(2.6, 0.6),
    lesson="Far away the fourth example's gradient vanishes, and a run that suits the other three never gets "
    "it right; near, descent separates all four.",
    source="Brady, Raghavan, Slawny, 1989, Back propagation fails to separate where perceptrons succeed",
    parameters=(_far,),
    facts=Facts(
        minimizers=((-sp.log(_far.symbol) / (2.879 * _longer), 1.08 + 1.024036 / (5 + _longer)),),
        local_minimizers=((_past_the_fold(_kept), (_LEVEL - _kept) * 0.4),),
        saddles=((_past_the_fold(_pass), 1.0881 - 0.506 * _pass),),
        published=Published((0.0, 0.0), 0.32, "by hand: two outputs of 0.5 for a target of 0.9: 2 · 0.4²"),
    ),
)

_TWINS = Data(
    ("u_i", "t_i"),
    tuple((u, float(sp.tanh(2 * u) + sp.tanh(u / 2))) for u in (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)),
    View(
        ("u", "t"),
        _u,
        _t,
        sp.tanh(x * _u) + sp.tanh(y * _u),
        at=tuple((0.2 * i, 0.0) for i in range(-13, 14)),
    ),
    "Example i asks for the answer tᵢ to the input uᵢ.",
)
_error = sp.tanh(x * _u) + sp.tanh(y * _u) - _t
TWIN_UNITS = Landscape(
    key="twin_units",
    name="Two identical units",
    family="Small networks",
    expression=_error**2 / 2,
    residuals=(_error,),
    data=_TWINS,
    axes=_WEIGHTS,
    window=((-1.5, 4.0), (-1.5, 4.0)),
    start=(-1.0, -0.9),
    lesson="Swapping the units mirrors the surface: equal weights stay equal until a nudge parts them.",
    source="Brea, Şimşek, Illing, Gerstner, 2019, Weight-space symmetry in deep networks",
    facts=Facts(
        minimum=0.0,
        minimizers=((2.0, 0.5), (0.5, 2.0)),
        saddles=((0.94846884, 0.94846884),),
        published=Published(
            (0.0, 0.0),
            sum(t * t for _, t in _TWINS.rows) / 12,
            "by hand: half the mean square of the targets, since tanh 0 = 0",
        ),
    ),
)
