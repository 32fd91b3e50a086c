"""The best placement of a batch, and the proof that it is (CP-SAT, from OR-Tools). Pure.

One variable a sitting for its start, one literal a sitting, need and resource for "serves there", one optional
interval a sitting and resource, and no two intervals of a resource overlap. A literal that must be true where
somebody serves at an unsocial start carries the minutes into what is kept small. The sittings of one hearing are all
there or none, on dates in their order, and share the literals of their steady needs. What somebody may work on a
date, and the rest between two, is `nights`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from scheduler.solver.dates import Sitting, local_days
from scheduler.solver.nights import Nights
from scheduler.solver.part import Part, Serving
from scheduler.solver.pending import Choice, Pending
from scheduler.solver.serial import Serial
from scheduler.solver.series import Series

WORKERS = 2
Hearing = Pending | Serial


@dataclass(frozen=True)
class Best:
    """The choices found; no placement has more than `most` hearings, nor fewer minutes than `least` with that many."""

    choices: list[Any]
    most: int
    least: int


def improve(hearings: Sequence[Hearing], choices: Sequence[Any], *, seconds: float) -> Best:
    """Start from `choices`, what `best` gave for each hearing, and search for `seconds` or until none is better."""
    model = _Model(hearings)
    for part, choice in zip(model.whole, choices, strict=True):
        part.hint(choice)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = 18
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Best(list(choices), *model.unpack(0))
    return Best([one.read(solver) for one in model.whole], *model.unpack(round(solver.best_objective_bound)))


class _Model:
    def __init__(self, hearings: Sequence[Hearing]) -> None:
        self.model = cp_model.CpModel()
        self.whole = [_Whole(self.model, hearing) for hearing in hearings]
        parts = [part for one in self.whole for part in one.parts]
        intervals: dict[str, list[cp_model.IntervalVar]] = {}
        for part in parts:
            for id_, interval in part.intervals:
                intervals.setdefault(id_, []).append(interval)
        for mine in intervals.values():
            self.model.add_no_overlap(mine)
        if hearings:
            Nights(self.model, hearings[0].duty, parts).limit()
        self.worth = 1 + sum(part.dearest for part in parts)
        missing = [self.worth * (1 - one.present) for one in self.whole]
        self.model.minimize(cp_model.LinearExpr.sum([*(paid for part in parts for paid in part.penalties), *missing]))

    def unpack(self, bound: int) -> tuple[int, int]:
        """The objective's bound as (most placed, least minutes)."""
        missing, minutes = divmod(max(bound, 0), self.worth)
        return len(self.whole) - missing, minutes


class _Whole:
    """A hearing: all its sittings, or none."""

    def __init__(self, model: cp_model.CpModel, hearing: Hearing) -> None:
        self.model, self.hearing, self.present = model, hearing, model.new_bool_var("")
        one = hearing.one if isinstance(hearing, Serial) else hearing
        steady: Mapping[int, Serving] = {}
        if isinstance(hearing, Serial):
            places = range(len(hearing.problem.needs))
            lasting = [place for place in places if hearing.problem.needs[place].label in hearing.asked.steady]
            steady = {place: {row: model.new_bool_var("") for row in one.pools.pools[place]} for place in lasting}
        self.parts = [Part(model, one, self.present, steady) for _ in range(hearing.sittings)]
        if isinstance(hearing, Serial):
            self._in_order(hearing)

    def hint(self, choice: Any) -> None:
        guesses = [(self.present, int(choice is not None))]
        for part, (place, seats) in zip(self.parts, self._told(choice), strict=False):
            guesses += part.hints(place, seats)
        for literal, value in {literal.index: (literal, value) for literal, value in guesses}.values():
            self.model.add_hint(literal, value)

    def _told(self, choice: Any) -> Iterator[tuple[int, Sequence[Sequence[int]]]]:
        """For each sitting its place and the rows that serve."""
        if isinstance(choice, Choice):
            yield choice.place, choice.seats
        elif choice is not None:
            for part, sitting in zip(self.parts, choice.sittings, strict=True):
                yield part.place(sitting.start), [[part.rows[id_] for id_ in ids] for ids in sitting.assigned]

    def read(self, solver: cp_model.CpSolver) -> Any:
        """What the hearing's own `best` would give; None where it has no place."""
        if not solver.boolean_value(self.present):
            return None
        found = [part.read(solver) for part in self.parts]
        if isinstance(self.hearing, Pending):
            return found[0]
        sittings = tuple(self._sitting(part, choice) for part, choice in zip(self.parts, found, strict=True))
        total = sum(choice.total for choice in found)
        return Series(max(one.worst for one in sittings), total, sittings, (0, 0))

    def _sitting(self, part: Part, choice: Choice) -> Sitting:
        rows = [row for seated in choice.seats for row in seated]
        assigned = tuple(tuple(sorted(part.resources[row].id for row in seated)) for seated in choice.seats)
        worst = max((int(part.hearing.costs[row, choice.place]) for row in rows), default=0)
        return Sitting(part.hearing.start(choice.place), worst, choice.total, assigned)

    def _in_order(self, hearing: Serial) -> None:
        """On dates of their own, one after the other, close enough together."""
        if not hearing.one.line.count:
            return
        dates = local_days(hearing.one.starts, hearing.asked.zone)
        days = [part.day(dates) for part in self.parts]
        for earlier, later in pairwise(days):
            self.model.add(earlier < later).only_enforce_if(self.present)
        self.model.add(days[-1] < days[0] + hearing.asked.spread).only_enforce_if(self.present)
