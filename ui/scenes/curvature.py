"""Scenes about rules that know, or guess, the curvature."""

import numpy as np

from ui.scene import Scene, n
from ui.scenes.ruled import ruled

TOPIC = "Curvature"

CURVATURE = (
    Scene(
        key="newton_in_one",
        title="Newton needs one step",
        topic=TOPIC,
        link="landscape=quadratic&condition_number=100&angle=30&steps=50&A=newton"
        "&B=gradient_descent&B.learning_rate=0.018",
        before="A narrow, turned ravine: how many steps does a rule need that knows the Hessian?",
        after=lambda o: (
            f"One: on any quadratic H⁻¹g is the whole way, whatever κ = {n(o.condition)} or the angle; "
            "gradient descent "
            f"is still {n(o.height('B'))} above the minimum after {o.runs['B'].steps}."
        ),
        expects=lambda o: o.goal("A") == 1 and o.goal("B") is None and np.isclose(o.condition, 100.0),
    ),
    Scene(
        key="newton_to_maximum",
        title="Newton climbs to a maximum",
        topic=TOPIC,
        link="landscape=himmelblau&steps=30&A=newton&B=newton&B.safeguard=1.0"
        "&C=gradient_descent&C.learning_rate=0.01",
        before="Newton goes where the slope is 0. Is that always downhill?",
        after=lambda o: (
            "No: at the start both curvatures are negative, "
            f"{' and '.join(n(v) for v in np.linalg.eigvalsh(o.surface.hessian(o.scenario.start)))}, so "
            "Newton walks "
            f"uphill, from {n(o.height('A', 0))} to the maximum at {n(o.height('A'))}; B takes |λ|, and "
            "goes down."
        ),
        expects=lambda o: (
            ruled(o, "newton", "newton", "gradient_descent")
            and o.runs["B"].rule.settings["safeguard"] > 0.0
            and o.kinds == ["maximum", "global minimum", "global minimum"]
            and float(np.linalg.eigvalsh(o.surface.hessian(o.scenario.start)).max()) < 0.0
            and o.height("A") > o.height("A", 0)
        ),
    ),
    Scene(
        key="newton_to_saddle",
        title="A saddle draws Newton in",
        topic=TOPIC,
        link="landscape=dupont&steps=60&A=newton&B=newton&B.safeguard=1.0",
        before="Between two wells lies a saddle: which of the two Newtons ends on it?",
        after=lambda o: (
            f"Plain Newton sits at the saddle from step {o.verdicts['A'].step} on, curvatures "
            f"{n(o.verdicts['A'].evidence['smallest_eigenvalue'])} and "
            f"{n(o.verdicts['A'].evidence['largest_eigenvalue'])}; the safeguard takes |λ| and slides off, "
            "to the lowest "
            f"minimum {o.arrival('B')}."
        ),
        expects=lambda o: o.kinds == ["saddle", "global minimum"] and o.winners == ("B",),
    ),
    Scene(
        key="guessing_hessians",
        title="BFGS guesses, Newton knows",
        topic=TOPIC,
        link="landscape=rosenbrock&steps=60&A=newton&B=bfgs&C=lbfgs&D=gradient_descent&D.learning_rate=0.001",
        before="BFGS builds its matrix from gradients alone: how close does it come to Newton?",
        after=lambda o: (
            f"Newton arrives {o.arrival('A')}, BFGS at step {o.goal('B')} without one Hessian, L-BFGS "
            f"at step {o.goal('C')} without "
            f"even keeping a matrix; gradient descent is {n(o.height('D'))} above the minimum."
        ),
        expects=lambda o: (
            ruled(o, "newton", "bfgs", "lbfgs", "gradient_descent")
            and o.kinds == [*["global minimum"] * 3, "descending"]
            and o.winners == ("A",)
            and int(o.runs["A"].evaluations[-1, 2]) > 0
            and int(o.runs["B"].evaluations[-1, 2]) == int(o.runs["C"].evaluations[-1, 2]) == 0
        ),
    ),
    Scene(
        key="diagonal_loading",
        title="Loading the diagonal",
        topic=TOPIC,
        link="landscape=beale&steps=60&A=newton&B=levenberg_marquardt&C=bfgs",
        before="Newton against a rule that adds λ to the Hessian’s diagonal: who finds the minimum?",
        after=lambda o: (
            "At the start the Hessian has eigenvalues of both signs, and Newton ends at a saddle, "
            f"{n(o.height('A'))} above the minimum; loaded with λ the matrix is positive definite, and "
            f"Levenberg–Marquardt arrives {o.arrival('B')}."
        ),
        expects=lambda o: (
            o.kinds == ["saddle", "global minimum", "global minimum"]
            and o.winners == ("B",)
            and float(np.prod(np.linalg.eigvalsh(o.surface.hessian(o.scenario.start)))) < 0.0
        ),
    ),
    Scene(
        key="convex_and_lost",
        title="Convex, and Newton still overshoots",
        topic=TOPIC,
        link="landscape=logistic_regression&steps=60&A=newton&B=backtracking&C=levenberg_marquardt",
        before="A convex loss, and Newton from far away: must it arrive?",
        after=lambda o: (
            "No: where the loss is nearly straight its parabola promises too much; A’s first step is "
            f"{n(float(np.linalg.norm(o.runs['A'].points[1] - o.runs['A'].points[0])))} long, and it never "
            "settles. Tested "
            f"steps (B) arrive {o.arrival('B')}, loaded ones (C) at step {o.goal('C')}."
        ),
        expects=lambda o: (
            o.kinds == ["oscillating", "global minimum", "global minimum"]
            and o.winners == ("C",)
            and bool(o.surface.facts.convex)
        ),
    ),
    Scene(
        key="no_gradient",
        title="Without any gradient",
        topic=TOPIC,
        link="landscape=goldstein_price&steps=100&A=nelder_mead&B=gradient_descent&B.learning_rate=0.00001"
        "&C=bfgs",
        before="Nelder–Mead only compares losses of three points: can it keep up on steep walls?",
        after=lambda o: (
            f"Yes: it arrives {o.arrival('A')} with {n(float(o.runs['A'].evaluations[-1, 0]))} losses and no "
            "gradient, and its "
            f"wide triangle passes over the well in which BFGS stops, {n(o.height('C'))} above the minimum."
        ),
        expects=lambda o: (
            o.winners == ("A",)
            and o.kinds == ["global minimum", "descending", "local minimum"]
            and int(o.runs["A"].evaluations[-1, 1]) == 0
        ),
    ),
    Scene(
        key="secants",
        title="Quickprop leaps on a bowl",
        topic=TOPIC,
        link="landscape=booth&steps=60&A=quickprop&A.learning_rate=0.05&B=gradient_descent&B.learning_rate=0.05",
        before="Quickprop draws a parabola through its last two slopes in each coordinate. Does it pay?",
        after=lambda o: (
            f"Yes: the secant of two slopes says how curved it is, and A arrives {o.arrival('A')}; "
            f"gradient descent at the same η is {n(o.height('B'))} above the "
            "minimum after "
            f"{o.runs['B'].steps}."
        ),
        expects=lambda o: o.winners == ("A",) and o.goal("B") is None and o.rate("A") == o.rate("B"),
    ),
)
