"""The tuning map: a cell under the mouse is looked at, one that is clicked is loaded."""

from collections.abc import Callable
from math import log10

import pytest
from playwright.sync_api import expect

from browser.stage import LabPage
from charts import exact
from optimizers import run
from ui.labs import LABS
from ui.labs.momentum import beside, grids
from ui.scenario import opening_of

LAB = LABS["momentum"]
RATES, VALUES = (grid.tolist() for grid in grids(beside(opening_of(LAB).entries[0].rule)))


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def place(stage: LabPage, column: int, row: int) -> tuple[float, float]:
    """Where a cell is on the page."""
    return stage.area("tuning").at(log10(RATES[column]), VALUES[row])


def is_shown(stage: LabPage, rate: float, memory: float) -> None:
    """Whether the head on the map is where Python's run at this pair ends."""
    s = opening_of(LAB).with_setting("A", "learning_rate", rate).with_setting("A", "momentum", memory)
    t = run(s.surface, s.entries[0].rule, s.start, s.steps)
    assert stage.colors([stage.area().at(*t.points[-1])]) == ["#0072B2"]


def test_a_cell_is_looked_at_and_left_and_one_that_is_clicked_is_loaded(stage: LabPage) -> None:
    mouse = stage.page.mouse
    with stage.changes("hand"):
        mouse.move(*place(stage, 8, 24))
    assert stage.hand == {"A.rule.learning_rate": RATES[8], "A.rule.momentum": VALUES[24]}
    is_shown(stage, RATES[8], VALUES[24])
    mouse.move(5, 5)
    stage.wait("d.hand === ''")
    is_shown(stage, 0.02, 0.6)
    assert stage.sent == []
    mouse.click(*place(stage, 20, 30))
    stage.settles_at(**{"A.learning_rate": RATES[20], "A.momentum": VALUES[30]})
    stage.settled()
    expect(stage.page.get_by_role("textbox", name="momentum μ, exact")).to_have_value(exact(VALUES[30]))
    is_shown(stage, RATES[20], VALUES[30])


def test_the_map_is_walked_by_keys(stage: LabPage) -> None:
    panel = stage.root.locator(".panel.tuning")
    panel.focus()
    with stage.changes("hand"):
        panel.press("ArrowUp")
    assert stage.hand["A.rule.momentum"] > 0.6
    panel.press("Escape")
    stage.wait("d.hand === ''")
    assert stage.sent == []
