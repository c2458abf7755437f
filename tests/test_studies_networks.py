"""The shipped slices of networks: roughness, the path of training, and what a slice hides."""

import itertools

import numpy as np
import pytest
from conftest import make_surface

from charts.labs.networks import contours, hidden_trace, reliefs
from landscapes import LANDSCAPES, x, y
from optimizers.studies.networks import roughness, sliced, training_path
from scripts.train_networks import DEPTHS, OUTPUT, Network, pictures, shadow
from scripts.train_networks import losses as grid_of

SLICE = LANDSCAPES["network_slice"]
ALL = list(itertools.product((0.0, 1.0), repeat=3))


def in_plane(depth: float, skip: float, plane: float):
    return SLICE.with_parameters(depth=depth, skip=skip, plane=plane)


RANDOM, PATHS = (
    {(d, s): sliced(in_plane(d, s, plane)) for d in (False, True) for s in (False, True)} for plane in (0, 1)
)


# Roughness


@pytest.mark.parametrize("settings", ALL)
def test_roughness_is_that_of_the_script(settings) -> None:
    depth, skip, plane = map(int, settings)
    with np.load(OUTPUT) as stored:
        minima, down = stored["roughness"][0, depth, skip, plane]
    found = roughness(in_plane(*settings))
    assert found.minima == minima
    assert found.down == pytest.approx(down, abs=0.02)


def test_roughness_of_known_surfaces() -> None:
    assert roughness(make_surface(x**2 + y**2), 41) == (1, 0.0)
    assert roughness(make_surface(x**2 - y**2), 41) == (0, 1.0)
    half = roughness(make_surface(x**3 + y**2), 41)  # curves down where x < 0
    assert half.down == pytest.approx(0.5, abs=0.02)


def test_skip_connections_smooth_the_deep_network() -> None:
    plain, skips = RANDOM[True, False].rough, RANDOM[True, True].rough
    assert plain.minima > skips.minima == 1
    assert plain.down >= 0.8 > 0.65 >= skips.down
    assert PATHS[True, True].rough.down < PATHS[True, False].rough.down


# The path


@pytest.mark.parametrize("settings", ALL)
def test_the_path_fits_in_the_plane_of_the_path_and_hardly_in_a_random_one(settings) -> None:
    found = training_path(in_plane(*settings))
    assert len(found.points) == 151
    assert found.steps[-1] == 1500
    if settings[2]:
        assert found.share > 0.85
        assert np.isfinite(found.shown).all()  # all of it is in the window
        with np.load(OUTPUT) as stored:
            name = ",".join(str(int(s)) for s in settings[:2])
            assert found.share == pytest.approx(stored[f"{name},1 variance"].sum(), abs=1e-6)
            np.testing.assert_allclose(found.points[-1], stored[f"{name},1 end"], atol=1e-6)
    else:
        assert found.share < (0.05 if settings[0] else 0.25)  # two directions of 33, or of 681
        np.testing.assert_allclose(found.points[-1], 0.0, atol=1e-6)  # through the trained weights
    assert found.off[-1] == pytest.approx(0.0, abs=1e-6)
    assert found.hidden[-1] == pytest.approx(1.0, abs=1e-2)  # there slice and network are one


def test_a_slice_hides_where_the_path_really_was() -> None:
    """At the start the weights are far off a random plane, and the slice below shows another loss."""
    for one in RANDOM.values():
        assert one.path.off[0] > 0.3
        assert one.path.off[0] > 5 * np.abs(one.path.off[-1])
        assert one.path.hidden[0] > 2.0
    assert min(one.path.losses[0] / one.path.losses[-1] for one in PATHS.values()) > 10.0


@pytest.mark.parametrize(("deep", "skip"), [(0, 0), (1, 1)])
def test_the_shipped_path_is_what_the_script_computes(deep: int, skip: int) -> None:
    taken = pictures(0, Network(DEPTHS[deep], bool(skip)))
    for plane in (0, 1):
        found = training_path(in_plane(deep, skip, plane))
        places, share = shadow(taken.path, taken.planes[plane])
        np.testing.assert_allclose(found.points, places[:, :2], atol=1e-4)
        assert found.share == pytest.approx(share, abs=1e-4)
        np.testing.assert_allclose(found.losses, taken.network.loss(taken.path, taken.data), rtol=1e-3)
        some = found.points[[0, 60, 150]]
        ours = [grid_of(taken.network, taken.planes[plane], taken.data, p[:1], p[1:])[0, 0] for p in some]
        np.testing.assert_allclose(found.shown[[0, 60, 150]], ours, rtol=0.05)


def test_a_shadow_is_an_orthogonal_projection() -> None:
    taken = pictures(0, Network(1, False))
    plane, path = taken.planes[0], taken.path[:5]
    places, _ = shadow(path, plane)
    rest = path - plane.at(*places[:, :2].T)
    np.testing.assert_allclose(rest @ plane.directions.T, 0.0, atol=1e-9)
    unit = np.linalg.norm(plane.directions, axis=1).mean()
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), places[:, 2] * unit)


# Edges


def test_what_is_no_slice_is_refused() -> None:
    with pytest.raises(ValueError, match="Rosenbrock is no slice of a network"):
        training_path(LANDSCAPES["rosenbrock"])
    with pytest.raises(ValueError, match="Resolution must be"):
        roughness(SLICE, 4)
    with pytest.raises(ValueError, match="has no grid for 0,0,2 path"):
        SLICE.samples.beside("0,0,2 path")


# Figures


def test_two_networks_are_drawn_on_one_scale() -> None:
    pair = [("plain", PATHS[True, False]), ("skips", PATHS[True, True])]
    first, second = (contours(pair, which, resolution=41) for which in (0, 1))
    assert (first.data[0].zmin, first.data[0].zmax) == (second.data[0].zmin, second.data[0].zmax)
    for drawn, (name, one) in zip((first, second), pair, strict=True):
        assert drawn.layout.title.text == name
        np.testing.assert_allclose(drawn.data[0].z, np.log10(one.surface.grid(41)[2]), rtol=1e-6)
    solid = reliefs(pair, resolution=21)
    assert solid.data[0].cmax == solid.data[2].cmax
    np.testing.assert_array_equal(solid.data[1].x, pair[0][1].path.points[:, 0])
    assert tuple(solid.layout.scene.zaxis.range) == tuple(solid.layout.scene2.zaxis.range)
    own, shown = hidden_trace(pair[0][1].path).data
    np.testing.assert_array_equal(own.y, pair[0][1].path.losses)
    np.testing.assert_array_equal(shown.y, pair[0][1].path.shown)
