"""Numbers as they are written by hand."""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(exponent: int) -> str:
    """10 with a raised exponent, whatever it is."""
    return f"10{str(exponent).translate(_RAISED)}"


def number(value: float) -> str:
    """Four digits, with a power of ten where the number is very large or small; a dash for none."""
    if math.isnan(value):
        return "–"
    digits, _, exponent = f"{value:.4g}".replace("-", "−", 1 if value < 0 else 0).partition("e")
    return f"{digits}·{power_of_ten(int(exponent))}" if exponent else digits
