"""Rules that search along lines, load the diagonal or roll a triangle: what each step promises."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
import sympy as sp
from conftest import VARIANTS, is_polynomial, make_surface, surface_id
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.compiler import Functions
from optimizers import OPTIMIZERS, Kind, Trajectory, judge, run
from optimizers.rules.line_search import backtrack

ROSENBROCK, BEALE, HIMMELBLAU, CAMEL, QUADRATIC = (
    LANDSCAPES[key] for key in ("rosenbrock", "beale", "himmelblau", "six_hump_camel", "quadratic")
)
WOLFE = ("bfgs", "lbfgs", "conjugate_gradient")
SEARCHES = (*WOLFE, "backtracking", "levenberg_marquardt", "nelder_mead")
CLASSICS = [(ROSENBROCK, (-1.2, 1.0)), (BEALE, (1.0, -1.3)), (HIMMELBLAU, (-0.3, -0.8))]
of_classics = pytest.mark.parametrize(("surface", "start"), CLASSICS, ids=lambda v: getattr(v, "key", ""))
SMOOTH = [ROSENBROCK, BEALE, HIMMELBLAU, CAMEL, QUADRATIC, LANDSCAPES["walled_saddle"]]
shares = st.tuples(*[st.floats(0, 1)] * 2)


def within(surface: Landscape, share: tuple[float, float]) -> Array:
    low = np.array(surface.window)[:, 0]
    return low + np.array(share) * surface.spans


def steps_to(t: Trajectory, slope: float) -> int:
    reached = np.flatnonzero(np.abs(t.gradients).max(axis=-1) <= slope)
    return int(reached[0]) if reached.size else t.steps + 1


def matrices(t: Trajectory, *names: str) -> Array:
    """(steps + 1, 2, 2) from the recorded entries xx, xy, yy."""
    xx, xy, yy = (t.states[name] for name in names)
    return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)


def counting(surface: Functions, counted: list[int]) -> Functions:
    """The same functions; their values are counted."""

    def value(x: float, y: float) -> Any:
        counted[0] += 1
        return surface.value(x, y)

    return surface._replace(value=value)


# The exact search


def along(t: Trajectory) -> tuple[Array, Array]:
    """Slopes along every step's line, where it began and where it ended."""
    g = t.gradients
    return (g[:-1] * g[:-1]).sum(axis=-1), np.abs((g[1:] * g[:-1]).sum(axis=-1))


@given(kappa=st.floats(1, 1000), angle=st.floats(0, 90), share=shares)
@settings(max_examples=60)
def test_exact_steps_on_a_quadratic_are_the_closed_form_and_gradients_stand_square(
    kappa: float, angle: float, share: tuple[float, float]
) -> None:
    bowl = QUADRATIC.with_parameters(condition_number=kappa, angle=angle)
    t = run(bowl, OPTIMIZERS["exact_line_search"](), within(bowl, share), 6)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([(c, -s), (s, c)])
    h = turn @ np.diag([1.0, kappa]) @ turn.T
    p = t.points[0]
    for k in range(6):
        g = h @ p
        p = p - (g @ g) / (g @ h @ g or 1.0) * g
        np.testing.assert_allclose(t.points[k + 1], p, rtol=1e-9, atol=1e-9)
    slope, left = along(t)
    moving = slope > 1e-12 * slope[0]
    assert (left[moving] <= 1e-9 * slope[moving]).all()
    lengths = t.states["step length"][1:][moving]
    assert ((lengths >= (1 - 1e-9) / kappa) & (lengths <= 1 + 1e-9)).all()


@pytest.mark.parametrize("kappa", [2.0, 10.0, 100.0, 1000.0])
@pytest.mark.parametrize("angle", [0.0, 25.0])
def test_exact_line_search_from_the_worst_start_loses_just_what_the_theory_says(
    kappa: float, angle: float
) -> None:
    """Components 1/λ: the loss shrinks by ((κ − 1)/(κ + 1))² at every step, and by more from elsewhere."""
    bowl = QUADRATIC.with_parameters(condition_number=kappa, angle=angle)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    worst = np.array([(c, -s), (s, c)]) @ (1.0, 1.0 / kappa)
    bound = ((kappa - 1) / (kappa + 1)) ** 2
    for start, equal in ((worst, True), ((-2.5, 1.5), False)):
        values = run(bowl, OPTIMIZERS["exact_line_search"](), start, 12).values
        shrunk = values[1:] / values[:-1]
        assert (shrunk <= bound * (1 + 1e-9)).all()
        assert not equal or shrunk == pytest.approx(bound, rel=1e-9)


def test_nine_tenths_of_the_exact_step_break_the_zigzag_and_twice_it_wins_nothing() -> None:
    ravine = QUADRATIC.with_parameters(condition_number=100.0)
    end = {
        eta: run(ravine, OPTIMIZERS["exact_line_search"](eta), (1.0, 0.01), 60).values for eta in (0.9, 1, 2)
    }
    assert end[0.9][-1] < 0.01 * end[1][-1]
    assert end[2] == pytest.approx(end[2][0])
    half, whole = (run(ROSENBROCK, OPTIMIZERS["exact_line_search"](eta), (-1.2, 1), 1) for eta in (0.5, 1))
    np.testing.assert_allclose(2 * np.diff(half.points, axis=0), np.diff(whole.points, axis=0), rtol=1e-12)


def test_on_a_quadratic_an_exact_step_costs_two_of_everything() -> None:
    t = run(QUADRATIC, OPTIMIZERS["exact_line_search"](), QUADRATIC.start, 20)
    assert (np.diff(t.evaluations, axis=0) == 2).all()


