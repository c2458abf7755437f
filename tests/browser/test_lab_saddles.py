"""The distance from the ridge under the hand: every run follows it, down to exactly 0."""

import math
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from browser.stage import LabPage
from charts import LIGHT
from optimizers import run
from ui.labs import LABS
from ui.labs.saddles import DISTANCES
from ui.link import decode, encode
from ui.scenario import Place, Scenario, opening_of

LAB = LABS["saddles"]


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key, encode(opening_of(LAB), short=False), color_scheme="light")


def there(stage: LabPage) -> Scenario:
    scenario, notices = decode(dict(parse_qsl(stage.link)), LAB)
    assert notices == []
    return scenario


def runs_are_there(stage: LabPage, s: Scenario) -> None:
    """Whether the heads that no later one covers stand where Python's runs are at the step that is shown."""
    step, area = stage.step, stage.area()
    heads = [area.at(*run(s.surface, e.rule, s.start, s.steps).points[step]) for e in s.entries]
    for i, (color, head) in enumerate(zip(stage.colors(heads), heads, strict=True)):
        if all(math.dist(head, later) > 16.0 for later in heads[i + 1 :]):
            assert color == LIGHT.colors[i].upper()


def test_the_slider_moves_all_runs_without_a_message_and_reaches_zero(stage: LabPage) -> None:
    with stage.changes_step():
        stage.scrub.fill("60")
    slider = stage.page.get_by_test_id("stMain").get_by_role("slider").first
    slider.focus()
    now = there(stage)
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = stage.page.mouse
    mouse.move(x, y)
    mouse.down()
    seen = []
    for pixels in (150, 300, -200, -700):
        with stage.changes("start"):
            mouse.move(x + pixels, y)
        seen.append(stage.start[1])
        runs_are_there(stage, now.with_number(Place("y"), seen[-1]))
    assert stage.sent == []
    assert set(seen) <= {0.0, *DISTANCES}
    assert seen[0] < seen[1]
    assert seen[-1] == 0.0  # all stand on the ridge
    mouse.up()
    stage.wait("d.hand === '' && Number(new URLSearchParams(d.link).get('y')) === v[0]", 0)
    stage.settled()
    stuck = stage.page.locator('p.verdict[data-slot="A"]')
    assert "y is still exactly 0" in (stuck.text_content() or "")


def test_the_curve_of_escapes_sets_the_distance(stage: LabPage) -> None:
    area, now = stage.area("escape"), there(stage)
    mouse, y = stage.page.mouse, area.top + area.height / 2
    mouse.move(area.at(-6.3, 0.0)[0], y)
    mouse.down()
    for power in (-6.0, -3.0):
        with stage.changes("start"):
            mouse.move(area.at(power, 0.0)[0], y)
        assert stage.start == pytest.approx((-1.5, 10.0**power))
        runs_are_there(stage, now.with_number(Place("y"), 10.0**power))
    assert stage.sent == []
    with stage.changes_link():
        mouse.up()
    stage.settled()
    assert len(stage.sent) == 1
    assert there(stage).start == (-1.5, 1e-3)


def test_what_the_curve_was_computed_for_is_seen(stage: LabPage) -> None:
    plot = stage.root.locator(".panel.escape .plot")
    assert plot.evaluate("e => e.style.opacity") == "1"
    area = stage.area()
    stage.page.mouse.move(*area.at(-1.5, 1e-3))
    stage.page.mouse.down()
    with stage.changes("start"):
        stage.page.mouse.move(*area.at(-1.0, 0.5), steps=3)
    stage.page.mouse.up()
    stage.settled()
    stage.page.wait_for_function("document.querySelector('.panel.escape .plot').style.opacity === '1'")
    assert there(stage).start == pytest.approx((-1.0, 0.5), abs=2.0 * max(area.pixel))
