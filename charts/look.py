"""Colours, dashes and markers: one home for how a run, a height and a page look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from charts.symbols import RUNS
from landscapes.once import kept


class RunStyle(NamedTuple):
    """How one run is told from the others: never by its colour alone."""

    color: str
    dash: str
    marker: str


@dataclass(frozen=True)
class Look:
    """A theme: ink and paper, the height scale from low to high, and the colours of six runs.

    The run colours are Okabe and Ito's (2008, Color Universal Design), in the order in which they
    stand out best from this theme's muted heights. ``letters`` are those of what a step is made of, on the
    map and where it is written: the gradient, what is remembered of gradients, what scales the step, and
    places that are looked at; each 4.5 to 1 against the paper. Type and lines are ``scale`` times their usual
    size.
    """

    key: str
    paper: str
    ink: str
    faint: str
    contour: str
    halo: str
    heights: tuple[str, ...]
    colors: tuple[str, ...]
    letters: tuple[str, str, str, str]
    scale: float = 1.0

    @kept
    def runs(self) -> tuple[RunStyle, ...]:
        """The style of every run, by its place."""
        return tuple(RunStyle(*style) for style in zip(self.colors, DASHES, RUNS, strict=True))


DASHES = ("solid", "12px,4px", "3px,3px", "12px,4px,3px,4px", "7px,4px", "18px,5px")

LIGHT = Look(
    key="light",
    paper="#ffffff",
    ink="#1b1f24",
    faint="#d9dde3",
    contour="rgba(60, 75, 95, 0.30)",
    halo="rgba(255, 255, 255, 0.9)",
    heights=("#c3ccd8", "#d0d8e1", "#dde3ea", "#e9edf1", "#f4f6f8", "#fcfdfd"),
    colors=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000"),
    letters=("#B00020", "#6A2FB8", "#7A5C00", "#00696E"),
)
DARK = Look(
    key="dark",
    paper="#14171c",
    ink="#e8eaed",
    faint="#343a43",
    contour="rgba(190, 205, 225, 0.22)",
    halo="rgba(10, 12, 15, 0.85)",
    heights=("#141a22", "#1b232d", "#232d39", "#2c3845", "#364352", "#404f5f"),
    colors=("#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#F0E442"),
    letters=("#FF8A8A", "#C3A6FF", "#D9C36A", "#7FD8DA"),
)
LIGHT_PROJECTOR = replace(
    LIGHT,
    key="light-projector",
    ink="#000000",
    faint="#c4cad2",
    contour="rgba(40, 55, 75, 0.38)",
    heights=("#c9d3e0", "#d7dfe8", "#e4eaf0", "#eff3f6", "#f8fafb", "#ffffff"),
    scale=1.4,
)
DARK_PROJECTOR = replace(
    DARK,
    key="dark-projector",
    paper="#000000",
    ink="#ffffff",
    faint="#4a525d",
    contour="rgba(200, 215, 235, 0.32)",
    heights=("#000000", "#0b1016", "#151d26", "#1f2a36", "#2a3846", "#364757"),
    scale=1.4,
)
LOOKS = {look.key: look for look in (LIGHT, DARK, LIGHT_PROJECTOR, DARK_PROJECTOR)}
"""Every look by its key; a projector washes out greys, and its third row is far away."""
