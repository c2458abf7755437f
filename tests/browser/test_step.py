"""The step microscope: what it writes are the run's own numbers, in the same frame, without the server."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import WebSocket, expect

from browser.conftest import Visit
from browser.stage import Stage
from browser.test_access import serious
from browser.test_hands import held, with_hand
from charts import LIGHT, number
from optimizers import Trajectory, run
from ui.scenario import Scenario

TWO = "landscape=himmelblau&A=adam&B=backtracking&steps=40&panels=loss,step&at=7"
SEARCHING = "landscape=rosenbrock&A=adam&B=backtracking&steps=200&panels=step&at=150"
NOISY = (
    "landscape=line_fit&A=momentum&A.schedule=exponential&A.batch_size=2&noise=0.2&steps=30&panels=step&at=4"
)

_SCRUB = """async (steps) => {
  const scrub = document.querySelector(".stage .scrub"), found = [];
  for (const step of steps) {
    Object.assign(scrub, { value: step }).dispatchEvent(new Event("input"));
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    const points = [...document.querySelectorAll(".written .line:first-child .result")];
    found.push([document.querySelector(".written .of span"), ...points].map((e) => e.textContent));
  }
  return found;
}"""


@pytest.fixture
def sent() -> list[str | bytes]:
    return []


@pytest.fixture
def opened(visit: Visit, sent: list[str | bytes]) -> Callable[[str], Stage]:
    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    def open_page(query: str) -> Stage:
        stage = visit(query, told=listen)
        stage.wait("d.tapes")
        expect(stage.root.locator(".written .result").first).not_to_be_empty()
        return stage

    return open_page


def written(stage: Stage) -> list[str]:
    """The next point, as it stands there."""
    return stage.root.locator(".written .line:first-child .result").all_text_contents()


def reached(t: Trajectory, step: int) -> list[str]:
    return [f"={number(v)}" for v in t.points[step]]


def bare(texts: list[Any]) -> list[str]:
    return ["".join(text.split()) for text in texts]


def made(scenario: Scenario) -> list[Trajectory]:
    s = scenario
    return [
        run(s.surface, e.rule, s.start, s.steps, e.schedule, s.noise, e.batch_size, s.seed) for e in s.entries
    ]


def test_it_follows_the_scrubber_and_the_hand_without_the_server(
    opened: Callable[[str], Stage], sent: list[str | bytes]
) -> None:
    stage = opened(TWO)
    t, _ = made(stage.scenario)
    assert bare(written(stage)) == reached(t, 8)
    assert stage.count(LIGHT.letters[0].upper()) > 20  # the gradient on the map
    assert stage.count(LIGHT.letters[1].upper()) > 20  # and its average
    sent.clear()
    steps = [0, 1, 20, 39, 40]
    for step, (of, *points) in zip(steps, stage.page.evaluate(_SCRUB, steps), strict=True):
        k = min(step, 39)  # of the end there is the step that led to it
        assert of == f"step {k} → {k + 1}"
        assert bare(points) == reached(t, k + 1)
    assert sent == []
    with held(stage, stage.rates.first) as move:
        with stage.changes("hand"):
            move(24)
        assert bare(written(stage)) == reached(made(with_hand(stage))[0], 40)


def test_a_run_that_only_the_server_makes_is_explained_too(opened: Callable[[str], Stage]) -> None:
    stage = opened(SEARCHING)
    _, t = made(stage.scenario)
    stage.root.get_by_role("combobox", name="Run whose step is written out").select_option("B")
    stage.settles_at(run="B")
    expect(stage.root.locator(".written")).to_contain_text("τ")
    assert bare(written(stage)) == reached(t, 151)
    stage.page.evaluate(_SCRUB, [7])
    expect(stage.root.locator(".written .of")).to_contain_text("step 7 → 8")
    assert bare(written(stage)) == reached(t, 8)
    panel = stage.root.get_by_role("region", name="The step written out")
    halvings = -math.log2(t.states["step length"][8])
    assert f"j={number(halvings)}" in "".join(panel.text_content().split())
    assert stage.count(LIGHT.letters[3].upper()) > 10  # trials
    assert serious(stage.page) == []


def test_noise_batches_and_schedules_are_those_of_the_step(opened: Callable[[str], Stage]) -> None:
    stage = opened(NOISY)
    (t,) = made(stage.scenario)
    for of, *points in stage.page.evaluate(_SCRUB, [0, 3, 11]):
        k = int(of.split()[1])
        assert bare(points) == reached(t, k + 1)
