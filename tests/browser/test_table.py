"""The table under the picture: sorted by a click or a key, kept so while numbers change, and out as CSV."""

import csv
from pathlib import Path

from playwright.sync_api import expect

from browser.conftest import Visit


def test_it_sorts_by_any_column_stays_sorted_and_goes_out(visit: Visit) -> None:
    stage = visit(
        "landscape=quadratic&A=gradient_descent&A.learning_rate=0.01&B=newton&B.learning_rate=1&C=adam"
    )
    table = stage.page.locator("table.verdicts")
    rows = table.locator("th[scope=row]")
    expect(rows).to_have_text(["A Gradient descent", "B Newton", "C Adam"])
    head = table.get_by_role("button", name="Final loss")
    head.click()
    expect(rows.first).to_have_text("B Newton")
    head.press("Enter")
    expect(rows.last).to_have_text("B Newton")
    expect(table.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    with stage.changes_link():
        stage.type(stage.rate_field("A"), "0.05")
    expect(table.get_by_role("row", name="A Gradient descent")).to_contain_text("146")
    expect(rows.last).to_have_text("B Newton")

    with stage.page.expect_download() as saved:
        stage.page.get_by_role("link", name="Download as CSV").click()
    assert saved.value.suggested_filename == "runs.csv"
    with Path(saved.value.path()).open(newline="") as file:
        records = list(csv.DictReader(file))
    assert [record["run"] for record in records] == ["A", "B", "C"]
    assert float(records[0]["learning_rate"]) == 0.05
    # R stands beside the verdict: (1 − ηλ_min)² with λ_min = 1.
    expect(stage.page.locator(".verdict[data-slot=A]")).to_contain_text("R\u00a0=\u00a00.902")
