"""The lab of one weight: what its page says of a run, on its own numbers, and what it refuses."""

import re
from html import unescape
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_labs import opened, shown
from test_pages import picture, said, sound, texts, typed, widget

from optimizers import run
from ui.labs import LABS
from ui.labs.on_a_line import CURVES, chosen, reached
from ui.link import encode
from ui.scenario import opening_of

LAB = LABS["on_a_line"]
OPENING = opening_of(LAB)
EXAMPLE, PARABOLA, TWO, SEVERAL, FLAT = CURVES


def curve(name: str, **query: Any) -> AppTest:
    """The page with one of its curves as the picker sets it, and a link's changes."""
    own = {key.replace("__", "."): str(value) for key, value in query.items()}
    return opened(LAB, encode(chosen(OPENING, name), short=False) | own)


def sentence(at: AppTest, slot: str = "A") -> str:
    (found,) = re.findall(rf'<p class="verdict" data-slot="{slot}">(.*?)</p>', texts(at))
    return unescape(re.sub("<[^>]*>", "", found))


def test_the_worked_example_goes_from_2_to_4_4_and_oscillates() -> None:
    at = opened(LAB)
    header, (columns,) = picture(at)
    assert header["display"]["main"] == "curve"
    np.testing.assert_allclose(columns.x[:2], [2.0, 4.4])
    told = sentence(at)
    assert "At w = 2 the slope is −24, and the first step leads to w = 4.4." in told
    assert "λ = f″ = 18 there, so ηλ = 1.8 lies between 1 and 2" in told
    assert "oscillating" in told
    assert "1 − ηλ = −0.8 of an error at each step, the run −0.8." in told
    error = columns.x - 10 / 3
    np.testing.assert_allclose(error[1:12] / error[:11], -0.8, atol=1e-6)
    figure = next(p for p in header["panels"] if p["name"] == "factor")["figure"]
    marks = [a["text"] for a in figure["layout"]["annotations"]]
    assert {"1/λ = 0.0556", "2/λ = 0.111", "monotone", "oscillating", "diverging"} <= set(marks)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("0.05", "monotone. λ = f″ = 18 there, so ηλ = 0.9 is below 1"),
        ("0.1", "oscillating. λ = f″ = 18 there, so ηλ = 1.8 lies between 1 and 2"),
        ("0.125", "diverging. λ = f″ = 18 there, so ηλ = 2.25 is above 2"),
    ],
)
def test_the_three_names_are_those_of_the_run(rate: str, words: str) -> None:
    at = curve(EXAMPLE, A__learning_rate=rate)
    assert words in sentence(at)
    _, (columns,) = picture(at)
    error = columns.x[:6] - 10 / 3
    grows, crosses = np.abs(error[1:]) > np.abs(error[:-1]), error[1:] * error[:-1] < 0.0
    assert grows.all() == ("diverging" in words)
    assert crosses.all() == ("monotone" not in words)


@pytest.mark.parametrize("a", [0.5, 2.0])
def test_one_over_a_is_there_in_one_step(a: float) -> None:
    at = curve(PARABOLA, a=a, b=2.0, A__learning_rate=1.0 / a)
    _, (columns,) = picture(at)
    np.testing.assert_allclose(columns.x[1:], -2.0 / a, atol=1e-12)
    assert "ηλ = 1 is 1: theory leaves 1 − ηλ = 0" in sentence(at)


