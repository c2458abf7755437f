"""While a number is under the hand the browser makes the runs; the server hears of it once, afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import dist

import numpy as np
import pytest
from playwright.sync_api import Locator, WebSocket, expect

from browser.conftest import Take, Visit
from browser.network import Network, network
from browser.stage import Stage
from charts import LIGHT, left_map
from optimizers import run
from ui.scenario import Scenario

TWO = "landscape=himmelblau&A=adam&A.learning_rate=0.05&B=momentum&B.learning_rate=0.0005&steps=12"
SEARCHING = "landscape=himmelblau&A=backtracking&steps=100"


@pytest.fixture
def sent() -> list[str | bytes]:
    """What the page has said to the server."""
    return []


@pytest.fixture
def stage(visit: Visit, sent: list[str | bytes]) -> Stage:
    return opened(visit, TWO, sent)


def opened(visit: Visit, query: str, sent: list[str | bytes]) -> Stage:
    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    stage = visit(query, told=listen)
    stage.page.wait_for_function("document.querySelector('section.stage').dataset.tapes")
    sent.clear()
    return stage


@pytest.fixture
def between(server: str) -> Iterator[Network]:
    with network(server) as whole:
        yield whole


@pytest.fixture
def silent(between: Network, take: Take) -> tuple[Stage, Network]:
    """A page on which the server has stopped to answer."""
    page = take()
    page.goto(f"{between.address}?{TWO}", wait_until="commit")
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0 && d.tapes")
    between.silence()
    return stage, between


@contextmanager
def held(stage: Stage, slider: Locator) -> Iterator[Callable[[float], None]]:
    """A slider's thumb under the pointer; inside, it can be moved by so many pixels."""
    box = slider.locator("xpath=../..").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    yield lambda distance: stage.page.mouse.move(x + distance, y, steps=4)
    stage.page.mouse.up()


def with_hand(stage: Stage) -> Scenario:
    """The scenario of the link with what is under the hand."""
    scenario = stage.scenario
    for name, value in stage.hand.items():
        slot, of, key = name.split(".")
        scenario = scenario.with_setting(slot, key, value, of)
    return scenario


def ends_in_place(stage: Stage, scenario: Scenario) -> None:
    """Whether every run's head is where Python's run of the scenario ends."""
    ends, area = [], stage.area()
    for entry in scenario.entries:
        t = run(scenario.surface, entry.rule, scenario.start, scenario.steps)
        ends.append(area.at(*t.points[-1]))
    for i, (entry, color) in enumerate(zip(scenario.entries, stage.colors(ends), strict=True)):
        if all(dist(ends[i], other) > 12 for other in ends[i + 1 :]):  # no other head lies over it
            assert color == LIGHT.runs["ABCDEF".index(entry.slot)].color.upper(), entry


def test_a_drag_is_followed_without_a_word_to_the_server_and_then_said_once(
    stage: Stage, sent: list[str | bytes]
) -> None:
    with held(stage, stage.rates.nth(1)) as move:
        for distance in (8, 16, 24):
            with stage.changes("hand"):
                move(distance)
            assert with_hand(stage).entry("B") != stage.scenario.entry("B")
            ends_in_place(stage, with_hand(stage))
        assert sent == []
        wanted = with_hand(stage)
    stage.wait("d.hand === '' && new URLSearchParams(d.link).has('B.learning_rate')")
    assert stage.scenario == wanted
    assert len(sent) == 1


def test_only_what_is_moved_is_dimmed_and_only_for_so_long(stage: Stage) -> None:
    def opacity(selector: str) -> float:
        return float(stage.page.locator(selector).evaluate("e => getComputedStyle(e).opacity"))

    with held(stage, stage.rates.nth(1)) as move:
        with stage.changes("hand"):
            move(30)
        assert opacity(".verdict[data-slot=B]") < 1.0 == opacity(".verdict[data-slot=A]")
        assert opacity("table.verdicts") < 1.0
    stage.wait("d.hand === ''")
    for selector in (".verdict[data-slot=B]", "table.verdicts"):
        expect(stage.page.locator(selector)).to_have_css("opacity", "1")


