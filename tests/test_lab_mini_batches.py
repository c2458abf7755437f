"""The facts of mini-batches, on the numbers that their lab shows."""

import re
from dataclasses import replace

import numpy as np
import pytest
from test_labs import opened, texts
from test_pages import picture

from landscapes import LANDSCAPES
from optimizers import run
from optimizers.studies.sampling import variance_theory
from ui.labs import LABS
from ui.labs.mini_batches import (
    DRAWS,
    annealed,
    chosen,
    measured,
    raced,
    size,
    told_annealed,
    told_race,
    varies,
)
from ui.scenario import Scenario, opening_of

LAB = LABS["mini_batches"]
data = pytest.mark.parametrize("key", ["line_fit", "logistic_regression"])


def scenario(key: str = "line_fit", batch: int = 5) -> Scenario:
    return opening_of(LAB).on(LANDSCAPES[key]).with_batch_size(batch, "B")


@data
def test_the_variance_is_that_of_drawing_without_replacement_and_nothing_at_all_examples(key: str) -> None:
    found = measured(scenario(key))
    assert found is not None
    exact = variance_theory(found.single, found.examples, found.sizes)
    assert (np.abs(found.variances - exact) < 4.5 * found.errors + 1e-12).all()
    assert found.variances[-1] < 1e-20 * found.single
    # 1/S alone is too much as soon as a batch is a good part of all examples.
    half = found.examples // 2
    assert found.variances[half] < 0.7 * found.single / found.sizes[half]
    # A batch's gradient is off the full one to no side.
    off = np.hypot(*(found.means - found.full).T)
    assert (off < 4.5 * np.sqrt(found.variances / DRAWS) + 1e-9).all()


def test_the_page_says_the_variance_at_its_batch_size_and_the_cursor_stands_there() -> None:
    s = scenario()
    found = measured(s)
    assert found is not None
    at = opened(LAB)
    assert varies(found, size(s)) in texts(at)
    header, _ = picture(at)
    (panel,) = header["panels"]
    assert panel["places"] == {"x": {"of": "batch_size", "key": "", "slot": "B"}}
    assert panel["stops"]["x"] == [float(n) for n in range(1, 21)]
    assert [r["batch_size"] for r in header["runs"]] == [1, 5, 20]
    names = [trace["name"] for trace in panel["figure"]["data"]]
    assert names == [f"measured, {DRAWS} batches", "σ²/S · (N − S)/(N − 1)", "σ²/S"]


def test_every_run_has_batches_of_its_own_and_the_full_one_goes_straight_downhill() -> None:
    header, _ = picture(opened(LAB))
    one, some, full = (run["batches"] for run in header["runs"])
    assert {len(batch) for batch in one} == {1}
    assert {len(batch) for batch in some} == {5}
    assert full == []
    s = opening_of(LAB)
    losses = [
        run(s.surface, e.rule, s.start, s.steps, batch_size=e.batch_size, seed=s.seed).values
        for e in s.entries
    ]
    rises = [int((np.diff(loss) > 0.0).sum()) for loss in losses]
    assert rises[0] > 20
    assert rises[1] > 10
    assert rises[2] == 0
    assert all(loss[-1] < 0.5 * loss[0] for loss in losses)  # and yet all descend on average


def test_a_small_batch_makes_progress_before_it_has_seen_all_the_data() -> None:
    s = scenario()
    found = raced(s)
    assert found is not None
    assert found.sizes.tolist() == [1.0, 5.0, 20.0]
    assert found.updates.tolist() == [400.0, 80.0, 20.0]
    half = [float(np.interp(0.5, e, loss)) for e, loss in zip(found.epochs, found.losses, strict=True)]
    assert half[1] < found.losses[1][0] / 2
    # For as many looks at examples the small batches are further, for as many updates the full one is.
    ends = [float(loss[-1]) for loss in found.losses]
    assert ends[0] < ends[1] < ends[2]
    for loss in found.losses[:2]:
        assert loss[20] > found.losses[2][20]
    said = told_race(found)
    assert "The loss begins 4.17 above the minimum." in said
    assert f"it is on average {found.losses[0][10]:.3g} with S = 1, {half[1]:.3g} with S = 5. Mean" in said
    assert "after 20 updates each" in said
    assert said in texts(opened(LAB))


@pytest.mark.parametrize(
    ("key", "batch", "below"),
    [
        ("line_fit", 5, "S = 5"),
        ("line_fit", 3, "S = 3"),
        ("line_fit", 19, "none"),
        ("line_fit", 20, "none"),
        ("logistic_regression", 5, "S = 1, S = 5"),
    ],
)
def test_whether_a_small_batch_pays_is_what_the_numbers_say(key: str, batch: int, below: str) -> None:
    found = raced(scenario(key, batch))
    assert found is not None
    once = [float(np.interp(1.0, e, loss)) for e, loss in zip(found.epochs, found.losses, strict=True)]
    lower = [f"S = {n:.0f}" for n, loss in zip(found.sizes, once, strict=True) if loss < once[-1]]
    assert (", ".join(lower) or "none") == below
    said = told_race(found)
    assert said.endswith(f"Lower than the full batch after one epoch: {below}.")
    # A batch of more than half of all examples has made no step half way.
    early = re.search(r"a step, it is on average (.*?)\. Mean", said)
    assert early is not None
    assert re.findall(r"S = (\d+)", early[1]) == (["1", str(batch)] if batch < 10 else ["1"])


def test_the_loss_drops_when_the_rate_falls_and_progress_is_its_price() -> None:
    s = scenario(batch=1)
    found = annealed(s)
    assert found is not None
    steps = found.rates.shape[1]
    half = steps // 2
    assert found.rates[1, half] == pytest.approx(found.rates[1, half - 1] / 10.0)
    # As soon as it falls: within a tenth of the run.
    before, after = found.mean[1, half - 50 : half].mean(), found.mean[1, half + 40 : half + 90].mean()
    assert after < 0.5 * before
    assert found.mean[0, half + 40 : half + 90].mean() > 0.5 * found.mean[0, half - 50 : half].mean()
    assert found.price(1) > 2.0
    said = told_annealed(s, found)
    assert "S = 1, mean of 32 seeds: at step 200 η falls to a tenth" in said
    assert said in texts(opened(LAB, {"A": "gradient_descent", "A.learning_rate": "0.05", "A.batch_size": "1",
                                      "landscape": "line_fit", "steps": "100"}))  # fmt: skip


def test_all_examples_have_no_noise_that_could_fall() -> None:
    full = scenario(batch=20)
    assert chosen(full).batch_size is None
    assert annealed(full) is None


def test_single_examples_have_the_most_variable_updates() -> None:
    (question,) = LAB.questions
    assert question.options[question.right()].startswith("Stochastic")
    one, some, full = (float(v) for v in re.findall(r"(?:example|five|all) ([\d.]+)", question.because()))
    assert one > some > full == 0.0


def test_without_data_there_is_a_sentence() -> None:
    at = opened(LAB, {"landscape": "himmelblau"})
    assert any("Himmelblau is not made from data" in caption.value for caption in at.caption)
    assert "Mean loss" not in texts(at)
    assert measured(replace(opening_of(LAB), start=(1e300, 0.0))) is None
