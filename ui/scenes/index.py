"""The scenes' pictures for their page: where they begin, for what becomes of it is asked there."""

from __future__ import annotations

import base64

from charts import Look, beginning
from landscapes.once import once
from ui.link import opened
from ui.scene import Scene


@once()
def picture(scene: Scene, look: Look) -> str:
    """A scene's map and start as a data address."""
    s = opened(scene)
    svg = beginning(s.surface, scene.title, s.start, look)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def cast(scene: Scene) -> str:
    """Who takes part in it: the names of its rules, each once."""
    return ", ".join(dict.fromkeys(entry.rule.name for entry in opened(scene).entries))
