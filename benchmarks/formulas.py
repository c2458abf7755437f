"""How long the slowest typed formulas take: from the text to a window, LaTeX, and every stationary point."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.figure import Figure
from landscapes import FormulaError, parse_landscape
from landscapes.compiler import compile_surface
from landscapes.formulas import formula
from optimizers import known_minima, stationary_points

_CASES = Path(__file__).parent.parent / "tests" / "cases"
_CROWDED = ("sin(20x)sin(20y)", "sin(40x)sin(40y)", "sin(5x)cos(7y)exp(-x²/20)", "max(x, y, x*y) + |x y|")


def _milliseconds(work: Callable[[], Any]) -> float:
    began = process_time()
    work()
    return 1000.0 * (process_time() - began)


def measure(repeats: int = 3) -> list[Figure]:
    """Each formula from cold caches; the fastest of its repeats counts, and of all formulas the slowest."""
    texts = [case["formula"] for case in json.loads((_CASES / "slow_formulas.json").read_text("utf-8"))]
    parsing: dict[str, float] = {}
    finding: dict[str, float] = {}

    def parsed(text: str) -> Any:
        formula._landscape.cache_clear()
        compile_surface.cache_clear()
        try:
            return parse_landscape(text)
        except FormulaError:
            return None

    for text in (*texts, *_CROWDED):
        parsing[text] = min(_milliseconds(lambda text=text: parsed(text)) for _ in range(repeats))
        surface = parsed(text)
        if surface is not None:

            def find(surface: Any = surface) -> None:
                stationary_points.cache_clear()
                known_minima.cache_clear()
                known_minima(surface)

            find()
            finding[text] = min(_milliseconds(find) for _ in range(repeats))
    figures = []
    for what, taken, bound in (
        ("slowest typed formula, parsed and compiled", parsing, 1000.0),
        ("slowest search for stationary points", finding, 300.0),
    ):
        slowest = max(taken, key=taken.__getitem__)
        figures.append(Figure(what, taken[slowest], " ms", bound, note=slowest[:40]))
    return figures
