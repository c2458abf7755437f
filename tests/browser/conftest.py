"""One server and one Chromium for all tests, pages that stay open, and what every page must keep to.

A test asks for ``stage``, the default scenario, or for ``visit``, which opens any query and waits for its
picture. Both give it a new document in a window that is open already (``pages.py``), so a test of its own for
every thought is cheap: about a second. For a page without a stage, or of another server, there is ``take``.
Nothing is to be closed or put back: size, colours, storage and pointer are as new for whoever comes next, and
what a test that failed had open is closed.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    expect,
    sync_playwright,
)

from browser.pages import PATIENCE, SCREEN, Pages
from browser.stage import LabPage, Stage

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")

Take = Callable[..., Page]
Visit = Callable[..., Stage]


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server writes."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def server(log: Path) -> Iterator[str]:
    """The app's address."""
    with serving(log) as address:
        yield address


@contextmanager
def serving(log: Path, *settings: str, port: int = 0) -> Iterator[str]:
    """A server of the app that nobody has asked anything yet, at its address."""
    if not port:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.address", HOST, "--server.headless", "true"]
    with log.open("w") as output:
        process = subprocess.Popen([*command, *options, *settings], cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_until_healthy(process, f"http://{HOST}:{port}/_stcore/health", log)
        yield f"http://{HOST}:{port}/"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            pytest.fail("The server did not stop when it was told to.")


def wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(600):
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            pass
        try:
            code = process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"The server ended with code {code}:\n{log.read_text()}")
    pytest.fail(f"The server did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            "The browser tests need a Chromium, and none was found: run `make test`, which finds or installs"
            " one, or install Chromium (on Debian: sudo apt-get install chromium)."
        )
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def heard() -> list[str]:
    """What the pages did that none may do, since the test began."""
    return []


@pytest.fixture
def complaints(heard: list[str]) -> list[str]:
    """What a page did that none may do; a test that expects one takes it out."""
    heard.clear()
    return heard


@pytest.fixture(scope="session")
def pages(browser: Browser, heard: list[str]) -> Pages:
    return Pages(browser, lambda context: watch(context, heard))


@pytest.fixture
def take(pages: Pages, request: pytest.FixtureRequest) -> Iterator[Take]:
    """Gives a page for this test; its options are those of ``Pages.take``."""
    with pages.lending(lambda: request.session.testsfailed):
        yield pages.take


@pytest.fixture
def visit(take: Take, server: str, log: Path, complaints: list[str]) -> Iterator[Visit]:
    """Opens the app at a query, each time on another page, and waits for its picture."""
    logged = log.stat().st_size

    def open_page(query: str = "", **options: Any) -> Stage:
        page = take(**options)
        page.goto(server + (f"?{query}" if query else ""), wait_until="commit")
        stage = Stage(page)
        stage.wait("Number(d.painted) > 0 && document.fonts.status === 'loaded'")  # letters move lines
        return stage

    yield open_page
    with log.open() as written:
        written.seek(logged)
        complaints += [f"server: {line}" for line in written if "Traceback" in line or "Warning:" in line]
    assert complaints == []


def watch(context: BrowserContext, complaints: list[str]) -> None:
    def on_page(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("websocket", leave)

    def leave(request: Request | WebSocket) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != HOST:
            complaints.append(f"request: {request.url}")

    context.on("page", on_page)
    context.on("request", leave)

    def on_console(message: ConsoleMessage) -> None:
        probe = message.location.get("url", "").endswith(PROBES) and "404" in message.text
        if message.type in ("error", "warning") and not probe:
            complaints.append(f"{message.type}: {message.text}")

    context.on("console", on_console)


PROBES = ("_stcore/health", "_stcore/host-config")
"""Streamlit looks for its server under the page's own path first."""


@pytest.fixture
def first_page(browser: Browser, tmp_path: Path, complaints: list[str]) -> Iterator[Callable[[str], Page]]:
    """Opens a page by its name as the first thing that a new server is asked for."""
    log, missing = tmp_path / "log", list[str]()
    with serving(log) as address, browser.new_context(viewport=SCREEN) as context:
        watch(context, complaints)
        context.on("response", lambda r: missing.append(r.url) if r.status >= 400 else None)

        def open_page(name: str) -> Page:
            page = context.new_page()
            page.goto(f"{address}{name}", wait_until="commit")
            return page

        yield open_page
        assert "Traceback" not in log.read_text()
        assert {"/".join(url.split("/")[-2:]) for url in missing} == {*PROBES}
        assert complaints == []


@pytest.fixture
def lab_page(take: Take, server: str, complaints: list[str]) -> Iterator[Callable[..., LabPage]]:
    """Opens a lab by its key, at a query, and waits for its picture and its tapes."""

    def open_page(key: str, query: dict[str, str] | None = None, **options: Any) -> LabPage:
        sent: list[Any] = []
        page = take(told=lambda socket: socket.on("framesent", lambda frame: sent.append(frame)), **options)
        page.goto(f"{server}{key}?{urlencode(query or {})}", wait_until="commit")
        stage = LabPage(page, sent)
        stage.wait("Number(d.painted) > 0 && d.tapes && document.fonts.status === 'loaded'")
        stage.settled()
        sent.clear()
        return stage

    yield open_page
    assert complaints == []


@pytest.fixture
def stage(visit: Visit) -> Stage:
    """The default scenario on a screen of 1280 × 800."""
    return visit()
