"""Facts and figures: what the pictures say is compared as numbers, never as pixels."""

import dataclasses
import math
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest
import sympy as sp
from conftest import make_surface
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from charts import (
    DARK,
    LANDSCAPE,
    LIGHT,
    LOOKS,
    RUNS,
    Line,
    Look,
    contour_map,
    empty_map,
    equal_scales,
    example_losses,
    gradient_axis,
    gradient_norms,
    gradient_trace,
    heights,
    learning_rates,
    left_map,
    loss_axis,
    loss_trace,
    marks,
    picture,
    rate_axis,
    rate_trace,
    relief,
    relief_around,
    thumbnail,
    trace_layout,
)
from charts.facts import Axis
from landscapes import LANDSCAPES, Array, Landscape, parse_landscape, x, y
from optimizers import OPTIMIZERS, SCHEDULES, Trajectory, judge, known_minima, left_for_good, run

looks = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
NAN = math.nan


def path(surface: Landscape, *points: tuple[float, float]) -> Trajectory:
    """A trajectory over hand-made points."""
    t = run(surface, OPTIMIZERS["gradient_descent"](), (0.0, 0.0), steps=max(1, len(points) - 1))
    return dataclasses.replace(t, points=np.array(points))


def with_mode(figure: go.Figure, mode: str) -> list[go.Scatter]:
    return [trace for trace in figure.select_traces({"type": "scatter"}) if trace.mode == mode]


def lines(surface: Landscape, look: Look = LIGHT, steps: int = 25) -> list[Line]:
    steepest = np.abs(np.linalg.eigvalsh(surface.hessian(surface.start))).max()
    rate = min(0.002, 0.5 / steepest)
    rules = [OPTIMIZERS[key](learning_rate=rate) for key in ("gradient_descent", "momentum", "adam")]
    paths = [run(surface, rule, surface.start, steps) for rule in rules]
    return [Line(t.rule.name, style, t) for t, style in zip(paths, look.runs, strict=False)]


# --- relief ------------------------------------------------------------------------------------


def test_relief_covers_the_window_row_by_row_in_y(built_in: Landscape) -> None:
    r = relief(built_in, 21)
    (x_lo, x_hi), (y_lo, y_hi) = built_in.window
    assert_allclose(r.x, np.linspace(x_lo, x_hi, 21))
    assert_allclose(r.y, np.linspace(y_lo, y_hi, 21))
    loss = built_in.value([[(a, b) for a in r.x] for b in r.y])
    order = np.argsort(loss, axis=None, kind="stable")
    assert np.all(np.diff(r.height.ravel()[order]) >= 0.0)  # higher on the picture is higher


def test_the_scale_names_the_loss_that_a_height_stands_for(built_in: Landscape) -> None:
    r = relief(built_in)
    loss = built_in.value(np.stack(np.meshgrid(r.x, r.y), axis=-1))
    assert r.ticks.size >= 2
    assert loss.min() <= r.losses.min() and r.losses.max() <= loss.max()  # noqa: PT018
    for height, tick_loss in zip(r.ticks, r.losses, strict=True):
        assert np.all(r.height[loss < tick_loss] <= height + 1e-9)
        assert np.all(r.height[loss > tick_loss] >= height - 1e-9)


@pytest.mark.parametrize(
    ("formula", "logarithmic"),
    [
        ("x + y", False),
        ("(x^2 + y^2)/2", False),
        ("1000*(x + y)", False),
        ("sin(x) + cos(y)", False),
        ("100*(y - x^2)^2 + (1 - x)^2", True),
        ("exp(3*x)", True),
    ],
)
def test_a_large_range_is_drawn_in_logarithms(formula: str, logarithmic: bool) -> None:
    r = relief(parse_landscape(formula))
    assert r.logarithmic is logarithmic
    if not logarithmic:
        assert_array_equal(r.ticks, r.losses)


@pytest.mark.parametrize("steepness", [5.0, 50.0])
def test_a_share_of_errors_is_drawn_as_it_is(steepness: float) -> None:
    r = relief(LANDSCAPES["zero_one"].with_parameters(steepness=steepness))
    assert not r.logarithmic
    assert_array_equal(r.ticks, r.losses)


def test_a_plain_range_shows_the_loss_itself() -> None:
    surface = make_surface(x + 2 * y)
    r = relief(surface, 5)
    assert_array_equal(r.height, [[a + 2 * b for a in (-2, -1, 0, 1, 2)] for b in (-2, -1, 0, 1, 2)])
    assert_array_equal(r.losses, [-5, 0, 5])


