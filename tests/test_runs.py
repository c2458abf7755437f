"""What ``run`` promises: shapes, bits, noise, quiet divergence, and two worlds that agree."""

import itertools
import math
import re
import sys
from typing import Any

import numpy as np
import pytest
import sympy as sp
from conftest import is_polynomial, make_surface

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.compiler import Functions
from optimizers import (
    MAX_STEPS,
    OPTIMIZERS,
    SCHEDULES,
    Kind,
    Optimizer,
    Schedule,
    Trajectory,
    judge,
    run,
    sweep,
)
from optimizers.arithmetic import each, leaves

RULES = list(OPTIMIZERS.values())
RATED = [rule for rule in RULES if "learning_rate" in rule().settings]
ROSENBROCK, HIMMELBLAU = LANDSCAPES["rosenbrock"], LANDSCAPES["himmelblau"]
PARTIAL = make_surface(x**2 + y**2 - sp.sqrt(3 - x) / 10)
DESCENT = OPTIMIZERS["gradient_descent"](learning_rate=0.01)
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
every_rule_on_every_fourth_surface = pytest.mark.parametrize(
    ("surface", "rule"),
    [(surface, rule) for i, rule in enumerate(RULES) for surface in [*LANDSCAPES.values()][i % 4 :: 4]],
    ids=lambda kind: kind.key,
)
"""Every surface with a quarter of the rules: ``test_properties`` draws from all pairs, at any settings."""


def assert_same_path(found: Array, expected: Trajectory, seed: int) -> None:
    """To the bit on polynomial surfaces, where floats and arrays round alike.

    Elsewhere their last bits differ, and some rules make much of that: paths are compared for as long
    as those from starts a trillionth of the window away stay close.
    """
    surface, points = expected.surface, expected.points
    if is_polynomial(surface):
        np.testing.assert_array_equal(found, points)
        return
    lengths = np.linalg.norm(np.diff(points, axis=0) / surface.spans, axis=-1)
    # A search that finds only rounding to improve decides by chance.
    calm = 1 + int(np.argmax(np.append((lengths < 1e-11) & (expected.rule.cost is None), True)))
    for nudge in 1e-12 * np.array([(1.0, 0.3), (-0.5, 1.0), (0.2, -1.0)]):
        start = points[0] + nudge * surface.spans
        near = run(surface, expected.rule, start, expected.steps, noise=expected.noise, seed=seed).points
        apart = np.abs((near - points) / surface.spans).max(axis=-1)
        calm = min(calm, int(np.argmin(np.append(apart <= 1e-9, False))))
    np.testing.assert_allclose(found[:calm], points[:calm], rtol=1e-8, atol=1e-8 * surface.spans.max())


def at_rate(rule: type[Optimizer], rate: float | None) -> Optimizer:
    """The rule at this rate, where it has one."""
    return rule(learning_rate=rate) if rate is not None and rule in RATED else rule()


def starts_around(surface: Landscape, n: int) -> Array:
    low, high = np.transpose(surface.window)
    return low + np.random.default_rng(4).random((n, 2)) * (high - low)


