"""The labs: one page for each question that the lectures raise."""

from ui.lab import Lab
from ui.labs.basins import BASINS
from ui.labs.learning_rate import LEARNING_RATE
from ui.labs.mini_batches import MINI_BATCHES
from ui.labs.momentum import MOMENTUM

LABS: dict[str, Lab] = {lab.key: lab for lab in (LEARNING_RATE, MOMENTUM, BASINS, MINI_BATCHES)}
"""Every lab by key, in teaching order."""