def test_logarithms_are_taken_above_the_known_minimum() -> None:
    plain = relief(make_surface(x**2 + 100 * y**2, minimum=0.0, minimizers=((0.0, 0.0),)))
    raised = relief(make_surface(x**2 + 100 * y**2 + 7, minimum=7.0, minimizers=((0.0, 0.0),)))
    assert plain.logarithmic
    assert_allclose(raised.height, plain.height, atol=1e-6)
    assert plain.losses.tolist() == [1.0, 10.0, 100.0]
    assert raised.losses.tolist() == [10.0, 20.0, 50.0, 200.0]  # round, although their heights are not


@pytest.mark.parametrize("formula", ["1e-9*(x^2 + y^2)^4 + 5", "(x^2 + y^2)^4 - 1000", "(x^2 + y^2)^4 - 1e9"])
def test_a_scale_far_from_zero_still_names_two_losses(formula: str) -> None:
    r = relief(parse_landscape(formula))
    assert r.logarithmic
    assert len(r.ticks) >= 2
    assert r.span == (np.nanmin(r.height), np.nanmax(r.height))


def test_powers_of_ten_on_the_scale_are_written_by_hand() -> None:
    (contour,) = (trace for trace in empty_map(LANDSCAPES["goldstein_price"]).data if trace.type == "contour")
    assert contour.colorbar.ticktext == ("100", "1000", "10⁴", "10⁵", "10⁶")


def test_a_ravines_floor_gets_contours_of_its_own() -> None:
    r = relief(LANDSCAPES["rosenbrock"])
    column = np.argmin(np.abs(r.x))
    beside = r.height[:, column]
    assert beside[np.argmin(np.abs(r.y))] < 0.35 * np.median(r.height)


@pytest.mark.parametrize(
    "formula", ["log(x) + y", "sqrt(1 - x^2 - y^2)", "1/(x*y)", "log(x^2)/y + 1000*exp(3*x)"]
)
def test_where_there_is_no_loss_there_is_no_height(formula: str) -> None:
    surface = parse_landscape(formula)
    r = relief(surface, 41)
    loss = surface.grid(41)[2]
    assert_array_equal(np.isnan(r.height), ~np.isfinite(loss))
    assert 0 < np.isnan(r.height).sum() < r.height.size
    assert np.isfinite(r.losses).all()


def test_contours_are_drawn_at_the_losses_that_are_called_levels(built_in: Landscape) -> None:
    r = relief(built_in)
    (contour,) = (trace for trace in empty_map(built_in).data if trace.type == "contour")
    drawn = np.arange(contour.contours.start, contour.contours.end, contour.contours.size)
    drawn = drawn[(drawn > r.low) & (drawn < r.high)]  # the others lie beyond the window
    loss = built_in.value(np.stack(np.meshgrid(r.x, r.y), axis=-1))
    assert len(drawn) == len(r.levels)
    for height, level in zip(drawn, r.levels, strict=True):
        assert not np.any(((r.height < height) != (loss < level)) & (abs(loss - level) > 1e-9 * abs(level)))


@pytest.mark.parametrize("key", [key for key, surface in LANDSCAPES.items() if surface.data])
def test_the_mean_of_its_examples_losses_is_a_batchs_own_surface(key: str) -> None:
    surface = LANDSCAPES[key]
    losses = example_losses(surface, 3_000)
    n = losses.shape[1]
    columns, rows = np.meshgrid(*(np.linspace(lo, hi, n) for lo, hi in picture(surface)))
    assert_allclose(losses.mean(axis=0), surface.value(np.stack([columns, rows], axis=-1)), rtol=1e-12)
    batch = np.array([2, 0])
    assert_allclose(losses[batch].mean(axis=0), surface.batch(batch).on_arrays.value(columns, rows))
    assert losses.size <= 3_000


@pytest.mark.parametrize("expression", [sp.log(-1 - x**2), sp.Integer(3)], ids=["no value", "flat"])
def test_a_surface_without_relief_still_has_a_map(expression: sp.Expr) -> None:
    surface = make_surface(expression)
    r = relief(surface, 11)
    assert len(r.ticks) == len(r.losses) <= 1
    assert empty_map(surface).to_json()


