"""Runs as a table of comma-separated values: a row a step, every number as exact as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from charts import Line, gradient_norms
from ui.scenario import Scenario

HEAD = (
    "run", "rule", "step", "x", "y", "loss", "gradient_norm", "learning_rate",
    "loss_evaluations", "gradient_evaluations", "hessian_evaluations",
)  # fmt: skip


def runs_table(scenario: Scenario, lines: Sequence[Line]) -> str:
    """The rows of every run from its start on.

    A learning rate is the one that led to the step: there is none at the start, and none for rules without
    one. Evaluations are those up to the step. Where a run has no number left it says nan.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for entry, line in zip(scenario.entries, lines, strict=True):
        t = line.trajectory
        columns = (t.values, gradient_norms(t), [None, *t.learning_rates.tolist()])
        losses, norms, rates = (getattr(column, "tolist", lambda c=column: c)() for column in columns)
        counts = t.evaluations.tolist()
        for step, (x, y) in enumerate(t.points.tolist()):
            rate = rates[step]
            writer.writerow(
                [
                    entry.slot, entry.rule.key, step, repr(x), repr(y), repr(losses[step]), repr(norms[step]),
                    "" if rate is None or rate != rate else repr(rate), *map(repr, counts[step]),
                ]
            )  # fmt: skip
    return text.getvalue()
