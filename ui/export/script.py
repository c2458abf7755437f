"""What scripts in every flavour have in common: what they say of themselves, constants, layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from optimizers import Budget, Optimizer, Schedule
from ui.export.excerpt import Excerpt
from ui.export.formula import constants
from ui.scenario import Entry, Scenario

METHODS = ("initial", "factors", "factor", "react", "step", "update", "moved", "renewed")
"""What of a rule or a schedule makes a run."""

BETWEEN = "\n\n\n"


class Own(NamedTuple):
    """What runs have of their own, by slot: a seed that is not the scenario's, and as many steps as fit into
    a budget that does not count steps.
    """

    seeds: Mapping[str, int] = MappingProxyType({})
    steps: Mapping[str, int] = MappingProxyType({})

    @property
    def length(self) -> str:
        """What the number of a run's steps is called."""
        return "steps" if self.steps else "STEPS"


def header(scenario: Scenario, flavour: str, link: str) -> str:
    """The first lines: what the script makes, and with what."""
    long = f"{scenario.steps} {scenario.budget.unit}" + (
        " a run" if scenario.budget is not Budget.STEPS else ""
    )
    surface = scenario.surface
    formula = f"f({', '.join(surface.axes)}) = {surface.text}" if surface.text else surface.source
    said = [
        f"Descent Lab: {surface.name}, {long}, in {flavour}.",
        formula,
        f"The same runs in a browser: {link}" if link else "",
        "Running it prints where every run ends; run(*RUNS[name]) gives all its points.",
    ]
    return "\n".join(f"# {one_line(line)}" for line in said if line)


def one_line(text: str) -> str:
    """Text that a comment cannot end, whatever somebody has typed."""
    return "".join(c if c.isprintable() else " " for c in text)


def settings(scenario: Scenario, own: Own) -> list[str]:
    """Start, steps, noise, seed and the surface's own numbers, one to a line."""
    lines = [f"START = {tuple(map(float, scenario.start))!r}"]
    if not own.steps:
        lines.append(f"STEPS = {scenario.steps}")
    if scenario.noise > 0.0:
        lines.append(f"NOISE = {float(scenario.noise)!r}  # standard deviation, of each slope at each step")
    if scenario.noise > 0.0 or scenario.batched:
        lines.append(f"SEED = {scenario.seed}")
    return lines + constants(scenario.surface)


def made_with(scenario: Scenario, entry: Entry, own: Own) -> list[str]:
    """What a run is made with: its steps, its batch size and its seed, as far as there are any here."""
    given = [repr(own.steps[entry.slot])] if own.steps else []
    if scenario.batched:
        given.append(repr(entry.batch_size))
    seed = own.seeds.get(entry.slot, scenario.seed)
    named = "SEED" if seed == scenario.seed else repr(seed)
    return [*given, named] if scenario.noise > 0.0 or scenario.batched else given


def signature(scenario: Scenario, own: Own) -> str:
    """The names of the same, after a comma, as ``run`` takes them."""
    names = ["steps"] if own.steps else []
    if scenario.batched:
        names.append("batch_size")
    if scenario.noise > 0.0 or scenario.batched:
        names.append("seed")
    return "".join(f", {name}" for name in names)


def built(part: Optimizer | Schedule, excerpt: Excerpt) -> str:
    """The rule or the schedule with its settings, as a call; its class goes into the excerpt."""
    given = ", ".join(f"{key}={value!r}" for key, value in part.settings.items())
    return f"{excerpt.add(type(part))}({given})"


def runs(entries: Iterable[tuple[Entry, tuple[str, ...]]]) -> str:
    """The table of runs: what ``run`` takes for each."""
    lines = "".join(f'    "{entry.slot}": ({", ".join(given)},),\n' for entry, given in entries)
    return f"RUNS = {{\n{lines}}}"


def layout(head: str, imports: Iterable[str], *sections: tuple[str, Iterable[str]]) -> str:
    """The script: its header, its imports, and titled sections of definitions; empty ones are left out."""
    plain = sorted(line for line in imports if line.startswith("import"))
    chosen = sorted(line for line in imports if line.startswith("from"))
    parts = [head, "\n".join([*plain, *chosen])]
    for title, texts in sections:
        kept = [text for text in texts if text]
        if kept:
            parts.append(f"# {title}\n\n" + BETWEEN.join(kept))
    return BETWEEN.join(parts) + "\n"


MAIN = """\
if __name__ == "__main__":
    for name, given in RUNS.items():
        print("Run", name, "ends at", tuple(run(*given)[-1].tolist()))"""