@pytest.mark.parametrize("shape", [0.8, 1.2, 1.7])
def test_a_picture_with_equal_scales_holds_the_window_and_covers_its_shape(
    built_in: Landscape, shape: float
) -> None:
    around = picture(built_in)
    equal = max(built_in.spans) < 3 * min(built_in.spans)
    assert equal_scales(built_in) == equal
    if not equal:
        assert around == built_in.window
        return
    width, height = built_in.spans
    shown = max(width, shape * height), max(height, width / shape)  # what a plot of this shape must show
    for (lo, hi), (a, b), size in zip(around, built_in.window, shown, strict=True):
        assert lo <= a + 1e-12 < b - 1e-12 <= hi
        assert hi - lo >= size - 1e-12
        assert (lo + hi) / 2 == pytest.approx((a + b) / 2)


def test_what_lies_beside_the_window_is_coloured_and_contoured_as_the_window(built_in: Landscape) -> None:
    inner, outer = relief(built_in), relief_around(built_in)
    assert (outer.low, outer.high, outer.knee) == (inner.low, inner.high, inner.knee)
    assert 10_000 < outer.height.size < 30_000
    loss = built_in.value(np.stack(np.meshgrid(outer.x, outer.y), axis=-1))
    order = np.argsort(loss[np.isfinite(outer.height)], kind="stable")
    assert np.all(np.diff(outer.height[np.isfinite(outer.height)][order]) >= 0.0)
    first, last = outer.contours
    assert first <= inner.low + inner.spacing / 2
    assert last >= inner.high - inner.spacing / 2 - 1e-9 * inner.spacing
    assert (last - first) / outer.spacing < 100.5


def test_below_the_windows_lowest_loss_the_logarithm_goes_on() -> None:
    surface = make_surface(sp.exp(3 * x))
    outer = relief_around(surface)
    assert outer.logarithmic
    assert np.nanmin(outer.height) < 0.0
    assert outer.contours[0] < 0.0


def test_the_landscapes_signs_and_the_runs_are_two_families() -> None:
    assert {style.marker for style in LIGHT.runs} == set(RUNS)
    plotly = [sign.plotly for sign in (*LANDSCAPE.values(), *RUNS.values())]
    assert len(set(plotly)) == len(plotly)
    assert {sign.plotly for sign in LANDSCAPE.values()}.isdisjoint(sign.plotly for sign in RUNS.values())
    paths = [sign.path for sign in (*LANDSCAPE.values(), *RUNS.values())]
    assert len(set(paths)) == len(paths)
    assert {"minimum", "local minimum", "saddle", "maximum", "start"} <= set(LANDSCAPE)


@looks
def test_the_landscapes_signs_are_outlined(look: Look) -> None:
    for key in ("himmelblau", "six_hump_camel"):
        _, *markers = empty_map(LANDSCAPES[key], look).data
        for trace in markers:
            assert trace.marker.symbol == LANDSCAPE[trace.name].plotly
            assert (trace.marker.color, trace.marker.line.color) == (look.paper, look.ink)


@pytest.mark.parametrize("more", [0, 1, 50])
def test_a_run_left_for_good_at_one_step_however_long_it_is(more: int) -> None:
    points = np.array([(0.0, 0.0), (5.0, 0.0), (1.0, 1.0), *[(9.0, k) for k in range(1 + more)]])
    assert left_for_good(BOWL, points) == 3
    assert left_for_good(BOWL, points[:3]) is None
    assert left_for_good(BOWL, points[3:]) == 0
    lost = np.array([(0.0, 0.0), *[(NAN, NAN)] * (1 + more)])
    assert left_for_good(BOWL, lost) == 1


# --- traces ------------------------------------------------------------------------------------


def test_the_loss_is_measured_from_the_known_minimum() -> None:
    surface = LANDSCAPES["six_hump_camel"]
    t = path(surface, (0.5, 0.25), surface.minimizers[0])
    assert_array_equal(heights(surface, t), [surface.value((0.5, 0.25)) - surface.minimum, 0.0])


def test_without_a_known_minimum_the_loss_itself_is_shown() -> None:
    t = path(LANDSCAPES["saddle"], (1.0, 0.0), (0.0, 1.0))
    assert_array_equal(heights(t.surface, t), [1.0, -1.0])