@of_classics
def test_an_exact_step_ends_at_a_minimum_along_its_line(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["exact_line_search"](), start, 12)
    slope, left = along(t)
    far = np.abs(np.diff(t.points, axis=0)).max(axis=-1) > 1e-6
    assert far[:4].all()
    assert (left[far] <= 1.1e-9 * slope[far]).all()
    for k in np.flatnonzero(far):
        alpha = t.states["step length"][k + 1]
        around = t.points[k] - alpha * np.array([0.98, 0.99, 1.01, 1.02])[:, None] * t.gradients[k]
        assert (surface.value(around) > t.values[k + 1]).all()


@given(
    surface=st.sampled_from(
        [*SMOOTH, *(LANDSCAPES[key] for key in ("goldstein_price", "ackley", "griewank"))]
    ),
    share=shares,
)
@settings(max_examples=60)
def test_trials_of_an_exact_step_stay_in_the_bracket_and_ask_for_slopes_only_where_it_is_no_higher(
    surface: Landscape, share: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["exact_line_search"](), within(surface, share), 10)
    far_enough = np.abs(np.diff(t.points, axis=0)).max(axis=-1) > 1e-6  # else trials coincide
    for k in np.flatnonzero(far_enough):
        direction = -t.gradients[k] / np.linalg.norm(t.gradients[k])
        near, far, lowest = 0.0, math.inf, t.values[k]
        trials = t.trials[k + 1]
        points = trials[(trials[:, 2] == 0) & (trials[:, :2] != t.points[k]).any(axis=1), :2]
        for p in points:
            length, loss = (p - t.points[k]) @ direction, surface.value(p)
            rounding = 1e-12 * (np.abs(p).max() + length)
            assert near - rounding <= length <= far + rounding
            assert near == 0.0 or length <= max(10.0 * near, far if far < math.inf else 0.0) + rounding
            low = loss <= lowest + 1e-12 * abs(t.values[k])
            asked = (trials[:, :2] == p).all(axis=1)
            assert set(trials[asked, 2]) == ({0, 1, 2} if low else {0})
            if low and surface.gradient(p) @ direction < 0.0:
                near, lowest = length, loss
            else:
                far = length


@given(surface=st.sampled_from(VARIANTS), share=shares)
@settings(max_examples=100)
def test_an_exact_step_never_raises_the_loss(surface: Landscape, share: tuple[float, float]) -> None:
    values = run(surface, OPTIMIZERS["exact_line_search"](), within(surface, share), 15).values
    values = values[np.isfinite(values)]
    assert (np.diff(values) <= 1e-12 * np.abs(values[:-1])).all()


def test_where_the_line_bends_down_an_exact_step_goes_on_to_the_minimum() -> None:
    well = run(LANDSCAPES["walled_saddle"], OPTIMIZERS["exact_line_search"](), (0.0, 0.1), 1)
    assert well.points[1] == pytest.approx((0.0, 1.0), abs=1e-6)


def test_where_the_loss_falls_for_ever_the_last_of_twelve_trials_is_taken() -> None:
    t = run(make_surface(3 * x - 4 * y), OPTIMIZERS["exact_line_search"](), (0.0, 0.0), 1)
    np.testing.assert_allclose(t.points[1], 4.0**11 * np.array([-0.6, 0.8]), rtol=1e-12)
    assert t.evaluations[-1, 0] == 13


# The strong Wolfe search


@given(
    surface=st.sampled_from(SMOOTH),
    key=st.sampled_from(WOLFE),
    slope_left=st.sampled_from([0.1, 0.4, 0.9]),
    share=shares,
)
@settings(max_examples=60)
def test_the_strong_wolfe_conditions_hold_at_every_accepted_step(
    surface: Landscape, key: str, slope_left: float, share: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS[key](slope_left=slope_left), within(surface, share), 40)
    step = np.diff(t.points, axis=0)
    promised, left = ((g * step).sum(axis=-1) for g in (t.gradients[:-1], t.gradients[1:]))
    fall = np.diff(t.values)
    # Where the fall is rounding of the loss, or the step of the point, nothing can be promised.
    sure = np.abs(promised) > 1e-10 * np.maximum(np.abs(t.values[:-1]), 1e-10)
    assert sure[0] or np.abs(t.gradients[0]).max() < 1e-4
    assert (promised[sure] < 0).all()
    slack = 1e-14 * np.abs(t.values[:-1])[sure]
    assert (fall[sure] <= 1e-4 * promised[sure] + slack).all()
    assert (np.abs(left[sure]) <= slope_left * np.abs(promised[sure]) * (1 + 1e-6)).all()
    assert (fall <= 1e-14 * np.abs(t.values[:-1])).all()


@pytest.mark.parametrize(("share", "accepted"), [(0.9e-4, False), (1.1e-4, True)])
@pytest.mark.parametrize("key", WOLFE)
def test_a_trial_must_fall_by_a_ten_thousandth_of_what_the_slope_promises(
    key: str, share: float, accepted: bool
) -> None:
    """Slope −1 at 0; at 1, the first trial, the slope is 0.3 and the loss is lower by the share."""
    bend, twist = 3 * (1 - share) - 1.3, 1.3 - 2 * (1 - share)
    t = run(make_surface(-x + bend * x**2 + twist * x**3 + y**2), OPTIMIZERS[key](slope_left=0.4), (0, 0), 1)
    assert t.trials[1][2, :2].tolist() == [1.0, 0.0]
    assert (t.points[1, 0] == 1.0) == accepted
    assert t.values[1] < 0


