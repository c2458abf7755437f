"""The window and the start of a typed formula: where most is to be seen, the lowest minima above all."""

import math
from typing import Any

import numpy as np
import pytest

from landscapes import FormulaError, parse_landscape


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("x**2 + y**2", ((-5, 5), (-5, 5))),
        ("(1-x)^2+100*(y-x^2)^2", ((-2, 2), (-2, 2))),
        ("log(x) + y", ((0, 5), (-5, 5))),
        ("sqrt(x)*sqrt(y)", ((0, 5), (0, 5))),
        ("sqrt(1 - x**2) + y", ((-1, 1), (-5, 5))),
        ("log(x) + y^2", ((0, 5), (-5, 5))),
        ("log(0.01 - x^2 - y^2)", ((-0.1, 0.1), (-0.1, 0.1))),
        ("sqrt(x - 10)", ((10, 20), (-20, 20))),
        ("1/x", ((-5, 5), (-5, 5))),
        ("(x - 7)^2 + y^2", ((-10, 10), (-10, 10))),
        ("x**4 - 1e4*x**2", ((-100, 100), (-100, 100))),
        ("x^3 - 3*x + y^2", ((-2, 2), (-2, 2))),
        ("x^2 - y^2", ((-5, 5), (-5, 5))),
        ("exp(exp(x^2))", ((-1, 1), (-1, 1))),
        ("exp(3*x)", ((-2, 2), (-2, 2))),
        ("exp(-1000*x^2)", ((-5, 5), (-5, 5))),
        ("(x - 50)^2 + exp(y)", ((-5, 5), (-5, 5))),
        ("relu(x) + y^2", ((-5, 5), (-5, 5))),
        ("cos(pi*x) + y^2", ((-5, 5), (-5, 5))),
        ("a*x^2 + y^2", ((-5, 5), (-5, 5))),
        ("tanh(x)*tanh(y)", ((-5, 5), (-5, 5))),
        ("sigmoid(x)*sigmoid(y)", ((-5, 5), (-5, 5))),
        ("softplus(x*y)", ((-5, 5), (-5, 5))),
        ("exp(-x^2 - y^2)", ((-5, 5), (-5, 5))),
        ("-exp(-(x^2 + y^2)/8)", ((-5, 5), (-5, 5))),
        ("x^2*exp(-x^2 - y^2)", ((-5, 5), (-5, 5))),
        ("-exp(-((x - 20)^2 + (y - 20)^2)/8)", ((-50, 50), (-50, 50))),
        ("exp(x)*sin(y)", ((-5, 5), (-5, 5))),
        ("(x - 30)^2 + (y + 40)^2", ((-50, 50), (-50, 50))),
    ],
)
def test_the_window_shows_the_surface(text: str, window: object) -> None:
    surface = parse_landscape(text)
    assert surface.window == window
    (x_lo, x_hi), (y_lo, y_hi) = surface.window
    assert x_lo < surface.start[0] < x_hi
    assert y_lo < surface.start[1] < y_hi
    assert surface.start != ((x_lo + x_hi) / 2, (y_lo + y_hi) / 2)
    assert np.isfinite(surface.value(surface.start))
    assert np.isfinite(surface.gradient(surface.start)).all()
    across = np.abs(surface.gradient(surface.start)).max() * surface.spans.max()
    assert across > (
        1e-3 * surface.loss_range if "1000" not in text else 0.0
    )  # a well as narrow as that has none


def test_the_window_can_be_given() -> None:
    surface = parse_landscape("sqrt(x - 10) + y", window=((9, 12), (-0.001, 0.001)))
    assert surface.window == ((9.0, 12.0), (-0.001, 0.001))
    assert np.isfinite(surface.gradient(surface.start)).all()
    assert 10 < surface.start[0] < 12
    assert abs(surface.start[1]) < 0.001
    assert surface != parse_landscape("sqrt(x - 10) + y")
    assert surface == parse_landscape("sqrt(x - 10) + y", window=surface.window)
    for width in (1e-90, 1e99):
        far = parse_landscape("x + y", window=((0, width), (-width, 0)))
        assert 0 < far.start[0] < width
    with pytest.raises(FormulaError, match="no value and slope"):
        parse_landscape("sqrt(x - 10) + y", window=((0, 5), (0, 5)))