def test_gradient_norms_are_lengths() -> None:
    t = path(make_surface(3 * x + 4 * y), (0.0, 0.0), (1.0, 1.0))
    assert_array_equal(gradient_norms(t), [5.0, 5.0])


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_trace_begins_at_the_start_and_counts_steps_from_zero(key: str) -> None:
    surface = LANDSCAPES[key]
    drawn = lines(surface)
    shift = known_minima(surface).minimum or 0.0
    for figure, column in (
        (loss_trace(surface, drawn), lambda t: t.surface.value(t.points) - shift),
        (gradient_trace(drawn), lambda t: np.linalg.norm(t.surface.gradient(t.points), axis=-1)),
    ):
        assert [trace.name for trace in figure.data] == [line.label for line in drawn]
        for trace, line in zip(figure.data, drawn, strict=True):
            step = np.arange(26) if trace.x is None else np.array(trace.x)
            assert_array_equal(step, np.arange(26))
            assert_allclose(np.array(trace.y, dtype=float), column(line.trajectory), rtol=1e-12)


def test_what_a_log_axis_cannot_show_is_a_gap() -> None:
    surface = make_surface(x**2 + y**2, minimum=0.0, minimizers=((0.0, 0.0),))
    line = Line("A", LIGHT.runs[0], path(surface, (1.0, 0.0), (0.0, 0.0), (0.1, 0.0)))
    for figure in (loss_trace(surface, [line]), gradient_trace([line])):
        assert_array_equal(np.isnan(np.array(figure.data[0].y, dtype=float)), [False, True, False])
        assert figure.layout.yaxis.type == "log"


def test_the_loss_axis_is_logarithmic_exactly_where_a_minimum_is_known(built_in: Landscape) -> None:
    drawn = lines(built_in)
    traces = [heights(built_in, line.trajectory) for line in drawn]
    axis = loss_axis(built_in, traces)
    assert axis.logarithmic == (known_minima(built_in).minimum is not None)
    values = np.concatenate(traces)
    shown = np.log10(values[values > 0.0]) if axis.logarithmic else values
    assert axis.low <= shown.min() and shown.max() <= axis.high  # noqa: PT018
    figure = loss_trace(built_in, drawn)
    assert (figure.layout.yaxis.type == "log") == axis.logarithmic
    assert axis.title in figure.layout.title.text
    low, high = figure.layout.yaxis.range
    assert low <= axis.low < axis.high <= high


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([90.0, 1.0, 0.002], -3.0, 2.0),
        ([7.0], 0.0, 1.0),
        ([0.9, 1e-30], -16.0, 0.0),
        ([0.9, NAN, 0.0, 0.5], -1.0, 0.0),
        ([0.0, 0.0], -1.0, 1.0),
        ([10.0, 1e200, math.inf], 1.0, 2.0),
    ],
    ids=str,
)
def test_decades_are_whole_and_hold_what_can_be_seen(values: list[float], low: float, high: float) -> None:
    axis = gradient_axis([np.array(values)])
    assert (axis.low, axis.high, axis.logarithmic) == (low, high, True)


def test_where_many_pictures_share_a_column_a_trace_keeps_its_room() -> None:
    axis = Axis(-3.0, 2.0, True, "loss")
    margins = [trace_layout(axis, 100, among=n)["margin"] for n in (2, 3, 4)]
    assert [m["t"] + m["b"] for m in margins] == [74, 50, 34]
    assert [trace_layout(axis, 100, among=n)["xaxis"]["showticklabels"] for n in (2, 3, 4)] == [
        True,
        True,
        False,
    ]


def test_a_run_to_infinity_does_not_flatten_the_others() -> None:
    surface = LANDSCAPES["rosenbrock"]
    calm = run(surface, OPTIMIZERS["adam"](), surface.start, 50)
    wild = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=10.0), surface.start, 50)
    one = loss_axis(surface, [heights(surface, calm)])
    both = loss_axis(surface, [heights(surface, calm), heights(surface, wild)])
    assert both.low == one.low
    assert both.high <= math.log10(surface.loss_range) + 2
    saddle = LANDSCAPES["saddle"]
    wild = run(saddle, OPTIMIZERS["gradient_descent"](learning_rate=2.0), saddle.start, 300)
    linear = loss_axis(saddle, [heights(saddle, wild)])
    assert -20.0 < linear.low < linear.high < 20.0


def test_a_loss_that_does_not_change_is_no_slope_on_the_trace() -> None:
    axis = loss_axis(LANDSCAPES["zero_one"], [np.array([0.5, 0.5 + 1e-12, 0.5 + 3e-12])])
    assert axis.high - axis.low == pytest.approx(1e-3, rel=0.1)
    assert (axis.low + axis.high) / 2 == pytest.approx(0.5)


