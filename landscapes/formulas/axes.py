"""Which letters of a formula are its axes, and which are coefficients with a slider."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from landscapes.formulas.faults import Faults, listed
from landscapes.formulas.notation import Sign
from landscapes.formulas.vocabulary import SPELLED_GREEK, SPELLINGS, greek_name
from landscapes.formulas.words import Word

MOST_COEFFICIENTS = 4
PAIRS = ("xy", "XY", "uv", "wb", "pq", "st", "mb", "mc", "θφ", "αβ")
"""Letters that people write for two weights, in this order."""
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Letters(NamedTuple):
    """The two axes and the coefficients, in the order in which they appear; x_1 stands for an indexed x."""

    axes: tuple[str, str]
    coefficients: tuple[str, ...]
    unknown: tuple[Word, ...] = ()
    """Words that are neither names nor products of them."""


def label(name: str) -> str:
    """A name as the map shows it: x₁ for x_1."""
    letter, _, index = name.partition("_")
    return letter + index.translate(_SUBSCRIPTS)


def latex(name: str) -> str:
    r"""A name in LaTeX: \\theta_{1} for θ_1."""
    letter, _, index = name.partition("_")
    spelled = letter if letter.isascii() else "\\" + greek_name(letter)
    return f"{spelled}_{{{index}}}" if index else spelled


def typed(name: str) -> str:
    """A name in plain characters: theta_1 for θ_1."""
    letter, underscore, index = name.partition("_")
    return greek_name(letter) + underscore + index


def letters(words: list[Word], left: list[Sign], faults: Faults) -> Letters:
    """The axes that the left side names, else those that the formula's own letters tell, and the rest."""
    alone = {str(word[0]) for word in words if len(word) == 1 and word[0].type == "LETTER"} - {"?"}
    parts = [[one for one in word if one.type == "LETTER"] for word in words]
    sure = alone | {"x", "y"} | {str(one) for one in left}
    present = dict.fromkeys(
        str(one)
        for word in parts
        for one in word
        if str(one) != "?" and (len(word) == 1 or _told(word, sure))
    )
    axes = _named(left, present) if left else _guessed(present, words, faults)
    unknown: list[Word] = []
    for word, names in zip(words, parts, strict=True):
        if len(word) > 1 and not (_is_product(word, names, alone, axes) and not _is_english(word)):
            whole = faults.text[word[0].start_pos : word[-1].end_pos]
            called = faults.text[word[-1].end_pos : word[-1].end_pos + 1] == "("
            faults.at(word[0].start_pos, word[-1].end_pos, f"is not known{_nearest(whole, called)}")
            unknown.append(word)
            for one in names:
                present.pop(str(one), None) if str(one) not in alone else None
        elif len(word) > 1:
            present |= dict.fromkeys(map(str, names))
    places = {str(one): one.start_pos for names in reversed(parts) for one in reversed(names)}
    rest = tuple(sorted((name for name in present if name not in axes), key=places.__getitem__))
    _check(rest, axes, words, faults)
    return Letters(axes, rest, tuple(unknown))


def _told(word: list[Sign], sure: set[str]) -> bool:
    """Whether the letters of a word are known from elsewhere, or are a usual pair."""
    return {str(one) for one in word} <= sure or "".join(map(str, word)) in PAIRS


def _is_product(word: Word, names: list[Sign], alone: set[str], axes: tuple[str, str]) -> bool:
    """Whether a run of letters can be meant as a product: of axes, with one new letter at most in front."""
    new = [one for one in names if str(one) not in axes and str(one) not in alone]
    return not new or (new == names[:1] == [word[0]] and any(str(one) in axes for one in names))


def _is_english(word: Word) -> bool:
    """Whether a function's name goes on with an e, as in sine."""
    return any(a.type == "FUNCTION" and str(b) == "e" for a, b in pairwise(word))


def _named(left: list[Sign], present: Iterable[str]) -> tuple[str, str]:
    """The axes that are named; a single name may be that of a vector."""
    if len(left) == 2:
        return str(left[0]), str(left[1])
    (name,) = map(str, left)
    indices = {int(other.partition("_")[2]) for other in present if other.startswith(f"{name}_")}
    if indices and max(indices) - min(indices) <= 1:
        first = 0 if 0 in indices else 1
        return f"{name}_{first}", f"{name}_{first + 1}"
    return name, _partner(name)


def _partner(name: str) -> str:
    letter, _, index = name.partition("_")
    if index:
        return f"{letter}_{2 if index == '1' else 1}"
    return next((pair.replace(name, "") for pair in PAIRS if name in pair), "y")


