"""The curve under the hand: steps, tangent, start and fates follow it without a word to the server."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import expect

from browser.stage import LabPage
from charts import LIGHT, exact, number
from charts.labs.basins import rgb
from charts.labs.line import fate_colors
from optimizers import run
from optimizers.studies.line import fates, valleys
from ui.labs import LABS
from ui.labs.on_a_line import CURVES, chosen
from ui.link import decode, encode
from ui.scenario import Place, Scenario, opening_of

LAB = LABS["on_a_line"]
WELLS = chosen(opening_of(LAB), list(CURVES)[3])
BLUE = "#0072B2"


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key, encode(WELLS, short=False), color_scheme="light")


def there(stage: LabPage) -> Scenario:
    scenario, notices = decode(dict(parse_qsl(stage.link)), LAB)
    assert notices == []
    return scenario


def height(s: Scenario, x: float) -> float:
    return float(s.surface.value((x, 0.0)))


def head_is_there(stage: LabPage, s: Scenario) -> None:
    """Whether the head stands on the curve where Python's run ends."""
    x = run(s.surface, s.entries[0].rule, s.start, s.steps).points[-1, 0]
    (color,) = stage.colors([stage.area("curve").at(x, height(s, x))], "curve")
    assert np.abs(rgb(color) - rgb(BLUE)).max() <= 3, color


def fates_are_there(stage: LabPage, s: Scenario, count: int) -> None:
    """Whether the line of fates has Python's colours at the middles of so many cells."""
    area = stage.area("curve")
    found = fates(s.surface, s.entries[0].rule, s.steps, count=count)
    palette = fate_colors(len(valleys(s.surface)), LIGHT)
    alone = [i for i in range(1, count - 1) if len(set(found.codes[i - 1 : i + 2].tolist())) == 1]
    top = area.top + area.height - 14  # above the numbers
    places = [(area.at(found.starts[i], 0.0)[0], top) for i in alone]
    assert len(alone) > count / 3
    seen, wanted = stage.colors(places, "curve"), [palette[found.codes[i]].upper() for i in alone]
    # Where neighbours part, the last digit of a cosine decides.
    assert sum(a == b for a, b in zip(seen, wanted, strict=True)) > 0.98 * len(alone)


def test_the_pointer_is_told_of_steps_and_fates(stage: LabPage) -> None:
    area, now = stage.area("curve"), there(stage)
    t = run(now.surface, now.entries[0].rule, now.start, now.steps)
    stage.page.mouse.move(*area.at(t.points[1, 0], height(now, t.points[1, 0])))
    expect(stage.tip).to_contain_text("step 1")
    expect(stage.tip).to_contain_text(f"x = {number(t.points[1, 0])}")
    expect(stage.tip).to_contain_text(f"f′ = {number(t.gradients[1, 0])}")
    left, _ = area.at(valleys(now.surface)[1].minimum, 0.0)
    stage.page.mouse.move(left, area.top + area.height - 6)
    expect(stage.tip).to_contain_text("reaches minimum 2")


def test_the_tangent_touches_at_the_step_that_is_shown(stage: LabPage) -> None:
    with stage.changes_step():
        stage.scrub.fill("0")
    area, now = stage.area("curve"), there(stage)
    x, _ = now.start
    slope = float(now.surface.gradient((x, 0.0))[0])
    right, up = area.pixel
    # Dashes of 7 pixels and gaps of 4: of a stretch beyond the start's ring some are opaque.
    along = np.arange(30.0, 80.0) / np.hypot(1.0, slope * right / up)
    on = [area.at(x - s * right, height(now, x) - s * right * slope) for s in along]
    colors = stage.colors(on, "curve")
    assert colors.count(BLUE) > 0.2 * len(colors)
    with stage.changes_step():
        stage.scrub.fill(str(now.steps))


def test_the_rate_under_the_hand_moves_steps_and_fates(stage: LabPage) -> None:
    now = there(stage)
    fates_are_there(stage, now, 300)
    thumb = stage.rates.first.bounding_box()
    assert thumb is not None
    mouse, y = stage.page.mouse, thumb["y"] + thumb["height"] / 2
    x = thumb["x"] + thumb["width"] / 2
    mouse.move(x, y)
    mouse.down()
    seen = set()
    for pixels in (14, 27, 41, 54):
        with stage.changes("hand"):
            mouse.move(x + pixels, y)
        rate = stage.hand["A.rule.learning_rate"]
        seen.add(rate)
        moved = now.with_setting("A", "learning_rate", rate)
        head_is_there(stage, moved)
        fates_are_there(stage, moved, 150)
    assert len(seen) == 4
    assert stage.sent == []
    mouse.up()
    stage.wait("d.hand === '' && Number(new URLSearchParams(d.link).get('A.learning_rate')) === v[0]", rate)
    stage.settled()
    fates_are_there(stage, moved, 300)


def test_the_start_is_dragged_along_the_curve(stage: LabPage) -> None:
    area, now = stage.area("curve"), there(stage)
    mouse = stage.page.mouse
    mouse.move(*area.at(4.0, 2.5))
    mouse.down()
    for to in (2.9, 0.5, -3.5):
        with stage.changes("start"):
            mouse.move(*area.at(to, 2.5))
        x, y = stage.start
        assert x == pytest.approx(to, abs=area.pixel[0])
        assert y == 0.0
        moved = now.with_number(Place("x"), x)
        head_is_there(stage, moved)
        fates_are_there(stage, moved, 300)
    assert stage.sent == []
    mouse.up()
    stage.wait("d.hand === '' && Number(new URLSearchParams(d.link).get('x')) === v[0]", x)
    assert len(stage.sent) == 1
    stage.settled()
    expect(stage.field("Start x")).to_have_value(exact(x))


def test_arrow_keys_move_the_start_and_enter_takes_it(stage: LabPage) -> None:
    panel, now = stage.root.locator(".panel.curve"), there(stage)
    panel.focus()
    with stage.changes("start"):
        panel.press("ArrowLeft")
    assert stage.start[0] == pytest.approx(now.start[0] - 0.1)
    with stage.changes("start"):
        panel.press("Escape")
    assert stage.start == now.start
    with stage.changes("start"):
        panel.press("ArrowRight")
    with stage.changes_link():
        panel.press("Enter")
    stage.settled()
    assert stage.start[0] == pytest.approx(now.start[0] + 0.1)


def test_long_runs_are_made_from_fewer_starts_while_the_hand_moves(stage: LabPage) -> None:
    for field, text in ((stage.rate_field("A"), "0.2"), (stage.field("Steps"), "200")):
        with stage.changes_link():
            stage.type(field, text)
        stage.settled()
    now = there(stage)
    assert (now.steps, now.entries[0].rule.settings["learning_rate"]) == (200, 0.2)
    panel = stage.root.locator(".panel.factor")
    panel.focus()
    for _ in range(2):  # beyond 2/λ
        with stage.changes("hand"):
            panel.press("ArrowRight")
    rate = stage.hand["A.rule.learning_rate"]
    assert rate > now.entries[0].rule.settings["learning_rate"]
    fates_are_there(stage, now.with_setting("A", "learning_rate", rate), 30)
    panel.press("Escape")
