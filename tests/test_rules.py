"""Every rule against closed forms, and every fact about it that the lectures state."""

import math
import re
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
import sympy as sp
from conftest import make_surface
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.compiler import Functions
from landscapes.functions import softplus
from optimizers import OPTIMIZERS, SCHEDULES, Kind, Optimizer, judge, run

QUADRATIC, SADDLE, WALLED = (LANDSCAPES[key] for key in ("quadratic", "saddle", "walled_saddle"))
HIMMELBLAU, CAMEL = LANDSCAPES["himmelblau"], LANDSCAPES["six_hump_camel"]
PLANE = make_surface(2 * x - 3 * y)
RULES = list(OPTIMIZERS.values())
RATED = [rule for rule in RULES if rule().rate_limit(1.0) is not None]
DECLARED = [*RULES, *SCHEDULES.values()]
coordinates = st.floats(-3.0, 3.0)


def path(surface: Landscape, key: str, start: object, steps: int, **hyperparameters: float) -> Array:
    return run(surface, OPTIMIZERS[key](**hyperparameters), start, steps).points


def diagonal(a: float, b: float) -> Landscape:
    """(a x² + b y²)/2, so that a and b are the eigenvalues of H."""
    return make_surface((a * x**2 + b * y**2) / 2)


def plane(a: float, b: float) -> Functions:
    """A slope for single steps: nothing but a gradient."""
    return Functions(lambda x, y: a * x + b * y, lambda x, y: (a, b), lambda x, y: (0.0, 0.0, 0.0))


def steps_to(surface: Landscape, rule: Optimizer, loss: float) -> int:
    reached = np.flatnonzero(run(surface, rule, (-2.5, 1.0), 5_000).values <= loss)
    return int(reached[0]) if reached.size else 5_000


# Gradient descent


@given(
    kappa=st.floats(1, 1000),
    angle=st.floats(0, 90),
    share=st.floats(0.01, 2.5),
    start=st.tuples(*[coordinates] * 2),
)
@settings(max_examples=60)
def test_gradient_descent_multiplies_the_error_by_one_minus_eta_lambda(
    kappa: float, angle: float, share: float, start: tuple[float, float]
) -> None:
    bowl, eta = QUADRATIC.with_parameters(condition_number=kappa, angle=angle), share / kappa
    turn = np.deg2rad(angle)
    axes = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    error = path(bowl, "gradient_descent", start, 12, learning_rate=eta) @ axes.T
    factors = np.array([1 - eta, 1 - eta * kappa]) ** np.arange(13)[:, None]
    np.testing.assert_allclose(error, error[0] * factors, atol=1e-12 * 2.0**12)


@pytest.mark.parametrize(
    ("share", "name"), [(0.5, "monotone"), (1, "one step"), (1.5, "oscillates"), (2.1, "diverges")]
)
@pytest.mark.parametrize("curvature", [0.3, 7.0, 400.0])
def test_gradient_descent_regimes(share: float, name: str, curvature: float) -> None:
    error = path(diagonal(curvature, 1e-3), "gradient_descent", (1, 0), 60, learning_rate=share / curvature)[
        :, 0
    ]
    found = {
        "monotone": bool((np.diff(error) < 0).all() and (error > 0).all()),
        "one step": bool((np.abs(error[1:]) < 1e-15).all()),
        "oscillates": bool((error[1:] * error[:-1] < 0).all() and np.abs(error[-1]) < 1e-9),
        "diverges": bool((np.diff(np.abs(error)) > 0).all() and (error[1:] * error[:-1] < 0).all()),
    }
    assert [key for key, holds in found.items() if holds] == [name]


def test_gradient_descent_on_a_diagonal_quadratic_has_one_best_rate_per_coordinate() -> None:
    steep, gentle = 4.0, 1.0
    bowl = diagonal(steep, gentle)
    assert path(bowl, "gradient_descent", (1, 1), 1, learning_rate=1 / steep)[1].tolist() == [0.0, 0.75]
    assert path(bowl, "gradient_descent", (1, 1), 1, learning_rate=1 / gentle)[1].tolist() == [-3.0, 0.0]
    between = path(bowl, "gradient_descent", (1, 1), 50, learning_rate=0.4)
    assert (between[1:, 0] * between[:-1, 0] < 0).all()
    assert (np.diff(between[:, 1]) < 0).all()


def test_worked_example_oscillates() -> None:
    loss = make_surface((10 - 3 * x) ** 2 + y**2)
    assert loss.gradient((2, 0))[0] == -24.0
    errors = path(loss, "gradient_descent", (2, 0), 100, learning_rate=0.1)[:, 0] - 10 / 3
    assert errors[1] + 10 / 3 == pytest.approx(4.4)
    assert (errors[1:30] * errors[:29] < 0).all()
    assert abs(errors[-1]) < 1e-9


def test_gradient_descent_convergence_rate_is_set_by_the_smallest_curvature_and_newtons_is_zero() -> None:
    eta = 0.05
    values = run(diagonal(1, 10), OPTIMIZERS["gradient_descent"](eta), (2, 1), 200).values
    assert values[101:] / values[100:-1] == pytest.approx((1 - eta) ** 2)
    newton = run(diagonal(1, 10), OPTIMIZERS["newton"](), (2, 1), 1).values
    assert newton[1] / newton[0] == pytest.approx(0.0, abs=1e-30)


