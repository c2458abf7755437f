"""Fair mode: the same budget for all runs, counted in steps, in gradients or in all evaluations."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from test_stage import packed, unpack

from charts import LIGHT, loss_trace
from landscapes import LANDSCAPES, parse_landscape
from optimizers import (
    MAX_STEPS,
    OPTIMIZERS,
    SCHEDULES,
    Budget,
    Constant,
    clock,
    reached,
    run,
    run_within,
    spent,
)
from optimizers.runs.budget import rests_within
from ui.fan import fan
from ui.labs import LABS
from ui.link import decode, encode
from ui.runs import judged_runs
from ui.scenario import Scenario
from ui.stage import pack
from ui.table import table_facts, told_budget, told_free
from ui.work import too_long

BOWL, DATA = LANDSCAPES["quadratic"], LANDSCAPES["line_fit"]


@pytest.mark.parametrize("budget", [Budget.GRADIENTS, Budget.EVALUATIONS])
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_ends_at_its_last_step_within_the_budget(key: str, budget: Budget) -> None:
    """One step more would be over it; what is there is the beginning of the longer run, to the bit."""
    surface, rule = LANDSCAPES["himmelblau"], OPTIMIZERS[key]()
    for amount in (40, 101):
        t = run_within(surface, rule, surface.start, amount, budget, Constant())
        longer = run(surface, rule, surface.start, t.steps + 1)
        np.testing.assert_array_equal(t.points, longer.points[:-1])
        assert spent(t, budget)[-1] <= amount
        if amount < spent(longer, budget)[-1]:
            continue
        # Nothing more is asked: the simplex wants no slope, a search at rest nothing at all.
        assert t.steps == amount
        later = run(surface, rule, surface.start, 3 * amount)
        assert spent(later, budget)[-1] == spent(t, budget)[-1]


def test_rejected_trials_cost_no_gradient_of_the_budget() -> None:
    """So a run is longer than the budget's number, and arrives where one of so many steps does not."""
    scenario = fair("landscape=rosenbrock&A=levenberg_marquardt&budget=gradients&steps=20")
    lines, _ = judged_runs(scenario, LIGHT)
    t = lines[0].trajectory
    assert t.steps > 20
    assert spent(t, Budget.GRADIENTS)[-1] == 20
    assert t.values[-1] < 1e-9 < t.values[20]
    assert told_free(scenario, lines) == ""


def test_every_seed_of_a_fan_is_longer_by_its_own_rejected_trials() -> None:
    query = "landscape=rosenbrock&A=levenberg_marquardt&budget=gradients&steps=20&noise=0.01&seeds=3"
    scenario = fair(query)
    (entry,) = scenario.entries
    found, lengths = fan(scenario, entry), set()
    for i in range(3):
        t = run_within(
            scenario.surface, entry.rule, scenario.start, 20, Budget.GRADIENTS, Constant(), 0.01, seed=i
        )
        kept = found.steps <= t.steps
        np.testing.assert_allclose(found.points[kept, i], t.points[found.steps[kept]], rtol=1e-9)
        assert np.isnan(found.points[~kept, i]).all()
        lengths.add(t.steps)
    assert min(lengths) > 20


def test_a_run_that_rests_with_budget_left_ends_there_and_the_table_says_so() -> None:
    scenario = fair("landscape=himmelblau&A=bfgs&B=adam&C=levenberg_marquardt&budget=gradients&steps=200")
    lines, _ = judged_runs(scenario, LIGHT)
    t = lines[0].trajectory
    assert t.steps == 200
    assert spent(t, Budget.GRADIENTS)[-1] < 50
    assert (
        told_free(scenario, lines) == "A: at rest with budget left, asking for no more gradient evaluations."
    )


def test_a_load_at_its_largest_is_tried_no_more() -> None:
    """On a slope of a billion next to a pole no load is large enough: it stands, and is not made longer."""
    surface = parse_landscape("log(x)+y^2")
    rule = OPTIMIZERS["levenberg_marquardt"]()
    t = run_within(surface, rule, (1e-9, 0.0), 60, Budget.GRADIENTS, Constant())
    longer = run(surface, rule, (1e-9, 0.0), MAX_STEPS)
    assert t.steps == 60
    assert spent(longer, Budget.GRADIENTS)[-1] == spent(t, Budget.GRADIENTS)[-1] == 1
    assert rests_within(t, 60, Budget.GRADIENTS)


def test_two_a_step_are_half_as_many_steps() -> None:
    rules = {key: OPTIMIZERS[key]() for key in ("adam", "sharpness_aware", "newton")}
    lengths = {
        budget: [run_within(BOWL, r, BOWL.start, 101, budget, Constant()).steps for r in rules.values()]
        for budget in Budget
    }
    assert lengths == {"steps": [101, 101, 101], "gradients": [101, 50, 101], "evaluations": [101, 50, 50]}


