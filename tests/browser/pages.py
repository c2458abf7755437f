"""Pages that stay open: a visit takes one that rests, which costs a quarter of what a new one does.

The document is always a new one; what is kept is the window, its process and the scripts it has compiled.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Error, Page, WebSocket

SCREEN = {"width": 1280, "height": 800}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 3,
}
PATIENCE = 30_000
"""Milliseconds after which what is waited for is not coming: nothing is measured by it."""
QUIET = "_stcore/health"
"""A page that does nothing, of the same origin: for another one the browser would start another process."""
OUTSIDE = -9, -9


class Lent(NamedTuple):
    """A page, what it was made for, and who is told of its websockets."""

    page: Page
    device: str
    told: Callable[[WebSocket], Any] | None


class Pages:
    """All pages of the tests, each in a context of its own."""

    def __init__(self, browser: Browser, watch: Callable[[BrowserContext], None]) -> None:
        self._browser, self._watch = browser, watch
        self._resting: list[tuple[str, Page]] = []
        self._lent: list[Lent] = []

    def take(
        self,
        *,
        viewport: dict[str, int] = SCREEN,
        color_scheme: str = "light",
        told: Callable[[WebSocket], Any] | None = None,
        script: str = "",
        **device: Any,
    ) -> Page:
        """A page that nobody uses, with a window of this size.

        ``told`` hears of every websocket that it opens. A ``script`` runs before all others; it cannot be
        taken back, so that such a page is a new one and ends with the test.
        """
        made_for = script or repr(sorted(device.items()))
        page = next((page for kind, page in self._resting if kind == made_for), None)
        if page:
            self._resting.remove((made_for, page))
        else:
            context = self._browser.new_context(viewport=viewport, **device)
            self._watch(context)
            page = context.new_page()
        self._lent.append(Lent(page, "" if script else made_for, told))
        page.set_default_timeout(PATIENCE)
        page.emulate_media(color_scheme=color_scheme)
        if page.viewport_size != viewport:
            page.set_viewport_size(viewport)
        if told:
            page.on("websocket", told)
        if script:
            page.add_init_script(script)
        return page

    @contextmanager
    def lending(self, failures: Callable[[], int]) -> Iterator["Pages"]:
        """What is taken inside is given back afterwards; the pages of a test that failed are closed."""
        before = failures()
        yield self
        lent, self._lent = self._lent, []
        for page, device, told in lent:
            if told:
                page.remove_listener("websocket", told)
            if device and failures() == before and rests(page):
                self._resting.append((device, page))
            else:
                page.context.close()


def rests(page: Page) -> bool:
    """Leave what is open and forget what it kept; whether that was possible."""
    try:
        page.goto(urljoin(page.url, f"/{QUIET}"))
        page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        page.mouse.move(*OUTSIDE)
    except Error:
        return False
    return True
