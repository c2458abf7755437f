"""Scenes about places where a run stops short: saddles, plateaux, and minima that are not the lowest."""

from itertools import combinations, product

import numpy as np

from optimizers import run
from ui.scene import Outcome, Scene, n
from ui.scenes.ruled import ruled

LEVEL = "Saddles and plateaux"
WELLS = "Several minima"


def _part_early(o: Outcome) -> bool:
    """Whether any two runs are far apart within their first ten steps."""
    pairs = combinations([t.points[:10] for t in o.runs.values()], 2)
    return all(float(np.linalg.norm(a - b, axis=-1).max()) > 0.5 for a, b in pairs)


def _own_basins(o: Outcome) -> bool:
    """Whether any two rules come to different places from at least one start of a coarse grid."""
    starts = [*product(*(np.linspace(low, high, 9) for low, high in o.surface.window))]
    rules = [t.rule for t in o.runs.values()]
    ends = [run(o.surface, rule, starts, o.scenario.steps).points[-1] for rule in rules]
    return all(bool((np.linalg.norm(a - b, axis=-1) > 1.0).any()) for a, b in combinations(ends, 2))


STUCK = (
    Scene(
        key="on_the_ridge",
        title="Stuck on the ridge",
        topic=LEVEL,
        link="landscape=walled_saddle&x=-1.5&y=0.0&steps=200&A=gradient_descent&A.learning_rate=0.1"
        "&B=adam&B.learning_rate=0.1&C=rprop&C.learning_rate=0.1",
        before="The start lies exactly on the ridge y = 0: which rule gets off it?",
        after=lambda o: (
            "None: on the ridge the slope across is exactly 0, and 0 times any rate is 0; all end at the "
            "saddle, "
            f"{n(o.height('A'))} above the minima on both sides. Move the start by a hair."
        ),
        expects=lambda o: (
            ruled(o, "gradient_descent", "adam", "rprop")
            and o.kinds == ["saddle"] * 3
            and all(bool((t.points[:, 1] == 0.0).all()) for t in o.runs.values())
        ),
    ),
    Scene(
        key="a_nudge",
        title="A millionth off the ridge",
        topic=LEVEL,
        link="landscape=walled_saddle&x=-1.5&y=1e-06&steps=250&A=gradient_descent&A.learning_rate=0.1"
        "&B=adam&B.learning_rate=0.1&C=rprop&C.learning_rate=0.1",
        before="Now the start is a millionth off the ridge: who is quick to notice?",
        after=lambda o: (
            f"Gradient descent multiplies the millionth a little every step and arrives {o.arrival('A')}; "
            "Adam and Rprop "
            f"look at the sign, not at the size: {o.arrival('B')} and step {o.goal('C')}."
        ),
        expects=lambda o: (
            o.winners == ("C",)
            and o.kinds == ["global minimum"] * 3
            and (o.goal("A") or 0) > (o.goal("B") or 999)
        ),
    ),
    Scene(
        key="no_curvature",
        title="A saddle without curvature",
        topic=LEVEL,
        link="landscape=monkey_saddle&x=1.2&y=0.0&steps=40&A=newton&B=newton&B.safeguard=1.0"
        "&C=gradient_descent&C.learning_rate=0.1",
        before="Three ways lead down from the middle, where the Hessian is 0: what does Newton make of it?",
        after=lambda o: (
            f"Each of A’s steps goes only half the way, from {n(o.x('A', 0))} to {n(o.x('A', 1))} to "
            f"{n(o.x('A', 2))}: the "
            "parabola underestimates what comes. Both it and gradient descent crawl to the middle, which "
            "is no minimum."
        ),
        expects=lambda o: (
            ruled(o, "newton", "newton", "gradient_descent")
            and np.allclose(o.runs["A"].points[1:6, 0] / o.runs["A"].points[:5, 0], 0.5)
            and o.kind("A") == "saddle"
            and 0.0 < o.x("C") < 0.2
        ),
    ),
    Scene(
        key="across_a_plateau",
        title="Rprop crosses a plateau",
        topic=LEVEL,
        link="landscape=saturated_unit&steps=100&A=gradient_descent&A.learning_rate=0.5"
        "&B=rprop&B.learning_rate=0.5&C=adam&C.learning_rate=0.5",
        before="The unit is wrong and sure of it, so its slope is nearly 0: who still moves?",
        after=lambda o: (
            f"The slope at the start is {n(o.slope('A', 0))}, and gradient descent is "
            f"stuck on it; Rprop goes by the sign alone and arrives {o.arrival('B')}; Adam overshoots to "
            "the flat ground "
            "beyond."
        ),
        expects=lambda o: (
            o.kind("A") == "plateau" and o.winners == ("B",) and o.goal("C") is None and o.x("C") > 4.0
        ),
    ),
    Scene(
        key="needle",
        title="A needle in flat ground",
        topic=LEVEL,
        link="landscape=easom&steps=200&A=gradient_descent&A.learning_rate=0.1&B=rprop&B.learning_rate=0.1"
        "&C=normalised&C.learning_rate=0.05",
        before="One narrow well, and hardly any slope around it: who finds it?",
        after=lambda o: (
            f"The slope at the start is {n(o.slope('A', 0))}: too faint for a step in "
            "proportion to it, enough for rules that use its direction only. Rprop shrinks its steps "
            "there and arrives "
            f"{o.arrival('B')}."
        ),
        expects=lambda o: o.kinds == ["plateau", "global minimum", "oscillating"] and o.winners == ("B",),
    ),
    Scene(
        key="cliff_edge",
        title="Flat ground at a cliff’s foot",
        topic=LEVEL,
        link="landscape=cliff&steps=300&A=gradient_descent&A.learning_rate=1.0&B=normalised&B.learning_rate=0.1",
        before="Two rules come down a recurrent unit’s cliff: who crosses the flat ground at its foot?",
        after=lambda o: (
            f"A slid down a slope of {n(float(np.linalg.norm(o.runs['A'].gradients, axis=-1).max()))}, and "
            "on one of "
            f"{n(o.slope('A', -1))} its steps are as faint: it is left "
            f"{n(o.height('A'))} above the minimum. B’s steps are {n(o.rate('B'))} long on any slope: it "
            "comes to "
            f"{n(o.height('B'))}."
        ),
        expects=lambda o: (
            o.kind("A") == "plateau" and o.height("B") < o.height("A") / 50.0 and o.rate("B") == 0.1
        ),
    ),
    Scene(
        key="dead_unit",
        title="The rectifier that died",
        topic=LEVEL,
        link="landscape=dead_relu&steps=100&A=gradient_descent&A.learning_rate=0.1"
        "&B=gradient_descent&B.learning_rate=0.6",
        before="A rectifier is silent where its input is negative: one of the rates silences it for good.",
        after=lambda o: (
            f"B’s first step of {n(float(np.linalg.norm(o.runs['B'].points[1] - o.runs['B'].points[0])))} "
            "lands where the "
            "unit answers 0 to every example: the gradient is exactly 0, for ever. A stops at the edge, no "
            "better."
        ),
        expects=lambda o: (
            o.kind("B") == "plateau"
            and o.rate("A") < o.rate("B")
            and bool((o.runs["A"].gradients[1:5] != 0.0).any(axis=-1).all())
            and bool((o.runs["B"].gradients[1:] == 0.0).all())
            and bool((o.runs["B"].points[1:] == o.runs["B"].points[1]).all())
            and np.isclose(o.height("A"), o.height("B"), atol=1e-3)
        ),
    ),
    Scene(
        key="staircase",
        title="Counting errors has no slope",
        topic=LEVEL,
        link="landscape=zero_one&steepness=20.0&x=1.0&y=1.5&steps=200&A=gradient_descent&A.learning_rate=0.1"
        "&B=nelder_mead",
        before="The number of errors is a staircase: what can a gradient say on a step of it?",
        after=lambda o: (
            f"Nothing: the slope at the start is {n(o.slope('A', 0))}, and gradient "
            f"descent keeps an error rate of {n(float(o.runs['A'].values[-1]))}; comparing losses (B) "
            "finds the lower step, "
            f"{n(float(o.runs['B'].values[-1]))}, and cannot tell where on it to stop."
        ),
        expects=lambda o: (
            o.kinds == ["plateau", "plateau"] and o.runs["A"].values[-1] > 0.2 > 1e-3 > o.runs["B"].values[-1]
        ),
    ),
)

