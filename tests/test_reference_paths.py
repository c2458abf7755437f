"""Our numbers against those of torch, optax and SciPy, recorded by the scripts in tests/reference."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, run


def recorded(file: str) -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("reference").joinpath(file).read_text())


TORCH, OPTAX, SCIPY = (
    recorded("torch_paths.json"),
    recorded("optax_paths.json"),
    recorded("scipy_counts.json"),
)
PATHS = TORCH["paths"] + OPTAX["paths"]
STEPS = 60


def name(path: dict[str, Any]) -> str:
    values = ",".join(f"{key}={value:g}" for key, value in path["hyperparameters"].items())
    return f"{path['rule']}-{path['surface']}-{values}"


@pytest.mark.parametrize("path", PATHS, ids=name)
def test_same_path_as_torch_or_optax(path: dict[str, Any]) -> None:
    surface = LANDSCAPES[path["surface"]].with_parameters(**path["parameters"])
    rule = OPTIMIZERS[path["rule"]](**path["hyperparameters"])
    points = run(surface, rule, start=path["start"], steps=STEPS).points
    # torch's Nesterov keeps p = w + mu v, the point where the gradient is taken, instead of w. With
    # v = -eta b its b <- mu b + g(p), p <- p - eta (g(p) + mu b) is our recursion written for p.
    velocity = np.diff(points, axis=0, prepend=points[:1])
    points = points + path["look_ahead"] * velocity
    # Noise of 1e-15 in the gradients moves these paths by 3e-12 at most; a wrong formula (epsilon
    # inside the root, say) moves at least one path of its rule by 3e-3.
    np.testing.assert_allclose(
        points, path["points"], rtol=1e-9, atol=1e-10 * np.ptp(surface.window, axis=1).max()
    )


@pytest.mark.parametrize("path", PATHS, ids=name)
def test_recording_is_what_it_claims(path: dict[str, Any]) -> None:
    points = np.array(path["points"])
    assert points.shape == (STEPS + 1, 2)
    assert np.isfinite(points).all()
    assert points[0].tolist() == path["start"]
    assert np.ptp(points, axis=0).min() > 0.1


# fmt: off
TORCH_HAS = [
    "gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "amsgrad",
    "adamax", "nadam", "radam", "rprop",
]
# fmt: on


@pytest.mark.parametrize("rule", [*TORCH_HAS, "lion"])
def test_compared_on_three_surfaces_at_its_defaults_and_away_from_them(rule: str) -> None:
    paths = [path for path in PATHS if path["rule"] == rule]
    surfaces = {path["surface"] for path in paths}
    assert len(surfaces) == 3
    for surface in surfaces:
        compared = [path["hyperparameters"] for path in paths if path["surface"] == surface]
        assert len(compared) >= 2
        defaults = {key: OPTIMIZERS[rule]().settings[key] for key in compared[0] if key != "learning_rate"}
        assert any(settings | defaults == settings for settings in compared)
        for key, usual in defaults.items():
            assert any(settings[key] != usual for settings in compared)
        if "epsilon" in defaults:
            assert 0.1 in [settings["epsilon"] for settings in compared]


def schedule_name(recording: dict[str, Any]) -> str:
    return "-".join([recording["schedule"], *(f"{key}={v:g}" for key, v in recording["fields"].items())])


@pytest.mark.parametrize("recording", TORCH["schedules"], ids=schedule_name)
def test_same_learning_rates_as_torch(recording: dict[str, Any]) -> None:
    schedule, losses = SCHEDULES[recording["schedule"]](**recording["fields"]), recording["losses"]
    factors = schedule.factors(len(recording["rates"])).tolist()
    if schedule.feedback:
        kept = [schedule.initial(losses[0])]
        for loss in losses[1:]:
            kept.append(schedule.react(kept[-1], loss))
        factors = [factor for factor, *_ in kept]
    # torch multiplies the rate of one step to get the next.
    np.testing.assert_allclose(factors, recording["rates"], rtol=1e-11, atol=1e-15)
    assert np.ptp(recording["rates"]) > 0.6


def searched(recording: dict[str, Any]) -> str:
    return f"{recording['rule']}-{recording['surface']}"


@pytest.mark.parametrize("recording", SCIPY["runs"], ids=searched)
def test_same_minimizer_as_scipy_at_no_more_than_half_as_much_again(recording: dict[str, Any]) -> None:
    surface = LANDSCAPES[recording["surface"]]
    trajectory = run(surface, OPTIMIZERS[recording["rule"]](), start=recording["start"], steps=200)
    flat = np.abs(trajectory.gradients).max(axis=-1) <= SCIPY["flat"]
    assert flat.any()
    first = int(flat.argmax())
    kind = ["values", "gradients"].index(recording["asked_for"])
    assert trajectory.evaluations[first, kind] <= 1.5 * recording["count"]
    np.testing.assert_allclose(trajectory.points[first], recording["minimizer"], atol=1e-3)
    np.testing.assert_allclose(trajectory.points[-1], recording["minimizer"], atol=1e-6)


def test_every_searching_rule_is_compared_with_scipy_on_every_surface() -> None:
    rules = ("bfgs", "lbfgs", "conjugate_gradient", "nelder_mead")
    starts = {"rosenbrock": [-1.2, 1.0], "beale": [1.0, -1.3], "himmelblau": [-0.3, -0.8]}
    compared = [(run["rule"], run["surface"], run["start"]) for run in SCIPY["runs"]]
    assert compared == [(rule, surface, start) for rule in rules for surface, start in starts.items()]


@pytest.mark.parametrize("start", [(0.3, 0.4), (-1.6, 0.9), (0.05, -1.0)])
def test_nelder_mead_on_a_mirrored_surface_runs_mirrored(start: tuple[float, float]) -> None:
    camel, rule = LANDSCAPES["six_hump_camel"], OPTIMIZERS["nelder_mead"]()
    here, there = (run(camel, rule, start=(sign * start[0], sign * start[1]), steps=60) for sign in (1, -1))
    np.testing.assert_array_equal(here.points, -there.points)
