"""What is known of curvature along runs: learned, damped, and in other axes."""

import math

import numpy as np
import pytest
from conftest import make_surface

from charts.labs.curvature import damping_trace, learned_trace, natures_map
from landscapes import LANDSCAPES, x, y
from optimizers import OPTIMIZERS, Kind, judge, run
from optimizers.studies.curvature import damped, in_other_axes, learned, natures

QUADRATIC, ROSENBROCK, HIMMELBLAU, BEALE = (
    LANDSCAPES[key] for key in ("quadratic", "rosenbrock", "himmelblau", "beale")
)
NEWTON, LM = OPTIMIZERS["newton"], OPTIMIZERS["levenberg_marquardt"]


# BFGS


@pytest.mark.parametrize("surface", [QUADRATIC, HIMMELBLAU, BEALE], ids=lambda s: s.key)
def test_bfgs_learns_the_inverse_hessian(surface) -> None:
    found = learned(surface, surface.start, 40)
    assert found.errors[0] > 10 * found.errors[-1]
    assert found.errors[-1] < 0.05
    assert (np.linalg.eigvalsh(found.inverses)[:, 0] > 0.0).all()  # stays positive definite
    np.testing.assert_allclose(found.hessians, surface.hessian(found.trajectory.points))


def test_the_first_error_is_that_of_the_identity() -> None:
    found = learned(QUADRATIC, QUADRATIC.start, 3)
    np.testing.assert_array_equal(found.inverses[0], np.eye(2))
    assert found.errors[0] == pytest.approx(np.linalg.norm(QUADRATIC.hessian(QUADRATIC.start) - np.eye(2)))


def test_bfgs_obeys_the_secant_equation_at_every_step() -> None:
    """B u = s, which the update is made for; told from the run alone."""
    found = learned(ROSENBROCK, ROSENBROCK.start, 20)
    s, u = np.diff(found.trajectory.points, axis=0), np.diff(found.trajectory.gradients, axis=0)
    np.testing.assert_allclose((found.inverses[1:] @ u[..., None])[..., 0], s, rtol=1e-6, atol=1e-12)


# Levenberg–Marquardt


@pytest.mark.parametrize("surface", [ROSENBROCK, HIMMELBLAU], ids=lambda s: s.key)
def test_lambda_follows_success_and_failure(surface) -> None:
    found = damped(surface, surface.start, 10)  # before rounding ends the run
    t = found.trajectory
    stayed = (t.points[1:] == t.points[:-1]).all(axis=-1)
    np.testing.assert_array_equal(found.rejected, stayed)
    assert found.rejected.any()
    assert not found.rejected.all()
    factors = found.damping[1:] / found.damping[:-1]
    np.testing.assert_allclose(factors, np.where(found.rejected, 10.0, 0.1))
    assert found.damping[0] == LM().damping
    assert (np.diff(t.values) <= 0.0).all()


def test_an_indefinite_matrix_is_loaded_until_it_is_not() -> None:
    surface = LANDSCAPES["walled_saddle"]
    found = damped(surface, (0.0, 0.3), 8, LM(damping=0.01))
    lowest = np.linalg.eigvalsh(surface.hessian(found.trajectory.points[:-1]))[:, 0]
    assert (lowest < 0.0).any()
    np.testing.assert_allclose(found.load, found.damping[:-1] + np.maximum(-lowest, 0.0), rtol=1e-9)


@pytest.mark.parametrize("study", [learned, damped])
def test_a_run_that_is_studied_has_a_pace(study) -> None:
    heard: list[int] = []

    def three(done: int) -> int:
        heard.append(done)
        return 3

    paced = study(ROSENBROCK, ROSENBROCK.start, 10, pace=three)
    plain = study(ROSENBROCK, ROSENBROCK.start, 10)
    np.testing.assert_array_equal(paced.trajectory.points, plain.trajectory.points)
    assert heard == [0, 3, 6, 9]


# Where Newton ends


def test_plain_newton_ends_at_saddles_and_maxima_and_a_safeguard_does_not() -> None:
    plain, guarded = (natures(HIMMELBLAU, NEWTON(safeguard=s), 40, 60) for s in (0.0, 0.1))
    assert plain.shares[Kind.SADDLE] > 0.2
    assert plain.shares[Kind.MAXIMUM] > 0.01
    assert guarded.shares == {Kind.GLOBAL_MINIMUM: 1.0}
    assert math.isclose(sum(plain.shares.values()), 1.0)
    assert list(plain.shares.values()) == sorted(plain.shares.values(), reverse=True)
    for i, j in np.random.default_rng(1).integers(0, 40, (25, 2)):
        t = run(HIMMELBLAU, NEWTON(), (plain.x[j], plain.y[i]), 60)
        assert judge(HIMMELBLAU, t).kind is plain.kinds[i, j]


