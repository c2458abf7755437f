"""A run as programs that a browser can run: what the stepping function does, written down from itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from landscapes import Landscape
from landscapes.compiler import Functions
from landscapes.once import once
from landscapes.tape import surface_tape
from landscapes.tracing import QUESTIONS, Recorder, UntraceableError, record
from optimizers.arithmetic import each, leaves
from optimizers.optimizer import Optimizer
from optimizers.runs.stepping import stepped
from optimizers.schedules import Schedule


def tape(
    surface: Landscape, rule: Optimizer | type[Optimizer], schedule: Schedule | type[Schedule]
) -> dict[str, Any] | None:
    """The programs of a run, ready for JSON; None where one of the three cannot be taped.

    Numbers are not in it: it is the same for all hyperparameters, surface parameters, starts, noises and
    batches. Runs that share a rule or a schedule share its part; of a surface each has the programs that its
    rule asks for, which may be joined.
    """
    on_surface = surface_tape(surface)
    if on_surface is None:
        return None
    of_rule = rule_tape(_class(rule), "gauss_newton" in on_surface)
    of_schedule = schedule_tape(_class(schedule))
    if of_rule is None or of_schedule is None:
        return None
    needed = {*of_rule["asks"], "value", "gradient"}
    kept = {name: part for name, part in on_surface.items() if name not in QUESTIONS or name in needed}
    return {"surface": kept, "rule": of_rule, "schedule": of_schedule}


def _class(given: Any) -> Any:
    return given if isinstance(given, type) else type(given)


@once()
def rule_tape(rule: type[Optimizer], gauss_newton: bool = False) -> dict[str, Any] | None:
    """A rule's first state and its step as programs; None where they are not straight lines.

    ``initial`` takes x, y and the hyperparameters named in ``settings``. ``step`` takes x, y, the state,
    the rate, k, whether steps see different examples, and the hyperparameters; it returns x, y and the
    state.
    """
    keys = [h.key for h in rule.hyperparameters()]
    shape = rule().initial((0.0, 0.0))
    kept = len(leaves(shape))

    def begin(x: Any, y: Any, *settings: Any) -> list[Any]:
        built = rule().holding(dict(zip(keys, settings, strict=True)))
        return leaves(built.initial((x, y)))

    def step(recorder: Recorder, x: Any, y: Any, *given: Any) -> list[Any]:
        state, (rate, k, renews, *settings) = iter(given[:kept]), given[kept:]
        built = rule().holding(dict(zip(keys, settings, strict=True)))
        asked = Functions(*(partial(recorder.ask, question) for question in QUESTIONS))
        if not gauss_newton:
            asked = asked._replace(gauss_newton=None)
        point, left = stepped(built, asked, (x, y), each(lambda _: next(state), shape), rate, k, renews)
        return [*point, *leaves(left)]

    try:
        with np.errstate(all="ignore"):
            first = record(begin, 2 + len(keys))
            program = record(step, 2 + kept + 3 + len(keys), asks=True)
    except UntraceableError:
        return None
    return {
        "settings": keys,
        "initial": first,
        "step": program,
        "asks": [name for name in program["operations"] if name in QUESTIONS],
        "only_first_rate": rule.only_first_rate,
    }


@once()
def schedule_tape(schedule: type[Schedule]) -> dict[str, Any] | None:
    """A schedule's factor as a program of k, from 0, and its settings; None where it sees losses."""
    if schedule.feedback:
        return None
    keys = [h.key for h in schedule.hyperparameters()]

    def factor(k: Any, *settings: Any) -> list[Any]:
        return [schedule().holding(dict(zip(keys, settings, strict=True))).factor(k)]

    try:
        return {"settings": keys, "factor": record(factor, 1 + len(keys))}
    except UntraceableError:
        return None
