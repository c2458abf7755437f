"""Results that are shared between visitors, and so never written to."""

from __future__ import annotations

import numpy as np


class ReadOnly:
    """A result whose arrays cannot be written to."""

    def __post_init__(self) -> None:
        for part in vars(self).values():
            if isinstance(part, np.ndarray):
                part.flags.writeable = False