def test_a_run_that_ends_on_the_map_does_not_leave_it_under_the_hand(
    visit: Visit, sent: list[str | bytes]
) -> None:
    query = "formula=log(x^2%2By^2-1)&x=2&y=0.3&steps=60&A=gradient_descent&A.learning_rate=1"
    stage = opened(visit, query, sent)
    with held(stage, stage.rates.first) as move:
        with stage.changes("hand"):
            move(8)
        shown = stage.pixels()
    stage.settled()
    (ended,) = stage.runs()
    assert not np.isfinite(ended.points).all()
    assert left_map(stage.scenario.surface, ended) is None
    assert stage.pixels() == shown


def test_keys_and_typed_numbers_are_followed_while_the_server_is_silent(
    silent: tuple[Stage, Network],
) -> None:
    stage, _ = silent
    for _ in range(3):
        with stage.changes("hand"):
            stage.rates.first.press("ArrowRight")
    ends_in_place(stage, with_hand(stage))
    stage.type(stage.field("Steps"), "40")
    stage.wait("d.hand.includes('steps=40')")
    hand = {name: value for name, value in stage.hand.items() if name != "steps"}
    assert list(hand) == ["A.rule.learning_rate"]
    assert stage.step == 40
    rate = hand["A.rule.learning_rate"]
    ends_in_place(stage, replace(stage.scenario.with_setting("A", "learning_rate", rate), steps=40))


def test_every_setting_of_a_rule_is_followed(stage: Stage, sent: list[str | bytes]) -> None:
    stage.open_settings("B")
    slider = stage.page.get_by_role("slider", name="momentum")
    expect(slider).to_be_visible()
    with held(stage, slider) as move:
        with stage.changes("hand"):
            move(-20)
        sent.clear()
        ends_in_place(stage, with_hand(stage))
        assert list(stage.hand) == ["B.rule.momentum"]
    stage.wait("d.hand === ''")


def test_the_start_is_followed_and_said_when_it_is_dropped(stage: Stage, sent: list[str | bytes]) -> None:
    area = stage.area()
    x, y = area.at(*stage.start)
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    for distance in (30, 60):
        with stage.changes("start"):
            stage.page.mouse.move(x + distance, y + distance / 2, steps=4)
        ends_in_place(stage, replace(stage.scenario, start=stage.start))
    assert sent == []
    dropped = stage.start
    stage.page.mouse.up()
    stage.wait("d.hand === '' && new URLSearchParams(d.link).has('x')")
    assert stage.scenario.start == dropped


def test_arrow_keys_move_the_start(stage: Stage) -> None:
    x, y = stage.start
    stage.page.locator(".map").focus()
    for key, change in (("ArrowRight", (1, 0)), ("Shift+ArrowUp", (0, 10))):
        before = stage.start
        with stage.changes("start"):
            stage.page.keyboard.press(key)
        across, up = stage.area().pixel[0] * stage.area().width, stage.area().pixel[1] * stage.area().height
        moved = [(b - a) / size * 100 for a, b, size in zip(before, stage.start, (across, up), strict=True)]
        assert moved == pytest.approx(change, abs=0.3)
    stage.wait("d.hand === '' && new URLSearchParams(d.link).has('y')")
    assert stage.scenario.start == stage.start != (x, y)


def test_the_map_follows_a_slider_of_the_surface(visit: Visit, sent: list[str | bytes]) -> None:
    stage = opened(visit, "landscape=quadratic&A=gradient_descent&steps=50", sent)
    area = stage.area()
    corners = [area.share(0.05, 0.05), area.share(0.95, 0.95)]
    with held(stage, stage.page.get_by_role("slider", name="Condition number")) as move:
        with stage.changes("hand"):
            move(-40)
        first = stage.opacities(corners)
        assert first == [1.0, 1.0]  # the browser's own colours lie over Plotly's
        value = stage.hand["surface.condition_number"]
        surface = stage.scenario.surface.with_parameters(condition_number=value)
        ends_in_place(stage, replace(stage.scenario, surface=surface))
        assert sent == []
    stage.wait("d.hand === ''")
    assert stage.scenario.surface.settings["condition_number"] == value


def test_a_run_that_the_browser_cannot_make_is_asked_of_the_server(
    visit: Visit, sent: list[str | bytes]
) -> None:
    stage = opened(visit, SEARCHING, sent)
    with held(stage, stage.rates.first) as move:
        with stage.changes_link():
            move(30)
        assert stage.hand == {}
        assert sent
    let_go = stage.rates.first.get_attribute("aria-valuetext")
    stage.wait("Number(new URLSearchParams(d.link).get('A.learning_rate')) === Number(v[0])", let_go)
