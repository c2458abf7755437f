"""Every kind of verdict from a real run, by the definitions and in the order of the house plan."""

import dataclasses
import math
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy as sp
from conftest import VARIANTS, is_polynomial, make_surface
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Landscape, parse_landscape, x, y
from optimizers import OPTIMIZERS, SCHEDULES, Kind, Optimizer, Trajectory, Verdict, judge, left_for_good, run
from optimizers.maps.lanes import follow_ends
from optimizers.verdicts.classify import NATURES, Nature, classify
from optimizers.verdicts.window import distances

QUADRATIC, ROSENBROCK, SADDLE, WALLED, UNIT, HIMMELBLAU, CAMEL = (
    LANDSCAPES[key]
    for key in (
        "quadratic",
        "rosenbrock",
        "saddle",
        "walled_saddle",
        "saturated_unit",
        "himmelblau",
        "six_hump_camel",
    )
)
CIRCLE = QUADRATIC.with_parameters(condition_number=1.0)
PARTIAL, CONE = make_surface(sp.log(x) + y**2), make_surface(sp.sqrt(x**2 + y**2))
MONKEY, QUARTIC = make_surface(x**3 - 3 * x * y**2), make_surface(x**4 + y**4)
HINGE = make_surface(sp.Max(x, 0) ** 2)


class Case(NamedTuple):
    kind: Kind
    surface: Landscape
    rule: str
    start: tuple[float, float]
    steps: int
    rate: float | None = None
    noise: float = 0.0
    more: tuple[tuple[str, float], ...] = ()

    def run(self) -> Trajectory:
        rate = {} if self.rate is None else {"learning_rate": self.rate}
        rule = OPTIMIZERS[self.rule](**rate, **dict(self.more))
        return run(self.surface, rule, self.start, self.steps, noise=self.noise)


