"""Runs and places with a known answer, designed apart from the code: each one, and seen otherwise."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twins import Case, twins

from landscapes import LANDSCAPES, Landscape, parse_landscape
from optimizers import OPTIMIZERS, SCHEDULES, Kind, Trajectory, Verdict, judge, run, stationary_points
from optimizers.maps.lanes import follow_ends
from optimizers.verdicts.classify import NATURES, SLOPE, classify


def read(name: str) -> list[Any]:
    return json.loads((Path(__file__).parent / "cases" / f"{name}.json").read_text(encoding="utf-8"))


def named(rows: list[Any]) -> Any:
    return [pytest.param(row, id=f"{i} {row['formula']}") for i, row in enumerate(rows)]


VERDICTS, PLACES, POINTS = read("verdicts"), read("places"), read("stationary_points")
FULL_WINDOW = ((-5.0, 5.0), (-5.0, 5.0))


def surface_of(case: Case) -> Landscape:
    formula = case["formula"]
    return LANDSCAPES.get(formula) or parse_landscape(formula, case.get("window"))


def trajectory(case: Case) -> Trajectory:
    given = {key: case[key] for key in ("noise", "seed") if key in case}
    if "schedule" in case:
        key, settings = case["schedule"]
        given["schedule"] = SCHEDULES[key](**settings)
    rule = OPTIMIZERS[case["rule"]](**case["settings"])
    return run(surface_of(case), rule, case["start"], case["steps"], **given)


@cache
def verdict_of(text: str) -> Verdict:
    t = trajectory(json.loads(text))
    return judge(t.surface, t)


def verdict(case: Case) -> Verdict:
    return verdict_of(json.dumps(case))


@pytest.mark.parametrize("case", named(VERDICTS))
def test_a_run_is_called_what_it_is(case: Case) -> None:
    found = verdict(case)
    assert found.kind.value in case["accept"], f"{found.sentence} But: {case['why']}"


SEEN_OTHERWISE = [
    pytest.param(case, twin, id=f"{case['formula']} {case['rule']} {name}")
    for case in VERDICTS
    if case["steps"] <= 1000
    for name, twin in twins(case)
][::9]


@pytest.mark.parametrize(("case", "twin"), SEEN_OTHERWISE)
def test_a_run_seen_otherwise_is_called_the_same(case: Case, twin: Case) -> None:
    """Another constant, unit, mirror, angle or the twin as typed: nothing of that is in a verdict."""
    a, b = verdict(case), verdict(twin)
    assert a.kind is b.kind, f"{a.sentence} But {twin['formula']}: {b.sentence}"


@pytest.mark.parametrize("case", named([c for c in VERDICTS if "noise" not in c and c["steps"] <= 500][::3]))
def test_many_runs_are_called_what_one_is(case: Case) -> None:
    t = trajectory(case)
    starts = np.array([case["start"]] * 3, dtype=float)
    found = follow_ends(t.surface, t.rule, starts, t.steps, t.schedule)
    assert set(found.kinds) == {verdict(case).kind}


@pytest.mark.parametrize("case", named([c for c in VERDICTS if 20 <= c["steps"] <= 500][::3]))
def test_one_more_step_changes_no_verdict(case: Case) -> None:
    later = verdict({**case, "steps": case["steps"] + 1})
    assert later.kind is verdict(case).kind or later.kind.value in case["accept"], later.sentence


@pytest.mark.parametrize("case", named([c for c in VERDICTS if c["accept"] == ["diverged"]]))
def test_the_step_of_a_divergence_does_not_hang_on_the_length_of_the_run(case: Case) -> None:
    if "schedule" not in case:
        steps = {verdict({**case, "steps": case["steps"] + more}).step for more in (0, 1, 40)}
        assert len(steps) == 1


@pytest.mark.parametrize("case", named(VERDICTS))
def test_no_cause_is_named_that_a_smaller_rate_refutes(case: Case) -> None:
    found = verdict(case)
    if "is above" not in found.sentence:
        return
    assert found.kind in (Kind.DIVERGED, Kind.OSCILLATING)
    share = 0.9 * found.evidence["rate_limit"] / found.evidence["learning_rate"]
    base = OPTIMIZERS[case["rule"]](**case["settings"]).settings["learning_rate"]
    smaller = {**case, "settings": {**case["settings"], "learning_rate": share * base}}
    assert verdict(smaller).kind is not found.kind


@pytest.mark.parametrize(
    ("text", "rule", "rate", "start"),
    [
        ("x^2 - y^2", "gradient_descent", 3.0, (1.0, 1.0)),  # a smaller rate leaves as well
        ("x^2 + y^2 - x^4/10", "gradient_descent", 1.5, (2.5, 0.5)),  # another slope than the well's
        ("log(x + 1) + y^2", "gradient_descent", 1.2, (1.0, 1.0)),  # it leaves the domain
        ("x^3 - 3*x + y^2", "gradient_descent", 0.4, (-1.5, 0.5)),
    ],
)
def test_a_cause_that_is_none_is_not_named(
    text: str, rule: str, rate: float, start: tuple[float, float]
) -> None:
    surface = parse_landscape(text, FULL_WINDOW)
    t = run(surface, OPTIMIZERS[rule](learning_rate=rate), start, 200)
    found = judge(surface, t)
    assert "above" not in found.sentence
    assert "rate_limit" not in found.evidence


@pytest.mark.parametrize("case", named(PLACES))
def test_a_place_is_what_it_is(case: Case) -> None:
    surface = parse_landscape(case["formula"], FULL_WINDOW)
    code = int(classify(surface, np.array([case["point"]], dtype=float)).codes[0])
    found = "none" if code == SLOPE else NATURES[code].value.removesuffix(" ground")
    assert found in case["accept"]


@pytest.mark.parametrize("case", named(POINTS))
def test_as_many_stationary_points_are_found_as_there_are(case: Case) -> None:
    found = stationary_points(parse_landscape(case["formula"], case["window"]))
    if case["count"] > 500:
        assert (len(found), found.more) == (500, True)
        return
    assert (len(found), found.more) == (case["count"], False)
    if case["natures"]:
        assert Counter(one.nature.value for one in found) == case["natures"]


def test_a_place_is_the_same_alone_and_among_many() -> None:
    for formula in ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "abs(x) + abs(y)", "x^3 - 3*x*y^2"):
        surface = parse_landscape(formula, FULL_WINDOW)
        points = np.array([one.point for one in stationary_points(surface)]) + 1e-7
        together = classify(surface, points).codes
        assert together.tolist() == [int(classify(surface, p[None]).codes[0]) for p in points]
