"""A landscape: one SymPy expression in two weights and what is known about it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from landscapes.compiler import Compiled, compile_surface, x, y
from landscapes.data import Data, Row
from landscapes.declarations import Facts, Frame, Number, Parameter, Point
from landscapes.derivatives import derivative, matrix_latex
from landscapes.examples import checked_rows
from landscapes.once import kept, once
from landscapes.sampled import Samples

Array: TypeAlias = NDArray[np.float64]
Window: TypeAlias = tuple[tuple[float, float], tuple[float, float]]

LARGEST = 1e150
"""No map shows a loss beyond this: differences and squares of such losses are not finite."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """A surface f(x, y) to descend, with derivatives derived by SymPy and compiled on first use.

    Parameters
    ----------
    key, name, family
        Registry key, display name and the group it is shown in.
    expression
        f in the symbols ``landscapes.x``, ``landscapes.y`` and the parameters' symbols.
    window
        ((x_lo, x_hi), (y_lo, y_hi)): what is drawn, never a constraint.
    start
        The recommended start.
    lesson, source
        One sentence for a student; where the surface comes from (author, year, title).
    parameters, values
        The surface's own sliders and their present values.
    """

    key: str
    name: str
    family: str
    expression: sp.Expr
    window: Window
    start: Point
    lesson: str
    source: str
    facts: Facts = field(default_factory=Facts)
    parameters: tuple[Parameter, ...] = ()
    values: tuple[float, ...] = field(default=())
    residuals: tuple[sp.Expr, ...] = ()
    """r where the surface is ½Σr², for the rules that use it; a sum without ½ has residuals √2·r."""
    data: Data | None = None
    """Training examples; the expression, and its one residual, are then those of one example."""
    refitted: Callable[[tuple[Row, ...]], Landscape] | None = None
    """The same surface of other training examples; None where its own are the point."""
    own_data: bool = False
    """Whether the training examples are a visitor's own."""
    axes: tuple[str, str] = ("x", "y")
    """What the two weights are called on the map."""
    plain_heights: bool = False
    """Whether the map shows the loss itself however far it ranges: where it is a share, say."""
    frame: Frame | None = None
    """Where window and start depend on the parameters; those given are then the default ones."""
    samples: Samples | None = None
    """Grids made offline, where there is no formula: the expression then only says so."""
    text: str | None = None
    """The formula as typed, for a visitor's own surface; None for a built-in one."""
    reading: str | None = None
    """How a typed formula was understood, in characters that can be typed again."""
    printed: str | None = None
    """The same in LaTeX, in the order in which it was typed."""

    def __post_init__(self) -> None:
        if not self.values:
            object.__setattr__(self, "values", tuple(float(p.default) for p in self.parameters))

    @kept
    def identity(self) -> tuple[object, ...]:
        """What tells this surface from every other: cache keys and equality use it."""
        return (self.key, self.text, self.expression, self.data, self.window, self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Landscape) and self.identity == other.identity

    def __hash__(self) -> int:
        return self._hash

    @kept
    def _hash(self) -> int:
        return hash(self.identity)

    @property
    def is_line(self) -> bool:
        """Whether it depends on the first weight only, and is a curve over that."""
        formula = self.data is None and self.samples is None
        return formula and y not in self.expression.free_symbols and x in self.expression.free_symbols

    @kept
    def is_quadratic(self) -> bool:
        """Whether its Hessian is the same everywhere, and not only away from kinks: a quadratic, or a plane.

        Read from the formula as it is written, at the present values of its parameters; a sampled surface
        has none, and is not one.
        """
        if self.samples is not None:
            return False
        settings = zip(self.parameters, self.values, strict=True)
        bound = self.expression.subs({p.symbol: sp.Rational(v) for p, v in settings})
        if not bound.is_polynomial(x, y):
            return False
        second = (derivative(bound, letters) for letters in ("xx", "xy", "yy"))
        return not any(entry.free_symbols & {x, y} for entry in second)

    # --- the function and its derivatives ---------------------------------------------------

    @kept
    def compiled(self) -> Compiled:
        """Value, gradient and Hessian on floats and on arrays, parameters bound."""
        if self.samples is not None:
            return self.samples.bind(self.values)
        return self.data.averaged(self._example) if self.data else self._example

    def batch(self, chosen: NDArray[np.int64]) -> Compiled:
        """The same functions from some training examples alone: rows (size,), or (size, n) for n lanes.

        Raises
        ------
        ValueError
            If the surface is not made from data.
        """
        if self.data is None:
            raise ValueError(f"{self.name} is not made from data, so it has no batches.")
        return self.data.averaged(self._example, chosen)

    @kept
    def examples(self) -> Array:
        """Where each training example is drawn, and its kind: (N, 3)."""
        assert self.data is not None
        view = self.data.view
        return self._at_rows((view.across, view.up, view.kind), self.data.rows)

    @kept
    def asked(self) -> Array:
        """Where, across the picture of the examples, a model's answers are drawn: (m,)."""
        assert self.data is not None
        return self._at_rows((self.data.view.across,), self.data.view.at or self.data.rows)[:, 0]

    def answers(self, p: Array) -> Array:
        """The answers of the models with weights (n, 2), (n, m)."""
        assert self.data is not None
        view, symbols = self.data.view, tuple(p.symbol for p in self.parameters)
        answer = compile_surface(view.answer, symbols, (), self.data.symbols).bind(self.values).on_arrays
        x_, y_ = p.T.copy()
        with np.errstate(all="ignore"):
            return np.stack([answer.value(x_, y_, *row) for row in view.at or self.data.rows], axis=-1)

    def _at_rows(self, expressions: tuple[sp.Expr, ...], rows: tuple[tuple[float, ...], ...]) -> Array:
        assert self.data is not None
        settings = dict(zip((p.symbol for p in self.parameters), self.values, strict=True))
        places = [dict(zip(self.data.symbols, row, strict=True)) | settings for row in rows]
        return np.array([[float(e.subs(place)) for e in expressions] for place in places])

    @kept
    def _example(self) -> Compiled:
        """The functions of the expression: of one example, where there is data."""
        symbols = tuple(p.symbol for p in self.parameters)
        columns = self.data.symbols if self.data else ()
        return compile_surface(self.expression, symbols, self.residuals, columns).bind(self.values)

    def value(self, p: ArrayLike) -> Array:
        """The loss f at points of shape (..., 2); returns shape (...).

        nan where f has no value, at a pole for one; inf where it has one that no float can hold.
        """
        losses = _evaluated(self.compiled.on_arrays.value, p)
        if (infinite := np.isinf(losses)).any():
            poles = self._at_pole(np.asarray(p, dtype=np.float64)[infinite])
            losses[infinite] = np.where(poles, np.nan, losses[infinite])
        return losses[()]

    def _at_pole(self, p: Array) -> NDArray[np.bool_]:
        """Whether a value that is infinite at points (n, 2) is finite somewhere beside them."""
        with np.errstate(all="ignore"):  # from infinitely far there is no way aside
            aside = 1e-6 * np.maximum(np.abs(p), self.spans)[:, None] * [(1, 0), (-1, 0), (0, 1), (0, -1)]
            beside = _evaluated(self.compiled.on_arrays.value, p[:, None] + aside)
        poles: NDArray[np.bool_] = np.logical_or.reduce(np.isfinite(beside), axis=-1)
        return poles

    def gradient(self, p: ArrayLike) -> Array:
        """The gradient (f_x, f_y) at points of shape (..., 2); returns shape (..., 2)."""
        return np.stack(tuple(_evaluated(self.compiled.on_arrays.gradient, p)), axis=-1)

    def hessian(self, p: ArrayLike) -> Array:
        """The Hessian at points of shape (..., 2); returns shape (..., 2, 2), symmetric."""
        xx, xy, yy = _evaluated(self.compiled.on_arrays.hessian, p)
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    @kept
    def latex(self) -> str:
        """The formula in LaTeX, in the letters of parameters and axes; angles in degrees, switches bound."""
        if self.printed is not None:
            return self.printed
        written = str(sp.latex(self._lettered, symbol_names=self._axis_names))
        if self.data is None:
            return written
        # Between \left and \right a line never breaks.
        written = written.replace(r"\left(", "(").replace(r"\right)", ")")
        return self._over_examples + (rf"\bigl({written}\bigr)" if self._lettered.is_Add else written)

    @kept
    def gradient_latex(self) -> str | None:
        """The gradient in LaTeX, as a column; None where it is too long to read."""
        found = matrix_latex(self._lettered, [["x"], ["y"]], self._axis_names)
        return found and self._over_examples + found

    @kept
    def hessian_latex(self) -> str | None:
        """The Hessian in LaTeX; None where it is too long to read."""
        found = matrix_latex(self._lettered, [["xx", "xy"], ["xy", "yy"]], self._axis_names)
        return found and self._over_examples + found

    @property
    def _over_examples(self) -> str:
        if self.data is None:
            return ""
        return r"\sum_i " if self.data.summed else r"\frac{1}{N} \sum_i "

    @property
    def axes_latex(self) -> tuple[str, str]:
        """What the two weights are called, in LaTeX."""
        first, second = self._axis_names.values()
        return first, second

    @property
    def _axis_names(self) -> dict[sp.Symbol, str]:
        """What LaTeX is to write for x and y."""
        plain = (unicodedata.normalize("NFKC", axis) for axis in self.axes)  # w₁ as w1
        names = (
            rf"\mathrm{{{name}}}" if name.isalpha() and name[1:] else "_".join(map(_in_latex, name))
            for name in plain
        )
        return dict(zip((x, y), names, strict=True))

    @kept
    def _lettered(self) -> sp.Expr:
        expression = self.expression
        for p, value in zip(self.parameters, self.values, strict=True):
            # A coefficient x of a surface with other axes is not the axis: {x} reads the same.
            letter = sp.Integer(int(value)) if p.switch else sp.Symbol(_unlike_an_axis(p.letter), real=True)
            expression = expression.subs(p.symbol, letter * 180 / sp.pi if p.unit == "°" else letter)
        if self.data:  # means and deviations of columns have more digits than anyone would read
            expression = expression.xreplace({n: sp.Float(n, 4) for n in expression.atoms(sp.Float)})
        return expression

    # --- parameters ------------------------------------------------------------------------

    @property
    def settings(self) -> Mapping[str, float]:
        """The present value of every parameter, by key."""
        return dict(zip((p.key for p in self.parameters), self.values, strict=True))

    def with_parameters(self, **values: float) -> Landscape:
        """The same surface at other parameter values; nothing is recompiled.

        Raises
        ------
        ValueError
            If a name is not a parameter of this surface or a value is outside its range.
        """
        known = {p.key: p for p in self.parameters}
        for key in values:
            if key not in known:
                offered = ", ".join(known) or "none"
                raise ValueError(f"{self.name} has no parameter {key!r}; it has: {offered}.")
        settings = {**self.settings, **{k: known[k].check(v) for k, v in values.items()}}
        moved = replace(self, values=tuple(settings[p.key] for p in self.parameters))
        if self.frame is None:
            return moved
        ranges, start = (moved._points(declared) for declared in (self.frame.window, (self.frame.start,)))
        return replace(moved, window=(ranges[0], ranges[1]), start=start[0])

    def varied(self, **columns: ArrayLike) -> Compiled:
        """The functions with one value a lane (n,) of some parameters, to be asked at as many points.

        Raises
        ------
        ValueError
            As ``with_parameters``; and if the surface is sampled, since its grids are those of one value.
        """
        if self.samples is not None:
            raise ValueError(f"{self.name} has one grid for each of its parameters' values, and no lanes.")
        settings: dict[str, Any] = dict(self.settings)
        for key, column in columns.items():
            lanes = np.asarray(column, dtype=np.float64)
            for value in np.unique(lanes):
                self.with_parameters(**{key: value})
            settings[key] = lanes
        example = self._example.bind(tuple(settings.values()))
        return self.data.averaged(example) if self.data else example

    def with_data(self, rows: Sequence[Sequence[float]]) -> Landscape:
        """The same surface of a visitor's own training examples, at the same parameters.

        Minimizer, window and start follow from them.

        Raises
        ------
        ValueError
            If this surface keeps its own examples, or no model can be fitted to these.
        """
        if self.data is None or self.refitted is None:
            raise ValueError(f"{self.name} takes no other training examples.")
        names = [column.partition("_")[0] for column in self.data.columns]
        return self.refitted(checked_rows(rows, names)).with_parameters(**self.settings)

    # --- facts -----------------------------------------------------------------------------

    @kept
    def minimizers(self) -> tuple[Point, ...]:
        """All global minimizers; empty where the infimum is not attained or not known."""
        return self._refined(self.facts.minimizers)

    @kept
    def local_minimizers(self) -> tuple[Point, ...]:
        """Minimizers that are not global."""
        return self._refined(self.facts.local_minimizers)

    @kept
    def saddles(self) -> tuple[Point, ...]:
        """Stationary points where the surface rises in one direction and falls in another."""
        return self._refined(self.facts.saddles)

    @kept
    def minimum(self) -> float | None:
        """The value at the global minimizers; None where it is not attained or not known."""
        if self.facts.minimum is not None:
            return self._number(self.facts.minimum)
        return float(self.value(self.minimizers[0])) if self.minimizers else None

    @kept
    def condition_number(self) -> float:
        """κ = λ_max/λ_min of the Hessian at the (first) global minimizer; nan where none is known."""
        if not self.minimizers:
            return math.nan
        low, high = np.linalg.eigvalsh(self.hessian(self.minimizers[0]))
        return float(high / low) if low > 0.0 else math.inf

    @kept
    def spans(self) -> Array:
        """Width and height of the window, shape (2,): the unit in which distances are judged."""
        (x_lo, x_hi), (y_lo, y_hi) = self.window
        return np.array([x_hi - x_lo, y_hi - y_lo])

    def grid(self, resolution: int) -> tuple[Array, Array, Array]:
        """X (n,), y (n,) and f (n, n), row by row in y, over the window.

        nan where there is no value, and where it is too large for any scale.
        """
        columns, rows = (np.linspace(lo, hi, resolution) for lo, hi in self.window)
        loss = self.value(np.stack(np.meshgrid(columns, rows), axis=-1))
        return columns, rows, np.where(np.abs(loss) <= LARGEST, loss, np.nan)

    @kept
    def loss_range(self) -> float:
        """Highest minus lowest finite loss over the window, on a coarse grid; 0 if there is none."""
        return _loss_range(self)

    def _number(self, value: Number) -> float:
        if isinstance(value, sp.Expr):
            settings = zip(self.parameters, self.values, strict=True)
            return float(value.subs({p.symbol: sp.Rational(v) for p, v in settings}))
        return float(value)

    def _refined(self, declared: tuple[tuple[Number, Number], ...]) -> tuple[Point, ...]:
        return tuple(self._refine(p) for p in self._points(declared) if all(map(math.isfinite, p)))

    def _points(self, declared: tuple[tuple[Number, Number], ...]) -> tuple[Point, ...]:
        return tuple((self._number(a), self._number(b)) for a, b in declared)

    def _refine(self, point: Point) -> Point:
        """Newton's method from a printed position to the stationary point itself."""
        p = np.array(point)
        for _ in range(50):
            g = self.gradient(p)
            if not np.all(np.isfinite(g)) or np.linalg.norm(g) == 0.0:
                break
            step = np.linalg.lstsq(self.hessian(p), g, rcond=None)[0]
            if np.linalg.norm(step) <= 1e-16 * (1 + np.linalg.norm(p)):
                break
            moved = p - step
            if np.linalg.norm(self.gradient(moved)) >= np.linalg.norm(g):
                break
            p = moved
        return (float(p[0]), float(p[1]))


