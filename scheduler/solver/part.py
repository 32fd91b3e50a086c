"""One sitting of a batch in CP-SAT's model: its start, who serves, when and at what cost. Pure."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.pending import Choice, Pending
from scheduler.solver.timegrid import MINUTE

Serving = Mapping[int, cp_model.IntVar]  # a row → whether it serves a need


class Part:
    """The start counts the hearing's own candidates from 0. `used`: by row, whether the resource serves at all."""

    def __init__(
        self, model: cp_model.CpModel, hearing: Pending, present: cp_model.IntVar, steady: Mapping[int, Serving]
    ) -> None:
        self.model, self.hearing, self.present, self.resources = model, hearing, present, hearing.resources
        self.rows = {one.id: row for row, one in enumerate(self.resources)}
        self.used: dict[int, cp_model.IntVar] = {}
        self.intervals: list[tuple[str, cp_model.IntervalVar]] = []
        self.penalties: list[cp_model.LinearExprT] = []
        self.dearest = int(hearing.costs.max(initial=0)) * sum(hearing.pools.counts)
        self._inside: dict[bytes, cp_model.IntVar] = {}
        if not hearing.line.count:
            model.add(present == 0)
        self.start = model.new_int_var(0, max(hearing.line.count - 1, 0), "")
        self.serves = [
            steady.get(place) or {row: model.new_bool_var("") for row in pool if hearing.free[row].any()}
            for place, pool in enumerate(hearing.pools.pools)
        ]
        for count, literals in zip(hearing.pools.counts, self.serves, strict=True):
            model.add(sum(literals.values()) == count * present)
        for row in sorted({row for literals in self.serves for row in literals}):
            self._resource(row)

    @property
    def begins(self) -> cp_model.LinearExprT:
        """When it starts, in seconds since the epoch."""
        return self.hearing.start(0) + self.hearing.line.step * self.start

    def place(self, start: int) -> int:
        """The candidate that starts then, in seconds since the epoch."""
        return self.hearing.line.place(start)

    def day(self, dates: Numbers) -> cp_model.IntVar:
        """The date on which it is, of the dates of its candidates."""
        found = self.model.new_int_var_from_domain(cp_model.Domain.from_values(np.unique(dates).tolist()), "")
        on = {day: self.model.new_bool_var("") for day in np.unique(dates).tolist()}
        self.model.add_exactly_one(on.values())
        for day, literal in on.items():
            self._only_in(dates == day, literal)
            self.model.add(found == day).only_enforce_if(literal)
        return found

    def inside(self, where: Truths) -> cp_model.IntVar:
        """A literal that is true where it starts at one of these candidates; elsewhere it may be either."""
        key = where.tobytes()
        if key not in self._inside:
            self._inside[key] = self.model.new_bool_var("")
            self._only_in(~where, ~self._inside[key])
        return self._inside[key]

    def _resource(self, row: int) -> None:
        """Serves one need at most, only where it is available, beside nothing else, and at what cost."""
        hearing, model = self.hearing, self.model
        self.used[row] = used = model.new_bool_var("")
        model.add(sum(literals[row] for literals in self.serves if row in literals) == used)
        self._only_in(hearing.free[row], used)
        one = self.resources[row]
        length = (one.before + hearing.asked.duration + one.after) * MINUTE
        begins = self.begins - one.before * MINUTE
        self.intervals.append((one.id, model.new_optional_fixed_size_interval_var(begins, length, used, "")))
        for cost in np.unique(hearing.costs[row][hearing.free[row]]).tolist():
            if cost:
                self._priced(used, hearing.costs[row] == cost, cost)

    def _priced(self, used: cp_model.IntVar, where: Truths, cost: int) -> None:
        paid = self.model.new_bool_var("")
        self.model.add_bool_or(~used, ~self.inside(where), paid)
        self.penalties.append(cost * paid)

    def _only_in(self, where: Truths, literal: cp_model.LiteralT) -> None:
        if not where.any():
            self.model.add_bool_or(~literal)
            return
        domain = cp_model.Domain.from_intervals(_runs(where))
        self.model.add_linear_expression_in_domain(self.start, domain).only_enforce_if(literal)

    def hints(self, place: int, seats: Sequence[Sequence[int]]) -> Iterator[tuple[cp_model.IntVar, int]]:
        """The start and who serves, as guesses; of steady needs the same ones at each sitting."""
        yield self.start, place
        for seated, literals in zip(seats, self.serves, strict=True):
            yield from ((literal, row in seated) for row, literal in literals.items())

    def read(self, solver: cp_model.CpSolver) -> Choice:
        place = solver.value(self.start)
        seats = [[row for row, one in literals.items() if solver.boolean_value(one)] for literals in self.serves]
        return Choice(place, sum(int(self.hearing.costs[row, place]) for seated in seats for row in seated), seats)


def _runs(where: Truths) -> list[list[int]]:
    """The places at which it is true, as closed ranges."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], where, [False])).astype(np.int8)))
    return [[int(first), int(past) - 1] for first, past in zip(edges[::2], edges[1::2], strict=True)]
