"""Random and mutated formulas against ``parse_landscape``: counts, the slowest input, peak memory.

Run by hand from the project's folder; it is not part of the test run::

    python -m tests.fuzz_formula --count 100000 --hypothesis 20000 --seed 0

Every input must give a landscape whose value, gradient and Hessian can be evaluated on a 40 × 40 grid and
written in LaTeX, and whose reading, typed again, has the same expression (unless its brackets, which may be
more, are nested too deep); or a FormulaError of one line. All within one second of processor time, warnings
counted as errors. Others are printed, and the exit code is 1.

The whole of what the app asks of a formula, over moved windows and with moved coefficients too::

    python -m tests.fuzz_formula --count 0 --whole 1000 --seed 0

``--cases`` begins with the formulas that were slow once. Each link has at most a second of processor time and
200 MB, and no message of it more than a megabyte.

And::

    python -m tests.fuzz_formula --tapes 10000 --seed 0

is about so many accepted formulas instead, and what a Chromium makes of their tapes: value and gradient at 36
points each, equal to NumPy's to 1e-12 or to what another last bit of its functions explains.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import hypothesis
import numpy as np
from hypothesis import strategies as st

from landscapes import Landscape
from landscapes.formulas import formula
from landscapes.formulas.formula import FormulaError, parse_landscape
from landscapes.formulas.vocabulary import FUNCTIONS, SPELLINGS
from landscapes.tape import surface_tape
from tests import whole

SLOW = 1.0
UNARY = [name for name, one in FUNCTIONS.items() if one.least == 1]
VARIADIC = ["min", "max", "hypot"]
NUMBERS = [
    "0", "1", "2", "3", "7", "50", "51", "97", "100", "-1", "0.5", ".1", "0.333", "1/3", "1e-3", "1e99",
    "½", "⅓", "1e308", "1e-300", "2.5e8", "9^9", "999999937", "1000000000", "1000000001", "pi", "π", "e",
    "π/97",
    "0,5",
]  # fmt: skip
AXES = [("x", "y")] * 6 + [
    ("x1", "x2"), ("x_1", "x_2"), ("x₁", "x₂"), ("x[0]", "x[1]"), ("x(1)", "x(2)"), ("w0", "w1"), ("u", "v"),
    ("θ0", "θ1"), ("\\theta_{0}", "\\theta_{1}"), ("theta0", "theta1"), ("w", "b"), ("X", "Y"), ("p", "q"),
    ("α", "β"),
]  # fmt: skip
"""Pairs of names that take the places of x and y in a grown formula."""
PLAIN = [
    "x", "y", "x", "y", "xy", "2xy", "(x+y)", "(x−2y)", "2x", "x²", "(1-x)", "x/3", "(−x)", "|y|", "2", "0.5",
    "a", "a x", "(x+a)", "|x − y|", "√x", "√(x²+y²)", "[x-1]", "x³", "y⁻¹", "x^{2}", "2πx", "bxy",
]  # fmt: skip
EXPONENTS = [
    "2", "3", "-1", "0.5", "(1/3)", "50", "-0.25", "2.5", "7", "x", "y", "(x+y)", "49", "a", "{2}", "{-1.5}",
    "²",
]  # fmt: skip
JUNK = [
    "=", "_", ".", "[", "]", "{", "}", "'", "\\", ";", ":", ":=", "<", "#", "@", "%", "//", "&", "|", "~",
    "!", "é", "х", "ｘ", "²", "−", "·", "×", "√", "π", "٣", "𝐱", "0x1", "1j", "1_0", "b''", "f''", "*args",
    "None", "True", "import", "lambda", "if", "else", "await", "yield", "__class__", " ", "\x00", "\n",
    " if ", "yield ", "\ud800", "\u202e", "\"", "|", "|", "½", "⁻", "₁", "\\frac", "\\sqrt", "\\left", "sin ",
    "?", " and ", "not ", "f(x) = ", "np.", "$", "≤", "e^", ",5", "@(x)", "=>",
]  # fmt: skip
STYLES = ["sum", "product", "fraction", "power", "extreme", "root", "function", "choice", "beside"]
SHAPES = [
    "sin({a}x)", "({a}+x)", "(x^{a}+y)", "√(x+{a})", "|x-{a}y|", "exp(-{a}x*y)", "1/(x+{a}y)",
    "tan(x*{a})", "x^{a}", "(xy)^{a}", "ln(x+{a})", "max(x,{a}*y)", "({a}-xy)²", "{a}^x",
    "cos(y-{a})", "asin(x/{a})", "sigmoid({a}x+y)", "softplus(x-{a})*a", "relu(y-{a})", "sinh(x*y/{a})",
    "atan2(y,{a}x)", "(x > {a})", "log2({a}x)", "\\frac{{x}}{{y+{a}}}", "cbrt(x-{a})",
]  # fmt: skip


def grown(rng: random.Random, budget: int, style: str) -> str:
    """A formula of about ``budget`` leaves, leaning towards one kind of nesting."""
    if budget <= 1:
        return rng.choice(NUMBERS) if rng.random() < 0.15 else rng.choice(PLAIN)
    kind = style if rng.random() < 0.7 else rng.choice(STYLES)
    cut = rng.randint(1, budget - 1)
    if kind in ("sum", "product", "beside"):
        left, right = grown(rng, cut, style), grown(rng, budget - cut, style)
        if kind == "sum":
            return f"{left}{rng.choice(['+', '-', ' − '])}{right}"
        if kind == "product":
            return f"({left}){rng.choice(['*', '*', '/', '·', '.*', './'])}({right})"
        return f"{rng.choice(['(' + left + ')', '2', 'x', 'sin²'])}{rng.choice(['', ' '])}({right})"
    inner = grown(rng, budget - 1, style)
    if kind == "function":
        name = rng.choice(UNARY)
        return rng.choice([f"{name}({inner})", f"{name}({inner})", f"{name} {inner}", f"{name}²({inner})"])
    rest = grown(rng, min(cut, 3), style)
    if kind == "fraction":
        return rng.choice([f"{rng.choice('xy1')}/({rest}+{inner})", f"\\frac{{{rest}}}{{{inner}}}"])
    if kind == "extreme":
        return rng.choice(
            [f"{rng.choice(VARIADIC)}({rest},{inner})", f"|{inner}|", f"\\left|{inner}\\right|"]
        )
    if kind == "root":
        return f"{rng.choice(['sqrt', '√', '∛'])}({rest}{rng.choice('+-*')}({inner}))"
    if kind == "choice":
        return rng.choice(
            [f"({rest} if x {rng.choice(['>', '<='])} y else {inner})", f"where({rest} > 1, {inner}, y)"]
        )
    return f"({inner})^{rng.choice(EXPONENTS)}" if rng.random() < 0.7 else f"({rest})**({inner})"


def many(rng: random.Random) -> str:
    """A long flat formula: many terms, factors or arguments of one shape."""
    shape = rng.choice(SHAPES)
    items = [shape.format(a=rng.choice([k, k + 0.5, 999999937 - k])) for k in range(1, rng.randint(3, 70))]
    joined = rng.choice(["+", "*", "-", "/", "**", ",", "+y*", "*x+", "", " "]).join(items)
    return rng.choice(
        ["max({})", "sqrt({})", "({})^7", "{}", "exp({})", "|{}|", "1/({})", "log({})", "sin {}"]
    ).format(joined)


def dressed(rng: random.Random, text: str) -> str:
    """The formula with other axes, a left side, dollar signs or blanks."""
    first, second = rng.choice(AXES)
    alone = r"(?<![A-Za-z]){}(?![A-Za-z])"
    if (first, second) != ("x", "y"):
        text = re.sub(alone.format("x"), lambda _: first, re.sub(alone.format("y"), lambda _: second, text))
    left = rng.choice(["", "", "", f"f({first}, {second}) = ", "z = ", f"lambda {first}, {second}: "])
    return rng.choice(["{}", "{}", "{}", "${}$", " {} ;", "{}."]).format(left + text)


def mutated(rng: random.Random, text: str) -> str:
    """The text with a few characters deleted, doubled, swapped or replaced by junk."""
    characters = list(text)
    for _ in range(rng.randint(1, 4)):
        k = rng.randrange(len(characters) + 1)
        piece = rng.choice([*JUNK, *SPELLINGS, *"xyeabz()+-*/^,.0123456789 "])
        characters[k : k + rng.randint(0, 2)] = rng.choice([[], [piece], characters[k : k + 3] * 2])
    return "".join(characters)


def sample(rng: random.Random) -> str:
    """One input: grown, flat, mutated or plain noise."""
    size = 1 + int(30 * rng.random() ** 3)  # small ones are quick, and break as much
    text = many(rng) if rng.random() < 0.1 else grown(rng, size, rng.choice(STYLES))
    if len(text) > formula.LONGEST:
        text = grown(rng, rng.randint(1, 12), rng.choice(STYLES))
    text = dressed(rng, text)
    luck = rng.random()
    if luck < 0.45:
        return mutated(rng, text)
    if luck < 0.6:
        return "".join(rng.choice([*JUNK, *"xy()+-*/^,.019e "]) for _ in range(rng.randint(0, 80)))
    return text


def grammar(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One operation more."""
    return st.one_of(
        st.builds(
            "{}{}{}".format, parts, st.sampled_from(["+", "-", "*", "/", " − ", " · ", "", " "]), parts
        ),
        st.builds(
            "({}){}{}".format,
            parts,
            st.sampled_from(["^", "**"]),
            st.sampled_from(["2", "-1", "0.5", "{3}", "y", "-1.5", "a"]),
        ),
        st.builds("({}){}".format, parts, st.sampled_from("²³⁴⁻¹")),
        st.builds("{}({})".format, st.sampled_from(UNARY), parts),
        st.builds("{} {}".format, st.sampled_from(UNARY), parts),
        st.builds("{}({}, {})".format, st.sampled_from(VARIADIC), parts, parts),
        st.builds("\\frac{{{}}}{{{}}}".format, parts, parts),
        st.builds("({} if {} > {} else {})".format, parts, parts, parts, parts),
        st.builds("|{}|".format, parts),
        st.builds("√({})".format, parts),
        st.builds("-({})".format, parts),
    )


