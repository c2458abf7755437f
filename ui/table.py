"""The table under the picture: what every run reached, and at what cost; and plain tables for other pages."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from charts import Line, number
from landscapes import Landscape
from landscapes.once import kept_with
from optimizers import (
    MAX_STEPS,
    Budget,
    Constant,
    Optimizer,
    Schedule,
    Trajectory,
    Verdict,
    known_minima,
    observed_rate,
    spent,
    step_cost,
)
from optimizers.runs.budget import rests_within
from ui.goal import steps_to_goal
from ui.scenario import Entry, Scenario
from ui.words import written

_SETTINGS = "Other settings"
_NUMBERS = (
    "Final loss",
    "Distance to nearest minimizer",
    "Steps to 10⁻⁶ above minimum",
    "Gradient evaluations",
    "All evaluations",
)
_COUNTS = _NUMBERS[-2:]


def run_table() -> None:
    """The table's place; ui/stage/places.js writes it there from what the picture brings along."""
    st.html('<div class="reached-place"></div>')


def table_facts(scenario: Scenario, lines: Sequence[Line]) -> dict[str, Any]:
    """What no card says: for every run its cells, each with its text and, of a number, what it is sorted by.

    The settings beyond the first one stand there where they differ from what the rule brings along; all
    evaluations where the budget counts them.
    """
    names = _NUMBERS if scenario.budget is Budget.EVALUATIONS else _NUMBERS[:-1]
    rows = []
    for entry, line in zip(scenario.entries, lines, strict=True):
        numbers = _numbers(scenario.surface, line.trajectory)[: len(names)]
        texts = (number(v, 6 if name in _COUNTS else 4) for name, v in zip(names, numbers, strict=True))
        cells = [{"text": _told(entry)}]
        cells += [
            {"text": text, "value": value if math.isfinite(value) else None}
            for text, value in zip(texts, numbers, strict=True)
        ]
        rows.append({"slot": entry.slot, "label": line.label, "cells": cells})
    head: tuple[str, ...] = (_SETTINGS, *names)
    if not any(row["cells"][0]["text"] for row in rows):  # type: ignore[index]
        head = head[1:]
        for row in rows:
            row["cells"] = row["cells"][1:]
    return {"name": "What every run reached", "head": ["Run", *head], "rows": rows}


def table_caption(scenario: Scenario) -> None:
    """How to read the table, and what is the same for all its runs."""
    st.caption(
        f"{told_budget(scenario)} "
        "Gradient evaluations: how often a run has asked for the gradient of the whole surface; "
        "from a batch of S of N examples it counts S/N. R: the share of the loss above the minimum "
        "that a step keeps, on the last quarter of a run's way; where it is constant, convergence is linear."
    )


def told_free(scenario: Scenario, lines: Sequence[Line]) -> str:
    """Which runs spend nothing of what is counted, and which ones have come to rest with budget left."""
    free = [
        entry.slot
        for entry, line in zip(scenario.entries, lines, strict=True)
        if not spent(line.trajectory, scenario.budget)[-1]
    ]
    unit = scenario.budget.unit
    said = [f"{' and '.join(free)}: no {unit}; their traces count steps instead."] if free else []
    rest = [
        entry.slot
        for entry, line in zip(scenario.entries, lines, strict=True)
        if step_cost(entry.rule, entry.schedule, scenario.budget) is None
        and rests_within(line.trajectory, scenario.steps, scenario.budget)
    ]
    if rest:
        said.append(f"{' and '.join(rest)}: at rest with budget left, asking for no more {unit}.")
    return " ".join(said)


def told_budget(scenario: Scenario) -> str:
    """What all runs of a scenario have the same of, in a sentence."""
    amount = f"{scenario.steps:,} {scenario.budget.unit}"
    if scenario.budget is Budget.STEPS:
        return f"Every run makes {amount}."
    said = f"Same budget for all: every run ends at its last step within {amount}."
    short = [e.slot for e in scenario.entries if e.batch_size and scenario.most_steps(e) == MAX_STEPS]
    if short:  # a batch is so cheap that the longest run there is does not spend it all
        said += (
            f" In batches, {' and '.join(short)} could make more than the {MAX_STEPS:,} steps that are made."
        )
    return said


def as_csv(
    surface: Landscape, entries: Sequence[Entry], lines: Sequence[Line], verdicts: Sequence[Verdict]
) -> str:
    """One row a run, with every setting in a column of its own, numbers with all their digits."""
    records = [
        {
            "run": entry.slot,
            "rule": entry.rule.key,
            **entry.rule.settings,
            "schedule": entry.schedule.key,
            **{f"schedule.{key}": value for key, value in entry.schedule.settings.items()},
            "batch_size": entry.batch_size or "",
            **dict(
                zip(
                    (
                        "final_loss",
                        "distance_to_minimizer",
                        "steps_to_1e-6",
                        "gradient_evaluations",
                        "all_evaluations",
                    ),
                    _numbers(surface, line.trajectory),
                    strict=True,
                )
            ),
            "convergence_rate": observed_rate(surface, line.trajectory, verdict.kind),
            "verdict": str(verdict.kind),
        }
        for entry, line, verdict in zip(entries, lines, verdicts, strict=True)
    ]
    settings = dict.fromkeys(key for record in records for key in list(record)[2:-7])
    reached = list(records[0])[-7:]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["run", "rule", *settings, *reached], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({k: "" if v != v else v for k, v in record.items()} for record in records)
    return text.getvalue()


def _told(entry: Entry) -> str:
    """What differs from the defaults, and stands on no card."""
    first, *_ = entry.rule.hyperparameters()
    told = _differing(entry.rule, first.key)
    if entry.schedule != Constant():
        told += [entry.schedule.name.lower(), *_differing(entry.schedule)]
    if entry.batch_size is not None:
        told.append(f"S\u00a0=\u00a0{entry.batch_size}")
    return ", ".join(told)


def _differing(part: Optimizer | Schedule, but: str = "") -> list[str]:
    values = part.settings
    return [
        f"{h.symbol}\u00a0=\u00a0{number(values[h.key])}"
        for h in part.hyperparameters()
        if h.key != but and values[h.key] != h.default
    ]


@kept_with(1)  # a move makes one run anew, and the table is of all
def _numbers(surface: Landscape, t: Trajectory) -> tuple[float, ...]:
    """Final loss, distance to the nearest minimizer, steps to the goal, the two ``_COUNTS``; else nan."""
    reached = steps_to_goal(surface, t)
    return (
        float(t.values[-1]),
        distance(surface, t),
        math.nan if reached is None else reached,
        *(float(spent(t, budget)[-1]) for budget in (Budget.GRADIENTS, Budget.EVALUATIONS)),
    )


def distance(surface: Landscape, t: Trajectory) -> float:
    """From the last point to the nearest known global minimizer; nan where none is known."""
    minimizers = known_minima(surface).minimizers
    if not minimizers:
        return math.nan
    with np.errstate(over="ignore"):  # very far away is as far as infinity
        return float(np.linalg.norm(t.points[-1] - np.array(minimizers), axis=-1).min())


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table that scrolls sideways where it is too wide."""
    top, *body = (
        f"<tr>{''.join(f'<{tag}>{written(cell)}</{tag}>' for cell in row)}</tr>"
        for row, tag in zip((head, *rows), ["th", *["td"] * len(rows)], strict=True)
    )
    table = f"<thead>{top}</thead><tbody>{''.join(body)}</tbody>"
    st.html(
        "<div class='wide' tabindex='0' role='region' aria-label='Facts'>"
        f"<table class='facts'>{table}</table></div>"
    )
