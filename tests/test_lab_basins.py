"""The facts of basins, on the numbers that their lab shows."""

import re
from dataclasses import replace

import numpy as np
import pytest
from test_labs import opened, texts
from test_pages import picture

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Kind, known_minima, run
from optimizers.studies.attraction import Agreement, Attraction
from optimizers.studies.folklore import RATES, TUNING_STARTS
from ui.labs import LABS
from ui.labs import basins as lab
from ui.labs.basins import added, contest, differing, folklore_noise, mapped, told, told_contest
from ui.scenario import SLOTS, Scenario, opening_of

LAB = LABS["basins"]
CAMEL = LANDSCAPES["six_hump_camel"]


def scenario(**rates: float) -> Scenario:
    s = opening_of(LAB)
    for slot, rate in rates.items():
        s = s.with_setting(slot, "learning_rate", rate)
    return s


def ends_at(found: Attraction, i: int, j: int) -> np.ndarray:
    return np.array(found.basins.minima[found.basins.basin[i, j]])


def test_a_map_says_where_the_run_from_each_start_ends_and_after_how_many_steps() -> None:
    s = scenario()
    for slot, found in mapped(s).items():
        assert len(found.basins.x) == 200
        for i, j in np.random.default_rng(1).integers(0, 200, (25, 2)):
            start = found.basins.x[j], found.basins.y[i]
            t = run(s.surface, s.entry(slot).rule, start, s.steps)
            np.testing.assert_allclose(t.points[-1], ends_at(found, i, j), atol=2e-2)
            away = np.hypot(*((t.points - found.basins.ends[i, j]) / s.surface.spans).T) > 1e-4
            assert found.needed[i, j] == (np.flatnonzero(away)[-1] + 1 if away.any() else 0)


def test_momentum_rolls_through_local_minima_at_which_gradient_descent_stops() -> None:
    found = mapped(scenario())
    descent, momentum = (found[slot].basins for slot in "AB")
    stopped, best = descent.kinds == Kind.LOCAL_MINIMUM, momentum.kinds == Kind.GLOBAL_MINIMUM
    assert np.mean(stopped & best) > 0.05
    assert "Momentum rolls through some" in LAB.look_for


def borders(found: Attraction) -> int:
    """How many neighbouring starts come to different minima."""
    basin = found.basins.basin
    return int((np.diff(basin, axis=0) != 0).sum() + (np.diff(basin, axis=1) != 0).sum())


def test_momentum_has_the_longer_borders() -> None:
    found = mapped(scenario())
    assert borders(found["B"]) > 1.2 * borders(found["A"])


def test_a_rate_above_two_over_the_curvature_of_a_well_settles_in_none_as_curved() -> None:
    minima = [*CAMEL.minimizers, *CAMEL.local_minimizers]
    curvatures = np.array([np.linalg.eigvalsh(CAMEL.hessian(point))[-1] for point in minima])
    least, most = curvatures.min(), curvatures.max()
    assert most > 1.2 * least
    found = mapped(scenario(A=2.0 / np.sqrt(least * most)))["A"].basins
    assert found.minima[: len(minima)] == tuple(minima)
    reached = np.bincount(found.basin[found.basin >= 0], minlength=len(minima)) / found.basin.size
    steep = curvatures > np.sqrt(least * most)
    assert (reached[: len(minima)][steep] < 1e-3).all()  # but for a start that meets it by chance
    assert reached[: len(minima)][~steep].sum() > 0.05
    calm = mapped(scenario(A=0.5 / most))["A"].basins
    assert set(np.unique(calm.basin)) >= set(range(len(minima)))


def test_shares_are_said_in_percent_and_add_up() -> None:
    s = scenario()
    found = mapped(s)
    said = dict(zip("AB", told(s, [], [_Said("Here.")] * 2), strict=True))  # type: ignore[list-item]
    for slot, sentence in said.items():
        percents = [float(p) for p in re.findall(r"([\d.]+) %", sentence)]
        assert sum(percents) == pytest.approx(100.0, abs=0.5)
        basins = found[slot].basins
        for name, percent in re.findall(r"(\d): ([\d.]+) %", sentence):
            share = 100.0 * np.mean(basins.basin == int(name) - 1)
            assert float(percent) == pytest.approx(share, rel=0.01)
        median = np.median(found[slot].needed[found[slot].needed >= 0])
        assert f"need at most {median:.0f} steps" in sentence
        assert sentence.endswith("This start: Here.")


class _Said:
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def test_the_page_shows_a_map_a_run_and_their_difference_with_its_shares() -> None:
    at = opened(LAB)
    header, _ = picture(at)
    s = scenario()
    found = mapped(s)
    assert [p["name"] for p in header["panels"]] == ["basins-A", "basins-B", "basins-AB"]
    for panel in header["panels"]:
        assert panel["stops"]["x"] == found["A"].basins.x.tolist()
        assert panel["places"] == {axis: {"of": axis, "key": "", "slot": ""} for axis in "xy"}
    assert [p["paths"] for p in header["panels"]] == [["A"], ["B"], ["A", "B"]]
    pair = differing(s, found)
    assert pair is not None
    names = [trace.get("name", "") for trace in header["panels"][2]["figure"]["data"]]
    assert f"different minima: {100 * np.mean(pair.codes == Agreement.DIFFERENT):.3g} %" in names
    assert "This start: Minimum" in texts(at)
    assert header["display"]["asks"]


