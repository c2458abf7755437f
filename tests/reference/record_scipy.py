"""Record where SciPy's minimizers end and what they ask, for tests/test_reference_paths.py.

Run `python tests/reference/record_scipy.py` with scipy==1.17.1 installed; it rewrites
scipy_counts.json beside this file. The tests read only that file and need no SciPy.

A count is that of the calls up to the first point with max|gradient| <= 1e-5: gradients, the start's
among them, for the rules that ask for gradients; values until the best corner is such a point for
Nelder-Mead. Each minimizer then runs on, so that the minimizer is recorded to many digits.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.optimize import minimize

FLAT = 1e-5
OUTPUT = Path(__file__).with_name("scipy_counts.json")

Vector = NDArray[np.float64]


class Surface(NamedTuple):
    """A formula, its gradient by hand, and where the minimizers start."""

    loss: Callable[[Vector], float]
    gradient: Callable[[Vector], Vector]
    start: tuple[float, float]


def rosenbrock(p: Vector) -> float:
    x, y = p
    return float((1 - x) ** 2 + 100 * (y - x**2) ** 2)


def rosenbrock_gradient(p: Vector) -> Vector:
    x, y = p
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def beale(p: Vector) -> float:
    x, y = p
    return float((1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2)


def beale_gradient(p: Vector) -> Vector:
    x, y = p
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return np.array(
        [
            2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)),
            2 * x * (a + 2 * b * y + 3 * c * y**2),
        ]
    )


def himmelblau(p: Vector) -> float:
    x, y = p
    return float((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)


def himmelblau_gradient(p: Vector) -> Vector:
    x, y = p
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])


SURFACES = {
    "rosenbrock": Surface(rosenbrock, rosenbrock_gradient, (-1.2, 1.0)),
    "beale": Surface(beale, beale_gradient, (1.0, -1.3)),
    "himmelblau": Surface(himmelblau, himmelblau_gradient, (-0.3, -0.8)),
}

# Tolerances so small that every minimizer gets to 1e-5 and beyond before it stops.
METHODS: dict[str, tuple[str, dict[str, float]]] = {
    "bfgs": ("BFGS", {"gtol": 1e-8}),
    "lbfgs": ("L-BFGS-B", {"gtol": 1e-8, "ftol": 0.0}),
    "conjugate_gradient": ("CG", {"gtol": 1e-8}),
    "nelder_mead": ("Nelder-Mead", {"xatol": 1e-9, "fatol": 1e-16}),
}


def recording(rule: str, key: str) -> dict[str, Any]:
    (method, options), surface = METHODS[rule], SURFACES[key]
    asked: list[Vector] = []
    best: list[tuple[int, Vector]] = []

    def flat(point: Vector) -> bool:
        return bool(np.abs(surface.gradient(point)).max() <= FLAT)

    if rule == "nelder_mead":

        def counted(p: Vector) -> float:
            asked.append(p.copy())
            return surface.loss(p)

        found = minimize(
            counted,
            surface.start,
            method=method,
            options=options,
            callback=lambda p: best.append((len(asked), p.copy())),
        )
        count = next(calls for calls, point in best if flat(point))
    else:

        def gradient(p: Vector) -> Vector:
            asked.append(p.copy())
            return surface.gradient(p)

        found = minimize(surface.loss, surface.start, method=method, jac=gradient, options=options)
        count = next(i for i, point in enumerate(asked, start=1) if flat(point))
    return {
        "rule": rule,
        "method": method,
        "surface": key,
        "start": surface.start,
        "minimizer": found.x.tolist(),
        "asked_for": "values" if rule == "nelder_mead" else "gradients",
        "count": count,
    }


def recordings() -> Iterator[dict[str, Any]]:
    for rule in METHODS:
        for key in SURFACES:
            yield recording(rule, key)


def main() -> None:
    header = f'{{"scipy": "{scipy.__version__}", "flat": {FLAT}, "runs": [\n'
    lines = ",\n".join(json.dumps(run) for run in recordings())
    OUTPUT.write_text(f"{header}{lines}\n]}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