def test_every_start_has_its_basin_and_the_page_says_the_shares() -> None:
    s = chosen(OPENING, TWO)
    (found,) = reached(s) or ()
    np.testing.assert_array_equal(found.codes // 2 * 2, np.where(found.starts < 0.1010312, 2, 4))
    at = curve(TWO)
    shares = [round(100 * found.share(i)) for i in range(2)]
    assert f"of all starts end {shares[0]} % in valley 1" in sentence(at)
    assert f"{shares[1]} % in valley 2" in sentence(at)
    panel = next(p for p in picture(at)[0]["panels"] if p["name"] == "curve")
    assert f"{shares[0]} % in valley 1" in panel["label"]
    assert panel["cells"] == panel["length"] == len(found.codes)


def test_a_large_rate_throws_starts_into_other_basins() -> None:
    gentle = chosen(OPENING, SEVERAL)
    wild = gentle.with_setting("A", "learning_rate", 0.4)
    (own,), (thrown,) = reached(gentle) or (), reached(wild) or ()
    places = np.searchsorted([v.high for v in own.valleys], own.starts)
    np.testing.assert_array_equal((own.codes - 2) // 2, places)
    assert ((thrown.codes.astype(int) - 2) // 2 != places).mean() > 0.2
    assert not (thrown.codes % 2 == 0).any()  # λ is 8.9 or more at every minimum: none arrives at η = 0.4


def test_flat_ground_is_called_so() -> None:
    s = chosen(OPENING, FLAT)
    assert "no minimum" not in sentence(curve(FLAT))
    (found,) = reached(s) or ()
    arrived = found.codes == 2
    assert arrived[len(arrived) // 2]
    assert not arrived[[0, -1]].any()


@pytest.mark.parametrize("rule", ["adam", "newton", "bfgs", "rprop", "nelder_mead"])
def test_any_rule_runs_on_a_typed_curve(rule: str) -> None:
    at = opened(LAB, {"formula": "x^4 - 3x^2 + x", "x": "2", "y": "0", "A": rule, "steps": "60"})
    s = shown(at, LAB)
    assert s.entries[0].rule.key == rule
    assert "At x = 2 the slope is 21" in sentence(at)
    header, (columns,) = picture(at)
    np.testing.assert_array_equal(columns.x, run(s.surface, s.entries[0].rule, s.start, 60).points[:, 0])
    assert header["display"]["main"] == "curve"
    assert "ηλ" not in sentence(at)  # theory of gradient descent only


def test_typing_a_curve_shows_it_and_two_weights_are_refused() -> None:
    at = opened(LAB)
    sound(typed(at, "formula", "(x - 1)^2").run())
    s = shown(at, LAB)
    assert s.surface.text == "(x - 1)^2"
    assert s.start[1] == 0.0
    for formula, second in (("x^2 + y^2", "y"), ("y^2", "y"), ("w + b^2", "b")):
        sound(typed(at, "formula", formula).run())
        assert re.search(
            rf"A line has one weight: write the formula in \w alone, without {second}\.", said(at)
        )
        assert shown(at, LAB) == s
    sound(typed(at, "formula", "x^^2").run())
    assert shown(at, LAB) == s


def test_the_picker_sets_curve_start_and_rate() -> None:
    at = opened(LAB)
    for text, own in list(CURVES.items())[1:]:
        sound(widget(at.selectbox, "curve").set_value(text).run())
        s = shown(at, LAB)
        assert (s.surface.text, s.start, s.surface.window[0]) == (text, (own.start, 0.0), own.window)
        assert s.entries[0].rule.settings["learning_rate"] == own.rate
    sound(widget(at.selectbox, "curve").set_value("").run())
    assert shown(at, LAB).surface.text not in CURVES


def test_a_surface_of_two_weights_is_shown_as_its_map_with_a_word() -> None:
    at = opened(LAB, {"landscape": "rosenbrock"})
    assert picture(at)[0]["display"]["main"] == "map"
    assert "Rosenbrock has two weights" in "".join(caption.value for caption in at.caption)


def test_where_no_minimum_is_the_verdict_stands() -> None:
    at = opened(
        LAB, {"formula": "log(x)", "x": "1", "y": "0", "A": "gradient_descent", "A.learning_rate": "0.1"}
    )
    assert "no value" in sentence(at)
    assert "There is no minimum within the map." in sentence(at)