LEAVES = st.sampled_from(["x", "y", "x", "y", "xy", "a", "π", "e", "1e-3", "0", "½"]) | st.integers(
    0, 60
).map(str)
FORMULAS = st.recursive(LEAVES, grammar, max_leaves=12)
NOISE = st.text(max_size=60) | st.text("xyab0123456789.eE+-*/^(), sincoxpmabqrtlg|²√πθ_{}[]=\\", max_size=40)


def attempt(text: str) -> str:
    """What became of one input: 'landscape', or the error's class."""
    grid = np.stack(np.meshgrid(np.linspace(-4, 4, 40), np.linspace(-3, 5, 40)), axis=-1)
    try:
        surface = parse_landscape(text)
    except FormulaError as error:
        if not str(error).endswith(".") or len(str(error).splitlines()) != 1 or not str(error).isprintable():
            raise AssertionError(f"not one line of sentences: {error!s}") from error
        return "formula error"
    for value in (-5.0, 0.0, 1.0):
        at = surface.with_parameters(**dict.fromkeys(surface.settings, value))
        for derivative, shape in ((at.value, ()), (at.gradient, (2,)), (at.hessian, (2, 2))):
            numbers = derivative(grid)
            if numbers.dtype != np.float64 or numbers.shape != (40, 40, *shape):
                raise AssertionError(f"{numbers.dtype} of shape {numbers.shape}")
        if not surface.parameters:
            break
    for written in (surface.latex, surface.gradient_latex, surface.hessian_latex):
        if written is not None and written.count("{") != written.count("}"):
            raise AssertionError(f"brackets do not match in {written}")
    if not (np.isfinite(surface.value(surface.start)) and np.isfinite(surface.gradient(surface.start)).all()):
        raise AssertionError("no value or slope at the start")
    again = read_again(surface.reading or "")
    if again != (surface.expression, surface.axes) and "too deep" not in str(again):
        raise AssertionError(f"typed again, {surface.reading} is another surface")
    return "landscape"


