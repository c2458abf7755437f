"""What is wrong with a formula: every place, in the student's own characters, in one answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Protocol

LONGEST_ANSWER, LONGEST_QUOTE = 330, 40


class Place(Protocol):
    """Anything that knows where it begins and ends in the text as typed: a token or a node."""

    start_pos: int
    end_pos: int


class FormulaError(ValueError):
    """Sentences for a student: which places of the formula are meant, and what is accepted there.

    ``faults`` has a sentence for every place; the message joins as many as anyone would read at once.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        said, length = [faults[0]], len(faults[0])
        for fault in faults[1:]:
            length += len(fault) + 1
            if length <= LONGEST_ANSWER:
                said.append(fault)
        if left := len(faults) - len(said):
            said.append(f"And {left} more.")
        super().__init__(" ".join(said))


class Faults:
    """Collects what is wrong with a text while reading goes on behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[tuple[str, str], tuple[int, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, place: Place, complaint: str) -> None:
        """Note one complaint about a place: "is not known", say, without a full stop."""
        self.at(place.start_pos, place.end_pos, complaint)

    def at(self, start: int, end: int, complaint: str) -> None:
        """The same for the characters from start to end."""
        quote = self.quote(start, end)
        self._found.setdefault((quote, complaint), (start, f"{quote} at column {start + 1} {complaint}."))

    def say(self, sentence: str, where: int = 10**9) -> None:
        """Note a whole sentence that is about no place, or about none that can be quoted."""
        self._found.setdefault(("", sentence), (where, sentence))

    def quote(self, start: int, end: int) -> str:
        """A piece of the text in quotation marks, cut where it is long."""
        piece = " ".join(self.text[start:end].split()) or self.text[start:end]
        shown = piece if len(piece) <= LONGEST_QUOTE else piece[: LONGEST_QUOTE - 1] + "…"
        shown = _printable(shown)
        named = f" ({_name(piece)})" if len(piece) == 1 and not (piece.isascii() and shown == piece) else ""
        return f"“{shown}”{named}"

    def raise_if_any(self) -> None:
        """Raise all that was found, in the order of the text.

        Raises
        ------
        FormulaError
            If anything was.
        """
        if self._found:
            found = sorted(self._found.values(), key=_column)
            raise FormulaError(*(_printable(sentence) for _, sentence in found))


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names as a sentence says them: a, b or c."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _column(found: tuple[int, str]) -> int:
    return found[0]


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
