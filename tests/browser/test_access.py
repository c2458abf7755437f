"""axe-core finds nothing serious on any page, in light and in dark, on a screen and on a phone."""

from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Take, Visit
from browser.pages import SCREEN
from browser.stage import Stage, rgb
from charts import DARK, LIGHT

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map(({ html, any }) =>
    html.slice(0, 160) + " " + (any[0]?.message ?? "")).join(" | ")}`)"""
SIZES = {"screen": SCREEN, "phone": {"width": 390, "height": 844}}


SCROLLERS_ARE_OPEN = """() => document.fonts.status === "loaded" &&
  [...document.querySelectorAll(".katex-display")].every(e => e.tabIndex === 0 ||
    (e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight))"""


def serious(page: Page) -> list[str]:
    page.wait_for_function(SCROLLERS_ARE_OPEN)
    page.evaluate(AXE)
    return page.evaluate(RUN)


def nothing_serious(page: Page) -> None:
    """In light, nor in dark."""
    app = page.get_by_test_id("stApp")
    for scheme, look in (("light", LIGHT), ("dark", DARK)):
        page.emulate_media(color_scheme=scheme)
        expect(app).to_have_css("background-color", rgb(look.paper))
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        assert serious(page) == [], scheme


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["playground", "scenes", "surfaces", "rules"])
def test_nothing_serious(take: Take, server: str, name: str, size: str) -> None:
    page = take(viewport=SIZES[size])
    if name == "playground":
        page.goto(f"{server}?landscape=line_fit&A=gradient_descent&A.learning_rate=5&B=adam&steps=x")
        Stage(page).wait("Number(d.painted) > 0")
    else:
        page.goto(f"{server}{name}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.get_by_role("heading").last).to_be_visible()
    nothing_serious(page)


def test_an_open_menu_and_a_refusal_have_nothing_serious_either(visit: Visit) -> None:
    stage = visit()
    stage.type(stage.field("Start x"), "abc")
    expect(stage.refusal).to_be_visible()
    stage.open_settings("B")
    opened = stage.page.get_by_role("combobox", name="Rule of run B")
    expect(opened).to_be_visible()
    nothing_serious(stage.page)
    expect(opened).to_be_visible()
    expect(stage.refusal).to_be_visible()


def test_derivatives_and_the_third_dimension_have_nothing_serious(visit: Visit) -> None:
    page = visit("landscape=himmelblau").page
    page.get_by_text("Formula, derivatives, facts").click()
    expect(page.get_by_role("cell", name="Maximum").first).to_be_visible()
    assert serious(page) == []
