"""How long the page takes on a line of 400 kbit/s: the first time, and when the browser knows its files."""

from __future__ import annotations

from time import perf_counter

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, serve

_BYTES = 50_000
"""A second, each way."""


def measure() -> list[Figure]:
    """One visit of a server that has packed its files before, and a reload; until the picture is painted."""
    with serve(PLAYGROUND) as server, chromium() as browser:
        taken = []
        for rate in (-1, _BYTES):
            with fresh_page(browser) as page:
                page.set_default_timeout(200_000)
                line = page.context.new_cdp_session(page)
                line.send("Network.enable")
                limits = {"downloadThroughput": rate, "uploadThroughput": rate}
                line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **limits})
                for go in (lambda: page.goto(server.url, wait_until="commit"), page.reload):
                    begin = perf_counter()
                    go()
                    page.wait_for_selector("section.stage:not([data-painted='0'])")
                    taken.append(perf_counter() - begin)
    *_, first, again = taken
    return [
        Figure("first visit at 400 kbit/s to the picture", first, unit=" s", bound=60.0),
        Figure("reload at 400 kbit/s", again, unit=" s", bound=8.0),
    ]