def test_learning_rate_search_is_slow_then_best_then_falls_off_the_cliff() -> None:
    limit = 2 / 20
    rates = limit * np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.7, 1.1, 2.0])
    losses = [run(QUADRATIC, OPTIMIZERS["gradient_descent"](r), (-2.5, 1.5), 100).values[-1] for r in rates]
    assert (np.diff(losses[:7]) < 0).all()
    assert min(losses[7:]) > 1e6 * losses[0]


def test_a_rate_above_the_bound_of_a_local_well_throws_the_run_out_of_it() -> None:
    well = np.array(CAMEL.local_minimizers[0])
    limit = 2 / np.linalg.eigvalsh(CAMEL.hessian(well))[-1]
    for share, stays in ((0.9, True), (1.6, False)):
        p = path(CAMEL, "gradient_descent", well + 1e-3, 500, learning_rate=share * limit)
        assert (np.linalg.norm(p[-100:] - well, axis=-1) < 1e-6).all() == stays
        assert (np.linalg.norm(p[-100:] - well, axis=-1).max() > 0.1) == (not stays)


@pytest.mark.parametrize("eta", [0.015, 0.018, 0.02, 0.022])
def test_gradient_descent_never_settles_where_the_surface_is_too_curved(eta: float) -> None:
    starts = np.random.default_rng(0).uniform(-4, 4, (200, 2))
    p = path(HIMMELBLAU, "gradient_descent", starts, 2_000, learning_rate=eta)
    still = np.ptp(p[-20:], axis=0).max(axis=-1) < 1e-9
    assert still.sum() > 50
    largest = np.linalg.eigvalsh(HIMMELBLAU.hessian(p[-1, still]))[:, -1]
    assert (
        largest.max() < 2 / eta < np.linalg.eigvalsh(HIMMELBLAU.hessian(HIMMELBLAU.minimizers))[:, -1].max()
    )


@pytest.mark.parametrize("eta", [0.02, 0.1, 0.2])
def test_under_gradient_noise_gradient_descent_bounces_with_the_stationary_variance(eta: float) -> None:
    t = run(diagonal(1, 9), OPTIMIZERS["gradient_descent"](eta), (0, 0), 5_000, noise=2.0, seed=range(40))
    spread = t.points[500:].var(axis=(0, 1))
    for i, curvature in enumerate((1, 9)):
        assert spread[i] == pytest.approx(2.0**2 * eta / (curvature * (2 - eta * curvature)), rel=0.05)


@pytest.mark.parametrize(("key", "eta"), [("double_well", 0.05), ("six_hump_camel", 0.02)])
def test_noise_can_leave_a_local_minimum(key: str, eta: float) -> None:
    surface, rule = LANDSCAPES[key], OPTIMIZERS["gradient_descent"](eta)
    well = surface.local_minimizers[0]
    kept = run(surface, rule, well, 2_000)
    assert np.linalg.norm(kept.points - well, axis=-1).max() < 1e-9
    thrown = run(surface, rule, well, 2_000, noise=5.0, seed=range(100))
    apart = [np.linalg.norm(thrown.points - best, axis=-1).min(axis=0) for best in surface.minimizers]
    assert np.mean(np.min(apart, axis=0) < 0.3) > 0.9


# Steps of one length


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e150])
def test_normalised_steps_are_eta_long_and_lead_against_the_gradient(scale: float) -> None:
    eta, surface = 0.01, make_surface(scale * HIMMELBLAU.expression)
    t = run(surface, OPTIMIZERS["normalised"](eta), (-0.5, -1), 200)
    steps, g = np.diff(t.points, axis=0), t.gradients[:-1] / scale
    np.testing.assert_allclose(np.hypot(*steps.T), eta, rtol=0, atol=1e-15)
    np.testing.assert_allclose(steps, -eta * g / np.linalg.norm(g, axis=1)[:, None], rtol=0, atol=1e-15)


@pytest.mark.parametrize("eta", [0.003, 0.1])
@pytest.mark.parametrize(
    ("surface", "start"), [(diagonal(1, 9), (1.0, 0.7)), (HIMMELBLAU, (2.0, 1.0))], ids=["bowl", "himmelblau"]
)
def test_of_two_successive_points_of_a_normalised_run_one_is_half_a_step_from_the_minimum(
    surface: Landscape, start: tuple[float, float], eta: float
) -> None:
    p = path(surface, "normalised", start, 2_000, learning_rate=eta)
    nearest = [(0.0, 0.0)] if surface is not HIMMELBLAU else HIMMELBLAU.minimizers
    apart = np.min([np.linalg.norm(p - m, axis=1) for m in nearest], axis=0)
    assert np.maximum(apart[1:], apart[:-1]).min() >= 0.5 * eta - 1e-12
    assert apart[-100:].max() < 1.1 * eta, "it comes as near as that"


def test_a_falling_rate_lets_a_normalised_run_settle() -> None:
    t = run(diagonal(1, 9), OPTIMIZERS["normalised"](0.1), (1, 0.7), 2_000, SCHEDULES["cosine"](period=2_000))
    assert np.linalg.norm(t.points[-1]) < 1e-4


def test_a_normalised_run_stays_where_there_is_no_slope() -> None:
    assert (path(diagonal(1, 9), "normalised", [(0, 0), (1, 1)], 3)[:, 0] == 0).all()


