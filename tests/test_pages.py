"""Every page opens, survives every landscape and rule, and answers bad input with a sentence."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import streamlit
from streamlit.testing.v1 import AppTest
from test_stage import Columns, unpack

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES
from ui import state
from ui.link import decode, encode
from ui.numbers import read_number
from ui.scenario import SLOTS, Entry, Scenario, default_scenario
from ui.words import plain

APP = Path(__file__).resolve().parent.parent / "app.py"
OWN = ""  # the landscape picker's value for a visitor's own formula


def sound(at: AppTest) -> AppTest:
    """The same page, once it is sure that nothing failed in it."""
    assert [error.value for error in (*at.exception, *at.error)] == []
    return at


def opened(query: dict[str, str] | None = None) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    for key, value in (query or {}).items():
        at.query_params[key] = value
    return sound(at.run())


def widget(kind: Any, key: str) -> Any:
    """The widget of this key, whatever number the key may carry behind it."""
    (found,) = [each for each in kind if re.fullmatch(re.escape(key) + r"(\W+\d+)?", each.key or "")]
    return found


def typed(at: AppTest, key: str, value: Any) -> Any:
    """A number field with that typed into it, as Python writes it."""
    return widget(at.text_input, key).set_value("" if value is None else str(value))


def shown(at: AppTest, key: str) -> float:
    """The number in a field."""
    return read_number(widget(at.text_input, key).value)


def mounted(at: AppTest, name: str) -> list[Any]:
    """What the components of this name were sent."""
    protos = [element.proto for element in at.get("bidi_component")]
    return [proto for proto in protos if proto.component_name.endswith(f".{name}")]


def picture(at: AppTest) -> tuple[dict[str, Any], list[Columns]]:
    """What the stage was sent."""
    (stage,) = mounted(at, "stage")
    return unpack(stage.bytes)


def tabled(at: AppTest) -> list[str]:
    """The runs of the table, by their labels; none where there is no table."""
    table = picture(at)[0]["told"]["table"]
    placed = "reached-place" in texts(at)
    assert placed or not table or drawn(at).locked
    return [row["label"] for row in table["rows"]] if placed and table else []


def drawn(at: AppTest) -> Scenario:
    """The scenario of the picture, by the link that it carries."""
    header, runs = picture(at)
    scenario, notices = decode(dict(parse_qsl(header["link"])))
    assert notices == []
    assert len(runs) == len(scenario.entries)
    return scenario


def said(at: AppTest) -> str:
    """All notices, without the backslashes that keep them plain text, and what is said at fields."""
    notices = re.sub(r"\\(.)", r"\1", "\n".join(warning.value for warning in at.warning))
    refusals = re.findall('<p class="refusal" role="alert">(.*?)</p>', texts(at))
    return "\n".join([*filter(None, [notices]), *map(unescape, refusals)])


def texts(at: AppTest) -> str:
    """What stands on the page as HTML, the verdicts that the stage writes there included."""
    told = [unpack(one.bytes)[0]["told"] for one in mounted(at, "stage")]
    verdicts = [said for one in told if one for said in one["verdicts"].values()]
    return "\n".join([*(element.proto.body for element in at.get("html")), *verdicts])


def test_the_app_opens_on_the_default_scenario() -> None:
    at = opened()
    assert drawn(at) == default_scenario()
    assert said(at) == ""
    for slot, key in (("A", "momentum"), ("B", "adam")):
        assert widget(in_settings(opened(), slot).selectbox, f"{slot}.rule").value == key
    assert [shown(at, key) for key in ("x", "y", "steps", "noise")] == [
        -1.2,
        1.0,
        300,
        0.0,
    ]


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_landscape_can_be_chosen(key: str) -> None:
    at = opened({"landscape": "beale" if key == "rosenbrock" else "rosenbrock"})
    sound(widget(at.selectbox, "landscape").set_value(key).run())
    surface = LANDSCAPES[key]
    assert (drawn(at).surface, drawn(at).start) == (surface, surface.start)
    assert said(at) == ""
    assert plain(surface.lesson) in [caption.value for caption in at.caption]
    assert any(surface.latex in markdown.value for markdown in at.markdown)
    for p in surface.parameters:
        assert any(slider.label == p.name for slider in (*at.slider, *at.select_slider, *at.toggle))


def test_the_picker_offers_every_landscape_by_family_and_an_own_formula() -> None:
    options = widget(opened().selectbox, "landscape").options
    assert len(options) == len(LANDSCAPES) + 1
    for surface, option in zip(LANDSCAPES.values(), options, strict=False):
        assert option.startswith(surface.family)
        assert option.endswith(surface.name)
    families = [surface.family for surface in LANDSCAPES.values()]
    assert families == sorted(families, key=families.index)  # each family is one block of the list
    assert "own formula" in options[-1]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_can_be_chosen(key: str) -> None:
    at = in_settings(opened(), "A")
    sound(widget(at.selectbox, "A.rule").set_value(key).run())
    rule = OPTIMIZERS[key]()
    if "learning_rate" in rule.settings:  # the rate that was set is kept
        rule = replace(rule, learning_rate=0.0025)
    if key != "momentum":
        assert drawn(at).entries[0] == Entry("A", rule)
        first = rule.hyperparameters()[0]
        assert shown(at, f"A.{first.key}") == getattr(rule, first.key)
    assert drawn(at).entries[1] == default_scenario().entries[1]
    assert said(at) == ""


SIXES = [list(OPTIMIZERS)[i : i + 6] for i in range(0, len(OPTIMIZERS), 6)]


@pytest.mark.parametrize(("landscape", "keys"), [*zip(LANDSCAPES, cycle(SIXES), strict=False)], ids=str)
def test_every_landscape_shows_six_rules_and_every_rule_is_shown(landscape: str, keys: list[str]) -> None:
    at = opened({"landscape": landscape, **dict(zip(SLOTS, keys, strict=False))})
    surface = LANDSCAPES[landscape]
    entries = tuple(Entry(slot, OPTIMIZERS[key]()) for slot, key in zip(SLOTS, keys, strict=False))
    assert drawn(at) == Scenario(surface, surface.start, entries)
    header, runs = picture(at)
    for run, columns in zip(header["runs"], runs, strict=True):
        assert (columns.x[0], columns.y[0]) == surface.start
        assert run["label"] in tabled(at)


def test_a_parameter_slider_reshapes_the_landscape() -> None:
    at = opened({"landscape": "quadratic"})
    sound(widget(at.slider, "parameter.angle").set_value(45.0).run())
    assert drawn(at).surface == LANDSCAPES["quadratic"].with_parameters(angle=45.0)


@pytest.mark.parametrize(
    ("query", "said_of_it"),
    [
        ({"landscape": "quadratic"}, None),
        ({"landscape": "quadratic", "whiten": "1"}, "κ at the minimum: 1, without this 20."),
        ({"landscape": "regression_off_centre", "centre": "1"}, "2.479, without this 8.776·10⁵."),
    ],
    ids=str,
)
def test_a_switch_says_what_it_did_to_the_condition_number(
    query: dict[str, str], said_of_it: str | None
) -> None:
    captions = [caption.value for caption in opened(query).caption if "κ at the minimum" in caption.value]
    assert len(captions) == (said_of_it is not None)
    assert not captions or captions[0].endswith(said_of_it or "")


def test_a_slider_moves_in_the_steps_that_its_parameter_declares() -> None:
    at = opened({"landscape": "quadratic"})
    slider = widget(at.slider, "parameter.angle")
    assert slider.step == 1.0
    sound(slider.set_value(30.0).run())
    assert drawn(at).surface.settings["angle"] == 30.0


@pytest.mark.parametrize("rate", [1e-5, 0.0123456, 10.0, 250.0])
def test_an_exact_rate_moves_its_slider_along(rate: float) -> None:
    at = opened()
    sound(typed(at, "B.learning_rate", rate).run())
    assert drawn(at).entry("B").rule.learning_rate == rate
    assert widget(at.select_slider, "B.learning_rate.slider").value == rate
    assert shown(at, "B.learning_rate") == rate


def test_the_slider_moves_its_exact_field_along() -> None:
    at = opened()
    sound(widget(at.select_slider, "A.learning_rate.slider").set_value(0.002).run())
    assert drawn(at).entry("A").rule.learning_rate == 0.002
    assert shown(at, "A.learning_rate") == 0.002


def test_start_steps_noise_and_seed_are_taken() -> None:
    at = opened()
    for key, value in {"x": 0.5, "y": 2.0, "steps": 40, "noise": 0.25}.items():
        sound(typed(at, key, value).run())
    sound(typed(at, "seed", 9).run())
    scenario = drawn(at)
    assert (scenario.start, scenario.steps, scenario.noise, scenario.seed) == ((0.5, 2.0), 40, 0.25, 9)
    assert len(picture(at)[1][0].x) == 41


def test_the_recommended_start_comes_back_at_a_press() -> None:
    at = opened({"x": "0.5", "y": "0.5"})
    button = next(b for b in at.button if b.label == "Recommended start")
    sound(button.click().run())
    assert drawn(at) == default_scenario()
    assert next(b for b in at.button if b.label == "Recommended start").disabled


def test_runs_are_added_up_to_six() -> None:
    at = opened()
    for count in range(3, 7):
        sound(next(b for b in at.button if b.label == "Add a run").click().run())
        assert [entry.slot for entry in drawn(at).entries] == list(SLOTS[:count])
    assert not [b for b in at.button if b.label == "Add a run"]


BAD = [
    ("steps", 99_999, "Steps must be a whole number from 1 to 5,000, not 99999."),
    ("steps", 0, "Steps must be a whole number from 1 to 5,000, not 0."),
    ("noise", -1.0, "Noise must be a number of at least 0, not −1."),
    ("A.learning_rate", -0.5, "earning rate must be a number of at least 0, not −0.5."),
]


@pytest.mark.parametrize(("key", "value", "sentence"), BAD)
def test_bad_input_gets_a_sentence_and_changes_nothing(key: str, value: float, sentence: str) -> None:
    at = opened()
    before = shown(at, key)
    sound(typed(at, key, value).run())
    assert sentence in said(at)
    assert drawn(at) == default_scenario()
    assert shown(at, key) == before
    sound(typed(at, "steps", 20).run())
    assert drawn(at).steps == 20
    assert said(at) == ""


@pytest.mark.parametrize("value", [None, 300])
def test_an_emptied_field_is_no_exception(value: float | None) -> None:
    at = opened()
    sound(typed(at, "steps", value).run())
    assert drawn(at) == default_scenario()


def test_a_rate_far_too_large_diverges_and_is_no_bad_input() -> None:
    at = opened()
    sound(typed(at, "A.learning_rate", 10.0).run())
    assert said(at) == ""
    assert "Diverged at step" in texts(at)
    sound(typed(at, "A.learning_rate", 0.001).run())
    assert "Diverged" not in texts(at)


def test_an_own_formula_is_drawn_and_a_wrong_one_loses_nothing() -> None:
    at = opened()
    sound(widget(at.selectbox, "landscape").set_value(OWN).run())
    sound(widget(at.text_input, "formula").set_value("x^4 + y^2 - x*y").run())
    before = drawn(at)
    assert before.surface.text == "x^4 + y^2 - x*y"
    assert any(element.value.startswith("Read as $f(x, y) = x^{4} + y^{2} - x y$") for element in at.markdown)
    sound(widget(at.text_input, "formula").set_value("x^4 + y^2 - zed").run())
    assert "zed" in said(at)
    at_the_field = [
        sentence for sentence in re.findall('class="refusal".*?</p>', texts(at)) if "zed" in sentence
    ]
    assert len(at_the_field) == 1
    assert any(element.value.startswith("Still drawn: $f(x, y) = ") for element in at.markdown)
    assert drawn(at) == before
    assert widget(at.text_input, "formula").value == "x^4 + y^2 - zed"  # to be mended
    sound(widget(at.selectbox, "landscape").set_value("beale").run())
    assert not [field for field in at.text_input if field.key.startswith("formula")]


def test_axes_and_sliders_of_an_own_formula_have_its_letters() -> None:
    at = opened({"formula": "J(w, b) = a w² + c(b − 1)² + d w b", "a": "2.5"})
    assert said(at) == ""
    assert drawn(at).surface.settings == {"a": 2.5, "c": 1.0, "d": 1.0}
    assert {field.label for field in at.text_input} >= {"Start w", "Start b"}
    assert [slider.label for slider in at.select_slider if slider.key.startswith("parameter.")] == [
        "a",
        "c",
        "d",
    ]
    sound(widget(at.select_slider, "parameter.d").set_value(-2.0).run())
    assert drawn(at).surface.settings == {"a": 2.5, "c": 1.0, "d": -2.0}
    assert widget(at.text_input, "formula").label == "f(w, b) ="


def test_the_window_of_an_own_formula_is_moved_and_guessed_again() -> None:
    at = opened({"formula": "x^2 + a*y^2", "a": "2"})
    guessed = drawn(at).surface
    at.session_state["window"] = True
    sound(at.run())
    sound(typed(at, "window.1.1", 3.0).run())
    moved = drawn(at).surface
    assert moved.window == (guessed.window[0], (guessed.window[1][0], 3.0))
    assert moved.settings == {"a": 2.0}
    sound(typed(at, "window.0.0", 99.0).run())
    assert "No window goes from 99 to" in said(at)
    assert drawn(at).surface == moved
    (guess,) = [button for button in at.button if button.label == "Guess the window"]
    sound(guess.click().run())
    assert drawn(at).surface == guessed


@pytest.mark.parametrize("query", [{"formula": "x^2 - a*y^2"}, {"landscape": "saddle"}], ids=str)
def test_derivatives_and_stationary_points_open_below_the_table(query: dict[str, str]) -> None:
    at = opened(query)
    surface = drawn(at).surface
    assert "Eigenvalues" not in texts(at)
    at.session_state["about"] = True
    sound(at.run())
    written = "\n".join(element.value for element in at.markdown)
    for latex in (surface.latex, surface.gradient_latex, surface.hessian_latex):
        assert latex is not None
        assert latex in written
    assert "<td>Saddle</td><td>(0, 0)</td><td>0</td><td>−2, 2</td><td>1</td>" in texts(at)


def test_a_link_is_the_scenario() -> None:
    entries = (
        Entry("B", OPTIMIZERS["nesterov"](momentum=0.5)),
        Entry("E", OPTIMIZERS["adam"](learning_rate=0.2)),
    )
    scenario = Scenario(LANDSCAPES["himmelblau"], (0.5, -0.25), entries, steps=77, noise=0.125, seed=5)
    at = opened(encode(scenario))
    assert drawn(at) == scenario
    assert said(at) == ""
    assert [run["label"][0] for run in picture(at)[0]["runs"]] == ["B", "E"]


HOSTILE = {
    "unknown landscape": ({"landscape": "atlantis"}, "atlantis"),
    "unknown rule": ({"A": "magic"}, "magic"),
    "no number": ({"A.learning_rate": "nan", "A": "adam"}, "earning rate must be"),
    "seven runs": ({**dict.fromkeys(SLOTS, "adam"), "G": "adam"}, "“G”"),
    "script": ({"landscape": "<script>alert(1)</script>"}, "<script>"),
    "picture": ({"landscape": "![](https://example.com/x.png)"}, "example.com"),
    "no finite start": ({"x": "nan", "y": "-inf"}, "The start must be two finite numbers, not "),
    "no runs at all": ({"A": "none", "B": ""}, "unknown rule"),
    "a hundred thousand characters": ({"A": "x" * 10**5, "q" * 10**5: "1"}, "unknown rule"),
    "a million characters": ({"A": "x" * 10**6}, ""),  # Streamlit itself does not read so many
    "wrong formula": ({"formula": "x*(y"}, "bracket"),
    "far start": ({"x": "1e300", "y": "-1e308"}, ""),
    "huge everything": ({"noise": "1e308", "A": "momentum", "A.learning_rate": "1e308"}, ""),
    "along an axis": ({"landscape": "saddle", "x": "0.0", "y": "0.5", "A": "gradient_descent"}, ""),
    "no value at the start": ({"formula": "log(x)", "x": "-1.0", "y": "0.0"}, ""),
    "past single precision": ({"formula": "1e39*(x+y)"}, ""),
    "far past single precision": ({"formula": "1e100*x"}, ""),
    "hardly any relief": ({"formula": "1e-60*x"}, ""),
    "all but flat": ({"formula": "exp(-1000*x^2)"}, ""),
    "overflow on the map": ({"formula": "exp(500*x)"}, ""),
}


@pytest.mark.parametrize(("query", "piece"), HOSTILE.values(), ids=HOSTILE)
# A noise of 1e308 has draws beyond every double.
def test_no_link_breaks_the_page(query: dict[str, str], piece: str) -> None:
    at = opened(query)
    assert piece in said(at)
    assert bool(said(at)) == bool(piece)
    assert drawn(at).entries
    assert not re.search(r"(?<!\\)[<!\[*_$`]", "\n".join(w.value for w in at.warning))
    sound(widget(at.selectbox, "landscape").set_value("himmelblau").run())
    assert said(at) == ""


MALFORMED = [
    None,
    0,
    "serial",
    [],
    {},
    {"serial": 1},
    {"serial": "a", "value": None},
    {"serial": math.nan, "value": []},
    *({"serial": 0.5, "value": value} for value in (None, 1, "AB", [], {}, {"point": [1, 2]})),
    *({"serial": 0.5, "value": {"point": p, "dropped": True}} for p in (None, 1, [1], [1, 2, 3], [None, 1])),
    {"serial": 0.5, "value": {"point": [10**400, 1], "dropped": True}},
    *({"serial": 0.5, "value": {"slot": "A", "rate": rate}} for rate in (None, [], "fast", math.nan, -1)),
    *({"serial": 0.5, "value": {"slot": slot, "rate": 0.1}} for slot in (None, [], "Z")),
    *({"serial": 0.5, "value": [one]} for one in (None, 1, {}, {"of": "rule"}, {"of": [], "value": 1})),
    {"serial": 0.5, "value": [{"of": "rule", "key": "magic", "slot": "A", "value": 1}]},
    {"serial": 0.5, "value": [{"of": "surface", "key": "b", "value": 1e300}]},
    {"serial": 0.5, "value": [{"of": "steps", "value": 2.5}]},
    {"serial": 0.5, "value": [{"of": "x", "value": math.nan}, {"of": "y", "value": 0}]},
    {"serial": 0.5, "value": [{"of": "own", "key": "nothing", "value": 0}]},
    {"serial": 0.5, "value": [{"of": "__class__", "value": 0}]},
]


@pytest.mark.parametrize("event", ["start", "preview", "settings"])
@pytest.mark.parametrize("message", MALFORMED, ids=lambda message: repr(message)[:60])
def test_a_message_that_makes_no_sense_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, event: str, message: Any
) -> None:
    session = {"scenario": default_scenario(), "stage": {event: message}}
    monkeypatch.setattr(streamlit, "session_state", session)
    state.HEARD[event]()
    assert state.shown() == state.scenario() == default_scenario()
    assert math.isfinite(state.heard() or 0.0)  # it goes to the browser as JSON


def test_a_late_edit_of_a_run_that_has_gone_gets_a_sentence() -> None:
    at = opened()
    late = typed(at, "B.learning_rate", 0.5)
    at.session_state["scenario"] = default_scenario().remove("B")
    sound(late.run())
    assert "There is no run B." in said(at)
    assert [entry.slot for entry in drawn(at).entries] == ["A"]


def in_settings(at: AppTest, slot: str) -> AppTest:
    """The page with one run's settings open."""
    at.session_state[f"{slot}.settings"] = True
    return sound(at.run())


