"""Every learning-rate schedule against its closed form, and what it does to a run."""

import math
from typing import Any

import numpy as np
import pytest
from conftest import make_surface
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Array, x, y
from optimizers import OPTIMIZERS, SCHEDULES, Schedule, run

BOWL = make_surface((x**2 + 9 * y**2) / 2)
HIMMELBLAU, WALLED = LANDSCAPES["himmelblau"], LANDSCAPES["walled_saddle"]
DESCENT = OPTIMIZERS["gradient_descent"]
PERIODIC = ("cosine", "warmup", "one_cycle")


def rates(schedule: Schedule, steps: int, eta: float = 1.0) -> Array:
    """The rates that a run really used."""
    return run(BOWL, DESCENT(eta), (1, 1), steps, schedule).learning_rates


def eased(a: float, b: float, share: Array) -> Array:
    return a + (b - a) * np.sin(0.5 * math.pi * share) ** 2


@given(
    eta=st.floats(1e-5, 0.2),
    decay=st.floats(1e-4, 1.0),
    period=st.integers(10, 300),
    drop=st.floats(0.01, 0.9),
    key=st.sampled_from([key for key in SCHEDULES if key != "stagnation"]),
)
@settings(max_examples=60)
def test_learning_rates_are_the_closed_form_of_the_schedule(
    eta: float, decay: float, period: int, drop: float, key: str
) -> None:
    k, last = np.arange(400.0), period - 1
    top = 0.3 * period - 1
    expected = {
        "constant": np.ones(400),
        "inverse_sqrt": np.exp(-0.5 * np.log(k + 1)),
        "linear": 1 / (k + 1),
        "quadratic": 1 / (k + 1) ** 2,
        "exponential": np.exp(-decay) ** k,
        "step": np.repeat(np.cumprod([1.0, *[drop] * 40]), period)[:400],
        "cosine": np.cos(0.5 * math.pi * np.minimum(k / period, 1)) ** 2,
        "warmup": np.where(k < period, (k + 1) / period, 1.0),
        "one_cycle": np.where(
            k <= top,
            eased(0.04, 1.0, k / top),
            eased(1.0, 4e-6, (np.minimum(k, last) - top) / (last - top)),
        ),
    }[key]
    fields = {"exponential": {"decay": decay}, "step": {"drop": drop, "period": period}}
    fields |= {name: {"period": period} for name in PERIODIC}
    schedule = SCHEDULES[key](**fields.get(key, {}))
    np.testing.assert_allclose(rates(schedule, 400, eta), eta * expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("key", "end"), [("cosine", 0.0), ("warmup", 1.0), ("one_cycle", 4e-6)], ids=PERIODIC
)
@pytest.mark.parametrize("period", [10, 37])
def test_a_schedule_with_a_period_holds_its_end_value_afterwards(key: str, end: float, period: int) -> None:
    used = rates(SCHEDULES[key](period=period), 300)
    np.testing.assert_allclose(used[period:], end, rtol=1e-12, atol=1e-15)
    assert used[period - 2] != pytest.approx(end, rel=1e-3)


def test_rates_that_decay_linearly_add_up_without_bound_and_quadratically_to_pi_squared_over_six() -> None:
    linear, quadratic = (np.cumsum(rates(SCHEDULES[key](), 5_000)) for key in ("linear", "quadratic"))
    k = np.arange(1, 5_001)
    euler = 0.57721566490153286
    np.testing.assert_allclose(linear[100:], (np.log(k) + euler + 0.5 / k)[100:], rtol=1e-5)
    assert (quadratic < math.pi**2 / 6).all()
    assert quadratic[-1] == pytest.approx(math.pi**2 / 6 - 1 / 5_000, abs=1e-7)


