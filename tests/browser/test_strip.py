"""The strip under a learning-rate slider: each stop is a run, its label the study's, its place a thumb's."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Visit
from browser.stage import Stage
from browser.test_hands import held
from charts import all_marked, marks
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, run
from optimizers.studies.learning_rates import edges, learning_rates
from tests.tapes import Job
from ui.grids import log_grid

RATES = list(log_grid(1e-5, 10.0))
_IMPORT = """async () => {
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const of = (file) => import(files.find((name) => name.endsWith(`/${file}`)));
  const [tape, lanes, labels] = await Promise.all(["tape.js", "lanes.js", "labels.js"].map(of));
  window.made = (job, rates) => {
    const going = lanes.sweep(job.tape, job.given, Float64Array.from(rates));
    for (;;) {
      const { done, value } = going.next();
      if (done) return value;
    }
  };
  Object.assign(window, { tape, labels });
}"""
_DIFFERENT = """([job, rates]) => {
  const found = window.made(job, rates), differ = [];
  rates.forEach((rate, l) => {
    const settings = { ...job.given.settings, learning_rate: rate };
    const alone = window.tape.march(job.tape, { ...job.given, settings });
    for (const name of ["x", "y", "value"]) {
      const other = alone[name].findIndex((v, k) => !Object.is(v, found[name][k * rates.length + l]));
      if (other >= 0) differ.push([rate, name, other]);
    }
  });
  return differ;
}"""
_LABELLED = """([job, rates, known]) => {
  known.height = window.tape.height(job.tape, job.given.parameters);
  return window.labels.labelled(window.made(job, rates), rates, job.given.steps, known).labels;
}"""


@pytest.fixture
def machine(stage: Stage) -> Stage:
    """A page with the stage's own modules at hand."""
    stage.wait("d.tapes")
    stage.page.evaluate(_IMPORT)
    return stage


def test_every_stop_of_a_strip_is_the_run_at_that_rate_to_the_bit(machine: Stage) -> None:
    plan = SCHEDULES["cosine"](period=40.0)
    jobs = [
        *(Job(LANDSCAPES["ackley"], OPTIMIZERS[key](), steps=40) for key in ("adam", "newton", "nesterov")),
        Job(LANDSCAPES["rosenbrock"], OPTIMIZERS["momentum"](), plan, steps=60, noise=0.3, seed=4),
        Job(LANDSCAPES["line_fit"], OPTIMIZERS["rmsprop"](), steps=30, batch_size=5, seed=2),
        Job(LANDSCAPES["logistic_regression"], OPTIMIZERS["lion"](), steps=30),
        Job(LANDSCAPES["regression_raw_units"], OPTIMIZERS["rprop"](), steps=30),
    ]
    for job in jobs:
        assert machine.page.evaluate(_DIFFERENT, [job.sent(), RATES[::4]]) == [], job.name


SURFACES = (
    "quadratic",
    "rosenbrock",
    "booth",
    "himmelblau",
    "double_well",
    "saddle",
    "styblinski_tang",
    "line_fit",
)
RULES = ("gradient_descent", "momentum", "nesterov", "adam", "rmsprop")


def test_no_label_is_another_than_the_studys(machine: Stage) -> None:
    """Where only the verdict could tell there is none; on a surface with minima one in ten at most."""
    told, wrong = [], []
    for key in SURFACES:
        surface, signs = (
            LANDSCAPES[key],
            [{"name": n, "points": p} for n, p in marks(LANDSCAPES[key]).items()],
        )
        known = {"window": surface.window, "signs": signs, "all": all_marked(surface)}
        for name in RULES:
            rule = OPTIMIZERS[name]()
            found = machine.page.evaluate(_LABELLED, [Job(surface, rule).sent(), RATES, known])
            wanted = learning_rates(surface, rule, surface.start, 300, RATES).labels
            pairs = zip(RATES, found, map(str, wanted), strict=True)
            wrong += [(key, name, *one) for one in pairs if one[1] not in (None, one[2])]
            told += [one is not None for one in found if key != "saddle"]
    assert wrong == []
    assert np.mean(told) > 0.9


def strip(stage: Stage, slot: str) -> Locator:
    return stage.page.locator(f'.rate-strip[data-slot="{slot}"]')


def labels(stage: Stage, slot: str) -> list[str]:
    expect(strip(stage, slot)).to_have_attribute("data-labels", re.compile("."))
    return (strip(stage, slot).get_attribute("data-labels") or "").split(",")