def test_the_settings_of_a_run_hold_its_other_hyperparameters() -> None:
    at = in_settings(opened(), "B")
    values = default_scenario().entry("B").rule.settings
    for h in OPTIMIZERS["adam"].hyperparameters():
        value = widget(at.toggle, f"B.{h.key}.slider").value if h.switch else shown(at, f"B.{h.key}")
        assert value == values[h.key]
    sound(typed(at, "B.beta1", 0.5).run())
    assert drawn(at).entry("B").rule == OPTIMIZERS["adam"](learning_rate=0.05, beta1=0.5)


@pytest.mark.parametrize("key", SCHEDULES)
def test_every_schedule_can_be_chosen(key: str) -> None:
    at = in_settings(opened(), "B")
    sound(widget(at.selectbox, "B.schedule").set_value(key).run())
    assert drawn(at).entry("B").schedule == SCHEDULES[key]()
    for h in SCHEDULES[key].hyperparameters():
        assert shown(at, f"B.schedule.{h.key}") == h.default
        sound(typed(at, f"B.schedule.{h.key}", h.low).run())
        assert drawn(at).entry("B").schedule.settings[h.key] == h.low
    assert said(at) == ""


def test_a_rule_without_a_learning_rate_says_so_where_the_schedule_would_be() -> None:
    at = in_settings(opened({"A": "nelder_mead"}), "A")
    assert any("has no learning rate" in caption.value for caption in at.caption)
    assert not [box for box in at.selectbox if "schedule" in (box.key or "")]