# Bad input


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"start": (math.nan, 1)}, "start must be two finite numbers"),
        ({"start": (1, math.inf)}, "start must be two finite numbers"),
        ({"start": [(0, 0), (-math.inf, 1)]}, "start must be two finite numbers"),
        ({"start": (1, 2, 3)}, "start must be two finite numbers"),
        ({"start": 1.0}, "start must be two finite numbers"),
        ({"start": np.zeros((2, 2, 2))}, "start must be two finite numbers"),
        ({"start": np.zeros((2, 3))}, "start must be two finite numbers"),
        ({"start": [(0, 0), (1,)]}, "start must be two finite numbers"),
        ({"start": "here"}, "start must be two finite numbers, or rows of two, not 'here'"),
        ({"start": None}, "start must be two finite numbers, or rows of two, not None"),
        ({"start": (10**400, 0)}, "start must be two finite numbers"),
        ({"steps": "many"}, "Steps must be a whole number from 1 to 5,000, not 'many'"),
        ({"steps": None}, "Steps must be a whole number from 1 to 5,000, not None"),
        ({"steps": 10**400}, "Steps must be a whole number from 1 to 5,000, not 10000"),
        ({"steps": 0}, "Steps must be a whole number from 1 to 5,000, not 0"),
        ({"steps": MAX_STEPS + 1}, "Steps must be a whole number from 1 to 5,000, not 5001"),
        ({"steps": 2.5}, "Steps must be a whole number from 1 to 5,000, not 2.5"),
        ({"steps": -3}, "Steps must be a whole number from 1 to 5,000, not -3"),
        ({"steps": math.nan}, "Steps must be a whole number from 1 to 5,000, not nan"),
        ({"steps": math.inf}, "Steps must be a whole number from 1 to 5,000, not inf"),
        ({"noise": -0.1}, "Noise must be a number of at least 0, not -0.1"),
        ({"noise": math.nan}, "Noise must be a number of at least 0, not nan"),
        ({"noise": math.inf}, "Noise must be a number of at least 0, not inf"),
        ({"noise": "loud"}, "Noise must be a number of at least 0, not 'loud'"),
        ({"noise": None}, "Noise must be a number of at least 0, not None"),
        ({"seed": -1}, "seed must be a whole number of at least 0, or one for each start, not -1"),
        ({"seed": [3, -1]}, "seed must be a whole number of at least 0, or one for each start, not [3, -1]"),
        ({"seed": 1.5}, "seed must be a whole number of at least 0, or one for each start, not 1.5"),
        ({"seed": None}, "seed must be a whole number of at least 0, or one for each start, not None"),
        ({"seed": "lucky"}, "seed must be a whole number of at least 0, or one for each start, not 'lucky'"),
        ({"seed": []}, "seed must be a whole number of at least 0, or one for each start, not []"),
        (
            {"seed": [[1, 2]]},
            "seed must be a whole number of at least 0, or one for each start, not [[1, 2]]",
        ),
        ({"seed": [1, 2, 3], "start": [(0, 0), (1, 1)]}, "one for each start, not [1, 2, 3]"),
        ({"batch_size": 2}, "Rosenbrock is not made from data"),
        (
            {"surface": LANDSCAPES["line_fit"], "batch_size": "all"},
            "Batch size must be a whole number from 1",
        ),
        ({"rule": OPTIMIZERS["adam"]}, "rule must be one with its settings, such as Adam(), not <class"),
        ({"rule": "adam"}, "rule must be one with its settings, such as Adam(), not 'adam'"),
        ({"schedule": SCHEDULES["linear"]}, "schedule must be one with its settings, such as Linear(), not"),
        ({"schedule": "linear"}, "schedule must be one with its settings, such as Linear(), not 'linear'"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        run(**{"surface": ROSENBROCK, "rule": DESCENT, "start": (0, 0), "steps": 5} | arguments)
    assert str(caught.value).endswith(".")


@every_rule
def test_a_setting_that_is_no_number_is_refused_with_a_sentence(rule: type[Optimizer]) -> None:
    values = ("abc", None, 10**400, 1j, [0.1, 0.2], "1e999")
    for h, value in itertools.product(rule.hyperparameters(), values):
        with pytest.raises(ValueError, match=f"^{h.name.capitalize()} must be .*, not ") as caught:
            rule(**{h.key: value})
        assert str(caught.value).endswith(f"{value}.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([[0.1, 0.2]], "Values of learning_rate must stand in one row, not [[0.1, 0.2]]."),
        ("abc", "Learning rate must be a number of at least 0, not nan."),
        ([0.1, None], "Learning rate must be a number of at least 0, not nan."),
        ([[0.1], [0.1, 0.2]], "Learning rate must be a number of at least 0, not nan."),
    ],
)
def test_a_sweep_over_what_is_no_row_of_numbers_is_refused_with_a_sentence(
    values: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        sweep(ROSENBROCK, DESCENT, (0, 0), 5, "learning_rate", values)
    with pytest.raises(
        ValueError, match=r"^The rule must be one with its settings, such as Adam\(\), not <class"
    ):
        sweep(ROSENBROCK, OPTIMIZERS["adam"], (0, 0), 5, "learning_rate", [0.1])  # type: ignore[arg-type]


# Shapes


@every_rule
@pytest.mark.parametrize("lanes", [(), (1,), (3,)])
@pytest.mark.parametrize("steps", [1, 12])
def test_shapes(rule: type[Optimizer], lanes: tuple[int, ...], steps: int) -> None:
    start = np.broadcast_to((-0.5, 1.0), (*lanes, 2))
    t = run(ROSENBROCK, rule(), start, steps)
    assert t.steps == steps
    assert t.points.shape == t.gradients.shape == (steps + 1, *lanes, 2)
    assert t.values.shape == (steps + 1, *lanes)
    assert t.learning_rates.shape == (steps,)
    assert t.evaluations.shape == (steps + 1, *(lanes if rule.cost is None else ()), 3)
    assert np.array_equal(t.points[0], start)
    assert list(t.states) == [*rule.per_coordinate, *rule.shared]
    for name, state in t.states.items():
        assert state.shape == (t.points.shape if name in rule.per_coordinate else t.values.shape)
        assert (state[0] == (rule().settings["damping"] if name == "damping" else 0.0)).all()
    for array in (t.points, t.values, t.gradients, t.learning_rates, t.evaluations, *t.states.values()):
        assert array.dtype == np.float64
    np.testing.assert_array_equal(t.values, ROSENBROCK.value(t.points))
    np.testing.assert_array_equal(t.gradients, ROSENBROCK.gradient(t.points))
    assert (t.rule, t.surface, t.noise) == (rule(), ROSENBROCK, 0.0)


@every_rule
def test_states_are_those_of_the_run(rule: type[Optimizer]) -> None:
    for start in ((-0.5, 1.0), [(-0.5, 1.0), (0.2, 0.1)]):
        t = run(ROSENBROCK, rule(), start, 30, noise=0.5)
        for i, name in enumerate(rule.per_coordinate):
            last = np.stack([np.asarray(t.last_state[c][i]) for c in (0, 1)], axis=-1)
            np.testing.assert_array_equal(t.states[name][-1], last)
        for i, name in enumerate(rule.shared):
            np.testing.assert_array_equal(t.states[name][-1], t.last_state[2][i])


@every_rule
@pytest.mark.parametrize("schedule", ["constant", "stagnation"])
def test_no_starts_at_all(rule: type[Optimizer], schedule: str) -> None:
    t = run(ROSENBROCK, rule(), np.empty((0, 2)), 5, SCHEDULES[schedule]())
    assert t.points.shape == (6, 0, 2)
    each = rule.cost is None or t.schedule.feedback
    assert t.evaluations.shape == ((6, 0, 3) if each else (6, 3))


def test_integers_are_welcome() -> None:
    rule = OPTIMIZERS["momentum"](learning_rate=1, momentum=0)
    t = run(ROSENBROCK, rule, [1, 2], np.int64(40), seed=np.int64(3))
    assert np.array_equal(t.points, run(ROSENBROCK, rule, (1.0, 2.0), 40.0, seed=3).points, equal_nan=True)


# The same bits


@every_rule
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_same_arguments_same_bits_and_a_longer_run_begins_with_the_shorter(
    rule: type[Optimizer], noise: float
) -> None:
    for start in ((-1.2, 1.0), [(-1.2, 1.0), (0.5, 0.5)]):
        long = run(ROSENBROCK, rule(), start, 80, noise=noise, seed=7).points
        assert np.array_equal(
            long, run(ROSENBROCK, rule(), start, 80, noise=noise, seed=7).points, equal_nan=True
        )
        short = run(ROSENBROCK, rule(), start, 23, noise=noise, seed=7).points
        assert np.array_equal(long[:24], short, equal_nan=True)


@every_rule_on_every_fourth_surface
def test_one_array_step_from_every_recorded_float_agrees(surface: Landscape, rule: type[Optimizer]) -> None:
    for rate in (None, 0.5) if rule in RATED else (None,):
        assert_array_steps_agree(run(surface, at_rate(rule, rate), surface.start, 60))


def assert_array_steps_agree(t: Trajectory) -> None:
    """Point and state to the bit, from arrays that must not be written to.

    The lanes hear what the floats hear: exact answers differ in their last bits off polynomials (see
    ``test_floats_and_arrays_agree``), and a difference of gradients or H⁻¹ makes much of that. A step that
    raised on floats was taken on NumPy scalars, and hears the arrays' answers.
    """
    per, shared = t.rule.per_coordinate, t.rule.shared
    columns = [*t.points.T, *(t.states[name][:, c] for c in (0, 1) for name in per)]
    record = np.stack([*columns, *(t.states[name] for name in shared)], axis=-1)
    ends = [2, 2 + len(per), 2 + 2 * len(per), record.shape[1]][: 4 if shared else 3]
    exact, careful = t.surface.compiled
    same = Functions(*(answered(*pair) for pair in zip(exact, careful, strict=True)))
    steps = int(np.isfinite(t.points).all(axis=-1).sum()) - 1
    found, raised = np.empty((steps, record.shape[1])), np.zeros(steps, dtype=bool)
    for k, rate in enumerate(t.learning_rates[:steps].tolist(), start=1):
        row = record[k - 1].tolist()
        point, state = tuple(row[:2]), tuple(tuple(row[a:b]) for a, b in itertools.pairwise(ends))
        try:
            t.rule.step(exact, point, state, rate, k)
        except (ArithmeticError, ValueError):
            raised[k - 1] = True
        heard = careful if raised[k - 1] else same
        with np.errstate(all="ignore"):
            moved = t.rule.step(heard, each(frozen_lane, point), each(frozen_lane, state), rate, k)
        found[k - 1] = np.concatenate(leaves(moved))
    expected = record[1 : steps + 1]
    np.testing.assert_array_equal(found[~raised], expected[~raised])
    np.testing.assert_allclose(found[raised], expected[raised], rtol=1e-12)


def answered(exact: Any, careful: Any) -> Any:
    """A function of the surface that gives a lane the floats' own answer, wherever they have one."""

    def ask(x: Array, y: Array) -> Any:
        try:
            return each(lambda answer: np.array([answer]), exact(float(x[0]), float(y[0])))
        except (ArithmeticError, ValueError):
            return careful(x, y)

    return exact and ask


def frozen_lane(value: float) -> Array:
    lane = np.array([value])
    lane.flags.writeable = False
    return lane


@every_rule_on_every_fourth_surface
def test_lanes_equal_runs_one_by_one(surface: Landscape, rule: type[Optimizer]) -> None:
    starts = np.concatenate([starts_around(surface, 2), [surface.start]])
    lanes = run(surface, rule(), starts, 60)
    for i, start in enumerate(starts):
        assert_same_path(lanes.points[:, i], run(surface, rule(), start, 60), 5)


@every_rule
def test_what_lanes_remember_is_what_single_runs_do(rule: type[Optimizer]) -> None:
    starts = starts_around(HIMMELBLAU, 4)
    lanes = run(HIMMELBLAU, rule(), starts, 60)
    for i, start in enumerate(starts):
        for name, state in run(HIMMELBLAU, rule(), start, 60).states.items():
            np.testing.assert_array_equal(lanes.states[name][:, i], state, err_msg=name)


@every_rule
def test_lanes_that_diverge_equal_runs_one_by_one(rule: type[Optimizer]) -> None:
    starts = starts_around(ROSENBROCK, 6)
    lanes = run(ROSENBROCK, at_rate(rule, 3.0), starts, 200)
    for i, start in enumerate(starts):
        single = run(ROSENBROCK, at_rate(rule, 3.0), start, 200)
        np.testing.assert_array_equal(lanes.points[:, i], single.points)


# Noise and seeds


@every_rule
def test_a_fan_of_seeds_equals_its_runs_one_by_one(rule: type[Optimizer]) -> None:
    seeds = [3, 1, 4]
    fan = run(HIMMELBLAU, rule(), (0, 0), 60, noise=20.0, seed=seeds)
    assert fan.points.shape == (61, 3, 2)
    for i, seed in enumerate(seeds):
        single = run(HIMMELBLAU, rule(), (0, 0), 60, noise=20.0, seed=seed)
        np.testing.assert_array_equal(fan.points[:, i], single.points)
    asks_for_gradients = bool(single.evaluations[-1, 1])
    assert len({end.tobytes() for end in fan.points[-1]}) == (3 if asks_for_gradients else 1)


def test_a_fan_may_have_a_start_for_every_seed() -> None:
    starts, seeds = [(0, 0), (1, 1)], (8, 9)
    fan = run(HIMMELBLAU, DESCENT, starts, 30, noise=1.0, seed=seeds)
    for i, (start, seed) in enumerate(zip(starts, seeds, strict=True)):
        single = run(HIMMELBLAU, DESCENT, start, 30, noise=1.0, seed=seed)
        np.testing.assert_array_equal(fan.points[:, i], single.points)


def test_noise_has_the_stated_deviation_on_each_coordinate_and_every_start_sees_it() -> None:
    slope = make_surface(2 * x - 3 * y)
    rule = OPTIMIZERS["gradient_descent"](learning_rate=1.0)
    t = run(slope, rule, [(0, 0), (100, -100)], 5_000, noise=0.25, seed=2)
    draws = -np.diff(t.points, axis=0) - (2, -3)
    np.testing.assert_allclose(draws[:, 0], draws[:, 1], atol=1e-9)
    assert draws[:, 0].std(axis=0) == pytest.approx([0.25, 0.25], rel=0.03)
    assert draws[:, 0].mean(axis=0) == pytest.approx([0, 0], abs=0.015)
    for other in (draws[1:, 0, 0], draws[:-1, 0, 1]):
        assert abs(np.corrcoef(draws[:-1, 0, 0], other)[0, 1]) < 0.05
    assert np.array_equal(t.gradients, np.broadcast_to([2.0, -3.0], t.gradients.shape)), (
        "traces show the exact surface"
    )


def test_seed_changes_nothing_without_noise() -> None:
    a, b = (run(HIMMELBLAU, DESCENT, (0, 0), 50, seed=seed).points for seed in (1, 2))
    assert np.array_equal(a, b)


# Divergence


def assert_only_the_middle_lane_is_lost(t: Trajectory) -> None:
    lost = np.isnan(t.points).any(axis=-1)
    assert lost[-1].tolist() == [False, True, False]
    assert (np.isnan(t.points).all(axis=-1) == lost).all(), "both coordinates"
    assert (np.diff(lost.astype(int), axis=0) >= 0).all(), "once lost, lost"
    assert not np.isinf(t.points).any()
    single = run(t.surface, t.rule, t.points[0, 1], t.steps)
    assert np.array_equal(single.points, t.points[:, 1], equal_nan=True)
    for array in (single.values, single.gradients):
        assert np.isnan(array[lost[:, 1]]).all()


@pytest.mark.parametrize("rule", [r for r in RULES if r.cost], ids=lambda rule: rule.key)
def test_an_undefined_gradient_is_quiet_nan_for_that_lane_alone(rule: type[Optimizer]) -> None:
    t = run(PARTIAL, rule(), [(0.5, 0.0), (4.0, 1.0), (0.0, 0.5)], 50)
    assert np.isnan(t.points[1, 1]).all()
    assert_only_the_middle_lane_is_lost(t)


@pytest.mark.parametrize("rule", [r for r in RULES if not r.cost], ids=lambda rule: rule.key)
def test_a_rule_that_compares_losses_stays_where_there_is_none_in_that_lane_alone(
    rule: type[Optimizer],
) -> None:
    t = run(PARTIAL, rule(), [(0.5, 0.0), (4.0, 1.0), (0.0, 0.5)], 50)
    assert np.array_equal(t.points[:, 1], np.broadcast_to((4.0, 1.0), (51, 2)))
    for lane in range(3):
        single = run(PARTIAL, rule(), t.points[0, lane], 50)
        np.testing.assert_allclose(single.points, t.points[:, lane], rtol=1e-12, atol=1e-12)
        lost = judge(PARTIAL, single).kind is Kind.UNDEFINED
        assert lost == (lane == 1)
    assert (t.values[-1, ::2] < t.values[0, ::2]).all()


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "nesterov"])
def test_overflow_is_quiet_nan_from_its_step_on_for_that_lane_alone(key: str) -> None:
    t = run(ROSENBROCK, OPTIMIZERS[key](learning_rate=0.001), [(1, 1), (-20, 3), (1.001, 1.002)], 200)
    assert np.isfinite(t.points[2, 1]).all()
    assert_only_the_middle_lane_is_lost(t)


