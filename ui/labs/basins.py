"""The lab of basins: which minimum each start leads to, by several rules, and whether one finds the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from charts import Line, Look, number
from charts.labs.basins import attraction_map
from charts.labs.small import small
from landscapes import LANDSCAPES, Landscape, Parameter
from optimizers import OPTIMIZERS, Basins, Kind, Optimizer, Verdict
from optimizers.runs.trajectory import Pace
from optimizers.studies.attraction import OTHER, Attraction, attraction, difference, named, shares
from optimizers.studies.folklore import (
    RATES,
    TUNING_STARTS,
    Contender,
    Finding,
    always_global,
    compared,
    found_global,
    tuned,
)
from optimizers.studies.watching import after
from ui.lab import Choice, Lab, Question
from ui.rates import suited
from ui.scenario import SLOTS, Entry, Scenario
from ui.study import finest, study

MOST = 4
"""Runs whose basins are shown side by side."""

RESOLUTIONS = (200, 100, 50, 25)
"""Starts to a side of a map: as many as a rule is fast enough for."""

_SECONDS = 2.0
"""Of processor time that one map may take before it gets fewer starts."""

_NAMED = 6
"""Minima whose shares are said one by one."""

_STARTS, _SEEDS, _STEPS = 500, 8, 400
"""Of the folklore test: starts, seeds of the noise, and steps of every run."""


def _opening() -> Scenario:
    surface = LANDSCAPES["six_hump_camel"]
    rules = (
        OPTIMIZERS["gradient_descent"](learning_rate=0.05),  # type: ignore[call-arg]
        OPTIMIZERS["momentum"](learning_rate=0.02),  # type: ignore[call-arg]
    )
    entries = tuple(starmap(Entry, zip(SLOTS, rules, strict=False)))
    return Scenario(surface, (-1.1, -0.6), entries, steps=200)


def compared_runs(s: Scenario) -> tuple[Entry, ...]:
    """The runs whose basins are shown."""
    return s.entries[:MOST]


def added(s: Scenario) -> Scenario:
    """One run more, at a rate that suits the surface."""
    more = s.add()
    (slot,) = {e.slot for e in more.entries} - {e.slot for e in s.entries}
    return more.with_rule(slot, suited(s.surface, more.entry(slot).rule))


def _mapped(s: Scenario, entry: Entry, sizes: Sequence[int] = RESOLUTIONS) -> Attraction | None:
    """The basins of a run's rule, on the finest grid that it is fast enough for."""
    what = f"the basins of {entry.rule.name}"
    return study(
        what, (s.surface, entry.rule, s.steps, entry.schedule, tuple(sizes)),
        lambda pace: finest(
            sizes, lambda n, mine: attraction(s.surface, entry.rule, n, s.steps, entry.schedule, mine),
            lambda n: 2 * n * n * s.steps, pace, _SECONDS,
        ),
        2 * sizes[0] ** 2 * s.steps,
    )  # fmt: skip


def mapped(s: Scenario) -> dict[str, Attraction]:
    """The basins of every run by its slot, with one numbering of the minima; without what takes too long."""
    found = {e.slot: one for e in compared_runs(s) if (one := _mapped(s, e)) is not None}
    alike = named([one.basins for one in found.values()]) if found else ()
    return {
        slot: replace(one, basins=basins)
        for (slot, one), basins in zip(found.items(), alike, strict=True)
    }  # fmt: skip


class Difference(NamedTuple):
    """Where two runs' ends differ: the codes of ``Agreement`` over the starts of a grid."""

    slots: tuple[str, str]
    basins: Basins
    codes: NDArray[np.int8]


def differing(s: Scenario, found: dict[str, Attraction]) -> Difference | None:
    """The difference of the two chosen runs, on the coarser of their grids; None unless both are shown."""
    chosen = str(s.settings["first"]), str(s.settings["second"])
    if chosen[0] == chosen[1] or not set(chosen) <= set(found):
        return None
    coarsest = min(len(found[slot].basins.x) for slot in chosen)
    pair = []
    for slot in chosen:
        one: Attraction | None = found[slot]
        if len(found[slot].basins.x) > coarsest:
            one = _mapped(s, s.entry(slot), [n for n in RESOLUTIONS if n == coarsest])
        if one is None:
            return None
        pair.append(one.basins)
    return Difference(chosen, pair[0], difference(*pair))