def test_rprops_schedule_says_that_only_its_first_rate_counts() -> None:
    at = opened({"A": "rprop", "A.schedule": "warmup", "B": "adam"})
    said_first = "Rprop uses η only for its first size"
    assert not any(said_first in caption.value for caption in in_settings(at, "B").caption)
    assert any(said_first in caption.value for caption in in_settings(at, "A").caption)
    assert widget(at.selectbox, "A.schedule").value == "warmup"


def test_a_switch_is_a_toggle() -> None:
    at = in_settings(opened(), "B")
    sound(widget(at.toggle, "B.bias_correction.slider").set_value(False).run())
    assert drawn(at).entry("B").rule == OPTIMIZERS["adam"](learning_rate=0.05, bias_correction=0.0)


def test_a_run_can_be_copied_and_removed_but_not_the_last() -> None:
    at = in_settings(opened(), "B")
    sound(at.button(key="B.duplicate").click().run())
    assert drawn(at).entry("C").rule == default_scenario().entry("B").rule
    for slot in "BA":
        sound(in_settings(at, slot).button(key=f"{slot}.remove").click().run())
    assert [entry.slot for entry in drawn(at).entries] == ["C"]
    assert in_settings(at, "C").button(key="C.remove").disabled


_COMPILED = """
import sys
from streamlit.testing.v1 import AppTest
from landscapes.compiler import compile_surface
at = AppTest.from_file(sys.argv[1], default_timeout=60).run()
print(compile_surface.cache_info().misses, len(at.exception))
"""


def test_opening_the_app_compiles_the_surface_in_view_alone() -> None:
    command = [sys.executable, "-c", _COMPILED, str(APP)]
    out = subprocess.run(command, cwd=APP.parent, capture_output=True, text=True, check=True).stdout
    assert out.split() == ["1", "0"]