RAISING = [
    (make_surface(x**4 + y**4), (0, 0)),
    (make_surface(x**2), (1, 1)),
    (make_surface(sp.exp(x) + y**2), (800, 1)),
    (make_surface(sp.exp(x) - x + y**2), (-20, 0)),
    (make_surface(1 / x + y**2), (0, 1)),
    (make_surface(sp.log(x) + y**2), (0, 1)),
    (make_surface(sp.sqrt(x) + y**2), (-1, 1)),
    (make_surface(sp.Pow(x, sp.Rational(1, 3)) + y**2), (-1, 1)),
    (make_surface(sp.tan(x) + y**2), (1, 1e300)),
]


@every_rule
def test_where_python_floats_raise_the_run_goes_on_as_arrays_do(rule: type[Optimizer]) -> None:
    for surface, start in RAISING:
        single, lane = run(surface, rule(), start, 20), run(surface, rule(), [start], 20)
        assert np.array_equal(single.points[0], start)
        np.testing.assert_allclose(single.points, lane.points[:, 0], rtol=1e-9, err_msg=surface.key)
        assert np.isfinite(single.evaluations).all()
        for name, state in single.states.items():
            np.testing.assert_allclose(state, lane.states[name][:, 0], rtol=1e-9, err_msg=surface.key)


