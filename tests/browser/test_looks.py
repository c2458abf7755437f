"""What of the picture is chosen to be seen: panels, a map for every run, the step, the projector's look."""

import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Visit
from browser.pages import PHONE
from browser.stage import Stage
from browser.test_access import serious
from charts import LIGHT

SIX = "A=momentum&A.learning_rate=0.0005&B=adam&C=nesterov&D=rmsprop&E=adagrad&F=gradient_descent"
OWN = "document.querySelectorAll('.own-map > .map canvas').length === v[0]"
PIXELS = """([slot, color]) => {
  const canvas = document.querySelector(`.own-map[data-slot="${slot}"] canvas`);
  const { width, height } = canvas, copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const wanted = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  let count = 0;
  for (let i = 0; i < data.length; i += 4) count += wanted.every((v, j) => data[i + j] === v);
  return count;
}"""


def panel(stage: Stage, name: str) -> Locator:
    return stage.root.locator(".choices").get_by_role("button", name=name, exact=True)


def shown(stage: Stage) -> list[str]:
    names = stage.root.locator(".frame.shown").evaluate_all("all => all.map((e) => e.className)")
    return sorted(name.replace("frame", "").replace("shown", "").strip() for name in names)


def told(stage: Stage, **looks: str) -> None:
    """Until the link has these of what is looked at, and nothing waits to be told."""
    stage.wait("!d.untold")
    stage.settles_at(**looks)


def test_panels_are_chosen_two_at_a_time_and_enlarged_and_the_link_has_them(visit: Visit) -> None:
    stage = visit("landscape=line_fit&A=gradient_descent&A.learning_rate=0.1&A.schedule=cosine&B=adam")
    assert shown(stage) == ["fit", "loss", "map"]
    for name in ("loss", "fit"):
        assert stage.root.locator(f".frame.{name}").bounding_box()["height"] >= 190
    panel(stage, "rate").click()
    told(stage, panels="fit,rate")
    assert shown(stage) == ["fit", "map", "rate"]
    assert panel(stage, "loss").get_attribute("aria-pressed") == "false"
    panel(stage, "data").press("Enter")  # by keyboard, and one less
    told(stage, panels="rate")
    assert shown(stage) == ["map", "rate"]
    stage.root.get_by_role("button", name="learning rate: enlarge").click()
    told(stage, panels="rate", large="rate")
    assert shown(stage) == ["rate"]
    box, whole = stage.root.locator(".frame.rate").bounding_box(), stage.root.bounding_box()
    assert box["width"] > 0.95 * whole["width"]
    other = visit(stage.query)
    assert shown(other) == ["rate"]
    other.root.get_by_role("button", name="learning rate: back to its size").click()
    told(other, panels="rate")
    assert shown(other) == ["map", "rate"]


def test_every_run_has_a_map_of_its_own_over_its_slider_and_all_move_together(visit: Visit) -> None:
    stage = visit(SIX)
    stage.root.get_by_role("button", name="Side by side").click()
    stage.wait(OWN, 6)
    told(stage, maps="apart")
    page = stage.page
    for i, slot in enumerate("ABCDEF"):
        assert page.evaluate(PIXELS, [slot, LIGHT.runs[i].color]) > 40, slot
        other = LIGHT.runs[(i + 1) % 6].color
        assert page.evaluate(PIXELS, [slot, other]) == 0 or other == "#000000"
        map_box = page.locator(f".own-map[data-slot={slot}]").bounding_box()
        slider = stage.rates.nth(i).bounding_box()
        assert map_box["x"] - 1 <= slider["x"] <= map_box["x"] + map_box["width"]
        assert 0 < slider["y"] - (map_box["y"] + map_box["height"]) < 140
    assert serious(page) == []
    box = page.locator(".own-map[data-slot=B] .map").bounding_box()
    with stage.changes_link():  # a click on any of them moves the one start
        page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    assert stage.start != (-1.2, 1.0)
    ranges = "[...document.querySelectorAll('.own-map .plot')].map((p) => String(p._fullLayout.xaxis.range))"
    before = page.evaluate(ranges)
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    stage.wait(
        f"(() => {{ const all = {ranges}; return new Set(all).size === 1 && all[0] !== v[0]; }})()", before[0]
    )
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    stage.root.get_by_role("button", name="Side by side").click()
    stage.wait("document.querySelectorAll('.own-map').length === 0 && !d.untold")
    assert shown(stage) == ["gradient", "loss", "map"]
    assert len(stage.runs()) == 6