def test_rates_that_fall_like_one_over_the_root_add_up_to_twice_the_root() -> None:
    """Up to a constant, ζ(½)."""
    k = np.arange(1, 5_001)
    total = np.cumsum(rates(SCHEDULES["inverse_sqrt"](), 5_000))
    np.testing.assert_allclose(
        total[100:], (2 * np.sqrt(k) - 1.4603545088 + 0.5 / np.sqrt(k))[100:], rtol=1e-5
    )
    used = rates(SCHEDULES["inverse_sqrt"](), 400)
    assert used[[3, 15, 99]].tolist() == [0.5, 0.25, 0.1]


@pytest.mark.parametrize("period", [1, 3, 50])
def test_a_rate_that_falls_in_steps_is_level_between_and_drops_on_time(period: int) -> None:
    used = rates(SCHEDULES["step"](drop=0.5, period=period), 200)
    assert (used[:period] == 1.0).all()
    assert (used[period:] == 0.5 * used[:-period]).all()


def test_under_quadratic_decay_a_run_can_only_go_so_far() -> None:
    """On a slope of length 1 the way is the sum of the rates: 1.645 η₀ at most, or without bound."""
    slope = make_surface(x)
    far = {key: -run(slope, DESCENT(1.0), (0, 0), 5_000, SCHEDULES[key]()).points[:, 0]
           for key in ("quadratic", "linear")}  # fmt: skip
    assert 1.64 < far["quadratic"][-1] < math.pi**2 / 6
    assert far["linear"][-1] > 9
    assert far["linear"][4_999] - far["linear"][499] == pytest.approx(math.log(10), rel=1e-2)


# Stagnation


@given(
    start=st.tuples(*[st.floats(-4, 4)] * 2),
    eta=st.floats(0.003, 0.05),
    patience=st.integers(1, 12),
    drop=st.floats(0.05, 0.9),
    noise=st.sampled_from([0.0, 5.0]),
)
@settings(max_examples=40)
def test_stagnation_drops_the_rate_exactly_when_the_loss_has_not_improved_for_a_while(
    start: tuple[float, float], eta: float, patience: int, drop: float, noise: float
) -> None:
    schedule = SCHEDULES["stagnation"](drop=drop, patience=patience)
    t = run(HIMMELBLAU, DESCENT(eta), start, 150, schedule, noise=noise)
    losses = t.values.tolist()
    lowest, since, expected = losses[0], 0, [eta]
    for loss in losses[1:-1]:
        since = 0 if loss < lowest else since + 1
        lowest = loss if loss < lowest else lowest
        expected.append(expected[-1] * (drop if since == patience else 1.0))
        since %= patience
    np.testing.assert_allclose(t.learning_rates, expected, rtol=1e-12)


def test_stagnation_lets_a_run_that_bounces_above_the_bound_settle() -> None:
    """The wells of the walled saddle have curvature 2, so no run can rest there at η > 1."""
    starts = np.column_stack([np.linspace(-2, 2, 9), np.linspace(-1.3, 1.4, 9)])
    bouncing, settled = (
        run(WALLED, DESCENT(1.3), starts, 400, schedule)
        for schedule in (SCHEDULES["constant"](), SCHEDULES["stagnation"]())
    )
    assert np.ptp(bouncing.points[-20:, :, 1], axis=0).min() > 0.3
    assert np.linalg.norm(settled.gradients[-1], axis=-1).max() < 1e-6
    assert settled.learning_rates[0].tolist() == [1.3] * 9
    assert settled.learning_rates[-1].max() < 1.0


def test_stagnation_is_decided_for_every_run_by_itself() -> None:
    """One run falls all the time; the other is above the bound of its coordinate and stagnates."""
    eta = 2.07 / 9
    t = run(BOWL, DESCENT(eta), [(1.0, 0.0), (0.0, 1.0)], 60, SCHEDULES["stagnation"](patience=5))
    assert (t.learning_rates[:, 0] == eta).all()
    assert (t.learning_rates[:5, 1] == eta).all()
    assert t.learning_rates[5:, 1] == pytest.approx(0.1 * eta)
    assert t.values[-1, 1] < 1e-9 < t.values[0, 1] < t.values[5, 1]


