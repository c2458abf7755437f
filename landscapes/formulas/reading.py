"""How a formula was read, shown back: in LaTeX, and in plain characters that can be typed again."""

from __future__ import annotations

from typing import NamedTuple

from lark import Token, Tree

from landscapes.formulas import axes
from landscapes.formulas.axes import Letters
from landscapes.formulas.grammar import Node, is_a
from landscapes.formulas.vocabulary import FUNCTIONS

_INVERSE = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
_RAISED = (*_INVERSE, "sec", "csc", "cot", "sech", "csch", "coth")
"""Functions that are printed with an exponent behind their name."""


class Reading(NamedTuple):
    """A formula as it was understood: every product, bracket and argument written out."""

    text: str
    latex: str


def reading(tree: Node, letters: Letters) -> Reading:
    """What was read, as text with its left side where the axes are not x and y, and as LaTeX without."""
    text = _text(tree)
    if letters.axes != ("x", "y"):
        text = f"f({', '.join(map(axes.typed, letters.axes))}) = {text}"
    return Reading(text, _latex(tree))


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
            return _typed_root(str(parts[0]), _text(_bare(parts[1])))
        case "power":
            return f"{_text(parts[0])}^{_simply(parts[2])}"
        case "python_choice":
            return _typed_choice(parts[0], parts[2], parts[4])
        case "c_choice":
            return _typed_choice(parts[2], parts[0], parts[4])
    name, exponent, arguments = _call(node)
    called = f"{name}({', '.join(map(_text, arguments))})"
    return called if exponent is None else f"{called}^{_simply(exponent)}"


def _typed_choice(a: Node, condition: Node, b: Node) -> str:
    return f"({_text(_bare(a))}) if {_text(condition)} else ({_text(_bare(b))})"


def _simply(group: Node) -> str:
    inner = _bare(group)
    return _text(inner if isinstance(inner, Token) else group)


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


def _call(node: Tree[Token]) -> tuple[str, Node | None, list[Node]]:
    """A function's name, the exponent that stands behind the name, and the arguments."""
    name, rest = str(node.children[0]), list(node.children[1:])
    exponent: Node | None = None
    if isinstance(first := rest[0], Tree) and first.data == "function_power":
        rest.pop(0)
        _, *sign, number = first.children
        if _is_inverse(sign, number):
            name = _INVERSE[name]
        elif sign and not is_a(sign[0], "PLUS"):
            exponent = Tree("signed", [sign[0], number])
        else:
            exponent = _bare(number)
    return name, exponent, [one for one in rest if not is_a(one, "OPEN", "CLOSE", "COMMA")]


def _is_inverse(sign: list[Node], number: Node) -> bool:
    inner = _bare(number)
    if isinstance(inner, Tree) and inner.data == "signed":
        sign, inner = [inner.children[0]], inner.children[1]
    return inner == "1" and [str(one) for one in sign] == ["-"]


def _bare(node: Node) -> Node:
    """What stands in a bracket, where the notation around it needs none."""
    while isinstance(node, Tree) and node.data == "group":
        node = node.children[1]
    return node


def _latex(node: Node) -> str:
    """The node as it would be printed."""
    if isinstance(node, Token):
        return _printed_leaf(node)
    parts = node.children
    match node.data:
        case "sum" | "comparison" | "both" | "either":
            return " ".join(_latex(one) for one in parts)
        case "product" | "side_by_side":
            return _printed_product(node)
        case "opposite":
            return rf"\neg {_latex(parts[1])}"
        case "signed":
            return f"{parts[0]} {_latex(parts[1])}"
        case "group":
            return _bracketed(_latex(parts[1]))
        case "absolute":
            return rf"\left|{_latex(parts[1])}\right|"
        case "fraction":
            return _fraction(_latex(_bare(parts[1])), _latex(_bare(parts[2])))
        case "root":
            index = "" if parts[0] == "2" else f"[{parts[0]}]"
            return rf"\sqrt{index}{{{_latex(_bare(parts[1]))}}}"
        case "power":
            return _printed_power(parts[0], _bare(parts[2]))
        case "python_choice":
            return _cases(parts[0], parts[2], parts[4])
        case "c_choice":
            return _cases(parts[2], parts[0], parts[4])
    return _printed_call(*_call(node))


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
    written = [_latex(_bare(first)) if divided else _factor(first)]
    for operator, one in zip(steps[::2], steps[1::2], strict=True):
        factors = one.children if isinstance(one, Tree) and one.data == "side_by_side" else [one]
        if is_a(operator, "DIVIDE"):
            written = [_fraction(_side_by_side(written), _latex(_bare(factors[0])))]
            factors = factors[1:]
        written += map(_factor, factors)
    return sign + _side_by_side(written)


def _factor(node: Node) -> str:
    """A factor as it is printed among others; a fraction needs no bracket there, a sign does."""
    inner = _bare(node)
    if isinstance(inner, Tree) and len(inner.children) == 3 and is_a(inner.children[1], "DIVIDE", "group"):
        return _latex(inner)
    return _bracketed(_latex(node)) if is_a(node, "signed") else _latex(node)


def _side_by_side(factors: list[str]) -> str:
    """Factors with a dot where two numbers would run together."""
    written = factors[0]
    for one in factors[1:]:
        written += (r" \cdot " if one[0].isdigit() or one.startswith(r"\frac") else " ") + one
    return written


def _printed_power(base: Node, exponent: Node) -> str:
    """A power; a whole one of a function stands behind the function's name."""
    if isinstance(base, Tree) and base.data == "call" and is_a(exponent, "NUMBER"):
        name, own, arguments = _call(base)
        if own is None and name in _RAISED:
            return _printed_call(name, exponent, arguments)
    return f"{_latex(base)}^{{{_latex(exponent)}}}"


def _printed_call(name: str, exponent: Node | None, arguments: list[Node]) -> str:
    inner = [_latex(one) for one in arguments]
    raised = "" if exponent is None else f"^{{{_latex(exponent)}}}"
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
    rows = rf"{_latex(a)} & \text{{if }} {_latex(condition)} \\ {_latex(b)} & \text{{else}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _fraction(top: str, bottom: str) -> str:
    return rf"\frac{{{top}}}{{{bottom}}}"


def _bracketed(inner: str) -> str:
    return rf"\left({inner}\right)"
