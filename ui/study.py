"""Studies as pages ask for them: computed once for all who ask, in slices, within a budget, and told of."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st
from cachetools.keys import hashkey

from landscapes.once import recall
from optimizers.runs.trajectory import Pace
from ui.progress import telling
from ui.work import BUDGET, TooMuch, Work

T = TypeVar("T")


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
        st.caption(f"Computing {what} would take more than {BUDGET:g} s here: fewer steps would do.")
        return None
