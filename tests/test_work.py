"""Long computations: the same bits in slices, a bounded budget, turns, and a store of bounded size."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from gc import collect
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from weakref import ref

import numpy as np
import pytest
from cachetools import LRUCache
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from test_pages import drawn, opened, picture, said, shown, sound, typed, widget

from charts import LIGHT
from landscapes import LANDSCAPES, once, parse_landscape
from landscapes.once import kept_with, recall, size
from optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Trajectory, judge, run
from optimizers.arithmetic import leaves
from ui import progress, runs, work
from ui.runs import judged_runs
from ui.scenario import Entry, Scenario, default_scenario
from ui.work import BUDGET, TooMuch, Work

every_rule = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "noise": {"noise": 0.3, "seed": 4},
    "schedule": {"schedule": SCHEDULES["cosine"]()},
    "feedback": {"schedule": SCHEDULES["stagnation"]()},
    "batches": {"batch_size": 3, "seed": 4},
    "all": {"schedule": SCHEDULES["stagnation"](), "noise": 0.1, "batch_size": 1, "seed": 9},
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing computed or refused in another test is known."""
    monkeypatch.setattr(once, "_store", LRUCache(once.LARGEST, getsizeof=lambda entry: entry.size))
    monkeypatch.setattr(work, "_turns", work._Turns())
    work._refused.clear()


# In slices


def irregular(told: list[int]) -> Any:
    sizes = cycle((1, 3, 7, 2))

    def pace(done: int) -> int:
        told.append(done)
        return next(sizes)

    return pace


@every_rule
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_run_in_slices_has_the_same_bits(rule: type[Optimizer], settings: dict[str, Any]) -> None:
    surface, told = LANDSCAPES["line_fit"], []
    whole, sliced = (
        run(surface, rule(), surface.start, 40, pace=pace, **settings) for pace in (None, irregular(told))
    )
    assert told == [0, 1, 4, 11, *(13 * i + k for i in (1, 2) for k in (0, 1, 4, 11)), 39]
    for one, other in zip(every_number(whole), every_number(sliced), strict=True):
        np.testing.assert_array_equal(one, other)


def every_number(t: Trajectory) -> Iterator[Any]:
    yield from (t.points, t.learning_rates, t.evaluations)
    yield from leaves(t.last_state)


def test_lanes_in_slices_have_the_same_bits() -> None:
    surface, starts = LANDSCAPES["himmelblau"], [(0.1, 0.2), (3.0, -1.0)]
    for rule in (OPTIMIZERS["adam"](), OPTIMIZERS["lbfgs"]()):
        whole, sliced = (run(surface, rule, starts, 30, pace=pace) for pace in (None, irregular([])))
        for one, other in zip(every_number(whole), every_number(sliced), strict=True):
            np.testing.assert_array_equal(one, other)


class Cancelled(BaseException):
    """As Streamlit ends a script."""


def test_a_run_ends_where_its_pace_raises() -> None:
    surface = LANDSCAPES["rosenbrock"]
    for error in (Cancelled, ValueError, ZeroDivisionError):  # two of which a step may raise, and go on

        def pace(done: int, error: type[BaseException] = error) -> int:
            if done:
                raise error
            return 10

        with pytest.raises(error):
            run(surface, OPTIMIZERS["adam"](), surface.start, 50, pace=pace)


def test_the_runs_that_confirm_a_cause_have_the_pace_too() -> None:
    surface, told = LANDSCAPES["quadratic"], []
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=0.11), surface.start, 60)
    assert judge(surface, t, irregular(told)) == judge(surface, t)
    assert told.count(0) == 1
    assert len(told) > 10


# Budget


class Seconds:
    """A clock that goes on by so much whenever it is read."""

    def __init__(self, each: float = 0.0) -> None:
        self.now, self.each = 0.0, each

    def __call__(self) -> float:
        self.now += self.each
        return self.now


def working(
    question: object = "question", count: int = 2, steps: int = 1_000, **options: Any
) -> tuple[Work, Seconds, list[str]]:
    seconds, told = Seconds(), list[str]()
    options = {"tell": told.append, "processor": seconds, "clock": seconds} | options
    return Work(question, count, steps, **options), seconds, told


