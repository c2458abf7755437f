"""The lab of initialisation: its facts, on the numbers that its page shows."""

import re

import numpy as np
import pytest
from panels import lines, told
from test_labs import opened

from charts.labs.basins import rgb
from charts.labs.initialisation import spread_by_layer
from charts.look import LOOKS, Look
from ui.labs import LABS
from ui.labs.initialisation import GAINS, alike, chains, named, told_alike, told_chains
from ui.scenario import opening_of

LAB = LABS["initialisation"]


def after_layers(at, name, count=10):
    _, y = lines(at, "spread")[name]
    assert len(y) == count + 1
    return y


def test_tanh_keeps_most_of_the_spread_under_xavier_and_still_loses_some_a_layer() -> None:
    at = opened(LAB)
    xavier = after_layers(at, "Xavier, 1/n")
    assert (np.diff(xavier) < 0.0).all()
    assert 0.03 < xavier[-1] < 0.1
    small, large = after_layers(at, "too small"), after_layers(at, "too large")
    assert small[-1] < 1e-5 < xavier[-1] < large[-1] < 1.0
    assert "Xavier's argument: 1." in told(at)[0]


def test_he_keeps_the_second_moment_of_relu_and_xavier_halves_it() -> None:
    at = opened(LAB, {"activation": "relu", "layers": "10", "units": "128"})
    he, xavier = after_layers(at, "He, 2/n"), after_layers(at, "Xavier, 1/n")
    np.testing.assert_allclose(he, 1.0, atol=0.4)
    np.testing.assert_allclose(np.log2(xavier), -np.arange(11.0), atol=0.7)
    assert "He's argument: 0.00098." in told(at)[0]


@pytest.mark.parametrize("scale", ["0.5", "1", "2"])
def test_what_is_measured_is_what_is_predicted(scale: str) -> None:
    at = opened(LAB, {"scale": scale, "units": "128"})
    for panel in ("spread", "back"):
        drawn = lines(at, panel)
        np.testing.assert_allclose(drawn[f"n Var(W) = {scale}"][1], drawn["predicted"][1], rtol=0.3)
    last = lines(at, "last")
    np.testing.assert_allclose(last["measured"][0], GAINS)
    np.testing.assert_allclose(np.log(last["measured"][1] / last["very wide layers"][1]), 0.0, atol=0.5)
    np.testing.assert_allclose(last["Xavier's argument"][1], np.array(GAINS) ** 10)


def test_linear_layers_follow_the_argument_at_every_scale() -> None:
    last = lines(opened(LAB, {"activation": "linear", "units": "128"}), "last")
    np.testing.assert_allclose(np.log(last["measured"][1] / last["Xavier's argument"][1]), 0.0, atol=0.7)


def test_zero_weights_pass_nothing_and_equal_ones_make_one_unit() -> None:
    at = opened(LAB)
    found = dict(named(opening_of(LAB)))
    zero, equal = found["zero"], found["all equal"]
    assert not zero.squares[1:].any()
    assert not zero.gradients[:-1].any()
    for panel in ("spread", "back"):
        assert set(found) - {"zero"} < set(lines(at, panel))
        assert "zero" not in lines(at, panel)
    said = told(at)[2]
    assert "Zero weights let no gradient back; behind them E[a²] is exactly 0," in said
    first, low, high = map(float, re.findall(r"by ([\d.]+\d), .* by ([\d.]+) to ([\d.]+\d)", said)[0])
    kept = equal.squares[1:] / equal.squares[:-1]
    assert (first, low, high) == pytest.approx((kept[0], kept[1:].min(), kept[1:].max()), rel=0.01)
    assert first < 0.05
    assert low > 0.95


@pytest.mark.parametrize(
    ("query", "factors"),
    [
        ({"activation": "relu"}, "0.0046, every further one by 1."),
        ({"activation": "tanh", "layers": "1"}, "0.02."),
        ({"activation": "tanh", "layers": "2"}, "0.02, every further one by 0.96."),
    ],
)
def test_what_equal_weights_do_is_said_of_the_layers_there_are(query: dict[str, str], factors: str) -> None:
    assert told(opened(LAB, query))[2].endswith(f"the first layer multiplies E[a²] by {factors}")


def test_logistic_units_without_weights_stand_at_a_half_and_have_a_line() -> None:
    at = opened(LAB, {"activation": "logistic"})
    np.testing.assert_allclose(after_layers(at, "zero")[1:], 0.25)
    assert "zero" not in lines(at, "back")
    assert "behind them E[a²] is 0.25." in told(at)[2]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_two_starts_to_choose_between_have_colours_apart(look: Look) -> None:
    drawn = {t.name: rgb(t.line.color) for t in spread_by_layer(named(opening_of(LAB)), look=look).data}
    assert np.abs(drawn["Xavier, 1/n"] - drawn["He, 2/n"]).sum() > 200.0


@pytest.mark.parametrize("layers", [2, 10, 50])
def test_chains_explode_and_vanish_as_powers(layers: int) -> None:
    for (_, run, theory), weight in zip(chains(layers), (1.5, 1.0, 0.5), strict=True):
        assert len(run) == layers
        np.testing.assert_allclose(run, theory)
        assert run[-1] == pytest.approx(weight ** (layers - 1))
    assert "1.5^(L−1) = 38 of" in told_chains(10)
    assert "0.5^(L−1) = 0.002." in told_chains(10)


def test_equal_units_never_part_and_a_nudge_parts_them() -> None:
    equal, nudged = alike()
    assert equal.apart.max() == 0.0
    assert nudged.apart[-1] > 0.5
    assert nudged.losses[-1] < 0.1 * equal.losses[-1]
    assert (np.diff(equal.losses)[-100:] < 0.0).all()  # so it is no end that the sentence tells
    said = told_alike()
    assert "their weights never differ, and the loss is 0.18 after 2,000 steps." in said


def test_questions_are_answered_by_running() -> None:
    weights, relu = LAB.questions
    assert weights.options[weights.right()].startswith("No")
    low, high, kept, most = (
        float(v)
        for pair in re.findall(r"between ([\d.]+) and ([\d.]+\d|\d)", weights.because())
        for v in pair
    )
    assert high / low > 2.0 > most / kept
    assert "halves E[a²]" in relu.options[relu.right()]
    assert "0.5" in relu.because()


def test_layers_and_units_between_are_rounded() -> None:
    at = opened(LAB, {"layers": "6.4", "units": "20.7"})
    assert len(after_layers(at, "He, 2/n", 6)) == 7
