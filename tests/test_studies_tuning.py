"""The momentum lab: the map of two hyperparameters, where rules are stable, and what μ = 1 keeps."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from charts.labs.momentum import kept_figure, tuning_figure, velocity_figure
from landscapes import LANDSCAPES, x, y
from optimizers import OPTIMIZERS, Kind, run, tuning_map
from optimizers.studies.tuning import Tuning, conserved, edge, terminal_velocity, tuning
from tests.conftest import make_surface

QUADRATIC = LANDSCAPES["quadratic"]
RATES, MEMORIES = np.logspace(-3, 1, 12), np.linspace(0.0, 0.98, 9)


def mapped(key: str = "momentum", surface: Any = QUADRATIC, **more: Any) -> Tuning:
    return tuning(
        surface, OPTIMIZERS[key](), surface.start, 200, "learning_rate", RATES, "momentum", MEMORIES, **more
    )


@pytest.mark.parametrize("key", ["momentum", "nesterov"])
def test_every_cell_is_its_single_run(key: str) -> None:
    found = mapped(key)
    for row in (0, 4, 8):
        for column in range(0, 12, 2):
            rule = OPTIMIZERS[key](learning_rate=RATES[column], momentum=MEMORIES[row])
            values = run(QUADRATIC, rule, QUADRATIC.start, 200).values
            above = np.flatnonzero(~(values <= 1e-6 * values[0]))[-1] + 1
            assert found.needed[row, column] == (
                above if above <= 200 else pytest.approx(math.nan, nan_ok=True)
            )


def test_verdicts_are_those_of_the_tuning_map() -> None:
    found = mapped()
    plain = tuning_map(
        QUADRATIC,
        OPTIMIZERS["momentum"](),
        QUADRATIC.start,
        200,
        "learning_rate",
        RATES,
        "momentum",
        MEMORIES,
    )
    assert (found.kinds == plain.kinds).all()
    assert found.level == pytest.approx(1e-6 * QUADRATIC.value(QUADRATIC.start))


def test_whole_fields_and_switches_can_vary() -> None:
    start = LANDSCAPES["rosenbrock"].start
    found = tuning(
        LANDSCAPES["rosenbrock"], OPTIMIZERS["lbfgs"](), start, 60, "slope_left", [0.1, 0.9], "memory", [1, 5]
    )
    for row, memory in enumerate((1, 5)):
        rule = OPTIMIZERS["lbfgs"](slope_left=0.9, memory=memory)
        values = run(LANDSCAPES["rosenbrock"], rule, start, 60).values
        assert found.needed[row, 1] == np.flatnonzero(values > 1e-6 * values[0])[-1] + 1


def test_without_a_minimum_the_lowest_kept_end_counts() -> None:
    found = mapped(surface=make_surface(x**2 - y**2 + y**4 / 2, window=((-2, 2), (-2, 2))))
    assert math.isfinite(found.level)
    plane = tuning(
        make_surface(x + 2 * y), OPTIMIZERS["momentum"](), (0, 0), 50, "learning_rate", [1.0, 5.0],
        "momentum", [0.0, 0.9],
    )  # fmt: skip
    assert np.isnan(plane.needed).sum() >= 3


# --- stability ----------------------------------------------------------------------------------


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize(
    ("key", "formula"),
    [
        ("momentum", lambda m: 2 * (1 + m)),
        ("averaged_momentum", lambda m: 2 * (1 + m) / (1 - m)),
        ("nesterov", lambda m: 2 * (1 + m) / (1 + 2 * m)),
    ],
)
def test_runs_just_inside_settle_and_just_outside_diverge(key: str, formula: Any, memory: float) -> None:
    said = edge(OPTIMIZERS[key](), "momentum", [memory], 20.0)
    assert said == pytest.approx(formula(memory) / 20.0)
    grown = []
    for share in (0.99, 1.01):
        rule = OPTIMIZERS[key](learning_rate=share * said[0], momentum=memory)
        path = np.abs(run(QUADRATIC, rule, (0.0, 1.0), 3_000).points[:, 1])
        grown.append(path[2_500:].max() / path[500:1_000].max())
    assert grown[0] < 0.1
    assert not grown[1] < 10.0  # nan where it is no longer finite


def test_gradient_descent_is_stable_below_two() -> None:
    descent = OPTIMIZERS["gradient_descent"]
    said = edge(descent(), "learning_rate", [0.1], 20.0)
    assert said == pytest.approx(0.1)
    ends = [run(QUADRATIC, descent(learning_rate=r), (0.0, 1.0), 500).values[-1] for r in (0.0999, 0.1001)]
    assert ends[0] < 10.0 < ends[1]


def test_the_map_changes_where_the_edge_says() -> None:
    said = edge(OPTIMIZERS["momentum"](), "momentum", MEMORIES, 20.0)
    found = mapped()
    assert said is not None
    for row, limit in enumerate(said):
        assert (found.kinds[row, 1.2 * limit < RATES] == Kind.DIVERGED).all()
        assert (found.kinds[row, limit > RATES] != Kind.DIVERGED).all()


def test_averaged_momentum_walks_the_path_of_momentum() -> None:
    averaged = OPTIMIZERS["averaged_momentum"](learning_rate=0.5, momentum=0.8)
    ball = OPTIMIZERS["momentum"](learning_rate=0.5 * 0.2, momentum=0.8)
    a, b = (run(QUADRATIC, rule, QUADRATIC.start, 100).points for rule in (averaged, ball))
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("key", "field"), [("adam", "beta1"), ("rmsprop", "decay")])
def test_no_edge_is_made_up(key: str, field: str) -> None:
    assert edge(OPTIMIZERS[key](), field, [0.5, 0.9], 1.0) is None


# --- a plane, and μ = 1 ---------------------------------------------------------------------------


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_on_a_plane_the_velocity_comes_to_its_end(memory: float) -> None:
    plane = make_surface(3 * x - y / 2, window=((-9, 9), (-9, 9)))
    t = run(plane, OPTIMIZERS["momentum"](learning_rate=0.02, momentum=memory), (0.0, 0.0), 400)
    v = t.states["velocity"][-1]
    assert v == pytest.approx([terminal_velocity(0.02, g, memory) for g in (3.0, -0.5)], rel=1e-12)


def test_without_loss_it_has_no_end() -> None:
    assert terminal_velocity(0.1, 2.0, 1.0) == -math.inf
    assert terminal_velocity(0.1, -2.0, 1.0) == math.inf
    assert terminal_velocity(0.1, 0.0, 1.0) == 0.0


@pytest.mark.parametrize("pull", [0.01, 0.5, 1.0, 2.0, 3.9])
def test_at_one_it_never_settles(pull: float) -> None:
    rate = pull / 20.0
    t = run(QUADRATIC, OPTIMIZERS["momentum"](learning_rate=rate, momentum=1.0), (1.0, 1.0), 2_000)
    kept = conserved(t, (1.0, 20.0))
    assert kept[0] == pytest.approx([rate, pull])
    np.testing.assert_allclose(kept, np.broadcast_to(kept[0], kept.shape), rtol=1e-9)
    assert np.abs(t.points[-300:, 1]).max() > 0.5


def test_beyond_four_it_leaves_and_below_one_it_shrinks() -> None:
    momentum = OPTIMIZERS["momentum"]
    wild = run(QUADRATIC, momentum(learning_rate=4.1 / 20.0, momentum=1.0), (0.0, 1.0), 200)
    assert np.abs(wild.points[-1, 1]) > 1e6
    calm = conserved(run(QUADRATIC, momentum(learning_rate=0.05, momentum=0.9), (1.0, 1.0), 100), (1.0, 20.0))
    assert (calm[-1] < 1e-3 * calm[0]).all()


# --- bad input, pace, figures -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: mapped(tolerance=1.0), "tolerance"),
        (lambda: mapped("adam"), "not a field"),
        (lambda: edge(OPTIMIZERS["momentum"](), "momentum", [0.5], 0.0), "curvature"),
        (lambda: edge(OPTIMIZERS["momentum"](), "beta", [0.5], 1.0), "not a field"),
        (lambda: edge(OPTIMIZERS["momentum"](), "momentum", [-0.5], 1.0), "at least 0"),
        (
            lambda: conserved(run(QUADRATIC, OPTIMIZERS["adam"](), (1, 1), 5), (1, 20)),
            "one run with a velocity",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


def test_a_map_is_counted_and_can_be_given_up() -> None:
    heard: list[int] = []

    def some(done: int) -> int:
        heard.append(done)
        return 2_000

    assert (mapped(pace=some).kinds == mapped().kinds).all()
    np.testing.assert_array_equal(mapped(pace=some).needed, mapped().needed)
    half = RATES.size * MEMORIES.size * 200
    assert any(done >= half for done in heard)
    assert max(heard) < 2 * half

    def enough(done: int) -> int:
        if done >= half:
            raise TimeoutError
        return 10_000

    with pytest.raises(TimeoutError):
        mapped(pace=enough)


def test_the_map_s_figure_has_steps_signs_and_the_edge() -> None:
    found = mapped()
    figure = tuning_figure(found, 20.0)
    steps, *others = figure.data
    assert 10 ** steps.z[np.isfinite(steps.z)] == pytest.approx(found.needed[np.isfinite(found.needed)])
    names = [trace.name for trace in others]
    assert names[-1] == "edge 2(1 + μ)/λ<sub>max</sub>"
    for kind in set(found.kinds[np.isnan(found.needed)]):
        (cells,) = (t for t in others if t.type == "heatmap" and t.name == str(kind))
        np.testing.assert_array_equal(np.isfinite(cells.z), (found.kinds == kind) & np.isnan(found.needed))
        assert str(kind) in names
    (asked,) = (t for t in others if t.customdata is not None)
    assert asked is [t for t in others if t.type == "heatmap"][-1]
    for said, kind, needed in zip(
        asked.customdata.ravel(), found.kinds.ravel(), found.needed.ravel(), strict=True
    ):
        assert said == (str(kind) if np.isnan(needed) else f"{needed:.0f} steps")
    assert others[-1].x == pytest.approx(0.1 * (1 + others[-1].y))
    assert figure.layout.xaxis.title.text == "learning rate η"
    assert figure.layout.yaxis.title.text == "momentum μ"
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.yaxis.type is None
    bare = tuning_figure(replace(found, needed=np.full_like(found.needed, np.nan)))
    assert "edge 2(1 + μ)/λ<sub>max</sub>" not in [trace.name for trace in bare.data]


def test_what_a_run_keeps_is_drawn_by_coordinate() -> None:
    t = run(QUADRATIC, OPTIMIZERS["momentum"](learning_rate=0.05, momentum=1.0), (1.0, 1.0), 30)
    figure = kept_figure(conserved(t, (1.0, 20.0)), "v² − ηλwv + ηλw²")
    assert [trace.name for trace in figure.data] == ["x", "y"]
    assert figure.layout.yaxis.range[0] <= 0.0
    assert len(velocity_figure(np.linspace(0, -1, 9), -1.0).data) == 2
    assert len(velocity_figure(np.linspace(0, -1, 9), -math.inf).data) == 1