def told(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[str]:
    """Of every run: the shares of the starts by where they end, how long it took, and this start's end."""
    found = mapped(s)
    said = []
    for entry, verdict in zip(s.entries, verdicts, strict=True):
        one = found.get(entry.slot)
        said.append(f"{_shares(one)} This start: {verdict.sentence}" if one else verdict.sentence)
    return said


def _shares(found: Attraction) -> str:
    basins, groups = found.basins, dict[str, list[str]]()
    listed = shares(basins)
    for one in [one for one in listed if one.point][:_NAMED]:
        group = groups.setdefault(str(one.kind), [])
        group.append(f"{1 + basins.minima.index(one.point or (0.0, 0.0))}: {_percent(one.share)}")
    rest = [one.share for one in listed if one.point][_NAMED:]
    said = [f"{kind} {', '.join(group)}" for kind, group in groups.items()]
    said += [f"{len(rest)} more minima {_percent(sum(rest))}"] if rest else []
    names = {Kind.SADDLE: "saddle", Kind.DIVERGED: "diverged", OTHER: "elsewhere or on the way"}
    said += [f"{names[one.kind]} {_percent(one.share)}" for one in listed if not one.point]
    arrived, n = found.needed[found.needed >= 0], len(basins.x)
    half = f" Half of those that arrive need at most {np.median(arrived):.0f} steps." if arrived.size else ""
    coarse = f" (From {n} × {n} starts only: this rule is slow.)" if n < RESOLUTIONS[0] else ""
    return f"Where all starts end: {'; '.join(said)}.{half}{coarse}"


def _percent(share: float) -> str:
    return f"{number(100.0 * share, 3 if share >= 0.1 else 2)} %"


# Does a rule find the global minimum more often?


def _slope(surface: Landscape) -> float:
    """The median slope over the window: what noise is measured by."""
    across = np.meshgrid(*(np.linspace(low, high, 60) for low, high in surface.window))
    slopes = np.hypot(*np.moveaxis(surface.gradient(np.stack(across, axis=-1)), -1, 0))
    known = slopes[np.isfinite(slopes)]
    return float(np.median(known)) if known.size else 0.0


def folklore_noise(s: Scenario) -> float:
    """The noise of the folklore test: the chosen share of the surface's usual slope."""
    return float(f"{float(s.settings['jolt']) * _slope(s.surface):.2g}")


def contest(s: Scenario) -> tuple[Finding, ...] | None:
    """How often gradient descent, momentum, Adam and noise find the global minimum of the surface.

    Each at the best of several rates, found from other starts; None where no global minimum is declared.
    """
    surface, noise = s.surface, folklore_noise(s)
    if surface.minimum is None or not surface.minimizers:
        return None

    keys, each = ("gradient_descent", "momentum", "adam"), len(RATES) * TUNING_STARTS * _STEPS

    def make(pace: Pace) -> tuple[Finding, ...]:
        rules = [
            tuned(surface, OPTIMIZERS[key](), _STEPS, pace=after(pace, place * each))
            for place, key in enumerate(keys)
        ]
        contenders = [Contender(rule.name, rule) for rule in rules]
        if noise > 0.0:
            contenders.append(Contender("Gradient descent with noise", contenders[0].rule, noise))
        later = after(pace, len(keys) * each)
        return found_global(surface, contenders, _STEPS, _STARTS, _SEEDS, pace=later)

    count = len(keys) * each + (len(keys) + _SEEDS * (noise > 0.0)) * _STARTS * _STEPS
    return study("the search for the global minimum", (surface, noise), make, count)


def told_contest(s: Scenario, found: Sequence[Finding]) -> str:
    """What the contest says, with the settings of the contenders."""
    rates = [
        f"{one.contender.name} {number(rate)}"
        for one in found
        if not one.contender.noise and (rate := one.contender.rule.settings.get("learning_rate"))
    ]
    noisy = [one for one in found if one.contender.noise]
    jolted = (
        f" Noise σ = {number(folklore_noise(s))} on half of the {_STEPS} steps, {_SEEDS} seeds."
        if noisy
        else ""
    )
    return (
        f"{compared(found).sentence} Each at the best of seven rates for finding it (η: "
        f"{', '.join(rates)}).{jolted} Bars are 95 % intervals."
    )


# Question 3 of the lectures

_RULES = ("gradient_descent", "momentum", "adam", "rmsprop")
_SURFACES = ("styblinski_tang", "rastrigin")


def _tried() -> tuple[NDArray[np.float64], list[Optimizer], list[Landscape], tuple[Optimizer, ...]]:
    rules, surfaces = [OPTIMIZERS[k]() for k in _RULES], [LANDSCAPES[k] for k in _SURFACES]
    found, always = always_global(surfaces, rules, steps=200, resolution=11)
    return found, rules, surfaces, always


def _right() -> int:
    *_, rules, _, always = _tried()
    return rules.index(always[0]) if always else len(rules)


def _because() -> str:
    found, rules, surfaces, _ = _tried()
    told = [
        f"{rule.name} {' and '.join(_percent(share) for share in row)}"
        for rule, row in zip(rules, found, strict=True)
    ]
    where = " and ".join(surface.name for surface in surfaces)
    return f"From 121 starts on {where} the global minimum was reached by {', '.join(told)}."


def _picture(look: Look) -> str:
    s = _opening()
    found = attraction(s.surface, s.entries[1].rule, 100, s.steps)
    return small(attraction_map(found, look), "The minimum that each start comes to", look)


_WHICH = {slot: slot for slot in SLOTS[:MOST]}

BASINS = Lab(
    key="basins",
    title="Basins",
    question="Which minimum does a start lead to?",
    look_for="Gradient descent cuts the map into whole pieces, one to a minimum. Momentum rolls through "
    "some, and its borders fray. Raise a rate, and the pieces change: what is found depends on start, "
    "rule and rate. Rest on a start to see the paths, click to keep it.",
    opening=_opening,
    picture=_picture,
    settings=(
        Choice("first", "Difference of run", "A", _WHICH),
        Choice("second", "and run", "B", _WHICH),
        Parameter(
            "jolt", "Noise of the test", 0.3, 0.0, 3.0, "Standard deviation of the noise on each coordinate "
            "of the gradient, as a multiple of the surface's median slope.", step=0.1,
        ),
    ),
    questions=(
        Question(
            "always", "Which rule always finds the global minimum?",
            (*(OPTIMIZERS[key].name for key in _RULES), "None of them"), _right, _because,
        ),
    ),
)  # fmt: skip
