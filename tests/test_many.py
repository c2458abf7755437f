"""What ``basins``, ``sweep`` and ``tuning_map`` promise: the ends and the verdicts of as many single runs."""

import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from conftest import is_polynomial, make_surface

from landscapes import LANDSCAPES, Array, Landscape, x, y
from optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    Kind,
    Optimizer,
    Schedule,
    Trajectory,
    basins,
    judge,
    run,
    sweep,
    tuning_map,
)
from optimizers.maps import lanes as ends
from optimizers.maps.pacing import Paced
from optimizers.runs.stepping import Course, Now

HIMMELBLAU, ROSENBROCK, QUADRATIC = (LANDSCAPES[key] for key in ("himmelblau", "rosenbrock", "quadratic"))
POLYNOMIALS = [HIMMELBLAU, ROSENBROCK, LANDSCAPES["six_hump_camel"], LANDSCAPES["saddle"]]
UNDEFINED = [
    make_surface(x**2 + y**2 - sp.sqrt(x + 1)),
    make_surface(x**2 + y**2 / 2 - sp.log(1 - x) / 4),
    make_surface(1 / (x**2 + y**2)),
]
DESCENT, ADAM = OPTIMIZERS["gradient_descent"], OPTIMIZERS["adam"]
START = (-1.2, 1.0)
RATED = [rule for rule in OPTIMIZERS.values() if "learning_rate" in rule().settings]
POWERS = ("beta1", "beta2", "momentum_decay")
"""Fields that stand in a power: Python's and NumPy's differ in the last bit."""

every_rule = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
EVERY_FIELD = [(key, h.key) for key, rule in OPTIMIZERS.items() for h in rule.hyperparameters()]


def on(surfaces: list[Landscape]) -> Any:
    return pytest.mark.parametrize("surface", surfaces, ids=lambda surface: surface.key)


def at_rate(rule: type[Optimizer], rate: float) -> Optimizer:
    """The rule at this rate, where it has one."""
    return rule(learning_rate=rate) if rule in RATED else rule()


def over_the_slider(rule: type[Optimizer], field: str) -> list[float]:
    """Three values of a field, or its two positions, from one end of its slider to the other."""
    h = next(h for h in rule.hyperparameters() if h.key == field)
    if h.switch:
        return [0.0, 1.0]
    values = np.geomspace(h.low, h.high, 3) if h.log else np.linspace(h.low, h.high, 3)
    return sorted({float(round(v) if h.whole else np.clip(v, h.low, h.high)) for v in values})


def missing_on_the_way_only(t: Trajectory) -> bool:
    """What maps do not notice: a value that was missing before the last finite point, and only there."""
    last = int(np.isfinite(t.points).all(axis=-1).sum()) - 1
    return bool(np.isfinite(t.values[last]) and (last == t.steps or np.isfinite(t.gradients[last]).all()))


def assert_end_of(t: Trajectory, end: Array, loss: float, kind: Kind, *fields: str) -> None:
    """To the bit; to 1e-8 where a function or a power of a field rounds differently on floats and lanes."""
    if is_polynomial(t.surface) and not set(fields) & set(POWERS):
        np.testing.assert_array_equal(end, t.points[-1])
        np.testing.assert_array_equal(loss, t.values[-1])
    else:
        np.testing.assert_allclose(end, t.points[-1], rtol=1e-8, atol=1e-8)
    alone = judge(t.surface, t).kind
    assert kind is alone or (alone is Kind.UNDEFINED and missing_on_the_way_only(t)), t.points[0]


def assert_ends_are_those_of_runs(
    surface: Landscape,
    rule: Optimizer,
    steps: int,
    resolution: int = 6,
    schedule: Schedule | None = None,
    sample: int = 5,
) -> Any:
    """Every cell against one run of all starts, to the bit; some of them against runs and verdicts alone."""
    found = basins(surface, rule, resolution, steps, schedule)
    starts = np.stack(np.meshgrid(found.x, found.y), axis=-1)
    whole = run(surface, rule, starts.reshape(-1, 2), steps, schedule)
    np.testing.assert_array_equal(found.ends.reshape(-1, 2), whole.points[-1])
    np.testing.assert_array_equal(found.losses.ravel(), whole.values[-1])
    for i, j in np.random.default_rng(steps).integers(0, resolution, (sample, 2)):
        t = run(surface, rule, starts[i, j], steps, schedule)
        assert_end_of(t, found.ends[i, j], found.losses[i, j], found.kinds[i, j])
    return found


