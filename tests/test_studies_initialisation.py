"""Signals and gradients through layers, beside the arguments of Xavier and He; weights all equal."""

import math

import numpy as np
import pytest

from charts.labs.initialisation import separation_trace, spread_by_layer
from optimizers.studies.initialisation import (
    ACTIVATIONS,
    INITIALISATIONS,
    chain,
    chain_theory,
    he_argument,
    infinite_width,
    separation,
    signals,
    through,
    weights_or_signals,
    what_relu_changes,
    xavier_argument,
)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_slopes_are_those_of_the_values(key: str) -> None:
    unit, z = ACTIVATIONS[key], np.linspace(-3.0, 3.0, 40)
    numeric = (unit.value(z + 1e-6) - unit.value(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(unit.slope(z), numeric, atol=1e-8)


def test_one_layer_is_what_a_loop_computes() -> None:
    """Forward and backward, against a seed's numbers put through one unit at a time."""
    found = through([3, 2], "tanh", [0.5], seeds=1)
    rng = np.random.default_rng(0)
    a = rng.standard_normal((16, 3))
    w = math.sqrt(0.5) * rng.standard_normal((2, 3))
    back = rng.standard_normal((16, 2))
    z = [[sum(w[j, i] * row[i] for i in range(3)) for j in range(2)] for row in a]
    squares = [math.tanh(v) ** 2 for row in z for v in row]
    assert found.squares[1] == pytest.approx(sum(squares) / 32)
    assert found.inner[0] == pytest.approx(np.var(z))
    gradients = [
        sum(back[e, j] * (1 - math.tanh(z[e][j]) ** 2) * w[j, i] for j in range(2))
        for e in range(16) for i in range(3)
    ]  # fmt: skip
    assert found.gradients[0] == pytest.approx(sum(g * g for g in gradients) / 48)


# Xavier and He


def test_xavier_keeps_the_variance_of_linear_layers_and_too_large_or_small_do_not() -> None:
    for key in ("xavier", "small", "large"):
        gain = INITIALISATIONS[key].gain
        found, predicted = signals(10, 200, "linear", key, seeds=8), xavier_argument(10, gain)
        np.testing.assert_allclose(found.variances / predicted.spread, 1.0, atol=0.25)
        np.testing.assert_allclose(found.gradients / predicted.gradients, 1.0, atol=0.25)


def test_tanh_still_loses_some_variance_a_layer_under_xavier() -> None:
    found = signals(20, 200, "tanh", "xavier")
    assert (np.diff(found.variances) < 0.0).all()
    assert 0.01 < found.variances[-1] < 0.05
    assert found.variances[-1] / found.variances[-2] > 0.9  # less and less: near 0 tanh is linear


def test_he_keeps_the_second_moment_and_the_inner_variance_of_relu() -> None:
    found, predicted = signals(20, 128, "relu", "he", seeds=16), he_argument(20, 2.0)
    np.testing.assert_allclose(predicted.spread, 1.0)
    np.testing.assert_allclose(predicted.inner, 2.0)
    np.testing.assert_allclose(found.squares, predicted.spread, atol=0.4)
    np.testing.assert_allclose(found.inner, predicted.inner, rtol=0.4)
    np.testing.assert_allclose(found.gradients, predicted.gradients, rtol=0.4)
    halved = signals(20, 128, "relu", "xavier", seeds=10)
    np.testing.assert_allclose(np.log2(halved.squares), -np.arange(21.0), atol=0.6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("key", ["small", "xavier", "he"])
def test_wide_layers_are_as_of_infinite_width(activation: str, key: str) -> None:
    found = signals(6, 256, activation, key, seeds=6)
    predicted = infinite_width(6, INITIALISATIONS[key].gain, activation)
    np.testing.assert_allclose(found.squares, predicted.spread, rtol=0.15)
    np.testing.assert_allclose(found.inner, predicted.inner, rtol=0.2)
    np.testing.assert_allclose(found.gradients, predicted.gradients, rtol=0.25)


def test_infinite_width_contains_both_arguments() -> None:
    for exact, argument in [
        (infinite_width(9, 1.3, "linear"), xavier_argument(9, 1.3)),
        (infinite_width(9, 1.3, "relu"), he_argument(9, 1.3)),
    ]:
        for one, other in zip(exact, argument, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3)


def test_zero_weights_pass_nothing_and_equal_ones_make_one_unit_of_many() -> None:
    zero = signals(4, 30, "tanh", "zero")
    assert (zero.squares[1:] == 0.0).all()
    assert (zero.gradients[:-1] == 0.0).all()
    equal = signals(4, 30, "tanh", "equal")
    assert equal.squares[1] == pytest.approx(1 / 30, rel=0.7)  # the mean of 30 inputs is all that is left


@pytest.mark.parametrize("depth", [1, 2, 10, 50])
@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5])
def test_a_chain_explodes_or_vanishes(depth: int, weight: float) -> None:
    assert chain(weight, depth)[depth - 1] == pytest.approx(chain_theory(weight, depth))
    assert chain_theory(1.5, 50) > 1e8
    assert chain_theory(0.5, 50) < 1e-14


# All equal


def test_equal_units_stay_equal_for_ever_and_a_nudge_parts_them() -> None:
    alike, parted = separation(4, 3000, 0.1), separation(4, 3000, 0.1, nudge=0.01)
    assert alike.apart.max() == 0.0
    assert alike.losses[-1] < alike.losses[0]  # it learns, as one unit
    assert parted.apart[-1] > 1.0
    assert parted.losses[-1] < alike.losses[-1] / 5
    one = separation(2, 3000, 0.1)
    assert alike.weights.shape == (3001, 4, 3)
    assert one.apart.max() == 0.0


def test_the_net_descends_its_own_loss() -> None:
    found = separation(3, 1, 1e-6, nudge=0.3)

    def loss(w) -> float:
        u = np.linspace(-2.0, 2.0, 21)
        return np.mean((np.tanh(np.outer(u, w[:, 0]) + w[:, 1]) @ w[:, 2] - np.sin(2 * u)) ** 2) / 2

    start = found.weights[0]
    assert loss(start) == pytest.approx(found.losses[0])
    for i, j in np.ndindex(3, 3):
        h = np.zeros((3, 3))
        h[i, j] = 1e-6
        slope = (loss(start + h) - loss(start - h)) / 2e-6
        assert (found.weights[1] - start)[i, j] == pytest.approx(-1e-6 * slope, rel=1e-3, abs=1e-12)


# The lectures' questions 7 and 8


def test_keeping_the_variance_of_the_weights_does_not_keep_the_signal() -> None:
    found = weights_or_signals()
    assert not found.weights_do
    assert found.of_weights[1] > 3.0
    assert 0.7 < found.of_signals[0] <= found.of_signals[1] < 1.4
    assert weights_or_signals([64] * 7).weights_do  # with one width all the same they are one thing


def test_relu_is_not_linear_near_zero() -> None:
    found = what_relu_changes()
    assert found.tanh == pytest.approx(1.0, abs=0.05)
    assert found.relu == pytest.approx(0.5, abs=0.03)
    assert found.relu_he == pytest.approx(1.0, abs=0.06)


# Edges


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: signals(0, 10, "tanh", "he"), "Depth must be a whole number from 1 to 50"),
        (lambda: signals(5, 1000, "tanh", "he"), "Width must be"),
        (lambda: signals(5, 10, "softmax", "he"), "'softmax' is not known here; there are: tanh"),
        (lambda: signals(5, 10, "tanh", "hee"), "'hee' is not known"),
        (lambda: signals(5, 10, "tanh", "he", seeds=0), "Seeds must be"),
        (lambda: separation(1), "Units must be"),
        (lambda: separation(rate=-1.0), "The rate must be a number from 0"),
        (lambda: separation(nudge=math.nan), "The nudge must be"),
        (lambda: chain(1.5, 51), "Depth must be"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(ask, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_one_unit_and_one_layer_are_a_network() -> None:
    assert np.isfinite(signals(1, 1, "relu", "he", seeds=1).squares).all()


def test_a_pace_hears_of_layers_and_may_end_it() -> None:
    told = []

    def pace(done: int) -> int:
        told.append(done)
        return 3

    signals(4, 5, "tanh", "he", seeds=2, pace=pace)
    assert told == [0, 3, 6]


def test_figures_show_the_numbers() -> None:
    found, predicted = signals(5, 50, "tanh", "xavier"), xavier_argument(5, 1.0)
    measured, expected = spread_by_layer([("Xavier", found)], [("1", predicted)]).data
    np.testing.assert_array_equal(measured.y, found.squares)
    np.testing.assert_array_equal(expected.y, predicted.spread)
    np.testing.assert_array_equal(spread_by_layer([("a", found)], backward=True).data[0].y, found.gradients)
    spread_by_layer([("zero", signals(5, 5, "tanh", "zero"))])
    parted = separation(2, 10, nudge=0.1)
    np.testing.assert_array_equal(separation_trace([("a", parted)]).data[0].y, parted.losses)