@pytest.mark.parametrize(
    "window",
    [
        ((1, 1), (0, 1)), ((0, 1), (2, -2)), ((0, math.inf), (0, 1)), ((0, math.nan), (0, 1)), (0, 1), "ab",
        ((0, 1),), ((0, "b"), (0, 1)), ((0, 10**400), (0, 1)), ((1, 1 + 1e-12), (0, 1)), ((0, 1j), (0, 1)),
        ((0, 1e-300), (0, 1)), 7,
    ],
)  # fmt: skip
def test_a_window_without_room_is_refused(window: Any) -> None:
    with pytest.raises(FormulaError, match=r"window .* (given as|accepted are)"):
        parse_landscape("x + y", window=window)


TWO_MINIMA = "(11-u1-u2)^2 + (1+u1+10u2-u1u2)^2"
BRANIN = "(y − 5.1x²/(4π²) + 5x/π − 6)² + 10(1 − 1/(8π))cos x + 10"
DECKKERS_AARTS = "10^5 x² + y² − (x² + y²)² + 10^−5 (x² + y²)^4"
FREUDENSTEIN_ROTH = "(-13+x+((5-y)*y-2)*y)^2+(-29+x+((y+1)*y-14)*y)^2"
ANSWERS = {
    BRANIN: [(-math.pi, 12.275), (math.pi, 2.275), (9.42478, 2.475)],
    DECKKERS_AARTS: [(0.0, 14.945), (0.0, -14.945)],
    TWO_MINIMA: [(13.0, 4.0), (7.0, -2.0)],
    FREUDENSTEIN_ROTH: [(5.0, 4.0), (11.412779, -0.896805)],
    "(x² + y − 11)² + (x + y² − 7)²": [
        (3.0, 2.0), (-2.805118, 3.131312), (-3.77931, -3.283186), (3.584428, -1.848126),
    ],
    "(x − 4.9)² + y²": [(4.9, 0.0)],
    "(x − 13)² + 2(y − 4)²": [(13.0, 4.0)],
    "(x² − 144)² + y²": [(12.0, 0.0), (-12.0, 0.0)],
    "((x − 13)² + (y − 4)²)((x + 2)² + y²)": [(13.0, 4.0), (-2.0, 0.0)],
    "|x − 13| + |y − 4|": [(13.0, 4.0)],
    "(x + 2y − 7)² + (2x + y − 5)²": [(1.0, 3.0)],
    "(1.5-x+xy)² + (2.25-x+xy²)² + (2.625-x+xy³)²": [(3.0, 0.5)],
    "0.01((x − 60)² + (y + 40)²)": [(60.0, -40.0)],
    "-cos(x)cos(y)exp(-((x-π)²+(y-π)²))": [(math.pi, math.pi)],
    "sin(x+y) + (x-y)² - 1.5x + 2.5y + 1": [(-0.54719, -1.54719)],
}  # fmt: skip


@pytest.mark.parametrize("text", ANSWERS)
def test_the_window_shows_the_known_answer_with_a_margin(text: str) -> None:
    surface = parse_landscape(text)
    for point in ANSWERS[text]:
        for coordinate, (lo, hi) in zip(point, surface.window, strict=True):
            margin = 0.03 * (hi - lo)
            assert lo + margin < coordinate < hi - margin


@pytest.mark.parametrize(
    "text",
    [
        "cos(πx) + y²",
        "sin x sin y",
        "sin(x) + cos(y)",
        "20 + x² − 10cos 2πx + y² − 10cos 2πy",
        "x²exp(−x² − y²)",
    ],
)
def test_endless_minima_do_not_make_the_window_wide(text: str) -> None:
    assert max(parse_landscape(text).spans) <= 20.0


def test_two_minima_further_and_further_out_have_a_window() -> None:
    text = "csc²(√(u-((|u − v|)**(atanh sinh²(|(u³) ((u+v))|)))))"
    assert np.isfinite(parse_landscape(text).window).all()
