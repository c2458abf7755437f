"""Values that are computed once: in one store of bounded size for a server, or kept with their object."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import update_wrapper, wraps
from threading import Condition
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar, overload
from weakref import WeakKeyDictionary

import numpy as np
from cachetools import LRUCache
from cachetools.keys import hashkey

T = TypeVar("T")
P = ParamSpec("P")

LARGEST = 192 * 2**20
"""Bytes that everything in the store may take; what was not asked for the longest goes first.

One store, so that a surface, its map and its runs, which came together and hold on to each other, go
together.
"""

_KEY = 1_000
"""Bytes of a key and of the entry itself; a surface in the key has an entry of its own."""

_PATIENCE = 0.1
"""Seconds after which whoever waits for another's computation is asked whether it still wants to."""


class _Entry(NamedTuple):
    value: Any
    size: int


_store: LRUCache[Hashable, _Entry] = LRUCache(LARGEST, getsizeof=lambda entry: entry.size)
_pending: set[Hashable] = set()
_changed = Condition()


def recall(
    key: Hashable, make: Callable[[], T], meanwhile: Callable[[], None] | None = None, each: int | None = None
) -> T:
    """What ``make`` returns, computed once for all who ask; whatever it raises goes to this caller alone.

    A class that opens the page together waits for one computation. Where that fails, or is given up, the
    next of those who wait begins anew.

    Parameters
    ----------
    meanwhile
        Called every tenth of a second while another thread computes; it may raise to wait no longer.
    each
        Bytes of a result that does not show its size, as ``size`` finds it.
    """
    while True:
        with _changed:
            if key in _store:
                found: T = _store[key].value
                return found
            if key not in _pending:
                _pending.add(key)
                break
        if meanwhile:
            meanwhile()
        with _changed:
            if key in _pending:
                _changed.wait(_PATIENCE if meanwhile else None)
    try:
        made = make()
        entry = _Entry(made, _KEY + (size(made) if each is None else each))
        with _changed:
            if entry.size <= _store.maxsize:
                _store[key] = entry
        return made
    finally:
        with _changed:
            _pending.remove(key)
            _changed.notify_all()


def size(value: Any) -> int:
    """Bytes that a result takes: what it says itself as ``nbytes``, else what its parts take."""
    if isinstance(value, np.ndarray):
        return sys.getsizeof(value) + (0 if value.base is None else value.nbytes)
    if (told := getattr(value, "nbytes", None)) is not None:
        return int(told)
    parts: list[Any] = []
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list):
        parts = list(value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, one.name) for one in fields(value)]
    return sys.getsizeof(value) + sum(map(size, parts))


class Info(NamedTuple):
    """How often a function was computed, how many of its results are in the store, and their size there."""

    misses: int
    currsize: int
    bytes: int


class Once(Generic[T]):
    """A function whose results are in the store."""

    def __init__(self, function: Callable[..., T], each: int | None) -> None:
        self._function, self._each, self._misses = function, each, 0
        update_wrapper(self, function)

    def __call__(self, *args: Any) -> T:
        return recall(hashkey(self, *args), lambda: self._make(args), each=self._each)

    def _make(self, args: tuple[Any, ...]) -> T:
        self._misses += 1
        return self._function(*args)

    def cache_info(self) -> Info:
        """What is in the store of this function."""
        with _changed:
            entries = [entry for key, entry in _store.items() if self._owns(key)]
        return Info(self._misses, len(entries), sum(entry.size for entry in entries))

    def cache_clear(self) -> None:
        """Forget its results."""
        with _changed:
            for key in [key for key in _store if self._owns(key)]:
                del _store[key]

    def _owns(self, key: Any) -> bool:
        return key[0] is self


def once(each: int | None = None) -> Callable[[Callable[..., T]], Once[T]]:
    """Keep the results of a function in the store, as ``recall`` does; ``each`` as there."""
    return lambda function: Once(function, each)


def kept_with(place: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep a function's results with its argument at this place, as long as that lives.

    The other arguments tell the results apart; the one they are kept with is known by its identity.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        results: WeakKeyDictionary[Any, dict[Hashable, T]] = WeakKeyDictionary()

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            own = results.setdefault(args[place], {})
            key = (*args[:place], *args[place + 1 :], *kwargs.items())
            if key not in own:
                own[key] = function(*args, **kwargs)
            return own[key]

        return asked

    return decorate


class kept(Generic[T]):  # noqa: N801 - a decorator
    """A property that is computed when first asked for and then kept with its object.

    ``functools.cached_property`` of Python 3.11 computes under one lock for all objects of a class, so that
    one visitor's slow run would hold up everyone's. Here two that ask at once may both compute it.
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function, self._name, self.__doc__ = function, function.__name__, function.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> kept[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> kept[T] | T:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._function(instance)
        return value