CASES = {
    "formula without value": Case(Kind.UNDEFINED, PARTIAL, "gradient_descent", (0.5, 1), 50, 0.3),
    "undefined before diverged": Case(Kind.UNDEFINED, PARTIAL, "gradient_descent", (0.5, 1), 50, 30.0),
    "square root of less than 0": Case(
        Kind.UNDEFINED, make_surface(sp.sqrt(x) + y**2), "momentum", (0.5, 1), 50, 0.3
    ),
    "pole": Case(Kind.UNDEFINED, make_surface(1 / (x**2 + y**2)), "gradient_descent", (0, 0), 5),
    "on the tip of a cone": Case(Kind.GLOBAL_MINIMUM, CONE, "gradient_descent", (1, 0), 50, 0.25),
    "gradient without value": Case(
        Kind.UNDEFINED, make_surface(x - sp.sqrt(x**2 + y**2)), "gradient_descent", (0, 0), 5
    ),
    "overflow": Case(Kind.DIVERGED, ROSENBROCK, "gradient_descent", (-1.2, 1), 100, 0.01),
    "overflow of a difference": Case(Kind.DIVERGED, CAMEL, "gradient_descent", (-1.6, 0.9), 100, 0.5),
    "value beyond all numbers": Case(
        Kind.DIVERGED, make_surface(sp.exp(x**2) + y**2), "gradient_descent", (1.5, 0.6), 50, 5.0
    ),
    "above the bound": Case(Kind.DIVERGED, QUADRATIC, "gradient_descent", (-2.5, 1.5), 100, 0.11),
    "downhill for ever": Case(Kind.DIVERGED, SADDLE, "gradient_descent", (-1.5, 0.1), 100, 0.1),
    "down a plane": Case(Kind.DIVERGED, make_surface(x + y), "gradient_descent", (1, 1), 100, 0.1),
    "bowl": Case(Kind.GLOBAL_MINIMUM, QUADRATIC, "gradient_descent", (-2.5, 1.5), 400, 0.09),
    "started there": Case(Kind.GLOBAL_MINIMUM, HIMMELBLAU, "gradient_descent", (3, 2), 3),
    "one Newton step": Case(Kind.GLOBAL_MINIMUM, QUADRATIC, "newton", (-2.5, 1.5), 1),
    "lower well": Case(Kind.GLOBAL_MINIMUM, CAMEL, "momentum", (1.9, 1), 500),
    "upper well": Case(Kind.LOCAL_MINIMUM, CAMEL, "gradient_descent", (1.9, 1), 500),
    "found": Case(Kind.GLOBAL_MINIMUM, make_surface(x**2 + y**2), "gradient_descent", (1, 1), 500, 0.1),
    "valley floor": Case(Kind.LOCAL_MINIMUM, make_surface(x**2), "gradient_descent", (1, 1), 500, 0.1),
    "degenerate minimum": Case(Kind.GLOBAL_MINIMUM, QUARTIC, "newton", (1, 1), 100),
    "on a degenerate minimum": Case(Kind.GLOBAL_MINIMUM, QUARTIC, "gradient_descent", (0, 0), 5),
    "ridge": Case(Kind.SADDLE, WALLED, "gradient_descent", (-1.5, 0), 2_000),
    "ridge with momentum": Case(Kind.SADDLE, WALLED, "momentum", (-1.5, 0), 2_000),
    "Newton to a saddle": Case(Kind.SADDLE, SADDLE, "newton", (-1.5, 0.001), 5),
    "monkey saddle": Case(Kind.SADDLE, MONKEY, "gradient_descent", (0, 0), 5),
    "Newton to the monkey saddle": Case(Kind.SADDLE, MONKEY, "newton", (1, 0.5), 60),
    "inflection": Case(Kind.SADDLE, make_surface(x**3 + y**2), "momentum", (0, 0), 5),
    "maximum": Case(Kind.MAXIMUM, HIMMELBLAU, "newton", (-0.27, -0.92), 30),
    "degenerate maximum": Case(Kind.MAXIMUM, make_surface(-(x**4) - y**4), "gradient_descent", (0, 0), 5),
    "falling but reversing": Case(Kind.DESCENDING, QUADRATIC, "gradient_descent", (-2.5, 1.5), 50, 0.0985),
    "reversing for ever": Case(Kind.OSCILLATING, QUADRATIC, "gradient_descent", (-2.5, 1.5), 50, 0.1),
    "oscillating before plateau": Case(Kind.OSCILLATING, QUADRATIC, "gradient_descent", (0, 1.5), 50, 0.1),
    "under noise": Case(Kind.OSCILLATING, QUADRATIC, "gradient_descent", (-2.5, 1.5), 500, 0.09, 1.0),
    "kept in a well": Case(Kind.OSCILLATING, CAMEL, "gradient_descent", (-1.6, 0.9), 500, 0.13),
    "saturated": Case(Kind.PLATEAU, UNIT, "gradient_descent", (-10, 0), 300),
    "saturated with momentum": Case(Kind.PLATEAU, UNIT, "momentum", (0, -8), 300),
    "exactly flat": Case(Kind.PLATEAU, HINGE, "gradient_descent", (-1, 0.5), 50),
    "flat everywhere": Case(Kind.PLATEAU, make_surface(3), "gradient_descent", (1, 1), 50),
    "rate of nothing": Case(Kind.STATIONARY, QUADRATIC, "gradient_descent", (-2.5, 1.5), 50, 0.0),
    "slow": Case(Kind.DESCENDING, QUADRATIC, "gradient_descent", (-2.5, 1.5), 50, 0.001),
    "ravine": Case(Kind.DESCENDING, ROSENBROCK, "gradient_descent", (-1.2, 1), 300, 0.001),
    "slope": Case(Kind.DESCENDING, make_surface(x + y), "gradient_descent", (1, 1), 100, 0.001),
    "not enough steps": Case(Kind.DESCENDING, ROSENBROCK, "adam", (-1.2, 1), 20, more=(("epsilon", 0.0),)),
}
of_cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def at_rate(rule: type[Optimizer], rate: float) -> Optimizer:
    """The rule at this rate, where it has one."""
    return rule(learning_rate=rate) if "learning_rate" in rule().settings else rule()


