"""Basins, their shares and differences, and how often the global minimum is found."""

import math
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from conftest import make_surface
from PIL import Image

from charts.labs.basins import attraction_map, difference_map, folklore
from landscapes import LANDSCAPES, x, y
from optimizers import OPTIMIZERS, SCHEDULES, Kind, Optimizer, basins, run
from optimizers.maps.arrivals import arrivals
from optimizers.studies import folklore as told
from optimizers.studies.attraction import OTHER, RESTING, Agreement, attraction, difference, named, shares
from optimizers.studies.folklore import (
    RATES,
    Contender,
    Finding,
    always_global,
    compared,
    found_global,
    spread_starts,
    tuned,
    wilson,
)

HIMMELBLAU, CAMEL, WELL = (LANDSCAPES[key] for key in ("himmelblau", "six_hump_camel", "double_well"))
DESCENT, MOMENTUM, ADAM = (OPTIMIZERS[key] for key in ("gradient_descent", "momentum", "adam"))
SEVERAL = [LANDSCAPES[key] for key in ("double_well", "six_hump_camel", "styblinski_tang", "goldstein_price")]


def needed_by_a_run(surface, rule, start, end, steps, schedule=None) -> int:
    """From the whole history of a single run."""
    path = run(surface, rule, start, steps, schedule).points
    away = np.hypot(*((path - end) / surface.spans).T) > 1e-4
    return int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0


# How many steps were needed


@pytest.mark.parametrize("rule", [DESCENT(0.01), MOMENTUM(0.005), ADAM(0.1), OPTIMIZERS["bfgs"]()])
@pytest.mark.parametrize("steps", [7, 21, 160])
def test_steps_needed_are_those_of_single_runs(rule: Optimizer, steps: int) -> None:
    found = attraction(HIMMELBLAU, rule, 9, steps)
    for i, j in np.ndindex(9, 9):
        start, end = (found.basins.x[j], found.basins.y[i]), found.basins.ends[i, j]
        if found.basins.kinds[i, j] in RESTING:
            assert found.needed[i, j] == needed_by_a_run(HIMMELBLAU, rule, start, end, steps), (i, j)
        else:
            assert found.needed[i, j] == -1


def test_steps_needed_on_a_bowl_are_those_of_the_closed_form() -> None:
    bowl = make_surface(x**2 / 2 + y**2 / 2, minimum=0.0, minimizers=((0.0, 0.0),))  # window 4 × 4
    start, rate = np.array([[1.0, 0.0], [0.0, -2.0], [1e-5, 0.0]]), 0.1
    expected = [math.ceil(math.log(4e-4 / d) / math.log(1 - rate)) for d in (1.0, 2.0)]
    assert arrivals(bowl, DESCENT(rate), start, np.zeros((3, 2)), 400).tolist() == [*expected, 0]


def test_steps_needed_wait_for_a_rate_that_changes() -> None:
    stairs = SCHEDULES["cosine"]()
    start = np.array([[1.0, 0.5], [-2.0, 1.0]])
    end = run(HIMMELBLAU, DESCENT(0.01), start, 300, stairs).points[-1]
    found = arrivals(HIMMELBLAU, DESCENT(0.01), start, end, 300, stairs)
    expected = [
        needed_by_a_run(HIMMELBLAU, DESCENT(0.01), s, e, 300, stairs) for s, e in zip(start, end, strict=True)
    ]
    assert found.tolist() == expected


def test_no_run_is_dropped_before_the_last_rate_has_been_tried() -> None:
    """On this plane all rates but the last are lost in rounding: the run stands, and then goes."""
    window = (1.5 - 1e-12, 1.5 + 1e-12)
    surface = make_surface(x + y, window=(window, window))
    rule, schedule = DESCENT(1.115e-16), SCHEDULES["warmup"](period=61)
    start = np.array([[1.5, 1.5]])
    path = run(surface, rule, start, 90, schedule).points
    assert (path[60] == start).all()
    assert (path[61] < start).all()
    assert arrivals(surface, rule, start, path[-1], 90, schedule).tolist() == [90]


def test_a_run_that_is_lost_arrives_nowhere() -> None:
    found = attraction(HIMMELBLAU, DESCENT(0.5), 5, 50)
    assert (found.basins.kinds == Kind.DIVERGED).any()
    assert (found.needed[found.basins.kinds == Kind.DIVERGED] == -1).all()


