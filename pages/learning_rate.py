"""How large may a step be? One path for every rate, and what each comes to."""

from collections.abc import Sequence

from charts import Line, Look
from optimizers import Verdict
from ui.controls import landscape_controls, setting_line
from ui.laboratory import laboratory
from ui.scenario import Scenario
from ui.stage.panels import Display


def main(s: Scenario) -> None:
    """The rate, over the picture."""
    setting_line(s.entries[0])


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The path, its trace, and what every rate comes to."""
    return Display(others=("loss",))


laboratory(landscape_controls, main, shown)
