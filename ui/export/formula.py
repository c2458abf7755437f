"""A surface's functions as the text of Python functions, and what the names they call mean."""

from __future__ import annotations

import ast
import inspect
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from zlib import compress

import numpy as np

from landscapes import Landscape, namespaces
from landscapes.sampled import cells
from landscapes.source import CELL_COEFFICIENTS, Printed, constant, printed
from optimizers import arithmetic
from ui.export.excerpt import Excerpt

NAMES = {"value": "loss", "gradient": "gradient", "hessian": "hessian", "gauss_newton": "gauss_newton"}
"""What a surface's functions are called in a script."""

_SAID = {
    "value": "The loss.",
    "gradient": "Its slopes along x and y.",
    "hessian": "Its second derivatives xx, xy and yy.",
    "gauss_newton": "The entries xx, xy and yy of JᵀJ, where the loss is half a sum of squares.",
}


def constants(surface: Landscape) -> list[str]:
    """The surface's own numbers, one to a line; of a sampled surface they have chosen the grid."""
    if surface.samples is not None:
        return []
    return [f"{constant(p.key)} = {surface.settings[p.key]!r}" for p in surface.parameters]


def functions(surface: Landscape, wanted: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Those of the wanted functions that the surface has, as definitions, and the names that they call.

    Where there is data they are those of one example, ``loss_of_one`` and so on; of a sampled surface those
    within a cell, ``loss_in_cell``.
    """
    columns: tuple[str, ...] = surface.data.columns if surface.data else ()
    suffix, of = ("_of_one", " Of one example.") if columns else ("", "")
    if surface.samples is not None:
        columns, suffix, of = CELL_COEFFICIENTS, "_in_cell", " At (x, y) from the lower corner of a cell."
    found = printed(surface, wanted)
    texts = {
        name: _function(f"{NAMES[name]}{suffix}", ("x", "y", *columns), f"{_SAID[name]}{of}", body)
        for name, body in found.items()
    }
    return texts, list(dict.fromkeys(call for body in found.values() for call in body.calls))


def called(name: str) -> str:
    """What a formula calls a function in a script, where rules have functions of their own."""
    return f"loss_{name}" if name != "sqrt" and hasattr(arithmetic, name) else name


def _function(name: str, arguments: Sequence[str], said: str, body: Printed) -> str:
    lines = [f"{name} = {_tidy(value)}" for name, value in body.lines]
    end = f"return {', '.join(map(_tidy, body.results))}"
    inside = "".join(f"    {line}\n" for line in (f'"""{said}"""', *lines, end))
    return f"def {name}({', '.join(arguments)}):\n{inside}".rstrip()


def _tidy(source: str) -> str:
    """The same without brackets that say nothing, and with the names that are called in a script."""
    tree = ast.parse(source, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            node.func.id = called(node.func.id)
    return ast.unparse(tree)


def meanings(calls: Sequence[str], excerpt: Excerpt) -> list[str]:
    """What printed names mean, on Python's floats and on NumPy's numbers, as assignments.

    The rules' own root does for the formulas too.
    """
    lines = []
    for name in calls:
        if name == "sqrt":
            excerpt.add(arithmetic.sqrt)
        elif name != "abs":
            on_floats, on_numbers = (excerpt.expression(meaning, namespaces) for meaning in _sources(name))
            same = on_floats == on_numbers
            lines.append(f"{called(name)} = {on_floats if same else f'either({on_floats}, {on_numbers})'}")
    return lines


@cache
def _sources(name: str) -> tuple[str, str]:
    """How a name's two meanings are written in ``landscapes.namespaces``."""
    found = []
    for world, library in (("FLOATS", "math"), ("ARRAYS", "np")):
        entries = _written(world) | {
            k: v for k, v in _written("_SHARED").items() if name not in _written(world)
        }
        found.append(entries.get(name, f"{library}.{name}"))
    return found[0], found[1]


@cache
def _written(world: str) -> dict[str, str]:
    """The entries of one of the dictionaries there that are written out."""
    for node in ast.parse(inspect.getsource(namespaces)).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == world:
            assert isinstance(node.value, ast.Dict)
            pairs = zip(node.value.keys, node.value.values, strict=True)
            return {k.value: ast.unparse(v) for k, v in pairs if isinstance(k, ast.Constant)}  # type: ignore[misc]
    raise ValueError(f"There is no {world}.")


def rows(surface: Landscape) -> str:
    """The training examples, a line each."""
    assert surface.data is not None
    lines = "\n".join(f"    {row!r}," for row in surface.data.rows)
    return f"# {', '.join(surface.data.columns)}\nROWS = [\n{lines}\n]"


def grid(surface: Landscape, excerpt: Excerpt) -> str:
    """The grid of a sampled surface, packed, and its table of polynomials."""
    assert surface.samples is not None
    columns, up, losses = surface.samples.grid(surface.values)
    packed = b64encode(compress(losses.astype(np.float32).tobytes(), 9)).decode()
    excerpt.imports |= {"from base64 import b64decode", "from zlib import decompress"}
    text = "\n".join(f'    "{line}"' for line in wrap(packed, 100))
    made = excerpt.add(cells)
    return (
        f"COLUMNS = np.array({_list(columns)})\nUP = np.array({_list(up)})\n"
        f"# The loss at every column and row.\nPACKED = (\n{text}\n)\n"
        "GRID = np.frombuffer(decompress(b64decode(PACKED)), np.float32)"
        f".reshape({losses.shape!r}).astype(float)\n"
        f"CELLS = {made}(COLUMNS, UP, GRID)"
    )


def _list(numbers: np.ndarray) -> str:  # type: ignore[type-arg]
    return (
        "[\n" + "\n".join(f"    {line}" for line in wrap(", ".join(map(repr, numbers.tolist())), 100)) + "\n]"
    )