def redrawn(stage: Stage, slot: str, than: str) -> None:
    expect(strip(stage, slot)).not_to_have_attribute("data-labels", than)


BOWL = (
    "landscape=quadratic&steps=120&A=gradient_descent&A.learning_rate=0.05&B=momentum&C=bfgs&D=nelder_mead"
    "&E=momentum&E.schedule=linear"
)


def test_a_strip_says_where_the_hand_is_before_the_run_shows_it(visit: Visit) -> None:
    stage = visit(BOWL)
    s = stage.scenario
    # Only of runs that the browser can make, and that have a rate.
    assert [labels(stage, slot)[0] for slot in "ABE"] == ["too slow"] * 3
    assert stage.page.locator(".rate-strip[data-slot]").count() == 3
    found = learning_rates(s.surface, s.entry("A").rule, s.start, s.steps, RATES)
    assert [one or "?" for one in labels(stage, "A")] == list(map(str, found.labels))

    # In words, with theory's edge where there is one: not of a rate that changes.
    words = [strip(stage, slot).get_attribute("aria-label") or "" for slot in "ABE"]
    known = edges(s.surface, s.entry("A").rule, s.start)
    assert known is not None
    assert known.limit == pytest.approx(0.1)
    assert "Run A: loss after 120 steps is lowest at η = 0.08; " in words[0]
    assert words[0].endswith("diverges from 0.125 on; 2/λ is 0.1.")
    assert "2(1 + μ)/λ is 0.19." in words[1]
    assert "λ" not in words[2]
    assert strip(stage, "A").get_attribute("role") == "img"

    # The thumb stands over its place, from one end of the slider to the other.
    box = strip(stage, "A").bounding_box()
    slider = stage.rates.first
    for key, share in (("Home", 0.0), ("End", 1.0)):
        slider.press(key)
        thumb = slider.locator("xpath=../..").bounding_box()
        at = thumb["x"] + thumb["width"] / 2
        assert at == pytest.approx(box["x"] + share * box["width"], abs=1.5)
    stage.wait("d.hand === '' && new URLSearchParams(d.link).get('A.learning_rate') === '10.0'")

    # Another rate changes no strip; what else a run depends on does, its own alone, and the hand is enough.
    before = {slot: strip(stage, slot).get_attribute("data-labels") for slot in "ABE"}
    assert labels(stage, "A") == [str(one) for one in found.labels]
    stage.open_settings("B")
    momentum = stage.page.get_by_role("slider", name=re.compile("momentum"))
    with held(stage, momentum) as move:
        move(-60)
        redrawn(stage, "B", before["B"])
        assert "λ" not in (strip(stage, "B").get_attribute("aria-label") or "")  # whose edge the server knows
    expect(strip(stage, "B")).to_have_attribute("aria-label", re.compile("λ is"))
    assert strip(stage, "A").get_attribute("data-labels") == before["A"]

    # A place that is made anew is filled anew.
    strip(stage, "A").evaluate("place => place.replaceWith(place.cloneNode(false))")
    expect(strip(stage, "A").locator("canvas")).to_have_count(1)
    assert labels(stage, "A") == [str(one) for one in found.labels]


def test_what_is_dragged_in_fair_mode_ends_where_the_budget_ends(visit: Visit) -> None:
    """SAM spends two gradients a step: its run and its strip have half as many, whoever makes them."""
    stage = visit(
        "landscape=booth&budget=gradients&steps=41&A=sharpness_aware&A.learning_rate=0.001&B=backtracking"
    )
    stage.wait("d.tapes")
    expect(strip(stage, "A")).to_have_attribute("aria-label", re.compile("loss after 20 steps"))
    assert stage.page.locator(".rate-strip[data-slot]").count() == 1
    expect(stage.page.get_by_text("within 41 gradient evaluations")).to_have_count(1)
    surface, area = stage.scenario.surface, stage.area()
    with held(stage, stage.rates.first) as move:
        with stage.changes("hand"):
            move(-20)
        (rate,) = stage.hand.values()
        rule = OPTIMIZERS["sharpness_aware"](learning_rate=rate)
        ends = [area.at(*run(surface, rule, surface.start, steps).points[-1]) for steps in (20, 41)]
        half, whole = stage.colors(ends)
        assert half == "#0072B2" != whole
    stage.wait("d.hand === '' && new URLSearchParams(d.link).get('A.learning_rate') !== '0.001'")
    assert stage.runs()[0].steps == 20
    half, whole = stage.colors(ends)
    assert half == "#0072B2" != whole