@pytest.mark.parametrize("traces", [[], [np.full(3, NAN)], [np.zeros(3)], [np.array([NAN, 1.0])]], ids=str)
@pytest.mark.parametrize("key", ["rosenbrock", "saddle"])
def test_an_axis_is_never_empty(traces: list[Array], key: str) -> None:
    for axis in (loss_axis(LANDSCAPES[key], traces), gradient_axis(traces)):
        assert math.isfinite(axis.low) and math.isfinite(axis.high)  # noqa: PT018
        assert axis.low < axis.high
        low, high = trace_layout(axis, 10)["yaxis"]["range"]
        assert low < high


# --- leaving the map ---------------------------------------------------------------------------


def test_a_run_that_ends_where_the_surface_ends_has_not_left_the_map() -> None:
    surface = parse_landscape("sqrt(x^2 - 1) + y^2")
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=0.7), (2.0, 1.0), 20)
    assert judge(surface, t).kind == "undefined"
    assert left_map(surface, t) is None


BOWL = make_surface(x**2 + y**2)  # over (−2, 2) × (−2, 2)


@pytest.mark.parametrize(
    ("points", "step", "edge", "direction"),
    [
        ([(0, 0), (1, 0), (3, 0)], 2, (2, 0), (1, 0)),
        ([(0, 0), (0, -1), (0, -4)], 2, (0, -2), (0, -1)),
        ([(1, 0), (3, 1)], 1, (2, 0.5), (2 / 5**0.5, 1 / 5**0.5)),
        ([(0, 0), (-4, 3)], 1, (-2, 1.5), (-0.8, 0.6)),
        ([(0, 0), (4, 4), (9, 9)], 1, (2, 2), (0.5**0.5, 0.5**0.5)),
        ([(0, 0), (3, 0), (1, 1), (1, -5), (0, -6)], 3, (1, -2), (0, -1)),
        ([(5, 5), (1, 1), (1, 3)], 2, (1, 2), (0, 1)),
        ([(2, 0), (3, 0)], 1, (2, 0), (1, 0)),
        ([(2, 2), (2, 3)], 1, (2, 2), (0, 1)),
        ([(0, 0), (1e300, 1)], 1, (2, 0), (1, 0)),
        ([(0, 0), (1, 1.5), (NAN, NAN)], 2, (-1 / 3, -0.5), (-2 / 13**0.5, -3 / 13**0.5)),
        ([(0, 0), (1, 0), (NAN, NAN), (NAN, NAN)], 2, (-2, 0), (-1, 0)),
    ],
    ids=str,
)
def test_a_path_leaves_over_the_edge_at_a_step(points, step, edge, direction) -> None:
    gone = left_map(BOWL, path(BOWL, *points))
    assert gone is not None
    assert gone.step == step
    if not math.isnan(points[step][0]):
        assert_allclose(gone.edge, edge, atol=1e-12)
    else:  # after an overflow: along −∇f at the last point there is
        assert_allclose(gone.edge, on_edge(points[step - 1], direction))
    assert_allclose(gone.direction, direction, atol=1e-12)


def on_edge(p: tuple[float, float], direction: tuple[float, float]) -> tuple[float, float]:
    """Where the ray from p meets the square of half-width 2."""
    reach = min((math.copysign(2.0, d) - c) / d for c, d in zip(p, direction, strict=True) if d)
    return p[0] + reach * direction[0], p[1] + reach * direction[1]


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 1)],
        [(0, 0), (2, -2)],
        [(0, 0), (3, 0), (1, 0)],
        [(3, 0), (4, 0)],
        [(3, 0), (1, 0)],
        [(3, 0), (NAN, NAN)],
        [(1, 0), (0, 0), (NAN, NAN)],
    ],
    ids=[
        "inside",
        "onto the edge",
        "comes back",
        "never on it",
        "comes in",
        "never on it, overflow",
        "no slope",
    ],
)
def test_a_path_that_ends_on_the_map_or_never_was_there_has_not_left(points) -> None:
    assert left_map(BOWL, path(BOWL, *points)) is None


coordinates = st.floats(-6.0, 6.0) | st.sampled_from([-2.0, -0.0, 0.0, 1.0, 2.0])


