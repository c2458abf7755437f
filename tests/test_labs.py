"""Every lab: what it declares, that its page opens and survives whatever a link says, and its questions."""

import re
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import APP, picture, said, sound, texts

from charts import LOOKS
from landscapes import LANDSCAPES, Parameter
from optimizers import OPTIMIZERS
from ui.lab import Choice, Lab, Question
from ui.labs import LABS
from ui.link import OWN_KEYS, address, decode, encode
from ui.scenario import Scenario, opening_of

labs = pytest.mark.parametrize("lab", LABS.values(), ids=LABS)
QUESTIONS = [(lab, question) for lab in LABS.values() for question in lab.questions]
asked = pytest.mark.parametrize(
    ("lab", "question"), QUESTIONS, ids=[f"{a.key} {b.key}" for a, b in QUESTIONS]
)


def opened(lab: Lab, query: dict[str, str] | None = None) -> AppTest:
    """The page as a link opens it; which page that is, the address says: tests/browser/test_labs.py."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state["room"] = lab.key
    for key, value in (query or {}).items():
        at.query_params[key] = value
    return sound(at.switch_page(f"pages/{lab.key}.py").run())


def shown(at: AppTest, lab: Lab) -> Scenario:
    """The scenario of the picture, by the link that it carries."""
    header, _ = picture(at)
    scenario, notices = decode(dict(parse_qsl(header["link"])), lab)
    assert notices == []
    return scenario


@labs
def test_a_lab_declares_all_that_its_page_and_the_index_need(lab: Lab) -> None:
    assert lab.question.endswith("?")
    assert re.fullmatch(r"[A-Z].*\.", lab.look_for)
    assert not {s.key for s in lab.settings} & set(OWN_KEYS)
    for look in LOOKS.values():
        ElementTree.fromstring(lab.picture(look))
    opening = opening_of(lab)
    assert encode(opening) == {}
    assert decode({}, lab) == (opening, [])


@labs
def test_a_lab_opens_and_shows_its_question_and_where_to_look(lab: Lab) -> None:
    at = opened(lab)
    assert shown(at, lab) == opening_of(lab)
    assert said(at) == ""
    for sentence in (lab.title, "Look for:", "Open in the playground"):
        assert sentence in texts(at)


def extremes(lab: Lab) -> list[dict[str, str]]:
    """Both ends of every setting of its own and of its surface, and what else a link may ask for."""
    opening = opening_of(lab)
    ends: list[dict[str, str]] = []
    for setting in (*lab.settings, *opening.surface.parameters):
        values = setting.options if isinstance(setting, Choice) else (setting.low, setting.high)
        ends += [{setting.key: str(value)} for value in values]
    slot = opening.entries[0].slot
    others = [
        {"steps": "1"},
        {"steps": "5000"},
        {"x": "1e300", "y": "-1e308"},
        {"x": "1e300", "y": "1"},
        {"x": "1e90", "y": "1e90"},
        {slot: opening.entries[0].rule.key, f"{slot}.learning_rate": "0"},
        {"noise": "1e308"},
        {"landscape": "rosenbrock", slot: "bfgs"},
        {"landscape": "network_slice", slot: "nelder_mead"},
        {"landscape": "dead_relu", slot: "newton"},
        {"landscape": "ackley", slot: "momentum"},
        {"formula": "log(x)", "x": "-1.0", "y": "0.0", slot: "rprop"},
        {"formula": "1e100*x", slot: "adam"},
        {"landscape": "regression_raw_units", slot: "gradient_descent", f"{slot}.learning_rate": "10"},
    ]
    return ends + others


@pytest.mark.parametrize(
    ("lab", "query"),
    [(lab, query) for lab in LABS.values() for query in extremes(lab)],
    ids=lambda one: one.key if isinstance(one, Lab) else "&".join(f"{k}={v}" for k, v in one.items()),
)
def test_a_lab_survives_its_extremes(lab: Lab, query: dict[str, str]) -> None:
    assert shown(opened(lab, query), lab)


HOSTILE = {"x": "abc", "steps": "-1", "A": "magic", "landscape": "<b>", "unknown": "1"}


@labs
def test_what_a_link_says_and_a_lab_does_not_know_gets_a_sentence(lab: Lab) -> None:
    own = {s.key: "<script>" for s in lab.settings}
    at = opened(lab, HOSTILE | own)
    notices = said(at)
    for key in ("x", "steps", *own):
        assert f"was not taken for {key}" in notices
    for word in ("unknown rule", "unknown landscape", "not known here", "those of the lab stand"):
        assert word in notices
    assert shown(at, lab) == opening_of(lab)


@labs
def test_a_scenario_goes_to_the_playground_and_back(lab: Lab) -> None:
    opening = opening_of(lab)
    own = {s.key: moved(s) for s in lab.settings}
    there = opening
    for key, value in own.items():
        there = there.with_own(key, value)
    away = replace(there, away=True)
    assert decode(encode(away)) == (away, [])
    back = replace(decode(encode(away))[0], away=False)
    assert decode(encode(back), lab) == (there, [])
    assert address(back).startswith(f"./{lab.key}")
    at = AppTest.from_file(APP, default_timeout=60)
    for key, value in encode(away).items():
        at.query_params[key] = value
    sound(at.run())
    assert said(at) == ""
    assert f"Back to the lab: {lab.title}" in texts(at)


def moved(setting: Parameter | Choice) -> Any:
    """A value that is not the default."""
    if isinstance(setting, Choice):
        return next(option for option in setting.options if option != setting.default)
    return setting.high if setting.default != setting.high else setting.low


@asked
def test_the_right_answer_is_computed_and_explained(lab: Lab, question: Question) -> None:
    right = question.right()
    assert 0 <= right < len(question.options)
    assert question.text.endswith("?")
    assert re.search(r"\d", question.because())
    at = opened(lab)
    radio = next(one for one in at.radio if one.key == f"{lab.key}.{question.key}")
    assert radio.value is None
    sound(radio.set_value(right).run())
    assert "<b>Right." in texts(at)
    wrong = (right + 1) % len(question.options)
    radio = next(one for one in at.radio if one.key == f"{lab.key}.{question.key}")
    sound(radio.set_value(wrong).run())
    assert "<b>No:" in texts(at)


def test_the_index_shows_every_lab() -> None:
    at = sound(AppTest.from_file(APP, default_timeout=60).switch_page("pages/labs.py").run())
    for lab in LABS.values():
        assert f'href="./{lab.key}"' in texts(at)
        assert lab.title in texts(at)


def test_a_link_to_the_playground_from_an_unknown_lab_gets_a_sentence() -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["lab"] = "alchemy"
    assert "unknown lab" in said(sound(at.run()))


@labs
def test_rules_and_surfaces_change_in_a_lab_without_losing_it(lab: Lab) -> None:
    opening = opening_of(lab)
    slot = opening.entries[0].slot
    for rule, surface in product(("adam", "newton"), ("himmelblau",)):
        changed = opening.on(LANDSCAPES[surface]).with_rule(slot, OPTIMIZERS[rule]())
        assert decode(encode(changed), lab) == (changed, [])