@pytest.mark.parametrize("key", WOLFE)
def test_a_search_does_not_end_above_a_trial_that_it_has_seen(key: str) -> None:
    """Slope −1 at 0, −½ at 1 and 0.2 at 2, where it is flat enough; but 1 is lower than 2."""
    w = sp.symbols("w0:6")
    ansatz = sum(c * x**i for i, c in enumerate(w))
    slope = sp.diff(ansatz, x)
    wanted = [(ansatz, 0, 0), (slope, 0, -1), (ansatz, 1, "-1/2"), (slope, 1, "-1/2"), (ansatz, 2, "-2/5"),
              (slope, 2, "1/5")]  # fmt: skip
    found = sp.solve([sp.Eq(e.subs(x, at), sp.Rational(value)) for e, at, value in wanted], w)
    t = run(make_surface(ansatz.subs(found) + y**2), OPTIMIZERS[key](slope_left=0.4), (0, 0), 1)
    tried = t.trials[1][t.trials[1][:, 2] == 0, 0]
    assert tried[1:3] == pytest.approx([1.0, 2.0])
    assert t.values[1] <= t.surface.value(np.column_stack([tried, 0 * tried])).min()


@pytest.mark.parametrize("key", WOLFE)
def test_where_there_is_no_slope_a_search_asks_for_nothing(key: str) -> None:
    t = run(QUADRATIC, OPTIMIZERS[key](), (0, 0), 3)
    assert np.diff(t.evaluations, axis=0).tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_a_search_goes_on_by_slopes_where_only_rounding_is_left_of_the_loss() -> None:
    surface = make_surface(1 + 2 * sp.cos(x) + (x - y) ** 2 + y**4 / 5)
    t = run(surface, OPTIMIZERS["conjugate_gradient"](), (1, -1), 60)
    assert np.abs(t.gradients[-1]).max() < 1e-12


@pytest.mark.parametrize("key", WOLFE)
def test_the_first_trial_is_one_gradient_away_and_at_most_1(key: str) -> None:
    for start in ((0.1, -0.2), (30.0, -40.0)):
        t = run(make_surface((x**2 + 3 * y**2) / 2), OPTIMIZERS[key](), start, 1)
        first, slope = t.trials[1][2, :2] - start, np.linalg.norm(t.gradients[0])
        np.testing.assert_allclose(first, -t.gradients[0] / max(slope, 1.0), rtol=1e-9)
    assert np.linalg.norm(first) == pytest.approx(1.0)


@pytest.mark.parametrize(("share", "accepted"), [(0.9e-4, False), (1.1e-4, True)])
def test_backtracking_asks_for_a_ten_thousandth_of_what_the_slope_promises(
    share: float, accepted: bool
) -> None:
    """At η = 2 (1 − share) on a parabola the loss falls by that share of η g²."""
    t = run(make_surface((x**2 + y**2) / 2), OPTIMIZERS["backtracking"](2 * (1 - share)), (1, 1), 1)
    assert (t.states["step length"][1] == 2 * (1 - share)) == accepted


@of_classics
@pytest.mark.parametrize("key", WOLFE)
def test_every_trial_of_a_search_is_recorded_on_its_line_and_counted(
    key: str, surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS[key](), start, 25)
    longest = 0
    for k, trials in enumerate(t.trials[1 : steps_to(t, 1e-3)]):
        values = trials[trials[:, 2] == 0, :2]
        tried = values[int(k == 0) :] - t.points[k]
        step = t.points[k + 1] - t.points[k]
        sine = tried[:, 0] * step[1] - tried[:, 1] * step[0]
        np.testing.assert_allclose(
            sine / np.linalg.norm(tried, axis=1) / np.linalg.norm(step), 0.0, atol=1e-9
        )
        assert (tried @ step > 0).all()
        assert (values == t.points[k + 1]).all(axis=1).any()
        counted = np.bincount(trials[:, 2].astype(int), minlength=3)
        assert (t.evaluations[k + 1] - t.evaluations[k]).tolist() == counted.tolist()
        assert counted[1] <= counted[0]
        slopes_at = trials[trials[:, 2] == 1, :2]
        assert (surface.value(slopes_at) <= t.values[k]).all(), "a trial that is too high has no slope"
        longest = max(longest, len(tried))
    assert longest > 1
    assert not t.evaluations[:, 2].any()


@pytest.mark.parametrize(
    "surface",
    [HIMMELBLAU, ROSENBROCK, CAMEL, LANDSCAPES["goldstein_price"], LANDSCAPES["rastrigin"]],
    ids=lambda surface: surface.key,
)
@pytest.mark.parametrize("key", SEARCHES)
@pytest.mark.parametrize("share", [(0.2, 0.3), (0.8, 0.65), (0.5, 0.9)])
def test_a_run_at_rest_asks_for_two_values_a_step_at_most(
    key: str, surface: Landscape, share: tuple[float, float]
) -> None:
    """Descent creeps along Rosenbrock's valley, so that it has to be started at the minimum."""
    creeps = key == "backtracking" and surface is ROSENBROCK
    start = (1.0, 1.0) if creeps else within(surface, share)
    t = run(surface, OPTIMIZERS[key](), start, 1_200)
    np.testing.assert_array_equal(t.points[1_000:], np.broadcast_to(t.points[1_000], (201, 2)))
    assert np.diff(t.evaluations[1_000:, :2], axis=0).max() <= 2
    for name, quantity in t.states.items():
        assert name in ("damping", "load", "accepted") or (quantity[1_001:] == quantity[1_000]).all()