def test_the_last_change_is_a_ghost_and_can_be_undone_and_made_again(stage: Stage) -> None:
    undo, redo = (stage.root.get_by_role("button", name=name) for name in ("Undo the last change", "Redo"))
    expect(undo).to_be_disabled()
    first, inked = stage.link, stage.pixels()
    with stage.changes_link():
        stage.type(stage.page.get_by_role("textbox", name="learning rate η, exact").first, "0.001")
    stage.settled()
    changed = stage.link
    with_ghost = stage.pixels()
    expect(undo).to_be_enabled()
    undo.click()
    stage.wait("d.link === v[0]", first)
    expect(undo).to_be_disabled()
    expect(redo).to_be_enabled()
    stage.settled()
    assert stage.pixels() != inked  # the run at the other rate is the ghost now
    redo.click()
    stage.wait("d.link === v[0]", changed)
    stage.settled()
    assert stage.pixels() == with_ghost
    undo.click()
    stage.wait("d.link === v[0]", first)
    stage.page.reload()
    stage.wait("Number(d.painted) > 0")
    redo.click()  # a page that is loaded again knows the way forward
    stage.wait("d.link === v[0]", changed)
    expect(redo).to_be_disabled()
    with stage.changes_link():
        stage.choose("Landscape", "Himmelblau")
    stage.page.go_back()
    stage.wait("d.link === v[0]", changed)