def read_again(reading: str) -> object:
    """The expression and the axes of a reading that is typed."""
    try:
        _, names, expression = formula.understood(reading)
    except FormulaError as error:
        return str(error)
    return expression, (formula.axes.label(names.axes[0]), formula.axes.label(names.axes[1]))


class Watch:
    """Counts, times and weighs every input that it is shown."""

    def __init__(self) -> None:
        self.outcomes, self.bad = Counter[str](), 0
        self.slowest: list[tuple[float, str]] = []
        self.hungriest, self.baseline = (0, ""), peak()

    def __call__(self, text: str) -> None:
        memory, started = peak(), time.process_time()
        try:
            outcome = attempt(text)
        except Exception as error:
            outcome = type(error).__name__
            self.complain(f"{outcome}: {error}", text)
        took = time.process_time() - started
        self.outcomes[outcome] += 1
        self.hungriest = max(self.hungriest, (peak() - memory, text))
        self.slowest = sorted([*self.slowest, (took, text)], reverse=True)[:5]
        if self.outcomes.total() % 10_000 == 0:
            print(dict(self.outcomes), flush=True)
        if took > SLOW:
            self.complain(f"{took:.2f} s", text)

    def complain(self, what: str, text: str) -> None:
        """Print an input that must not be."""
        self.bad += 1
        print(f"{what!a} <- {text!a}", flush=True)

    def report(self) -> None:
        """Print the counts, the slowest inputs and the memory."""
        print(f"{self.outcomes.total()} inputs: {dict(self.outcomes)}; {self.bad} bad")
        for took, text in self.slowest:
            print(f"{took:.3f} s <- {text!r}")
        print(f"memory {(peak() - self.baseline) >> 10} MB above {self.baseline >> 10} MB at the start")
        print(f"largest step {self.hungriest[0] / 1024:.1f} MB <- {self.hungriest[1]!r}", flush=True)


