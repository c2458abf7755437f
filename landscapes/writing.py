"""Formulas of what was recorded: the operations that lead to a number, as they are written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from landscapes.tracing import Recorder, UntraceableError

Formula: TypeAlias = Any
"""A name or a number, or a tuple of an operation's name and the formulas that it takes.

Beside the operations of a program there are ``norm``, ``inverse``, ``pseudo_inverse`` and ``absolute``
(eigenvalues no smaller than a number) of matrices, ``identity``, and ``gradient``, ``hessian`` and
``value`` at a point; ``add`` and ``multiply`` take any number of formulas, ``where`` a condition and two.
"""


class Name(NamedTuple):
    """What a node is called: by which letter, and which of the letter's numbers it is."""

    letter: Any
    component: int | None
    rank: int
    """Where it stands in a product: factors of a lower rank come first."""


_NUMBER, _COMPOUND, FIRST, _LAST = 0, 4, 8, 9
"""Ranks: of numbers, of what is compound, of what comes first in a sum and last in a product, and beyond."""


def formula(recorder: Recorder, node: int, names: Mapping[int, Name], component: int) -> Formula:
    """How the node is computed from those that have names, as a component of a pair.

    A name is ("letter", which), or with the component behind it where that is another one.

    Raises
    ------
    UntraceableError
        If it needs an answer of the surface that has no name.
    """
    return _Writer(recorder, names, component).written(node, alone=True)


class _Writer:
    def __init__(self, recorder: Recorder, names: Mapping[int, Name], component: int) -> None:
        self._recorder, self._names, self._component = recorder, names, component

    def written(self, node: int, alone: bool = False) -> Formula:
        """The formula of a node; ``alone``: even if it has a name itself."""
        if node in self._names and not alone:
            letter, component, _ = self._names[node]
            other = component is not None and component != self._component
            return ("letter", letter, component) if other else ("letter", letter)
        name, *given = self._recorder.operation(node)
        if name == "constant":
            return given[0]
        if name in ("input", "answer"):
            raise UntraceableError("a number without a name")
        if name in ("add", "subtract", "negative", "multiply", "divide"):
            return self._sum(self._terms(node, 1, alone))
        return (name, *map(self.written, given))

    def _terms(self, node: int, sign: int, alone: bool = False) -> list[tuple[int, int, bool]]:
        """The nodes that are added up, with their signs; whether one is to be taken apart although named."""
        name, *given = self._operation(node, alone)
        if name in ("add", "subtract"):
            other = -sign if name == "subtract" else sign
            return [*self._terms(given[0], sign), *self._terms(given[1], other)]
        if name == "negative":
            return self._terms(given[0], -sign)
        return [(node, sign, alone)]

    def _operation(self, node: int, alone: bool) -> tuple[Any, ...]:
        return ("name",) if node in self._names and not alone else self._recorder.operation(node)

    def _sum(self, terms: list[tuple[int, int, bool]]) -> Formula:
        written = []
        for node, sign, alone in terms:
            turned, product, rank = self._product(node, alone)
            if product != 0.0:
                negative = sign * turned < 0
                rank = _LAST if negative and not isinstance(product, tuple) else rank
                written.append((rank, ("negative", product) if negative else product))
        if not written:
            return 0.0
        ordered = [one for _, one in sorted(written, key=lambda pair: pair[0])]
        first = next((i for i, one in enumerate(ordered) if not _negative(one)), 0)
        ordered.insert(0, ordered.pop(first))
        return ("add", *ordered) if len(ordered) > 1 else ordered[0]

    def _product(self, node: int, alone: bool) -> tuple[int, Formula, int]:
        """The sign of a product, the product without it, and its place in a sum: √s + ε, not ε + √s."""
        above: list[tuple[int, Formula]] = []
        below: list[tuple[int, Formula]] = []
        sign = self._factors(node, above, below, alone)
        if any(factor == 0.0 for _, factor in above):
            return 1, 0.0, 0
        top, bottom = _multiplied(above), _multiplied(below)
        ranks = [rank for rank, _ in above]
        alone = len(ranks) == 1 and not below and _NUMBER < ranks[0] < _COMPOUND
        rank = _LAST if alone else _NUMBER if FIRST in ranks else max(ranks)
        return sign, top if bottom == 1.0 else ("divide", top, bottom), rank

    def _factors(
        self, node: int, above: list[tuple[int, Formula]], below: list[tuple[int, Formula]], alone: bool
    ) -> int:
        name, *given = self._operation(node, alone)
        if name == "negative":
            return -self._factors(given[0], above, below, False)
        if name == "multiply":
            return self._factors(given[0], above, below, False) * self._factors(given[1], above, below, False)
        if name == "divide":
            return self._factors(given[0], above, below, False) * self._factors(given[1], below, above, False)
        if name == "constant" and given[0] < 0.0:
            above.append((_NUMBER, -given[0]))
            return -1
        rank = self._names[node].rank if name == "name" else _NUMBER if name == "constant" else _COMPOUND
        above.append((rank, self.written(node, alone)))
        return 1


def _negative(written: Formula) -> bool:
    return bool(written[0] == "negative" if isinstance(written, tuple) else written < 0.0)


def _multiplied(factors: list[tuple[int, Formula]]) -> Formula:
    """The product of factors in their order, equal ones as a power; 1 if there are none."""
    ordered = [factor for _, factor in sorted(factors, key=lambda pair: pair[0]) if factor != 1.0]
    found: list[Formula] = []
    for factor in dict.fromkeys(ordered):
        times = ordered.count(factor)
        found.append(factor if times == 1 else ("power", factor, float(times)))
    return ("multiply", *found) if len(found) > 1 else found[0] if found else 1.0
