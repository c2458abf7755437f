"""The lab of ravines: what it says of κ, of the angle and of tables of data, by its own numbers."""

import re
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from test_labs import opened, shown
from test_pages import picture, sound, texts

from charts.labs.conditioning import error_factors
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Kind, judge, run
from ui.labs import LABS
from ui.labs.ravine_facts import (
    every_rule,
    factors,
    made_for_ravines,
    rate_rows,
    rates_told,
    regressions,
    right_angle,
    whitened,
)
from ui.labs.ravines import ANGLES, KAPPAS, QUADRATIC, SETS, at_best, comparing
from ui.scenario import opening_of

LAB = LABS["ravines"]


def curves(at: Any, name: str) -> dict[str, np.ndarray]:
    """The steps that a panel of the page shows, by rule or theory; nan where there are none."""
    header, _ = picture(at)
    (panel,) = (p for p in header["panels"] if p["name"] == name)
    return {
        trace["name"]: np.array([np.nan if v is None else v for v in decoded(trace["y"])], dtype=float)
        for trace in panel["figure"]["data"]
    }


def decoded(values: Any) -> Any:
    """A column as Plotly sends it: a list, or base64 with its type."""
    if not isinstance(values, dict):
        return values
    return np.frombuffer(b64decode(values["bdata"]), dtype=values["dtype"])


def test_steps_grow_with_kappa_for_descent_and_momentum_and_not_for_newton() -> None:
    found = curves(opened(LAB), "condition_number")
    descent, momentum, adam, newton = (
        found[OPTIMIZERS[key].name] for key in ("gradient_descent", "momentum", "adam", "newton")
    )
    assert (np.diff(descent) > 0).all()
    assert (np.diff(momentum) > 0).all()
    assert descent[-1] > 1000
    assert momentum[-1] < descent[-1] / 8
    assert adam.max() < 2 * adam.min()
    assert set(newton) == {1.0}
    theory = found["theory: (κ − 1)/(κ + 1) a step"]
    np.testing.assert_allclose(descent[1:], theory[1:], rtol=0.02, atol=1.5)


def test_turned_rules_that_scale_each_weight_pay_and_the_others_do_not() -> None:
    query = {"landscape": "quadratic", "condition_number": "1000"}
    found = curves(opened(LAB, query), "angle")
    turned, straight = ANGLES[::5].index(45.0), 0
    adam = found[OPTIMIZERS["adam"].name]
    assert adam[turned] > 5 * adam[straight]
    for key in ("gradient_descent", "momentum", "newton"):
        assert np.ptp(found[OPTIMIZERS[key].name]) <= 1


def test_both_cursors_stand_at_the_surface_s_own_numbers_and_set_them() -> None:
    header, _ = picture(opened(LAB))
    places = {p["name"]: (p["places"]["x"], p["stops"]["x"]) for p in header["panels"]}
    for key, stops in (("condition_number", KAPPAS), ("angle", ANGLES)):
        assert places[key] == ({"of": "surface", "key": key, "slot": ""}, list(stops))


def test_every_direction_has_a_best_rate_and_a_limit() -> None:
    """Best 1/aᵢᵢ; all converge only below 2 minᵢ 1/aᵢᵢ; a step oscillates between."""
    rows = {row[0]: row[1:] for row in rate_rows(QUADRATIC.with_parameters(condition_number=100.0))}
    assert rows["weight x: a₁₁"] == ("1", "1", "2")
    assert rows["weight y: a₂₂"] == ("100", "0.01", "0.02")
    for factor, kept in ((0.99, True), (1.01, False)):
        rule = OPTIMIZERS["gradient_descent"](learning_rate=0.02 * factor)
        surface = QUADRATIC.with_parameters(condition_number=100.0)
        diverged = judge(surface, run(surface, rule, surface.start, 2_000)).kind is Kind.DIVERGED
        assert diverged != kept
    turned = {row[0]: row[1:] for row in rate_rows(QUADRATIC.with_parameters(angle=45.0))}
    assert turned["weight x: a₁₁"] == turned["weight y: a₂₂"] == ("10.5", "0.0952", "0.19")
    assert turned["axis (0.71, 0.71): λ₁"] == ("1", "1", "2")
    assert "2/λ_max = 0.02; the flat direction, whose best is 1, then keeps more than 98 %" in rates_told(
        QUADRATIC.with_parameters(condition_number=100.0)
    )


def test_a_step_leaves_what_the_figure_shows() -> None:
    surface = QUADRATIC.with_parameters(condition_number=50.0, angle=30.0)
    rates, left, curvatures = factors(surface)
    np.testing.assert_allclose(curvatures, [1.0, 50.0])
    np.testing.assert_allclose(left, abs(1.0 - np.outer(curvatures, rates)), rtol=1e-9, atol=1e-12)
    drawn = error_factors(rates, left, curvatures)
    np.testing.assert_array_equal(drawn.data[1].y, left[1])
    assert [a.text for a in drawn.layout.annotations] == ["1/λ₁", "2/λ₁", "1/λ₂", "2/λ₂"]


def test_whitened_contours_are_circles_and_one_rate_suits() -> None:
    assert "κ = 1." in whitened()
    assert "ends 0 from the minimum" in whitened()
    at = opened(LAB, {"landscape": "quadratic", "whiten": "1"})
    assert shown(at, LAB).surface.condition_number == pytest.approx(1.0)
    assert picture(at)[0]["panels"] == []


