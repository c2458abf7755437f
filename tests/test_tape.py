"""What a tape is: the code that exists, written down; short, the same for all values, only numbers."""

import ast
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape, parse_landscape
from landscapes.tape import surface_tape
from landscapes.tracing import LARGEST, OPERATIONS, QUESTIONS, Recorder, UntraceableError, record
from optimizers import OPTIMIZERS, SCHEDULES, Constant, run, tape
from optimizers.runs.tape import rule_tape, schedule_tape
from tests.tapes import SOURCE, Job, executed, is_exact

NOT_TAPED = {"bfgs", "lbfgs", "conjugate_gradient", "backtracking", "network_slice", "stagnation"}
"""Searches without a bound, a surface without a formula, and a schedule that sees losses. Nothing else."""
EXACT_RULES = (
    "gradient_descent", "normalised", "momentum", "averaged_momentum", "nesterov", "adagrad",
    "full_matrix_adagrad", "rmsprop", "adadelta", "lion", "rprop", "quickprop", "sharpness_aware",
    "schedule_free", "newton", "levenberg_marquardt", "exact_line_search", "nelder_mead",
)  # fmt: skip
EXACT_SURFACES = (
    "booth", "matyas", "rosenbrock", "cubic_ravine", "beale", "saddle", "walled_saddle",
    "monkey_saddle", "double_well", "himmelblau", "three_hump_camel", "six_hump_camel", "styblinski_tang",
    "goldstein_price", "regression_raw_units", "regression_off_centre", "line_fit",
)  # fmt: skip


def test_what_is_taped() -> None:
    kinds: dict[str, Any] = {
        **{key: surface_tape(surface) for key, surface in LANDSCAPES.items()},
        **{key: rule_tape(rule) for key, rule in OPTIMIZERS.items()},
        **{key: schedule_tape(schedule) for key, schedule in SCHEDULES.items()},
    }
    assert {key for key, taped in kinds.items() if taped is None} == NOT_TAPED


@pytest.mark.parametrize("key", EXACT_SURFACES)
def test_these_runs_must_be_equal_to_the_bit(key: str) -> None:
    """So that the contract in the browser cannot quietly ask for less."""
    assert all(is_exact(Job(LANDSCAPES[key], OPTIMIZERS[rule]())) for rule in EXACT_RULES)


@pytest.mark.parametrize(
    ("surface", "rule", "schedule"),
    [
        ("network_slice", "adam", "constant"),
        ("quadratic", "bfgs", "constant"),
        ("quadratic", "adam", "stagnation"),
    ],
)
def test_a_run_with_a_part_that_is_not_taped_has_no_tape(surface: str, rule: str, schedule: str) -> None:
    assert tape(LANDSCAPES[surface], OPTIMIZERS[rule](), SCHEDULES[schedule]()) is None


def test_a_program_computes_what_the_function_does(surface: Landscape) -> None:
    """To the bit, by NumPy, parameters and columns given as inputs."""
    taped = surface_tape(surface)
    if taped is None:
        return
    (left, right), (low, high) = surface.window
    x, y = np.random.default_rng(0).uniform((left, low), (right, high), (200, 2)).T.copy()
    rows = taped.get("rows", [()])
    for name, function in surface._example.on_arrays._asdict().items():
        if function is None:
            assert name not in taped
            continue
        for row in rows[:2]:
            with np.errstate(all="ignore"):
                wanted = function(x, y, *row)
            found = executed(taped[name], x, y, *row, *surface.values)
            for ours, theirs in zip(found, wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
                # A constant part is folded as a number, an array rounds its functions by itself.
                np.testing.assert_allclose(np.broadcast_to(ours, x.shape), theirs, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key not in NOT_TAPED])
def test_a_rules_programs_make_its_run(key: str) -> None:
    surface, rule = LANDSCAPES["himmelblau"], OPTIMIZERS[key]()
    taped, t = rule_tape(type(rule), True), run(surface, rule, (-0.5, -1.0), 12)
    assert taped is not None
    rate, own = rule.settings.get("learning_rate", np.nan), rule.settings.values()
    now = [-0.5, -1.0, *executed(taped["initial"], -0.5, -1.0, *own)]
    for k in range(1, 13):
        now = executed(taped["step"], *now, rate, k, 0.0, *own, surface=surface.compiled.on_arrays)
        np.testing.assert_allclose(now[:2], t.points[k], rtol=1e-12)


