"""Record the paths of optax.lion on three surfaces, in float64, for tests/test_reference_paths.py.

Run `python tests/reference/record_optax.py` with optax==0.2.8 and jax==0.10.2 installed; it rewrites
optax_paths.json beside this file. The tests read only that file and need neither.

Every recording has the form of those in torch_paths.json. optax's weight decay is 0.001 unless said
otherwise; here it is always said.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import optax
from surfaces import STEPS, SURFACES, Surface

OUTPUT = Path(__file__).with_name("optax_paths.json")

# The learning rates are those on the SURFACES, in order. Only the sign of an average counts, so a
# path agrees to rounding or departs by a whole step: no average may come near 0 (see `path`).
SETTINGS: list[tuple[tuple[float, float, float], dict[str, float]]] = [
    ((0.021, 0.083, 0.057), {"beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}),
    ((0.021, 0.083, 0.057), {"beta1": 0.9, "beta2": 0.99, "weight_decay": 0.001}),
    ((0.017, 0.047, 0.039), {"beta1": 0.5, "beta2": 0.8, "weight_decay": 0.0}),
    ((0.017, 0.047, 0.039), {"beta1": 0.95, "beta2": 0.7, "weight_decay": 0.3}),
]


def path(surface: Surface, hyperparameters: dict[str, float]) -> list[list[float]]:
    """The STEPS + 1 points that optax visits."""
    beta1, beta2 = hyperparameters["beta1"], hyperparameters["beta2"]
    optimizer = optax.lion(
        hyperparameters["learning_rate"],
        b1=beta1,
        b2=beta2,
        weight_decay=hyperparameters["weight_decay"],
    )
    gradient = jax.jit(jax.grad(lambda p: surface.loss(*p, **surface.parameters)))
    point = jax.numpy.array(surface.start)
    state = optimizer.init(point)
    points = [point.tolist()]
    for _ in range(STEPS):
        g = gradient(point)
        average = beta1 * state[0].mu + (1 - beta1) * g
        if abs(average).min() < 1e-9 * abs(g).max():
            raise ValueError(f"{hyperparameters} on {surface.loss.__name__}: rounding decides a sign.")
        change, state = optimizer.update(g, state, point)
        point = optax.apply_updates(point, change)
        points.append(point.tolist())
    return points


def recordings() -> Iterator[dict[str, Any]]:
    for learning_rates, others in SETTINGS:
        for learning_rate, (key, surface) in zip(learning_rates, SURFACES.items(), strict=True):
            hyperparameters = {"learning_rate": learning_rate} | others
            yield {
                "rule": "lion",
                "hyperparameters": hyperparameters,
                "look_ahead": 0.0,
                "surface": key,
                "parameters": surface.parameters,
                "start": surface.start,
                "points": path(surface, hyperparameters),
            }


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    header = f'{{"optax": "{optax.__version__}", "steps": {STEPS}, "paths": [\n'
    lines = ",\n".join(json.dumps(recording) for recording in recordings())
    OUTPUT.write_text(f"{header}{lines}\n]}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
