"""The gallery in a browser, surfaces from data in the playground, and switches."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.stage import Stage
from charts import LIGHT, relief
from landscapes import LANDSCAPES, Array


def test_the_gallery_opens_first_and_a_picture_leads_to_the_playground(
    first_page: Callable[[str], Page],
) -> None:
    page = first_page("surfaces")
    pictures = page.locator("figure.run img")
    expect(pictures).to_have_count(len(LANDSCAPES))
    assert pictures.evaluate_all("all => all.every(img => img.complete && img.naturalWidth > 0)")
    page.get_by_text("Formula, derivatives, facts").nth(list(LANDSCAPES).index("himmelblau")).click()
    expect(page.get_by_role("cell", name="Maximum")).to_be_visible()
    page.locator("figure.run", has_text="Spoiled logistic unit").get_by_role("link").click()
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0")
    assert stage.scenario.surface == LANDSCAPES["spoiler"]


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


def test_answers_beyond_the_picture_are_arrows_at_its_edge_and_beside_a_schedule_there_is_room(
    visit: Visit,
) -> None:
    stage = visit(
        "landscape=regression_off_centre&A=gradient_descent&A.learning_rate=1e-12&A.schedule=cosine&panels=fit,rate"
    )
    area = stage.area("fit")
    assert area.height > 50
    assert stage.area("rate").height > 40
    surface = stage.scenario.surface
    answers, targets = surface.answers(np.array([surface.start]))[0], surface.examples[:, 0]
    assert (answers > area.y[1]).all()
    places = [(area.at(target, 0.0)[0], area.top + 8) for target in targets]
    assert stage.colors(places, "fit") == [LIGHT.colors[0]] * 3


@pytest.mark.parametrize("key", ["logistic_regression", "spoiler", "griewank", "network_slice"])
def test_a_formula_fits_the_sidebar(visit: Visit, key: str) -> None:
    formula = visit(f"landscape={key}").page.locator("[data-testid=stSidebar] .katex-html").first
    assert formula.evaluate("f => f.scrollWidth <= f.closest('[data-testid=stMarkdown]').clientWidth")


def test_a_batch_size_is_chosen_with_a_slider_and_kept_in_the_link(visit: Visit) -> None:
    stage = visit("landscape=line_fit&A=gradient_descent&A.learning_rate=0.05")
    slider = stage.page.get_by_role("slider", name="Batch size S")
    with stage.changes_link():
        slider.press("ArrowLeft")
    assert [e.batch_size for e in stage.scenario.entries] == [19]
    with stage.changes_link():
        slider.press("ArrowRight")
    assert [e.batch_size for e in stage.scenario.entries] == [None]


_LENGTH = """async () => {
  const { name } = performance.getEntriesByType("resource").find((entry) => entry.name.includes("/batch.js"));
  const { contours } = await import(name);
  const n = 41, losses = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) losses[i] = Math.hypot((i % n) / 20 - 1, Math.floor(i / n) / 20 - 1);
  losses[20] = NaN; // the middle of the lowest row: one contour loses a piece there
  const found = {};
  for (const level of [0.5, 0.98]) {
    let length = 0, worst = 0;
    contours({ rows: n, columns: n, levels: [level], losses }, (ax, ay, bx, by) => {
      length += 2 * Math.hypot(ax - bx, ay - by);
      for (const [x, y] of [[ax, ay], [bx, by]])
        worst = Math.max(worst, Math.abs(Math.hypot(2 * x - 1, 2 * y - 1) - level));
    });
    found[level] = [length, worst];
  }
  return found;
}"""


def test_the_contours_of_a_cone_are_circles(visit: Visit) -> None:
    found = visit("landscape=line_fit&batch_size=2").page.evaluate(_LENGTH)
    whole, worst = found["0.5"]
    assert worst < 1e-3
    assert whole == pytest.approx(math.pi, rel=2e-3)
    broken, worst = found["0.98"]
    assert worst < 1e-3
    assert 0.05 < 2 * math.pi * 0.98 - broken < 0.2  # two cells touch the hole


def test_the_batchs_own_surface_lies_over_the_map_at_the_scrubbed_step(visit: Visit) -> None:
    stage = visit("landscape=line_fit&batch_size=1&steps=40&A=gradient_descent&A.learning_rate=1e-9")
    surface, area = stage.scenario.surface, stage.area()
    (trajectory,) = stage.runs()
    assert surface.data is not None
    assert trajectory.batches is not None
    for step in (40, 39):
        (example,) = trajectory.batches[step - 1]
        u, v = surface.data.rows[example]
        high = relief(surface).levels[::2][-4:]

        def where(losses: Array, u: float = u, v: float = v) -> list[tuple[float, float]]:
            points = [(x, v - u * x + math.sqrt(2 * loss)) for loss in losses for x in (0.0, 1.0, 2.0)]
            return [area.at(*p) for p in points if -3.0 < p[1] < 3.0]

        on, beside = where(high), where((high[1:] + high[:-1]) / 2)
        assert min(len(on), len(beside)) > 1
        assert set(stage.opacities(beside)) == {0.0}
        assert min(stage.opacities(on)) > 0.1
        assert stage.count(LIGHT.colors[0]) > 0
        with stage.changes_step():
            stage.button("One step back").click()
    with_it = stage.pixels()
    with stage.repaints():
        stage.page.get_by_label("batch’s surface").uncheck()
    without = stage.pixels()
    assert without != with_it
    with stage.changes_step():
        stage.button("One step back").click()
    assert stage.pixels() == without
    with stage.changes_link():
        stage.page.get_by_role("slider", name="Batch size S").press("End")
    expect(stage.page.get_by_label("batch’s surface")).to_be_hidden()


def test_the_window_of_a_formula_is_the_maps(visit: Visit) -> None:
    stage = visit("formula=x*y&window=-2,1,0,3")
    assert stage.area().frames(((-2, 1), (0, 3)))
    stage.page.get_by_role("button", name="Window", exact=True).locator("visible=true").click()
    with stage.changes_link():
        stage.type(stage.field("x to"), "2")
    assert stage.area().frames(((-2, 2), (0, 3)))
    assert stage.scenario.surface.window == ((-2, 2), (0, 3))


def test_a_switch_turns_the_surface_over(visit: Visit) -> None:
    stage = visit("landscape=regression_raw_units&A=gradient_descent&A.learning_rate=0.1")
    with stage.changes_link():
        stage.page.get_by_text("Standardise the columns").click()
    switched = LANDSCAPES["regression_raw_units"].with_parameters(standardise=1.0)
    assert (stage.scenario.surface, stage.scenario.start) == (switched, switched.start)
    stage.wait("!d.link.includes('x=')")
    assert stage.area().frames(switched.window)
