"""The whole of what the app asks of one link: its seconds, its memory and the size of what it sends.

``--whole`` of ``tests.fuzz_formula`` asks it of random formulas over moved windows and parameters.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from sympy.core.cache import clear_cache

import ui.surfaces
import ui.table
from charts import LIGHT
from landscapes import FormulaError, parse_landscape
from optimizers import known_minima
from ui.link import decode, encode
from ui.runs import judged_runs
from ui.stage import pack, pack_terrain
from ui.table import as_csv

MOST_SECONDS, MOST_MEGABYTES, LARGEST_MESSAGE, LONGEST_LATEX = 1.0, 200.0, 1_000_000, 12_000
ATTEMPTS = 3
"""Of which the quickest counts: on a machine that is shared, others slow down the rest."""
YARDSTICK = 0.06
"""Seconds of processor time that ``yardstick`` takes on the machine whose seconds are meant."""


def yardstick() -> float:
    """Seconds that a fixed piece of work of the same kind takes here and now: derivatives, code, a grid."""
    clear_cache()
    started = time.thread_time()
    x, y = sp.symbols("x y")
    loss = sum(sp.tanh(k * x + y) ** 2 for k in range(1, 4))
    function = sp.lambdify((x, y), [loss, *sp.hessian(loss, (x, y))], cse=True)
    function(*np.meshgrid(np.linspace(-1.0, 1.0, 200), np.linspace(-1.0, 1.0, 200)))
    return time.thread_time() - started


class Page:
    """Stands in for Streamlit: every control is on, and the largest message of every kind is noted."""

    def __init__(self) -> None:
        self.largest: dict[str, int] = {}
        for kind in ("html", "markdown", "caption", "toggle", "plotly_chart"):
            setattr(self, kind, partial(self._say, kind))

    def _say(self, kind: str, content: Any, **options: Any) -> bool:
        text = content.to_json() if hasattr(content, "to_json") else content
        self.largest[kind] = max(self.largest.get(kind, 0), len(text))
        return True


def asked(query: Mapping[str, str]) -> dict[str, int]:
    """Do all that the playground does for a link, everything opened; the size of each message."""
    page = ui.surfaces.st = ui.table.st = Page()
    scenario, _ = decode(query)
    surface = scenario.surface
    known_minima(surface)
    terrain = pack_terrain(surface, LIGHT, False)
    lines, verdicts = judged_runs(scenario, LIGHT)
    stage = pack(scenario, lines, verdicts, LIGHT)
    table = as_csv(surface, scenario.entries, lines, verdicts)
    ui.surfaces.about(surface, LIGHT)
    decode(encode(scenario))
    return {**page.largest, "terrain": len(terrain), "stage": len(stage), "table": len(table)}


def forget() -> None:
    """Empty every cache of the project, and SymPy's."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("landscapes", "optimizers", "charts", "ui"):
            for member in list(vars(module).values()):
                if not isinstance(member, type) and callable(clear := getattr(member, "cache_clear", None)):
                    clear()
    clear_cache()


class Cost(NamedTuple):
    """What a link costs that nobody has asked for before; the peak is that of the process so far.

    ``yard`` is what the yardstick took just after it.
    """

    seconds: float
    peak: float
    sizes: dict[str, int]
    yard: float

    def faults(self, before: float) -> list[str]:
        """What exceeds its bound, of a process that held so many megabytes before its first link."""
        too_large = {kind: size for kind, size in self.sizes.items() if size > LARGEST_MESSAGE}
        return [
            *([f"{self.seconds:.2f} s"] if self.seconds > MOST_SECONDS else []),
            *([f"{self.peak - before:.0f} MB"] if self.peak - before > MOST_MEGABYTES else []),
            *([f"{self.sizes['markdown']} characters"] if self.sizes["markdown"] > LONGEST_LATEX else []),
            *(f"{size} bytes of {kind}" for kind, size in too_large.items()),
        ]


def peak() -> float:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cost(query: Mapping[str, str], yard: float | None = None) -> Cost:
    """Ask it, a few times where it was slow; a slower machine has longer seconds.

    ``yard`` is what the yardstick took just before, if that is known.
    """
    seconds, before = float("inf"), yard or yardstick()
    for _ in range(ATTEMPTS):
        forget()
        started = time.thread_time()
        sizes = asked(query)
        took, after = time.thread_time() - started, yardstick()
        seconds, before = min(seconds, took * YARDSTICK / min(before, after)), after
        if seconds <= MOST_SECONDS:
            break
    return Cost(seconds, peak(), sizes, before)


