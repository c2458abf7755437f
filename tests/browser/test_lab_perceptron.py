"""The spoiler under a pointer: lines and counts follow in the browser, without a word to the server."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import numpy as np
import pytest

from browser.stage import LabPage
from charts import LIGHT
from optimizers import run
from optimizers.studies.perceptron import LEVEL, examples, perceptron
from ui.labs import LABS
from ui.link import decode
from ui.scenario import opening_of

LAB = LABS["perceptron"]
BACKPROP, PERCEPTRON = LIGHT.runs[0].color, LIGHT.runs[-1].color


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def at_distance(t: float):
    return opening_of(LAB).with_parameter("distance", t)


def line_is_there(stage: LabPage, w1: float, w2: float, b: float, color: str) -> None:
    """Whether the line w₁x + w₂y + b = 0 is drawn in this colour in the plane, but for dashes."""
    area = stage.area("plane")
    crossed = [(x, -(w1 * x + b) / w2) for x in np.linspace(-2.9, 2.9, 200)]
    points = [area.at(x, y) for x, y in crossed if area.y[0] + 0.5 < y < area.y[1] - 0.5]
    colors = stage.colors(points, "plane")
    assert colors.count(color.upper()) > 0.4 * len(points) > 10


def distance(stage: LabPage) -> float:
    return decode(dict(parse_qsl(stage.link)), LAB)[0].surface.settings["distance"]


def backprop_is_there(stage: LabPage, t: float, step: int) -> None:
    s = at_distance(t)
    w2, b = map(float, run(s.surface, s.entries[0].rule, s.start, s.steps).points[step])
    line_is_there(stage, LEVEL, w2, b, BACKPROP)


def test_the_spoiler_is_dragged_and_every_line_follows(stage: LabPage) -> None:
    area = stage.area("plane")
    mouse = stage.page.mouse
    mouse.move(*area.at(0.0, -8.0))
    mouse.down()
    for t in (6.0, 5.0, 4.0, 3.5):
        with stage.changes("hand"):
            mouse.move(*area.at(0.0, -t))
        assert stage.hand["surface.distance"] == t
    backprop_is_there(stage, 3.5, 1000)
    w1, w2, b = perceptron(*examples(3.5)).weights[-1]
    line_is_there(stage, w1, w2, b, PERCEPTRON)
    assert stage.sent == []
    mouse.up()
    stage.settles_at(distance="3.5")
    stage.settled()
    told = stage.page.locator("p.told").all_inner_texts()
    assert "0 of 4 wrong" in told[1]
    assert stage.sent


def test_the_line_is_that_of_the_step_shown(stage: LabPage) -> None:
    t = distance(stage)
    with stage.changes("step"):
        stage.root.locator(".scrub").fill("3")
    backprop_is_there(stage, t, 3)


def test_the_slider_and_the_curve_of_updates_move_the_same_spoiler(stage: LabPage) -> None:
    slider = stage.page.get_by_role("slider", name="Distance t of the spoiler")
    slider.focus()
    with stage.changes("link"):
        slider.press("ArrowRight")
    stage.settled()
    assert distance(stage) == 8.5
    area = stage.area("updates")
    with stage.changes("link"):
        stage.page.mouse.click(area.left + area.width * 0.7, area.top + area.height / 2)
    stage.settled()
    assert distance(stage) > 10.0
    panel = stage.root.locator(".panel.plane")
    panel.focus()
    t = distance(stage)
    with stage.changes("hand"):
        panel.press("ArrowUp")
    assert stage.hand["surface.distance"] == t - 0.5
    panel.press("Escape")
    stage.wait("d.hand === ''")
