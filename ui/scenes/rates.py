"""Scenes about the learning rate: too small, right, too large, and what a schedule does to it."""

import numpy as np

from ui.scene import Outcome, Scene, n

TOPIC = "Learning rate"
LATER = "Schedules"


def _swings(o: Outcome, slot: str) -> bool:
    """Whether every step of a run crosses the floor y = 0."""
    return bool((np.diff(np.sign(o.runs[slot].points[:, 1])) != 0.0).all())


def _edge_around(o: Outcome, slot: str) -> float:
    """2/λ_max where a run ends."""
    return 2.0 / float(np.linalg.eigvalsh(o.surface.hessian(o.runs[slot].points[-1]))[1])


def _first_fall(o: Outcome, slot: str) -> int:
    """The first step with a lower rate than the one before."""
    return int(np.flatnonzero(np.diff(o.runs[slot].learning_rates) < 0.0)[0]) + 2


RATES = (
    Scene(
        key="just_below",
        title="Just below the limit",
        topic=TOPIC,
        link="landscape=quadratic&steps=160&A=gradient_descent&A.learning_rate=0.097"
        "&B=gradient_descent&B.learning_rate=0.05",
        before="A’s rate is just below 2/λ_max: it oscillates across the ravine. Does it still arrive?",
        after=lambda o: (
            f"Yes, {o.arrival('A')}: at η = {n(o.rate('A'))}, below 2/λ_max = {n(o.edge)}, each step "
            "multiplies "
            f"the error across by 1 − ηλ = {n(1.0 - o.rate('A') * o.curvatures[1])}: it changes sides, and "
            f"shrinks. B, which does not swing, takes {o.goal('B')} steps."
        ),
        expects=lambda o: (
            0.95 < o.rate("A") / o.edge < 1.0
            and _swings(o, "A")
            and not _swings(o, "B")
            and None not in (o.goal("A"), o.goal("B"))
            and 1.8 < o.rate("A") / o.rate("B") < 2.0
            and np.allclose(
                o.runs["A"].points[1:, 1] / o.runs["A"].points[:-1, 1], 1.0 - o.rate("A") * o.curvatures[1]
            )
        ),
    ),
    Scene(
        key="just_above",
        title="Just above the limit",
        topic=TOPIC,
        link="landscape=quadratic&steps=100&A=gradient_descent&A.learning_rate=0.099"
        "&B=gradient_descent&B.learning_rate=0.101",
        before="Two rates that differ by a fiftieth: one on each side of 2/λ_max. Which one is lost?",
        after=lambda o: (
            f"B: 2/λ_max = {n(o.edge)}; across the ravine A’s error is multiplied by "
            f"{n(1.0 - o.rate('A') * o.curvatures[1])} a step and dies away, B’s by "
            f"{n(1.0 - o.rate('B') * o.curvatures[1])} and grows: the limit is a cliff."
        ),
        expects=lambda o: (
            o.rate("A") < o.edge < o.rate("B")
            and o.kinds == ["descending", "diverged"]
            and o.rate("B") / o.rate("A") < 1.03
        ),
    ),
    Scene(
        key="decades",
        title="Four rates, three decades",
        topic=TOPIC,
        link="landscape=quadratic&steps=100&A=gradient_descent&A.learning_rate=0.0001"
        "&B=gradient_descent&B.learning_rate=0.001&C=gradient_descent&C.learning_rate=0.01"
        "&D=gradient_descent&D.learning_rate=0.09",
        before="The same rule at four rates, each larger than the last: which of them are too small?",
        after=lambda o: (
            "All but the largest: along the floor a step wins ηλ_min of the way, "
            f"{n(100 * o.rate('A') * o.curvatures[0])} % at the smallest rate and "
            f"{n(100 * o.rate('D') * o.curvatures[0])} % at the largest, which alone arrives, "
            f"{o.arrival('D')}."
        ),
        expects=lambda o: (
            o.winners == ("D",)
            and o.kinds == [*["descending"] * 3, "global minimum"]
            and o.height("A") > o.height("B") > o.height("C")
        ),
    ),
    Scene(
        key="one_weight",
        title="One weight, by hand",
        topic=TOPIC,
        link="formula=(10-3*x)^2&x=2.0&y=0.0&steps=40&A=gradient_descent&A.learning_rate=0.1"
        "&B=gradient_descent&B.learning_rate=0.05",
        before="The worked example L(w) = (10 − 3w)² from w = 2: compute A’s first step before you look.",
        after=lambda o: (
            f"The gradient is {n(o.runs['A'].gradients[0, 0])}, so w becomes {n(o.x('A', 1))}, beyond the "
            "minimum at "
            f"{n(o.x('B'))}: with λ = {n(o.surface.hessian(o.scenario.start)[0, 0])}, ηλ = "
            f"{n(o.rate('A') * o.surface.hessian(o.scenario.start)[0, 0])} lies between 1 and 2, and it "
            "oscillates."
        ),
        expects=lambda o: (
            np.isclose(o.runs["A"].gradients[0, 0], -24.0)
            and np.isclose(o.x("A", 1), 4.4)
            and np.isclose(o.x("B"), 10 / 3)
            and 1.0 < o.rate("A") * o.surface.hessian(o.scenario.start)[0, 0] < 2.0
            and bool((np.diff(np.sign(o.runs["A"].points[:20, 0] - 10 / 3)) != 0).all())
            and o.rate("B") * o.surface.hessian(o.scenario.start)[0, 0] < 1.0
        ),
    ),
    Scene(
        key="thrown_out",
        title="A rate that leaves the sharp well",
        topic=TOPIC,
        link="landscape=sharp_and_flat&steps=60&A=gradient_descent&A.learning_rate=0.09"
        "&B=gradient_descent&B.learning_rate=0.5",
        before="Two wells of the same depth, one sharp, one flat: the rate alone decides which one is found.",
        after=lambda o: (
            f"In the sharp well λ_max = {n(o.curvatures[1])}: no rate above {n(o.edge)} settles there, so "
            f"η = {n(o.rate('B'))} is thrown out, and comes to rest in the flat one, whose limit is "
            f"{n(_edge_around(o, 'B'))}."
        ),
        expects=lambda o: (
            o.x("A") < -0.99
            and o.x("B") > 0.99
            and o.kinds == ["global minimum"] * 2
            and o.rate("A") < o.edge < o.rate("B") < _edge_around(o, "B")
        ),
    ),
)