# Momentum and Nesterov


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
def test_without_memory_it_is_gradient_descent(key: str) -> None:
    plain = path(HIMMELBLAU, "gradient_descent", (-0.5, -1), 50, learning_rate=0.01)
    assert np.array_equal(path(HIMMELBLAU, key, (-0.5, -1), 50, learning_rate=0.01, momentum=0.0), plain)


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 0.99])
def test_terminal_velocity_on_a_plane(key: str, mu: float) -> None:
    rule = OPTIMIZERS[key](learning_rate=0.03, momentum=mu)
    t = run(PLANE, rule, (1, 1), 5_000)
    terminal = -0.03 * np.array([2, -3]) / (1 - mu)
    grown = 1 - mu ** np.arange(5_001)[:, None]
    np.testing.assert_allclose(t.states["velocity"], terminal * grown, rtol=1e-10)
    np.testing.assert_allclose(np.diff(t.points, axis=0), t.states["velocity"][1:], atol=1e-9)


@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("curvature", [-2.0, -0.1, 0.0, 0.1, 2.0])
def test_momentum_is_stable_only_where_the_curvature_is_positive(mu: float, curvature: float) -> None:
    """At ηλ < 0 the error grows by the larger root r of r² − (1 + μ − ηλ)r + μ; at 0 it stays."""
    share = 0.5 * curvature
    error = path(diagonal(curvature, 1), "momentum", (1, 0), 400, learning_rate=0.5, momentum=mu)[:, 0]
    if share > 0:
        assert abs(error[-1]) < 1e-4
        return
    middle = 0.5 * (1 + mu - share)
    root = middle + math.sqrt(middle**2 - mu)
    assert error[-1] / error[-2] == pytest.approx(root, rel=1e-9)
    assert root > 1 if share < 0 else (error == 1).all()


@pytest.mark.parametrize("mu", [0.3, 0.9])
def test_momentum_on_level_ground_comes_to_rest_wherever_it_happens_to_be(mu: float) -> None:
    """ηλ = 0: a push is never taken back, so the error does not go to 0."""
    rule = OPTIMIZERS["momentum"](learning_rate=0.1, momentum=mu)
    point, state = (1.0, 0.0), ((0.2,), (0.0,))
    for k in range(1, 1_000):
        point, state = rule.step(plane(0.0, 0.0), point, state, 0.1, k)
    assert point[0] == pytest.approx(1 + 0.2 * mu / (1 - mu))


@pytest.mark.parametrize("share", [0.01, 0.5, 1.0, 2.0, 3.9])
def test_momentum_with_full_memory_keeps_its_invariant_for_ever(share: float) -> None:
    curvature = 5.0
    eta = share / curvature
    rule = OPTIMIZERS["momentum"](learning_rate=eta, momentum=1.0)
    t = run(diagonal(curvature, 1), rule, (1, 0), 5_000)
    w, v = t.points[:, 0], t.states["velocity"][:, 0]
    np.testing.assert_allclose(v**2 - share * w * v + share * w**2, share, rtol=1e-10)
    assert np.abs(w[-500:]).max() > 0.5


def test_momentum_with_polyaks_constants_contracts_by_the_root_of_its_memory() -> None:
    kappa = 100.0
    mu, eta = ((math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)) ** 2, (2 / (1 + math.sqrt(kappa))) ** 2
    p = path(diagonal(1, kappa), "momentum", (1, 1), 400, learning_rate=eta, momentum=mu)
    k = np.array([200, 400])
    # Both eigenvalues of the step are double, so the error is k·μ^(k/2) up to a constant.
    shrunk = np.abs(p[k]).max(axis=1) / (k * mu ** (k / 2))
    assert shrunk[1] / shrunk[0] == pytest.approx(1.0, abs=0.02)


def test_momentum_wants_a_smaller_rate_the_more_it_remembers() -> None:
    """On a plane the speed is η/(1 − μ), so equal speed needs η proportional to 1 − μ."""
    memories = (0.0, 0.9, 0.99)
    paths = [
        path(PLANE, "momentum", (0, 0), 3_000, learning_rate=0.1 * (1 - m), momentum=m) for m in memories
    ]
    speeds = [p[-1] - p[-2] for p in paths]
    np.testing.assert_allclose(speeds, np.broadcast_to(speeds[0], (3, 2)), rtol=1e-9)


def test_momentum_damps_across_a_ravine_and_gathers_speed_along_it() -> None:
    ravine, eta = diagonal(1, 100), 1.9 / 100
    plain = path(ravine, "gradient_descent", (10, 1), 60, learning_rate=eta)
    heavy = path(ravine, "momentum", (10, 1), 60, learning_rate=eta, momentum=0.5)
    assert np.abs(heavy[30:, 1]).max() < 0.1 * np.abs(plain[30:, 1]).min()
    assert np.abs(heavy[60, 0]) < 0.4 * np.abs(plain[60, 0])


def test_one_freak_gradient_bends_the_path_less_with_momentum() -> None:
    slope, freak = plane(1.0, 0.0), plane(0.0, 10.0)
    bends = []
    for key in ("gradient_descent", "momentum"):
        rule = OPTIMIZERS[key](learning_rate=0.01)
        point, state = (0.0, 0.0), rule.initial((0.0, 0.0))
        for k in range(1, 101):
            point, state = rule.step(slope, point, state, 0.01, k)
        bent, _ = rule.step(freak, point, state, 0.01, 101)
        bends.append(math.atan2(abs(bent[1] - point[1]), abs(bent[0] - point[0])))
    assert bends[0] == pytest.approx(math.pi / 2)
    assert bends[1] < math.pi / 3


