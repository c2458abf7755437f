"""The lab of ravines: who pays for a condition number, and who for the angle."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from charts.labs.conditioning import steps_against_angle, steps_against_condition
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run
from optimizers.studies.convergence import (
    QUADRATIC,
    RATES,
    Convergence,
    Prepared,
    convergence,
    descent_theory,
    directions,
    heavy_ball_theory,
    preparations,
    shrinkage,
)

KAPPAS = (1.0, 10.0, 100.0, 1000.0)


@cache
def against_kappa(key: str, angle: float = 0.0, steps: int = 2_000) -> Convergence:
    return convergence(OPTIMIZERS[key](), KAPPAS, angle, steps)


def test_gradient_descent_needs_what_theory_says() -> None:
    found = against_kappa("gradient_descent", steps=4_000)
    assert found.known
    np.testing.assert_array_equal(found.steps, np.ceil(descent_theory(KAPPAS) - 1e-9))
    assert found.steps[3] == pytest.approx(10 * found.steps[2], rel=0.01)
    np.testing.assert_allclose(found.settings["learning_rate"], 2 / (1 + np.array(KAPPAS)))


def test_no_other_rate_is_better_for_gradient_descent() -> None:
    surface = QUADRATIC.with_parameters(condition_number=10.0)
    start = (-2.0, 1.5 / math.sqrt(10.0))
    ends = [
        run(surface, OPTIMIZERS["gradient_descent"](learning_rate=rate), start, 300).values[-1]
        for rate in np.linspace(0.9, 1.1, 21) * 2 / 11
    ]
    assert np.argmin(ends) == 10


def test_momentum_at_its_best_grows_like_the_root() -> None:
    found = against_kappa("momentum")
    said = heavy_ball_theory(KAPPAS)
    assert (found.steps[1:] >= said[1:]).all()
    assert (found.steps[1:] <= 2.0 * said[1:]).all()
    assert 2.5 < found.steps[3] / found.steps[2] < 4.0  # √10 is 3.2
    averaged = against_kappa("averaged_momentum")
    np.testing.assert_array_equal(averaged.steps, found.steps)


def test_nesterov_lies_between() -> None:
    nesterov, ball, descent = (
        against_kappa(key).steps for key in ("nesterov", "momentum", "gradient_descent")
    )
    assert (ball[1:3] < nesterov[1:3]).all()
    assert (nesterov[1:3] < descent[1:3]).all()
    assert nesterov[3] / nesterov[2] < 4.0


@pytest.mark.parametrize("key", ["newton", "levenberg_marquardt"])
def test_newton_never_notices(key: str) -> None:
    assert set(against_kappa(key).steps) | set(against_kappa(key, 30.0).steps) <= {1.0, 2.0}
    if key == "newton":
        assert (against_kappa(key).settings["learning_rate"] == 1.0).all()


@pytest.mark.parametrize("key", ["adagrad", "adam", "amsgrad", "adamax", "rprop"])
def test_rules_that_scale_each_weight_pay_only_once_the_surface_is_turned(key: str) -> None:
    assert OPTIMIZERS[key].scales_coordinates
    straight, turned = against_kappa(key).steps, against_kappa(key, 45.0).steps
    assert straight.max() <= 2.0 * straight[1]
    assert not turned[3] < 2.5 * straight[3]


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "nesterov", "newton", "full_matrix_adagrad"])
def test_rules_that_turn_with_the_surface_need_the_same(key: str) -> None:
    angles = [0.0, 20.0, 45.0, 90.0]
    found = convergence(OPTIMIZERS[key](), 10.0, angles, 2_000)
    assert np.ptp(found.steps) <= 1
    assert np.isfinite(found.steps).all()


def test_the_path_of_normalised_descent_turns_with_the_surface() -> None:
    """At its end it hops about the minimum, so that rounding decides when it happens to be close."""
    own = np.array([-2.0, 0.5])
    found = []
    for angle in (0.0, 20.0, 45.0, 90.0):
        surface = QUADRATIC.with_parameters(condition_number=10.0, angle=angle)
        turn = math.radians(angle)
        start = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]] @ own
        found.append(run(surface, OPTIMIZERS["normalised"](learning_rate=0.05), start, 30).values)
    assert found[0][-1] < 0.5 * found[0][0]
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-9)


@pytest.mark.parametrize("key", ["bfgs", "lbfgs", "conjugate_gradient"])
def test_quasi_newton_needs_a_handful(key: str) -> None:
    found = convergence(OPTIMIZERS[key](), KAPPAS, 30.0, 60)
    assert (found.steps <= 15).all()
    assert not found.settings


@pytest.mark.parametrize("key", ["adam", "rprop", "momentum", "newton"])
def test_every_count_is_that_of_a_single_run(key: str) -> None:
    found = convergence(OPTIMIZERS[key](), [10.0, 100.0], 30.0, 400)
    for place, kappa in enumerate(found.kappas):
        surface = QUADRATIC.with_parameters(condition_number=kappa, angle=30.0)
        turn, own = math.radians(30.0), np.array([-2.0, 1.5 / math.sqrt(kappa)])
        start = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]] @ own
        settings = {name: float(column[place]) for name, column in found.settings.items()}
        values = run(surface, OPTIMIZERS[key](**settings), start, 400).values
        above = np.flatnonzero(values > 1e-6 * values[0])
        assert found.steps[place] == above[-1] + 1


def test_the_grid_s_best_rate_is_chosen() -> None:
    found = convergence(OPTIMIZERS["adam"](), 20.0, steps=300)
    surface = QUADRATIC.with_parameters(condition_number=20.0)
    counts = []
    for rate in RATES:
        t = run(surface, OPTIMIZERS["adam"](learning_rate=rate), (-2.0, 1.5 / math.sqrt(20.0)), 300)
        above = np.flatnonzero(t.values > 1e-6 * t.values[0])[-1] + 1
        counts.append(above if above <= 300 else np.inf)
    assert found.steps[0] == min(counts)
    assert found.settings["learning_rate"][0] == RATES[int(np.argmin(counts))]
    assert 1.0 in RATES


@pytest.mark.parametrize("key", ["adamw", "lion"])
def test_weight_decay_towards_the_minimum_helps_nobody(key: str) -> None:
    rule = OPTIMIZERS[key](weight_decay=0.5)
    found = convergence(rule, 1000.0, [0.0, 30.0], 1_000)
    without = convergence(OPTIMIZERS[key](weight_decay=0.0), 1000.0, [0.0, 30.0], 1_000)
    np.testing.assert_array_equal(found.steps, without.steps)
    assert found.rule.settings["weight_decay"] == 0.0


def test_decoupled_decay_apart_adamw_needs_what_adam_does() -> None:
    np.testing.assert_array_equal(against_kappa("adamw", 30.0).steps, against_kappa("adam", 30.0).steps)


def test_what_never_converges_is_nan() -> None:
    found = convergence(OPTIMIZERS["adadelta"](), 1000.0, 45.0, 50)
    assert np.isnan(found.steps[0])
    assert np.isnan(found.settings["learning_rate"][0])


# --- whitening, rates by direction, regression -------------------------------------------------


def test_whitened_there_is_one_rate_for_all_directions() -> None:
    white = QUADRATIC.with_parameters(condition_number=500.0, angle=30.0, whiten=1)
    assert white.condition_number == pytest.approx(1.0)
    found = directions(white, (0.0, 0.0))
    assert found.own_rates == pytest.approx([1.0, 1.0])
    t = run(white, OPTIMIZERS["gradient_descent"](learning_rate=1.0), white.start, 1)
    assert np.abs(t.points[-1]).max() < 1e-12


def test_every_direction_has_its_own_best_rate() -> None:
    straight = directions(QUADRATIC, (0.0, 0.0))
    assert straight.curvatures == pytest.approx([1.0, 20.0])
    assert straight.weight_rates == pytest.approx([1.0, 0.05])
    for axis, rate in enumerate(straight.weight_rates):
        for share, ends in ((0.5, "monotone"), (1.0, "at once"), (1.5, "oscillating"), (2.1, "diverging")):
            start = np.eye(2)[axis]
            path = run(
                QUADRATIC, OPTIMIZERS["gradient_descent"](learning_rate=share * rate), start, 20
            ).points
            w = path[:, axis]
            assert (np.diff(np.sign(w[:6])) != 0).any() == (ends in ("oscillating", "diverging", "at once"))
            assert (abs(w[-1]) < abs(w[0])) == (ends != "diverging")
    turned = directions(QUADRATIC.with_parameters(angle=45.0), (0.0, 0.0))
    assert turned.own_rates == pytest.approx(straight.own_rates)
    assert turned.diagonal == pytest.approx([10.5, 10.5])
    assert np.abs(turned.axes) == pytest.approx(math.sqrt(0.5))


def test_a_step_leaves_as_much_of_the_error_as_theory_says() -> None:
    surface, rates = LANDSCAPES["booth"], np.array([0.01, 0.1, 0.5])
    left = shrinkage(surface, rates)
    np.testing.assert_allclose(left, abs(1.0 - np.outer([2.0, 18.0], rates)), atol=1e-12)
    with pytest.raises(ValueError, match="no known minimizer"):
        shrinkage(LANDSCAPES["saddle"], rates)


def test_a_direction_that_falls_has_no_rate() -> None:
    found = directions(LANDSCAPES["saddle"], (0.0, 0.0))
    assert np.isnan(found.own_rates[0])
    assert found.own_rates[1] == 0.5


@cache
def prepared(key: str) -> dict[str, Prepared]:
    return {one.name: one for one in preparations(LANDSCAPES[key], 300)}


def test_raw_units_need_standardising_and_centring_alone_does_not_help() -> None:
    found = prepared("regression_raw_units")
    assert found["raw"].condition_number == pytest.approx(1.4e10, rel=0.05)
    assert found["centred"].condition_number == pytest.approx(2.6e11, rel=0.05)
    assert found["standardised"].condition_number == pytest.approx(28, rel=0.02)
    assert math.isnan(found["raw"].steps)
    assert math.isnan(found["centred"].steps)
    assert found["standardised"].steps == pytest.approx(found["standardised"].expected, rel=0.05)


def test_off_centre_needs_centring() -> None:
    found = prepared("regression_off_centre")
    assert found["raw"].condition_number == pytest.approx(8.8e5, rel=0.01)
    assert found["centred"].condition_number == pytest.approx(2.5, rel=0.01)
    assert math.isnan(found["raw"].steps)
    assert found["raw"].expected > 1e6
    assert found["centred"].steps <= 10


# --- lanes of a surface, bad input, pace -------------------------------------------------------


def test_parameters_that_vary_are_those_of_each_surface() -> None:
    angles, p = np.array([0.0, 10.0, 80.0]), np.array([(1.0, 2.0), (-1.0, 0.5), (3.0, -2.0)])
    lanes = QUADRATIC.varied(angle=angles).on_arrays
    for place, angle in enumerate(angles):
        one = QUADRATIC.with_parameters(angle=angle)
        assert lanes.value(*p.T.copy())[place] == pytest.approx(one.value(p[place]), rel=1e-14)
        for k, column in enumerate(lanes.gradient(*p.T.copy())):
            assert column[place] == pytest.approx(one.gradient(p[place])[k], rel=1e-13)


@pytest.mark.parametrize(
    ("surface", "given"),
    [("quadratic", {"angle": [0.0, 91.0]}), ("quadratic", {"slope": [1.0]}), ("network_slice", {})],
)
def test_lanes_that_cannot_be_are_refused(surface: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        LANDSCAPES[surface].varied(**given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kappas": 0.5}, "ondition number"),
        ({"kappas": [1, 2], "angles": [1, 2, 3]}, "rows of one length"),
        ({"kappas": []}, "rows of one length"),
        ({"kappas": "many"}, "."),
        ({"tolerance": 0.0}, "tolerance"),
        ({"tolerance": 1.0}, "tolerance"),
        ({"steps": 0}, "Steps"),
        ({"rule": OPTIMIZERS["adam"]}, "settings"),
    ],
)
def test_bad_input_gets_a_sentence(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        convergence(**{"rule": OPTIMIZERS["adam"](), "kappas": 10.0, **given})


def test_only_columns_can_be_prepared() -> None:
    with pytest.raises(ValueError, match="parameter"):
        preparations(LANDSCAPES["rosenbrock"])


def test_counting_has_a_pace() -> None:
    heard: list[int] = []

    def fifty(done: int) -> int:
        heard.append(done)
        return 50

    paced = convergence(OPTIMIZERS["adam"](), 10.0, steps=200, pace=fifty)
    assert paced.steps == convergence(OPTIMIZERS["adam"](), 10.0, steps=200).steps
    assert heard == [0, 50, 100, 150]


# --- figures ------------------------------------------------------------------------------------


def test_the_figures_have_theory_beside_what_it_speaks_of() -> None:
    found = [against_kappa(key) for key in ("gradient_descent", "momentum", "adam")]
    figure = steps_against_condition(found)
    names = [t.name for t in figure.data]
    assert names[:3] == ["Gradient descent", "Momentum", "Adam"]
    assert names[3:] == ["theory: (κ − 1)/(κ + 1) a step", "theory: (√κ − 1)/(√κ + 1) a step"]
    np.testing.assert_array_equal(figure.data[3].y, descent_theory(KAPPAS))
    assert figure.layout.yaxis.type == "log"
    turned = steps_against_angle([convergence(OPTIMIZERS["newton"](), 10.0, [0.0, 45.0, 90.0], 20)])
    np.testing.assert_array_equal(turned.data[0].x, [0.0, 45.0, 90.0])
    assert turned.layout.xaxis.title.text == "angle θ, degrees"
