"""The observed convergence rate R against theory, and where it says nothing."""

import math
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES, parse_landscape
from optimizers import OPTIMIZERS, Kind, judge, observed_rate, run

QUADRATIC = LANDSCAPES["quadratic"]


def observed(surface: Any, key: str, steps: int = 300, start: Any = None, **settings: Any) -> float:
    options = {name: settings.pop(name) for name in ("noise", "batch_size") if name in settings}
    t = run(surface, OPTIMIZERS[key](**settings), start or surface.start, steps, **options)
    return observed_rate(surface, t, judge(surface, t).kind)


@pytest.mark.parametrize("kappa", [5.0, 20.0, 50.0])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_gradient_descent_on_a_quadratic_keeps_what_theory_says(kappa: float, angle: float) -> None:
    surface = QUADRATIC.with_parameters(condition_number=kappa, angle=angle)
    low, high = np.linalg.eigvalsh(surface.hessian(surface.minimizers[0]))
    rate = 1.0 / high
    found = observed(surface, "gradient_descent", 600, learning_rate=rate)
    assert found == pytest.approx((1.0 - rate * low) ** 2, rel=1e-6)


def test_a_constant_added_to_the_loss_changes_nothing() -> None:
    plain, raised = (parse_landscape(text) for text in ("x^2 + 9*y^2", "x^2 + 9*y^2 + 1000"))
    start = (1.7, 0.9)
    rates = [observed(f, "gradient_descent", start=start, learning_rate=0.05) for f in (plain, raised)]
    assert rates[0] == pytest.approx(0.81, rel=1e-6)
    assert rates[1] == pytest.approx(0.81, rel=1e-3)  # 1000 has fewer digits to spare


def test_newton_is_there_at_once() -> None:
    assert observed(QUADRATIC, "newton", learning_rate=1.0) == pytest.approx(0.0, abs=1e-12)
    assert observed(LANDSCAPES["rosenbrock"], "newton", learning_rate=1.0) < 1e-3


@pytest.mark.parametrize(
    ("surface", "key", "settings"),
    [
        (QUADRATIC, "gradient_descent", {"learning_rate": 0.05, "noise": 0.1}),
        (LANDSCAPES["line_fit"], "gradient_descent", {"learning_rate": 0.05, "batch_size": 4}),
        (QUADRATIC, "gradient_descent", {"learning_rate": 0.2}),  # diverges
        (QUADRATIC, "gradient_descent", {"learning_rate": 0.0}),
        (LANDSCAPES["saddle"], "gradient_descent", {"learning_rate": 0.1}),  # no minimum
    ],
)
def test_it_is_blank_where_it_says_nothing(surface: Any, key: str, settings: Any) -> None:
    assert math.isnan(observed(surface, key, **settings))


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
def test_it_is_a_share_wherever_it_says_anything(surface: Any) -> None:
    for key in ("gradient_descent", "nelder_mead"):
        found = observed(surface, key, 100)
        assert math.isnan(found) or 0.0 <= found < 1.0


def test_slower_than_linear_is_blank_until_it_is_there() -> None:
    surface = parse_landscape("x^4 + y^4")
    t = run(surface, OPTIMIZERS["gradient_descent"](learning_rate=0.05), (1.0, 0.8), 300)
    assert math.isnan(observed_rate(surface, t, Kind.DESCENDING))


def test_rounding_is_not_taken_for_a_rate() -> None:
    surface = QUADRATIC.with_parameters(condition_number=2.0)
    found = observed(surface, "gradient_descent", 3_000, learning_rate=0.25)  # at 0 since long
    assert found == pytest.approx(0.75**2, rel=1e-6)
