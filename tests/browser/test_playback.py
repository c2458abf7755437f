"""Playback: the heads move together, and every control stops where it says."""

from playwright.sync_api import expect

from browser.conftest import Visit
from browser.stage import Stage
from charts import LIGHT

_RECORD = """() => {
  const root = document.querySelector("section.stage");
  window.seen = [];
  new MutationObserver(() => seen.push([performance.now(), Number(root.dataset.step)]))
    .observe(root, { attributeFilter: ["data-painted"] });
}"""


_FRAMES_BY_HAND = """() => {
  window.queue = new Map();
  let last = 0;
  requestAnimationFrame = (frame) => (queue.set(++last, frame), last);
  cancelAnimationFrame = (id) => queue.delete(id);
  window.pass = (time) => {
    const frames = [...queue.values()];
    queue.clear();
    frames.forEach((frame) => frame(time));
    return Number(document.querySelector("section.stage .scrub").value);
  };
}"""
_PRESS = """times => {
  for (let i = 0; i < times; i++) document.querySelector("section.stage .play").click();
}"""


def seen(stage: Stage) -> list[tuple[float, int]]:
    """Time and step of every picture since the recording began or was last read."""
    return [(time, step) for time, step in stage.page.evaluate("seen.splice(0)")]


def test_play_runs_to_the_last_step_and_again_from_the_first(stage: Stage) -> None:
    stage.page.evaluate(_RECORD)
    stage.root.get_by_role("combobox", name="Speed").select_option("4")
    for _ in range(2):  # from the end, play begins anew
        stage.button("Play").click()
        expect(stage.button("Pause")).to_be_visible()
        expect(stage.button("Play")).to_be_visible()
        steps = [step for _, step in seen(stage)]
        assert steps == sorted(steps)
        assert steps[0] < 100
        assert len(set(steps)) > 8
        assert (steps[-1], stage.step) == (300, 300)
        expect(stage.root.locator(".count")).to_have_text("step 300 / 300")


def test_pause_stops_and_play_goes_on_from_there(stage: Stage) -> None:
    stage.page.evaluate(_RECORD)
    stage.button("Play").click()
    stage.wait("Number(d.step) > 10 && Number(d.step) < 290")
    stage.button("Pause").click()
    held = int(stage.scrub.input_value())
    stage.wait("Number(d.step) === v[0]", held)
    assert 10 < held < 300
    assert stage.button("Play").is_visible()
    seen(stage)
    stage.button("Play").click()
    stage.wait("Number(d.step) > v[0] + 5", held)
    assert min(step for _, step in seen(stage)) >= held
    with stage.changes_link():  # a slider moved meanwhile neither stops nor rewinds it
        stage.rates.first.press("ArrowRight")
    assert stage.button("Pause").is_visible()
    steps = [step for _, step in seen(stage)]
    assert steps == sorted(steps)


def test_a_frame_that_began_before_the_press_takes_nothing_back(stage: Stage) -> None:
    with stage.changes_step():
        stage.scrub.fill("100")
    stage.page.evaluate(_FRAMES_BY_HAND)
    stage.page.evaluate(_PRESS, 1)
    began = stage.page.evaluate("performance.now()")
    shown, waiting = [], []
    for later in (-40, 0, 160, 560):
        shown.append(stage.page.evaluate("pass", began + later))
        waiting.append(stage.page.evaluate("queue.size"))
    assert shown == [100, 102, 110, 130]
    stage.page.evaluate(_PRESS, 2)  # paused and played on: one playback, not two
    assert stage.page.evaluate("pass", began + 561) == 130
    assert stage.page.evaluate("queue.size") == waiting[0] > 0


def test_speed_is_a_factor(stage: Stage) -> None:
    stage.page.evaluate(_RECORD)
    rates = {}
    for speed in ("0.25", "2"):
        stage.root.get_by_role("combobox", name="Speed").select_option(speed)
        stage.scrub.fill("0")
        stage.wait("d.step === '0'")
        seen(stage)
        stage.button("Play").click()
        stage.wait("Number(d.step) >= 9")
        stage.button("Pause").click()
        (t0, first), *_, (t1, last) = seen(stage)
        rates[speed] = (last - first) / (t1 - t0)
    assert rates["2"] > 3 * rates["0.25"]  # eight times, by the pictures' own clock


def test_one_step_at_a_time_by_pointer_and_by_key(stage: Stage) -> None:
    for button, step in (("One step back", 299), ("One step back", 298), ("One step forward", 299)):
        with stage.changes_step():
            stage.button(button).click()
        assert stage.step == step
    for edge, button in (("0", "One step back"), ("300", "One step forward")):
        with stage.changes_step():
            stage.scrub.fill(edge)
        with stage.repaints():
            stage.button(button).click()
        assert stage.step == int(edge)
    stage.button("One step back").focus()
    with stage.changes_step():
        stage.page.keyboard.press("Enter")
    assert stage.step == 299
    stage.page.keyboard.press("Tab")
    for name in ("Pause", "Play"):
        stage.page.keyboard.press("Space")
        expect(stage.button(name)).to_be_focused()


def test_scrubbing_by_key_shows_the_path_up_to_there(stage: Stage) -> None:
    whole = stage.picture
    inked = stage.count(LIGHT.runs[0].color)
    stage.scrub.focus()
    for key, step in (("ArrowLeft", 299), ("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("End", 300)):
        with stage.changes_step():
            stage.page.keyboard.press(key)
        assert stage.step == step
        expect(stage.root.locator(".count")).to_have_text(f"step {step} / 300")
        assert stage.scrub.get_attribute("aria-valuetext") == f"step {step} of 300"
        if step == 2:
            assert stage.count(LIGHT.runs[0].color) < inked
    assert stage.picture == whole
    assert stage.link == ""


def test_a_step_that_is_looked_at_stays_while_sliders_move(visit: Visit) -> None:
    stage = visit("steps=100")
    with stage.changes_step():
        stage.scrub.fill("40")
    with stage.changes_link():
        stage.rates.first.press("ArrowRight")
    assert stage.step == 40
    with stage.changes_link():
        stage.type(stage.field("Steps"), "20")
    assert stage.step == 20
    with stage.changes_link():
        stage.type(stage.field("Steps"), "60")
    assert stage.step in (20, 60)