def test_exactly_on_a_ridge_a_safeguard_does_not_help() -> None:
    surface = make_surface(x**2 - y**2 + y**4)
    row = natures(surface, NEWTON(safeguard=0.1), 41, 60)
    on_ridge = np.abs(row.y) < 1e-12
    assert set(row.kinds[on_ridge].ravel()) == {Kind.SADDLE}
    assert Kind.SADDLE not in set(row.kinds[~on_ridge].ravel())


# Other axes

SHEARED = [[2.0, 1.0], [0.0, 0.1]]


@pytest.mark.parametrize("surface", [ROSENBROCK, HIMMELBLAU, BEALE], ids=lambda s: s.key)
def test_newton_does_not_see_the_axes(surface) -> None:
    assert in_other_axes(surface, NEWTON(), surface.start, 6, SHEARED, (0.3, -0.2)).apart.max() < 1e-9


@pytest.mark.parametrize("rule", [OPTIMIZERS["gradient_descent"](0.001), OPTIMIZERS["momentum"](0.001)])
def test_gradient_descent_sees_all_but_a_turn(rule) -> None:
    turn = [[math.cos(0.5), -math.sin(0.5)], [math.sin(0.5), math.cos(0.5)]]
    assert in_other_axes(HIMMELBLAU, rule, HIMMELBLAU.start, 20, turn, (1.0, 0.0)).apart.max() < 1e-12
    assert in_other_axes(HIMMELBLAU, rule, HIMMELBLAU.start, 20, SHEARED).apart.max() > 0.01


def test_per_coordinate_rules_see_a_turn() -> None:
    turn = [[math.cos(0.5), -math.sin(0.5)], [math.sin(0.5), math.cos(0.5)]]
    rule = OPTIMIZERS["adam"](0.05)
    assert in_other_axes(HIMMELBLAU, rule, HIMMELBLAU.start, 20, turn).apart.max() > 0.01
    mirrored = [[-1.0, 0.0], [0.0, 1.0]]
    assert in_other_axes(HIMMELBLAU, rule, HIMMELBLAU.start, 20, mirrored).apart.max() < 1e-12


def test_gauss_newton_is_carried_over_too() -> None:
    """With a tiny load Levenberg–Marquardt is Gauss–Newton, which does not see the axes either."""
    rule = LM(damping=1e-6)
    found = in_other_axes(LANDSCAPES["line_fit"], rule, (-0.5, 4.0), 3, SHEARED, (0.5, 1.0))
    assert found.apart.max() < 1e-3
    assert np.abs(found.plain[-1] - LANDSCAPES["line_fit"].minimizers[0]).max() < 1e-3


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 4]], [[1, 0, 0], [0, 1, 0]], [[math.nan, 0], [0, 1]]])
def test_axes_that_cannot_be_inverted_are_refused(matrix) -> None:
    with pytest.raises(ValueError, match="can be inverted"):
        in_other_axes(QUADRATIC, NEWTON(), (1.0, 1.0), 3, matrix)


# Figures


def test_figures_show_the_numbers() -> None:
    one = learned(BEALE, BEALE.start, 12)
    trace = learned_trace([("Beale", one)]).data[0]
    np.testing.assert_array_equal(trace.y, one.errors)
    load = damped(ROSENBROCK, ROSENBROCK.start, 12)
    shown, crossed = damping_trace(load).data
    np.testing.assert_array_equal(shown.y, load.damping[:-1])
    np.testing.assert_array_equal(crossed.x, np.flatnonzero(load.rejected) + 1)
    kinds = natures(HIMMELBLAU, NEWTON(), 20, 60)
    names = [trace.name for trace in natures_map(HIMMELBLAU, kinds).data[1:]]
    assert f"saddle: {100 * kinds.shares[Kind.SADDLE]:.3g} %" in names
    assert len(names) == len(kinds.shares)
    saddles = next(one for one in natures_map(HIMMELBLAU, kinds).data[1:] if one.name.startswith("saddle"))
    shown = np.stack([saddles.x, saddles.y], axis=-1)
    apart = [np.abs(shown - known).max(axis=1).min() for known in HIMMELBLAU.saddles]
    assert max(apart) < 0.02
