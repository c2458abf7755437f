"""The scenario as a link and back: what is not a default stands in the query, nothing else.

A link is untrusted text, with numbers as programs write them. Whatever cannot be read falls back to its
default, with one sentence a piece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from landscapes import LANDSCAPES, FormulaError, Landscape, parse_landscape
from landscapes.formulas.formula import COEFFICIENTS
from landscapes.once import once
from optimizers import OPTIMIZERS, SCHEDULES, Constant, Optimizer, Schedule
from ui.lab import Choice, Lab
from ui.labs import LABS
from ui.locks import GROUPS, checked_lock
from ui.numbers import quoted
from ui.rates import opening
from ui.rows import LONGEST, linked_rows, read_rows
from ui.scenario import SLOTS, Entry, Scenario, opening_of
from ui.scene import Scene
from ui.scenes import SCENES
from ui.shown import LOOKED, Shown, edges, window

Part = TypeVar("Part", Optimizer, Schedule)

_LONGEST = 600
"""Characters of a value that are read at all."""

OWN_KEYS = (
    *("lab", "scene", "landscape", "formula", "window", "data", "x", "y", "steps", "budget", "noise", "seed"),
    *("seeds", "batch_size", "lock", *SLOTS),
    *(p.key for surface in LANDSCAPES.values() for p in surface.parameters),
    *COEFFICIENTS,
    *LOOKED,
)
"""What a link may contain, besides the settings of runs, such as ``A.momentum``, and those of a lab."""

_EMBEDDING = ("embed", "embed_options")
"""Streamlit's own part of the address."""


def own_keys(lab: Lab | None) -> tuple[str, ...]:
    """The same of a scenario from a lab."""
    return OWN_KEYS if lab is None else (*OWN_KEYS, *(s.key for s in lab.settings))


def address(scenario: Scenario, short: bool = True) -> str:
    """The link to a scenario's page with its query, from any page; ``short`` as in ``encode``."""
    page = scenario.lab.key if scenario.lab and not scenario.away else ""
    query = urlencode(encode(scenario, short))
    return f"./{page}?{query}" if query else f"./{page}"


def encode(scenario: Scenario, short: bool = True) -> dict[str, str]:
    """The query that reproduces the scenario on its page; of what a first visitor sees there it has only what
    is looked at, and of a scene its key besides, unless it is not to be short.
    """
    looked, bare = scenario.shown.written, replace(scenario, shown=Shown())
    told = {"scene": scenario.scene} if scenario.scene else {}
    default = opening_of(None if scenario.away else scenario.lab)
    if short and replace(bare, scene=default.scene) == default:
        return looked
    if short and told and bare == opened(SCENES[scenario.scene]):
        return told | looked
    surface = scenario.surface
    query = {"formula": surface.text} if surface.text else {"landscape": surface.key}
    if surface.text and surface.window != parse_landscape(surface.text).window:
        query["window"] = edges(surface.window)
    if surface.data and surface.own_data:
        query["data"] = linked_rows(surface.data.rows)
    for p, value in zip(surface.parameters, surface.values, strict=True):
        if value != p.default:
            query[p.key] = repr(value)
    if scenario.start != surface.start:
        query |= {"x": repr(scenario.start[0]), "y": repr(scenario.start[1])}
    for field in ("steps", "noise", "seed", "seeds"):
        if getattr(scenario, field) != getattr(default, field):
            query[field] = repr(getattr(scenario, field))
    if scenario.budget is not default.budget and (scenario.away or not scenario.lab):
        query["budget"] = str(scenario.budget)
    for entry in scenario.entries:
        query[entry.slot] = entry.rule.key
        query |= _settings(entry.slot, entry.rule)
        if entry.schedule != Constant():
            query[f"{entry.slot}.schedule"] = entry.schedule.key
            query |= _settings(f"{entry.slot}.schedule", entry.schedule)
        if entry.batch_size is not None:
            query[f"{entry.slot}.batch_size"] = repr(entry.batch_size)
    if scenario.locked:
        query["lock"] = ",".join(scenario.locked)
    if scenario.lab and scenario.away:
        query["lab"] = scenario.lab.key
    for (key, value), (_, usual) in zip(
        scenario.own, scenario.lab.defaults if scenario.lab else (), strict=True
    ):
        if value != usual:
            query[key] = value if isinstance(value, str) else repr(value)
    return query | told | looked


