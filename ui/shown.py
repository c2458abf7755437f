"""What of a scenario's picture is looked at: which panels, which step, which part of the map."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from landscapes import Window
from optimizers import MAX_STEPS, checked_whole

PANELS = {
    "loss": "loss",
    "gradient": "gradient",
    "rate": "rate",
    "fit": "data",
    "step": "step",
    "relief": "3-D",
}
"""The pictures that can stand beside the map, and what each is called where it is chosen."""

MOST_PANELS = 2
"""As many at a time as can be read from the third row."""


_CLOSEST = 1e-9
"""A view is no narrower, against its own distance from 0: axes could not say where it is."""


@dataclass(frozen=True)
class Shown:
    """What a visitor has chosen to see; nothing of it changes a run.

    ``panels`` stand beside the map, those that suit the scenario where none is chosen; ``large`` is the one
    that has the whole stage. ``step`` is the step shown, the last one where there is none. ``apart`` gives
    every run a map of its own. ``view`` is the part of the plane to which the map was moved. ``of`` is the
    slot of the run that is picked out, if one is. On a ``projector`` type and lines are larger.
    ``predict`` hides the runs until it is said which one wins.

    Raises
    ------
    ValueError
        If one of them does not exist; the sentence says what is accepted.
    """

    panels: tuple[str, ...] = ()
    large: str = ""
    step: int | None = None
    apart: bool = False
    view: Window | None = None
    of: str = ""
    projector: bool = False
    predict: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.panels if name not in PANELS]
        if unknown or len(set(self.panels)) != len(self.panels) or len(self.panels) > MOST_PANELS:
            raise ValueError(f"Panels are up to {MOST_PANELS} different ones of {', '.join(PANELS)}.")
        if self.large and self.large not in (*PANELS, "map"):
            raise ValueError(f"What is large is the map or one of {', '.join(PANELS)}.")
        if self.step is not None:
            checked_whole("The step shown", self.step, 0, MAX_STEPS)
        for low, high in self.view or ():
            if not (math.isfinite(high - low) and high - low > _CLOSEST * max(abs(low), abs(high), _CLOSEST)):
                raise ValueError("A view is four numbers, not too close: from and to in x, then in y.")

    def among(self, offered: Sequence[str], suited: Sequence[str]) -> tuple[str, ...]:
        """The panels of these that are shown: the chosen ones that are offered, else the suited ones."""
        return tuple(name for name in self.panels if name in offered) or tuple(suited)

    @property
    def written(self) -> dict[str, str]:
        """How a link says it, by the keys of ``LOOKED``; nothing of what is as usual."""
        texts = {
            "panels": ",".join(self.panels),
            "large": self.large,
            "at": "" if self.step is None else repr(self.step),
            "maps": _APART if self.apart else "",
            "view": edges(self.view) if self.view else "",
            "pick": self.of,
            "look": _PROJECTOR if self.projector else "",
            "predict": _PREDICT if self.predict else "",
        }
        return {key: text for key, text in texts.items() if text}


def edges(window: Window) -> str:
    """A part of the plane as a link has it."""
    return ",".join(repr(edge) for pair in window for edge in pair)


def window(text: str) -> Window:
    """A part of the plane out of a link.

    Raises
    ------
    ValueError
        If it is not four numbers.
    """
    try:
        x_lo, x_hi, y_lo, y_hi = map(float, text.split(","))
    except ValueError as error:
        raise ValueError("A window is four numbers: from and to in x, then in y.") from error
    return (x_lo, x_hi), (y_lo, y_hi)


_APART, _PROJECTOR, _PREDICT = "apart", "projector", "1"


def _only(accepted: str, text: str) -> bool:
    if text != accepted:
        raise ValueError(f"It can be {accepted}, or left out.")
    return True


LOOKED: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "panels": ("panels", lambda text: tuple(text.split(","))),
    "large": ("large", str),
    "at": ("step", int),
    "maps": ("apart", partial(_only, _APART)),
    "view": ("view", window),
    "pick": ("of", str),
    "look": ("projector", partial(_only, _PROJECTOR)),
    "predict": ("predict", partial(_only, _PREDICT)),
}
"""Every part by its key in a link: its field, and how its text is read."""
