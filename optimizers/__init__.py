"""Update rules, the runs they make and what became of them."""

from optimizers.adam import Adam, Adamax, AdamW, AMSGrad, Lion, NAdam, RAdam
from optimizers.adaptive import Adadelta, Adagrad, RMSprop
from optimizers.batches import checked_batch_size
from optimizers.engine import MAX_STEPS, run
from optimizers.first_order import AveragedMomentum, GradientDescent, Momentum, Nesterov
from optimizers.many import Basins, Sweep, TuningMap, basins, sweep, tuning_map
from optimizers.newer import ScheduleFree, SharpnessAware
from optimizers.optimizer import Hyperparameter, Optimizer
from optimizers.quasi_newton import BFGS, LBFGS, Backtracking, ConjugateGradient
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
from optimizers.second_order import LevenbergMarquardt, Newton
from optimizers.sign_based import Quickprop, Rprop
from optimizers.simplex import NelderMead
from optimizers.stationary import Kind
from optimizers.stationary_points import Nature, StationaryPoint, stationary_points
from optimizers.trajectory import Trajectory
from optimizers.verdict import Verdict, judge

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
    "Nature",
    "Optimizer",
    "Schedule",
    "StationaryPoint",
    "Sweep",
    "Trajectory",
    "TuningMap",
    "Verdict",
    "basins",
    "checked_batch_size",
    "judge",
    "run",
    "stationary_points",
    "sweep",
    "tuning_map",
]
