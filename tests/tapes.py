"""Tapes as the page's own machine runs them in a real browser, and how far a run can be told at all."""

import base64
import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple, Self

import numpy as np
from playwright.sync_api import Browser, Page

from landscapes import Array, Landscape
from landscapes.compiler import Compiled, Functions
from landscapes.namespaces import ARRAYS, FLOATS
from landscapes.tape import surface_tape
from landscapes.tracing import OPERATIONS, QUESTIONS, Program
from optimizers import Optimizer, Schedule, Trajectory, run
from optimizers.runs.batches import batches
from optimizers.runs.noise import standard_draws
from optimizers.runs.tape import tape
from optimizers.schedules import Constant

SOURCE = Path(__file__).resolve().parent.parent / "ui" / "stage" / "tape.js"
CHAOS, TOLERANCE = 1e-10, 1e-9
INEXACT = {
    "power", "arctan2", "logaddexp", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
}  # fmt: skip
"""Operations whose last bit IEEE does not decide: every library may round them its own way."""

ROUNDED = (
    "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
    "tanh", "asinh", "acosh", "atanh", "atan2", "power", "sigmoid", "softplus",
)  # fmt: skip
"""The same in printed formulas, and what is made of them."""

_IMPORT = """async (source) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  window.tape = await import(address);
}"""
_PACKED = """
  const bytes = new Uint8Array(all.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}"""
_MARCH = f"""(jobs) => {{
  const found = jobs.flatMap(({{ tape, given }}) => {{
    const {{ x, y, value, norm, rates }} = window.tape.march(tape, given);
    return [x, y, value, norm, rates];
  }});
  const all = new Float64Array(found.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of found) {{ all.set(part, end); end += part.length; }}
{_PACKED}"""
_VALUES = f"""(jobs) => {{
  const found = jobs.map(({{ tape, parameters, xs, ys }}) => window.tape.values(tape, parameters, xs, ys));
  const all = new Float64Array(found.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of found) {{ all.set(part, end); end += part.length; }}
{_PACKED}"""


class Marched(NamedTuple):
    """What the page's machine says of a run."""

    points: Array
    values: Array
    norms: Array
    rates: Array


class Job(NamedTuple):
    """A run, as ``run`` and as the page are asked for it."""

    surface: Landscape
    rule: Optimizer
    schedule: Schedule = Constant()
    steps: int = 300
    noise: float = 0.0
    batch_size: int | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        return " ".join(map(str, (self.surface.key, dict(self.surface.settings), *self[1:])))

    def run(self, start: Sequence[float] | None = None) -> Trajectory:
        return run(
            self.surface, self.rule, start or self.surface.start, self.steps, self.schedule, self.noise,
            self.batch_size, self.seed,
        )  # fmt: skip

    def sent(self) -> dict[str, Any]:
        s, draws, rows = self.surface, None, None
        if self.noise:
            draws = standard_draws(self.seed, self.steps).ravel().tolist()
        if self.batch_size is not None:
            drawn = batches(len(s.data or ()), self.batch_size, self.steps, self.seed)
            rows = [batch.tolist() for batch in drawn]
        given = {
            "x": s.start[0], "y": s.start[1], "steps": self.steps, "settings": self.rule.settings,
            "parameters": dict(s.settings), "schedule": self.schedule.settings, "noise": self.noise,
            "draws": draws, "batches": rows,
        }  # fmt: skip
        return {"tape": tape(s, self.rule, self.schedule), "given": given}


class Machine:
    """The page's machine on a page of its own."""

    def __init__(self, page: Page, source: str) -> None:
        self._page = page
        page.evaluate(_IMPORT, source)

    def march(self, jobs: Sequence[Job]) -> list[Marched]:
        numbers, found = self._asked(_MARCH, [job.sent() for job in jobs]), []
        for job in jobs:
            n = job.steps + 1
            (x, y, values, norms), numbers = numbers[: 4 * n].reshape(4, n), numbers[4 * n :]
            found.append(Marched(np.stack([x, y], axis=-1), values, norms, numbers[: n - 1]))
            numbers = numbers[n - 1 :]
        assert not len(numbers)
        return found

    def values(self, jobs: Sequence[dict[str, Any]]) -> list[Array]:
        """Of every job ``tape``, ``parameters``, ``xs``, ``ys``: the value over the grid, (ys, xs)."""
        numbers, found = self._asked(_VALUES, jobs), []
        for job in jobs:
            shape = (len(job["ys"]), len(job["xs"]))
            part, numbers = numbers[: math.prod(shape)], numbers[math.prod(shape) :]
            found.append(part.reshape(shape))
        return found

    def formulas(self, formulas: Sequence["Formula"]) -> list[list[str]]:
        """What it says otherwise about each of them."""
        found = iter(self.values([job for one in formulas for job in one.sent()]))
        return [one.disagreements([next(found) for _ in range(3)]) for one in formulas]

    def answers(self, surface: Landscape) -> Array:
        asked = "([tape, parameters, x, y]) => Array.from(window.tape.answers(tape, parameters, x, y))"
        sent = [{"surface": surface_tape(surface)}, dict(surface.settings), *surface.start]
        return np.array(self._page.evaluate(asked, sent))

    def _asked(self, script: str, jobs: Sequence[Any]) -> Array:
        json.dumps([job["tape"] for job in jobs], allow_nan=False)  # as it travels
        return np.frombuffer(base64.b64decode(self._page.evaluate(script, jobs)))


