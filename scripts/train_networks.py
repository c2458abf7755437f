"""Train four small networks and save slices through their losses: `python -m scripts.train_networks`.

It writes landscapes/surfaces/networks.npz, which the surface "Network slice" shows, and prints how rough
the slices of five seeds are. The file holds the first seed, with the path of its training in every plane.

Data: 40 points on each of two intertwined spiral arms. Networks: 2 inputs, 1 or 10 hidden layers of 8 tanh
units, a logistic output, mean cross-entropy. A layer is h ← tanh(Wh + b), with skip connections
h ← h + tanh(Wh + b)/√depth. Around the first layer the two inputs are copied into the first two of eight
coordinates (the parameter-free shortcut of He, Zhang, Ren & Sun, 2016), so that skips add no weights and both
networks of a depth start from the same ones. 1/√depth stands in for batch normalisation, which shrinks
residual branches likewise (De & Smith, 2020).

Why ten layers: with the same rule (full-batch momentum, 1,500 steps) all networks then fit every point, so
that their slices differ by where they lie, not by how well they learned; at 16, most without skips do not.
Why weight decay, between the 1e-4 of He et al. and the 5e-4 of Li et al.: without it the weights grow for as
long as they are trained, and the deep slice gets folds too narrow for any grid small enough to ship; the
slices show the loss without the decay.

Nothing was chosen by seed. In the random planes of all five, ten layers without skips have 2 to 4 local
minima and curve down over at least 80 % of the window, with skips 1 and at most 65 %. In the planes of the
paths they differ less, but in each seed those with skips curve down over less of it: 21 % to 41 %, against
32 % to 56 %.

Slices: either two random directions in which each neuron's incoming weights and bias are as long as the
trained ones (filter normalisation: Li, Xu, Taylor, Studer & Goldstein, 2018), or the two leading principal
components of the training path (Lorch, 2016; the same paper), through the trained weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

OUTPUT = Path(__file__).parent.parent / "landscapes" / "surfaces" / "networks.npz"
SEEDS = range(5)
DEPTHS = (1, 10)
WIDTH = 8
RATE, MOMENTUM, DECAY, STEPS = 0.05, 0.9, 4e-4, 1_500
PATH_EVERY = 10
AXIS: Array = np.linspace(-1.0, 1.0, 161)
PLANES = ("random plane", "plane of the path")
MARGIN = 1.3
"""Half the window of a path's plane, in half the path's larger extent."""


class Data(NamedTuple):
    """Inputs (n, 2) and classes (n,), 0 or 1."""

    inputs: Array
    classes: Array


class Slice(NamedTuple):
    """A plane through weight space: centre (n,) + x · directions[0] + y · directions[1]."""

    centre: Array
    directions: Array

    def at(self, x: Array, y: Array) -> Array:
        """The weights at coordinates of any one shape."""
        return np.asarray(self.centre + x[..., None] * self.directions[0] + y[..., None] * self.directions[1])


class Roughness(NamedTuple):
    """The local minima of a grid, and the share of it where the surface curves down in some direction."""

    minima: int
    down: float


@dataclass(frozen=True)
class Network:
    """An architecture; its weights are one flat vector, or many (..., n)."""

    depth: int
    skip: bool

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Of each layer's matrix [W b]: a row is one neuron's incoming weights and its bias."""
        sizes = (2, *[WIDTH] * self.depth, 1)
        return [(after, before + 1) for before, after in pairwise(sizes)]

    @property
    def branch(self) -> float:
        """The factor of what a hidden layer adds to what skips it."""
        return self.depth**-0.5 if self.skip else 1.0

    def layers(self, weights: Array) -> list[Array]:
        """Views of the flat weights as matrices (..., after, before + 1)."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        parts = np.split(weights, ends[:-1], axis=-1)
        return [part.reshape(*part.shape[:-1], *s) for part, s in zip(parts, self.shapes, strict=True)]

    def first_weights(self, rng: np.random.Generator) -> Array:
        """Xavier's: variance 1/fan-in, biases 0."""
        drawn = [rng.standard_normal(shape) / np.sqrt(shape[1] - 1) for shape in self.shapes]
        for layer in drawn:
            layer[:, -1] = 0.0
        return np.concatenate([layer.ravel() for layer in drawn])

    def signals(self, weights: Array, inputs: Array) -> tuple[list[Array], list[Array]]:
        """What enters each layer, then the output's logits (..., n); and each hidden layer's tanh."""
        entering, bent = [inputs], []
        *hidden, output = self.layers(weights)
        for layer in hidden:
            before = entering[-1]
            bent.append(np.tanh(_affine(layer, before)))
            after = self.branch * bent[-1]
            if self.skip:
                after[..., : before.shape[-1]] += before
            entering.append(after)
        return [*entering, _affine(output, entering[-1])[..., 0]], bent

    def loss(self, weights: Array, data: Data) -> Array:
        """Mean cross-entropy, of shape (...)."""
        logits = self.signals(weights, data.inputs)[0][-1]
        return np.asarray(np.mean(np.logaddexp(0.0, logits) - data.classes * logits, axis=-1))

    def gradient(self, weights: Array, data: Data) -> Array:
        """The loss's gradient at one weight vector, by backpropagation."""
        (*entering, logits), bent = self.signals(weights, data.inputs)
        layers = self.layers(weights)
        delta = ((1.0 / (1.0 + np.exp(-logits)) - data.classes) / len(logits))[:, None]
        found, around = [], np.zeros(())
        for k in reversed(range(len(layers))):
            found.append(np.column_stack([delta.T @ entering[k], delta.sum(axis=0)]).ravel())
            if k > 0:
                slope = delta @ layers[k][:, :-1] + around
                around = slope if self.skip else around
                delta = slope * self.branch * (1.0 - bent[k - 1] ** 2)
        return np.concatenate(found[::-1])

    def train(self, weights: Array, data: Data, steps: int = STEPS) -> Array:
        """The weights before the first step and after each, shape (steps + 1, n)."""
        path, speed = [weights], np.zeros_like(weights)
        for _ in range(steps):
            downhill = -self.gradient(path[-1], data) - DECAY * path[-1]
            speed = MOMENTUM * speed + RATE * downhill
            path.append(path[-1] + speed)
        return np.array(path)


