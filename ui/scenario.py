"""A scenario: everything that decides the picture, as one value. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from landscapes import LANDSCAPES, Landscape, Point, Window, parse_landscape
from optimizers import (
    OPTIMIZERS,
    Budget,
    Constant,
    Optimizer,
    Schedule,
    checked_batch_size,
    checked_budget,
    checked_noise,
    checked_start,
    checked_steps,
    checked_whole,
    most_steps,
)
from ui.lab import Lab, Value
from ui.locks import checked_lock
from ui.shown import Shown

SLOTS = "ABCDEF"
"""A run keeps its letter, and with it its colour, dash and marker, while others come and go."""


MOST_SEEDS = 21
"""Runs of a fan at most."""


@dataclass(frozen=True)
class Entry:
    """One run in the comparison: its place, its rule, how its learning rate changes, and how many training
    examples each of its gradients sees; None for all.
    """

    slot: str
    rule: Optimizer
    schedule: Schedule = field(default_factory=Constant)
    batch_size: int | None = None

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate changes over the steps."""
        rated = "learning_rate" in self.rule.settings and not self.rule.only_first_rate
        return rated and not isinstance(self.schedule, Constant)


class Place(NamedTuple):
    """Where a number of a scenario stands: a ``key`` of a run's rule or schedule, of the surface or of the
    lab's own settings; or start x, y, steps, noise or a run's batch_size, which have no key.
    """

    of: str
    key: str = ""
    slot: str = ""


