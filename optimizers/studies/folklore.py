"""Does a rule find the global minimum more often? Shares of starts, and how far chance may have moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from landscapes import Array, Landscape
from optimizers.checks import MAX_STEPS, checked_steps, checked_whole
from optimizers.maps.lanes import follow_ends
from optimizers.optimizer import Optimizer
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import after
from optimizers.verdicts.kinds import CODES, Codes, Kind

RATES: tuple[float, ...] = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Learning rates that are tried where a contender is to run at its best."""

_Z = 1.959963984540054
"""Standard deviations around the mean of a normal distribution that hold 95 % of it."""


class Contender(NamedTuple):
    """A rule at a stated rate, and the noise on its gradients.

    Noise is on for the first half of the steps; then it is off, so that the run can come to rest.
    """

    name: str
    rule: Optimizer
    noise: float = 0.0


@dataclass(frozen=True)
class Finding:
    """How often a contender reached the global minimum.

    Attributes
    ----------
    share
        Of ``starts`` random starts, over all seeds of the noise.
    low, high
        95 % interval of the share over other starts: Wilson's; where there is noise, the starts of one
        seed share its draws, and the interval is the wider of Wilson's for one seed's starts and Student's
        over seeds.
    by_seed
        The share under every seed of the noise; a single one without noise.
    diverged
        The share that left for good.
    """

    contender: Contender
    starts: int
    share: float
    low: float
    high: float
    by_seed: tuple[float, ...]
    diverged: float


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval for the probability of a hit, after ``hits`` in ``tries``.

    Source: Wilson, 1927, Probable inference, the law of succession, and statistical inference.
    """
    share, z = hits / tries, _Z
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return max(0.0, middle - half), min(1.0, middle + half)


def spread_starts(surface: Landscape, count: int, seed: int) -> Array:
    """So many independent starts, evenly likely anywhere in the window, (count, 2)."""
    low, high = np.array(surface.window).T
    return np.asarray(np.random.default_rng(seed).uniform(low, high, (count, 2)))


TUNING_STARTS = 200
"""Starts from which a rule's rate is chosen."""


def tuned(
    surface: Landscape,
    rule: Optimizer,
    steps: int,
    starts: int = TUNING_STARTS,
    seed: int = 1,
    rates: Sequence[float] = RATES,
    pace: Pace | None = None,
) -> Optimizer:
    """The rule at the rate of ``rates`` that reaches the global minimum from most of the starts.

    The starts must be others than those that are reported, so ``seed`` must be another one than there: a
    best of many that is measured where it was chosen flatters. Of equals the smallest rate. A rule without
    a learning rate comes back as it is. ``pace`` counts the steps of all runs, one from
    every start at every rate.
    """
    if "learning_rate" not in rule.settings:
        return rule
    points = spread_starts(surface, starts, seed)
    lanes, column = np.tile(points, (len(rates), 1)), np.repeat(np.array(rates), len(points))
    codes = follow_ends(surface, rule, lanes, steps, fields={"learning_rate": column}, pace=pace).codes
    hits = (codes == CODES[Kind.GLOBAL_MINIMUM]).reshape(len(rates), -1).sum(axis=-1)
    best: Optimizer = rule.holding({**rule.settings, "learning_rate": float(rates[int(hits.argmax())])})
    return best


def found_global(
    surface: Landscape,
    contenders: Sequence[Contender],
    steps: int = 400,
    starts: int = 1000,
    seeds: int = 8,
    seed: int = 0,
    pace: Pace | None = None,
) -> tuple[Finding, ...]:
    """How often each contender comes to rest at the global minimum, all from the same random starts.

    ``pace`` counts the steps of all runs; every start of every seed has its own.

    Raises
    ------
    ValueError
        If no global minimum is declared, the starts are not a whole number from 10 to 20,000, the seeds not
        one from 2 to 100, or the steps not one from 2 to 5,000.
    """
    if surface.minimum is None or not surface.minimizers:
        raise ValueError(f"{surface.name} has no global minimum that could be found.")
    starts, seeds = checked_whole("Starts", starts, 10, 20_000), checked_whole("Seeds", seeds, 2, 100)
    steps = checked_whole("Steps", steps, 2, MAX_STEPS)
    points = spread_starts(surface, starts, seed)
    found, done = [], 0
    for contender in contenders:
        codes = []
        for one in range(seeds if contender.noise else 1):
            codes.append(_codes(surface, contender, points, steps, one, after(pace, done)))
            done += starts * steps
        found.append(_finding(contender, np.array(codes)))
    return tuple(found)


