"""What the page computes by itself is what Python computes: every rule, every surface, every operation."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from landscapes import LANDSCAPES, Landscape
from landscapes.tape import surface_tape
from landscapes.tracing import OPERATIONS, record
from optimizers import OPTIMIZERS, SCHEDULES, Schedule
from optimizers.runs.tape import rule_tape, schedule_tape
from tests.conftest import VARIANTS, surface_id
from tests.fuzz_formula import accepted
from tests.tapes import INEXACT, Formula, Job, Machine, machine, others, surprises

SURFACES = [surface for surface in LANDSCAPES.values() if surface_tape(surface)]
RULES = [rule for rule in OPTIMIZERS.values() if rule_tape(rule)]
DATA = [surface for surface in SURFACES if surface.data]
TAPED_SCHEDULES = [schedule for schedule in SCHEDULES.values() if schedule_tape(schedule)]
SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.7, -3.7, 0.1, 1e-9, 25.0, 710.0, -746.0, 5e-324, -1e-300,
    1e300, -1e300, np.inf, -np.inf, np.nan,
]  # fmt: skip


@pytest.fixture(scope="module")
def tried(browser: Browser) -> Iterator[Machine]:
    """The machine on a page without anything else."""
    with machine(browser) as one:
        yield one


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_means_what_numpys_does(tried: Machine, name: str) -> None:
    function = OPERATIONS[name]
    arguments: Callable[[Any, Any], tuple[Any, ...]] = {
        1: lambda x, y: (x,),
        2: lambda x, y: (x, y),
        3: lambda x, y: (x > y, x, y),
    }[getattr(function, "nin", 3)]
    program = record(lambda x, y: [function(*arguments(x, y))], 2)
    tape = {"surface": {"parameters": [], "value": program}}
    (found,) = tried.values([{"tape": tape, "parameters": {}, "xs": SPECIAL, "ys": SPECIAL}])
    with np.errstate(all="ignore"):
        wanted = np.asarray(function(*arguments(*np.meshgrid(SPECIAL, SPECIAL))), dtype=np.float64)
    if name in INEXACT:
        np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=5e-324)
    else:
        np.testing.assert_array_equal(found, wanted)
    if name not in ("maximum", "minimum"):  # of two zeros NumPy itself takes either
        np.testing.assert_array_equal(np.signbit(found[wanted == 0.0]), np.signbit(wanted[wanted == 0.0]))


@pytest.mark.parametrize("surface", SURFACES, ids=surface_id)
def test_a_run_in_the_page_is_the_run(tried: Machine, surface: Landscape) -> None:
    assert surprises(tried, [Job(surface, one) for rule in RULES for one in (rule(), others(rule))]) == []


@pytest.mark.parametrize("surface", SURFACES, ids=surface_id)
def test_with_noise_and_a_schedule_too(tried: Machine, surface: Landscape) -> None:
    noise = 0.01 * float(np.abs(surface.gradient(surface.start)).max())
    jobs = [
        Job(surface, rule(), TAPED_SCHEDULES[i % len(TAPED_SCHEDULES)](), steps=60, noise=noise, seed=i)
        for i, rule in enumerate(RULES)
    ]
    assert surprises(tried, jobs) == []


@pytest.mark.parametrize("schedule", TAPED_SCHEDULES)
def test_every_schedule_with_every_setting_moved(tried: Machine, schedule: type[Schedule]) -> None:
    moved = {h.key: h.high if h.whole else 0.5 * h.default for h in schedule.hyperparameters()}
    rules = (OPTIMIZERS["momentum"](), OPTIMIZERS["rprop"]())
    plans = (schedule(), schedule(**moved), schedule(**{key: 10.0 for key in moved if key == "period"}))
    assert surprises(tried, [Job(LANDSCAPES["ackley"], r, plan) for r in rules for plan in plans]) == []


@pytest.mark.parametrize("surface", DATA, ids=surface_id)
def test_batches_are_the_rows_that_the_server_drew(tried: Machine, surface: Landscape) -> None:
    assert surface.data is not None
    sizes = (1, len(surface.data) // 2, len(surface.data))
    jobs = [Job(surface, rule(), steps=80, batch_size=size, seed=3) for rule in RULES for size in sizes]
    assert surprises(tried, jobs) == []


@pytest.mark.parametrize(
    "surface", [one for one in VARIANTS if one.parameters and surface_tape(one)], ids=surface_id
)
def test_a_surfaces_own_sliders_need_no_other_tape(tried: Machine, surface: Landscape) -> None:
    assert surface_tape(surface) is surface_tape(LANDSCAPES[surface.key])
    keys = ("momentum", "adam", "newton", "levenberg_marquardt")
    assert surprises(tried, [Job(surface, OPTIMIZERS[key](), steps=100) for key in keys]) == []


def test_a_run_that_leaves_the_numbers_is_missing_from_there_on(tried: Machine) -> None:
    job = Job(LANDSCAPES["rosenbrock"], OPTIMIZERS["gradient_descent"](learning_rate=1.0), steps=40)
    (found,) = tried.march([job])
    assert np.isfinite(found.points[:4]).all()
    assert np.isnan(found.points[-1]).all()
    assert surprises(tried, [job]) == []


@pytest.mark.parametrize("surface", SURFACES, ids=surface_id)
def test_the_map_can_be_drawn_from_the_tape(tried: Machine, surface: Landscape) -> None:
    xs, ys = (np.linspace(*edges, 23).tolist() for edges in surface.window)
    job = {
        "tape": {"surface": surface_tape(surface)},
        "parameters": dict(surface.settings),
        "xs": xs,
        "ys": ys,
    }
    (found,) = tried.values([job])
    wanted = surface.value(np.stack(np.meshgrid(xs, ys), axis=-1))
    scale = float(np.nanmax(np.abs(wanted[np.isfinite(wanted)])))
    np.testing.assert_allclose(
        np.where(np.isfinite(found), found, np.nan), np.where(np.isfinite(wanted), wanted, np.nan),
        rtol=1e-12, atol=1e-14 * scale,
    )  # fmt: skip


@pytest.mark.parametrize("surface", DATA, ids=surface_id)
def test_a_models_answers_come_from_the_tape(tried: Machine, surface: Landscape) -> None:
    (wanted,) = surface.answers(np.array([surface.start]))
    np.testing.assert_allclose(tried.answers(surface), wanted, rtol=1e-13)


def test_typed_formulas_have_the_same_value_and_gradient(tried: Machine) -> None:
    rng = random.Random(13)
    formulas = [Formula.at_random(one, rng) for one in accepted(rng, 150) if surface_tape(one)]
    assert len(formulas) > 140
    assert list(filter(None, tried.formulas(formulas))) == []
