"""The lab of perceptron and backprop: its facts, on the numbers that its page shows."""

import math
import re

import numpy as np
import pytest
from panels import lines, panel, told
from test_labs import opened
from test_pages import picture, texts

from landscapes import LANDSCAPES
from optimizers import run
from optimizers.studies.perceptron import LEVEL, examples
from ui.labs import LABS
from ui.labs.perceptron import EXAMPLES, told_distances
from ui.labs.perceptron import against_distance as study_of

LAB = LABS["perceptron"]


def wrong(weights, t):
    points, signs = examples(t)
    return int((signs * (points @ weights[:2] + weights[2]) <= 0.0).sum())


@pytest.mark.parametrize("t", [0.5, 2.0, 8.0, 20.0])
def test_the_plane_shows_the_examples_and_a_perceptron_that_has_all_four_right(t: float) -> None:
    plane = panel(opened(LAB, {"distance": str(t)}), "plane")
    points, signs = examples(t)
    shown = np.array([(x, y + times * t, sign) for x, y, times, sign in plane["examples"]])
    np.testing.assert_array_equal(shown, np.column_stack([points, signs]))
    assert plane["first"] == LEVEL
    (unit,) = plane["units"]
    for distance, weights in zip(plane["stops"], unit["weights"], strict=True):
        assert wrong(np.array(weights), distance) == 0
    assert t in plane["stops"]


def test_a_distance_between_the_stops_has_a_line_of_its_own() -> None:
    plane = panel(opened(LAB, {"distance": "7.3"}), "plane")
    assert 7.3 in plane["stops"]
    assert len(plane["stops"]) == len(plane["units"][0]["weights"]) == 41


def test_backprop_follows_a_near_spoiler_and_keeps_three_points_with_a_far_one() -> None:
    """On the runs that the page shows: 0.8 where it stays, far less where it separates."""
    for t, missed in ((2.0, 0), (4.0, 0), (5.0, 1), (8.0, 1), (20.0, 1)):
        at = opened(LAB, {"distance": str(t)})
        _, (columns,) = picture(at)
        w2, b = columns.x[-1], columns.y[-1]
        assert wrong(np.array([LEVEL, w2, b]), t) == missed
        loss = LANDSCAPES["spoiler"].with_parameters(distance=t).value((w2, b))
        if missed:
            assert loss == pytest.approx(0.81, abs=0.01)
            assert math.hypot(w2 - LEVEL, b) < 0.05
            assert "Local minimum" in texts(at)
        else:
            assert loss < 0.1
        assert f"{missed} of 4 wrong" in told(at)[1]


def test_the_count_stays_below_the_bound_of_t_squared_and_grows_as_t() -> None:
    at = opened(LAB)
    drawn = lines(at, "updates")
    (t, measured), (_, bound) = drawn["perceptron, measured"], drawn["at most R²/γ²"]
    assert len(t) == 40
    np.testing.assert_allclose(bound[t >= 1.0], 5.0 * (t[t >= 1.0] ** 2 + 1.0))
    assert (measured <= bound).all()
    slope, ahead = np.polyfit(t, measured, 1)
    assert slope == pytest.approx(1.0, abs=0.1)
    assert np.abs(measured - slope * t - ahead).max() < 2.0
    assert "after 12 updates" in told(at)[0]
    assert "= 325" in told(at)[0]


@pytest.mark.parametrize(("t", "bound"), [("0.5", "10"), ("2", "25")])
def test_the_bound_s_formula_gives_its_number_near_too(t: str, bound: str) -> None:
    assert f"R²/γ² = 5 max(2, t² + 1) = {bound};" in told(opened(LAB, {"distance": t}))[0]


def test_weights_of_any_size_have_a_sentence() -> None:
    assert "of 4 wrong" in told(opened(LAB, {"x": "1e300", "y": "1"}))[1]


def test_the_spoilers_gradient_vanishes_and_its_loss_stays() -> None:
    found = study_of()
    far = found.distances >= 5.0
    expected = found.distances * 1.8 * np.exp(-LEVEL * found.distances)
    np.testing.assert_allclose(
        found.pulls[far] / np.hypot(1.0, 1.0 / found.distances[far]), expected[far], rtol=1e-3
    )
    sentence = told_distances(found)
    assert "up to t = 4 it separates all four" in sentence
    assert "From t = 4.5 on it stays, with a loss of 0.81" in sentence


def test_a_spoiler_turns_the_perceptron_far_and_backprop_hardly() -> None:
    turned = told(opened(LAB))[2]
    perceptron, backprop = map(float, re.findall(r"by ([\d.]+)°", turned))
    assert perceptron > 40.0
    assert backprop < 0.01


def test_the_perceptron_is_the_answer_for_a_far_spoiler() -> None:
    (question,) = LAB.questions
    assert question.options[question.right()] == "The perceptron."
    assert "after 12 updates" in question.because()
    assert "loss of 0.81" in question.because()


def test_another_surface_has_no_plane_and_says_so() -> None:
    at = opened(LAB, {"landscape": "rosenbrock"})
    assert picture(at)[0]["panels"] == []
    assert "The spoiler is on another surface" in told(at)[0]


def test_the_runs_of_the_page_are_those_of_its_scenario() -> None:
    s = LAB.opening()
    _, (columns,) = picture(opened(LAB))
    t = run(s.surface, s.entries[0].rule, s.start, s.steps)
    np.testing.assert_array_equal(columns.x, t.points[:, 0])
    assert [e[3] for e in EXAMPLES] == [1.0, 1.0, -1.0, 1.0]