@pytest.mark.parametrize(("key", "values"), [("backtracking", 45), ("conjugate_gradient", 90), ("lbfgs", 45)])
def test_a_search_that_failed_is_not_repeated(key: str, values: int) -> None:
    t = run(CAMEL, OPTIMIZERS[key](), CAMEL.start, 1_000)
    stays = (np.diff(t.points, axis=0) == 0).all(axis=-1)
    assert 0 < np.diff(t.evaluations[:, 0])[stays].sum() < values


def test_conjugate_gradient_tries_minus_g_where_a_bent_search_failed() -> None:
    """A path one line wide: the bent direction leaves it at once."""
    path = Functions(lambda x, y: x if y == 0.0 else 1.0, *[lambda x, y: (1.0, 0.0)] * 3)
    rule, origin = OPTIMIZERS["conjugate_gradient"](), (0.0, 0.0)
    point, state = rule.step(path, origin, ((1.0, -1.0), (0.0, 1.0), (0.0, -1.0, 1.0)), math.nan, 2)
    assert point == origin
    point, _ = rule.step(path, point, state, math.nan, 3)
    assert point[0] < 0.0
    assert point[1] == 0.0


@pytest.mark.parametrize("key", [*WOLFE, "backtracking"])
def test_what_failed_on_one_batch_is_tried_on_the_next(key: str) -> None:
    """No length lowers the first loss, every one the second; the slope is the same."""
    hard, easy = (
        Functions(value, *[lambda x, y: (1.0, 0.0)] * 3)
        for value in (lambda x, y: 0.0 if x == 0.0 else 1.0, lambda x, y: x)
    )
    rule, point = OPTIMIZERS[key](), (0.0, 0.0)
    state = rule.initial(point)
    for k in (1, 2, 3):
        point, state = rule.step(hard, point, state, 1.0, k)
    assert point == (0.0, 0.0)
    point, _ = rule.step(easy, point, rule.renewed(easy, point, state), 1.0, 4)
    assert point[0] < 0.0


def test_backtracking_asks_for_no_value_where_it_is() -> None:
    t = run(HIMMELBLAU, OPTIMIZERS["backtracking"](), HIMMELBLAU.start, 60)
    for point, asked in zip(t.points[1:-1], t.trials[2:], strict=True):
        assert (asked[asked[:, 2] == 0, :2] != point).any(axis=1).all()


def test_backtracking_searches_again_where_it_stayed_once_its_rate_is_another() -> None:
    """A point one ulp wide that is lower than all around it, whatever its gradient says."""
    counted, rule = [0], OPTIMIZERS["backtracking"]()
    hole = Functions(lambda x, y: float(x != 1.0), *[lambda x, y: (-1.0, 0.0)] * 3)
    point, state, asked = (1.0, 0.0), rule.initial((1.0, 0.0)), []
    for k, rate in enumerate((1.0, 1.0, 0.5, 0.5, 1.0), start=1):
        point, state = rule.step(counting(hole, counted), point, state, rate, k)
        asked.append(counted[0])
    assert point == (1.0, 0.0)
    assert np.diff([0, *asked]).tolist() == [1 + 53, 0, 52, 0, 53]


# BFGS and L-BFGS


@of_classics
def test_bfgs_has_nearly_newtons_speed_without_a_hessian(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["bfgs"](), start, 80)
    steps = steps_to(t, 1e-8)
    assert steps <= 40
    assert not t.evaluations[:, 2].any()
    assert steps_to(run(surface, OPTIMIZERS["gradient_descent"](0.001), start, 2_000), 1e-8) > 20 * steps
    end = np.array(min(surface.minimizers, key=lambda m: math.dist(m, t.points[-1])))
    errors = np.linalg.norm(t.points[: steps + 1] - end, axis=-1)
    ratios = errors[1:] / errors[:-1]
    assert ratios[-1] < 0.05
    assert ratios[-3:].max() < 0.5


@given(surface=st.sampled_from(VARIANTS), share=shares)
@settings(max_examples=60)
def test_bfgs_keeps_its_matrix_positive_definite(surface: Landscape, share: tuple[float, float]) -> None:
    t = run(surface, OPTIMIZERS["bfgs"](), within(surface, share), 60)
    representable = np.abs(t.gradients).max(axis=-1) > 1e-140
    b = matrices(t, "B₁₁", "B₁₂", "B₂₂")[1:][representable[1:]]
    assert (b[:, 0, 0] > 0).all()
    # Where the loss falls for ever the matrix grows without limit, and rounding hides the smaller axis.
    assert (b[:, 0, 0] * b[:, 1, 1] > (1 - 1e-13) * b[:, 0, 1] ** 2).all()


def test_bfgs_keeps_its_matrix_where_products_underflow() -> None:
    t = run(QUADRATIC, OPTIMIZERS["bfgs"](), (-3, -2.5), 60)
    assert np.abs(t.points[-1]).max() < 1e-150
    assert np.isfinite(t.states["B₁₁"]).all()


@of_classics
def test_bfgs_maps_the_last_change_of_the_gradient_to_the_last_step(
    surface: Landscape, start: tuple[float, float]
) -> None:
    """The secant equation, and the update as the product of matrices it is printed as."""
    t = run(surface, OPTIMIZERS["bfgs"](), start, 20)
    b = matrices(t, "B₁₁", "B₁₂", "B₂₂")
    s, u = np.diff(t.points, axis=0), np.diff(t.gradients, axis=0)
    for k in range(1, min(15, steps_to(t, 1e-3))):
        np.testing.assert_allclose(b[k + 1] @ u[k], s[k], rtol=1e-7, atol=1e-9 * np.linalg.norm(s[k]))
        r = 1 / (s[k] @ u[k])
        turn = np.eye(2) - r * np.outer(s[k], u[k])
        expected = turn @ b[k] @ turn.T + r * np.outer(s[k], s[k])
        np.testing.assert_allclose(b[k + 1], expected, rtol=1e-6, atol=1e-9 * np.abs(expected).max())
        length = t.states["step length"][k + 1]
        np.testing.assert_allclose(s[k], -length * b[k] @ t.gradients[k], rtol=1e-7, atol=1e-12)