def test_a_step_that_overflows_on_floats_only_on_the_way_is_repeated_and_goes_on() -> None:
    """The branch that is not taken raises on floats and is inf on arrays."""
    surface = make_surface(x**2 / 200 + sp.Piecewise((sp.exp(x), x < 1), (0, True)))
    with pytest.raises(OverflowError):
        surface.compiled.on_floats.gradient(800.0, 1.0)
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=1.0), (800, 1), 5)
    np.testing.assert_allclose(t.points[:, 0], 800 * 0.99 ** np.arange(6))
    assert [len(asked) for asked in t.trials] == [0, *[1] * 5], "what is repeated counts once"


def test_nothing_is_clipped_to_the_window_and_nothing_stops_early() -> None:
    bowl = LANDSCAPES["quadratic"]
    t = run(bowl, OPTIMIZERS["gradient_descent"](learning_rate=0.11), (0, 1), 60)
    np.testing.assert_allclose(t.points[:, 1], (1 - 0.11 * 20) ** np.arange(61), rtol=1e-12)
    still = run(bowl, OPTIMIZERS["gradient_descent"](learning_rate=0.05), (0, 1), 60)
    assert len(still.points) == 61
    assert not still.points[1:].any()


# Bookkeeping


@every_rule
def test_evaluations_count_what_a_step_asks_for(rule: type[Optimizer]) -> None:
    counts = dict.fromkeys(("value", "gradient", "hessian"), 0)
    exact = HIMMELBLAU.compiled.on_floats

    def counted(name: str) -> Any:
        def call(*point: float) -> Any:
            counts[name] += 1
            return getattr(exact, name)(*point)

        return call

    functions = exact._replace(**{name: counted(name) for name in counts})
    one = rule()
    t = run(HIMMELBLAU, one, (-0.5, -1.0), 8)
    point, state = (-0.5, -1.0), one.initial((-0.5, -1.0))
    for k, rate in enumerate(t.learning_rates.tolist(), start=1):
        point, state = one.step(functions, point, state, rate, k)
        assert t.evaluations[k].tolist() == list(counts.values())
    assert t.evaluations[0].tolist() == [0, 0, 0]
    assert t.points[-1].tolist() == list(point)


