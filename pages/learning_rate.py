"""How large may a step be? One path for every rate, and what each comes to."""

from collections.abc import Sequence

from charts import Line, Look
from charts.labs.curves import compact
from charts.labs.learning_rate import classic_traces, rate_curve, schedule_traces
from optimizers import Verdict
from ui.controls import landscape_controls, rule_choice, setting_line
from ui.laboratory import chart, laboratory, part
from ui.labs.learning_rate import RATES, compared, searched, told
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, Head, figure
from ui.state import scenario


def controls(s: Scenario) -> None:
    """The rule, the surface and the budget."""
    rule_choice(s.entries[0])
    landscape_controls(s)


def main(s: Scenario) -> None:
    """The rate, over the picture."""
    setting_line(s.entries[0])


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """The path, its trace, and what every rate comes to."""
    found = searched(s)
    if found is None:
        return Display()
    label = f"Loss after {s.steps} steps against the learning rate"
    place = Place("rule", "learning_rate", s.entries[0].slot)
    curve = figure("rates", label, compact(rate_curve(found, look)), x=place, stops=RATES, heads=[Head("A")])
    return Display(others=("loss", ("rates", 1.3)), panels=(curve,))


laboratory(controls, main, shown)
if (found := searched(scenario())) is not None:
    with part("Three classic traces", "Too small, right and too large: the same start, the same steps."):
        chart(classic_traces(found, look()), key="classic")
    if (annealed := compared(scenario())) is not None:
        with part("Why a rate falls", told(annealed, scenario())):
            chart(schedule_traces(annealed, look()), key="schedules")