def test_the_regression_tables_need_standardising_and_centring() -> None:
    raw, centred, standard = regressions()["Regression in raw units"]
    assert raw.condition_number == pytest.approx(1.4e10, rel=0.05)
    assert centred.condition_number == pytest.approx(2.6e11, rel=0.05)
    assert standard.condition_number == pytest.approx(28, rel=0.02)
    off = [one.condition_number for one in regressions()["Regression off centre"]]
    assert off[:2] == pytest.approx([8.8e5, 2.5], rel=0.01)
    said = texts(opened(LAB))
    assert "κ is 1.4·10¹⁰ as it is, 2.6·10¹¹ centred, 28 standardised" in said
    assert "κ is 8.8·10⁵ as it is, 2.5 centred" in said


def test_in_raw_units_the_larger_gradient_wants_the_smaller_update() -> None:
    surface = LANDSCAPES["regression_raw_units"]
    slope = abs(surface.gradient(surface.start))
    step = abs(np.array(surface.minimizers[0]) - surface.start)
    assert slope[0] > slope[1]
    assert step[0] < step[1]


def test_exact_line_search_turns_at_right_angles() -> None:
    for angle in (0.0, 30.0):
        surface = QUADRATIC.with_parameters(condition_number=100.0, angle=angle)
        assert right_angle(surface, surface.start) == pytest.approx(90.0, abs=1e-4)
    descent = OPTIMIZERS["gradient_descent"](learning_rate=0.01)
    steps = np.diff(run(QUADRATIC, descent, QUADRATIC.start, 3).points, axis=0)
    assert abs(steps[0] @ steps[1]) > 1e-3  # a rule whose steps are not square


def test_what_the_three_rules_do_is_said_with_their_numbers() -> None:
    searching, normal, turning = (said for _, said in made_for_ravines(opening_of(LAB)))
    assert "90°" in searching
    few, many = map(int, re.search(r"(\d+) steps where .* needs (\d+)", searching).groups())
    assert few < many / 5
    assert "of one length, η: here 0.1. " in normal
    here, there, each, other = map(int, re.findall(r"\b\d+\b(?!°)", turning))
    assert here == there
    assert other > 10 * each


def test_every_rule_is_counted() -> None:
    rows = {row[0]: row[1:] for row in every_rule()}
    assert list(rows) == [rule.name for rule in OPTIMIZERS.values()]
    grows = {key: rows[OPTIMIZERS[key].name][-1] for key in OPTIMIZERS}
    for key in ("gradient_descent", "momentum", "nesterov", "backtracking"):
        assert grows[key] == "κ"
    for key in ("adagrad", "adam", "adamax", "rprop"):
        assert grows[key] == "the angle"
    for key in ("newton", "bfgs", "lbfgs", "conjugate_gradient", "full_matrix_adagrad", "exact_line_search"):
        assert grows[key] == "neither"


def test_the_page_counts_every_rule_when_it_is_asked_to() -> None:
    at = opened(LAB)
    assert "Grows with" not in texts(at)
    (toggle,) = (one for one in at.toggle if one.key == "every")
    assert "Grows with" in texts(sound(toggle.set_value(True).run()))


def test_questions_have_the_lectures_answers() -> None:
    least, influence = LAB.questions
    assert least.options[least.right()] == "Gradient descent"
    assert influence.options[influence.right()] == "RMSprop and Adam"


@pytest.mark.parametrize("name", SETS)
def test_a_set_of_rules_can_be_compared_anywhere(name: str) -> None:
    opening = opening_of(LAB)
    here, there = comparing(name)(opening), comparing(name)(opening.on(LANDSCAPES["rosenbrock"]))
    assert here.entries == SETS[name]
    assert [e.rule.key for e in there.entries] == [e.rule.key for e in SETS[name]]
    for entry in there.entries:
        t = run(there.surface, entry.rule, there.start, 200)
        assert judge(there.surface, t).kind is not Kind.DIVERGED


def test_the_closing_picture_has_the_lecture_s_rules() -> None:
    keys = {entry.rule.key for entry in SETS["The lecture’s five"]}
    assert keys == {"gradient_descent", "momentum", "adagrad", "rmsprop", "adam"}


def test_the_best_rates_are_theory_s_where_there_is_one() -> None:
    found = at_best(opening_of(LAB).with_parameter("condition_number", 40.0))
    descent, momentum, *_ = (entry.rule.settings for entry in found.entries)
    assert descent["learning_rate"] == pytest.approx(2 / 41, rel=0.01)
    root = np.sqrt(40.0)
    assert momentum["momentum"] == pytest.approx(((root - 1) / (root + 1)) ** 2, rel=0.01)


def test_at_a_large_kappa_the_set_rates_are_lost_and_the_button_that_is_named_helps() -> None:
    at = opened(LAB)
    (best,) = (b.label for b in at.button if b.label.startswith("Best rates"))
    assert "each at its best rate, gradient descent and momentum need more" in LAB.look_for
    assert f"“{best}”" in LAB.look_for
    narrow = opening_of(LAB).with_parameter("condition_number", 1000.0)
    for s, lost in ((opening_of(LAB), False), (narrow, True), (at_best(narrow), False)):
        for entry in s.entries[:2]:
            t = run(s.surface, entry.rule, s.start, s.steps)
            assert (judge(s.surface, t).kind is Kind.DIVERGED) == lost


def test_buttons_change_rules_and_rates() -> None:
    at = opened(LAB)
    (made,) = (b for b in at.button if b.label == "Made for ravines")
    sound(made.click().run())
    assert shown(at, LAB).entries == SETS["Made for ravines"]
    (best,) = (b for b in at.button if b.label == "Best rates for this ravine")
    sound(best.click().run())
    rates = [e.rule.settings.get("learning_rate") for e in shown(at, LAB).entries]
    assert rates != [e.rule.settings.get("learning_rate") for e in SETS["Made for ravines"]]