def test_momentum_rolls_through_a_local_minimum_where_gradient_descent_stops() -> None:
    stops = run(CAMEL, OPTIMIZERS["gradient_descent"](0.01), (1.9, 1), 1_000)
    rolls = run(CAMEL, OPTIMIZERS["momentum"](0.01, 0.9), (1.9, 1), 1_000)
    assert judge(CAMEL, stops).kind is Kind.LOCAL_MINIMUM
    assert judge(CAMEL, rolls).kind is Kind.GLOBAL_MINIMUM
    well = np.array(judge(CAMEL, stops).point)
    assert np.linalg.norm(rolls.points - well, axis=-1).min() < 0.1


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1.0])
def test_nesterov_overshoots_less_than_momentum(share: float) -> None:
    heavy, nesterov = (
        path(diagonal(4, 1), key, (1, 0), 1_000, learning_rate=share / 4, momentum=0.9)[:, 0].min()
        for key in ("momentum", "nesterov")
    )
    assert heavy < nesterov <= 0
    assert heavy < 0.8 * nesterov


def test_nesterov_takes_the_gradient_where_the_velocity_leads() -> None:
    eta, mu = 0.01, 0.8
    t = run(HIMMELBLAU, OPTIMIZERS["nesterov"](learning_rate=eta, momentum=mu), (-0.5, -1), 40)
    w, v = t.points, t.states["velocity"]
    np.testing.assert_allclose(
        v[1:], mu * v[:-1] - eta * HIMMELBLAU.gradient(w[:-1] + mu * v[:-1]), rtol=1e-12
    )
    np.testing.assert_allclose(np.diff(w, axis=0), v[1:], atol=1e-12)


@pytest.mark.parametrize("rule", RATED, ids=lambda rule: rule.key)
@pytest.mark.parametrize("curvature", [0.5, 30.0])
def test_rate_limit_is_where_a_quadratic_turns_unstable(rule: Any, curvature: float) -> None:
    memories = [h for h in rule.hyperparameters() if h.key != "learning_rate"]
    chosen = [{}, *({h.key: v} for h in memories for v in (h.low, 0.5 * h.high, 0.95 * h.high))]
    for memory in chosen:
        limit = rule(**memory).rate_limit(curvature)
        assert limit is not None
        assert rule.rate_limit_formula
        for share in (0.98, 1.02):
            one = rule(**memory | {"learning_rate": share * limit})
            end = abs(run(diagonal(curvature, curvature), one, (1, 0.5), 3_000).points[-1, 0])
            assert end < 1e-6 if share < 1 else not end < 1e6, (one, end)


@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9])
def test_momentum_and_nesterov_have_their_own_bounds(mu: float) -> None:
    for key, limit in (("momentum", 2 * (1 + mu)), ("nesterov", 2 * (1 + mu) / (1 + 2 * mu))):
        ends = [abs(path(diagonal(1, 1), key, (1, 0), 3_000, learning_rate=share * limit, momentum=mu)[-1, 0])
                for share in (0.98, 1.02)]  # fmt: skip
        assert ends[0] < 1e-6
        assert not ends[1] < 1e6


# Rules that scale each coordinate


def test_adagrad_steps_shrink_like_one_over_the_root_of_k_on_a_plane() -> None:
    steps = np.diff(path(PLANE, "adagrad", (0, 0), 400, learning_rate=0.3), axis=0)
    root = np.sqrt(np.arange(1, 401))[:, None]
    np.testing.assert_allclose(steps, 0.3 * np.array([-1, 1]) / root, rtol=1e-9)


def test_adagrads_effective_rate_only_falls(built_in: Landscape) -> None:
    t = run(built_in, OPTIMIZERS["adagrad"](), built_in.start, 300)
    squares = t.states["squares"]
    assert (np.diff(squares, axis=0) >= 0).all()
    np.testing.assert_allclose(squares[1:], np.cumsum(t.gradients[:-1] ** 2, axis=0), rtol=1e-12)
    effective = 0.1 / (np.sqrt(squares[1:]) + 1e-10)
    np.testing.assert_allclose(
        np.diff(t.points, axis=0), -effective * t.gradients[:-1], rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.99])
def test_rmsprop_on_a_plane(decay: float) -> None:
    p = path(PLANE, "rmsprop", (0, 0), 300, learning_rate=0.01, decay=decay, epsilon=0.0)
    grown = 1 - decay ** np.arange(1, 301)[:, None]
    np.testing.assert_allclose(np.diff(p, axis=0), 0.01 * np.array([-1, 1]) / np.sqrt(grown), rtol=1e-9)


def test_rmsprop_forgets_the_cliff_and_adagrad_does_not() -> None:
    """A steep slope of 1,001 ends in a gentle one of 1."""
    cliff = make_surface(50 * softplus(-20 * x) - x)
    last = {
        key: np.diff(path(cliff, key, (-1, 0), 2_000, learning_rate=0.05)[:, 0])[-1]
        for key in ("adagrad", "rmsprop")
    }
    assert last["rmsprop"] == pytest.approx(0.05, rel=0.01)
    assert 0 < last["adagrad"] < 1e-3


@given(gradient=st.tuples(*[st.floats(1e-3, 1e6)] * 2), signs=st.tuples(*[st.sampled_from([-1, 1])] * 2))
@settings(max_examples=50)
def test_adams_first_step_has_length_eta_in_each_coordinate(
    gradient: tuple[float, float], signs: tuple[int, int]
) -> None:
    rule = OPTIMIZERS["adam"](learning_rate=0.25)
    slope = plane(*np.multiply(gradient, signs).tolist())
    point, _ = rule.step(slope, (0.0, 0.0), rule.initial((0.0, 0.0)), 0.25, 1)
    assert point == pytest.approx((-0.25 * signs[0], -0.25 * signs[1]), rel=2e-5)


