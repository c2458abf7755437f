"""The Rules page in a browser, and the trace that a schedule adds to the playground."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.stage import Stage
from charts import LIGHT
from optimizers import OPTIMIZERS
from ui.scenario import Entry


def test_the_rules_page_opens_first_and_leads_to_the_playground(first_page: Callable[[str], Page]) -> None:
    page = first_page("rules")
    pictures = page.locator("figure.run img")
    expect(pictures).to_have_count(len(OPTIMIZERS))
    expect(page.get_by_role("heading", name="Letters")).to_be_visible()
    assert pictures.evaluate_all("all => all.every(img => img.complete && img.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    adam = page.locator("figure.run", has_text=re.compile("^Adam on"))
    adam.get_by_role("link", name="Open in the playground").click()
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0")
    assert stage.scenario.entries == (Entry("A", OPTIMIZERS["adam"]()),)
    page.get_by_role("link", name="Rules").click()
    expect(page.get_by_role("heading", name="Nelder–Mead")).to_be_visible()


def test_a_schedule_brings_its_trace_and_takes_it_away(visit: Visit) -> None:
    stage = visit("A=adam&A.learning_rate=0.2&A.schedule=cosine&B=momentum&B.learning_rate=0.0005")
    rate = stage.page.get_by_role("img", name="Learning rate against step")
    expect(rate).to_be_visible()
    assert stage.count(LIGHT.colors[0], "rate") > 100
    assert stage.page.evaluate("document.querySelector('.stage').scrollHeight <= innerHeight")
    with stage.repaints():
        stage.choose_rule("A", "Nelder–Mead")
    expect(rate).to_be_hidden()
