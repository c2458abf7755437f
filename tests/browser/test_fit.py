"""A hand on the data: what is dragged there moves the start, and the start moves what is drawn there."""

import numpy as np
import pytest

from browser.conftest import Visit
from browser.stage import Stage
from charts import LIGHT

LINE = "landscape=line_fit&A=gradient_descent&A.learning_rate=0.05"


def answer(stage: Stage, across: float, start: tuple[float, float] | None = None) -> float:
    """What the line of the start says."""
    slope, intercept = start or stage.start
    return slope * across + intercept


def grabbed(stage: Stage, share: float, up: float) -> tuple[float, float]:
    """The start after the line was taken at a share of the picture's width and moved up by so many pixels."""
    area, mouse = stage.area("fit"), stage.page.mouse
    across = area.x[0] + share * (area.x[1] - area.x[0])
    px, py = area.at(across, answer(stage, across))
    mouse.move(px, py)
    stage.page.wait_for_function("document.querySelector('.stage .fit').classList.contains('grip')")
    mouse.down()
    with stage.changes("start", "hand"):  # in the browser, before the server hears of it
        mouse.move(px, py - up, steps=2)
    held = stage.start
    assert answer(stage, across) == pytest.approx(area.data(px, py - up)[1], abs=0.1)
    with stage.changes_link():
        mouse.up()
    assert stage.start == held == stage.scenario.start
    return held


def test_a_line_is_shifted_by_its_middle_and_turned_by_its_end(visit: Visit) -> None:
    stage = visit(f"{LINE}&x=0.5&y=2")
    stage.wait("d.tapes")
    area = stage.area("fit")
    slope, intercept = grabbed(stage, 0.5, 10)
    assert slope == pytest.approx(0.5, abs=0.02)
    assert intercept > 2.2
    left = answer(stage, area.x[0])
    turned, _ = grabbed(stage, 0.98, -12)
    assert turned < slope - 0.05
    assert answer(stage, area.x[0]) == pytest.approx(left, abs=0.1)
    # A run set off from where the hand left it.
    assert stage.runs()[0].points[0].tolist() == list(stage.start)


def test_the_start_moves_the_line_keys_do_too_and_residuals_are_drawn_on_request(visit: Visit) -> None:
    stage = visit(f"{LINE}&x=0.5&y=2")
    stage.wait("d.tapes")
    before, colored = stage.pixels("fit"), stage.count(LIGHT.colors[0], "fit")
    with stage.changes("start"):
        stage.type(stage.field("Start intercept"), "4")
    assert stage.pixels("fit") != before
    picture = stage.page.get_by_role("img", name="Training examples and fits")
    picture.focus()
    with stage.changes("start"):
        stage.page.keyboard.press("Shift+ArrowRight")
    assert stage.start[0] > 0.6
    assert stage.start[1] == pytest.approx(4.0, abs=0.02)
    stage.settled()  # or the next picture is the server's answer to the key
    with stage.repaints():
        stage.page.get_by_role("checkbox", name="residuals").check()
    assert stage.count(LIGHT.colors[0], "fit") > colored + 40


def test_marks_are_taken_one_by_one_and_a_curve_goes_where_it_can(visit: Visit) -> None:
    stage = visit("landscape=regression_raw_units&A=gradient_descent&A.learning_rate=1e-7&standardise=1")
    stage.wait("d.tapes")
    surface, area = stage.scenario.surface, stage.area("fit")
    targets = surface.examples[:, 0]
    first = int(np.argmax(targets))
    # A click beside the mark of the largest target puts its answer there.
    with stage.changes_link():
        stage.page.mouse.click(*area.at(targets[first], -1.3))
    said = surface.answers(np.array([stage.start]))[0]
    assert said[first] == pytest.approx(-1.3, abs=0.05)

    stage.page.goto(stage.page.url.partition("?")[0] + "?landscape=logistic_regression&A=bfgs")
    stage.wait("d.tapes && new URLSearchParams(d.link).get('landscape') === 'logistic_regression'")
    assert stage.page.get_by_role("checkbox", name="residuals").is_hidden()  # a boundary has none
    area = stage.area("fit")
    with stage.changes_link():
        stage.page.mouse.click(*area.at(3.0, -1.0))
    weights = np.array(stage.start)
    assert -3.0 * weights[0] / weights[1] == pytest.approx(-1.0, abs=0.05)