def test_values_do_not_change_a_tape() -> None:
    surface, rule = LANDSCAPES["quadratic"], OPTIMIZERS["adam"]
    first = tape(surface, rule(), Constant())
    moved = tape(surface.with_parameters(angle=0.3), rule(learning_rate=7.0, bias_correction=0.0), Constant())
    assert first is not None
    assert first == moved
    assert all(first[part] is moved[part] for part in ("rule", "schedule"))


@pytest.mark.parametrize(
    ("rule", "asks"),
    [
        ("adam", set()),
        ("newton", {"hessian"}),
        ("levenberg_marquardt", {"gauss_newton"}),
        ("exact_line_search", {"hessian"}),
        ("nelder_mead", set()),
    ],
)
def test_a_picture_carries_only_the_derivatives_that_a_rule_asks_for(rule: str, asks: set[str]) -> None:
    found = tape(LANDSCAPES["rosenbrock"], OPTIMIZERS[rule], Constant)
    assert found is not None
    assert QUESTIONS.keys() & found["surface"].keys() == {"value", "gradient"} | asks


def test_a_class_asks_at_once() -> None:
    surface = parse_landscape("sin(3x)y + x^4/7 + y^2")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: surface_tape(surface), range(32)))
    assert found[0] is not None
    assert all(one is found[0] for one in found)


# --- programs ----------------------------------------------------------------------------------


def test_constants_are_folded_and_equal_operations_are_one() -> None:
    program = record(lambda x, y: [(x * y + y * x) * np.sqrt(np.float64(4.0)) + 0.0 * (x / y) * 0.0], 2)
    assert program["operations"] == ["multiply", "add", "divide"]
    names = [program["operations"][place] for place in program["code"][::3]]
    assert names.count("multiply") == 4  # xy once, times 2, and 0 x/y · 0, which is nan where x/y is
    assert sorted(program["constants"]) == [0.0, 2.0]


def test_what_no_output_needs_is_dropped() -> None:
    def function(x: Any, y: Any) -> list[Any]:
        np.exp(x)
        return [y, 3.0]

    program = record(function, 2)
    assert program["code"] == []
    assert program["constants"] == [3.0]
    assert program["outputs"] == [1, 2]


def test_minus_zero_nan_and_infinity_are_constants_of_their_own() -> None:
    program = record(lambda x: [x * 0.0, x * -0.0, x + np.nan, x + np.inf, x + -np.inf, x * float("nan")], 1)
    again = json.loads(json.dumps(program, allow_nan=False))
    zeros = [float(one) for one in again["constants"]]
    assert [str(one) for one in zeros] == ["0.0", "-0.0", "nan", "inf", "-inf"]
    assert [str(float(one)) for one in executed(again, -1.0)] == ["-0.0", "0.0", "nan", "inf", "-inf", "nan"]


def test_a_square_is_a_product_as_in_numpy() -> None:
    program = record(lambda x: [x**2, x**3.0, 2.0**x], 1)
    assert program["operations"] == ["multiply", "power"]
    assert executed(program, 3.0) == [9.0, 27.0, 8.0]


def test_an_if_is_followed_both_ways() -> None:
    def function(x: Any, y: Any) -> list[Any]:
        if x > 1.0:
            return [y, 2.0 * x]
        return [y, x] if y == 0.0 else [x, -1.0]

    program = record(function, 2)
    for x, y in ((2.0, 5.0), (1.0, 0.0), (0.0, 3.0), (np.nan, 1.0)):
        np.testing.assert_array_equal(executed(program, x, y), function(x, y))


def test_what_is_known_on_a_path_is_not_asked_again() -> None:
    def function(x: Any) -> list[Any]:
        return [np.where(x > 0.0, x, -x)] if x > 0.0 else [np.where(x > 0.0, 7.0, 1.0)]

    program = record(function, 1)
    assert program["operations"] == ["greater", "where"]
    assert len(program["code"]) == 3 + 4
    assert [executed(program, x)[0] for x in (3.0, -3.0)] == [3.0, 1.0]


