"""A scenario's runs and verdicts, computed once and kept while they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from cachetools.keys import hashkey

from charts import Line, Look
from landscapes.once import recall
from optimizers import Trajectory, Verdict, judge, run_within
from optimizers.runs.trajectory import Pace
from ui.fan import Fan, fan, fanned
from ui.scenario import SLOTS, Entry, Scenario
from ui.work import BUDGET, Work


class _Judged(NamedTuple):
    """A run, what became of it, and the seconds of processor time that it took to know."""

    trajectory: Trajectory
    verdict: Verdict
    cost: float


def _silent(sentence: str) -> None:
    """Tell nobody."""


def judged_runs(
    scenario: Scenario, look: Look, tell: Callable[[str], None] = _silent, budget: float = BUDGET
) -> tuple[list[Line], list[Verdict]]:
    """Every run of the scenario as a line to draw, and its verdict.

    ``tell`` and ``budget`` are those of ``Work``.

    Raises
    ------
    TooMuch
        If all of them together take longer than the budget.
    """
    s = scenario
    lines, verdicts = [], []
    alike = (s.surface, s.start, s.steps, s.budget, s.noise, s.seed, s.seeds)
    alone = [replace(entry, slot="") for entry in s.entries]
    with Work(hashkey(budget, *alike, *alone), len(alone), s.steps, tell, budget) as work:
        for entry, question in zip(s.entries, alone, strict=True):
            work.begin(f"run {entry.slot}")
            make = partial(_judged, s, question, work)
            t, verdict, cost = recall(hashkey("run", *alike, question), make, work.wait)
            work.end(cost)
            style = look.runs[SLOTS.index(entry.slot)]
            lines.append(Line(f"{entry.slot} {entry.rule.name}", style, t))
            verdicts.append(verdict)
    return lines, verdicts


def fan_of(s: Scenario, entry: Entry, pace: Pace | None = None) -> Fan | None:
    """The fan of a run, if it has one; kept like the run itself."""
    if not fanned(s, entry):
        return None
    question = replace(entry, slot="")
    alike = (s.surface, s.start, s.steps, s.budget, s.noise, s.seed, s.seeds)
    return recall(hashkey("fan", *alike, question), partial(fan, s, question, pace))


def _judged(s: Scenario, entry: Entry, work: Work) -> _Judged:
    def pace(doing: str) -> Pace:
        ask, most = work.pace(doing), s.most_steps(entry)
        return lambda done: ask(min(s.steps, -(-done * s.steps // most)))  # the budget's share that is spent

    whole = fan_of(s, entry, pace("Computing all seeds"))
    t = run_within(
        s.surface, entry.rule, s.start, s.steps, s.budget, entry.schedule,
        noise=s.noise, batch_size=entry.batch_size, seed=whole.seed if whole else s.seed,
        pace=pace("Computing"),
    )  # fmt: skip
    verdict = judge(s.surface, t, pace("Judging"))
    return _Judged(t, verdict, work.running)
