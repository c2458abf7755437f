"""Long computations: bounded, in slices, one at a time, told of, and given up when they are not wanted."""

from __future__ import annotations

import gc
import math
import sys
import time
from collections import deque
from collections.abc import Callable, Hashable
from functools import cache
from threading import Condition, Lock
from types import TracebackType

from cachetools import TTLCache

from optimizers.runs.trajectory import Pace
from ui.scenario import Scenario

BUDGET = 5.0
"""Seconds of processor time that the runs and verdicts of one picture may take."""

_QUIET = 0.3
"""Seconds after which a visitor is told how far it is."""
_TOLD = 0.2
"""Seconds from one such sentence to the next, and at most until a change is noticed."""
_SHORT = 0.1
"""Seconds of processor time after which a computation is long, and takes turns with the others."""
_SLICE = 0.01
"""Seconds after which a run is interrupted to look around."""
_TURN = 0.1
"""Seconds after which a long computation lets the next one go on."""

# A thread that asks for the interpreter gets it from one that computes after so many seconds. With Python's
# own 5 ms a visitor's answer, which passes between threads many times, takes five times as long.
sys.setswitchinterval(0.0005)


@cache
def _freeze() -> None:
    """Take what has been imported from the collector, which else walks through it every few seconds.

    That takes 60 to 140 ms, in which nobody is served.
    """
    gc.freeze()


class TooMuch(Exception):  # noqa: N818 - a refusal, not an error
    """A picture is over its budget; with ``steps`` steps a run it is not, as far as can be seen."""

    def __init__(self, steps: int) -> None:
        super().__init__(f"too much to compute: {steps} steps would do")
        self.steps = steps


def too_long(scenario: Scenario, steps: int, linked: bool) -> str:
    """Why a scenario was not computed, and what would help; a link was opened with so many steps instead."""
    count = len(scenario.entries)
    unit = scenario.budget.unit
    runs = (
        f"{count} runs of {scenario.steps:,} {unit}" if count > 1 else f"A run of {scenario.steps:,} {unit}"
    )
    asked = f"{runs} on this surface would take more than {BUDGET:g} s to compute"
    others = ["fewer runs"] * (count > 1) + ["no noise"] * (scenario.noise > 0.0)
    others += ["a shorter formula"] * (scenario.surface.text is not None)
    if linked:
        also = f" More are possible with {' or '.join(others)}." if others else ""
        return f"{asked}, so the link was opened with {steps:,}.{also}"
    helps = ", or with ".join([f"{steps:,} {unit}", *([" or ".join(others)] if others else [])])
    return f"{asked}, and the change was taken back. It is possible with {helps}."


class _Turns:
    """Long computations stand in a queue, and the first goes on.

    Any number of threads that compute share the interpreter evenly with the one that answers a neighbour:
    it would wait in proportion to their number.
    """

    def __init__(self) -> None:
        self._queue: deque[object] = deque()
        self._moved = Condition()

    def mine(self, who: object, seconds: float) -> bool:
        """Whether it is this one's turn, now or within so many seconds; who is not in the queue joins it."""
        with self._moved:
            if who not in self._queue:
                self._queue.append(who)
            if self._queue[0] is not who:
                self._moved.wait(seconds)
            return self._queue[0] is who

    def pass_on(self) -> None:
        """The first becomes the last."""
        with self._moved:
            self._queue.rotate(-1)
            self._moved.notify_all()

    def leave(self, who: object) -> None:
        """Who leaves is done, or has to wait for something else."""
        with self._moved:
            if who in self._queue:
                self._queue.remove(who)
                self._moved.notify_all()


_turns = _Turns()
_refused: TTLCache[Hashable, int] = TTLCache(256, ttl=600.0)
"""What was too much, and the steps that are not: a class that opens the same link learns it together."""
_refusing = Lock()


class Work:
    """The computation of one picture, run after run, in a ``with`` block.

    Parameters
    ----------
    question
        What is computed, as a key.
    runs, steps
        How many runs there are, and how long each is. One step is never too much.
    tell
        Called with a sentence every fifth of a second once it takes long, and with none at the end. It may
        raise, to give the computation up.
    budget
        Seconds of processor time; what others had to pay for runs that are known counts, so that the answer
        does not depend on what was asked before.
    processor, clock
        Seconds of this thread's work, and of waiting.
    """

    def __init__(
        self,
        question: Hashable,
        runs: int,
        steps: int,
        tell: Callable[[str], None],
        budget: float = BUDGET,
        processor: Callable[[], float] = time.thread_time,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        _freeze()
        self._question, self._runs, self._steps = question, runs, steps
        self._tell, self._budget = tell, budget
        self._processor, self._clock = processor, clock
        self._costs: list[float] = []
        self._name, self._done, self._since = "", 0, processor()
        self._said: float | None = None
        self._begun, self._own = clock(), processor()
        self._turn: float | None = None

    def __enter__(self) -> Work:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._aside()
        if self._said is not None and (kind is None or kind is TooMuch):
            self._tell("")

    def begin(self, name: str) -> None:
        """Begin the next run, or whatever is called so."""
        self._name, self._done, self._since = name, 0, self._processor()
        self._check()

    def end(self, cost: float) -> None:
        """End the run; it has cost so many seconds, now or when it was computed."""
        self._costs.append(cost)
        self._done, self._since = 0, self._processor()
        self._check()

    @property
    def running(self) -> float:
        """Seconds that the present run has cost so far."""
        return self._processor() - self._since

    def pace(self, doing: str) -> Pace:
        """The pace of the present run, to compute or to judge it: slices, after which it looks around."""
        size, before = 16, self._processor()

        def ask(done: int) -> int:
            nonlocal size, before
            if done:
                taken = max(self._processor() - before, 1e-6)
                size = max(1, min(4 * size, int(size * _SLICE / taken)))
            self._done = max(self._done, done)
            self._check()
            sentence = f"{doing} {self._name}: {100 * done // self._steps} %"
            self._say(sentence)
            if self._processor() - self._own > _SHORT:
                self._take_turns(sentence)
            before = self._processor()
            return size

        return ask

    def wait(self) -> None:
        """Look around while another computes the present run."""
        self._aside()
        self._say(f"Waiting for {self._name}")

    def _say(self, sentence: str) -> None:
        now = self._clock()
        last = self._begun + _QUIET - _TOLD if self._said is None else self._said
        if now - last >= _TOLD:
            self._said = now
            self._tell(sentence)

    def _check(self) -> None:
        """Refuse what is over the budget, and what is known to be."""
        spent = sum(self._costs) + self.running
        with _refusing:
            if spent > self._budget and self._steps > 1:
                _refused[self._question] = self._fitting()
            if self._question in _refused:
                raise TooMuch(_refused[self._question])

    def _fitting(self) -> int:
        """The largest round number of steps that leaves a fifth of the budget, if all goes on as it went."""
        per_step = [cost / self._steps for cost in self._costs]
        if self._done:
            per_step.append(self.running / self._done)
        each = sum(per_step) / len(per_step) if per_step else self._budget
        fitting = min(0.8 * self._budget / (self._runs * each), self._steps - 1.0)
        power = 10 ** int(math.log10(max(1.0, fitting)))
        return max([1, *(m * power for m in (1, 2, 5) if m * power <= fitting)])

    def _take_turns(self, sentence: str) -> None:
        if self._turn is not None:
            if self._clock() - self._turn <= _TURN:
                return
            _turns.pass_on()
        while not _turns.mine(self, _TURN):
            self._say(sentence)
        self._turn = self._clock()

    def _aside(self) -> None:
        _turns.leave(self)
        self._turn = None
