"""The strip under a learning-rate slider: each stop is a run, its label the study's, its place a thumb's."""

import base64
import itertools
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Visit
from browser.stage import Stage
from browser.test_hands import held
from charts import all_marked, heights, marks
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, run
from optimizers.studies.learning_rates import edges, learning_rates
from tests.tapes import Job
from ui.fan import fan
from ui.grids import log_grid
from ui.scenario import Entry, Scenario
from ui.stage.tapes import drawn, kind, pack_tapes

RATES = list(log_grid(1e-5, 10.0))
_IMPORT = """async () => {
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const of = (file) => import(files.find((name) => name.endsWith(`/${file}`)));
  const wanted = ["tape.js", "lanes.js", "labels.js", "seeds.js", "payload.js"];
  const [tape, lanes, labels, seeds, payload] = await Promise.all(wanted.map(of));
  window.made = (job, rates) => {
    const going = lanes.sweep(job.tape, job.given, Float64Array.from(rates));
    for (;;) {
      const { done, value } = going.next();
      if (done) return value;
    }
  };
  Object.assign(window, { tape, labels, seeds, payload });
}"""
_MEDIANS = """async ([job, rates, run, packed]) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const { surface, seeds } = await window.payload.unpackBeside(bytes);
  const own = window.seeds.seedsOf(run, seeds, surface.rows?.length);
  const going = window.seeds.medians(job.tape, job.given, Float64Array.from(rates), own);
  for (;;) {
    const { done, value } = going.next();
    const last = (column) => Array.from(column.slice(-rates.length));
    if (done) return { seeds: own.length, ends: last(value.value), x: last(value.x) };
  }
}"""
# What is written on strips and the signs on them: each with its left and right end, and the strip's width.
_WRITTEN = """
  window.onStrips = [];
  const { fillText, fill, arc } = CanvasRenderingContext2D.prototype;
  const note = (context, what, left, right, low) => {
    const place = context.canvas.closest?.(".rate-strip");
    if (place) window.onStrips.push([place.dataset.slot, what, left, right, low, place.clientWidth]);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    note(this, text, x, x + this.measureText(text).width, y);
    return fillText.apply(this, arguments);
  };
  CanvasRenderingContext2D.prototype.fill = function (path) {
    const { a, e, f } = this.getTransform(), ratio = window.devicePixelRatio;
    if (path instanceof Path2D) note(this, "", (e - a) / ratio, (e + a) / ratio, f / ratio);
    return fill.apply(this, arguments);
  };
"""
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
    assert words[0].endswith("diverges from 0.125 on; 2/λₘₐₓ is 0.1.")
    assert "2(1 + μ)/λₘₐₓ is 0.19." in words[1]
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
    expect(strip(stage, "B")).to_have_attribute("aria-label", re.compile("λₘₐₓ is"))
    assert strip(stage, "A").get_attribute("data-labels") == before["A"]

    # A place that is made anew is filled anew.
    strip(stage, "A").evaluate("place => place.replaceWith(place.cloneNode(false))")
    expect(strip(stage, "A").locator("canvas")).to_have_count(1)
    assert labels(stage, "A") == [str(one) for one in found.labels]


SIX = (
    "landscape=quadratic&steps=120&A=gradient_descent&B=momentum&C=nesterov&D=newton&E=averaged_momentum"
    "&F=gradient_descent&F.learning_rate=0.1"
)


def test_names_on_strips_are_whole_and_none_stands_over_another(visit: Visit) -> None:
    stage = visit(SIX, script=_WRITTEN)
    seen: dict[int, dict[str, str]] = {}
    for width in (1280, 1000, 1920):
        stage.page.evaluate("window.onStrips = []")
        stage.page.set_viewport_size({"width": width, "height": 800})
        stage.wait("new Set(window.onStrips.map(([slot]) => slot)).size === 6")
        for slot in "ABCDEF":
            labels(stage, slot)
        marks = stage.page.evaluate("window.onStrips")
        seen[width] = {}
        for slot in "ABCDEF":
            long = next(one[5] for one in reversed(marks) if one[0] == slot)
            here = sorted({(*tuple(one[2:5]), one[1]) for one in marks if one[0] == slot and one[5] == long})
            assert all(0 <= left <= right <= long and 0 < base < 24 for left, right, base, _ in here), here
            assert all(one[1] <= other[0] + 0.01 for one, other in itertools.pairwise(here)), (width, here)
            assert sum(not text for *_, text in here) >= 2, "a zone has lost its sign"
            seen[width][slot] = "".join(text for *_, text in here)
    assert not [text for texts in seen.values() for text in texts.values() if "_" in text]
    assert seen[1920]["A"] == "1/λmax2/λmax"
    assert seen[1920]["B"] == "2(1+μ)/λmax"
    assert seen[1280]["C"] == "limit"  # what a long name is called where it has no room


