"""Mini-batches: which examples a step sees, and what that does to its gradient."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from conftest import make_surface
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.data import Data, View
from optimizers import OPTIMIZERS, SCHEDULES, Optimizer, run
from optimizers.runs.batches import batches

DATA = [surface for surface in LANDSCAPES.values() if surface.data]
LINE = LANDSCAPES["line_fit"]
from_data = pytest.mark.parametrize("surface", DATA, ids=lambda s: s.key)
every_rule = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
DESCENT = OPTIMIZERS["gradient_descent"](learning_rate=0.05)
LINE_SEARCHES = ("bfgs", "lbfgs", "conjugate_gradient", "backtracking")
SEARCHES = (*LINE_SEARCHES, "levenberg_marquardt", "nelder_mead")
every_search = pytest.mark.parametrize("key", SEARCHES)


def examples(surface: Landscape) -> int:
    assert surface.data is not None
    return len(surface.data)


def gradient(surface: Landscape, point: tuple[float, float], chosen: Array | None = None) -> Array:
    functions = surface.compiled if chosen is None else surface.batch(chosen)
    return np.array(functions.on_floats.gradient(*point))


@pytest.mark.parametrize(("count", "size"), [(20, 1), (20, 4), (20, 6), (20, 19), (20, 20), (3, 2), (1, 1)])
def test_an_epoch_sees_every_example_once_in_a_new_order(count: int, size: int) -> None:
    a_round = math.ceil(count / size)
    drawn = batches(count, size, 5 * a_round, seed=3)
    epochs = [drawn[i : i + a_round] for i in range(0, len(drawn), a_round)]
    for epoch in epochs:
        assert sorted(np.concatenate(epoch).tolist()) == list(range(count))
        assert [len(batch) for batch in epoch[:-1]] == [size] * (a_round - 1)
    if a_round > 2:
        assert len({str(epoch) for epoch in epochs}) == 5


def test_the_stream_is_the_seeds_and_a_longer_one_begins_with_the_shorter() -> None:
    long, short, other = batches(20, 3, 50, 1), batches(20, 3, 11, 1), batches(20, 3, 50, 2)
    for a, b in zip(long, short, strict=False):
        assert_array_equal(a, b)
    assert any(a.tolist() != b.tolist() for a, b in zip(long, other, strict=True))
    for lanes, *each in zip(batches(20, 3, 50, [1, 2]), long, other, strict=True):
        assert_array_equal(lanes, np.stack(each, axis=-1))


@from_data
@pytest.mark.parametrize("size", [1, 2, 3])
def test_over_an_epoch_the_batch_gradients_average_to_the_full_one(surface: Landscape, size: int) -> None:
    count = examples(surface)
    epoch = batches(count, size, math.ceil(count / size), seed=0)
    each = [len(batch) * gradient(surface, surface.start, batch) for batch in epoch]
    assert_allclose(np.sum(each, axis=0) / count, gradient(surface, surface.start), rtol=1e-10, atol=1e-14)


@from_data
@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_variance_of_a_batch_gradient_is_that_of_sampling_without_replacement(
    surface: Landscape, size: int
) -> None:
    """σ²/S · (N − S)/(N − 1)."""
    count, draws = examples(surface), 4_000
    size = min(size, count - 1)
    singles = np.array([gradient(surface, surface.start, np.array([i])) for i in range(count)])
    drawn = np.stack([batches(count, size, 1, seed)[0] for seed in range(draws)], axis=-1)
    measured = np.var(
        surface.batch(drawn).on_arrays.gradient(*np.full((2, draws), np.array(surface.start)[:, None])),
        axis=1,
    )
    expected = singles.var(axis=0) / size * (count - size) / (count - 1)
    assert_allclose(measured, expected, rtol=6 * math.sqrt(2 / draws) * 1.5, atol=1e-12 * expected.max())


@from_data
def test_a_batch_of_all_is_the_exact_surface_to_the_bit(surface: Landscape) -> None:
    everything = np.arange(examples(surface))
    for whole, batch in zip(surface.compiled, surface.batch(everything), strict=True):
        for exact, found in zip(whole, batch, strict=True):
            if exact is not None:
                assert np.asarray(exact(0.3, -0.7)).tolist() == np.asarray(found(0.3, -0.7)).tolist()
    plain = run(surface, DESCENT, surface.start, 20)
    assert_array_equal(
        run(surface, DESCENT, surface.start, 20, batch_size=len(everything)).points, plain.points
    )


@every_rule
def test_many_starts_and_seeds_equal_their_runs_one_by_one(rule: type[Optimizer]) -> None:
    starts = [(0.5, 1.0), (2.0, -1.0), (-0.5, 4.0)]
    batch = run(LINE, rule(), starts, 12, batch_size=6, seed=4)
    for lane, start in enumerate(starts):
        single = run(LINE, rule(), start, 12, batch_size=6, seed=4)
        assert_array_equal(batch.points[:, lane], single.points)
    fan = run(LINE, rule(), (0.5, 1.0), 12, batch_size=6, noise=0.1, seed=[4, 5])
    for lane, seed in enumerate((4, 5)):
        single = run(LINE, rule(), (0.5, 1.0), 12, batch_size=6, noise=0.1, seed=seed)
        assert_array_equal(fan.points[:, lane], single.points)


@every_rule
def test_what_a_batch_is_asked_counts_as_its_share(rule: type[Optimizer]) -> None:
    t = run(LINE, rule(), LINE.start, 8, batch_size=8)  # 8, 8 and 4 of 20 examples
    asked = [np.bincount(trials[:, 2].astype(int), minlength=3) for trials in t.trials]
    shares = [0.0, *[0.4, 0.4, 0.2] * 2, 0.4, 0.4]
    assert_allclose(t.evaluations, np.cumsum(np.array(asked) * np.array(shares)[:, None], axis=0))
    assert t.batches is not None
    assert [len(batch) for batch in t.batches] == [8, 8, 4, 8, 8, 4, 8, 8]


def test_values_and_gradients_of_the_run_stay_those_of_all_examples() -> None:
    t = run(LINE, DESCENT, LINE.start, 30, batch_size=2)
    assert_array_equal(t.values, LINE.value(t.points))
    assert_array_equal(t.gradients, LINE.gradient(t.points))
    assert t.batches is not None
    step = t.points[1] - t.points[0]
    assert_allclose(step, -0.05 * gradient(LINE, LINE.start, t.batches[0]))


def test_small_batches_bounce_around_the_minimum_and_a_falling_rate_quiets_them() -> None:
    ends = {}
    for name, schedule in (("constant", None), ("linear", SCHEDULES["linear"]())):
        t = run(LINE, DESCENT, LINE.minimizers[0], 2_000, schedule, batch_size=1, seed=range(20))
        ends[name] = float(np.mean(t.values[-500:] - LINE.minimum))
    full = run(LINE, DESCENT, LINE.minimizers[0], 200).values[-1] - LINE.minimum
    assert abs(full) < 1e-12
    assert ends["constant"] > 100 * ends["linear"] > 1e-6


@pytest.mark.parametrize("key", ["line_fit", "logistic_regression", "twin_units"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_mini_batches_make_progress_before_they_have_seen_all_the_data(key: str, size: int) -> None:
    """Half an epoch, in which the full batch has not taken its first step."""
    surface = LANDSCAPES[key]
    steps = examples(surface) // (2 * size)
    t = run(surface, DESCENT, surface.start, steps, batch_size=size, seed=range(100))
    assert 0 < t.evaluations[-1, 1] <= 0.5
    assert np.mean(t.values[-1] < t.values[0]) > 0.95
    assert t.values[-1].mean() < t.values[0, 0] - 0.01 * (t.values[0, 0] - surface.minimum)


@pytest.mark.parametrize(("key", "eta"), [("line_fit", 0.02), ("logistic_regression", 0.02)])
def test_the_full_batch_goes_straight_downhill_and_single_examples_wander_but_descend_on_average(
    key: str, eta: float
) -> None:
    surface, rule = LANDSCAPES[key], OPTIMIZERS["gradient_descent"](learning_rate=eta)
    count = examples(surface)
    full = run(surface, rule, surface.start, 5 * count)
    assert_allclose(np.diff(full.points, axis=0), -eta * full.gradients[:-1], rtol=1e-9, atol=1e-14)
    assert (np.diff(full.values) < 0).all()
    t = run(surface, rule, surface.start, 5 * count, batch_size=1, seed=range(100))
    uphill = np.sum(np.diff(t.points, axis=0) * t.gradients[:-1], axis=-1) > 0
    assert 0.1 < uphill.mean() < 0.5
    assert uphill.any(axis=0).all(), "every one of the runs wanders"
    assert (np.diff(t.values[::count].mean(axis=1)) < 0).all(), "epoch by epoch, over the seeds"


@from_data
def test_the_loss_surface_itself_changes_with_every_batch(surface: Landscape) -> None:
    """At one point, over one epoch: neither their heights nor their slopes are those of all examples."""
    count, point = examples(surface), surface.start
    epoch = batches(count, 1, count, seed=1)
    heights = np.array([surface.batch(batch).on_floats.value(*point) for batch in epoch])
    slopes = np.array([gradient(surface, point, batch) for batch in epoch])
    exact = gradient(surface, point)
    assert np.ptp(heights) > 1e-3 * surface.value(point)
    assert np.linalg.norm(slopes - exact, axis=1).max() > 1e-3 * np.linalg.norm(exact)
    assert heights.mean() == pytest.approx(surface.value(point))


def test_the_draw_of_batches_can_leave_a_local_minimum() -> None:
    """A tilted double well in which every example leans another way."""
    a = sp.Symbol("a_i", real=True)
    rows = tuple((lean,) for lean in np.linspace(-5.0, 5.0, 20).tolist())
    wells = (x**2 - 1) ** 2 + x / 4 + y**2
    data = Data(("a_i",), rows, View(("a", "a"), a, a, a), "Example i leans by aᵢ.")
    surface = replace(make_surface(wells), expression=wells + a * x, data=data)
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.1)
    kept = run(surface, rule, (0.97, 0.0), 1_000)
    assert kept.points[:, 0].min() > 0.9
    thrown = run(surface, rule, (0.97, 0.0), 1_000, batch_size=1, seed=range(100))
    assert np.mean(thrown.points[:, :, 0].min(axis=0) < -0.5) > 0.9
    assert np.mean(thrown.points[-1, :, 0] < 0.0) > 0.7


def test_stochastic_descent_is_ahead_before_the_full_batch_has_taken_two_steps() -> None:
    """At equal gradient evaluations: an epoch of single examples against one full step."""
    careful = OPTIMIZERS["gradient_descent"](learning_rate=0.01)
    full = run(LINE, careful, LINE.start, 1)
    single = run(LINE, careful, LINE.start, 20, batch_size=1, seed=range(20))
    assert single.evaluations[-1, 1] == pytest.approx(full.evaluations[-1, 1])
    assert np.mean(single.values[-1]) < full.values[-1]


# Rules that compare losses: whatever a step compares is of its own batch


@every_search
@pytest.mark.parametrize("surface", [LINE, LANDSCAPES["logistic_regression"]], ids=lambda s: s.key)
@pytest.mark.parametrize("size", [1, 5])
def test_no_search_raises_the_loss_of_its_own_batch_and_none_freezes(
    surface: Landscape, key: str, size: int
) -> None:
    t = run(surface, OPTIMIZERS[key](), surface.start, 200, batch_size=size)
    assert t.batches is not None
    for k, batch in enumerate(t.batches):
        loss = surface.batch(batch).on_floats.value
        before, after = (loss(*p) for p in t.points[k : k + 2].tolist())
        assert after <= before + 1e-15 * abs(before)
    stays = (t.points[51:] == t.points[50:-1]).all(axis=-1)
    # A rejected trial of Levenberg–Marquardt stays put, as does the best corner of a folding triangle.
    assert stays.mean() < (0.2 if key in LINE_SEARCHES else 0.6)


@every_search
def test_a_search_asks_anew_what_it_remembers_of_another_batch(key: str) -> None:
    t = run(LINE, OPTIMIZERS[key](), LINE.start, 30, batch_size=5)
    for k, asked in enumerate(t.trials[2:], start=1):
        if key == "nelder_mead":
            expected = [[*t.states[name][k], 0] for name in ("best", "middle", "worst")]
        else:
            expected = [[*t.points[k], what] for what in (0, 1)]
        for question in expected:
            assert (asked == question).all(axis=-1).sum() == 1


def test_bfgs_reads_curvature_from_two_gradients_of_one_batch() -> None:
    t = run(LINE, OPTIMIZERS["bfgs"](), LINE.start, 30, batch_size=5)
    assert t.batches is not None
    for k, batch in enumerate(t.batches):
        old, new = (gradient(LINE, p, batch) for p in t.points[k : k + 2])
        xx, xy, yy = (t.states[name][k + 1] for name in ("B₁₁", "B₁₂", "B₂₂"))
        assert_allclose(np.array([[xx, xy], [xy, yy]]) @ (new - old), np.diff(t.points[k : k + 2], axis=0)[0])


def test_levenberg_marquardt_loads_the_matrix_of_the_batch() -> None:
    t = run(LINE, OPTIMIZERS["levenberg_marquardt"](), LINE.start, 30, batch_size=5)
    assert t.batches is not None
    for k, batch in enumerate(t.batches):
        matrix = LINE.batch(batch).on_floats.gauss_newton
        assert matrix is not None
        assert [t.states[name][k + 1] for name in ("C₁₁", "C₁₂", "C₂₂")] == list(matrix(*t.points[k]))


def test_conjugate_gradient_restarts_where_the_last_direction_leads_up_on_the_new_batch() -> None:
    t = run(LINE, OPTIMIZERS["conjugate_gradient"](), LINE.start, 60, batch_size=5)
    assert t.batches is not None
    restarts = 0
    for k in range(1, 60):
        g, step = gradient(LINE, t.points[k], t.batches[k]), t.points[k + 1] - t.points[k]
        if g @ t.states["direction"][k] >= 0:
            restarts += 1
            assert_allclose(step / np.linalg.norm(step), -g / np.linalg.norm(g), rtol=1e-6)
    assert restarts


@pytest.mark.parametrize("size", [0, -1, 21, 2.5, math.nan, math.inf])
def test_a_batch_size_that_cannot_be_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match=r"Batch size must be a whole number from 1 to 20, not"):
        run(LINE, DESCENT, LINE.start, 5, batch_size=size)  # type: ignore[arg-type]


def test_a_surface_without_data_has_no_batches() -> None:
    bowl = LANDSCAPES["quadratic"]
    with pytest.raises(ValueError, match="Quadratic bowl is not made from data"):
        run(bowl, DESCENT, bowl.start, 5, batch_size=2)
    with pytest.raises(ValueError, match="Quadratic bowl is not made from data"):
        bowl.batch(np.array([0]))