def test_no_choice_between_equals() -> None:
    assert record(lambda x: [np.where(x > 0.0, 2.0 * x, 2.0 * x)], 1)["operations"] == ["multiply"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: [float(x)],
        lambda x: [x % 2.0],
        lambda x: [np.i0(x)],
        lambda x: [np.add.reduce(x)],
        lambda x: list(x),
        lambda x: [x.real],
        lambda x: [x / 0.0 + 1.0 / 0.0],
        lambda x: [next((x * k for k in range(60) if x > k), x)],
        lambda x: [sum(1.0 if x > k else 0.0 for k in range(6))],
        lambda x: [sum(np.sin(x * k) for k in range(1, LARGEST))],
        lambda x: [np.sin(x * k) for k in range(1, 3 * LARGEST)][:1],
    ],
    ids=["looked at", "another operator", "another function", "a reduction", "taken apart", "a part",
         "beyond Python's numbers", "a loop", "many paths", "long", "long on the way"],
)  # fmt: skip
def test_what_cannot_be_a_program_is_refused(function: Any) -> None:
    with pytest.raises(UntraceableError):
        record(function, 1)


def test_a_loop_is_given_up_early() -> None:
    begun = []

    def function(x: Any) -> list[Any]:
        begun.append(1)
        return [next((x * k for k in range(60) if x < k), x)]

    with pytest.raises(UntraceableError):
        record(function, 1)
    assert len(begun) < 20


def test_a_question_is_asked_once_for_all_its_answers() -> None:
    def function(surface: Recorder, x: Any, y: Any) -> list[Any]:
        first, second = surface.ask("gradient", x, y), surface.ask("gradient", x, y)
        return [first[0] + second[1], surface.ask("value", y, y)]

    program = record(function, 2, asks=True)
    assert program["operations"] == ["gradient", "add", "value"]
    assert program["code"] == [0, 0, 1, 1, 2, 3, 2, 1, 1]
    assert program["outputs"] == [4, 5]


# --- what travels ------------------------------------------------------------------------------


def words(tree: Any) -> Iterator[str]:
    """Every text in a tape."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield key
            yield from words(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from words(branch)
    else:
        assert isinstance(tree, int | float)


@pytest.mark.parametrize("text", ["a*x^2 + b*sin(y)", "max(x, c y) + |x|", "(x > y) + sigmoid(x y)"])
def test_nothing_that_was_typed_travels_but_the_letters_of_its_sliders(text: str) -> None:
    surface = parse_landscape(text)
    own = {"NaN", "surface", "rule", "schedule", "parameters", "settings", "initial", "step", "factor",
           "asks", "only_first_rate", "inputs", "constants", "operations", "code", "outputs"}  # fmt: skip
    known = own | {*OPERATIONS, *QUESTIONS, *surface.settings, *OPTIMIZERS["adam"]().settings}
    found = tape(surface, OPTIMIZERS["adam"](), Constant())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(words(found)) <= known


@pytest.mark.parametrize("key", [key for key in LANDSCAPES if key not in NOT_TAPED])
def test_all_tapes_of_a_picture_are_small(key: str) -> None:
    parts: dict[str, Any] = {}
    for rule in ("newton", "levenberg_marquardt", "adam", "nadam", "radam", "quickprop"):
        found = tape(LANDSCAPES[key], OPTIMIZERS[rule](), SCHEDULES["one_cycle"]())
        assert found is not None
        parts |= found["surface"] | {rule: found["rule"], "schedule": found["schedule"]}
    assert len(json.dumps(parts, separators=(",", ":"))) < 20_000


def test_the_machine_knows_every_name() -> None:
    table = re.search(r"OPERATIONS = (\[.*?\n\]);", SOURCE.read_text(encoding="utf-8"), re.DOTALL)
    assert table is not None
    operations = [[name, getattr(function, "nin", 3), 1] for name, function in OPERATIONS.items()]
    assert ast.literal_eval(table[1]) == operations + [[name, 2, n] for name, n in QUESTIONS.items()]


def test_the_machine_makes_no_code() -> None:
    assert not re.search(r"\beval\b|\bFunction\b|\bimport\b|innerHTML|setTimeout", SOURCE.read_text("utf-8"))
