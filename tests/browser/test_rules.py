"""The Rules page in a browser, and the trace that a schedule adds to the playground."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from browser.conftest import SCREEN, Visit, serving, watch
from browser.stage import Stage
from charts import LIGHT
from optimizers import OPTIMIZERS
from ui.scenario import Entry

MISSING = "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
PROBES = ("_stcore/health", "_stcore/host-config")
"""Streamlit looks for its server under the page's own path first."""


def test_the_rules_page_opens_first_and_leads_to_the_playground(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    """As the first thing that a new server is asked for, too."""
    log = tmp_path / "log"
    with serving(log) as address, browser.new_context(viewport=SCREEN) as context:
        watch(context, complaints)
        missing: list[str] = []
        context.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
        page = context.new_page()
        page.goto(f"{address}rules", wait_until="commit")
        pictures = page.locator("figure.run img")
        expect(pictures).to_have_count(len(OPTIMIZERS), timeout=30_000)
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
        assert "Traceback" not in log.read_text()
    assert {url.removeprefix(f"{address}rules/") for url in missing} == set(PROBES)
    assert [complaint for complaint in complaints if complaint != MISSING] == []


def test_a_schedule_brings_its_trace_and_takes_it_away(visit: Visit) -> None:
    stage = visit("A=adam&A.learning_rate=0.2&A.schedule=cosine&B=momentum&B.learning_rate=0.0005")
    rate = stage.page.get_by_role("img", name="Learning rate against step")
    expect(rate).to_be_visible()
    assert stage.count(LIGHT.colors[0], "rate") > 100
    assert stage.page.evaluate("document.querySelector('.stage').scrollHeight <= innerHeight")
    with stage.repaints():
        stage.choose_rule("A", "Nelder–Mead")
    expect(rate).to_be_hidden()