def test_adams_every_step_on_a_plane_has_length_eta() -> None:
    steps = np.diff(path(PLANE, "adam", (0, 0), 1_000, learning_rate=0.05), axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to([-0.05, 0.05], steps.shape), rtol=1e-7)


def test_adam_is_the_printed_recursion_with_both_hats() -> None:
    eta, beta1, beta2, epsilon = 0.05, 0.8, 0.95, 1e-3
    rule = OPTIMIZERS["adam"](learning_rate=eta, beta1=beta1, beta2=beta2, epsilon=epsilon)
    t = run(HIMMELBLAU, rule, (-0.5, -1), 60)
    ages = np.arange(60)
    for k in range(1, 61):
        g = t.gradients[:k]
        old = (k - 1 - ages[:k])[:, None]
        mean = ((1 - beta1) * beta1**old * g).sum(axis=0) / (1 - beta1**k)
        square = ((1 - beta2) * beta2**old * g**2).sum(axis=0) / (1 - beta2**k)
        step = -eta * mean / (np.sqrt(square) + epsilon)
        np.testing.assert_allclose(t.points[k] - t.points[k - 1], step, rtol=1e-9)


@pytest.mark.parametrize("key", ["adagrad", "rmsprop", "adam"])
def test_rescaling_the_loss_changes_nothing_as_epsilon_goes_to_zero(key: str) -> None:
    scaled = make_surface(1000 * HIMMELBLAU.expression)
    apart = [
        np.abs(
            path(scaled, key, (-0.5, -1), 40, epsilon=e) - path(HIMMELBLAU, key, (-0.5, -1), 40, epsilon=e)
        ).max()
        for e in (1.0, 1e-3, 1e-6, 0.0)
    ]
    assert apart[0] > apart[1] > apart[2] > apart[3]
    assert apart[0] > 1e-3
    assert apart[3] < 1e-12


@pytest.mark.parametrize("key", ["adagrad", "rmsprop", "adam"])
def test_scaling_each_coordinate_loses_its_advantage_on_a_turned_ravine(key: str) -> None:
    kappas, start = (10.0, 100.0, 1000.0), (-2.5, 1.0)
    straight = [QUADRATIC.with_parameters(condition_number=k) for k in kappas]
    paths = [path(bowl, key, start, 100, epsilon=0.0) for bowl in straight]
    for other in paths[1:]:
        np.testing.assert_allclose(other, paths[0], rtol=1e-9, atol=1e-12)
    rule = OPTIMIZERS[key](learning_rate=1.0)
    turned = [steps_to(bowl.with_parameters(angle=30.0), rule, 1e-4) for bowl in straight]
    assert turned[0] < turned[1] < turned[2]


# Newton


@given(kappa=st.floats(1, 1000), angle=st.floats(0, 90), start=st.tuples(*[coordinates] * 2))
@settings(max_examples=60)
def test_newton_takes_one_step_on_any_quadratic(
    kappa: float, angle: float, start: tuple[float, float]
) -> None:
    bowl = QUADRATIC.with_parameters(condition_number=kappa, angle=angle)
    for safeguard in (0.0, 0.5):
        p = path(bowl, "newton", start, 1, safeguard=safeguard)
        np.testing.assert_allclose(p[1], 0.0, atol=1e-14 * kappa)


@given(entries=st.tuples(*[st.floats(-5, 5)] * 3), start=st.tuples(*[coordinates] * 2))
@settings(max_examples=20)
@example((-4.0, 1.0, -2.0), (1.0, -2.0))
@example((4.0, 1.0, -2.0), (1.0, -2.0))
@example((4.0, 1.0, 2.0), (1.0, -2.0))
@example((0.0, 1.0, 0.0), (1.0, -2.0))
def test_newton_takes_one_step_to_the_stationary_point_of_any_quadratic_that_is_not_singular(
    entries: tuple[float, float, float], start: tuple[float, float]
) -> None:
    xx, xy, yy = entries
    curvatures = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    assume(np.abs(curvatures).min() > 0.01)
    quadratic = make_surface((xx * x**2 + yy * y**2) / 2 + xy * x * y)
    assert path(quadratic, "newton", start, 1)[1] == pytest.approx([0.0, 0.0], abs=1e-11)


@given(a=st.floats(0.1, 10), b=st.floats(-10, -0.1), c=st.floats(-3, 3), start=st.tuples(*[coordinates] * 2))
@settings(max_examples=20)
def test_newton_goes_to_a_saddle_and_with_the_safeguard_away_from_it(
    a: float, b: float, c: float, start: tuple[float, float]
) -> None:
    hill = make_surface((a * x**2 + b * y**2) / 2 + c * x * y)
    rules = [OPTIMIZERS["newton"](safeguard=safeguard) for safeguard in (0.0, 0.05)]
    to, away = (run(hill, rule, start, 1) for rule in rules)
    np.testing.assert_allclose(to.points[1], 0.0, atol=1e-13)
    slope = np.linalg.norm(away.gradients[0])
    assert away.gradients[0] @ (away.points[1] - away.points[0]) <= -0.01 * slope**2


