"""Hyperparameters that several rules share, declared once."""

from __future__ import annotations

from typing import Any

from optimizers.optimizer import hyperparameter


def momentum(
    default: float = 0.9, help: str = "Share of the last step that is kept; at 1 nothing is lost."
) -> Any:
    """The memory μ of a velocity."""
    return hyperparameter(
        default, symbol="μ", low=0.0, high=1.0, help=help, also="β, α, ρ; momentum in torch"
    )


def decay(default: float) -> Any:
    """The memory ρ of an average of squares."""
    text = "Share of the average of squares that is kept."
    return hyperparameter(
        default, symbol="ρ", low=0.0, high=0.999, below=1.0, help=text, also="β, γ; alpha in torch"
    )


def beta1(default: float = 0.9) -> Any:
    """The memory β₁ of an average gradient."""
    text = "Share of the average gradient that is kept."
    return hyperparameter(
        default, symbol="β₁", low=0.0, high=0.999, below=1.0, help=text, also="betas[0] in torch"
    )


def beta2(default: float = 0.999, help: str = "Share of the average of squares that is kept.") -> Any:
    """The memory β₂ of an average of squares."""
    return hyperparameter(
        default, symbol="β₂", low=0.0, high=0.9999, below=1.0, help=help, also="betas[1] in torch"
    )


def epsilon(default: float) -> Any:
    """The number ε that keeps a division finite."""
    text = "Keeps the division finite where a coordinate has seen no slope yet."
    return hyperparameter(
        default, symbol="ε", low=1e-12, high=1.0, log=True, help=text, also="δ; eps in torch"
    )


def weight_decay(default: float) -> Any:
    """The share λ by which the weights themselves shrink, times η."""
    text = "Every step also shrinks the weights by η times this share, whatever the gradient."
    return hyperparameter(default, symbol="λ", low=0.0, high=1.0, help=text, also="weight_decay in torch")


def flatter(default: float) -> Any:
    """The share c₂ of the slope that a strong Wolfe search may leave."""
    text = "Share of the slope that may be left where a search along a line ends."
    return hyperparameter(default, symbol="c₂", low=0.01, high=0.99, least=1e-3, below=1.0, help=text)
