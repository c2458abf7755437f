"""The tree of a formula in LaTeX, in the order in which it was typed."""

from __future__ import annotations

from lark import Token, Tree

from landscapes.formulas import axes
from landscapes.formulas.calls import bare, call_of
from landscapes.formulas.grammar import Node, is_a
from landscapes.formulas.vocabulary import FUNCTIONS, INVERSES

_RAISED = (*INVERSES, "sec", "csc", "cot", "sech", "csch", "coth")
"""Functions that are printed with an exponent behind their name."""


def printed(node: Node) -> str:
    """The node as it would be printed."""
    if isinstance(node, Token):
        return _printed_leaf(node)
    parts = node.children
    match node.data:
        case "sum" | "comparison" | "both" | "either":
            return " ".join(printed(one) for one in parts)
        case "product" | "side_by_side":
            return _printed_product(node)
        case "opposite":
            return rf"\neg {printed(parts[1])}"
        case "signed":
            return f"{parts[0]} {printed(parts[1])}"
        case "group":
            return _bracketed(printed(parts[1]))
        case "absolute":
            return rf"\left|{printed(parts[1])}\right|"
        case "fraction":
            return _fraction(printed(bare(parts[1])), printed(bare(parts[2])))
        case "root":
            index = "" if parts[0] == "2" else f"[{parts[0]}]"
            return rf"\sqrt{index}{{{printed(bare(parts[1]))}}}"
        case "power":
            return _printed_power(parts[0], bare(parts[2]))
        case "python_choice":
            return _cases(parts[0], parts[2], parts[4])
        case "c_choice":
            return _cases(parts[2], parts[0], parts[4])
    return _printed_call(*call_of(node))


def _printed_leaf(one: Token) -> str:
    if one.type == "NUMBER" and "/" in one:
        return _fraction(*one.split("/"))
    if one.type == "NUMBER" and "e" in one.lower():
        digits, _, power = one.lower().partition("e")
        return rf"{digits} \cdot 10^{{{int(power)}}}"
    if one.type == "NUMBER":
        return one.removesuffix(".")
    if one.type == "LETTER":
        return axes.latex(str(one))
    signs = {
        "pi": r"\pi", "<=": r"\le", ">=": r"\ge", "AND": r"\land", "OR": r"\lor",
    }  # fmt: skip
    return signs.get(one.type, signs.get(str(one), str(one)))


def _printed_product(node: Tree[Token]) -> str:
    if node.data == "side_by_side":
        return _side_by_side([_factor(one) for one in node.children])
    first, *steps = node.children
    sign = ""
    if isinstance(first, Tree) and first.data == "signed":  # before a fraction, not on top of it
        sign, first = f"{first.children[0]} ", first.children[1]
    divided = is_a(steps[0], "DIVIDE")
    written = [printed(bare(first)) if divided else _factor(first)]
    for operator, one in zip(steps[::2], steps[1::2], strict=True):
        factors = one.children if isinstance(one, Tree) and one.data == "side_by_side" else [one]
        if is_a(operator, "DIVIDE"):
            written = [_fraction(_side_by_side(written), printed(bare(factors[0])))]
            factors = factors[1:]
        written += map(_factor, factors)
    return sign + _side_by_side(written)


def _factor(node: Node) -> str:
    """A factor as it is printed among others; a fraction needs no bracket there, a sign does."""
    inner = bare(node)
    if isinstance(inner, Tree) and len(inner.children) == 3 and is_a(inner.children[1], "DIVIDE", "group"):
        return printed(inner)
    return _bracketed(printed(node)) if is_a(node, "signed") else printed(node)


def _side_by_side(factors: list[str]) -> str:
    """Factors with a dot where two numbers would run together."""
    written = factors[0]
    for one in factors[1:]:
        written += (r" \cdot " if one[0].isdigit() or one.startswith(r"\frac") else " ") + one
    return written


def _printed_power(base: Node, exponent: Node) -> str:
    """A power; a whole one of a function stands behind the function's name."""
    if isinstance(base, Tree) and base.data == "call" and is_a(exponent, "NUMBER"):
        name, own, arguments = call_of(base)
        if own is None and name in _RAISED:
            return _printed_call(name, exponent, arguments)
    return f"{printed(base)}^{{{printed(exponent)}}}"


def _printed_call(name: str, exponent: Node | None, arguments: list[Node]) -> str:
    inner = [printed(one) for one in arguments]
    raised = "" if exponent is None else f"^{{{printed(exponent)}}}"
    match name:
        case "where":
            return _bracketed(_cases(arguments[1], arguments[0], arguments[2])) + raised
        case "abs":
            return rf"\left|{inner[0]}\right|{raised}"
        case "sqrt" | "cbrt":
            root = f"{FUNCTIONS[name].latex}{{{inner[0]}}}"
            return f"{_bracketed(root)}{raised}" if raised else root
        case "pow":
            base = inner[0] if is_a(arguments[0], "LETTER") else _bracketed(inner[0])
            power = f"{base}^{{{inner[1]}}}"
            return f"{_bracketed(power)}{raised}" if raised else power
        case "log" if len(inner) == 2:
            return rf"\frac{{\ln\left({inner[0]}\right)}}{{\ln\left({inner[1]}\right)}}" + raised
    return f"{FUNCTIONS[name].latex}{raised}{_bracketed(', '.join(inner))}"


def _cases(a: Node, condition: Node, b: Node) -> str:
    rows = rf"{printed(a)} & \text{{if }} {printed(condition)} \\ {printed(b)} & \text{{else}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _fraction(top: str, bottom: str) -> str:
    return rf"\frac{{{top}}}{{{bottom}}}"


def _bracketed(inner: str) -> str:
    return rf"\left({inner}\right)"
