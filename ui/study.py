"""Studies as pages ask for them: computed once for all who ask, in slices, within a budget, and told of."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from time import thread_time
from typing import TypeVar

import streamlit as st
from cachetools.keys import hashkey

from landscapes.once import recall
from optimizers.runs.trajectory import Pace
from ui.progress import telling
from ui.work import BUDGET, TooMuch, Work

T = TypeVar("T")

_EVIDENCE = 0.2
"""Share of the time after which it is foreseen how long the whole takes."""


class _TooSlow(Exception):  # noqa: N818 - a refusal, not an error
    """What is computed would take longer than it may."""


def finest(
    sizes: Sequence[int],
    make: Callable[[int, Pace], T],
    count: Callable[[int], int],
    pace: Pace,
    seconds: float,
    processor: Callable[[], float] = thread_time,
) -> T:
    """What ``make`` returns for the first of the sizes that takes no longer than so much processor time.

    ``count`` is how far the pace counts for a size. The last size may take as long as it does.
    """
    whole = count(sizes[0])

    def within(size: int, limit: float) -> Pace:
        begun, total = processor(), count(size)

        def ask(done: int) -> int:
            spent = processor() - begun
            if spent > _EVIDENCE * limit and spent * total > limit * done:
                raise _TooSlow
            return pace(done * whole // total)

        return ask

    for size in sizes[:-1]:
        try:
            return make(size, within(size, seconds))
        except _TooSlow:
            continue
    return make(sizes[-1], within(sizes[-1], math.inf))


def study(what: str, key: tuple[Hashable, ...], make: Callable[[Pace], T], count: int) -> T | None:
    """What ``make`` returns for all that ``key`` names; None, with a sentence, where it takes too long.

    ``what`` says in words what is computed, ``count`` is how far the pace counts. While it takes long, a
    quiet line says how far it is, and another change of the visitor ends it.
    """
    question = hashkey(what, *key)
    try:
        with Work(question, 1, count, telling(st.empty()), BUDGET) as work:
            work.begin(what)
            return recall(question, lambda: make(work.pace("Computing")), work.wait)
    except TooMuch:
        st.caption(f"Computing {what} would take more than {BUDGET:g} s here, and was given up.")
        return None
