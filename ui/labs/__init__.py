"""The labs: one page for each question that the lectures raise."""

from ui.lab import Lab
from ui.labs.curvature import CURVATURE
from ui.labs.learning_rate import LEARNING_RATE
from ui.labs.ravines import RAVINES

LABS: dict[str, Lab] = {lab.key: lab for lab in (LEARNING_RATE, RAVINES, CURVATURE)}
"""Every lab by key, in teaching order."""
