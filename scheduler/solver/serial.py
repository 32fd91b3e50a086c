"""A hearing of several sittings that waits for its times among others, as a batch sees it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.solver.duty import Duty, Taken
from scheduler.solver.field import Field
from scheduler.solver.pending import NO_DUTY, Pending, words
from scheduler.solver.problem import Problem
from scheduler.solver.series import SECONDS, Asked, Search, Series
from scheduler.solver.slots import Slot
from scheduler.solver.spans import Spans, rows_of
from scheduler.solver.timegrid import MINUTE, Span

BESIDE = 0.5  # seconds for a proof, where others of the batch are in the way: it is asked for again and again


@dataclass(frozen=True)
class Serial:
    """As `pending.Pending`, but found all together or not at all."""

    problem: Problem
    asked: Asked
    duty: Duty = NO_DUTY

    @cached_property
    def one(self) -> Pending:
        """One of its sittings by itself."""
        return Pending(self.problem, self.duty)

    @property
    def ids(self) -> frozenset[str]:
        """Whoever could serve."""
        return self.one.ids

    @property
    def sittings(self) -> int:
        """How many."""
        return self.asked.count

    def alone(self) -> int | None:
        """The fewest minutes it could have, were it the only one, or fewer; None: it certainly has no times."""
        search = self._search({}, SECONDS)
        found = next(search.best(), None)
        if found is None:
            return 0 if search.undecided else None
        return found.least[1]

    @property
    def choices(self) -> int:
        """At how many starts everybody in the pools is free for one of them."""
        return self.one.choices

    def best(self, taken: Taken) -> Series | None:
        """The series of fewest unsocial minutes, the earliest of these, beside what is taken."""
        return next(self._search(taken, BESIDE).best(), None)

    def _search(self, taken: Taken, seconds: float) -> Search:
        problem, duty = self.problem, self.duty
        rests = duty.kept(problem.resources, taken, problem.duration, problem.horizon)
        resources = tuple(
            replace(one, busy=Spans([*rows_of(one.busy).tolist(), *taken.get(one.id, ()), *rests.get(one.id, ())]))
            if one.id in taken or one.id in rests
            else one
            for one in problem.resources
        )
        asked = replace(self.asked, by_total=True, limit=duty.limit, worked=duty.beside(taken))
        return Search(Field(replace(problem, resources=resources)), asked, seconds=seconds)

    def keeps(self, choice: Series) -> Iterator[tuple[str, Span]]:
        """What a choice keeps from the others: each resource's id, from its preparation to its clearing."""
        known = {one.id: one for one in self.problem.resources}
        for sitting in choice.sittings:
            for one in (known[id_] for ids in sitting.assigned for id_ in ids):
                past = sitting.start + (self.problem.duration + one.after) * MINUTE
                yield one.id, (sitting.start - one.before * MINUTE, past)

    def slots(self, choice: Series) -> tuple[Slot, ...]:
        """The choice in the words of a slot search's answer, a slot a sitting."""
        return tuple(
            {
                "start": words(one.start),
                "end": words(one.start + self.problem.duration * MINUTE),
                "unsocial": {"worst": one.worst, "total": one.total},
                "assigned": [list(ids) for ids in one.assigned],
            }
            for one in choice.sittings
        )
