"""The best placement of a batch, and the proof that it is (CP-SAT, from OR-Tools). Pure.

One variable a hearing for its start, one literal a hearing, need and resource for "serves there", one optional
interval a hearing and resource, and no two intervals of a resource overlap. A literal that must be true where
somebody serves at an unsocial start carries the minutes into what is kept small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.bits import Truths
from scheduler.solver.pending import Choice, Pending
from scheduler.solver.timegrid import MINUTE

WORKERS = 2


@dataclass(frozen=True)
class Best:
    """The choices found; no placement has more than `most` hearings, nor fewer minutes than `least` with that many."""

    choices: list[Choice | None]
    most: int
    least: int


def improve(hearings: Sequence[Pending], choices: Sequence[Choice | None], *, seconds: float) -> Best:
    """Start from `choices`, and search for `seconds` or until nothing better can exist."""
    model = _Model(hearings)
    model.hint(choices)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = 18
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Best(list(choices), *model.unpack(0))
    return Best(model.read(solver), *model.unpack(round(solver.best_objective_bound)))


class _Model:
    def __init__(self, hearings: Sequence[Pending]) -> None:
        self.hearings, self.model = hearings, cp_model.CpModel()
        self.intervals: dict[str, list[cp_model.IntervalVar]] = {}
        self.penalties: list[cp_model.LinearExprT] = []
        self.worth = 1 + sum(int(one.costs.max(initial=0)) * sum(one.pools.counts) for one in hearings)
        self.parts = [_Part(self, hearing) for hearing in hearings]
        for intervals in self.intervals.values():
            self.model.add_no_overlap(intervals)
        missing = [self.worth * (1 - part.present) for part in self.parts]
        self.model.minimize(cp_model.LinearExpr.sum([*self.penalties, *missing]))

    def hint(self, choices: Sequence[Choice | None]) -> None:
        for part, choice in zip(self.parts, choices, strict=True):
            part.hint(choice)

    def read(self, solver: cp_model.CpSolver) -> list[Choice | None]:
        return [part.read(solver) for part in self.parts]

    def unpack(self, bound: int) -> tuple[int, int]:
        """The objective's bound as (most placed, least minutes)."""
        missing, minutes = divmod(max(bound, 0), self.worth)
        return len(self.hearings) - missing, minutes


class _Part:
    """One hearing's variables. The start counts the hearing's own candidates from 0."""

    def __init__(self, whole: _Model, hearing: Pending) -> None:
        self.whole, self.model, self.hearing = whole, whole.model, hearing
        self.present = self.model.new_bool_var("")
        if not hearing.line.count:
            self.model.add(self.present == 0)
        self.start = self.model.new_int_var(0, max(hearing.line.count - 1, 0), "")
        self.serves = [
            {row: self.model.new_bool_var("") for row in pool if hearing.free[row].any()}
            for pool in hearing.pools.pools
        ]
        for count, literals in zip(hearing.pools.counts, self.serves, strict=True):
            self.model.add(sum(literals.values()) == count * self.present)
        for row in sorted({row for literals in self.serves for row in literals}):
            self._resource(row)

    def _resource(self, row: int) -> None:
        """Serves one need at most, only where it is available, beside nothing else, and at what cost."""
        hearing, model = self.hearing, self.model
        used = model.new_bool_var("")
        model.add(sum(literals[row] for literals in self.serves if row in literals) == used)
        self._only_in(hearing.free[row], used)
        one, asked = hearing.resources[row], hearing.asked
        length = one.before + asked.duration + one.after
        begins = hearing.start(0) // MINUTE - one.before + asked.grid * self.start
        interval = model.new_optional_fixed_size_interval_var(begins, length, used, "")
        self.whole.intervals.setdefault(one.id, []).append(interval)
        for cost in np.unique(hearing.costs[row][hearing.free[row]]).tolist():
            if cost:
                self._priced(used, hearing.costs[row] == cost, cost)

    def _priced(self, used: cp_model.IntVar, where: Truths, cost: int) -> None:
        paid = self.model.new_bool_var("")
        elsewhere = self.model.new_bool_var("")
        self._only_in(~where, elsewhere)
        self.model.add_bool_or(~used, elsewhere, paid)
        self.whole.penalties.append(cost * paid)

    def _only_in(self, where: Truths, literal: cp_model.IntVar) -> None:
        domain = cp_model.Domain.from_intervals(_runs(where))
        self.model.add_linear_expression_in_domain(self.start, domain).only_enforce_if(literal)

    def hint(self, choice: Choice | None) -> None:
        self.model.add_hint(self.present, choice is not None)
        if choice is None:
            return
        self.model.add_hint(self.start, choice.place)
        for seated, literals in zip(choice.seats, self.serves, strict=True):
            for row, literal in literals.items():
                self.model.add_hint(literal, row in seated)

    def read(self, solver: cp_model.CpSolver) -> Choice | None:
        if not solver.boolean_value(self.present):
            return None
        place = solver.value(self.start)
        seats = [[row for row, one in literals.items() if solver.boolean_value(one)] for literals in self.serves]
        return Choice(place, sum(int(self.hearing.costs[row, place]) for seated in seats for row in seated), seats)


def _runs(where: Truths) -> list[list[int]]:
    """The places at which it is true, as closed ranges."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], where, [False])).astype(np.int8)))
    return [[int(first), int(past) - 1] for first, past in zip(edges[::2], edges[1::2], strict=True)]