@once()
def opened(scene: Scene) -> Scenario:
    """The scenario of a scene."""
    return replace(decode(scene.query)[0], scene=scene.key)


def _settings(prefix: str, part: Optimizer | Schedule) -> dict[str, str]:
    values = part.settings
    return {
        f"{prefix}.{h.key}": repr(values[h.key]) for h in part.hyperparameters() if values[h.key] != h.default
    }


def decode(query: Mapping[str, str], lab: Lab | None = None) -> tuple[Scenario, list[str]]:
    """The scenario that a query names on the page of a lab, or in the playground.

    With it comes a sentence for every piece of the query that could not be read.
    """
    reader = _Reader(query)
    default = scenario = opening_of(lab)
    if not query:
        return scenario, []
    own_page = lab is not None
    scene = None if own_page else reader.scene()
    here = scene is not None and not {"landscape", "formula"} & query.keys()
    if scene and here:
        scenario = opened(scene)
    if "formula" in query or "landscape" in query:
        surface = reader.surface(default.surface)
        scenario = scenario if surface is None else scenario.on(surface)
    scenario = reader.apply(scenario, "window", window, Scenario.with_window)
    scenario = reader.apply(scenario, "data", read_rows, Scenario.with_data, longest=LONGEST + 1)
    for p in scenario.surface.parameters:
        scenario = reader.apply(
            scenario,
            p.key,
            float,
            lambda s, v, p=p: s.with_parameter(p.key, v),
        )
    scenario = reader.apply(scenario, "x", float, lambda s, v: replace(s, start=(v, s.start[1])))
    scenario = reader.apply(scenario, "y", float, lambda s, v: replace(s, start=(s.start[0], v)))
    scenario = reader.apply(scenario, "steps", _count, lambda s, v: replace(s, steps=v))
    if lab is None:  # the studies of a lab count steps
        scenario = reader.apply(scenario, "budget", str, lambda s, v: replace(s, budget=v))
    scenario = reader.apply(scenario, "noise", float, lambda s, v: replace(s, noise=v))
    scenario = reader.apply(scenario, "seed", _count, lambda s, v: replace(s, seed=v))
    scenario = reader.apply(scenario, "seeds", _count, lambda s, v: replace(s, seeds=v))
    entries = tuple(entry for slot in SLOTS if (entry := reader.entry(slot)) is not None)
    usual = scenario.entries if lab or here else opening(scenario.surface).entries
    scenario = replace(scenario, entries=entries or usual)
    scenario = reader.apply(scenario, "batch_size", _count, Scenario.with_batch_size)  # of all runs
    for entry in scenario.entries:
        edit = partial(Scenario.with_batch_size, slot=entry.slot)
        scenario = reader.apply(scenario, f"{entry.slot}.batch_size", _count, edit)
    if lab is None and (lab := reader.origin()):
        scenario = replace(scenario, lab=lab, own=lab.defaults, away=True)
    for setting in lab.settings if lab else ():
        kind = str if isinstance(setting, Choice) else float
        scenario = reader.apply(scenario, setting.key, kind, lambda s, v, key=setting.key: s.with_own(key, v))
    scenario = replace(scenario, locked=reader.lock())
    for key, (field, read) in LOOKED.items():
        scenario = reader.apply(scenario, key, read, lambda s, v, field=field: s.looking(**{field: v}))
    if not own_page:
        scenario = scenario.of_scene("") if scenario.lab else _staged(scenario, scene)
    if not entries and any(slot in query for slot in SLOTS):
        whose = "those of the lab stand" if default.lab else "the default pair stands"
        reader.notices.append(f"None of the link's runs is known; {whose} in their place.")
    return scenario, reader.notices + reader.leftovers()


def _staged(scenario: Scenario, scene: Scene | None) -> Scenario:
    """The scenario as one of a scene, where its surface is that scene's; what a first visitor sees is the
    first.
    """
    if scene and scenario.stays_on(opened(scene).surface):
        return scenario.of_scene(scene.key)
    first = opening_of(None)
    usual = replace(scenario, scene=first.scene, shown=first.shown, locked=()) == first
    return scenario.of_scene(first.scene if usual else "")


