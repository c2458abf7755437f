"""Every registered surface keeps what it promises, at several values of its parameters."""

import math
import re
from functools import cache
from itertools import filterfalse, groupby

import mpmath
import numpy as np
import pytest
import sympy as sp
from conftest import VARIANTS, is_polynomial, make_surface, surface_id
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Array, Landscape, x, y
from landscapes.compiler import compile_surface
from landscapes.functions import sigmoid, softplus


@pytest.mark.parametrize(
    ("formula", "quadratic"),
    [
        (x**2 + 3 * x * y - y + 1, True),
        ((x - 1) * (y + 2) + (x + y) ** 2, True),
        (x * (x - y) * 2, True),
        (2 * x, True),
        (x**2 + y**2 + 1 - sp.cos(2 * sp.pi * x), False),
        (x**2 * y, False),
        (sp.Abs(x) + y**2, False),
        (sp.Piecewise((x, x > 0), (0, True)), False),
        (sp.exp(x), False),
    ],
)
def test_a_formula_is_a_quadratic_or_is_not(formula: sp.Expr, quadratic: bool) -> None:
    assert make_surface(formula).is_quadratic == quadratic


@pytest.mark.parametrize("surface", VARIANTS, ids=surface_id)
def test_a_quadratic_has_one_hessian_and_nothing_else_has(surface: Landscape) -> None:
    p = sample(surface, 200, seed=5)
    hessians = surface.hessian(p)
    size = np.abs(hessians[0]).max() + 1e-300
    same = bool(np.isfinite(hessians).all() and (np.abs(hessians - hessians[0]) <= 1e-9 * size).all())
    slopes = surface.gradient(p) - surface.gradient(p[0]) - (p - p[0]) @ hessians[0]
    flat = bool((np.abs(slopes) <= 1e-9 * (1e-300 + np.abs(surface.gradient(p)).max())).all())
    assert surface.is_quadratic == (same and flat)


shares = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0))


def in_window(surface: Landscape, share: object) -> Array:
    edge = (
        0.02 if surface.samples else 0.0
    )  # beyond its window a grid has no value, and no ring around a point
    return np.asarray(surface.window)[:, 0] + (edge + (1 - 2 * edge) * np.asarray(share)) * surface.spans


def sample(surface: Landscape, n: int, seed: int = 0) -> Array:
    return in_window(surface, np.random.default_rng(seed).random((n, 2)))


def ring(surface: Landscape, point: object, radius: float) -> Array:
    angles = np.linspace(0.0, 2 * np.pi, 64, endpoint=False)
    return np.asarray(point) + radius * surface.spans * np.stack([np.cos(angles), np.sin(angles)], -1)


@cache
def descents(surface: Landscape) -> Array:
    """Where downhill walks from samples of the window end: only steps that descend are taken."""
    p = sample(surface, 150, seed=1)
    value, rate = surface.value(p), np.ones(len(p))
    for _ in range(150):
        curvatures, axes = np.linalg.eigh(surface.hessian(p))
        slopes = np.einsum("nij,ni->nj", axes, surface.gradient(p))
        floor = 1e-6 * np.abs(curvatures).max(axis=-1, keepdims=True) + 1e-12
        step = np.einsum("nij,nj->ni", axes, slopes / np.maximum(np.abs(curvatures), floor))
        trial = p - rate[:, None] * step
        lower = surface.value(trial)
        better = lower < value
        p, value = np.where(better[:, None], trial, p), np.where(better, lower, value)
        rate = np.minimum(np.where(better, 2.0, 0.3) * rate, 1.0)
    return p


def scaled_hessian(surface: Landscape, p: object) -> Array:
    return surface.hessian(p) * surface.spans[:, None] * surface.spans / surface.loss_range


# Shapes and derivatives


@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (0,)])
def test_shapes(surface: Landscape, shape: tuple[int, ...]) -> None:
    p = in_window(surface, np.random.default_rng(0).random((*shape, 2)))
    for function, tail in ((surface.value, ()), (surface.gradient, (2,)), (surface.hessian, (2, 2))):
        batch = function(p)
        assert batch.shape == shape + tail
        assert batch.dtype == np.float64
        for index in np.ndindex(shape):
            np.testing.assert_allclose(batch[index], function(p[index]), rtol=1e-12)
    np.testing.assert_array_equal(surface.hessian(p), np.swapaxes(surface.hessian(p), -1, -2))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 0)])
