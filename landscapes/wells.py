"""Many minima: where a run ends depends on where it starts."""

from __future__ import annotations

import sympy as sp

from landscapes.landscape import Facts, Landscape, Published, x, y

HIMMELBLAU = Landscape(
    key="himmelblau",
    name="Himmelblau",
    family="Many minima",
    expression=(x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    residuals=(sp.sqrt(2) * (x**2 + y - 11), sp.sqrt(2) * (x + y**2 - 7)),
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.5, -1.0),
    lesson="Four equal minima: a small change of start or rate decides which one a run finds.",
    source="Himmelblau, 1972, Applied Nonlinear Programming",
    facts=Facts(
        minimum=0.0,
        minimizers=((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)),
        saddles=((0.086678, 2.884255), (3.385154, 0.073852), (-0.127961, -1.953715), (-3.073026, -0.081353)),
        published=Published((-0.270845, -0.923039), 181.617, "the local maximum, Himmelblau, 1972", 1e-3),
    ),
)

SIX_HUMP_CAMEL = Landscape(
    key="six_hump_camel",
    name="Six-hump camel",
    family="Many minima",
    expression=(4 - sp.Rational(21, 10) * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2,
    window=((-2.0, 2.0), (-1.1, 1.1)),
    start=(-1.6, 0.9),
    lesson="Six minima, two of them global: reaching a minimum is not reaching the lowest.",
    source="Dixon, Szegő, 1978, Towards Global Optimisation 2",
    facts=Facts(
        minimum=-1.0316284534898774,
        minimizers=((0.0898, -0.7126), (-0.0898, 0.7126)),
        local_minimizers=((1.7036, -0.7961), (-1.7036, 0.7961), (1.6071, 0.5687), (-1.6071, -0.5687)),
        saddles=(
            (0.0, 0.0),
            (1.1092, -0.7683),
            (-1.1092, 0.7683),
            (1.2961, 0.6051),
            (-1.2961, -0.6051),
            (1.6381, 0.2287),
            (-1.6381, -0.2287),
        ),
        published=Published((1.7036, -0.7961), -0.2155, "Molga, Smutnicki, 2005: second-best minima", 1e-4),
    ),
)