@dataclass(frozen=True)
class Scenario:
    """A landscape, a start, and the runs that set off from it.

    Raises
    ------
    ValueError
        If a number cannot be run; the sentence says what is accepted.
    """

    surface: Landscape
    start: Point
    entries: tuple[Entry, ...]
    steps: int = 300
    """The budget of every run: steps, or what else ``budget`` counts."""
    noise: float = 0.0
    seed: int = 0
    seeds: int = 1
    """So many runs of every noisy or mini-batch one, each with the next seed."""
    lab: Lab | None = None
    """The lab that this is a scenario of; None for the playground's own."""
    own: tuple[tuple[str, Value], ...] = ()
    """The lab's own settings."""
    away: bool = False
    """Whether it is shown in the playground, and only comes from the lab."""
    budget: Budget = Budget.STEPS
    """What is the same for all runs."""
    scene: str = ""
    """Key of the scene that it is, or has been changed from; empty for none."""
    locked: tuple[str, ...] = ()
    """The groups of the playground's controls that a teacher has hidden; see ``ui.locks``."""
    shown: Shown = field(default_factory=Shown)
    """What of its picture is looked at."""

    def __post_init__(self) -> None:
        checked_lock(self.locked)
        checked_start(self.start)
        checked_steps(self.steps)
        object.__setattr__(self, "budget", checked_budget(self.budget))
        checked_noise(self.noise)
        checked_whole("The seed", self.seed, 0, 2**31 - 1)
        checked_whole("The number of seeds", self.seeds, 1, MOST_SEEDS)
        if self.seeds % 2 == 0:
            raise ValueError(f"The number of seeds must be odd, not {self.seeds}: one is in the middle.")
        for entry in self.entries:
            if entry.batch_size is not None:
                checked_batch_size(entry.batch_size, self.surface)
        if not 1 <= len(self.entries) <= len(SLOTS):
            raise ValueError(f"A comparison has 1 to {len(SLOTS)} runs, not {len(self.entries)}.")

    def offers(self, group: str) -> bool:
        """Whether a group of the playground's controls is there; labs have all of theirs."""
        return group not in self.locked or (self.lab is not None and not self.away)

    @property
    def settings(self) -> dict[str, Value]:
        """The lab's own settings, by key."""
        return dict(self.own)

    def with_own(self, key: str, value: Value) -> Scenario:
        """The same scenario at another value of one of the lab's own settings.

        Raises
        ------
        ValueError
            If the lab has no such setting, or the value is not one of its.
        """
        declared = {s.key: s for s in (self.lab.settings if self.lab else ())}
        if key not in declared:
            raise ValueError(f"There is no setting {key!r} here.")
        checked = declared[key].check(value)  # type: ignore[arg-type]
        return replace(self, own=tuple((k, checked if k == key else v) for k, v in self.own))

    def with_number(self, place: Place, value: float) -> Scenario:
        """The same scenario with another number in a place.

        Raises
        ------
        ValueError
            If there is no such place, or the number does not belong there.
        """
        of, key = place.of, place.key
        if of in ("rule", "schedule"):
            return self.with_setting(place.slot, key, value, of)
        if of == "surface":
            return self.with_parameter(key, value)
        if of == "own":
            return self.with_own(key, value)
        if of in ("x", "y"):
            x, y = self.start
            return replace(self, start=(value, y) if of == "x" else (x, value))
        if of == "steps":
            return replace(self, steps=_whole(value))
        if of == "batch_size":
            return self.with_batch_size(value, place.slot)
        if of == "noise":
            return replace(self, noise=value)
        raise ValueError(f"There is no number called {of!r} here.")

    def on(self, surface: Landscape) -> Scenario:
        """The same runs on another surface, from its recommended start; batches stay if it has as many
        examples, and the scene is left.
        """
        most = len(surface.data or ()) - 1
        entries = tuple(
            replace(e, batch_size=e.batch_size if e.batch_size and e.batch_size <= most else None)
            for e in self.entries
        )
        looked = replace(self.shown, view=None)
        moved = replace(self, surface=surface, start=surface.start, entries=entries, shown=looked)
        return moved if moved.stays_on(self.surface) else moved.of_scene("")

    def stays_on(self, surface: Landscape) -> bool:
        """Whether it is on this surface, whatever the values of the surface's own numbers."""
        return (self.surface.key, self.surface.text) == (surface.key, surface.text)

    def of_scene(self, key: str) -> Scenario:
        """The same scenario as one of a scene, or of none: then there is nothing to predict."""
        return replace(self, scene=key, shown=self.shown if key else replace(self.shown, predict=False))

    def most_steps(self, entry: Entry) -> int:
        """How many steps a run of it makes; about, where that depends on what the run finds."""
        e = entry
        return most_steps(self.surface, e.rule, e.schedule, e.batch_size, self.steps, self.budget)

    @property
    def longest(self) -> int:
        """The most of these steps that any of its runs makes."""
        return max(map(self.most_steps, self.entries))

    @property
    def batched(self) -> bool:
        """Whether any run sees less than all training examples at a time."""
        return any(entry.batch_size is not None for entry in self.entries)

    def with_batch_size(self, size: float, slot: str = "") -> Scenario:
        """The same scenario with batches of another size for one run, or for all of them.

        Raises
        ------
        ValueError
            If the surface has no batches of that size.
        """
        checked = checked_batch_size(_whole(size), self.surface)
        chosen = None if checked == len(self.surface.data or ()) else checked
        if slot:
            return self._with(slot, batch_size=chosen)
        return replace(self, entries=tuple(replace(e, batch_size=chosen) for e in self.entries))

    def with_parameter(self, key: str, value: float) -> Scenario:
        """The same runs at another value of the surface's own parameter.

        The start stays, unless it was the recommended one and that moved, or the window left it behind.
        """
        return self._redrawn(self.surface.with_parameters(**{key: value}))

    def with_data(self, rows: Sequence[Sequence[float]]) -> Scenario:
        """The same runs on the surface of a visitor's examples; on the built-in one where there are none.

        Raises
        ------
        ValueError
            If the surface takes no others, or no model can be fitted to these.
        """
        own = LANDSCAPES.get(self.surface.key, self.surface).with_parameters(**self.surface.settings)
        return self.on(own.with_data(rows) if rows else own)

    def with_window(self, window: Window) -> Scenario:
        """The same runs on a typed surface that is drawn over another window; the start stays if it can.

        Raises
        ------
        ValueError
            If the window is none, or the surface is a built-in one.
        """
        surface = self.surface
        if surface.text is None:
            raise ValueError(f"The window of {surface.name} is its own: zoom the map to see more or less.")
        return self._redrawn(parse_landscape(surface.text, window).with_parameters(**surface.settings))

    def _redrawn(self, surface: Landscape) -> Scenario:
        inside = all(lo <= c <= hi for c, (lo, hi) in zip(self.start, surface.window, strict=True))
        moved = surface.window != self.surface.window
        stays = not moved or (inside and self.start != self.surface.start)
        looked = replace(self.shown, view=None) if moved else self.shown
        return replace(self, surface=surface, start=self.start if stays else surface.start, shown=looked)

    def looking(self, **parts: Any) -> Scenario:
        """The same scenario with other parts of ``Shown``.

        Raises
        ------
        ValueError
            If one of them does not exist.
        """
        if parts.get("of"):
            self.entry(parts["of"])
        return replace(self, shown=replace(self.shown, **parts))

    def entry(self, slot: str) -> Entry:
        """The run in that place.

        Raises
        ------
        ValueError
            If there is none, as when a message about a removed run comes late.
        """
        for entry in self.entries:
            if entry.slot == slot:
                return entry
        raise ValueError(f"There is no run {slot}.")

    def with_rule(self, slot: str, rule: Optimizer) -> Scenario:
        """The same scenario with another rule, or other settings, in one place."""
        return self._with(slot, rule=rule)

    def with_kind(self, slot: str, kind: type[Optimizer]) -> Scenario:
        """The same scenario with another kind of rule in one place, at the learning rate that was set."""
        old, new = self.entry(slot).rule, kind()
        if "learning_rate" in old.settings and "learning_rate" in new.settings:
            new = replace(new, **{"learning_rate": old.settings["learning_rate"]})
        return self._with(slot, rule=new)

    def with_rate_of(self, slot: str) -> Scenario:
        """The same scenario with one run's learning rate in all that have one."""
        rate = self.entry(slot).rule.settings["learning_rate"]
        rated = [e.slot for e in self.entries if "learning_rate" in e.rule.settings]
        changed = self
        for each in rated:
            changed = changed.with_setting(each, "learning_rate", rate)
        return changed

    def with_schedule(self, slot: str, schedule: Schedule) -> Scenario:
        """The same scenario with another schedule, or other settings of it, in one place."""
        return self._with(slot, schedule=schedule)

    def with_setting(self, slot: str, key: str, value: float, of: str = "rule") -> Scenario:
        """The same scenario with one number of one run's rule, or of its schedule, changed."""
        part = getattr(self.entry(slot), of)
        if key not in part.settings:
            raise ValueError(f"{part.name} has no {key.replace('_', ' ')}.")
        return self._with(slot, **{of: replace(part, **{key: value})})

    def _with(self, slot: str, **parts: Any) -> Scenario:
        old = self.entry(slot)
        new = replace(old, **parts)
        return replace(self, entries=tuple(new if e is old else e for e in self.entries))

    @property
    def free_slot(self) -> str | None:
        """The first letter that no run has; None when all are taken."""
        return next((s for s in SLOTS if s not in {e.slot for e in self.entries}), None)

    def add(self, original: Entry | None = None) -> Scenario:
        """One run more: a copy of the given one, else the first rule that is not yet there."""
        if self.free_slot is None:
            raise ValueError(f"A comparison has at most {len(SLOTS)} runs; remove one first.")
        present = {e.rule.key for e in self.entries}
        fresh = next((r for key, r in OPTIMIZERS.items() if key not in present), OPTIMIZERS["adam"])
        entry = replace(original, slot=self.free_slot) if original else Entry(self.free_slot, fresh())
        return replace(self, entries=tuple(sorted((*self.entries, entry), key=lambda e: e.slot)))

    def remove(self, slot: str) -> Scenario:
        """One run less."""
        gone = self.entry(slot)
        if len(self.entries) == 1:
            raise ValueError("The last run stays: a comparison needs at least one.")
        kept = tuple(e for e in self.entries if e is not gone)
        return replace(self.looking(of="") if self.shown.of == slot else self, entries=kept)


def _whole(value: float) -> Any:
    """A whole number as such; any other as it is, to be refused."""
    return int(value) if value % 1.0 == 0.0 else value


@cache
def default_scenario() -> Scenario:
    """What a first visitor sees: two rules in Rosenbrock's ravine, one of which arrives."""
    surface = LANDSCAPES["rosenbrock"]
    entries = (
        Entry("A", OPTIMIZERS["momentum"](learning_rate=0.0025, momentum=0.95)),  # type: ignore[call-arg]
        Entry("B", OPTIMIZERS["adam"](learning_rate=0.05)),  # type: ignore[call-arg]
    )
    return Scenario(surface, surface.start, entries, scene="opening")


def opening_of(lab: Lab | None) -> Scenario:
    """What a first visitor of a lab sees; of the playground where none is given."""
    return replace(lab.opening(), lab=lab, own=lab.defaults) if lab else default_scenario()
