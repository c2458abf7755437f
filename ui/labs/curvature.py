"""The lab of curvature: what rules know of the surface around them, and where that leads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from charts import Look, number, thumbnail
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, Kind, run
from optimizers.studies.curvature import (
    Damped,
    Invariance,
    Learned,
    Natures,
    damped,
    in_other_axes,
    learned,
    natures,
)
from ui.lab import Choice, Lab
from ui.scenario import SLOTS, Entry, Scenario
from ui.study import study

RESOLUTION = 200
"""Starts along each side of the map."""

_RUN = Choice(
    "run", "Curvature of run", "A", {slot: slot for slot in SLOTS},
    "Whose local quadratic, and whose starts, are shown.",
)  # fmt: skip
_LONGEST = 200
"""Steps that each of those starts is followed at most."""
_ASKS = ("safeguard", "damping", "learning_rate")
"""The number of a rule that its slider shows: the first that it has."""


def _opening() -> Scenario:
    surface = LANDSCAPES["himmelblau"]
    rules = ("newton", "levenberg_marquardt", "gradient_descent")
    entries = tuple(Entry(slot, OPTIMIZERS[key]()) for slot, key in zip("ABC", rules, strict=True))
    return Scenario(surface, (1.5, -2.0), entries, steps=30)


def chosen(s: Scenario) -> Entry:
    """The run whose curvature and starts are shown: the first where the one asked for is not there."""
    return next((e for e in s.entries if e.slot == s.settings["run"]), s.entries[0])


def whose(s: Scenario) -> Choice:
    """Which run that is, of those that there are."""
    return replace(_RUN, options={entry.slot: entry.slot for entry in s.entries})


def main_key(entry: Entry) -> str:
    """The number of its rule that the slider over the picture sets; empty where it has none."""
    return next((key for key in _ASKS if key in entry.rule.settings), "")


def guarded(safeguard: float) -> Callable[[Scenario], Scenario]:
    """An edit that makes the run shown a Newton with this safeguard."""

    def edit(s: Scenario) -> Scenario:
        newton = OPTIMIZERS["newton"](safeguard=safeguard)  # type: ignore[call-arg]
        return s.with_rule(chosen(s).slot, newton)

    return edit


def ends(s: Scenario) -> Natures | None:
    """What kind of place the shown run's rule ends at, from starts all over the map."""
    rule, steps = chosen(s).rule, min(s.steps, _LONGEST)
    return study(
        "where every start ends", (s.surface, rule, steps),
        lambda pace: natures(s.surface, rule, RESOLUTION, steps, pace), RESOLUTION**2 * steps,
    )  # fmt: skip


def ends_told(found: Natures, s: Scenario) -> str:
    """The shares in a sentence."""
    shares = [f"{kind} {number(100.0 * share, 3)} %" for kind, share in found.shares.items()]
    lost = sum(found.shares.get(kind, 0.0) for kind in (Kind.SADDLE, Kind.MAXIMUM))
    says = (
        f"It goes to a saddle or a maximum from {number(100.0 * lost, 3)} % of them."
        if lost
        else "None ends at a saddle or a maximum."
    )
    count = f"{RESOLUTION} × {RESOLUTION} starts after {min(s.steps, _LONGEST)} steps"
    return f"{chosen(s).rule.name}, {count}: {', '.join(shares)}. {says}"


# --- what stands below the picture --------------------------------------------------------------


def matrix(s: Scenario) -> Learned | None:
    """BFGS from the scenario's start."""
    given = (s.surface, s.start, s.steps)
    return study("BFGS’s matrix", given, lambda pace: learned(*given, pace=pace), s.steps)