def assert_readable(verdict: Verdict, t: Trajectory) -> None:
    assert type(verdict.step) is int
    assert 0 <= verdict.step <= t.steps
    assert all(type(c) is float and math.isfinite(c) for c in verdict.point)
    assert all(type(number) is float and not math.isnan(number) for number in verdict.evidence.values())
    assert verdict.sentence.endswith(".")
    assert not any(word in verdict.sentence for word in ("\n", "nan", "inf,", "inf ", "None", "np."))


@of_cases
def test_kind(case: Case) -> None:
    t = case.run()
    verdict = judge(case.surface, t)
    assert verdict.kind is case.kind, verdict.sentence
    assert_readable(verdict, t)


def test_every_kind_has_a_case() -> None:
    assert {case.kind for case in CASES.values()} == set(Kind)


@of_cases
@pytest.mark.parametrize("scale", [sp.Rational(1, 2**60), sp.Integer(2**60)], ids=["1e-18", "1e18"])
def test_a_loss_in_other_units_is_of_the_same_kind(case: Case, scale: sp.Rational) -> None:
    """By a power of 2, which changes no digit of the path."""
    facts, rate = case.surface.facts, case.run().rule.settings["learning_rate"]
    minimum = None if facts.minimum is None else scale * facts.minimum
    scaled = dataclasses.replace(
        case.surface,
        key=f"{case.surface.key} times {scale}",
        expression=scale * case.surface.expression,
        facts=dataclasses.replace(facts, minimum=minimum),
    )
    if case.rule in ("gradient_descent", "momentum"):
        rate = rate / float(scale)
    other = case._replace(surface=scaled, rate=rate, noise=case.noise * float(scale))
    assert judge(scaled, other.run()).kind is case.kind


@of_cases
def test_the_verdict_on_many_runs_is_refused(case: Case) -> None:
    t = run(case.surface, OPTIMIZERS[case.rule](), [case.start], 3)
    with pytest.raises(ValueError, match="one run"):
        judge(case.surface, t)


# What rests, and where


def test_a_run_that_rests_next_to_a_known_minimizer_came_to_it() -> None:
    """Higher than the minimum by more than rounding, but not by more than the run is short of it."""
    start = 8e-5 * CIRCLE.spans[0]
    t = run(CIRCLE, OPTIMIZERS["gradient_descent"](1e-6), (start, 0), 50)
    assert t.values[-1] > 1e-9 * CIRCLE.loss_range
    assert judge(CIRCLE, t).kind is Kind.GLOBAL_MINIMUM


def test_a_place_next_to_a_missing_value_is_judged_by_whole_surroundings_only() -> None:
    edge = sp.Rational(1, 50)
    for surface, kind in (
        (make_surface(x**4 * sp.sqrt(x + edge) + y**4), Kind.GLOBAL_MINIMUM),
        (make_surface(x**4 * sp.sqrt(x + 2) + y**4), Kind.GLOBAL_MINIMUM),
        (make_surface(x**4 * sp.sqrt(x) + y**4), Kind.STATIONARY),
    ):
        assert judge(surface, run(surface, OPTIMIZERS["gradient_descent"](), (0, 0), 20)).kind is kind


@pytest.mark.parametrize("short", [-2e-4, 0.0, 2e-4])
def test_a_run_that_is_not_quite_on_the_floor_of_a_bent_valley_is_not_at_a_saddle(short: float) -> None:
    """The floor is a circle of radius 4: beside the run it is lower than where the run rests."""
    surface = make_surface(((x + 4) ** 2 + y**2 - 16) ** 2)
    t = run(surface, OPTIMIZERS["gradient_descent"](1e-9), (short, 0), 50)
    assert judge(surface, t).kind is Kind.LOCAL_MINIMUM


# What the evidence and the step say


