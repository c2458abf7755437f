"""The pointer on the map: clicks place the start to the pixel, drags pan, the wheel zooms, hovering reads."""

import math
import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.stage import Stage
from charts import DARK, LIGHT, exact, gradient_norms, heights
from ui.link import decode
from ui.numbers import read_number

HALF_A_PIXEL = 0.5
PAPER = "paper => document.querySelector('.stage .map .plot')._fullLayout.paper_bgcolor === paper"
RECORD_STARTS = """() => {
  const root = document.querySelector("section.stage");
  window.starts = [];
  const record = () => window.starts.push(Number.parseFloat(root.dataset.start));
  new MutationObserver(record).observe(root, { attributes: true, attributeFilter: ["data-start"] });
}"""


def assert_started_at(stage: Stage, px: float, py: float) -> None:
    """The start on the stage, in the link and in the fields becomes the point that was pointed at."""
    area = stage.area()
    reach = [HALF_A_PIXEL * abs(pixel) for pixel in area.pixel]
    stage.wait(
        "d.start.split(',').every((c, i) => Math.abs(c - v[0][i]) <= v[1][i])"
        " && d.start === ['x', 'y'].map((c) => Number(new URLSearchParams(d.link).get(c))).join(',')",
        area.data(px, py),
        reach,
    )
    assert stage.scenario.start == stage.start
    for label, value in zip(("Start x", "Start y"), stage.start, strict=True):
        expect(stage.field(label)).to_have_value(exact(value))


@pytest.mark.parametrize("landscape", ["rosenbrock", "six_hump_camel"])
def test_a_click_moves_the_start_to_the_pixel(visit: Visit, landscape: str) -> None:
    stage = visit(f"landscape={landscape}&A=gradient_descent&A.learning_rate=0.001")
    view = stage.area()
    for share in ((0.1, 0.2), (0.93, 0.13), (0.5, 0.5), (0.77, 0.9), (0.02, 0.98)):
        px, py = view.share(*share)
        with stage.changes_link("start"):
            stage.page.mouse.click(px, py)
        assert_started_at(stage, px, py)
    assert stage.area() == view
    stage.zoom(view.share(0.4, 0.6))
    px, py = view.share(0.35, 0.7)
    with stage.changes_link("start"):
        stage.page.mouse.click(px, py)
    assert_started_at(stage, px, py)


def test_however_fast_the_clicks_the_last_one_counts(stage: Stage) -> None:
    px, py = stage.area().share(0.05, 0.3)
    with stage.changes_link():
        stage.page.mouse.dblclick(px, py)
    assert_started_at(stage, px, py)
    stage.page.mouse.click(px, py)
    places = [stage.area().share(0.1 + 0.08 * i, 0.2 + 0.05 * i) for i in range(9)]
    for place in places:  # faster than the server answers
        stage.page.mouse.click(*place)
    assert_started_at(stage, *places[-1])
    assert tuple(stage.runs()[0].points[0]) == stage.start


def test_an_older_answer_never_moves_the_start_marker_back(stage: Stage) -> None:
    stage.page.evaluate(RECORD_STARTS)
    for i in range(6):
        stage.rates.first.press("ArrowRight")  # its answer knows nothing of the click
        place = stage.area().share(0.3 + 0.1 * i, 0.3)
        stage.page.mouse.click(*place)
        assert_started_at(stage, *place)
    seen = stage.page.evaluate("window.starts")
    assert len(set(seen)) >= 6
    assert seen == sorted(seen)


def test_a_click_beside_the_plot_moves_nothing(stage: Stage) -> None:
    area = stage.area()
    stage.page.mouse.click(area.left - 20, area.top + 50)
    stage.page.mouse.click(area.left + 50, area.top + area.height + 15)
    px, py = area.share(0.8, 0.8)
    with stage.changes_link():
        stage.page.mouse.click(px, py)  # the next answer is this click's, so nothing came before it
    assert_started_at(stage, px, py)
    stage.page.get_by_role("button", name="Recommended start").click()
    stage.wait("d.link === '' && d.start === '-1.2,1'")


def test_the_start_marker_can_be_dragged(stage: Stage) -> None:
    view = stage.area()
    px, py = view.share(0.65, 0.35)
    grip = view.at(*stage.start)
    stage.drag((grip[0] + 4, grip[1] - 3), (px, py), moves=12)
    stage.wait("d.start !== '-1.2,1'")
    assert_started_at(stage, px, py)
    assert stage.area() == view
    stage.drag((px, py), (px + 40, py + 30))
    assert_started_at(stage, px + 40, py + 30)


def test_dragging_elsewhere_pans_and_leaves_the_start(stage: Stage) -> None:
    view = stage.area()
    px, py = view.share(0.6, 0.3)
    with stage.changes_view():
        stage.drag((px, py), (px - 60, py + 45))
    panned = stage.area()
    right, up = view.pixel
    assert panned.x == pytest.approx([c + 60 * right for c in view.x])
    assert panned.y == pytest.approx([c + 45 * up for c in view.y])
    assert stage.start == (-1.2, 1.0)
    x, y = panned.x, panned.y
    assert decode(dict(parse_qsl(stage.link)))[0].shown.view == (
        pytest.approx(x, 1e-5),
        pytest.approx(y, 1e-5),
    )
    last = stage.runs()[-1]
    assert stage.colors([panned.at(*last.points[-1])]) != [""]  # the canvas went along


