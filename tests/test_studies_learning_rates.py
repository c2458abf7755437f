"""The learning-rate lab's numbers: what a rate is for a run, and what a falling rate does to a noisy one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import sympy as sp

from charts.labs.learning_rate import classic_traces, rate_curve, schedule_traces
from charts.look import DARK, LIGHT
from landscapes import LANDSCAPES, Landscape, x, y
from optimizers import OPTIMIZERS, SCHEDULES, Kind, run
from optimizers.studies.annealing import annealing
from optimizers.studies.learning_rates import Label, LearningRates, learning_rates
from tests.conftest import make_surface

DESCENT = OPTIMIZERS["gradient_descent"]
QUADRATIC = LANDSCAPES["quadratic"]
RATES = np.logspace(-5, 1, 61)


def found(rule: str = "gradient_descent", surface: Landscape = QUADRATIC, steps: int = 300) -> LearningRates:
    return learning_rates(surface, OPTIMIZERS[rule](), surface.start, steps, RATES)


def test_the_losses_are_those_of_the_closed_form_and_of_single_runs() -> None:
    ours, curvatures = found(), np.array([1.0, 20.0])
    stable = ours.rates < 0.1
    errors = (1.0 - ours.rates[stable, None] * curvatures) ** 300 * QUADRATIC.start
    assert ours.losses[-1, stable] == pytest.approx(
        0.5 * (curvatures * errors**2).sum(-1), rel=1e-9, abs=1e-30
    )
    for place in (0, 30, 45):
        t = run(QUADRATIC, DESCENT(learning_rate=RATES[place]), QUADRATIC.start, 300)
        np.testing.assert_allclose(ours.losses[:, place], t.values, rtol=1e-9, atol=1e-30)


def test_left_side_too_slow_a_best_value_then_the_cliff_at_two_over_lambda() -> None:
    ours = found()
    assert ours.best is not None
    assert ours.rates[ours.best] == pytest.approx(2 / 21, rel=0.2)
    assert (ours.labels[RATES < 0.02] == Label.SLOW).all()
    assert (ours.labels[RATES > 0.1001] == Label.DIVERGING).all()
    assert ours.labels[ours.best] == Label.GOOD
    assert ours.edges == (pytest.approx(0.05), pytest.approx(0.1), "2/λ_max", True)


def test_just_below_the_cliff_a_rate_oscillates() -> None:
    ours = learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 300, [0.05, 0.0999, 0.0999999, 0.100001])
    assert list(ours.labels) == [Label.GOOD, Label.OSCILLATING, Label.OSCILLATING, Label.OSCILLATING]
    longer = learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 5_000, [0.05, 0.1001])
    assert longer.labels[-1] == Label.DIVERGING


def test_a_loss_that_falls_while_the_path_turns_back_oscillates_too() -> None:
    ours = learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 300, [0.09, 0.099])
    assert ours.kinds[1] == Kind.DESCENDING
    assert (np.diff(ours.losses[:, 1]) < 0.0).all()
    assert list(ours.labels) == [Label.GOOD, Label.OSCILLATING]


def test_good_is_as_low_in_the_whole_budget_as_the_best_in_half_of_it() -> None:
    ours = found(surface=LANDSCAPES["rosenbrock"])
    assert ours.best is not None
    half = run(ours.surface, DESCENT(learning_rate=RATES[ours.best]), ours.surface.start, 150).values[-1]
    kept = ours.labels != Label.DIVERGING
    assert ((ours.labels == Label.GOOD) == (ours.losses[-1] <= half))[kept].all()


def test_a_best_run_that_first_goes_up_makes_nothing_good_that_stood_still() -> None:
    ours = learning_rates(LANDSCAPES["six_hump_camel"], DESCENT(), (1.1, -0.6), 5, RATES)
    assert ours.best is not None
    assert (ours.losses[1:4, ours.best] > ours.losses[0, ours.best]).all()
    left = ours.losses[-1] / ours.losses[0]
    assert (ours.labels[left > 0.9] != Label.GOOD).all()
    assert (ours.labels[(left > 0.9) & (RATES < 1e-3)] == Label.SLOW).all()
    assert ours.labels[ours.best] == Label.GOOD


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_run_that_was_thrown_up_is_not_too_slow(steps: int) -> None:
    ours = learning_rates(QUADRATIC, DESCENT(), (0.0, 1.5), steps, RATES)
    assert set(ours.labels[RATES > 0.1001]) <= {Label.DIVERGING, Label.OSCILLATING}
    assert (ours.labels[RATES < 1e-3] == Label.SLOW).all()


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "adam", "rprop", "newton"])
@pytest.mark.parametrize("surface", ["six_hump_camel", "ackley", "rosenbrock", "himmelblau", "griewank"])
@pytest.mark.parametrize("steps", [1, 10, 50])
def test_whatever_is_slow_went_down_or_never_up(key: str, surface: str, steps: int) -> None:
    ours = found(key, LANDSCAPES[surface], steps)
    slow = ours.losses[:, ours.labels == Label.SLOW]
    assert ((slow[-1] < slow[0]) | (slow.max(axis=0) <= slow[0])).all()


def test_what_does_not_move_is_too_slow() -> None:
    ours = learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 10, [0.0, 1e-18, 0.05])
    assert list(ours.labels) == [Label.SLOW, Label.SLOW, Label.GOOD]


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "adam", "newton", "rprop"])
@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "quadratic", "ackley"])
def test_labels_come_in_order_and_the_best_is_good(key: str, surface: str) -> None:
    ours = found(key, LANDSCAPES[surface])
    if ours.best is not None:
        assert ours.labels[ours.best] == Label.GOOD
        assert ours.labels[-1] != Label.SLOW or key in ("adam", "rprop")
    if key in ("gradient_descent", "momentum"):
        assert ours.labels[0] == Label.SLOW
        assert Label.GOOD in ours.labels or surface == "ackley"


def test_a_factor_and_a_constant_on_the_loss_change_no_label() -> None:
    bowl = x**2 / 2 + 10 * y**2
    plain, lifted = (make_surface(e, window=QUADRATIC.window) for e in (bowl, 64 * bowl + 7))
    a = learning_rates(plain, DESCENT(), (-2.5, 1.5), 200, RATES)
    b = learning_rates(lifted, DESCENT(), (-2.5, 1.5), 200, RATES / 64)
    assert list(a.labels) == list(b.labels)


@pytest.mark.parametrize("key", ["momentum", "averaged_momentum", "nesterov"])
def test_every_rule_has_its_own_edge(key: str) -> None:
    rule = OPTIMIZERS[key]()
    edges = learning_rates(QUADRATIC, rule, QUADRATIC.start, 500, [0.001, 0.01]).edges
    assert edges is not None
    assert edges.one_step is None
    assert edges.limit == rule.rate_limit(20.0)


@pytest.mark.parametrize("key", ["adam", "rprop", "adagrad"])
def test_there_is_no_edge_where_theory_has_none(key: str) -> None:
    assert learning_rates(QUADRATIC, OPTIMIZERS[key](), QUADRATIC.start, 50, [0.001, 0.01]).edges is None


def test_there_is_no_edge_under_a_schedule_nor_without_a_minimum() -> None:
    falling = SCHEDULES["linear"]()
    assert learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 50, [0.01], falling).edges is None
    saddle = LANDSCAPES["saddle"]
    assert learning_rates(saddle, DESCENT(), saddle.start, 50, [0.01]).edges is None
    rosenbrock = found(surface=LANDSCAPES["rosenbrock"]).edges
    assert rosenbrock is not None
    assert not rosenbrock.exact


def test_a_surface_as_curved_at_its_corners_as_at_its_minimum_is_no_quadratic_yet() -> None:
    wavy = make_surface(
        x**2 + y**2 + 1 - sp.cos(2 * sp.pi * x), window=((-5, 5), (-5, 5)), minimizers=((0, 0),)
    )
    edges = learning_rates(wavy, DESCENT(), (1.0, 1.0), 20, [0.001, 0.01]).edges
    assert edges is not None
    assert not edges.exact


def test_the_three_classic_traces() -> None:
    ours = found()
    small, right, large = ours.classic
    assert small is not None
    assert right == ours.best
    assert large is not None
    slow = ours.losses[:, small]
    assert 0.3 < slow[-1] / slow[0] < 0.7
    assert slow[-1] < slow[-30] * 0.99
    assert ours.labels[large] == Label.DIVERGING
    assert ours.labels[large - 1] != Label.DIVERGING


def test_where_every_rate_diverges_none_is_best() -> None:
    ours = learning_rates(QUADRATIC, DESCENT(), QUADRATIC.start, 100, [1.0, 2.0, 5.0])
    assert ours.best is None
    assert ours.classic == (None, None, None)
    assert set(ours.labels) == {Label.DIVERGING}
    assert ours.edges is None
    rate_curve(ours)
    assert not classic_traces(ours).data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rates": [0.1, 0.1]}, "ascending"),
        ({"rates": []}, "ascending"),
        ({"rates": "many"}, "at least 0"),
        ({"rates": [-1.0, 1.0]}, "at least 0"),
        ({"steps": 0}, "Steps"),
        ({"start": (np.nan, 0.0)}, "start"),
        ({"rule": OPTIMIZERS["lbfgs"]()}, "not a field"),
        ({"rule": DESCENT}, "settings"),
    ],
)
def test_bad_input_gets_a_sentence(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "surface": QUADRATIC, "rule": DESCENT(), "start": (1.0, 1.0), "steps": 10, "rates": [0.1],
    }  # fmt: skip
    with pytest.raises(ValueError, match=says):
        learning_rates(**given | change)


def test_a_study_can_be_given_up_and_its_slices_change_no_bit() -> None:
    heard: list[int] = []

    def seven(done: int) -> int:
        heard.append(done)
        return 7

    arguments = (QUADRATIC, OPTIMIZERS["adam"](), QUADRATIC.start, 40, RATES)
    assert (learning_rates(*arguments, pace=seven).losses == learning_rates(*arguments).losses).all()
    assert heard[:6] == [0, 7, 14, 21, 28, 35]
    assert heard[6] == 40
    assert heard == sorted(heard)
    assert heard[-1] <= 80

    def enough(done: int) -> int:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        learning_rates(*arguments, pace=enough)


# --- schedules on a noisy run -------------------------------------------------------------------

STEP = SCHEDULES["step"](drop=0.1, period=150.0)
CONSTANT = SCHEDULES["constant"]()


def equilibrium(curvatures: Sequence[float], rate: float, noise: float) -> float:
    """The level of the loss at which gradient descent's fluctuations on a quadratic settle.

    With curvatures λ and noise of standard deviation σ on every coordinate of the gradient the error is an
    autoregression, w ← (1 − ηλ)w − ησε, whose stationary variance is η²σ²/(1 − (1 − ηλ)²). That makes a
    loss of Σ ησ²/(2(2 − ηλ)), which for small rates is proportional to η.

    Source: Mandt, Hoffman, Blei, 2017, Stochastic gradient descent as approximate Bayesian inference.
    """
    return sum(rate * noise**2 / (2.0 * (2.0 - rate * each)) for each in curvatures)


def test_the_loss_drops_suddenly_when_the_rate_falls_and_progress_is_the_price() -> None:
    ours = annealing(
        QUADRATIC, DESCENT(learning_rate=0.05), [CONSTANT, STEP], QUADRATIC.start, 300, noise=2.0, seeds=100
    )
    before, after = ours.level(1, 100, 150), ours.level(1, 260, 300)
    assert before == pytest.approx(equilibrium([1.0, 20.0], 0.05, 2.0), rel=0.1)
    assert after < 0.25 * before
    assert ours.mean[1, 160] < 0.6 * ours.mean[1, 150]  # at once
    assert ours.level(0, 260, 300) == pytest.approx(before, rel=0.15)
    # Slow direction: 150 steps at 0.05 less 150 at 0.005.
    assert ours.price(1) == pytest.approx(((1 - 0.005) / (1 - 0.05)) ** 300, rel=0.01)
    assert ours.rates[1, [0, 149, 150]] == pytest.approx([0.05, 0.05, 0.005])


def test_small_batches_fluctuate_less_at_a_smaller_rate_too() -> None:
    surface = LANDSCAPES["line_fit"]
    rule = DESCENT(learning_rate=0.05)
    ours = annealing(surface, rule, [CONSTANT, STEP], surface.start, 300, batch_size=2, seeds=50)
    assert ours.level(1, 260, 300) < 0.3 * ours.level(0, 260, 300)
    assert ours.price(1) > 2.0


@pytest.mark.parametrize(("rate", "noise"), [(0.01, 1.0), (0.05, 2.0), (0.09, 0.5)])
def test_the_equilibrium_is_what_long_runs_come_to(rate: float, noise: float) -> None:
    t = run(QUADRATIC, DESCENT(learning_rate=rate), [(0.0, 0.0)] * 200, 1_500, noise=noise, seed=range(200))
    assert t.values[500:].mean() == pytest.approx(equilibrium([1.0, 20.0], rate, noise), rel=0.03)


def test_a_schedule_that_listens_has_the_mean_rate_of_its_runs() -> None:
    ours = annealing(
        QUADRATIC, DESCENT(learning_rate=0.05), [SCHEDULES["stagnation"]()], QUADRATIC.start, 200, noise=2.0
    )
    assert ours.rates.shape == (1, 200)
    assert ours.rates[0, -1] < 0.02


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schedules": []}, "one schedule"),
        ({"noise": 0.0}, "nothing fluctuates"),
        ({"seeds": 0}, "1 to 200"),
        ({"batch_size": 2}, "no batches"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {
        "surface": QUADRATIC, "rule": DESCENT(), "schedules": [CONSTANT], "start": (1.0, 1.0), "steps": 10,
        "noise": 1.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=says):
        annealing(**given | change)


def test_a_comparison_counts_all_its_steps() -> None:
    heard: list[int] = []

    def ten(done: int) -> int:
        heard.append(done)
        return 10

    annealing(QUADRATIC, DESCENT(), [CONSTANT, STEP], (1.0, 1.0), 20, noise=1.0, seeds=3, pace=ten)
    assert heard == [*range(0, 80, 10)]


# --- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.key)
def test_the_figures_name_axes_labels_and_edges(look: Any) -> None:
    ours = found()
    figure = rate_curve(ours, look)
    assert figure.layout.xaxis.title.text == "learning rate η"
    assert figure.layout.yaxis.title.text == "loss after 300 steps, above minimum"
    assert {a.text for a in figure.layout.annotations} == {"1/λ<sub>max</sub>", "2/λ<sub>max</sub>"}
    named = {trace.name: trace for trace in figure.data if trace.name}
    assert set(named) == {str(label) for label in ours.labels}
    assert len({trace.marker.symbol for trace in named.values()}) == len(named)
    shown = np.concatenate([trace.y for trace in named.values()])
    assert len(shown) == len(RATES)
    assert np.isfinite(shown).all()
    three = classic_traces(ours, look)
    assert [trace.name.partition(":")[0] for trace in three.data] == ["too small", "right", "too large"]
    assert len({trace.line.dash for trace in three.data}) == 3


def test_without_a_known_minimum_the_curve_is_linear() -> None:
    figure = rate_curve(found(surface=LANDSCAPES["saddle"]))
    assert figure.layout.yaxis.title.text == "loss after 300 steps"
    assert figure.layout.yaxis.type is None
    assert found(surface=LANDSCAPES["saddle"]).lowest is None


def test_the_schedules_figure_has_a_line_each_and_the_quiet_runs() -> None:
    ours = annealing(QUADRATIC, DESCENT(), [CONSTANT, STEP], QUADRATIC.start, 50, noise=1.0, seeds=5)
    figure = schedule_traces(ours)
    assert [t.name for t in figure.data] == ["Constant", "Step decay", "without noise", "without noise"]
    np.testing.assert_array_equal(figure.data[1].y, ours.mean[1])
