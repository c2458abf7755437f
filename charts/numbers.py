"""Numbers as they are written by hand: a true minus, a raised power of ten. numbers.js follows it."""

from __future__ import annotations

import math
import re

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# A number in a sentence: not a part of a word, of a range or of another number.
_IN_PROSE = re.compile(r"(?<![\w.−-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def power_of_ten(exponent: int) -> str:
    """10 with a raised exponent, whatever it is."""
    return f"10{str(exponent).translate(_RAISED)}"


def number(value: float, digits: int = 4) -> str:
    """So many digits, with a power of ten where the number is very large or small; a dash for none."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0.0 else "−∞"
    return _by_hand(f"{value:.{digits}g}")


def exact(value: float) -> str:
    """All digits that tell the number from every other, as a field shows it."""
    return _by_hand(repr(value).removesuffix(".0"))


def prose(sentence: str) -> str:
    """A sentence with the numbers in it written by hand."""
    return _IN_PROSE.sub(lambda found: _by_hand(found[0]), sentence)


def _by_hand(text: str) -> str:
    digits, _, exponent = text.replace("-", "−", 1 if text.startswith("-") else 0).partition("e")
    return f"{digits.removesuffix('.0')}·{power_of_ten(int(exponent))}" if exponent else digits
