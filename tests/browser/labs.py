"""A lab's page in a browser, opened once for several tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, WebSocket

from browser.conftest import MISSING, SCREEN, watch
from browser.stage import Stage

PHONE = {"width": 390, "height": 844}


class LabPage(Stage):
    """The stage of a lab, and what the page has said to the server."""

    def __init__(self, page: Page, sent: list[Any]) -> None:
        super().__init__(page)
        self.sent = sent

    def settled(self) -> None:
        """Until nothing is under the hand, nor on its way."""
        self.page.wait_for_function(
            """() => { const d = document.querySelector("section.stage").dataset,
                 app = document.querySelector('[data-testid="stApp"]').dataset;
               return d.hand === "" && Number(d.painted) > 0 && app.testScriptState === "notRunning"; }"""
        )


@contextmanager
def lab_page(
    browser: Browser, server: str, key: str, query: dict[str, str] | None = None, **options: Any
) -> Iterator[LabPage]:
    """A lab with its first picture, and tapes; at the end, nothing has been complained of."""
    complaints: list[str] = []
    sent: list[Any] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    with browser.new_context(**{"viewport": SCREEN} | options) as context:
        context.set_default_timeout(30_000)
        watch(context, complaints)
        page = context.new_page()
        page.on("websocket", listen)
        page.goto(f"{server}{key}?{urlencode(query or {})}", wait_until="commit")
        stage = LabPage(page, sent)
        stage.wait("Number(d.painted) > 0 && d.tapes")
        stage.settled()
        sent.clear()
        yield stage
        assert [complaint for complaint in complaints if complaint != MISSING] == []
