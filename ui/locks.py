"""What a teacher may hide from students: groups of the playground's controls, by the name in a link.

A courtesy, not a security boundary: whoever edits the link has everything.
"""

from __future__ import annotations

from collections.abc import Iterable

GROUPS = {
    "landscape": "Landscape and formula",
    "surface": "The surface’s own sliders",
    "start": "Where the runs start",
    "steps": "Steps, noise, batches, seed",
    "rules": "Rules",
    "rates": "Learning rates",
    "settings": "Other settings, schedules",
    "runs": "Adding and removing runs",
    "table": "Table of results",
}
"""Every group that can be hidden: its name in a link, and what it is called."""


def checked_lock(names: Iterable[str]) -> tuple[str, ...]:
    """These groups, each once and in the order in which they are declared.

    Raises
    ------
    ValueError
        If one is not known; the sentence says which are.
    """
    wanted = set(names)
    if wanted - GROUPS.keys():
        raise ValueError(f"What can be hidden is {', '.join(GROUPS)}.")
    return tuple(name for name in GROUPS if name in wanted)