def test_a_schedule_that_asks_for_the_loss_pays_for_it() -> None:
    rule, schedule = OPTIMIZERS["adam"](), SCHEDULES["stagnation"]()
    assert run_within(BOWL, rule, BOWL.start, 100, Budget.EVALUATIONS, schedule).steps == 50
    assert run_within(BOWL, rule, BOWL.start, 100, Budget.GRADIENTS, schedule).steps == 100


def test_it_pays_for_all_examples_whatever_a_batch_costs() -> None:
    rule, schedule = OPTIMIZERS["gradient_descent"](learning_rate=1e-3), SCHEDULES["stagnation"]()
    t = run_within(DATA, rule, DATA.start, 20, Budget.EVALUATIONS, schedule, batch_size=1)
    share = 1 / len(DATA.data)
    np.testing.assert_allclose(t.evaluations[-1], [t.steps, t.steps * share, 0.0])
    assert t.steps == int(20 / (1 + share))


@pytest.mark.parametrize("size", [1, 5, 7, None])
@pytest.mark.parametrize("key", ["momentum", "sharpness_aware", "backtracking"])
def test_a_batch_pays_its_share_of_the_examples(key: str, size: int | None) -> None:
    rule = OPTIMIZERS[key](learning_rate=1e-3)
    t = run_within(DATA, rule, DATA.start, 50, Budget.GRADIENTS, Constant(), batch_size=size)
    longer = run(DATA, rule, DATA.start, t.steps + 1, batch_size=size)
    np.testing.assert_array_equal(t.points, longer.points[:-1])
    assert spent(t, Budget.GRADIENTS)[-1] <= 50 + 1e-9 < spent(longer, Budget.GRADIENTS)[-1] + 1e-6


def test_no_run_is_without_a_step_or_longer_than_runs_may_be() -> None:
    newton = OPTIMIZERS["newton"]()
    assert run_within(BOWL, newton, BOWL.start, 1, Budget.EVALUATIONS, Constant()).steps == 1
    sgd = OPTIMIZERS["gradient_descent"](learning_rate=1e-3)
    t = run_within(DATA, sgd, DATA.start, MAX_STEPS, Budget.GRADIENTS, Constant(), batch_size=1)
    assert t.steps == MAX_STEPS


def test_runs_that_cost_what_they_find_are_not_made_together() -> None:
    starts = np.array([BOWL.start, BOWL.start])
    with pytest.raises(ValueError, match="one by one"):
        run_within(BOWL, OPTIMIZERS["bfgs"](), starts, 9, Budget.EVALUATIONS, Constant())


@pytest.mark.parametrize("key", ["adam", "backtracking"])
def test_every_seed_of_a_fan_has_the_budget_for_itself(key: str) -> None:
    scenario = fair(f"landscape=himmelblau&A={key}&budget=evaluations&steps=60&noise=0.5&seeds=5&seed=3")
    (entry,) = scenario.entries
    found = fan(scenario, entry)
    for i in range(5):
        t = run_within(
            scenario.surface, entry.rule, scenario.start, 60, scenario.budget, Constant(), 0.5, seed=3 + i
        )
        kept = found.steps <= t.steps
        np.testing.assert_allclose(found.points[kept, i], t.points[found.steps[kept]], rtol=1e-9)
        assert np.isnan(found.points[~kept, i]).all()


# --- the scenario, its link and its picture ------------------------------------------------------


def fair(query: str) -> Scenario:
    scenario, notices = decode(dict(part.split("=") for part in query.split("&")))
    assert notices == []
    return scenario


def test_the_budget_is_in_the_link_and_checked() -> None:
    scenario = fair("budget=evaluations&steps=80")
    assert (scenario.budget, scenario.steps) == (Budget.EVALUATIONS, 80)
    assert encode(scenario)["budget"] == "evaluations"
    assert "budget" not in encode(replace(scenario, budget=Budget.STEPS))
    refused, (notice,) = decode({"budget": "money"})
    assert refused.budget is Budget.STEPS
    assert "A budget counts steps, gradients, evaluations" in notice
    with pytest.raises(ValueError, match="A budget counts"):
        replace(scenario, budget="money")


def test_a_lab_counts_steps() -> None:
    lab = LABS["learning_rate"]
    scenario, notices = decode({"budget": "gradients"}, lab)
    assert scenario.budget is Budget.STEPS
    assert len(notices) == 1
    away = replace(scenario, away=True, budget=Budget.GRADIENTS)
    assert decode(encode(away))[0] == away
    assert "budget" not in encode(replace(away, away=False))