SCHEDULES = (
    Scene(
        key="fades_too_soon",
        title="A rate that fades too soon",
        topic=LATER,
        link="landscape=quadratic&steps=200&A=gradient_descent&A.learning_rate=0.09"
        "&B=gradient_descent&B.learning_rate=0.09&B.schedule=linear"
        "&C=gradient_descent&C.learning_rate=0.09&C.schedule=quadratic",
        before="A’s rate is constant, B’s falls like 1/(k + 1), C’s faster. Without noise, does that help?",
        after=lambda o: (
            f"No: the constant rate arrives {o.arrival('A')}; all of C’s rates together come to "
            f"{n(float(o.runs['C'].learning_rates.sum()))}, too short a way for any number of steps."
        ),
        expects=lambda o: (
            o.winners == ("A",)
            and o.kinds == ["global minimum", "descending", "descending"]
            and o.height("C") > o.height("B") > 0.5
            and o.runs["C"].learning_rates.sum() < 0.15
        ),
    ),
    Scene(
        key="the_drop",
        title="The loss drops when the rate falls",
        topic=LATER,
        link="landscape=line_fit&steps=400&A=gradient_descent&A.learning_rate=0.08&A.batch_size=2"
        "&B=gradient_descent&B.learning_rate=0.08&B.batch_size=2&B.schedule=step&B.schedule.drop=0.1"
        "&B.schedule.period=200.0",
        before="Half way, B’s rate falls to a tenth: watch the two loss curves part.",
        after=lambda o: (
            "Batches shake the run, and η sets by how much: over the last 100 steps B is "
            f"{n(o.left('B', 100))} above "
            f"the minimum, A {n(o.left('A', 100))}; the smaller steps buy it with slower progress later."
        ),
        expects=lambda o: (
            o.left("B", 100) < o.left("A", 100) / 5.0
            and bool((o.runs["A"].points[:200] == o.runs["B"].points[:200]).all())
        ),
    ),
    Scene(
        key="too_early",
        title="Falling saves a rate that is too large",
        topic=LATER,
        link="landscape=quadratic&steps=200&A=gradient_descent&A.learning_rate=0.11"
        "&B=gradient_descent&B.learning_rate=0.11&B.schedule=exponential"
        "&C=gradient_descent&C.learning_rate=0.11&C.schedule=warmup",
        before="All three aim at a rate above 2/λ_max: one keeps it, one lets it fall, one warms up to it.",
        after=lambda o: (
            f"Only B ends below 2/λ_max = {n(o.edge)}, and arrives {o.arrival('B')}; C’s warmup comes as "
            "close, "
            f"{o.arrival('C')}, but then holds η = {n(o.rate('C'))} and is thrown out again."
        ),
        expects=lambda o: (
            o.rate("A") > o.edge > float(o.runs["B"].learning_rates[-1])
            and bool((o.runs["A"].learning_rates == o.rate("A")).all())
            and float(o.runs["C"].learning_rates[0]) < o.edge < float(o.runs["C"].learning_rates[-1])
            and o.kinds == ["diverged", "global minimum", "diverged"]
            and o.goal("C") is not None
        ),
    ),
    Scene(
        key="cosine_lands",
        title="Steps of fixed length must shrink",
        topic=LATER,
        link="landscape=quadratic&steps=300&A=normalised&A.learning_rate=0.1"
        "&B=normalised&B.learning_rate=0.1&B.schedule=cosine"
        "&C=normalised&C.learning_rate=0.1&C.schedule=linear",
        before="Every step is η long, whatever the slope: which schedule lets the run land?",
        after=lambda o: (
            f"The cosine (B): it keeps the steps long, then takes them to 0, and arrives {o.arrival('B')}. "
            f"At a constant η = {n(o.rate('A'))} A’s last steps jump to and fro over the floor; C’s fade "
            "before "
            "it is there."
        ),
        expects=lambda o: (
            o.winners == ("B",) and o.kind("A") == "oscillating" and o.x("C") < -2.0 and o.height("B") < 1e-9
        ),
    ),
    Scene(
        key="feedback",
        title="Lower it when progress stops",
        topic=LATER,
        link="landscape=line_fit&steps=400&A=gradient_descent&A.learning_rate=0.08&A.batch_size=4"
        "&B=gradient_descent&B.learning_rate=0.08&B.batch_size=4&B.schedule=stagnation"
        "&B.schedule.patience=30.0",
        before="B’s rate falls to a tenth whenever its loss has set no record for 30 steps: when is that?",
        after=lambda o: (
            f"First at step {_first_fall(o, 'B')}; from then on the batches shake it less: over the last "
            "100 steps B is "
            f"{n(o.left('B', 100))} above the minimum, A {n(o.left('A', 100))}."
        ),
        expects=lambda o: (
            30 < _first_fall(o, "B") < 350
            and o.left("B", 100) < o.left("A", 100) / 2.0
            and o.runs["B"].schedule.settings["patience"] == 30.0
        ),
    ),
)