@of_classics
def test_bfgs_scales_its_first_matrix_to_the_first_curvature_it_meets(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["bfgs"](), start, 1)
    s, u = t.points[1] - t.points[0], t.gradients[1] - t.gradients[0]
    assert np.linalg.norm(s) == pytest.approx(t.states["step length"][1] * np.linalg.norm(t.gradients[0]))
    turn = np.eye(2) - np.outer(s, u) / (s @ u)
    expected = (s @ u) / (u @ u) * turn @ turn.T + np.outer(s, s) / (s @ u)
    np.testing.assert_allclose(matrices(t, "B₁₁", "B₁₂", "B₂₂")[1], expected, rtol=1e-9)


def test_a_step_without_curvature_teaches_nothing() -> None:
    plane = make_surface(2 * x - 3 * y)
    dense, limited = (run(plane, OPTIMIZERS[key](), (0, 0), 4) for key in ("bfgs", "lbfgs"))
    np.testing.assert_array_equal(matrices(dense, "B₁₁", "B₁₂", "B₂₂")[1:], [np.eye(2)] * 4)
    assert not limited.states["step 1 ago"].any()
    for t in (dense, limited):
        assert (np.diff(t.values) < 0).all()


@pytest.mark.parametrize("pairs", [1, 2, 5, 10])
@pytest.mark.parametrize(("surface", "start"), CLASSICS[:2], ids=["rosenbrock", "beale"])
def test_lbfgs_reaches_the_same_minimizer_as_bfgs(
    pairs: int, surface: Landscape, start: tuple[float, float]
) -> None:
    ends = [run(surface, rule, start, 200) for rule in (OPTIMIZERS["lbfgs"](pairs), OPTIMIZERS["bfgs"]())]
    for t in ends:
        assert t.points[-1] == pytest.approx(surface.minimizers[0], abs=1e-6)
        assert judge(surface, t).kind is Kind.GLOBAL_MINIMUM


@pytest.mark.parametrize("pairs", [1, 3, 10])
def test_lbfgs_steps_along_the_matrix_of_its_last_m_pairs_alone(pairs: int) -> None:
    """The two-loop recursion against the dense product of the same pairs."""
    t = run(ROSENBROCK, OPTIMIZERS["lbfgs"](pairs), (-1.2, 1.0), 25)
    s, u = np.diff(t.points, axis=0), np.diff(t.gradients, axis=0)
    for k in range(1, min(20, steps_to(t, 1e-3))):
        b = (s[k - 1] @ u[k - 1]) / (u[k - 1] @ u[k - 1]) * np.eye(2)
        for i in range(max(0, k - pairs), k):
            r = 1 / (s[i] @ u[i])
            turn = np.eye(2) - r * np.outer(s[i], u[i])
            b = turn @ b @ turn.T + r * np.outer(s[i], s[i])
        direction = -b @ t.gradients[k]
        np.testing.assert_allclose(s[k], t.states["step length"][k + 1] * direction, rtol=1e-6, atol=1e-9)


# Levenberg–Marquardt


