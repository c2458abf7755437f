"""From the tree of a formula to a SymPy expression: an allow-list of nodes, never an evaluation."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

import sympy as sp
from lark import Token, Tree

from landscapes.formulas.calls import call_of
from landscapes.formulas.faults import Faults
from landscapes.formulas.folding import Term, applied
from landscapes.formulas.grammar import Node, Span, is_a, span
from landscapes.formulas.vocabulary import CONSTANTS, FUNCTIONS, Function
from landscapes.functions import choose, power

DEEPEST, LARGEST_INTEGER, LARGEST_EXPONENT = 30, 10**9, 50
_ADD = Function(operator.add, operator.add, "+")
_SUBTRACT = Function(operator.sub, operator.sub, "-")
_MULTIPLY = Function(operator.mul, operator.mul, "*")
_DIVIDE = Function(operator.truediv, operator.truediv, "/")
_NEGATE = Function(operator.neg, operator.neg, "-")
_POWER = Function(power, math.pow, "^")
_CHOOSE = Function(choose, lambda *terms: math.nan, "", 3, 3)
_ROOTS = {"2": FUNCTIONS["sqrt"], "3": FUNCTIONS["cbrt"]}


def built(tree: Node, names: Mapping[str, sp.Symbol], faults: Faults) -> Term | None:
    """The expression that a tree means; None, with faults, where it means none.

    ``names`` has the symbol of every axis and coefficient.
    """
    return _Builder(names, faults).term(tree, 0)


class _Builder:
    def __init__(self, names: Mapping[str, sp.Symbol], faults: Faults) -> None:
        self.names, self.faults = names, faults

    def term(self, node: Node, depth: int) -> Term | None:
        """A node as a number or an expression; None where there is a fault in it."""
        if depth > DEEPEST:
            self.complain(span(node), f"is nested too deep: at most {DEEPEST} levels are accepted")
            return None
        if isinstance(node, Token):
            return self.leaf(node)
        parts = node.children
        match node.data:
            case "sum" | "product":
                return self.chain(node, depth)
            case "side_by_side":
                return self.folded(node, [(_MULTIPLY, one) for one in parts], depth)
            case "signed":
                inner = self.term(parts[1], depth + 1)
                return inner if parts[0] == "+" else self.apply(span(node), _NEGATE, inner)
            case "group":  # a bracket is no level: those are counted where they are matched
                return self.term(parts[1], depth)
            case "absolute":
                return self.apply(span(node), FUNCTIONS["abs"], self.term(parts[1], depth + 1))
            case "fraction":
                return self.divide(span(node), self.term(parts[1], depth + 1), self.term(parts[2], depth + 1))
            case "root":
                return self.root(node, depth)
            case "power":
                return self.raised(span(node), self.term(parts[0], depth), self.term(parts[2], depth + 1))
            case "call" | "bare_call":
                return self.call(node, depth)
            case "python_choice":
                return self.choice(parts[2], parts[0], parts[4], depth)
            case "c_choice":
                return self.choice(parts[0], parts[2], parts[4], depth)
        return self.choice(node, 1.0, 0.0, depth)

    def leaf(self, one: Token) -> Term | None:
        """A number, a constant or a letter."""
        if one.type == "NUMBER":
            top, _, bottom = one.partition("/")
            value = float(top) / float(bottom or 1)
            if value == math.inf or (one.isdigit() and value > LARGEST_INTEGER):
                self.complain(span(one), f"is too large: whole numbers go up to {LARGEST_INTEGER}")
                return None
            return value
        return CONSTANTS[str(one)] if one.type == "CONSTANT" else self.names.get(str(one))

    def chain(self, node: Tree[Token], depth: int) -> Term | None:
        """A sum or a product, from left to right; what stands side by side in it is no deeper."""
        first, *others = node.children
        if node.data == "sum":
            pairs = zip(others[::2], others[1::2], strict=True)
            steps = [(_SUBTRACT if sign == "-" else _ADD, one) for sign, one in pairs]
            return self.folded(node, [(_ADD, first), *steps], depth)
        negative = False
        while isinstance(first, Tree) and first.data == "signed":  # the sign of the whole product
            negative ^= first.children[0] == "-"
            first = first.children[1]
        steps = [(_MULTIPLY, one) for one in _factors(first)]
        for sign, one in zip(others[::2], others[1::2], strict=True):
            divisor, *rest = _factors(one)
            steps.append((_DIVIDE if is_a(sign, "DIVIDE") else _MULTIPLY, divisor))
            steps += [(_MULTIPLY, factor) for factor in rest]
        whole = self.folded(node, steps, depth)
        return self.apply(span(node), _NEGATE, whole) if negative else whole

    def folded(self, node: Tree[Token], steps: list[tuple[Function, Node]], depth: int) -> Term | None:
        """Terms joined from left to right."""
        terms = [(function, one, self.term(one, depth + 1)) for function, one in steps]
        whole = terms[0][2]
        for function, one, term in terms[1:]:
            until = span(node)[0], span(one)[1]
            if function is _DIVIDE:
                whole = self.divide(until, whole, term)
            else:
                whole = self.apply(until, function, whole, term)
        return whole

    def divide(self, place: Span, a: Term | None, b: Term | None) -> Term | None:
        """A quotient; nothing is divided by a constant zero."""
        if b == 0.0:
            self.complain(place, "divides by zero")
            return None
        return self.apply(place, _DIVIDE, a, b)

    def root(self, node: Tree[Token], depth: int) -> Term | None:
        """A square or cube root, or a power of one over a small number."""
        index, inner = str(node.children[0]), self.term(node.children[1], depth + 1)
        if index in _ROOTS:
            return self.apply(span(node), _ROOTS[index], inner)
        if index in "01":
            self.complain(span(node), f"is no root: its number is {index}")
            return None
        return self.raised(span(node), inner, 1.0 / float(index))

    def raised(self, place: Span, base: Term | None, exponent: Term | None) -> Term | None:
        """A power with a small exponent, or one of a positive number."""
        if isinstance(exponent, float) and math.fabs(exponent) > LARGEST_EXPONENT:
            self.complain(place, f"has too large an exponent: at most {LARGEST_EXPONENT} is accepted")
            return None
        if isinstance(base, float) and base <= 0.0 and isinstance(exponent, sp.Expr):
            self.complain(place, "needs a positive number under its exponent")
            return None
        return self.apply(place, _POWER, base, exponent)

    def call(self, node: Tree[Token], depth: int) -> Term | None:
        """A function of its arguments; with an exponent between, a power of that."""
        name, between, arguments = call_of(node)
        if name == "?":
            return None
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            self.complain(span(node), _arity(name, function, len(arguments)))
            return None
        if name == "where":
            condition, a, b = arguments
            whole = self.choice(condition, a, b, depth)
        else:
            whole = self.apply(span(node), function, *[self.term(one, depth + 1) for one in arguments])
        if between is None:
            return whole
        exponent = self.term(between, depth + 1)
        if exponent == -1.0:
            self.complain(span(node), f"has two readings: write 1/{name}( ) for the reciprocal")
            return None
        return self.raised(span(node), whole, exponent)

    # --- conditions ------------------------------------------------------------------------

    def choice(self, condition: Node, a: Any, b: Any, depth: int) -> Term | None:
        """The one term where a condition holds, and the other where it does not."""
        a, b = (one if isinstance(one, float) else self.term(one, depth + 1) for one in (a, b))
        return self.chosen(condition, a, b, depth + 1)

    def chosen(self, condition: Node, a: Term | None, b: Term | None, depth: int) -> Term | None:
        """The same for two terms that are built: and, or, not choose again among them."""
        if depth > DEEPEST:
            self.complain(span(condition), f"is nested too deep: at most {DEEPEST} levels are accepted")
            return None
        parts = condition.children if isinstance(condition, Tree) else []
        match condition.data if isinstance(condition, Tree) else "":
            case "group":
                return self.chosen(parts[1], a, b, depth + 1)
            case "opposite":
                return self.chosen(parts[1], b, a, depth + 1)
            case "both" | "either" as kind:
                whole = a if kind == "both" else b
                for one in reversed(parts[::2]):
                    pair = (whole, b) if kind == "both" else (a, whole)
                    whole = self.chosen(one, *pair, depth + 1)
                return whole
            case "comparison":
                terms = [self.term(one, depth + 1) for one in parts[::2]]
                whole = a
                for k in range(len(terms) - 2, -1, -1):
                    whole = self.compared(
                        span(condition), str(parts[2 * k + 1]), terms[k], terms[k + 1], whole, b
                    )
                return whole
        self.complain(span(condition), "is no condition: write a comparison, like x > 0")
        return None

    def compared(
        self, place: Span, sign: str, left: Term | None, right: Term | None, a: Term | None, b: Term | None
    ) -> Term | None:
        """One comparison, as a choice by the sign of a difference."""
        if sign in ("==", "!="):
            self.complain(place, "holds on a line at most: compare with < or >")
            return None
        difference = self.apply(place, _SUBTRACT, *((left, right) if sign[0] == ">" else (right, left)))
        if sign.endswith("="):  # at least is not less
            difference, a, b = self.apply(place, _NEGATE, difference), b, a
        if difference is None or a is None or b is None:
            return None
        if isinstance(difference, float):
            return a if difference > 0.0 else b
        return self.apply(place, _CHOOSE, difference, a, b)

    def apply(self, place: Span, function: Function, *terms: Term | None) -> Term | None:
        """One operation within bounds; None where there is a fault in a term, or now one here."""
        if any(term is None for term in terms):
            return None
        try:
            return applied(function, terms)
        except ValueError as error:
            self.complain(place, str(error))
            return None

    def complain(self, place: Span, complaint: str) -> None:
        """Note a fault of a node."""
        self.faults.at(*place, complaint)


def _factors(node: Node) -> list[Node]:
    """The factors of a node in a product."""
    return list(node.children) if isinstance(node, Tree) and node.data == "side_by_side" else [node]


def _arity(name: str, function: Function, given: int) -> str:
    """How many arguments there are, and how many there should be."""
    wanted = f"{function.least} or more" if function.most > function.least else str(function.least)
    example = f"{name}({', '.join(('x', 'y', '1')[: function.least])})"
    return f"has {given} argument{'s' * (given != 1)}: {name} takes {wanted}, like {example}"
