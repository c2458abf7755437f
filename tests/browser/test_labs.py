"""Every lab in a real browser: picture and slider on the first screen, readable and clean everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Take
from browser.pages import PHONE
from browser.stage import LabPage
from browser.test_access import serious
from ui.lab import Lab
from ui.labs import LABS

labs = pytest.mark.parametrize("lab", LABS.values(), ids=LABS)

_SMALLEST = """() => Math.min(...[...document.querySelectorAll("section.stage text, [data-testid=stMain] p")]
  .filter(e => e.textContent.trim() && e.getClientRects().length && !e.closest("sub, sup"))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""

_HIGHEST = """frames => frames.map(e => e.getBoundingClientRect()).sort((a, b) => a.y - b.y)
  .map(({ y, height }) => ({ y, height }))[0]"""


@labs
@pytest.mark.parametrize("device", [{}, PHONE], ids=["screen", "phone"])
def test_a_lab_fits_reads_and_has_nothing_serious(
    lab_page: Callable[..., LabPage], lab: Lab, device: dict[str, Any]
) -> None:
    stage = lab_page(lab.key, **device)
    page, size = stage.page, stage.page.viewport_size
    assert size is not None
    expect(page).to_have_title(f"{lab.title} · Descent Lab")
    expect(page.get_by_role("heading", level=1, name=lab.title)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    first = page.locator("section.stage .frame.shown").evaluate_all(_HIGHEST)
    slider = page.get_by_test_id("stMain").get_by_role("slider").first.bounding_box()
    for box in (first, slider):
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"]
    assert page.evaluate(_SMALLEST) >= 12.8
    for scheme in ("light", "dark"):
        with stage.repaints():
            page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
        stage.settled()
        assert serious(page) == []


def test_the_labs_are_reached_from_every_page_and_lead_to_each_other(take: Take, server: str) -> None:
    page = take()
    page.goto(server)
    page.get_by_role("link", name="Labs", exact=True).first.click()
    expect(page).to_have_title("Labs · Descent Lab")
    for lab in LABS.values():
        expect(page.get_by_role("link", name=lab.title).first).to_be_visible()
    first = next(iter(LABS.values()))
    page.get_by_role("link", name=first.title).first.click()
    expect(page).to_have_title(f"{first.title} · Descent Lab")
    page.get_by_role("link", name="Open in the playground").click()
    expect(page).to_have_title("Playground · Descent Lab")
    page.get_by_role("link", name=f"Back to the lab: {first.title}").click()
    expect(page).to_have_title(f"{first.title} · Descent Lab")
