"""A fan of seeds: every run of it is the run of its seed, and the strong one is in the middle."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from test_stage import packed, unpack

from charts import LIGHT
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, run
from ui.fan import fan, fanned
from ui.link import decode, encode
from ui.runs import judged_runs
from ui.scenario import Entry, Scenario


def scenario(seeds: int = 5, **options: object) -> Scenario:
    surface = LANDSCAPES["line_fit"]
    rules = [OPTIMIZERS["gradient_descent"](learning_rate=0.05), OPTIMIZERS["adam"](learning_rate=0.2)]
    entries = tuple(Entry(slot, rule, batch_size=2) for slot, rule in zip("AB", rules, strict=True))
    return Scenario(surface, surface.start, entries, steps=150, seed=3, seeds=seeds, **options)  # type: ignore[arg-type]


def test_every_run_of_a_fan_is_the_run_of_its_seed() -> None:
    s = scenario()
    for entry in s.entries:
        whole = fan(s, entry)
        assert whole.points.shape == (len(whole.steps), 5, 2)
        assert (whole.steps[0], whole.steps[-1], len(whole.steps)) == (0, 150, 101)
        for i in range(5):
            alone = run(s.surface, entry.rule, s.start, 150, batch_size=2, seed=3 + i)
            np.testing.assert_allclose(whole.points[:, i], alone.points[whole.steps], rtol=1e-12)


def test_the_strong_run_has_the_median_final_loss() -> None:
    s = scenario(noise=0.3)
    lines, _ = judged_runs(s, LIGHT)
    for entry, line in zip(s.entries, lines, strict=True):
        finals = [
            run(s.surface, entry.rule, s.start, 150, noise=0.3, batch_size=2, seed=3 + i).values[-1]
            for i in range(5)
        ]
        assert line.trajectory.values[-1] == sorted(finals)[2]
        assert fan(s, entry).seed == 3 + finals.index(sorted(finals)[2])


def test_a_seed_that_is_lost_is_the_worst_and_never_the_middle_of_good_ones() -> None:
    surface = LANDSCAPES["rosenbrock"]
    entry = Entry("A", OPTIMIZERS["gradient_descent"](learning_rate=0.0025))
    whole = fan(Scenario(surface, surface.start, (entry,), steps=400, noise=80.0, seeds=9), entry)
    lost = ~np.isfinite(whole.points[-1]).all(axis=-1)
    assert 0 < lost.sum() < 5
    assert not lost[whole.seed]


def test_there_is_a_fan_only_where_seeds_make_a_difference() -> None:
    s = scenario()
    assert all(fanned(s, entry) for entry in s.entries)
    assert not fanned(scenario(seeds=1), s.entries[0])
    assert not fanned(s, replace(s.entries[0], batch_size=None))
    assert fanned(replace(s, noise=0.1), replace(s.entries[0], batch_size=None))


def test_the_picture_carries_every_seed_behind_its_run() -> None:
    s = scenario()
    header, columns = unpack(packed(s, LIGHT))
    for i, (drawn, entry) in enumerate(zip(header["runs"], s.entries, strict=True)):
        whole = fan(s, entry)
        assert drawn["fan"] == {"steps": whole.steps.tolist(), "count": 5}
        x, y, loss = np.moveaxis(columns[i].fan, 1, 0)
        assert_array_equal(x, whole.points[..., 0].T.astype(np.float32))
        assert_array_equal(y, whole.points[..., 1].T.astype(np.float32))
        assert_array_equal(loss, whole.losses.T.astype(np.float32))


@pytest.mark.parametrize(
    ("text", "accepted"), [("9", True), ("21", True), ("0", False), ("22", False), ("x", False)]
)
def test_the_number_of_seeds_is_in_the_link(text: str, accepted: bool) -> None:
    found, notices = decode({"landscape": "line_fit", "A": "adam", "A.batch_size": "2", "seeds": text})
    assert (not notices) is accepted
    assert found.seeds == (int(text) if accepted else 1)
    assert decode(encode(found))[0] == found
