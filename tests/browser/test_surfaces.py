"""The gallery in a browser, surfaces from data in the playground, and switches."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from browser.conftest import SCREEN, Visit, serving, watch
from browser.stage import Stage
from browser.test_rules import MISSING, PROBES
from charts import LIGHT
from landscapes import LANDSCAPES


def test_the_gallery_opens_first_and_a_picture_leads_to_the_playground(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    log = tmp_path / "log"
    with serving(log) as address, browser.new_context(viewport=SCREEN) as context:
        watch(context, complaints)
        missing: list[str] = []
        context.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)
        page = context.new_page()
        page.goto(f"{address}surfaces", wait_until="commit")
        pictures = page.locator("figure.run img")
        expect(pictures).to_have_count(len(LANDSCAPES), timeout=30_000)
        assert pictures.evaluate_all("all => all.every(img => img.complete && img.naturalWidth > 0)")
        page.get_by_text("Formula, derivatives, facts").nth(list(LANDSCAPES).index("himmelblau")).click()
        expect(page.get_by_role("cell", name="Maximum")).to_be_visible()
        page.locator("figure.run", has_text="Spoiled logistic unit").get_by_role("link").click()
        stage = Stage(page)
        stage.wait("Number(d.painted) > 0")
        assert stage.scenario.surface == LANDSCAPES["spoiler"]
        assert "Traceback" not in log.read_text()
    assert {url.removeprefix(f"{address}surfaces/") for url in missing} == set(PROBES)
    assert [complaint for complaint in complaints if complaint != MISSING] == []


def test_data_and_fit_are_drawn_and_follow_the_step(visit: Visit) -> None:
    stage = visit("landscape=line_fit&A=adam&A.learning_rate=0.05")
    picture = stage.page.get_by_role("img", name="Training examples and fits")
    expect(picture).to_be_visible()
    assert stage.count(LIGHT.colors[0], "fit") > 50
    end = stage.pixels("fit")
    with stage.changes_step():
        stage.scrub.press("Home")
    assert stage.pixels("fit") != end
    assert stage.page.evaluate("document.querySelector('.stage').scrollHeight <= innerHeight")
    with stage.repaints():
        stage.choose("Landscape", "Himmelblau")
    expect(picture).to_be_hidden()


def test_a_batch_size_is_chosen_with_a_slider_and_kept_in_the_link(visit: Visit) -> None:
    stage = visit("landscape=line_fit&A=gradient_descent&A.learning_rate=0.05")
    slider = stage.page.get_by_role("slider", name="Batch size S")
    with stage.changes_link():
        slider.press("ArrowLeft")
    assert stage.scenario.batch_size == 19
    with stage.changes_link():
        slider.press("ArrowRight")
    assert stage.scenario.batch_size is None


def test_a_switch_turns_the_surface_over(visit: Visit) -> None:
    stage = visit("landscape=regression_raw_units&A=gradient_descent&A.learning_rate=0.1")
    with stage.changes_link():
        stage.page.get_by_text("Standardise the columns").click()
    switched = LANDSCAPES["regression_raw_units"].with_parameters(standardise=1.0)
    assert (stage.scenario.surface, stage.scenario.start) == (switched, switched.start)
    stage.wait("!d.link.includes('x=')")
    low, high = switched.window[0]
    assert tuple(stage.area().x) == (low, high)
