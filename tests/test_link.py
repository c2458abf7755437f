"""Links: the scenario there and back, and untrusted text that becomes sentences, never an exception."""

import math
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Landscape, parse_landscape
from landscapes.formulas.formula import COEFFICIENTS
from optimizers import MAX_STEPS, OPTIMIZERS, SCHEDULES, Hyperparameter
from ui.labs import LABS
from ui.link import OWN_KEYS, decode, encode
from ui.scenario import SLOTS, Entry, Scenario, default_scenario
from ui.shown import LOOKED

FORMULAS = (
    "x^2 + 3*y^2",
    "sin(3*x) + abs(y)",
    "exp(-x*y) / 2.5",
    "max(x, y)**2 - 0.1*x",
    "log(1 + x^2 + y^2)",
)
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def surfaces(draw: st.DrawFn) -> Landscape:
    if draw(st.booleans()):
        windows = st.none() | st.sampled_from([((-2.0, 2.0), (-1.0, 1.5)), ((0.1, 300.0), (-4.0, -0.5))])
        return parse_landscape(draw(st.sampled_from(FORMULAS)), draw(windows))
    surface = draw(st.sampled_from(list(LANDSCAPES.values())))
    moved = draw(st.sets(st.sampled_from(surface.parameters))) if surface.parameters else ()
    return surface.with_parameters(
        **{p.key: draw(st.sampled_from([0.0, 1.0]) if p.switch else st.floats(p.low, p.high)) for p in moved}
    )


def legal(h: Hyperparameter) -> st.SearchStrategy[float]:
    if h.switch:
        return st.sampled_from([0.0, 1.0])
    if h.whole:
        return st.integers(int(h.least), int(min(h.below - 1, 1e6))).map(float)
    return st.floats(h.least, min(h.below, sys.float_info.max), exclude_max=True, allow_nan=False)


@st.composite
def parts(draw: st.DrawFn, registry: Mapping[str, type[Any]]) -> Any:
    part = draw(st.sampled_from(list(registry.values())))
    fields = part.hyperparameters()
    moved = draw(st.sets(st.sampled_from(fields))) if fields else ()
    return part(**{h.key: draw(legal(h)) for h in moved})


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    surface = draw(surfaces())
    slots = draw(st.sets(st.sampled_from(SLOTS), min_size=1))
    return Scenario(
        surface=surface,
        start=draw(st.just(surface.start) | st.tuples(finite, finite)),
        entries=tuple(Entry(slot, draw(parts(OPTIMIZERS)), draw(parts(SCHEDULES))) for slot in sorted(slots)),
        steps=draw(st.just(300) | st.integers(1, MAX_STEPS)),
        noise=draw(st.just(0.0) | st.floats(0.0, 1e300)),
        seed=draw(st.just(0) | st.integers(0, 2**31 - 1)),
    )


@given(scenarios())
def test_a_link_carries_the_whole_scenario(scenario: Scenario) -> None:
    address = urlencode(encode(scenario))
    assert decode(dict(parse_qsl(address, keep_blank_values=True))) == (scenario, [])


def test_the_default_scenario_has_the_empty_link() -> None:
    assert encode(default_scenario()) == {}
    assert decode({}) == (default_scenario(), [])


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_defaults_stay_out_of_the_link(surface: Landscape, key: str) -> None:
    scenario = Scenario(surface, surface.start, (Entry("D", OPTIMIZERS[key]()),))
    assert encode(scenario) == {"landscape": surface.key, "D": key}


def test_what_is_no_default_stands_in_the_link_under_a_name_to_read() -> None:
    surface = LANDSCAPES["quadratic"].with_parameters(angle=30.0)
    entries = (
        Entry("A", OPTIMIZERS["gradient_descent"](learning_rate=0.1)),
        Entry("C", OPTIMIZERS["adam"](beta1=0.5)),
    )
    assert encode(Scenario(surface, (0.1, -2.0), entries, steps=50, noise=0.25, seed=7)) == {
        "landscape": "quadratic",
        "angle": "30.0",
        "x": "0.1",
        "y": "-2.0",
        "steps": "50",
        "noise": "0.25",
        "seed": "7",
        "A": "gradient_descent",
        "A.learning_rate": "0.1",
        "C": "adam",
        "C.beta1": "0.5",
    }


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_travels_as_it_was_typed(text: str) -> None:
    scenario = default_scenario().on(parse_landscape(text))
    assert encode(scenario)["formula"] == text
    assert decode(encode(scenario))[0].surface.text == text


def is_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z“].{10,400}[.”]", text)) and "Traceback" not in text


