"""Random and mutated formulas against ``parse_landscape``: counts, the slowest input, peak memory.

Run by hand from the project's folder; it is not part of the test run::

    python -m tests.fuzz_formula --count 100000 --seed 0

Every input must give a landscape whose value, gradient and Hessian can be evaluated on a 100 × 100
grid, or a FormulaError of one line, within one second of processor time.
Others are printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
import warnings
from collections import Counter

import numpy as np

from landscapes import formula
from landscapes.formula import FormulaError, parse_landscape

SLOW = 1.0
UNARY = [name for name, function in formula.FUNCTIONS.items() if len(function.partials) == 1]
VARIADIC = [name for name in formula.FUNCTIONS if name not in UNARY]
NUMBERS = [
    "0", "1", "2", "3", "7", "50", "51", "97", "100", "-1", "0.5", ".1", "0.333", "1/3", "1e-3", "1e99",
    "1e308", "1e-300", "2.5e8", "9**9", "999999937", "1000000000", "1000000001", "pi", "e", "pi/97",
]  # fmt: skip
PLAIN = [
    "x", "y", "x", "y", "x*y", "(x+y)", "(x-2*y)", "2*x", "x**2", "(1-x)", "x/3", "(-x)", "(-y)", "2",
    "0.5",
]  # fmt: skip
EXPONENTS = ["2", "3", "-1", "0.5", "1/3", "50", "-0.25", "2.5", "7", "x", "y", "(x+y)", "49"]
JUNK = [
    "=", "_", ".", "[", "]", "{", "}", "'", "\\", ";", ":", ":=", "<", "#", "@", "%", "//", "&", "|", "~",
    "!", "é", "х", "ｘ", "²", "−", "·", "×", "√", "π", "٣", "𝐱", "0x1", "1j", "1_0", "b''", "f''", "*args",
    "None", "True", "import", "lambda", "if", "else", "await", "yield", "__class__", " ", "\x00", "\n",
    " if ", "yield ", "\ud800", "\u202e", "\"",
]  # fmt: skip
STYLES = ["sum", "product", "fraction", "power", "extreme", "root", "function"]
SHAPES = [
    "sin({a}*x)", "({a}+x)", "(x**{a}+y)", "sqrt(x+{a})", "abs(x-{a}*y)", "exp(-{a}*x*y)", "1/(x+{a}*y)",
    "tan(x*{a})", "x**{a}", "(x*y)**{a}", "log(x+{a})", "max(x,{a}*y)", "({a}-x*y)**2", "{a}**x",
    "cos(y-{a})",
]  # fmt: skip


def grown(rng: random.Random, budget: int, style: str) -> str:
    """A formula of about ``budget`` leaves, leaning towards one kind of nesting."""
    if budget <= 1:
        return rng.choice(NUMBERS) if rng.random() < 0.15 else rng.choice(PLAIN)
    kind = style if rng.random() < 0.7 else rng.choice(STYLES)
    cut = rng.randint(1, budget - 1)
    if kind in ("sum", "product"):
        left, right = grown(rng, cut, style), grown(rng, budget - cut, style)
        return (
            f"{left}{rng.choice('+-')}{right}" if kind == "sum" else f"({left}){rng.choice('**/')}({right})"
        )
    inner = grown(rng, budget - 1, style)
    if kind == "function":
        return f"{rng.choice(UNARY)}({inner})"
    rest = grown(rng, min(cut, 3), style)
    if kind == "fraction":
        return f"{rng.choice('xy1')}/({rest}+{inner})"
    if kind == "extreme":
        return f"{rng.choice(VARIADIC)}({rest},{inner})"
    if kind == "root":
        return f"sqrt({rest}{rng.choice('+-*')}({inner}))"
    return f"({inner})**{rng.choice(EXPONENTS)}" if rng.random() < 0.7 else f"({rest})**({inner})"


def many(rng: random.Random) -> str:
    """A long flat formula: many terms, factors or arguments of one shape."""
    shape = rng.choice(SHAPES)
    items = [shape.format(a=rng.choice([k, k + 0.5, 999999937 - k])) for k in range(1, rng.randint(3, 70))]
    joined = rng.choice(["+", "*", "-", "/", "**", ",", "+y*", "*x+"]).join(items)
    return rng.choice(
        ["max({})", "sqrt({})", "({})**7", "{}", "exp({})", "abs({})", "1/({})", "log({})"]
    ).format(joined)


def mutated(rng: random.Random, text: str) -> str:
    """The text with a few characters deleted, doubled, swapped or replaced by junk."""
    characters = list(text)
    for _ in range(rng.randint(1, 4)):
        k = rng.randrange(len(characters) + 1)
        piece = rng.choice([*JUNK, *formula.FUNCTIONS, *"xye()+-*/^,.0123456789 "])
        characters[k : k + rng.randint(0, 2)] = rng.choice([[], [piece], characters[k : k + 3] * 2])
    return "".join(characters)


def sample(rng: random.Random) -> str:
    """One input: grown, flat, mutated or plain noise."""
    text = many(rng) if rng.random() < 0.15 else grown(rng, rng.randint(1, 30), rng.choice(STYLES))
    if len(text) > formula.LONGEST:
        text = grown(rng, rng.randint(1, 12), rng.choice(STYLES))
    luck = rng.random()
    if luck < 0.3:
        return mutated(rng, text)
    if luck < 0.35:
        return "".join(rng.choice([*JUNK, *"xy()+-*/^,.019e "]) for _ in range(rng.randint(0, 80)))
    return text


def attempt(text: str) -> str:
    """What became of one input: 'landscape', or the error's class."""
    grid = np.stack(np.meshgrid(np.linspace(-4, 4, 100), np.linspace(-3, 5, 100)), axis=-1)
    try:
        surface = parse_landscape(text)
    except FormulaError as error:
        if not str(error).endswith(".") or len(str(error).splitlines()) != 1:
            raise AssertionError(f"not one sentence: {error!s}") from error
        return "formula error"
    for derivative, shape in ((surface.value, ()), (surface.gradient, (2,)), (surface.hessian, (2, 2))):
        numbers = derivative(grid)
        if numbers.dtype != np.float64 or numbers.shape != (100, 100, *shape):
            raise AssertionError(f"{numbers.dtype} of shape {numbers.shape}")
    if not np.isfinite(surface.value(surface.start)):
        raise AssertionError("no value at the start")
    return "landscape"


