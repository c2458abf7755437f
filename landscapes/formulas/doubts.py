"""What is printed in one way and read in two: 1/2x, √2x, √x², f(x). Each is asked about."""

from __future__ import annotations

from itertools import pairwise

from lark import Token, Tree

from landscapes.formulas.faults import Faults
from landscapes.formulas.grammar import Node, is_a, span


def ask(tree: Node, axes: tuple[str, str], faults: Faults) -> None:
    """Note every place of a parsed formula that has two readings."""
    still: list[Node] = [tree]
    while still:
        node = still.pop()
        if not isinstance(node, Tree):
            continue
        still += node.children
        match node.data:
            case "product":
                _quotients(node, faults)
            case "side_by_side":
                _neighbours(node, axes, faults)
            case "bare_call":
                _number_in_front(node, faults)
            case "power" if is_a(node.children[2], "LETTER") and node.children[2] == "T":
                faults.at(*span(node), "may be a transpose: write out the products of the components")
            case "power" if isinstance(base := node.children[0], Tree) and base.data == "root":
                if faults.text[_start(base.children[1])] != "{":
                    faults.at(*span(node), "can be read in two ways: write brackets, as in √(x^2) or (√x)^2")


def _is_fraction_in_front(left: Node, slash: Node, right: Tree[Token]) -> bool:
    """Whether a blank says that a product follows a fraction of two numbers: 1/2 x, but not 1/2x."""
    if isinstance(left, Tree) and left.data == "signed":
        left = left.children[-1]
    first, second = right.children[:2]
    numbers = is_a(left, "NUMBER") and is_a(first, "NUMBER")
    tight = _end(left) == _start(slash) and _end(slash) == _start(first)
    return numbers and tight and _end(first) < _start(second)


def _quotients(product: Tree[Token], faults: Faults) -> None:
    parts = product.children
    for k in range(1, len(parts), 2):
        slash, right = parts[k], parts[k + 1]
        if not str(slash).endswith("/") or not isinstance(right, Tree) or right.data != "side_by_side":
            continue
        if len(right.children) < 2 or (k == 1 and _is_fraction_in_front(parts[0], slash, right)):
            continue
        a = faults.text[_start(parts[k - 1]) : _end(parts[k - 1])]
        first, *others = right.children
        b, rest = (faults.text[slice(*span(*ends))] for ends in ((first,), (others[0], others[-1])))
        if len(a + b + rest) > 30:
            a, b, rest = "a", "b", "c"
        faults.at(
            _start(parts[k - 1]), _end(right), f"has two readings: ({a}/{b})*{rest} or {a}/({b}*{rest})"
        )


def _neighbours(node: Tree[Token], axes: tuple[str, str], faults: Faults) -> None:
    parts = node.children
    for one, two in pairwise(parts):
        tight = _end(one) == _start(two)
        if "?" in (one, two):
            continue  # of which something was said
        if is_a(two, "NUMBER") or (is_a(one, "NUMBER") and _is_power_of_number(two)):
            faults.at(_start(one), _end(two), _number_behind(one, two, faults))
        elif tight and _is_root(one) and not _is_bracketed(one) and not _begins_anew(two):
            a, b = (faults.text[slice(*span(part))] for part in (one, two))
            faults.at(_start(one), _end(two), f"has two readings: {a[0]}({a[1:]}{b}) or ({a})*{b}")
        elif tight and is_a(one, "LETTER") and str(one) not in axes and _is_argument(two, axes):
            faults.at(
                _start(one), _end(two), f"may be a product or a function {one}: write {one}*… for a product"
            )


def _number_in_front(call: Tree[Token], faults: Faults) -> None:
    """sin2(x), from which an exponent may have been lost."""
    name, *_, inside = call.children
    if not isinstance(inside, Tree) or inside.data != "side_by_side" or len(inside.children) < 2:
        return
    number, bracket = inside.children[:2]
    tight = _end(name) == _start(number) and _end(number) == _start(bracket)
    if tight and is_a(number, "NUMBER") and is_a(bracket, "group"):
        shown = faults.text[slice(*span(name))]
        faults.at(
            _start(name), _end(bracket), f"has two readings: {shown}^{number}(…) or {shown}({number}(…))"
        )


def _number_behind(one: Node, two: Node, faults: Faults) -> str:
    a, b = (faults.text[slice(*span(part))] for part in (one, two))
    if is_a(one, "NUMBER"):
        return "is two numbers side by side: write * or a point between them, or make it one"
    if len(a + b) > 24:
        a, b = "x", "2"
    return f"has a number behind: write {a}^{b} for a power or {b}*{a} for a product"


def _is_power_of_number(node: Node) -> bool:
    return isinstance(node, Tree) and node.data == "power" and is_a(node.children[0], "NUMBER")


def _is_root(node: Node) -> bool:
    return isinstance(node, Tree) and node.data == "root"


def _is_bracketed(root: Node) -> bool:
    inner = root.children[1] if isinstance(root, Tree) else root
    return isinstance(inner, Tree) and inner.data in ("group", "absolute", "call")


def _begins_anew(node: Node) -> bool:
    return isinstance(node, Tree) and (_is_root(node) or node.data in ("bare_call", "call"))


def _is_argument(node: Node, axes: tuple[str, str]) -> bool:
    inner = node.children[1] if isinstance(node, Tree) and node.data == "group" else None
    return isinstance(inner, Token) and str(inner) in axes


def _start(node: Node) -> int:
    return span(node)[0]


def _end(node: Node) -> int:
    return span(node)[1]
