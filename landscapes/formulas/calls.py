"""A function that is applied, taken apart: its name, the exponent behind the name, and its arguments."""

from __future__ import annotations

from typing import NamedTuple

from lark import Token, Tree

from landscapes.formulas.grammar import Node, is_a
from landscapes.formulas.vocabulary import INVERSES


class Call(NamedTuple):
    """sin²(x) as sin, 2 and x; sin⁻¹(x) as asin, nothing and x."""

    name: str
    exponent: Node | None
    arguments: list[Node]


def call_of(node: Tree[Token]) -> Call:
    """The parts of a call with brackets or without."""
    name, rest = str(node.children[0]), list(node.children[1:])
    exponent: Node | None = None
    if isinstance(between := rest[0], Tree) and between.data == "function_power":
        rest.pop(0)
        _, *sign, number = between.children
        exponent = Tree("signed", [*sign, number], between.meta) if sign else bare(number)
        if name in INVERSES and _is_minus_one(exponent):
            name, exponent = INVERSES[name], None
    return Call(name, exponent, [one for one in rest if not is_a(one, "OPEN", "CLOSE", "COMMA")])


def bare(node: Node) -> Node:
    """What stands in a bracket, where the notation around it needs none."""
    while isinstance(node, Tree) and node.data == "group":
        node = node.children[1]
    return node


def _is_minus_one(node: Node) -> bool:
    return (
        isinstance(node, Tree) and node.data == "signed" and [str(one) for one in node.children] == ["-", "1"]
    )
