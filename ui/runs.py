"""A scenario's runs and verdicts, computed once and kept while they are wanted."""

from __future__ import annotations

from dataclasses import replace

from charts import Line, Look
from landscapes import Landscape, Point
from landscapes.once import once
from optimizers import Trajectory, Verdict, judge, run
from ui.scenario import SLOTS, Entry, Scenario


@once(maxsize=256)
def _judged(
    surface: Landscape, entry: Entry, start: Point, steps: int, noise: float, batch: int | None, seed: int
) -> tuple[Trajectory, Verdict]:
    t = run(surface, entry.rule, start, steps, entry.schedule, noise=noise, batch_size=batch, seed=seed)
    return t, judge(surface, t)


def judged_runs(scenario: Scenario, look: Look) -> tuple[list[Line], list[Verdict]]:
    """Every run of the scenario as a line to draw, and its verdict."""
    s = scenario
    lines, verdicts = [], []
    for entry in s.entries:
        alone = replace(entry, slot="")
        t, verdict = _judged(s.surface, alone, s.start, s.steps, s.noise, s.batch_size, s.seed)
        style = look.runs[SLOTS.index(entry.slot)]
        lines.append(Line(f"{entry.slot} {entry.rule.name}", style, t))
        verdicts.append(verdict)
    return lines, verdicts
