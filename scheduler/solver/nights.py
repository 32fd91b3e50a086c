"""What somebody may work on a date, and the rest between two, over all sittings of a batch in CP-SAT's model. Pure.

By interpreter, and by the midnights of her own zone: before each lies what ends by then, after it what begins from
then on. A date and a midnight at which nothing can go wrong cost the model nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.duty import Duty
from scheduler.solver.needs import WorkLimit
from scheduler.solver.pairs import marked, worked_on
from scheduler.solver.part import Part
from scheduler.solver.timegrid import MINUTE

LONG_AGO, NEVER = -(1 << 60), 1 << 60


@dataclass(frozen=True)
class _Turn:
    """Somebody at one sitting: when it would keep her, by candidate, where she is free at all."""

    part: Part
    used: cp_model.IntVar
    firsts: Numbers
    pasts: Numbers
    free: Truths
    before: int  # seconds between the first one and the sitting's start
    past: int  # and from its start to the end

    def where(self, which: Truths) -> cp_model.IntVar:
        return self.part.inside(which & self.free)


class Nights:
    """The rules of `duty`, for everybody whose work it limits."""

    def __init__(self, model: cp_model.CpModel, duty: Duty, parts: Sequence[Part]) -> None:
        self.model, self.duty, self.parts = model, duty, parts

    def limit(self) -> None:
        """Put them into the model."""
        if self.duty.limit is None:
            return
        for one in sorted(self.duty.worked):
            turns = [_turn(part, part.rows[one]) for part in self.parts if part.rows.get(one, -1) in part.used]
            turns = [turn for turn in turns if turn.free.any()]
            if len(turns) > 1:
                self._person(one, turns, self.duty.limit)

    def _person(self, one: str, turns: Sequence[_Turn], limit: WorkLimit) -> None:
        zone = next(r.zone.key for turn in turns for r in turn.part.resources if r.id == one)
        low = min(int(turn.firsts[0]) for turn in turns)
        marks = marked(zone, low, max(int(turn.pasts[-1]) for turn in turns))
        spent = worked_on(marks, self.duty.worked[one])
        for day in range(len(marks) - 1):
            left = limit.day * MINUTE - int(spent[day])
            self._date(turns, int(marks[day]), int(marks[day + 1]), left)
            self._night(turns, int(marks[day + 1]), limit.rest * MINUTE)

    def _date(self, turns: Sequence[_Turn], first: int, past: int, left: int) -> None:
        """No more seconds on the date from `first` to `past` than are left of it."""
        lengths = [
            np.where(turn.free, np.minimum(turn.pasts, past) - np.maximum(turn.firsts, first), 0).clip(0)
            for turn in turns
        ]
        if sum(int(length.max()) for length in lengths) <= left:
            return
        amounts = list[cp_model.LinearExprT]()
        for turn, length in zip(turns, lengths, strict=True):
            for amount in np.unique(length[length > 0]).tolist():
                worked = self.model.new_bool_var("")
                self.model.add_bool_or(~turn.used, ~turn.where(length == amount), worked)
                amounts.append(amount * worked)
        self.model.add(cp_model.LinearExpr.sum(amounts) <= max(left, 0))

    def _night(self, turns: Sequence[_Turn], midnight: int, rest: int) -> None:
        """What is over by midnight, and what begins from then on, lie a rest apart; what goes on over it is both."""
        before = [turn.free & (turn.pasts <= midnight) & (turn.pasts > midnight - rest) for turn in turns]
        after = [turn.free & (turn.firsts >= midnight) & (turn.firsts < midnight + rest) for turn in turns]
        over = [turn.free & (turn.firsts < midnight) & (turn.pasts > midnight) for turn in turns]
        if not _close(turns, before, after, over, rest):
            return
        last = self.model.new_int_var(midnight - rest, midnight, "")
        next_ = self.model.new_int_var(midnight, midnight + rest, "")
        self.model.add(next_ >= last + rest)
        for turn, ends, begins, goes_on in zip(turns, before, after, over, strict=True):
            start = turn.part.begins
            if ends.any():
                self.model.add(start + turn.past <= last).only_enforce_if(turn.used, turn.where(ends))
            if begins.any():
                self.model.add(start - turn.before >= next_).only_enforce_if(turn.used, turn.where(begins))
            if goes_on.any():
                here = (turn.used, turn.where(goes_on))
                self.model.add(last <= midnight - rest).only_enforce_if(*here)
                self.model.add(next_ >= midnight + rest).only_enforce_if(*here)


def _turn(part: Part, row: int) -> _Turn:
    one, hearing = part.resources[row], part.hearing
    before, past = one.before * MINUTE, (hearing.asked.duration + one.after) * MINUTE
    return _Turn(part, part.used[row], hearing.starts - before, hearing.starts + past, hearing.free[row], before, past)


def _close(
    turns: Sequence[_Turn], before: Sequence[Truths], after: Sequence[Truths], over: Sequence[Truths], rest: int
) -> bool:
    """Whether two of them can come too close at all."""
    ends = np.array([turn.pasts[which].max(initial=LONG_AGO) for turn, which in zip(turns, before, strict=True)])
    begins = np.array([turn.firsts[which].min(initial=NEVER) for turn, which in zip(turns, after, strict=True)])
    apart = ~np.eye(len(turns), dtype=np.bool_)
    if (apart & (begins - ends[:, np.newaxis] < rest)).any():
        return True
    near = np.array([which.any() for which in before]) | np.array([which.any() for which in after])
    going_on = np.array([which.any() for which in over])
    return bool((apart & going_on[:, np.newaxis] & (near | going_on)).any())
