"""Scenes: every one does what its sentences say, is a link, and hides what is to be predicted."""

import base64
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import APP, drawn, said, sound, tabled, texts, widget
from test_pages import opened as page
from test_pages import picture as stage

from charts import LIGHT, LOOKS, Line, beginning
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, Budget, Kind, known_minima
from ui.labs import LABS
from ui.link import OWN_KEYS, decode, encode, opened
from ui.runs import judged_runs
from ui.scenario import Entry, default_scenario
from ui.scene import Outcome, Scene, n
from ui.scene_bar import NONE, verdict_on
from ui.scenes import SCENES, TOPICS
from ui.scenes.index import cast, picture
from ui.stage import HIDDEN
from ui.words import written

scenes = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
PLENTY = 60.0
"""Seconds of processor time: what a test may take is not what a visitor may."""


@cache
def outcome(key: str) -> Outcome:
    scenario = opened(SCENES[key])
    return Outcome(scenario, *judged_runs(scenario, LIGHT, budget=PLENTY))


@scenes
def test_a_scene_does_what_its_sentences_say(scene: Scene) -> None:
    assert scene.expects(outcome(scene.key))


UNSPOKEN = {("whitened", "B"), ("sign_only", "B"), ("no_curvature", "B"), ("centred", "B")}
"""Runs to compare with, of which no sentence speaks."""


def test_no_run_of_which_a_sentence_speaks_can_be_another_or_be_missing() -> None:
    """What is expected holds no longer when a run is a copy of another, or is dropped."""
    weak = set()
    for key, scene in SCENES.items():
        o = outcome(key)
        s, runs, verdicts = o.scenario, list(o.runs.values()), list(o.verdicts.values())
        lines = [Line("", LIGHT.runs[0], t) for t in runs]
        for i, entry in enumerate(s.entries):
            others = [j for j in range(len(runs)) if j != i]
            changes = [[*range(i), j, *range(i + 1, len(runs))] for j in others] + [others] * bool(others)
            for places in changes:
                slots = (
                    [s.entries[j].slot for j in others] if places is others else [e.slot for e in s.entries]
                )
                entries = tuple(
                    replace(s.entries[j], slot=slot) for j, slot in zip(places, slots, strict=True)
                )
                other = Outcome(
                    replace(s, entries=entries), [lines[j] for j in places], [verdicts[j] for j in places]
                )
                with suppress(LookupError, ValueError):
                    if scene.expects(other):
                        weak.add((key, entry.slot))
    assert weak == UNSPOKEN


def test_numbers_of_a_sentence_follow_its_runs() -> None:
    """Of the same scene with another memory, another surface, other examples."""
    limit = altered("lower_limit", "B.momentum=0.5&A.momentum=0.5")
    assert "2(1 + μ)/λ_max = 0.15, Nesterov" in SCENES["lower_limit"].after(limit)
    plane = altered("terminal_velocity", "C.momentum=0.5")
    assert "towards 0.02, 2 times A’s 0.01" in SCENES["terminal_velocity"].after(plane)
    stays = altered("thrown_out", "B.learning_rate=0.05")
    assert f"whose limit is {n(stays.edge)}." in SCENES["thrown_out"].after(stays)
    part = altered("same_cost", "A.batch_size=4")
    assert "at 5 times the cost" in SCENES["same_cost"].after(part)
    assert "B looks uphill, 0.3:" in SCENES["sharpness_aware"].after(
        altered("sharpness_aware", "B.radius=0.3")
    )


def altered(key: str, more: str) -> Outcome:
    """A scene's runs with some settings changed."""
    scenario, notices = decode(SCENES[key].query | dict(parse_qsl(more)))
    assert notices == []
    return Outcome(scenario, *judged_runs(scenario, LIGHT, budget=PLENTY))


@scenes
def test_the_sentences_of_a_scene_are_whole_and_short(scene: Scene) -> None:
    before, after = scene.before, scene.after(outcome(scene.key))
    assert re.fullmatch(r"[A-Z0-9].*[.?]", before)
    assert re.fullmatch(r"[A-Z0-9κη].*\.", after)
    assert len(before) <= 95
    assert len(after) <= 215
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b(?!:)|[{}]|(?<!\w)–", after), after
    assert re.fullmatch(r"[A-Z].*[^.]", scene.title)
    assert len(scene.title) <= 40


def test_a_question_that_asks_yes_or_no_is_answered_with_it() -> None:
    asked = 0
    for scene in SCENES.values():
        question = re.split(r"[.:,] ", scene.before)[-1]
        if re.match(r"(?i)(is|are|do|does|can|must|may)\b.*\?", question) and " or " not in question:
            asked += 1
            assert re.match(r"(Yes|No|Not all|Nothing)\b", scene.after(outcome(scene.key))), scene.key
    assert asked >= 20