def _in_latex(character: str) -> str:
    """A letter or a digit; a Greek letter by its name."""
    if character.isascii():
        return character
    return "\\" + unicodedata.name(character).rpartition(" ")[2].lower().replace("lamda", "lambda")


def _unlike_an_axis(letter: str) -> str:
    return f"{{{letter}}}" if letter in ("x", "y") else letter


_CHUNK = 12_800
"""Points evaluated at once: their columns stay in cache, and below what is mapped anew for every array."""


def _evaluated(function: Callable[..., Any], p: ArrayLike) -> Array:
    """What the function returns at points (..., 2): shape (...), or (n, ...) where it returns n columns."""
    points = np.asarray(p, dtype=np.float64)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ValueError(f"points need shape (..., 2), not {points.shape}")
    rows = points.reshape(-1, 2)
    with np.errstate(all="ignore"):
        found = _of_rows(function, rows[:_CHUNK])
        if len(rows) > _CHUNK:
            whole = np.empty((*found.shape[:-1], len(rows)))
            whole[..., :_CHUNK] = found
            for i in range(_CHUNK, len(rows), _CHUNK):
                whole[..., i : i + _CHUNK] = _of_rows(function, rows[i : i + _CHUNK])
            found = whole
    return found.reshape((*found.shape[:-1], *points.shape[:-1]))


def _of_rows(function: Callable[..., Any], rows: Array) -> Array:
    return np.asarray(function(rows[:, 0].copy(), rows[:, 1].copy()), dtype=np.float64)


@once()
def _loss_range(surface: Landscape) -> float:
    losses = surface.grid(41)[2]
    finite = losses[np.isfinite(losses)]
    return float(np.ptp(finite)) if finite.size else 0.0


__all__ = ["LARGEST", "Array", "Landscape", "Window", "x", "y"]
