"""A page that was away, or whose server has gone, comes back by itself with what its address says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from browser.conftest import Take, serving
from browser.network import Network, network
from browser.stage import Stage

KEPT = 1.0
"""Seconds for which these servers keep a session that has lost its page; two minutes by default."""

BACK = 3_000
"""Milliseconds in which a page has to be back."""

OPENED = "landscape=himmelblau&A=adam&A.learning_rate=0.1"
EDIT: dict[str, Callable[[Stage], Any]] = {
    "a rate": lambda stage: stage.type(stage.rate_field("A"), "0.2"),  # a run of the fragment alone
    "the steps": lambda stage: stage.type(stage.field("Steps"), "150"),  # one of the whole page
}
EDITED = {"a rate": "A.learning_rate=0.2", "the steps": "steps=150"}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two servers of the app that know nothing of each other."""
    log, keeping = tmp_path_factory.mktemp("servers"), ("--server.disconnectedSessionTTL", str(int(KEPT)))
    with serving(log / "a", *keeping) as one, serving(log / "b", *keeping) as other:
        yield one, other
    assert "Traceback" not in (log / "a").read_text() + (log / "b").read_text()


@pytest.fixture(scope="module")
def wires(servers: tuple[str, str]) -> Iterator[Network]:
    with network(servers[0]) as whole:
        yield whole


@pytest.fixture
def page(take: Take) -> Page:
    return take()


@pytest.fixture
def between(wires: Network, servers: tuple[str, str], page: Page) -> Iterator[Network]:
    """A whole network that leads to the first server, and is whole again before the page is given back."""
    yield wires
    wires.cut()
    wires.lead_to(servers[0])
    wires.mend()


def opened(page: Page, address: str, query: str = OPENED) -> Stage:
    page.goto(f"{address}?{query}", wait_until="commit")
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0")
    return stage


def lost(page: Page) -> None:
    page.wait_for_function("document.documentElement.dataset.awake === 'false'")


def passes(page: Page, seconds: float) -> None:
    page.wait_for_function("([from, ms]) => performance.now() > from + ms", arg=[now(page), 1000 * seconds])


def now(page: Page) -> float:
    return float(page.evaluate("performance.now()"))


def comes_back(page: Page) -> None:
    page.wait_for_function(
        "document.documentElement.dataset.awake === 'true'"
        " && Number(document.querySelector('section.stage')?.dataset.painted) > 0",
        timeout=BACK,
    )


def comes_back_through(page: Page, between: Network, servers: tuple[str, str], fate: str) -> None:
    """Notices that its line was cut, and is back when the line is."""
    lost(page)
    if fate == "session dropped":
        passes(page, 2.5 * KEPT)
    if fate == "another server":
        between.lead_to(servers[1])
    between.mend()
    comes_back(page)


def shows(stage: Stage, *settings: str) -> None:
    """Until the picture, the address and the fields agree on these settings, and the page works."""
    for setting in settings:
        stage.wait("d.link.split('&').includes(v[0])", setting)
        assert setting in stage.query.split("&")
    with stage.changes("link"):
        stage.type(stage.field("Start x"), "0.5")
    assert {*settings, "x=0.5"} <= set(stage.query.split("&"))


@pytest.mark.parametrize("edit", EDIT)
@pytest.mark.parametrize("fate", ["line cut", "session dropped", "another server"])
def test_what_was_edited_before_is_there_afterwards(
    page: Page, between: Network, servers: tuple[str, str], fate: str, edit: str
) -> None:
    stage = opened(page, between.address)
    with stage.changes("link"):
        EDIT[edit](stage)
    with addresses_of(page) as addresses:
        between.cut()
        comes_back_through(page, between, servers, fate)
    assert EDITED[edit] in stage.query.split("&")
    assert [query for query in addresses if EDITED[edit] not in query] == []
    shows(stage, EDITED[edit], "landscape=himmelblau")


@contextmanager
def addresses_of(page: Page) -> Iterator[list[str]]:
    """Every query that the address has meanwhile."""
    seen: list[str] = []

    def note(frame: Frame) -> None:
        seen.append(urlsplit(frame.url).query)

    page.on("framenavigated", note)
    yield seen
    page.remove_listener("framenavigated", note)


