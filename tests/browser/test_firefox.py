"""The core path in a second engine: a picture, a rate, a start, a step, two panels, a map for every run."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from browser.firefox import Firefox, firefox, installed
from charts import LIGHT
from ui.link import decode
from ui.scenario import Scenario

STAGE = "document.querySelector('section.stage')"
SLIDER = ".st-key-exact-A :is([role=slider], input[type=range])"
INK = """(() => {
  const canvas = document.querySelector(".stage .map canvas"), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height), wanted = %s;
  let count = 0;
  for (let i = 0; i < data.length; i += 4) count += wanted.every((v, j) => Math.abs(data[i + j] - v) < 3);
  return count;
})()"""


def ink(color: str) -> str:
    return INK % [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def middle(browser: Firefox, selector: str, right: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    box = browser.ask(f"document.querySelector('{selector}').getBoundingClientRect()")
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


@pytest.mark.skipif(installed() is None, reason="no Firefox is installed")
def test_the_core_path(server: str, tmp_path: Path) -> None:
    with firefox(installed() or "", tmp_path) as browser:
        browser.size(1280, 800)
        browser.open(f"{server}?steps=60&A=momentum&A.learning_rate=0.0005&B=adam")
        browser.wait(f"Number({STAGE}.dataset.painted) > 0 && {STAGE}.dataset.tapes")
        for style in LIGHT.runs[:2]:
            assert browser.ask(ink(style.color)) > 40, style
        link = browser.ask(f"{STAGE}.dataset.link")
        browser.wait(f"document.querySelector({SLIDER!r})")
        browser.ask(f"document.querySelector({SLIDER!r}).focus()")
        browser.press("ArrowRight")
        browser.wait(f"{STAGE}.dataset.link !== '{link}'")
        rates = [entry.rule.settings["learning_rate"] for entry in scenario(browser).entries]
        assert rates[0] > 0.0005
        browser.click(*middle(browser, ".stage .map", 0.6, 0.3))
        browser.wait(f"new URLSearchParams({STAGE}.dataset.link).has('x')")
        assert scenario(browser).start != (-1.2, 1.0)
        browser.ask(f"{STAGE}.querySelector('.back').click()")
        browser.wait(f"{STAGE}.dataset.step === '59'")
        browser.ask(f"[...{STAGE}.querySelectorAll('.choices button')].at(-1).click()")
        browser.wait(f"new URLSearchParams({STAGE}.dataset.link).get('panels') === 'gradient,relief'")
        browser.ask(f"{STAGE}.querySelector('.maps').click()")
        browser.wait("document.querySelectorAll('.own-map > .map canvas').length === 2")
        assert browser.ask("document.querySelectorAll('[data-testid=stException]').length") == 0


def scenario(browser: Firefox) -> Scenario:
    return decode(dict(parse_qsl(browser.ask(f"{STAGE}.dataset.link"))))[0]