def matrix_told(found: Learned) -> str:
    """How near the matrix comes to the inverse Hessian."""
    errors = found.errors[np.isfinite(found.errors)]
    if not errors.size:
        return "There is no Hessian where this run is, so there is nothing to compare its matrix B with."
    known = np.isfinite(found.inverses).all(axis=(1, 2))
    lowest = float(np.linalg.eigvalsh(found.inverses[known]).min())
    positive = (
        f"Its eigenvalues stay above 0 all the way (the lowest is {number(lowest, 2)}), so every step leads "
        "downhill."
        if lowest > 0.0
        else f"Its lowest eigenvalue is {number(lowest, 2)}: rounding made it indefinite, and −Bg need "
        "not lead downhill."
    )
    return (
        "B begins as the identity and learns from steps and gradients alone: its distance from the inverse "
        f"Hessian, ‖BH − I‖, goes from {number(errors[0], 3)} to {number(errors[-1], 3)}. {positive}"
    )


def load(s: Scenario) -> Damped | None:
    """Levenberg–Marquardt from the scenario's start."""
    given = (s.surface, s.start, s.steps)
    return study("the load λ", given, lambda pace: damped(*given, pace=pace), s.steps)


def load_told(found: Damped) -> str:
    """How the load adapted."""
    rejected, extra = int(found.rejected.sum()), int((found.load > 1.001 * found.damping[:-1]).sum())
    indefinite = (
        f" In {extra} steps the matrix was indefinite and got more, to be positive definite." if extra else ""
    )
    return (
        f"The load λ on the diagonal is divided by 10 after each of {len(found.rejected) - rejected} steps "
        f"that do not raise the loss, and multiplied by 10 after each of {rejected} rejected trials: from "
        f"{number(found.damping[0], 2)} to {number(found.damping[-1], 2)}. Large λ walks like gradient "
        f"descent, small λ like Gauss–Newton.{indefinite}"
    )


SHEARED = ((2.0, 1.0), (0.0, 0.5))
"""The other axes: w = Av + b."""
_SHIFT = (0.3, -0.2)
_RATE = 0.002
_COMPARED = ("newton", "levenberg_marquardt", "gradient_descent", "momentum", "adam", "bfgs")
AXES_HEAD = ("Rule", "Furthest apart, in widths of the map")


def axes_told() -> str:
    """What is done to the axes, in words."""
    (a, b), (c, d) = (map(number, row) for row in SHEARED)
    return (
        f"The same runs with the weights written in other axes, w = Av + b with A = ({a} {b}; {c} {d}), and "
        "carried back. What does not notice the axes makes the same run: 0 but for rounding."
    )


def in_sheared_axes(surface: Landscape, start: Any, key: str) -> Invariance:
    """A rule's run for six steps as it is, and through the other axes."""
    rule = OPTIMIZERS[key]()
    if "learning_rate" in rule.settings and key != "newton":
        rule = replace(rule, **{"learning_rate": _RATE})
    return in_other_axes(surface, rule, start, 6, SHEARED, _SHIFT)


def axes_rows(s: Scenario) -> list[tuple[str, str]]:
    """How far apart the two runs of each rule come."""
    rows = []
    for key in _COMPARED:
        ask = partial(in_sheared_axes, s.surface, s.start, key)
        found = study(f"runs of {key} in other axes", (s.surface, s.start), lambda _, ask=ask: ask(), 1)
        if found is not None:
            apart = found.apart[np.isfinite(found.apart)]
            furthest = float(apart.max()) if apart.size else np.nan
            rows.append((OPTIMIZERS[key].name, number(furthest, 2)))
    return rows


def _picture(look: Look) -> str:
    s = _opening()
    t = run(s.surface, s.entries[0].rule, s.start, s.steps)
    return thumbnail(s.surface, "Newton walks to the maximum of Himmelblau’s surface", t.points, look)


CURVATURE = Lab(
    key="curvature",
    title="Curvature",
    question="Where does it lead to trust the local parabola?",
    look_for="Step back with ◀❙: the dashed line is the level line of the local quadratic, an ellipse in a "
    "bowl, a hyperbola at a saddle. Newton’s step goes to its centre, whatever that is. Raise δ: it leaves.",
    opening=_opening,
    picture=_picture,
    settings=(_RUN,),
)
