"""What the playground's stage shows, and what it says beside the picture."""

from __future__ import annotations

from collections.abc import Sequence

from charts import Line
from optimizers import Verdict
from ui.became import became
from ui.scenario import Scenario
from ui.shown import PANELS
from ui.stage.panels import Display, step
from ui.table import as_csv, table_facts, told_free

HIDDEN = "The runs are hidden until you have said which one wins."


def playground(
    scenario: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], hides: bool = False
) -> Display:
    """The panels that were chosen, else those that suit; verdicts and table, unless it ``hides`` the runs."""
    offered = ["loss", "gradient"]
    if any(entry.scheduled for entry in scenario.entries):
        offered.append("rate")
    if scenario.surface.data is not None:
        offered.append("fit")
    offers = (*offered, "step", "relief")
    shown = scenario.shown.among(offers, ("loss", offered[-1]))
    explained = step("step", scenario, lines, "step" in (*shown, scenario.shown.large))
    surface, table = scenario.surface, None
    said = {entry.slot: "Hidden." for entry in scenario.entries}
    if not hides:
        said = {
            entry.slot: became(surface, line.trajectory, verdict)
            for entry, line, verdict in zip(scenario.entries, lines, verdicts, strict=True)
        }
        text = as_csv(surface, scenario.entries, lines, verdicts)
        table = {**table_facts(scenario, lines), "note": told_free(scenario, lines), "csv": text}
    return Display(
        others=shown,
        panels=(explained,),
        offers=tuple((name, PANELS[name]) for name in offers),
        hides=hides,
        told={"verdicts": said, "table": table},
    )
