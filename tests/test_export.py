"""What is taken along: scripts make the very runs, the table has every number, the figure stands alone."""

import csv
import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from charts import LIGHT, gradient_norms, handout, page
from landscapes import LANDSCAPES, Array, Landscape, namespaces, parse_landscape
from optimizers import OPTIMIZERS, SCHEDULES, run
from ui.export.excerpt import Excerpt
from ui.export.formula import meanings
from ui.export.numpy_script import numpy_script
from ui.export.script import Own
from ui.export.table import HEAD, runs_table
from ui.export.torch_script import _MEANINGS, TORCH, torch_script, without_torch
from ui.link import decode
from ui.rates import suited
from ui.runs import fan_of, judged_runs
from ui.scenario import SLOTS, Entry, Scenario
from ui.takeaway import own_of

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

with_torch = pytest.mark.skipif(torch is None, reason="torch is installed by hand only")

RULES = list(OPTIMIZERS)
BATCHES = [RULES[i : i + len(SLOTS)] for i in range(0, len(RULES), len(SLOTS))]
FORMULAS = (
    "a*abs(x) + sqrt(x^2 + y^2) + B*y^2",
    "max(x, y, 0) + min(x, 1)^2 + y^2",
    "softplus(x) + relu(y)^2 + cbrt(x^2 + 1) + |y|^1.5",
    "log(1 + x^2) + atan2(y, 2)^2 + floor(x) + 2^y + 2^(-y) + tanh(x)",
    "exp(-x) + log2(x) + log10(x) + 1/y^2 + asinh(x*y) + sinh(x)/cosh(y) + y^2 + x^2",
)


def scenario(surface: Landscape, rules: list[str], steps: int = 20, **given: Any) -> Scenario:
    entries = (Entry(slot, suited(surface, OPTIMIZERS[k]())) for slot, k in zip(SLOTS, rules, strict=False))
    return Scenario(surface, surface.start, tuple(entries), steps, **given)


def executed(script: str) -> dict[str, Any]:
    """What a script defines; its main part is not run."""
    names: dict[str, Any] = {"__name__": "handed_out"}
    exec(compile(script, "handed_out", "exec"), names)
    return names


def points(names: Mapping[str, Any], slot: str) -> Array:
    return np.asarray(names["run"](*names["RUNS"][slot]))


def ours(s: Scenario, entry: Entry) -> Array:
    given = {"noise": s.noise, "batch_size": entry.batch_size, "seed": s.seed}
    return run(s.surface, entry.rule, s.start, s.steps, entry.schedule, **given).points  # type: ignore[arg-type]


def same_runs(s: Scenario) -> None:
    """A script in NumPy makes the runs to the last bit."""
    names = executed(numpy_script(s))
    for entry in s.entries:
        np.testing.assert_array_equal(points(names, entry.slot), ours(s, entry), entry.rule.key)


@pytest.mark.parametrize("rules", BATCHES, ids=lambda rules: rules[0])
def test_numpy_makes_the_runs_of_every_rule(rules: list[str]) -> None:
    same_runs(scenario(LANDSCAPES["beale"], rules, 60))


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
def test_numpy_makes_the_runs_on_every_surface(surface: Landscape) -> None:
    same_runs(scenario(surface, ["momentum", "levenberg_marquardt"]))


@pytest.mark.parametrize("formula", FORMULAS)
def test_numpy_makes_the_runs_on_a_typed_formula(formula: str) -> None:
    same_runs(scenario(parse_landscape(formula), ["adam", "newton"]))


def test_numpy_makes_noise_batches_and_schedules() -> None:
    s = scenario(LANDSCAPES["line_fit"], ["gradient_descent", "bfgs", "adam", "rprop"], noise=0.1, seed=7)
    schedules = [SCHEDULES[key]() for key in ("stagnation", "constant", "one_cycle", "step")]
    entries = (
        replace(e, schedule=schedule, batch_size=size)
        for e, schedule, size in zip(s.entries, schedules, (3, 1, None, 4), strict=True)
    )
    same_runs(replace(s, entries=tuple(entries)))


def test_a_run_of_a_fan_has_the_seed_that_it_was_drawn_with() -> None:
    s = scenario(LANDSCAPES["rosenbrock"], ["gradient_descent", "adam"], noise=0.1, seed=7, seeds=5)
    seeds = {e.slot: whole.seed for e in s.entries if (whole := fan_of(s, e))}
    assert set(seeds.values()) <= set(range(7, 12))
    assert set(seeds.values()) != {7}
    names = executed(numpy_script(s, own=Own(seeds)))
    for entry, line in zip(s.entries, judged_runs(s, LIGHT)[0], strict=True):
        np.testing.assert_array_equal(points(names, entry.slot), line.trajectory.points)


@pytest.mark.parametrize("key", SCHEDULES)
def test_numpy_makes_every_schedule(key: str) -> None:
    s = scenario(LANDSCAPES["rosenbrock"], ["gradient_descent"], 40)
    same_runs(replace(s, entries=(replace(s.entries[0], schedule=SCHEDULES[key]()),)))


