"""A hearing of several sittings that waits for its times among others, as a batch sees it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.solver.field import Field
from scheduler.solver.pending import Taken, words
from scheduler.solver.problem import Problem
from scheduler.solver.series import Asked, Search, Series
from scheduler.solver.slots import Slot
from scheduler.solver.spans import Spans, rows_of
from scheduler.solver.timegrid import MINUTE, Span


@dataclass(frozen=True)
class Serial:
    """As `pending.Pending`, but found all together or not at all."""

    problem: Problem
    asked: Asked

    @cached_property
    def ids(self) -> frozenset[str]:
        """Whoever could serve."""
        return frozenset(id_ for need in self.problem.needs for id_ in need.of)

    @property
    def choices(self) -> int:
        """How many starts there are for one of its sittings, looked at by itself."""
        return Field(self.problem).feasible

    def best(self, taken: Taken) -> Series | None:
        """The series of fewest unsocial minutes, the earliest of these, beside what is taken."""
        resources = tuple(
            replace(one, busy=Spans(rows_of(one.busy)) + Spans(taken[one.id])) if one.id in taken else one
            for one in self.problem.resources
        )
        search = Search(Field(replace(self.problem, resources=resources)), replace(self.asked, by_total=True))
        return next(search.best(), None)

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
