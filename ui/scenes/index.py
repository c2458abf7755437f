"""The scenes' pictures for their page: their runs on their map, made once."""

from __future__ import annotations

import base64

from charts import Look, comparison
from landscapes.once import once
from optimizers import run
from ui.link import opened
from ui.scene import Scene


@once()
def picture(scene: Scene, look: Look) -> str:
    """A scene's first state as a data address."""
    s = opened(scene)
    paths = [
        run(
            s.surface, entry.rule, s.start, s.steps, entry.schedule,
            noise=s.noise, batch_size=entry.batch_size, seed=s.seed,
        ).points
        for entry in s.entries
    ]  # fmt: skip
    svg = comparison(s.surface, scene.title, paths, look)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