def test_a_minimum_is_settled_when_the_run_stays_there() -> None:
    case = CASES["bowl"]
    verdict = judge(case.surface, case.run())
    apart = np.linalg.norm((case.run().points - verdict.point) / case.surface.spans, axis=-1)
    assert (apart[verdict.step :] < 1e-3).all()
    assert apart[verdict.step - 1] > 1e-5
    assert verdict.point == pytest.approx((0, 0), abs=1e-12)
    assert verdict.evidence["largest_eigenvalue"] == pytest.approx(20)
    assert verdict.evidence["smallest_eigenvalue"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "signs"), [("ridge", (-1, 1)), ("maximum", (-1, -1)), ("upper well", (1, 1))]
)
def test_eigenvalues_are_the_evidence_at_a_stationary_point(name: str, signs: tuple[int, int]) -> None:
    case = CASES[name]
    verdict = judge(case.surface, case.run())
    found = [verdict.evidence[f"{which}_eigenvalue"] for which in ("smallest", "largest")]
    assert np.sign(found).tolist() == list(signs)
    assert found == pytest.approx(np.linalg.eigvalsh(case.surface.hessian(verdict.point)))


@pytest.mark.parametrize("steps", [60, 100, 400, 2_000])
def test_a_divergent_run_names_the_step_at_which_it_left_the_window_for_good(steps: int) -> None:
    """Whatever the length of the run."""
    case = CASES["downhill for ever"]._replace(steps=steps)
    verdict = judge(case.surface, case.run())
    outside = np.abs(case.run().points / case.surface.spans).max(axis=-1) > 0.5
    assert verdict.kind is Kind.DIVERGED
    assert verdict.step == np.argmax(outside) == 17
    assert left_for_good(case.surface, case.run().points) == verdict.step


def test_a_run_that_overflows_has_left_the_window_before() -> None:
    overflow = CASES["overflow"]
    outside = ~(distances(overflow.surface, overflow.run().points) <= 0.5)
    assert judge(overflow.surface, overflow.run()).step == np.argmax(outside) == 2
    assert np.argmax(np.isnan(overflow.run().points[:, 0])) == 8


def test_an_undefined_run_names_the_first_point_without_value() -> None:
    case = CASES["formula without value"]
    t = case.run()
    verdict = judge(case.surface, t)
    assert verdict.step == np.argmax(np.isnan(t.values)) > 0
    assert verdict.point == tuple(t.points[verdict.step])


RATED = [key for key, rule in OPTIMIZERS.items() if rule().rate_limit(1.0) is not None]


@pytest.mark.parametrize("key", RATED)
def test_the_sentence_on_divergence_states_the_bound(key: str) -> None:
    rule = OPTIMIZERS[key]
    limit = rule().rate_limit(20.0)
    verdict = judge(QUADRATIC, run(QUADRATIC, rule(learning_rate=1.05 * limit), (-2.5, 1.5), 1_000))
    assert verdict.kind is Kind.DIVERGED
    assert f"Diverged at step {verdict.step}: η = {1.05 * limit:.6g} is above" in verdict.sentence
    assert rule.rate_limit_formula in verdict.sentence
    assert f"{limit:.3g} " in verdict.sentence
    assert "2 = 2" not in verdict.sentence
    assert verdict.evidence["rate_limit"] == pytest.approx(limit)
    assert verdict.evidence["learning_rate"] == pytest.approx(1.05 * limit)
    assert verdict.evidence["largest_curvature"] == pytest.approx(20.0)


def test_the_sentence_of_gradient_descent_word_for_word() -> None:
    case = CASES["above the bound"]
    sentence = judge(case.surface, case.run()).sentence
    assert sentence == "Diverged at step 3: η = 0.11 is above 2/λ_max = 0.1 at the minimum."


@pytest.mark.parametrize(
    "name", ["downhill for ever", "down a plane", "falling but reversing", "under noise"]
)
def test_theory_is_silent_where_the_rate_is_below_the_bound(name: str) -> None:
    case = CASES[name]
    verdict = judge(case.surface, case.run())
    assert "above" not in verdict.sentence
    assert "rate_limit" not in verdict.evidence


# What is not a minimum, a saddle or a divergence