def test_zoom_survives_every_slider_until_the_view_is_reset(stage: Stage) -> None:
    view, picture = stage.area(), stage.pixels()
    focus = view.share(0.3, 0.6)
    stage.zoom(focus)
    zoomed = stage.area()
    assert zoomed.x[1] - zoomed.x[0] < 0.9 * (view.x[1] - view.x[0])
    assert zoomed.data(*focus) == pytest.approx(view.data(*focus), abs=1e-6)
    with stage.changes_view():
        px, py = view.share(0.6, 0.4)
        stage.drag((px, py), (px + 20, py))
    moved = stage.area()
    for slider, key in ((stage.rates.first, "ArrowRight"), (stage.rates.nth(1), "ArrowLeft")):
        with stage.changes_link():
            slider.press(key)
        assert stage.area() == moved
    with stage.changes_link():
        stage.type(stage.field("Steps"), "120")
    assert stage.area() == moved
    with stage.changes_link():
        stage.page.get_by_role("slider", name=re.compile("Wall steepness")).press("ArrowRight")
    assert stage.area() == moved
    for scheme, look in (("dark", DARK), ("light", LIGHT)):
        stage.page.emulate_media(color_scheme=scheme)
        with stage.changes_link():
            stage.rates.first.press("ArrowRight")
        stage.page.wait_for_function(PAPER, arg=look.paper)
        assert stage.area() == moved
    assert stage.pixels() != picture
    with stage.changes_view():
        stage.button("Reset view").click()
    assert stage.area() == view
    stage.zoom(focus)
    with stage.changes_link():
        stage.choose("Landscape", "Himmelblau")
    assert stage.area().frames(((-5, 5), (-5, 5)))


def test_hovering_reads_the_loss_itself_beside_its_height(visit: Visit) -> None:
    stage = visit("landscape=six_hump_camel&A=gradient_descent&A.learning_rate=0.05&x=0.5&y=-0.5&steps=40")
    (t,), surface = stage.runs(), stage.scenario.surface
    area = stage.area("loss")
    for step in (1, 4, 30):
        height = heights(surface, t)[step]
        stage.page.mouse.move(*area.at(step, math.log10(height)))
        expect(stage.tip).to_contain_text(re.compile(rf"step {step}\b"))
        _, *_, loss, above, _ = numbers(stage.tip.inner_text())
        assert loss == pytest.approx(t.values[step], abs=1e-5)
        assert above == pytest.approx(height, rel=6e-6)
        words = re.search(r"^loss (\S+)$", stage.tip.inner_text(), re.MULTILINE)
        assert words and len(re.sub(r"^−?(0\.)?0*|\.", "", words[1])) <= 6  # noqa: PT018


def numbers(text: str) -> list[float]:
    written = r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
    return [read_number(n) for n in re.findall(written, text.split("step", 1)[1])]


def test_hovering_reads_step_place_and_loss(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&A=gradient_descent&B=adam&B.learning_rate=0.1&steps=80")
    surface, runs, area = stage.scenario.surface, stage.runs(), stage.area()
    for which, step in ((1, 0), (0, 1), (1, 12), (1, 25), (0, 2)):
        px, py = map(round, area.at(*runs[which].points[step]))
        every = [
            (math.dist(area.at(*p), (px, py)), r, k)
            for r, t in enumerate(runs)
            for k, p in enumerate(t.points)
        ]
        _, nearest, k = min(every)
        t = runs[nearest]
        stage.page.mouse.move(px + 300, py)
        stage.page.mouse.move(px, py)
        expect(stage.tip).to_contain_text(f"{'AB'[nearest]} ")
        expect(stage.tip).to_contain_text(re.compile(rf"step {k}\b"))
        said = numbers(stage.tip.inner_text())
        expected = [k, *t.points[k], heights(surface, t)[k], gradient_norms(t)[k]]
        assert said == pytest.approx(expected, rel=6e-6)
    stage.page.mouse.move(*area.share(0.98, 0.05))
    expect(stage.tip).to_be_hidden()
    for frame, column in (("loss", heights(surface, runs[1])), ("gradient", gradient_norms(runs[1]))):
        area = stage.area(frame)
        px, py = map(round, area.at(40, math.log10(column[40])))
        stage.page.mouse.move(px, py)
        expect(stage.tip).to_contain_text("B ")
        k, *said = numbers(stage.tip.inner_text())
        assert abs(area.at(k, 0)[0] - px) <= area.width / 80
        k = int(k)
        expected = [*runs[1].points[k], heights(surface, runs[1])[k], gradient_norms(runs[1])[k]]
        assert said == pytest.approx(expected, rel=6e-6)
