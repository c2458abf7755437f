"""The lab of curvature: where rules end from every start, what they learn, and what the axes are to them."""

import json
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest
from test_labs import opened, shown
from test_pages import picture, sound, texts

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, Kind, judge, run
from optimizers.studies.convergence import QUADRATIC
from ui.labs import LABS
from ui.labs.curvature import (
    RESOLUTION,
    axes_rows,
    chosen,
    ends,
    guarded,
    in_sheared_axes,
    load,
    load_told,
    main_key,
    matrix,
    matrix_told,
    whose,
)
from ui.scenario import Place, opening_of
from ui.stage.payload import digest
from ui.stage.tapes import Drawn, pack_tapes

LAB = LABS["curvature"]


def test_plain_newton_ends_at_saddles_and_maxima_and_a_safeguard_does_not() -> None:
    opening = opening_of(LAB)
    plain, safe = ends(opening), ends(guarded(1.0)(opening))
    assert plain.ends.shape == (200, 200, 2)
    assert plain.shares[Kind.SADDLE] > 0.3
    assert plain.shares[Kind.MAXIMUM] > 0.05
    assert safe.shares == {Kind.GLOBAL_MINIMUM: 1.0}


def test_the_page_says_the_shares_and_the_map_shows_them() -> None:
    at = opened(LAB)
    found = ends(shown(at, LAB))
    header, _ = picture(at)
    (panel,) = header["panels"]
    for kind in (Kind.SADDLE, Kind.MAXIMUM, Kind.GLOBAL_MINIMUM):
        share = f"{100 * found.shares[kind]:.3g} %"
        assert f"{kind} {share}" in panel["label"]
        assert f"{kind}: {share}" in [trace.get("name") for trace in panel["figure"]["data"]]
        assert f"{kind} {share}" in texts(at)
    assert [panel["places"][axis]["of"] for axis in "xy"] == ["x", "y"]
    assert panel["paths"] == ["A"]
    assert f"{RESOLUTION} × {RESOLUTION} starts" in panel["label"]


def test_the_opening_s_newton_walks_to_the_maximum_and_a_safeguarded_one_leaves_it() -> None:
    opening = opening_of(LAB)
    for s, kind in ((opening, Kind.MAXIMUM), (guarded(1.0)(opening), Kind.GLOBAL_MINIMUM)):
        t = run(s.surface, s.entries[0].rule, s.start, s.steps)
        assert judge(s.surface, t).kind is kind


def test_exactly_on_the_ridge_a_safeguard_does_not_help() -> None:
    surface = LANDSCAPES["walled_saddle"]
    guard = OPTIMIZERS["newton"](safeguard=1.0)
    (saddle,) = surface.saddles
    ridge, beside = (
        judge(surface, run(surface, guard, (saddle[0] + 0.5, saddle[1] + d), 100)).kind for d in (0.0, 1e-6)
    )
    assert ridge is Kind.SADDLE
    assert beside is not Kind.SADDLE


def test_the_picture_shows_the_quadratic_of_the_chosen_run() -> None:
    opening = opening_of(LAB)
    at = opened(LAB, {"run": "B"})
    header, _ = picture(at)
    assert header["display"]["quadratic"]["slot"] == "B"
    assert set(header["display"]["quadratic"]["signs"]) == {"minimum", "saddle", "maximum"}
    assert header["panels"][0]["paths"] == ["B"]
    assert list(whose(opening).options) == ["A", "B", "C"]
    gone = opening.with_own("run", "F")
    assert chosen(gone) is gone.entries[0]
    assert list(whose(gone).options) == ["A", "B", "C"]
    assert [main_key(e) for e in opening.entries] == ["safeguard", "damping", "learning_rate"]


def test_formulas_of_the_surface_are_sent_though_no_run_is_taped() -> None:
    surface = LANDSCAPES["himmelblau"]
    kinds = (("bfgs", (OPTIMIZERS["bfgs"], SCHEDULES["constant"])),)
    content = pack_tapes(digest("a test"), surface, kinds, Drawn(seed=0, count=1, steps=1, noise=False))
    raw = zlib.decompress(content)
    header = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
    assert header["runs"] == {"bfgs": None}
    assert {"value", "gradient", "hessian"} <= header["surface"].keys()