def test_back_shows_of_the_plane_what_was_seen_then(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&view=-1,1,0,1.5&panels=loss")
    before = stage.link
    with stage.changes_link():
        stage.choose("Landscape", "Rosenbrock")
    stage.page.go_back()
    stage.wait("d.link === v[0]", before)
    assert "view=" in before
    assert "view=" in stage.page.url


def test_keys_play_step_and_pick_and_leave_controls_alone(visit: Visit) -> None:
    stage = visit("steps=40&A=momentum&A.learning_rate=0.0005&B=adam")
    page, loss = stage.page, stage.count(LIGHT.runs[1].color, "loss")
    page.keyboard.press("ArrowLeft")
    stage.wait("d.step === '39'")
    page.keyboard.press("1")
    told(stage, at="39", pick="A")
    assert stage.count(LIGHT.runs[1].color, "loss") < 0.3 * loss  # B is pale
    assert page.evaluate("document.documentElement.dataset.picked") == "A"
    page.keyboard.press("1")
    told(stage, at="39")
    assert "pick=" not in stage.link
    page.keyboard.press("Space")
    stage.wait("d.step === '40'")
    stage.rates.first.focus()
    before = stage.step
    with stage.changes_link():
        page.keyboard.press("ArrowRight")
    assert stage.step == before
    other = visit("steps=40&A=momentum&A.learning_rate=0.0005&B=adam&at=12&view=-1,1,0,1.5")
    assert other.step == 12
    other.wait("document.querySelector('.stage .map .plot')._fullLayout.xaxis.range[0] > -1.6")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_projector_has_larger_type_and_nothing_serious(visit: Visit, scheme: str) -> None:
    small = visit("steps=50&A=momentum&A.learning_rate=0.0005", color_scheme=scheme)
    sizes = "all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))"
    text = ".stage .xtick text, .stage .ytick text, .stage .head li, .stage .title, .stage .count, p.verdict"
    usual = min(small.root.page.locator(text).evaluate_all(sizes))
    small.page.get_by_text("Projector look").click()
    small.wait("new URLSearchParams(d.link).get('look') === 'projector'")
    small.settled()
    assert min(small.page.locator(text).evaluate_all(sizes)) >= 1.25 * usual
    for scroller in small.page.locator("html, [data-testid=stMain]").all():
        assert scroller.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert serious(small.page) == []


def test_the_third_dimension_keeps_its_camera_and_follows_the_runs(
    visit: Visit, complaints: list[str]
) -> None:
    stage = visit("landscape=himmelblau&A=momentum&A.learning_rate=0.005&panels=loss,relief")
    plot = "document.querySelector('.stage .relief .plot')"
    stage.wait(
        f"{plot}._fullLayout?.scene && document.querySelector('.stage .relief').dataset.step === d.step"
    )
    stage.page.evaluate(f"window.Plotly.relayout({plot}, {{'scene.camera.eye': {{x: 0.1, y: -2, z: 1}}}})")
    path = f"JSON.stringify({plot}.data[1].x)"
    before = stage.page.evaluate(path)
    with stage.changes_link():
        stage.rates.first.press("ArrowLeft")
    stage.wait(f"{path} !== v[0]", before)
    assert stage.page.evaluate(f"{plot}._fullLayout.scene.camera.eye.y") == -2
    (t,) = stage.runs()
    points = stage.page.evaluate(f"{plot}.data[1].x")
    assert points[-1] == pytest.approx(t.points[-1][0])

    # Another size of the window is no reason to turn it back, nor the panel enlarged.
    with stage.repaints():
        stage.page.set_viewport_size({"width": 1100, "height": 800})
    stage.wait(f"{plot}._fullLayout.width === document.querySelector('.stage .relief').clientWidth")
    assert stage.page.evaluate(f"{plot}._fullLayout.scene.camera.eye.y") == -2
    complaints[:] = [one for one in complaints if not re.search("readback|ReadPixels", one)]


NAMES = """() => {
  const panel = document.querySelector(".stage .relief"), { left, top, right, bottom } = panel.getBoundingClientRect();
  return [...panel.querySelectorAll(".name")].map((name) => {
    const box = name.getBoundingClientRect(), whole = box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
    return [name.textContent, whole, box.left, box.right, box.top, box.bottom, parseFloat(getComputedStyle(name).fontSize)];
  });
}"""  # noqa: E501
DIRECTIONS = (None, (1.6, 0.3, 0.4), (0.3, 0.35, 0.2))  # the first is the panel's own


@pytest.mark.parametrize(
    ("looked", "options", "least"),
    [
        ("panels=loss,relief&look=projector", {}, 18),
        ("panels=loss,relief&large=relief", {}, 13),
        ("panels=relief", PHONE, 13),
    ],
    ids=["projector", "large", "phone"],
)
def test_the_names_of_three_axes_are_whole_however_it_is_turned(
    visit: Visit, complaints: list[str], looked: str, options: dict[str, Any], least: int
) -> None:
    stage = visit(f"landscape=line_fit&A=adam&{looked}", **options)
    plot = "document.querySelector('.stage .relief .plot')"
    stage.wait(
        f"{plot}._fullLayout?.scene && document.querySelector('.stage .relief').dataset.step === d.step"
    )
    for direction in DIRECTIONS:
        if direction:
            x, y, z = direction
            eye = f"{{'scene.camera.eye': {{x: {x}, y: {y}, z: {z}}}}}"
            stage.page.evaluate(f"window.Plotly.relayout({plot}, {eye})")
        found = stage.page.evaluate(NAMES)
        assert [name for name, *_ in found] == ["slope", "intercept", "loss"]
        assert all(whole and size >= least for _, whole, *_, size in found), (direction, found)
        for a, b in itertools.combinations(found if direction is None else [], 2):
            apart = a[3] <= b[2] or b[3] <= a[2] or a[5] <= b[4] or b[5] <= a[4]
            assert apart, (a, b)
    complaints[:] = [one for one in complaints if not re.search("readback|ReadPixels", one)]


@pytest.mark.parametrize("look", ["", "&look=projector"])
def test_without_panels_the_controls_keep_their_size(visit: Visit, look: str) -> None:
    stage = visit(f"landscape=himmelblau&maps=apart&A=momentum&B=adam&C=rmsprop&D=newton&steps=50{look}")
    stage.wait("document.querySelectorAll('.own-map > .map canvas').length === 4")
    for button in (stage.button("Side by side"), stage.button("loss")):
        box = button.bounding_box()
        assert box is not None
        assert box["height"] < 50
    name = stage.page.locator(".own-map .g-ytitle, .own-map .annotation-text").first
    frame, inside = (one.bounding_box() for one in (stage.page.locator(".own-map").first, name))
    assert frame is not None
    assert inside is not None
    assert frame["y"] <= inside["y"]  # the axis's name is whole


@pytest.mark.parametrize("panels", ["step", "loss,step", "step,relief", "loss,gradient"])
def test_on_a_phone_no_map_of_a_run_lies_over_the_controls(
    visit: Visit, complaints: list[str], panels: str
) -> None:
    stage = visit(
        f"landscape=quadratic&A=gradient_descent&B=momentum&maps=apart&panels={panels}&steps=50", **PHONE
    )
    stage.wait("document.querySelectorAll('.own-map > .map canvas').length === 2")
    for name in ("Play", "Undo the last change", "Side by side", "loss", "3-D"):
        button = stage.button(name)
        assert button.evaluate(
            """e => {
              e.scrollIntoView({ block: "center" });
              const { left, top, width, height } = e.getBoundingClientRect();
              return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
            }"""
        ), name
    complaints[:] = [one for one in complaints if not re.search("readback|ReadPixels", one)]


def test_the_line_over_the_map_names_all_runs_or_none(visit: Visit) -> None:
    six = "A=gradient_descent&B=momentum&C=nesterov&D=adagrad&E=rmsprop&F=adam&steps=50"
    for query, shown in (
        (f"landscape=rosenbrock&{six}", list("ABCDEF")),
        (f"landscape=himmelblau&{six}", []),
        (f"landscape=goldstein_price&{six}", []),
    ):
        names = visit(query).root.locator(".head li:visible").all_inner_texts()
        assert [name for name in names if name in "ABCDEF"] == shown
        assert "minimum" in names


def test_on_a_phone_the_projector_look_leaves_no_edge_of_the_closed_sidebar(visit: Visit) -> None:
    stage = visit("look=projector", **PHONE)
    edge = "e => e.getBoundingClientRect().right"
    assert stage.page.get_by_test_id("stSidebar").evaluate(edge) <= 0
    assert stage.page.get_by_test_id("stMain").evaluate("e => e.getBoundingClientRect().left") == 0
