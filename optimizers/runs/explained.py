"""A step in letters and numbers: the formulas of a rule, and what every letter is at a step of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from landscapes import Array
from landscapes.compiler import Functions
from landscapes.once import once
from landscapes.tracing import QUESTIONS, Program, Recorder, UntraceableError
from landscapes.writing import FIRST, Formula, Name, formula
from optimizers.arithmetic import each, leaves
from optimizers.explanation import ROLES, Part, Role
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Trajectory

_Spot: TypeAlias = tuple[int, ...]
"""Where a letter's numbers are among all numbers of a step."""

_RANKS: dict[str, int] = {
    "rate": 1,
    "setting": 2,
    "scale": 5,
    "number": 5,
    "mean": 6,
    "uphill": 7,
    "start": FIRST,
}


class Letter(NamedTuple):
    """A letter of the formulas: with one number, two for the coordinates, or three of a matrix."""

    symbol: str
    role: Role | str
    size: int


class Line(NamedTuple):
    """A part of the explanation: its letter's place, and its formula, or one for each coordinate.

    Without a formula it is its value alone; where it is ``said`` there are sentences.
    """

    letter: int
    formulas: tuple[Formula, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Explanation:
    """How a rule's step is written. A row of numbers has those of all letters after each other.

    In a formula a letter is ("letter", its place), its component with it where that is not the one at hand.
    ``program`` makes a row of x, y, the state, the rate, k, whether steps see different examples, and the
    hyperparameters; None where the rule cannot be taped.
    """

    letters: tuple[Letter, ...]
    lines: tuple[Line, ...]
    program: Program | None
    _places: tuple[int, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "letters": [letter._asdict() for letter in self.letters],
            "lines": [line._asdict() for line in self.lines],
            "program": self.program,
        }

    def row(self, rule: Optimizer, surface: Functions, now: _Now) -> list[float]:
        """The numbers of all letters at one step."""
        given, parts = _computed(rule, surface, now)
        everything = [*given, *(number for part in parts for number in leaves(part.value))]
        return [float(everything[place]) for place in self._places]


class _Now(NamedTuple):
    """What a step begins with."""

    point: tuple[Any, Any]
    state: Any
    rate: Any
    k: Any
    renews: Any


def _computed(rule: Optimizer, surface: Functions, now: _Now) -> tuple[list[Any], list[Part]]:
    """What the step begins with, number by number, and its parts."""
    point, state, rate, k, renews = now
    if renews and k > 1:
        state = rule.renewed(surface, point, state)
    given = [*point, *leaves(state), rate, k, *rule.settings.values()]
    return given, rule.written(surface, point, state, rate, k)


@once()
def explanation(kind: type[Optimizer], gauss_newton: bool = False) -> Explanation:
    """How the steps of a kind of rule are written; with JᵀJ where the surface has it."""
    writing = _Writing(kind)
    try:
        with np.errstate(all="ignore"):
            return writing.traced(gauss_newton)
    except UntraceableError:
        return writing.stated()


class _Writing:
    """The letters of a rule, as formulas come to need them."""

    def __init__(self, kind: type[Optimizer]) -> None:
        self._kind, self._shape = kind, kind().initial((0.0, 0.0))
        self._letters: dict[_Spot, Letter] = {}
        self._lines: list[Line] = []
        per, shared = kind.symbols[: len(kind.per_coordinate)], kind.symbols[len(kind.per_coordinate) :]
        n = len(per)
        # What a step begins with, by its places among all numbers.
        self._begin: dict[_Spot, Letter] = {(0, 1): Letter("w", "start", 2)}
        roles = [ROLES.get(name, "scale") for name in kind.per_coordinate]
        self._begin |= {(2 + i, 2 + n + i): Letter(symbol, roles[i], 2) for i, symbol in enumerate(per)}
        self._begin |= {(2 + 2 * n + i,): Letter(symbol, "scale", 1) for i, symbol in enumerate(shared)}
        after = 2 + len(leaves(self._shape))
        own = [h.symbol for h in kind.hyperparameters()]
        self._begin |= {(after + 2 + i,): Letter(symbol, "setting", 1) for i, symbol in enumerate(own)}
        self._begin[after,] = Letter("η", "rate", 1)  # of this step, not the rule's own
        self._begin[after + 1,] = Letter("k", "setting", 1)
        self._first = after + 2 + len(own)

    def traced(self, gauss_newton: bool) -> Explanation:
        """By what the rule does with tracers."""
        kind, recorder = self._kind, Recorder()
        keys = [h.key for h in kind.hyperparameters()]
        kept = len(leaves(self._shape))
        inputs = [recorder.input(i) for i in range(2 + kept + 3 + len(keys))]
        surface = Functions(*(partial(recorder.ask, question) for question in QUESTIONS))
        if not gauss_newton:
            surface = surface._replace(gauss_newton=None)
        parts: list[Part] = []

        def follow() -> list[Any]:
            nonlocal parts
            given = iter(inputs)
            point, state = (next(given), next(given)), each(lambda _: next(given), self._shape)
            rate, k, renews, *settings = given
            rule = kind().holding(dict(zip(keys, settings, strict=True)))
            begin, parts = _computed(rule, surface, _Now(point, state, rate, k, renews))
            return [*begin, *(number for part in parts for number in leaves(part.value))]

        try:
            everything = recorder.follow(follow)
        except (TypeError, AttributeError, ArithmeticError, ValueError) as error:
            raise UntraceableError("only numbers that are known can do this") from error
        self._write(
            parts, lambda names: partial(formula, recorder, names=names), [one.node for one in everything]
        )
        places = [place for spot in self._letters for place in spot]
        program = recorder.program(len(inputs), [everything[place] for place in places])
        return self._explained(program)

    def stated(self) -> Explanation:
        """By the formulas that the rule states, where it does what no tracer can follow."""
        bowl = Functions(
            lambda x, y: x * x + y * y, lambda x, y: (2.0 * x, 2.0 * y), lambda x, y: (2.0, 0.0, 2.0)
        )
        self._letters.clear()
        self._lines.clear()
        state = self._kind().initial((1.0, 1.0))
        _, parts = _computed(self._kind(), bowl, _Now((1.0, 1.0), state, 0.1, 1, False))
        self._write(parts, None, None)
        return self._explained(None)

    def _explained(self, program: Program | None) -> Explanation:
        places = tuple(place for spot in self._letters for place in spot)
        return Explanation(tuple(self._letters.values()), tuple(self._lines), program, places)

    def _write(self, parts: Sequence[Part], writer: Any, nodes: list[int] | None) -> None:
        known = {letter.symbol: spot for spot, letter in self._begin.items()}
        names: dict[int, tuple[_Spot, int | None, int]] = {}
        at = self._first

        def call(spot: _Spot, role: str) -> None:
            for i, place in enumerate(spot):
                if nodes is not None:
                    component = i if len(spot) > 1 else None
                    names.setdefault(nodes[place], (spot, component, _RANKS.get(role, 6)))

        for begun, given in self._begin.items():
            call(begun, given.role)
        for part in parts:
            size = len(leaves(part.value))
            spot: _Spot = tuple(range(at, at + size))
            at += size
            if size == 2 and nodes is not None and nodes[spot[0]] == nodes[spot[1]] and part.role != "next":
                spot = spot[:1]  # the same for both coordinates
            letter = Letter(part.symbol, part.role, len(spot))
            if part.role == "said":
                self._lines.append(Line(self._place(spot, letter), said=part.formula or ()))
                continue
            formulas: tuple[Formula, ...] = ()
            if part.formula is not None:
                formulas = (self._stated(part.formula, known),)
            elif not part.shown and part.role not in ("hidden", "new corner"):
                if nodes is None:
                    raise ValueError(f"{self._kind.name} does not say how {part.symbol} is made.")
                formulas = self._read(writer, [nodes[place] for place in spot], names)
            self._lines.append(Line(self._place(spot, letter), formulas))
            known[part.symbol] = spot
            call(spot, part.role)

    def _read(self, writer: Any, nodes: list[int], names: Any) -> tuple[Formula, ...]:
        """The formula of every coordinate as its computation has it: one if they are alike."""
        called = {node: Name(spot, component, rank) for node, (spot, component, rank) in names.items()}
        found = tuple(
            self._placed(writer(called)(node=node, component=i if len(nodes) > 1 else -1))
            for i, node in enumerate(nodes)
        )
        return found[:1] if len(set(found)) == 1 else found

    def _placed(self, written: Formula) -> Formula:
        """The formula with its letters' places in the row's order, not among all numbers."""
        if not isinstance(written, tuple):
            return written
        if written[0] == "letter":
            return ("letter", self._place(written[1]), *written[2:])
        return (written[0], *map(self._placed, written[1:]))

    def _stated(self, given: Formula, known: dict[str, _Spot]) -> Formula:
        if isinstance(given, tuple):
            name, *parts = (given[0], *(self._stated(one, known) for one in given[1:]))
            return ("add", parts[0], ("negative", parts[1])) if name == "subtract" else (name, *parts)
        if given == "identity":
            return (given,)
        return ("letter", self._place(known[given])) if isinstance(given, str) else given

    def _place(self, spot: _Spot, letter: Letter | None = None) -> int:
        """The place of the letter with these numbers, from the time when it is first needed."""
        if spot not in self._letters:
            self._letters[spot] = letter or self._begin[spot]
        return list(self._letters).index(spot)


def rows(trajectory: Trajectory, steps: Sequence[int]) -> Array:
    """The numbers of all letters at the steps that lead on from these points of a single run: (n, letters).

    Computed with what the run remembered there, on the surface as each step saw it.
    """
    t, rule = trajectory, trajectory.rule
    written = explanation(type(rule), t.surface.compiled.on_floats.gauss_newton is not None)
    states = t.remembered
    renews = t.batches is not None
    found = []
    for k in steps:
        point, state, rate = each(np.float64, (tuple(t.points[k]), states[k], t.learning_rates[k]))
        with np.errstate(all="ignore"):
            found.append(written.row(rule, t.seen(k + 1), _Now(point, state, rate, k + 1, renews)))
    return np.array(found, dtype=np.float64)
