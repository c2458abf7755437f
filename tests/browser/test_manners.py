"""What a page owes its visitors: focus, places, menus, themes, Back; and what is read out."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import PHONE
from browser.stage import Stage
from charts import DARK, LIGHT

FOCUSED = "document.activeElement.getAttribute('aria-label')"
TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


def swipe(page: Page, *fingers: list[tuple[float, float]]) -> None:
    """Each finger goes through its points, all of them at once."""
    session = page.context.new_cdp_session(page)
    for i, places in enumerate(zip(*fingers, strict=True)):
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(places)]
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


# --- the wheel and fingers -----------------------------------------------------------------------


def test_the_wheel_over_the_map_scrolls_the_page_unless_a_key_is_held_or_the_map_is_focused(
    stage: Stage,
) -> None:
    page, view = stage.page, stage.area()
    page.mouse.move(*view.share(0.3, 0.3))
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"{TOP} > 0")
    page.mouse.wheel(0, -400)
    page.wait_for_function(f"{TOP} === 0")
    assert stage.area() == view
    stage.zoom(view.share(0.3, 0.3))  # with the key
    assert stage.area() != view
    with stage.changes_view():
        stage.button("Reset view").click()
    stage.root.locator(".map").focus()
    with stage.changes_view():
        page.mouse.move(*view.share(0.3, 0.3))
        page.mouse.wheel(0, -100)
    assert stage.area() != view
    assert page.evaluate(TOP) == 0
    page.keyboard.press("Escape")
    assert not stage.root.locator(".map").evaluate("map => map === document.activeElement")


def test_the_wheel_over_the_third_dimension_scrolls_the_page_too(stage: Stage, complaints: list[str]) -> None:
    page = stage.page
    page.get_by_text("Formula, derivatives, facts").click()
    page.get_by_text("In three dimensions").click()
    chart = page.get_by_test_id("stPlotlyChart")
    chart.scroll_into_view_if_needed()
    scene = (
        "document.querySelector('[data-testid=stPlotlyChart] .js-plotly-plot')?._fullLayout?.scene?._scene"
    )
    page.wait_for_function(scene)
    eye = f"JSON.stringify({scene}.getCamera().eye)"
    before, top = page.evaluate(eye), page.evaluate(TOP)
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"top => {TOP} < top", arg=top)
    assert page.evaluate(eye) == before
    # A browser without a graphics card warns of how Plotly reads its own pixels.
    complaints[:] = [said for said in complaints if not re.search("readback|ReadPixels", said)]


def test_one_finger_scrolls_two_move_the_map_and_a_tap_places(visit: Visit) -> None:
    stage = visit(**PHONE)
    page, view = stage.page, stage.area()
    x, y = view.share(0.6, 0.6)
    swipe(page, [(x, y - 12 * i) for i in range(12)])
    page.wait_for_function(f"{TOP} > 40")
    scrolled = stage.area()
    assert scrolled[4:] == view[4:]
    assert stage.link == ""  # it was no tap
    page.wait_for_function(  # once the fling has come to its end
        f"() => {{ window.resting = {TOP} ? 0 : (window.resting ?? 0) + 1; {TOP} = 0; return resting > 9; }}"
    )
    a, b = view.share(0.3, 0.5), view.share(0.6, 0.5)
    with stage.changes_view():
        swipe(
            page,
            [(a[0] + 3 * i, a[1] + 2 * i) for i in range(12)],
            [(b[0] + 3 * i, b[1] + 2 * i) for i in range(12)],
        )
    right, up = view.pixel
    wanted = view.x[0] - 33 * right
    page.wait_for_function(
        "([x, near]) => Math.abs("
        "document.querySelector('.stage .map .plot')._fullLayout.xaxis.range[0] - x) < near",
        arg=[wanted, 2 * right],
    )
    moved = stage.area()
    assert moved.x[0] == pytest.approx(view.x[0] - 33 * right, abs=2 * right)
    assert moved.y[0] == pytest.approx(
        view.y[0] + 22 * up, abs=6 * up
    )  # the page itself may have begun to move
    with stage.changes_link():
        page.touchscreen.tap(*moved.share(0.7, 0.3))
    assert stage.start == pytest.approx(moved.data(*moved.share(0.7, 0.3)), abs=max(moved.pixel))


def test_a_pinch_zooms_the_map_around_the_fingers(visit: Visit) -> None:
    stage = visit(**PHONE)
    view = stage.area()
    (x, y) = view.share(0.5, 0.5)
    with stage.changes_view():
        swipe(stage.page, [(x - 30 - 4 * i, y) for i in range(8)], [(x + 30 + 4 * i, y) for i in range(8)])
    zoomed = stage.area()
    assert zoomed.pixel[0] == pytest.approx(view.pixel[0] * 30 / 58, rel=0.08)
    assert zoomed.pixel[0] == pytest.approx(zoomed.pixel[1], rel=1e-3)
    assert zoomed.data(x, y) == pytest.approx(view.data(x, y), abs=3 * view.pixel[0])


# --- a phone's page ------------------------------------------------------------------------------


def test_a_phone_shows_its_header_whole_and_the_surfaces_name(visit: Visit) -> None:
    stage = visit(**PHONE)
    for shown in (
        stage.page.get_by_test_id("stExpandSidebarButton"),
        stage.page.get_by_role("heading", name="Rosenbrock"),
    ):
        box = shown.bounding_box()
        assert box
        assert box["y"] >= 0 < box["height"]
        assert box["x"] >= 0
    stage.page.get_by_test_id("stExpandSidebarButton").click()
    expect(stage.page.get_by_role("combobox", name="Landscape")).to_be_in_viewport()


def test_a_phones_traces_have_labels_that_do_not_overlap(visit: Visit) -> None:
    stage = visit(
        "landscape=quadratic&condition_number=100&A=gradient_descent&A.learning_rate=0.0999&B=adam", **PHONE
    )
    for name in ("loss", "gradient", "map"):
        boxes = stage.root.locator(f".{name} :is(.ytick, .xtick) text").evaluate_all(
            """all => all.map((e) => {
              const { left, top, right, bottom } = e.getBoundingClientRect();
              return [left, top, right, bottom];
            })"""
        )
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 4 or b[3] <= a[1] + 4
                assert apart, name


def test_a_table_that_is_too_wide_says_so_and_scrolls_by_key(visit: Visit) -> None:
    stage = visit(**PHONE)
    table = stage.page.get_by_role("region", name="What every run reached")
    table.scroll_into_view_if_needed()
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "gradient" in table.evaluate("e => getComputedStyle(e).backgroundImage")  # shadows at its edges
    table.focus()
    stage.page.keyboard.press("ArrowRight")
    stage.page.wait_for_function("document.querySelector('.wide').scrollLeft > 0")


@pytest.mark.parametrize("width", [1024, 1280])
def test_cards_are_aligned(visit: Visit, width: int) -> None:
    stage = visit(
        "A=gradient_descent&B=levenberg_marquardt&C=averaged_momentum&C.learning_rate=0.001",
        viewport={"width": width, "height": 768},
    )
    for locator in (
        stage.rates,
        stage.page.locator("p.verdict"),
        stage.page.locator("[data-testid=stPopoverButton]:visible"),
    ):
        tops = [box["y"] for each in locator.all() if (box := each.bounding_box()) and box["y"] < 700]
        assert len(tops) >= 2
        assert max(tops[:3]) - min(tops[:3]) <= 1
    for slot in "AC":
        slider = stage.rates.first if slot == "A" else stage.rates.last
        beside, field = slider.bounding_box(), stage.rate_field(slot).bounding_box()
        assert beside
        assert field
        assert field["x"] > beside["x"]
        assert abs(field["y"] - beside["y"]) < 40


# --- menus ---------------------------------------------------------------------------------------


def test_a_click_that_closes_a_menu_does_not_move_the_start(stage: Stage) -> None:
    stage.open_settings("A")
    body = stage.page.get_by_test_id("stPopoverBody")
    expect(body.get_by_role("slider").first).to_be_visible()  # what the server puts into it has come
    place = stage.area().share(0.1, 0.15)
    stage.page.mouse.click(*place)
    expect(body).to_be_hidden()
    assert stage.start == (-1.2, 1.0)
    with stage.changes_link("start"):
        stage.page.mouse.click(*place)


def test_duplicate_closes_its_menu(stage: Stage) -> None:
    stage.open_settings("B")
    with stage.changes_link():
        stage.page.get_by_role("button", name="Duplicate").click()
    expect(stage.page.get_by_test_id("stPopoverBody")).to_be_hidden()
    assert [e.slot for e in stage.scenario.entries] == ["A", "B", "C"]


def test_an_opened_rule_menu_is_next_in_the_tab_order(stage: Stage) -> None:
    opener = stage.page.locator(".st-key-A-settings button:visible")
    opener.focus()
    stage.page.keyboard.press("Enter")
    expect(stage.page.get_by_role("combobox", name="Rule of run A")).to_be_visible()
    stage.page.keyboard.press("Tab")
    assert stage.page.evaluate("!!document.activeElement.closest('[data-testid=stPopoverBody]')")
    stage.page.keyboard.press("Shift+Tab")
    expect(opener).to_be_focused()


def test_focus_stays_after_choosing_a_rule_and_adding_a_run(stage: Stage) -> None:
    stage.open_settings("A")
    box = stage.page.get_by_role("combobox", name="Rule of run A", exact=True)
    with stage.changes_link():
        stage.choose("Rule of run A", "Nesterov")
    expect(box).to_be_focused()
    stage.page.keyboard.press("Escape")
    add = stage.page.get_by_role("button", name="Add a run")
    add.focus()
    with stage.changes_link():
        stage.page.keyboard.press("Enter")
    expect(add).to_be_focused()


def test_focus_stays_in_a_field_that_is_written_anew(stage: Stage) -> None:
    with stage.changes_link():
        stage.type(stage.rate_field("B"), "1e-2")
    expect(stage.rate_field("B")).to_have_value("0.01")
    expect(stage.rate_field("B")).to_be_focused()


def test_focus_is_visible_on_the_navigation(stage: Stage) -> None:
    link = stage.page.get_by_role("link", name="Surfaces")
    link.focus()
    stage.page.keyboard.press("Shift+Tab")
    stage.page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert (
        link.evaluate("e => getComputedStyle(e).outlineStyle + parseFloat(getComputedStyle(e).outlineWidth)")
        == "solid2"
    )


# --- theme, titles, what is read out --------------------------------------------------------------


def test_a_change_of_theme_reaches_the_stage_at_once(stage: Stage) -> None:
    plot = "document.querySelector('.stage .map .plot')._fullLayout.paper_bgcolor"
    for scheme, look in (("dark", DARK), ("light", LIGHT)):
        stage.page.emulate_media(color_scheme=scheme)
        stage.page.wait_for_function(f"paper => {plot} === paper", arg=look.paper)
    assert stage.link == ""


def test_every_page_has_its_title_and_one_main_heading(stage: Stage) -> None:
    page = stage.page
    for link, title, heading in (
        ("Surfaces", "Surfaces · Descent Lab", "Surfaces"),
        ("Rules", "Rules · Descent Lab", "Rules"),
        ("Playground", "Playground · Descent Lab", "Rosenbrock"),
    ):
        page.get_by_role("link", name=link, exact=True).first.click()
        expect(page).to_have_title(title)
        expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()


def test_verdicts_are_read_out_once_per_change_and_the_playing_step_is_not(stage: Stage) -> None:
    page = stage.page
    status = stage.root.get_by_role("status")
    expect(status).to_have_count(1)
    expect(status).to_have_attribute("aria-live", "polite")
    page.evaluate("""() => {
      window.said = [];
      const place = document.querySelector(".stage .said");
      new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
    }""")
    with stage.changes_link():
        stage.choose_rule("A", "Newton")
    page.wait_for_function("window.said.length > 0")
    assert page.evaluate("window.said.length") == 1
    said = page.evaluate("window.said[0]")
    for verdict in page.locator("p.verdict").all():
        assert verdict.inner_text() in said
    page.keyboard.press("Escape")
    stage.button("Play").click()
    stage.wait("Number(d.step) > 40 && Number(d.step) < 290")
    assert page.evaluate("window.said.length") == 1
    assert stage.root.locator(".count").evaluate("e => !e.closest('[aria-live], output, [role=status]')")


# --- coming back ---------------------------------------------------------------------------------


def test_back_undoes_and_forward_does_it_again(stage: Stage) -> None:
    page = stage.page
    with stage.changes_link():
        stage.type(stage.field("Steps"), "120")
    steps = stage.link
    with stage.changes_link():
        stage.choose("Landscape", "Himmelblau")
    surface = stage.link
    with stage.changes_link("start"):
        page.mouse.click(*stage.area().share(0.6, 0.6))
    for link in (surface, steps, ""):
        page.go_back()
        stage.wait("d.link === v[0] && location.search === (v[0] && '?' + v[0])", link)
    expect(stage.field("Steps")).to_have_value("300")
    for link in (steps, surface):
        page.go_forward()
        stage.wait("d.link === v[0] && location.search === '?' + v[0]", link)
    expect(stage.field("Steps")).to_have_value("120")
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    page.go_back()
    stage.wait("d.link === v[0]", surface)


def test_a_burst_of_presses_is_one_step_back(stage: Stage) -> None:
    stage.hold_the_clock()
    for _ in range(4):
        with stage.changes_link():
            stage.rates.first.press("ArrowRight")
    stage.wait("location.search === '?' + d.link")
    stage.page.go_back()
    stage.wait("d.link === '' && location.search === ''")


def test_the_gallery_is_where_it_was(visit: Visit, complaints: list[str]) -> None:
    stage = visit()
    page = stage.page
    page.get_by_role("link", name="Surfaces", exact=True).first.click()
    picture = page.locator("figure.run", has_text="Himmelblau").get_by_role("link")
    picture.scroll_into_view_if_needed()
    page.wait_for_function(f"{TOP} > 600")
    place = page.evaluate(TOP)
    picture.click()
    stage.wait("Number(d.painted) > 0 && d.link.includes('himmelblau')")
    page.go_back()
    page.wait_for_function(f"place => Math.abs({TOP} - place) < 80", arg=place)


# --- rates ---------------------------------------------------------------------------------------


def test_a_changed_rule_keeps_its_rate_and_one_rate_can_be_had_for_all(stage: Stage) -> None:
    with stage.changes_link():
        stage.choose_rule("A", "RMSprop")
    assert stage.scenario.entry("A").rule.learning_rate == 0.0025
    with stage.changes_link():
        stage.page.get_by_role("button", name="Same η for all").click()
    assert [e.rule.settings["learning_rate"] for e in stage.scenario.entries] == [0.0025, 0.0025]


def test_another_surface_keeps_the_rates_and_offers_some_that_suit_it(visit: Visit) -> None:
    stage = visit("A=gradient_descent&A.learning_rate=0.0002&B=adam")
    rates = [e.rule.settings["learning_rate"] for e in stage.scenario.entries]
    with stage.changes_link():
        stage.choose("Landscape", "Himmelblau")
    assert [e.rule.settings["learning_rate"] for e in stage.scenario.entries] == rates
    kept, offer = stage.link, stage.page.get_by_role("button", name="Rates for this surface")
    with stage.changes_link():
        offer.click()
    assert [e.rule.settings["learning_rate"] for e in stage.scenario.entries] != rates
    for verdict in stage.page.locator("p.verdict").all():
        expect(verdict).to_contain_text("Minimum")
    stage.button("Undo the last change").click()
    stage.wait("d.link === v[0]", kept)
    with stage.changes_link():  # what is offered comes and goes, and the page goes on
        stage.type(stage.field("Steps"), "100")
    stage.button("Undo the last change").click()
    stage.wait("d.link === v[0]", kept)
    expect(stage.field("Steps")).to_have_value("300")


# --- the picture ---------------------------------------------------------------------------------


def test_a_start_off_the_map_has_an_arrow_at_the_edge(visit: Visit) -> None:
    script = """
      window.written = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        window.written.push(text);
        return write.call(this, text, ...place);
      };"""
    stage = visit("x=9&y=1", script=script)
    assert "start" in stage.page.evaluate("window.written")
    area = stage.area()
    assert stage.colors([(area.left + area.width - 8, area.at(9.0, 1.0)[1])]) == [LIGHT.ink.upper()]


def test_a_run_that_leaps_across_the_map_does_not_hide_it(visit: Visit) -> None:
    stage = visit("landscape=quadratic&condition_number=100&A=gradient_descent&A.learning_rate=0.0999")
    area = stage.area()
    assert stage.count(LIGHT.colors[0]) < 0.02 * area.width * area.height
    words = stage.page.locator("body").inner_text()
    assert not re.search(r"\binf\b", words)


def test_a_short_run_has_whole_steps_on_its_axis(visit: Visit) -> None:
    stage = visit("steps=1&A=adam")
    ticks = stage.root.locator(".loss .xtick text").all_text_contents()
    assert ticks == ["0", "1"]


def test_tab_goes_through_the_whole_page_and_is_held_nowhere(visit: Visit) -> None:
    stage = visit("landscape=rosenbrock&A=momentum&B=adam&steps=50")
    page = stage.page
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    const all = (document.all_ ??= new Map()), e = document.activeElement;
                    if (!all.has(e)) all.set(e, all.size);
                    const help = e.closest('[data-testid="stTooltipIcon"]') ? "help " : "";
                    return [all.get(e), help + (e.getAttribute("aria-label") ?? e.textContent ?? "").trim()];
                }"""
            )
        )
        if reached[-1][1] == "Download as CSV":
            break
    numbers = [number for number, _ in reached]
    assert numbers == sorted(set(numbers)), reached
    names = [name for _, name in reached]
    assert names[-1] == "Download as CSV"
    assert sum(name.startswith("help ") for name in names) >= 4
    assert {"Play", "Side by side"} <= set(names)
    assert any(name.endswith("Export") for name in names)  # after its icon's
