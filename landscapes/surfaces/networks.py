"""Small networks: planes through the training loss of networks that were trained offline."""

from __future__ import annotations

import sympy as sp

from landscapes.declarations import Facts, Parameter, Published
from landscapes.landscape import Landscape, x, y
from landscapes.sampled import Samples


def _switch(key: str, name: str, help: str) -> Parameter:
    return Parameter(key, name, 0.0, 0.0, 1.0, help, switch=True)


NETWORK_SLICE = Landscape(
    key="network_slice",
    name="Network slice",
    family="Small networks",
    expression=sp.Function("L")(x, y),
    samples=Samples("networks.npz"),
    window=((-1.0, 1.0), (-1.0, 1.0)),
    start=(-0.6, 0.6),
    lesson="The rules descend this slice of a network's loss, not the network; depth alone makes it a narrow "
    "well in a rough plateau, skip connections a wide bowl.",
    source="Li, Xu, Taylor, Studer & Goldstein, 2018, Visualizing the loss landscape of neural nets; "
    "Lorch, 2016, Visualizing deep network training trajectories with PCA; scripts/train_networks.py",
    parameters=(
        _switch("depth", "Deep", "Ten hidden layers of eight tanh units instead of one."),
        _switch("skip", "Skip connections", "Every hidden layer adds to its input instead of replacing it."),
        _switch(
            "plane", "Plane of the path", "The two directions training moved in most, not two random ones."
        ),
    ),
    facts=Facts(
        published=Published(
            (0.5, -0.5), 0.16438125, "scripts/train_networks.py, 2026: the network's own loss there", 1e-8
        )
    ),
)
