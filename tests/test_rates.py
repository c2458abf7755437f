"""Rates that suit a surface, and rates that are kept."""

import math

import pytest

from landscapes import LANDSCAPES, parse_landscape
from optimizers import OPTIMIZERS, Kind, judge, run
from ui.link import decode, encode
from ui.rates import opening, suited
from ui.scenario import default_scenario


@pytest.mark.parametrize("key", ["quadratic", "booth", "himmelblau", "line_fit", "double_well"])
def test_the_default_pair_arrives_on_the_opening_picture(key: str) -> None:
    scenario = opening(LANDSCAPES[key])
    for entry in scenario.entries:
        t = run(scenario.surface, entry.rule, scenario.start, scenario.steps)
        assert judge(scenario.surface, t).kind == Kind.GLOBAL_MINIMUM


@pytest.mark.parametrize("key", LANDSCAPES)
def test_no_opening_picture_loses_a_run_that_another_rate_would_keep(key: str) -> None:
    surface = LANDSCAPES[key]
    for entry in opening(surface).entries:
        t = run(surface, entry.rule, surface.start, 300)
        if judge(surface, t).kind in (Kind.DIVERGED, Kind.UNDEFINED):
            assert entry.rule.settings["learning_rate"] == 1e-5  # none of the slider's is smaller
        else:
            assert math.isfinite(t.values[-1])


def test_the_first_picture_of_all_is_as_declared() -> None:
    assert opening(LANDSCAPES["rosenbrock"]) == default_scenario()


def test_a_rule_without_a_rate_is_left_as_it_is() -> None:
    rule = OPTIMIZERS["nelder_mead"]()
    assert suited(LANDSCAPES["booth"], rule) is rule


def test_a_link_that_names_no_runs_opens_at_rates_that_suit() -> None:
    scenario, notices = decode({"landscape": "booth"})
    assert (scenario, notices) == (opening(LANDSCAPES["booth"]), [])
    assert decode(encode(scenario)) == (scenario, [])
    assert decode({"formula": "x^2 + 9*y^2"})[0] == opening(parse_landscape("x^2 + 9*y^2"))


def test_another_rule_keeps_the_rate_and_one_rate_can_be_had_for_all() -> None:
    scenario = default_scenario().with_kind("A", OPTIMIZERS["newton"])
    assert scenario.entry("A").rule == OPTIMIZERS["newton"](learning_rate=0.0025)
    without = scenario.with_kind("B", OPTIMIZERS["nelder_mead"])
    assert without.entry("B").rule == OPTIMIZERS["nelder_mead"]()
    assert without.with_kind("B", OPTIMIZERS["adam"]).entry("B").rule == OPTIMIZERS["adam"]()
    assert without.with_rate_of("A") == without
    same = scenario.with_rate_of("B")
    assert [entry.rule.settings["learning_rate"] for entry in same.entries] == [0.05, 0.05]
