"""Our paths against those of torch.optim, recorded by tests/reference/record_torch.py."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run

RECORDED = json.loads(Path(__file__).with_name("reference").joinpath("torch_paths.json").read_text())
PATHS = [path for path in RECORDED["paths"] if path["rule"] in OPTIMIZERS]


def name(path: dict[str, Any]) -> str:
    values = ",".join(f"{key}={value:g}" for key, value in path["hyperparameters"].items())
    return f"{path['rule']}-{path['surface']}-{values}"


@pytest.mark.parametrize("path", PATHS, ids=name)
def test_same_path_as_torch(path: dict[str, Any]) -> None:
    surface = LANDSCAPES[path["surface"]].with_parameters(**path["parameters"])
    rule = OPTIMIZERS[path["rule"]](**path["hyperparameters"])
    points = run(surface, rule, start=path["start"], steps=RECORDED["steps"]).points
    # torch's Nesterov keeps p = w + mu v, the point where the gradient is taken, instead of w. With
    # v = -eta b its b <- mu b + g(p), p <- p - eta (g(p) + mu b) is our recursion written for p.
    velocity = np.diff(points, axis=0, prepend=points[:1])
    points = points + path["look_ahead"] * velocity
    # Noise of 1e-15 in the gradients moves these paths by 3e-12 at most; a wrong formula (epsilon
    # inside the root, say) moves at least one path of its rule by 3e-3.
    np.testing.assert_allclose(
        points, path["points"], rtol=1e-9, atol=1e-10 * np.ptp(surface.window, axis=1).max()
    )


@pytest.mark.parametrize("path", RECORDED["paths"], ids=name)
def test_recording_is_what_it_claims(path: dict[str, Any]) -> None:
    points = np.array(path["points"])
    assert points.shape == (RECORDED["steps"] + 1, 2)
    assert np.isfinite(points).all()
    assert points[0].tolist() == path["start"]
    assert np.ptp(points, axis=0).min() > 0.1


@pytest.mark.parametrize("rule", ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_compared_twice_on_every_recorded_surface(rule: str) -> None:
    compared = [path["surface"] for path in PATHS if path["rule"] == rule]
    for surface in {path["surface"] for path in RECORDED["paths"]}:
        assert compared.count(surface) >= 2