def _affine(layer: Array, signal: Array) -> Array:
    return np.asarray(signal @ layer[..., :-1].swapaxes(-1, -2) + layer[..., None, :, -1])


def spirals(rng: np.random.Generator) -> Data:
    """Two arms of three quarters of a turn, blurred, in units of their standard deviation."""
    along = np.linspace(0.15, 1.0, 40)
    angle = 1.5 * np.pi * along
    arm = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    inputs = np.concatenate([arm, -arm]) + 0.05 * rng.standard_normal((80, 2))
    return Data(inputs / inputs.std(), np.repeat([0.0, 1.0], 40))


def filter_normalised(network: Network, weights: Array, rng: np.random.Generator) -> Array:
    """A random direction in which each neuron's part is as long as the neuron's weights."""
    direction = rng.standard_normal(weights.shape)
    for part, layer in zip(network.layers(direction), network.layers(weights), strict=True):
        part *= np.linalg.norm(layer, axis=1, keepdims=True) / np.linalg.norm(part, axis=1, keepdims=True)
    return direction


def principal_plane(path: Array) -> tuple[Array, Array]:
    """The path's two leading principal components, orthonormal (2, n), and the share of variance of each.

    Along the first the path ends higher than it begins; the second's largest entry is positive.
    """
    _, spread, axes = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    first, second = axes[:2]
    signs = np.sign([first @ (path[-1] - path[0]), second[np.argmax(np.abs(second))]])
    return signs[:, None] * axes[:2], (spread**2 / np.sum(spread**2))[:2]


def path_slice(path: Array) -> tuple[Slice, Array, Array]:
    """The plane of the path's components with all of the path in the window, variance shares, and the end.

    The end is where the trained weights lie, in the slice's coordinates.
    """
    axes, shares = principal_plane(path)
    shadow = (path - path[-1]) @ axes.T
    low, high = shadow.min(axis=0), shadow.max(axis=0)
    middle, unit = (low + high) / 2, MARGIN * np.max(high - low) / 2
    return Slice(path[-1] + middle @ axes, unit * axes), shares, -middle / unit


def shadow(path: Array, plane: Slice) -> tuple[Array, float]:
    """A path (k, n) in a plane: x, y and the distance off it, (k, 3), and the share of variance in it.

    The distance is in the mean length of the plane's directions, so that 1 is half a window.
    """
    away = path - plane.centre
    places = np.linalg.lstsq(plane.directions.T, away.T, rcond=None)[0].T
    rest = away - places @ plane.directions
    off = np.linalg.norm(rest, axis=1) / np.linalg.norm(plane.directions, axis=1).mean()
    return np.column_stack([places, off]), float(1.0 - rest.var(axis=0).sum() / path.var(axis=0).sum())


