"""How a formula was read, shown back in plain characters that can be typed again, and in LaTeX."""

from __future__ import annotations

from typing import NamedTuple

from lark import Token, Tree

from landscapes.formulas import axes
from landscapes.formulas.axes import Letters
from landscapes.formulas.calls import bare, call_of
from landscapes.formulas.grammar import Node, is_a
from landscapes.formulas.printed import printed


class Reading(NamedTuple):
    """A formula as it was understood: every product, bracket and argument written out."""

    text: str
    latex: str


def reading(tree: Node, letters: Letters) -> Reading:
    """What was read, as text with its left side where the axes are not x and y, and as LaTeX without."""
    text = _text(tree)
    if letters.axes != ("x", "y"):
        text = f"f({', '.join(map(axes.typed, letters.axes))}) = {text}"
    return Reading(text, printed(tree))


def _text(node: Node) -> str:
    """The node in the characters of a keyboard."""
    if isinstance(node, Token):
        return _typed_leaf(node)
    parts = node.children
    match node.data:
        case "sum" | "comparison" | "both" | "either":
            return " ".join(_text(one) for one in parts)
        case "product" | "side_by_side":
            return _typed_product(node)
        case "opposite":
            return f"not {_text(parts[1])}"
        case "signed":
            return f"{parts[0]}{_text(parts[1])}"
        case "group":
            return f"({_text(parts[1])})"
        case "absolute":
            return f"abs({_text(parts[1])})"
        case "fraction":
            return f"({_simply(parts[1])}/{_simply(parts[2])})"
        case "root":
            return _typed_root(str(parts[0]), _text(bare(parts[1])))
        case "power":
            return f"{_text(parts[0])}^{_simply(parts[2])}"
        case "python_choice":
            return _typed_choice(parts[0], parts[2], parts[4])
        case "c_choice":
            return _typed_choice(parts[2], parts[0], parts[4])
    name, exponent, arguments = call_of(node)
    called = f"{name}({', '.join(map(_text, arguments))})"
    return called if exponent is None else f"{called}^{_simply(exponent)}"


def _typed_choice(a: Node, condition: Node, b: Node) -> str:
    return f"({_text(bare(a))}) if {_text(condition)} else ({_text(bare(b))})"


def _simply(group: Node) -> str:
    inner = bare(group)
    return _text(
        inner
        if isinstance(inner, Token) or is_a(inner, "call", "bare_call", "absolute", "fraction")
        else group
    )


def _typed_leaf(one: Token) -> str:
    if one.type == "NUMBER":
        return f"({one})" if "/" in one else one.removesuffix(".")
    if one.type == "LETTER":
        return axes.typed(str(one))
    return {"^": "^", ".*": "*", "./": "/"}.get(str(one), str(one))


def _typed_product(node: Tree[Token]) -> str:
    if node.data == "side_by_side":
        return "*".join(_text(one) for one in node.children)
    written = _text(node.children[0])
    for sign, one in zip(node.children[1::2], node.children[2::2], strict=True):
        factor = f"({_text(one)})" if is_a(one, "signed") else _text(one)
        written += f"{'/' if str(sign).endswith('/') else '*'}{factor}"
    return written


def _typed_root(index: str, inner: str) -> str:
    return {"2": f"sqrt({inner})", "3": f"cbrt({inner})"}.get(index, f"({inner})^(1/{index})")
