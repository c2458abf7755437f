"""The picture: it appears, everything fits on the screen, and what is drawn is what Python computed."""

import math

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.pages import PHONE, SCREEN
from browser.stage import Stage, rgb
from charts import DARK, LIGHT, heights

# Axis titles first.
BOXES = """all => all.sort((a, b) => b.matches(".xtitle") - a.matches(".xtitle")).map((e) => {
  const { left, top, right, bottom } = e.getBoundingClientRect();
  return [left, top, right, bottom];
})"""
INIT_TEXTS = """
  window.written = [];
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.written.push([text, x, y, this.measureText(text).width]);
    return write.call(this, text, x, y);
  };
"""


def test_the_picture_appears(stage: Stage) -> None:
    assert stage.link == ""
    assert (stage.step, stage.start) == (300, (-1.2, 1.0))
    expect(
        stage.root.locator(".map .contourlayer path.contourline, .map .contourlines path")
    ).not_to_have_count(0)
    for frame in ("map", "loss", "gradient"):
        for style in LIGHT.runs[:2]:
            assert stage.count(style.color, frame) > 100, (frame, style)
        assert stage.count(LIGHT.runs[2].color, frame) == 0
    words = stage.root.locator(".map").get_attribute("aria-label")
    assert words.startswith("Contour map of Rosenbrock;")
    for verdict in stage.page.locator("p.verdict").all():
        assert verdict.inner_text().partition(" Loses")[0] in words