def losses(network: Network, through: Slice, data: Data, xs: Array = AXIS, ys: Array = AXIS) -> Array:
    """The training loss on a grid, shape (x, y)."""
    points = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1).reshape(-1, 2)
    # Some at a time: their signals stay in cache.
    parts = np.array_split(points, len(points) // 32 + 1)
    found = [network.loss(through.at(*part.T), data) for part in parts]
    return np.concatenate(found).reshape(len(xs), len(ys))


def roughness(grid: Array) -> Roughness:
    """Of the grid's inner points, by comparison with their eight neighbours."""
    rows, columns = (n - 1 for n in grid.shape)
    near = {(i, j): grid[1 + i : rows + i, 1 + j : columns + j] for i in (-1, 0, 1) for j in (-1, 0, 1)}
    here = near.pop((0, 0))
    minima = np.all([here < other for other in near.values()], axis=0)
    xx = near[1, 0] - 2 * here + near[-1, 0]
    yy = near[0, 1] - 2 * here + near[0, -1]
    xy = (near[1, 1] - near[1, -1] - near[-1, 1] + near[-1, -1]) / 4
    lowest = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    return Roughness(int(minima.sum()), float(np.mean(lowest < 0.0)))


class Pictures(NamedTuple):
    """A trained network's training loss in both planes, and what its path's plane shows of it."""

    network: Network
    data: Data
    trained: Array
    planes: tuple[Slice, Slice]
    variance: Array
    end: Array
    path: Array

    def grids(self) -> tuple[Array, Array]:
        """The loss over the random plane and over the path's."""
        random, path = (losses(self.network, plane, self.data) for plane in self.planes)
        return random, path

    def shadows(self) -> dict[str, NDArray[np.float32] | Array]:
        """The path in both planes, ``0 path`` and ``1 path``, the shares of it there, and its own losses."""
        cast = [shadow(self.path, plane) for plane in self.planes]
        saved: dict[str, NDArray[np.float32] | Array] = {
            f"{plane} path": places.astype(np.float32) for plane, (places, _) in enumerate(cast)
        }
        shares = np.array([share for _, share in cast])
        return saved | {"path share": shares, "path loss": self.network.loss(self.path, self.data)}


def pictures(seed: int, network: Network) -> Pictures:
    """Train a network on a seed's data and lay the planes."""
    for_data, for_weights, for_directions = np.random.default_rng(seed).spawn(3)
    data, weights = spirals(for_data), network.first_weights(for_weights)
    path = network.train(weights, data)
    trained = path[-1]
    directions = np.stack([filter_normalised(network, trained, for_directions) for _ in range(2)])
    along_path, variance, end = path_slice(path[::PATH_EVERY])
    planes = (Slice(trained, directions), along_path)
    return Pictures(network, data, trained, planes, variance, end, path[::PATH_EVERY])


def report(seed: int, taken: Pictures, rough: Sequence[Roughness]) -> str:
    """One network's line: how well it learned and how rough its slices are."""
    network, data, trained = taken[:3]
    right = np.mean((network.signals(trained, data.inputs)[0][-1] > 0.0) == data.classes)
    return "; ".join(
        [
            f"seed {seed}, {network.depth:2} hidden, {'skips' if network.skip else 'plain'}",
            f"loss {network.loss(trained, data):.5f}, {right:.0%} right",
            f"{taken.variance.sum():.0%} of the path in its plane",
            *(
                f"{name}: {r.minima:2} minima, {r.down:.0%} down"
                for name, r in zip(PLANES, rough, strict=True)
            ),
        ]
    )


def main() -> None:
    """Train and report; save the first seed's grids, as float32, and the roughness of all."""
    saved: dict[str, NDArray[np.float32] | Array] = {"x": AXIS, "y": AXIS}
    found = np.zeros((len(SEEDS), 2, 2, 2, 2))
    for seed, deep, skip in np.ndindex(found.shape[:3]):
        taken = pictures(SEEDS[seed], Network(DEPTHS[deep], bool(skip)))
        grids = taken.grids()
        rough = [roughness(grid) for grid in grids]
        found[seed, deep, skip] = rough
        print(report(SEEDS[seed], taken, rough), flush=True)
        if seed == 0:
            for plane, grid in enumerate(grids):
                saved[f"{deep},{skip},{plane}"] = grid.astype(np.float32)
            saved[f"{deep},{skip},1 end"] = taken.end
            saved[f"{deep},{skip},1 variance"] = taken.variance
            saved |= {f"{deep},{skip},{name}": one for name, one in taken.shadows().items()}
    np.savez_compressed(OUTPUT, allow_pickle=False, **saved, roughness=found)


if __name__ == "__main__":
    main()