def test_a_number_is_one_minimum_on_all_maps() -> None:
    s = scenario(A=0.2)  # which reaches other minima than momentum does
    found = mapped(s)
    assert found["A"].basins.minima == found["B"].basins.minima
    for one in found.values():
        for i, j in np.random.default_rng(2).integers(0, 200, (30, 2)):
            if one.basins.basin[i, j] >= 0:
                np.testing.assert_allclose(one.basins.ends[i, j], ends_at(one, i, j), atol=2e-2)


def test_a_rule_that_is_slow_gets_fewer_starts_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_SECONDS", 1e-9)
    s = scenario().with_rule("B", OPTIMIZERS["nelder_mead"]())
    s = replace(s, steps=37)  # nobody has asked for it at leisure
    found = mapped(s)
    assert len(found["B"].basins.x) == lab.RESOLUTIONS[-1]
    said = told(s, [], [_Said("Here.")] * 2)  # type: ignore[list-item]
    assert "From 25 × 25 starts only: this rule is slow." in said[1]
    pair = differing(s, found)
    assert pair is not None
    assert pair.codes.shape == (25, 25)


def test_a_difference_is_on_the_coarser_grid_of_the_two() -> None:
    s = replace(scenario(), steps=41)
    coarse = lab._mapped(s, s.entry("B"), [50])
    assert coarse is not None
    found = mapped(s) | {"B": coarse}
    pair = differing(s, found)
    assert pair is not None
    assert pair.codes.shape == (50, 50)


def test_up_to_four_runs_are_mapped_and_a_difference_needs_two_of_them() -> None:
    s = replace(scenario(), steps=5)
    while len(s.entries) < 5:
        s = added(s)
    assert list(mapped(s)) == list(SLOTS[:4])
    assert s.entry("C").rule.settings["learning_rate"] > 0.0
    panels = picture(opened(LAB, {"C": "adam", "D": "rmsprop", "steps": "5"}))[0]["panels"]
    assert [p["name"] for p in panels] == ["basins-C", "basins-D"]
    same = scenario().with_own("second", "A")
    assert differing(same, mapped(same)) is None
    assert differing(scenario().with_own("second", "D"), mapped(scenario())) is None


def noisy(jolt: float) -> Scenario:
    return opening_of(LAB).with_own("jolt", jolt)


def test_the_folklore_is_answered_with_its_uncertainty() -> None:
    s = noisy(0.3)
    found = contest(s)
    assert found is not None
    descent, momentum, adam, noise = found
    # Neither memory nor Adam finds it clearly more often; a little noise does, and much noise spoils it.
    for other in (momentum, adam):
        assert other.low < descent.high
        assert descent.low < other.high
    assert noise.low > descent.high
    assert noise.share > 0.95
    loud = contest(noisy(3.0))
    assert loud is not None
    assert loud[3].high < descent.low
    for one in (*found, *loud):
        assert one.low <= one.share <= one.high
        assert one.starts == lab._STARTS
    said = told_contest(s, found)
    assert f"Noise σ = {folklore_noise(s):g}".replace("-", "−") in said
    assert (
        f"({100 * descent.share:.0f} %, between {100 * descent.low:.0f} and {100 * descent.high:.0f})" in said
    )
    assert f"Adam {adam.contender.rule.settings['learning_rate']:g}" in said
    assert told_contest(s, found) in texts(opened(LAB)).replace("\n", " ")


def test_the_contest_is_told_of_all_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    counted: list[int] = []

    def listened(what, key, make, count):
        def much(done: int) -> int:
            heard.append(done)
            return 400_000

        counted.append(count)
        return make(much)

    monkeypatch.setattr(lab, "study", listened)
    monkeypatch.setattr(lab, "_STEPS", 40)
    contest(noisy(0.3))
    tuning = 3 * len(RATES) * TUNING_STARTS * 40
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert any(0 < done < tuning for done in heard)
    assert counted == [tuning + 11 * lab._STARTS * 40]
    assert 0.9 * counted[0] < heard[-1] <= counted[0]


def test_starts_that_end_on_a_maximum_are_not_told_to_be_on_their_way_to_a_minimum() -> None:
    s = replace(opening_of(LAB), surface=LANDSCAPES["himmelblau"], steps=30)
    s = s.with_rule("A", OPTIMIZERS["newton"]())
    found = mapped(s)
    assert (found["A"].basins.kinds == Kind.MAXIMUM).mean() > 0.01
    said = told(s, [], [_Said("Here.")] * 2)[0]  # type: ignore[list-item]
    assert "elsewhere or on the way" in said


def test_no_contest_without_a_global_minimum() -> None:
    assert contest(noisy(0.3).on(LANDSCAPES["saddle"])) is None
    assert "more often?" not in texts(opened(LAB, {"landscape": "saddle"}))


def test_no_rule_always_finds_the_global_minimum() -> None:
    (question,) = LAB.questions
    right = question.right()
    assert question.options[right] == "None of them"
    shares = [float(p) for p in re.findall(r"([\d.]+) %", question.because())]
    assert len(shares) == 2 * right
    assert max(shares) < 100.0
    assert known_minima(LANDSCAPES["rastrigin"]).minimum == 0.0
