"""Values that are computed once: in a bounded cache for a server, or kept with the object they belong to."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any, Generic, TypeVar, overload

from cachetools import LRUCache, cached

F = TypeVar("F", bound=Callable[..., Any])


def once(maxsize: int) -> Callable[[F], F]:
    """Keep the last ``maxsize`` results; a class that opens the page together waits for one computation."""
    return cached(LRUCache[Any, Any](maxsize), condition=Condition(), info=True)  # type: ignore[return-value]


T = TypeVar("T")


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
