"""SymPy surfaces as NumPy value, gradient and Hessian: the only place that knows SymPy."""

from landscapes.declarations import Facts, Parameter, Point, Published
from landscapes.formulas.formula import FormulaError, parse_landscape
from landscapes.landscape import LARGEST, Array, Landscape, Window, x, y
from landscapes.surfaces.bowls import BEALE, BOOTH, CUBIC_RAVINE, MATYAS, QUADRATIC, ROSENBROCK
from landscapes.surfaces.networks import NETWORK_SLICE
from landscapes.surfaces.plateaux import CLIFF, DEAD_RELU, EASOM, SATURATED_UNIT, ZERO_ONE
from landscapes.surfaces.saddles import DUPONT, MONKEY_SADDLE, SADDLE, WALLED_SADDLE
from landscapes.surfaces.training import (
    LINE_FIT,
    LOGISTIC_REGRESSION,
    REGRESSION_OFF_CENTRE,
    REGRESSION_RAW_UNITS,
    SPOILER,
    TWIN_UNITS,
)
from landscapes.surfaces.wells import (
    ACKLEY,
    DOUBLE_WELL,
    GOLDSTEIN_PRICE,
    GRIEWANK,
    HIMMELBLAU,
    RASTRIGIN,
    SHARP_AND_FLAT,
    SIX_HUMP_CAMEL,
    STYBLINSKI_TANG,
    THREE_HUMP_CAMEL,
)

LANDSCAPES: dict[str, Landscape] = {
    surface.key: surface
    for surface in (
        QUADRATIC,
        BOOTH,
        MATYAS,
        ROSENBROCK,
        CUBIC_RAVINE,
        BEALE,
        SADDLE,
        WALLED_SADDLE,
        DUPONT,
        MONKEY_SADDLE,
        SATURATED_UNIT,
        DEAD_RELU,
        ZERO_ONE,
        EASOM,
        CLIFF,
        DOUBLE_WELL,
        HIMMELBLAU,
        THREE_HUMP_CAMEL,
        SIX_HUMP_CAMEL,
        STYBLINSKI_TANG,
        SHARP_AND_FLAT,
        RASTRIGIN,
        ACKLEY,
        GRIEWANK,
        GOLDSTEIN_PRICE,
        REGRESSION_RAW_UNITS,
        REGRESSION_OFF_CENTRE,
        LINE_FIT,
        LOGISTIC_REGRESSION,
        SPOILER,
        TWIN_UNITS,
        NETWORK_SLICE,
    )
}
"""Every built-in surface by key, in teaching order."""

__all__ = [
    "LANDSCAPES",
    "LARGEST",
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
