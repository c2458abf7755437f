"""The local quadratic under the scrubber, the safeguard under the hand, starts chosen on the map of ends."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from browser.stage import LabPage
from charts import LIGHT, number
from optimizers import run
from ui.labs import LABS
from ui.scenario import Scenario, opening_of

LAB = LABS["curvature"]


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    page = lab_page(LAB.key)
    page.wait("!document.querySelector('.stage .local').hidden")
    return page


def said(stage: LabPage) -> str:
    return stage.root.locator(".local").inner_text()


def agrees(stage: LabPage, s: Scenario, slot: str, k: int) -> np.ndarray:
    """Whether the words are those of the Hessian where a run is; the point opposite on the level line."""
    point = run(s.surface, s.entry(slot).rule, s.start, s.steps).points[k]
    values, axes = np.linalg.eigh(s.surface.hessian(point))
    low, high = (number(float(v), 3) for v in values)
    kind = "a bowl" if values[0] > 0 else "a dome" if values[1] < 0 else "a saddle"
    assert said(stage) == f"{slot}, step {k}: λ₁ = {low}, λ₂ = {high}: {kind}"
    centre: np.ndarray = point - axes @ (axes.T @ s.surface.gradient(point) / values)
    return 2 * centre - point  # on the same level line, across its centre


def inked(stage: LabPage, point: np.ndarray) -> bool:
    """Whether a line in ink passes within a few pixels of a point of the map."""
    x, y = stage.area().at(*point)
    around = [(x + i, y + j) for i in range(-6, 7) for j in range(-6, 7)]
    return LIGHT.ink.upper() in stage.colors(around)


def test_the_local_quadratic_follows_the_scrubber(stage: LabPage) -> None:
    s = opening_of(LAB)
    steps = [s.steps]
    for k in (2, 1, 0):
        with stage.changes_step():
            stage.scrub.fill(str(k))
        mirrored = agrees(stage, s, "A", k)
        area = stage.area()
        if area.x[0] < mirrored[0] < area.x[1] and area.y[0] < mirrored[1] < area.y[1]:
            assert inked(stage, mirrored)
            steps.append(k)
    assert len(steps) > 2
    assert stage.sent == []
    with stage.changes_step():
        stage.scrub.fill(str(s.steps))
    agrees(stage, s, "A", s.steps)


def test_the_quadratic_of_a_start_under_the_hand_is_the_browser_s_own(stage: LabPage) -> None:
    with stage.changes_step():
        stage.scrub.fill("0")
    area = stage.area("starts")
    stage.sent.clear()
    mouse = stage.page.mouse
    mouse.move(area.left + 0.3 * area.width, area.top + 0.3 * area.height)
    with stage.changes("start"):
        mouse.move(area.left + 0.5 * area.width, area.top + 0.4 * area.height)
    opening = opening_of(LAB)
    low, high = np.linalg.eigvalsh(opening.surface.hessian(stage.start))
    assert f"λ₁ = {number(float(low), 3)}, λ₂ = {number(float(high), 3)}" in said(stage)
    assert stage.sent == []
    mouse.down()
    mouse.up()
    start = stage.start
    stage.wait("d.hand === '' && new URLSearchParams(d.link).get('x') !== null")
    stage.settled()
    assert stage.start == pytest.approx(start)
    mouse.move(5, 5)


def test_the_safeguard_follows_the_hand(stage: LabPage) -> None:
    s = opening_of(LAB)
    stage.sent.clear()
    slider = stage.page.get_by_role("slider", name=re.compile("safeguard"))
    slider.focus()
    with stage.changes("hand"):
        slider.press("ArrowRight")
    (guard,) = stage.hand.values()
    assert guard > 0
    assert next(iter(stage.hand)) == f"{s.entries[0].slot}.rule.safeguard"
    stage.settled()
    label = stage.root.locator(".panel.starts")
    stage.page.wait_for_function(
        "document.querySelector('.panel.starts').ariaLabel.includes('None ends at a saddle')"
    )
    assert "maximum" in label.get_attribute("aria-label")


def test_another_run_is_shown_when_it_is_chosen(stage: LabPage) -> None:
    stage.page.get_by_test_id("stMain").get_by_role("radio", name="C").or_(
        stage.page.get_by_test_id("stMain").get_by_role("button", name="C", exact=True)
    ).first.click()
    stage.page.wait_for_function("document.querySelector('.stage .local').textContent.startsWith('C, step')")
    stage.page.get_by_test_id("stMain").get_by_role("slider", name=re.compile("learning rate")).wait_for()