def test_wrong_shape(built_in: Landscape, shape: tuple[int, ...]) -> None:
    for function in (built_in.value, built_in.gradient, built_in.hessian):
        with pytest.raises(ValueError, match=r"shape \(\.\.\., 2\)"):
            function(np.zeros(shape))


def kinked(surface: Landscape, p: Array, step: Array) -> bool:
    """Whether gradient or Hessian jumps, or has no value, within two steps of the point."""
    for derivative in (surface.gradient, surface.hessian):
        across = np.array([derivative(p + k * step) for k in range(-2, 3)])
        bend = np.abs(np.diff(across, n=2, axis=0)).max()
        if not bend <= 0.01 * np.abs(derivative(ring(surface, p, 1e-2))).max():
            return True
    return False


CELL = 0.0125


@given(share=shares)
@settings(max_examples=40)
def test_derivatives_against_finite_differences(surface: Landscape, share: tuple[float, float]) -> None:
    p = in_window(surface, share)
    reach = 1e-4 * surface.spans
    if surface.samples:  # between knots; across them third derivatives jump
        p = (np.floor(p / CELL) + 0.2 + 0.6 * (p / CELL % 1)) * CELL
    for function, derivative in ((surface.value, surface.gradient), (surface.gradient, surface.hessian)):
        exact = derivative(p)
        size = np.abs(function(ring(surface, p, 1e-2))).max()
        for i, h in enumerate(reach):
            step = np.eye(2)[i] * h
            f = [function(p + k * step) for k in (-2, -1, 1, 2)]
            if not surface.facts.smooth:
                assume(not kinked(surface, p, step))
            differences = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h)
            np.testing.assert_allclose(differences, exact[..., i], rtol=1e-6, atol=2e-9 * size / h)


@given(share=shares)
@settings(max_examples=40)
def test_floats_and_arrays_agree(surface: Landscape, share: tuple[float, float]) -> None:
    p = in_window(surface, share)
    on_floats, on_arrays = surface.compiled
    polynomial = is_polynomial(surface)
    for order, (f, g) in zip((0, 1, 2, 2), zip(on_floats, on_arrays, strict=True), strict=True):
        if f is None or g is None:
            assert f is g
            assert not surface.residuals
            continue
        a, b = np.array(f(*p.tolist())), np.array(g(*p[:, None])).reshape(-1)
        if polynomial:
            np.testing.assert_array_equal(a.reshape(-1), b)
        else:
            slack = 1e-12 * surface.loss_range / surface.spans.min() ** order
            np.testing.assert_allclose(a.reshape(-1), b, rtol=1e-12, atol=slack)


@pytest.mark.parametrize("expression", [sp.Integer(3), sp.Integer(0), 2 * x - 1, x * y, x**2 + 3])
def test_constant_derivatives_have_full_shape(expression: sp.Expr) -> None:
    flat = make_surface(expression)
    p = np.random.default_rng(0).random((4, 3, 2))
    assert flat.value(p).shape == (4, 3)
    assert flat.gradient(p).shape == (4, 3, 2)
    assert flat.hessian(p).shape == (4, 3, 2, 2)
    at = {x: 0.25, y: 0.5}
    first = [expression.diff(v) for v in (x, y)]
    second = [[float(e.diff(v).subs(at)) for v in (x, y)] for e in first]
    assert flat.value((0.25, 0.5)) == float(expression.subs(at))
    assert flat.gradient((0.25, 0.5)).tolist() == [float(e.subs(at)) for e in first]
    assert flat.hessian((0.25, 0.5)).tolist() == second


def test_unknown_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="'z'"):
        make_surface(x + sp.Symbol("z")).value((0.0, 0.0))


def test_undefined_points_are_quiet_nan() -> None:
    partial = make_surface(sp.log(x) + sp.sqrt(y))
    p = np.array([(1.0, 4.0), (-1.0, 4.0), (1.0, -1.0), (math.nan, 1.0)])
    assert partial.value(p).tolist() == pytest.approx([2.0, math.nan, math.nan, math.nan], nan_ok=True)
    assert np.isnan(partial.gradient(p)[2, 1])
    assert math.isnan(partial.value((-1.0, 1.0)))


