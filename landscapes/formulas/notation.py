r"""The signs that people write: characters, Octave's and LaTeX's spellings, as one row of tokens.

Every token remembers the characters that it was typed in. Blanks of every kind, \left, \right and the names
of libraries say nothing; what means one thing becomes one kind of token, however it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lark import Token

from landscapes.formulas.faults import Faults
from landscapes.formulas.vocabulary import WORDS

_SAME = {
    "-": "−–—‐‑‒﹣⁻˗", "*": "·⋅×∗∙•✕✖⨯⨉⁎⋆", "/": "÷∕⁄", "^": "ˆ˄", "|": "∣│❘￨ǀ", "(": "⟨⦅", ")": "⟩⦆",
    "'": "’′", "θ": "ϑ", "φ": "ϕ", "ε": "ϵ", "μ": "µ", "e": "ℯⅇ", "h": "ℎ", "ρ": "ϱ", "κ": "ϰ",
    " ": "\u00ad\u200b\u200c\u200d\u2060\u2061\u2062\u2063\ufeff",
}  # fmt: skip
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸⁿᵃᵇ", "0123456789+-()xynab", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))


def _plain(character: str) -> str:
    """One character for one: the usual sign for all that look like it."""
    folded = unicodedata.normalize("NFKC", character)
    if (0x1D400 <= ord(character) <= 0x1D7FF or 0xFF01 <= ord(character) <= 0xFF5E) and len(folded) == 1:
        character = folded
    if character.isspace():
        return " "
    return _ALIKE.get(character, character)


_ALIKE = {other: usual for usual, others in _SAME.items() for other in others if other != "⁻"}
_TEXT = r"\\(?:operatorname|mathrm|mathit|mathbf|mathsf|boldsymbol|bm|text|textrm|textit|rm)\*?\s*"
_TOKEN = re.compile(
    rf"""(?P<blank>\s+|~|\\[,;:!>\s]|\\(?:quad|qquad|displaystyle|limits|nolimits)(?![A-Za-z])|\\\\\s*$)
    |(?P<library>(?:numpy|np|jnp|math|Math|torch|tf|sympy|sp)\s*\.\s*(?=[A-Za-z]))
    |(?P<size>\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*)
    |(?P<fraction>\\[dtc]?frac(?![A-Za-z])\s*(?P<halves>[0-9]\s*[0-9](?![0-9]))?)
    |(?P<root>\\sqrt(?![A-Za-z])(?:\s*\[\s*(?P<index>[0-9])\s*\])?|[√∛∜]|(?<![^\s(+\-*/=\[{{,])[³⁴]√)
    |(?P<text>{_TEXT}\{{\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*\}})
    |(?P<subscript>_\s*\{{?\s*[0-9]+\s*\}}?|[₀-₉]+)
    |(?P<superscript>[⁰¹²³⁴-⁹⁺⁻⁽⁾ˣʸⁿᵃᵇ]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[¼-¾⅐-⅞↉])
    |(?P<command>\\[A-Za-z]+)
    |(?P<word>(?:log1p|expm1)(?![A-Za-z0-9])|[A-Za-zα-ωΑ-Ω]+)
    |(?P<compare><=|>=|==|!=|=<|<|>|≤|≥|⩽|⩾|≠)
    |(?P<operator>\*\*|\.\^|\.\*|\./|[-+*/^])
    |(?P<bar>\|)|(?P<open>[(\[{{]|\\\{{)|(?P<close>[)\]}}]|\\\}})|(?P<comma>,|;)|(?P<question>\?)|(?P<colon>:)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPERATORS = {"+": "PLUS", "-": "MINUS", "*": "TIMES", ".*": "TIMES", "/": "DIVIDE", "./": "DIVIDE"}
_COMPARED = {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "=<": "<="}
_COMMANDS = {
    r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\div": "/", r"\le": "<=", r"\leq": "<=", r"\ge": ">=",
    r"\geq": ">=", r"\lt": "<", r"\gt": ">", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\mid": "|",
    r"\lbrace": "(", r"\rbrace": ")", r"\lbrack": "(", r"\rbrack": ")", r"\land": "and", r"\lor": "or",
    r"\neg": "not", r"\varphi": "φ", r"\vartheta": "θ", r"\varepsilon": "ε", r"\lparen": "(", r"\rparen": ")",
}  # fmt: skip
_HINTS = {
    "=": "is a second equals sign: type what stands on the right of one",
    "!": "is not accepted: write a factorial as a number",
    "%": "is not accepted: it has no slope where it jumps; write a percentage as a decimal",
    "°": "is not accepted: angles are in radians, so write pi/180 times the angle",
    "±": "is not accepted: type the formula with + or with -",
    "∞": "is not accepted: only numbers are",
    "∑": "is not accepted: write out the terms of the sum",
    "Σ": "is not accepted: write out the terms of the sum",
    "∏": "is not accepted: write out the factors of the product",
    "∫": "is not accepted: type the function that the integral is",
    "'": "is not accepted: type a derivative out, the app forms them by itself",
    "&": "is not accepted: write and",
    "_": "needs a number behind it, as in x_1",
}


class Sign(Token):
    """A token that knows which characters of the text as typed it stands for."""

    start_pos: int
    end_pos: int


def plain(text: str) -> str:
    """The text with one usual sign for all that look alike, as long as it was."""
    return "".join(map(_plain, text))


def token(kind: str, value: str, start: int, end: int) -> Sign:
    """A token of one kind for the characters from start to end."""
    return Sign(kind, value, start_pos=start, end_pos=end, line=1, column=start, end_line=1, end_column=end)


def scanned(text: str, start: int, end: int, faults: Faults) -> list[Sign]:
    """The tokens of the plain text between two columns; what is none is a fault."""
    return list(_scan(text, start, end, faults))


def _scan(text: str, start: int, end: int, faults: Faults) -> Iterator[Sign]:
    side = ""
    for match in _TOKEN.finditer(text, start, end):
        kind, piece, a, b = match.lastgroup or "", match[0], match.start(), match.end()
        value = _COMMANDS.get(piece, piece)
        if kind == "command":
            kind = {"|": "bar", "(": "open", ")": "close", "*": "operator", "/": "operator"}.get(value, kind)
            kind = "compare" if value[0] in "<>" else kind
            side = {r"\lvert": "left", r"\rvert": "right"}.get(piece, side)
        match kind:
            case "blank" | "library":
                continue
            case "size":
                side = piece.strip()[1:]
                continue
            case "fraction" if match["halves"]:
                top, bottom = match["halves"][0], match["halves"][-1]
                yield token("NUMBER", f"{top}/{bottom}", a, b)
            case "fraction":
                yield token("FRACTION", "frac", a, b)
            case "root":
                index = {"√": "2", "∛": "3", "∜": "4", "³√": "3", "⁴√": "4"}.get(piece, match["index"] or "2")
                yield token("ROOT", index, a, b)
            case "text":
                yield token("WORD", match["name"], a, b)
            case "word":
                yield token(WORDS.get(piece, "WORD"), piece, a, b)
            case "command":
                letters = value.removeprefix("\\")
                yield token(WORDS.get(letters, "WORD" if letters == value else "COMMAND"), letters, a, b)
            case "subscript":
                digits = "".join(_SUBSCRIPTS.get(c, c) for c in piece if c.isdigit() or c in _SUBSCRIPTS)
                yield token("INDEX", digits, a, b)
            case "superscript":
                yield token("POWER", "^", a, a)
                yield token("OPEN", "^", a, a)
                inner = "".join(_SUPERSCRIPTS[c] for c in piece)
                for one in _scan(inner, 0, len(inner), faults):
                    yield token(one.type, one.value, a + one.start_pos, a + one.end_pos)
                yield token("CLOSE", ")", b, b)
            case "number" if not piece[0].isascii():
                ratio = unicodedata.normalize("NFKC", piece).replace("⁄", "/")
                yield token("NUMBER", ratio, a, b)
            case "number":
                yield token("NUMBER", piece, a, b)
            case "compare":
                yield token("COMPARE", _COMPARED.get(value, value), a, b)
            case "operator":
                yield token(_OPERATORS.get(value, "POWER"), value, a, b)
            case "bar":
                yield token("BAR", side, a, b)
            case "open" | "close" | "comma" | "question" | "colon":
                yield token(kind.upper(), value, a, b)
            case _:
                faults.at(a, b, _HINTS.get(piece, "is not accepted in a formula"))
                yield token("WORD" if piece.isalpha() else "JUNK", "?", a, b)
        side = ""
