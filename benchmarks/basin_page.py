"""From a key on the learning rate to the painted map of basins, against the bare computation of the map.

Gradient descent on Himmelblau, 200 × 200 starts of 200 steps. The page's way has the network, the picture and
its painting in it; the bare computation is the same map with verdicts and steps needed, made here between two
keys at the same rates.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.latency import press
from benchmarks.servers import PLAYGROUND, serve
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from optimizers.studies.attraction import attraction
from ui.grids import log_grid

_RESOLUTION, _STEPS, _FIRST = 200, 200, 0.001
_LINK = f"landscape=himmelblau&A=gradient_descent&A.learning_rate={_FIRST}&steps={_STEPS}"
_MAP = """() => {
    const plot = document.querySelector("section.stage .panel .plot"), image = plot?.querySelector("image");
    return image && plot.style.opacity === "1" ? [image.href.baseVal] : null;
}"""


def measure(presses: int = 9) -> list[Figure]:
    """One notch up at a time, every rate for the first time; each map also bare."""
    surface, rates = LANDSCAPES["himmelblau"], [v for v in log_grid(1e-5, 10.0) if v > _FIRST][:presses]
    painted, bare = [], []
    with serve(PLAYGROUND) as server, chromium() as browser, fresh_page(browser) as page:
        page.goto(f"{server.url}/basins?{_LINK}")
        page.wait_for_function(f"document.querySelector('section.stage')?.dataset.tapes && ({_MAP})()")
        page.wait_for_timeout(2_000)
        for rate in rates:
            painted.append(press(page, _MAP, 0, "ArrowRight"))
            begun = perf_counter()
            attraction(surface, OPTIMIZERS["gradient_descent"](learning_rate=rate), _RESOLUTION, _STEPS)  # type: ignore[call-arg]
            bare.append(1000 * (perf_counter() - begun))
    ours, theirs = median(painted), median(bare)
    note = f"painted after {ours:.0f} ms, bare {theirs:.0f} ms"
    samples = {"painted": painted, "bare": bare}
    return [
        Figure(
            "basin map, key → painted / bare computation",
            ours / theirs,
            bound=3.0,
            note=note,
            samples=samples,
        )
    ]