SEVERAL = (
    Scene(
        key="nearest_well",
        title="Downhill is not lowest",
        topic=WELLS,
        link="landscape=rastrigin&steps=150&A=gradient_descent&A.learning_rate=0.002"
        "&B=momentum&B.learning_rate=0.002&C=nelder_mead&C.size=0.5",
        before="A bowl under waves: do three different rules agree on where the bottom is?",
        after=lambda o: (
            f"No: they end {n(o.height('A'))}, {n(o.height('B'))} and {n(o.height('C'))} above the lowest "
            "loss: every rule "
            "rests in the first well that holds it, and none of them looks beyond."
        ),
        expects=lambda o: (
            ruled(o, "gradient_descent", "momentum", "nelder_mead")
            and o.kinds == ["local minimum"] * 3
            and o.winners == ()
            and o.height("C") < o.height("A")
        ),
    ),
    Scene(
        key="which_minimum",
        title="Four equal minima",
        topic=WELLS,
        link="landscape=himmelblau&x=0.0&y=0.0&steps=150&A=gradient_descent&A.learning_rate=0.01"
        "&B=adam&B.learning_rate=0.1&C=momentum&C.learning_rate=0.01",
        before="Four minima, all at loss 0, and one start: do the rules choose the same one?",
        after=lambda o: (
            f"Not all: A ends at ({n(o.x('A'))}, {n(o.y('A'))}), B at ({n(o.x('B'))}, {n(o.y('B'))}), C at "
            f"({n(o.x('C'))}, {n(o.y('C'))}): their ways part early, and each rule has basins of its own."
        ),
        expects=lambda o: (
            o.kind("A") == "global minimum"
            and _part_early(o)
            and _own_basins(o)
            and float(np.linalg.norm(o.runs["A"].points[-1] - o.runs["B"].points[-1])) < 0.01
            and float(np.linalg.norm(o.runs["A"].points[-1] - o.runs["C"].points[-1])) > 1.0
            and o.height("C") < 0.1
        ),
    ),
    Scene(
        key="noise_escapes",
        title="Noise shakes a run out",
        topic=WELLS,
        link="landscape=double_well&steps=400&noise=5.0&A=gradient_descent&A.learning_rate=0.005&A.schedule=cosine"
        "&B=gradient_descent&B.learning_rate=0.04&B.schedule=cosine",
        before="The same noise for both, in the higher of two wells; B’s rate is eight times A’s.",
        after=lambda o: (
            f"Noise moves a run by η times its size: A stays at x = {n(o.x('A'))}; B is shaken over the "
            "pass, and as its "
            f"rate falls to 0 it settles at x = {n(o.x('B'))}, {n(o.height('B'))} above the lowest loss. "
            "Other seeds, other "
            "ends."
        ),
        expects=lambda o: (
            o.x("A") > 0.9
            and o.x("B") < -0.9
            and o.height("B") < o.height("A") / 10.0
            and np.isclose(o.rate("B"), 8.0 * o.rate("A"))
        ),
    ),
    Scene(
        key="sharpness_aware",
        title="Uneasy in a sharp well",
        topic=WELLS,
        link="landscape=sharp_and_flat&steps=100&A=gradient_descent&A.learning_rate=0.05"
        "&B=sharpness_aware&B.learning_rate=0.05&B.radius=0.5",
        before="B takes its gradient a little uphill from where it stands: can it rest in the sharp well?",
        after=lambda o: (
            "No: the well is narrower than B looks uphill, "
            f"{n(o.runs['B'].rule.settings['radius'])}: beyond the pass the slope "
            "leads away, so B leaves, and "
            f"hovers at the pass, x = {n(float(np.median(o.runs['B'].points[-50:, 0])))}, while A rests at "
            f"{n(o.x('A'))}. "
            "The flat well it does not find either."
        ),
        expects=lambda o: (
            o.kinds == ["global minimum", "oscillating"]
            and o.x("A") < -0.99
            and abs(float(np.median(o.runs["B"].points[-50:, 0])) - o.surface.saddles[0][0]) < 0.05
            and o.runs["B"].rule.settings["radius"] == 0.5
        ),
    ),
    Scene(
        key="funnel_tip",
        title="A funnel’s tip",
        topic=WELLS,
        link="landscape=ackley&x=0.3&y=-0.2&steps=150&A=gradient_descent&A.learning_rate=0.05"
        "&B=gradient_descent&B.learning_rate=0.05&B.schedule=exponential&B.schedule.decay=0.05",
        before="The slope does not fade towards this minimum: can a constant rate come to rest?",
        after=lambda o: (
            f"No: A’s steps keep their length and jump over the tip, {n(o.left('A', 50))} above it; with η "
            "falling they "
            f"shrink, and B is down to {n(o.height('B'))}."
        ),
        expects=lambda o: o.kind("A") == "oscillating" and o.height("B") < 1e-2 < 0.5 < o.left("A", 50),
    ),
)