@given(st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=6))
def test_the_edge_point_lies_on_the_way_and_on_the_edge(points: list[tuple[float, float]]) -> None:
    gone = left_map(BOWL, path(BOWL, *points))
    inside = [max(map(abs, p)) <= 2.0 for p in points]
    if inside[-1] or not any(inside):
        assert gone is None
        return
    assert gone is not None
    assert gone.step == len(inside) - inside[::-1].index(True)
    a, b = np.array(points[gone.step - 1]), np.array(points[gone.step])
    assert max(map(abs, gone.edge)) == pytest.approx(2.0, abs=1e-9)
    share = np.dot(gone.edge - a, b - a) / np.dot(b - a, b - a)
    assert -1e-9 <= share <= 1 + 1e-9
    assert_allclose(a + share * (b - a), gone.edge, atol=1e-9)
    assert_allclose(gone.direction, (b - a) / np.linalg.norm(b - a), atol=1e-9)


def test_a_run_along_an_axis_of_the_saddle_leaves_at_the_top() -> None:
    saddle = LANDSCAPES["saddle"]
    gone = left_map(saddle, run(saddle, OPTIMIZERS["gradient_descent"](learning_rate=0.1), (0.0, 0.5), 30))
    assert gone is not None
    assert gone.edge == (0.0, 2.0)
    assert gone.direction == (0.0, 1.0)


# --- figures -----------------------------------------------------------------------------------


@looks
def test_the_map_shows_every_run_with_its_own_numbers_and_style(look: Look) -> None:
    surface = LANDSCAPES["rosenbrock"]
    drawn = lines(surface, look)
    paths = with_mode(contour_map(surface, drawn, look), "lines")
    assert [trace.name for trace in paths] == [line.label for line in drawn]
    for trace, line in zip(paths, drawn, strict=True):
        t = line.trajectory
        assert_array_equal(np.stack([trace.x, trace.y], axis=-1), t.points)
        assert_array_equal(np.array(trace.customdata), np.stack([np.arange(26), t.values], axis=-1))
        assert (trace.line.color, trace.line.dash) == line.style[:2]


@looks
def test_every_runs_end_carries_its_marker(look: Look) -> None:
    surface = LANDSCAPES["rosenbrock"]
    drawn = lines(surface, look)
    markers = {t.marker.symbol: t for t in with_mode(contour_map(surface, drawn, look), "markers")}
    for line in drawn:
        marker = markers[RUNS[line.style.marker].plotly]
        assert (marker.x[0], marker.y[0]) == tuple(line.trajectory.points[-1])
        assert marker.marker.color == line.style.color


@looks
def test_traces_have_the_style_of_their_runs(look: Look) -> None:
    surface = LANDSCAPES["saddle"]
    drawn = lines(surface, look)
    for figure in (loss_trace(surface, drawn, look), gradient_trace(drawn, look)):
        assert [(t.line.color, t.line.dash) for t in figure.data] == [line.style[:2] for line in drawn]
        assert figure.layout.paper_bgcolor == look.paper
        assert figure.layout.font.color == look.ink


@looks
def test_the_empty_map_shows_contours_over_the_window_and_known_points(
    built_in: Landscape, look: Look
) -> None:
    figure = empty_map(built_in, look)
    contour, *markers = figure.data
    r = relief_around(built_in)
    assert_array_equal(contour.x, r.x)
    assert_array_equal(contour.y, r.y)
    first, last = r.contours
    assert_allclose(
        contour.z, np.clip(r.height, first - r.spacing, last + r.spacing), rtol=1e-6, atol=1e-6 * r.spacing
    )
    assert (contour.zmin, contour.zmax) == r.span == relief(built_in).span
    assert_array_equal(contour.colorbar.tickvals, r.ticks)
    raised = {"10⁴": "1e4", "10⁵": "1e5", "10⁶": "1e6"}
    for text, loss in zip(contour.colorbar.ticktext, r.losses, strict=True):
        assert float(raised.get(text, text).replace("−", "-")) == pytest.approx(loss, rel=1e-3)
    assert tuple(color for _, color in contour.colorscale) == look.heights
    assert (figure.layout.xaxis.range, figure.layout.yaxis.range) == built_in.window
    shown = {trace.name: list(zip(trace.x, trace.y, strict=True)) for trace in markers}
    assert shown == {name: list(points) for name, points in marks(built_in).items()}
    known = {
        "minimum": built_in.minimizers,
        "local minimum": built_in.local_minimizers,
        "saddle": built_in.saddles,
    }
    for name, points in known.items():
        assert set(points) <= set(shown.get(name, []))
    assert len({trace.marker.symbol for trace in markers}) == len(markers)


