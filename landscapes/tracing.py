"""Numbers that write down what is computed with them: a function run on them becomes a program.

A program is straight-line code on float64 registers, without names, jumps or text of a visitor's. Its
registers are the inputs, then the constants, then the results of every operation in order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeAlias

import numpy as np

Program: TypeAlias = dict[str, Any]
"""Ready for JSON: ``inputs``, how many; ``constants``, in which what JSON cannot write is a word that a
float can be read from; ``operations``, the names that are used; ``code``, for every operation the place of
its name and the registers of its arguments; and ``outputs``, registers."""

LARGEST = 1_500
"""Operations that a program may have; a function that needs more is not traced."""

_MOST_PATHS = 32
_MOST_DECISIONS = 8
"""On one path: a loop that goes on until a number says stop is given up early."""
_MOST_NODES = 2 * LARGEST

OPERATIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.arctan2,
        np.logaddexp, np.heaviside, np.greater, np.greater_equal, np.less, np.less_equal, np.equal,
        np.not_equal, np.logical_and, np.logical_or, np.logical_not, np.negative, np.absolute, np.sign,
        np.floor, np.ceil, np.sqrt, np.cbrt, np.exp, np.log, np.log2, np.log10, np.sin, np.cos, np.tan,
        np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh,
        np.where,
    )
}  # fmt: skip
"""Everything that a program can do, by name; what it means is what NumPy's function of that name does."""

QUESTIONS = {"value": 1, "gradient": 2, "hessian": 3, "gauss_newton": 3}
"""What a program can ask a surface at two registers, and how many numbers the answer has."""

_ALSO = {"bitwise_and": "logical_and", "bitwise_or": "logical_or", "invert": "logical_not"}
_COMMUTATIVE = ("add", "multiply")


class UntraceableError(Exception):
    """What was called is no straight line of the operations that are known, or too long a one."""


class _ForkError(Exception):
    """The path depends on whether this node is true."""

    def __init__(self, node: int) -> None:
        self.node = node


class Tracer:
    """A number that is not known yet: what is computed with it is written down."""

    __slots__ = ("node", "recorder")

    def __init__(self, recorder: Recorder, node: int) -> None:
        self.recorder, self.node = recorder, node

    def __array_ufunc__(self, function: Any, method: str, *given: Any, **named: Any) -> Tracer:
        if method != "__call__" or named:
            raise UntraceableError(f"{function.__name__} in a way of its own")
        return self.recorder.apply(function.__name__, *given)

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        if function is np.where and len(given) == 3:
            return self.recorder.apply("where", *given)
        if function is np.clip and len(given) == 3:
            return np.minimum(np.maximum(given[0], given[1]), given[2])
        if function is np.ones_like:
            return 1.0
        raise UntraceableError(function.__name__)

    def __bool__(self) -> bool:
        return self.recorder.decide(self.node)

    def any(self) -> Tracer:
        """Whether it holds for this run, which is one."""
        return self

    def __pow__(self, exponent: Any) -> Tracer:
        # as NumPy does it, and exact
        squared = not isinstance(exponent, Tracer) and exponent == 2
        return self.recorder.apply(*("multiply", self, self) if squared else ("power", self, exponent))

    def _refused(self, *given: Any) -> NoReturn:
        raise UntraceableError("a number that is not known yet was looked at")

    __float__ = __int__ = __index__ = __len__ = __iter__ = __getitem__ = __hash__ = _refused


def _operator(name: str, swapped: bool = False) -> Callable[..., Tracer]:
    def operate(self: Tracer, *other: Any) -> Tracer:
        return self.recorder.apply(name, *((*other, self) if swapped else (self, *other)))

    return operate