def test_many_chunks_are_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = attraction(HIMMELBLAU, DESCENT(0.01), 9, 60)
    monkeypatch.setattr("optimizers.maps.lanes.CHUNK", 7)
    np.testing.assert_array_equal(attraction(HIMMELBLAU, DESCENT(0.01), 9, 60).needed, whole.needed)


# Pace


def test_a_pace_is_told_of_all_steps_and_changes_no_bit() -> None:
    told_of: list[int] = []

    def pace(done: int) -> int:
        told_of.append(done)
        return 500

    free, paced = (
        attraction(HIMMELBLAU, DESCENT(0.01), 12, 60),
        attraction(HIMMELBLAU, DESCENT(0.01), 12, 60, None, pace),
    )
    np.testing.assert_array_equal(free.needed, paced.needed)
    np.testing.assert_array_equal(free.basins.ends, paced.basins.ends)
    assert told_of == sorted(told_of)
    assert told_of[0] == 0
    assert max(np.diff(told_of)) <= 500 + 144 * 20  # one more step of all runs, or what need not be made
    assert 0.8 * 2 * 144 * 60 <= told_of[-1] <= 2 * 144 * 60


def test_a_pace_may_give_the_work_up() -> None:
    class GivenUpError(Exception):
        pass

    def pace(done: int) -> int:
        if done > 2_000:
            raise GivenUpError
        return 100

    with pytest.raises(GivenUpError):
        attraction(HIMMELBLAU, DESCENT(0.01), 12, 60, None, pace)
    with pytest.raises(GivenUpError):
        found_global(WELL, [Contender("noise", DESCENT(0.1), 1.0)], 60, 100, 2, 0, pace)


# Shares and differences


def test_shares_add_up_and_are_the_counts() -> None:
    found = basins(CAMEL, DESCENT(0.05), 40, 200)
    listed = shares(found)
    assert math.isclose(sum(one.share for one in listed), 1.0)
    minima = [one for one in listed if one.point]
    assert [one.share for one in minima] == sorted((one.share for one in minima), reverse=True)
    for one in minima:
        i = found.minima.index(one.point)
        assert one.share == np.mean(found.basin == i)
        assert {one.kind} == set(found.kinds[found.basin == i])


def test_shares_name_saddles_divergence_and_the_rest() -> None:
    newton = shares(basins(HIMMELBLAU, OPTIMIZERS["newton"](), 40, 60))
    assert {Kind.SADDLE} <= {one.kind for one in newton if one.point is None}
    assert shares(basins(HIMMELBLAU, DESCENT(0.0), 5, 60))[0].kind is OTHER
    wild = {one.kind: one.share for one in shares(basins(HIMMELBLAU, DESCENT(1.0), 10, 60))}
    assert wild[Kind.DIVERGED] > 0.9


def test_a_difference_is_between_places_not_between_numbers_of_places() -> None:
    one, other = basins(HIMMELBLAU, DESCENT(0.01), 40, 200), basins(HIMMELBLAU, ADAM(0.1), 40, 300)
    codes = difference(one, other)
    assert (difference(one, one) == Agreement.SAME).all()
    renamed = replace(one, minima=one.minima[::-1], basin=len(one.minima) - 1 - one.basin)
    assert (difference(one, renamed) == Agreement.SAME).all()
    for i, j in np.random.default_rng(0).integers(0, 40, (200, 2)):
        apart = np.abs(one.ends[i, j] - other.ends[i, j]).max() > 1e-2
        both = one.basin[i, j] >= 0 and other.basin[i, j] >= 0
        if both:
            assert (codes[i, j] == Agreement.DIFFERENT) == apart
    assert (codes == Agreement.DIFFERENT).any()
    swapped = np.array([0, 1, 3, 2])[codes]
    np.testing.assert_array_equal(difference(other, one), swapped)


def test_a_difference_has_minima_by_one_rule_only() -> None:
    good, none = basins(HIMMELBLAU, DESCENT(0.01), 10, 200), basins(HIMMELBLAU, DESCENT(0.0), 10, 200)
    assert (difference(good, none) == Agreement.ONLY_FIRST).all()
    assert (difference(none, good) == Agreement.ONLY_SECOND).all()


