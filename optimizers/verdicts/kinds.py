"""What can become of a run: the kinds of verdict, and codes for arrays of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int8]
Kinds: TypeAlias = NDArray[Any]
"""An array of ``Kind`` objects."""


class Kind(StrEnum):
    """What a run came to; ``ending`` has the order in which it is asked."""

    UNDEFINED = "undefined"
    GLOBAL_MINIMUM = "global minimum"
    LOCAL_MINIMUM = "local minimum"
    SADDLE = "saddle"
    MAXIMUM = "maximum"
    STATIONARY = "stationary"
    DIVERGED = "diverged"
    OSCILLATING = "oscillating"
    PLATEAU = "plateau"
    DESCENDING = "descending"


KINDS: Kinds = np.array([*Kind, None], dtype=object)
"""What the codes of kinds stand for: the place of each in ``Kind``, and −1 for none of them."""

CODES = {kind: code for code, kind in enumerate(Kind)}
