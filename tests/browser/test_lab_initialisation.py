"""The scale of the weights under a hand: what the server makes of it is shown while it moves."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from browser.stage import LabPage
from ui.labs import LABS
from ui.labs.initialisation import GAINS
from ui.link import decode

LAB = LABS["initialisation"]

_NAMES = """() => document.querySelector("section.stage .panel.spread .plot").data.map((t) => t.name)"""


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def scale(stage: LabPage) -> float:
    return float(decode(dict(parse_qsl(stage.link)), LAB)[0].settings["scale"])


def drawn(stage: LabPage) -> str:
    """The name of the line of the scale that is set."""
    (name,) = [name for name in stage.page.evaluate(_NAMES) if name.startswith("n Var(W)")]
    return name


def test_layers_are_computed_anew_while_the_slider_is_down(stage: LabPage) -> None:
    thumb = stage.page.get_by_test_id("stMain").get_by_role("slider").first
    box = thumb.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = stage.page.mouse
    mouse.move(x, y)
    mouse.down()
    seen = set()
    for by in (60, 120, 180):
        with stage.changes("link"):
            mouse.move(x + by, y)
        seen.add(scale(stage))
    assert len(seen) == 3
    assert seen < set(GAINS)
    mouse.up()
    stage.settled()
    assert drawn(stage) == f"n Var(W) = {scale(stage):g}"
    assert f"n Var(W) = {scale(stage):g}" in stage.page.locator("p.told").first.inner_text()


def test_a_scale_is_chosen_on_its_curve(stage: LabPage) -> None:
    area = stage.area("last")
    with stage.changes("link"):
        stage.page.mouse.click(area.left + 0.2 * area.width, area.top + area.height / 2)
    stage.settled()
    assert scale(stage) in GAINS
    assert scale(stage) < 0.5
    assert drawn(stage) == f"n Var(W) = {scale(stage):g}"


def test_a_deeper_net_is_computed_for_every_start(stage: LabPage) -> None:
    before = stage.area("spread").x
    slider = stage.page.get_by_role("slider", name="Layers L")
    slider.focus()
    with stage.changes("link"):
        slider.press("ArrowRight")
    stage.settled()
    assert stage.area("spread").x[1] > before[1]