def test_far_and_undefined_points_stay_quiet(surface: Landscape) -> None:
    for function in (surface.value, surface.gradient, surface.hessian):
        function([(1e200, -1e200), (math.inf, 0.0)])
        assert np.isnan(function((math.nan, math.nan))).all()
    assert np.isnan(surface.value([(math.nan, 0.5), (0.5, math.nan)])).all()


def precise(function: type[sp.Function], z: float, order: int) -> float:
    with mpmath.workdps(1000):
        decay = mpmath.exp(-mpmath.mpf(z))
        s = 1 / (1 + decay)
        logistic = [s, s * (1 - s), s * (1 - s) * (1 - 2 * s)]
        return float(logistic[order] if function is sigmoid else [mpmath.log1p(1 / decay), *logistic][order])


@pytest.mark.parametrize("function", [softplus, sigmoid])
@pytest.mark.parametrize("z", [-700.0, -300.5, -37.1, -20.0, -3.0, -1e-3, 0.0, 1e-9, 0.7, 19.0, 36.9, 300.0])
def test_logistic_functions_in_the_tails(function: type[sp.Function], z: float) -> None:
    unit = make_surface(function(x))
    floats = unit.compiled.on_floats
    found = [
        (unit.value((z, 0.0)), floats.value(z, 0.0)),
        (unit.gradient((z, 0.0))[0], floats.gradient(z, 0.0)[0]),
        (unit.hessian((z, 0.0))[0, 0], floats.hessian(z, 0.0)[0]),
    ]
    for order, pair in enumerate(found):
        # Only the logistic function's curvature passes through zero, where relative precision ends.
        slack = 1e-16 if function is sigmoid and order == 2 and abs(z) < 1 else 0.0
        assert pair == pytest.approx((precise(function, z, order),) * 2, rel=1e-14, abs=slack)


def test_logistic_functions_overflow_nowhere() -> None:
    for function, far in ((sigmoid, 1.0), (softplus, 1e4)):
        for world in make_surface(function(x)).compiled:
            assert [float(world.value(z, 0.0)) for z in (-1e4, 1e4)] == [0.0, far]
            for z in (-1e4, 1e4):
                assert np.isfinite([*world.gradient(z, 0.0), *world.hessian(z, 0.0)]).all()


# What is known about a surface


def test_stationary_points(surface: Landscape) -> None:
    assert_stationary(surface)


def assert_stationary(surface: Landscape) -> None:
    for point in surface.minimizers + surface.local_minimizers + surface.saddles:
        slope = np.abs(surface.gradient(point) * surface.spans).max()
        tip = math.isnan(slope) and not surface.facts.smooth and point not in surface.saddles
        assert tip or slope <= 1e-8 * surface.loss_range, point
    for point in surface.minimizers + surface.local_minimizers:
        low, _ = np.linalg.eigvalsh(scaled_hessian(surface, point))
        assert math.isnan(low) or low >= -1e-12, point
        assert (surface.value(ring(surface, point, 1e-3)) >= surface.value(point)).all(), point
    for point in surface.saddles:
        low, high = np.linalg.eigvalsh(scaled_hessian(surface, point))
        around = surface.value(ring(surface, point, 1e-3)) - surface.value(point)
        assert low < 0 < high or abs(low * high) <= 1e-12, point
        assert around.min() < 0 < around.max(), point


def test_minimum_is_the_value_at_its_minimizers(surface: Landscape) -> None:
    assert_lowest(surface)


def assert_lowest(surface: Landscape, gap: float = 1e-6) -> None:
    assert (surface.minimum is None) == (surface.minimizers == ())
    for point in surface.minimizers:
        assert surface.value(point) == pytest.approx(surface.minimum, abs=1e-14 * surface.loss_range)
    for point in surface.local_minimizers:
        assert surface.minimum is None or surface.value(point) > surface.minimum + gap * surface.loss_range


def test_known_points_are_distinct_and_inside(surface: Landscape) -> None:
    known = np.array([*surface.minimizers, *surface.local_minimizers, *surface.saddles]).reshape(-1, 2)
    apart = np.linalg.norm((known[:, None] - known) / surface.spans, axis=-1)
    assert (apart[np.triu_indices(len(known), 1)] > 1e-2).all()
    low, high = np.transpose(surface.window)
    for point in [*known, surface.start]:
        assert (low < point).all()
        assert (point < high).all()