@pytest.mark.parametrize("lanes", [float, lambda loss: np.array([loss, loss])], ids=["run", "lanes"])
def test_after_a_start_without_a_loss_any_loss_is_an_improvement(lanes: Any) -> None:
    schedule = SCHEDULES["stagnation"](patience=2)
    kept = schedule.initial(lanes(math.nan))
    for loss in (5.0, 4.0, 3.0, 2.0):
        kept = schedule.react(kept, lanes(loss))
        assert np.all(kept[0] == 1.0)


# What a lower rate does under noise


@pytest.mark.parametrize("key", ["exponential", "cosine", "stagnation"])
def test_lowering_the_rate_shrinks_the_fluctuation_under_noise_so_that_the_loss_drops(key: str) -> None:
    fields = {"exponential": {"decay": 0.005}, "cosine": {"period": 800}, "stagnation": {"patience": 40}}
    t, constant = (
        run(BOWL, DESCENT(0.15), (0, 0), 1_000, schedule, noise=2.0, seed=range(30))
        for schedule in (SCHEDULES[key](**fields[key]), SCHEDULES["constant"]())
    )
    assert t.values[-100:].mean() < 0.1 * constant.values[-100:].mean()
    assert np.ptp(t.points[-100:], axis=0).mean() < 0.3 * np.ptp(constant.points[-100:], axis=0).mean()


def test_the_loss_drops_suddenly_at_the_step_where_the_rate_does_at_the_price_of_progress() -> None:
    """The stationary loss of every coordinate is λ/2 times its variance σ²η/(λ(2 − ηλ))."""
    schedule = SCHEDULES["stagnation"](drop=0.1, patience=60)
    t = run(BOWL, DESCENT(0.15), (0, 0), 2_000, schedule, noise=2.0, seed=range(60))
    at_full = t.learning_rates == 0.15
    late = at_full & (np.arange(2_000)[:, None] >= 30)
    expected = sum(0.5 * 2.0**2 * 0.15 / (2 - 0.15 * curvature) for curvature in (1, 9))
    assert t.values[:-1][late].mean() == pytest.approx(expected, rel=0.1)
    drops = at_full.sum(axis=0)
    soon = np.mean([t.values[k + 30 : k + 60, lane].mean() for lane, k in enumerate(drops) if k < 1_900])
    assert soon < 0.35 * expected
    far = [run(BOWL, DESCENT(0.15), (3, 0), 40, s).values[-1]
           for s in (SCHEDULES["constant"](), SCHEDULES["exponential"](decay=0.2))]  # fmt: skip
    assert far[0] < 1e-3 * far[1]


@pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_schedule_works_with_every_rule_that_has_a_learning_rate(rule: Any) -> None:
    plain = run(HIMMELBLAU, rule(), (-0.5, -1), 30)
    halved = run(HIMMELBLAU, rule(), (-0.5, -1), 30, SCHEDULES["linear"]())
    if "learning_rate" not in rule().settings:
        assert np.array_equal(plain.points, halved.points)
        assert np.isnan(halved.learning_rates).all()
        return
    np.testing.assert_allclose(halved.learning_rates, plain.learning_rates / np.arange(1, 31))
    np.testing.assert_array_equal(halved.points[1], plain.points[1])
    assert np.array_equal(plain.points, halved.points) == (rule.key == "rprop")


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("start", [(-0.5, -1.0), [(-0.5, -1.0), (3.0, 2.0)]], ids=["run", "lanes"])
def test_rprop_uses_the_rate_only_for_its_first_size_and_states_no_other(key: str, start: Any) -> None:
    schedule = SCHEDULES[key]()
    rprop = OPTIMIZERS["rprop"]
    t = run(HIMMELBLAU, rprop(0.02), start, 40, schedule)
    first = 0.02 * schedule.factors(1)[0]
    assert (t.learning_rates[0] == first).all()
    assert np.isnan(t.learning_rates[1:]).all()
    np.testing.assert_array_equal(t.points, run(HIMMELBLAU, rprop(first), start, 40).points)
