"""A scenario's runs as a script in PyTorch: slopes by autograd, steps by torch.optim if it has the rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optimizers import Constant, Optimizer
from optimizers.runs.batches import drawn
from ui.export.excerpt import Excerpt
from ui.export.formula import called, functions, grid, rows
from ui.export.script import MAIN, METHODS, Own, built, header, layout, made_with, runs, settings, signature
from ui.scenario import Entry, Scenario

Arguments = dict[str, Any]

_NAMES = {"learning_rate": "lr", "epsilon": "eps"}


def _plain(settings: dict[str, float]) -> Arguments:
    return {_NAMES.get(key, key): value for key, value in settings.items()}


def _adam(settings: dict[str, float]) -> Arguments:
    named = _plain({k: v for k, v in settings.items() if k not in ("beta1", "beta2", "bias_correction")})
    return {"betas": (settings["beta1"], settings["beta2"]), **named}


TORCH: dict[str, tuple[str, Callable[[dict[str, float]], Arguments]]] = {
    "gradient_descent": ("SGD", _plain),
    "momentum": ("SGD", _plain),
    "nesterov": ("SGD", lambda s: {**_plain(s), "nesterov": s["momentum"] > 0.0}),
    "adagrad": ("Adagrad", _plain),
    "rmsprop": ("RMSprop", lambda s: {"alpha": s["decay"], **_plain({k: s[k] for k in s if k != "decay"})}),
    "adadelta": ("Adadelta", lambda s: {"rho": s["decay"], **_plain({k: s[k] for k in s if k != "decay"})}),
    "adam": ("Adam", _adam),
    "adamw": ("AdamW", _adam),
    "amsgrad": ("Adam", lambda s: {**_adam(s), "amsgrad": True}),
    "adamax": ("Adamax", _adam),
    "nadam": ("NAdam", _adam),
    "radam": ("RAdam", _adam),
    "rprop": ("Rprop", _plain),
}
"""What torch.optim calls a rule, and what it calls the rule's settings. Written for torch 2.13; the tests
compare its runs with ours.
"""

_ALMOST = {
    "lbfgs": "torch.optim’s LBFGS makes up to 20 of these steps in one",
    "averaged_momentum": "torch.optim’s SGD with dampening takes another first step",
}
"""What torch.optim has, but as another rule."""


def without_torch(entry: Entry) -> str | None:
    """Why torch.optim cannot make a run; None where it can."""
    rule = entry.rule
    if rule.key not in TORCH:
        return _ALMOST.get(rule.key, f"torch.optim has no {rule.name}")
    if rule.settings.get("bias_correction") == 0.0:
        return f"torch.optim’s {rule.name} always corrects its averages"
    if rule.key in ("momentum", "nesterov") and rule.settings["momentum"] and entry.schedule != Constant():
        return (
            f"torch.optim’s SGD keeps its velocity without η, so {rule.name} goes another way when η changes"
        )
    return None


def torch_script(scenario: Scenario, link: str = "", own: Own = Own()) -> str:  # noqa: B008 - a constant
    """The script, with a comment for every run that it has to leave out.

    Slopes are rounded otherwise than here, so a run that is chaotic may part from ours after many steps.
    """
    s, surface, source = scenario, scenario.surface, Excerpt(METHODS)
    made = [e for e in s.entries if without_torch(e) is None]
    left_out = [f"# Run {e.slot} is not here: {said}." for e in s.entries if (said := without_torch(e))]
    table = []
    for entry in made:
        given = [_optimizer(entry.rule), built(entry.schedule, source), *made_with(s, entry, own)]
        table.append((entry, tuple(given)))
    formulas, calls = functions(surface, ["value"])
    if s.batched:
        source.add(drawn)
    whole = ""
    if surface.samples is not None:
        whole = grid(surface, source)
    source.imports |= {"import math", "import numpy as np", "import torch"}
    return layout(
        "\n".join([header(s, "PyTorch", link), _CHAOS, *left_out]),
        source.imports,
        ("The numbers.", ["\n".join([_DOUBLE, *settings(s, own)]), _rows(s)]),
        (
            "What the formula calls.",
            [_TENSORS if calls else "", *(_MEANINGS[c](c) for c in calls if c != "abs")],
        ),
        ("The surface.", [*formulas.values()]),
        ("The learning rates.", [str(source)]),
        ("The runs.", [whole, _loss(s), _run(s, made, own), runs(table), MAIN]),
    )


_CHAOS = (
    "# Slopes by autograd are rounded in another order than the app's: where the smallest difference grows\n"
    "# from step to step, on bumpy ground at a large rate, a run parts from the app's after some time."
)
_DOUBLE = "torch.set_default_dtype(torch.float64)"


def _optimizer(rule: Optimizer) -> str:
    """A function from the weights to torch's rule with these settings."""
    name, arguments = TORCH[rule.key]
    given = ", ".join(f"{key}={value!r}" for key, value in arguments(rule.settings).items())
    return f"lambda w: torch.optim.{name}([w], {given})"


