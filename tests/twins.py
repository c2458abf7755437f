"""Runs that must be called the same: a case of ``tests/cases/verdicts.json``, and the same seen otherwise.

A coordinate is changed by writing an expression in its place. Factors are powers of two, which change no
digit of a path; angles are odd ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

Case = dict[str, Any]
LINEAR = ("gradient_descent", "momentum", "averaged_momentum", "nesterov", "quickprop")
"""Rules whose step is a multiple of the gradient: c f at the rate η/c makes the same path."""
BLIND = ("normalised", "newton", "lion", "rprop")
"""Rules to which a factor on the loss makes no difference."""
TURNING = (*LINEAR[:-1], "full_matrix_adagrad", "levenberg_marquardt", "lbfgs")
"""Rules whose path turns with the surface, but for rounding."""
ASKS_FOR_LOSSES = (
    "nelder_mead",
    "bfgs",
    "lbfgs",
    "conjugate_gradient",
    "backtracking",
    "exact_line_search",
    "levenberg_marquardt",
)
"""Rules that would feel the rounding of a loss that is far from 0."""
TYPED = {
    "rosenbrock": "(1-x)^2+100*(y-x^2)^2",
    "himmelblau": "(x^2+y-11)^2+(x+y^2-7)^2",
    "booth": "(x+2*y-7)^2+(2*x+y-5)^2",
    "matyas": "0.26*(x^2+y^2)-0.48*x*y",
    "beale": "(1.5-x+x*y)^2+(2.25-x+x*y^2)^2+(2.625-x+x*y^3)^2",
    "walled_saddle": "x^2/2+y^4/4-y^2/2",
    "monkey_saddle": "x^3-3*x*y^2",
    "saddle": "x^2-y^2",
    "rastrigin": "20+x^2+y^2-10*cos(2*pi*x)-10*cos(2*pi*y)",
    "easom": "0-cos(x)*cos(y)*exp(0-(x-pi)^2-(y-pi)^2)",
    "six_hump_camel": "(4-2.1*x^2+x^4/3)*x^2+x*y+(4*y^2-4)*y^2",
}
"""Built-in surfaces as a visitor would type them."""


def twins(case: Case) -> Iterator[tuple[str, Case]]:
    """Everything as which the case can be seen otherwise, by name."""
    formula, rule, noisy = case["formula"], case["rule"], "noise" in case
    if formula in LANDSCAPES:
        if formula in TYPED and rule != "levenberg_marquardt":  # which knows a built-in's residuals
            window = [list(side) for side in LANDSCAPES[formula].window]
            yield "typed", {**case, "formula": TYPED[formula], "window": window}
        return
    (x_lo, x_hi), (y_lo, y_hi) = case.get("window", [[-5, 5], [-5, 5]])
    x, y = case["start"]
    case = {**case, "window": [[x_lo, x_hi], [y_lo, y_hi]]}
    if rule not in ASKS_FOR_LOSSES:
        yield "lifted", {**case, "formula": f"{formula}+1000"}
        yield "lowered", {**case, "formula": f"{formula}-1000"}
    for c in (1024.0, 2.0**-10):
        scaled = {**case, "formula": f"{c!r}*({formula})"}
        if rule in LINEAR:
            scaled |= {"settings": at_rate(case, 1 / c)} | ({"noise": case["noise"] * c} if noisy else {})
        if rule in LINEAR or (rule in BLIND and not noisy):
            yield f"times {c:g}", scaled
    for s in (4.0, 0.25):
        wide = [[s * x_lo, s * x_hi], [s * y_lo, s * y_hi]]
        both = {
            **case,
            "formula": put(formula, f"x/{s!r}", f"y/{s!r}"),
            "start": [s * x, s * y],
            "window": wide,
        }
        if rule in LINEAR:
            both |= {"settings": at_rate(case, s * s)} | ({"noise": case["noise"] / s} if noisy else {})
            yield f"both axes in units of 1/{s:g}", both
        if rule == "newton":
            units = {"formula": put(formula, f"x/{s!r}", "y"), "start": [s * x, y]}
            yield f"x in units of 1/{s:g}", {**case, **units, "window": [wide[0], [y_lo, y_hi]]}
    if noisy:
        return  # a mirrored run draws other noise
    left, down = [[-x_hi, -x_lo], [y_lo, y_hi]], [[x_lo, x_hi], [-y_hi, -y_lo]]
    yield "x mirrored", {**case, "formula": put(formula, "0-x", "y"), "start": [-x, y], "window": left}
    yield "y mirrored", {**case, "formula": put(formula, "x", "0-y"), "start": [x, -y], "window": down}
    swapped = {"formula": put(formula, "y", "x"), "start": [y, x], "window": [[y_lo, y_hi], [x_lo, x_hi]]}
    if not (rule == "bfgs" and "abs" in formula):  # on a crease its search ends where rounding says
        yield "axes swapped", {**case, **swapped}
    if rule in TURNING and can_be_turned(case):
        for degrees in (17.3, 61.9):
            yield f"turned by {degrees}", turned(case, math.radians(degrees))


def put(formula: str, x: str, y: str) -> str:
    """The formula with expressions in place of its x and y."""
    named = {"x": x, "y": y}
    return re.sub(r"(?<![A-Za-z_])[xy](?![A-Za-z_])", lambda m: f"({named[m[0]]})", formula)


def at_rate(case: Case, factor: float) -> dict[str, float]:
    """The settings with the learning rate times a factor."""
    default = OPTIMIZERS[case["rule"]]().settings["learning_rate"]
    return {**case["settings"], "learning_rate": factor * case["settings"].get("learning_rate", default)}


def turned(case: Case, angle: float) -> Case:
    """The surface and the start turned; the window is the box around the turned one."""
    a, b = math.cos(angle), math.sin(angle)
    x, y = case["start"]
    corners = [(a * u - b * v, b * u + a * v) for u in case["window"][0] for v in case["window"][1]]
    box = [[min(c), max(c)] for c in zip(*corners, strict=True)]
    formula = put(case["formula"], f"{a!r}*x+{b!r}*y", f"{a!r}*y-{b!r}*x")
    return {**case, "formula": formula, "start": [a * x - b * y, b * x + a * y], "window": box}


def can_be_turned(case: Case) -> bool:
    """Whether rounding leaves the answer: it hangs on no exact cycle, ridge, kink or flat direction."""
    fragile = {"saddle", "maximum", "oscillating", "undefined", "stationary"} & set(case["accept"])
    kinked = re.search(r"abs|max|min|relu|sqrt|sign|\^1\.5", case["formula"])
    both = all(re.search(rf"(?<![a-z]){v}(?![a-z])", case["formula"]) for v in "xy")
    return not fragile and not kinked and both and case["steps"] < 1000
