"""The lab of mini-batches: how much a batch's gradient varies, and what that costs and buys."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from charts.labs.batches import epoch_curves, variance_curve
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run
from optimizers.studies.sampling import epochs, spread, variance_theory

LINE = LANDSCAPES["line_fit"]
N = 20
DESCENT = OPTIMIZERS["gradient_descent"](learning_rate=0.05)


def test_the_measured_variance_is_that_of_drawing_without_replacement() -> None:
    found = spread(LINE, LINE.start, draws=2_000)
    said = variance_theory(found.single, N, found.sizes)
    assert list(found.sizes) == list(range(1, N + 1))
    off = np.abs(found.variances - said)
    assert (off[:-1] < 4.5 * found.errors[:-1]).all()
    assert found.variances[-1] < 1e-20 * found.single
    assert said[-1] == 0.0
    assert off[N // 2] < 0.3 * np.abs(found.single / (N // 2 + 1) - said[N // 2])  # 1/S alone would be wrong


def test_the_exact_curve_is_the_mean_over_every_possible_batch() -> None:
    surface = LANDSCAPES["regression_off_centre"].with_parameters(standardise=1)
    w, full = np.array([0.3, -0.7]), surface.gradient((0.3, -0.7))
    found = spread(surface, w, draws=2)
    for size in (1, 2, 3):
        every = [
            np.array(surface.batch(np.array(rows)).on_floats.gradient(*w.tolist()))
            for rows in combinations(range(3), size)
        ]
        exact = np.mean([((g - full) ** 2).sum() for g in every])
        assert variance_theory(found.single, 3, size) == pytest.approx(exact, rel=1e-9, abs=1e-12)
        assert np.mean(every, axis=0) == pytest.approx(full)


@pytest.mark.parametrize("far", [1e6, 1e90, 1e120, 1e200])
def test_far_away_the_spread_is_a_number_or_says_that_none_can_hold_it(far: float) -> None:
    found = spread(LINE, (far, far), [1, 5], draws=50)
    near = spread(LINE, (1e5, 1e5), [1, 5], draws=50)
    if far < 1e150:
        assert np.isfinite(found.variances).all()
        scale = (far / 1e5) ** 2  # there the noise is the slope's, which grows as the weights
        np.testing.assert_allclose(found.variances, scale * near.variances, rtol=1e-3)
        np.testing.assert_allclose(found.errors, scale * near.errors, rtol=1e-3)
    else:
        assert not np.isfinite(found.variances).any()


@pytest.mark.parametrize("key", ["line_fit", "logistic_regression", "spoiler"])
def test_batches_are_unbiased(key: str) -> None:
    surface = LANDSCAPES[key]
    found = spread(surface, surface.start, [1, 2, 3], draws=2_000)
    error = np.sqrt(found.variances / found.draws)
    assert (np.linalg.norm(found.means - found.full, axis=-1) < 4.0 * error).all()
    assert found.full == pytest.approx(surface.gradient(surface.start))


def test_for_small_batches_it_is_one_over_s() -> None:
    said = variance_theory(1.0, 10_000, [1, 2, 10])
    assert said == pytest.approx([1.0, 0.5, 0.1], rel=1e-3)
    assert variance_theory(0.0, 1, 1) == 0.0


def test_the_same_seed_gives_the_same_numbers_whatever_the_pace() -> None:
    heard: list[int] = []

    def thirty(done: int) -> int:
        heard.append(done)
        return 30

    a, b = spread(LINE, (1.0, 1.0), [2, 5], 90), spread(LINE, (1.0, 1.0), [2, 5], 90, pace=thirty)
    np.testing.assert_allclose(a.variances, b.variances, rtol=1e-12)
    assert heard == [0, 30, 60, 90, 120, 150]
    assert (spread(LINE, (1.0, 1.0), [2], 90, seed=1).variances != a.variances[:1]).all()


def test_an_epoch_has_as_many_updates_as_batches() -> None:
    found = epochs(LINE, DESCENT, LINE.start, [1, 3, 20], 4, seeds=3)
    assert list(found.updates) == [80, 28, 4]
    for seen in found.epochs:
        assert seen[-1] == pytest.approx(4.0)
    assert found.epochs[1][7] == pytest.approx(1.0)
    t = run(LINE, DESCENT, LINE.start, 28, batch_size=3, seed=0)
    np.testing.assert_allclose(found.paths[1], t.points, rtol=1e-12)


def test_small_batches_are_ahead_before_all_data_is_seen_and_wander_at_the_end() -> None:
    slow = OPTIMIZERS["gradient_descent"](learning_rate=0.01)
    found = epochs(LINE, slow, LINE.start, [1, 5, 20], 60, seeds=20)
    after_one = [np.interp(1.0, e, loss) for e, loss in zip(found.epochs, found.losses, strict=True)]
    assert after_one[0] < 0.5 * after_one[2]
    assert found.losses[0][10] < 0.6 * found.losses[0][0]  # half of the first epoch
    assert (np.diff(found.losses[2]) < 0.0).all()  # all examples: straight downhill
    longer = epochs(LINE, DESCENT, LINE.start, [1, 5], 200, seeds=5)
    one, few = (loss[-20:].mean() for loss in longer.losses)
    assert one > 2.5 * few
    assert (np.diff(longer.losses[0][-200:]) > 0.0).any()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: spread(LANDSCAPES["rosenbrock"], (0, 0)), "no batches"),
        (lambda: spread(LINE, (0, 0), [0]), "1 to 20"),
        (lambda: spread(LINE, (0, 0), [21]), "1 to 20"),
        (lambda: spread(LINE, (0, 0), draws=1), "2 to 20,000"),
        (lambda: spread(LINE, (0, np.nan)), "start"),
        (lambda: epochs(LINE, DESCENT, (0, 0), [], 3), "one batch size"),
        (lambda: epochs(LINE, DESCENT, (0, 0), [2], 0), "epochs"),
        (lambda: epochs(LINE, DESCENT, (0, 0), [1], 500), "5,000"),
        (lambda: epochs(LANDSCAPES["quadratic"], DESCENT, (0, 0), [1], 5), "no batches"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


def test_the_figures_have_measurement_and_theory() -> None:
    figure = variance_curve(spread(LINE, LINE.start, draws=50))
    assert [t.name for t in figure.data] == ["measured, 50 batches", "σ²/S · (N − S)/(N − 1)", "σ²/S"]
    assert np.isnan(np.asarray(figure.data[0].y, dtype=float)[-1])
    assert len(figure.data[0].error_y.array) == N
    found = epochs(LINE, DESCENT, LINE.start, [1, 20], 2, seeds=2)
    by_epoch, by_update = epoch_curves(found), epoch_curves(found, by_updates=True)
    assert [t.name for t in by_epoch.data] == ["S = 1", "S = 20"]
    assert by_epoch.data[0].x[-1] == pytest.approx(2.0)
    assert by_update.data[0].x[-1] == 40
