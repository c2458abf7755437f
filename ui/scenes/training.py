"""Scenes on training data: batches, the units of the inputs, and small networks."""

import numpy as np

from ui.scene import Scene, n
from ui.scenes.ruled import ruled

BATCHES = "Mini-batches"
UNITS = "Inputs and their units"
NETWORKS = "Small networks"

SAMPLED = (
    Scene(
        key="one_four_all",
        title="One example, four, or all",
        topic=BATCHES,
        link="landscape=line_fit&steps=300&A=gradient_descent&A.learning_rate=0.05&A.batch_size=1"
        "&B=gradient_descent&B.learning_rate=0.05&B.batch_size=4&C=gradient_descent&C.learning_rate=0.05",
        before="One rule and rate, with gradients from 1, 4 and all 20 examples: which path wanders most?",
        after=lambda o: (
            "That of single examples: a batch’s gradient is right on average, and spreads less the larger "
            "it is. Over the last 100 steps the runs are "
            f"{n(o.left('A', 100))}, {n(o.left('B', 100))} and {n(o.left('C', 100))} above the minimum."
        ),
        expects=lambda o: (
            [e.batch_size for e in o.scenario.entries] == [1, 4, None]
            and len(o.surface.data or ()) == 20
            and o.left("A", 100) > o.left("B", 100) > o.left("C", 100)
            and o.kinds == ["oscillating", "oscillating", "descending"]
        ),
    ),
    Scene(
        key="same_cost",
        title="Twenty steps for the price of one",
        topic=BATCHES,
        link="landscape=line_fit&steps=20&A=gradient_descent&A.learning_rate=0.01&A.batch_size=1"
        "&B=gradient_descent&B.learning_rate=0.01",
        before="20 steps from single examples cost A one look at the data: compare with B’s first step.",
        after=lambda o: (
            f"After one look at all {len(o.surface.data or ())} examples A is {n(o.height('A'))} above the "
            f"minimum and B {n(o.height('B', 1))}; in as many steps, at "
            f"{n(o.runs['B'].evaluations[-1, 1] / o.runs['A'].evaluations[-1, 1])} times the cost, "
            f"B comes to {n(o.height('B'))}."
        ),
        expects=lambda o: (
            np.isclose(o.runs["A"].evaluations[-1, 1], 1.0)
            and np.isclose(o.runs["B"].evaluations[-1, 1], 20.0)
            and o.height("A") < o.height("B", 1) / 2.0
        ),
    ),
    Scene(
        key="averaging",
        title="Let the average settle",
        topic=BATCHES,
        link="landscape=line_fit&steps=600&A=gradient_descent&A.learning_rate=0.05&A.batch_size=1"
        "&B=schedule_free&B.learning_rate=0.05&B.batch_size=1",
        before="A constant rate and single examples: can anything come to rest without lowering the rate?",
        after=lambda o: (
            f"Yes, the average of the steps: over the last 200 steps A is {n(o.left('A', 200))} above the "
            "minimum, and the "
            f"schedule-free rule, which shows such an average, {n(o.left('B', 200))}."
        ),
        expects=lambda o: o.left("B", 200) < o.left("A", 200) / 5.0,
    ),
)

INPUTS = (
    Scene(
        key="raw_units",
        title="Columns in raw units",
        topic=UNITS,
        link="landscape=regression_raw_units&steps=150&A=gradient_descent&A.learning_rate=0.00001&B=rprop&C=newton",
        before="One input is around 100, the other around 0.003: can one learning rate fit both weights?",
        after=lambda o: (
            f"No: κ = {n(o.condition)}. Gradient descent must keep η below {n(o.edge)} for the first "
            "weight, and "
            f"then the second moves by {n(abs(o.y('A') - o.y('A', 0)))} of "
            f"{n(abs(o.surface.minimizers[0][1] - o.y('A', 0)))}; rules that scale each weight, or know H, "
            "arrive."
        ),
        expects=lambda o: (
            o.condition > 1e10
            and o.rate("A") < o.edge
            and abs(o.y("A") - o.y("A", 0)) < 1.0
            and ruled(o, "gradient_descent", "rprop", "newton")
            and o.kinds[1:] == ["global minimum"] * 2
            and o.goal("A") is None
        ),
    ),
    Scene(
        key="standardised",
        title="The same columns, standardised",
        topic=UNITS,
        link="landscape=regression_raw_units&centre=1.0&standardise=1.0&steps=200"
        "&A=gradient_descent&A.learning_rate=0.5&B=newton",
        before="Each column less its mean, over its spread: is plain gradient descent enough now?",
        after=lambda o: (
            f"Yes: κ is down to {n(o.condition)}, all that the columns’ correlation leaves, and gradient "
            "descent arrives "
            f"{o.arrival('A')}."
        ),
        expects=lambda o: (
            ruled(o, "gradient_descent", "newton")
            and 20.0 < o.condition < 40.0
            and o.goal("A") is not None
            and o.goal("B") == 1
        ),
    ),
    Scene(
        key="off_centre",
        title="Inputs far from zero",
        topic=UNITS,
        link="landscape=regression_off_centre&steps=200&A=gradient_descent&A.learning_rate=9e-07"
        "&B=gradient_descent&B.learning_rate=1.01e-06",
        before="Both inputs are around 1000, so they look alike: what rate does the ravine allow?",
        after=lambda o: (
            f"κ = {n(o.condition)}: above 2/λ_max = {n(o.edge)} B leaves, and below it A falls to the "
            "floor and stands, "
            f"{n(o.height('A'))} above the minimum. Centre the columns, and try η = 0.2."
        ),
        expects=lambda o: (
            o.condition > 1e5
            and o.rate("A") < o.edge < o.rate("B")
            and o.kind("B") == "diverged"
            and o.height("A") > 1.0
        ),
    ),
    Scene(
        key="centred",
        title="The same inputs, centred",
        topic=UNITS,
        link="landscape=regression_off_centre&centre=1.0&steps=40&A=gradient_descent&A.learning_rate=0.2&B=newton",
        before="Take the mean from each column, nothing else: how many steps does gradient descent need?",
        after=lambda o: (
            f"κ falls to {n(o.condition)}, the ellipses are almost circles, and gradient descent arrives "
            f"{o.arrival('A')}."
        ),
        expects=lambda o: o.condition < 3.0 and 2 < (o.goal("A") or 99) < 30,
    ),
)

