"""The one place where a run goes on by a step: of one start or of many, whatever is wanted of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from landscapes import Array
from landscapes.compiler import Compiled, Functions
from landscapes.once import kept
from optimizers.arithmetic import Coordinate, take
from optimizers.optimizer import Optimizer, Pair, State, carefully
from optimizers.schedules import Schedule


class Now(NamedTuple):
    """Where one run, or every lane of many, is after step ``k``: all that the next step depends on."""

    k: int
    point: Pair
    state: State
    watched: tuple[Coordinate, ...] = ()
    """What a schedule with feedback remembers; nothing without one."""
    rate: Coordinate = math.nan
    """The learning rate of step ``k``."""

    def of(self, lanes: NDArray[np.int64]) -> Now:
        """The same for some of the lanes."""
        rate = self.rate[lanes] if isinstance(self.rate, np.ndarray) else self.rate
        point, state, watched = (take(tree, lanes) for tree in (self.point, self.state, self.watched))
        return Now(self.k, point, state, watched, rate)


def stepped(
    rule: Optimizer, surface: Functions, point: Pair, state: State, rate: Coordinate, k: int, renews: bool
) -> tuple[Pair, State]:
    """The rule's step on what step k sees; what it remembers of another batch is asked anew first."""
    if renews and k > 1:
        state = rule.renewed(surface, point, state)
    return rule.step(surface, point, state, rate, k)


@dataclass(frozen=True, eq=False)
class Course:
    """What decides every step of a run.

    Attributes
    ----------
    factors
        What the schedule makes of the rule's learning rate at every step, as long as it sees no losses.
    surface
        The whole surface. A single run computes with the first of its two worlds, and takes a step that
        raises there again in the second; lanes have their arrays in both.
    seen
        The surface as step k sees it, where that is not the whole one: its batch, its noise, its listener.
    renews
        Whether steps see different examples, so that the rule has to ask anew what it remembers of losses.
    look
        Where a schedule with feedback asks for the loss.
    """

    rule: Optimizer
    schedule: Schedule
    factors: Array
    surface: Compiled
    look: Callable[..., Coordinate]
    seen: Callable[[int], Compiled] | None = None
    renews: bool = False

    def begin(self, point: Pair) -> Now:
        """Before the first step."""
        return Now(0, point, self.rule.initial(point))

    def advance(
        self,
        now: Now,
        until: int,
        path: list[Coordinate] | None = None,
        states: list[State] | None = None,
        rates: list[Coordinate] | None = None,
    ) -> Now:
        """Go on until step ``until``.

        Lists that are given get both coordinates and the state after every step, and its rate if losses
        decide it.
        """
        done, point, state, watched, rate = now
        planned = self._planned(done, until)
        if self.seen is None and not self.schedule.feedback:
            point, state = self.rule.march(self.surface, point, state, planned, done + 1, path, states)
            return Now(until, point, state, watched, self._rate(until))
        exact, careful = self.surface
        for k, rate in enumerate(planned, start=done + 1):
            if self.seen is not None:
                exact, careful = self.seen(k)
            if self.schedule.feedback:
                watched = self._watch(watched, point)
                rate = self.base * watched[0]
                if rates is not None:
                    rates.append(rate)
            try:
                point, state = stepped(self.rule, exact, point, state, rate, k, self.renews)
            except (ArithmeticError, ValueError):  # Python raises where IEEE arithmetic gives inf or nan
                again = partial(stepped, self.rule, careful, renews=self.renews)
                point, state = carefully(again, point, state, rate, k)
            if path is not None:
                path += point
            if states is not None:
                states.append(state)
        return Now(until, point, state, watched, rate)

    @kept
    def base(self) -> Coordinate:
        """The rule's own learning rate, one a lane where it varies; nan if it has none."""
        return self.rule.settings.get("learning_rate", math.nan)

    def _planned(self, done: int, until: int) -> Iterable[Coordinate]:
        """The rates of the steps from the one after ``done`` on, if no loss changes them."""
        factors = self.factors[done:until]
        if isinstance(self.base, float):
            rates: list[float] = (self.base * factors).tolist()
            return rates
        return (self.base * factor for factor in factors)  # one by one: each is as long as the lanes

    def _rate(self, k: int) -> Coordinate:
        """The learning rate of step k, if no loss changes it; nan before the first."""
        return self.base * float(self.factors[k - 1]) if k else math.nan

    def _watch(self, watched: tuple[Coordinate, ...], point: Pair) -> tuple[Coordinate, ...]:
        """What the schedule remembers once it has seen the loss here; its factor first."""
        try:
            loss = self.look(*point)
        except (ArithmeticError, ValueError):
            loss = math.nan
        return self.schedule.react(watched, loss) if watched else self.schedule.initial(loss)
