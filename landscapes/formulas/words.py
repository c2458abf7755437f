"""A run of letters as the names that it is made of: 2xy, sinx, xexp(y), x1x2, θ0, x[0]."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from landscapes.formulas.faults import Faults
from landscapes.formulas.notation import Sign, token
from landscapes.formulas.vocabulary import CONSTANTS, GREEK, SPELLED_GREEK, SPELLINGS

_NUMBERED = {("log", "2"): "log2", ("log", "10"): "log10", ("atan", "2"): "atan2"}
_PIECES = sorted((*SPELLINGS, *SPELLED_GREEK, "pi"), key=len, reverse=True)

Word = tuple[Sign, ...]


def split(tokens: list[Sign], faults: Faults) -> tuple[list[Sign], list[Word]]:
    """Every WORD as FUNCTION, CONSTANT and LETTER tokens, indices joined to their letters.

    Returns all tokens, and the words as the pieces that each was split into.
    """
    words: list[Word] = []
    apart: list[Sign] = []
    for one in tokens:
        if one.type in ("WORD", "COMMAND"):
            pieces = tuple(_pieces(one, faults))
            words.append(pieces)
            apart += pieces
        else:
            apart.append(one)
    joined = _sigmoid(_with_indices(apart, faults))
    by_start = {one.start_pos: one for one in joined}
    return joined, [tuple(by_start.get(piece.start_pos, piece) for piece in word) for word in words]


def _pieces(word: Sign, faults: Faults) -> Iterator[Sign]:
    text, start = str(word), word.start_pos
    if word.type == "COMMAND" and not (text in SPELLINGS or text in GREEK or text == "pi"):
        faults.add(
            word, "is not known here: LaTeX is read as far as functions, Greek letters, \\frac and \\sqrt"
        )
        text = "?"
    if text == "?" or word.type == "COMMAND" or word.end_pos - start != len(text) or _known(text):
        yield _piece(text, start, word.end_pos)
        return
    k = 0
    while k < len(text):
        piece = next((p for p in _PIECES if text.startswith(p, k)), text[k])
        yield _piece(piece, start + k, start + k + len(piece))
        k += len(piece)


def _known(text: str) -> bool:
    return len(text) == 1 or text.lower() in SPELLINGS or text.lower() == "pi" or text in SPELLED_GREEK


def _piece(text: str, start: int, end: int) -> Sign:
    small = text.lower() if len(text) > 1 else text
    if small in SPELLINGS:
        return token("FUNCTION", SPELLINGS[small], start, end)
    if small in CONSTANTS or small == "π":
        return token("CONSTANT", "pi" if small == "π" else small, start, end)
    return token("LETTER", GREEK.get(text, text), start, end)


def _with_indices(tokens: list[Sign], faults: Faults) -> list[Sign]:
    """x1, x_1, x₁, x[0] and, where it can only be one, x(1), as one LETTER; log_2 as one FUNCTION."""
    called = _called_by_number(tokens)
    out: list[Sign] = []
    k = 0
    while k < len(tokens):
        one = tokens[k]
        digits, width = _index(tokens, k, called) if one.type in ("LETTER", "FUNCTION") else ("", 0)
        if not digits:
            if one.type == "INDEX":
                faults.add(one, "is an index of nothing: it belongs behind a letter, as in x_1")
            else:
                out.append(one)
            k += 1
            continue
        last = tokens[k + width]
        if one.type == "FUNCTION":
            name = _NUMBERED.get((str(one), digits), "")
            if not name:
                faults.at(
                    one.start_pos, last.end_pos, f"is not known: only log has a number, 2 or 10, not {digits}"
                )
            out.append(token("FUNCTION", name or str(one), one.start_pos, last.end_pos))
        else:
            out.append(token("LETTER", f"{one}_{digits}", one.start_pos, last.end_pos))
        k += width + 1
    return out


def _index(tokens: list[Sign], k: int, called: set[str]) -> tuple[str, int]:
    """The index that follows a letter or a function, and in how many tokens; nothing where there is none."""
    one, (a, b, c) = tokens[k], _following(tokens, k)
    if a.type == "INDEX":
        return str(int(a)), 1
    if a.start_pos != one.end_pos:
        return "", 0
    if one.type == "FUNCTION":
        opens = b.type == "OPEN" or b.start_pos > a.end_pos
        return (str(a), 1) if (str(one), str(a)) in _NUMBERED and opens else ("", 0)
    if a.type == "NUMBER" and a.isdigit():
        return str(int(a)), 1
    if b.isdigit() and c.type == "CLOSE" and (a == "[" or (a == "(" and str(one) in called)):
        return str(int(b)), 3
    return "", 0


def _following(tokens: list[Sign], k: int) -> list[Sign]:
    """The three tokens behind one; at the end, empty ones."""
    return [*tokens[k + 1 : k + 4], *[token("", "", -1, -1)] * 3][:3]


def _called_by_number(tokens: list[Sign]) -> set[str]:
    """Letters that occur only as x(1) and x(2)."""
    seen: dict[str, set[str]] = defaultdict(set)
    for k, one in enumerate(tokens):
        if one.type == "LETTER":
            a, b, c = _following(tokens, k)
            whole = a == "(" and a.start_pos == one.end_pos and b.isdigit() and c == ")"
            seen[str(one)].add(str(b) if whole else "")
    return {letter for letter, numbers in seen.items() if numbers in ({"1", "2"}, {"0", "1"})}


def _sigmoid(tokens: list[Sign]) -> list[Sign]:
    """σ( ) as the function, unless σ is a letter elsewhere."""
    at = [k for k, one in enumerate(tokens) if one == "σ"]
    if all(tokens[k + 1 : k + 2] and tokens[k + 1].type == "OPEN" for k in at):
        for k in at:
            tokens[k] = token("FUNCTION", "sigmoid", tokens[k].start_pos, tokens[k].end_pos)
    return tokens
