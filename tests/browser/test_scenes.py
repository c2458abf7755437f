"""Scenes in a real browser: opened by one click, predicted before they are seen, named in the address."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from browser.conftest import Take, Visit
from browser.pages import PHONE
from browser.stage import Stage
from browser.test_access import serious
from charts import LIGHT
from ui.link import opened
from ui.scenes import SCENES, TOPICS
from ui.stage import HIDDEN

SCENE = SCENES["closing_picture"]


def test_a_scene_is_opened_by_a_click_predicted_and_shown(take: Take, server: str) -> None:
    page = take()
    page.goto(server)
    page.get_by_role("link", name="Scenes", exact=True).click()
    expect(page).to_have_title("Scenes · Descent Lab")
    page.get_by_role("radio", name=TOPICS[1]).click()
    expect(page.get_by_role("link", name="Just below the limit", exact=True)).to_be_visible()
    page.get_by_role("radio", name=TOPICS[0]).click()
    expect(page.locator("figure.run img")).to_have_count(sum(s.topic == TOPICS[0] for s in SCENES.values()))
    assert serious(page) == []
    page.get_by_role("link", name=SCENE.title, exact=True).click()
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0")
    assert parse_qs(urlsplit(page.url).query) == {"scene": [SCENE.key]}
    assert stage.scenario == opened(SCENE)
    bar = page.locator("p.scene")
    expect(bar).to_contain_text(SCENE.title)
    for box in (stage.root.locator(".map").bounding_box(), stage.rates.first.bounding_box()):
        assert box is not None
        assert box["y"] + box["height"] <= 800
    assert stage.count(LIGHT.runs[0].color) > 50

    with stage.changes_link():  # the runs are hidden
        page.get_by_text("Predict first", exact=True).click()
    stage.wait("d.link.includes('predict=1')")
    assert all(stage.count(style.color) == 0 for style in LIGHT.runs[:5])
    assert all(stage.count(style.color, "loss") == 0 for style in LIGHT.runs[:5])
    expect(stage.root.locator(".map").first).to_have_attribute("aria-label", re.compile(re.escape(HIDDEN)))
    expect(page.locator("p.verdict").first).to_have_text("Hidden.")
    with stage.changes("painted"):
        page.get_by_text("None of them", exact=True).click()
    expect(bar).to_contain_text("No: D is first, at step")
    assert stage.count(LIGHT.runs[0].color) > 50
    with stage.changes_link():
        page.get_by_role("button", name="Next scene").click()
    following = list(SCENES)[list(SCENES).index(SCENE.key) + 1]
    assert parse_qs(urlsplit(page.url).query) == {"scene": [following], "predict": ["1"]}


def test_a_changed_scene_leads_back_on_a_phone(visit: Visit) -> None:
    stage = visit(f"scene={SCENE.key}", **PHONE)
    page = stage.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    expect(page.get_by_role("button", name="Back to the scene")).to_be_enabled()
    assert parse_qs(urlsplit(page.url).query)["scene"] == [SCENE.key]
    with stage.changes_link():
        page.get_by_role("button", name="Back to the scene").click()
    assert stage.scenario == opened(SCENE)
    expect(page.get_by_role("button", name="Why?")).to_be_visible()
