"""The perceptron and a logistic unit on three points and a spoiler."""

import math

import numpy as np
import pytest

from charts import LIGHT
from charts.labs.perceptron import (
    decision_lines,
    loss_against_distance,
    pull_against_distance,
    updates_against_distance,
)
from landscapes import LANDSCAPES
from optimizers.studies.perceptron import (
    LEVEL,
    backprop,
    counted,
    decision_line,
    examples,
    few_spoilers,
    perceptron,
    perceptron_bound,
    pull,
    spoiled,
)

SPOILER = LANDSCAPES["spoiler"]
DISTANCES = (0.5, 1.0, 2.0, 4.0, 8.0, 14.0, 20.0)


@pytest.mark.parametrize("t", [0.0, *DISTANCES, 50.0, 100.0])
def test_the_perceptron_separates_all_four_within_the_bound(t: float) -> None:
    points, signs = examples(t)
    found, bound = perceptron(points, signs), perceptron_bound(points, signs)
    assert found.separated
    w_x, w_y, b = found.weights[-1]
    assert all(s * (w_x * x + w_y * y + b) > 0.0 for (x, y), s in zip(points, signs, strict=True))
    assert 0 < found.updates <= bound.updates
    rows = np.column_stack([points, np.ones(4)]) * signs[:, None]
    np.testing.assert_array_equal(np.diff(found.weights, axis=0), rows[found.mistakes])
    before = (found.weights[:-1] * rows[found.mistakes]).sum(axis=1)
    assert (before <= 0.0).all()  # each update is for a mistake


def test_the_bound_grows_as_the_square_of_t_and_the_count_about_as_t() -> None:
    counts = {t: perceptron(*examples(t)).updates for t in (25.0, 50.0, 100.0)}
    for t, count in counts.items():
        radius, margin, bound = perceptron_bound(*examples(t))
        assert radius**2 == pytest.approx(t * t + 1.0)
        assert bound == pytest.approx(5.0 * (t * t + 1.0))
        assert margin**2 == pytest.approx(1 / 5)
        assert t <= count <= t + 8.0


def test_the_margin_is_the_widest_that_any_direction_leaves() -> None:
    points, signs = examples(3.0)
    rows = np.column_stack([points, np.ones(4)]) * signs[:, None]
    tried = np.random.default_rng(0).standard_normal((400_000, 3))
    tried /= np.linalg.norm(tried, axis=1)[:, None]
    best = (tried @ rows.T).min(axis=1).max()
    margin = perceptron_bound(points, signs).margin
    assert best <= margin
    assert best == pytest.approx(margin, rel=1e-2)


def test_what_cannot_be_separated_has_no_bound_and_is_given_up() -> None:
    points, signs = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]), np.array([1.0, 1.0, -1.0])
    assert perceptron_bound(points, signs).updates == math.inf
    found = perceptron(points, signs, most=50)
    assert not found.separated
    assert found.updates >= 50


def test_three_points_have_the_solution_of_the_lectures() -> None:
    """w_x = w_y = L, b = 0 gives targets exactly: the loss of the three is 0 and the spoiler's is all."""
    surface = SPOILER.with_parameters(distance=20.0)
    assert surface.value((LEVEL, 0.0)) == pytest.approx(0.9**2, abs=1e-9)
    np.testing.assert_allclose(surface.gradient((LEVEL, 0.0)), 0.0, atol=1e-12)


def test_backprop_keeps_the_three_points_solution_for_large_t_and_leaves_it_for_small() -> None:
    found = spoiled(SPOILER, DISTANCES)
    far = found.distances >= 5.0
    assert not found.separated[far].any()
    np.testing.assert_allclose(found.losses[far], 0.81, atol=0.01)
    assert (found.moved[far] < 0.05).all()
    near = found.distances <= 4.0
    assert found.separated[near].all()
    assert (found.losses[near] < 0.1).all()


def test_the_far_solution_is_a_local_minimum() -> None:
    surface = SPOILER.with_parameters(distance=8.0)
    unit = backprop(surface)
    assert (np.linalg.eigvalsh(surface.hessian(unit.trajectory.points[-1])) > 0.0).all()
    assert unit.loss > 5 * surface.minimum


