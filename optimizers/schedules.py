"""How the learning rate changes from step to step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from landscapes import Array
from optimizers.optimizer import Declared


@dataclass(frozen=True)
class Schedule(Declared, ABC):
    """The rates of a run, as factors of the rule's own learning rate."""

    key: ClassVar[str]
    name: ClassVar[str]

    @abstractmethod
    def factors(self, steps: int) -> Array:
        """One factor a step, shape (steps,); a longer run begins with the shorter one."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate at every step."""

    key: ClassVar[str] = "constant"
    name: ClassVar[str] = "Constant"

    def factors(self, steps: int) -> Array:
        return np.ones(steps)
