"""Print the speed and load figures, each as a ratio within one run, beside its bound.

Both sides of a ratio are measured alternately in the same run; the figures are medians.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from importlib import import_module
from pathlib import Path

FIGURES = (
    *("latency", "cpu", "load", "neighbours", "adam", "autograd", "maps", "tuning", "surfaces", "formulas"),
    *("tape", "strip", "hand", "labs", "basin_page", "playback", "apart", "first", "slow_line"),
)


def main() -> None:
    """Measure the chosen figures one after the other and print each as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(FIGURES)}; all by default"
    )
    parser.add_argument("--json", type=Path, help="write the figures and their samples here too")
    chosen = parser.parse_args()
    if unknown := set(chosen.figures) - set(FIGURES):
        parser.error(f"unknown figure {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    measured = []
    for name in chosen.figures or FIGURES:
        busy = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        print(f"{name} ({os.cpu_count()} processors{busy})", flush=True)
        for figure in import_module(f"benchmarks.{name}").measure():
            print(f"  {figure}", flush=True)
            measured.append({"name": name, **dataclasses.asdict(figure), "met": figure.met})
    if chosen.json:
        chosen.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main()