@scenes
def test_a_scene_is_its_key_in_a_link_and_keeps_its_name_when_it_is_changed(scene: Scene) -> None:
    scenario = opened(scene)
    assert decode(scene.query) == (replace(scenario, scene=decode(scene.query)[0].scene), [])
    first = scenario == default_scenario()
    assert encode(scenario) == ({} if first else {"scene": scene.key})
    assert decode({"scene": scene.key}) == (scenario, [])
    assert decode(encode(scenario, short=False)) == (scenario, [])
    asked = scenario.looking(predict=True)
    assert encode(asked)["predict"] == "1"
    assert decode(encode(asked)) == (asked, [])
    changed = replace(scenario, steps=scenario.steps + 1)
    assert encode(changed)["scene"] == scene.key
    assert decode(encode(changed)) == (changed, [])
    alone = replace(asked, entries=asked.entries[:1])
    assert decode(encode(alone)) == (alone, [])
    elsewhere = asked.on(LANDSCAPES["matyas"])
    assert (elsewhere.scene, elsewhere.shown.predict) == ("", False)


def test_scenes_cover_the_lectures() -> None:
    assert len(SCENES) >= 30
    assert all(count >= 3 for count in Counter(scene.topic for scene in SCENES.values()).values())
    keys = [scene.key for scene in SCENES.values()]
    assert keys == sorted(keys, key=lambda key: TOPICS.index(SCENES[key].topic))  # a topic stands together
    assert len({scene.title for scene in SCENES.values()}) == len(SCENES)
    entries = [entry for scene in SCENES.values() for entry in opened(scene).entries]
    assert {entry.rule.key for entry in entries} == set(OPTIMIZERS)
    assert len({entry.schedule.key for entry in entries}) >= len(SCHEDULES) - 1
    assert len({opened(scene).surface.key for scene in SCENES.values()} & set(LANDSCAPES)) >= 24
    assert {kind for key in SCENES for kind in outcome(key).kinds} == set(Kind)


def test_the_first_scene_is_what_a_first_visitor_sees() -> None:
    first = next(iter(SCENES.values()))
    assert opened(first) == default_scenario()
    assert default_scenario().scene == first.key
    assert outcome(first.key).winners == ("A",)


def test_a_link_is_of_no_scene_where_it_says_nothing_of_one_or_nonsense() -> None:
    assert decode({"landscape": "beale"})[0].scene == ""
    assert decode({"steps": "20"})[0].scene == ""
    assert decode({"scene": "closing_picture", "landscape": "beale", "A": "adam"})[0].scene == ""
    scenario, notices = decode({"scene": "<b>", "predict": "maybe"})
    assert (scenario, len(notices)) == (default_scenario(), 2)
    assert "unknown scene" in notices[0]
    assert {"scene", "predict"} <= set(OWN_KEYS)
    assert decode({"scene": "opening"}, LABS["momentum"])[1] != []
    of_a_lab = decode({"lab": "momentum", "scene": "opening", "predict": "1"})[0]
    assert (of_a_lab.scene, of_a_lab.away) == ("", True)
    refused, notices = decode({"scene": "closing_picture", "formula": "x +"})
    assert notices
    assert decode(encode(refused)) == (refused, [])


def test_a_scene_in_a_link_takes_what_else_it_says() -> None:
    own = opened(SCENES["closing_picture"])
    scenario, notices = decode({"scene": "closing_picture", "steps": "20", "B": "newton"})
    assert notices == []
    assert scenario == replace(own, steps=20, entries=(Entry("B", OPTIMIZERS["newton"]()),))


def test_who_wins_is_who_is_first_and_not_lost_again() -> None:
    lost_again = outcome("too_early")
    assert (lost_again.goal("C") or 999) < (lost_again.goal("B") or 0)
    assert lost_again.winners == ("B",)
    assert outcome("on_the_ridge").winners == ()
    assert verdict_on("B", lost_again).startswith("Right: B is first, at step ")
    assert verdict_on("C", lost_again).startswith("No: B is first")
    assert verdict_on(NONE, lost_again).startswith("No: B")
    assert verdict_on(NONE, outcome("on_the_ridge")).startswith("Right: none")
    assert verdict_on("A", outcome("on_the_ridge")).startswith("No: none")
    tie = replace(
        opened(SCENES["newton_in_one"]), entries=tuple(Entry(s, OPTIMIZERS["newton"]()) for s in "AB")
    )
    both = Outcome(tie, *judged_runs(tie, LIGHT))
    assert verdict_on("B", both) == "Right: A and B are first, at step 1."