HOSTILE = {
    "unknown landscape": ({"landscape": "atlantis"}, ["“atlantis”"]),
    "no landscape": ({"landscape": ""}, ["landscape"]),
    "wrong formula": ({"formula": "x +* y"}, ["formula"]),
    "Python for a formula": ({"formula": "__import__('os').system('true')"}, ["formula"]),
    "unknown rule": ({"A": "magic"}, ["“magic”", "the default pair stands in their place"]),
    "not a number": ({"A": "adam", "A.learning_rate": "nan"}, ["earning rate must be"]),
    "infinite": ({"A": "adam", "A.learning_rate": "inf"}, ["earning rate must be"]),
    "negative": ({"A": "momentum", "A.momentum": "-0.5"}, ["omentum must be"]),
    "words": ({"A": "adam", "A.beta1": "often"}, ["“often”"]),
    "start": ({"x": "nan", "y": "1e999"}, ["finite", "finite"]),
    "steps": ({"steps": "99999"}, ["from 1 to 5,000"]),
    "half a step": ({"steps": "1.5"}, ["whole number from 1 to 5,000"]),
    "steps in powers of ten": ({"steps": "1e9"}, ["whole number from 1 to 5,000"]),
    "half a seed": ({"seed": "0.5"}, ["whole number from 0 to 2,147,483,647"]),
    "steps in words": ({"steps": "many"}, ["must be a number"]),
    "endless steps": ({"steps": "inf", "seed": "nan"}, ["from 1 to 5,000", "from 0 to"]),
    "steps past counting": ({"steps": "9" * 500}, ["from 1 to 5,000"]),
    "noise and seed": ({"noise": "-1", "seed": "-1"}, ["Noise must be", "seed must be"]),
    "parameter out of range": ({"landscape": "quadratic", "angle": "91"}, ["from 0 to 90"]),
    "parameter no number": ({"landscape": "quadratic", "angle": "nan"}, ["from 0 to 90"]),
    "unknown keys": ({"utm_source": "x", "theme": "y"}, ["“utm_source”, “theme”"]),
    "another surface's parameter": ({"landscape": "beale", "angle": "30"}, ["“angle”"]),
    "setting without a run": ({"A": "adam", "F.beta1": "0.5"}, ["“F.beta1”"]),
    "another rule's setting": ({"A": "newton", "A.beta1": "0.5"}, ["“A.beta1”"]),
    "a seventh run": ({**dict.fromkeys(SLOTS, "adam"), "G": "adam"}, ["“G”"]),
    "half a window": (
        {"formula": "x*y", "window": "1,2,3"},
        ["“1,2,3” was not taken for window. A window is"],
    ),
    "window of words": ({"formula": "x*y", "window": "a,b,c,d"}, ["“a,b,c,d”"]),
    "window inside out": ({"formula": "x*y", "window": "2,1,0,1"}, ["from 2 to 1"]),
    "endless window": ({"formula": "x*y", "window": "-1e308,1e308,0,1"}, ["“-1e308,1e308,0,1”"]),
    "another surface's window": ({"landscape": "beale", "window": "0,1,0,1"}, ["The window of Beale"]),
    "window without a value": ({"formula": "log(x*y)", "window": "-2,-1,1,2"}, ["no value"]),
    "script": ({"landscape": "<script>alert(1)</script>"}, ["“<script>alert(1)</script>”"]),
    "script as a key": ({"<img src=x onerror=alert(1)>": "1"}, ["“<img"]),
    "control characters": ({"landscape": "a\x00\x1b[31m\n\u202eb"}, ["“a??[31m??b”"]),
    "a million characters": (
        {"formula": "x" * 10**6, "A": "y" * 10**6, "z" * 10**6: ""},
        ["f", "y", "pair", "z"],
    ),
    "a hundred thousand keys": ({f"k{i}": "1" for i in range(10**5)}, ["“k0”"]),
}


@pytest.mark.parametrize(("query", "pieces"), HOSTILE.values(), ids=HOSTILE)
def test_every_piece_that_cannot_be_read_gets_a_sentence(query: dict[str, str], pieces: list[str]) -> None:
    scenario, notices = decode(query)
    assert len(notices) == len(pieces)
    for notice, piece in zip(notices, pieces, strict=True):
        assert piece in notice
        assert is_sentence(notice), notice
    assert decode(encode(scenario)) == (scenario, [])


@pytest.mark.parametrize(
    "query", [HOSTILE[name][0] for name in ("unknown landscape", "unknown rule", "start")]
)
def test_nothing_readable_leaves_the_default(query: dict[str, str]) -> None:
    assert decode(query)[0] == default_scenario()


@pytest.mark.parametrize(("text", "steps"), [("50.0", 50), ("1e3", 1000), ("7", 7)])
def test_a_whole_number_is_one_however_it_is_written(text: str, steps: int) -> None:
    scenario, notices = decode({"steps": text, "seed": text})
    assert (scenario.steps, scenario.seed, notices) == (steps, steps, [])
    assert encode(scenario)["steps"] == str(steps)


def test_one_known_run_is_enough() -> None:
    scenario, notices = decode({"A": "magic", "C": "adam"})
    assert scenario.entries == (Entry("C", OPTIMIZERS["adam"]()),)
    assert len(notices) == 1
    assert "default" not in notices[0]