@pytest.mark.parametrize(
    "runs", ["", "A=momentum&B=adam&C=newton&D=nesterov&E=rmsprop&F=adagrad"], ids=["two", "six"]
)
def test_picture_and_sliders_share_the_screen(visit: Visit, runs: str) -> None:
    stage = visit(runs)
    shown = [stage.root.locator(f".{name}") for name in ("map", "loss", "gradient", "player")]
    shown += [*stage.rates.all(), *stage.page.locator("p.verdict").all()[:3]]
    shown += [
        stage.page.get_by_role("combobox", name="Landscape"),
        stage.field("Start x"),
        stage.field("Steps"),
    ]
    for locator in shown:
        box = locator.bounding_box()
        assert box["width"] > 0 < box["height"]
        assert 0 <= box["x"] <= box["x"] + box["width"] <= SCREEN["width"], locator
        assert 0 <= box["y"] <= box["y"] + box["height"] <= SCREEN["height"], locator
    for name in ("map", "loss", "gradient"):
        area = stage.area(name)
        assert area.width > 200 and area.height > 90, name  # noqa: PT018
    sizes = stage.page.locator(
        ".stage text, .stage tspan, .stage button, .stage select, p.verdict"
    ).evaluate_all("elements => elements.map((e) => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) >= 13
    for name in ("map", "loss", "gradient"):
        title, *labels = stage.root.locator(f".{name} :is(.xtitle, .xtick text)").evaluate_all(BOXES)
        for left, top, right, bottom in labels:
            apart = title[0] >= right or title[2] <= left or title[1] >= bottom or title[3] <= top
            assert apart, f"the title of {name}'s axis stands on its numbers"
    ticks = stage.root.locator(".ytick text").evaluate_all("all => all.map((e) => e.style.fontSize)")
    assert len(set(ticks)) == 1


def test_heads_stand_where_python_says_at_every_step(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&A=gradient_descent&B=adam&B.learning_rate=0.1&steps=80")
    surface, runs = stage.scenario.surface, stage.runs()
    assert abs(stage.area("loss").x[0]) < 1e-9  # the trace begins at step 0, not at 1
    for step in (79, 33, 12, 0, 80):
        with stage.changes_step():
            stage.scrub.fill(str(step))
        last = runs[-1]
        (color,) = stage.colors([stage.area().at(*last.points[step])])
        assert color == LIGHT.runs[1].color
        for frame, column in (
            ("loss", heights(surface, last)),
            ("gradient", [math.hypot(*g) for g in last.gradients]),
        ):
            x, y = stage.area(frame).at(step, math.log10(column[step]))
            (color,) = stage.colors([(x + 2, y)], frame)  # at step 0 half of the marker is cut off
            assert color == LIGHT.runs[1].color, (frame, step)


def test_a_run_that_leaves_says_at_which_step(visit: Visit) -> None:
    stage = visit("A=gradient_descent&A.learning_rate=10&B=adam", script=INIT_TEXTS)
    assert "step 1" in [text for text, *_ in stage.page.evaluate("written")]
    stage.page.evaluate("written.length = 0")
    with stage.changes_step():
        stage.scrub.fill("0")
    steps = "written.filter(([text]) => text.startsWith('step'))"  # strips write, too
    assert stage.page.evaluate(steps) == []
    with stage.changes_link():
        stage.choose("Landscape", "Quadratic bowl")
    with stage.changes_link():
        stage.type(stage.rate_field("A"), "0.11")
    stage.page.evaluate("written.length = 0")
    with stage.changes_step():
        stage.scrub.fill("300")
    *others, (text, x, y, width) = stage.page.evaluate(steps)
    assert {other for other, *_ in others} <= {text}
    t = stage.runs()[0]
    inside = [max(abs(a) / 3.0, abs(b) / 2.5) <= 1 for a, b in t.points]
    assert text == f"step {len(inside) - inside[::-1].index(True)}"
    area, box = stage.area(), stage.root.locator(".map").bounding_box()
    assert area.left <= box["x"] + x <= box["x"] + x + width <= area.left + area.width
    assert area.top <= box["y"] + y <= area.top + area.height


def test_the_dark_look(visit: Visit) -> None:
    stage = visit("A=momentum&B=adam&C=newton", color_scheme="dark")
    for style in DARK.runs[:3]:
        assert stage.count(style.color, "loss") > 5
    plot = "plot => plot._fullLayout.paper_bgcolor"
    assert stage.root.locator(".map .plot").evaluate(plot) == DARK.paper
    page = stage.page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert page == rgb(DARK.paper)


def test_a_phone_reaches_the_map_and_a_slider(visit: Visit) -> None:
    stage = visit(**PHONE)
    for scroller in stage.page.locator("html, [data-testid=stMain], section.stage").all():
        assert scroller.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    for element in (
        *stage.page.locator("section.stage, section.stage > *, p.verdict").all(),
        *stage.rates.all(),
    ):
        box = element.bounding_box()
        assert box is None or -1 <= box["x"] <= box["x"] + box["width"] <= 391, element
    slider = stage.rates.first.bounding_box()
    assert slider["y"] + slider["height"] <= 844, "the first slider is below the first screen"
    for name in ("loss", "gradient"):  # panels are there for who asks
        assert not stage.root.locator(f".{name}").is_visible()
        stage.root.locator(".choices").get_by_role("button", name=name, exact=True).click()
        frame = stage.root.locator(f".{name}").bounding_box()
        title = stage.root.locator(f".title[data-panel={name}]").bounding_box()
        assert title["x"] + title["width"] <= frame["x"] + frame["width"] + 1, (
            f"the title of {name} is cut off"
        )
    assert stage.area().width > 200
    target = stage.area().share(0.7, 0.3)
    with stage.changes_link():
        stage.page.touchscreen.tap(*target)
    assert stage.start == pytest.approx(stage.area().data(*target), abs=max(stage.area().pixel))
    slider = stage.rates.first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert 0 <= box["y"] <= 844
    with stage.changes_link():
        slider.press("ArrowRight")


def test_a_narrower_window_keeps_the_picture_whole(stage: Stage) -> None:
    before = stage.area()
    with stage.repaints():
        stage.page.set_viewport_size({"width": 1000, "height": 800})
    stage.wait("document.querySelector('.stage .map .plot')._fullLayout.width < v[0]", before.width)
    area = stage.area()
    assert area.width < before.width
    assert before.frames(stage.scenario.surface.window)
    assert area.frames(stage.scenario.surface.window)
    last = stage.runs()[-1]
    assert stage.colors([area.at(*last.points[-1])]) == [LIGHT.runs[1].color]