@pytest.mark.parametrize(
    ("before", "done", "seconds", "fits"),
    [
        ([], 100, 5.1, 20),  # 100 steps a budget, so 40 of two runs leave a fifth
        ([], 500, 5.1, 100),
        ([4.0], 500, 1.1, 500),  # the first took 4 ms a step, the second 2.2
        ([0.5], 10, 4.6, 5),
        ([], 1, 5.1, 1),
        ([2.6], 1_000, 2.6, 500),  # while it is judged
    ],
)
def test_what_is_over_the_budget_is_refused_with_a_round_length_that_fits(
    before: list[float], done: int, seconds: float, fits: int
) -> None:
    task, now, _ = working()
    for cost in before:
        task.begin("run A")
        task.end(cost)
    task.begin("run B")
    pace = task.pace("Computing")
    assert pace(0) >= 1
    now.now += seconds
    with pytest.raises(TooMuch) as refused, task:
        pace(done)
    assert refused.value.steps == fits


def test_what_others_paid_for_counts_and_what_fits_is_not_refused() -> None:
    task, _, _ = working(count=3)
    with task:
        for cost in (2.0, 2.9):
            task.begin("run A")
            task.end(cost)
        task.begin("run C")
        with pytest.raises(TooMuch):
            task.end(0.2)


def test_one_step_is_never_too_much() -> None:
    task, now, _ = working(steps=1)
    with task:
        task.begin("run A")
        now.now += 100.0
        task.pace("Computing")(0)
        task.end(100.0)


def test_a_refusal_is_known_to_all_who_ask_the_same() -> None:
    for question, known in (("heavy", False), ("heavy", True), ("other", False)):
        task, now, _ = working(question)
        with task:
            if known:
                with pytest.raises(TooMuch):
                    task.begin("run A")
                continue
            task.begin("run A")
            now.now += 6.0
            with pytest.raises(TooMuch):
                task.pace("Computing")(20)


def test_slices_are_as_long_as_the_eye_does_not_see() -> None:
    for step in (1e-5, 1e-3, 0.1):
        task, now, _ = working(budget=1e9)
        pace, done = task.pace("Computing"), 0
        task.begin("run A")
        with task:
            for _ in range(30):
                more = pace(done)
                done += more
                now.now += more * step
        assert more == pytest.approx(max(1.0, 0.01 / step), rel=0.2)


# What a visitor is told


def test_a_visitor_is_told_of_long_computations_alone() -> None:
    task, now, told = working()
    with task:
        task.begin("run C")
        pace = task.pace("Computing")
        for done in range(0, 900, 30):
            pace(done)
            now.now += 0.05
    assert told[0] in ("Computing run C: 18 %", "Computing run C: 21 %")
    assert told[-1] == ""
    assert 6 <= len(told) - 1 <= 7  # 1.15 s, told every fifth of a second
    short, now, told = working()
    with short:
        short.begin("run A")
        now.now += 0.29
        short.pace("Computing")(100)
    assert told == []


def test_the_line_is_left_to_the_next_picture_where_one_is_wanted() -> None:
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        raise Cancelled

    task, now, _ = working(tell=tell)
    task.begin("run A")
    now.now += 1.0
    pace = task.pace("Computing")
    with pytest.raises(Cancelled), task:
        pace(10)
    assert told == ["Computing run A: 1 %"]