class _Reader:
    """Takes values out of a query one by one and notes what it could not use."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.notices: list[str] = []
        self.unread = dict(query)

    def take(self, key: str, longest: int = _LONGEST) -> str | None:
        """The text under a key, cut where nobody would have written more."""
        self.unread.pop(key, None)
        text = self.query.get(key)
        return None if text is None else text[:longest]

    def apply(
        self,
        scenario: Scenario,
        key: str,
        kind: Callable[[str], Any],
        edit: Callable[[Scenario, Any], Scenario],
        longest: int = _LONGEST,
    ) -> Scenario:
        """The scenario with one value changed, or unchanged with a notice."""
        text = self.take(key, longest)
        if text is None:
            return scenario
        try:
            return edit(scenario, kind(text))
        except (ValueError, OverflowError) as error:
            self.refuse(key, text, error)
            return scenario

    def surface(self, default: Landscape) -> Landscape | None:
        """The landscape that the link names: a formula, else a key; None, so that the page's own stays."""
        formula, key = self.take("formula"), self.take("landscape")
        if formula is not None:
            try:
                return parse_landscape(formula)
            except FormulaError as error:
                self.notices.append(f"The link's formula was left out: {error}")
                return None
        if key in LANDSCAPES:
            return LANDSCAPES[key]
        self.notices.append(f"The link names an unknown landscape, {quoted(key)}; {default.name} is shown.")
        return None

    def scene(self) -> Scene | None:
        """The scene that the link names."""
        key = self.take("scene")
        if key is not None and key not in SCENES:
            self.notices.append(f"The link names an unknown scene, {quoted(key)}.")
        return None if key is None else SCENES.get(key)

    def origin(self) -> Lab | None:
        """The lab that a link to the playground comes from."""
        key = self.take("lab")
        if key is not None and key not in LABS:
            self.notices.append(f"The link comes from an unknown lab, {quoted(key)}.")
        return None if key is None else LABS.get(key)

    def lock(self) -> tuple[str, ...]:
        """What the link hides; names that mean nothing are left out, with one sentence."""
        text = self.take("lock")
        names = [name for name in (text or "").split(",") if name]
        known = [name for name in names if name in GROUPS]
        if len(known) < len(names):
            hidden = ", ".join(known) or "nothing"
            self.notices.append(f"{quoted(str(text))} was not taken for lock; hidden is {hidden}.")
        return checked_lock(known)

    def entry(self, slot: str) -> Entry | None:
        """The run in one place with its settings; None if the place is empty or its rule unknown."""
        key = self.take(slot)
        if key is None:
            return None
        if key not in OPTIMIZERS:
            self.notices.append(
                f"Run {slot} of the link names an unknown rule, {quoted(key)}; it was left out."
            )
            return None
        return Entry(slot, self.settings(slot, OPTIMIZERS[key]()), self.schedule(slot))

    def schedule(self, slot: str) -> Schedule:
        """How the learning rate of one run changes; constant if nothing is said."""
        key = self.take(f"{slot}.schedule")
        if key is None or key in SCHEDULES:
            return self.settings(f"{slot}.schedule", SCHEDULES[key or Constant.key]())
        self.notices.append(
            f"Run {slot} of the link names an unknown schedule, {quoted(key)}; its rate is constant."
        )
        return Constant()

    def settings(self, prefix: str, part: Part) -> Part:
        """A rule or a schedule with the settings that the link gives it."""
        for h in part.hyperparameters():
            text = self.take(f"{prefix}.{h.key}")
            if text is None:
                continue
            try:
                part = replace(part, **{h.key: float(text)})
            except ValueError as error:
                self.refuse(f"{prefix}.{h.key}", text, error)
        return part

    def refuse(self, key: str, text: str, error: Exception) -> None:
        """Note a value that does not fit, with its reason if that is a sentence of ours."""
        reason = str(error) if str(error).endswith(".") else "It must be a number."
        self.notices.append(f"{quoted(text)} was not taken for {key}. {reason}")

    def leftovers(self) -> list[str]:
        """A sentence about the keys that mean nothing here."""
        unknown = [key for key in self.unread if key.lower() not in _EMBEDDING]
        if not unknown:
            return []
        names = ", ".join(quoted(key) for key in unknown[:5])
        return [f"The link has settings that are not known here and were left out: {names}."]


def _count(text: str) -> float:
    """A whole number if the text is one, however it is written; else a number that the scenario refuses."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return int(number) if number.is_integer() else number
