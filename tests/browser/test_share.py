"""Share and Export: the link that a teacher gives away, and what leaves the page as a file."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.test_access import serious
from ui.link import encode
from ui.share import embedding, whole_link

EBML = b"\x1a\x45\xdf\xa3"
"""The first bytes of every WebM file."""


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """The name and the content of the file that a button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_that_hides_controls_is_made_and_keeps_them_hidden(visit: Visit, scheme: str) -> None:
    teacher = visit("A=momentum&B=adam&steps=40", color_scheme=scheme)
    page = teacher.page
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    for group in ("Where the runs start", "Table of results"):
        dialog.get_by_role("button", name=group).click()
    expect(dialog.get_by_test_id("stCode").first).to_contain_text("lock=start%2Ctable")
    link, snippet = (dialog.get_by_test_id("stCode").nth(i).inner_text().replace("\n", "") for i in (0, 1))
    assert snippet == embedding(link, "Descent Lab: Rosenbrock")
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
    assert serious(page) == []

    student = visit(link.partition("?")[2], color_scheme=scheme)
    assert encode(student.scenario) == encode(teacher.scenario) | {"lock": "start,table"}
    assert whole_link(student.scenario, link.partition("?")[0]) == link
    expect(student.page.get_by_text("Some controls are hidden by the link.")).to_be_visible()
    expect(student.page.get_by_role("textbox", name="Start x")).to_have_count(0)
    start = student.start
    student.page.mouse.click(*student.area().share(0.3, 0.3))
    with student.changes_link():
        student.rates.first.press("ArrowRight")
    assert student.start == start
    student.wait("location.search === '?' + d.link && d.link.includes('lock=start%2Ctable')")


def test_files_leave_the_page_whole(visit: Visit) -> None:
    stage = visit("landscape=booth&A=momentum&B=lion&steps=8&at=3")
    page = stage.page
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("B: torch.optim has no Lion.")).to_be_visible()
    assert serious(page) == []

    name, table = saved(page, "Runs (CSV)")
    assert name == "descent-lab-booth.csv"
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    ends = [tuple(float(row[key]) for key in "xy") for row in rows if row["step"] == "8"]
    assert ends == [tuple(t.points[-1]) for t in stage.runs()]
    name, figure = saved(page, "Figure (HTML)")
    assert name == "descent-lab-booth.html"
    assert b"A Momentum" in figure
    name, picture = saved(page, "Picture (PNG)")
    assert (name, picture[:8]) == ("descent-lab-booth.png", b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(picture[i : i + 4], "big") for i in (16, 20)] == [2560, 1440]
    name, picture = saved(page, "Picture (SVG)")
    assert (name, picture[:4]) == ("descent-lab-booth.svg", b"<svg")
    assert "Lion" in picture.decode()
    name, script = saved(page, "Script (NumPy)")
    assert name == "descent-lab-booth-numpy.py"
    assert f"# The same runs in a browser: {whole_link(stage.scenario, page.url)}" in script.decode()

    name, film = saved(page, "Film of the playback")
    assert (name, film[:4]) == ("descent-lab-booth.webm", EBML)
    assert len(film) > 5_000
    assert stage.step == 3
    page.get_by_role("button", name="Film of the playback").click()
    page.get_by_role("button", name="Cancel the film").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible()
    assert stage.step == 3
