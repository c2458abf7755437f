"""Formulas as textbooks, reference lists, handouts and notebooks print them, against plain NumPy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy import abs, cos, e, exp, log, maximum, minimum, pi, sign, sin, sqrt, tan, tanh, where

from landscapes import FormulaError, parse_landscape
from landscapes.formulas.formula import COEFFICIENTS

POINTS = np.random.default_rng(0).uniform(-2.5, 2.5, (40, 2))
CASES = json.loads((Path(__file__).parent / "cases" / "formulas.json").read_text(encoding="utf-8"))


def rosenbrock(x: Any, y: Any) -> Any:
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


def bowl(x: Any, y: Any) -> Any:
    return x**2 + y**2


AS_PRINTED: dict[str, Callable[[Any, Any], Any]] = {
    # products without a sign
    "2x + 3y": lambda x, y: 2 * x + 3 * y,
    "xy": lambda x, y: x * y,
    "2xy": lambda x, y: 2 * x * y,
    "3(x + 1) + y": lambda x, y: 3 * (x + 1) + y,
    "(x − 1)(y + 2)": lambda x, y: (x - 1) * (y + 2),
    "x(x − 1) + y": lambda x, y: x * (x - 1) + y,
    "x²y": lambda x, y: x**2 * y,
    "x^2y^3": lambda x, y: x**2 * y**3,
    "2 x y − 3 x": lambda x, y: 2 * x * y - 3 * x,
    "(x + y)(x − y)": lambda x, y: x**2 - y**2,
    "2(x−1)²(y+1)": lambda x, y: 2 * (x - 1) ** 2 * (y + 1),
    "xe^(−x² − y²)": lambda x, y: x * exp(-(x**2) - y**2),
    "2πxy": lambda x, y: 2 * pi * x * y,
    "3x(1 − y)²": lambda x, y: 3 * x * (1 - y) ** 2,
    "yx − 2yx²": lambda x, y: y * x - 2 * y * x**2,
    "4x|y|": lambda x, y: 4 * x * abs(y),
    "2e x + y": lambda x, y: 2 * e * x + y,
    "2e3x + y": lambda x, y: 2000 * x + y,
    # powers, roots and fractions in one character
    "x² + y³": lambda x, y: x**2 + y**3,
    "x⁻¹ + y": lambda x, y: 1 / x + y,
    "x¹⁰ + y⁹": lambda x, y: x**10 + y**9,
    "e⁻ˣ + y": lambda x, y: exp(-x) + y,
    "(x + y)²": lambda x, y: (x + y) ** 2,
    "½x² + ¼y⁴ − ⅓x": lambda x, y: x**2 / 2 + y**4 / 4 - x / 3,
    "¾(x − y)² + ⅛": lambda x, y: 0.75 * (x - y) ** 2 + 0.125,
    "√(x² + y²)": lambda x, y: sqrt(x**2 + y**2),
    "√|x| + √|y|": lambda x, y: sqrt(abs(x)) + sqrt(abs(y)),
    "2√(1 + x²)√(1 + y²)": lambda x, y: 2 * sqrt((1 + x**2) * (1 + y**2)),
    "√2 x + √3 y": lambda x, y: 2**0.5 * x + 3**0.5 * y,
    "³√x + 2 ⁴√(y²)": lambda x, y: np.cbrt(x) + 2 * sqrt(abs(y)),
    "∛x + y": lambda x, y: np.cbrt(x) + y,
    "∜(1 + x²) + y": lambda x, y: (1 + x**2) ** 0.25 + y,
    "x^{2} + y^{10}": lambda x, y: x**2 + y**10,
    "x^-2 + y": lambda x, y: x**-2.0 + y,
    "2^-x*y": lambda x, y: 2.0**-x * y,
    "e^−x² + y": lambda x, y: exp(-(x**2)) + y,
    "2^3x + y": lambda x, y: 8 * x + y,
    "-x^2 - y^2": lambda x, y: -(x**2) - y**2,
    "x^2^0.5 + y": lambda x, y: x ** (2**0.5) + y,
    # signs
    "x · y − x ⋅ 2 + y × 3 ∗ 2 ∙ x": lambda x, y: x * y - 2 * x + 6 * x * y,
    "x ÷ 2 + y ∕ 4 – 1 — y − 2": lambda x, y: x / 2 + y / 4 - 3 - y,
    "[x − 1]² + {y + 2}²": lambda x, y: (x - 1) ** 2 + (y + 2) ** 2,
    "(x – 1)^2 ＋ y": lambda x, y: (x - 1) ** 2 + y,
    "x\u00a0+\u2009y\u200b + 1\u3000": lambda x, y: x + y + 1,
    "𝑥² + 𝑦²": bowl,
    "ｘ^２ + ｙ^２": bowl,
    "x^2 + y^2;": bowl,
    "$x^2 + y^2$": bowl,
    "$$ x^2 + y^2 $$": bowl,
    "\\(x^2 + y^2\\)": bowl,
    "x^2 + y^2.": bowl,
    "x\u2062y + 1": lambda x, y: x * y + 1,
    # bars
    "|x| + |y|": lambda x, y: abs(x) + abs(y),
    "|x − 1| + 2|y − 1|": lambda x, y: abs(x - 1) + 2 * abs(y - 1),
    "||x| − 1| + |y|": lambda x, y: abs(abs(x) - 1) + abs(y),
    "|x + |y||": lambda x, y: abs(x + abs(y)),
    "|2|x| − 1| + y": lambda x, y: abs(2 * abs(x) - 1) + y,
    "|x||y|": lambda x, y: abs(x * y),
    "|x|² + |y|^3": lambda x, y: x**2 + abs(y) ** 3,
    "|x|·|y| + ||x − y||": lambda x, y: abs(x * y) + abs(x - y),
    "2|x| − 3|y|": lambda x, y: 2 * abs(x) - 3 * abs(y),
    "|x| − y|x|": lambda x, y: abs(x) - y * abs(x),
    "|x|y + x|y|": lambda x, y: abs(x) * y + x * abs(y),
    "|x|y|x|": lambda x, y: abs(x) * y * abs(x),
    "|(|x| + 1)| + |[|y|]|": lambda x, y: abs(x) + 1 + abs(y),
    # functions with and without brackets
    "sin x + cos y": lambda x, y: sin(x) + cos(y),
    "sin 2x + y": lambda x, y: sin(2 * x) + y,
    "sin 2πx cos y": lambda x, y: sin(2 * pi * x) * cos(y),
    "2 sin x cos y": lambda x, y: 2 * sin(x) * cos(y),
    "sin x y": lambda x, y: sin(x * y),
    "sin x * y": lambda x, y: sin(x) * y,
    "sin(x)y": lambda x, y: sin(x) * y,
    "sin x/2 + y": lambda x, y: sin(x) / 2 + y,
    "sin x² + y": lambda x, y: sin(x**2) + y,
    "sin²x + cos²y": lambda x, y: sin(x) ** 2 + cos(y) ** 2,
    "sin^2(x) + y": lambda x, y: sin(x) ** 2 + y,
    "sin^{2} x cos^3 y": lambda x, y: sin(x) ** 2 * cos(y) ** 3,
    "sin(x)^2 + sin(y²)": lambda x, y: sin(x) ** 2 + sin(y**2),
    "sin⁻¹(x/4) + tan^-1 y": lambda x, y: np.arcsin(x / 4) + np.arctan(y),
    "sin −x + y": lambda x, y: -sin(x) + y,
    "exp −x² + y": lambda x, y: exp(-(x**2)) + y,
    "ln sin² x + y": lambda x, y: log(sin(x) ** 2) + y,
    "sin cos(x) + y": lambda x, y: sin(cos(x)) + y,
    "sinhx + 2tanhxy": lambda x, y: np.sinh(x) + 2 * tanh(x * y),
    "sinx + cosxy": lambda x, y: sin(x) + cos(x * y),
    "xsiny + ycos2x": lambda x, y: x * sin(y) + y * cos(2 * x),
    "e^{sin x} + e^cos(y)": lambda x, y: exp(sin(x)) + exp(cos(y)),
    "sin x|y|": lambda x, y: sin(x * abs(y)),
    "tanh x + sinh(y)cosh y": lambda x, y: tanh(x) + np.sinh(y) * np.cosh(y),
    "Sin(x) + EXP(y)": lambda x, y: sin(x) + exp(y),
    "ln(x² + 1) + log(y² + 1)": lambda x, y: log(x**2 + 1) + log(y**2 + 1),
    "log10(x² + 1) + lg(y² + 1)": lambda x, y: np.log10(x**2 + 1) + np.log10(y**2 + 1),
    "log2(x² + 1) + log_2(y² + 1) + log₁₀ 7": lambda x, y: np.log2((x**2 + 1) * (y**2 + 1)) + np.log10(7),
    "log(x² + 1, 3) + y": lambda x, y: log(x**2 + 1) / log(3) + y,
    "pow(x, 2) + power(y, 3)": lambda x, y: x**2 + y**3,
    "arcsin(x/4) + arccos(y/4)*arctan x": lambda x, y: np.arcsin(x / 4) + np.arccos(y / 4) * np.arctan(x),
    "sec x + csc y + cot(x)": lambda x, y: 1 / cos(x) + 1 / sin(y) + cos(x) / sin(x),
    "sech x + csch y + coth x": lambda x, y: 1 / np.cosh(x) + 1 / np.sinh(y) + 1 / tanh(x),
    "arsinh x + arcosh(y² + 1) + artanh(x/3)": lambda x, y: (
        np.arcsinh(x) + np.arccosh(y**2 + 1) + np.arctanh(x / 3)
    ),
    "atan2(y, x) + 1": lambda x, y: np.arctan2(y, x) + 1,
    "sgn x + sign(y) x": lambda x, y: sign(x) + sign(y) * x,
    "cbrt(x) + hypot(x, y)": lambda x, y: np.cbrt(x) + np.hypot(x, y),
    "max{0, x} + min[x, y]": lambda x, y: maximum(0, x) + minimum(x, y),
    "max(0,1-x) + y": lambda x, y: maximum(0, 1 - x) + y,
    "max(x, y, 0.5) - min(x, y, x*y, 2)": lambda x, y: (
        maximum(maximum(x, y), 0.5) - minimum(minimum(x, y), minimum(x * y, 2))
    ),
    "floor(x) + ceil(2y)": lambda x, y: np.floor(x) + np.ceil(2 * y),
    "clip(x, -1, 1) + y": lambda x, y: np.clip(x, -1, 1) + y,
    "square(x) + log1p(y²) + expm1(x)": lambda x, y: x**2 + np.log1p(y**2) + np.expm1(x),
    "σ(3x − y) + softplus(xy)": lambda x, y: 1 / (1 + exp(y - 3 * x)) + np.logaddexp(0, x * y),
    "relu(x − 1) y + relu(−y)": lambda x, y: maximum(x - 1, 0) * y + maximum(-y, 0),
    # choices
    "x**2 if x > y else y**2": lambda x, y: where(x > y, x**2, y**2),
    "(x if x > 0 else -2x) + y": lambda x, y: where(x > 0, x, -2 * x) + y,
    "0 if x < -1 else x if x <= 1 else y": lambda x, y: where(x < -1, 0, where(x <= 1, x, y)),
    "x > 0 ? x : y": lambda x, y: where(x > 0, x, y),
    "1 if x > 0 and y > 0 else 0": lambda x, y: where((x > 0) & (y > 0), 1, 0),
    "x if x > 1 or not y > 0 else 0": lambda x, y: where((x > 1) | ~(y > 0), x, 0),
    "y if -1 < x <= 1 else 0": lambda x, y: where((x > -1) & (x <= 1), y, 0),
    "(x ≥ 0) x² + (y < 1)": lambda x, y: where(x >= 0, x**2, 0) + (y < 1),
    "np.where(x > 0, x**2, 0) + y": lambda x, y: where(x > 0, x**2, 0) + y,
    "step(x) + y": lambda x, y: np.heaviside(x, 0.5) + y,
    "heaviside(x - 1) + y": lambda x, y: np.heaviside(x - 1, 0.5) + y,
    "heaviside(x, 1) + y": lambda x, y: np.heaviside(x, 1) + y,
    "log(x) if x > 0 else y": lambda x, y: where(x > 0, log(x), y),
    # what names the axes
    "f(x, y) = x^2 + y": lambda x, y: x**2 + y,
    "f(x,y) := 2x − y": lambda x, y: 2 * x - y,
    "x² − y² = z": lambda x, y: x**2 - y**2,
    "x² + y² → min": bowl,
    "z = x² − y²": lambda x, y: x**2 - y**2,
    "min f(x, y) = x^2 + y^2": bowl,
    "J(w, b) = (w − 2)² + (b + 1)²": lambda x, y: (x - 2) ** 2 + (y + 1) ** 2,
    "J(b, w) = b + 2w": lambda x, y: x + 2 * y,
    "L(θ₀, θ₁) = θ₀² + 3θ₁²": lambda x, y: x**2 + 3 * y**2,
    "J(\\theta_0, \\theta_1) = \\frac{1}{2}(\\theta_0^2 + 4\\theta_1)": lambda x, y: (x**2 + 4 * y) / 2,
    "f(x) = 100(x_2 − x_1^2)^2 + (1 − x_1)^2": rosenbrock,
    "L(w) = (10 − 3w)²": lambda x, y: (10 - 3 * x) ** 2,
    "f\\left(x, y\\right) = x + y": lambda x, y: x + y,
    "100(x2 − x1^2)^2 + (1 − x1)^2": rosenbrock,
    "100(x_2 − x_1²)² + (1 − x_1)²": rosenbrock,
    "100(x₂ − x₁²)² + (1 − x₁)²": rosenbrock,
    "100*(x[1] - x[0]**2)**2 + (1 - x[0])**2": rosenbrock,
    "100*(x(2) - x(1)^2)^2 + (1 - x(1))^2": rosenbrock,
    "100*(w2 - w1^2)^2 + (1 - w1)^2": rosenbrock,
    "100(v − u²)² + (1 − u)²": rosenbrock,
    "100(θ1 − θ0²)² + (1 − θ0)²": rosenbrock,
    "100*(theta1 - theta0^2)^2 + (1 - theta0)^2": rosenbrock,
    "100(b − w²)² + (1 − w)²": rosenbrock,
    "100(Y − X²)² + (1 − X)²": rosenbrock,
    "100(q − p²)² + (1 − p)²": rosenbrock,
    "100(φ − θ²)² + (1 − θ)²": rosenbrock,
    "100(\\beta - \\alpha^2)^2 + (1 - \\alpha)^2": rosenbrock,
    "100(t − s²)² + (1 − s)²": rosenbrock,
    "x_{1}x_{2} + 2x_1^2x_2": lambda x, y: x * y + 2 * x**2 * y,
    "2u1u2 − u1": lambda x, y: 2 * x * y - x,
    # notebooks
    "np.sin(x) + numpy.exp(-y**2)": lambda x, y: sin(x) + exp(-(y**2)),
    "math.pi*x + np.e*y + Math.PI": lambda x, y: pi * x + e * y + pi,
    "Math.pow(x, 2) + Math.abs(y)": lambda x, y: x**2 + abs(y),
    "torch.tanh(x) + torch.relu(y)": lambda x, y: tanh(x) + maximum(y, 0),
    "np.power(x, 2) + np.maximum(0, y)": lambda x, y: x**2 + maximum(0, y),
    "lambda x, y: (1 - x)**2 + 100*(y - x**2)**2": rosenbrock,
    "f = lambda x, y: x**2 + y**2": bowl,
    "def f(x, y): return x**2 + y**2": bowl,
    "@(x, y) x.^2 + y.^2": bowl,
    "f = @(x) 100*(x(2) - x(1).^2).^2 + (1 - x(1)).^2;": rosenbrock,
    "(x, y) => x*x + y*y": bowl,
    "x.^2 + y.*x./2 + 2.*x": lambda x, y: x**2 + y * x / 2 + 2 * x,
    # LaTeX
    "\\frac{1}{4}x^4 - \\frac12 x^2 + \\frac{y^2}{2}": lambda x, y: x**4 / 4 - x**2 / 2 + y**2 / 2,
    "\\dfrac{x}{y^2 + 1}": lambda x, y: x / (y**2 + 1),
    "\\sqrt{x^2 + y^2}": lambda x, y: sqrt(x**2 + y**2),
    "\\sqrt[3]{x} + \\sqrt[4]{y^2}": lambda x, y: np.cbrt(x) + sqrt(abs(y)),
    "\\left(x - 1\\right)^{2} + 2 \\cdot y \\times x": lambda x, y: (x - 1) ** 2 + 2 * x * y,
    "\\sin x \\cos y + \\sin^{2}{\\left(x \\right)}": lambda x, y: sin(x) * cos(y) + sin(x) ** 2,
    "\\exp\\left(-x^2\\right) + \\ln\\left(1 + y^2\\right)": lambda x, y: exp(-(x**2)) + log(1 + y**2),
    "e^{-\\frac{x^2 + y^2}{2}}": lambda x, y: exp(-(x**2 + y**2) / 2),
    "\\left| x \\right| + \\lvert y \\rvert": lambda x, y: abs(x) + abs(y),
    "\\max\\{0, 1 - x\\} + \\min(x, y)": lambda x, y: maximum(0, 1 - x) + minimum(x, y),
    "\\operatorname{sgn}(x) + \\mathrm{e}^{y}": lambda x, y: sign(x) + exp(y),
    "20 + x^2 - 10\\cos(2\\pi x)\\,+\\,y": lambda x, y: 20 + x**2 - 10 * cos(2 * pi * x) + y,
    "\\big(x + y\\big)^2 \\; + \\; 1": lambda x, y: (x + y) ** 2 + 1,
    "\\log_{10}(x^2 + 1) + \\arctan y": lambda x, y: np.log10(x**2 + 1) + np.arctan(y),
    # numbers
    "0,5x² + 1,25y²": lambda x, y: 0.5 * x**2 + 1.25 * y**2,
    "sin(0,5x) + y": lambda x, y: sin(0.5 * x) + y,
    "max(0; 1,5x) + y": lambda x, y: maximum(0, 1.5 * x) + y,
    ".5x + 1e-3y + 1.E2": lambda x, y: 0.5 * x + 0.001 * y + 100,
    "007x + 0.50y": lambda x, y: 7 * x + 0.5 * y,
    "123456.789x + y/7 + 1e12": lambda x, y: 123456.789 * x + y / 7 + 1e12,
    "1/2 x² + 3/4 y": lambda x, y: x**2 / 2 + 0.75 * y,
    "x/2*y + 12/x/y/2": lambda x, y: x / 2 * y + 6 / x / y,
    "max(1, 3)*x + sqrt(16)*y + abs(-2) + (2**3)**2": lambda x, y: 3 * x + 4 * y + 66,
    "sign(-3)*x + relu(2)*y + sigmoid(0) + softplus(0)": lambda x, y: -x + 2 * y + 0.5 + log(2),
    "((((x)))) + y": lambda x, y: x + y,
    "--x*y + 1": lambda x, y: x * y + 1,
    "+x - -y": lambda x, y: x + y,
    "x - y - 1 - 2": lambda x, y: x - y - 3,
    "sqrt(x)*y**(1/3) + x**y": lambda x, y: sqrt(x) * y ** (1 / 3) + x**y,
    # the well-known
    "(x² + y − 11)² + (x + y² − 7)²": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "(x + 2y − 7)² + (2x + y − 5)²": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "100√|y − 0.01x²| + 0.01|x + 10|": lambda x, y: 100 * sqrt(abs(y - 0.01 * x**2)) + 0.01 * abs(x + 10),
    "(y − 5.1x²/(4π²) + 5x/π − 6)² + 10(1 − 1/(8π))cos x + 10": lambda x, y: (
        (y - 5.1 * x**2 / (4 * pi**2) + 5 * x / pi - 6) ** 2 + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10
    ),
    "−20exp(−0.2√(0.5(x² + y²))) − exp(0.5(cos 2πx + cos 2πy)) + e + 20": lambda x, y: (
        -20 * exp(-0.2 * sqrt(0.5 * (x**2 + y**2))) - exp(0.5 * (cos(2 * pi * x) + cos(2 * pi * y))) + e + 20
    ),
    "sin²3πx + (x − 1)²(1 + sin²3πy) + (y − 1)²(1 + sin²2πy)": lambda x, y: (
        sin(3 * pi * x) ** 2
        + (x - 1) ** 2 * (1 + sin(3 * pi * y) ** 2)
        + (y - 1) ** 2 * (1 + sin(2 * pi * y) ** 2)
    ),
    "(1 + (x + y + 1)²(19 − 14x + 3x² − 14y + 6xy + 3y²))"
    "(30 + (2x − 3y)²(18 − 32x + 12x² + 48y − 36xy + 27y²))": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "1 + (x² + y²)/4000 − cos x cos(y/√2)": lambda x, y: 1 + (x**2 + y**2) / 4000 - cos(x) * cos(y / 2**0.5),
    "-0.0001(|sin x sin y exp(|100 − √(x² + y²)/π|)| + 1)^0.1": lambda x, y: (
        -0.0001 * (abs(sin(x) * sin(y) * exp(abs(100 - sqrt(x**2 + y**2) / pi))) + 1) ** 0.1
    ),
    "-(y + 47) sin √|x/2 + y + 47| − x sin √|x − (y + 47)|": lambda x, y: (
        -(y + 47) * sin(sqrt(abs(x / 2 + y + 47))) - x * sin(sqrt(abs(x - (y + 47))))
    ),
    "0.5 + (sin²(x² − y²) − 0.5)/(1 + 0.001(x² + y²))²": lambda x, y: (
        0.5 + (sin(x**2 - y**2) ** 2 - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2
    ),
    "3(1 − x)²e^(−x² − (y + 1)²) − 10(x/5 − x³ − y⁵)e^(−x² − y²) − ⅓e^(−(x + 1)² − y²)": lambda x, y: (
        3 * (1 - x) ** 2 * exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * exp(-(x**2) - y**2)
        - exp(-((x + 1) ** 2) - y**2) / 3
    ),
    "tan x + tanh y": lambda x, y: tan(x) + tanh(y),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["formula"])
def test_a_shared_case_has_its_value(case: dict[str, Any]) -> None:
    assert parse_landscape(case["formula"]).value(case["at"]) == pytest.approx(case["value"], rel=1e-12)


@pytest.mark.parametrize("text", AS_PRINTED)
def test_a_formula_as_printed_is_what_numpy_makes_of_it(text: str) -> None:
    with np.errstate(all="ignore"):
        expected = AS_PRINTED[text](*POINTS.T)
    np.testing.assert_allclose(parse_landscape(text).value(POINTS), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("text", [*AS_PRINTED, *(case["formula"] for case in CASES)])
def test_the_reading_typed_again_is_the_same_surface(text: str) -> None:
    surface = parse_landscape(text)
    assert surface.reading is not None
    again = parse_landscape(surface.reading)
    assert (again.expression, again.axes, again.window) == (surface.expression, surface.axes, surface.window)
    assert again.reading == surface.reading
    assert surface.reading.isascii()


@pytest.mark.parametrize("text", AS_PRINTED)
def test_the_latex_typed_again_is_the_same_surface(text: str) -> None:
    """Except for case distinctions, which are shown in LaTeX and read from their plain reading alone."""
    surface = parse_landscape(text)
    if "cases" in surface.latex:
        return
    again = parse_landscape(f"f({', '.join(surface.axes_latex)}) = {surface.latex}")
    assert again.axes == surface.axes
    np.testing.assert_allclose(again.value(POINTS), surface.value(POINTS), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "reading", "latex"),
    [
        ("5 (y-x^2)^2+(x)", "5*(y - x^2)^2 + (x)", r"5 \left(y - x^{2}\right)^{2} + \left(x\right)"),
        ("2 sin x cos y", "2*sin(x)*cos(y)", r"2 \sin\left(x\right) \cos\left(y\right)"),
        ("sin x y", "sin(x*y)", r"\sin\left(x y\right)"),
        ("sin²x", "sin(x)^2", r"\sin^{2}\left(x\right)"),
        ("sin^-1 x", "asin(x)", r"\arcsin\left(x\right)"),
        ("½x² − ⅓y", "(1/2)*x^2 - (1/3)*y", r"\frac{1}{2} x^{2} - \frac{1}{3} y"),
        ("-1/2 x² + y", "-1/2*x^2 + y", r"- \frac{1}{2} x^{2} + y"),
        ("||x| − 1|√(1+y)", "abs(abs(x) - 1)*sqrt(1 + y)", r"\left|\left|x\right| - 1\right| \sqrt{1 + y}"),
        ("x1^2 + 2x1x2", "f(x_1, x_2) = x_1^2 + 2*x_1*x_2", r"x_{1}^{2} + 2 x_{1} x_{2}"),
        ("J(w,b) = wb", "f(w, b) = w*b", "w b"),
        ("θ₀² + 2theta1", "f(theta_0, theta_1) = theta_0^2 + 2*theta_1", r"\theta_{0}^{2} + 2 \theta_{1}"),
        ("αx² + βy²", "alpha*x^2 + beta*y^2", r"\alpha x^{2} + \beta y^{2}"),
        ("x/2*y/3", "x/2*y/3", r"\frac{\frac{x}{2} y}{3}"),
        ("(x+1)/(y+2)", "(x + 1)/(y + 2)", r"\frac{x + 1}{y + 2}"),
        ("log x + log10(y)", "log(x) + log10(y)", r"\ln\left(x\right) + \log_{10}\left(y\right)"),
        ("pow(x, 2)*0,26 + 1e-3 y", "pow(x, 2)*0.26 + 1e-3*y", r"x^{2} \cdot 0.26 + 1 \cdot 10^{-3} y"),
        ("e^{-x}2^y", "e^(-x)*2^y", r"e^{- x} \cdot 2^{y}"),
        ("x*-y", "x*(-y)", r"x \left(- y\right)"),
        ("cbrt(x) + ∛y", "cbrt(x) + cbrt(y)", r"\sqrt[3]{x} + \sqrt[3]{y}"),
        ("sqrt(x)^3 + y", "sqrt(x)^3 + y", r"\sqrt{x}^{3} + y"),
        ("max{0; x, y}", "max(0, x, y)", r"\max\left(0, x, y\right)"),
        (
            "x if x > y else 0",
            "(x) if x > y else (0)",
            r"\begin{cases} x & \text{if } x > y \\ 0 & \text{else} \end{cases}",
        ),
    ],
)  # fmt: skip
def test_what_was_read_is_shown(text: str, reading: str, latex: str) -> None:
    surface = parse_landscape(text)
    assert (surface.reading, surface.latex) == (reading, latex)


@pytest.mark.parametrize(
    ("text", "axes", "latex"),
    [
        ("x + y", ("x", "y"), ("x", "y")),
        ("x^2", ("x", "y"), ("x", "y")),
        ("x1 + x2", ("x₁", "x₂"), ("x_1", "x_2")),
        ("x_1 + x_2", ("x₁", "x₂"), ("x_1", "x_2")),
        ("x_{1}", ("x₁", "x₂"), ("x_1", "x_2")),
        ("x[0] + x[1]", ("x₀", "x₁"), ("x_0", "x_1")),
        ("x[1]", ("x₀", "x₁"), ("x_0", "x_1")),
        ("x(1) - x(2)", ("x₁", "x₂"), ("x_1", "x_2")),
        ("w0 + 2w1", ("w₀", "w₁"), ("w_0", "w_1")),
        ("u v", ("u", "v"), ("u", "v")),
        ("b^2 + w^2", ("w", "b"), ("w", "b")),
        ("f(b, w) = b^2 + w^2", ("b", "w"), ("b", "w")),
        ("θ0 θ1", ("θ₀", "θ₁"), (r"\theta_0", r"\theta_1")),
        ("\\theta_1 + \\theta_2", ("θ₁", "θ₂"), (r"\theta_1", r"\theta_2")),
        ("X + Y", ("X", "Y"), ("X", "Y")),
        ("q - p", ("p", "q"), ("p", "q")),
        ("r s", ("r", "s"), ("r", "s")),
        ("α β", ("α", "β"), (r"\alpha", r"\beta")),
        ("μ σ", ("μ", "σ"), (r"\mu", r"\sigma")),
        ("a u + v", ("u", "v"), ("u", "v")),
        ("f(a, b) = a + b + c", ("a", "b"), ("a", "b")),
        ("w^2", ("w", "b"), ("w", "b")),
    ],
)
def test_the_axes_are_called_what_the_formula_calls_them(
    text: str, axes: tuple[str, str], latex: tuple[str, str]
) -> None:
    surface = parse_landscape(text)
    assert (surface.axes, surface.axes_latex) == (axes, latex)
    assert (
        surface.gradient_latex is None or latex[0] not in ("x", "w_1") or "pmatrix" in surface.gradient_latex
    )


def test_derivatives_are_written_in_the_axes_letters() -> None:
    assert parse_landscape("J(w, b) = w²b").gradient_latex == r"\begin{pmatrix}2 w b \\ w^{2}\end{pmatrix}"
    assert parse_landscape("θ0²θ1").gradient_latex == (
        r"\begin{pmatrix}2 \theta_0 \theta_1 \\ \theta_0^{2}\end{pmatrix}"
    )


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a x^2 + b y^2 + c x y + d", ["a", "b", "c", "d"]),
        ("c x + b y + a", ["c", "b", "a"]),
        ("ax^2 + by^2", ["a", "b"]),
        ("A x² + B y²", ["letter_A", "letter_B"]),
        ("αx + lambda*y", ["alpha", "lambda"]),
        ("J(w, b) = (w x + b − y)²", ["letter_x", "letter_y"]),
        ("x + y z", ["z"]),
        ("x - b + b", []),
    ],
)
def test_other_letters_become_sliders(text: str, keys: list[str]) -> None:
    surface = parse_landscape(text)
    assert [p.key for p in surface.parameters] == keys
    assert set(keys) <= set(COEFFICIENTS)
    assert all((p.default, p.low, p.high) == (1.0, -5.0, 5.0) for p in surface.parameters)
    assert all(p.name in p.help for p in surface.parameters)


def test_every_slider_moves_its_own_coefficient() -> None:
    surface = parse_landscape("a x² + b y² + c x y + d").with_parameters(a=2.0, b=-3.0, c=0.5, d=4.0)
    assert surface.value((2.0, 3.0)) == 8 - 27 + 3 + 4
    assert surface.gradient((2.0, 3.0)).tolist() == [8 + 1.5, -18 + 1]
    data = parse_landscape("J(w, b) = (w x + b − y)²").with_parameters(letter_x=3.0, letter_y=-1.0)
    assert data.value((2.0, 0.5)) == 7.5**2
    assert data.gradient_latex is not None
    assert data.gradient_latex.startswith(r"\begin{pmatrix}2 {x} \left(w {x}")  # not the axis


REFUSED = {
    # asked
    "1/2x": "“1/2x” at column 1 has two readings: (1/2)*x or 1/(2*x).",
    "y + 1/2(x-1)": "“1/2(x-1)” at column 5 has two readings: (1/2)*(x-1) or 1/(2*(x-1)).",
    "x/2y": "“x/2y” at column 1 has two readings: (x/2)*y or x/(2*y).",
    "1 / 2 x": "“1 / 2 x” at column 1 has two readings: (1/2)*x or 1/(2*x).",
    "√2x + y": "“√2x” at column 1 has two readings: √(2x) or (√2)*x.",
    "√x² + y": "“√x²” at column 1 can be read in two ways: write brackets, as in √(x^2) or (√x)^2.",
    "sin2(x) + y": "“sin2(x)” at column 1 has two readings: sin^2(…) or sin(2(…)).",
    "f(x) + y²": "“f(x)” at column 1 may be a product or a function f: write f*… for a product.",
    "exp^-1 x + y": "has two readings: write 1/exp( ) for the reciprocal.",
    "1,000x + y": "“1,000” at column 1 may be 1.000 or 1000: write which, with a point.",
    "max(0,5, x)": "“,” at column 6 may be decimal or part two arguments: write decimals with a point.",
    "1,5x + 2.5y": "“,” at column 2 stands beside decimal points: write all decimals with a point.",
    "2 3 x": "“2 3” at column 1 is two numbers side by side",
    "2½x + y": "“2½” at column 1 is two numbers side by side",
    "1.2.3x": "“1.2.3” at column 1 is two numbers side by side",
    "x^T A x + y": "“x^T” at column 1 may be a transpose: write out the products of the components.",
    "x 2": "“x 2” at column 1 has a number behind: write x^2 for a power or 2*x for a product.",
    "(x+1)2 + y": "“(x+1)2” at column 1 has a number behind",
    # axes
    "x2 + y2": "“x2” at column 1 is not known: write x^2 for a square. “y2” at column 6",
    "x2 + 1": "“x2” at column 1 is not known: write x^2 for a square, or use x1 and x2.",
    "x1^2 + y": "“x1” at column 1 stands beside y: write x and y, or x1 and x2, for the axes.",
    "x2 + y": "“x2” at column 1 stands beside y: write x^2 for a square, or x1 and x2 for the axes.",
    "x1 + x2 + x3": "x₁, x₂ and x₃ are not two that follow each other",
    "w1*u1 + w2": "Which are the axes, w1, w2 or u1, u2? Begin with f(w1, w2) =, say.",
    "X^2 + y^2": "“X” at column 1 stands beside y: write x if you mean that.",
    "a^2 + b^2 + c^2": "Which two of a, b or c are the axes? Begin with f(a, b) =, say.",
    "f(x, y, z) = x + y + z": "“z” at column 9 is a third axis: a surface has two",
    "x^2 + y^2 = 5": "“x^2 + y^2” at column 1 is no left side",
    "f(2) = x": "“2” at column 3 is no name for an axis",
    "f(x, y) = w1 x + y": "“w1” at column 11 is neither x nor y: a coefficient has no index.",
    "x1 + x2 + c_3": "Which are the axes, x1, x2 or c1, c2?",
    "a x + b y + c + d + g": "a, b, c, d and g are 5 sliders: at most 4 are accepted.",
    "a": "The formula has the same value everywhere if a is a slider",
    "E^x + y": "“E” at column 1 is not known: write e for 2.718…, or another letter.",
    "α x + Γ y": "“Γ” (GREEK CAPITAL LETTER GAMMA) at column 7 is not known",
    # unknown words
    "sim(x) + y": "“sim” at column 1 is not known (did you mean sin?).",
    "x + arcsine(y)": "“arcsine” at column 5 is not known (did you mean arcsin?).",
    "sine(x) + y": "“sine” at column 1 is not known (did you mean sin?).",
    "foo(x, y) + x": "“foo” at column 1 is not known (did you mean floor?).",
    "x + zed": "“zed” at column 5 is not known: write z*e*d for a product.",
    "xyz + y": "“xyz” at column 1 is not known: write x*y*z for a product.",
    "log5(x) + log_7(x)": "“log_7” at column 11 is not known: only log has a number, 2 or 10, not 7.",
    "\\foo{x} + y": "“\\foo” at column 1 is not known here",
    # signs
    "x! + y": "“!” at column 2 is not accepted: write a factorial as a number.",
    "x % 2": "“%” at column 3 is not accepted",
    "∑ x": "“∑” (N-ARY SUMMATION) at column 1 is not accepted: write out the terms of the sum.",
    "х + 1": "“х” (CYRILLIC SMALL LETTER HA) at column 1 is not accepted in a formula.",
    "x\0": "“?” (U+0000) at column 2 is not accepted in a formula.",
    "(x + 1": "“(” at column 1 is not closed: a closing bracket is missing.",
    "[x + 1) + y": "“)” at column 7 does not close the bracket “[”.",
    "|x + y": "“|” at column 1 has no partner: bars stand in pairs, as in |x|.",
    # what is missing
    "sin": "“sin” at column 1 needs something to work on: write sin(x).",
    "x + arctan": "“arctan” at column 5 needs something to work on: write arctan(x).",
    "x +": "“+” at column 3 is the end, and something is missing behind it.",
    "x ** * y": "“*” at column 6 has nothing before it: something is missing there.",
    "x, y": "“,” at column 2 does not belong here: decimals have a point, like 0.5.",
    "x if y else 1": "“y” at column 6 is no condition: write a comparison, like x > 0.",
    "x if y == 1 else y": "“y == 1” at column 6 holds on a line at most: compare with < or >.",
    "x > y": "“x > y” at column 1 is a condition",
    "max(x) + y": "“max(x)” at column 1 has 1 argument: max takes 2 or more, like max(x, y).",
    # in the student's own characters
    "1/0·x³": "“1/0” at column 1 divides by zero.",
    "y + x⁵¹": "“x⁵¹” at column 5 has too large an exponent: at most 50 is accepted.",
    "√(−1) + x": "“√(−1)” at column 1 is undefined or too large",
    "0.26^x^99": "“x^99” at column 6 has too large an exponent",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_one_meaning_is_refused_in_the_students_characters(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_landscape(text)
    assert REFUSED[text] in str(caught.value)
    assert len(caught.value.faults) == str(caught.value).count(" at column ") or len(caught.value.faults) == 1


def test_all_faults_come_in_one_answer() -> None:
    with pytest.raises(FormulaError) as caught:
        parse_landscape("sin x + foo(y) + 1/0 + x % 2 + (y")
    assert caught.value.faults == (
        "“foo” at column 9 is not known (did you mean floor?).",
        "“1/0” at column 18 divides by zero.",
        "“%” at column 26 is not accepted: it has no slope where it jumps; write a percentage as a decimal.",
        "“(” at column 32 is not closed: a closing bracket is missing.",
    )
    assert str(caught.value) == " ".join(caught.value.faults)
    with pytest.raises(FormulaError) as caught:
        parse_landscape("?".join("x#" for _ in range(60)))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", [*REFUSED, "zeta(x) + eta", "q + r + s", "x ° y", "1 2 3"])
def test_no_answer_lists_thirty_names(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_landscape(text)
    assert all(len(fault) < 190 for fault in caught.value.faults)
