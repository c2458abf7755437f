"""The networks behind the sampled surface, how their slices were made, and the surface through a grid."""

import math
import subprocess
import sys
from functools import cache
from itertools import product

import numpy as np
import pytest

from landscapes import LANDSCAPES, Array, Landscape
from landscapes.sampled import Samples, interpolate
from optimizers import OPTIMIZERS, Nature, judge, run, stationary_points
from scripts.train_networks import (
    AXIS,
    DEPTHS,
    OUTPUT,
    SEEDS,
    Data,
    Network,
    Pictures,
    Roughness,
    filter_normalised,
    losses,
    path_slice,
    pictures,
    principal_plane,
    roughness,
    spirals,
)

SLICE = LANDSCAPES["network_slice"]
COMBINATIONS = [*product((0, 1), repeat=3)]
NETWORKS = [Network(depth, skip) for depth in (1, 2, 5) for skip in (False, True)]


def shipped(name: str) -> Array:
    with np.load(OUTPUT) as stored:
        return stored[name].astype(np.float64)


def variant(depth: int, skip: int, plane: int) -> Landscape:
    return SLICE.with_parameters(depth=float(depth), skip=float(skip), plane=float(plane))


@cache
def first_seed(deep: int, skip: int) -> Pictures:
    return pictures(SEEDS[0], Network(DEPTHS[deep], bool(skip)))


def own_slope(deep: int, skip: int, plane: int, p: Array) -> Array:
    """The gradient of the network's own loss at a point of a plane."""
    taken = first_seed(deep, skip)
    through = taken.planes[plane]
    return np.asarray(through.directions @ taken.network.gradient(through.at(*p), taken.data))


def at_random(network: Network, seed: int = 0) -> tuple[Data, Array]:
    rng = np.random.default_rng(seed)
    data = spirals(rng)
    return data, network.first_weights(rng) + 0.1 * rng.standard_normal(sum(r * c for r, c in network.shapes))


# The script


@pytest.mark.parametrize(("deep", "skip", "plane"), COMBINATIONS)
def test_the_script_run_again_finds_the_shipped_grid(deep: int, skip: int, plane: int) -> None:
    taken, every = first_seed(deep, skip), 8
    again = losses(taken.network, taken.planes[plane], taken.data, AXIS[::every], AXIS[::every])
    np.testing.assert_allclose(again, shipped(f"{deep},{skip},{plane}")[::every, ::every], rtol=1e-4)


@pytest.mark.parametrize(("deep", "skip"), [*product((0, 1), repeat=2)])
def test_what_else_is_shipped_of_a_path_plane(deep: int, skip: int) -> None:
    taken = first_seed(deep, skip)
    end, variance = (shipped(f"{deep},{skip},1 {name}") for name in ("end", "variance"))
    np.testing.assert_allclose(end, taken.end, atol=1e-5)
    np.testing.assert_allclose(variance, taken.variance, atol=1e-5)
    assert 0.95 < variance.sum() < 1.0
    np.testing.assert_allclose(taken.planes[1].at(*end), taken.trained, atol=1e-4)
    np.testing.assert_array_equal(taken.planes[0].at(*np.zeros(2)), taken.trained)


def test_the_file_is_small_and_complete() -> None:
    with np.load(OUTPUT) as stored:
        grids = {key for key in stored if key.count(",") == 2 and " " not in key}
    assert grids == {f"{a},{b},{c}" for a, b, c in COMBINATIONS}
    assert OUTPUT.stat().st_size < 800_000
    for name, (low, high) in zip("xy", SLICE.window, strict=True):
        assert (shipped(name)[0], shipped(name)[-1]) == (low, high)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_backpropagation_against_finite_differences(network: Network) -> None:
    data, weights = at_random(network)
    h, found = 1e-4, network.gradient(weights, data)
    steps = h * np.eye(len(weights))
    two, one = (
        (network.loss(weights + k * steps, data) - network.loss(weights - k * steps, data)) for k in (2, 1)
    )
    np.testing.assert_allclose(found, (8 * one - two) / (12 * h), rtol=1e-7, atol=1e-10)
    assert np.linalg.norm(found) > 1e-2


def test_forward_pass_by_hand() -> None:
    data = Data(np.array([[0.3, -0.8]]), np.array([1.0]))
    for skip in (False, True):
        network = Network(2, skip)
        _, weights = at_random(network, seed=3)
        (a, b, out), scale = network.layers(weights), math.sqrt(0.5)
        padded = np.array([0.3, -0.8, 0, 0, 0, 0, 0, 0])
        first = np.tanh(a[:, :2] @ data.inputs[0] + a[:, 2])
        first = padded + scale * first if skip else first
        second = np.tanh(b[:, :8] @ first + b[:, 8])
        second = first + scale * second if skip else second
        logit = out[0, :8] @ second + out[0, 8]
        assert float(network.loss(weights, data)) == pytest.approx(math.log1p(math.exp(-logit)), rel=1e-12)


