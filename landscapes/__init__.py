"""SymPy surfaces as NumPy value, gradient and Hessian: the only place that knows SymPy."""

from landscapes.bowls import BEALE, QUADRATIC, ROSENBROCK
from landscapes.formula import FormulaError, parse_landscape
from landscapes.landscape import Array, Facts, Landscape, Parameter, Point, Published, Window, x, y
from landscapes.networks import NETWORK_SLICE
from landscapes.plateaux import SATURATED_UNIT
from landscapes.saddles import SADDLE, WALLED_SADDLE
from landscapes.wells import HIMMELBLAU, SIX_HUMP_CAMEL

LANDSCAPES: dict[str, Landscape] = {
    surface.key: surface
    for surface in (
        QUADRATIC,
        ROSENBROCK,
        BEALE,
        SADDLE,
        WALLED_SADDLE,
        SATURATED_UNIT,
        HIMMELBLAU,
        SIX_HUMP_CAMEL,
        NETWORK_SLICE,
    )
}
"""Every built-in surface by key, in teaching order."""

__all__ = [
    "LANDSCAPES",
    "Array",
    "Facts",
    "FormulaError",
    "Landscape",
    "Parameter",
    "Point",
    "Published",
    "Window",
    "parse_landscape",
    "x",
    "y",
]
