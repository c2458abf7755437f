"""The table of verdicts: what every run reached, and at what cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from charts import Line, number
from landscapes import Landscape
from optimizers import Budget, Constant, Optimizer, Schedule, Trajectory, Verdict, known_minima
from ui.goal import steps_to_goal
from ui.scenario import Scenario
from ui.words import written

_HEAD = (
    "Run",
    "Settings",
    "Final loss",
    "Distance to nearest minimizer",
    "Steps to 10⁻⁶ above minimum",
    "Gradient evaluations",
    "Verdict",
    "Why",
)


def verdict_table(surface: Landscape, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> None:
    """Rule, settings, final loss, distance, steps to the goal, gradient evaluations and verdict."""
    rows = [_cells(surface, line, v) for line, v in zip(lines, verdicts, strict=True)]
    html_table(_HEAD, rows, "verdicts", "What every run reached")


def verdict_caption(scenario: Scenario) -> None:
    """How to read the table, and what is the same for all its runs."""
    st.caption(
        f"{told_budget(scenario)} "
        "Gradient evaluations: how often a run has asked for the gradient of the whole surface; "
        "from a batch of S of N examples it counts S/N."
    )


def told_budget(scenario: Scenario) -> str:
    """What all runs of a scenario have the same of, in a sentence."""
    amount = f"{scenario.steps:,} {scenario.budget.unit}"
    if scenario.budget is Budget.STEPS:
        return f"Every run makes {amount}."
    return f"Same budget for all: every run ends at its last step within {amount}."


def _cells(surface: Landscape, line: Line, verdict: Verdict) -> tuple[str, ...]:
    t = line.trajectory
    settings = ", ".join(filter(None, (_settings(t.rule), _settings(t.schedule))))
    if t.schedule != Constant():
        settings = f"{settings}, {t.schedule.name.lower()}"
    return (
        line.label,
        settings,
        number(float(t.values[-1])),
        number(distance(surface, t)),
        _whole(steps_to_goal(surface, t)),
        number(float(t.evaluations[-1, 1]), 6),
        verdict.kind.capitalize(),
        verdict.sentence,
    )


def _settings(part: Optimizer | Schedule) -> str:
    values = part.settings
    return ", ".join(f"{h.symbol}\u00a0=\u00a0{number(values[h.key])}" for h in part.hyperparameters())


def distance(surface: Landscape, t: Trajectory) -> float:
    """From the last point to the nearest known global minimizer; nan where none is known."""
    minimizers = known_minima(surface).minimizers
    if not minimizers:
        return math.nan
    with np.errstate(over="ignore"):  # very far away is as far as infinity
        return float(np.linalg.norm(t.points[-1] - np.array(minimizers), axis=-1).min())


def html_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], look: str = "facts", name: str = "Facts"
) -> None:
    """A plain table that scrolls sideways where it is too wide; ``look`` is its class in the style sheet."""
    top, *body = (
        f"<tr>{''.join(f'<{tag}>{written(cell)}</{tag}>' for cell in row)}</tr>"
        for row, tag in zip((head, *rows), ["th", *["td"] * len(rows)], strict=True)
    )
    table = f"<thead>{top}</thead><tbody>{''.join(body)}</tbody>"
    st.html(
        f"<div class='wide' tabindex='0' role='region' aria-label='{name}'>"
        f"<table class='{look}'>{table}</table></div>"
    )


def _whole(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