@pytest.mark.parametrize("other", [basins(CAMEL, DESCENT(), 4, 5), basins(HIMMELBLAU, DESCENT(), 5, 5)])
def test_only_maps_of_one_surface_and_grid_are_compared(other) -> None:
    with pytest.raises(ValueError, match="one surface and one grid"):
        difference(basins(HIMMELBLAU, DESCENT(), 4, 5), other)


def test_basins_share_the_numbers_of_their_minima_whoever_reached_them() -> None:
    one, other = basins(CAMEL, DESCENT(0.05), 30, 200), basins(CAMEL, MOMENTUM(0.025), 30, 60)
    last = len(one.minima) - 1
    only = replace(other, minima=one.minima[-1:], basin=np.where(one.basin == last, 0, -1))
    both = named((one, only))
    known = (*CAMEL.minimizers, *CAMEL.local_minimizers)
    for before, after in zip((one, only), both, strict=True):
        assert after.minima[: len(known)] == known
        assert after.minima == both[0].minima
        np.testing.assert_array_equal(after.basin < 0, before.basin < 0)
        for old, new in set(zip(before.basin.ravel().tolist(), after.basin.ravel().tolist(), strict=True)):
            if old >= 0:
                np.testing.assert_allclose(before.minima[old], after.minima[new], atol=1e-3)
    with pytest.raises(ValueError, match="one surface"):
        named((one, basins(HIMMELBLAU, DESCENT(), 4, 5)))


# Who finds the global minimum


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (15, 50, 0.1910, 0.4375)],
)
def test_wilson_is_as_printed_in_tables(hits: int, tries: int, low: float, high: float) -> None:
    assert wilson(hits, tries) == pytest.approx((low, high), abs=5e-5)


def test_wilson_holds_95_percent() -> None:
    drawn = np.random.default_rng(0).binomial(200, 0.3, 4000)
    ends = np.array([wilson(int(hits), 200) for hits in drawn])
    assert 0.94 <= np.mean((ends[:, 0] <= 0.3) & (ends[:, 1] >= 0.3)) <= 0.96


def test_shares_are_those_of_single_runs() -> None:
    (found,) = found_global(WELL, [Contender("descent", DESCENT(0.1))], 200, 40)
    starts = spread_starts(WELL, 40, 0)
    ends = [run(WELL, DESCENT(0.1), start, 200).points[-1] for start in starts]
    hits = sum(bool(np.abs(end - WELL.minimizers[0]).max() < 1e-2) for end in ends)
    assert found.share == hits / 40
    assert (found.low, found.high) == wilson(hits, 40)


def test_noise_moves_the_share_from_seed_to_seed() -> None:
    quiet, loud = found_global(
        WELL, [Contender("a", DESCENT(0.1)), Contender("b", DESCENT(0.1), 3.0)], 200, 100, 5
    )
    assert len(quiet.by_seed) == 1
    assert len(set(loud.by_seed)) > 1
    assert math.isclose(loud.share, np.mean(loud.by_seed))
    half = 2.776 * np.std(loud.by_seed, ddof=1) / math.sqrt(5)
    assert loud.low <= max(0.0, loud.share - half) + 1e-12
    assert loud.high >= min(1.0, loud.share + half) - 1e-12


def test_a_tuned_rate_is_the_best_of_the_grid_on_its_own_starts() -> None:
    best = tuned(CAMEL, DESCENT(), 600, 50, seed=1)
    hits = []
    for rate in told.RATES:
        ends = run(CAMEL, DESCENT(rate), spread_starts(CAMEL, 50, 1), 600)
        hits.append(sum(np.abs(ends.values[-1] - CAMEL.minimum) < 1e-6))
    assert best.learning_rate == told.RATES[int(np.argmax(hits))]
    assert tuned(CAMEL, OPTIMIZERS["bfgs"](), 50) == OPTIMIZERS["bfgs"]()


def test_choosing_a_rate_has_a_pace_of_all_its_steps() -> None:
    heard: list[int] = []

    def some(done: int) -> int:
        heard.append(done)
        return 20_000

    assert tuned(CAMEL, DESCENT(), 100, 50, pace=some) == tuned(CAMEL, DESCENT(), 100, 50)
    assert heard == sorted(heard)
    assert 0.5 * len(RATES) * 50 * 100 < heard[-1] <= len(RATES) * 50 * 100


