"""The facts of momentum, on the numbers that its lab shows."""

import re
from dataclasses import replace

import numpy as np
import pytest
from test_labs import opened, texts
from test_pages import picture

from landscapes import LANDSCAPES, parse_landscape
from optimizers import OPTIMIZERS, Kind, judge, run
from optimizers.studies.tuning import conserved, edge
from ui.labs import LABS
from ui.labs.momentum import (
    Endless,
    beside,
    curvature,
    endless,
    grids,
    mapped,
    rolling,
    told_endless,
    told_rolling,
)
from ui.scenario import Scenario, opening_of

LAB = LABS["momentum"]


def scenario(rule: str = "momentum", **settings: float) -> Scenario:
    return opening_of(LAB).with_rule("A", OPTIMIZERS[rule](**settings))


@pytest.mark.parametrize("rule", ["momentum", "averaged_momentum", "nesterov"])
def test_the_edge_of_theory_parts_what_arrives_from_what_is_thrown_out(rule: str) -> None:
    s = scenario(rule)
    found, steepest = mapped(s), curvature(s)
    assert found is not None
    assert steepest == pytest.approx(20.0)
    said = edge(found.rule, found.field_y, found.values_y, steepest)
    assert said is not None
    rates = np.broadcast_to(found.values_x, found.kinds.shape)
    calm = (found.values_y < 0.95)[:, None]  # near 1 nothing is decided in 300 steps
    beyond, within = rates > 1.15 * said[:, None], rates < 0.85 * said[:, None]
    assert (found.kinds[calm & beyond] == Kind.DIVERGED).all()
    assert not (found.kinds[calm & within] == Kind.DIVERGED).any()


def test_a_larger_memory_wants_a_smaller_rate() -> None:
    found = mapped(scenario())
    assert found is not None
    best = [found.values_x[np.nanargmin(row)] for row in found.needed[:-2] if np.isfinite(row).any()]
    middle = len(best) // 2
    assert np.mean(best[-3:]) < 0.5 * np.mean(best[middle - 1 : middle + 2])


def test_on_a_plane_the_velocity_is_what_theory_says() -> None:
    rolled = rolling(scenario(learning_rate=0.02, momentum=0.9))
    assert rolled.terminal == pytest.approx(-0.02 / 0.1)
    assert rolled.velocity[-1] == pytest.approx(rolled.terminal, rel=1e-4)
    faster = rolling(scenario(learning_rate=0.02, momentum=1.0))
    np.testing.assert_allclose(np.diff(faster.velocity), -0.02)


def test_with_nothing_forgotten_a_quantity_stays_and_the_run_never_rests() -> None:
    kept = endless(scenario(learning_rate=0.02, momentum=0.3))
    assert np.ptp(kept.kept, axis=0) == pytest.approx([0.0, 0.0], abs=1e-9 * np.abs(kept.kept).max())
    assert judge(kept.run.surface, kept.run).kind == Kind.OSCILLATING
    velocity, w = kept.run.states["velocity"], kept.run.points
    pull = 0.02 * np.array([1.0, 20.0])
    np.testing.assert_allclose(kept.kept, velocity**2 - pull * w * velocity + pull * w**2, rtol=1e-12)


def test_the_page_says_so_in_numbers() -> None:
    said = texts(opened(LAB, {"A": "momentum", "A.momentum": "0.9", "landscape": "quadratic"}))
    assert "−ηg/(1 − μ) = −0.1" in said  # η = 0.01, the rule's own
    assert re.search(r"keeps its value over 300 steps to within \d", said)
    thrown = texts(opened(LAB, {"A": "momentum", "A.learning_rate": "0.5", "landscape": "quadratic"}))
    assert "thrown out" in thrown


@pytest.mark.parametrize("memory", [0.0, 0.9, 1.0])
def test_at_rate_0_nothing_moves_and_the_page_says_that(memory: float) -> None:
    s = scenario(learning_rate=0.0, momentum=memory)
    plane, kept = told_rolling(s, rolling(s)), told_endless(endless(s))
    assert "stays 0" in plane
    assert "stays at its start" in kept
    for said in (plane, kept):
        assert not re.search(r"nan|−0\b|approaches|grows", said)
    tiny = scenario(learning_rate=1e-17)
    assert "nan" not in told_rolling(tiny, rolling(tiny)) + told_endless(endless(tiny))


def test_what_is_past_the_edge_of_memory_1_is_told_by_the_bowl_s_own_curvature() -> None:
    bowl = LANDSCAPES["quadratic"]
    rule = OPTIMIZERS["momentum"](learning_rate=0.1, momentum=1.0)
    for kappa, thrown in ((20.0, False), (39.0, False), (41.0, True)):
        surface = bowl.with_parameters(condition_number=kappa)
        t = run(surface, rule, (1e-9, 1e-9), 5)
        said = told_endless(Endless(t, conserved(t, (1.0, kappa))))
        assert ("thrown out" in said) == thrown


def test_the_panel_offers_the_pairs_that_were_run() -> None:
    header, _ = picture(opened(LAB))
    (panel,) = header["panels"]
    rates, values = grids(beside(OPTIMIZERS["momentum"]()))
    assert panel["stops"] == {"x": rates.tolist(), "y": values.tolist()}
    assert panel["places"]["x"] == {"of": "rule", "key": "learning_rate", "slot": "A"}
    assert panel["places"]["y"] == {"of": "rule", "key": "momentum", "slot": "A"}
    (asked,) = (t for t in panel["figure"]["data"] if "customdata" in t)
    assert "%{customdata}" in asked["hovertemplate"]


def test_the_edge_is_drawn_on_quadratics_alone() -> None:
    assert curvature(replace(scenario(), surface=LANDSCAPES["rosenbrock"])) is None
    assert curvature(replace(scenario(), surface=LANDSCAPES["himmelblau"])) is None
    wavy = parse_landscape("x^2+y^2+1-cos(2*pi*x)", ((-5.0, 5.0), (-5.0, 5.0)))
    assert curvature(replace(scenario(), surface=wavy)) is None
    assert curvature(replace(scenario(), surface=LANDSCAPES["ackley"])) is None  # with no curvature at (0, 0)
    assert curvature(scenario("adam")) == pytest.approx(20.0)
    assert edge(OPTIMIZERS["adam"](), "beta1", [0.9], 20.0) is None


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_every_rule_has_a_pair_or_a_page_without_a_map(rule: str) -> None:
    other = beside(OPTIMIZERS[rule]())
    panels = picture(opened(LAB, {"A": rule, "landscape": "quadratic", "steps": "20"}))[0]["panels"]
    assert len(panels) == (other is not None)
    if other is not None:
        assert all(
            run(LANDSCAPES["quadratic"], OPTIMIZERS[rule](**{other.key: v}), (1, 1), 2)
            for v in grids(other)[1][::13]
        )
