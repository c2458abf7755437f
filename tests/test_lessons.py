"""What a surface's lesson tells a student can be measured on the surface or on a run."""

import math
from itertools import pairwise

import numpy as np
import pytest

from landscapes import LANDSCAPES, Array, Landscape
from optimizers import OPTIMIZERS, Kind, Trajectory, judge, run

DESCENT = OPTIMIZERS["gradient_descent"]


def over_the_window(surface: Landscape, n: int = 201) -> Array:
    columns, rows, _ = surface.grid(n)
    return np.stack(np.meshgrid(columns, rows), axis=-1)


def slopes(surface: Landscape) -> Array:
    """Lengths of the gradient over the window, in losses across it."""
    return np.linalg.norm(surface.gradient(over_the_window(surface)) * surface.spans, axis=-1)


def descend(key: str, rate: float, start: tuple[float, float] | None = None, steps: int = 500) -> Trajectory:
    surface = LANDSCAPES[key]
    return run(surface, DESCENT(learning_rate=rate), start or surface.start, steps)


@pytest.mark.parametrize(("key", "kappa"), [("booth", 9.0), ("matyas", 25.0)])
def test_bowls_turned_by_45_degrees(key: str, kappa: float) -> None:
    (low, high), axes = np.linalg.eigh(LANDSCAPES[key].hessian((0.0, 0.0)))
    assert high / low == pytest.approx(kappa)
    assert np.abs(axes) == pytest.approx(np.sqrt(0.5))


def test_the_cubic_ravine_bends_both_ways() -> None:
    surface = LANDSCAPES["cubic_ravine"]
    floor = np.array([(a, a**3) for a in (-1.0, -0.5, 0.5, 1.0)])
    downhill = np.array([np.linalg.eigh(h)[1][:, 0] for h in surface.hessian(floor)])
    turns = np.diff(downhill[:, 1] / downhill[:, 0])
    assert turns[0] < -1.0
    assert turns[-1] > 1.0


def test_a_monkey_saddle_has_three_ways_down_and_no_curvature() -> None:
    surface = LANDSCAPES["monkey_saddle"]
    assert not surface.hessian((0.0, 0.0)).any()
    angles = np.linspace(0.01, 2 * np.pi + 0.01, 200)
    around = surface.value(np.stack([np.cos(angles), np.sin(angles)], axis=-1)) > 0
    assert sum(a and not b for a, b in pairwise(around)) == 3


def test_the_side_of_the_saddle_decides_between_the_wells() -> None:
    surface = LANDSCAPES["dupont"]
    (pass_x, _), *_ = surface.saddles
    kinds = [
        judge(surface, descend("dupont", 0.01, (pass_x + side, 0.3), 2_000)).kind for side in (-0.05, 0.05)
    ]
    assert kinds == [Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM]


def test_a_dead_unit_never_moves_again() -> None:
    surface = LANDSCAPES["dead_relu"]
    p = over_the_window(surface)
    dead = p[..., 1] < -np.abs(p[..., 0])
    assert dead.mean() > 0.2
    assert not surface.gradient(p[dead]).any()
    assert surface.gradient(p[~dead]).any(axis=-1).mean() > 0.98
    for rule in (DESCENT(learning_rate=10.0), OPTIMIZERS["adam"](), OPTIMIZERS["rprop"]()):
        t = run(surface, rule, (-1.0, -2.0), 50)
        assert (t.points == (-1.0, -2.0)).all()
        assert judge(surface, t).kind is Kind.PLATEAU


def test_the_steeper_the_threshold_the_flatter_the_ground() -> None:
    stairs = [LANDSCAPES["zero_one"].with_parameters(steepness=s) for s in (5.0, 15.0, 50.0)]
    median = [np.median(slopes(s)) for s in stairs]
    assert median[0] > 3 * median[1] > 30 * median[2]
    errors = 4 * stairs[-1].value(over_the_window(stairs[-1]))
    assert np.mean(np.abs(errors - errors.round()) < 1e-3) > 0.75
    assert set(errors.round().ravel()) == {0.0, 1.0, 2.0, 3.0, 4.0}


def test_easom_is_flat_but_for_its_well() -> None:
    surface = LANDSCAPES["easom"]
    assert np.mean(slopes(surface) < 1e-2) > 0.5
    t = descend("easom", 0.1, (0.0, 6.0))
    assert judge(surface, t).kind is Kind.PLATEAU