def test_an_oscillating_run_may_fall() -> None:
    case = CASES["falling but reversing"]
    assert (np.diff(case.run().values[1:]) < 0).all()
    assert judge(case.surface, case.run()).evidence["share_of_reversals"] > 0.5


def test_reversing_steps_that_have_died_out_are_a_minimum() -> None:
    t = run(QUADRATIC, OPTIMIZERS["gradient_descent"](0.0985), (0, 1.5), 2_000)
    steps = np.diff(t.points[:500, 1])
    assert (steps[1:] * steps[:-1] < 0).all()
    assert judge(QUADRATIC, t).kind is Kind.GLOBAL_MINIMUM


@pytest.mark.parametrize(
    ("key", "rate", "start"), [("momentum", 1.0, (-2.5, 1.5)), ("adam", 0.5, (0.5, -0.5))]
)
def test_passing_exactly_through_a_minimum_is_not_resting_there(
    key: str, rate: float, start: tuple[float, float]
) -> None:
    rule = OPTIMIZERS[key](learning_rate=rate)
    t = run(CIRCLE, rule, start, 1)
    assert t.points[-1] == pytest.approx((0, 0), abs=1e-7)
    assert judge(CIRCLE, t).kind is Kind.DESCENDING
    assert np.linalg.norm(run(CIRCLE, rule, start, 2).points[-1]) > 0.1


def test_nesterov_on_the_spot_has_looked_ahead_and_does_rest() -> None:
    t = run(CIRCLE, OPTIMIZERS["nesterov"](learning_rate=1.0), (-2.5, 1.5), 1)
    assert judge(CIRCLE, t).kind is Kind.GLOBAL_MINIMUM
    assert not run(CIRCLE, t.rule, (-2.5, 1.5), 50).points[1:].any()


@pytest.mark.parametrize("steps", [200, 1_000, 5_000])
def test_a_small_gradient_is_not_a_minimum(steps: int) -> None:
    """Same path, loss in other units: the gradient is 1e-9 of what it was."""
    flat = make_surface(sp.Float(1e-9) * (x**2 + y**2) / 2, minimum=0.0, minimizers=((0.0, 0.0),))
    t = run(flat, OPTIMIZERS["gradient_descent"](1e-3 / 1e-9), (1, 1), steps)
    assert np.linalg.norm(t.gradients[-1]) < 1e-8
    assert judge(flat, t).kind is Kind.DESCENDING
    assert (
        judge(UNIT, run(UNIT, OPTIMIZERS["gradient_descent"](), (-10, 3), steps)).kind
        is not Kind.GLOBAL_MINIMUM
    )


def test_a_run_becomes_a_minimum_only_when_it_has_arrived() -> None:
    kinds = [
        judge(ROSENBROCK, run(ROSENBROCK, OPTIMIZERS["momentum"](0.001), (-1.2, 1), steps)).kind
        for steps in (100, 300, 1_000, 5_000)
    ]
    assert kinds[-1] is Kind.GLOBAL_MINIMUM
    assert Kind.GLOBAL_MINIMUM not in kinds[:2]
    assert kinds[0] is Kind.DESCENDING


@pytest.mark.parametrize("seed", [32, 34, 46])
def test_two_points_at_a_minimum_by_chance_are_no_rest(seed: int) -> None:
    """At η = 1/λ every point is the noise of its step alone, and the next one without noise is exact."""
    bowl = make_surface((x**2 + y**2) / 2, minimizers=((0, 0),), minimum=0.0)
    t = run(bowl, OPTIMIZERS["gradient_descent"](1.0), (1, 1), 100, noise=6e-4, seed=seed)
    away = np.linalg.norm(t.points[-10:] / bowl.spans, axis=1)
    assert away[-2:].max() < 1e-4 < 3e-4 < away.max()
    assert judge(bowl, t).kind in (Kind.OSCILLATING, Kind.DESCENDING)


