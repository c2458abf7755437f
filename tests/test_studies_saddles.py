"""The lab of saddles and plateaux: how long a ridge holds a run, and where slopes are next to nothing."""

import math
from typing import Any

import numpy as np
import pytest

from charts.labs.saddles import crossing_traces, escape_curve, slope_curve
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Kind, run
from optimizers.studies.escape import Escape, descent_steps, escape, growth
from optimizers.studies.plateaux import backprop_term, crossing, slopes

SADDLE, WALLED = LANDSCAPES["saddle"], LANDSCAPES["walled_saddle"]
DISTANCES = np.logspace(-12, -1, 12)
BY_SIZE = [
    OPTIMIZERS["gradient_descent"](learning_rate=0.1),
    OPTIMIZERS["momentum"](learning_rate=0.1, momentum=0.5),
]
BY_SIGN = [OPTIMIZERS[key](learning_rate=0.1) for key in ("adam", "rmsprop", "rprop", "lion", "normalised")]


def left(surface: Any = SADDLE, rules: Any = (*BY_SIZE, *BY_SIGN), **more: Any) -> Escape:
    return escape(surface, rules, (0.0, 0.0), DISTANCES, 500, **more)


def test_every_count_is_that_of_a_single_run() -> None:
    found = left(along=1.5)
    for rule, row in zip(found.rules, found.steps, strict=True):
        for place in (0, 6, 11):
            t = run(SADDLE, rule, (1.5, DISTANCES[place]), 500)
            assert row[place] == np.flatnonzero(np.abs(t.points[:, 1]) > found.radius)[0]


def test_gradient_descent_takes_the_logarithm_of_one_over_d() -> None:
    found = left()
    said = descent_steps(0.1, found.curvature, DISTANCES, found.radius)
    np.testing.assert_array_equal(found.steps[0], np.ceil(said))
    assert found.slopes[0] == pytest.approx(1 / math.log(1 + 0.1 * 2.0), rel=0.01)


def test_a_rate_next_to_nothing_takes_as_much_longer_and_none_for_ever() -> None:
    slow, slower = (descent_steps(rate, -2.0, DISTANCES, 0.3) for rate in (1e-9, 1e-17))
    np.testing.assert_allclose(slower, 1e8 * slow, rtol=1e-8)
    assert np.isinf(descent_steps(0.0, -2.0, DISTANCES, 0.3)).all()
    assert np.isinf(descent_steps(0.1, -2.0, [0.0], 0.3)).all()


@pytest.mark.parametrize("surface", [SADDLE, WALLED], ids=lambda s: s.key)
def test_an_e_fold_costs_what_theory_says(surface: Any) -> None:
    found = left(surface)
    for rule, slope in zip(found.rules[:2], found.slopes, strict=False):
        each = growth(0.1, found.curvature, rule.settings.get("momentum", 0.0))
        assert slope == pytest.approx(1 / math.log(each), rel=0.01)


def test_growth_is_the_factor_of_a_long_run() -> None:
    t = run(SADDLE, BY_SIZE[1], (0.0, 1e-9), 60)
    assert t.points[-1, 1] / t.points[-2, 1] == pytest.approx(growth(0.1, -2.0, 0.5), rel=1e-9)


@pytest.mark.parametrize("surface", [SADDLE, WALLED], ids=lambda s: s.key)
def test_rules_that_go_by_the_sign_hardly_notice(surface: Any) -> None:
    found = left(surface)
    assert (found.slopes[2:] < 0.04 * found.slopes[0]).all()
    assert (found.steps[2:] <= 20).all()
    assert found.steps[0, 0] > 15 * found.steps[0, -1]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_exactly_on_the_ridge_no_rule_that_goes_by_gradients_leaves(key: str) -> None:
    found = escape(WALLED, [OPTIMIZERS[key]()], (0.0, 0.0), [0.0], 200, along=-1.5)
    assert math.isnan(found.steps[0, 0]) or key == "nelder_mead"  # it looks around
    assert math.isnan(found.slopes[0])


def test_a_turned_ridge_holds_a_run_as_long() -> None:
    dupont = LANDSCAPES["dupont"]
    found = escape(dupont, BY_SIZE[:1], dupont.saddles[0], np.logspace(-6, -2, 5), 2_000, radius=0.1)
    low = np.linalg.eigvalsh(dupont.hessian(dupont.saddles[0]))[0]
    assert found.curvature == pytest.approx(low)
    assert found.slopes[0] == pytest.approx(1 / math.log(growth(0.1, low)), rel=0.05)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"saddle": (0.0, 1.0)}, "no saddle"),
        ({"distances": [-1.0]}, "Distances"),
        ({"distances": [0.5]}, "Distances"),
        ({"distances": "near"}, "Distances"),
        ({"radius": 0.0}, "radius"),
        ({"rules": []}, "one rule"),
        ({"along": math.nan}, "along"),
        ({"steps": 0}, "Steps"),
        ({"rules": [OPTIMIZERS["adam"]]}, "settings"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "surface": WALLED, "rules": BY_SIZE, "saddle": (0.0, 0.0), "distances": [0.1], "steps": 10,
    }  # fmt: skip
    with pytest.raises(ValueError, match=says):
        escape(**given | change)


def test_escaping_has_a_pace() -> None:
    heard: list[int] = []

    def five(done: int) -> int:
        heard.append(done)
        return 5

    paced = escape(SADDLE, BY_SIZE, (0, 0), [0.0, 1e-3], 20, pace=five)
    plain = escape(SADDLE, BY_SIZE, (0, 0), [0.0, 1e-3], 20)
    np.testing.assert_array_equal(paced.steps, plain.steps)
    assert heard == [*range(0, 40, 5)]


