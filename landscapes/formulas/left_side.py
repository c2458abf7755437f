"""What stands before the formula: f(x, y) =, z =, lambda x, y:, @(x, y). Its names become the axes."""

from __future__ import annotations

import re

from landscapes.formulas.faults import Faults
from landscapes.formulas.notation import Sign, scanned
from landscapes.formulas.words import split

_WRAPS = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"))
_TRAILING = " ;.,"
_CODE = re.compile(
    r"""\s*(?:(?:const|let|var)\s+)?(?:[A-Za-z]\w*\s*=\s*)?
    (?:lambda\s+(?P<python>[^:]*):|@\s*\((?P<octave>[^)]*)\)|\(?(?P<arrow>[\w\s,]*)\)?\s*=>|
    (?:def|function)\s+\w+\s*\((?P<define>[^)]*)\)\s*[:=]?)""",
    re.VERBOSE,
)
_RETURN = re.compile(r"\s*return\b")
_GOAL = re.compile(r"(?:→|->|\\to)\s{0,9}\\?m(?:in|ax)$")
_EQUALS = re.compile(r":?(?<![<>=!])=(?![=<>])")
_TASK = re.compile(r"\s*(?:\\?min(?:imi[sz]e)?|\\?max(?:imi[sz]e)?|\\?arg\s*min)(?![A-Za-z(])", re.IGNORECASE)


def left_side(text: str, faults: Faults) -> tuple[list[Sign], int, int]:
    """The names that a left side gives the axes, and the columns between which the formula itself stands."""
    start, end = _unwrapped(text)
    if code := _CODE.match(text, start, end):
        kind = code.lastgroup or "python"
        names = _names(text, *code.span(kind), faults)
        start = code.end()
    elif (equals := _EQUALS.search(text, start, end)) is not None:
        if _is_name_alone(text, equals, end):
            names, end = [], equals.start()
        else:
            names = _before_equals(text, start, equals.start(), faults)
            start = equals.end()
    else:
        names = []
    if back := _RETURN.match(text, start, end):
        start = back.end()
    if len(names) > 2:
        faults.add(names[2], "is a third axis: a surface has two, and other letters become sliders")
    return names[:2], start, end


def _unwrapped(text: str) -> tuple[int, int]:
    """The columns between dollar signs, without blanks and what ends a sentence or a statement."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip(_TRAILING))
    if goal := _GOAL.search(text, start, end):
        end = goal.start()
    for opening, closing in _WRAPS:
        if text.startswith(opening, start) and text.endswith(closing, start + len(opening), end):
            start, end = start + len(opening), end - len(closing)
            return start, start + len(text[start:end].rstrip(_TRAILING))
    return start, max(start, end)


def _is_name_alone(text: str, equals: re.Match[str], end: int) -> bool:
    """Whether the sides are exchanged, as in x² + y² = z."""
    right, left = text[equals.end() : end].strip(), text[: equals.start()].strip()
    new = re.fullmatch(r"[A-Za-z]", right) is not None and right not in left
    return new and re.fullmatch(r"[\w\s(),]*", left) is None


def _before_equals(text: str, start: int, end: int, faults: Faults) -> list[Sign]:
    """The names in f(x, y), or none in z."""
    if task := _TASK.match(text, start, end):
        start = task.end()
    opening = next((k for k in range(start, end) if text[k] in "([{"), end)
    named = re.fullmatch(r"\s*\\?[^\W\d]\w*\s*(?:\\left\s*)?", text[start:opening]) is not None
    closing = text.rstrip().rfind(")", opening, end)
    tail = text[closing + 1 : end].strip() if closing > 0 else text[opening:end].strip()
    if not named or tail:
        faults.at(
            start, max(end, start + 1), "is no left side: write f(x, y) = or only what stands behind it"
        )
        return []
    return _names(text, opening + 1, closing, faults) if opening < end else []


def _names(text: str, start: int, end: int, faults: Faults) -> list[Sign]:
    """One name between commas each; those behind a semicolon are no axes."""
    tokens, _ = split(scanned(text, start, max(start, end), faults), faults)
    names: list[Sign] = []
    due = True
    for one in tokens:
        if one.type == "COMMA" and not due:
            if one == ";":
                break
            due = True
        elif one.type == "LETTER" and due:
            names.append(one)
            due = False
        else:
            faults.add(one, "is no name for an axis: write f(x, y) = or f(x1, x2) =")
            break
    return names
