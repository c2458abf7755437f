"""A scenario's runs as a Python script that needs NumPy alone: the very source that made them here."""

from __future__ import annotations

from landscapes import Landscape
from landscapes.compiler import Functions
from landscapes.data import scaled_sum
from optimizers.optimizer import carefully
from optimizers.runs.batches import drawn
from optimizers.runs.noise import noisy
from optimizers.runs.stepping import stepped
from ui.export.excerpt import Excerpt
from ui.export.formula import NAMES, functions, grid, meanings, rows
from ui.export.script import MAIN, METHODS, Own, built, header, layout, made_with, runs, settings, signature
from ui.scenario import Scenario


def numpy_script(scenario: Scenario, link: str = "", own: Own = Own()) -> str:  # noqa: B008 - a constant
    """The script; it says where the same runs are to be seen, if a link is given."""
    s, surface, source = scenario, scenario.surface, Excerpt(METHODS)
    table = [
        (e, (built(e.rule, source), built(e.schedule, source), *made_with(s, e, own))) for e in s.entries
    ]
    asked = str(source)
    wanted = [name for name in Functions._fields if name == "value" or f"surface.{name}" in asked]
    formulas, calls = functions(surface, wanted)
    names = meanings(calls, source)
    for needed in (Functions, stepped, carefully):
        source.add(needed)
    if s.noise > 0.0:
        source.add(noisy)
    if s.batched:
        source.add(drawn)
    if surface.data:
        source.add(scaled_sum)
    source.imports |= {"from functools import partial", "import math", "import numpy as np"}
    whole = _whole(surface, list(formulas), source)
    return layout(
        header(s, "NumPy", link),
        source.imports,
        ("The numbers.", ["\n".join(settings(s, own)), rows(surface) if surface.data else ""]),
        ("The surface.", formulas.values()),
        ("The rules, and what they are made of.", [str(source)]),
        (
            "What the formulas call.",
            [_EITHER if any("either(" in n for n in names) else "", "\n".join(names)],
        ),
        ("The runs.", [whole, _run(s, own), runs(table), MAIN]),
    )


_EITHER = '''\
def either(on_floats, on_numbers):
    """One function for Python's floats, which raises, and for NumPy's numbers, which has inf and nan."""
    return lambda *z: (on_floats if all(type(a) is float for a in z) else on_numbers)(*z)'''


def _whole(surface: Landscape, wanted: list[str], source: Excerpt) -> str:
    """``SURFACE``: every function that a rule may ask, or None."""
    fields = [name if name in wanted else None for name in Functions._fields]
    if surface.samples is not None:
        source.imports.add("from bisect import bisect_right")
        kept = ", ".join(f"joined({NAMES[name]}_in_cell)" if name else "None" for name in fields)
        return f"{grid(surface, source)}\n\n\n{_JOINED}\n\n\nSURFACE = Functions({kept})"
    if not surface.data:
        kept = ", ".join(NAMES[name] if name else "None" for name in fields)
        return f"SURFACE = Functions({kept})"
    kept = ", ".join(f"scaled_sum({NAMES[name]}_of_one, rows, scale)" if name else "None" for name in fields)
    said, scale = ("Their sum", "len(ROWS)") if surface.data.summed else ("Their mean", "1.0")
    return (
        f'def over(rows):\n    """{said}, estimated from some examples."""\n'
        f"    scale = {scale} / len(rows)\n    return Functions({kept})\n\n\nSURFACE = over(ROWS)"
    )


_JOINED = '''\
def joined(in_cell):
    """A function of the surface from what it is within each cell; nan outside the grid."""
    lefts, bottoms, table = COLUMNS[:-1].tolist(), UP[:-1].tolist(), CELLS.tolist()

    def anywhere_on_it(x, y):
        if not (COLUMNS[0] <= x <= COLUMNS[-1] and UP[0] <= y <= UP[-1]):
            return in_cell(*[math.nan] * 18)
        i, j = bisect_right(lefts[1:], x), bisect_right(bottoms[1:], y)
        return in_cell(x - lefts[i], y - bottoms[j], *table[i * len(bottoms) + j])

    return anywhere_on_it'''


def _run(scenario: Scenario, own: Own) -> str:
    """The function that makes one run, with no more in it than this scenario needs."""
    noise, batched = scenario.noise > 0.0, scenario.batched
    feedback = any(e.schedule.feedback for e in scenario.entries)
    renews = "bool(batch_size)" if batched else "False"
    lines = [
        f"def run(rule, schedule{signature(scenario, own)}):",
        '    """Every point of a run, shape (STEPS + 1, 2); nan from the step of an overflow on."""',
        "    base = getattr(rule, 'learning_rate', math.nan)",
        "    factors = schedule.factors(STEPS).tolist()",
        "    draws = (NOISE * np.random.default_rng(seed).standard_normal((STEPS, 2))).tolist()"
        if noise
        else "",
        "    batches = batch_size and drawn(len(ROWS), batch_size, STEPS, seed)" if batched else "",
        "    watched = ()" if feedback else "",
        "    point, state = START, rule.initial(START)",
        "    points = [point]",
        "    for k in range(1, STEPS + 1):",
        "        surface = SURFACE",
        "        if batch_size:" if batched else "",
        "            surface = over([ROWS[i] for i in batches[k - 1]])" if batched else "",
        "        surface = noisy(surface, draws[k - 1])" if noise else "",
        "        rate = base * factors[k - 1]",
        *(_FEEDBACK if feedback else []),
        f"        step = partial(stepped, rule, surface, renews={renews})",
        "        try:",
        "            point, state = step(point, state, rate, k)",
        "        except (ArithmeticError, ValueError):  # Python raises where NumPy has inf or nan",
        "            point, state = carefully(step, point, state, rate, k)",
        "        points.append(point)",
        "    points = np.array(points)",
        "    points[np.logical_or.accumulate(~np.isfinite(points).all(axis=1))] = math.nan",
        "    return points",
    ]
    return "\n".join(filter(None, lines)).replace("STEPS", own.length)


_FEEDBACK = [
    "        if schedule.feedback:",
    "            try:",
    "                loss_here = SURFACE.value(*point)",
    "            except (ArithmeticError, ValueError):",
    "                loss_here = math.nan",
    "            watched = schedule.react(watched, loss_here) if watched else schedule.initial(loss_here)",
    "            rate = base * watched[0]",
]
