"""What became of a run, as its card says it."""

from __future__ import annotations

import math

from charts import number
from landscapes import Landscape
from optimizers import Trajectory, Verdict, observed_rate
from ui.words import written


def became(surface: Landscape, trajectory: Trajectory, verdict: Verdict) -> str:
    """The verdict as HTML, and beside it the observed convergence rate R, where there is one."""
    head, colon, rest = written(verdict.sentence).partition(":")
    kept = _kept(observed_rate(surface, trajectory, verdict.kind), short=bool(rest))
    return f"<b>{head}</b>{colon}{rest} {kept}"


def _kept(rate: float, short: bool) -> str:
    """The rate R; beside a verdict that is not long, in words too."""
    if math.isnan(rate):
        return ""
    digits = max(2, 1 - math.floor(math.log10(1.0 - rate)))  # two of the share that goes
    rounded = round(rate, digits)
    shown = f"R\u00a0=\u00a0{rounded}" if rounded else "R\u00a0→\u00a00"
    share = number(100.0 * (1.0 - rounded), 3) if rounded else "more than 99"
    return f"{shown}." if short else f"Loses {share}\u00a0% a step: {shown}."