def test_skips_add_no_weights_and_change_no_first_ones() -> None:
    for depth in DEPTHS:
        plain, skips = (Network(depth, skip) for skip in (False, True))
        assert plain.shapes == skips.shapes
        first = [n.first_weights(np.random.default_rng(7)) for n in (plain, skips)]
        np.testing.assert_array_equal(*first)
    assert [rows * columns for rows, columns in Network(2, True).shapes] == [8 * 3, 8 * 9, 9]


def test_training_is_momentum_with_weight_decay_and_repeats_to_the_bit() -> None:
    network = Network(2, True)
    data, weights = at_random(network)
    path = network.train(weights, data, 3)
    np.testing.assert_array_equal(path, network.train(weights, data, 3))
    for k in range(3):
        before = 0.9 * (path[k] - path[k - 1]) if k else 0.0
        expected = path[k] + before - 0.05 * (network.gradient(path[k], data) + 4e-4 * path[k])
        np.testing.assert_allclose(path[k + 1], expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_each_neurons_part_of_a_direction_is_as_long_as_its_weights(network: Network) -> None:
    _, weights = at_random(network)
    one, other = (filter_normalised(network, weights, np.random.default_rng(seed)) for seed in (1, 2))
    for direction in (one, other):
        for part, layer in zip(network.layers(direction), network.layers(weights), strict=True):
            np.testing.assert_allclose(
                np.linalg.norm(part, axis=1), np.linalg.norm(layer, axis=1), rtol=1e-12
            )
    assert not np.allclose(one, other)


def test_the_plane_of_a_path() -> None:
    rng = np.random.default_rng(0)
    along = np.linspace(0.0, 1.0, 60)
    mixing = np.linalg.qr(rng.standard_normal((40, 3)))[0].T
    path = np.stack([-3 * along, np.sin(6 * along), 1e-3 * rng.standard_normal(60)], axis=-1) @ mixing
    axes, shares = principal_plane(path)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)
    _, axes_of_covariance = np.linalg.eigh(np.cov(path.T))
    np.testing.assert_allclose(np.abs(np.sum(axes * axes_of_covariance.T[:-3:-1], axis=1)), 1.0, atol=1e-9)
    assert axes[0] @ (path[-1] - path[0]) > 0
    assert shares[0] > shares[1] > 0
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)
    through, _, end = path_slice(path)
    np.testing.assert_allclose(through.at(*end), path[-1], atol=1e-12)
    shadow = (path - through.centre) @ through.directions.T / np.sum(through.directions[0] ** 2)
    np.testing.assert_allclose(np.abs(shadow).max(), 1 / 1.3, rtol=1e-9)
    np.testing.assert_allclose(
        through.directions @ through.directions.T, np.eye(2) * np.sum(through.directions[0] ** 2), atol=1e-9
    )


def test_roughness_of_known_grids() -> None:
    u, v = np.meshgrid(AXIS, AXIS, indexing="ij")
    assert roughness(u**2 + v**2) == Roughness(1, 0.0)
    assert roughness(u**2 - v**2) == Roughness(0, 1.0)
    assert roughness(u**2 + v**2 + 3 * u * v) == Roughness(0, 1.0)
    assert roughness(np.cos(3 * np.pi * u) + (v - 0.01) ** 2).minima == 2


# What the slices show


def test_all_networks_learned_every_point() -> None:
    for deep, skip in product((0, 1), repeat=2):
        network, data, trained = first_seed(deep, skip)[:3]
        assert ((network.signals(trained, data.inputs)[0][-1] > 0) == (data.classes == 1)).all()
        assert network.loss(trained, data) < 0.012


def test_skip_connections_smooth_the_deep_networks_slices_in_five_seeds() -> None:
    minima, down = np.moveaxis(shipped("roughness")[:, 1], -1, 0)  # seed, skips, plane
    assert len(minima) == len(SEEDS) == 5
    (rough, smooth), (rough_share, smooth_share) = minima[..., 0].T, np.moveaxis(down, 1, 0)
    assert sorted(rough) == [2, 3, 3, 4, 4]
    assert set(smooth) == {1}
    assert (rough_share > smooth_share).all()
    np.testing.assert_allclose(
        [rough_share.min(axis=0), rough_share.max(axis=0)], [[0.81, 0.32], [0.89, 0.56]], atol=0.005
    )
    np.testing.assert_allclose(
        [smooth_share.min(axis=0), smooth_share.max(axis=0)], [[0.16, 0.21], [0.65, 0.41]], atol=0.005
    )


