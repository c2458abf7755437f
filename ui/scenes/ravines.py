"""Scenes in ravines: what a condition number costs, and which rules mind."""

from ui.scene import Scene, n
from ui.scenes.ruled import ruled

TOPIC = "Ravines"
_FIVE = (
    "landscape=quadratic&condition_number=100&steps=200&A=gradient_descent&A.learning_rate=0.018"
    "&B=momentum&B.learning_rate=0.01&B.momentum=0.8&C=adagrad&C.learning_rate=1.0"
    "&D=rmsprop&D.learning_rate=0.1&E=adam&E.learning_rate=0.4"
)

RAVINES = (
    Scene(
        key="opening",
        title="One arrives, one does not",
        topic=TOPIC,
        link="",
        before="Two rules start in the same bent ravine: watch who comes to the star, and who creeps.",
        after=lambda o: (
            f"Momentum adds up the small slopes of the floor and arrives {o.arrival('A')}; Adam divides by "
            f"the steep slopes of its first steps ({n(abs(o.runs['B'].gradients[0, 0]))}), whose squares "
            "still count "
            f"{n(100 * o.runs['B'].rule.settings['beta2'] ** o.runs['B'].steps)} % at step "
            f"{o.runs['B'].steps}."
        ),
        expects=lambda o: (
            o.winners == ("A",)
            and o.kinds == ["global minimum", "descending"]
            and o.x("B") < 0.0 < o.height("B")
            and o.runs["B"].gradients[0, 0] < -200.0
        ),
    ),
    Scene(
        key="past_the_bend",
        title="Past the bend first",
        topic=TOPIC,
        link="landscape=rosenbrock&steps=300&A=gradient_descent&A.learning_rate=0.001"
        "&B=rmsprop&B.learning_rate=0.02&B.decay=0.9",
        before="The ravine bends at x = 0: is RMSprop through before gradient descent has turned the corner?",
        after=lambda o: (
            f"Yes: it passes x = 0 at step {o.first('B', lambda p: p[:, 0] > 0.0)}, since it walks about η "
            "a step "
            f"however faint the slope; after {o.runs['A'].steps} steps gradient descent is at x = "
            f"{n(o.x('A'))}."
        ),
        expects=lambda o: (
            o.first("A", lambda p: p[:, 0] > 0.0) is None
            and (o.first("B", lambda p: p[:, 0] > 0.0) or 999) < 300
            and o.x("A") < -0.5 < 0.5 < o.x("B")
        ),
    ),
    Scene(
        key="closing_picture",
        title="Five rules, one ravine",
        topic=TOPIC,
        link=_FIVE,
        before="The lectures’ closing picture: four rules against gradient descent, all from one start.",
        after=lambda o: (
            f"κ = {n(o.condition)}: η must stay below 2/λ_max = {n(o.edge)}, so along the floor gradient "
            "descent "
            f"wins {n(100 * o.rate('A') * o.curvatures[0])} % of its way a step, and does not arrive in "
            f"{o.runs['A'].steps}; the others add up steps or scale each coordinate, and do."
        ),
        expects=lambda o: (
            ruled(o, "gradient_descent", "momentum", "adagrad", "rmsprop", "adam")
            and o.goal("A") is None
            and all(o.goal(slot) is not None for slot in "BCDE")
            and o.kinds == ["descending", *["global minimum"] * 4]
            and 0.0 < o.rate("A") < o.edge
        ),
    ),
    Scene(
        key="turned_ravine",
        title="The same ravine, turned",
        topic=TOPIC,
        link="landscape=quadratic&condition_number=100&angle=45&steps=200&A=adagrad&A.learning_rate=1.0"
        "&B=full_matrix_adagrad&B.learning_rate=1.0&C=gradient_descent&C.learning_rate=0.018",
        before="Turned by 45°, the ravine takes Adagrad’s advantage away: compare it with the full matrix.",
        after=lambda o: (
            "A rate for each coordinate cannot stretch a direction that mixes both; the full matrix can, "
            "and "
            f"arrives {o.arrival('B')}, while Adagrad is still {n(o.height('A'))} above the minimum: more "
            "than "
            f"gradient descent, {n(o.height('C'))}."
        ),
        expects=lambda o: (
            o.winners == ("B",) and o.goal("A") is None and o.height("A") > 10.0 * o.height("C")
        ),
    ),
    Scene(
        key="whitened",
        title="Whitened: one step is enough",
        topic=TOPIC,
        link="landscape=quadratic&whiten=1.0&steps=20&A=gradient_descent&A.learning_rate=1.0"
        "&B=gradient_descent&B.learning_rate=0.5",
        before="Measure each axis in its own unit, and the ravine is round: how many steps are left to do?",
        after=lambda o: (
            f"One: with circles κ = {n(o.condition)}: one rate suits every direction, and η = 1/λ = "
            f"{n(1.0 / o.curvatures[1])} lands on the minimum {o.arrival('A')}."
        ),
        expects=lambda o: (
            o.goal("A") == 1 and o.winners == ("A",) and abs(o.rate("A") * o.curvatures[1] - 1.0) < 1e-12
        ),
    ),
    Scene(
        key="exact_zigzag",
        title="The best step, every time",
        topic=TOPIC,
        link="landscape=quadratic&x=2.5&y=0.125&steps=60&A=exact_line_search&B=conjugate_gradient",
        before="A goes exactly as far downhill as pays: does the best step each time make the best path?",
        after=lambda o: (
            "No: each exact step ends at a right angle to the last, so the path zigzags; conjugate "
            "directions "
            "do not "
            f"undo what was won, and arrive {o.arrival('B')}, as on every quadratic of two weights."
        ),
        expects=lambda o: (
            o.goal("B") == 2
            and o.goal("A") is None
            and bool((abs(o.runs["A"].gradients[1:6] * o.runs["A"].gradients[:5]).sum(axis=1) > 0).all())
            and bool(
                (
                    abs((o.runs["A"].gradients[1:6] * o.runs["A"].gradients[:5]).sum(axis=1))
                    < 1e-6 * abs(o.runs["A"].gradients[:5]).max()
                ).all()
            )
        ),
    ),
)