def test_flat_ground_ends_at_a_cliff() -> None:
    surface = LANDSCAPES["cliff"]
    found = slopes(surface)
    assert found.max() > 150 * np.median(found)
    edge = np.argwhere(found == found.max())[0]
    wall = over_the_window(surface)[tuple(edge)]
    assert np.abs(descend("cliff", 10.0, tuple(wall), 1).points[-1] - wall)[1] > 0.5 * surface.spans[1]


def test_momentum_carries_a_run_over_the_pass() -> None:
    surface = LANDSCAPES["double_well"]
    assert judge(surface, descend("double_well", 0.05)).kind is Kind.LOCAL_MINIMUM
    heavy = run(surface, OPTIMIZERS["momentum"](learning_rate=0.05, momentum=0.9), surface.start, 500)
    assert judge(surface, heavy).kind is Kind.GLOBAL_MINIMUM


@pytest.mark.parametrize(("share", "well"), [(0.5, -1.0), (0.95, -1.0), (1.1, None), (1.5, None), (4.0, 1.0)])
def test_only_the_flat_well_holds_a_run_above_2_over_s(share: float, well: float | None) -> None:
    surface = LANDSCAPES["sharp_and_flat"]
    assert [surface.hessian(p)[0, 0] for p in surface.minimizers] == pytest.approx([20.0, 1.0])
    verdict = judge(surface, descend("sharp_and_flat", share * 2 / 20, steps=2_000))
    assert (verdict.kind is Kind.GLOBAL_MINIMUM) == (well is not None)
    if well is not None:
        assert verdict.point == pytest.approx((well, 0.0), abs=1e-6)


@pytest.mark.parametrize("key", ["three_hump_camel", "styblinski_tang", "rastrigin", "ackley", "griewank"])
def test_from_the_recommended_start_downhill_is_not_lowest(key: str) -> None:
    surface = LANDSCAPES[key]
    t = descend(key, 1e-3 * float(np.min(surface.spans**2)) / surface.loss_range, steps=5_000)
    assert judge(surface, t).kind is Kind.LOCAL_MINIMUM


def test_styblinski_tang_couples_no_weights() -> None:
    surface = LANDSCAPES["styblinski_tang"]
    assert not surface.hessian(over_the_window(surface, 21))[..., 0, 1].any()


def test_wells_of_griewank_differ_by_less_than_a_hundredth_of_a_hill() -> None:
    surface = LANDSCAPES["griewank"]
    depths = surface.value([*surface.minimizers, *surface.local_minimizers])
    assert len(depths) == 7
    assert np.ptp(depths) < 0.01 * np.ptp(surface.value(over_the_window(surface)))


def test_goldstein_price_spans_six_decades() -> None:
    surface = LANDSCAPES["goldstein_price"]
    assert surface.value(over_the_window(surface)).max() > 1e6
    far, near = (np.linalg.eigvalsh(surface.hessian(p))[-1] for p in ((-2.0, 2.0), surface.minimizers[0]))
    assert far > 100 * near


def test_the_tip_of_ackley_keeps_its_slope() -> None:
    surface = LANDSCAPES["ackley"]
    near = [np.linalg.norm(surface.gradient((r, r / 2))) for r in (1e-3, 1e-5, 1e-8)]
    assert near == pytest.approx([4 / np.sqrt(2)] * 3, rel=0.05)
    assert np.isnan(surface.gradient((0.0, 0.0))).all()
    assert judge(surface, descend("ackley", 0.01, (0.3, 0.2), 2_000)).kind is Kind.OSCILLATING


@pytest.mark.parametrize("key", ["bfgs", "lbfgs", "conjugate_gradient", "backtracking", "nelder_mead"])
def test_a_run_that_rests_at_the_tip_of_ackley_is_at_the_minimum(key: str) -> None:
    surface = LANDSCAPES["ackley"]
    t = run(surface, OPTIMIZERS[key](), (0.3, 0.2), 2_000)
    assert np.abs(t.points[-1]).max() < 1e-11
    assert judge(surface, t).kind is Kind.GLOBAL_MINIMUM


def test_a_run_that_lands_on_the_tip_itself_is_at_the_minimum() -> None:
    """The gradient has no value there, but the loss has, and it is the lowest."""
    surface = LANDSCAPES["ackley"]
    t = run(surface, OPTIMIZERS["gradient_descent"](), (0.0, 0.0), 50)
    assert np.isnan(t.points[-1]).all()
    verdict = judge(surface, t)
    assert verdict.kind is Kind.GLOBAL_MINIMUM
    assert verdict.sentence == "Minimum (0, 0) at step 0."