def test_the_strip_of_a_fan_has_the_median_of_its_seeds(machine: Stage) -> None:
    """At every rate it is the run that the fan would draw strong there."""
    rates = RATES[20::6]
    surface = LANDSCAPES["line_fit"]
    for noise, size in ((0.4, None), (0.0, 3), (0.4, 3)):
        entry = Entry("A", OPTIMIZERS["momentum"](), batch_size=size)
        s = Scenario(surface, surface.start, (entry,), steps=40, noise=noise, seed=3, seeds=5)
        kinds = ((kind(entry), (type(entry.rule), type(entry.schedule))),)
        sent = base64.b64encode(pack_tapes("", surface, kinds, drawn(s))).decode()
        run = {"fan": {"count": 5}, "batch_size": size or len(surface.data or ())}
        job = Job(surface, entry.rule, steps=40, noise=noise).sent()
        found = machine.page.evaluate(_MEDIANS, [job, rates, run, sent])
        assert found["seeds"] == 5
        for rate, end, x in zip(rates, found["ends"], found["x"], strict=True):
            at = replace(entry, rule=OPTIMIZERS["momentum"](learning_rate=rate))
            wanted = Job(surface, at.rule, steps=40, noise=noise, batch_size=size, seed=fan(s, at).seed).run()
            assert end == pytest.approx(wanted.values[-1], rel=1e-9), (noise, size, rate)
            assert x == pytest.approx(wanted.points[-1, 0], rel=1e-9), (noise, size, rate)


def test_a_fan_has_a_strip_that_says_what_it_is(visit: Visit) -> None:
    stage = visit(
        "landscape=line_fit&steps=60&seeds=5&A=gradient_descent&A.batch_size=2&B=bfgs&B.batch_size=2"
    )
    expect(strip(stage, "A")).to_have_attribute(
        "aria-label", re.compile("^Run A: median loss of 5 seeds after 60 steps is lowest")
    )
    assert labels(stage, "A")[-1] == "diverging"
    assert stage.page.locator(".rate-strip[data-slot]").count() == 1
    before = strip(stage, "A").get_attribute("aria-label")
    with stage.changes_link():  # another rate may have another seed in the middle: the strip stays
        stage.type(stage.rate_field("A"), "0.05")
    assert strip(stage, "A").get_attribute("aria-label") == before
    with stage.changes_link():
        stage.type(stage.field("Steps"), "5000")  # more than is sent: no strip, but its place
    expect(stage.page.locator(".rate-strip[data-slot]")).to_have_count(0)
    expect(stage.page.locator(".rate-strip")).to_have_count(2)


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

    # The player and the traces count gradients too: halfway through the budget A has made 10 steps.
    expect(stage.root.locator(".count")).to_have_text("gradient 41 / 41")
    expect(stage.root.locator(".frame.loss")).to_have_attribute(
        "aria-label", "Loss above minimum against gradient evaluations"
    )
    with stage.changes_step():
        stage.page.get_by_role("slider", name="Gradient shown").fill("20")
    way, trace = stage.runs()[0], stage.area("loss")
    for at, color in ((20, "#0072B2"), (41, None)):
        found = stage.colors([trace.at(at, math.log10(heights(surface, way)[at // 2]))], "loss")
        assert (found == [color]) is (color is not None)
    assert stage.colors([area.at(*way.points[10])]) == ["#0072B2"] != stage.colors([area.at(*way.points[20])])
    with stage.changes_step():
        stage.page.get_by_role("slider", name="Gradient shown").fill("41")
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
