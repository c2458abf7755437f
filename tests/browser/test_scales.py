"""The shape of the map: a unit is as long upwards as across, so circles are round and gradients square."""

import math
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.pages import PHONE
from browser.stage import Stage
from charts import equal_scales
from landscapes import LANDSCAPES

SIZES = {"laptop": (1280, 800), "projector": (1920, 1080), "phone": (390, 844)}
# Points of a drawn contour on the page, from the middle of its length on.
CONTOURS = """() => [...document.querySelectorAll(
    ".stage .map .contourlines path, .stage .map path.contourline"
  )].map((path) => {
    const matrix = path.getScreenCTM(), length = path.getTotalLength();
    return Array.from({ length: 64 }, (_, i) => {
      const { x, y } = path.getPointAtLength((length * i) / 64).matrixTransform(matrix);
      return [x, y];
    });
  })"""


def sized(visit: Visit, query: str, size: str) -> Stage:
    width, height = SIZES[size]
    return visit(query, viewport={"width": width, "height": height})


def scales(stage: Stage) -> tuple[float, float]:
    """Pixels per unit along x and along y."""
    right, up = stage.area().pixel
    return 1 / right, 1 / up


def drawn_contours(stage: Stage) -> list[np.ndarray]:
    return [np.array(points) for points in stage.page.evaluate(CONTOURS)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["line_fit", "six_hump_camel", "rosenbrock"])
def test_a_unit_is_as_long_upwards_as_across(visit: Visit, key: str, size: str) -> None:
    stage = sized(visit, f"landscape={key}", size)
    across, upwards = scales(stage)
    assert across == pytest.approx(upwards, rel=0.01)
    shown = stage.area()[4:]
    for (lo, hi), (a, b) in zip(shown, LANDSCAPES[key].window, strict=True):
        assert lo <= a + 1e-9 < b - 1e-9 <= hi  # the whole window is in it
    expect(stage.root.get_by_text("axes scaled")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_the_contours_of_a_round_bowl_are_circles(visit: Visit, size: str) -> None:
    stage = sized(visit, "landscape=quadratic&condition_number=1", size)
    centre = np.array(stage.area().at(0.0, 0.0))
    closed = 0
    for points in drawn_contours(stage):
        radii = np.linalg.norm(points - centre, axis=-1)
        if np.ptp(points, axis=0).min() > 1.8 * radii.mean():  # not cut off at an edge
            assert np.ptp(radii) < 0.02 * radii.mean() + 0.5
            closed += 1
    assert closed >= 4


@pytest.mark.parametrize("size", SIZES)
def test_the_gradient_stands_square_on_its_contour(visit: Visit, size: str) -> None:
    stage = sized(visit, "landscape=quadratic&condition_number=4&angle=30", size)
    surface, area = stage.scenario.surface, stage.area()
    angles = []
    for points in drawn_contours(stage):
        along = points[2:] - points[:-2]
        for (px, py), (right, down) in zip(points[1:-1], along, strict=True):
            inside = area.left + 9 < px < area.left + area.width - 9
            if (
                not inside
                or not area.top + 9 < py < area.top + area.height - 9
                or math.hypot(right, down) < 8
            ):
                continue
            g = surface.gradient(area.data(px, py))
            # As it is drawn: right, and down the page.
            turn = math.atan2(-g[1], g[0]) - math.atan2(down, right)
            angles.append(abs(math.degrees(math.asin(math.cos(turn)))))
    assert len(angles) > 100
    assert np.quantile(angles, 0.9) < 3.0  # degrees from a right angle


def test_the_scales_stay_equal_through_zoom_resize_and_reset(stage: Stage) -> None:
    view = stage.area()
    stage.zoom(view.share(0.3, 0.4))
    across, upwards = scales(stage)
    assert across == pytest.approx(upwards, rel=1e-3)
    with stage.changes_view():
        stage.button("Reset view").click()
    assert stage.area() == view
    with stage.repaints():
        stage.page.set_viewport_size({"width": 1000, "height": 800})
    stage.wait("document.querySelector('.stage .map .plot')._fullLayout.width < v[0]", view.width)
    across, upwards = scales(stage)
    assert across == pytest.approx(upwards, rel=0.01)


def test_axes_of_different_units_are_called_scaled(visit: Visit) -> None:
    for key in ("regression_raw_units",):
        assert not equal_scales(LANDSCAPES[key])
        stage = visit(f"landscape={key}")
        note = stage.root.locator(".map").get_by_text("axes scaled")
        expect(note).to_be_visible()
        assert tuple(map(tuple, stage.area()[4:])) == LANDSCAPES[key].window


@pytest.mark.parametrize("device", [{}, PHONE], ids=["screen", "phone"])
def test_a_legend_of_what_is_in_view_is_always_there(visit: Visit, device: dict[str, Any]) -> None:
    stage = visit("landscape=himmelblau&A=adam&A.learning_rate=0.1", **device)
    signs = stage.root.get_by_role("list", name="Signs on the map").get_by_role("listitem")
    for name in ("minimum", "saddle", "maximum", "start"):
        expect(signs.get_by_text(name, exact=True)).to_be_in_viewport()
    expect(signs.get_by_text("local minimum")).to_have_count(0)


def test_local_minima_are_told_from_the_others_in_the_legend(visit: Visit) -> None:
    stage = visit("landscape=six_hump_camel&A=adam&A.learning_rate=0.1")
    expect(stage.root.get_by_text("local minimum")).to_be_visible()


def test_the_legend_follows_the_view(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&A=adam&A.learning_rate=0.1")
    signs = stage.root.get_by_role("list", name="Signs on the map")
    expect(signs.get_by_text("maximum", exact=True)).to_be_visible()
    area = stage.area()
    stage.zoom((round(area.at(3.0, 2.0)[0]), round(area.at(3.0, 2.0)[1])), notches=12)
    expect(signs.get_by_text("minimum", exact=True)).to_be_visible()
    for gone in ("maximum", "start"):
        expect(signs.get_by_text(gone, exact=True)).to_have_count(0)
