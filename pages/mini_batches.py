"""How many examples should a step look at? One, S or all of them, side by side."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look
from charts.labs.batches import epoch_curves, variance_curve
from charts.labs.curves import compact
from charts.labs.learning_rate import schedule_traces
from optimizers import Verdict
from ui.cards import swatch
from ui.controls import batch_slider, landscape_controls, rule_choice, setting_line
from ui.laboratory import chart, laboratory, part
from ui.labs.mini_batches import (
    annealed,
    chosen,
    examples,
    measured,
    raced,
    told,
    told_annealed,
    told_race,
)
from ui.page import look
from ui.scenario import SLOTS, Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import change, scenario


def controls(s: Scenario) -> None:
    """The surface, the rules and the budget."""
    slot = chosen(s).slot
    st.button(f"η of run {slot} for all", on_click=change, args=(lambda s: s.with_rate_of(slot),),
              disabled="learning_rate" not in chosen(s).rule.settings, width="stretch")  # fmt: skip
    landscape_controls(s, batches=False)
    for entry in s.entries:
        rule_choice(entry, label=f"Rule of run {entry.slot}")


def main(s: Scenario) -> None:
    """The batch size and the rate of the run between, over the picture."""
    entry = chosen(s)
    if not examples(s):
        st.caption(f"{s.surface.name} is not made from data: choose a landscape of the family From data.")
        return
    left, right = st.columns(2)
    with left, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.html(swatch(entry.slot, look().runs[SLOTS.index(entry.slot)]), width=64)
        batch_slider(s, [entry], f"Batch size S of run {entry.slot}")
    with right:
        setting_line(entry)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """Paths and traces of all three, and the variance of the gradient with a cursor at S."""
    found = measured(s)
    if found is None:
        return Display()
    panel = figure(
        "variance", "The variance of a batch's gradient against the batch size",
        compact(variance_curve(found, look)), x=Place("batch_size", slot=chosen(s).slot),
        stops=found.sizes.tolist(), of=[],
    )  # fmt: skip
    return Display(others=("loss", ("variance", 1.3)), panels=(panel,))


laboratory(controls, main, shown, said=told)
if examples(scenario()):
    if (race := raced(scenario())) is not None:
        with part("Epochs against updates", told_race(race)):
            for column, by in zip(st.columns(2), (False, True), strict=True):
                chart(epoch_curves(race, by, look()), key=f"race-{by}", place=column)
    if (falls := annealed(scenario())) is not None:
        with part("The drop when the rate falls", told_annealed(scenario(), falls)):
            chart(schedule_traces(falls, look()), key="falls")
