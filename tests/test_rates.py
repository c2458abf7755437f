"""Rates that suit a surface, and rates that are kept."""

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from charts import LIGHT
from landscapes import LANDSCAPES, parse_landscape
from optimizers import OPTIMIZERS, Kind, judge, run, run_within, sweep
from optimizers.studies.best_rate import best_rate
from ui.grids import log_grid
from ui.link import decode, encode
from ui.rates import best_rates, opening, suited, told_rates, with_best_rates, with_rates
from ui.runs import judged_runs
from ui.scenario import Scenario, default_scenario
from ui.work import TooMuch


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


# --- the best rate for each run -------------------------------------------------------------------


APP = Path(__file__).parent.parent / "app.py"


def best(scenario: Scenario) -> Scenario:
    return with_rates(scenario, best_rates(scenario))


@pytest.mark.parametrize("key", ["quadratic", "himmelblau", "rosenbrock"])
def test_no_stop_of_the_slider_comes_sooner_or_lower_by_much(key: str) -> None:
    """Every third stop is tried, then those around the best; what that may miss is a neighbour."""
    scenario = replace(default_scenario().on(LANDSCAPES[key]), steps=150)
    for entry in best(scenario).entries:
        rates = list(log_grid(1e-5, 10.0))
        found = sweep(scenario.surface, entry.rule, scenario.start, 150, "learning_rate", rates)
        lost = np.isin(found.kinds, [Kind.DIVERGED, Kind.UNDEFINED])
        heights = np.where(lost, np.inf, found.losses - (scenario.surface.minimum or 0.0))
        (own,) = np.flatnonzero(np.isclose(rates, entry.rule.settings["learning_rate"]))
        began = float(scenario.surface.value(scenario.start)) - (scenario.surface.minimum or 0.0)
        assert heights[own] <= max(1e-6 * began, 1.5 * heights.min())


def test_a_rate_on_a_gradient_descents_bowl_is_the_one_of_theory() -> None:
    """With eigenvalues 1 and κ the best constant rate is 2/(1 + κ); the next stop is the edge itself, 2/κ."""
    bowl = LANDSCAPES["quadratic"].with_parameters(condition_number=20.0)
    rule = OPTIMIZERS["gradient_descent"]()
    rates = log_grid(1e-5, 10.0)
    found = best_rate(bowl, rule, (-2.0, 2.0), 300, rates)
    assert found.rate == max(rate for rate in rates if rate <= 2.0 / (1.0 + 20.0))


def test_what_decides_the_run_decides_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Schedule, noise, batch, seed, start and budget are those of the scenario."""
    run_a = {"A": "adam", "A.batch_size": "4", "A.schedule": "linear", "B": "nelder_mead"}
    alike = {"steps": "12", "budget": "evaluations", "noise": "0.5", "seed": "3", "x": "0.2"}
    scenario, notices = decode({"landscape": "line_fit", **run_a, **alike})
    assert notices == []
    asked = []

    def noted(*given: Any) -> Any:
        asked.append(given)
        return run_within(*given)

    monkeypatch.setattr("optimizers.studies.best_rate.run_within", noted)
    (slot,) = best_rates(scenario)
    entry = scenario.entry("A")
    assert slot == "A"  # the simplex has no rate
    for surface, _, start, amount, budget, schedule, noise, size, seed, _ in asked:
        assert (surface, start, amount, budget) == (scenario.surface, scenario.start, 12, scenario.budget)
        assert (schedule, noise, size, seed) == (entry.schedule, 0.5, 4, 3)
    assert len({rule.settings["learning_rate"] for _, rule, *_ in asked}) == len(asked) <= 25


def test_runs_that_leave_the_map_are_no_best() -> None:
    """On a saddle the largest rate falls fastest, out of the picture."""
    found = best_rates(decode({"landscape": "saddle", "A": "gradient_descent"})[0])
    rule = OPTIMIZERS["gradient_descent"](learning_rate=found["A"].rate)
    t = run(LANDSCAPES["saddle"], rule, LANDSCAPES["saddle"].start, 300)
    assert np.abs(t.points[-1]).max() < 10.0


def test_what_the_rates_would_do_is_said_and_then_that_they_are_there() -> None:
    scenario = decode({"landscape": "booth", "A": "momentum", "B": "adam", "C": "nelder_mead"})[0]
    rates = best_rates(scenario)
    offered, taken = told_rates(scenario, rates), told_rates(best(scenario), rates)
    assert [e.slot for e in scenario.entries if f"{e.slot}: " in offered] == ["A", "B"]
    assert "0.01 → " in offered
    assert "→" not in taken
    how = "; of 25 rates soonest at the lowest loss within 300 steps, else lowest at the end."
    assert all(said.endswith(how) for said in (offered, taken))
    assert best(best(scenario)) == best(scenario)


FANNED = {"landscape": "line_fit", "A": "adam", "A.batch_size": "1", "seeds": "9", "steps": "60", "seed": "0"}


def test_of_a_fan_the_rate_is_best_for_the_run_that_is_drawn_strong() -> None:
    """At every stop of the slider the median of the seeds' final losses: what the strip draws."""
    scenario, notices = decode(FANNED)
    assert notices == []
    found = best_rates(scenario)
    stops = log_grid(1e-5, 10.0)
    rules = {rate: replace(scenario.entry("A").rule, learning_rate=rate) for rate in stops}  # type: ignore[call-arg]
    s = scenario
    medians = {
        rate: np.median(run(s.surface, rule, s.start, 60, batch_size=1, seed=range(9)).values[-1])
        for rate, rule in rules.items()
    }
    assert found["A"].rate == min(medians, key=medians.__getitem__)
    assert told_rates(s, found).endswith("else lowest in the median of 9 seeds.")
    (line,), _ = judged_runs(with_rates(s, found), LIGHT)
    assert line.trajectory.values[-1] == pytest.approx(min(medians.values()))


