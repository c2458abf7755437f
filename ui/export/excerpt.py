"""Pieces of this project's own source that stand alone: with all they call, and without its annotations."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import inspect
import math
import sys
import textwrap
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

_KEPT = ("per_coordinate", "shared", "feedback")
"""What a class says of itself that its methods, or who runs it, read."""


class Excerpt:
    """Definitions, each once and after those it needs.

    ``methods`` are those that a class is taken over with, besides private ones that they call.
    """

    def __init__(self, methods: tuple[str, ...] = ()) -> None:
        self.methods = methods
        self.imports: set[str] = set()
        self.texts: dict[str, str] = {}
        self._taken: dict[tuple[str, str], str] = {}

    def add(self, thing: Any) -> str:
        """Take a function or a class, with all it needs; returns what it is called here."""
        return self._take(thing.__name__, sys.modules[thing.__module__])

    def __str__(self) -> str:
        return "\n\n\n".join(
            "\n".join(group) if constants else "\n\n\n".join(group)
            for constants, group in _in_groups(self.texts.values())
        )

    def expression(self, source: str, module: ModuleType) -> str:
        """Take all that an expression of a module needs; returns the expression."""
        tree = ast.parse(source, mode="eval")
        self._needs(tree, module)
        return ast.unparse(tree)

    def _take(self, name: str, module: ModuleType) -> str:
        """Take what a module knows by a name; returns what it is called here."""
        thing = vars(module)[name]
        home = sys.modules[getattr(thing, "__module__", None) or module.__name__]
        if name not in _bindings(home):  # a constant that was imported
            home = next(m for m in _sources(module) if name in _bindings(m))
        place = (home.__name__, name)
        if place in self._taken:
            return self._taken[place]
        known = name
        if known in self._taken.values():
            known = f"{name}_in_{home.__name__.rpartition('.')[2]}"
        self._taken[place] = known
        self.texts[known] = self._definition(known, thing, _bindings(home)[name], home)
        self.texts[known] = self.texts.pop(known)  # after what it needs
        return known

    def _definition(self, known: str, thing: Any, node: ast.stmt, home: ModuleType) -> str:
        if isinstance(thing, type) and issubclass(thing, tuple):
            self.imports.add("from collections import namedtuple")
            fields, defaults = " ".join(thing._fields), thing._field_defaults  # type: ignore[attr-defined]
            given = f", defaults={tuple(defaults.values())!r}" if defaults else ""
            return f'{known} = namedtuple("{known}", "{fields}"{given})'
        if isinstance(thing, type):
            return self._class(thing)
        if isinstance(node, ast.FunctionDef):
            tree = _bare(node)
            tree.name = known
            self._needs(tree, home)
            return ast.unparse(tree)
        assert isinstance(node, ast.Assign)
        return f"{known} = {self.expression(ast.unparse(node.value), home)}"

    def _class(self, thing: type) -> str:
        own = {name: member for name, member in vars(thing).items() if isinstance(member, FunctionType)}
        wanted = [name for name in self.methods if name in own and not _abstract(own[name])]
        if "feedback" in dir(thing) and not getattr(thing, "feedback"):  # noqa: B009 - of a schedule alone
            wanted = [name for name in wanted if name not in ("initial", "react")]
        bodies: list[str] = []
        for name in wanted:  # which grows by what is called
            tree = _bare(_method(thing, name))
            self._needs(tree, sys.modules[thing.__module__])
            called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            wanted += [m for m in own if m in called and m not in wanted]
            bodies.append(textwrap.indent(ast.unparse(tree), "    "))
        base = next((b for b in thing.__mro__[1:] if self._worth_taking(b)), None)
        if base is not None:
            self.add(base)
        head = f"class {thing.__name__}({base.__name__}):" if base else f"class {thing.__name__}:"
        head = f"{head}\n{textwrap.indent(_said(thing), '    ')}"
        said = [f"    {n} = {getattr(thing, n)!r}" for n in _KEPT if n in vars(thing)]
        fields = [f"    {f.name}: float" for f in dataclasses.fields(thing) if f.name in vars(thing)]  # type: ignore[arg-type]
        if fields:
            self.imports.add("from dataclasses import dataclass")
            head = f"@dataclass(frozen=True)\n{head}"
        parts = ["\n".join(part) for part in (said, fields) if part]
        return "\n\n".join([head, *parts, *bodies])

    def _worth_taking(self, base: type) -> bool:
        own = vars(base)
        return base is not object and any(m in own and not _abstract(own[m]) for m in self.methods)

    def _needs(self, tree: ast.AST, home: ModuleType) -> None:
        """Take all that a tree reads from its module; in the tree it is then called as it is here."""
        known, called = vars(home), {}
        for name in _free_names(tree):
            if name not in known:
                continue
            thing = known[name]
            if isinstance(thing, ModuleType):
                short = thing.__name__
                self.imports.add(f"import {short}" if short == name else f"import {short} as {name}")
            elif getattr(thing, "__module__", None) in sys.stdlib_module_names:
                self.imports.add(f"from {thing.__module__.removeprefix('_')} import {name}")  # not _operator
            elif thing is math.nan:
                self.imports.add("from math import nan")
            else:
                called[name] = self._take(name, home)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = called.get(node.id, node.id)


def _in_groups(texts: Any) -> Iterator[tuple[bool, list[str]]]:
    """Short definitions that follow each other together, long ones apart."""
    group: list[str] = []
    short = False
    for text in texts:
        now = "\n" not in text
        if group and now != short:
            yield short, group
            group = []
        short = now
        group.append(text)
    if group:
        yield short, group


@cache
def _bindings(module: ModuleType) -> dict[str, ast.stmt]:
    """What a module defines by itself, by name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = node
    return found


@cache
def _sources(module: ModuleType) -> tuple[ModuleType, ...]:
    """The modules that a module imports names from."""
    tree = ast.parse(inspect.getsource(module))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return tuple(sys.modules[str(node.module)] for node in nodes if node.module in sys.modules)


def _method(thing: type, name: str) -> ast.FunctionDef:
    node = _bindings(sys.modules[thing.__module__])[thing.__name__]
    assert isinstance(node, ast.ClassDef)
    return next(n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == name)


class _Annotations(ast.NodeTransformer):
    """Nothing but what runs."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns, node.decorator_list = None, []
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        self.generic_visit(node)
        return node.value and ast.copy_location(ast.Assign([node.target], node.value), node)


def _bare(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The definition without annotations and decorators; of its docstring the first line alone."""
    tree = deepcopy(tree)
    first = (ast.get_docstring(tree) or "").partition("\n")[0]
    if first:
        tree.body[0] = ast.Expr(ast.Constant(first))
    return ast.fix_missing_locations(_Annotations().visit(tree))  # type: ignore[no-any-return]


def _said(thing: type) -> str:
    """A class's docstring: its first sentence, and its source."""
    first, *others = [" ".join(part.split()) for part in (inspect.getdoc(thing) or "").split("\n\n")]
    source = next((part for part in others if part.startswith("Source:")), "")
    if not source:
        return f'"""{first}"""'
    return f'"""{first}\n\n{textwrap.fill(source, 100)}\n"""'


def _abstract(member: Any) -> bool:
    return bool(getattr(member, "__isabstractmethod__", False))


def _free_names(tree: ast.AST) -> Iterator[str]:
    """Names that are read in a tree and not bound there; each once, in the order of their places."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for name in dict.fromkeys(n.id for n in sorted(names, key=lambda n: (n.lineno, n.col_offset))):
        if name not in bound and not hasattr(builtins, name):
            yield name
