"""An lru_cache that computes a missing value once, however many threads ask for it together."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the last ``maxsize`` results; a class that opens the page together waits for one computation."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cached, lock = lru_cache(maxsize=maxsize)(function), RLock()

        @wraps(function)
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            with lock:
                return cached(*args, **kwargs)  # type: ignore[arg-type]

        ask.cache_info, ask.cache_clear = cached.cache_info, cached.cache_clear  # type: ignore[attr-defined]
        return ask

    return decorate