def main() -> int:
    """Run, report, and say with the exit code whether everything held."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--show", type=int, default=5, help="how many of the slowest inputs to print")
    chosen = options.parse_args()
    warnings.simplefilter("error")
    rng, outcomes, slowest = random.Random(chosen.seed), Counter[str](), list[tuple[float, str]]()
    attempt("x**2 + y**2")
    baseline = peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bad, hungriest, began = 0, (0, ""), time.process_time()
    for _ in range(chosen.count):
        text, started = sample(rng), time.process_time()
        try:
            outcome = attempt(text)
        except Exception as error:
            outcome = type(error).__name__
            bad += 1
            print(f"{outcome}: {error} <- {text!r}", flush=True)
        took, memory = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        hungriest, peak = max(hungriest, (memory - peak, text)), memory
        outcomes[outcome] += 1
        slowest = sorted([*slowest, (took, text)], reverse=True)[: chosen.show]
        if took > SLOW:
            bad += 1
            print(f"{took:.2f} s <- {text!r}", flush=True)
    print(f"{chosen.count} inputs in {time.process_time() - began:.0f} s: {dict(outcomes)}; {bad} bad")
    for took, text in slowest:
        print(f"{took:.3f} s <- {text!r}")
    print(f"memory {(peak - baseline) / 1024:.0f} MB above {baseline / 1024:.0f} MB at the start")
    print(f"largest step {hungriest[0] / 1024:.1f} MB <- {hungriest[1]!r}")
    return bool(bad)


if __name__ == "__main__":
    raise SystemExit(main())
