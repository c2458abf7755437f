"""A bounded cache for a server: a missing value is computed once, and what is there is never waited for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any, TypeVar

from cachetools import LRUCache, cached

F = TypeVar("F", bound=Callable[..., Any])


def once(maxsize: int) -> Callable[[F], F]:
    """Keep the last ``maxsize`` results; a class that opens the page together waits for one computation."""
    return cached(LRUCache[Any, Any](maxsize), condition=Condition(), info=True)  # type: ignore[return-value]