CASES = Path(__file__).parent / "cases" / "slow_formulas.json"


def links(rng: random.Random, count: int, cases: bool) -> Iterator[dict[str, str]]:
    """Links of what was slow once, if that is wanted, and of so many random formulas."""
    if cases:
        yield from json.loads(CASES.read_text(encoding="utf-8"))
    for _ in range(count):
        text = whole.nasty(rng) if rng.random() < 0.6 else sample(rng)
        yield from whole.queries(text, rng)


def accepted(rng: random.Random, count: int) -> Iterator[Landscape]:
    """The surfaces of so many inputs that are formulas."""
    while count:
        try:
            surface = parse_landscape(sample(rng))
        except FormulaError:
            continue
        count -= 1
        yield surface


def fuzz_tapes(count: int, seed: int) -> int:
    """How many of the tapes say otherwise; they are printed."""
    from benchmarks.browser import chromium
    from tests.tapes import Formula, machine

    rng, outcomes = random.Random(seed), Counter[str]()
    surfaces = accepted(rng, count)
    with chromium() as browser, machine(browser) as tried:
        while chunk := list(islice(surfaces, 200)):
            formulas = [Formula.at_random(one, rng) for one in chunk if surface_tape(one)]
            outcomes["too long"] += len(chunk) - len(formulas)
            found = tried.formulas(formulas)
            for formula, wrong in zip(formulas, found, strict=True):
                outcomes["wrong" if wrong else "equal"] += 1
                if wrong:
                    print(f"{wrong} <- {formula.surface.text!a}", flush=True)
            print(dict(outcomes), flush=True)
    return outcomes["wrong"]


def peak() -> int:
    """The most memory that this process has held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    """Run, report, and say with the exit code whether everything held."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--hypothesis", type=int, default=0, help="so many more, from Hypothesis")
    options.add_argument("--whole", type=int, default=0, help="so many of which the whole app is asked")
    options.add_argument("--cases", action="store_true", help="and of the formulas that were slow once")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--tapes", type=int, default=0, help="instead, the tapes of so many formulas")
    chosen = options.parse_args()
    if chosen.tapes:
        return bool(fuzz_tapes(chosen.tapes, chosen.seed))
    warnings.simplefilter("error")
    if chosen.whole or chosen.cases:
        dear = whole.check(links(random.Random(chosen.seed), chosen.whole, chosen.cases))
        if not chosen.count and not chosen.hypothesis:
            return bool(dear)
    else:
        dear = 0
    attempt("x**2 + y**2")
    watch, rng = Watch(), random.Random(chosen.seed)
    for _ in range(chosen.count):
        watch(sample(rng))
    if chosen.hypothesis:
        settings = hypothesis.settings(
            max_examples=chosen.hypothesis,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        inputs = FORMULAS | NOISE | st.randoms(use_true_random=False).map(sample)
        hypothesis.seed(chosen.seed)(settings(hypothesis.given(inputs)(lambda text: watch(text))))()
    watch.report()
    return bool(watch.bad or dear)


if __name__ == "__main__":
    raise SystemExit(main())