@pytest.mark.parametrize("in_fragment", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
def test_a_change_of_a_part_of_the_page_ends_the_run_too(
    in_fragment: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = ScriptRequests()
    if wanted:
        requests.request_rerun(RerunData(fragment_id="one"))
    assert requests.on_scriptrunner_yield() is None  # why Streamlit itself is not enough
    context = SimpleNamespace(script_requests=requests, fragment_ids_this_run=["one"] * in_fragment)
    monkeypatch.setattr(progress, "get_script_run_ctx", lambda **_: context)
    rerun: list[str] = []
    monkeypatch.setattr(progress.st, "rerun", lambda scope: rerun.append(scope))
    place = SimpleNamespace(html=lambda text: None, empty=lambda: None)
    progress.telling(place)("Computing run A: 1 %")
    assert rerun == ["fragment" if in_fragment else "app"] * wanted


# Turns


def test_long_computations_take_turns() -> None:
    turns = work._Turns()
    who = first, second, third = object(), object(), object()
    assert [turns.mine(one, 0.0) for one in who] == [True, False, False]
    turns.pass_on()
    assert [turns.mine(one, 0.0) for one in who] == [False, True, False]
    turns.leave(second)
    assert [turns.mine(one, 0.0) for one in (first, third)] == [False, True]
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(turns.mine, first, 60.0)
        turns.leave(third)
        assert waiting.result(10)


def test_one_long_computation_goes_on_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_TURN", 0.0)
    inside: set[str] = set()
    seen: list[str] = []

    def compute(name: str) -> None:
        with Work(name, 1, 1_000, lambda sentence: None, budget=1e9, processor=Seconds(0.2)) as task:
            task.begin(name)
            pace = task.pace("Computing")
            for done in range(100):
                pace(done)
                assert not inside
                inside.add(name)
                seen.append(name)
                time.sleep(1e-4)  # any other that goes on too comes by now
                inside.discard(name)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(compute, "ABCD"))
    assert sorted(seen) == sorted("ABCD" * 100)
    assert not work._turns._queue


def test_who_waits_for_another_lets_it_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A's turn is the one that B needs to compute what A is waiting for."""
    monkeypatch.setattr(work, "_TURN", 0.01)
    begun, waiting = Event(), Event()
    tasks = {name: Work(name, 1, 1_000, lambda _: None, budget=1e9, processor=Seconds(0.2)) for name in "AB"}

    def make() -> str:
        begun.set()
        assert waiting.wait(10)
        tasks["B"].pace("Computing")(1)
        return "made"

    def meanwhile() -> None:
        tasks["A"].wait()
        waiting.set()

    with ThreadPoolExecutor(1) as other:
        made = other.submit(recall, "key", make)
        assert begun.wait(10)
        tasks["A"].pace("Computing")(1)
        assert work._turns.mine(tasks["A"], 0.0)
        assert recall("key", lambda: "again", meanwhile) == "made" == made.result(10)
    work._turns.leave(tasks["B"])


# The store


@pytest.mark.parametrize("error", [Cancelled, ValueError])
def test_a_computation_that_is_given_up_wakes_the_others(error: type[BaseException]) -> None:
    begun, given_up, made = Event(), Event(), []

    def failing() -> str:
        begun.set()
        assert given_up.wait(10)
        raise error

    def first() -> None:
        with pytest.raises(error):
            recall("key", failing)

    def make() -> str:
        made.append(1)
        return "made"

    thread = Thread(target=first)
    thread.start()
    assert begun.wait(10)
    with ThreadPoolExecutor(5) as others:
        found = [others.submit(recall, "key", make, given_up.set) for _ in range(5)]
        assert [one.result(10) for one in found] == ["made"] * 5
    thread.join(10)
    assert made == [1]


def test_who_waits_may_give_up_without_a_harm_to_the_others() -> None:
    begun, wanted = Event(), Event()

    def make() -> str:
        begun.set()
        assert wanted.wait(10)
        return "made"

    def give_up() -> None:
        raise Cancelled

    with ThreadPoolExecutor(1) as other:
        made = other.submit(recall, "key", make)
        assert begun.wait(10)
        with pytest.raises(Cancelled):
            recall("key", make, give_up)
        wanted.set()
        assert made.result(10) == recall("key", lambda: "again") == "made"


def test_the_store_keeps_what_was_asked_for_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_store", LRUCache(400_000, getsizeof=lambda entry: entry.size))
    for k in (0, 1, 2, 0, 3):
        recall(k, lambda: np.zeros(20_000))
    assert [*once._store] == [0, 3]
    assert recall("too large", lambda: np.zeros(100_000)).size == 100_000
    assert [*once._store] == [0, 3]


def test_sizes_are_those_of_arrays_texts_and_what_holds_them() -> None:
    numbers = np.zeros((1_000, 3))
    assert 24_000 <= size(numbers) <= 24_200
    assert 24_000 <= size(numbers[:, :]) <= 24_200  # a view keeps all that it shows
    assert 72_000 <= size((numbers, [numbers.copy(), {"a": numbers.copy()}])) <= 73_000
    assert 5_000 <= size("x" * 5_000) <= 5_100


@every_rule
def test_a_run_knows_what_it_will_take(rule: type[Optimizer]) -> None:
    surface = LANDSCAPES["line_fit"]
    for settings in (SETTINGS["all"], {}):
        t = run(surface, rule(), surface.start, 2_000, **settings)
        before = t.nbytes
        kept = [t.points, t.learning_rates, t.values, t.gradients, t.evaluations, *t.states.values()]
        taken = sum(map(size, [*kept, *(t.batches or ()), *([t.points] if t.noise else [])]))
        assert taken <= t.nbytes == before <= 1.2 * taken
        assert not any(isinstance(one, list) for one in vars(t).values())
        assert len(t.trials) == 2_001
        assert "trials" not in vars(t)


_FILL = """
import sys
import psutil
from cachetools import LRUCache
from landscapes import LANDSCAPES, once, parse_landscape
from charts import LIGHT
from optimizers import OPTIMIZERS, known_minima
from ui.runs import judged_runs
from ui.scenario import Entry, Scenario
from ui.stage import pack_terrain

once._store = LRUCache(8 * 2**20, getsizeof=lambda entry: entry.size)
surface = LANDSCAPES["line_fit"]

def visit(k):
    if sys.argv[1] == "runs":
        entries = tuple(Entry(slot, OPTIMIZERS[key]()) for slot, key in zip("AB", ("adam", "radam")))
        s = Scenario(surface, (0.1, 0.001 * k), entries, 5_000, 0.1, k).with_batch_size(5)
        for line in judged_runs(s, LIGHT)[0]:
            t = line.trajectory
            t.values, t.gradients, t.evaluations, t.states
    else:
        s = parse_landscape("+".join(f"sin({i}x+{k})cosh({i}y/9)" for i in range(1, 9)))
        s.compiled, s.latex, s.gradient_latex, s.hessian_latex, known_minima(s), pack_terrain(s, LIGHT, False)

process, sizes = psutil.Process(), []
for k in range(int(sys.argv[2])):
    visit(k)
    sizes.append(process.memory_info().rss)
tenth = len(sizes) // 10
print((max(sizes) - sizes[tenth]) / 2**20, sum(entry.size for entry in once._store.values()) / 2**20)
"""


@pytest.mark.parametrize(("what", "visits"), [("runs", 14), ("formulas", 24)])
def test_the_fattest_visits_do_not_fill_the_memory(what: str, visits: int) -> None:
    command = [sys.executable, "-c", _FILL, what, str(visits)]
    root = Path(__file__).resolve().parent.parent
    out = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    grown, counted = map(float, out.split())
    assert counted > 6  # it was full
    assert grown < 24


# On the page


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock costs 50 ms, so that a few dozen steps are all that fits."""
    processor = Seconds(0.05)
    monkeypatch.setattr(runs, "Work", partial(Work, processor=processor))


def test_what_a_link_asks_for_too_much_of_is_opened_with_fewer_steps(slow: None) -> None:
    at = opened({"steps": "5000", "A": "adam", "B": "momentum", "noise": "0.1"})
    steps = drawn(at).steps
    assert 1 < steps < 5_000
    assert f"{steps}"[0] in "125"
    assert not f"{steps}"[1:].strip("0")
    assert "2 runs of 5,000 steps" in said(at)
    assert f"opened with {steps}" in said(at)
    assert "fewer runs or no noise" in said(at)
    assert shown(at, "steps") == steps
    assert f"steps={steps}" in picture(at)[0]["link"]
    sound(at.run())
    assert (drawn(at).steps, said(at)) == (steps, "")


def test_an_edit_that_asks_for_too_much_is_taken_back(slow: None) -> None:
    at = opened({"steps": "3"})
    before = drawn(at)
    sound(typed(at, "steps", 5_000).run())
    assert drawn(at) == before
    assert "change was taken back" in said(at)
    assert "no noise" not in said(at)
    assert shown(at, "steps") == 3
    sound(typed(at, "steps", 4).run())
    assert (drawn(at).steps, said(at)) == (4, "")


def test_what_a_link_has_opened_may_be_looked_at_and_taken_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may cost more than an edit may; to see it otherwise, or to export it, makes no run again."""
    judged = runs._judged

    def dear(*given: Any) -> Any:
        return judged(*given)._replace(cost=0.6 * BUDGET)  # two of them are over the budget

    monkeypatch.setattr(runs, "_judged", dear)
    once._store.clear()
    at = opened({"steps": "37"})
    assert said(at) == ""
    for on in (True, False):
        sound(widget(at.toggle, "projector").set_value(on).run())
        assert (drawn(at).shown.projector, said(at)) == (on, "")
    at.session_state["figure asked"] = {"serial": 1.0, "format": "png"}
    sound(widget(at.button, "export").click().run())
    sound(typed(at, "steps", 38).run())
    assert "change was taken back" in said(at)
    once._store.clear()


def test_a_visitor_whose_scenario_becomes_too_much_gets_a_shorter_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The store has forgotten it and the machine has become slower: there is no way back, and no loop."""
    at = opened({"steps": "200"})
    once._store.clear()
    monkeypatch.setattr(runs, "Work", partial(Work, processor=Seconds(0.05)))
    sound(at.run())
    assert drawn(at).steps < 200
    assert "opened with" in said(at)


def test_a_visitor_is_told_nothing_where_it_is_quick() -> None:
    told: list[str] = []
    judged_runs(replace(default_scenario(), steps=101), LIGHT, told.append)
    assert told == []


def test_a_cancelled_picture_leaves_nothing_behind_but_the_runs_that_were_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def tell(sentence: str) -> None:
        raise Cancelled

    scenario = replace(default_scenario(), steps=100)
    seconds = Seconds()

    def late(*args: Any) -> Work:
        return Work(*args, clock=seconds)

    judged_runs(replace(scenario, entries=scenario.entries[:1]), LIGHT)
    known = len(once._store)
    seconds.each = 0.2
    monkeypatch.setattr(runs, "Work", late)
    with pytest.raises(Cancelled):
        judged_runs(scenario, LIGHT, tell)
    assert len(once._store) == known
    assert not once._pending
    assert not work._turns._queue
    lines, verdicts = judged_runs(scenario, LIGHT)
    assert len(lines) == len(verdicts) == 2
    assert len(once._store) > known


def test_the_budget_is_that_of_all_runs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = parse_landscape("x^2 + 3y^2")
    entries = tuple(Entry(slot, OPTIMIZERS["adam"]()) for slot in "ABC")
    scenario = Scenario(surface, (1.0, 1.0), entries, steps=50)
    monkeypatch.setattr(runs, "recall", lambda *_: runs._Judged(None, None, BUDGET / 2.5))
    judged_runs(replace(scenario, entries=entries[:2]), LIGHT)
    with pytest.raises(TooMuch):
        judged_runs(scenario, LIGHT)


def test_what_is_kept_with_an_object_is_of_it_alone_and_goes_with_it() -> None:
    class Run:
        pass

    asked: list[tuple[str, str]] = []

    @kept_with(1)
    def told(before: str, run: Run, after: str) -> str:
        asked.append((before, after))
        return before + after

    first, second = Run(), Run()
    for of, before, after in ((first, "a", "b"), (first, "b", "a"), (second, "a", "b")):
        assert [told(before, of, after), told(before, of, after)] == [before + after] * 2
    assert asked == [("a", "b"), ("b", "a"), ("a", "b")]
    gone = ref(first)
    del first
    collect()
    assert gone() is None