@every_rule
@pytest.mark.parametrize("schedule", ["constant", "stagnation"])
def test_declared_cost_is_the_counted_one_and_lanes_cost_what_single_runs_do(
    rule: type[Optimizer], schedule: str
) -> None:
    starts, looked = [(-0.5, -1.0), (3.0, 2.0), (0.1, 4.0)], int(schedule == "stagnation")
    lanes = run(HIMMELBLAU, rule(), starts, 25, SCHEDULES[schedule]())
    for lane, start in enumerate(starts):
        single = run(HIMMELBLAU, rule(), start, 25, SCHEDULES[schedule]())
        asked = [np.bincount(trials[:, 2].astype(int), minlength=3) for trials in single.trials]
        np.testing.assert_array_equal(np.cumsum(asked, axis=0), single.evaluations)
        own = lanes.evaluations if lanes.evaluations.ndim == 2 else lanes.evaluations[:, lane]
        np.testing.assert_array_equal(own, single.evaluations)
        assert single.evaluations[0].tolist() == [0, 0, 0]
        if rule.cost:
            values, gradients, hessians = rule.cost
            each = np.diff(single.evaluations, axis=0)
            assert np.array_equal(each, [(values + looked, gradients, hessians)] * 25)


@every_rule
def test_a_schedule_that_looks_at_the_loss_pays_a_value_a_step(rule: type[Optimizer]) -> None:
    for start in ((-0.5, -1.0), [(-0.5, -1.0), (3.0, 2.0)]):
        looking, blind = (run(HIMMELBLAU, rule(), start, 9, SCHEDULES[key]()).evaluations[-1]
                          for key in ("stagnation", "constant"))  # fmt: skip
        assert (looking - blind == (9, 0, 0)).all()


