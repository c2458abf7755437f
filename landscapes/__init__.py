"""SymPy surfaces as NumPy value, gradient and Hessian: the only place that knows SymPy."""

from landscapes.bowls import BEALE, QUADRATIC, ROSENBROCK
from landscapes.formula import FormulaError, parse_landscape
from landscapes.landscape import Array, Facts, Landscape, Parameter, Point, Published, Window, x, y
from landscapes.plateaux import SATURATED_UNIT
from landscapes.saddles import SADDLE, WALLED_SADDLE
from landscapes.training import (
    LINE_FIT,
    LOGISTIC_REGRESSION,
    REGRESSION_OFF_CENTRE,
    REGRESSION_RAW_UNITS,
    SPOILER,
    TWIN_UNITS,
)
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
        REGRESSION_RAW_UNITS,
        REGRESSION_OFF_CENTRE,
        LINE_FIT,
        LOGISTIC_REGRESSION,
        SPOILER,
        TWIN_UNITS,
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
