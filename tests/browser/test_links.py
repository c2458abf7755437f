"""The address is the scenario: copied it gives the same picture, broken it gives a sentence."""

from urllib.parse import parse_qsl, quote, urlencode

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from ui.link import encode
from ui.scenario import default_scenario


def test_the_copied_link_reproduces_the_picture_elsewhere(visit: Visit) -> None:
    stage = visit()
    for action in (
        lambda: stage.choose("Landscape", "Himmelblau"),
        lambda: stage.page.mouse.click(*stage.area().share(0.42, 0.31)),
        lambda: stage.choose_rule("A", "Nesterov"),
        lambda: stage.rates.nth(1).press("ArrowRight"),
        lambda: stage.type(stage.field("Steps"), "150"),
        lambda: stage.type(stage.field("Noise σ"), "0.25"),
    ):
        with stage.changes_link():
            action()
    expect(stage.field("Steps")).to_have_value("150")
    assert stage.scenario.noise == 0.25
    stage.wait("location.search === '?' + d.link")
    assert dict(parse_qsl(stage.query)) == encode(stage.scenario)
    stage.page.reload()  # which leaves the ghosts of the last change behind
    stage.wait("Number(d.painted) > 0")
    other = visit(stage.query)
    assert other.link == stage.link
    assert other.area() == stage.area()
    assert other.picture == stage.picture
    expect(other.notice).to_have_count(0)
    other.page.reload()
    other.wait("Number(d.painted) > 0")
    assert (other.link, other.picture) == (stage.link, stage.picture)


def test_the_way_back_to_the_default_empties_the_address(visit: Visit) -> None:
    stage = visit("A=momentum&A.learning_rate=0.002&A.momentum=0.95&B=adam&B.learning_rate=0.05")
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    assert stage.link == ""
    stage.wait("location.search === ''")
    assert "?" not in stage.page.url


def test_what_is_not_ours_stays_in_the_address(visit: Visit) -> None:
    stage = visit("embed=true&A=adam&A.beta2=0.5&embed_options=light_theme")
    expect(stage.notice).to_have_count(0)
    for key in ("ArrowRight", "ArrowLeft"):
        with stage.changes_link():
            stage.rates.first.press(key)
        stage.wait("location.search === '?embed=true&embed_options=light_theme&' + d.link")
    with stage.changes_link():
        stage.choose("Landscape", "Himmelblau")
    stage.wait("location.search === '?embed=true&embed_options=light_theme&' + d.link")


HOSTILE = {
    "everything wrong": {
        "landscape": "<script>alert(1)</script>",
        "x": "nan",
        "steps": "1e9",
        "A": "![](https://example.com/a.png)",
        "B": "<img src=https://example.com/b.png onerror=alert(2)>",
        "G": "adam",
        "javascript:alert(3)": "[c](https://example.com/c)",
    },
    "long, and a formula": {
        "formula": "![](https://example.com/d.png)",
        "landscape": "x" * 5000,
        "y" * 5000: "z",
    },
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_gives_a_notice_and_the_default_picture(visit: Visit, query: dict[str, str]) -> None:
    stage = visit(urlencode(query, quote_via=quote))
    expect(stage.notice).to_be_visible()
    assert stage.scenario == default_scenario()
    assert stage.link == ""
    words = stage.page.locator("body").inner_text()
    for sign in ("Traceback", "Error:", "Exception", "encountered an error"):
        assert sign not in words
    assert stage.page.locator("[data-testid=stAlert] :is(img, a, script)").count() == 0
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    expect(stage.notice).to_have_count(0)


def test_a_million_characters_are_survived(visit: Visit) -> None:
    # A server refuses to be asked for such an address, but a page can come to have it.
    longer = "history.replaceState(null, '', '?A=' + 'x'.repeat(1e6))"
    stage = visit(script=longer)
    assert stage.scenario == default_scenario()
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