def test_the_spoilers_gradient_vanishes() -> None:
    """Against the surface, less the other three's share, and against t e^(−Lt)."""
    for t in (0.5, 2.0, 4.0):
        surface, w = SPOILER.with_parameters(distance=t), (1.5, 0.4)

        def error(u, t=t):
            return (1 / (1 + math.exp(t * u[1] - u[2])) - 0.9) ** 2

        spoiler = np.array([LEVEL, *w])
        numeric = [(error(spoiler + h) - error(spoiler - h)) / 2e-6 for h in 1e-6 * np.eye(3)]
        assert numeric[0] == 0.0
        assert pull(t, tuple(spoiler)) == pytest.approx(np.linalg.norm(numeric), rel=1e-6)
        others = SPOILER.with_parameters(distance=20.0).gradient(w)  # its spoiler's share is next to nothing
        np.testing.assert_allclose(surface.gradient(w) - others, numeric[1:], atol=1e-6)
    far = [pull(t) / (math.hypot(t, 1.0) * 1.8 * math.exp(-LEVEL * t)) for t in (5.0, 10.0, 20.0)]
    np.testing.assert_allclose(far, 1.0, rtol=1e-3)


def test_a_spoiler_turns_the_perceptron_far_and_backprop_hardly() -> None:
    found = few_spoilers(SPOILER, 8.0)
    assert found.perceptron > 30.0
    assert found.backprop < 0.1


def test_decision_lines_are_where_the_unit_is_undecided() -> None:
    points, signs = examples(2.0)
    weights = perceptron(points, signs).weights[-1]
    found = decision_line(weights, points, signs, 10.0)
    assert found.right.all()
    for x, y in found.ends:
        assert math.hypot(x, y) == pytest.approx(10.0)
        assert weights @ (x, y, 1.0) == pytest.approx(0.0, abs=1e-9)
    assert decision_line((0.0, 0.0, 1.0), points, signs, 10.0).ends == ()
    assert decision_line((0.1, 0.0, 5.0), points, signs, 10.0).ends == ()
    assert decision_line((LEVEL, LEVEL, 0.0), *examples(2.0), 10.0).right.tolist() == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_a_line_is_the_same_for_weights_of_any_size(size: float) -> None:
    points, signs = examples(2.0)
    weights = np.array([1.0, -0.5, 0.3])
    found = decision_line(size * weights, points, signs, 2.0)
    assert found.right.tolist() == [True, False, True, True]
    for x, y in found.ends:
        assert math.hypot(x, y) == pytest.approx(2.0)
        assert weights @ (x, y, 1.0) == pytest.approx(0.0, abs=1e-12)
    assert len(found.ends) == 2
    assert decision_line((LEVEL, size, 0.0), points, signs, 2.0).ends
    assert decision_line((0.0, 0.0, 0.0), points, signs, 2.0).ends == ()


@pytest.mark.parametrize("t", [0.0, 0.5, 1.0, 2.0, 20.0])
def test_the_bound_is_what_the_page_calls_it(t: float) -> None:
    assert perceptron_bound(*examples(t)).updates == pytest.approx(5.0 * max(2.0, t * t + 1.0))


@pytest.mark.parametrize("t", [-1.0, 101.0, math.nan])
def test_a_distance_that_is_none_is_refused(t: float) -> None:
    with pytest.raises(ValueError, match="distance must be a number from 0 to 100"):
        examples(t)


def test_figures_show_the_numbers() -> None:
    counts = counted((1.0, 8.0))
    measured, bound = updates_against_distance(counts).data
    np.testing.assert_array_equal(measured.y, [perceptron(*examples(t)).updates for t in (1.0, 8.0)])
    np.testing.assert_array_equal(bound.y, [perceptron_bound(*examples(t)).updates for t in (1.0, 8.0)])
    found = spoiled(SPOILER, (1.0, 8.0), steps=500)
    np.testing.assert_array_equal(pull_against_distance(found).data[0].y, found.pulls)
    np.testing.assert_array_equal(loss_against_distance(found).data[0].y, found.losses)
    points, signs = examples(8.0)
    units = [
        ("perceptron", perceptron(points, signs).weights[-1], LIGHT.runs[5]),
        ("backprop", (LEVEL, LEVEL, 0.0), LIGHT.runs[0]),
    ]
    names = [trace.name for trace in decision_lines(points, signs, units).data]
    assert names[:2] == ["perceptron: 0 wrong", "backprop: 1 wrong"]
