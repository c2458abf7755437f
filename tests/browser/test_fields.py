"""What people type into number fields, and that numbers are written one way on the whole page."""

import math
import random
import re

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.stage import Stage
from charts import number
from charts.numbers import exact

WRITTEN = """async ([numbers, digits]) => {
  const found = performance.getEntriesByType("resource").find((e) => e.name.includes("/stage/numbers.js")
    || e.name.includes("stage/numbers.js"));
  const { number, read } = await import(found.name);
  return numbers.map((v) => [number(v, digits), read(number(v, digits))]);
}"""
HYPHENED = re.compile(r".*(?:(?<![\w–-])-\d|\d[eE][+-]?\d).*")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0,01", 0.01), ("3,5", 3.5), ("1/3", 1 / 3), ("1e-3", 1e-3), (" 0.02 ", 0.02), ("2×10⁻³", 0.002)],
)
def test_a_rate_is_what_was_typed(stage: Stage, typed: str, value: float) -> None:
    with stage.changes_link():
        stage.type(stage.rate_field("B"), typed)
    assert stage.scenario.entry("B").rule.learning_rate == value
    expect(stage.rate_field("B")).to_have_value(exact(value))
    expect(stage.refusal).to_have_count(0)


def test_a_number_never_becomes_another_one(stage: Stage) -> None:
    for field, typed, sentence in (
        (stage.field("Steps"), "2.7", "Steps must be a whole number from 1 to 5,000, not 2.7. 300 stays."),
        (stage.field("Steps"), "1,000", "may mean 1.000 or 1000"),
        (stage.field("Start x"), "abc", "“abc” is not a number; 0.05, 0,05, 1e-3 and 1/3 are. −1.2 stays."),
        (
            stage.rate_field("B"),
            "0.05.1",
            "“0.05.1” is not a number;",
        ),
    ):
        before = field.input_value()
        stage.type(field, typed)
        stage.refuses(field, sentence)
        expect(field).to_have_count(1)  # once the one that it replaces has gone
        expect(field).to_have_value(before)
    assert stage.link == ""
    for typed, steps in (("1e3", 1000), ("40", 40)):
        with stage.changes_link():
            stage.type(stage.field("Steps"), typed)
        assert stage.scenario.steps == steps
    expect(stage.refusal).to_have_count(0)


def test_a_refusal_in_the_sidebar_goes_when_a_card_changes(stage: Stage) -> None:
    stage.type(stage.field("Start y"), "one")
    expect(stage.refusal).to_be_visible()
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    expect(stage.refusal).to_have_count(0)


@pytest.mark.parametrize("digits", [4, 6])
def test_the_browser_writes_numbers_as_the_server_does(stage: Stage, digits: int) -> None:
    draw = random.Random(digits)
    numbers = [draw.choice((1, -1)) * 10 ** draw.uniform(-20, 20) for _ in range(400)]
    numbers += [0.0, 1.0, -2.0, 1e-5, 1e-4, 9999.6, 99999.6, 1e20, 0.05, 300.0, 1e6]
    for value, (text, back) in zip(numbers, stage.page.evaluate(WRITTEN, [numbers, digits]), strict=True):
        assert text == number(value, digits)
        assert back == pytest.approx(value, rel=0.6 * 10 ** (1 - digits))


def test_one_number_format_on_the_whole_page(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&A=gradient_descent&A.learning_rate=0.3&B=adam&x=-1.5&y=-0.00001")
    area, points = stage.area(), stage.runs()[1].points
    stage.page.mouse.move(*map(round, area.at(*points[150])))
    expect(stage.tip).to_be_visible()
    words = "\n".join(
        stage.page.locator("label, p, td, th, .stage text, .stage li, .tip").all_text_contents()
    )
    words += "".join(field.input_value() for field in stage.page.get_by_role("textbox").all())
    assert HYPHENED.findall(words) == []
    assert "−" in words
    assert not math.isnan(len(words))


def test_lambda_has_a_real_subscript(visit: Visit) -> None:
    stage = visit("landscape=quadratic&A=gradient_descent&A.learning_rate=0.2")
    expect(stage.page.locator("p.verdict sub").first).to_have_text("max")
    assert "λ_" not in stage.page.locator("body").inner_text()
    assert "λₘₐₓ" in (stage.root.locator(".map").get_attribute("aria-label") or "")
