"""The labs' pictures for their index."""

from __future__ import annotations

import base64

from charts import Look
from landscapes.once import once
from ui.lab import Lab


@once()
def picture(lab: Lab, look: Look) -> str:
    """A lab's first state as a data address, made once."""
    return f"data:image/svg+xml;base64,{base64.b64encode(lab.picture(look).encode()).decode()}"
