"""The training of two networks under a hand: both paths follow, without a word to the server."""

from collections.abc import Callable

import pytest

from browser.stage import LabPage
from charts import LIGHT
from ui.labs import LABS
from ui.labs.real_networks import pair
from ui.scenario import opening_of

LAB = LABS["real_networks"]
COLOR = LIGHT.runs[0].color.upper()
QUERY = {"landscape": "network_slice", "depth": "1", "plane": "1", "trained": "300"}


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key, QUERY)


def heads_are_there(stage: LabPage, step: float) -> None:
    """Whether both paths have come to the point of this training step, and no further."""
    s = opening_of(LAB).with_parameter("plane", 1.0)
    for name, (_, one) in zip(("plain", "skips"), pair(s), strict=True):
        area, at = stage.area(name), round(step / 10)
        now, later = (area.at(*map(float, one.path.points[k])) for k in (at, 120))
        assert at < 100
        assert stage.colors([now, later], name) == [COLOR, ""]


def test_both_paths_follow_the_slider(stage: LabPage) -> None:
    heads_are_there(stage, 300)
    thumb = stage.page.get_by_role("slider", name="Training step")
    box = thumb.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = stage.page.mouse
    mouse.move(x, y)
    mouse.down()
    for by in (-40, -80, 60):
        with stage.changes("hand"):
            mouse.move(x + by, y)
        heads_are_there(stage, stage.hand["own.trained"])
    assert stage.sent == []
    mouse.up()
    stage.settled()
    assert stage.sent


def test_a_point_of_the_path_is_chosen_on_the_map(stage: LabPage) -> None:
    one = pair(opening_of(LAB).with_parameter("plane", 1.0))[1][1]
    with stage.changes("link"):
        stage.page.mouse.click(*stage.area("skips").at(*map(float, one.path.points[0])))
    stage.settled()
    assert "trained=0" in stage.link
    heads_are_there(stage, 0)
    assert "at step 0 " in stage.page.locator("p.told").first.inner_text()
