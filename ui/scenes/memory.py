"""Scenes about memory: momentum, and rules that scale every coordinate by what its slopes have been."""

import numpy as np

from optimizers.studies.tuning import edge, terminal_velocity
from ui.scene import Outcome, Scene, n

TOPIC = "Momentum"
ADAPTIVE = "Adaptive rates"
_REDDI = (
    "landscape=logistic_regression&steps=1000&A=adam&A.learning_rate=0.5&A.beta1=0.0&A.beta2=0.2"
    "&A.schedule=inverse_sqrt&A.batch_size=1&B=amsgrad&B.learning_rate=0.5&B.beta1=0.0&B.beta2=0.2"
    "&B.schedule=inverse_sqrt&B.batch_size=1"
)


def _last_step(o: Outcome, slot: str) -> float:
    """How far the last step of a run goes along x."""
    return abs(o.x(slot) - o.x(slot, -2))


def _terminal(o: Outcome, slot: str) -> float:
    """How far its steps along x go in the end."""
    slope = float(o.runs[slot].gradients[0, 0])
    return abs(terminal_velocity(o.rate(slot), slope, o.runs[slot].rule.settings["momentum"]))


def _limit(o: Outcome, slot: str) -> float:
    """The largest rate at which theory has a run stand."""
    rule = o.runs[slot].rule
    found = edge(rule, "momentum", [rule.settings["momentum"]], o.curvatures[1])
    assert found is not None
    return float(found[0])


MOMENTUM = (
    Scene(
        key="terminal_velocity",
        title="Terminal velocity on a plane",
        topic=TOPIC,
        link="formula=x&x=2.5&y=0.0&steps=40&A=gradient_descent&A.learning_rate=0.01"
        "&B=momentum&B.learning_rate=0.01&B.momentum=0.5&C=momentum&C.learning_rate=0.01",
        before="On a plane the slope is the same everywhere: which runs gather speed, and up to which?",
        after=lambda o: (
            f"Those with μ, up to ηg/(1 − μ): C’s last step is {n(_last_step(o, 'C'))} long, "
            f"towards {n(_terminal(o, 'C'))}, {n(_terminal(o, 'C') / _last_step(o, 'A'))} times A’s "
            f"{n(_last_step(o, 'A'))}; so a larger μ wants a smaller η."
        ),
        expects=lambda o: (
            np.isclose(_last_step(o, "C"), 0.1, rtol=0.03)
            and np.isclose(_last_step(o, "B"), 0.02, rtol=1e-6)
            and np.isclose(_last_step(o, "A"), 0.01)
            and _last_step(o, "C") < _terminal(o, "C")
        ),
    ),
    Scene(
        key="never_settles",
        title="Nothing forgotten, nothing settled",
        topic=TOPIC,
        link="landscape=quadratic&steps=300&A=momentum&A.learning_rate=0.02&A.momentum=1.0"
        "&B=momentum&B.learning_rate=0.02",
        before="A keeps all of its last step, B nine tenths: which of the two comes to rest?",
        after=lambda o: (
            "At μ = 1 nothing brakes: v² − ηλwv + ηλw² keeps its value in each direction, so A circles the "
            "minimum "
            f"for ever, while B arrives {o.arrival('B')}."
        ),
        expects=lambda o: o.kinds == ["oscillating", "global minimum"] and o.winners == ("B",),
    ),
    Scene(
        key="looks_ahead",
        title="Nesterov overshoots less",
        topic=TOPIC,
        link="landscape=quadratic&x=-2.5&y=0.0&steps=80&A=momentum&A.learning_rate=0.1"
        "&B=nesterov&B.learning_rate=0.1",
        before="Along the floor only: both run past the minimum at x = 0. Which one comes back sooner?",
        after=lambda o: (
            "Nesterov: it takes the gradient where momentum will carry it, so it brakes earlier. It runs "
            "on to "
            f"x = {n(float(o.runs['B'].points[:, 0].max()))}, momentum to "
            f"{n(float(o.runs['A'].points[:, 0].max()))}."
        ),
        expects=lambda o: (
            0.0 < o.runs["B"].points[:, 0].max() < 0.9 * o.runs["A"].points[:, 0].max()
            and o.winners == ("B",)
        ),
    ),
    Scene(
        key="lower_limit",
        title="Nesterov’s own limit is lower",
        topic=TOPIC,
        link="landscape=quadratic&steps=200&A=momentum&A.learning_rate=0.08&B=nesterov&B.learning_rate=0.08",
        before="Overshooting less does not mean standing more: the same large rate for both.",
        after=lambda o: (
            f"Momentum stands up to η = 2(1 + μ)/λ_max = {n(_limit(o, 'A'))}, Nesterov only to "
            f"2(1 + μ)/((1 + 2μ)λ_max) = {n(_limit(o, 'B'))}, and {n(o.rate('B'))} is above "
            "that."
        ),
        expects=lambda o: (
            o.kinds == ["global minimum", "diverged"]
            and o.rate("A") == o.rate("B")
            and o.runs["A"].rule.settings["momentum"] == o.runs["B"].rule.settings["momentum"]
            and _limit(o, "B") < o.rate("B") < _limit(o, "A")
        ),
    ),
    Scene(
        key="over_the_pass",
        title="Over the pass",
        topic=TOPIC,
        link="landscape=double_well&steps=250&A=gradient_descent&A.learning_rate=0.02"
        "&B=momentum&B.learning_rate=0.02",
        before="The nearer well is the higher one: who stays in it, and who rolls on?",
        after=lambda o: (
            f"Gradient descent stops where the slope does, {n(o.height('A'))} above the lowest loss; "
            "momentum still has "
            f"speed there, climbs over the pass and arrives {o.arrival('B')}. At another rate it may not."
        ),
        expects=lambda o: (
            o.x("A") > 0.9
            and o.x("B") < -0.9
            and o.winners == ("B",)
            and o.kinds == ["local minimum", "global minimum"]
        ),
    ),
    Scene(
        key="two_momenta",
        title="Two kinds of momentum",
        topic=TOPIC,
        link="landscape=quadratic&steps=100&A=momentum&A.learning_rate=0.03"
        "&B=averaged_momentum&B.learning_rate=0.3",
        before="B averages its gradients and has ten times A’s rate: how far apart are the two paths?",
        after=lambda o: (
            "At a constant rate they are one path: averaging weighs each gradient by 1 − β = "
            f"{n(1.0 - o.runs['B'].rule.settings['momentum'])}, and that times {n(o.rate('B'))} is A’s "
            f"{n(o.rate('A'))}. Choose a schedule for both, and they part."
        ),
        expects=lambda o: (
            np.allclose(o.runs["A"].points, o.runs["B"].points, atol=1e-9)
            and np.isclose(o.rate("A"), o.rate("B") * (1.0 - o.runs["B"].rule.settings["momentum"]))
        ),
    ),
)

