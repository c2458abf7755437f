"""What is written of a step: every formula gives the numbers of the run, whatever the run is made with."""

from typing import Any

import numpy as np
import pytest

from charts import LIGHT, LOOKS, Look
from landscapes import LANDSCAPES
from landscapes.compiler import Functions
from landscapes.tracing import OPERATIONS
from optimizers import OPTIMIZERS, SCHEDULES, Trajectory, run
from optimizers.arithmetic import leaves
from optimizers.runs.explained import Explanation, explanation, rows
from tests.tapes import executed
from ui.runs import judged_runs
from ui.scenario import Entry, Scenario
from ui.stage.panels import step

ROUGH = {"full_matrix_adagrad": 1e-4}
"""(√G + εI)⁻¹ is next to singular as long as all gradients point one way."""

SMALL: dict[str, Any] = {
    "plain": {"surface": "himmelblau"},
    "scheduled": {"surface": "rosenbrock", "schedule": "exponential"},
    "told the losses": {"surface": "himmelblau", "schedule": "stagnation"},
    "noisy": {"surface": "beale", "noise": 0.3},
    "of batches": {"surface": "line_fit", "batch_size": 2},
    "a sampled surface": {"surface": "network_slice"},
}


def made(key: str, *, surface: str, schedule: str = "constant", **more: Any) -> Trajectory:
    shown = LANDSCAPES[surface]
    return run(shown, OPTIMIZERS[key](), shown.start, 12, SCHEDULES[schedule](), **more)


class Numbers:
    """A row, letter by letter: numbers, vectors and matrices."""

    def __init__(self, explained: Explanation, row: Any, seen: Functions) -> None:
        self.seen, self.explained, self.values = seen, explained, list[Any]()
        at = 0
        for letter in explained.letters:
            part = np.array(row[at : at + letter.size])
            at += letter.size
            whole = {1: lambda p: p[0], 2: lambda p: p, 3: lambda p: p[[0, 1, 1, 2]].reshape(2, 2)}
            self.values.append(whole[letter.size](part))

    def of(self, formula: Any) -> Any:
        """What the formula comes to, on both coordinates at once."""
        if not isinstance(formula, tuple):
            return formula
        name, *given = formula
        if name == "letter":
            return self.values[given[0]] if len(given) == 1 else self.values[given[0]][given[1]]
        if name == "where" and np.ndim(self.of(given[0])) == 0:
            return self.of(given[1] if self.of(given[0]) else given[2])
        a, *others = map(self.of, given) if given else [None]
        if name == "add":
            return sum(others, a)
        if name == "multiply":
            for b in others:
                a = a @ b if np.ndim(a) == 2 and np.ndim(b) else a * b
            return a
        return self.special(name, a, *others)

    def special(self, name: str, a: Any, *others: Any) -> Any:
        if name in ("gradient", "hessian"):
            answer = getattr(self.seen, name)(*a)
            return np.array(answer) if name == "gradient" else np.array(answer)[[0, 1, 1, 2]].reshape(2, 2)
        if name == "identity":
            return np.eye(2)
        if name == "norm":
            return np.hypot(*a)
        if name == "sqrt" and np.ndim(a) == 2:
            eigenvalues, axes = np.linalg.eigh(a)
            return axes @ np.diag(np.sqrt(np.maximum(eigenvalues, 0.0))) @ axes.T
        if name == "absolute" and np.ndim(a) == 2:
            eigenvalues, axes = np.linalg.eigh(a)
            return axes @ np.diag(np.maximum(abs(eigenvalues), others[0])) @ axes.T
        if name in ("inverse", "pseudo_inverse"):
            return np.linalg.inv(a) if name == "inverse" else np.linalg.pinv(a)
        return OPERATIONS[name](a, *others)


def holds(t: Trajectory, k: int, rtol: float = 1e-9) -> int:
    """Whether all that is written of the step after point k is true; how many formulas there are."""
    explained = explanation(type(t.rule), t.surface.compiled.on_floats.gauss_newton is not None)
    (row,) = rows(t, [k])
    numbers, formulas = Numbers(explained, row, t.seen(k + 1)), 0
    for line in explained.lines:
        letter, value = explained.letters[line.letter], numbers.values[line.letter]
        found = [numbers.of(one) for one in line.formulas]
        if len(found) > 1:
            found = [np.array([one if np.ndim(one) == 0 else one[i] for i, one in enumerate(found)])]
        for one in found:
            formulas += 1
            if not np.isfinite(value).all():
                assert not np.isfinite(one).all()
                continue
            np.testing.assert_allclose(
                one * np.ones_like(value), value, rtol=rtol, atol=1e-12, err_msg=letter.symbol
            )
        if line.said:
            assert value in range(len(line.said))
    last = explained.lines[-1]
    assert explained.letters[last.letter][:2] == ("w", "next")
    reached = numbers.values[last.letter]
    reached = reached if np.isfinite(reached).all() else np.full(2, np.nan)  # as a run has it
    np.testing.assert_allclose(reached, t.points[k + 1], rtol=rtol, atol=1e-12)
    return formulas


