"""What the browser needs to make runs itself, while a number that they depend on is under the hand."""

from __future__ import annotations

from typing import Any, NamedTuple
from zlib import compress

import numpy as np

from landscapes import Landscape
from landscapes.once import once
from landscapes.tape import surface_tape
from optimizers import Optimizer, Schedule, step_cost
from optimizers.runs import batches
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
    content = pack_tapes(name(scenario), scenario.surface, tuple(sorted(kinds.items())), drawn(scenario))
    mount("tapes", script="beside.js", key="tapes", data=content, height=1)


def name(scenario: Scenario) -> str:
    """What the programs of these runs are called."""
    surface = scenario.surface
    return digest(
        surface.key, surface.text, surface.data, sorted(map(kind, scenario.entries)), drawn(scenario)
    )


def kind(entry: Entry) -> str:
    """What a run's program is called among them: all runs of a rule and a schedule share it."""
    return f"{entry.rule.key} {entry.schedule.key}"


def swept_in_browser(scenario: Scenario, entry: Entry) -> bool:
    """Whether the browser can make a run at any learning rate by itself, and knows where it ends.

    Of a fan it makes all seeds, if what chance draws for them is not too much to send.
    """
    known = step_cost(entry.rule, entry.schedule, scenario.budget) is not None
    taped = known and tape(scenario.surface, entry.rule, entry.schedule) is not None
    return taped and (not fanned(scenario, entry) or drawn(scenario).count > 1)


class Drawn(NamedTuple):
    """What chance draws for so many seeds, from the first on: the noise of the longest run's steps, if there
    is any, and the batches of every size that a fan has, with the steps of its longest run.
    """

    seed: int
    count: int
    steps: int
    noise: bool
    sizes: tuple[tuple[int, int], ...] = ()

    @property
    def cost(self) -> int:
        """Bytes to send with noise; without, about as much for the browser's time."""
        return self.count * (16 * self.steps + sum(size * steps for size, steps in self.sizes))


_MOST = 300_000
"""What the seeds of fans cost at most: 21 of them have strips for 300 steps, whatever the batches."""


def drawn(s: Scenario) -> Drawn:
    """What chance draws for its runs and is sent: of the first seed alone where all are too much."""
    sizes: dict[int, int] = {}
    for entry in s.entries:
        if entry.batch_size is not None and fanned(s, entry):
            sizes[entry.batch_size] = max(s.most_steps(entry), sizes.get(entry.batch_size, 0))
    one = Drawn(s.seed, 1, s.longest, s.noise > 0.0)
    if not (one.noise or sizes):
        return Drawn(0, 1, 0, noise=False)
    all_seeds = one._replace(count=s.seeds, sizes=tuple(sorted(sizes.items())))
    return all_seeds if all_seeds.cost <= _MOST else one


@once()
def pack_tapes(name: str, surface: Landscape, kinds: tuple[tuple[str, Kind], ...], chance: Drawn) -> bytes:
    """The programs, deflated: header length, JSON header, then what chance draws, one seed after the other:
    the noise's standard draws in float64, and the rows of all batches of a size in bytes.

    Of the surface there are its value, slope and curvature, which pictures ask for, and what its rules ask.
    ``written`` says how each run's steps are explained. A run that the browser cannot make has no program.
    """
    whole = surface_tape(surface) or {}
    on_surface: dict[str, Any] = {name: part for name, part in whole.items() if name != "gauss_newton"}
    runs: dict[str, Any] = {}
    written = {key: explanation(rule, "gauss_newton" in whole).facts for key, (rule, _) in kinds}
    for key, (rule, schedule) in kinds:
        made = tape(surface, rule, schedule)
        runs[key] = made and {"rule": made["rule"], "schedule": made["schedule"]}
        on_surface |= made["surface"] if made else {}
    seeds = range(chance.seed, chance.seed + chance.count)
    noise = np.stack([standard_draws(seed, chance.steps) for seed in seeds]) if chance.noise else np.empty(0)
    examples = len(surface.data or ())
    found = {
        size: np.concatenate([row for seed in seeds for row in batches.drawn(examples, size, steps, seed)])
        for size, steps in chance.sizes
    }
    header = {
        "name": name,
        "surface": on_surface,
        "runs": runs,
        "written": written,
        "drawn": {
            "count": chance.count,
            "steps": chance.steps,
            "noise": chance.noise,
            "rows": [(size, len(rows)) for size, rows in found.items()],
        },
    }
    rows = b"".join(rows.astype(np.uint8).tobytes() for rows in found.values())
    return compress(packed(header) + noise.tobytes() + rows)