@contextmanager
def machine(browser: Browser, source: str | None = None) -> Iterator[Machine]:
    """The machine as it is, or with another source."""
    with browser.new_context() as context:
        yield Machine(context.new_page(), source or SOURCE.read_text(encoding="utf-8"))


# --- what must agree ---------------------------------------------------------------------------


def difference(a: Array, b: Array) -> Array:
    """How far apart two paths (n, 2) are after each step, as a share of how far from 0 they have been."""
    with np.errstate(all="ignore"):
        scale = np.fmax.accumulate(np.fmax(np.abs(a), np.abs(b)).max(axis=-1))
        apart = np.abs(a - b).max(axis=-1) / np.where(scale > 0.0, scale, 1.0)
    lost = np.isnan(a).any(axis=-1), np.isnan(b).any(axis=-1)
    return np.where(lost[0] & lost[1], 0.0, np.where(lost[0] | lost[1], np.inf, apart))


def foreseeable(job: Job, t: Trajectory) -> int:
    """Steps up to which no start or hyperparameter one ulp away and no other last bit of exp leads elsewhere.

    Afterwards the run is chaotic: no two mathematical libraries agree on it.
    """
    x, y = job.surface.start
    ulp = float(np.spacing(max(abs(x), abs(y))))
    runs = [job.run(start) for start in ((x + ulp, y), (x - ulp, y), (x, y + ulp), (x, y - ulp))]
    for way in (0.0, np.inf):
        beside = {key: float(np.nextafter(value, way)) for key, value in job.rule.settings.items()}
        runs.append(job._replace(rule=job.rule.holding(beside)).run())
    runs += [job._replace(surface=otherwise_rounded(job.surface, seed)).run() for seed in range(4)]
    apart = np.max([difference(t.points, near.points) for near in runs], axis=0)
    return int(np.argmax(apart >= CHAOS)) if (apart >= CHAOS).any() else job.steps + 1