SCALES = (1e-9, 1e-6, 1e-3, 1.0, 5.0, 40.0, 1e3, 1e6, 1e9, 1e15, 1e50, 1e99)
"""Half the widths of windows."""
FREQUENCIES = (1, 7, 20, 33, 40, 77, 100, 1000, "1e6")
INNER = ("x", "y", "(x+y)", "x*y", "(x-y)")
TERMS = (
    "sin({a}{z})", "sin({a}{z})²", "sigmoid({a}{z}-{b})", "softplus({a}{z}-{b})", "tanh({a}{z}-{b})",
    "relu({a}{z}-{b})", "|{z}-{b}|", "exp(-({z}-{b})²)", "exp(-{a}((x-{b})²+(y-{c})²))", "x^{a}", "{z}^{a}",
    "(x-{b})²+(y-{c})²", "1/({z}-{b})", "asin({z}/{a})", "floor({a}{z})",
)  # fmt: skip
FEW = (
    "sin({f}x)*sin({g}y)", "sin({f}x)+cos({g}y)+0.1(x²+y²)", "20+x²+y²-10cos({f}x)-10cos({f}y)",
    "sin({f}x*y)", "sin({f}(x²+y²))/(1+x²+y²)", "cos({f}sqrt(x²+y²))", "sin(exp(x*y))*cos(exp(y))",
    "sin(1/(x*y))", "|sin({f}x)|+|cos({g}y)|", "floor({f}x)*sin({g}y)", "1/sin({f}x)+tan({g}y)",
    "max(sin({f}x),cos({g}y))", "a*sin(b*x)*cos(c*y)+d*x", "|x|^a+|y|^b", "exp(a*x²+b*y²)*c", "a^x+b^y",
    "exp(exp(a*x)+y)", "sin(a^x)*cos(b^y)", "1e99*sin({f}x)*sin({g}y)", "1e-99*sin({f}x)*sin({g}y)",
    "(1+x/{f})^50*(1+y/{g})^50", "(x²+y²-{f})^50", "{f}^x*sin({g}/y)", "1 if sin({f}x)>0 else sin({g}y)",
    "sqrt(|sin({f}x)*sin({g}y)|)", "x^y^2", "tan(tan(tan({f}x+y)))",
)  # fmt: skip


def nasty(rng: random.Random) -> str:
    """A formula with many features, many terms, or numbers of any size."""
    if rng.random() < 0.5:
        return rng.choice(FEW).format(f=rng.choice(FREQUENCIES), g=rng.choice(FREQUENCIES))
    shape = rng.choice(TERMS)
    terms = [
        shape.format(a=rng.randint(1, 99), b=rng.randint(0, 9), c=rng.randint(0, 9), z=rng.choice(INNER))
        for _ in range(rng.randint(2, 24))
    ]
    whole = rng.choice("+++*-,").join(terms)
    return rng.choice(("max({})", "min({})") if "," in whole else ("{}", "{}", "1/({})", "sqrt({})")).format(
        whole
    )


def window(rng: random.Random) -> str:
    """A window as a link has it: of any size, anywhere, often long and thin."""
    edges: list[str] = []
    for _ in range(2):
        half = rng.choice(SCALES)
        middle = half * rng.choice((0.0, 0.0, 1.0, -10.0, 1e6, rng.uniform(-3.0, 3.0)))
        edges += (repr(middle - half), repr(middle + half))
    return ",".join(edges if rng.random() < 0.5 else edges[:2] * 2)


def queries(text: str, rng: random.Random) -> Iterator[dict[str, str]]:
    """The links of a formula: as typed, over two other windows, and with its coefficients moved."""
    try:
        surface = parse_landscape(text)
    except FormulaError:
        return
    yield {"formula": text}
    yield {"formula": text, "window": window(rng)}
    yield {"formula": text, "window": window(rng)}
    if surface.parameters:
        ends = {p.key: repr(rng.choice((p.low, p.high))) for p in surface.parameters}
        small = {p.key: rng.choice(("0", "1e-300", "-1e-9", "nan", "1e308")) for p in surface.parameters}
        yield {"formula": text, **ends}
        yield {"formula": text, **small, "window": window(rng)}


def check(links: Iterator[dict[str, str]]) -> int:
    """Ask the whole of every link; print what is beyond its bound, the dearest, and how many they were."""
    before = peak()
    asked({"formula": "x^2 + y^2"})
    seen, bad, dearest, largest = 0, 0, (0.0, ""), dict[str, int]()
    yard = yardstick()
    for query in links:
        seen += 1
        try:
            found = cost(query, yard)
        except Exception as error:
            faults = [f"{type(error).__name__}: {error}"]
        else:
            faults, yard = found.faults(before), found.yard
            dearest = max(dearest, (found.seconds, str(query)))
            largest = {k: max(size, largest.get(k, 0)) for k, size in found.sizes.items()}
        bad += bool(faults)
        if faults:
            print(f"{', '.join(faults)} <- {query}", flush=True)
    print(f"{seen} links asked of the whole app, {bad} bad; {peak() - before:.0f} MB above {before:.0f} MB")
    print(f"dearest {dearest[0]:.2f} s <- {dearest[1]}")
    print(f"largest {largest}", flush=True)
    return bad
