"""The labs: one page for each question that the lectures raise."""

from ui.lab import Lab
from ui.labs.basins import BASINS
from ui.labs.curvature import CURVATURE
from ui.labs.initialisation import INITIALISATION
from ui.labs.learning_rate import LEARNING_RATE
from ui.labs.mini_batches import MINI_BATCHES
from ui.labs.momentum import MOMENTUM
from ui.labs.on_a_line import ON_A_LINE
from ui.labs.perceptron import PERCEPTRON
from ui.labs.ravines import RAVINES
from ui.labs.real_networks import REAL_NETWORKS
from ui.labs.saddles import SADDLES

LABS: dict[str, Lab] = {
    lab.key: lab
    for lab in (
        ON_A_LINE,
        LEARNING_RATE,
        RAVINES,
        MOMENTUM,
        BASINS,
        SADDLES,
        MINI_BATCHES,
        CURVATURE,
        PERCEPTRON,
        INITIALISATION,
        REAL_NETWORKS,
    )
}
"""Every lab by key, in teaching order."""
