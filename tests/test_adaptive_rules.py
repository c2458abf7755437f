"""Averaged momentum, Adadelta, what departs from Adam, signs and secants, and the two newer rules."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp
from conftest import make_surface
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.functions import softplus
from optimizers import OPTIMIZERS, SCHEDULES, Kind, Trajectory, judge, run

HIMMELBLAU, UNIT = LANDSCAPES["himmelblau"], LANDSCAPES["saturated_unit"]
ROSENBROCK, QUADRATIC = LANDSCAPES["rosenbrock"], LANDSCAPES["quadratic"]
PLANE, FLAT = make_surface(2 * x - 3 * y), make_surface(0)
BOWL = make_surface((x**2 + 9 * y**2) / 2)
CLIFF = make_surface(50 * softplus(-20 * x) - x)
"""A slope of 1,001 that ends in one of 1."""
START = (-0.5, -1.0)
ETA, BETA1, BETA2, EPSILON = 0.05, 0.8, 0.95, 1e-3


def path(surface: Landscape, key: str, start: object, steps: int, **hyperparameters: float) -> Array:
    return run(surface, OPTIMIZERS[key](**hyperparameters), start, steps).points


def adams(key: str, surface: Landscape = HIMMELBLAU, **more: float) -> Trajectory:
    """A run of 60 steps with settings that no default hides."""
    fields = {"learning_rate": ETA, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON} | more
    known = OPTIMIZERS[key]().settings
    rule = OPTIMIZERS[key](**{name: value for name, value in fields.items() if name in known})
    return run(surface, rule, START, 60)


def averages(values: Array, beta: float) -> Array:
    """Σᵢ (1 − β) βᵏ⁻ⁱ vᵢ for every k from 1, as the sum and not by the recursion."""
    n = len(values)
    age = np.arange(n)[:, None] - np.arange(n)
    return np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0.0) @ values


def hats(t: Trajectory) -> tuple[Array, Array, Array]:
    """The gradients of a run, and Adam's m̂ and ŝ made of them."""
    g = t.gradients[:-1]
    k = np.arange(1, len(g) + 1)[:, None]
    return g, averages(g, BETA1) / (1 - BETA1**k), averages(g**2, BETA2) / (1 - BETA2**k)


def assert_steps(t: Trajectory, expected: Array) -> None:
    np.testing.assert_allclose(np.diff(t.points, axis=0), expected, rtol=1e-8, atol=1e-12)


# Full-matrix Adagrad