UNITS_OF_NETWORKS = (
    Scene(
        key="equal_weights",
        title="Equal weights never separate",
        topic=NETWORKS,
        link="landscape=twin_units&x=-1.0&y=-1.0&steps=300&A=gradient_descent&A.learning_rate=0.1"
        "&B=adam&B.learning_rate=0.05",
        before="Two identical hidden units that start with equal weights: can they learn different things?",
        after=lambda o: (
            "No: equal weights have equal gradients, so both runs stay on the diagonal and stop at its "
            "saddle, "
            f"{n(o.height('A'))} above the two minima beside it."
        ),
        expects=lambda o: (
            ruled(o, "gradient_descent", "adam")
            and o.kinds == ["saddle"] * 2
            and all(bool((t.points[:, 0] == t.points[:, 1]).all()) for t in o.runs.values())
        ),
    ),
    Scene(
        key="broken_symmetry",
        title="A hundredth breaks the symmetry",
        topic=NETWORKS,
        link="landscape=twin_units&x=-1.0&y=-1.01&steps=400&A=gradient_descent&A.learning_rate=0.5"
        "&B=rprop&B.learning_rate=0.1&C=adam&C.learning_rate=0.1",
        before="The same units, one weight a hundredth smaller: who gets away from the diagonal?",
        after=lambda o: (
            f"All three, as unequal weights have unequal slopes: Rprop arrives {o.arrival('B')}; gradient "
            f"descent is {n(o.height('A'))} above "
            "the minimum after "
            f"{o.runs['A'].steps} steps, Adam still {n(o.height('C'))}, near the saddle."
        ),
        expects=lambda o: (
            o.winners == ("B",)
            and o.height("A") < 1e-3 < o.height("C")
            and all(abs(o.x(s) - o.y(s)) > 0.1 for s in "ABC")
        ),
    ),
    Scene(
        key="spoiler_far",
        title="The spoiler, far away",
        topic=NETWORKS,
        link="landscape=spoiler&steps=400&A=adam&A.learning_rate=0.1&B=rprop&B.learning_rate=0.1"
        "&C=gradient_descent&C.learning_rate=2.0",
        before="A line separates all four examples, as a perceptron would find. Does descent?",
        after=lambda o: (
            "No: the far example’s error is saturated, its gradient vanishes, and all runs keep the answer "
            "of the other "
            f"three: a local minimum, loss {n(float(o.runs['A'].values[-1]))}."
        ),
        expects=lambda o: (
            ruled(o, "adam", "rprop", "gradient_descent")
            and o.kinds == ["local minimum"] * 3
            and o.winners == ()
            and all(abs(t.values[-1] - 0.81) < 0.02 for t in o.runs.values())
        ),
    ),
    Scene(
        key="spoiler_near",
        title="The spoiler, close by",
        topic=NETWORKS,
        link="landscape=spoiler&distance=1.0&steps=200&A=adam&A.learning_rate=0.1"
        "&B=gradient_descent&B.learning_rate=0.5",
        before="Now the fourth example lies near the others: does it pull the line to its side?",
        after=lambda o: (
            "Yes: from here its gradient counts, and descent comes to the global minimum, "
            f"{o.arrival('B')}, where all four "
            f"are right, at loss {n(float(o.runs['B'].values[-1]))}."
        ),
        expects=lambda o: o.kinds == ["global minimum"] * 2 and o.winners == ("B",),
    ),
    Scene(
        key="deep_without_skips",
        title="Ten layers deep",
        topic=NETWORKS,
        link="landscape=network_slice&depth=1.0&steps=100&A=gradient_descent&A.learning_rate=0.05"
        "&B=momentum&B.learning_rate=0.01",
        before="A slice of a trained network’s loss, ten layers deep: do rates that look modest hold?",
        after=lambda o: (
            f"No: the walls have a slope of {n(o.slope('A', 0))} at the start, and both "
            f"runs leave the measured slice, at steps {o.verdicts['A'].step} and {o.verdicts['B'].step}. "
            "Next: the same "
            "depth with skip connections."
        ),
        expects=lambda o: o.kinds == ["undefined"] * 2 and o.verdicts["B"].step < o.verdicts["A"].step < 100,
    ),
    Scene(
        key="deep_with_skips",
        title="As deep, with skip connections",
        topic=NETWORKS,
        link="landscape=network_slice&depth=1.0&skip=1.0&steps=300&A=gradient_descent&A.learning_rate=0.05"
        "&B=momentum&B.learning_rate=0.01",
        before="The same rules and rates, on a network whose layers add to their input: do they hold now?",
        after=lambda o: (
            f"Yes: the slope at the start is {n(o.slope('A', 0))}, the floor nearly a bowl "
            f"(κ = {n(o.condition)}), and the runs end {n(o.height('A'))} and {n(o.height('B'))} above its "
            "lowest point. "
            "A slice shows two directions of very many."
        ),
        expects=lambda o: (
            o.kinds == ["descending"] * 2
            and o.height("B") < o.height("A") < 1e-3
            and o.condition < 10.0
            and o.slope("A", 0) < 3.0
        ),
    ),
)
