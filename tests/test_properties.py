"""What holds for every rule at any legal settings, under any schedule, from any start, on any surface."""

from typing import Any, NamedTuple

import numpy as np
from conftest import VARIANTS, is_polynomial
from hypothesis import given, settings
from hypothesis import strategies as st
from test_runs import assert_array_steps_agree

from landscapes import Array, Landscape
from optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule, Trajectory, run

POLYNOMIALS = [surface for surface in VARIANTS if is_polynomial(surface)]


class Setting(NamedTuple):
    """Everything that decides a run but for its length."""

    surface: Landscape
    rule: Optimizer
    schedule: Schedule
    starts: Array
    noise: float
    seed: int

    def run(self, steps: int, start: Any = None) -> Trajectory:
        first = self.starts if start is None else start
        return run(self.surface, self.rule, first, steps, self.schedule, noise=self.noise, seed=self.seed)


def settled(kinds: dict[str, Any], data: Any) -> Any:
    """One of the kinds, with every field drawn from the range of its slider."""
    kind = data(st.sampled_from(list(kinds.values())))
    fields = {}
    for h in kind.hyperparameters():
        if h.whole or h.switch:
            fields[h.key] = data(st.integers(int(h.low), int(h.high)))
        elif h.log:
            share = data(st.floats(0, 1))
            fields[h.key] = min(max(h.low ** (1 - share) * h.high**share, h.low), h.high)
        else:
            fields[h.key] = data(st.floats(h.low, h.high))
    return kind(**fields)


@st.composite
def any_setting(draw: Any, surfaces: Any = None, noises: tuple[float, ...] = (0.0, 0.5)) -> Setting:
    surface = draw(st.sampled_from(surfaces or VARIANTS))  # Hypothesis writes out what stands as a default
    rule, schedule = settled(OPTIMIZERS, draw), settled(SCHEDULES, draw)
    shares = draw(st.lists(st.tuples(*[st.floats(-0.5, 1.5)] * 2), min_size=1, max_size=3))
    starts = np.array(surface.window)[:, 0] + np.array(shares) * surface.spans
    return Setting(surface, rule, schedule, starts, draw(st.sampled_from(noises)), draw(st.integers(0, 9)))


@given(any_setting(noises=(0.0,)))
@settings(max_examples=200)
def test_one_array_step_from_every_recorded_float_state_agrees(setting: Setting) -> None:
    assert_array_steps_agree(setting.run(40, setting.starts[0]))


@given(any_setting(POLYNOMIALS))
@settings(max_examples=200)
def test_whole_paths_agree_to_the_bit_on_polynomial_surfaces(setting: Setting) -> None:
    batch = setting.run(40)
    for lane, start in enumerate(setting.starts):
        single = setting.run(40, start)
        np.testing.assert_array_equal(batch.points[:, lane], single.points)
        rates = batch.learning_rates
        np.testing.assert_array_equal(rates if rates.ndim == 1 else rates[:, lane], single.learning_rates)
        for name, state in single.states.items():
            np.testing.assert_array_equal(batch.states[name][:, lane], state, err_msg=name)


@given(any_setting(), st.integers(1, 39))
@settings(max_examples=150)
def test_a_longer_run_begins_with_the_shorter_and_the_same_seed_gives_the_same_bits(
    setting: Setting, steps: int
) -> None:
    for start in (None, setting.starts[0]):
        long, again, short = setting.run(40, start), setting.run(40, start), setting.run(steps, start)
        assert long.points.tobytes() == again.points.tobytes()
        np.testing.assert_array_equal(long.points[: steps + 1], short.points)
        np.testing.assert_array_equal(long.learning_rates[:steps], short.learning_rates)
        for name, state in short.states.items():
            np.testing.assert_array_equal(long.states[name][: steps + 1], state, err_msg=name)


@given(any_setting(noises=(0.0, 0.5, 1e200)), st.sampled_from([1.0, 1e9, 1e80, 1e200]))
@settings(max_examples=150)
def test_divergence_is_quiet_nan_from_its_step_on_and_no_input_is_touched(
    setting: Setting, scale: float
) -> None:
    """Quiet: a warning is an error in these tests."""
    starts = setting.starts * scale
    given = starts.copy()
    t = setting.run(40, starts)
    assert np.array_equal(starts, given)
    assert np.array_equal(t.points[0], given)
    lost = np.isnan(t.points)
    assert not np.isinf(t.points).any()
    assert (lost[..., 0] == lost[..., 1]).all()
    assert (np.diff(lost.astype(int), axis=0) >= 0).all()
    assert t.evaluations.shape[0] == 41
    assert np.isfinite(t.evaluations).all()