SCALED = (
    Scene(
        key="adagrad_tires",
        title="Adagrad tires, RMSprop does not",
        topic=ADAPTIVE,
        link="landscape=himmelblau&steps=300&A=adagrad&A.learning_rate=0.05&B=rmsprop&B.learning_rate=0.05",
        before="Both divide by the slopes they have met, at one η: one of them never forgets.",
        after=lambda o: (
            f"Adagrad sums every squared slope, so its rate only falls: after {o.runs['A'].steps} steps it "
            "is "
            f"{n(o.height('A'))} above the minimum; RMSprop forgets, is there {o.arrival('B')}, and then "
            "rattles about η "
            "around it."
        ),
        expects=lambda o: (
            o.height("A") > 10.0 and o.winners == ("B",) and o.kinds == ["descending", "oscillating"]
        ),
    ),
    Scene(
        key="adam_fails",
        title="Adam walks to the wrong place",
        topic=ADAPTIVE,
        link=_REDDI,
        before="A convex loss, single examples, a rate that falls to 0: both must find the star. Do they?",
        after=lambda o: (
            "No: with a short memory Adam divides each gradient by little more than its own size, so a rare "
            "large one counts too little (Reddi and others, 2018): it settles "
            f"{n(o.left('A', 100))} above the minimum, AMSGrad {n(o.left('B', 100))}."
        ),
        expects=lambda o: (
            o.left("A", 100) > 0.2
            and o.left("B", 100) < 0.02
            and o.runs["A"].rule.settings["beta2"] == 0.2
            and float(np.ptp(o.runs["A"].points[-100:], axis=0).max()) < 0.5
        ),
    ),
    Scene(
        key="bias_correction",
        title="The first step of Adam",
        topic=ADAPTIVE,
        link="landscape=quadratic&steps=100&A=adam&A.learning_rate=0.5&B=adam&B.learning_rate=0.5"
        "&B.bias_correction=0.0",
        before="Both memories of Adam begin at 0, and B does not correct for it: compare the first steps.",
        after=lambda o: (
            f"Corrected, the first step is η = {n(abs(o.x('A', 1) - o.x('A', 0)))} along each axis; "
            "without it, "
            f"(1 − β₁)/√(1 − β₂) = {n(abs(o.x('B', 1) - o.x('B', 0)) / o.rate('B'))} times that."
        ),
        expects=lambda o: (
            np.allclose(abs(o.runs["A"].points[1] - o.runs["A"].points[0]), 0.5, rtol=1e-6)
            and np.allclose(
                abs(o.runs["B"].points[1] - o.runs["B"].points[0]), 0.5 * 0.1 / np.sqrt(0.001), rtol=1e-4
            )
        ),
    ),
    Scene(
        key="weight_decay",
        title="Decay moves the resting place",
        topic=ADAPTIVE,
        link="landscape=booth&steps=600&A=adam&A.learning_rate=0.1&B=adamw&B.learning_rate=0.1"
        "&B.weight_decay=0.1",
        before="AdamW also pulls the weights towards 0 at every step: does it reach the same place?",
        after=lambda o: (
            f"No: it stays {n(o.height('B'))} above the minimum, where pull and step balance; Adam is "
            f"{n(o.height('A'))} above. "
            "Decay buys smaller weights with a larger loss."
        ),
        expects=lambda o: (
            o.height("B") > 100.0 * o.height("A")
            and float(np.hypot(*o.runs["B"].points[-1])) < float(np.hypot(*o.runs["A"].points[-1]))
        ),
    ),
    Scene(
        key="sign_only",
        title="Only the signs",
        topic=ADAPTIVE,
        link="landscape=quadratic&x=-2.52&y=1.47&steps=200&A=lion&A.learning_rate=0.05"
        "&B=gradient_descent&B.learning_rate=0.05",
        before="Lion steps η along each axis, by the sign of a mean: what shape has its path?",
        after=lambda o: (
            f"Every coordinate moves {n(abs(o.x('A', 1) - o.x('A', 0)))} a step, steep or flat, so the "
            "path runs at 45°; "
            f"and since it never slows down, it ends by jumping around the minimum, {n(o.left('A', 50))} "
            "above it."
        ),
        expects=lambda o: (
            np.allclose(abs(np.diff(o.runs["A"].points[:25], axis=0)), 0.05)
            and o.kind("A") == "oscillating"
            and o.left("A", 50) > 1e-4
        ),
    ),
    Scene(
        key="relatives",
        title="Adam’s relatives",
        topic=ADAPTIVE,
        link="landscape=rosenbrock&steps=400&A=adam&B=nadam&C=adamax&D=radam",
        before="Four relatives at the same η in the bent ravine: they share a name, but what else?",
        after=lambda o: (
            f"NAdam looks ahead and leads, {n(o.height('B'))} above the minimum to Adam’s "
            f"{n(o.height('A'))}; Adamax, which divides by the "
            f"largest slope it has met, is at {n(o.height('C'))}; RAdam’s first steps are not scaled, "
            "which on this wall throws it out."
        ),
        expects=lambda o: (
            o.height("B") < o.height("A") < o.height("C")
            and o.kind("D") == "diverged"
            and o.verdicts["D"].step < 5
            and len({o.rate(slot) for slot in "ABCD"}) == 1
        ),
    ),
    Scene(
        key="no_rate_to_tune",
        title="Adadelta needs no tuning, and time",
        topic=ADAPTIVE,
        link="landscape=beale&steps=1000&A=adadelta&B=gradient_descent&B.learning_rate=0.001",
        before="Adadelta runs at its usual η = 1 on a surface with steep walls: is it lost, slow or fine?",
        after=lambda o: (
            f"Fine: it begins with tiny steps and finds their size itself; after {o.runs['A'].steps} steps "
            "it is "
            f"{n(o.height('A'))} above the minimum, where a careful η = {n(o.rate('B'))} has gradient "
            "descent at "
            f"{n(o.height('B'))}."
        ),
        expects=lambda o: (
            o.height("A") < o.height("B") / 10.0
            and o.rate("A") == 1.0
            and float(np.linalg.norm(o.runs["A"].points[1] - o.runs["A"].points[0])) < 0.01
        ),
    ),
)