@pytest.mark.parametrize(
    "formula", ["1e39*(x + y)", "1e100*x", "1e-60*(x + 2*y)", "1e9 + x", "-1e90*y", "x + log(x - 3)"]
)
def test_a_loss_of_any_size_has_a_map(formula: str) -> None:
    surface = parse_landscape(formula)
    low, high = relief(surface).span
    (contour,) = empty_map(surface).data
    span = high - low
    r = relief_around(surface)
    inside = (r.height >= low) & (r.height <= high)
    assert_allclose(np.asarray(contour.z)[inside], r.height[inside], rtol=0, atol=1e-3 * span)
    assert contour.contours.size == pytest.approx(span / 20)


def test_ordinary_heights_travel_in_single_precision(built_in: Landscape) -> None:
    assert empty_map(built_in).data[0].z.dtype == np.float32


@pytest.mark.parametrize(
    ("low", "high", "ticks", "texts"),
    [
        (-1.0, 2.0, [0.1, 1.0, 10.0, 100.0], ["10⁻¹", "1", "10", "10²"]),
        (-14.0, 1.0, [1e-12, 1e-9, 1e-6, 1e-3, 1.0], ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
    ],
)
def test_powers_of_ten_are_ticks_like_any_other(low, high, ticks, texts) -> None:
    axis = trace_layout(Axis(low, high, True, "loss"), 100)["yaxis"]
    assert axis["tickvals"] == pytest.approx(ticks)
    assert axis["ticktext"] == texts


def test_an_arrow_stands_where_a_run_left_and_says_when() -> None:
    t = path(BOWL, (0.0, 0.0), (1.0, 0.5), (3.0, 1.5))
    line = Line("A", LIGHT.runs[2], t)
    (arrow,) = contour_map(BOWL, [line]).layout.annotations
    assert (arrow.x, arrow.y) == (2.0, 1.0)
    assert re.findall(r"\d+", arrow.text) == ["2"]
    assert arrow.arrowcolor == line.style.color
    assert arrow.ax < 0 < arrow.ay  # its tail is left of and below its head: it points up and right
    assert not contour_map(
        BOWL, [Line("A", LIGHT.runs[0], path(BOWL, (0.0, 0.0), (1.0, 1.0)))]
    ).layout.annotations


def test_a_path_that_overflows_is_broken_off_there() -> None:
    surface = LANDSCAPES["rosenbrock"]
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=10.0), surface.start, 20)
    assert np.isnan(t.points[-1]).all()
    line = Line("A", LIGHT.runs[0], t)
    figure = contour_map(surface, [line])
    (drawn,) = with_mode(figure, "lines")
    assert_array_equal(drawn.x, t.points[:, 0])
    for made in (figure, loss_trace(surface, [line]), gradient_trace([line])):
        assert made.to_json()


def test_no_runs_make_pictures_too() -> None:
    surface = LANDSCAPES["rosenbrock"]
    assert not with_mode(contour_map(surface, []), "lines")
    assert not loss_trace(surface, []).data
    assert not gradient_trace([]).data


# --- looks -------------------------------------------------------------------------------------

# Machado, Oliveira, Fernandes, 2009, A Physiologically-based Model for Simulation of Color Vision
# Deficiency: severity 1, on linear RGB.
EYES = {
    "common": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(color: str, eyes: str = "common") -> Array:
    """An sRGB colour in CIELAB (CIE 15, D65), as these eyes see it."""
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear, 0.0, 1.0) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(a: str, b: str, eyes: str = "common") -> float:
    """ΔE of 1976: about 2.3 is just noticeable (Mahy, 1994). It counts hue as well as lightness."""
    return float(np.linalg.norm(lab(a, eyes) - lab(b, eyes)))


def test_the_measure_itself() -> None:
    assert difference("#ffffff", "#000000") == pytest.approx(100.0, abs=1e-3)
    assert_allclose(lab("#ff0000"), (53.24, 80.09, 67.20), atol=0.02)
    assert difference("#d62728", "#2ca02c", "deuteranopia") < 0.6 * difference("#d62728", "#2ca02c")


