"""Two functions that SymPy lacks, with derivatives that stay accurate far from zero."""

from __future__ import annotations

from typing import Any

import sympy as sp


class sigmoid(sp.Function):  # noqa: N801 - SymPy functions are lower case
    """The logistic function 1/(1 + exp(-z)); its derivative is written σ(z)σ(-z).

    The product form keeps full relative precision in both tails, where 1 - σ(z) would cancel.
    """

    def fdiff(self, argindex: int = 1) -> Any:
        """The derivative, σ(z)σ(-z)."""
        z = self.args[0]
        return sigmoid(z) * sigmoid(-z)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        body = rf"\sigma\left({printer._print(self.args[0])}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


class softplus(sp.Function):  # noqa: N801
    """log(1 + exp(z)) without overflow; its derivative is the logistic function."""

    def fdiff(self, argindex: int = 1) -> Any:
        """The derivative, σ(z)."""
        return sigmoid(self.args[0])

    def _latex(self, printer: Any, exp: Any = None) -> str:
        body = rf"\operatorname{{softplus}}\left({printer._print(self.args[0])}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"
