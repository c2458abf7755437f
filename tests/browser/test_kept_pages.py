"""A page that was used before is as new, or later tests would see what earlier ones did."""

from playwright.sync_api import Browser, Page, WebSocket

from browser.pages import SCREEN, Pages
from browser.stage import Stage

STATE = """() => [
  sessionStorage.getItem("mine"), localStorage.getItem("mine"), !!document.querySelector(":hover"),
  innerWidth, innerHeight, matchMedia("(prefers-color-scheme: dark)").matches,
]"""


def opened(page: Page, server: str) -> Stage:
    page.goto(server, wait_until="commit")
    stage = Stage(page)
    stage.wait("Number(d.painted) > 0")
    return stage


def test_a_page_that_was_given_back_keeps_nothing(browser: Browser, server: str) -> None:
    pages, sockets = Pages(browser, lambda context: None), list[WebSocket]()

    def hear(socket: WebSocket) -> None:
        sockets.append(socket)

    with pages.lending(lambda: 0):
        used = pages.take(viewport={"width": 900, "height": 700}, color_scheme="dark", told=hear)
        stage = opened(used, server)
        for storage in ("sessionStorage", "localStorage"):
            used.evaluate(f"{storage}.setItem('mine', 'here')")
        used.mouse.move(*stage.area().share(0.5, 0.5))
        used.wait_for_function("document.querySelector(':hover')")
        assert used.evaluate(STATE) == ["here", "here", True, 900, 700, True]
    with pages.lending(lambda: 0):
        again = pages.take()
        opened(again, server)
        assert again.evaluate(STATE) == [None, None, False, SCREEN["width"], SCREEN["height"], False]
        again.context.close()
    assert again is used
    assert len(sockets) == 1


def test_a_page_of_a_test_that_failed_is_closed_and_so_is_one_with_a_script(browser: Browser) -> None:
    pages, failed = Pages(browser, lambda context: None), [0]
    with pages.lending(lambda: len(failed)):
        bad = pages.take()
        failed.append(1)
    with pages.lending(lambda: 0):
        written = pages.take(script="window.mine = 1")
        assert written is not bad
    assert bad.is_closed()
    assert written.is_closed()