def test_who_wins_is_who_spends_least_of_what_is_counted() -> None:
    scenario, _ = decode(
        dict(
            parse_qsl(
                "landscape=quadratic&steps=400&A=gradient_descent&A.learning_rate=0.05&B=sharpness_aware"
                "&B.learning_rate=0.06&B.radius=1e-6&C=gradient_descent&C.learning_rate=0.05"
            )
        )
    )
    steps = Outcome(scenario, *judged_runs(scenario, LIGHT))
    assert verdict_on("B", steps) == f"Right: B is first, at step {steps.goal('B')}."
    fair = replace(scenario, budget=Budget.GRADIENTS)
    gradients = Outcome(fair, *judged_runs(fair, LIGHT))
    assert (gradients.goal("B") or 0) < (gradients.goal("A") or 0) < 2 * (gradients.goal("B") or 0)
    assert verdict_on("A", gradients) == f"Right: A and C are first, at gradient {gradients.goal('A')}."
    three = replace(scenario, entries=tuple(Entry(s, OPTIMIZERS["newton"]()) for s in "ABC"))
    assert "A, B and C are first" in verdict_on("B", Outcome(three, *judged_runs(three, LIGHT)))


def test_who_spends_nothing_of_it_is_first_and_is_not_said_to_have_spent_its_steps() -> None:
    free = replace(opened(SCENES["no_gradient"]), budget=Budget.GRADIENTS)
    came = Outcome(free, *judged_runs(free, LIGHT))
    assert (came.winners, came.spent("A")) == (("A",), 0.0)
    assert (
        verdict_on("A", came) == f"Right: A is first, at step {came.goal('A')}, with no gradient evaluations."
    )


