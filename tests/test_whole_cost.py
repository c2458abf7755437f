"""No formula costs more than a second and 200 MB, whatever its window and its coefficients are."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ui.surfaces
import ui.table
from landscapes import landscape
from optimizers import stationary_points
from tests import whole
from tests.fuzz_formula import CASES
from ui.link import decode

ROOT = CASES.parents[2]
SLOW = json.loads(CASES.read_text(encoding="utf-8"))
WORK = 1.5e8
"""Losses and slopes that a search for stationary points asks for, times the length of their code in bytes."""


@pytest.mark.parametrize(
    ("links", "least"), [(["--whole", "20"], 40), (["--cases"], len(SLOW))], ids=["random", "slow once"]
)
def test_the_whole_app_is_asked_of_any_formula_within_a_second_and_200_megabytes(
    links: list[str], least: int
) -> None:
    """In a process of its own, whose peak of memory is that of these formulas alone."""
    command = [sys.executable, "-m", "tests.fuzz_formula", "--count", "0", *links]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    seen, bad = map(int, re.search(r"(\d+) links asked .*, (\d+) bad", done.stdout).groups())  # type: ignore[union-attr]
    assert seen >= least
    assert bad == 0


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [
        ("MOST_SECONDS", 0.0, " s"),
        ("MOST_MEGABYTES", -1e9, " MB"),
        ("LARGEST_MESSAGE", 1, " bytes of terrain"),
        ("LONGEST_LATEX", 1, " characters"),
    ],
)
def test_what_is_beyond_a_bound_is_named(
    name: str, limit: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ui.surfaces, ui.table):  # put back what the page stands in for
        monkeypatch.setattr(module, "st", None)
    found = whole.cost({"formula": "x^2 + 3*y^2"})
    assert found.faults(whole.peak()) == []
    monkeypatch.setattr(whole, name, limit)
    assert any(said in fault for fault in found.faults(whole.peak()))


@pytest.mark.parametrize(
    "query",
    [case for case in SLOW if "window" in case],
    ids=lambda query: query["formula"],
)
def test_a_search_for_stationary_points_is_bounded_in_what_it_asks(
    query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spent, evaluated = 0.0, landscape._evaluated

    def counted(function: Callable[..., Any], p: Any) -> Any:
        nonlocal spent
        spent += np.asarray(p).size / 2 * len(function.__code__.co_code)
        return evaluated(function, p)

    surface = decode(query)[0].surface
    stationary_points.cache_clear()
    monkeypatch.setattr(landscape, "_evaluated", counted)
    stationary_points(surface)
    assert 0.0 < spent <= WORK
