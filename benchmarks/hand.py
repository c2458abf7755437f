"""While a slider is dragged: pictures a second, and what the page says to the server meanwhile.

The pointer moves once a frame for two seconds, to and fro along the slider, a notch or more at a time: every
frame has another value, and what is counted is how many of them the browser paints.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page, WebSocket

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, SIX_RUNS, serve

_RATE, _WALLS = "A-learning_rate-slider", "parameter-b"
_ROOMS = (
    ("rate, 6 runs of 300 steps", SIX_RUNS, _RATE, 55.0),
    ("rate, 6 runs of 1,000 steps", f"{SIX_RUNS}&steps=1000", _RATE, 50.0),
    ("rate, 6 runs of 300 steps on 12 examples", SIX_RUNS.replace("rosenbrock", "line_fit"), _RATE, 40.0),
    ("surface, its colours and 6 runs of 300 steps", SIX_RUNS, _WALLS, 20.0),
)
_SECONDS = 2.0
_STAGE = "document.querySelector('section.stage').dataset"
SLIDER = """(key) => {
    const input = document.querySelector(`[class*="st-key-${key}"] input[type="range"]`);
    const track = input.closest('[role="group"]').getBoundingClientRect();
    const thumb = input.parentElement.parentElement.getBoundingClientRect();
    return [thumb.left + thumb.width / 2, thumb.top + thumb.height / 2, track.left, track.right];
}"""


def measure() -> list[Figure]:
    """Each scenario in a page of its own."""
    with serve(PLAYGROUND) as server, chromium() as browser:
        return [figure for room in _ROOMS for figure in _dragged(browser, server.url, *room)]


def _dragged(browser: Browser, url: str, what: str, query: str, key: str, bound: float) -> list[Figure]:
    sent: list[bytes | str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    with fresh_page(browser) as page:
        page.on("websocket", listen)
        page.goto(f"{url}/?{query}")
        page.wait_for_selector("section.stage[data-tapes]", state="attached")
        page.wait_for_timeout(1_500)
        sent.clear()
        painted, frames = _drag(page, key)
        during = len(sent)
        page.mouse.up()
        page.wait_for_function(f"{_STAGE}.hand === ''")
        after = len(sent) - during
    return [
        Figure(
            f"dragged {what}: pictures a second", painted, unit="/s", bound=bound, at_least=True,
            note=f"the browser offered {frames:.0f} frames a second",
        ),
        Figure(f"messages to the server meanwhile, {what}", float(during), unit="", bound=0.0),
        Figure(f"and after the release, {what}", float(after), unit="", bound=1.0),
    ]  # fmt: skip


_SWEEP = """async ([x, y, left, right, seconds]) => {
    const stage = document.querySelector("section.stage"), frame = () => new Promise(requestAnimationFrame);
    let at = x, step = Math.max(4, (right - left) / 45), frames = 0, pictures = 0; // a notch or more
    const begin = performance.now();
    while (performance.now() - begin < 1000 * seconds) {
        if (at + step <= left || at + step >= right) step = -step;
        at += step;
        const place = { clientX: at, clientY: y, pageX: at, pageY: y };
        const told = { pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, buttons: 1 };
        document.documentElement.dispatchEvent(new PointerEvent("pointermove", { ...place, ...told }));
        const before = stage.dataset.painted;
        await frame();
        frames += 1;
        pictures += stage.dataset.painted !== before; // painted twice in a frame is seen once
    }
    const taken = (performance.now() - begin) / 1000;
    return [pictures / taken, frames / taken];
}"""


def _drag(page: Page, key: str) -> tuple[float, float]:
    """Pictures painted and frames offered, each a second, while this slider is dragged."""
    x, y, left, right = page.evaluate(SLIDER, key)
    return swept(page, x, y, left, right)


def swept(page: Page, x: float, y: float, left: float, right: float) -> tuple[float, float]:
    """The same from a point between left and right, to and fro; the button stays down.

    The events are made in the page, one a frame: a browser that is driven from outside gets them too seldom.
    """
    page.mouse.move(x, y)
    page.mouse.down()
    painted, frames = page.evaluate(_SWEEP, [x, y, left, right, _SECONDS])
    return painted, frames