@looks
@pytest.mark.parametrize("place", range(6))
def test_every_run_stands_out_from_every_height(look: Look, place: int) -> None:
    # A line 2.6 pixels wide is seen at an angle at which colours fade: ten times just noticeable is
    # little enough, and a luminance ratio alone would forbid the yellow that no height comes near.
    color = look.runs[place].color
    ground = (*look.heights, look.paper)
    assert min(difference(color, height) for height in ground) >= 30.0
    assert min(difference(color, height, "deuteranopia") for height in ground) >= 15.0


@looks
@pytest.mark.parametrize(("eyes", "least"), [("common", 30.0), ("deuteranopia", 15.0), ("protanopia", 15.0)])
def test_no_two_runs_look_alike(look: Look, eyes: str, least: float) -> None:
    pairs = combinations((style.color for style in look.runs), 2)
    assert min(difference(a, b, eyes) for a, b in pairs) >= least


@looks
def test_colour_is_never_the_only_sign(look: Look) -> None:
    assert len(look.runs) == 6
    for signs in zip(*look.runs, strict=True):
        assert len(set(signs)) == 6


@looks
def test_heights_rise_evenly_in_lightness_and_stay_muted(look: Look) -> None:
    lightness, *chroma = np.array([lab(color) for color in look.heights]).T
    rises = np.diff(lightness)
    assert rises.min() > 0.4 * rises.max() > 0.0
    assert np.hypot(*chroma).max() < 20.0 < min(np.hypot(*lab(c)[1:]) for c in look.colors if c != "#000000")


@looks
def test_ink_can_be_read_on_paper(look: Look) -> None:
    assert abs(lab(look.ink)[0] - lab(look.paper)[0]) >= 80.0


def test_looks_are_registered_by_key() -> None:
    assert {key: look.key for key, look in LOOKS.items()} == {key: key for key in LOOKS}
    assert [look for look in LOOKS.values() if look.scale == 1.0] == [LIGHT, DARK]
    assert all(LOOKS[f"{look.key}-projector"].scale > 1.0 for look in (LIGHT, DARK))


def test_learning_rates_are_the_ones_that_led_to_each_point() -> None:
    rule = OPTIMIZERS["gradient_descent"](learning_rate=0.08)
    t = run(LANDSCAPES["quadratic"], rule, (1.0, 1.0), 3, SCHEDULES["linear"]())
    rates = learning_rates(t)
    assert math.isnan(rates[0])
    assert_allclose(rates[1:], [0.08, 0.04, 0.08 / 3])
    assert rate_axis([rates]) == Axis(-2.0, -1.0, True, "learning rate")
    assert rate_axis([np.full(3, NAN)]).logarithmic
    figure = rate_trace([Line("A", LIGHT.runs[0], t)])
    assert_array_equal(figure.data[0].y, rates)


@looks
def test_a_small_picture_shows_contours_stars_and_the_path(look: Look) -> None:
    surface = LANDSCAPES["himmelblau"]
    t = run(surface, OPTIMIZERS["gradient_descent"](), surface.start, 50)
    svg = ElementTree.fromstring(thumbnail(surface, "a < b", t.points, look))
    named = [(element.tag.rpartition("}")[2], element) for element in svg.iter()]
    assert [element.text for tag, element in named if tag == "title"] == ["a < b"]
    assert sum(element.get("class") == "minimum" for _, element in named) == len(surface.minimizers)
    fills = [element.get("fill") for tag, element in named if tag == "path"]
    assert fills[: len(look.heights)] == list(look.heights)
    (moving,) = (element for tag, element in named if tag == "animateMotion")
    places = [[float(c) for c in place.split()] for place in (moving.get("path") or "")[1:].split("L")]
    low, high = np.array(picture(surface, (300 / 220, 300 / 220))).T
    right, up = (high - low) / (300.0, 220.0)
    assert right == pytest.approx(up)  # equal scales here too
    shares = np.array(places) / (300.0, 220.0)
    assert_allclose(low + (high - low) * np.stack([shares[:, 0], 1 - shares[:, 1]], -1), t.points, atol=0.01)
    assert len((moving.get("keyPoints") or "").split(";")) == len((moving.get("keyTimes") or "").split(";"))


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_surface_has_a_small_picture_and_survives_a_lost_path(key: str) -> None:
    surface = LANDSCAPES[key]
    lost = np.array([surface.start, (1e6, 1e6), (NAN, NAN)])
    for points in (None, lost, lost[:1]):
        svg = thumbnail(surface, key, points)
        ElementTree.fromstring(svg)
        assert not re.search(r"\b(nan|inf)\b", svg)