def _rows(scenario: Scenario) -> str:
    return f"{rows(scenario.surface)}\nROWS = torch.tensor(ROWS)" if scenario.surface.data else ""


def _loss(scenario: Scenario) -> str:
    surface = scenario.surface
    if surface.samples is not None:
        return _JOINED
    if not surface.data:
        return ""
    sum_ = ".sum() * (len(ROWS) / len(rows))" if surface.data.summed else ".mean()"
    return (
        'def loss(x, y, rows=ROWS):\n    """The loss, estimated from these examples."""\n'
        f"    return loss_of_one(x, y, *rows.T){sum_}"
    )


_JOINED = '''\
def loss(x, y):
    """The loss, from the cell of the grid that the point is in; nan outside."""
    left, up = x.item(), y.item()
    if not (COLUMNS[0] <= left <= COLUMNS[-1] and UP[0] <= up <= UP[-1]):
        return math.nan * x
    i = int(np.searchsorted(COLUMNS[1:-1], left, side="right"))
    j = int(np.searchsorted(UP[1:-1], up, side="right"))
    coefficients = CELLS[i * (len(UP) - 1) + j].tolist()
    return loss_in_cell(x - COLUMNS[i].item(), y - UP[j].item(), *coefficients)'''


def _run(scenario: Scenario, made: list[Entry], own: Own) -> str:
    """The function that makes one run, with no more in it than this scenario needs."""
    noise, batched = scenario.noise > 0.0, scenario.batched
    feedback = any(e.schedule.feedback for e in made)
    ahead = any(e.rule.key == "nesterov" for e in made)
    lines = [
        f"def run(optimizer_of, schedule{signature(scenario, own)}):",
        '    """Every point of a run, shape (STEPS + 1, 2); nan from the step of an overflow on."""',
        "    w = torch.tensor(START, requires_grad=True)",
        "    optimizer = optimizer_of(w)",
        "    group = optimizer.param_groups[0]",
        "    base, factors = group['lr'], schedule.factors(STEPS).tolist()",
        "    draws = NOISE * np.random.default_rng(seed).standard_normal((STEPS, 2))" if noise else "",
        "    batches = batch_size and drawn(len(ROWS), batch_size, STEPS, seed)" if batched else "",
        "    watched = ()" if feedback else "",
        "    points = [w.tolist()]",
        "    for k in range(STEPS):",
        "        group['lr'] = base * factors[k]",
        *(_FEEDBACK if feedback else []),
        "        optimizer.zero_grad()",
        (
            "        here = loss(*w, ROWS[batches[k]]) if batch_size else loss(*w)"
            if batched
            else "        here = loss(*w)"
        ),
        "        here.backward()",
        "        w.grad += torch.from_numpy(draws[k])" if noise else "",
        "        optimizer.step()",
        *(_AHEAD if ahead else ["        points.append(w.tolist())"]),
        "    points = np.array(points)",
        "    points[np.logical_or.accumulate(~np.isfinite(points).all(axis=1))] = math.nan",
        "    return points",
    ]
    return "\n".join(filter(None, lines)).replace("STEPS", own.length)


_FEEDBACK = [
    "        if schedule.feedback:",
    "            seen = loss(*w.detach()).item()",
    "            watched = schedule.react(watched, seen) if watched else schedule.initial(seen)",
    "            group['lr'] = base * watched[0]",
]

_AHEAD = [
    "        point = w.detach()",
    "        if group.get('nesterov'):  # torch keeps the point that Nesterov looks ahead to",
    "            point = point + group['lr'] * group['momentum'] * optimizer.state[w]['momentum_buffer']",
    "        points.append(point.tolist())",
]

_TENSORS = '''\
def on_tensors(function):
    """The same function, of plain numbers too."""
    return lambda *z: function(*map(torch.as_tensor, z))'''


def _own(formula: str) -> Callable[[str], str]:
    return lambda name: f"{called(name)} = on_tensors({formula.format(name)})"


_SAME = (
    "exp log log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sign floor ceil "
    "maximum minimum sigmoid"
)
_MEANINGS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_SAME.split(), _own("torch.{0}")),
    # At a root of 0 the slope is 0 where what stands under it is level, and not 0 · ∞.
    "sqrt": _own("lambda z: torch.where(z == 0.0, 0.0, torch.sqrt(torch.where(z == 0.0, 1.0, z)))"),
    "cbrt": _own("lambda z: torch.sign(z) * torch.where(z == 0.0, 1.0, abs(z)) ** (1.0 / 3.0)"),
    "power": _own("lambda a, b: a ** b"),
    "softplus": _own("lambda z: torch.logaddexp(z, torch.zeros_like(z))"),
    "relu": _own("lambda z: torch.maximum(z, torch.zeros_like(z))"),
    "step": _own("lambda z: 0.5 * (1.0 + torch.sign(z))"),
    "choose": _own("lambda condition, a, b: torch.where(condition > 0.0, a, b)"),
}
"""What a formula's functions are called in torch, or how they are put together."""