@given(entries=st.tuples(*[st.floats(-5, 5)] * 3), g=st.tuples(*[coordinates] * 2), least=st.floats(0.01, 3))
@settings(max_examples=100)
@example((4.0, 1.0, 2.0), (1.0, -2.0), 0.1)
@example((4.0, 1.0, -2.0), (1.0, -2.0), 0.1)
@example((-4.0, 1.0, -2.0), (1.0, -2.0), 0.1)
@example((-4.0, 1.0, -2.0), (1.0, -2.0), 3.0)
def test_the_safeguard_replaces_every_eigenvalue_by_its_size_or_the_least(
    entries: tuple[float, float, float], g: tuple[float, float], least: float
) -> None:
    as_arrays = tuple(map(np.float64, entries))  # plain Newton's division by 0 must not raise here
    surface = Functions(lambda x, y: 0.0, lambda x, y: g, lambda x, y: as_arrays)
    xx, xy, yy = entries
    curvatures, axes = np.linalg.eigh([[xx, xy], [xy, yy]])
    expected = -axes @ (axes.T @ g / np.maximum(np.abs(curvatures), least))
    with np.errstate(all="ignore"):
        moved, _ = OPTIMIZERS["newton"](safeguard=least).step(surface, (0.0, 0.0), ((), ()), 1.0, 1)
    np.testing.assert_allclose(moved, expected, rtol=1e-9, atol=1e-9 / least)


@pytest.mark.parametrize("eta", [0.5, 1.0, 1.5, 1.99, 2.01, 3.0])
def test_newton_multiplies_the_error_by_one_minus_eta(eta: float) -> None:
    bowl = QUADRATIC.with_parameters(condition_number=100, angle=30)
    p = path(bowl, "newton", (2, 1), 40, learning_rate=eta)
    factors = (1 - eta) ** np.arange(41)[:, None]
    np.testing.assert_allclose(p, np.array([2, 1]) * factors, rtol=1e-9, atol=1e-12)
    assert (np.linalg.norm(p[-1]) > np.linalg.norm(p[0])) == (eta > 2)


def test_newton_walks_to_the_maximum_of_himmelblau_and_with_the_safeguard_down_to_a_minimum() -> None:
    plain = run(HIMMELBLAU, OPTIMIZERS["newton"](), (-0.27, -0.92), 30)
    assert (np.linalg.eigvalsh(HIMMELBLAU.hessian(plain.points[-1])) < 0).all()
    assert np.linalg.norm(plain.gradients[-1]) < 1e-12
    assert plain.values[-1] == pytest.approx(181.61652152258262)
    safe = run(HIMMELBLAU, OPTIMIZERS["newton"](safeguard=0.1), (-0.27, -0.92), 200)
    assert safe.values[-1] == pytest.approx(0.0, abs=1e-20)


def test_newton_walks_to_saddles_and_with_the_safeguard_leaves_them(built_in: Landscape) -> None:
    for saddle in built_in.saddles:
        start = np.array(saddle) + 1e-3 * built_in.spans * (1.0, 0.4)  # along no eigenvector
        plain = path(built_in, "newton", start, 60)
        np.testing.assert_allclose(plain[-1], saddle, atol=1e-9)
        steepest = np.abs(np.linalg.eigvalsh(built_in.hessian(saddle))).max()
        delta = min(0.01, 0.01 * steepest) or 0.01
        safe = path(built_in, "newton", start, 20, learning_rate=0.5, safeguard=delta)
        assert np.linalg.norm((safe[-1] - saddle) / built_in.spans) > 0.02


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        (x**2, (1.3, 0.7), (0.0, 0.7)),
        ((y - 3) ** 2, (1.3, 0.7), (1.3, 3.0)),
        ((x + y) ** 2, (2.0, 1.0), (0.5, -0.5)),
        ((sp.Rational(3, 10) * x + sp.Rational(7, 10) * y) ** 2, (1.0, 1.0), (0.28 / 0.58, -0.12 / 0.58)),
        ((sp.Rational(3, 10) * x + sp.Rational(7, 10) * y - 5) ** 2, (0.0, 0.0), (1.5 / 0.58, 3.5 / 0.58)),
        ((x**2 - 1) ** 2, (1.9, -0.4), (1.0, -0.4)),
        ((x**2 - 1) ** 2, (0.0, 2.0), (0.0, 2.0)),
        (x**4 + y**4, (0.0, 0.0), (0.0, 0.0)),
        (x**4 + y**4, (0.0, 2.0), (0.0, 0.0)),
        (0 * x + 3, (1.0, 2.0), (1.0, 2.0)),
    ],
    ids=str,
)
def test_newton_leaves_alone_what_the_surface_does_not_depend_on(
    expression: sp.Expr, start: tuple[float, float], end: tuple[float, float], scale: float
) -> None:
    """The limit of one Newton step and more: along the ground nothing moves, across it Newton is as ever."""
    surface, rule = make_surface(scale * expression), OPTIMIZERS["newton"]()
    alone, lanes = run(surface, rule, start, 60), run(surface, rule, [start, (0.5, 0.25)], 60)
    assert alone.points[-1] == pytest.approx(end, abs=1e-9)
    np.testing.assert_array_equal(alone.points, lanes.points[:, 0])
    assert not np.isnan(lanes.points).any()


