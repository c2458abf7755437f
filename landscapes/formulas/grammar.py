"""The grammar of a formula, and a parse that goes on behind a fault so that all faults come at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from landscapes.formulas.faults import Faults
from landscapes.formulas.notation import Sign, token

Node: TypeAlias = Tree[Token] | Token
Span: TypeAlias = tuple[int, int]
"""The first column of a piece of the text, and the one behind it."""

GRAMMAR = r"""
?start: choice
?choice: either
    | either IF either ELSE choice           -> python_choice
    | either QUESTION choice COLON choice    -> c_choice
?either: both (OR both)*
?both: opposite (AND opposite)*
?opposite: comparison
    | NOT opposite                           -> opposite
?comparison: sum (COMPARE sum)*
?sum: product ((PLUS | MINUS) product)*
?product: signed ((TIMES | DIVIDE) signed)*
?signed: side_by_side
    | (PLUS | MINUS) signed

// Factors side by side. A function without brackets takes all that follow it, up to the next function.
?side_by_side: _ended | _going_on
_ended: power | _ended power | called | _ended called | _going_on called
_going_on: bare_call | _ended bare_call | _going_on bare_call
bare_call: FUNCTION function_power? argument
?argument: _factors                          -> side_by_side
    | (PLUS | MINUS) argument                -> signed
    | bare_call                              -> side_by_side
_factors: bare_power | _factors power

?power: atom | atom POWER exponent
?bare_power: bare_atom | bare_atom POWER exponent   -> power
?called: call | call POWER exponent                 -> power
    | FUNCTION function_power? called               -> bare_call
call: FUNCTION function_power? OPEN choice (COMMA choice)* CLOSE
function_power: POWER (NUMBER | MINUS NUMBER | group)
?exponent: power | called
    | (PLUS | MINUS) exponent                       -> signed
    | FUNCTION function_power? bare_power           -> bare_call

?atom: bare_atom | group
?bare_atom: NUMBER | CONSTANT | LETTER | absolute | fraction | root
group: OPEN choice CLOSE
absolute: BAR_OPEN choice BAR_CLOSE
fraction: FRACTION group group
root: ROOT (atom | call)

%declare NUMBER CONSTANT LETTER FUNCTION PLUS MINUS TIMES DIVIDE POWER OPEN CLOSE BAR_OPEN BAR_CLOSE
%declare COMMA ROOT FRACTION IF ELSE QUESTION COLON AND OR NOT COMPARE
"""


class _Fed(Lexer):
    """No lexer: the tokens are fed one by one."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        yield from ()


_PARSER = Lark(GRAMMAR, parser="lalr", lexer=_Fed, propagate_positions=True, maybe_placeholders=False)


def span(first: Node, last: Node | None = None) -> Span:
    """Where a node stands in the text as typed, or all from one node to another."""
    places = [one if isinstance(one, Token) else one.meta for one in (first, last or first)]
    return int(places[0].start_pos or 0), int(places[1].end_pos or 0)


def is_a(node: Node, *kinds: str) -> bool:
    """Whether a node is of one of these kinds, rules or tokens."""
    return (node.type if isinstance(node, Token) else str(node.data)) in kinds


def parsed(tokens: list[Sign], faults: Faults) -> Node | None:
    """The tree of the formula; where something is missing or too much, a fault, and the parse goes on."""
    parser: Any = _PARSER.parse_interactive()
    end = tokens[-1].end_pos if tokens else 0
    before: Sign | None = None
    for one in [*tokens, token("$END", "", end, end)]:
        try:
            if one.type != "JUNK":
                tree = parser.feed_token(one)
                before = one
                continue
            mended = False
        except UnexpectedToken:
            mended = True
        tree = _mended(parser, before, one, faults, mended)
        if one.type == "$END" and tree is None:
            return None
        before = one
    return tree if isinstance(tree, Tree | Token) else None


def _mended(parser: Any, before: Sign | None, one: Sign, faults: Faults, say: bool) -> Any:
    """Complain about a token that cannot stand here, and feed what may have been meant."""
    accepted = parser.accepts()
    hole = token("LETTER", "?", one.start_pos, one.start_pos)
    if one.type == "JUNK":
        if "TIMES" in accepted:
            parser.feed_token(token("TIMES", "*", one.start_pos, one.end_pos))
        return None
    if "LETTER" in accepted and "TIMES" not in accepted:
        if say and not (before is not None and before.type == "JUNK"):
            _complain_of_hole(before, one, faults)
        parser.feed_token(hole)
    elif say and one.type != "$END":
        faults.add(one, "does not fit in here")
    try:
        return parser.feed_token(one)
    except UnexpectedToken:
        if one.type == "$END":
            missing = "else" if "ELSE" in accepted else ":" if "COLON" in accepted else "something"
            faults.say(f"The formula ends too early: {missing} is missing.")
        elif not say:
            faults.add(one, "does not fit in here")
        return None


def _complain_of_hole(before: Sign | None, one: Sign, faults: Faults) -> None:
    if before is not None and before.type == "FUNCTION":
        name = faults.text[before.start_pos : before.end_pos]
        faults.add(before, f"needs something to work on: write {name}(x)")
    elif before is not None and one.start_pos == one.end_pos:
        faults.add(before, "is the end, and something is missing behind it")
    else:
        faults.add(one, "has nothing before it: something is missing there")