@pytest.mark.parametrize(("deep", "skip"), [*product((0, 1), repeat=2)])
def test_the_shipped_roughness_is_that_of_the_shipped_grids(deep: int, skip: int) -> None:
    again = [roughness(shipped(f"{deep},{skip},{plane}")) for plane in (0, 1)]
    np.testing.assert_allclose(again, shipped("roughness")[0, deep, skip], atol=2e-3)


def test_depth_alone_leaves_a_narrow_well_and_skips_widen_it() -> None:
    guessing = math.log(2)
    shallow, plain, skips = (
        np.mean(variant(*v).grid(161)[2] < guessing) for v in ((0, 0, 0), (1, 0, 0), (1, 1, 0))
    )
    assert plain < 0.08 < 0.27 < shallow < 0.28 < 0.7 < skips


def test_the_recommended_start_reaches_the_trained_well_only_with_skips() -> None:
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.02)
    plain, skips = (run(variant(1, skip, 0), rule, SLICE.start, 300) for skip in (0, 1))
    assert judge(plain.surface, plain).kind == "local minimum"
    assert plain.values[-1] > 0.97
    assert skips.values[-1] < 0.002


# The slice is the network's


ROUGH = (1, 0, 0)


@pytest.mark.parametrize("combination", [one for one in COMBINATIONS if one != ROUGH], ids=str)
def test_between_grid_points_it_is_the_networks_loss(combination: tuple[int, int, int]) -> None:
    (*network, plane), middles = combination, (AXIS[1:] + AXIS[:-1]) / 2
    taken = first_seed(*network)
    own = losses(taken.network, taken.planes[plane], taken.data, middles, middles)
    found = variant(*combination).value(np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1))
    assert np.abs(found / own - 1).max() < 1e-4


def test_of_the_rough_slice_it_is_so_to_a_percent_and_a_grid_twice_as_fine_shows_no_more() -> None:
    (*network, plane), axis = ROUGH, np.linspace(-1.0, 1.0, 321)  # every other point is between grid points
    taken = first_seed(*network)
    own = losses(taken.network, taken.planes[plane], taken.data, axis, axis)
    found = variant(*ROUGH).value(np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1))
    assert np.abs(found / own - 1).max() < 0.01
    assert roughness(own).minima == roughness(found).minima == 3


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_its_minima_are_the_networks(combination: tuple[int, int, int]) -> None:
    listed = stationary_points(variant(*combination))
    minima = [np.array(one.point) for one in listed if one.nature is Nature.MINIMUM]
    assert len(minima) == roughness(shipped(",".join(map(str, combination)))).minima
    for p in minima:
        h = 1e-5 * np.eye(2)
        curvature = [(own_slope(*combination, p + e) - own_slope(*combination, p - e)) / 2e-5 for e in h]
        assert np.linalg.eigvalsh(curvature).min() > 0
        assert np.linalg.norm(np.linalg.solve(curvature, own_slope(*combination, p))) < 1e-3


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_from_the_recommended_start_the_networks_own_loss_leads_the_same_way(
    combination: tuple[int, int, int],
) -> None:
    descent = run(variant(*combination), OPTIMIZERS["gradient_descent"](learning_rate=0.02), SLICE.start, 300)
    own = [np.array(SLICE.start)]
    for _ in range(300):
        own.append(own[-1] - 0.02 * own_slope(*combination, own[-1]))
    np.testing.assert_allclose(descent.points, own, rtol=0, atol=1e-3)


# The surface through a grid


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_it_passes_through_the_grid(combination: tuple[int, int, int]) -> None:
    surface, grid = variant(*combination), shipped(",".join(map(str, combination)))
    corners = np.stack(np.meshgrid(AXIS, AXIS, indexing="ij"), axis=-1)
    np.testing.assert_allclose(surface.value(corners), grid, rtol=1e-13)
    assert surface.minimum is None
    assert surface.minimizers == ()


