"""What the lab of ravines says in tables and sentences, all of it measured."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from charts import number
from landscapes import LANDSCAPES, Array, Landscape
from optimizers import OPTIMIZERS, run
from optimizers.studies.convergence import QUADRATIC, Prepared, directions, preparations, shrinkage
from ui.labs.ravines import SETS, SHARE, count, counted
from ui.scenario import Scenario
from ui.study import study

COST_TOLD = (
    "Each rule at the rate that is best for it on that very ravine. Thin lines: the steps that theory "
    "expects of gradient descent and momentum at their best; momentum’s is a limit, its runs need a few more."
)
EVERY_TOLD = (
    "Steps until 1 % of the loss is left, each rule at its best rate there. A rule grows with what at least "
    "doubles its steps, and adds more than 10."
)
EVERY_HEAD = ("Rule", "κ = 10", "κ = 100", "κ = 1,000", "κ = 1,000 at 45°", "Grows with")
TABLE_HEAD = ("Table", "Columns", "κ", "Best η", "Steps run", "Steps by theory")
RATES_HEAD = ("Direction", "Curvature", "Best η", "Limit")

_TABLES = ("regression_raw_units", "regression_off_centre")
_TABLE_STEPS = 500
_SAMPLE = ((10.0, 100.0, 1000.0, 1000.0), (0.0, 0.0, 0.0, 45.0))


def factors(surface: Landscape) -> tuple[Array, Array, Array]:
    """Rates, what a step at each leaves of the error along each axis of the ellipses, and its curvatures."""
    rates = np.logspace(-4.0, 0.5, 160)
    return rates, shrinkage(surface, rates), directions(surface, surface.minimizers[0]).curvatures


def rate_rows(surface: Landscape) -> list[tuple[str, ...]]:
    """Curvature, best rate and limit in the direction of each weight and of each axis of the ellipses."""
    found = directions(surface, surface.minimizers[0])
    rows = [
        (f"weight {name}: {sign}", curvature)
        for name, sign, curvature in zip(surface.axes, ("a₁₁", "a₂₂"), found.diagonal, strict=True)
    ]
    for sign, curvature, axis in zip(("λ₁", "λ₂"), found.curvatures, found.axes.T, strict=True):
        across, up = axis if axis[0] >= 0.0 else -axis
        rows.append((f"axis ({number(across, 2)}, {number(up, 2)}): {sign}", curvature))
    return [(name, number(c, 3), number(1.0 / c, 3), number(2.0 / c, 3)) for name, c in rows]


def rates_told(surface: Landscape) -> str:
    """What the two directions ask of the one rate."""
    low, high = directions(surface, surface.minimizers[0]).curvatures
    kept = number(100.0 * max(0.0, 1.0 - 2.0 * low / high), 3)
    return (
        f"Each direction alone would like η = 1/λ and bears up to 2/λ. One η for both must stay below "
        f"2/λ_max = {number(2.0 / high, 3)}; the flat direction, whose best is {number(1.0 / low, 3)}, "
        f"then keeps more than {kept} % of its error at every step."
    )


def whitened() -> str:
    """What whitening does, in a run."""
    white = QUADRATIC.with_parameters(condition_number=1000.0, angle=30.0, whiten=1.0)
    rule = OPTIMIZERS["gradient_descent"](learning_rate=1.0)
    left = float(np.hypot(*run(white, rule, white.start, 1).points[-1]))
    return (
        "Measured in units of 1/√λ along the axes of the ellipses, the contours are circles: "
        f"κ = {number(white.condition_number)}. One rate, η = 1, then suits all directions: "
        f"one step of gradient descent ends {number(round(left, 9))} from the minimum."
    )


def made_for_ravines(s: Scenario) -> list[tuple[str, str]]:
    """What three rules do about a ravine, measured on the quadratic at the scenario's κ and angle."""
    surface = s.surface if s.surface.key == QUADRATIC.key else QUADRATIC
    kappa, angle = surface.settings["condition_number"], surface.settings["angle"]
    searching, normal, turning, coordinate = (entry.rule for entry in SETS["Made for ravines"])
    searched, descent = (counted(r, (kappa,), angle) for r in (searching, OPTIMIZERS["gradient_descent"]()))
    whole, each = (counted(rule, (kappa,), (0.0, 45.0)) for rule in (turning, coordinate))
    if not (searched and descent and whole and each):
        return []
    strides = np.hypot(*np.diff(run(surface, normal, surface.start, 20).points, axis=0).T)
    lengths = dict.fromkeys(number(one, 3) for one in (strides.min(), strides.max()))
    steps = [count(one) for found in (searched, descent, whole, each) for one in found.steps]
    return [
        (
            searching.name,
            "goes to the lowest point of its line, so each step stands square on the one before: "
            f"{number(right_angle(surface, surface.start), 4)}°. No rate to choose, but it zigzags: "
            f"{steps[0]} steps where gradient descent at its best rate needs {steps[1]}.",
        ),
        (
            normal.name,
            f"makes steps of one length, η: here {' to '.join(lengths)}. "
            "A flat floor does not slow it, but it cannot come to rest.",
        ),
        (
            turning.name,
            f"turns with the surface: {steps[2]} steps at 0° and {steps[3]} at 45°, "
            f"where Adagrad for each weight needs {steps[4]} and {steps[5]}.",
        ),
    ]


