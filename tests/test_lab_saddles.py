"""The lab of saddles and plateaux: what its page says of ridges and flat ground, on its own numbers."""

import math
import re
from html import unescape
from typing import Any

import numpy as np
import pytest
from panels import numbers
from streamlit.testing.v1 import AppTest
from test_labs import opened, shown
from test_pages import picture, sound, texts, widget

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Kind, run
from optimizers.studies.escape import growth
from ui.labs import LABS
from ui.labs.saddles import (
    DISTANCES,
    RULES,
    SURFACES,
    compared,
    crossed,
    escaped,
    faint,
    on,
    race,
    saturated,
    sent_back,
)
from ui.link import encode
from ui.scenario import Place, opening_of

LAB = LABS["saddles"]
OPENING = opening_of(LAB)
SMALL = np.array(DISTANCES) < 1e-3
"""Distances from which a run looks at the saddle alone for most of its way."""


def sentence(at: AppTest, slot: str) -> str:
    (found,) = re.findall(rf'<p class="verdict" data-slot="{slot}">(.*?)</p>', texts(at))
    return unescape(re.sub("<[^>]*>", "", found))


def page(**changes: Any) -> AppTest:
    return opened(LAB, encode(OPENING, short=False) | {key: str(value) for key, value in changes.items()})


@pytest.mark.parametrize("surface", SURFACES)
def test_exactly_on_the_ridge_every_run_sticks(surface: str) -> None:
    at = page(landscape=surface, y=0.0)
    s = shown(at, LAB)
    assert s.start == (-1.5, 0.0)
    for entry, columns in zip(s.entries, picture(at)[1], strict=True):
        assert not columns.y.any()
        assert "Stuck: after 400 steps y is still exactly 0." in sentence(at, entry.slot)
        if entry.rule.key in ("gradient_descent", "momentum"):
            assert "saddle" in sentence(at, entry.slot).lower()


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("distance", [1e-9, 1e-3])
def test_a_nudge_frees_every_run_at_the_step_that_is_said(surface: str, distance: float) -> None:
    at = page(landscape=surface, y=distance)
    found = escaped(shown(at, LAB))
    assert found is not None
    place = DISTANCES.index(distance)
    for i, (slot, columns) in enumerate(zip("ABCD", picture(at)[1], strict=True)):
        step = int(np.flatnonzero(~(np.abs(columns.y) <= found.radius))[0])
        assert step == found.steps[i, place]
        assert f"off the ridge, further than {found.radius:g}, at step {step}." in sentence(at, slot)


@pytest.mark.parametrize("surface", SURFACES)
def test_steps_grow_as_the_logarithm_of_one_over_d_for_rules_that_go_by_size(surface: str) -> None:
    found = escaped(on(OPENING, surface))
    assert found is not None
    assert tuple(rule.key for rule in found.rules) == RULES
    assert np.isfinite(found.steps).all()
    tenfold = np.log(DISTANCES)[SMALL]
    for i, rule in enumerate(found.rules):
        slope = -np.polyfit(tenfold, found.steps[i, SMALL], 1)[0]
        if i < 2:
            own = rule.settings
            each = growth(own["learning_rate"], found.curvature, own.get("momentum", 0.0))
            assert slope == pytest.approx(1.0 / math.log(each), rel=0.02)
        else:
            assert abs(slope) < 0.04 * found.slopes[0]
            assert np.ptp(found.steps[i]) <= 6
            assert found.steps[i].max() < found.steps[0, SMALL].min()


def test_the_page_says_what_a_tenth_of_the_distance_costs_and_what_theory_says() -> None:
    at = page()
    for slot, momentum in (("A", 0.0), ("B", 0.9)):
        said = re.search(r"costs it ([\d.]+) steps more \(theory: ([\d.]+)\)", sentence(at, slot))
        assert said is not None
        measured, theory = map(float, said.groups())
        assert theory == pytest.approx(math.log(10.0) / math.log(growth(0.1, -1.0, momentum)), abs=0.051)
        assert measured == pytest.approx(theory, rel=0.02)
    for slot in "CD":
        assert re.search(r"costs it 0\.\d steps more\.", sentence(at, slot))