@every_rule
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_under_every_schedule_lanes_equal_runs_and_begin_with_the_shorter_run(
    rule: type[Optimizer], schedule: type[Schedule]
) -> None:
    """The period is short, so that all of the schedule is passed through."""
    one = schedule(**{h.key: 12.0 for h in schedule.hyperparameters() if h.key == "period"})
    starts = starts_around(HIMMELBLAU, 3)
    lanes = run(HIMMELBLAU, rule(), starts, 40, one)
    short = run(HIMMELBLAU, rule(), starts, 17, one)
    assert lanes.learning_rates.shape == ((40, 3) if one.feedback else (40,))
    np.testing.assert_array_equal(lanes.points[:18], short.points)
    np.testing.assert_array_equal(lanes.learning_rates[:17], short.learning_rates)
    for lane, start in enumerate(starts):
        single = run(HIMMELBLAU, rule(), start, 40, one)
        rates = lanes.learning_rates[:, lane] if one.feedback else lanes.learning_rates
        np.testing.assert_array_equal(single.points, lanes.points[:, lane])
        np.testing.assert_array_equal(single.learning_rates, rates)
        if rule not in RATED:
            assert np.isnan(rates).all()
            assert np.array_equal(single.points, run(HIMMELBLAU, rule(), start, 40).points)