for _symbol, _name in (
    ("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("truediv", "divide"), ("pow", "power"),
    ("and", "logical_and"), ("or", "logical_or"),
):  # fmt: skip
    if _symbol != "pow":
        setattr(Tracer, f"__{_symbol}__", _operator(_name))
    setattr(Tracer, f"__r{_symbol}__", _operator(_name, swapped=True))
for _symbol, _name in (
    ("lt", "less"), ("le", "less_equal"), ("gt", "greater"), ("ge", "greater_equal"), ("eq", "equal"),
    ("ne", "not_equal"), ("neg", "negative"), ("abs", "absolute"), ("invert", "logical_not"),
):  # fmt: skip
    setattr(Tracer, f"__{_symbol}__", _operator(_name))


class Recorder:
    """What was computed, every operation once: constants are folded, and equal operations are one."""

    def __init__(self) -> None:
        self._nodes: list[tuple[Any, ...]] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self._assumed: dict[int, bool] = {}
        self._paths = 0

    def input(self, place: int) -> Tracer:
        """The input at this place."""
        return self._written("input", place)

    def apply(self, name: str, *given: Any) -> Tracer:
        """The operation on tracers and numbers."""
        name = _ALSO.get(name, name)
        if name not in OPERATIONS:
            raise UntraceableError(name)
        nodes = list(map(self._node, given))
        known = [self._value(node) for node in nodes]
        if name == "where":
            condition = known[0] if known[0] is not None else self._assumed.get(nodes[0])
            if condition is not None or nodes[1] == nodes[2]:
                return Tracer(self, nodes[2] if condition is not None and not condition else nodes[1])
        if None not in known:
            with np.errstate(all="ignore"):
                return Tracer(self, self._constant(OPERATIONS[name](*map(np.float64, known))))
        return self._written(name, *(sorted(nodes) if name in _COMMUTATIVE else nodes))

    def ask(self, question: str, x: Any, y: Any) -> Any:
        """The answer of a surface at a point: a tracer, or as many as the question has answers."""
        asked = self._written(question, self._node(x), self._node(y)).node
        answers = tuple(self._written("answer", asked, i) for i in range(QUESTIONS[question]))
        return answers if len(answers) > 1 else answers[0]

    def operation(self, node: int) -> tuple[Any, ...]:
        """What a node is: the name of its operation and the nodes that it takes, or a constant's number."""
        name, *given = self._nodes[node]
        return ("constant", given[1]) if name == "constant" else (name, *given)

    def decide(self, node: int) -> bool:
        """Whether the node is true on the path that is being followed."""
        value = self._value(node)
        if value is None:
            if node not in self._assumed:
                raise _ForkError(node)
            return self._assumed[node]
        return bool(value)

    def follow(self, function: Callable[[], Sequence[Any]]) -> list[Tracer]:
        """What the function returns, on every path through it: each ``if`` becomes a choice of results."""
        self._paths += 1
        if self._paths > _MOST_PATHS or len(self._assumed) > _MOST_DECISIONS:
            raise UntraceableError("too many paths")
        assumed = self._assumed
        try:
            return [Tracer(self, self._node(one)) for one in function()]
        except _ForkError as fork:
            ends = []
            for truth in (True, False):
                self._assumed = {**assumed, fork.node: truth}
                ends.append(self.follow(function))
            self._assumed = assumed
            condition = Tracer(self, fork.node)
            return [self.apply("where", condition, *pair) for pair in zip(*ends, strict=True)]

    def program(self, inputs: int, outputs: Sequence[Tracer]) -> Program:
        """What the outputs need, in order."""
        live = {one.node for one in outputs}
        for node in reversed(range(len(self._nodes))):
            if node in live:
                live.update(self._arguments(node))
        register = {self._known[key]: i for i in range(inputs) if (key := ("input", i)) in self._known}
        constants, code, names, results = [], [], [], inputs
        for node in sorted(live, key=lambda node: (self._nodes[node][0] != "constant", node)):
            name, *arguments = self._nodes[node]
            if name == "input":
                continue
            if name == "answer":
                register[node] = register[arguments[0]] + arguments[1]
                continue
            if name == "constant":
                constants.append(_worded(arguments[1]))
            else:
                if name not in names:
                    names.append(name)
                code += [names.index(name), *(register[a] for a in arguments)]
            register[node], results = results, results + QUESTIONS.get(name, 1)
        if results > LARGEST + inputs + len(constants):
            raise UntraceableError("too many operations")
        return {
            "inputs": inputs,
            "constants": constants,
            "operations": names,
            "code": code,
            "outputs": [register[one.node] for one in outputs],
        }

    def _arguments(self, node: int) -> list[int]:
        name, *arguments = self._nodes[node]
        return [] if name in ("input", "constant") else arguments[:1] if name == "answer" else arguments

    def _node(self, given: Any) -> int:
        return given.node if isinstance(given, Tracer) else self._constant(given)

    def _constant(self, value: Any) -> int:
        number = float(value)
        return self._written("constant", number.hex(), number).node

    def _value(self, node: int) -> float | None:
        kind, *rest = self._nodes[node]
        return rest[1] if kind == "constant" else None

    def _written(self, *operation: Any) -> Tracer:
        key = operation[:2] if operation[0] == "constant" else operation  # nan is not equal to itself
        if key not in self._known:
            if len(self._nodes) >= _MOST_NODES:
                raise UntraceableError("too many operations")
            self._known[key] = len(self._nodes)
            self._nodes.append(operation)
        return Tracer(self, self._known[key])


def _worded(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0.0 else "-Infinity"


def record(function: Callable[..., Sequence[Any]], inputs: int, asks: bool = False) -> Program:
    """The program of a function of so many numbers that returns numbers.

    With ``asks`` the function is given the recorder first, to ask a surface with.

    Raises
    ------
    UntraceableError
        If it looks at a number, does what no program can, or has too many paths or operations.
    """
    recorder = Recorder()
    given = [recorder.input(i) for i in range(inputs)]
    first = (recorder,) if asks else ()
    try:
        outputs = recorder.follow(lambda: function(*first, *given))
    except (TypeError, AttributeError, ArithmeticError, ValueError) as error:
        raise UntraceableError("only numbers that are known can do this") from error
    return recorder.program(inputs, outputs)
