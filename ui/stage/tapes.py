"""What the browser needs to make runs itself, while a number that they depend on is under the hand."""

from __future__ import annotations

from typing import Any
from zlib import compress

from landscapes import Landscape
from landscapes.once import once
from landscapes.tape import surface_tape
from optimizers import Optimizer, Schedule, step_cost
from optimizers.runs.explained import explanation
from optimizers.runs.noise import standard_draws
from optimizers.runs.tape import tape
from ui.assets import mount
from ui.fan import fanned
from ui.scenario import Entry, Scenario
from ui.stage.payload import digest, packed

Kind = tuple[type[Optimizer], type[Schedule]]


def tapes(scenario: Scenario) -> None:
    """Send the programs of the scenario's runs; numbers are not in them, so they seldom change."""
    kinds = {kind(entry): (type(entry.rule), type(entry.schedule)) for entry in scenario.entries}
    content = pack_tapes(name(scenario), scenario.surface, tuple(sorted(kinds.items())), _drawn(scenario))
    mount("tapes", script="beside.js", key="tapes", data=content, height=1)


def name(scenario: Scenario) -> str:
    """What the programs of these runs are called."""
    surface = scenario.surface
    return digest(
        surface.key, surface.text, surface.data, sorted(map(kind, scenario.entries)), _drawn(scenario)
    )


def kind(entry: Entry) -> str:
    """What a run's program is called among them: all runs of a rule and a schedule share it."""
    return f"{entry.rule.key} {entry.schedule.key}"


def made_in_browser(scenario: Scenario, entry: Entry) -> bool:
    """Whether the browser can make a run by itself, and knows where it ends."""
    known = step_cost(entry.rule, entry.schedule, scenario.budget) is not None
    return (
        known
        and not fanned(scenario, entry)
        and tape(scenario.surface, entry.rule, entry.schedule) is not None
    )


def _drawn(scenario: Scenario) -> tuple[int, int] | None:
    return (scenario.seed, scenario.longest) if scenario.noise > 0.0 else None


@once()
def pack_tapes(
    name: str, surface: Landscape, kinds: tuple[tuple[str, Kind], ...], drawn: tuple[int, int] | None
) -> bytes:
    """The programs, deflated: header length, JSON header, then the noise's standard draws in float64.

    Of the surface there are its value, slope and curvature, which pictures ask for, and what its rules ask.
    ``written`` says how each run's steps are explained. ``drawn`` is the seed and the steps of the draws,
    where there is noise. A run that the browser cannot make has no program.
    """
    whole = surface_tape(surface) or {}
    on_surface: dict[str, Any] = {name: part for name, part in whole.items() if name != "gauss_newton"}
    runs: dict[str, Any] = {}
    written = {key: explanation(rule, "gauss_newton" in whole).facts for key, (rule, _) in kinds}
    for key, (rule, schedule) in kinds:
        made = tape(surface, rule, schedule)
        runs[key] = made and {"rule": made["rule"], "schedule": made["schedule"]}
        on_surface |= made["surface"] if made else {}
    header = {
        "name": name,
        "surface": on_surface,
        "runs": runs,
        "written": written,
        "drawn": drawn is not None,
    }
    return compress(packed(header) + (b"" if drawn is None else standard_draws(*drawn).tobytes()))