def turned(surface: Landscape, degrees: float) -> tuple[Landscape, Array]:
    """The surface turned, and the matrix that turns a start with it."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    back = {x: c * x + s * y, y: c * y - s * x}
    return make_surface(surface.expression.subs(back, simultaneous=True)), np.array([(c, -s), (s, c)])


@pytest.mark.parametrize("epsilon", [1e-10, 1e-3, 1.0])
@pytest.mark.parametrize("surface", [HIMMELBLAU, ROSENBROCK], ids=lambda surface: surface.key)
def test_full_matrix_adagrad_divides_by_the_root_of_the_sum_of_outer_products(
    surface: Landscape, epsilon: float
) -> None:
    """The root by eigenvectors. At the first step G is singular, and a tiny ε makes much of its rounding."""
    t = run(surface, OPTIMIZERS["full_matrix_adagrad"](0.1, epsilon), START, 80)
    total, first = np.zeros((2, 2)), 2 if epsilon < 1e-6 else 0
    for k, g in enumerate(t.gradients[:-1]):
        total += np.outer(g, g)
        squares, axes = np.linalg.eigh(total)
        root = axes * np.sqrt(np.maximum(squares, 0)) @ axes.T
        if k >= first:
            step = -0.1 * np.linalg.solve(root + epsilon * np.eye(2), g)
            np.testing.assert_allclose(t.points[k + 1] - t.points[k], step, rtol=1e-9, atol=1e-12)
        found = [t.states[name][k + 1] for name in ("G₁₁", "G₁₂", "G₂₂", "determinant")]
        expected = [total[0, 0], total[0, 1], total[1, 1], np.linalg.det(total)]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * total[1, 1] ** 2 * (k == 0))


@pytest.mark.parametrize("degrees", [17.3, 45.0, 71.0])
@pytest.mark.parametrize("surface", [BOWL, HIMMELBLAU], ids=lambda surface: surface.key)
def test_full_matrix_adagrads_path_turns_with_the_surface_and_adagrads_does_not(
    surface: Landscape, degrees: float
) -> None:
    bent, turn = turned(surface, degrees)
    apart = {
        key: np.abs(path(bent, key, turn @ START, 200) - path(surface, key, START, 200) @ turn.T).max()
        for key in ("full_matrix_adagrad", "adagrad")
    }
    assert apart["full_matrix_adagrad"] < 1e-9
    assert apart["adagrad"] > 0.02


def test_full_matrix_adagrad_is_adagrad_where_all_gradients_lie_along_one_axis() -> None:
    for start in ((-2.5, 0.0), (0.0, 1.5)):
        full, diagonal = (path(BOWL, key, start, 300) for key in ("full_matrix_adagrad", "adagrad"))
        np.testing.assert_allclose(full, diagonal, rtol=1e-12)
    full, diagonal = (path(BOWL, key, (-2.5, 1.5), 300) for key in ("full_matrix_adagrad", "adagrad"))
    assert np.abs(full - diagonal).max() > 0.05


@pytest.mark.parametrize("epsilon", [1e-10, 1.0])
def test_full_matrix_adagrads_first_step_leads_straight_down_to_the_last_digits(epsilon: float) -> None:
    """G is singular there: what is left across the gradient by rounding would be divided by ε."""
    steep = QUADRATIC.with_parameters(condition_number=1000.0, angle=30.0)
    t = run(steep, OPTIMIZERS["full_matrix_adagrad"](0.1, epsilon), (-2.5, 1.5), 1)
    g = t.gradients[0]
    step = -0.1 * g / (np.linalg.norm(g) + epsilon)
    np.testing.assert_allclose(t.points[1] - t.points[0], step, rtol=0, atol=1e-15)


def test_full_matrix_adagrad_stays_on_level_ground() -> None:
    assert (path(FLAT, "full_matrix_adagrad", (1, 2), 5) == (1, 2)).all()


# Averaged momentum


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_averaged_momentum_is_heavy_ball_with_eta_times_one_minus_beta_at_a_constant_rate(
    beta: float,
) -> None:
    averaged, heavy = (
        OPTIMIZERS[key](learning_rate=eta, momentum=beta)
        for key, eta in (("averaged_momentum", 0.01), ("momentum", 0.01 * (1 - beta)))
    )
    ours, theirs = (run(HIMMELBLAU, rule, START, 100).points for rule in (averaged, heavy))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    for key, fields in (("linear", {}), ("cosine", {"period": 40}), ("warmup", {"period": 40})):
        schedule = SCHEDULES[key](**fields)
        apart = np.abs(
            np.subtract(*(run(HIMMELBLAU, rule, START, 100, schedule).points for rule in (averaged, heavy)))
        ).max()
        assert apart < 1e-12 if beta == 0 else apart > 1e-3, key


def test_averaged_momentum_stores_g_and_heavy_ball_stores_eta_g() -> None:
    """On a slope of 1, when the rate is cut to nothing, heavy ball runs on and the average stops."""
    slope, cut = make_surface(x), SCHEDULES["exponential"](decay=50.0)
    heavy = path_under(slope, "momentum", cut)
    averaged = path_under(slope, "averaged_momentum", cut)
    assert heavy[-1] == pytest.approx(-0.1 / (1 - 0.9), rel=1e-3)
    assert averaged[1:] == pytest.approx(np.full(200, -0.1 * (1 - 0.9)))


def path_under(surface: Landscape, key: str, schedule: object) -> Array:
    rule = OPTIMIZERS[key](learning_rate=0.1, momentum=0.9)
    return run(surface, rule, (0, 0), 200, schedule).points[:, 0]


# Adadelta


BOTTOMLESS = ("saddle", "monkey_saddle", "zero_one", "network_slice")
KINKED = ("dead_relu", "ackley")
RAW = ("regression_raw_units",)
"""The way is long there for steps that begin at √ε."""
STEEP = (
    *("quadratic", "booth", "rosenbrock", "cubic_ravine", "beale", "dupont", "double_well", "himmelblau"),
    *("three_hump_camel", "six_hump_camel", "styblinski_tang", "rastrigin", "goldstein_price"),
    *("regression_off_centre", "line_fit"),
)
"""Too curved at every minimum for gradient descent at η = 1, which needs λ < 2."""


@pytest.mark.parametrize("key", [key for key in LANDSCAPES if key not in (*BOTTOMLESS, *KINKED, *RAW)])
def test_adadelta_works_at_eta_1_without_tuning(key: str) -> None:
    surface = LANDSCAPES[key]
    t = run(surface, OPTIMIZERS["adadelta"](), surface.start, 3_000)
    assert t.learning_rates[0] == 1.0
    wells = np.array([*surface.minimizers, *surface.local_minimizers])
    well = wells[np.linalg.norm(wells - t.points[-1], axis=-1).argmin()]
    fall = t.values[0] - t.values[-1]
    assert fall > 0.9 * (t.values[0] - surface.value(well)) > 0


@pytest.mark.parametrize("key", STEEP)
def test_gradient_descent_at_eta_1_cannot_settle_where_adadelta_does(key: str) -> None:
    surface = LANDSCAPES[key]
    wells = np.array([*surface.minimizers, *surface.local_minimizers])
    assert np.linalg.eigvalsh(surface.hessian(wells))[:, -1].min() > 2.0
    t = run(surface, OPTIMIZERS["gradient_descent"](1.0), surface.start, 3_000)
    bounces = key in ("dupont", "rastrigin")  # slopes that do not grow with the distance
    assert judge(surface, t).kind is (Kind.OSCILLATING if bounces else Kind.DIVERGED)


def test_adadelta_is_the_printed_recursion() -> None:
    eta, rho, epsilon = 0.7, 0.8, 1e-3
    rule = OPTIMIZERS["adadelta"](learning_rate=eta, decay=rho, epsilon=epsilon)
    t = run(HIMMELBLAU, rule, START, 200)
    step = np.diff(t.points, axis=0) / eta
    squares, steps = averages(t.gradients[:-1] ** 2, rho), averages(step**2, rho)
    before = np.concatenate([np.zeros((1, 2)), steps[:-1]])
    np.testing.assert_allclose(
        step, -np.sqrt((before + epsilon) / (squares + epsilon)) * t.gradients[:-1], rtol=1e-8, atol=1e-12
    )


# Adam's switch


def test_without_bias_correction_adams_first_step_is_3_16_eta() -> None:
    for slope in (PLANE, make_surface(500 * x - y / 100)):
        first = [
            abs(path(slope, "adam", (0, 0), 1, learning_rate=0.25, bias_correction=s)[1]) for s in (0, 1)
        ]
        assert first[0] == pytest.approx([3.162 * 0.25] * 2, rel=1e-3)
        assert first[1] == pytest.approx([0.25] * 2, rel=1e-5)
    g = (t := adams("adam", bias_correction=0)).gradients[:-1]
    assert_steps(t, -ETA * averages(g, BETA1) / (np.sqrt(averages(g**2, BETA2)) + EPSILON))


# Where each departs from Adam


def test_adamw_departs_from_adam_by_eta_times_weight_decay_times_w_whatever_the_loss() -> None:
    assert np.array_equal(adams("adamw", weight_decay=0.0).points, adams("adam").points)
    decayed = adams("adamw", weight_decay=0.3)
    _, mean, square = hats(decayed)
    assert_steps(decayed, -ETA * (0.3 * decayed.points[:-1] + mean / (np.sqrt(square) + EPSILON)))
    np.testing.assert_allclose(
        adams("adamw", FLAT, weight_decay=0.3).points,
        np.array(START) * (1 - ETA * 0.3) ** np.arange(61)[:, None],
        rtol=1e-12,
    )


def test_amsgrad_departs_from_adam_in_the_maximum_of_s_before_the_correction() -> None:
    t = adams("amsgrad", ROSENBROCK)
    g, mean, _ = hats(t)
    k = np.arange(1, 61)[:, None]
    largest = np.maximum.accumulate(averages(g**2, BETA2)) / (1 - BETA2**k)
    assert_steps(t, -ETA * mean / (np.sqrt(largest) + EPSILON))
    # Past a cliff Adam's steps grow again, AMSGrad's do not.
    last = {
        key: np.diff(path(CLIFF, key, (-1, 0), 3_000, beta2=0.99)[:, 0])[-1] for key in ("adam", "amsgrad")
    }
    assert last["adam"] == pytest.approx(0.05, rel=0.01)
    assert 0 < last["amsgrad"] < 0.002


def test_adamax_departs_from_adam_in_dividing_by_the_largest_decayed_gradient() -> None:
    t = adams("adamax")
    g, mean, square = hats(t)
    decayed = [
        np.max(BETA2 ** np.arange(k, -1, -1)[:, None] * (np.abs(g[: k + 1]) + EPSILON), axis=0)
        for k in range(60)
    ]
    assert_steps(t, -ETA * mean / decayed)
    assert np.abs(np.divide(decayed, np.sqrt(square) + EPSILON) - 1)[5:].max() > 0.1


@pytest.mark.parametrize("psi", [0.004, 0.1])
def test_nadam_departs_from_adam_in_counting_the_gradient_at_hand_before_it_is_averaged(psi: float) -> None:
    t = adams("nadam", momentum_decay=psi)
    g, _, square = hats(t)
    k = np.arange(1, 62)
    mu = BETA1 * (1 - 0.5 * 0.96 ** (k * psi))
    product = np.cumprod(mu)
    m = averages(g, BETA1)
    now = ((1 - mu) / (1 - product))[:-1, None] * g
    ahead = (mu[1:] / (1 - product[1:]))[:, None] * m
    assert_steps(t, -ETA * (now + ahead) / (np.sqrt(square) + EPSILON))
    first = abs(path(PLANE, "nadam", (0, 0), 1, learning_rate=1.0)[1])
    mu = 0.9 * (1 - 0.5 * 0.96 ** (0.004 * np.array([1, 2])))
    assert first == pytest.approx([1 + 0.1 * mu[1] / (1 - mu[0] * mu[1])] * 2)


def test_radam_departs_from_adam_in_not_scaling_until_rho_exceeds_5() -> None:
    """At β₂ = 0.999 that is from the sixth step on."""
    k, beta = np.arange(1, 201), 0.999
    steps = np.diff(path(PLANE, "radam", (0, 0), 200, learning_rate=0.1), axis=0)
    longest = 2 / (1 - beta) - 1
    rho = longest - 2 * k * beta**k / (1 - beta**k)
    assert (rho > 5).tolist() == [False] * 5 + [True] * 195
    np.testing.assert_allclose(steps[:5], np.broadcast_to([-0.2, 0.3], (5, 2)), rtol=1e-9)
    scaled = rho[5:]
    trust = np.sqrt((scaled - 4) * (scaled - 2) * longest / ((longest - 4) * (longest - 2) * scaled))
    np.testing.assert_allclose(steps[5:], 0.1 * np.outer(trust, [-1, 1]), rtol=1e-6)
    assert (np.diff(trust) > 0).all()
    assert trust[0] < 0.05
    assert trust[-1] > 0.2
    short = adams("radam", beta2=0.6)  # ρ∞ = 4: never scaled
    _, mean, _ = hats(short)
    assert_steps(short, -ETA * mean)


def test_lion_departs_from_adam_in_moving_by_the_sign_of_a_mean_that_counts_the_gradient_anew() -> None:
    t = adams("lion")
    g = t.gradients[:-1]
    m = np.concatenate([np.zeros((1, 2)), averages(g, BETA2)[:-1]])
    direction = BETA1 * m + (1 - BETA1) * g
    assert_steps(t, -ETA * np.sign(direction))
    assert (np.sign(direction) != np.sign(averages(g, BETA2))).any()
    decayed = adams("lion", weight_decay=0.5)
    extra = np.diff(decayed.points, axis=0) + ETA * 0.5 * decayed.points[:-1]
    np.testing.assert_allclose(np.abs(extra), ETA, rtol=1e-9)


# Rprop


@pytest.mark.parametrize("scale", [sp.Integer(10) ** 9, sp.Rational(1, 10**9)], ids=["1e9", "1e-9"])
def test_rprop_ignores_the_scale_of_the_loss(scale: sp.Expr) -> None:
    scaled = make_surface(scale * HIMMELBLAU.expression)
    ours, theirs = (path(surface, "rprop", START, 60) for surface in (scaled, HIMMELBLAU))
    assert np.array_equal(ours, theirs)


def test_rprop_crosses_a_plateau_on_which_gradient_descent_stops() -> None:
    kinds = [
        judge(UNIT, run(UNIT, OPTIMIZERS[key](), (-10, 0), 300)).kind for key in ("gradient_descent", "rprop")
    ]
    assert kinds == [Kind.PLATEAU, Kind.GLOBAL_MINIMUM]


@given(start=st.tuples(*[st.floats(-4, 4)] * 2), eta=st.floats(1e-3, 1.0))
@settings(max_examples=30)
def test_rprop_stays_put_after_a_turn_and_forgets_that_gradient(
    start: tuple[float, float], eta: float
) -> None:
    t = run(HIMMELBLAU, OPTIMIZERS["rprop"](eta), start, 80)
    moves = np.diff(t.points, axis=0)
    for c in (0, 1):
        size, counted = eta, 0.0
        for k in range(80):
            sign = np.sign(t.gradients[k, c])
            if sign * counted > 0:
                size = min(1.2 * size, 50.0)
            turned = sign * counted < 0
            if turned:
                size = max(0.5 * size, 1e-6)
            counted = 0.0 if turned else sign
            assert t.states["size"][k + 1, c] == pytest.approx(size, rel=1e-12)
            assert (t.states["last gradient"][k + 1, c] == 0) == (counted == 0)
            assert moves[k, c] == pytest.approx(-counted * size, abs=1e-12)


def test_rprops_sizes_stay_between_a_millionth_and_50_and_start_at_eta() -> None:
    grown = abs(np.diff(path(PLANE, "rprop", (0, 0), 100, learning_rate=0.3), axis=0))
    expected = np.minimum(0.3 * 1.2 ** np.arange(100), 50.0)
    np.testing.assert_allclose(grown, np.column_stack([expected] * 2), rtol=1e-9)
    shrunk = run(make_surface(sp.Abs(x) + sp.Abs(y)), OPTIMIZERS["rprop"](0.01), (0.3, 0.2), 500)
    assert shrunk.states["size"][1:].min() == 1e-6


# Quickprop


def test_quickprop_is_very_fast_on_bowls() -> None:
    """No rate of gradient descent comes near on a ravine of 1,000 : 1."""
    ravine = QUADRATIC.with_parameters(condition_number=1000.0)
    quick = run(ravine, OPTIMIZERS["quickprop"](0.001), (-2.5, 1.5), 15)
    assert quick.values[-1] < 1e-20
    best = min(
        run(ravine, OPTIMIZERS["gradient_descent"](eta), (-2.5, 1.5), 1_000).values[-1]
        for eta in np.linspace(1e-4, 2e-3, 20)
    )
    assert best > 1e-3


def test_quickprop_from_0_3_does_not_run_to_the_maximum_of_cos_as_a_bare_secant_does() -> None:
    hill = make_surface(sp.cos(x) + y**2)
    before, at = 0.3, 0.3 + 0.01 * math.sin(0.3)
    for _ in range(8):
        g, old = -math.sin(at), -math.sin(before)
        before, at = at, at + g / (old - g) * (at - before) if old != g else at
    assert at == pytest.approx(0.0, abs=1e-9)
    quick = path(hill, "quickprop", (0.3, 1.0), 60, learning_rate=0.01)
    assert quick[-1] == pytest.approx((math.pi, 0.0), abs=1e-9)


def test_quickprops_growth_is_capped_and_its_secant_is_exact_on_a_parabola() -> None:
    steps = np.diff(path(PLANE, "quickprop", (0, 0), 30, learning_rate=0.1), axis=0)[:, 0]
    np.testing.assert_allclose(steps[1:], 1.75 * steps[:-1] - 0.1 * 2)
    # A first step of 0.4 leaves 0.6 of the slope, below 1.75/2.75: the secant hits, −ηg is added.
    parabola = path(make_surface(x**2 / 2), "quickprop", (1, 0), 3, learning_rate=0.4)[:, 0]
    assert parabola[:3] == pytest.approx([1.0, 0.6, -0.24])
    assert parabola[3] == pytest.approx(0.0, abs=1e-15)
    # A first step of 0.3 leaves 0.7, above it: 1.75 times the last step.
    steep = path(make_surface(x**2 / 2), "quickprop", (1, 0), 2, learning_rate=0.3)[:, 0]
    assert steep == pytest.approx([1.0, 0.7, 0.7 - 1.75 * 0.3 - 0.3 * 0.7])


def test_quickprop_jumps_back_by_the_secant_where_the_slope_turned_however_steep_it_is() -> None:
    """A first step of 1.9 leaves −0.9 of the slope: growing by 1.75 would leave the bowl."""
    overshot = path(make_surface(x**2 / 2), "quickprop", (1, 0), 2, learning_rate=1.9)[:, 0]
    assert overshot == pytest.approx([1.0, -0.9, 0.0], abs=1e-12)


def test_quickprop_takes_a_gradient_step_wherever_the_last_step_was_0() -> None:
    """The slope across is 0 at the start, and is not once the other coordinate has moved."""
    t = run(make_surface((x**2 + y**2 + x * y) / 2), OPTIMIZERS["quickprop"](0.1), (1, -2), 3)
    assert t.gradients[0, 0] == 0.0 != t.gradients[1, 0]
    assert t.points[1, 0] == t.points[0, 0]
    assert t.points[2, 0] == pytest.approx(t.points[1, 0] - 0.1 * t.gradients[1, 0], rel=1e-12)


def test_quickprop_is_still_unstable_on_some_non_convex_surfaces() -> None:
    t = run(LANDSCAPES["beale"], OPTIMIZERS["quickprop"](0.1), LANDSCAPES["beale"].start, 300)
    assert judge(t.surface, t).kind is Kind.DIVERGED
    assert t.values[:10].min() < t.values[0]


# Sharpness-aware


def test_sharpness_aware_with_radius_0_is_gradient_descent() -> None:
    plain = path(HIMMELBLAU, "gradient_descent", START, 60, learning_rate=0.01)
    assert np.array_equal(path(HIMMELBLAU, "sharpness_aware", START, 60, radius=0.0), plain)


def test_sharpness_aware_takes_the_gradient_a_radius_uphill() -> None:
    t = run(HIMMELBLAU, OPTIMIZERS["sharpness_aware"](0.01, 0.2), START, 40)
    for k, (here, above) in enumerate(t.trials[1:]):
        assert here[:2] == pytest.approx(t.points[k])
        uphill = t.gradients[k] / np.linalg.norm(t.gradients[k])
        assert above[:2] == pytest.approx(t.points[k] + 0.2 * uphill)
        assert t.points[k + 1] == pytest.approx(t.points[k] - 0.01 * HIMMELBLAU.gradient(above[:2]))


def test_sharpness_aware_jumps_about_in_a_minimum_by_more_the_sharper_it_is() -> None:
    """On a parabola it ends in a swing between ±ηλρ/(2 − ηλ)."""
    rho, eta = 0.3, 0.05
    swings = []
    for curvature in (1.0, 5.0, 25.0):
        p = path(
            make_surface(curvature * x**2 / 2),
            "sharpness_aware",
            (1, 0),
            2_000,
            learning_rate=eta,
            radius=rho,
        )
        share = eta * curvature
        assert p[-2, 0] == pytest.approx(-p[-1, 0])
        swings.append(abs(p[-1, 0]))
        assert swings[-1] == pytest.approx(share * rho / (2 - share))
    assert swings == sorted(swings)


def test_sharpness_aware_prefers_the_flat_one_of_two_equally_deep_wells() -> None:
    """Widths 0.2 and 0.8: the narrow one is narrower than the radius."""
    widths = ((-1, sp.Rational(1, 5)), (1, sp.Rational(4, 5)))
    wells = make_surface(y**2 / 2 - sum(sp.exp(-((x - m) ** 2) / (2 * w**2)) for m, w in widths))
    starts = np.column_stack([np.linspace(-2, 2, 81), np.full(81, 0.2)])
    kept = {}
    for radius in (0.0, 0.3):
        tail = path(wells, "sharpness_aware", starts, 1_500, learning_rate=0.1, radius=radius)[-200:, :, 0]
        kept[radius] = [int((np.abs(tail - m).max(axis=0) < 0.4).sum()) for m in (-1, 1)]
    sharp, flat = zip(kept[0.0], kept[0.3], strict=True)
    assert sharp[0] > 25
    assert sharp[1] == 0
    assert flat[1] > 0.8 * flat[0] > 30


# Schedule-free


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_schedule_free_without_interpolation_is_the_average_of_a_gradient_descent(noise: float) -> None:
    """Polyak–Ruppert: w is the mean of the plain run's points."""
    lead = run(HIMMELBLAU, OPTIMIZERS["gradient_descent"](0.01), START, 300, noise=noise, seed=4)
    t = run(HIMMELBLAU, OPTIMIZERS["schedule_free"](0.01, 0.0), START, 300, noise=noise, seed=4)
    means = np.cumsum(lead.points[1:], axis=0) / np.arange(1, 301)[:, None]
    np.testing.assert_allclose(t.points[1:], means, rtol=1e-9)
    np.testing.assert_allclose(t.points + t.states["lead"], lead.points, rtol=1e-9)