@pytest.mark.parametrize("fate", ["line cut", "another server"])
def test_an_edit_on_the_map_that_nobody_heard_is_said_again(
    page: Page, between: Network, servers: tuple[str, str], fate: str
) -> None:
    stage = opened(page, between.address)
    between.cut()
    page.mouse.click(*stage.area("map").share(0.25, 0.25))  # before the page knows
    comes_back_through(page, between, servers, fate)
    stage.wait("new URLSearchParams(d.link).has('x')")
    placed = dict(parse_qsl(stage.query))
    assert float(placed["x"]) == pytest.approx(-2.5, abs=1.0)
    shows(stage, "A.learning_rate=0.1", "landscape=himmelblau")


@pytest.mark.parametrize("fate", ["line cut", "another server"])
def test_an_edit_of_a_field_that_got_lost_is_said_again(
    page: Page, between: Network, servers: tuple[str, str], fate: str
) -> None:
    stage = opened(page, between.address)
    between.silence()
    stage.type(stage.field("Steps"), "150")
    between.cut()
    comes_back_through(page, between, servers, fate)
    expect(stage.field("Steps")).to_have_value("150")
    shows(stage, "steps=150", "landscape=himmelblau")


def test_a_line_that_went_dead_without_a_word_is_noticed_after_sleep(page: Page, between: Network) -> None:
    stage = opened(page, between.address)
    with stage.changes("link"):
        EDIT["a rate"](stage)
    page.evaluate("""() => {
        window.before = true;
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    between.silence()
    page.evaluate("""() => {
        const shift = Date.now;
        Date.now = () => shift() + 60_000;
        delete document.hidden;
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    lost(page)
    page.wait_for_function("!window.before && document.querySelector('section.stage')")  # loaded anew
    stage.wait("Number(d.painted) > 0")
    shows(stage, EDITED["a rate"], "landscape=himmelblau")


def test_a_browser_that_was_offline_comes_back(page: Page, between: Network) -> None:
    stage = opened(page, between.address)
    page.context.set_offline(True)
    between.cut()
    lost(page)
    passes(page, 2.5 * KEPT)
    between.mend()
    page.context.set_offline(False)
    comes_back(page)
    shows(stage, "A.learning_rate=0.1", "landscape=himmelblau")


def test_the_playground_is_found_again_after_a_restart_during_a_visit_to_the_surfaces(
    page: Page, between: Network, servers: tuple[str, str]
) -> None:
    stage = opened(page, between.address)
    with stage.changes("link"):
        EDIT["the steps"](stage)
    page.get_by_role("link", name="Surfaces").click()
    page.get_by_role("heading", level=1, name="Surfaces").wait_for()
    between.cut()
    lost(page)
    between.lead_to(servers[1])
    between.mend()
    page.wait_for_function("document.documentElement.dataset.awake === 'true'", timeout=BACK)
    page.get_by_role("link", name="Playground").click()
    stage.wait("Number(d.painted) > 0")
    shows(stage, "steps=150", "A.learning_rate=0.1", "landscape=himmelblau")


def test_a_page_under_the_strict_policy_draws_follows_and_comes_back_when_its_server_is_started_anew(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``deploy/`` serves: no string becomes code, so no JavaScript can be waited for."""
    monkeypatch.setenv("DESCENT_STRICT", "1")
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    root = page.locator("section.stage[data-tapes]")
    with serving(tmp_path / "first") as address:
        page.goto(f"{address}?{OPENED}", wait_until="commit")
        expect(root).to_have_attribute("data-painted", re.compile("[1-9]"))
        page.get_by_role("slider", name=re.compile("learning rate")).press("ArrowRight")
        expect(root).to_have_attribute("data-link", re.compile(r"learning_rate=0\.125"))
    expect(page.locator("html[data-awake=false]")).to_be_attached()
    with serving(tmp_path / "second", port=urlsplit(address).port or 0):
        expect(page.locator("html[data-awake=true]")).to_be_attached(timeout=BACK)
        expect(root).to_have_attribute("data-link", re.compile(r"learning_rate=0\.125"))
        assert "A.learning_rate=0.125" in urlsplit(page.url).query.split("&")
        page.get_by_role("slider", name=re.compile("learning rate")).press("ArrowRight")
        expect(root).to_have_attribute("data-link", re.compile(r"learning_rate=0\.16"))
    assert complaints == []