def test_the_folklore_has_no_winner_on_the_usual_surfaces() -> None:
    """At their best rates no rule finds it always, and none beats gradient descent on all surfaces."""
    winners = []
    for surface in SEVERAL:
        field = [Contender(r.name, tuned(surface, r(), 300)) for r in (DESCENT, MOMENTUM, ADAM)]
        found = found_global(surface, field, 300, 400)
        assert all(one.share < 1.0 for one in found)
        winners.append(set(compared(found).more))
    assert not set.intersection(*winners)


def test_no_rule_always_finds_the_global_minimum() -> None:
    """Question 3 of the lectures, for every rule of the house."""
    rules = [rule() for rule in OPTIMIZERS.values()]
    share, always = always_global(SEVERAL, rules, 200, 10)
    assert always == ()
    assert share.shape == (len(rules), len(SEVERAL))
    bowl, descent = LANDSCAPES["booth"], DESCENT(0.05)
    assert always_global([bowl], [descent, DESCENT(0.0)], 500, 5)[1] == (descent,)


def finding(name: str, share: float, half: float) -> Finding:
    return Finding(Contender(name, DESCENT()), 100, share, share - half, share + half, (share,), 0.0)


def test_the_sentence_follows_the_numbers() -> None:
    a, b, c, d = (
        finding("A", 0.5, 0.1),
        finding("B", 0.55, 0.1),
        finding("C", 0.9, 0.05),
        finding("D", 0.1, 0.1),
    )
    assert compared([a, b])[:2] == ((), ())
    assert "nobody did clearly better or worse" in compared([a, b]).sentence
    answer = compared([a, b, c, d])
    assert answer[:2] == (("C",), ("D",))
    assert "C (90 %, between 85 and 95) reached the global minimum more often than A (50 %" in answer.sentence
    assert "None of them always" in answer.sentence
    assert "B reached it from every one" in compared([a, finding("B", 1.0, 0.0)]).sentence
    assert "B never did" in compared([a, finding("B", 0.0, 0.0)]).sentence


@pytest.mark.parametrize(
    ("surface", "more", "sentence"),
    [
        (LANDSCAPES["saddle"], {}, "no global minimum"),
        (WELL, {"starts": 9}, "Starts must be a whole number from 10"),
        (WELL, {"seeds": 1}, "Seeds must be a whole number from 2"),
        (WELL, {"steps": 1}, "Steps must be a whole number from 2"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(surface, more, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        found_global(surface, [Contender("a", DESCENT())], **more)


# Figures


def test_the_map_shows_each_minimum_in_its_colour_and_paler_far_away() -> None:
    found = attraction(HIMMELBLAU, DESCENT(0.01), 30, 200)
    image, *numbered = attraction_map(found).data
    assert [trace.text[0] for trace in numbered] == ["1", "2", "3", "4"]
    png = b64decode(image.source.removeprefix("data:image/png;base64,"))
    colors, hues = np.array(Image.open(BytesIO(png)), dtype=float), []
    for i in range(4):
        inside = found.basins.basin == i
        near = inside & (found.needed == found.needed[inside].min())
        far = inside & (found.needed == found.needed[inside].max())
        assert colors[near].mean() < colors[far].mean()
        hues.append(tuple(colors[near][0]))
    assert len(set(hues)) == 4


def test_the_difference_map_names_what_it_shows() -> None:
    one, other = basins(HIMMELBLAU, DESCENT(0.01), 20, 200), basins(HIMMELBLAU, ADAM(0.1), 20, 300)
    codes = difference(one, other)
    figure = difference_map(HIMMELBLAU, one.x, one.y, codes)
    names = [trace.name for trace in figure.data[1:]]
    assert f"different minima: {100 * np.mean(codes == 1):.3g} %" in names
    assert len({trace.marker.symbol for trace in figure.data[1:]}) == len(names)


def test_the_folklore_figure_has_the_intervals() -> None:
    found = found_global(WELL, [Contender("a", DESCENT(0.1)), Contender("b", ADAM(0.1))], 100, 50)
    for trace, one in zip(folklore(found).data, found, strict=True):
        assert trace.x[0] == 100 * one.share
        assert trace.x[0] + trace.error_x.array[0] == pytest.approx(100 * one.high)
        assert trace.x[0] - trace.error_x.arrayminus[0] == pytest.approx(100 * one.low)
