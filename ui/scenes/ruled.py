"""Which rules made the runs of a scene: its sentences name them."""

from ui.scene import Outcome


def ruled(o: Outcome, *keys: str) -> bool:
    """Whether the runs are of these rules, in this order, and there are no others."""
    return [t.rule.key for t in o.runs.values()] == list(keys)
