"""The labs: one page for each question that the lectures raise."""

from ui.lab import Lab
from ui.labs.learning_rate import LEARNING_RATE
from ui.labs.on_a_line import ON_A_LINE
from ui.labs.saddles import SADDLES

LABS: dict[str, Lab] = {lab.key: lab for lab in (ON_A_LINE, LEARNING_RATE, SADDLES)}
"""Every lab by key, in teaching order."""