@pytest.mark.parametrize(("depth", "kind"), [(0.99, Kind.DESCENDING), (1.01, Kind.PLATEAU)])
def test_a_plateau_is_where_the_tail_wins_less_than_a_hundredth_of_what_is_left(
    depth: float, kind: Kind
) -> None:
    """On the slope x/100 the loss falls by η/10⁴ a step, 30 steps a tail; the minimum is far below."""
    slope, steps, eta = make_surface(x / 100, minimum=-100.0), 100, 1.0
    won = 30 * eta / 1e4
    slope = make_surface(x / 100, key=f"{depth}", minimum=-100.0 * won * depth - steps * eta / 1e4)
    assert judge(slope, run(slope, OPTIMIZERS["gradient_descent"](eta), (0, 0), steps)).kind is kind


@pytest.mark.parametrize(("nudge", "steps"), [(1e-3, 60), (1e-3, 300), (1e-6, 1_100), (1e-6, 5_000)])
def test_a_run_that_has_left_a_saddle_is_not_stuck_there(nudge: float, steps: int) -> None:
    t = run(WALLED, OPTIMIZERS["gradient_descent"](), (0, nudge), steps)
    assert np.linalg.norm(t.gradients[0]) <= 1e-3
    kinds = {Kind.GLOBAL_MINIMUM} if steps == 5_000 else {Kind.DESCENDING, Kind.PLATEAU}
    assert judge(WALLED, t).kind in kinds


def test_a_run_at_rest_outside_the_window_has_not_diverged() -> None:
    far = make_surface((x - 20) ** 2 + y**2)
    t = run(far, OPTIMIZERS["gradient_descent"](0.1), (1, 1), 1_000)
    assert t.points[-1] == pytest.approx((20, 0))
    verdict = judge(far, t)
    assert verdict.kind is Kind.LOCAL_MINIMUM, verdict.sentence
    assert "outside the map" in verdict.sentence


@pytest.mark.parametrize("steps", [1, 5, 15, 30])
def test_a_run_that_comes_back_from_far_outside_has_not_diverged(steps: int) -> None:
    t = run(QUADRATIC, OPTIMIZERS["gradient_descent"](0.01), (-50, 40), steps)
    assert (np.diff(np.linalg.norm(t.points, axis=-1)) < 0).all()
    verdict = judge(QUADRATIC, t)
    assert verdict.kind is Kind.DESCENDING, verdict.sentence


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_polynomial_has_a_value_everywhere(key: str) -> None:
    """Where its terms overflow to inf − inf the run has diverged."""
    for surface in filter(is_polynomial, LANDSCAPES.values()):
        for rate in (0.2, 0.5, 1.7, 3.0, 7.0, 10.0):
            verdict = judge(surface, run(surface, at_rate(OPTIMIZERS[key], rate), surface.start, 200))
            assert verdict.kind is not Kind.UNDEFINED, verdict.sentence


def test_a_well_that_is_a_little_higher_is_not_the_global_minimum() -> None:
    expression = (x**2 - 1) ** 2 + x / 10_000 + y**2
    lowest = make_surface(expression, minimizers=((-1.0, 0.0),))
    wells = make_surface(
        expression, key="wells", minimizers=((-1.0, 0.0),), minimum=float(lowest.value(lowest.minimizers[0]))
    )
    kinds = [
        judge(wells, run(wells, OPTIMIZERS["gradient_descent"](0.1), start, 500)).kind
        for start in [(-1.2, 1), (1.2, 1)]
    ]
    assert kinds == [Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM]


MCCORMICK = make_surface(
    sp.sin(x + y) + (x - y) ** 2 - sp.Rational(3, 2) * x + sp.Rational(5, 2) * y + 1,
    key="mccormick",
    window=((-1.5, 4.0), (-3.0, 4.0)),
    minimizers=((-0.5471976, -1.5471976),),
    minimum=-1.9132229549810367,
    over_window=True,
)