def test_all_declared_points_survive_refinement(built_in: Landscape) -> None:
    facts = built_in.facts
    for name in ("minimizers", "local_minimizers", "saddles"):
        declared = [at_present(built_in, point) for point in getattr(facts, name)]
        there, refined = [point for point in declared if not np.isnan(point).any()], getattr(built_in, name)
        assert len(refined) == len(there)
        for one, other in zip(refined, there, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-4 * built_in.spans.max())


def at_present(surface: Landscape, point: tuple[object, object]) -> list[float]:
    values = {p.symbol: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    return [float(sp.sympify(c).subs(values)) for c in point]


TUNED = [s for s in LANDSCAPES.values() if s.parameters]


@pytest.mark.parametrize("tuned", TUNED, ids=surface_id)
@given(data=st.data())
@settings(max_examples=25)
def test_facts_follow_the_parameters_wherever_they_stand(tuned: Landscape, data: st.DataObject) -> None:
    drawn = {
        p.key: data.draw(st.sampled_from([0.0, 1.0]) if p.switch else st.floats(p.low, p.high))
        for p in tuned.parameters
    }
    surface = tuned.with_parameters(**drawn)
    known = np.array([*surface.minimizers, *surface.local_minimizers, *surface.saddles]).reshape(-1, 2)
    apart = np.linalg.norm((known[:, None] - known) / surface.spans, axis=-1)
    assume((apart[np.triu_indices(len(known), 1)] > 1e-2).all())  # where two points meet they are degenerate
    assert_stationary(surface)
    assert_lowest(surface, gap=-1e-14)
    if surface.minimum is not None:
        assert np.nanmin(surface.grid(101)[2]) >= surface.minimum - 1e-14 * surface.loss_range


def test_a_well_and_a_pass_exist_only_up_to_a_tilt() -> None:
    well = LANDSCAPES["double_well"]
    counts = {
        tilt: [len(points) for points in (s.minimizers, s.local_minimizers, s.saddles)]
        for tilt in (-2.0, -1.54, -1.5, -0.3, 0.0, 1e-3, 1.5, 1.54, 2.0)
        for s in [well.with_parameters(tilt=tilt)]
    }
    assert counts.pop(0.0) == [2, 0, 1]
    for tilt, found in counts.items():
        assert found == ([1, 1, 1] if abs(tilt) < 8 / math.sqrt(27) else [1, 0, 0]), tilt
        (deepest, _), *_ = well.with_parameters(tilt=tilt).minimizers
        assert deepest * tilt < 0


def known_minimum(surface: Landscape) -> bool:
    return surface.minimum is not None


@pytest.mark.parametrize("surface", [*filter(known_minimum, VARIANTS)], ids=surface_id)
def test_nothing_sampled_lies_lower(surface: Landscape) -> None:
    assert surface.minimum is not None
    lowest = min(
        np.nanmin(surface.value(sample(surface, 20_000))),
        np.nanmin(surface.grid(201)[2]),
        np.nanmin(surface.value(descents(surface))),
    )
    assert lowest >= surface.minimum - 1e-14 * surface.loss_range


UNBOUNDED = [s for s in filterfalse(known_minimum, VARIANTS) if s.samples is None]


@pytest.mark.parametrize("surface", UNBOUNDED, ids=surface_id)
def test_without_minimum_there_is_always_a_lower_value(surface: Landscape) -> None:
    rays = np.stack([ring(surface, surface.start, r) for r in (1.0, 2.0, 4.0, 8.0)])
    falls = (np.diff(surface.value(rays), axis=0) < 0).all(axis=0)
    assert np.nanmin(surface.value(rays)[-1, falls]) < np.nanmin(surface.grid(201)[2])


def test_descents_find_no_minimum_that_is_not_listed(surface: Landscape) -> None:
    ends = descents(surface)
    inside = (np.abs(ends - np.mean(surface.window, axis=1)) < surface.spans / 2).all(axis=-1)
    still = (np.abs(surface.gradient(ends) * surface.spans) <= 1e-7 * surface.loss_range).all(axis=-1)
    bowl = np.linalg.eigvalsh(scaled_hessian(surface, ends))[..., 0] > 1e-4
    value = surface.value(ends)
    listed = [*surface.minimizers, *surface.local_minimizers]
    for end, low in zip(ends[inside & still & bowl], value[inside & still & bowl], strict=True):
        best = surface.minimum is not None and low <= surface.minimum + 1e-9 * surface.loss_range
        if best or surface.local_minimizers:
            assert min(np.linalg.norm((end - q) / surface.spans) for q in np.array(listed)) < 1e-2


def test_convexity_is_declared_truly(surface: Landscape) -> None:
    eigenvalues = np.linalg.eigvalsh(scaled_hessian(surface, sample(surface, 2_000)))
    a, b = surface.value(sample(surface, 2_000, seed=2)), surface.value(sample(surface, 2_000, seed=3))
    middle = surface.value((sample(surface, 2_000, seed=2) + sample(surface, 2_000, seed=3)) / 2)
    assert ((middle - (a + b) / 2).max() <= 1e-12 * surface.loss_range) == surface.facts.convex
    if surface.facts.convex or surface.facts.smooth:  # a kink can bend down where no Hessian sees it
        assert (eigenvalues.min() >= -1e-12) == surface.facts.convex


def test_smoothness_is_declared_truly(surface: Landscape) -> None:
    """Along segments through the window, closing in on where the gradient changes most."""
    known = np.array([*surface.minimizers, *surface.local_minimizers, *surface.saddles]).reshape(-1, 2)
    through = np.concatenate([known, sample(surface, 60, seed=4)])
    aim = sample(surface, len(through), seed=5) - through
    low, high = through - 0.37 * aim, through + aim
    if surface.samples:  # no value outside
        low = np.clip(low, *np.transpose(surface.window))
    shares = np.linspace(0.0, 1.0, 42)[:, None, None]
    for _ in range(8):
        p = low + shares * (high - low)
        jump = np.abs(np.diff(surface.gradient(p) * surface.spans, axis=0)).max(axis=-1)
        jump = np.where(np.isnan(jump), np.inf, jump)
        worst, lane = np.argmax(jump, axis=0), np.arange(len(through))
        low, high = p[worst, lane], p[worst + 1, lane]
    change = np.abs(surface.gradient(high) - surface.gradient(low)) * surface.spans
    largest = np.nanmax(change) if np.isfinite(change).any() else math.inf
    assert (largest <= 1e-6 * surface.loss_range) == surface.facts.smooth


def test_published_value(built_in: Landscape) -> None:
    published = built_in.facts.published
    assert published is not None
    found = built_in.value(published.point)
    assert abs(found - published.value) <= published.tolerance
    assert built_in.minimum is None or found > built_in.minimum + 1e-3 * built_in.loss_range
    assert published.source


@pytest.mark.parametrize(
    ("key", "point", "value", "tolerance"),
    [
        # Schittkowski, 1987, More Test Examples for Nonlinear Programming Codes, problems 203 and 205
        ("beale", (2.0, 0.2), 0.529781, 5e-7),
        ("beale", (0.0, 0.0), 14.2031, 5e-5),
        # gonum/gonum, optimize/functions/functions_test.go
        ("rosenbrock", (-1.2, 1.0), 24.2, 1e-12),
        ("beale", (1.0, 4.0), 4624.453125, 1e-9),
        # Evolutionary-Intelligence/pypop, pypop7/benchmarks/cases.py
        ("rosenbrock", (-2.0, 2.0), 409.0, 1e-9),
        ("rosenbrock", (2.0, 2.0), 401.0, 1e-9),
        ("ackley", (2.0, 2.0), 6.593599, 1e-6),
        ("griewank", (-2.0, 2.0), 1.066895, 2e-6),
        ("rastrigin", (2.0, 2.0), 8.0, 1e-9),
        # jungtaekkim/bayeso-benchmarks, tests/test_two_dim_*.py, 3 × 3 points over each window
        ("six_hump_camel", (3.0, 2.0), 162.9, 1e-5),
        ("three_hump_camel", (0.0, 5.0), 25.0, 1e-5),
        ("three_hump_camel", (-5.0, 5.0), 1997.91666667, 1e-5),
        ("goldstein_price", (0.0, 0.0), 600.0, 1e-5),
        ("goldstein_price", (-2.0, -2.0), 24_376.0, 1e-5),
        # EnzioKam/PSOJulia, src/functions/goldsteinprice.jl, booth.jl
        ("booth", (1.0, 2.0), 5.0, 1e-12),
        ("goldstein_price", (1.0, 2.0), 137_150.0, 1e-9),
        # UweAlex/NonlinearOptimizationTestFunctions.jl, test/cube_tests.jl, test/threehumpcamel_tests.jl
        ("cubic_ravine", (-1.0, 1.0), 404.0, 1e-3),
        ("three_hump_camel", (2.0, 2.0), 9.866666666666667, 1e-6),
        # Wikipedia, Rastrigin function, and Himmelblau's function with its local maximum
        ("rastrigin", (4.52299366, 4.52299366), 80.70658039, 5e-9),
        ("himmelblau", (-0.270845, -0.923039), 181.617, 1e-3),
        # loelschlaeger/vntrs, README.md
        ("six_hump_camel", (1.60710475, 0.5686517), 2.1042503, 1e-7),
    ],
)
def test_values_that_others_print(
    key: str, point: tuple[float, float], value: float, tolerance: float
) -> None:
    assert LANDSCAPES[key].value(point) == pytest.approx(value, rel=0, abs=tolerance)


@pytest.mark.parametrize(
    ("key", "point", "value"),
    [
        ("saddle", (3.0, 2.0), 5.0),
        ("monkey_saddle", (1.0, 1.0), -2.0),
        ("dupont", (1.0, 0.0), -1 - 3 * math.exp(-20)),
        ("dead_relu", (-2.0, 1.0), (9 + 0.25 + 2.25) / 2),
        ("double_well", (0.0, 2.0), 5.0),
        ("sharp_and_flat", (-1.0, 2.0), 640 / (2 * 88)),
        ("booth", (1.0, 1.0), 20.0),
        ("matyas", (2.0, -1.0), 2.26),
        ("easom", (math.pi, 2 * math.pi), math.exp(-(math.pi**2))),
        ("styblinski_tang", (-1.0, -2.0), -39.0),
    ],
)
def test_values_worked_out_by_hand(key: str, point: tuple[float, float], value: float) -> None:
    assert LANDSCAPES[key].value(point) == pytest.approx(value, rel=1e-14)


def test_words(built_in: Landscape) -> None:
    assert re.fullmatch(r"[A-Z0-9](?:(?![.!?]\s|\n).)*\.", built_in.lesson)
    assert built_in.source.strip()
    assert built_in.name.strip()
    assert built_in.family.strip()
    assert re.search(r"\b1[6-9]\d\d\b|\b20\d\d\b", built_in.source)


def test_registry() -> None:
    assert [surface.key for surface in LANDSCAPES.values()] == list(LANDSCAPES)
    assert len({surface.name for surface in LANDSCAPES.values()}) == len(LANDSCAPES)
    blocks = [family for family, _ in groupby(surface.family for surface in LANDSCAPES.values())]
    assert len(blocks) == len(set(blocks)), "a family is shown in one piece"


# Parameters


def test_declared_parameters(built_in: Landscape) -> None:
    for p in built_in.parameters:
        assert p.low <= p.default <= p.high
        assert p.low > 0 or not p.log
        assert p.name.strip()
        assert p.help.endswith(".")
        assert p.symbol in built_in.expression.free_symbols or built_in.samples


def test_a_linear_slider_stops_at_its_default_and_at_both_ends(built_in: Landscape) -> None:
    for p in built_in.parameters:
        assert (p.step is None) == (p.log or p.switch), p.key
        if p.step is not None:
            for value in (p.default, p.high):
                stops = (value - p.low) / p.step
                assert stops == pytest.approx(round(stops), abs=1e-9), p.key


def test_a_switch_is_on_or_off() -> None:
    bowl = LANDSCAPES["quadratic"]
    (whiten,) = (p for p in bowl.parameters if p.switch)
    assert (whiten.low, whiten.high, whiten.default) == (0.0, 1.0, 0.0)
    for value in (0.5, 1e-9, 2.0, math.nan):
        with pytest.raises(ValueError, match=re.escape("Whiten the axes must be 0 (off) or 1 (on)")):
            bowl.with_parameters(whiten=value)


@pytest.mark.parametrize("kappa", [1.0, 20.0, 777.7, 1000.0])
@pytest.mark.parametrize("angle", [0.0, 33.0, 90.0])
def test_whitening_makes_circles_of_ellipses(kappa: float, angle: float) -> None:
    bowl = LANDSCAPES["quadratic"].with_parameters(condition_number=kappa, angle=angle)
    white = bowl.with_parameters(whiten=1.0)
    for surface, ratio in ((bowl, kappa), (white, 1.0)):
        low, high = np.linalg.eigvalsh(surface.hessian((0.3, -0.2)))
        assert high / low == pytest.approx(ratio, rel=1e-9)
    np.testing.assert_allclose(
        np.ptp(white.value(np.array(ring(make_surface(x + y), (0, 0), 0.5)))), 0, atol=1e-12
    )
    assert white.minimizers == bowl.minimizers == ((0.0, 0.0),)
    assert white.minimum == 0.0
    assert r"\kappa" in bowl.latex
    assert r"\kappa" not in white.latex
    assert "whiten" not in bowl.latex + white.latex


def test_unknown_parameter(built_in: Landscape) -> None:
    with pytest.raises(ValueError, match="'nonsense'"):
        built_in.with_parameters(nonsense=1.0)


def test_illegal_parameter_values(built_in: Landscape) -> None:
    for p in built_in.parameters:
        for value in (math.nan, math.inf, -math.inf, p.low - 1.0, p.high * 1.001):
            with pytest.raises(ValueError, match=re.escape(p.name)):
                built_in.with_parameters(**{p.key: value})


def test_parameters_change_the_surface_and_keep_the_rest(built_in: Landscape) -> None:
    for p in built_in.parameters:
        other = built_in.with_parameters(**{p.key: p.high})
        assert other.settings == {**built_in.settings, p.key: p.high}
        assert type(other.settings[p.key]) is float
        assert not np.array_equal(other.value(sample(other, 9)), built_in.value(sample(other, 9)))
        back = other.with_parameters(**{p.key: p.default})
        assert back == built_in
        assert hash(back) == hash(built_in)
        assert other != built_in
        assert len({back, built_in, other}) == 2


@pytest.mark.parametrize("surface", [s for s in VARIANTS if s.samples is None], ids=surface_id)
def test_a_parameter_is_the_number_it_stands_for(surface: Landscape) -> None:
    values = {p.symbol: sp.Float(v, 30) for p, v in zip(surface.parameters, surface.values, strict=True)}
    for point in sample(surface, 3):
        exact = (
            over_examples(surface)
            .replace(softplus, lambda z: sp.log(1 + sp.exp(z)))
            .subs(values)
            .subs({x: point[0], y: point[1]})
        )
        assert surface.value(point) == pytest.approx(float(exact.evalf(30)), rel=1e-12)


def over_examples(surface: Landscape) -> sp.Expr:
    """The expression; where it is one example's loss, the mean or the sum of all of them."""
    if surface.data is None:
        return surface.expression
    rows = [dict(zip(surface.data.symbols, row, strict=True)) for row in surface.data.rows]
    total = sp.Add(*(surface.expression.subs(row) for row in rows))
    return total if surface.data.summed else total / len(rows)


def test_parameters_do_not_recompile(built_in: Landscape) -> None:
    built_in.value((0.0, 0.0))
    before = compile_surface.cache_info().misses
    for p in built_in.parameters:
        for value in (p.low, p.high) if p.switch else np.linspace(p.low, p.high, 5):
            surface = built_in.with_parameters(**{p.key: float(value)})
            surface.hessian((0.5, 0.5))
    assert compile_surface.cache_info().misses == before


def test_surfaces_are_frozen(built_in: Landscape) -> None:
    with pytest.raises(AttributeError):
        built_in.key = "other"


def test_another_expression_is_another_surface() -> None:
    one, other = make_surface(x**2 + y**2, key="same"), make_surface(3 * (x**2 + y**2), key="same")
    assert one != other
    assert (one.loss_range, other.loss_range) == pytest.approx((8.0, 24.0))
