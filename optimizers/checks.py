"""What a caller gave, as numbers: nan where it is none, for a check to refuse in its own words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscapes import Array


def number(given: Any) -> float:
    """The float that this is; nan if it is none."""
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def numbers(given: Any) -> Array:
    """An array of its own; a single nan if this is not numbers in rows of one length."""
    try:
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array(math.nan)
