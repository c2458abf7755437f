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
    end = tokens[-1].end_pos if tokens else 0
    parse, tree = _Parse(faults), None
    for one in [*tokens, token("$END", "", end, end)]:
        tree = parse.take(one)
    return tree if isinstance(tree, Tree | Token) else None


class _Parse:
    """A parse that feeds what may have been meant where a token cannot stand."""

    def __init__(self, faults: Faults) -> None:
        self.parser: Any = _PARSER.parse_interactive()
        self.faults = faults
        self.before: Sign | None = None
        self.lost = False
        """Whether the last token did not fit, so that nothing more is to be said of the next."""

    def take(self, one: Sign) -> Any:
        """Feed one token; returns the tree after the last."""
        before, self.before = self.before, one
        if one.type == "JUNK":
            if "TIMES" in self.parser.accepts():
                self.parser.feed_token(token("TIMES", "*", one.start_pos, one.end_pos))
            return None
        try:
            return self.fed(one)
        except UnexpectedToken:
            accepted = self.parser.accepts()
        if "LETTER" in accepted and "TIMES" not in accepted:
            if not self.lost and (before is None or before.type != "JUNK"):
                self.miss_operand(before, one)
            self.parser.feed_token(token("LETTER", "?", one.start_pos, one.start_pos))
            try:
                return self.fed(one)
            except UnexpectedToken:
                accepted = self.parser.accepts()
        if one.type == "$END":
            missing = "else" if "ELSE" in accepted else ":" if "COLON" in accepted else "something"
            self.faults.say(f"The formula ends too early: {missing} is missing.")
        elif not self.lost and one.start_pos < one.end_pos:
            self.faults.add(one, "does not fit in here")
        self.lost = True
        return None

    def fed(self, one: Sign) -> Any:
        """The parser's own answer."""
        tree = self.parser.feed_token(one)
        self.lost = False
        return tree

    def miss_operand(self, before: Sign | None, one: Sign) -> None:
        """Complain that a token has nothing before it to work on."""
        if before is not None and before.type == "FUNCTION":
            name = self.faults.text[before.start_pos : before.end_pos]
            self.faults.add(before, f"needs something to work on: write {name}(x)")
        elif before is not None and one.start_pos == one.end_pos:
            self.faults.add(before, "is the end, and something is missing behind it")
        else:
            self.faults.add(one, "has nothing before it: something is missing there")
