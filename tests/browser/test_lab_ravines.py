"""κ and the angle under the hand: map, paths and both cursors follow without a word to the server."""

from collections.abc import Callable

import pytest

from browser.stage import LabPage
from optimizers import run
from ui.labs import LABS
from ui.labs.ravines import KAPPAS
from ui.scenario import opening_of

LAB = LABS["ravines"]
ORANGE = "#D55E00"


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    page = lab_page(LAB.key)
    return page


def cursor(stage: LabPage, panel: str) -> float:
    """Where the upright line of a panel stands, in the page's pixels."""
    area = stage.area(panel)
    y = area.top + area.height * 0.31
    columns = [area.left + i for i in range(int(area.width) + 1)]
    dark = [x for x, c in zip(columns, stage.colors([(x, y) for x in columns], panel), strict=True) if c]
    return sum(dark) / len(dark)


def test_a_pointer_on_the_curve_moves_kappa(stage: LabPage) -> None:
    with stage.changes_step():
        stage.scrub.fill("3")  # where the heads lie apart
    stage.sent.clear()
    area = stage.area("condition_number")
    y, mouse = area.top + area.height / 2, stage.page.mouse
    mouse.move(area.left + 0.5 * area.width, y)
    mouse.down()
    seen = set()
    for share in (0.4, 0.3, 0.2):
        with stage.changes("hand"):
            mouse.move(area.left + share * area.width, y)
        kappa = stage.hand["surface.condition_number"]
        assert kappa in KAPPAS
        s = opening_of(LAB).with_parameter("condition_number", kappa)
        ball = run(s.surface, s.entry("B").rule, s.start, s.steps)
        assert stage.colors([stage.area().at(*ball.points[3])]) == [ORANGE]
        assert abs(cursor(stage, "condition_number") - (area.left + share * area.width)) < 12
        seen.add(kappa)
    assert len(seen) == 3
    assert stage.sent == []
    # The curves against the angle were counted at another κ.
    assert stage.root.locator(".panel.angle .plot").evaluate("e => e.style.opacity") == "0.35"
    assert stage.root.locator(".panel.condition_number .plot").evaluate("e => e.style.opacity") == "1"
    mouse.up()
    stage.wait("d.hand === '' && new URLSearchParams(d.link).get('condition_number') === v[0]", f"{kappa!r}")
    stage.settled()
    stage.page.wait_for_function("document.querySelector('.panel.angle .plot').style.opacity === '1'")


def test_the_slider_turns_the_surface(stage: LabPage) -> None:
    stage.sent.clear()
    slider = stage.page.get_by_role("slider", name="Angle θ")
    slider.focus()
    before = cursor(stage, "angle")
    with stage.changes("hand"):
        slider.press("ArrowRight")
    assert stage.hand["surface.angle"] > 0
    assert cursor(stage, "angle") > before
    stage.settled()
    assert stage.scenario.surface.settings["angle"] > 0


def test_all_rules_are_counted_on_the_page(stage: LabPage) -> None:
    stage.page.get_by_text("Count the steps of all rules").click()
    stage.page.get_by_role("cell", name="Nelder–Mead").wait_for()