def test_other_seeds_are_another_question() -> None:
    scenario, _ = decode(FANNED)
    alone = best_rates(replace(scenario, seeds=1))
    assert alone["A"].rate != best_rates(scenario)["A"].rate
    assert told_rates(replace(scenario, seeds=1), alone).endswith(
        "else lowest in the mean of its last tenth."
    )


@pytest.mark.parametrize("more", [{}, {"budget": "evaluations", "A.schedule": "stagnation"}])
def test_of_a_fan_of_one_seed_the_rate_is_that_of_the_run(more: dict[str, str]) -> None:
    """Where a step costs what the run finds, too; over so few steps a tenth is the last."""
    s, notices = decode({**FANNED, **more, "steps": "15"})
    assert notices == []
    e = s.entry("A")
    given = (s.surface, e.rule, s.start, 15, log_grid(1e-5, 10.0), s.budget, e.schedule, 0.0, 1)
    assert best_rate(*given, seed=range(3, 4)) == best_rate(*given, seed=3)


def test_rates_that_were_not_tried_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The best of the first round is the largest: on one side there is nothing to try."""
    scenario, _ = decode({"landscape": "matyas", "A": "adadelta", "steps": "50"})
    asked = []

    def noted(*given: Any) -> Any:
        asked.append(given)
        return run_within(*given)

    monkeypatch.setattr("optimizers.studies.best_rate.run_within", noted)
    found = best_rates(scenario)
    assert len(asked) == found["A"].tried < 25
    assert f"of {len(asked)} rates soonest" in told_rates(scenario, found)
    other = decode({"landscape": "matyas", "A": "adadelta", "B": "gradient_descent", "steps": "50"})[0]
    assert f"of {len(asked)} to 25 rates" in told_rates(other, best_rates(other))


def test_what_takes_too_long_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = replace(default_scenario(), seed=977, noise=0.1, steps=1200)
    with pytest.raises(TooMuch):
        best_rates(scenario, budget=1e-4)
    monkeypatch.setattr("ui.rates.best_rates", partial(best_rates, budget=1e-4))
    with pytest.raises(ValueError, match="try fewer runs or steps"):
        with_best_rates(scenario)
    with pytest.raises(ValueError, match="try fewer runs, steps or seeds"):
        with_best_rates(replace(scenario, seeds=9))


def test_another_surface_keeps_the_rates_and_offers_others() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.selectbox[0].set_value("booth").run()
    scenario = app.session_state["scenario"]
    assert scenario.entries == default_scenario().entries
    (offer,) = [button for button in app.button if button.label == "Rates for this surface"]
    rates = best_rates(scenario)
    assert told_rates(scenario, rates) in [caption.value for caption in app.caption]
    offer.click().run()
    assert app.session_state["scenario"] == with_rates(scenario, rates)
    app.session_state["scenario"] = replace(scenario, noise=0.1)  # another question
    assert not any("soonest at the lowest" in caption.value for caption in app.run().caption)
    app.session_state["scenario"] = scenario
    assert any("soonest at the lowest" in caption.value for caption in app.run().caption)
    app.session_state["scenario"] = replace(scenario, seeds=9)
    assert not any("soonest at the lowest" in caption.value for caption in app.run().caption)
    app.session_state["scenario"] = with_rates(scenario, rates)
    app.run()
    assert "Rates for this surface" not in [button.label for button in app.button]
    assert not app.exception
