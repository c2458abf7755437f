"""Sliders, fields, cards and the landscape picker: what a visitor changes, the picture shows."""

import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from browser.conftest import Visit
from browser.stage import Stage
from charts import LIGHT, exact
from landscapes import LANDSCAPES
from ui.scenario import SLOTS
from ui.words import plain


def test_a_learning_rate_key_press_repaints(stage: Stage) -> None:
    before, words = stage.picture, stage.root.locator(".map").get_attribute("aria-label")
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    changed, other = stage.scenario.entries
    assert changed.rule.learning_rate > 0.0025
    assert other.rule.learning_rate == 0.05
    assert all(a != b for a, b in zip(before, stage.picture, strict=True))
    assert stage.root.locator(".map").get_attribute("aria-label") != words
    expect(stage.rate_field("A")).to_have_value(exact(changed.rule.learning_rate))


def test_a_move_sends_what_it_changes_and_nothing_else(visit: Visit) -> None:
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame))

    stage = visit("landscape=himmelblau&A=momentum&A.learning_rate=0.001&B=adam", told=listen)
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")  # what the page sends of itself is behind it
    frames.clear()
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    expect(stage.rate_field("A")).to_have_value(exact(stage.scenario.entries[0].rule.learning_rate))
    expect(stage.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    messages = [ForwardMsg.FromString(frame) for frame in frames]
    deltas = [m.delta for m in messages if m.WhichOneof("type") == "delta"]
    made = [d.new_element for d in deltas if d.WhichOneof("type") == "new_element"]
    assert {e.WhichOneof("type") for e in made} == {"bidi_component", "slider", "text_input", "empty"}
    assert {e.bidi_component.component_name.partition(".")[2] for e in made} == {"", "stage"}
    around = {d.add_block.WhichOneof("type") for d in deltas if d.WhichOneof("type") == "add_block"}
    assert around <= {"transparent", "flex_container"}  # neither columns nor menus
    assert len(deltas) == 6 + 2 * 2, "the picture and what stands around it; a slider and a field of two runs"


def test_the_way_back_brings_and_takes_cards(stage: Stage) -> None:
    with stage.changes_link():
        stage.page.get_by_role("button", name="Add a run").click()
    stage.settled()  # the address has followed
    for go, count in ((stage.page.go_back, 2), (stage.page.go_forward, 3)):
        with stage.changes_link():
            go()
        assert len(stage.scenario.entries) == count
        for shown in (stage.rates, stage.page.locator(".verdict"), stage.page.locator(".verdicts tbody tr")):
            expect(shown).to_have_count(count)


def test_a_burst_of_key_presses_on_a_slow_machine_ends_at_the_last(stage: Stage) -> None:
    stage.zoom(stage.area().share(0.4, 0.5))
    zoomed = stage.area()
    stage.root.evaluate("root => (root.same = true)")
    slider = stage.rates.nth(1)
    with stage.slowed(4):
        for _ in range(8):
            slider.press("ArrowLeft")
        stage.settles_at(**{"B.learning_rate": 0.008})
    expect(stage.rate_field("B")).to_have_value("0.008")
    expect(slider).to_have_attribute("aria-valuetext", "0.008")
    assert stage.root.evaluate("root => root.same"), "the stage was mounted anew"
    assert stage.area() == zoomed


def test_an_exact_rate_can_be_typed(stage: Stage) -> None:
    with stage.changes_link():
        stage.type(stage.rate_field("B"), "0.0123456789")
    assert stage.scenario.entry("B").rule.learning_rate == 0.0123456789
    expect(stage.rates.nth(1)).to_have_attribute("aria-valuetext", "0.0123457")


def test_a_dragged_rate_is_followed_before_it_is_let_go_and_kept_after(stage: Stage) -> None:
    slider, mouse = stage.rates.first, stage.page.mouse
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for distance in (20, 40):
        with stage.changes("hand"):
            mouse.move(x + distance, y, steps=3)
        text = slider.get_attribute("aria-valuetext")
        expect(stage.rate_field("A")).to_have_value(text)  # the exact field goes along
        assert stage.hand == {"A.rule.learning_rate": float(text)}
    assert stage.link == ""
    mouse.up()
    expect(stage.rate_field("A")).to_have_value(text)
    stage.settles_at(**{"A.learning_rate": float(text)})
    expect(slider).to_have_attribute("aria-valuetext", text)


def test_other_landscapes_bring_their_map_start_and_sliders(stage: Stage) -> None:
    for key in ("himmelblau", "quadratic"):
        surface = LANDSCAPES[key]
        with stage.changes_link():
            stage.choose("Landscape", surface.name)
        assert stage.scenario.surface == surface
        assert stage.start == surface.start
        assert stage.area().frames(surface.window)
        expect(stage.page.get_by_text(plain(surface.lesson))).to_be_visible()
    with stage.changes_link():
        stage.page.get_by_role("slider", name=re.compile("Condition number")).press("ArrowRight")
    assert stage.scenario.surface.settings["condition_number"] > 20.0


def test_a_cancelled_drag_is_over(stage: Stage) -> None:
    slider, mouse = stage.rates.first, stage.page.mouse
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    with stage.changes("hand"):
        mouse.move(x + 20, y, steps=3)
    stage.page.evaluate("window.dispatchEvent(new PointerEvent('pointercancel'))")
    stage.wait("d.hand === ''")  # only the hand moved it, and that is taken back
    assert stage.link == ""


LONGEST = max(LANDSCAPES.values(), key=lambda surface: len(surface.family + surface.name))


@pytest.mark.parametrize("key", [LONGEST.key, "quadratic"])
def test_every_name_fits_into_the_picker(visit: Visit, key: str) -> None:
    box = visit(f"landscape={key}").page.get_by_role("combobox", name="Landscape", exact=True)
    assert box.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_runs_are_added_up_to_six_and_each_has_its_colour(visit: Visit) -> None:
    stage = visit("landscape=himmelblau&A=newton&B=averaged_momentum&B.learning_rate=0.05")
    for count in range(3, 7):
        with stage.changes_link():
            stage.page.get_by_role("button", name="Add a run").click()
        expect(stage.rates).to_have_count(count)
        assert "".join(e.slot for e in stage.scenario.entries) == SLOTS[:count]
    expect(stage.page.get_by_role("button", name="Add a run")).to_have_count(0)
    for style in LIGHT.runs:
        assert sum(stage.count(style.color, frame) for frame in ("map", "loss", "gradient")) > 5, style
    for slider in stage.rates.all():
        box = slider.bounding_box()
        assert box["y"] + box["height"] <= 800, "a slider is below the fold"


def test_settings_copies_and_removals_are_one_click_away(stage: Stage) -> None:
    page = stage.page
    stage.open_settings("B")
    with stage.changes_link():
        page.get_by_role("slider", name=re.compile("beta1")).press("ArrowLeft")
    assert stage.scenario.entry("B").rule.beta1 < 0.9
    with stage.changes_link():
        page.get_by_role("button", name="Duplicate").click()
    _, original, copy = stage.scenario.entries
    assert (copy.slot, copy.rule) == ("C", original.rule)
    stage.open_settings("B")
    with stage.changes_link():
        page.get_by_role("button", name="Remove").click()
    assert [e.slot for e in stage.scenario.entries] == ["A", "C"]
    assert stage.count(LIGHT.runs[1].color) == 0
    assert stage.count(LIGHT.runs[2].color) > 50


def test_a_rule_can_be_changed(stage: Stage) -> None:
    with stage.changes_link():
        stage.choose_rule("A", "Newton")
    assert stage.scenario.entry("A").rule.settings["learning_rate"] == 0.0025
    with stage.changes_link():
        stage.type(stage.rate_field("A"), "1")
    assert [e.rule.key for e in stage.scenario.entries] == ["newton", "adam"]
    expect(stage.page.get_by_text("Minimum (1, 1) at step").first).to_be_visible()


def test_a_rate_far_too_large_diverges_and_the_app_goes_on(stage: Stage) -> None:
    with stage.changes_link():
        stage.type(stage.rate_field("A"), "10")
    expect(stage.page.locator("p.verdict").first).to_contain_text("Diverged at step")
    expect(stage.notice).to_have_count(0)
    with stage.changes_link():
        stage.rates.nth(1).press("ArrowRight")
    with stage.changes_link():
        stage.type(stage.rate_field("A"), "0.001")
    expect(stage.page.locator("p.verdict").first).not_to_contain_text("Diverged")


def test_bad_input_gets_a_sentence_and_the_picture_stays(stage: Stage) -> None:
    stage.zoom(stage.area().share(0.6, 0.4))
    picture, area = stage.picture, stage.area()
    stage.root.evaluate("root => (root.same = true)")
    for field, text, sentence in (
        (stage.field("Steps"), "99999", "Steps must be a whole number from 1 to 5,000, not 99999."),
        (stage.field("Noise σ"), "-1", "Noise must be a number of at least 0, not −1. 0 stays."),
        (stage.rate_field("B"), "-0.5", "earning rate must be a number of at least 0, not −0.5. 0.05 stays."),
    ):
        before = field.input_value()
        stage.type(field, text)
        expect(stage.refusal.filter(has_text=sentence)).to_have_count(1)
        expect(stage.notice).to_have_count(0)
        expect(stage.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(field).to_have_value(before)
    assert set(dict(parse_qsl(stage.link))) == {"view"}
    assert stage.root.evaluate("root => root.same"), "the stage was mounted anew"
    assert stage.area()[4:] == area[4:]
    assert stage.picture == picture
    stage.hold_the_clock()  # there and back is no change, and has no ghost
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    expect(stage.refusal).to_have_count(0)
    with stage.changes_link():
        stage.rates.first.press("ArrowLeft")
    stage.settled()
    assert stage.picture == picture


def test_an_own_formula_and_a_wrong_one(stage: Stage) -> None:
    with stage.changes_link():
        stage.choose("Landscape", "Your own formula")
    field = stage.page.get_by_role("textbox", name="f(x, y) =")
    with stage.changes_link():
        stage.type(field, "x^4 + y^2 - x*y")
    scenario, picture = stage.scenario, stage.picture
    assert scenario.surface.text == "x^4 + y^2 - x*y"
    for wrong in ("x^4 + zed", "x +", "import os", "x" * 600):
        stage.type(field, wrong)
        stage.refuses(field)
        expect(field).to_have_value(wrong)  # stays, to be mended
        assert (stage.scenario, stage.picture) == (scenario, picture)
    with stage.changes_link():
        stage.type(field, "cos(x) + y^2")
    expect(stage.refusal).to_have_count(0)


def test_noise_brings_its_seed(stage: Stage) -> None:
    with stage.changes_link():
        stage.type(stage.field("Noise σ"), "0.5")
    with stage.changes_link():
        stage.type(stage.page.get_by_role("textbox", name=re.compile("Seed")), "7")
    assert (stage.scenario.noise, stage.scenario.seed) == (0.5, 7)