def _codes(
    surface: Landscape, contender: Contender, starts: Array, steps: int, seed: int, pace: Pace | None
) -> Codes:
    if not contender.noise:
        return follow_ends(surface, contender.rule, starts, steps, pace=pace).codes
    noisy, n = steps // 2, len(starts)
    ends = np.empty_like(starts)
    for some in np.array_split(np.arange(n), max(1, n // 500)):
        together = None if pace is None else _together(pace, int(some[0]) * noisy, len(some))
        t = run(surface, contender.rule, starts[some], noisy, noise=contender.noise, seed=seed, pace=together)
        ends[some] = t.points[-1]
    codes: Codes = np.full(n, CODES[Kind.DIVERGED], dtype=np.int8)
    left = np.flatnonzero(np.isfinite(ends).all(axis=-1))
    codes[left] = follow_ends(
        surface, contender.rule, ends[left], steps - noisy, pace=after(pace, n * noisy)
    ).codes
    return codes


def _together(pace: Pace, before: int, runs: int) -> Pace:
    """A pace that counts the steps of single runs, for so many that step together."""
    return lambda made: max(1, pace(before + made * runs) // runs)


_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's factors for 95 % with 1, 2, … degrees of freedom."""


def _finding(contender: Contender, codes: Codes) -> Finding:
    hits = codes == CODES[Kind.GLOBAL_MINIMUM]
    by_seed, (seeds, starts) = hits.mean(axis=-1), hits.shape
    share = float(by_seed.mean())
    low, high = wilson(round(share * starts), starts)
    if seeds > 1:
        factor = _STUDENT[seeds - 2] if seeds - 2 < len(_STUDENT) else _Z
        half = factor * float(by_seed.std(ddof=1)) / sqrt(seeds)
        low, high = max(0.0, min(low, share - half)), min(1.0, max(high, share + half))
    diverged = float(np.mean(codes == CODES[Kind.DIVERGED]))
    return Finding(contender, starts, share, low, high, tuple(by_seed.tolist()), diverged)


class Answer(NamedTuple):
    """What the numbers say: who beat the first contender, who was beaten by it, and a sentence."""

    more: tuple[str, ...]
    less: tuple[str, ...]
    sentence: str


def compared(found: Sequence[Finding]) -> Answer:
    """Which contenders reached the global minimum more, or less, often than the first of them.

    Only where the 95 % intervals do not overlap, which is stricter than a test of the difference.
    """
    first, *others = found
    more = tuple(one.contender.name for one in others if one.low > first.high)
    less = tuple(one.contender.name for one in others if one.high < first.low)
    never = [one.contender.name for one in found if one.share == 0.0]
    always = [one.contender.name for one in found if one.share == 1.0]
    base = f"{first.contender.name} ({_percent(first)})"
    says = []
    for names, word in ((more, "more"), (less, "less")):
        told = [f"{one.contender.name} ({_percent(one)})" for one in others if one.contender.name in names]
        if told:
            says.append(f"{_listed(told)} reached the global minimum {word} often than {base}.")
    if not says:
        says.append(f"From {first.starts:,} starts nobody did clearly better or worse than {base}.")
    if always:
        says.append(f"{_listed(always)} reached it from every one of these starts.")
    elif never:
        says.append(f"None of them always reached it; {_listed(never)} never did.")
    else:
        says.append("None of them always reached it.")
    return Answer(more, less, " ".join(says))


def _percent(one: Finding) -> str:
    return f"{100 * one.share:.0f} %, between {100 * one.low:.0f} and {100 * one.high:.0f}"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def always_global(
    surfaces: Sequence[Landscape],
    rules: Sequence[Optimizer],
    steps: int = 300,
    resolution: int = 15,
    pace: Pace | None = None,
) -> tuple[Array, tuple[Optimizer, ...]]:
    """Which rule always finds the global minimum: shares (rules, surfaces), and the rules that do.

    Every rule starts from a grid of ``resolution`` × ``resolution`` over each window, at its own settings.
    ``pace`` counts the steps of all runs.

    Raises
    ------
    ValueError
        If the resolution is not a whole number from 2 to 100 or the steps are not from 1 to 5,000.
    """
    n, steps = checked_whole("Resolution", resolution, 2, 100), checked_steps(steps)
    share = np.zeros((len(rules), len(surfaces)))
    for j, surface in enumerate(surfaces):
        grid = np.meshgrid(*(np.linspace(low, high, n) for low, high in surface.window))
        starts = np.stack(grid, axis=-1).reshape(-1, 2)
        for i, rule in enumerate(rules):
            before = (j * len(rules) + i) * len(starts) * steps
            codes = follow_ends(surface, rule, starts, steps, pace=after(pace, before)).codes
            share[i, j] = np.mean(codes == CODES[Kind.GLOBAL_MINIMUM])
    return share, tuple(rule for rule, row in zip(rules, share, strict=True) if (row == 1.0).all())