@pytest.mark.parametrize("surface", [s for s in VARIANTS if s.residuals], ids=surface_id)
def test_residuals_reproduce_the_surface_and_its_gauss_newton_matrix(surface: Landscape) -> None:
    values = {p.symbol: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    r = sp.Matrix([residual.subs(values) for residual in over_examples(surface)])
    jacobian = r.jacobian([x, y])
    at = sp.lambdify(
        (x, y),
        [list(r), jacobian.tolist()],
        modules=["math", {"sigmoid": lambda z: 0.5 * (1 + math.tanh(z / 2))}],
    )
    matrix = surface.compiled.on_floats.gauss_newton
    assert matrix is not None
    for share in itertools.product((0.1, 0.5, 0.77), repeat=2):
        point = within(surface, share).tolist()
        residuals, j = (np.array(part, dtype=float) for part in at(*point))
        assert 0.5 * (residuals**2).sum() == pytest.approx(float(surface.value(point)), rel=1e-9, abs=1e-12)
        np.testing.assert_allclose((j.T @ residuals).ravel(), surface.gradient(point), rtol=1e-7, atol=1e-9)
        xx, xy, yy = matrix(*point)
        np.testing.assert_allclose([[xx, xy], [xy, yy]], j.T @ j, rtol=1e-7, atol=1e-9)


def over_examples(surface: Landscape) -> list[sp.Expr]:
    """All residuals: on a surface from data one an example, scaled so that ½Σr² is the mean."""
    if surface.data is None:
        return list(surface.residuals)
    (one,), count = surface.residuals, 1 if surface.data.summed else len(surface.data)
    rows = [dict(zip(surface.data.symbols, row, strict=True)) for row in surface.data.rows]
    return [one.subs(row) / sp.sqrt(count) for row in rows]


def test_most_built_in_sums_of_squares_have_residuals() -> None:
    assert {key for key, s in LANDSCAPES.items() if s.residuals} >= {
        "quadratic", "rosenbrock", "beale", "saturated_unit", "himmelblau"
    }  # fmt: skip


@of_classics
def test_levenberg_marquardt_takes_a_trial_and_divides_lambda_by_10_or_stays_put_and_multiplies_it(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["levenberg_marquardt"](1e-3), start, 12)
    damping = t.states["damping"]
    assert damping[0] == 1e-3
    np.testing.assert_array_equal(t.states["load"][1:], damping[:-1])
    seen = set()
    for k in range(12):
        g, c = t.gradients[k], np.array(surface.compiled.on_arrays.gauss_newton(*t.points[k]))
        matrix = np.array([[c[0], c[1]], [c[1], c[2]]]) + damping[k] * np.eye(2)
        trial = t.points[k] - np.linalg.solve(matrix, g)
        asked = t.trials[k + 1]
        np.testing.assert_allclose(asked[asked[:, 2] == 0][-1, :2], trial, rtol=1e-6, atol=1e-9)
        if t.values[k] < 1e-20:
            break
        taken = bool(surface.value(trial) <= t.values[k])
        seen.add(taken)
        np.testing.assert_allclose(t.points[k + 1], trial if taken else t.points[k], rtol=1e-6, atol=1e-9)
        assert taken or np.array_equal(t.points[k + 1], t.points[k])
        assert damping[k + 1] == pytest.approx(damping[k] * (0.1 if taken else 10.0))
        assert t.states["accepted"][k + 1] == taken
        # After a rejection nothing is known anew: only the next trial's value is asked.
        fresh = k == 0 or t.states["accepted"][k]
        counts = (t.evaluations[k + 1] - t.evaluations[k]).tolist()
        assert counts == [1 + (k == 0), int(fresh), 0]
    assert True in seen
    if surface is ROSENBROCK:
        assert False in seen


@of_classics
def test_levenberg_marquardt_walks_like_gradient_descent_at_large_lambda_and_like_gauss_newton_at_small(
    surface: Landscape, start: tuple[float, float]
) -> None:
    large, small = (
        run(surface, OPTIMIZERS["levenberg_marquardt"](damping), start, 1) for damping in (1e10, 1e-10)
    )
    g = surface.gradient(start)
    np.testing.assert_allclose(large.points[1] - start, -g / 1e10, rtol=1e-5)
    xx, xy, yy = surface.compiled.on_arrays.gauss_newton(*np.array(start))
    trial = small.trials[1][-1, :2]
    np.testing.assert_allclose(trial - start, -np.linalg.solve([[xx, xy], [xy, yy]], g), rtol=1e-5)


@pytest.mark.parametrize(
    ("expression", "start"),
    [
        (x**2, (1.0, 1.0)),
        (x * y, (1.0, 0.5)),
        (x**4 / 4 - x**2 / 2 + y**2, (0.1, 1.0)),
        (-(x**2) - y**2 + x**4, (0.1, 0.2)),
    ],
    ids=["singular", "indefinite", "ridge", "concave"],
)
def test_loading_the_diagonal_repairs_a_singular_or_indefinite_matrix(
    expression: sp.Expr, start: tuple[float, float]
) -> None:
    surface = make_surface(expression)
    assert surface.compiled.on_floats.gauss_newton is None
    low = np.linalg.eigvalsh(surface.hessian(start))[0]
    assert low <= 0
    damping = 0.01
    t = run(surface, OPTIMIZERS["levenberg_marquardt"](damping), start, 60)
    trial = t.trials[1][-1, :2]
    loaded = surface.hessian(start) + (damping + max(0.0, -low)) * np.eye(2)
    assert np.linalg.eigvalsh(loaded)[0] == pytest.approx(damping)
    np.testing.assert_allclose(trial - start, -np.linalg.solve(loaded, t.gradients[0]), rtol=1e-7)
    assert t.states["damping"][0] == damping
    for k in range(20):
        c = [t.states[name][k + 1] for name in ("C₁₁", "C₁₂", "C₂₂")]
        lowest = np.linalg.eigvalsh([c[:2], c[1:]])[0]
        load = t.states["damping"][k] + max(0.0, -lowest)
        assert t.states["load"][k + 1] == pytest.approx(load, rel=1e-9, abs=1e-13)
    fallen = t.values[np.isfinite(t.values)]  # two of these surfaces have no lowest point
    assert (np.diff(fallen) <= 0).all()
    assert fallen[-1] < fallen[0]


def test_levenberg_marquardt_at_rest_goes_on_dividing_lambda_and_without_losses_multiplies_it() -> None:
    """A trial that is as good is taken; λ stays between 10⁻¹² and 10¹²."""
    rule, nowhere = OPTIMIZERS["levenberg_marquardt"](1.0), make_surface(sp.sqrt(3 - x) + y**2)
    resting, stuck = run(QUADRATIC, rule, (0, 0), 40), run(nowhere, rule, (4, 1), 40)
    powers = np.minimum(np.arange(1.0, 41), 12)
    np.testing.assert_allclose(resting.states["damping"], [1.0, *10.0**-powers])
    np.testing.assert_allclose(stuck.states["damping"], [1.0, *10.0**powers])
    assert (resting.states["accepted"][1:] == 1).all()
    assert not stuck.states["accepted"][1:].any()


def test_plain_newton_fails_where_loading_the_diagonal_does_not() -> None:
    valley, well = make_surface(x**2 + y**4 / 4 - y), make_surface(x**4 / 4 - x**2 / 2 + y**2)
    newton, loaded = OPTIMIZERS["newton"](), OPTIMIZERS["levenberg_marquardt"]()
    assert np.isnan(run(valley, newton, (1, 0), 2).points[-1]).all()
    assert run(valley, loaded, (1, 0), 60).points[-1] == pytest.approx((0, 1))
    assert run(well, newton, (0.1, 1), 60).points[-1] == pytest.approx((0, 0))
    assert run(well, loaded, (0.1, 1), 60).points[-1] == pytest.approx((1, 0))


# Conjugate gradient


@pytest.mark.parametrize("kappa", [2.0, 20.0, 1000.0])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_conjugate_gradient_ends_in_a_few_steps_on_a_quadratic(kappa: float, angle: float) -> None:
    """A nearly exact search: two steps would do with an exact one."""
    bowl = QUADRATIC.with_parameters(condition_number=kappa, angle=angle)
    t = run(bowl, OPTIMIZERS["conjugate_gradient"](0.01), (-2.5, 1.5), 20)
    assert steps_to(t, 1e-6) <= 6
    plain = run(bowl, OPTIMIZERS["gradient_descent"](1 / kappa), (-2.5, 1.5), 20)
    assert kappa == 2.0 or steps_to(plain, 1e-6) > 20


@of_classics
def test_conjugate_gradient_bends_by_polak_ribiere_and_restarts_where_that_is_negative(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["conjugate_gradient"](), start, 60)
    g, d = t.gradients, t.states["direction"]
    bends = []
    for k in range(1, min(60, steps_to(t, 1e-4))):
        bend = g[k] @ (g[k] - g[k - 1]) / (g[k - 1] @ g[k - 1])
        last = d[k - 1] if k > 1 else -g[0]
        expected = -g[k] + max(bend, 0.0) * last
        bends.append(bend)
        restarted = bend <= 0 or expected @ g[k] >= 0
        np.testing.assert_allclose(d[k], -g[k] if restarted else expected, rtol=1e-6, atol=1e-9)
        assert d[k] @ g[k] < 0
    assert max(bends) > 0
    assert surface is HIMMELBLAU or min(bends) < 0


# Backtracking


@given(surface=st.sampled_from(VARIANTS), share=shares, exponent=st.floats(-4, 8), shrink=st.floats(0.1, 0.9))
@settings(max_examples=60)
def test_backtracking_never_raises_the_loss_and_any_rate_works(
    surface: Landscape, share: tuple[float, float], exponent: float, shrink: float
) -> None:
    t = run(surface, OPTIMIZERS["backtracking"](10**exponent, shrink), within(surface, share), 40)
    assert np.isfinite(t.points).all()
    rounding = 0.0 if is_polynomial(surface) else 1e-15 * np.abs(t.values).max()
    assert (np.diff(t.values) <= rounding).all()


@pytest.mark.parametrize(
    ("eta", "tau"), [(0.5, 0.5), (30.0, 0.5), (1e6, 0.5), (30.0, 0.7), (1e14, 0.5), (1e8, 0.7)]
)
def test_backtracking_takes_the_first_of_the_shrinking_lengths_that_falls_enough(
    eta: float, tau: float
) -> None:
    t = run(HIMMELBLAU, OPTIMIZERS["backtracking"](eta, tau), (-0.5, -1), 60)
    assert t.points[-1] == pytest.approx(
        min(HIMMELBLAU.minimizers, key=lambda m: math.dist(m, t.points[-1])), abs=1e-4
    )
    tried = 0
    for k in range(20):
        g, f = t.gradients[k], t.values[k]
        j = 0
        while HIMMELBLAU.value(t.points[k] - eta * tau**j * g) > f - 1e-4 * eta * tau**j * (g @ g):
            j += 1
        assert t.states["step length"][k + 1] == pytest.approx(eta * tau**j, rel=1e-12)
        np.testing.assert_allclose(t.points[k + 1], t.points[k] - eta * tau**j * g, rtol=1e-12)
        assert (t.evaluations[k + 1] - t.evaluations[k]).tolist() == [1 + j + (k == 0), 1, 0]
        tried += j
    assert tried > 20
    plain = run(HIMMELBLAU, OPTIMIZERS["gradient_descent"](eta), (-0.5, -1), 60)
    assert judge(HIMMELBLAU, plain).kind is Kind.DIVERGED


def test_backtracking_halves_as_often_as_it_takes() -> None:
    steep = make_surface(sp.Integer(10) ** 12 * (x**2 + 3 * y**2))
    alone, lanes = (
        run(steep, OPTIMIZERS["backtracking"](), start, 40) for start in ((1, 1), [(1, 1), (3, 1)])
    )
    assert alone.states["step length"][1] == 2.0**-42
    assert alone.evaluations[1].tolist() == [1 + 43, 1, 0]
    assert alone.values[-1] < 1e-12 * alone.values[0]
    np.testing.assert_array_equal(lanes.points[:, 0], alone.points)


def test_backtracking_stays_put_on_level_ground_and_where_no_length_does() -> None:
    level = run(QUADRATIC, OPTIMIZERS["backtracking"](), (0, 0), 3)
    assert np.diff(level.evaluations, axis=0).tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert not level.states["step length"].any()
    higher = Functions(lambda x, y: 1.0, *[lambda x, y: (-1.0, 0.0)] * 3)
    # Until the step no longer changes the point, is too small for any float, or promises nothing.
    changes, underflows, promises = (1.0, 0.0, -1.0, 53), (0.0, 0.0, -1.0, 1023), (0.0, 1.0, -1.0, 57)
    nowhere_down = (0.0, 0.0, 1.0, 0), (0.0, 0.0, -math.inf, 0)
    for x0, value, slope, asked in (changes, underflows, promises, *nowhere_down):
        counted = [0]
        stays = backtrack(counting(higher, counted), (x0, 0.0), value, (1.0, 0.0), slope, 1.0, 0.5)
        assert stays == (0.0, (x0, 0.0), value)
        assert counted == [asked]


# Nelder–Mead


def test_nelder_mead_asks_for_no_gradient() -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("asked for a derivative")

    rule = OPTIMIZERS["nelder_mead"]()
    blind = Functions(HIMMELBLAU.compiled.on_floats.value, never, never, never)
    point, state = (-0.5, -1.0), rule.initial((-0.5, -1.0))
    for k in range(1, 120):
        point, state = rule.step(blind, point, state, math.nan, k)
    assert point == pytest.approx(min(HIMMELBLAU.minimizers, key=lambda m: math.dist(m, point)), abs=1e-6)


@pytest.mark.parametrize("size", [0.1, 1.5])
@of_classics
def test_nelder_mead_records_its_simplex_and_its_best_value_never_rises(
    surface: Landscape, start: tuple[float, float], size: float
) -> None:
    t = run(surface, OPTIMIZERS["nelder_mead"](size), start, 120)
    corners = np.stack([t.states[name] for name in ("best", "middle", "worst")], axis=1)
    values = np.stack([t.states[f"{name} value"] for name in ("best", "middle", "worst")], axis=1)
    np.testing.assert_array_equal(t.points[1:], corners[1:, 0])
    np.testing.assert_allclose(values[1:], surface.value(corners[1:]), rtol=1e-12)
    assert (np.diff(values[1:], axis=1) >= 0).all()
    assert (np.diff(t.values) <= 0).all()
    assert t.values[-1] < 1e-9


@pytest.mark.parametrize(
    ("surface", "start"),
    [*CLASSICS, (LANDSCAPES["walled_saddle"], (1.0, 1.0))],
    ids=lambda v: getattr(v, "key", ""),
)
def test_nelder_mead_turns_stretches_or_folds_its_worst_corner_or_shrinks(
    surface: Landscape, start: tuple[float, float]
) -> None:
    t = run(surface, OPTIMIZERS["nelder_mead"](0.5), start, 60)
    corners = np.stack([t.states[name] for name in ("best", "middle", "worst")], axis=1)[1:]
    asked = np.diff(t.evaluations[1:, 0])
    seen = set()
    for (old, new), values in zip(itertools.pairwise(corners), asked.tolist(), strict=True):
        middle, worst = old[:2].mean(axis=0), old[2]
        added = [c for c in new if not (old == c).all(axis=1).any()]
        if len(added) == 2:
            expected = 0.5 * (old[0] + old[1:])
            assert sorted(map(tuple, added)) == sorted(map(tuple, expected))
            seen.add("shrink")
            assert values == 4
            continue
        (corner,) = added
        t_found = (corner - middle) @ (middle - worst) / ((middle - worst) @ (middle - worst))
        shares = np.array([1.0, 2.0, 0.5, -0.5])
        i = np.abs(shares - t_found).argmin()
        np.testing.assert_allclose(corner, middle + shares[i] * (middle - worst), rtol=1e-9, atol=1e-12)
        f, (best, second, last) = float(surface.value(corner)), surface.value(old)
        turned = float(surface.value(2 * middle - worst))
        assert f < last
        assert values == (1 if best <= turned < second else 2)
        if shares[i] == 2.0:
            assert f < turned < best
        elif shares[i] == 0.5:
            assert second <= turned < last
        elif shares[i] == -0.5:
            assert turned >= last
        else:
            assert turned < second
        seen.add(float(shares[i]))
    assert seen >= ({1.0, 2.0, -0.5} if (surface, start) in CLASSICS else {"shrink"})


@pytest.mark.parametrize(
    ("folded", "expected"), [(2.0, (0.75, -0.5)), (2.5, (0.5, 0.0))], ids=["as-low", "higher"]
)
def test_nelder_mead_shrinks_where_folding_outside_is_worse_than_turning(
    folded: float, expected: tuple[float, float]
) -> None:
    """Turned over the middle (½, 0) the worst corner (0, 1) lies between the other two in height."""
    heights = {(1.0, -1.0): 2.0, (0.75, -0.5): folded, (0.5, 0.0): 0.4, (0.0, 0.5): 0.5}
    surface = Functions(lambda x, y: heights[x, y], *[lambda x, y: 0.0] * 3)
    state = ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 3.0))
    _, (xs, ys, _) = OPTIMIZERS["nelder_mead"]().step(surface, (0.0, 0.0), state, math.nan, 2)
    assert expected in set(zip(xs, ys, strict=True))