# The same ends, the same verdicts


@pytest.mark.parametrize(
    "rule",
    [*(rule() for rule in OPTIMIZERS.values()), *(rule(0.3) for rule in RATED)],
    ids=[*OPTIMIZERS, *(f"{rule.key}-0.3" for rule in RATED)],
)
@on(POLYNOMIALS)
def test_ends_and_kinds_are_those_of_single_runs(surface: Landscape, rule: Optimizer) -> None:
    for steps in (19, 20, 21, 90):
        assert_ends_are_those_of_runs(surface, rule, steps)


@every_rule
def test_short_runs_end_as_single_ones(rule: type[Optimizer]) -> None:
    for steps in range(1, 13):
        assert_ends_are_those_of_runs(HIMMELBLAU, rule(), steps, resolution=5, sample=4)


@every_rule
@on(UNDEFINED)
def test_where_the_surface_has_no_value_maps_say_so_as_single_runs_do(
    surface: Landscape, rule: type[Optimizer]
) -> None:
    for steps in (1, 30):
        assert_ends_are_those_of_runs(surface, rule(), steps, sample=8)


@every_rule
@pytest.mark.parametrize(
    "schedule",
    [
        SCHEDULES["linear"](),
        SCHEDULES["exponential"](decay=0.2),
        SCHEDULES["stagnation"](patience=3),
        SCHEDULES["cosine"](period=30),
        SCHEDULES["warmup"](period=30),
        SCHEDULES["one_cycle"](period=40),
    ],
    ids=lambda schedule: schedule.key,
)
def test_under_a_schedule_ends_are_those_of_single_runs(rule: type[Optimizer], schedule: Schedule) -> None:
    for steps in (7, 90):
        assert_ends_are_those_of_runs(
            HIMMELBLAU, at_rate(rule, 0.05), steps, resolution=5, schedule=schedule, sample=3
        )


def test_runs_that_overflow_are_nan_and_diverged() -> None:
    found = assert_ends_are_those_of_runs(ROSENBROCK, DESCENT(learning_rate=0.5), 60, resolution=9, sample=20)
    lost = np.isnan(found.ends).all(axis=-1)
    assert lost.mean() > 0.9
    assert np.isnan(found.losses[lost]).all()
    assert (found.kinds[lost] == Kind.DIVERGED).all()
    assert (found.basin[lost] == -1).all()


def test_a_lane_that_ends_on_a_tip_is_at_its_minimum() -> None:
    cone, rates = make_surface(sp.sqrt(x**2 + y**2)), [0.25, 0.3]
    found = sweep(cone, DESCENT(), (1, 0), 50, "learning_rate", rates)
    assert found.kinds.tolist() == [Kind.GLOBAL_MINIMUM, Kind.OSCILLATING]
    assert found.kinds.tolist() == [judge(cone, run(cone, DESCENT(rate), (1, 0), 50)).kind for rate in rates]


def test_a_start_without_a_value_is_undefined() -> None:
    found = basins(UNDEFINED[0], DESCENT(learning_rate=0.1), 9, 80)
    assert (found.kinds[:, found.x < -1] == Kind.UNDEFINED).all()
    assert (found.kinds[:, found.x > 0] == Kind.GLOBAL_MINIMUM).all()


# Work that is saved