def otherwise_rounded(surface: Landscape, seed: int) -> Landscape:
    """The surface with another last bit here and there, of its answers and of what is in ``ROUNDED``."""
    draw = random.Random(seed).choice

    def nudged(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(nudged, value))
        return value + draw((-1, 0, 0, 1)) * np.spacing(value)

    def rounded(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: nudged(function(*given))

    def bound(function: FunctionType, namespace: dict[str, Any]) -> Callable[..., Any]:
        changed = namespace | {name: rounded(namespace[name]) for name in ROUNDED}
        return rounded(FunctionType(function.__code__, changed, function.__name__, function.__defaults__))

    twin = copy(surface)
    twin.__dict__.pop("compiled", None)
    twin.__dict__["_example"] = Compiled(
        *(
            Functions(*(bound(f, namespace) for f in world if f))
            for world, namespace in zip(surface._example, (FLOATS, ARRAYS), strict=True)
        )
    )
    return twin


def is_exact(job: Job) -> bool:
    """Whether IEEE arithmetic decides every bit: sums, products, quotients, roots and choices."""
    parts = tape(job.surface, job.rule, job.schedule)
    assert parts is not None
    programs = [one for part in parts.values() for one in part.values() if isinstance(one, Mapping)]
    return not any(INEXACT.intersection(program["operations"]) for program in programs)


def disagreements(job: Job, found: Marched) -> list[str]:
    """What the machine's run says otherwise than Python's."""
    t, wrong = job.run(), []
    apart = difference(t.points, found.points)
    if is_exact(job):
        if not np.array_equal(t.points, found.points, equal_nan=True):
            wrong.append(f"differs at step {np.argmax(apart > 0.0)}, where nothing is rounded freely")
    elif (apart > TOLERANCE).any() and (first := int(np.argmax(apart > TOLERANCE))) < foreseeable(job, t):
        wrong.append(f"differs by {apart[first]:.1e} at step {first}")
    with np.errstate(all="ignore"):
        values, slopes = job.surface.value(found.points), job.surface.gradient(found.points)
        norms = np.hypot(slopes[:, 0], slopes[:, 1])
    for name, ours, theirs in (("value", found.values, values), ("norm", found.norms, norms)):
        finite = np.isfinite(theirs)
        rounding = TOLERANCE * np.abs(theirs[finite]) + 1e-13 * max(1.0, abs(theirs[0]))
        if np.isfinite(ours[~finite]).any() or not (np.abs(ours[finite] - theirs[finite]) <= rounding).all():
            wrong.append(f"another {name}")
    if not np.allclose(found.rates, t.learning_rates, rtol=1e-12, atol=0.0, equal_nan=True):
        wrong.append("other rates")
    return [f"{job.name}: {what}" for what in wrong]


def surprises(tried: Machine, jobs: Sequence[Job]) -> list[str]:
    """What the machine says otherwise than Python about any of these runs."""
    return [
        what for job, found in zip(jobs, tried.march(jobs), strict=True) for what in disagreements(job, found)
    ]


def others(rule: type[Optimizer]) -> Optimizer:
    """The rule with every hyperparameter moved from its default."""
    moved = {}
    for h in rule.hyperparameters():
        half = 0.5 * (h.default + h.low) if h.default > h.low else 0.8 * h.low + 0.2 * h.high
        moved[h.key] = 1.0 - h.default if h.switch else 0.4 * h.default if h.log else half
    return rule(**moved)


def executed(
    program: Program,
    *inputs: Any,
    surface: Functions | None = None,
    jitter: np.random.Generator | None = None,
) -> list[Any]:
    """The outputs of a program, by NumPy; what it asks is asked of the surface.

    With ``jitter`` every result that may be rounded freely is moved by up to one ulp, as by another library.
    """
    r = [np.asarray(one, dtype=np.float64) for one in inputs]
    r += [np.asarray(float(one)) for one in program["constants"]]
    code = iter(program["code"])
    with np.errstate(all="ignore"):
        for place in code:
            name = program["operations"][place]
            if name in QUESTIONS:
                answer = getattr(surface, name)(r[next(code)], r[next(code)])
                r += answer if isinstance(answer, tuple) else (answer,)
                continue
            function = OPERATIONS[name]
            taken = [r[next(code)] for _ in range(getattr(function, "nin", 3))]
            result = np.asarray(function(*taken), dtype=np.float64)
            if jitter is not None and name in INEXACT:
                result = result + jitter.integers(-1, 2, result.shape) * np.spacing(result)
            r.append(result)
    return [r[one] for one in program["outputs"]]


class Formula(NamedTuple):
    """A surface's value, f_x and f_y as the machine is asked for them: each in the place of the value."""

    surface: Landscape
    xs: list[float]
    ys: list[float]

    @classmethod
    def at_random(cls, surface: Landscape, rng: random.Random) -> Self:
        """At 36 points of its window, 11 of them with a coordinate 0."""
        return cls(surface, *([0.0, *(rng.uniform(*edges) for _ in range(5))] for edges in surface.window))

    def sent(self) -> list[dict[str, Any]]:
        programs = self.programs()
        return [
            {"tape": {"surface": {**self._tape(), "value": one}}, "parameters": dict(self.surface.settings),
             "xs": self.xs, "ys": self.ys}
            for one in programs
        ]  # fmt: skip

    def programs(self) -> list[Program]:
        value, gradient = (self._tape()[name] for name in ("value", "gradient"))
        return [value, *(gradient | {"outputs": [one]} for one in gradient["outputs"])]

    def _tape(self) -> dict[str, Any]:
        found = surface_tape(self.surface)
        assert found is not None
        return found

    def disagreements(self, found: Sequence[Array]) -> list[str]:
        """What the machine says otherwise than NumPy and no other last bit of a function explains."""
        points = np.meshgrid(self.xs, self.ys)
        functions, wrong = self.surface.compiled.on_arrays, []
        with np.errstate(all="ignore"):
            x, y = (one.ravel() for one in points)
            exact = [functions.value(x, y), *functions.gradient(x, y)]
        for name, program, ours, theirs in zip(
            ("f", "f_x", "f_y"), self.programs(), found, exact, strict=True
        ):
            theirs = np.broadcast_to(theirs, x.shape)
            if not _near(ours.ravel(), theirs, program, (x, y, *self.surface.values)):
                wrong.append(f"{name} of {self.surface.text}")
        return wrong


def _near(ours: Array, theirs: Array, program: Program, inputs: Sequence[Any]) -> bool:
    with np.errstate(all="ignore"):
        apart = np.where(_same(ours, theirs), 0.0, np.abs(ours - theirs))
        if (apart <= 1e-12 * np.abs(theirs)).all():
            return True
        rng = np.random.default_rng(0)
        others = [executed(program, *inputs, jitter=rng)[0] for _ in range(32)]
        spread = [np.where(_same(one, theirs), 0.0, np.abs(one - theirs)) for one in others]
        explained = np.nan_to_num(8.0 * np.max(spread, axis=0), nan=np.inf)
        apart = np.nan_to_num(apart, nan=np.inf)
    return bool(((apart <= 1e-12 * np.abs(theirs)) | (apart <= explained)).all())


def _same(a: Array, b: Array) -> Any:
    return (a == b) | (np.isnan(a) & np.isnan(b))