@given(v=st.tuples(*[coordinates] * 2), at=st.tuples(*[coordinates] * 2), size=st.floats(0.1, 10))
@settings(max_examples=100)
def test_newton_takes_the_step_of_the_pseudo_inverse_where_the_hessian_is_singular(
    v: tuple[float, float], at: tuple[float, float], size: float
) -> None:
    assume(min(map(abs, v)) > 0.01)
    h, g = size * np.outer(v, v), np.multiply(v, at[0])
    surface = Functions(lambda x, y: 0.0, lambda x, y: tuple(g.tolist()), lambda x, y: (*h[0], h[1, 1]))
    moved, _ = OPTIMIZERS["newton"]().step(surface, (0.0, 0.0), ((), ()), 1.0, 1)
    np.testing.assert_allclose(moved, -np.linalg.pinv(h, rcond=1e-9) @ g, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("expression", "start"),
    [(2 * x - 3 * y, (1, 2)), (x**2 + y, (1, 2)), ((x + y) ** 2 + x - y, (1, 2)), (x**2 + y**3 - y, (1, 0))],
    ids=str,
)
def test_newton_has_no_value_where_the_surface_slopes_but_does_not_bend(
    expression: sp.Expr, start: tuple[float, float]
) -> None:
    for starts in (start, [start, start]):
        assert np.isnan(run(make_surface(expression), OPTIMIZERS["newton"](), starts, 3).points[1:]).all()


def test_newton_stays_on_a_valley_floor_where_all_of_the_gradient_is_rounding() -> None:
    """Multiplied out, both coordinates of the gradient round for themselves and point anywhere."""
    square = sp.expand((sp.Rational(3, 10) * x + sp.Rational(7, 10) * y - 5) ** 2)
    starts = np.random.default_rng(0).uniform(-3, 3, (300, 2))
    t = run(make_surface(square), OPTIMIZERS["newton"](), starts, 6)
    np.testing.assert_allclose(t.points[-1] @ (0.3, 0.7), 5.0, rtol=1e-12)


def test_newton_sees_the_bend_of_the_tiniest_surface() -> None:
    """Its products underflow, but one of its curvatures does not."""
    t = run(make_surface(1e-200 * x**2), OPTIMIZERS["newton"](), (1.3, 0.7), 1)
    assert t.points[1].tolist() == [0.0, 0.7]


def test_newton_may_move_away_from_a_minimum() -> None:
    start = np.array([0.5, 0.5])
    nearest = min(CAMEL.minimizers, key=lambda m: math.dist(m, start))
    t = run(CAMEL, OPTIMIZERS["newton"](), start, 1)
    assert math.dist(t.points[1], nearest) > math.dist(start, nearest)
    assert t.values[1] > t.values[0]


@given(entries=st.tuples(*[st.floats(-2, 2)] * 4), shift=st.tuples(*[coordinates] * 2))
@settings(max_examples=6)
def test_newton_does_not_notice_an_affine_change_of_the_axes(
    entries: tuple[float, ...], shift: tuple[float, float]
) -> None:
    a = np.eye(2) * 3 + np.reshape(entries, (2, 2)) / 2
    u, v = a @ np.array([x, y]) + shift
    bent = make_surface(HIMMELBLAU.expression.subs({x: u, y: v}, simultaneous=True))
    start = np.array([3.4, -1.5])
    in_new_axes = path(bent, "newton", np.linalg.solve(a, start - shift), 4)
    np.testing.assert_allclose(in_new_axes @ a.T + shift, path(HIMMELBLAU, "newton", start, 4), atol=1e-8)


@pytest.mark.parametrize(
    ("surface", "start"),
    [
        (QUADRATIC.with_parameters(condition_number=1000.0, angle=30.0), (-2.5, 1.5)),
        (LANDSCAPES["rosenbrock"], (-1.2, 1.0)),
        (LANDSCAPES["beale"], (2.7, 0.4)),
    ],
    ids=lambda given: getattr(given, "key", None),
)
def test_bfgs_comes_near_newtons_speed_without_a_hessian(
    surface: Landscape, start: tuple[float, float]
) -> None:
    def steps(key: str, **settings: float) -> int:
        t = run(surface, OPTIMIZERS[key](**settings), start, 5_000)
        return int(np.argmax(np.append(t.values, surface.minimum) <= surface.minimum + 1e-12))

    limit = 2 / np.linalg.eigvalsh(surface.hessian(surface.minimizers[0]))[-1]
    best = min(steps("gradient_descent", learning_rate=share * limit) for share in (0.25, 0.5, 0.75, 0.95))
    bfgs = steps("bfgs")
    assert bfgs <= 7 * steps("newton") < 50 * bfgs < best
    t = run(surface, OPTIMIZERS["bfgs"](), start, bfgs)
    left = t.values - surface.minimum
    assert left[-1] < 1e-3 * left[-2], "faster than any constant R"
    assert t.evaluations[-1, 2] == 0


# How far a rule sees the turn and the stretch of a quadratic


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_only_rules_that_scale_coordinates_notice_a_turn(rule: type[Optimizer]) -> None:
    angle = np.deg2rad(40)
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    start = np.array([-2.5, 1.5])
    straight = run(QUADRATIC, rule(), start, 60).points @ turn.T
    turned = run(QUADRATIC.with_parameters(angle=40.0), rule(), turn @ start, 60).points
    apart = np.abs(turned - straight).max()
    assert apart > 0.05 if rule.scales_coordinates else apart < 1e-9


def test_steps_grow_with_the_condition_number_for_gradient_descent_and_never_for_newton() -> None:
    counts = {"gradient_descent": [], "momentum": [], "newton": []}
    for kappa in (10.0, 100.0, 1000.0):
        bowl = QUADRATIC.with_parameters(condition_number=kappa, angle=20.0)
        rates = {"gradient_descent": 1 / kappa, "momentum": 1 / kappa, "newton": 1.0}
        for key, rate in rates.items():
            counts[key].append(steps_to(bowl, OPTIMIZERS[key](rate), 1e-4))
    ratios = np.divide(counts["gradient_descent"][1:], counts["gradient_descent"][:-1])
    assert (ratios > 8).all()
    assert counts["momentum"] == sorted(set(counts["momentum"]))
    assert counts["newton"] == [1, 1, 1]