@pytest.fixture
def lanes_stepped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lanes every step had."""
    sizes: list[int] = []

    class Counted(Course):
        def advance(self, now: Now, until: int, *lists: Any) -> Now:
            sizes.extend([len(now.point[0])] * (until - now.k))
            return super().advance(now, until, *lists)

    monkeypatch.setattr(ends, "Course", Counted)
    return sizes


@pytest.mark.parametrize(
    ("rule", "schedule"),
    [
        (DESCENT(learning_rate=0.02), None),
        (OPTIMIZERS["newton"](), None),
        (OPTIMIZERS["bfgs"](), None),
        (OPTIMIZERS["levenberg_marquardt"](), None),
        (OPTIMIZERS["nelder_mead"](), None),
        (DESCENT(learning_rate=0.02), SCHEDULES["cosine"](period=100)),
        (DESCENT(learning_rate=0.02), SCHEDULES["warmup"](period=100)),
    ],
    ids=lambda value: value.key if value else "constant",
)
def test_lanes_that_have_settled_are_dropped_and_end_as_if_they_had_not(
    rule: Optimizer, schedule: Schedule | None, lanes_stepped: list[int]
) -> None:
    found = basins(HIMMELBLAU, rule, 8, 600, schedule)
    assert lanes_stepped[0] == 64
    assert min(lanes_stepped) < 64 or len(lanes_stepped) < 600
    assert sum(lanes_stepped) < 0.8 * 64 * 600
    lanes_stepped.clear()
    whole = run(
        HIMMELBLAU, rule, np.stack(np.meshgrid(found.x, found.y), axis=-1).reshape(-1, 2), 600, schedule
    )
    np.testing.assert_array_equal(found.ends.reshape(-1, 2), whole.points[-1])
    for i, j in np.random.default_rng(1).integers(0, 8, (12, 2)):
        t = run(HIMMELBLAU, rule, (found.x[j], found.y[i]), 600, schedule)
        assert_end_of(t, found.ends[i, j], found.losses[i, j], found.kinds[i, j])


def test_no_lane_rests_before_the_last_rate_has_been_tried(lanes_stepped: list[int]) -> None:
    """On this plane all rates but the last are lost in rounding: the runs start when others have settled."""
    surface = make_surface(x + y, window=((1.25, 1.75), (1.25, 1.75)))
    rule, schedule = DESCENT(learning_rate=1.115e-16), SCHEDULES["warmup"](period=61)
    assert rule.learning_rate * 60 / 61 < 2**-53 < rule.learning_rate
    found = assert_ends_are_those_of_runs(surface, rule, 90, resolution=3, schedule=schedule)
    np.testing.assert_array_equal(found.ends[1, 1], np.full(2, 1.5 - 30 * 2**-52))
    assert lanes_stepped == [9] * 90


def test_lanes_that_have_overflowed_are_dropped(lanes_stepped: list[int]) -> None:
    basins(ROSENBROCK, DESCENT(learning_rate=0.5), 10, 1_000)
    assert len(lanes_stepped) < 100


@pytest.mark.parametrize(
    ("key", "together"), [("himmelblau", 6_400), ("line_fit", 3_200), ("network_slice", 3_200)]
)
def test_fewer_lanes_go_together_where_each_holds_examples_or_a_spline(
    key: str, together: int, lanes_stepped: list[int]
) -> None:
    basins(LANDSCAPES[key], DESCENT(learning_rate=0.001), 80, 1)
    assert sum(lanes_stepped) == 6_400
    assert max(lanes_stepped) == together


@every_rule
def test_more_lanes_than_a_chunk_come_to_the_same(
    rule: type[Optimizer], monkeypatch: pytest.MonkeyPatch
) -> None:
    surface, fields = UNDEFINED[0], ("learning_rate", "damping", "size", "slope_left")
    field = next(key for key in fields if key in rule().settings)

    def everything() -> list[Any]:
        a, b = basins(HIMMELBLAU, rule(), 5, 130), basins(surface, rule(), 5, 60)
        c = sweep(HIMMELBLAU, rule(), START, 60, field, np.geomspace(1e-3, 0.9, 11))
        lanes = (part for m in (a, b, c) for part in (m.ends, m.losses, m.kinds))
        return [a.basin, b.basin, a.minima, *lanes]

    expected = everything()
    monkeypatch.setattr(ends, "CHUNK", 4)
    for found, part in zip(everything(), expected, strict=True):
        np.testing.assert_array_equal(found, part)


@pytest.mark.parametrize(
    ("rule", "surface"),
    [
        (DESCENT(learning_rate=0.02), HIMMELBLAU),
        (ADAM(), HIMMELBLAU),
        (DESCENT(learning_rate=0.5), ROSENBROCK),
    ],
    ids=["some settle", "none settles", "most are lost"],
)
@pytest.mark.parametrize(
    "kept", [[0, 1, 7, 19, 20, 100, 299, 300], [*range(12), 300], [0, 300], [0, 3, 280, 300]], ids=str
)
def test_a_verdict_is_given_the_points_of_just_the_steps_that_it_asks_for(
    rule: Optimizer, surface: Landscape, kept: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ends, "kept_steps", lambda steps: np.array(kept))
    starts = np.random.default_rng(3).uniform(-2, 2, (25, 2))
    expected = run(surface, rule, starts, 300).points
    parts = ends._follow(surface, rule, starts, 300, SCHEDULES["constant"](), {}, Paced(None))
    assert sorted(np.concatenate([lanes for lanes, _ in parts])) == list(range(25))
    for lanes, ending in parts:
        rows = [0, 300] if ending.fixed else kept
        np.testing.assert_array_equal(ending.track.rows(ending.track.all), expected[np.ix_(rows, lanes)])
        some = np.arange(0, len(lanes), 2)
        np.testing.assert_array_equal(ending.track.of(some).row(0), starts[lanes[some]])


# Basins


def test_himmelblau_has_four_basins_and_each_start_is_told_its_minimum() -> None:
    found = basins(HIMMELBLAU, DESCENT(learning_rate=0.01), 24, 600)
    assert found.minima == HIMMELBLAU.minimizers
    assert set(np.unique(found.basin)) >= {0, 1, 2, 3}
    reached = found.basin >= 0
    assert reached.mean() > 0.95
    assert (reached == (found.kinds == Kind.GLOBAL_MINIMUM)).all()
    np.testing.assert_allclose(found.ends[reached], np.array(found.minima)[found.basin[reached]], atol=1e-3)
    # Every start next to a minimum comes to that one.
    for minimum, (a, b) in enumerate(found.minima):
        near = np.hypot(*np.meshgrid(found.x - a, found.y - b)) < 0.8
        assert near.any()
        assert (found.basin[near] == minimum).all()


def test_only_minima_that_were_reached_are_listed_and_others_are_added_as_they_are_found() -> None:
    surface = make_surface((x**2 - 1) ** 2 + x / 5 + y**2, minimizers=((-1.024, 0.0),), minimum=-0.20244)
    found = basins(surface, DESCENT(learning_rate=0.05), 9, 300)
    assert len(found.minima) == 2
    assert found.minima[0] == surface.minimizers[0]
    assert found.minima[1] == pytest.approx((0.974, 0.0), abs=1e-2)
    assert (found.kinds[found.basin == 0] == Kind.GLOBAL_MINIMUM).all()
    assert (found.kinds[found.basin == 1] == Kind.LOCAL_MINIMUM).all()
    assert (found.basin[:, found.x < -0.1] == 0).all()
    assert (found.basin[:, found.x > 0.5] == 1).all()
    unreached = basins(QUADRATIC, DESCENT(learning_rate=1e-6), 3, 2)
    assert (unreached.basin[unreached.kinds != Kind.GLOBAL_MINIMUM] == -1).all()


@pytest.mark.parametrize("key", ["rastrigin", "ackley"])
def test_every_start_that_comes_to_a_minimum_has_its_number_however_many_there_are(key: str) -> None:
    surface = LANDSCAPES[key]
    found = basins(surface, DESCENT(0.001), 60, 200)
    minimal = (found.kinds == Kind.GLOBAL_MINIMUM) | (found.kinds == Kind.LOCAL_MINIMUM)
    assert len(found.minima) > 32
    np.testing.assert_array_equal(found.basin >= 0, minimal)
    apart = (found.ends[minimal] - np.array(found.minima)[found.basin[minimal]]) / surface.spans
    assert np.linalg.norm(apart, axis=-1).max() < 1.2e-3
    assert set(found.basin[minimal]) == set(range(len(found.minima)))
    between = (np.array(found.minima)[:, None] - found.minima) / surface.spans
    assert (np.linalg.norm(between, axis=-1) + np.eye(len(found.minima))).min() > 1e-3


def test_a_start_on_the_tip_of_a_minimum_belongs_to_it() -> None:
    """There is no slope at the tip, so the run is lost at its first step."""
    found = basins(LANDSCAPES["ackley"], DESCENT(0.001), 9, 20)
    assert np.isnan(found.ends[4, 4]).all()
    assert found.kinds[4, 4] is Kind.GLOBAL_MINIMUM
    assert found.minima[found.basin[4, 4]] == LANDSCAPES["ackley"].minimizers[0]


def test_along_a_valley_floor_ends_that_differ_have_different_numbers() -> None:
    floor = make_surface(x**2)
    found = basins(floor, DESCENT(0.1), 201, 100)
    assert (found.kinds == Kind.LOCAL_MINIMUM).all()
    np.testing.assert_array_equal(found.basin, np.broadcast_to(np.arange(201)[:, None], (201, 201)))


def test_minima_are_numbered_as_they_are_found_row_by_row() -> None:
    across, along = (x - y) / 2, (x + y) / 2
    found = basins(make_surface((across**2 - 1) ** 2 + along**2 - across / 10), DESCENT(0.05), 8, 300)
    assert found.basin[0, 0] == 0
    assert np.array(found.minima) == pytest.approx(np.array([(1, -1), (-1, 1)]), abs=0.05)


def test_a_known_minimum_that_no_run_came_to_is_not_listed() -> None:
    wells = make_surface(
        (x**2 - 1) ** 2 + y**2, window=((0.5, 2.0), (-1.0, 1.0)), minimizers=((-1, 0), (1, 0)), minimum=0.0
    )
    found = basins(wells, DESCENT(learning_rate=0.05), 5, 300)
    assert found.minima == ((1.0, 0.0),)
    assert (found.basin == 0).all()


def test_rows_go_up_and_columns_go_right() -> None:
    slope = make_surface(x + 3 * y, window=((-2.0, 2.0), (1.0, 9.0)))
    found = basins(slope, DESCENT(learning_rate=0.01), 5, 1)
    np.testing.assert_array_equal(found.x, np.linspace(-2, 2, 5))
    np.testing.assert_array_equal(found.y, np.linspace(1, 9, 5))
    np.testing.assert_allclose(found.ends[3, 1], (found.x[1] - 0.01, found.y[3] - 0.03))


# Sweeps


def test_the_learning_rate_search_falls_off_the_cliff_at_two_over_lambda_max() -> None:
    surface = QUADRATIC
    cliff = 2 / float(np.linalg.eigvalsh(surface.hessian(np.zeros(2)))[-1])
    values = cliff * np.array([0.001, 0.03, 0.3, 0.9, 0.99, 0.999, 1.001, 1.01, 1.1, 2.0])
    found = sweep(surface, DESCENT(), surface.start, 400, "learning_rate", values)
    before, at_start = found.losses[values < cliff], surface.value(np.array(surface.start))
    assert (before < at_start).all()
    assert (np.diff(before[:4]) < 0).all()
    assert not (found.losses[values > cliff][1:] < at_start).any()
    assert (found.kinds[values > 1.005 * cliff] == Kind.DIVERGED).all()
    assert (found.kinds[values < cliff] != Kind.DIVERGED).all()


SWEEPS: list[tuple[str, str, list[float]]] = [
    ("gradient_descent", "learning_rate", [1e-5, 0.01, 0.02, 0.3]),
    ("momentum", "momentum", [0.0, 0.5, 0.9, 1.0]),
    ("adam", "bias_correction", [0, 1, 1, 0]),
    ("adam", "beta2", [0.0, 0.9, 0.999]),
    ("adamw", "weight_decay", [0.0, 0.3]),
    ("nadam", "momentum_decay", [0.0, 0.004, 0.1]),
    ("radam", "beta2", [0.0, 0.3, 0.6, 0.7, 0.99, 0.9999]),
    ("lion", "beta1", [0.0, 0.9]),
    ("full_matrix_adagrad", "epsilon", [1e-10, 1e-3, 1.0]),
    ("adadelta", "epsilon", [1e-12, 1e-3, 1.0]),
    ("rprop", "learning_rate", [1e-9, 0.01, 100.0]),
    ("quickprop", "learning_rate", [1e-4, 0.01]),
    ("sharpness_aware", "radius", [0.0, 0.05, 1.0]),
    ("schedule_free", "interpolation", [0.0, 0.9, 1.0]),
    ("newton", "safeguard", [0.0, 0.1, 5.0]),
    ("levenberg_marquardt", "damping", [1e-6, 0.01, 1e6]),
    ("bfgs", "slope_left", [0.1, 0.5, 0.99]),
    ("lbfgs", "memory", [1, 2, 5, 10, 2]),
    ("lbfgs", "slope_left", [0.1, 0.9]),
    ("conjugate_gradient", "slope_left", [0.01, 0.9]),
    ("backtracking", "shrink", [0.1, 0.5, 0.9]),
    ("exact_line_search", "learning_rate", [0.5, 0.9, 1.0]),
    ("nelder_mead", "size", [0.001, 0.1, 10.0]),
]


@pytest.mark.parametrize(
    ("key", "field", "values"), SWEEPS, ids=lambda value: value if str(value) == value else ""
)
@on([HIMMELBLAU, ROSENBROCK, UNDEFINED[0]])
def test_a_sweep_is_as_many_runs(surface: Landscape, key: str, field: str, values: list[float]) -> None:
    rule = OPTIMIZERS[key]
    start = surface.start if surface in UNDEFINED else START
    for steps in (3, 80):
        found = sweep(surface, rule(), start, steps, field, values)
        np.testing.assert_array_equal(found.values, values)
        for i, value in enumerate(values):
            t = run(surface, rule(**{field: value}), start, steps)
            assert_end_of(t, found.ends[i], found.losses[i], found.kinds[i], field)


@pytest.mark.parametrize(("key", "field"), EVERY_FIELD)
def test_every_field_of_every_rule_can_be_swept_from_end_to_end(key: str, field: str) -> None:
    rule, values = OPTIMIZERS[key], over_the_slider(OPTIMIZERS[key], field)
    for steps in (2, 61):
        found = sweep(HIMMELBLAU, rule(), START, steps, field, values)
        for i, value in enumerate(values):
            t = run(HIMMELBLAU, rule(**{field: value}), START, steps)
            assert_end_of(t, found.ends[i], found.losses[i], found.kinds[i], field)


# Tuning maps


@pytest.mark.parametrize(
    ("key", "field_x", "field_y"),
    [
        (key, a.key, b.key)
        for key, rule in OPTIMIZERS.items()
        for a, b in itertools.combinations(rule.hyperparameters(), 2)
    ],
)
def test_every_pair_of_fields_of_every_rule_makes_a_tuning_map(key: str, field_x: str, field_y: str) -> None:
    rule = OPTIMIZERS[key]
    values_x, values_y = over_the_slider(rule, field_x), over_the_slider(rule, field_y)
    found = tuning_map(HIMMELBLAU, rule(), START, 45, field_x, values_x, field_y, values_y)
    for (i, b), (j, a) in itertools.product(enumerate(values_y), enumerate(values_x)):
        t = run(HIMMELBLAU, rule(**{field_x: a, field_y: b}), START, 45)
        assert_end_of(t, found.ends[i, j], found.losses[i, j], found.kinds[i, j], field_x, field_y)


@pytest.mark.parametrize("key", [key for key, rule in OPTIMIZERS.items() if len(rule().settings) == 1])
def test_a_rule_with_a_single_field_says_so_when_a_map_asks_for_two(key: str) -> None:
    rule = OPTIMIZERS[key]()
    (field,) = rule.settings
    for other, sentence in (("width", f"there are: {field}."), (field, f"not {field!r} twice.")):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            tuning_map(HIMMELBLAU, rule, START, 2, field, 0.5, other, 0.5)


@pytest.mark.parametrize(
    ("key", "field_x", "values_x", "field_y", "values_y"),
    [
        ("adam", "learning_rate", [1e-3, 0.1, 3.0], "bias_correction", [1, 0]),
        ("adam", "bias_correction", [1, 0], "epsilon", [1e-8, 0.1, 1.0]),
        ("lbfgs", "memory", [1, 4, 7], "slope_left", [0.1, 0.9]),
        ("radam", "learning_rate", [0.01, 0.5], "beta2", [0.5, 0.9, 0.999]),
        ("newton", "learning_rate", [0.5, 1.0, 2.5], "safeguard", [0.0, 1.0]),
        ("momentum", "learning_rate", [1e-3, 1e-2], "momentum", [0.0, 0.9, 1.0]),
        ("backtracking", "learning_rate", [0.01, 1.0], "shrink", [0.2, 0.8, 0.9]),
    ],
    ids=["rate-switch", "switch-epsilon", "whole-share", "radam", "newton", "momentum", "backtracking"],
)
def test_a_tuning_map_is_as_many_runs(
    key: str, field_x: str, values_x: list[float], field_y: str, values_y: list[float]
) -> None:
    rule = OPTIMIZERS[key]
    found = tuning_map(HIMMELBLAU, rule(), START, 70, field_x, values_x, field_y, values_y)
    assert (found.field_x, found.field_y) == (field_x, field_y)
    assert found.ends.shape == (len(values_y), len(values_x), 2)
    for i, b in enumerate(values_y):
        for j, a in enumerate(values_x):
            t = run(HIMMELBLAU, rule(**{field_x: a, field_y: b}), START, 70)
            assert_end_of(t, found.ends[i, j], found.losses[i, j], found.kinds[i, j], field_y)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_sweep_keeps_to_the_schedule(schedule: type[Schedule]) -> None:
    values = [0.003, 0.01, 0.025]
    found = sweep(HIMMELBLAU, DESCENT(), START, 90, "learning_rate", values, schedule())
    many = tuning_map(
        HIMMELBLAU, ADAM(), START, 90, "learning_rate", values, "bias_correction", [0, 1], schedule()
    )
    for i, value in enumerate(values):
        t = run(HIMMELBLAU, DESCENT(learning_rate=value), START, 90, schedule())
        assert_end_of(t, found.ends[i], found.losses[i], found.kinds[i])
        t = run(HIMMELBLAU, ADAM(learning_rate=value, bias_correction=0), START, 90, schedule())
        assert_end_of(t, many.ends[0, i], many.losses[0, i], many.kinds[0, i])


# Shapes and input


def test_shapes() -> None:
    a = basins(HIMMELBLAU, DESCENT(), 7, 3)
    assert (a.x.shape, a.y.shape, a.ends.shape) == ((7,), (7,), (7, 7, 2))
    assert a.losses.shape == a.kinds.shape == a.basin.shape == (7, 7)
    assert (a.surface, a.rule, a.steps) == (HIMMELBLAU, DESCENT(), 3)
    b = sweep(HIMMELBLAU, DESCENT(), START, 3, "learning_rate", [0.1, 0.2])
    assert (b.values.shape, b.ends.shape, b.losses.shape, b.kinds.shape) == ((2,), (2, 2), (2,), (2,))
    assert (b.surface, b.rule, b.steps, b.field) == (HIMMELBLAU, DESCENT(), 3, "learning_rate")
    assert sweep(HIMMELBLAU, DESCENT(), START, 3, "learning_rate", 0.1).ends.shape == (1, 2)
    c = tuning_map(HIMMELBLAU, ADAM(), START, 3, "beta1", [0.1, 0.2, 0.5], "beta2", [0.9, 0.99])
    assert (c.values_x.shape, c.values_y.shape, c.ends.shape) == ((3,), (2,), (2, 3, 2))
    assert c.losses.shape == c.kinds.shape == (2, 3)
    for m in (a, b, c):
        assert m.ends.dtype == m.losses.dtype == np.float64
        assert all(isinstance(kind, Kind) for kind in m.kinds.ravel())


SMALLEST: dict[str, dict[str, Any]] = {
    "basins": {"resolution": 3, "steps": 2},
    "sweep": {"start": START, "steps": 2, "field": "beta1", "values": [0.5]},
    "tuning_map": {
        "start": START,
        "steps": 2,
        "field_x": "beta1",
        "values_x": [0.5],
        "field_y": "beta2",
        "values_y": [0.5],
    },
}
MAPS: dict[str, Callable[..., Any]] = {"basins": basins, "sweep": sweep, "tuning_map": tuning_map}
FIELDS = "there are: learning_rate, beta1, beta2, epsilon, bias_correction."
START_SENTENCE = "start must be two finite numbers, not"


@pytest.mark.parametrize(
    ("which", "arguments", "sentence"),
    [
        *(
            ("basins", {"resolution": n}, f"Resolution must be a whole number from 2 to 500, not {n}.")
            for n in (1, 0, -5, 501, 2.5, math.nan, math.inf)
        ),
        *(
            (which, {"steps": n}, f"Steps must be a whole number from 1 to 5,000, not {n}.")
            for which in SMALLEST
            for n in (0, -1, 5_001, 2.5, math.nan, math.inf)
        ),
        *(
            (which, {"start": start}, START_SENTENCE)
            for which in ("sweep", "tuning_map")
            for start in ((math.nan, 0), (0, math.inf), (1, 2, 3), 1.0, [(0, 0), (1, 1)])
        ),
        *(
            (which, {"rule": ADAM}, "The rule must be one with its settings, such as Adam(), not")
            for which in SMALLEST
        ),
        *(
            (
                which,
                {"schedule": "linear"},
                "The schedule must be one with its settings, such as Linear(), not",
            )
            for which in SMALLEST
        ),
        ("sweep", {"field": "momentum"}, f"'momentum' is not a field here; {FIELDS}"),
        ("tuning_map", {"field_x": "momentum"}, f"'momentum' is not a field here; {FIELDS}"),
        ("tuning_map", {"field_y": "key"}, f"'key' is not a field here; {FIELDS}"),
        ("sweep", {"values": [0.5, 1.0]}, "Beta1 must be a number of at least 0 and below 1, not 1.0."),
        ("sweep", {"values": [-0.5]}, "Beta1 must be a number of at least 0 and below 1, not -0.5."),
        ("sweep", {"values": [math.nan]}, "Beta1 must be a number of at least 0 and below 1, not nan."),
        ("tuning_map", {"values_x": [2]}, "Beta1 must be a number of at least 0 and below 1, not 2.0."),
        ("tuning_map", {"values_y": [2]}, "Beta2 must be a number of at least 0 and below 1, not 2.0."),
        ("tuning_map", {"field_y": "beta1"}, "A map needs two different fields, not 'beta1' twice."),
    ],
)
def test_bad_input_is_refused_with_a_sentence(which: str, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        MAPS[which](**{"surface": HIMMELBLAU, "rule": ADAM()} | SMALLEST[which] | arguments)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("value", [0, 2.5, 11, math.inf])
def test_a_whole_number_is_swept_in_whole_numbers(value: float) -> None:
    with pytest.raises(ValueError, match="Memory must be a whole number of at least 1 and below 11, not"):
        sweep(HIMMELBLAU, OPTIMIZERS["lbfgs"](), START, 5, "memory", [1, value])


@every_rule
def test_the_same_bits_again_and_no_input_is_touched(rule: type[Optimizer]) -> None:
    one, start, values = rule(), np.array(START), np.array([0.02, 0.2, 0.5])
    field = next(h.key for h in one.hyperparameters() if not h.whole)
    for array in (start, values):
        array.flags.writeable = False
    before = one.settings
    first, second = (sweep(HIMMELBLAU, one, start, 50, field, values) for _ in range(2))
    np.testing.assert_array_equal(first.ends, second.ends)
    np.testing.assert_array_equal(values, [0.02, 0.2, 0.5])
    np.testing.assert_array_equal(start, START)
    assert one.settings == before
    assert first.values is not values


@pytest.mark.parametrize("which", MAPS)
def test_no_array_of_a_map_can_be_written_to(which: str) -> None:
    found = MAPS[which](HIMMELBLAU, ADAM(), **SMALLEST[which])
    arrays = [part for part in vars(found).values() if isinstance(part, np.ndarray)]
    assert len(arrays) > 3
    for part in arrays:
        with pytest.raises(ValueError, match="read-only"):
            part[...] = part


def test_floating_point_settings_are_left_as_they_were() -> None:
    before = np.geterr()
    basins(ROSENBROCK, DESCENT(learning_rate=0.5), 4, 100)
    sweep(UNDEFINED[1], DESCENT(), (0.5, 0.5), 100, "learning_rate", [0.1, 9.0])
    assert np.geterr() == before