def test_each_run_on_the_picture_is_as_long_as_its_budget() -> None:
    scenario = fair("budget=evaluations&steps=60&A=adam&B=newton&C=bfgs&D=nelder_mead")
    lines, verdicts = judged_runs(scenario, LIGHT)
    packed = pack(scenario, lines, verdicts, LIGHT)
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    assert [run["steps"] for run in header["runs"]] == [line.trajectory.steps for line in lines]
    assert [run["steps"] for run in header["runs"]][:2] == [60, 30]
    assert [run["cost"] for run in header["runs"]] == [1, 2, None, None]
    words = {"counts": "evaluations", "one": "evaluation", "axis": "evaluations"}
    assert (header["end"], header["budget"]) == (60, {"amount": 60, **words})
    assert lines[1].trajectory.steps < scenario.longest == 60


@pytest.mark.parametrize("budget", [Budget.GRADIENTS, Budget.EVALUATIONS])
def test_traces_and_player_count_what_the_budget_counts(budget: Budget) -> None:
    """One clock: what the table says that a run has spent is where it ends, and every run within the axis."""
    query = f"landscape=line_fit&budget={budget}&steps=60&A=adam&B=sharpness_aware&C=backtracking&D=momentum"
    scenario = fair(f"{query}&D.batch_size=3")
    lines, _ = judged_runs(scenario, LIGHT)
    header, runs = unpack(packed(scenario))
    for columns, line in zip(runs, lines, strict=True):
        np.testing.assert_allclose(columns.clock, spent(line.trajectory, budget), rtol=1e-6, atol=1e-6)
        assert columns.clock is not None
        assert 55 < columns.clock[-1] <= header["end"] == 60
    assert {trace["layout"]["xaxis"]["title"]["text"] for trace in header["traces"]} == {budget.axis}
    figure = loss_trace(scenario.surface, lines, budget=budget)
    for drawn, line in zip(figure.data, lines, strict=True):
        np.testing.assert_allclose(drawn.x, spent(line.trajectory, budget), atol=1e-6)
    said = table_facts(scenario, lines)
    counts = [row["cells"][-1]["value"] for row in said["rows"]]
    np.testing.assert_allclose(counts, [spent(line.trajectory, budget)[-1] for line in lines])
    assert said["head"][-1] == f"{'All' if budget is Budget.EVALUATIONS else 'Gradient'} evaluations"


def test_a_run_is_where_its_clock_says() -> None:
    t = run_within(BOWL, OPTIMIZERS["sharpness_aware"](), BOWL.start, 41, Budget.GRADIENTS, Constant())
    assert [reached(t, Budget.GRADIENTS, now) for now in (0, 1, 2, 3, 40, 99)] == [0, 0, 1, 1, 20, 20]
    assert reached(t, Budget.STEPS, 7) == 7
    free = run_within(BOWL, OPTIMIZERS["nelder_mead"](), BOWL.start, 30, Budget.GRADIENTS, Constant())
    scenario = fair("landscape=booth&budget=gradients&steps=30&A=adam&B=nelder_mead")
    assert told_free(scenario, judged_runs(scenario, LIGHT)[0]).startswith("B: no gradient evaluations;")
    assert clock(free, Budget.GRADIENTS).tolist() == list(range(31))  # it spends none: its steps are counted
    batched = run(DATA, OPTIMIZERS["adam"](), DATA.start, 40, batch_size=3)  # 7 batches are an epoch
    assert clock(batched, Budget.GRADIENTS)[[7, 14, 35]].tolist() == [1.0, 2.0, 5.0]


def test_every_seed_of_a_fan_has_its_own_clock() -> None:
    scenario = fair("budget=evaluations&steps=50&noise=0.4&seeds=3&A=backtracking")
    whole = fan(scenario, scenario.entries[0])
    _, runs = unpack(packed(scenario))
    np.testing.assert_allclose(runs[0].fan[:, 3], whole.clock.T, rtol=1e-6)  # type: ignore[index]
    assert len({tuple(column) for column in whole.clock.T}) == 3
    for i in range(3):
        t = run(scenario.surface, scenario.entries[0].rule, scenario.start, 50, noise=0.4, seed=i)
        np.testing.assert_allclose(whole.clock[:, i], spent(t, Budget.EVALUATIONS)[whole.steps])


def test_what_is_the_same_for_all_runs_is_said() -> None:
    assert told_budget(fair("steps=40")) == "Every run makes 40 steps."
    gradients = fair("steps=1200&budget=gradients")
    assert "within 1,200 gradient evaluations" in told_budget(gradients)
    assert "batches" not in told_budget(
        fair("landscape=quadratic&A=gradient_descent&steps=5000&budget=gradients")
    )
    assert "In batches, A could" in told_budget(
        fair("landscape=line_fit&A=adam&A.batch_size=1&steps=5000&budget=gradients")
    )
    assert "2 runs of 1,200 gradient evaluations" in too_long(gradients, 500, linked=False)