def test_a_minimum_over_the_window_alone_can_be_declared_and_is_called_so() -> None:
    """McCormick's: over the plane the surface has no lower bound."""
    t = run(MCCORMICK, OPTIMIZERS["gradient_descent"](0.1), (1.0, 1.0), 300)
    verdict = judge(MCCORMICK, t)
    assert verdict.kind is Kind.GLOBAL_MINIMUM
    assert verdict.sentence.endswith("the lowest on the map.")
    assert MCCORMICK.value((-3.69, -4.69)) < MCCORMICK.minimum
    lower = run(MCCORMICK, OPTIMIZERS["gradient_descent"](0.1), (-3.6, -4.6), 300)
    assert judge(MCCORMICK, lower).kind is Kind.LOCAL_MINIMUM


# Whatever the run


@given(
    surface=st.sampled_from(VARIANTS),
    rule=st.sampled_from(list(OPTIMIZERS.values())),
    share=st.tuples(st.floats(-3, 4), st.floats(-3, 4)),
    exponent=st.floats(-5, 1),
    steps=st.sampled_from([1, 2, 3, 9, 50, 300]),
    noise=st.sampled_from([0.0, 0.0, 0.1, 100.0]),
)
@settings(max_examples=400)
def test_there_is_always_a_verdict(
    surface: Landscape, rule: Any, share: tuple[float, float], exponent: float, steps: int, noise: float
) -> None:
    start = np.array(surface.window)[:, 0] + np.array(share) * surface.spans
    t = run(surface, at_rate(rule, 10**exponent), start, steps, noise=noise)
    assert_readable(judge(surface, t), t)


FORMULAS = [x**4 + y**4, x * y, sp.Integer(0), sp.exp(x) + y**2, sp.exp(-x) * y, 1 / x + y, sp.log(x * y)]
FORMULAS += [sp.Max(x, y), sp.Abs(x) + y**2, sp.sqrt(x) * y, sp.tan(x) + y]


@given(
    expression=st.sampled_from(FORMULAS),
    rule=st.sampled_from(list(OPTIMIZERS.values())),
    start=st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2),
    steps=st.sampled_from([1, 5, 40]),
)
@settings(max_examples=300)
def test_there_is_a_verdict_on_any_formula_from_any_start(
    expression: sp.Expr, rule: Any, start: tuple[float, float], steps: int
) -> None:
    surface = make_surface(expression)
    t = run(surface, rule(), start, steps)
    assert_readable(judge(surface, t), t)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_there_is_a_verdict_from_absurdly_far(key: str, built_in: Landscape) -> None:
    for distance in (1e30, 1e160, 1e300):
        for steps in (1, 60):
            t = run(built_in, OPTIMIZERS[key](), (-distance, distance / 3), steps)
            assert_readable(judge(built_in, t), t)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_there_is_a_verdict_under_every_schedule(schedule: str, built_in: Landscape) -> None:
    """A third of all triples: every rule meets every surface and every schedule, and these each other."""
    first = [*SCHEDULES].index(schedule) + [*LANDSCAPES].index(built_in.key)
    for rule in [*OPTIMIZERS.values()][first % 3 :: 3]:
        t = run(built_in, rule(), built_in.start, 60, schedule=SCHEDULES[schedule]())
        assert_readable(judge(built_in, t), t)


@pytest.mark.parametrize("rule", ["gradient_descent", "momentum", "nesterov", "adam", "rmsprop"])
@pytest.mark.parametrize(
    "text", ["(x^2+y^2-1)^2", "(x*y-1)^2", "(sqrt(x^2+y^2)-2)^2", "(y-sin(x))^2", "x^2+y^2+1/(x^2+y^2)"]
)
def test_the_floor_of_a_bent_valley_is_no_saddle(text: str, rule: str) -> None:
    surface = parse_landscape(text)
    t = run(surface, OPTIMIZERS[rule](learning_rate=0.01), (1.5, 0.7), 3_000)
    assert judge(surface, t).kind is Kind.LOCAL_MINIMUM