def test_the_panel_has_the_runs_the_theory_and_sets_the_start() -> None:
    header, _ = picture(page())
    (panel,) = header["panels"]
    assert panel["places"]["x"]["of"] == "y"
    assert panel["stops"] == {"x": list(DISTANCES), "y": None}
    found = escaped(OPENING)
    assert found is not None
    for trace, steps in zip(panel["figure"]["data"], found.steps, strict=False):
        np.testing.assert_array_equal(numbers(trace["y"]), steps[found.distances > 0.0])
    assert [trace["name"] for trace in panel["figure"]["data"]][-1] == "ln(r/d) / ln(1 + η|λ|)"


def test_the_slider_has_zero_and_every_distance() -> None:
    at = page()
    slider = widget(at.select_slider, "y.slider")
    assert len(slider.options) == len(DISTANCES) + 1
    assert slider.options[0] == "0"
    sound(slider.set_value(0.0).run())
    assert shown(at, LAB).start == (-1.5, 0.0)


def test_the_other_saddle_keeps_start_and_rules() -> None:
    at = page(y=1e-4)
    sound(widget(at.selectbox, "landscape").set_value("saddle").run())
    s = shown(at, LAB)
    assert (s.surface.key, s.start) == ("saddle", (-1.5, 1e-4))
    assert [entry.rule.key for entry in s.entries] == list(RULES)


def test_a_surface_without_the_ridge_is_shown_without_the_curve() -> None:
    s = OPENING.on(LANDSCAPES["himmelblau"])
    assert escaped(s) is None
    assert picture(page(landscape="himmelblau", x=0, y=0))[0]["panels"] == []


def test_a_run_that_is_still_on_the_ridge_is_said_to_be() -> None:
    at = page(steps=20, y=1e-12)
    columns = picture(at)[1][0]
    assert 0.0 < columns.y[-1] < 1e-10
    assert "After 20 steps it is still on the ridge" in sentence(at, "A")


def test_a_saturated_unit_hardly_learns_and_a_dead_rectifier_not_at_all() -> None:
    unit, dead = saturated()
    steepest = unit.norms.argmax()
    assert unit.norms[0] < 0.15 * unit.norms[steepest]
    assert unit.losses[0] > unit.losses[steepest]
    silent = dead.points[:, 1] < -0.5 - 1e-9
    assert not dead.norms[silent].any()
    assert (dead.norms[~silent] > 0.0).all()
    assert (dead.losses[silent] == 1.25).all()
    told = faint(unit, dead)
    assert "its slope is exactly 0, at a loss of 1.25" in told
    assert "below b = −0.5 its slope" in told.replace("-", "−")
    start = (0.5, -2.0)
    for key in RULES:
        t = run(LANDSCAPES["dead_relu"], OPTIMIZERS[key](learning_rate=0.1), start, 100)
        assert (t.points == start).all()


def test_what_is_sent_back_is_nothing_far_below_and_more_by_tanh_around_zero() -> None:
    terms, z = sent_back(), np.linspace(-10.0, 10.0, 401)
    assert terms["logistic"][0] < 1e-4
    assert not terms["rectifier"][z <= 0.0].any()
    middle = np.abs(z) < 0.8
    assert (terms["tanh"][middle] > terms["logistic"][middle]).all()
    told = compared()
    assert "a logistic unit gets 4.5·10⁻⁵ of a signal" in told
    assert "a rectifier exactly 0." in told
    assert "At z = 0 tanh gets 1, the logistic unit 0.12" in told


def test_rprop_crosses_the_plateau_on_which_gradient_descent_stands() -> None:
    found = crossed()
    assert found is not None
    kinds = dict(zip(RULES, found.kinds, strict=True))
    assert kinds["gradient_descent"] == kinds["momentum"] == Kind.PLATEAU
    assert kinds["rprop"] == Kind.GLOBAL_MINIMUM
    for key in ("adam", "rprop"):
        name, losses = OPTIMIZERS[key].name, found.losses[RULES.index(key)]
        (step,) = map(int, re.findall(rf"{name} is down to .*?, for good, from step (\d+)", race(found)))
        assert (losses[step:] < 1e-3 * losses[0]).all()
        assert losses[step - 1] >= 1e-3 * losses[0]
    assert re.search(r"Gradient descent still has 9\d %", race(found))
    assert race(found) in unescape(texts(page()))


def test_the_start_is_the_distance() -> None:
    assert OPENING.with_number(Place("y"), 0.01).start == (-1.5, 0.01)