def test_streamlits_own_part_of_the_address_is_left_alone() -> None:
    assert decode({"embed": "true", "EMBED_OPTIONS": "dark_theme"}) == (default_scenario(), [])


@given(scenarios())
def test_every_key_of_a_link_is_known_as_ours(scenario: Scenario) -> None:
    assert all(key in OWN_KEYS or re.match(r"[A-F]\.", key) for key in encode(scenario))


def test_the_letter_of_an_own_formula_travels_and_is_known_as_ours() -> None:
    surface = parse_landscape("c*x^2 + y^2").with_parameters(c=2.5)
    query = encode(default_scenario().on(surface))
    assert query["c"] == "2.5"
    assert "c" in OWN_KEYS
    scenario, notices = decode(query)
    assert notices == []
    assert scenario.surface == surface


def test_the_readable_half_of_a_link_is_kept() -> None:
    query = {
        "landscape": "himmelblau", "x": "nan", "y": "2.5", "steps": "0", "seed": "4",
        "A": "nonsense", "B": "momentum", "B.learning_rate": "fast", "B.momentum": "0.5",
    }  # fmt: skip
    scenario, notices = decode(query)
    surface = LANDSCAPES["himmelblau"]
    run = Entry("B", OPTIMIZERS["momentum"](momentum=0.5))
    assert scenario == Scenario(surface, (surface.start[0], 2.5), (run,), seed=4)
    assert len(notices) == 4


KEYS = (
    ["landscape", "formula", "window", "x", "y", "steps", "noise", "seed", *SLOTS]
    + [p.key for surface in LANDSCAPES.values() for p in surface.parameters]
    + [f"{slot}.{h.key}" for slot in SLOTS for rule in OPTIMIZERS.values() for h in rule.hyperparameters()]
)
VALUES = [
    *LANDSCAPES,
    *OPTIMIZERS,
    *FORMULAS,
    "nan",
    "-inf",
    "1e400",
    "-0",
    "1_0",
    "0x1",
    "٣",
    "1e-320",
    "",
    "0,1,-1,2",
]


@given(
    st.dictionaries(
        st.sampled_from(KEYS) | st.text(max_size=20),
        st.sampled_from(VALUES) | st.floats().map(repr) | st.integers().map(str) | st.text(max_size=80),
        max_size=12,
    )
)
def test_any_text_gives_a_scenario_that_runs(query: dict[str, str]) -> None:
    scenario, notices = decode(query)
    assert decode(encode(scenario)) == (scenario, [])
    assert all(map(math.isfinite, scenario.start))
    assert all(notice.endswith((".", "”")) and len(notice) < 2000 for notice in notices)


def test_a_schedule_stands_in_the_link_with_its_settings_and_an_unknown_one_is_constant() -> None:
    run = Entry("A", OPTIMIZERS["rmsprop"](decay=0.9), SCHEDULES["exponential"](decay=0.05))
    scenario = Scenario(LANDSCAPES["beale"], LANDSCAPES["beale"].start, (run,))
    query = encode(scenario)
    assert query == {
        "landscape": "beale", "A": "rmsprop", "A.decay": "0.9",
        "A.schedule": "exponential", "A.schedule.decay": "0.05",
    }  # fmt: skip
    found, notices = decode(query | {"A.schedule.decay": "-1"})
    assert found.entries[0].schedule == SCHEDULES["exponential"]()
    assert "Decay must be a number of at least 0, not -1" in notices[0]
    found, notices = decode(query | {"A.schedule": "random"})
    assert found.entries[0].schedule == SCHEDULES["constant"]()
    assert "unknown schedule, “random”; its rate is constant." in notices[0]


def test_a_batch_size_of_a_run_is_its_own_and_that_of_an_old_link_holds_for_all() -> None:
    link = {"landscape": "line_fit", "A": "adam", "B": "momentum"}
    both, notices = decode(link | {"batch_size": "3"})
    assert notices == []
    assert [e.batch_size for e in both.entries] == [3, 3]
    mixed, notices = decode(link | {"batch_size": "3", "B.batch_size": "20"})
    assert notices == []
    assert [e.batch_size for e in mixed.entries] == [3, None]  # all 20
    query = encode(mixed)
    assert query["A.batch_size"] == "3"
    assert "batch_size" not in query
    assert decode(query) == (mixed, [])
    for value in ("0", "21", "2.5", "many"):
        kept, notices = decode(link | {"A.batch_size": value})
        assert [e.batch_size for e in kept.entries] == [None, None]
        assert "was not taken for A.batch_size" in notices[0]
    assert mixed.on(mixed.surface).entries == mixed.entries
    assert not mixed.on(default_scenario().surface).batched


def test_what_is_looked_at_shares_no_key_with_anything_else_in_a_link() -> None:
    others = {setting.key for lab in LABS.values() for setting in lab.settings} | set(COEFFICIENTS)
    others |= {p.key for surface in LANDSCAPES.values() for p in surface.parameters}
    assert others.isdisjoint(LOOKED)
