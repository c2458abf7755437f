"""Curves in one weight: valleys, where every start ends, and the three names of a learning rate."""

import math
from typing import Any

import numpy as np
import pytest

from charts.labs.line import curve_axes, curve_thumbnail, fate_colors, step_factor
from landscapes import LANDSCAPES, Landscape, parse_landscape
from optimizers import OPTIMIZERS, run
from optimizers.studies.line import NEAR, STAY, Gait, fates, left_after_step, motion, valleys

EXAMPLE = parse_landscape("L(w) = (10 - 3w)^2")
WELLS = parse_landscape("x^4/4 - x^2/2 + x/10", ((-2.0, 2.0), (-5.0, 5.0)))


def descent(rate: float) -> Any:
    return OPTIMIZERS["gradient_descent"](learning_rate=rate)  # type: ignore[call-arg]


def moves(surface: Landscape, rate: float, start: float, steps: int = 60) -> Any:
    t = run(surface, descent(rate), (start, 0.0), steps)
    return motion(surface, valleys(surface), t.points[:, 0])


def test_valleys_are_the_roots_of_the_slope_with_the_curvature_there() -> None:
    # x³ − x + 1/10 = 0, and the maximum between
    low, top, high = np.sort(np.roots([1, 0, -1, 0.1]).real)
    left, right = valleys(WELLS)
    assert (left.minimum, right.minimum) == pytest.approx((low, high), abs=1e-12)
    assert (left.curvature, right.curvature) == pytest.approx((3 * low**2 - 1, 3 * high**2 - 1))
    assert left.high == right.low == pytest.approx(top, abs=4 / 800)
    assert (left.low, right.high) == WELLS.window[0]


def test_a_curve_that_falls_off_the_map_has_no_valley_there() -> None:
    (valley,) = valleys(parse_landscape("x^3 - x", ((-2.0, 2.0), (-5.0, 5.0))))
    assert valley.minimum == pytest.approx(1 / math.sqrt(3))
    assert valley.low == pytest.approx(-1 / math.sqrt(3), abs=4 / 800)
    assert valleys(parse_landscape("x", ((-2.0, 2.0), (-5.0, 5.0)))) == ()


def test_a_kink_is_a_minimum_too() -> None:
    (valley,) = valleys(parse_landscape("abs(x - 0.3)"))
    assert valley.minimum == pytest.approx(0.3, abs=1e-9)


def test_two_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="two weights"):
        valleys(LANDSCAPES["rosenbrock"])
    assert [s.key for s in LANDSCAPES.values() if s.is_line] == []
    assert not parse_landscape("y^2").is_line


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "adam", "rprop"])
def test_every_fate_is_that_of_a_single_run(key: str) -> None:
    rule = OPTIMIZERS[key]()
    found = fates(WELLS, rule, 80, count=16)
    for start, end, code in zip(found.starts, found.ends, found.codes, strict=True):
        ends = run(WELLS, rule, (start, 0.0), 80).points[-STAY:, 0]
        last = ends[-1]
        assert end == pytest.approx(last, rel=1e-12)
        place = next(i for i, v in enumerate(found.valleys) if v.low <= last <= v.high)
        arrived = (np.abs(ends - found.valleys[place].minimum) <= NEAR * 4.0).all()
        assert code == 2 + 2 * place + (not arrived)


def test_a_small_rate_leads_every_start_into_its_own_valley() -> None:
    found = fates(WELLS, descent(0.05), 400)
    top = np.sort(np.roots([1, 0, -1, 0.1]).real)[1]
    np.testing.assert_array_equal(found.codes, np.where(found.starts < top, 2, 4))
    assert found.share(0) + found.share(1) == 1.0


def test_what_leaves_is_gone_and_what_has_no_minimum_is_nowhere() -> None:
    assert (fates(EXAMPLE, descent(0.2), 60).codes == 0).all()
    cubic = parse_landscape("x^3 - x", ((-2.0, 2.0), (-5.0, 5.0)))
    assert fates(cubic, descent(1e-4), 1, count=40).codes[0] == 1


