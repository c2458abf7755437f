"""A scenario's runs and verdicts, computed once and kept while they are wanted."""

from __future__ import annotations

from charts import Line, Look
from landscapes import Landscape, Point
from landscapes.once import once
from optimizers import Optimizer, Trajectory, Verdict, judge, run
from ui.scenario import SLOTS, Scenario


@once(maxsize=256)
def _judged(
    surface: Landscape, rule: Optimizer, start: Point, steps: int, noise: float, seed: int
) -> tuple[Trajectory, Verdict]:
    t = run(surface, rule, start, steps, noise=noise, seed=seed)
    return t, judge(surface, t)


def judged_runs(scenario: Scenario, look: Look) -> tuple[list[Line], list[Verdict]]:
    """Every run of the scenario as a line to draw, and its verdict."""
    s = scenario
    lines, verdicts = [], []
    for entry in s.entries:
        t, verdict = _judged(s.surface, entry.rule, s.start, s.steps, s.noise, s.seed)
        style = look.runs[SLOTS.index(entry.slot)]
        lines.append(Line(f"{entry.slot} {entry.rule.name}", style, t))
        verdicts.append(verdict)
    return lines, verdicts