@pytest.mark.parametrize(
    ("rule", "start", "steps"),
    [
        ("gradient_descent", (0.5, 1.5), 100),
        ("momentum", (1.2, -0.7), 300),
        ("adam", (0.5, 1.5), 300),
        ("rprop", (-1.0, 0.3), 30),
    ],
)
def test_beside_the_floor_of_a_bent_valley_the_run_is_at_no_saddle_either(
    rule: str, start: tuple[float, float], steps: int
) -> None:
    """At rest on the inner side, where the valley's bend makes one curvature slightly negative."""
    valley = parse_landscape("(y-x^2)^2")
    t = run(valley, OPTIMIZERS[rule](), start, steps)
    assert np.linalg.eigvalsh(valley.hessian(t.points[-1]))[0] < 0
    assert judge(valley, t).kind is Kind.LOCAL_MINIMUM


@pytest.mark.parametrize("share", [1e-1, 1e-2, 1e-3])
def test_a_saddle_that_is_much_steeper_one_way_is_one(share: float) -> None:
    surface = parse_landscape(f"x^2 - {share}*y^2")
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=0.3), (2, 0), 300)
    assert judge(surface, t).kind is Kind.SADDLE


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("-cos(x)*cos(y)*exp(-(x-pi)^2-(y-pi)^2)", (-3.25, 1.75)),
        ("-exp(-x^2-y^2)", (-5, 5)),
        ("exp(-1000*x^2)", (1, 1)),
        ("1/(x-0.5)^50", (4, 4)),
    ],
)
@pytest.mark.parametrize("rule", ["gradient_descent", "adam"])
def test_ground_that_is_flat_to_rounding_is_a_plateau(text: str, start: Any, rule: str) -> None:
    surface = parse_landscape(text, window=((-5.0, 5.0), (-5.0, 5.0)))
    t = run(surface, OPTIMIZERS[rule](learning_rate=1e-3), start, 300)
    assert judge(surface, t).kind is Kind.PLATEAU


@pytest.mark.parametrize(
    "text",
    ["log(x)+y^2", "3e6*log(x)+y^2", "log(x-1/3)+y^2", "log((x-1/3)^2+(y-1/7)^2)", "0-1/(x^2+y^2)", "1/x+y^2",
     "0-1/x^2+y^2", "tan(x)+y^2", "x^0.1+y^2", "sqrt(x)*y^2+sqrt(x)", "log(abs(x))+y^2",
     "sqrt(abs(x-1/3))+y^2"],
)  # fmt: skip
def test_next_to_a_pole_no_place_is_found_however_short_the_newton_step(text: str) -> None:
    """The slope there is larger than all around: the run stands still, for want of anything lower."""
    surface = parse_landscape(text)
    rule = OPTIMIZERS["bfgs"]()
    found = judge(surface, run(surface, rule, surface.start, 120))
    assert found.sentence.startswith("Stands still"), found.sentence
    starts = np.array([surface.start] * 2)
    assert set(follow_ends(surface, rule, starts, 120).kinds) == {found.kind}


def test_the_run_of_the_link_that_a_pole_had_called_stationary() -> None:
    surface = parse_landscape("log(x)+y^2")
    found = judge(surface, run(surface, OPTIMIZERS["nelder_mead"](), surface.start, 200))
    assert "its search finds nothing lower, while the slope is" in found.sentence


@pytest.mark.parametrize("factor", ["1e12", "1", "1e-12"])
@pytest.mark.parametrize(
    "text",
    ["((x-1/3)^2+(y-1/7)^2)", "(1e8*(x-1/3)^2+y^2)", "(0-exp(0-1e12*(x-1/3)^2-1e12*y^2))", "(x^4+y^4)",
     "(sqrt(abs(x-1/3))+abs(y))", "(abs(x-1/3)^0.1+abs(y)^0.1)"],
)  # fmt: skip
def test_a_minimum_is_one_however_steep_or_narrow(factor: str, text: str) -> None:
    surface = parse_landscape(f"{factor}*{text}")
    place = (0.0, 0.0) if "1/3" not in text else (1 / 3, 1 / 7 if "1/7" in text else 0.0)
    assert NATURES[classify(surface, np.array([place])).codes[0]] == Nature.MINIMUM