@pytest.mark.parametrize("what", SMALL)
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_what_is_written_of_a_step_is_what_the_run_did(key: str, what: str) -> None:
    t = made(key, **SMALL[what])
    with np.errstate(all="ignore"):
        finite = int(np.isfinite(t.points).all(axis=-1).sum()) - 1
        for k in {0, 1, min(7, finite), min(11, finite)}:
            assert holds(t, k, ROUGH.get(key, 1e-9)) >= 1


@pytest.mark.parametrize(
    ("key", "settings"),
    [("adam", {"bias_correction": 0.0}), ("newton", {"safeguard": 0.5}), ("radam", {"beta2": 0.6}),
     ("lion", {"weight_decay": 0.1}), ("lbfgs", {"memory": 2.0}), ("backtracking", {"learning_rate": 5.0}),
     ("nelder_mead", {"size": 2.0}), ("exact_line_search", {"learning_rate": 0.8})],
)  # fmt: skip
def test_at_other_settings_too(key: str, settings: dict[str, float]) -> None:
    t = run(LANDSCAPES["walled_saddle"], OPTIMIZERS[key](**settings), (0.7, 0.3), 30)
    for k in range(30):
        holds(t, k)


@pytest.mark.parametrize("key", [key for key, rule in OPTIMIZERS.items() if explanation(rule).program])
def test_the_browsers_program_makes_the_same_row(key: str) -> None:
    t = made(key, surface="himmelblau", schedule="linear", noise=0.1)
    explained, rates = (
        explanation(type(t.rule), True),
        t.rule.settings.get("learning_rate", np.nan) / np.arange(1.0, 13.0),
    )
    assert explained.program is not None
    for k in (0, 1, 7, 11):
        state = leaves(t.remembered[k])
        found = executed(
            explained.program,
            *t.points[k],
            *state,
            rates[k],
            k + 1.0,
            0.0,
            *t.rule.settings.values(),
            surface=t.seen(k + 1),
        )
        theirs, ours = (
            Numbers(explained, found, t.seen(k + 1)),
            Numbers(explained, rows(t, [k])[0], t.seen(k + 1)),
        )
        for line in explained.lines:
            np.testing.assert_allclose(
                theirs.values[line.letter], ours.values[line.letter], rtol=1e-9, atol=1e-14
            )


def test_the_panel_brings_the_numbers_that_the_browser_cannot_make() -> None:
    entries = (Entry("A", OPTIMIZERS["adam"]()), Entry("B", OPTIMIZERS["bfgs"]()))
    scenario = Scenario(LANDSCAPES["himmelblau"], (-0.5, -1.0), entries, steps=200)
    lines, _ = judged_runs(scenario, LIGHT)
    taped = step("step", scenario, lines, shown=True)
    assert (taped.facts["of"], taped.content) == ("A", b"")
    other = scenario.looking(of="B", step=3)
    assert step("step", other, lines, shown=False).content == b""
    panel = step("step", other, lines, shown=True)
    first, width, counts = (panel.facts[name] for name in ("first", "width", "trials"))
    assert (first, len(counts)) == (0, 44)
    sent = np.frombuffer(panel.content, "<f4")
    assert len(sent) == width * len(counts) + 2 * sum(counts)
    wanted = rows(lines[1].trajectory, range(len(counts)))
    np.testing.assert_allclose(sent[: width * len(counts)].reshape(-1, width), wanted, rtol=1e-6)
    asked = lines[1].trajectory.trials[1]  # of the first step: its losses but that at the start
    losses = asked[asked[:, 2] == 0.0][1:, :2]
    np.testing.assert_allclose(sent[width * len(counts) :][: 2 * counts[0]], losses.ravel(), rtol=1e-6)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_letters_can_be_read_on_paper(look: Look) -> None:
    def light(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear)) + 0.05

    for color in look.letters:
        low, high = sorted((light(color), light(look.paper)))
        assert high / low >= 4.5


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_has_letters_for_what_it_remembers(key: str) -> None:
    rule = OPTIMIZERS[key]
    assert len(rule.symbols) == len(rule.per_coordinate) + len(rule.shared)
    assert len(set(rule.symbols)) == len(rule.symbols)
    assert all(rule.symbols)