def _guessed(present: dict[str, None], words: list[Word], faults: Faults) -> tuple[str, str]:
    """The axes, from the letters that are there; a fault where that leaves a choice."""
    families = dict.fromkeys(name[0] for name in present if "_" in name)
    if {"x", "y"} & present.keys():
        for word in words:
            for one in word:
                if one in ("X", "Y") or (one.type == "LETTER" and str(one)[:2] in ("x_", "y_")):
                    faults.add(one, f"stands beside {'x' if 'x' in present else 'y'}: {_beside(one)}")
                    present.pop(str(one), None)
        return "x", "y"
    if families:
        return _indexed(present, families, words, faults)
    usual = [pair for pair in PAIRS if pair[0] in present and pair[1] in present]
    if len(usual) == 1:
        return usual[0][0], usual[0][1]
    if not usual and len(present) == 2:
        a, b = sorted(present)
        return a, b
    if len(present) == 1:
        (only,) = present
        if any(only in pair for pair in PAIRS):
            pair = next(pair for pair in PAIRS if only in pair)
            return pair[0], pair[1]
    if present:
        named = list(map(label, present))
        if len(named) == 1:
            faults.say(
                f"The formula has the same value everywhere if {named[0]} is a slider: use x or y to make a "
                f"surface, or begin with f({named[0]}) =."
            )
        else:
            faults.say(
                f"Which two of {listed(named)} are the axes? Begin with f({named[0]}, {named[1]}) =, say."
            )
    return "x", "y"


def _beside(one: Sign) -> str:
    letter, _, index = str(one).partition("_")
    if not index:
        return f"write {letter.lower()} if you mean that"
    if index == "2":
        return f"write {letter}^2 for a square, or x1 and x2 for the axes"
    return "write x and y, or x1 and x2, for the axes"


def _indexed(
    present: dict[str, None], families: dict[str, None], words: list[Word], faults: Faults
) -> tuple[str, str]:
    letter = next(iter(families))
    tokens = [one for word in words for one in word if one.type == "LETTER" and "_" in str(one)]
    indices = sorted({int(name[2:]) for name in present if name.startswith(f"{letter}_")})
    if len(families) > 1:
        if all({int(n[2:]) for n in present if n.startswith(f"{other}_")} == {2} for other in families):
            for one in tokens:
                faults.add(one, f"is not known: write {str(one)[0]}^2 for a square")
        else:
            pairs = [f"{other}1, {other}2" for other in families]
            faults.say(f"Which are the axes, {listed(pairs)}? Begin with f({pairs[0]}) =, say.")
    elif indices[-1] - indices[0] > 1 or indices[-1] > 2:
        shown = listed([label(f"{letter}_{k}") for k in indices], "and")
        faults.say(
            f"{shown} are not two that follow each other: a surface has two axes, {letter}1 and {letter}2."
        )
    elif indices == [2] and faults.text[tokens[0].start_pos : tokens[0].end_pos] == f"{letter}2":
        faults.add(tokens[0], f"is not known: write {letter}^2 for a square, or use {letter}1 and {letter}2")
    if faults:  # said once is enough
        for name in [name for name in present if "_" in name]:
            present.pop(name)
    counted_from_0 = indices[0] == 0 or "[" in faults.text[tokens[0].start_pos : tokens[0].end_pos]
    return (
        (f"{letter}_0", f"{letter}_1")
        if counted_from_0 and 2 not in indices
        else (f"{letter}_1", f"{letter}_2")
    )


def _check(rest: tuple[str, ...], axes: tuple[str, str], words: list[Word], faults: Faults) -> None:
    """Faults of letters that are neither axes nor fit to be coefficients."""
    small = [axis.lower() for axis in axes]
    refused = set()
    for word in words:
        for one in word:
            name = str(one)
            if name not in rest:
                continue
            if name == "E":
                faults.add(one, "is not known: write e for 2.718…, or another letter")
            elif "_" in name:
                faults.add(
                    one, f"is neither {label(axes[0])} nor {label(axes[1])}: a coefficient has no index"
                )
            elif name.lower() in small:
                faults.add(one, f"is not known (did you mean {name.lower()}?)")
            elif unicodedata.category(name[0]) == "Lu" and not name.isascii():
                faults.add(one, "is not known: small Greek letters and Latin letters are accepted")
            else:
                continue
            refused.add(name)
    left = [name for name in rest if name not in refused]
    if len(left) > MOST_COEFFICIENTS:
        shown = listed(map(label, left), "and")
        faults.say(f"{shown} are {len(left)} sliders: at most {MOST_COEFFICIENTS} are accepted.")


def _nearest(word: str, called: bool) -> str:
    """The known word that is closest, as a question; how to write a product where there is none."""
    for known in (SPELLINGS, [*SPELLED_GREEK, "pi"]):
        if close := get_close_matches(word.lower(), known, n=1, cutoff=0.65):
            return f" (did you mean {close[0]}?)"
    return f": write {'*'.join(word)} for a product" if len(word) <= 4 and not called else ""