def right_angle(surface: Landscape, start: Any) -> float:
    """Of the angles between steps of exact line search, in degrees, the one furthest from 90."""
    steps = np.diff(run(surface, OPTIMIZERS["exact_line_search"](), start, 12).points, axis=0)
    lengths = np.hypot(*steps.T)
    kept = lengths > 1e-6 * lengths.max()  # what is shorter is rounding
    units = steps[kept] / lengths[kept, None]
    if len(units) < 2:
        return math.nan
    angles = np.degrees(np.arccos(np.clip((units[1:] * units[:-1]).sum(axis=1), -1.0, 1.0)))
    return float(angles[np.abs(angles - 90.0).argmax()])


def regressions() -> dict[str, tuple[Prepared, ...]]:
    """Both tables of data by name, their columns as they are, centred and standardised."""
    found = {}
    for table in map(LANDSCAPES.__getitem__, _TABLES):
        make = partial(preparations, table, _TABLE_STEPS, SHARE)
        if (one := study(table.name, (table,), make, 3 * _TABLE_STEPS)) is not None:
            found[table.name] = one
    return found


def regression_rows() -> list[tuple[str, ...]]:
    """A row for each preparation of each table."""
    return [
        (
            name, one.name, number(one.condition_number, 2), number(one.rate, 3),
            count(one.steps, _TABLE_STEPS), number(one.expected, 2),
        )
        for name, found in regressions().items()
        for one in found
    ]  # fmt: skip


def regressions_told() -> str:
    """What centring and standardising do to κ, in a sentence for each table."""
    told = [
        "{}: κ is {} as it is, {} centred, {} standardised.".format(
            name, *(number(one.condition_number, 2) for one in found)
        )
        for name, found in regressions().items()
    ]
    return (
        f"{' '.join(told)} Choose a table in the sidebar to see its ravine; its switches stand over the map."
    )


def every_rule() -> list[tuple[str, ...]]:
    """Steps of every rule on four quadratics, and what they grow with."""
    rows = []
    for rule in OPTIMIZERS.values():
        if (found := counted(rule(), *_SAMPLE)) is None:
            continue
        low, _, high, turned = np.nan_to_num(found.steps, nan=np.inf)
        grown = {"κ": (low, high), "the angle": (high, turned)}
        grows = [word for word, (less, more) in grown.items() if more > 2.0 * less + 10.0]
        rows.append((rule.name, *map(count, found.steps), " and ".join(grows) or "neither"))
    return rows
