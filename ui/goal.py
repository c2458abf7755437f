"""When a run has arrived: within how much of the lowest known loss, and at which step."""

from __future__ import annotations

import numpy as np

from charts import heights
from landscapes import Landscape
from optimizers import Trajectory, known_minima

GOAL = 1e-6
"""Height above the minimum that counts as reached."""


def steps_to_goal(surface: Landscape, t: Trajectory) -> int | None:
    """The first step at which the loss is within the goal of the known minimum; None if never."""
    if known_minima(surface).minimum is None:
        return None
    reached = np.flatnonzero(heights(surface, t) <= GOAL)
    return int(reached[0]) if reached.size else None