def test_fates_have_a_pace() -> None:
    heard: list[int] = []

    def seven(done: int) -> int:
        heard.append(done)
        return 7

    paced = fates(WELLS, descent(0.1), 20, count=9, pace=seven)
    np.testing.assert_array_equal(paced.ends, fates(WELLS, descent(0.1), 20, count=9).ends)
    assert heard == [0, 7, 14]


@pytest.mark.parametrize(
    ("product", "gait"),
    [
        (0.5, Gait.MONOTONE), (0.99, Gait.MONOTONE), (1.01, Gait.OSCILLATING), (1.8, Gait.OSCILLATING),
        (1.99, Gait.OSCILLATING), (2.0, Gait.RESTLESS), (2.1, Gait.DIVERGING), (3.0, Gait.DIVERGING),
    ],
)  # fmt: skip
def test_on_a_parabola_the_rate_times_the_curvature_names_the_gait(product: float, gait: Gait) -> None:
    found = moves(EXAMPLE, product / 18.0, 2.0)
    assert found.valley.curvature == pytest.approx(18.0)
    assert found.gait == gait
    assert found.factor == pytest.approx(1.0 - product, abs=1e-6)


@pytest.mark.parametrize("a", [0.5, 1.0, 4.0])
def test_the_best_rate_of_a_parabola_is_one_over_a(a: float) -> None:
    parabola = parse_landscape("a x^2/2 + b x + c").with_parameters(a=a, b=2.0)
    t = run(parabola, descent(1.0 / a), (3.0, 0.0), 1)
    assert t.points[1, 0] == pytest.approx(-2.0 / a, abs=1e-12)
    assert valleys(parabola)[0].minimum == pytest.approx(-2.0 / a)
    assert valleys(parabola)[0].curvature == pytest.approx(a)


def test_above_two_over_lambda_of_a_well_no_run_stays_beside_its_minimum() -> None:
    surface = parse_landscape("x^2/10 + 1 - cos(3x)")
    well = valleys(surface)[-1]
    start = well.minimum + 1e-3
    assert moves(surface, 1.9 / well.curvature, start, 400).gait == Gait.OSCILLATING
    above = moves(surface, 2.3 / well.curvature, start, 400)
    assert above.gait == Gait.RESTLESS
    thrown = run(surface, descent(4.0 / well.curvature), (start, 0.0), 400).points[:, 0]
    assert (np.abs(thrown - well.minimum) > (well.high - well.low)).any()  # out of the well
    assert np.abs(thrown[-100:, None] - [v.minimum for v in valleys(surface)]).min() > 1e-3


def test_a_run_without_a_valley_has_no_gait() -> None:
    slope = parse_landscape("x", ((-2.0, 2.0), (-5.0, 5.0)))
    assert moves(slope, 0.1, 1.0, 3) is None


def test_what_a_step_leaves_is_measured() -> None:
    rates = np.array([0.0, 0.5, 1.0, 1.8, 2.5]) / 18.0
    (valley,) = valleys(EXAMPLE)
    left = left_after_step(EXAMPLE, descent(0.1), valley, rates)
    np.testing.assert_allclose(left, 1.0 - rates * 18.0, atol=1e-6)
    drawn = step_factor(rates, left, 18.0)
    theory, measured = drawn.data
    np.testing.assert_array_equal(measured.y, left)
    assert (theory.x[0], theory.y[0]) == (0.0, 1.0)
    assert theory.y[1] == pytest.approx(1.0 - 2.5)
    said = [a.text for a in drawn.layout.annotations]
    assert said[:2] == ["1/λ = 0.0556", "2/λ = 0.111"]
    assert said[2:] == ["monotone", "oscillating", "diverging"]


def test_the_axes_hold_the_curve_but_not_a_pole() -> None:
    across, up = curve_axes(WELLS)
    assert (across.low, across.high) == WELLS.window[0]
    f = WELLS.value(np.stack([np.linspace(-2, 2, 401), np.zeros(401)], axis=-1))
    assert up.low < f.min()
    assert up.high > f.max()
    pole = curve_axes(parse_landscape("1/x^2"))[1]
    assert pole.high < 1e4


def test_every_code_has_a_colour_of_its_own() -> None:
    assert len(set(fate_colors(8))) == 18
    assert curve_thumbnail(WELLS, "two wells", np.array([1.5, 1.0, 0.9])).count("<circle") == 3
