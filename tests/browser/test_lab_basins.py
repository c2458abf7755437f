"""Basins: a start that is pointed at, one that is chosen, and maps that follow a rate through the server."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from browser.stage import LabPage
from charts import exact
from optimizers import run
from ui.labs import LABS
from ui.scenario import Scenario, opening_of

LAB = LABS["basins"]
GRID = [np.linspace(low, high, 200).tolist() for low, high in opening_of(LAB).surface.window]


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def heads_are_there(stage: LabPage, s: Scenario) -> None:
    """Whether every run's head stands on its own map where Python's run ends."""
    for entry, color in zip(s.entries, ("#0072B2", "#D55E00"), strict=True):
        t = run(s.surface, entry.rule, s.start, s.steps)
        name = f"basins-{entry.slot}"
        assert stage.colors([stage.area(name).at(*t.points[-1])], name) == [color]


def opacity(name: str) -> str:
    return f"document.querySelector('.panel.{name} .plot').style.opacity"


def test_paths_of_all_runs_follow_a_mouse_over_any_map_and_a_click_keeps_the_start(stage: LabPage) -> None:
    opening = opening_of(LAB)
    mouse, (x, y) = stage.page.mouse, (GRID[0][150], GRID[1][40])
    with stage.changes("hand"):
        mouse.move(*stage.area("basins-B").at(x, y))
    assert stage.start == (x, y)
    heads_are_there(stage, replace(opening, start=(x, y)))
    mouse.move(5, 5)
    stage.wait("d.hand === ''")
    assert stage.start == opening.start
    assert stage.sent == []
    mouse.click(*stage.area("basins-AB").at(x, y))
    stage.settles_at(x=repr(x), y=repr(y))
    stage.settled()
    field = stage.page.get_by_role("textbox", name="Start x", exact=True)
    expect(field).to_have_value(exact(x))  # the sidebar is made anew after the picture
    stage.root.locator(".panel.basins-A").focus()
    with stage.changes("hand"):
        stage.page.keyboard.press("ArrowLeft")
    assert stage.start == (GRID[0][149], y)
    stage.page.keyboard.press("Escape")
    stage.wait("d.hand === ''")


def test_a_map_is_pale_under_the_hand_and_made_anew_while_it_rests(stage: LabPage) -> None:
    page = stage.page
    slider = page.locator('[class*="st-key-A-learning_rate-slider"]').get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    image = "document.querySelector('.panel.basins-A .plot image').href.baseVal"
    pale = page.evaluate_handle(
        f"""() => {{ const seen = {{ a: [], b: [] }};
          const look = () => {{ seen.a.push({opacity("basins-A")}); seen.b.push({opacity("basins-B")}); }};
          new MutationObserver(look).observe(document.querySelector("section.stage"),
            {{ attributes: true, attributeFilter: ["data-painted"] }});
          return seen; }}"""
    )
    before = page.evaluate(image)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    # Nobody lets go, and yet the map is that of the rate under the hand.
    page.wait_for_function(f"before => {image} !== before && {opacity('basins-A')} === '1'", arg=before)
    stage.wait("d.hand === ''")
    seen = pale.json_value()
    assert "0.35" in seen["a"]
    assert set(seen["b"]) == {"1"}  # momentum's map does not depend on it
    page.mouse.up()
    stage.wait("new URLSearchParams(d.link).get('A.learning_rate') !== null")
    stage.settled()