def test_nelder_mead_asks_in_vain_for_no_more_than_it_pulls_in_where_there_are_no_values() -> None:
    t = run(make_surface(sp.sqrt(x - 3) + y**2), OPTIMIZERS["nelder_mead"](0.5), (1, 1), 10)
    assert np.array_equal(t.points, np.broadcast_to((1.0, 1.0), (11, 2)))
    assert np.diff(t.evaluations[:, 0]).tolist() == [7, *[2] * 9]


def test_nelder_mead_ranks_corners_without_a_value_last_and_leaves_equal_ones_in_their_order() -> None:
    strip = make_surface(sp.sqrt(sp.Rational(1, 1000) - x**2) + y**2)
    rule = OPTIMIZERS["nelder_mead"](0.1)
    narrow = run(strip, rule, (0, 1), 2)
    assert np.isnan(narrow.states["worst value"][1])
    assert narrow.points[1:, 1] == pytest.approx([0.9, 0.9])
    # Both sides are equally high: the one ahead is taken, and the leg along x stays before that along y.
    even = run(make_surface(x**2 + y**2), rule, (0, 0), 1)
    assert [even.states[name][1].tolist() for name in ("best", "middle", "worst")] == [
        pytest.approx([0.0, 0.0]),
        pytest.approx([0.025, 0.05]),
        pytest.approx([0.1, 0.0]),
    ]
