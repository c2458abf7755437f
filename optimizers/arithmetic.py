"""A few functions that take a float or an array and stay in that world."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

Coordinate: TypeAlias = Any
"""A Python float (one run) or a contiguous array of lanes (many runs)."""


_ONE = (bool, np.bool_)
"""What a condition is for a single run: Python's own, or NumPy's where the run is followed carefully."""


def where(condition: Any, a: Coordinate, b: Coordinate) -> Coordinate:
    """``a`` where the condition holds, else ``b``."""
    return (a if condition else b) if isinstance(condition, _ONE) else np.where(condition, a, b)


def maximum(a: Coordinate, b: Coordinate) -> Coordinate:
    """The larger of the two; nan if either is nan."""
    if type(a) is float and type(b) is float:
        return a if a > b or a != a else b
    return np.maximum(a, b)


def sign(a: Coordinate) -> Coordinate:
    """−1, 0 or 1; nan stays nan."""
    if type(a) is float:
        return math.copysign(1.0, a) if a and a == a else a
    return np.sign(a)


def clip(a: Coordinate, low: float, high: float) -> Coordinate:
    """``a``, kept between the two bounds."""
    if type(a) is float:
        return low if a < low else high if a > high else a
    return np.clip(a, low, high)


def sqrt(a: Coordinate) -> Coordinate:
    """The square root; on floats, ``math.sqrt`` raises ``ValueError`` below 0."""
    return math.sqrt(a) if type(a) is float else np.sqrt(a)


def polar(x: Coordinate, y: Coordinate) -> tuple[Coordinate, tuple[Coordinate, Coordinate]]:
    """The length of a vector and its direction, however long it is; 0 and (0, 0) for none."""
    size = maximum(abs(x), abs(y))
    size = where(size == 0.0, 1.0, size)  # squares of tiny and of huge numbers are none of a float
    x, y = x / size, y / size
    length = sqrt(x * x + y * y)
    unit = where(length == 0.0, 1.0, length)
    return size * length, (x / unit, y / unit)


def anywhere(condition: Any) -> bool:
    """Whether the condition holds for this run, or for any lane."""
    return bool(condition if isinstance(condition, _ONE) else condition.any())


def negate(condition: Any) -> Any:
    """The condition's opposite, lane by lane."""
    return not condition if isinstance(condition, _ONE) else ~condition


def evaluate(needed: Any, function: Callable[..., Any], x: Coordinate, y: Coordinate, other: Any) -> Any:
    """``function(x, y)`` where it is needed, ``other`` elsewhere; a single run evaluates nothing in vain."""
    if isinstance(needed, _ONE):
        return function(x, y) if needed else other
    return choose(needed, function(x, y), other)


def choose(condition: Any, a: Any, b: Any) -> Any:
    """``where``, through nested tuples."""
    if isinstance(condition, _ONE):
        return a if condition else b
    if isinstance(a, tuple):
        return tuple(choose(condition, one, other) for one, other in zip(a, b, strict=True))
    return np.where(condition, a, b)


def each(convert: Callable[[Any], Any], tree: Any) -> Any:
    """The tree of tuples with every leaf converted."""
    return tuple(each(convert, branch) for branch in tree) if isinstance(tree, tuple) else convert(tree)


def together(trees: Sequence[Any]) -> Any:
    """Trees of lanes, leaf by leaf after each other."""
    if isinstance(trees[0], tuple):
        return tuple(together(branches) for branches in zip(*trees, strict=True))
    return np.concatenate(trees)


def take(tree: Any, lanes: Any) -> Any:
    """Some of the lanes of every leaf."""
    return each(lambda leaf: leaf[lanes], tree)


def leaves(tree: Any) -> list[Any]:
    """All leaves of a tree of tuples, in order."""
    return [leaf for branch in tree for leaf in leaves(branch)] if isinstance(tree, tuple) else [tree]