def test_bfgs_s_matrix_comes_to_the_inverse_hessian_and_stays_positive() -> None:
    s = opening_of(LAB)
    found = matrix(s)
    assert found.errors[0] > 10
    assert found.errors[-1] < 0.05
    assert np.linalg.eigvalsh(found.inverses).min() > 0
    first, last = re.search(r"goes from (\S+) to (\S+)\. Its", matrix_told(found)).groups()
    assert float(first) == pytest.approx(found.errors[0], rel=0.01)
    assert float(last) == pytest.approx(found.errors[-1], rel=0.01)


def test_what_is_said_of_the_matrix_is_what_its_lowest_eigenvalue_says() -> None:
    found = matrix(opening_of(LAB))
    assert "stay above 0 all the way" in matrix_told(found)
    inverses = found.inverses.copy()
    inverses[-1] = [[1.0, 0.0], [0.0, -2.0]]
    said = matrix_told(replace(found, inverses=inverses))
    assert "lowest eigenvalue is −2:" in said
    assert "above 0" not in said


@pytest.mark.parametrize("asked", [matrix, load])
def test_the_studies_of_one_run_can_be_given_up(asked, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []

    def given_up(what, key, make, count):
        counted.append(count)
        make(_enough)

    monkeypatch.setattr("ui.labs.curvature.study", given_up)
    with pytest.raises(TimeoutError):
        asked(opening_of(LAB))
    assert counted == [opening_of(LAB).steps]


def _enough(done: int) -> int:
    raise TimeoutError


def test_the_load_falls_on_success_and_grows_on_failure() -> None:
    found = load(opening_of(LAB))
    rejected = int(found.rejected.sum())
    assert rejected > 0
    factors = found.damping[1:] / found.damping[:-1]
    np.testing.assert_allclose(factors[found.rejected], 10.0)
    assert (factors[~found.rejected] < 1.0 + 1e-9).all()
    assert f"after each of {rejected} rejected trials" in load_told(found)
    assert (np.diff(found.trajectory.points[:2], axis=0) == 0).all()  # its first trial is one of them


def test_an_indefinite_matrix_gets_more() -> None:
    s = replace(opening_of(LAB).on(LANDSCAPES["walled_saddle"]), start=(0.0, 0.3), steps=8)
    assert "indefinite and got more" in load_told(load(s))
    assert "indefinite" not in load_told(load(opening_of(LAB)))


@pytest.mark.parametrize("key", ["himmelblau", "rosenbrock", "beale"])
def test_plain_newton_does_not_see_the_axes_and_the_others_do(key: str) -> None:
    surface = LANDSCAPES[key]
    assert in_sheared_axes(surface, surface.start, "newton").apart.max() < 1e-9
    assert in_sheared_axes(surface, surface.start, "gradient_descent").apart.max() > 1e-3


def test_the_table_of_axes_tells_them_apart() -> None:
    rows = dict(axes_rows(opening_of(LAB)))
    assert "·10⁻" in rows[OPTIMIZERS["newton"].name]
    others = [float(text) for name, text in rows.items() if name != OPTIMIZERS["newton"].name]
    assert len(others) == 5
    assert min(others) > 1e-3


def test_newton_needs_one_step_on_any_quadratic_and_diverges_above_two() -> None:
    surface = QUADRATIC.with_parameters(condition_number=1000.0, angle=30.0)
    t = run(surface, OPTIMIZERS["newton"](), (2.0, -1.0), 1)
    assert np.abs(t.points[1]).max() < 1e-9
    fast = run(surface, OPTIMIZERS["newton"](learning_rate=2.1), surface.start, 200)
    assert judge(surface, fast).kind is Kind.DIVERGED


def test_a_click_on_a_start_is_taken_over() -> None:
    s = opening_of(LAB).with_number(Place("x"), -2.5).with_number(Place("y"), -1.0)
    t = run(s.surface, s.entries[0].rule, s.start, s.steps)
    found = ends(s)
    j, i = (int(np.abs(axis - v).argmin()) for axis, v in zip((found.x, found.y), s.start, strict=True))
    assert judge(s.surface, t).kind == found.kinds[i, j]


def test_buttons_make_the_shown_run_a_newton() -> None:
    at = opened(LAB, {"run": "C"})
    (button,) = (b for b in at.button if b.label == "Safeguarded Newton")
    sound(button.click().run())
    rules = [e.rule for e in shown(at, LAB).entries]
    assert rules[2] == OPTIMIZERS["newton"](safeguard=1.0)
    assert rules[0] == OPTIMIZERS["newton"]()