def spoiled(distance: float) -> tuple[Landscape, Trajectory]:
    surface = LANDSCAPES["spoiler"].with_parameters(distance=distance)
    return surface, run(surface, DESCENT(learning_rate=0.3), surface.start, 4_000)


LEVEL = math.log(9.0)  # ln((1 − ε)/ε), ε = 0.1
INPUTS = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)])


def errors(surface: Landscape, weights: Array, first: float = LEVEL) -> int:
    """How many of the four examples are on the wrong side."""
    examples = np.vstack([INPUTS, (0.0, -surface.settings["distance"])])
    outputs = examples @ (first, weights[0]) + weights[1]
    return int(np.sum((outputs > 0) != [True, True, False, True]))


@pytest.mark.parametrize("distance", [8.0, 20.0])
def test_a_far_spoiler_is_never_learned_from_near_the_solution_for_the_other_three(distance: float) -> None:
    surface, t = spoiled(distance)
    np.testing.assert_allclose(INPUTS @ (LEVEL, LEVEL), [LEVEL, LEVEL, -LEVEL])  # which solves those exactly
    np.testing.assert_allclose(t.points[-1], (LEVEL, 0.0), atol=1e-4)
    assert judge(surface, t).kind is Kind.LOCAL_MINIMUM
    assert errors(surface, t.points[-1]) == 1
    assert t.values[-1] == pytest.approx(0.81, abs=1e-3)
    assert surface.minimum == pytest.approx(0.054, abs=0.002)
    assert errors(surface, np.array(surface.minimizers[0])) == 0
    # With the first weight free, too, separating them costs about 0.01.
    outputs = 1 / (1 + np.exp(-(np.vstack([INPUTS, (0.0, -distance)]) @ (2 * LEVEL, 0.0) + LEVEL)))
    assert np.sum((outputs - (0.9, 0.9, 0.1, 0.9)) ** 2) == pytest.approx(0.01, abs=0.0005)


@pytest.mark.parametrize("distance", [0.5, 1.0, 2.0, 4.0])
def test_a_near_spoiler_is_separated_by_descent(distance: float) -> None:
    surface, t = spoiled(distance)
    assert judge(surface, t).kind is Kind.GLOBAL_MINIMUM
    assert errors(surface, t.points[-1]) == 0


def test_the_spoilers_own_gradient_vanishes_with_its_distance() -> None:
    pulls = []
    for distance in (1.0, 4.0, 8.0, 20.0):
        own = LANDSCAPES["spoiler"].with_parameters(distance=distance).batch(np.array([3]))
        pulls.append(math.hypot(*own.on_floats.gradient(LEVEL, 0.0)))
    assert all(b < a / 50 for a, b in pairwise(pulls))


def test_swapping_the_twins_mirrors_the_surface_and_between_the_two_solutions_it_is_worse() -> None:
    twins = LANDSCAPES["twin_units"]
    points = over_the_window(twins)
    np.testing.assert_allclose(twins.value(points), twins.value(points[..., ::-1]), rtol=1e-12)
    assert twins.minimum is not None
    assert twins.value(np.mean(twins.minimizers, axis=0)) > twins.minimum + 0.01


@pytest.mark.parametrize("rule", ["gradient_descent", "momentum", "adam", "rprop"])
def test_equal_weights_stay_equal_and_a_nudge_parts_them(rule: str) -> None:
    twins = LANDSCAPES["twin_units"]
    equal = run(twins, OPTIMIZERS[rule](), (-1.0, -1.0), 300).points
    np.testing.assert_array_equal(equal[:, 0], equal[:, 1])
    nudged = run(twins, DESCENT(learning_rate=0.2), (-1.0, -1.0 + 1e-6), 4_000)
    assert np.abs(nudged.points[-1] - twins.minimizers).sum(axis=-1).min() < 0.05


def test_in_raw_units_the_larger_gradient_belongs_to_the_weight_that_should_move_less() -> None:
    surface = LANDSCAPES["regression_raw_units"]
    slope = np.abs(surface.gradient(surface.start))
    way = np.abs(np.array(surface.minimizers[0]) - surface.start)
    assert slope[0] > 1_000 * slope[1]
    assert way[0] < way[1] / 1_000
