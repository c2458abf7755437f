"""Learning rates that suit: a surface's for its opening picture, and the best for each run of a scenario."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from cachetools.keys import hashkey

from charts import number
from landscapes import Landscape
from landscapes.once import once, recall
from optimizers import Kind, Optimizer, sweep
from optimizers.studies.best_rate import BestRate, best_rate, tries
from ui.fan import fanned, seeds_of
from ui.grids import log_grid
from ui.scenario import Entry, Scenario, default_scenario
from ui.work import BUDGET, TooMuch, Work

_STEPS = 300
_LOST = {Kind.DIVERGED, Kind.UNDEFINED}


def suited(surface: Landscape, rule: Optimizer) -> Optimizer:
    """The rule at the smallest of the slider's rates that reaches the global minimum, else ends lowest.

    The rule itself where it has no rate; the smallest rate where every one is lost.
    """
    if "learning_rate" not in rule.settings:
        return rule
    return replace(rule, **{"learning_rate": _rate(surface, rule)})


def opening(surface: Landscape) -> Scenario:
    """What a visitor sees of a surface first: the default pair of rules, at rates that suit it."""
    default = default_scenario()
    if surface == default.surface:
        return default
    entries = tuple(replace(entry, rule=suited(surface, type(entry.rule)())) for entry in default.entries)
    return replace(default.on(surface), entries=entries)


@once()
def _rate(surface: Landscape, rule: Optimizer) -> float:
    rates = [v for v in _stops(rule) if f"{v:e}"[0] in "125"]
    found = sweep(surface, rule, surface.start, _STEPS, "learning_rate", rates)
    arrived = [v for v, kind in zip(rates, found.kinds, strict=True) if kind == Kind.GLOBAL_MINIMUM]
    if arrived:
        return arrived[0]
    kept = [
        (float(loss), v)
        for v, loss, kind in zip(rates, found.losses, found.kinds, strict=True)
        if kind not in _LOST and math.isfinite(loss)
    ]
    return min(kept)[1] if kept else rates[0]


def _stops(rule: Optimizer) -> tuple[float, ...]:
    """The stops of the rule's slider."""
    (declared,) = (h for h in rule.hyperparameters() if h.key == "learning_rate")
    return log_grid(declared.low, declared.high)


# --- the best rate for each run -------------------------------------------------------------------


class _Found(NamedTuple):
    """The best rate, and the seconds of processor time that it took to know."""

    best: BestRate
    cost: float


def best_rates(
    scenario: Scenario, tell: Callable[[str], None] = lambda _: None, budget: float = BUDGET
) -> dict[str, BestRate]:
    """The best rate within the budget for each run, by its letter, as the scenario is but for the rates.

    Of a fan it is the best for the run that is drawn strong. Runs without a rate are not in it, nor are those
    that no rate keeps. ``tell`` and ``budget`` as those of ``Work``.

    Raises
    ------
    TooMuch
        If trying takes longer than the budget.
    """
    s, found = scenario, dict[str, BestRate]()
    rated = [e for e in s.entries if "learning_rate" in e.rule.settings]
    alike = (s.surface, s.start, s.steps, s.budget, s.noise, s.seed, s.seeds)
    asked = [replace(e, slot="", rule=replace(e.rule, **{"learning_rate": 1.0})) for e in rated]
    longest = max((tries(_stops(e.rule)) * s.most_steps(e) for e in rated), default=1)
    with Work(hashkey("rates", budget, *alike, *asked), max(1, len(rated)), longest, tell, budget) as work:
        for entry, question in zip(rated, asked, strict=True):
            work.begin(f"rates for run {entry.slot}")
            one = recall(hashkey("rate", *alike, question), lambda: _found(s, question, work), work.wait)  # noqa: B023
            work.end(one.cost)
            if one.best.rate is not None:
                found[entry.slot] = one.best
    return found


def _found(s: Scenario, e: Entry, work: Work) -> _Found:
    best = best_rate(
        s.surface, e.rule, s.start, s.steps, _stops(e.rule), s.budget, e.schedule, s.noise, e.batch_size,
        seeds_of(s, e) if fanned(s, e) else s.seed, work.pace("Trying"),
    )  # fmt: skip
    return _Found(best, work.running)


def with_rates(scenario: Scenario, rates: Mapping[str, BestRate]) -> Scenario:
    """The same scenario with other learning rates for the runs that have these letters."""
    for slot, (_, new) in differences(scenario, rates).items():
        scenario = scenario.with_setting(slot, "learning_rate", new)
    return scenario


def with_best_rates(scenario: Scenario) -> Scenario:
    """The same scenario at the best rate for each run.

    Raises
    ------
    ValueError
        If trying takes too long.
    """
    try:
        return with_rates(scenario, best_rates(scenario))
    except TooMuch as refused:
        raise ValueError(
            f"Trying rates for every run would take more than {BUDGET:g} s here: try fewer "
            f"{'runs, steps or seeds' if scenario.seeds > 1 else 'runs or steps'}."
        ) from refused


def differences(scenario: Scenario, rates: Mapping[str, BestRate]) -> dict[str, tuple[float, float]]:
    """For each run at another rate than these: its own and the other."""
    own = {e.slot: e.rule.settings.get("learning_rate") for e in scenario.entries}
    return {slot: (now, new) for slot, (new, _) in rates.items() if (now := own.get(slot)) not in (None, new)}  # type: ignore[misc]


def told_rates(scenario: Scenario, rates: Mapping[str, BestRate]) -> str:
    """What taking these rates would do, or that they are there; and how they were found."""
    changed = differences(scenario, rates)
    told = {slot: f"{number(now)} → {number(new)}" for slot, (now, new) in changed.items()}
    told = told or {slot: number(best.rate) for slot, best in rates.items() if best.rate is not None}
    of_each = ", ".join(f"{slot}: {what}" for slot, what in told.items())
    counts = [best.tried for best in rates.values()]
    few, many = min(counts), max(counts)
    count = f"{few}" if few == many else f"{few} to {many}"
    ends = [_ends(scenario, e) for e in scenario.entries if e.slot in rates]
    lowest = " or ".join(dict.fromkeys(ends))
    within = f"{scenario.steps:,} {scenario.budget.unit}"
    return f"{of_each}; of {count} rates soonest at the lowest loss within {within}, else lowest {lowest}."


def _ends(s: Scenario, e: Entry) -> str:
    """By which loss rates are ranked that do not arrive."""
    if fanned(s, e):
        return f"in the median of {s.seeds} seeds"
    return "in the mean of its last tenth" if s.noise > 0.0 or e.batch_size is not None else "at the end"