@pytest.mark.parametrize("key", ["rmsprop", "momentum", "adam"])
def test_gradient_descent_is_the_least_successful_in_a_straight_ravine(key: str) -> None:
    ravine = QUADRATIC.with_parameters(condition_number=1000.0)
    rates = (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
    best = {
        name: min(
            np.nan_to_num(run(ravine, OPTIMIZERS[name](r), ravine.start, 500).values[-1], nan=np.inf)
            for r in rates
        )
        for name in ("gradient_descent", key)
    }
    assert best[key] < 1e-6 * best["gradient_descent"]


# Saddles


@pytest.mark.parametrize("saddle", [SADDLE, WALLED], ids=lambda surface: surface.key)
@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.key != "nelder_mead"], ids=lambda rule: rule.key
)
def test_exactly_on_the_ridge_a_run_is_stuck_and_a_nudge_frees_it(
    rule: type[Optimizer], saddle: Landscape
) -> None:
    rules = [rule()]
    if "safeguard" in rule().settings:
        np.testing.assert_allclose(path(saddle, rule.key, (-1.5, 1e-3), 100)[-1], 0.0, atol=1e-12)
        rules = [rule(learning_rate=0.5, safeguard=0.01)]
    if "radius" in rule().settings:  # it is drawn to saddles that are nearer
        rules = [rule(radius=1e-4)]
    for one in rules:
        t = run(saddle, one, (-1.5, 0), 3_000)
        assert (t.points[:, 1] == 0).all()
        assert abs(t.points[-1, 0]) < 1
        assert np.nanmax(np.abs(run(saddle, one, (-1.5, 1e-3), 3_000).points[:, 1])) > 0.9


def test_escape_takes_log_of_the_nudge_but_not_for_rules_that_scale_coordinates() -> None:
    nudges = (1e-2, 1e-4, 1e-6, 1e-8)

    def escapes(key: str, **settings: float) -> Array:
        paths = [path(WALLED, key, (-1.5, d), 2_000, **settings)[:, 1] for d in nudges]
        return np.array([np.argmax(np.abs(p) > 0.5) for p in paths])

    growth = 0.1
    for key, factor in (("gradient_descent", 1 + growth), ("momentum", None)):
        waits = np.diff(escapes(key, learning_rate=growth))
        assert np.ptp(waits) <= 0.05 * waits.mean()
        assert waits.min() >= 5
        if factor:
            assert waits == pytest.approx(np.full(3, math.log(100) / math.log(factor)), abs=1.5)
    for key in ("rmsprop", "adam"):
        assert np.ptp(escapes(key)) <= 2


# Declarations


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.key)
def test_hyperparameters_are_declared_and_checked(kind: type[Optimizer]) -> None:
    default = kind()
    assert list(default.settings) == [h.key for h in kind.hyperparameters()]
    for h in kind.hyperparameters():
        assert h.low <= h.default <= h.high
        assert h.low > 0 or not h.log
        assert h.least <= h.low
        assert h.high < h.below
        assert h.symbol
        assert re.search(rf"(^|\. ){'On' if h.switch else 'Higher'}: [^.]+\.$", h.help), h.help
        assert default.settings[h.key] == h.default
        for value in (h.low, h.high):
            kept = kind(**{h.key: np.float64(value)}).settings[h.key]
            assert kept == value
            assert type(kept) is float
        for whole in (0, 1):
            if h.least <= whole < h.below:
                assert type(kind(**{h.key: whole}).settings[h.key]) is float
        refused = [math.nan, math.inf, -math.inf, -1.0, -1e-9] + [h.below] * math.isfinite(h.below)
        for value in refused:
            with pytest.raises(ValueError, match=f"^{h.name.capitalize()} must be") as caught:
                kind(**{h.key: value})
            assert str(caught.value).endswith(f"{value}.")


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.key)
def test_rules_are_frozen_values(kind: type[Optimizer]) -> None:
    assert kind() == kind()
    assert hash(kind()) == hash(kind())
    for h in kind.hyperparameters():
        assert kind(**{h.key: h.low}) != kind(**{h.key: h.high})
        with pytest.raises(FrozenInstanceError):
            setattr(kind(), h.key, h.low)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_docstring_is_the_text_of_a_page(rule: type[Optimizer]) -> None:
    text = rule.__doc__ or ""
    assert re.match(r"[A-Z][^\n$]+\.\n", text)
    assert re.search(r"\$\$[^$]*\\leftarrow[^$]*\$\$", text, re.DOTALL)
    assert re.search(r"Source: .*\b(1[6-9]|20)\d\d\b", text)


@pytest.mark.parametrize("registry", [OPTIMIZERS, SCHEDULES], ids=["rules", "schedules"])
def test_registry(registry: dict[str, type[Optimizer]]) -> None:
    assert [kind.key for kind in registry.values()] == list(registry)
    assert len({kind.name for kind in registry.values()}) == len(registry)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_schedules_are_prefixes_of_longer_ones(schedule: type) -> None:
    factors = schedule().factors(400)
    assert factors.shape == (400,)
    assert (factors >= 0).all()
    for steps in (1, 7, 399):
        assert np.array_equal(schedule().factors(steps), factors[:steps])


def test_the_constant_schedule_is_constant() -> None:
    assert SCHEDULES["constant"]().factors(5).tolist() == [1.0] * 5
