"""Numbers as people type them: decimal comma, 1e-3, 1/3, blanks, a true minus, ×10⁻³. One home.

What cannot be read for certain is refused with a sentence; no text ever becomes another number.
"""

from __future__ import annotations

import math
import re
import unicodedata

_LONGEST = 60
_MINUS = str.maketrans(dict.fromkeys("−–‒﹣－⁻", "-") | dict.fromkeys("⁄∕÷", "/") | {"⁺": "+"})
_RAISED = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = (
    r"(?:\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?"  # 12 000,5
    r"|\d{1,3}(?:,\d{3})+\.\d*"  # 12,000.5
    r"|\d{1,3}(?:,\d{3}){2,}"  # 12,000,000
    r"|\d+(?:[.,]\d*)?|[.,]\d+)"
)
_POWER = r"10 ?\^ ?\(?(?P<power>[+-]? ?\d{1,4})\)?"
_ONE = re.compile(
    rf"(?P<sign>[+-]? ?)(?:{_POWER}"
    rf"|(?P<digits>{_DIGITS})"
    rf"(?: ?[eE](?P<e>[+-]?\d{{1,4}})| ?[×·∙⋅*xX] ?{_POWER.replace('power', 'times')})?)"
)
_UNCERTAIN = re.compile(r"[1-9]\d{0,2},\d{3}")


def read_number(text: str) -> float:
    """The number that a text says.

    Raises
    ------
    ValueError
        If it says none, or one of two; the sentence says which and what is accepted.
    """
    plain = _RAISED.sub(lambda found: f"^{unicodedata.normalize('NFKC', found[0])}", text)
    # "1½" is not 11/2, nor "1₂" twelve: what stands for several signs, or for one aside, keeps its distance.
    plain = "".join(f" {c}" if unicodedata.category(c) == "No" else c for c in plain)
    plain = unicodedata.normalize("NFKC", plain.translate(_MINUS)).translate(_MINUS)
    plain = " ".join(plain.split()) if len(text) <= _LONGEST else ""
    top, slash, bottom = (part.strip() for part in plain.partition("/"))
    value = _one(top, text)
    if slash:
        divisor = _one(bottom, text)
        if divisor == 0.0:
            raise ValueError(f"{quoted(text)} divides by 0.")
        value /= divisor
    if not math.isfinite(value):
        raise ValueError(f"{quoted(text)} is larger than any number here.")
    return value


def read_whole(text: str) -> float:
    """The number that a text says, an int where it is whole; what takes whole numbers refuses the others."""
    value = read_number(text)
    return int(value) if value.is_integer() else value


def _one(text: str, whole: str) -> float:
    found = _ONE.fullmatch(text)
    if not found:
        raise ValueError(f"{quoted(whole)} is not a number; 0.05, 0,05, 1e-3 and 1/3 are.")
    digits = found["digits"] or "1"
    if _UNCERTAIN.fullmatch(digits):
        both = f"{digits.replace(',', '.')} or {digits.replace(',', '')}"
        raise ValueError(f"{quoted(whole)} may mean {both}: write one of these.")
    kept = re.sub(r"[ '’]", "", digits)
    kept = kept.replace(",", "") if "." in kept or kept.count(",") > 1 else kept.replace(",", ".")
    power = (found["e"] or found["times"] or found["power"] or "0").replace(" ", "")
    value = float(f"{found['sign'].strip()}{kept}e{power}")
    if value == 0.0 and re.search("[1-9]", kept):
        raise ValueError(f"{quoted(whole)} is smaller than any number here but 0.")
    return value


def quoted(text: str | None) -> str:
    """What somebody typed, in quotation marks, cut and without what cannot be shown."""
    shown = "".join(c if c.isprintable() else "?" for c in text or "")
    return f"“{shown[:40]}{'…' if len(shown) > 40 else ''}”"
