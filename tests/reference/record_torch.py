"""Record the paths of torch.optim on three surfaces, in float64, for tests/test_reference_paths.py.

Run `python tests/reference/record_torch.py` with torch==2.13.0 installed; it rewrites
torch_paths.json beside this file. The tests read only that file and need no torch.

Every recording tells the rule and its hyperparameters by this project's names, the surface and
its parameters, the start, and the points that torch's parameters visit. `look_ahead` is the m for
which these points are w + m v, where v is the last step: 0 everywhere but for Nesterov, because
torch stores the point at which the gradient is taken, w + momentum * v.

The learning rates of torch's schedulers are there too, for those that mean the same as a schedule of
this project up to the end of their period; torch's cosine rises again after it.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from math import cos, exp
from pathlib import Path
from typing import Any, NamedTuple

import torch
from surfaces import STEPS, SURFACES, Surface
from torch import optim
from torch.optim import lr_scheduler

OUTPUT = Path(__file__).with_name("torch_paths.json")


class Setting(NamedTuple):
    """A rule and its hyperparameters; the learning rates are those on the SURFACES, in order."""

    rule: str
    learning_rates: tuple[float, float, float]
    others: dict[str, float]


RULES: dict[str, Callable[..., optim.Optimizer]] = {
    "gradient_descent": optim.SGD,
    "momentum": optim.SGD,
    "nesterov": partial(optim.SGD, nesterov=True),
    "adagrad": optim.Adagrad,
    "rmsprop": lambda weights, decay, **others: optim.RMSprop(weights, alpha=decay, **others),
    "adadelta": lambda weights, decay, **others: optim.Adadelta(weights, rho=decay, **others),
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "amsgrad": partial(optim.Adam, amsgrad=True),
    "adamax": optim.Adamax,
    "nadam": optim.NAdam,
    "radam": optim.RAdam,
    "rprop": optim.Rprop,
}

# An epsilon of 0.1 makes visible where in its formula a rule adds it.
USUAL = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
UNUSUAL = {"beta1": 0.6, "beta2": 0.9, "epsilon": 0.1}

# Rates at which a path gets far yet rounding errors do not: a path that bounces chaotically would
# test the order of additions, not the rule.
SETTINGS = [
    Setting("gradient_descent", (0.0015, 0.01, 0.04), {}),
    Setting("gradient_descent", (0.002, 0.025, 0.097), {}),
    Setting("momentum", (0.0005, 0.002, 0.01), {"momentum": 0.9}),
    Setting("momentum", (0.001, 0.012, 0.08), {"momentum": 0.5}),
    Setting("nesterov", (0.0005, 0.002, 0.01), {"momentum": 0.9}),
    Setting("nesterov", (0.001, 0.012, 0.05), {"momentum": 0.5}),
    Setting("adagrad", (0.3, 0.5, 0.5), {"epsilon": 1e-10}),
    Setting("adagrad", (0.8, 1.5, 1.0), {"epsilon": 0.1}),
    Setting("rmsprop", (0.05, 0.05, 0.05), {"decay": 0.99, "epsilon": 1e-8}),
    Setting("rmsprop", (0.02, 0.07, 0.03), {"decay": 0.5, "epsilon": 0.1}),
    Setting("adadelta", (10.0, 10.0, 20.0), {"decay": 0.9, "epsilon": 1e-6}),
    Setting("adadelta", (0.2, 0.4, 0.1), {"decay": 0.6, "epsilon": 0.1}),
    Setting("adam", (0.05, 0.1, 0.1), USUAL),
    Setting("adam", (0.05, 0.2, 0.1), UNUSUAL),
    Setting("adamw", (0.05, 0.1, 0.1), USUAL | {"weight_decay": 0.01}),
    Setting("adamw", (0.1, 0.2, 0.1), UNUSUAL | {"weight_decay": 0.3}),
    Setting("amsgrad", (0.05, 0.1, 0.1), USUAL),
    Setting("amsgrad", (0.1, 0.2, 0.1), UNUSUAL),
    Setting("adamax", (0.05, 0.1, 0.1), USUAL),
    Setting("adamax", (0.02, 0.1, 0.05), UNUSUAL),
    Setting("nadam", (0.05, 0.1, 0.1), USUAL | {"momentum_decay": 0.004}),
    Setting("nadam", (0.02, 0.1, 0.05), UNUSUAL | {"momentum_decay": 0.5}),
    Setting("radam", (0.002, 0.05, 0.1), USUAL),
    Setting("radam", (0.001, 0.05, 0.1), UNUSUAL),
    Setting("rprop", (0.01, 0.01, 0.01), {}),
    Setting("rprop", (0.2, 0.4, 0.6), {}),
    # Outside the allowed sizes from the start: raised to 1e-6, lowered to 50.
    Setting("rprop", (1e-8, 1e-8, 80.0), {}),
]

SCHEDULES: dict[str, Callable[..., Any]] = {
    "one_cycle": lambda sgd, period: lr_scheduler.OneCycleLR(
        sgd, 1.0, total_steps=period, pct_start=0.3, div_factor=25.0, final_div_factor=1e4
    ),
    "cosine": lr_scheduler.CosineAnnealingLR,
    "exponential": lambda sgd, decay: lr_scheduler.ExponentialLR(sgd, exp(-decay)),
    "warmup": lambda sgd, period: lr_scheduler.LinearLR(sgd, 1 / period, total_iters=period - 1),
    # torch drops when more than `patience` steps were no better, this project when as many were.
    "stagnation": lambda sgd, drop, patience: lr_scheduler.ReduceLROnPlateau(
        sgd, factor=drop, patience=patience - 1, threshold=0.0, eps=0.0
    ),
}

# Field values, and how many rates; all a period has, or more where nothing happens after it.
SCHEDULE_SETTINGS: list[tuple[str, dict[str, float], int]] = [
    ("one_cycle", {"period": 300}, 300),
    ("one_cycle", {"period": 37}, 37),
    ("cosine", {"period": 300}, 301),
    ("cosine", {"period": 25}, 26),
    ("exponential", {"decay": 0.01}, 100),
    ("exponential", {"decay": 0.3}, 60),
    ("warmup", {"period": 30}, 60),
    ("warmup", {"period": 12}, 20),
    ("stagnation", {"drop": 0.1, "patience": 10}, 80),
    ("stagnation", {"drop": 0.5, "patience": 3}, 80),
]

# New lowest ones up to 24, none from there to 52, equal ones, a last low one.
LOSSES = (
    [9.0 + cos(2.0 * k) - 0.2 * min(k, 24) + 0.1 * max(k - 24, 0) for k in range(52)] + [3.0] * 12 + [2.0]
)


def path(surface: Surface, rule: str, hyperparameters: dict[str, float]) -> list[list[float]]:
    """The STEPS + 1 points that torch visits."""
    names: dict[str, Any] = dict(hyperparameters)
    for ours, theirs in {"learning_rate": "lr", "epsilon": "eps"}.items():
        if ours in names:
            names[theirs] = names.pop(ours)
    if "beta1" in names:
        names["betas"] = names.pop("beta1"), names.pop("beta2")

    point = torch.tensor(surface.start, requires_grad=True)
    optimizer = RULES[rule]([point], **names)
    points = [point.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        surface.loss(*point, **surface.parameters).backward()
        optimizer.step()
        points.append(point.tolist())
    return points


def recordings() -> Iterator[dict[str, Any]]:
    for rule, learning_rates, others in SETTINGS:
        for learning_rate, (key, surface) in zip(learning_rates, SURFACES.items(), strict=True):
            hyperparameters = {"learning_rate": learning_rate} | others
            yield {
                "rule": rule,
                "hyperparameters": hyperparameters,
                "look_ahead": others["momentum"] if rule == "nesterov" else 0.0,
                "surface": key,
                "parameters": surface.parameters,
                "start": surface.start,
                "points": path(surface, rule, hyperparameters),
            }


def schedules() -> Iterator[dict[str, Any]]:
    """The rates of a rule whose full rate is 1; where the loss counts, LOSSES and then its last."""
    for schedule, fields, steps in SCHEDULE_SETTINGS:
        names = {"T_max": fields["period"]} if schedule == "cosine" else fields
        sgd = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        scheduler = SCHEDULES[schedule](sgd, **names)
        losses = [LOSSES[min(k, len(LOSSES) - 1)] for k in range(steps)] if schedule == "stagnation" else []
        rates = []
        for k in range(steps):
            if losses:
                scheduler.step(losses[k])
            rates.append(sgd.param_groups[0]["lr"])
            sgd.step()
            if not losses and k < steps - 1:
                scheduler.step()
        yield {"schedule": schedule, "fields": fields, "losses": losses, "rates": rates}


def main() -> None:
    # The default type too, not only the point's: NAdam keeps its product of momenta in it.
    torch.set_default_dtype(torch.float64)
    header = f'{{"torch": "{torch.__version__}", "steps": {STEPS}, "paths": [\n'
    lines = ",\n".join(json.dumps(recording) for recording in recordings())
    rates = ",\n".join(json.dumps(rates) for rates in schedules())
    OUTPUT.write_text(f'{header}{lines}\n], "schedules": [\n{rates}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
