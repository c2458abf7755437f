"""Which minimum does a start lead to? The basins of several rules, side by side."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from charts import Line, Look
from charts.labs.basins import attraction_map, difference_map, folklore
from charts.labs.curves import compact
from optimizers import Basins, Verdict
from ui.cards import swatch
from ui.controls import landscape_controls, own_control, rule_choice, setting_line
from ui.laboratory import chart, laboratory, part
from ui.labs.basins import MOST, added, compared_runs, contest, differing, mapped, told, told_contest
from ui.page import look
from ui.scenario import SLOTS, Place, Scenario
from ui.stage.panels import Display, Panel, figure
from ui.state import change, scenario


def controls(s: Scenario) -> None:
    """The rules, which two are compared, the surface and the budget."""
    for entry in compared_runs(s):
        rule_choice(entry, label=f"Rule of run {entry.slot}")
    last = s.entries[-1].slot
    with st.container(horizontal=True):
        st.button("Add a rule", disabled=len(s.entries) >= MOST, on_click=change, args=(added,))
        st.button(
            f"Remove run {last}", disabled=len(s.entries) == 1,
            on_click=change, args=(lambda s: s.remove(last),),
        )  # fmt: skip
    for setting in s.lab.settings[:2] if s.lab else ():
        own_control(s, setting)
    landscape_controls(s)


def main(s: Scenario) -> None:
    """Every run's rate, over the picture."""
    columns = st.columns(2)
    for i, entry in enumerate(compared_runs(s)):
        with columns[i % 2], st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.html(swatch(entry.slot, look().runs[SLOTS.index(entry.slot)]), width=64)
            setting_line(entry)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """A map of every run's basins, with the path from the start that is chosen or pointed at."""
    names, found = {line.label[0]: line.label for line in lines}, mapped(s)
    panels = [_map(attraction_map(one, look), one.basins, names[slot], slot) for slot, one in found.items()]
    if (pair := differing(s, found)) is not None:
        (a, b), codes = pair.slots, pair.codes
        styles = look.runs[SLOTS.index(a)], look.runs[SLOTS.index(b)]
        drawn = difference_map(s.surface, pair.basins.x, pair.basins.y, codes, look, pair.slots, styles)
        panels.append(_map(drawn, pair.basins, f"Where {a} and {b} differ", a, b))
    if not panels:
        return Display()
    columns = 3 if len(panels) in (3, 5) else min(2, len(panels))
    return Display("", tuple(panel.name for panel in panels), tuple(panels), columns, asks=True)


def _map(drawn: Any, basins: Basins, title: str, *slots: str) -> Panel:
    return figure(
        f"basins-{''.join(slots)}", title, compact(drawn, heading=title), x=Place("x"), y=Place("y"),
        stops=basins.x.tolist(), stops_up=basins.y.tolist(), hover=True, paths=slots, of=slots,
    )  # fmt: skip


lab = laboratory(controls, main, shown, said=told)
found = contest(scenario())
if found is not None:
    with part("Does a rule find the global minimum more often?", told_contest(scenario(), found)):
        own_control(scenario(), lab.settings[-1])
        chart(folklore(found, look()), key="folklore")
