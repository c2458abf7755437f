"""Every stationary point over a window, found and classified."""

import math
from collections import Counter

import numpy as np
import pytest
import sympy as sp
from conftest import make_surface, surface_id

from charts import marks
from landscapes import LANDSCAPES, Landscape, parse_landscape, x, y
from optimizers import Nature, stationary_points


def counted(surface: Landscape) -> dict[str, int]:
    return dict(Counter(one.nature.value for one in stationary_points(surface)))


def test_all_nine_of_himmelblau_are_found() -> None:
    surface = LANDSCAPES["himmelblau"]
    assert counted(surface) == {"minimum": 4, "saddle": 4, "maximum": 1}
    (top,) = (one for one in stationary_points(surface) if one.nature is Nature.MAXIMUM)
    assert top.point == pytest.approx((-0.270845, -0.923039), abs=1e-6)
    assert top.value == pytest.approx(181.617, abs=1e-3)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_listed_point_is_found_and_every_found_one_is_what_it_is_called(key: str) -> None:
    surface = LANDSCAPES[key]
    found = stationary_points(surface)
    for point in (*surface.minimizers, *surface.local_minimizers, *surface.saddles):
        assert min(np.abs((np.array(point) - one.point) / surface.spans).max() for one in found) < 1e-5
    tips = [one for one in found if np.isnan(one.eigenvalues).any()]
    assert all(one.point in (*surface.minimizers, *surface.local_minimizers) for one in tips)
    assert not (tips and surface.facts.smooth)
    for one in found:
        if one in tips:
            assert np.isnan(surface.gradient(one.point)).any()
            continue
        slope = np.abs(surface.gradient(one.point) * surface.spans).max()
        assert slope <= 1e-9 * surface.loss_range
        assert one.value == surface.value(one.point)
        eigenvalues = np.linalg.eigvalsh(surface.hessian(one.point))
        assert one.eigenvalues == pytest.approx(eigenvalues.tolist())
        signs = [int(s) for s in np.sign(eigenvalues)]
        if np.abs(eigenvalues).min() > 1e-9 * np.abs(eigenvalues).max():
            assert one.nature == {(1, 1): "minimum", (-1, -1): "maximum", (-1, 1): "saddle"}[tuple(signs)]
    assert [one.value for one in found] == sorted(one.value for one in found)


NOT_LISTED = {
    "rastrigin": "84 saddles between the wells would hide the map",
    "cliff": "its only saddle, of higher order, lies on the very edge of the window",
    "network_slice": "its saddles are the grid's, and move when the networks are trained anew",
}
ALL_LISTED = [
    *(s for key, s in LANDSCAPES.items() if s.facts.smooth and key not in NOT_LISTED),
    *(LANDSCAPES["spoiler"].with_parameters(distance=t) for t in (0.5, 2.0, 4.0, 4.15, 4.5, 5.4, 12.0, 20.0)),
    *(LANDSCAPES["double_well"].with_parameters(tilt=t) for t in (-1.5, 0.0, 2.0)),
    LANDSCAPES["sharp_and_flat"].with_parameters(sharpness=100.0),
]


@pytest.mark.parametrize("surface", ALL_LISTED, ids=surface_id)
def test_every_saddle_that_is_found_is_listed(surface: Landscape) -> None:
    for one in stationary_points(surface):
        if one.nature is Nature.SADDLE:
            apart = [np.abs((np.array(p) - one.point) / surface.spans).max() for p in surface.saddles]
            assert min(apart, default=math.inf) < 1e-5, one.point


def test_rastrigins_lattice_is_complete() -> None:
    assert counted(LANDSCAPES["rastrigin"]) == {"minimum": 49, "saddle": 84, "maximum": 36}


ACKLEY = "20 + e - 20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)"


def test_ackleys_tip_and_its_wells_are_complete_over_a_narrow_window_and_a_wide_one() -> None:
    assert counted(LANDSCAPES["ackley"]) == {"minimum": 81, "saddle": 144, "maximum": 64}
    lowest = stationary_points(LANDSCAPES["ackley"])[0]
    assert lowest.point == (0.0, 0.0)
    assert math.isnan(lowest.condition_number)
    wide = parse_landscape(ACKLEY, window=((-5, 5), (-5, 5)))
    assert counted(wide) == {
        "minimum": 121,
        "saddle": 220,
        "maximum": 100,
    }


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x^2 + y^2", {"minimum": 1}),
        ("x^2 - y^2", {"saddle": 1}),
        ("-x^2 - 3*y^2", {"maximum": 1}),
        ("x^3 - 3*x*y^2", {"saddle": 1}),
        ("x^4 + y^4", {"minimum": 1}),
        ("x + y", {}),
        ("exp(x) + y^2", {}),
        ("x^2", {}),  # a valley has no end of them
        ("log(x) - x + y^2", {"saddle": 1}),
        ("abs(x) + y^2", {"minimum": 1}),  # a crease
    ],
)
def test_typed_surfaces(formula: str, expected: dict[str, int]) -> None:
    assert counted(parse_landscape(formula)) == expected


@pytest.mark.parametrize("kappa", [1.0, 20.0, 1000.0])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_the_condition_number_is_that_of_the_bowl(kappa: float, angle: float) -> None:
    surface = LANDSCAPES["quadratic"].with_parameters(condition_number=kappa, angle=angle)
    (bottom,) = stationary_points(surface)
    assert bottom.condition_number == pytest.approx(kappa)
    assert bottom.eigenvalues == pytest.approx((1.0, kappa))


def test_raw_units_centring_and_standardising_change_the_condition_number_as_the_lecture_says() -> None:
    """κ about 1.4·10¹⁰ raw, 2.6·10¹¹ centred, 28 standardised; off centre 8.8·10⁵ becomes 2.5."""

    def kappa(key: str, **switches: float) -> float:
        surface = LANDSCAPES[key].with_parameters(**switches)
        return float(np.linalg.cond(surface.hessian(surface.minimizers[0])))

    assert kappa("regression_raw_units") == pytest.approx(1.386e10, rel=1e-3)
    assert kappa("regression_raw_units", centre=1.0) == pytest.approx(2.64e11, rel=1e-3)
    assert kappa("regression_raw_units", standardise=1.0) == pytest.approx(28.2, rel=1e-3)
    assert kappa("regression_off_centre") == pytest.approx(8.776e5, rel=1e-3)
    assert kappa("regression_off_centre", centre=1.0) == pytest.approx(2.479, rel=1e-3)


def test_no_curvature_makes_kappa_infinite() -> None:
    (flat,) = stationary_points(make_surface(x**4 + y**4))
    assert flat.nature is Nature.MINIMUM
    assert math.isinf(flat.condition_number)


def test_marks_have_a_name_for_every_kind_once() -> None:
    assert {name: len(points) for name, points in marks(LANDSCAPES["himmelblau"]).items()} == {
        "minimum": 4,
        "saddle": 4,
        "maximum": 1,
    }
    assert set(marks(parse_landscape("x^3 - 3*x*y^2"))) == {"saddle"}
    assert set(marks(LANDSCAPES["rastrigin"])) == {
        "minimum",
        "local minimum",
    }  # the lattice would hide the map
    bumpy = make_surface(sp.cos(x) + sp.cos(y), window=((-4.0, 4.0), (-4.0, 4.0)))
    assert {name: len(points) for name, points in marks(bumpy).items()} == {
        "minimum": 4,
        "saddle": 4,
        "maximum": 1,
    }
