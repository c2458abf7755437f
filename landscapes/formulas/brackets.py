"""Brackets of every shape as one pair of tokens, decimal commas as points, and which bars belong together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

from landscapes.formulas.faults import Faults
from landscapes.formulas.notation import Sign, token
from landscapes.formulas.vocabulary import FUNCTIONS

DEEPEST, MOST_BARS = 30, 16
_PAIRS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "^": ")"}
_OPERAND_ENDS = {"NUMBER", "LETTER", "CONSTANT", "CLOSE", "BAR_CLOSE"}
_NO_OPERAND_BEGINS = {
    "TIMES", "DIVIDE", "POWER", "CLOSE", "COMMA", "COMPARE", "IF", "ELSE", "AND", "OR", "QUESTION", "COLON",
}  # fmt: skip


def balanced(tokens: list[Sign], faults: Faults) -> list[Sign]:
    """The tokens with every bracket closed once, decimal commas joined and bars told apart."""
    tokens = _closed(tokens, faults)
    return _bars(_decimals(tokens, faults), faults)


def _closed(tokens: list[Sign], faults: Faults) -> list[Sign]:
    out: list[Sign] = []
    still_open: list[Sign] = []
    for one in tokens:
        if one.type == "OPEN":
            still_open.append(one)
            if len(still_open) == DEEPEST + 1:
                faults.add(one, f"is nested too deep: at most {DEEPEST} levels are accepted")
        elif one.type == "CLOSE":
            if not still_open:
                faults.add(one, "has no opening bracket")
                continue
            opened = still_open.pop()
            if _PAIRS[str(opened)] != str(one):
                faults.add(
                    one, f"does not close the bracket {faults.quote(opened.start_pos, opened.end_pos)}"
                )
        out.append(one)
    end = tokens[-1].end_pos if tokens else 0
    for opened in reversed(still_open):
        faults.add(opened, "is not closed: a closing bracket is missing")
        out.append(token("CLOSE", _PAIRS[str(opened)], end, end))
    return out


def _decimals(tokens: list[Sign], faults: Faults) -> list[Sign]:
    """Commas that can only be decimal, joined to their numbers; a comma that may be one or not is a fault."""
    inside: list[list[int]] = [[]]  # for every open bracket, where its commas are
    owners: list[str] = [""]
    decimal: set[int] = set()
    pointed = any(one.type == "NUMBER" and "." in one for one in tokens)
    for k, one in enumerate([*tokens, token("CLOSE", "", 0, 0)]):
        if one.type == "OPEN":
            inside.append([])
            owners.append(_owner(tokens, k))
        elif one.type == "COMMA":
            inside[-1].append(k)
        elif one.type == "CLOSE":
            commas, owner = inside.pop(), owners.pop()
            tight = [c for c in commas if _is_tight(tokens, c)]
            parted = any(tokens[c] == ";" for c in commas)
            least = FUNCTIONS[owner].least if owner else 1
            spare = len(commas) - len(tight) + 1 >= least  # enough arguments if those are decimal
            if tight and spare and least > 1 and not pointed and not parted:
                faults.add(
                    tokens[tight[0]], "may be decimal or part two arguments: write decimals with a point"
                )
            elif tight and (parted or least == 1):
                decimal |= set(tight)
    for k in sorted(decimal):
        before, after = tokens[k - 1], tokens[k + 1]
        if k - 2 in decimal:
            faults.add(tokens[k], "is a second comma in one number: write decimals with a point")
            decimal.discard(k)
        elif pointed:
            faults.add(tokens[k], "stands beside decimal points: write all decimals with a point")
        elif len(after) == 3 and before.lstrip("0") and len(before) <= 3:
            faults.at(
                before.start_pos,
                after.end_pos,
                f"may be {before}.{after} or {before}{after}: write which, with a point",
            )
    out: list[Sign] = []
    for k, one in enumerate(tokens):
        if k in decimal:
            continue
        if k - 1 in decimal:
            one = token("NUMBER", f"{out[-1]}.{one}", out[-1].start_pos, one.end_pos)
            out.pop()
        out.append(one)
    return out


def without_stray_commas(tokens: list[Sign], faults: Faults) -> list[Sign]:
    """The tokens with a fault for every comma that parts no arguments."""
    owners = [False]
    out: list[Sign] = []
    for k, one in enumerate(tokens):
        if one.type == "OPEN":
            owners.append(bool(_owner(tokens, k)))
        elif one.type == "CLOSE":
            owners.pop()
        elif one.type == "COMMA" and not owners[-1]:
            faults.add(one, "does not belong here: decimals have a point, like 0.5")
            one = token("JUNK", ",", one.start_pos, one.end_pos)
        out.append(one)
    return out


def _owner(tokens: list[Sign], k: int) -> str:
    """The function that the bracket at k belongs to."""
    while k >= 2 and tokens[k - 1].type == "NUMBER" and tokens[k - 2].type == "POWER":
        k -= 2
    return str(tokens[k - 1]) if k and tokens[k - 1].type == "FUNCTION" else ""


def _is_tight(tokens: list[Sign], k: int) -> bool:
    if not 0 < k < len(tokens) - 1 or tokens[k] != ",":
        return False
    before, comma, after = tokens[k - 1 : k + 2]
    numbers = before.type == after.type == "NUMBER" and before.isdigit() and after[:1].isdigit()
    return bool(
        numbers
        and "." not in after
        and before.end_pos == comma.start_pos
        and comma.end_pos == after.start_pos
    )


def _bars(tokens: list[Sign], faults: Faults) -> list[Sign]:
    """Every BAR as the opening or the closing one of a pair."""
    groups: list[list[int]] = [[]]
    done: list[list[int]] = []
    for k, one in enumerate(tokens):
        if one.type == "OPEN":
            groups.append([])
        elif one.type == "CLOSE":
            done.append(groups.pop())
        elif one.type == "BAR":
            groups[-1].append(k)
    out = list(tokens)
    for group in filter(None, [*done, *groups]):
        bars = [tokens[k] for k in group]
        if len(group) > MOST_BARS:
            faults.add(
                bars[0], f"is one of {len(group)} bars: at most {MOST_BARS} are accepted, write abs( )"
            )
        found = [] if len(group) > MOST_BARS else sorted(_readings(tokens, group))
        if not found:
            if len(group) <= MOST_BARS:
                faults.add(bars[-1], "has no partner: bars stand in pairs, as in |x|")
            found = [(0, 0, "")]
        elif len(found) > 1 and found[0][:2] == found[1][:2]:
            faults.at(
                bars[0].start_pos, bars[-1].end_pos, "can be read in two ways: write abs( ) for the bars"
            )
        sides = found[0][2] or "OC" * (len(group) // 2) + "J" * (len(group) % 2)
        for k, side in zip(group, sides, strict=True):
            kind = {"O": "BAR_OPEN", "C": "BAR_CLOSE", "J": "JUNK"}[side]
            out[k] = token(kind, "|", tokens[k].start_pos, tokens[k].end_pos)
    return out


def _readings(tokens: list[Sign], group: list[int]) -> Iterator[tuple[int, int, str]]:
    """All ways to pair bars, with how odd each is, and how deep it nests.

    Odd are bars around a number, before a sign in a product, or around nothing but bars.
    """

    def extended(sides: str, still_open: int) -> Iterator[str]:
        if len(sides) == len(group):
            if not still_open:
                yield sides
            return
        k = group[len(sides)]
        before = tokens[k - 1] if k else None
        ends = before is not None and (
            before.type in _OPERAND_ENDS
            or (before.type == "BAR" and k - 1 == group[len(sides) - 1] and sides[-1] == "C")
        )
        begins = k + 1 < len(tokens) and tokens[k + 1].type not in _NO_OPERAND_BEGINS
        forced = str(tokens[k])
        if still_open and ends and forced != "left":
            yield from extended(sides + "C", still_open - 1)
        if begins and still_open < len(group) - len(sides) and forced != "right":
            yield from extended(sides + "O", still_open + 1)

    for sides in extended("", 0):
        depth = sum(accumulate(1 if side == "O" else -1 for side in sides))
        yield _oddness(tokens, group, sides), depth, sides


def _oddness(tokens: list[Sign], group: list[int], sides: str) -> int:
    odd, opened = 0, list[int]()
    for (k, side), (after, following) in pairwise([*zip(group, sides, strict=True), (len(tokens), "")]):
        if side == "O":
            opened.append(k)
            before = tokens[k - 1].type if k else ""
            odd += k + 1 < len(tokens) and tokens[k + 1].type in ("PLUS", "MINUS") and before in _OPERAND_ENDS
            odd += after == k + 1 and following == "O"
        else:
            inner = tokens[opened.pop() + 1 : k]
            odd += not any(one.type in ("LETTER", "FUNCTION") for one in inner)
    return odd
