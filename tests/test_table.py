"""The table under the picture: only what no card says; and the same as CSV, with all digits."""

import csv
import io
import math
from dataclasses import replace
from typing import Any

import pytest

from charts import LIGHT
from optimizers import OPTIMIZERS, SCHEDULES
from ui.link import decode
from ui.runs import judged_runs
from ui.scenario import Scenario, default_scenario
from ui.table import as_csv, table_facts


def facts(scenario: Scenario) -> dict[str, Any]:
    lines, _ = judged_runs(scenario, LIGHT)
    return table_facts(scenario, lines)


def records(scenario: Scenario) -> list[dict[str, str]]:
    lines, verdicts = judged_runs(scenario, LIGHT)
    text = as_csv(scenario.surface, scenario.entries, lines, verdicts)
    return list(csv.DictReader(io.StringIO(text)))


def linked(**query: str) -> Scenario:
    scenario, notices = decode({key.replace("__", "."): value for key, value in query.items()})
    assert notices == []
    return scenario


def test_nothing_is_said_that_stands_on_the_cards_or_is_a_default() -> None:
    scenario = linked(landscape="rosenbrock", A="momentum", A__learning_rate="0.0005", B="adam")
    _, verdicts = judged_runs(scenario, LIGHT)
    table = facts(scenario)
    assert "Other settings" not in table["head"]  # there are none
    assert [row["label"] for row in table["rows"]] == ["A Momentum", "B Adam"]
    texts = [cell["text"] for row in table["rows"] for cell in row["cells"]]
    for verdict in verdicts:
        assert not {verdict.sentence, verdict.kind, verdict.kind.capitalize()} & set(texts)
    assert all(len(row["cells"]) == len(table["head"]) - 1 for row in table["rows"])


def test_a_setting_is_there_where_it_differs_from_its_default() -> None:
    table = facts(
        linked(
            landscape="line_fit", A="adam", A__learning_rate="0.2", A__beta1="0.5", A__schedule="exponential",
            A__schedule__decay="0.07", B="gradient_descent", B__batch_size="4", C="momentum",
        )
    )  # fmt: skip
    assert table["head"][1] == "Other settings"
    told = [row["cells"][0]["text"].replace("\u00a0", " ") for row in table["rows"]]
    assert told == ["β₁ = 0.5, exponential decay, β = 0.07", "S = 4", ""]


def test_cells_are_sorted_by_their_numbers_and_what_has_none_has_none() -> None:
    scenario = linked(landscape="rosenbrock", A="gradient_descent", A__learning_rate="1", B="bfgs")
    lines, _ = judged_runs(scenario, LIGHT)
    diverged, arrived = facts(scenario)["rows"]
    assert diverged["cells"][0] == {"text": "–", "value": None}
    assert arrived["cells"][0]["value"] == float(lines[1].trajectory.values[-1])
    assert diverged["cells"][2]["text"] == "–"


def test_csv_has_every_setting_and_all_digits() -> None:
    scenario = linked(landscape="beale", A="momentum", A__learning_rate="0.01", B="adam", B__beta1="0.1")
    lines, verdicts = judged_runs(scenario, LIGHT)
    first, second = records(scenario)
    assert [first["run"], first["rule"], first["schedule"]] == ["A", "momentum", "constant"]
    assert (float(first["momentum"]), first["beta1"]) == (0.9, "")
    assert (float(second["beta1"]), second["momentum"]) == (0.1, "")
    for record, line, verdict in zip((first, second), lines, verdicts, strict=True):
        assert float(record["final_loss"]) == float(line.trajectory.values[-1])
        assert record["verdict"] == verdict.kind


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_and_schedule_goes_out(key: str) -> None:
    default = default_scenario()
    entry = replace(default.entries[0], rule=OPTIMIZERS[key]())
    for schedule in (kind() for kind in (SCHEDULES["constant"], SCHEDULES["one_cycle"])):
        (record,) = records(replace(default, entries=(replace(entry, schedule=schedule),), steps=20))
        assert record["rule"] == key
        assert not math.isnan(float(record["gradient_evaluations"] or 0))
        for name, value in entry.rule.settings.items():
            assert float(record[name]) == value