def test_schedule_free_takes_the_gradient_between_the_lead_and_the_average() -> None:
    eta, beta = 0.01, 0.7
    t = run(HIMMELBLAU, OPTIMIZERS["schedule_free"](eta, beta), START, 200)
    z = t.points + t.states["lead"]
    asked = (1 - beta) * z + beta * t.points
    np.testing.assert_allclose(
        np.diff(z, axis=0), -eta * HIMMELBLAU.gradient(asked[:-1]), rtol=1e-7, atol=1e-10
    )
    k = np.arange(1, 201)[:, None]
    np.testing.assert_allclose(t.points[1:], np.cumsum(z[1:], axis=0) / k, rtol=1e-9)


def test_under_noise_schedule_free_settles_while_plain_descent_bounces_at_the_same_rate() -> None:
    bowl = make_surface((x**2 + 9 * y**2) / 2)
    plain, free = (
        run(bowl, OPTIMIZERS[key](0.1), (1, 1), 4_000, noise=2.0, seed=range(30))
        for key in ("gradient_descent", "schedule_free")
    )
    early, late = (
        [t.values[window].mean() for t in (plain, free)] for window in (slice(300, 400), slice(3_900, 4_001))
    )
    assert late[0] == pytest.approx(early[0], rel=0.25)
    assert late[1] < 0.2 * early[1]
    assert late[1] < 0.05 * late[0]


def test_no_rule_is_another_one_in_disguise() -> None:
    """At their defaults, under noise and a schedule, all the paths differ on some surface."""
    schedule = SCHEDULES["exponential"](decay=0.002)
    cases = ((HIMMELBLAU, START), (CLIFF, (-1, 0)))
    paths = {
        key: np.stack([run(s, rule(), start, 300, schedule, noise=0.3).points for s, start in cases])
        for key, rule in OPTIMIZERS.items()
    }
    for (a, p), (b, q) in itertools.combinations(paths.items(), 2):
        assert not np.allclose(p, q, rtol=1e-3, atol=1e-3, equal_nan=True), (a, b)