# --- plateaux -----------------------------------------------------------------------------------


def test_the_slope_of_a_saturated_unit_is_the_backprop_term() -> None:
    surface = LANDSCAPES["saturated_unit"]
    inputs, targets = np.array([-1.0, 0.0, 1.0]), np.array([0.1, 0.5, 0.9])
    found = slopes(surface, (-10.0, 1.0), (10.0, 1.0))
    z = found.points[:, :1] * inputs + found.points[:, 1:]
    terms = backprop_term("logistic", z, targets)
    gradient = np.stack([(terms * inputs).sum(-1), terms.sum(-1)], axis=-1)
    np.testing.assert_allclose(found.norms, np.linalg.norm(gradient, axis=-1), rtol=1e-10, atol=1e-15)


def test_wrong_and_sure_of_it_a_unit_hardly_learns() -> None:
    surface = LANDSCAPES["saturated_unit"]
    found = slopes(surface, (-10.0, 6.0), (10.0, 6.0))
    steepest = found.norms.argmax()
    assert found.norms[0] < 0.15 * found.norms[steepest]
    assert found.losses[0] > found.losses[steepest]
    assert abs(backprop_term("logistic", -12.0, 0.9)) < 1e-5
    assert abs(backprop_term("logistic", -1.0, 0.9)) > 0.1


def test_a_dead_rectifier_has_no_slope_at_all() -> None:
    found = slopes(LANDSCAPES["dead_relu"], (-1.0, -2.5), (1.0, -2.5))
    assert not found.norms.any()
    assert (found.losses == 1.25).all()
    assert backprop_term("rectifier", -0.001, 1.0) == 0.0
    assert backprop_term("rectifier", 2.0, 1.0) == 1.0


def test_tanh_learns_faster_than_the_logistic_unit_around_zero() -> None:
    z = np.linspace(-1.0, 1.0, 41)
    slope = [backprop_term(unit, z, target) for unit, target in (("tanh", 1.0), ("logistic", 1.0))]
    assert (np.abs(slope[0]) > np.abs(slope[1]))[z < 0.9].all()
    assert slope[0][20] == pytest.approx(-1.0)
    assert slope[1][20] == pytest.approx(-0.125)


def test_centred_inputs_help() -> None:
    """The same unit on inputs far from 0 is saturated at a weight at which it learns on centred ones."""
    inputs = np.array([-1.0, 0.0, 1.0])
    targets = np.array([0.1, 0.5, 0.9])
    raw, centred = (np.abs(backprop_term("logistic", a, targets)).sum() for a in (inputs + 12.0, -inputs))
    assert raw < 1e-4 * centred


def test_rprop_crosses_the_plateau_on_which_gradient_descent_stands() -> None:
    surface = LANDSCAPES["saturated_unit"]
    keys = ("gradient_descent", "momentum", "rprop", "adam")
    found = crossing(surface, [OPTIMIZERS[key](learning_rate=0.1) for key in keys], (-9.0, 1.0), 300)
    assert found.kinds[:3] == (Kind.PLATEAU, Kind.PLATEAU, Kind.GLOBAL_MINIMUM)
    assert (found.losses[:2, -1] > 0.95 * found.losses[:2, 0]).all()
    assert (found.losses[2:, -1] < 1e-6).all()
    assert found.norms[0, 0] == found.norms[2, 0] < 0.05


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: slopes(WALLED, (0, 0), (1, math.inf)), "start"),
        (lambda: slopes(WALLED, (0, 0), (1, 1), 1), "2 to 2,000"),
        (lambda: backprop_term("step", 0.0, 1.0), "logistic, tanh, rectifier"),
        (lambda: crossing(WALLED, [], (0, 0), 10), "one rule"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


# --- figures ------------------------------------------------------------------------------------


def test_the_figures_show_every_rule_and_theory() -> None:
    found = left()
    figure = escape_curve(found)
    assert [t.name for t in figure.data] == [*(r.name for r in found.rules), "ln(r/d) / ln(1 + η|λ|)"]
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.range[0] < -12
    np.testing.assert_array_equal(figure.data[0].y, found.steps[0])
    assert len({(t.line.dash, t.marker.symbol) for t in figure.data[:6]}) == 6


@pytest.mark.parametrize("rate", [0.0, 1e-17])
def test_at_a_rate_next_to_nothing_the_figure_is_drawn(rate: float) -> None:
    rules = [OPTIMIZERS["gradient_descent"](learning_rate=rate), BY_SIZE[0]]
    figure = escape_curve(escape(SADDLE, rules, (0.0, 0.0), DISTANCES, 100))
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert len(figure.data) == 4


def test_a_slope_of_zero_breaks_the_line() -> None:
    figure = slope_curve(slopes(LANDSCAPES["dead_relu"], (0.5, -3.0), (0.5, 3.0)))
    assert figure.layout.xaxis.title.text == "weight b"
    shown = np.asarray(figure.data[0].y, dtype=float)
    assert np.isnan(shown[0])
    assert np.isfinite(shown[-1])


def test_crossings_are_measured_from_the_minimum() -> None:
    figure = crossing_traces(crossing(LANDSCAPES["saturated_unit"], BY_SIZE, (-9.0, 1.0), 20))
    assert figure.layout.yaxis.title.text == "loss above minimum"
    assert len(figure.data) == 2
    assert crossing_traces(crossing(SADDLE, BY_SIZE, (-1.0, 0.1), 5)).layout.yaxis.title.text == "loss"