@every_rule
def test_learning_rates_are_the_rules_own(rule: type[Optimizer]) -> None:
    t = run(ROSENBROCK, rule(), (0, 0), 9)
    rate = rule().settings.get("learning_rate", math.nan)
    later = math.nan if rule.only_first_rate else rate
    np.testing.assert_array_equal(t.learning_rates, [rate] + [later] * 8)


def test_inputs_are_not_touched_and_points_are_read_only() -> None:
    starts = np.array([(-1.2, 1.0), (0.5, 0.5)])
    given = starts.copy()
    t = run(ROSENBROCK, DESCENT, starts, 20, noise=0.1)
    assert np.array_equal(starts, given)
    assert starts.flags.writeable
    single = run(ROSENBROCK, DESCENT, starts[0], 20)
    for frozen in (t.points, single.points, t.learning_rates):
        with pytest.raises(ValueError, match="read-only"):
            frozen[0] = 1.0
    starts[:] = 0
    assert np.array_equal(t.points[0], given)


@every_rule
def test_rules_keep_no_state_between_runs(rule: type[Optimizer]) -> None:
    one = rule()
    before = dict(vars(one))
    first = run(HIMMELBLAU, one, (1, 1), 20).points
    run(ROSENBROCK, one, (0, 0), 20)
    assert np.array_equal(first, run(HIMMELBLAU, one, (1, 1), 20).points)
    assert vars(one) == before


def test_trajectories_are_compared_by_identity() -> None:
    a, b = (run(ROSENBROCK, DESCENT, (0, 0), 3) for _ in range(2))
    assert isinstance(a, Trajectory)
    assert a != b


def test_floating_point_settings_are_left_as_they_were() -> None:
    before = np.geterr()
    run(ROSENBROCK, OPTIMIZERS["gradient_descent"](learning_rate=9.0), [(-1.2, 1.0)], 50)
    run(ROSENBROCK, OPTIMIZERS["gradient_descent"](learning_rate=9.0), (-1.2, 1.0), 50)
    assert np.geterr() == before
    assert sys.exc_info() == (None, None, None)
