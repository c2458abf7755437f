"""The scrubber through the rates: path, trace and the place on the curve, without a word to the server."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.stage import LabPage
from charts import exact
from optimizers import run
from ui.labs import LABS
from ui.labs.learning_rate import RATES
from ui.scenario import opening_of

LAB = LABS["learning_rate"]


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def head_is_there(stage: LabPage, rate: float) -> None:
    """Whether the run's head stands on the map where Python's run at this rate ends."""
    s = opening_of(LAB).with_setting("A", "learning_rate", rate)
    (entry,) = s.entries
    t = run(s.surface, entry.rule, s.start, s.steps)
    head = stage.area().at(*t.points[-1])
    assert stage.colors([head]) == ["#0072B2"]


def test_the_scrubber_on_the_curve_repaints_without_a_message(stage: LabPage) -> None:
    area = stage.area("rates")
    y = area.top + area.height / 2
    mouse = stage.page.mouse
    mouse.move(area.left + 0.4 * area.width, y)
    mouse.down()
    seen = set()
    for share in (0.45, 0.5, 0.55, 0.6):
        with stage.changes("hand"):
            mouse.move(area.left + share * area.width, y)
        rate = stage.hand["A.rule.learning_rate"]
        assert rate in RATES
        head_is_there(stage, rate)
        seen.add(rate)
    assert len(seen) == 4
    assert stage.sent == []
    mouse.up()
    stage.wait("d.hand === '' && new URLSearchParams(d.link).get('A.learning_rate') === v[0]", f"{rate!r}")
    assert len(stage.sent) == 1
    stage.settled()
    field = stage.page.locator('[class*="st-key-A-learning_rate"]').get_by_role("textbox")
    expect(field).to_have_value(exact(rate))


def test_arrow_keys_move_along_the_curve(stage: LabPage) -> None:
    panel = stage.root.locator(".panel.rates")
    panel.focus()
    with stage.changes("hand"):
        panel.press("ArrowRight")
    rate = stage.hand["A.rule.learning_rate"]
    assert rate == RATES[RATES.index(0.05) + 1]
    head_is_there(stage, rate)
    assert stage.sent == []
    with stage.changes("link"):
        panel.press("Enter")
    stage.settled()


def test_what_the_curve_was_computed_for_is_seen(stage: LabPage) -> None:
    plot = stage.root.locator(".panel.rates .plot")
    assert plot.evaluate("e => e.style.opacity") == "1"
    area = stage.area()
    stage.page.mouse.move(*area.at(-2.5, 1.5))
    stage.page.mouse.down()
    with stage.changes("hand"):
        stage.page.mouse.move(*area.at(-1.0, 1.0), steps=3)
    assert plot.evaluate("e => e.style.opacity") == "0.35"
    stage.page.mouse.up()
    stage.settled()
    stage.page.wait_for_function("document.querySelector('.panel.rates .plot').style.opacity === '1'")
