"""Mini-batches: the slider of S, the cursor on the curve, and the surface of the batch that led to a step."""

from collections.abc import Callable
from dataclasses import replace
from math import dist

import pytest
from playwright.sync_api import expect

from browser.stage import LabPage
from optimizers import run
from ui.labs import LABS
from ui.link import encode
from ui.scenario import Scenario, opening_of

LAB = LABS["mini_batches"]
COLORS = ("#0072B2", "#D55E00", "#009E73")


@pytest.fixture
def stage(lab_page: Callable[..., LabPage]) -> LabPage:
    return lab_page(LAB.key)


def ends(s: Scenario) -> list[tuple[float, float]]:
    """Where Python's runs end, each with its own batches."""
    runs = [run(s.surface, e.rule, s.start, s.steps, batch_size=e.batch_size, seed=s.seed) for e in s.entries]
    return [tuple(t.points[-1].tolist()) for t in runs]


def test_the_batch_size_moves_its_own_run_the_cursor_and_the_parts_below(stage: LabPage) -> None:
    page = stage.page
    slider = page.get_by_role("slider", name="Batch size S of run B")
    expect(
        page.get_by_text("Mean loss above the minimum of 20 seeds, after one epoch: S = 1")
    ).to_be_visible()
    slider.focus()
    slider.press("ArrowRight")
    stage.settles_at(**{"B.batch_size": 6})
    stage.settled()
    expect(page.get_by_text("S = 6: ").first).to_be_visible()  # what is below has followed
    area = stage.area("variance")
    mouse = page.mouse
    mouse.click(*area.at(area.x[0] + 0.5 * (area.x[1] - area.x[0]), sum(area.y) / 2))
    stage.wait("!['6', null].includes(new URLSearchParams(d.link).get('B.batch_size'))")
    stage.settled()
    size = int(stage.link.split("B.batch_size=")[1].split("&")[0])
    assert 3 <= size <= 6
    heads = ends(opening_of(LAB).with_batch_size(size, "B"))
    on_top = stage.area().at(*heads[2])
    assert stage.colors([on_top]) == [COLORS[2]]


def test_runs_are_made_in_the_page_with_batches_of_their_own(lab_page: Callable[..., LabPage]) -> None:
    s = replace(opening_of(LAB), steps=8)
    stage = lab_page(LAB.key, encode(s))
    area, mouse = stage.area(), stage.page.mouse
    before = ends(s)
    mouse.move(*area.at(*s.start))
    mouse.down()
    with stage.changes("hand"):
        mouse.move(*area.at(3.0, -3.0))
    x, y = stage.start
    there = ends(replace(s, start=(x, y)))
    assert there != before
    heads = [area.at(*point) for point in there]
    seen = [i for i, head in enumerate(heads) if all(dist(head, other) > 14 for other in heads[i + 1 :])]
    assert len(seen) >= 2  # the others lie under a later one
    assert stage.colors([heads[i] for i in seen]) == [COLORS[i] for i in seen]
    assert stage.sent == []
    mouse.up()
    stage.settled()


def test_the_surface_is_that_of_the_chosen_runs_batch_and_changes_with_every_step(stage: LabPage) -> None:
    whose = stage.root.get_by_role("combobox", name="Run whose batch is shown")
    assert whose.locator("option").all_inner_texts() == ["of A", "of B"]  # C sees all
    seen = {stage.pixels()}
    with stage.repaints():
        whose.select_option("B")
    seen.add(stage.pixels())
    back = stage.button("One step back")
    with stage.changes_step():
        back.click()
    seen.add(stage.pixels())
    with stage.repaints():
        stage.root.get_by_role("checkbox").uncheck()
    seen.add(stage.pixels())
    assert len(seen) == 4