def test_numpy_is_lost_where_we_are() -> None:
    s = scenario(LANDSCAPES["rosenbrock"], ["momentum", "newton"], 30)
    s = s.with_setting("A", "learning_rate", 10.0)
    assert np.isnan(ours(s, s.entries[0])[-1]).all()
    same_runs(s)


def test_a_script_runs_by_itself(tmp_path: Path) -> None:
    s = scenario(LANDSCAPES["ackley"], ["adam"])
    file = tmp_path / "script.py"
    file.write_text(numpy_script(s, "https://lab.example/?A=adam"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", file], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == f"Run A ends at {tuple(ours(s, s.entries[0])[-1].tolist())}\n"
    assert "https://lab.example/?A=adam" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("flavour", [numpy_script, torch_script])
def test_whatever_was_typed_stays_in_its_comment(flavour: Any) -> None:
    surface = parse_landscape("x^2 + y^2")
    typed = 'x\nimport os  # """ \r\n\x0c\u2028raise SystemExit'
    s = scenario(replace(surface, text=typed, name=typed), ["adam"])
    script = flavour(s, typed)
    assert all(line.startswith("# ") for line in script.splitlines() if "SystemExit" in line or "os " in line)
    compile(script, "script", "exec")


def test_numbers_have_names_and_rules_their_sources() -> None:
    script = numpy_script(scenario(LANDSCAPES["rosenbrock"].with_parameters(b=7.5), ["adam"]))
    for line in (
        "STEPS = 20",
        "START = (-1.2, 1.0)",
        "B = 7.5",
        "def loss(x, y):",
        "class Adam(Elementwise):",
    ):
        assert line in script.splitlines()
    assert "Kingma" in script


def test_every_function_of_a_formula_has_a_meaning_in_both_flavours() -> None:
    only_in_slopes = {"quotient", "blend", "positive", "heaviside", "DiracDelta", "Spread"}
    unused = {"where", "logical_and", "logical_or", "nan", "inf", "abs"}
    assert set(_MEANINGS) == set(namespaces.FLOATS) - only_in_slopes - unused
    lines = meanings(list(namespaces.FLOATS), source := Excerpt())
    assert len(lines) == len(namespaces.FLOATS) - 2  # without abs and sqrt
    assert "_float_choose" in source.texts


ARGUMENTS = {
    "gradient_descent": ("SGD", {"lr": 0.3}),
    "momentum": ("SGD", {"lr": 0.3, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.3, "momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {"lr": 0.3, "eps": 1e-10}),
    "rmsprop": ("RMSprop", {"lr": 0.3, "alpha": 0.99, "eps": 1e-8}),
    "adadelta": ("Adadelta", {"lr": 0.3, "rho": 0.9, "eps": 1e-6}),
    "adam": ("Adam", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8}),
    "adamw": ("AdamW", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}),
    "amsgrad": ("Adam", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": True}),
    "adamax": ("Adamax", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8}),
    "nadam": ("NAdam", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8, "momentum_decay": 0.004}),
    "radam": ("RAdam", {"lr": 0.3, "betas": (0.9, 0.999), "eps": 1e-8}),
    "rprop": ("Rprop", {"lr": 0.3}),
}
"""What the constructors of torch.optim are to be given, by torch's documentation."""


class _Told:
    """Any name of torch, which says how it is called."""

    def __getattr__(self, name: str) -> Any:
        return lambda weights, **given: (name, given)


@pytest.mark.parametrize("key", TORCH)
def test_torch_is_told_every_setting_by_its_own_name(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ModuleType("torch")
    told.optim, told.float64 = _Told(), None  # type: ignore[attr-defined]
    told.set_default_dtype = lambda kind: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", told)
    s = scenario(LANDSCAPES["rosenbrock"], [key]).with_setting("A", "learning_rate", 0.3)
    optimizer_of, _ = executed(torch_script(s))["RUNS"]["A"]
    assert optimizer_of(None) == ARGUMENTS[key]


def test_what_torch_lacks_is_said_and_left_out() -> None:
    s = scenario(LANDSCAPES["beale"], ["lion", "momentum", "adam", "sharpness_aware", "nesterov"])
    s = s.with_schedule("B", SCHEDULES["cosine"]()).with_setting("C", "bias_correction", 0.0)
    missing = {e.slot: without_torch(e) for e in s.entries}
    assert [slot for slot, said in missing.items() if said] == ["A", "B", "C", "D"]
    script = torch_script(s)
    for slot, said in missing.items():
        assert (f"# Run {slot} is not here: {said}." in script) == (said is not None)
    assert '"E": (' in script
    assert '"A": (' not in script


# What autograd rounds otherwise grows by the step in these: no script can follow for long.
CHAOTIC = {("ackley", "gradient_descent"), ("ackley", "nesterov"), ("ackley", "nadam")}


@with_torch
@pytest.mark.parametrize(
    "surface", [*LANDSCAPES.values(), *map(parse_landscape, FORMULAS)], ids=lambda s: s.name
)
def test_torch_makes_the_runs_on_every_surface(surface: Landscape) -> None:
    rules = list(TORCH)
    for some in (rules[:6], rules[6:12], rules[12:]):
        s = scenario(surface, some)
        if surface.data:
            s = replace(s.with_batch_size(3), noise=0.01, seed=4)
        names = executed(torch_script(s))
        for entry in s.entries:
            if (surface.key, entry.rule.key) not in CHAOTIC:
                np.testing.assert_allclose(
                    points(names, entry.slot), ours(s, entry), 1e-6, 1e-6, err_msg=entry.slot
                )


@with_torch
@pytest.mark.parametrize("key", SCHEDULES)
def test_torch_makes_every_schedule_and_the_noise(key: str) -> None:
    s = scenario(
        LANDSCAPES["rosenbrock"], ["gradient_descent", "adam", "rprop", "nadam"], 40, noise=0.1, seed=3
    )
    s = replace(s, entries=tuple(replace(e, schedule=SCHEDULES[key]()) for e in s.entries))
    names = executed(torch_script(s))
    for entry in s.entries:
        np.testing.assert_allclose(points(names, entry.slot), ours(s, entry), 1e-6, 1e-6, err_msg=entry.slot)


@pytest.mark.parametrize(
    "surface", [LANDSCAPES["line_fit"], LANDSCAPES["network_slice"], parse_landscape(FORMULAS[2])]
)
def test_a_script_for_torch_is_python(surface: Landscape) -> None:
    s = scenario(surface, ["nesterov", "adam"], noise=0.1)
    compile(torch_script(s), "script", "exec")


def test_the_table_has_every_number_of_every_run_as_it_is() -> None:
    s = scenario(LANDSCAPES["rosenbrock"], ["momentum", "bfgs"], 30).with_setting("A", "learning_rate", 0.05)
    s = s.with_schedule("A", SCHEDULES["exponential"]())
    lines, _ = judged_runs(s, LIGHT)
    head, *rows = csv.reader(io.StringIO(runs_table(s, lines)))
    assert head == list(HEAD)
    assert len(rows) == 2 * (s.steps + 1)
    for entry, line in zip(s.entries, lines, strict=True):
        t = line.trajectory
        own = [row for row in rows if row[0] == entry.slot]
        assert {row[1] for row in own} == {entry.rule.key}
        assert [int(row[2]) for row in own] == list(range(s.steps + 1))
        numbers = np.array([[float(cell or "nan") for cell in row[3:]] for row in own])
        rates = [np.nan, *t.learning_rates]
        expected = np.column_stack([t.points, t.values, gradient_norms(t), rates, t.evaluations])
        np.testing.assert_array_equal(numbers, expected)


def test_the_figure_is_the_charts_in_one() -> None:
    s = scenario(LANDSCAPES["rosenbrock"], ["momentum", "adam"])
    figure = handout(s.surface, judged_runs(s, LIGHT)[0])
    assert [trace.name for trace in figure.data if trace.showlegend is None and trace.type == "scatter"] == [
        "A Momentum",
        "B Adam",
    ]
    panels = [(trace.xaxis, trace.yaxis, trace.name) for trace in figure.data if trace.xaxis in ("x2", "x3")]
    assert panels == [(f"x{n}", f"y{n}", name) for n in (2, 3) for name in ("A Momentum", "B Adam")]
    assert {"loss above minimum", "gradient norm"} <= {a.text for a in figure.layout.annotations}


def test_the_page_needs_no_network_and_shows_no_tag_of_a_name() -> None:
    surface = replace(LANDSCAPES["booth"], name="</script><script>alert(1)</script>")
    s = scenario(surface, ["adam"])
    text = page(handout(s.surface, judged_runs(s, LIGHT)[0]))
    assert "<script src" not in text
    assert "alert(1)" in text
    assert "<script>alert(1)" not in text


@pytest.mark.parametrize(
    "query",
    [
        "landscape=line_fit&A=adam&A.batch_size=1&B=gradient_descent&B.learning_rate=0.01&steps=30&budget=gradients",
        "landscape=rosenbrock&A=gradient_descent&B=newton&C=nelder_mead&D=backtracking&steps=60&budget=evaluations"
        "&A.schedule=cosine",
    ],
)
def test_a_run_of_the_script_ends_where_its_budget_does(query: str) -> None:
    s, notices = decode(dict(parse_qsl(query)))
    assert not notices
    lines, _ = judged_runs(s, LIGHT)
    names = executed(numpy_script(s, own=own_of(s, lines)))
    assert len({line.trajectory.steps for line in lines}) > 1
    for entry, line in zip(s.entries, lines, strict=True):
        assert_array_equal(names["run"](*names["RUNS"][entry.slot]), line.trajectory.points)