def test_who_came_only_to_be_lost_is_not_said_never_to_have_come() -> None:
    own = opened(SCENES["too_early"])
    lost = replace(own, entries=(own.entry("C"),))
    assert verdict_on(NONE, Outcome(lost, *judged_runs(lost, LIGHT))) == "Right: none of them stays there."


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_picture_shows_where_a_scene_begins_and_not_what_becomes_of_it(look) -> None:
    scene = SCENES["closing_picture"]
    own = opened(scene)
    svg = base64.b64decode(picture(scene, look).removeprefix("data:image/svg+xml;base64,")).decode()
    assert svg == beginning(own.surface, scene.title, own.start, look)
    assert not any(style.color in svg for style in look.runs if style.color != look.ink)
    kinds = [e.get("class") for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")]
    assert kinds[-1:] == ["start"]
    assert kinds.count("start") == 1
    assert cast(scene) == "Gradient descent, Momentum, Adagrad, RMSprop, Adam"


def test_the_page_shows_every_scene_of_the_chosen_topic() -> None:
    at = sound(AppTest.from_file(APP, default_timeout=60).switch_page("pages/scenes.py").run())
    for topic in (TOPICS[0], TOPICS[1]):
        (chooser,) = at.get("button_group")
        sound(chooser.set_value(topic).run())
        here = {key for key, scene in SCENES.items() if scene.topic == topic}
        assert set(re.findall(r'href="\./\?scene=(\w+)"', texts(at))) == here
        assert all(written(SCENES[key].before) in texts(at) for key in here)


def bar(at: AppTest) -> str:
    """What stands over the picture."""
    return "\n".join(re.findall('<p class="scene">(.*?)</p>', texts(at)))


def button(at: AppTest, key: str):
    return next(one for one in at.button if one.key == key)


def test_a_scene_says_why_when_it_is_asked_and_that_it_was_changed() -> None:
    scene = SCENES["closing_picture"]
    at = page({"scene": scene.key})
    assert drawn(at) == opened(scene)
    after = written(scene.after(outcome(scene.key)))
    assert (scene.title in bar(at), written(scene.before) in bar(at), after in bar(at)) == (True, True, False)
    sound(button(at, "scene.why").click().run())
    assert after in bar(at)
    assert not any(one.key == "scene.back" for one in at.button)
    sound(widget(at.text_input, "steps").set_value("50").run())
    assert drawn(at) == replace(opened(scene), steps=50)
    assert not button(at, "scene.back").disabled
    assert after in bar(at)  # of the scene itself, whatever it was changed to
    sound(button(at, "scene.back").click().run())
    assert drawn(at) == opened(scene)
    assert not any(one.key == "scene.back" for one in at.button)


def test_a_changed_scene_is_predicted_without_a_word_on_the_scene_itself() -> None:
    scene = SCENES["opening"]
    at = page({"predict": "1", "A": "momentum", "A.learning_rate": "2.5", "B": "adam", "scene": scene.key})
    assert button(at, "scene.back").disabled is False
    (radio,) = [one for one in at.radio if one.key == f"prediction.{scene.key}"]
    sound(radio.set_value(NONE).run())
    assert "Right: none of them" in bar(at)
    assert written(scene.before) in bar(at)
    assert written(scene.after(outcome(scene.key))) not in bar(at)


def test_an_answer_is_about_the_runs_as_they_were() -> None:
    at = page({"scene": "just_above", "predict": "1"})
    sound(widget(at.text_input, "B.learning_rate").set_value("0.09").run())
    (radio,) = [one for one in at.radio if one.key == "prediction.just_above"]
    sound(radio.set_value("B").run())
    assert "Right: B is first, at step " in bar(at)
    for text, then in (("0.101", True), ("0.102", True), ("0.09", False)):
        sound(widget(at.text_input, "B.learning_rate").set_value(text).run())
        assert (", as the runs were then." in bar(at)) == then
        assert "Right: B is first, at step " in bar(at)


def test_who_is_first_is_asked_only_where_a_lowest_loss_is_known() -> None:
    unknown = {key for key, one in SCENES.items() if known_minima(opened(one).surface).minimum is None}
    assert 0 < len(unknown) < 6
    for key in unknown:
        at = page({"scene": key, "predict": "1"})
        assert widget(at.toggle, "predict").disabled
        assert not [one for one in at.radio if one.key == f"prediction.{key}"]
        header, runs = stage(at)
        assert len(runs) == len(opened(SCENES[key]).entries)
        sound(button(at, "scene.next").click().run())  # where it is known, the question is still put
        assert dict(parse_qsl(stage(at)[0]["link"]))["predict"] == "1"
        assert header["display"]["hides"] is False


def test_scenes_follow_each_other_and_end() -> None:
    keys = list(SCENES)
    at = page({"scene": keys[1]})
    sound(button(at, "scene.next").click().run())
    assert drawn(at) == opened(SCENES[keys[2]])
    sound(widget(at.toggle, "predict").set_value(True).run())
    for _ in range(2):
        sound(button(at, "scene.previous").click().run())
    header, runs = stage(at)
    assert (header["link"], runs) == ("predict=1", [])  # the first, still to be predicted
    sound(widget(at.toggle, "predict").set_value(False).run())
    assert drawn(at) == opened(SCENES[keys[0]])
    assert button(at, "scene.previous").disabled
    assert button(page({"scene": keys[-1]}), "scene.next").disabled
    assert widget(at.selectbox, "landscape").value == "rosenbrock"  # the sidebar has followed


def test_no_scene_has_no_bar() -> None:
    at = page({"landscape": "beale"})
    assert bar(at) == ""
    assert not any((one.key or "").startswith("scene.") for one in at.button)


@pytest.mark.parametrize(("answer", "head"), [("D", "Right: D is first"), (NONE, "No: D is first")])
def test_runs_to_predict_are_nowhere_until_it_is_said_who_wins(answer: str, head: str) -> None:
    scene = SCENES["closing_picture"]
    sentences = [verdict.sentence for verdict in outcome(scene.key).verdicts.values()]
    at = page({"scene": scene.key, "predict": "1"})
    header, runs = stage(at)
    assert (runs, header["runs"]) == ([], [])
    assert header["said"] == HIDDEN
    assert HIDDEN in header["alt"]
    whole = texts(at) + json.dumps(header, ensure_ascii=False)
    assert not any(written(sentence) in whole or sentence in whole for sentence in sentences)
    assert tabled(at) == []
    assert not any(one.key == "scene.why" for one in at.button)
    (radio,) = [one for one in at.radio if one.key == f"prediction.{scene.key}"]
    assert radio.value is None
    sound(radio.set_value(answer).run())
    header, runs = stage(at)
    assert len(runs) == 5
    assert head in bar(at)
    assert written(scene.after(outcome(scene.key))) in bar(at)
    assert all(written(sentence).partition(":")[2] in texts(at) for sentence in sentences)
    assert len(tabled(at)) == 5
    sound(widget(at.text_input, "steps").set_value("10").run())  # the verdict on the answer stays
    assert head in bar(at)
    assert len(stage(at)[1]) == 5
    assert dict(parse_qsl(stage(at)[0]["link"]))["predict"] == "1"
    assert said(at) == ""
