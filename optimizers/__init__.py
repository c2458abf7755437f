"""Update rules, the runs they make and what became of them."""

from optimizers import schedules
from optimizers.checks import (
    MAX_STEPS,
    checked_batch_size,
    checked_noise,
    checked_start,
    checked_steps,
    checked_whole,
)
from optimizers.hyperparameters import Hyperparameter
from optimizers.maps.basins import Basins, basins
from optimizers.maps.sweep import Sweep, TuningMap, sweep, tuning_map
from optimizers.optimizer import Optimizer
from optimizers.rules import (
    adam,
    adaptive,
    first_order,
    quasi_newton,
    schedule_free,
    second_order,
    sharpness_aware,
    sign_based,
    simplex,
)
from optimizers.runs.budget import (
    Budget,
    checked_budget,
    clock,
    most_steps,
    reached,
    run_within,
    spent,
    step_cost,
    within,
)
from optimizers.runs.run import run
from optimizers.runs.tape import rule_tape, schedule_tape, tape
from optimizers.runs.trajectory import Trajectory
from optimizers.schedules import Constant, Schedule
from optimizers.verdicts.classify import Nature
from optimizers.verdicts.convergence_rate import observed_rate
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import KnownMinima, known_minima
from optimizers.verdicts.stationary_points import StationaryPoint, StationaryPoints, stationary_points
from optimizers.verdicts.verdict import Verdict, judge
from optimizers.verdicts.window import left_for_good

OPTIMIZERS: dict[str, type[Optimizer]] = {
    rule.key: rule
    for rule in (
        first_order.GradientDescent,
        first_order.Normalised,
        first_order.Momentum,
        first_order.AveragedMomentum,
        first_order.Nesterov,
        adaptive.Adagrad,
        adaptive.FullMatrixAdagrad,
        adaptive.RMSprop,
        adaptive.Adadelta,
        adam.Adam,
        adam.AdamW,
        adam.AMSGrad,
        adam.Adamax,
        adam.NAdam,
        adam.RAdam,
        sign_based.Lion,
        sign_based.Rprop,
        sign_based.Quickprop,
        sharpness_aware.SharpnessAware,
        schedule_free.ScheduleFree,
        second_order.Newton,
        second_order.LevenbergMarquardt,
        quasi_newton.BFGS,
        quasi_newton.LBFGS,
        quasi_newton.ConjugateGradient,
        quasi_newton.Backtracking,
        quasi_newton.ExactLineSearch,
        simplex.NelderMead,
    )
}
"""Every update rule by key, in teaching order."""

SCHEDULES: dict[str, type[Schedule]] = {
    schedule.key: schedule
    for schedule in (
        schedules.Constant,
        schedules.InverseSqrt,
        schedules.Linear,
        schedules.Quadratic,
        schedules.Exponential,
        schedules.Step,
        schedules.Stagnation,
        schedules.Cosine,
        schedules.Warmup,
        schedules.OneCycle,
    )
}
"""Every learning-rate schedule by key, in teaching order."""

__all__ = [
    "MAX_STEPS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Basins",
    "Budget",
    "Constant",
    "Hyperparameter",
    "Kind",
    "KnownMinima",
    "Nature",
    "Optimizer",
    "Schedule",
    "StationaryPoint",
    "StationaryPoints",
    "Sweep",
    "Trajectory",
    "TuningMap",
    "Verdict",
    "basins",
    "checked_batch_size",
    "checked_budget",
    "checked_noise",
    "checked_start",
    "checked_steps",
    "checked_whole",
    "clock",
    "judge",
    "known_minima",
    "left_for_good",
    "most_steps",
    "observed_rate",
    "reached",
    "rule_tape",
    "run",
    "run_within",
    "schedule_tape",
    "spent",
    "stationary_points",
    "step_cost",
    "sweep",
    "tape",
    "tuning_map",
    "within",
]
