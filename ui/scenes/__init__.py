"""Scenes: named scenarios, each with what to expect and why, grouped by the topics of the lectures."""

from ui.scene import Scene
from ui.scenes.curvature import CURVATURE
from ui.scenes.memory import MOMENTUM, SCALED
from ui.scenes.rates import RATES, SCHEDULES
from ui.scenes.ravines import RAVINES
from ui.scenes.terrain import SEVERAL, STUCK
from ui.scenes.training import INPUTS, SAMPLED, UNITS_OF_NETWORKS

SCENES: dict[str, Scene] = {
    scene.key: scene
    for group in (
        RAVINES,
        RATES,
        SCHEDULES,
        MOMENTUM,
        SCALED,
        CURVATURE,
        STUCK,
        SEVERAL,
        SAMPLED,
        INPUTS,
        UNITS_OF_NETWORKS,
    )
    for scene in group
}
"""Every scene by key, in teaching order; the first is what a first visitor sees."""

TOPICS = list(dict.fromkeys(scene.topic for scene in SCENES.values()))
"""Of the lectures, in order."""