def test_the_exponential_of_a_bicubic_polynomial_is_met_exactly_with_its_derivatives() -> None:
    c = 0.1 * np.random.default_rng(1).standard_normal((4, 4))
    polynomial = np.polynomial.polynomial
    xs, ys = np.linspace(-1.0, 2.0, 7), np.linspace(0.5, 1.5, 5)
    spline = interpolate(xs, ys, np.exp(polynomial.polygrid2d(xs, ys, c))).on_arrays
    u, v = np.random.default_rng(2).random((2, 50)) * [[3.0], [1.0]] + [[-1.0], [0.5]]

    def exact(i: int, j: int) -> Array:
        derived = polynomial.polyder(polynomial.polyder(c, i, axis=0), j, axis=1)
        return polynomial.polyval2d(u, v, derived)

    found = [spline.value(u, v), *spline.gradient(u, v), *spline.hessian(u, v)]
    loss, p_x, p_y = np.exp(exact(0, 0)), exact(1, 0), exact(0, 1)
    factors = [1, p_x, p_y, exact(2, 0) + p_x**2, exact(1, 1) + p_x * p_y, exact(0, 2) + p_y**2]
    for values, factor in zip(found, factors, strict=True):
        np.testing.assert_allclose(values, loss * factor, rtol=1e-10, atol=1e-10)


def test_value_gradient_and_hessian_are_continuous_across_knots() -> None:
    grid = np.exp(np.random.default_rng(3).standard_normal((9, 12)))
    xs, ys = np.linspace(-1.0, 1.0, 9), np.linspace(0.0, 3.0, 12)
    spline, tiny = interpolate(xs, ys, grid).on_arrays, 1e-9
    across = np.random.default_rng(4).random(7) * 3.0
    along = np.random.default_rng(5).random(10) * 2.0 - 1.0
    for u, v, du, dv in ((xs[1:-1], across, tiny, 0.0), (along, ys[1:-1], 0.0, tiny)):
        sides = [
            np.array([spline.value(*p), *spline.gradient(*p), *spline.hessian(*p)])
            for p in ((u - du, v - dv), (u + du, v + dv))
        ]
        np.testing.assert_allclose(*sides, rtol=0, atol=1e-4)


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_floats_and_arrays_agree(combination: tuple[int, int, int]) -> None:
    on_floats, on_arrays = variant(*combination).compiled
    points = [
        *np.random.default_rng(0).uniform(-1.1, 1.1, (200, 2)).tolist(),
        [1.0, -1.0],
        [0.25, 0.975],
        [math.inf, 0],
    ]
    lanes = np.array(points).T
    for f, g in zip(on_floats[:3], on_arrays[:3], strict=True):
        np.testing.assert_allclose(np.array([f(*p) for p in points]).T, np.array(g(*lanes)), rtol=1e-14)
    assert on_floats.gauss_newton is on_arrays.gauss_newton is None


def test_there_is_nothing_outside_the_grid() -> None:
    edge = [(1.0, 1.0), (-1.0, 0.3), (0.2, -1.0)]
    beyond = [
        (math.nextafter(1.0, 2.0), 0.0),
        (0.0, -1.0000001),
        (5.0, 0.0),
        (math.nan, 0.0),
        (math.inf, -math.inf),
    ]
    for function in (SLICE.value, SLICE.gradient, SLICE.hessian):
        assert np.isfinite(function(edge)).all()
        assert np.isnan(function(beyond)).all()
    floats = SLICE.compiled.on_floats
    for p in beyond:
        assert np.isnan([floats.value(*p), *floats.gradient(*p), *floats.hessian(*p)]).all()
    t = run(SLICE, OPTIMIZERS["gradient_descent"](learning_rate=1.0), (0.9, -0.9), 20)
    verdict = judge(SLICE, t)
    assert verdict.kind == "undefined"
    assert verdict.sentence.endswith("the sampled slice has no value.")


def test_a_lane_is_its_own_run() -> None:
    starts = np.random.default_rng(0).uniform(-0.9, 0.9, (20, 2))
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.02)
    together = run(SLICE, rule, starts, 50).points
    for k, start in enumerate(starts):
        np.testing.assert_allclose(together[:, k], run(SLICE, rule, start, 50).points, rtol=1e-12)


def test_only_whole_combinations_are_sampled() -> None:
    with pytest.raises(ValueError, match=r"no grid for 0\.5,0,0"):
        Samples("networks.npz").bind((0.5, 0.0, 0.0))


def test_the_file_is_read_on_first_use() -> None:
    code = (
        "import numpy as np; real = np.load; opened = []\n"
        "np.load = lambda *a, **k: opened.append(a) or real(*a, **k)\n"
        "from landscapes import LANDSCAPES\n"
        "surface = LANDSCAPES['network_slice']; surface.latex, surface.with_parameters(skip=1.0)\n"
        "assert not opened\n"
        "surface.value((0.0, 0.0)), surface.gradient((0.0, 0.0))\n"
        "assert len(opened) == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=OUTPUT.parents[2])
