"""Update rules, the runs they make and what became of them."""

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
from optimizers.rules.adam import Adam, Adamax, AdamW, AMSGrad, NAdam, RAdam
from optimizers.rules.adaptive import Adadelta, Adagrad, RMSprop
from optimizers.rules.first_order import AveragedMomentum, GradientDescent, Momentum, Nesterov
from optimizers.rules.quasi_newton import BFGS, LBFGS, Backtracking, ConjugateGradient
from optimizers.rules.schedule_free import ScheduleFree
from optimizers.rules.second_order import LevenbergMarquardt, Newton
from optimizers.rules.sharpness_aware import SharpnessAware
from optimizers.rules.sign_based import Lion, Quickprop, Rprop
from optimizers.rules.simplex import NelderMead
from optimizers.runs.run import run
from optimizers.runs.trajectory import Trajectory
from optimizers.schedules import (
    Constant,
    Cosine,
    Exponential,
    Linear,
    OneCycle,
    Quadratic,
    Schedule,
    Stagnation,
    Warmup,
)
from optimizers.verdicts.classify import Nature
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import KnownMinima, known_minima
from optimizers.verdicts.stationary_points import StationaryPoint, StationaryPoints, stationary_points
from optimizers.verdicts.verdict import Verdict, judge
from optimizers.verdicts.window import left_for_good

OPTIMIZERS: dict[str, type[Optimizer]] = {
    rule.key: rule
    for rule in (
        GradientDescent,
        Momentum,
        AveragedMomentum,
        Nesterov,
        Adagrad,
        RMSprop,
        Adadelta,
        Adam,
        AdamW,
        AMSGrad,
        Adamax,
        NAdam,
        RAdam,
        Lion,
        Rprop,
        Quickprop,
        SharpnessAware,
        ScheduleFree,
        Newton,
        LevenbergMarquardt,
        BFGS,
        LBFGS,
        ConjugateGradient,
        Backtracking,
        NelderMead,
    )
}
"""Every update rule by key, in teaching order."""

SCHEDULES: dict[str, type[Schedule]] = {
    schedule.key: schedule
    for schedule in (Constant, Linear, Quadratic, Exponential, Stagnation, Cosine, Warmup, OneCycle)
}
"""Every learning-rate schedule by key."""

__all__ = [
    "MAX_STEPS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Basins",
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
    "checked_noise",
    "checked_start",
    "checked_steps",
    "checked_whole",
    "judge",
    "known_minima",
    "left_for_good",
    "run",
    "stationary_points",
    "sweep",
    "tuning_map",
]
