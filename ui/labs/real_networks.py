"""The lab of real networks: planes through the loss of trained networks, and what they hide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from charts import Line, Look, number, thumbnail
from landscapes import LANDSCAPES, Parameter
from landscapes.once import once
from optimizers import OPTIMIZERS
from optimizers.studies.networks import STEPS_BETWEEN, Slices, TrainingPath, sliced, training_path
from ui.lab import Lab, Question
from ui.scenario import Entry, Scenario

TRAINED = Parameter(
    "trained", "Training step", 100.0, 0.0, 1500.0,
    "How far the training of both networks is shown.", step=float(STEPS_BETWEEN),
)  # fmt: skip
WITHOUT, WITH = "without skip connections", "with skip connections"
"""The two networks that stand side by side."""


def _opening() -> Scenario:
    surface = LANDSCAPES["network_slice"].with_parameters(depth=1.0)
    return Scenario(surface, surface.start, (Entry("A", OPTIMIZERS["gradient_descent"]()),), steps=60)


def shows_a_slice(s: Scenario) -> bool:
    """Whether the scenario's surface is a slice; a link may bring another."""
    return s.surface.key == "network_slice"


def pair(s: Scenario) -> list[tuple[str, Slices]]:
    """The scenario's slice without and with skip connections; the opening's where it has another surface."""
    surface = s.surface if shows_a_slice(s) else _opening().surface
    settings = surface.settings
    return [
        (name, _known(settings["depth"], skip, settings["plane"]))
        for name, skip in ((WITHOUT, 0.0), (WITH, 1.0))
    ]


@once()
def _known(depth: float, skip: float, plane: float) -> Slices:
    return sliced(LANDSCAPES["network_slice"].with_parameters(depth=depth, skip=skip, plane=plane))


def said(path: TrainingPath) -> list[str]:
    """The network's loss and the slice's at every point of a path."""
    return [
        f"step {step:.0f}: network {number(float(loss), 2)}, slice {number(float(shown), 2)}"
        for step, loss, shown in zip(path.steps, path.losses, path.shown, strict=True)
    ]


def told(s: Scenario, lines: Sequence[Line]) -> Iterator[str]:
    """How rough each slice is, how much of the path its plane holds, and what it hides at the step shown."""
    at = round(float(s.settings["trained"]) / STEPS_BETWEEN)
    for name, (_, rough, path) in pair(s):
        minima = "1 local minimum" if rough.minima == 1 else f"{rough.minima} local minima"
        factor = float(path.hidden[at])
        slices = "the network's own" if factor < 1.01 else f"wrong by a factor of {number(factor, 2)}"
        yield (
            f"{name.capitalize()}: {minima} in the slice, {_percent(rough.down)} of it curves down in some "
            f"direction. This plane holds {_percent(path.share)} of the variance of the training path; "
            f"at step {at * STEPS_BETWEEN} the weights are {number(float(path.off[at]), 2)} half windows off "
            f"it, and the slice's loss is {slices}."
        )


def _percent(share: float) -> str:
    return f"{number(100.0 * share, 2)} %"


def told_hidden(found: Sequence[tuple[str, Slices]]) -> str:
    """What the slices say of the beginning of training."""
    firsts = " and ".join(
        f"{number(float(path.losses[0]), 2)} is {number(float(path.shown[0]), 2)} in the slice ({name})"
        for name, (_, _, path) in found
    )
    return (
        f"All weights move in training, a slice shows two directions. The network's loss at step 0, "
        f"{firsts}; at the end, where the plane goes through the weights, both agree."
    )


def _picture(look: Look) -> str:
    one, label = _known(1.0, 1.0, 1.0), "A slice of a network's loss and the path of its training"
    return thumbnail(one.surface, label, one.path.points, look)


_PARTS = ("Nearly all of it.", "About half of it.", "Hardly any of it.")


def _random() -> list[float]:
    """The share of the deep networks' paths in a random plane, and in that of the path."""
    deep = LANDSCAPES["network_slice"].with_parameters(depth=1.0)
    return [
        training_path(deep.with_parameters(skip=skip, plane=plane)).share
        for plane in (0.0, 1.0)
        for skip in (0.0, 1.0)
    ]


def _right() -> int:
    share = max(_random()[:2])
    return 0 if share > 0.8 else 1 if share > 0.2 else 2


def _because() -> str:
    a, b, c, d = map(_percent, _random())
    return (
        f"Measured on the two deep networks: {a} and {b} of the variance of their paths. The plane of the "
        f"path's two principal components holds {c} and {d}."
    )


REAL_NETWORKS = Lab(
    key="real_networks",
    title="Real networks",
    question="What does the loss of a trained network look like, and what does a slice of it hide?",
    look_for="Deep without skip connections: a narrow well in a rough plateau. With them: a wide bowl. In a "
    "random plane the path of training is a stub: nearly all of it happened in other directions.",
    opening=_opening,
    picture=_picture,
    settings=(TRAINED,),
    questions=(
        Question(
            "random", "How much of the path of training lies in a random plane?", _PARTS, _right, _because
        ),
    ),
)  # fmt: skip
