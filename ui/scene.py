"""What a scene declares about itself: a scenario with a name, what to expect of it, and why. No Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import numpy as np

from charts import Line, gradient_norms, heights, number
from landscapes import Array
from optimizers import Kind, Trajectory, Verdict, known_minima, spent
from ui.goal import steps_to_goal
from ui.scenario import Scenario

_LOST = (Kind.DIVERGED, Kind.UNDEFINED)


class Outcome:
    """What became of a scenario's runs, as the sentences and the tests of its scene ask for it, by slot."""

    def __init__(self, scenario: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> None:
        slots = [entry.slot for entry in scenario.entries]
        self.scenario = scenario
        self.surface = scenario.surface
        self.runs: Mapping[str, Trajectory] = {
            slot: line.trajectory for slot, line in zip(slots, lines, strict=True)
        }
        self.verdicts: Mapping[str, Verdict] = dict(zip(slots, verdicts, strict=True))

    def kind(self, slot: str) -> Kind:
        """What a run came to."""
        return self.verdicts[slot].kind

    @property
    def kinds(self) -> list[Kind]:
        """The same of all runs, in order."""
        return [verdict.kind for verdict in self.verdicts.values()]

    def goal(self, slot: str) -> int | None:
        """The step at which a run first is within the goal of the known minimum; None if never."""
        return steps_to_goal(self.surface, self.runs[slot])

    def arrival(self, slot: str) -> str:
        """The same, in a sentence."""
        k = self.goal(slot)
        return "never" if k is None else f"within 10⁻⁶ at step {k}"

    def spent(self, slot: str) -> float | None:
        """What a run has spent until then, of what the scenario's budget counts."""
        k = self.goal(slot)
        return None if k is None else round(float(spent(self.runs[slot], self.scenario.budget)[k]), 6)

    @property
    def winners(self) -> tuple[str, ...]:
        """The runs that are first within the goal and not lost again: none, one, or several at a tie.

        Those that spend nothing of what is counted are before all others, by their steps.
        """
        goals = {
            slot: (self.spent(slot) or 0.0, 0 if self.spent(slot) else k)
            for slot in self.runs
            if self.kind(slot) not in _LOST and (k := self.goal(slot)) is not None
        }
        return tuple(slot for slot, at in goals.items() if at == min(goals.values()))

    def height(self, slot: str, k: int = -1) -> float:
        """The loss above the known minimum after step k."""
        return float(heights(self.surface, self.runs[slot])[k])

    def left(self, slot: str, last: int) -> float:
        """The median of that over so many last steps."""
        return float(np.median(heights(self.surface, self.runs[slot])[-last:]))

    def rate(self, slot: str) -> float:
        """A run's learning rate, before any schedule."""
        return self.scenario.entry(slot).rule.settings["learning_rate"]

    def slope(self, slot: str, k: int = -1) -> float:
        """The gradient norm after step k."""
        return float(gradient_norms(self.runs[slot])[k])

    def x(self, slot: str, k: int = -1) -> float:
        """The first coordinate after step k."""
        return float(self.runs[slot].points[k, 0])

    def y(self, slot: str, k: int = -1) -> float:
        """The second coordinate after step k."""
        return float(self.runs[slot].points[k, 1])

    def first(self, slot: str, where: Callable[[Array], Array]) -> int | None:
        """The first step at which something holds of a run's points (steps + 1, 2); None if it never does."""
        found = np.flatnonzero(where(self.runs[slot].points))
        return int(found[0]) if found.size else None

    @property
    def curvatures(self) -> tuple[float, float]:
        """The smallest and the largest at the first known minimizer."""
        low, high = np.linalg.eigvalsh(self.surface.hessian(known_minima(self.surface).minimizers[0]))
        return float(low), float(high)

    @property
    def edge(self) -> float:
        """The learning rate above which gradient descent cannot settle there: 2/λ_max."""
        return 2.0 / self.curvatures[1]

    @property
    def condition(self) -> float:
        """The condition number there."""
        low, high = self.curvatures
        return high / low


@dataclass(frozen=True, eq=False)
class Scene:
    """A scenario to learn something from.

    Attributes
    ----------
    key, title, topic
        Its word in the link, its name, and the topic of the lectures.
    link
        The scenario, as the query of a link; empty for what a first visitor sees.
    before
        One sentence: what to expect, or where to look.
    after
        One sentence: why; its numbers are those of the scene's own runs.
    expects
        Whether the runs do what the sentences say.
    """

    key: str
    title: str
    topic: str
    link: str
    before: str
    after: Callable[[Outcome], str]
    expects: Callable[[Outcome], bool]

    @property
    def query(self) -> dict[str, str]:
        """The link, read."""
        return dict(parse_qsl(self.link, strict_parsing=bool(self.link)))


def n(value: float | None) -> str:
    """A number in a sentence, three digits long."""
    return "–" if value is None else number(value, 3)
