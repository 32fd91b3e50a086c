"""Why a start is possible or not, resource by resource and need by need: the search's problem laid open. Pure.

The search answers with the best starts. This answers the clerk's other questions, from the same field of candidates,
so that the two cannot disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from scheduler.solver import masks
from scheduler.solver.bits import Mask, at_least
from scheduler.solver.field import Field
from scheduler.solver.problem import Need, Problem, Resource, parse
from scheduler.solver.spans import Spans, rows_of
from scheduler.solver.timegrid import ALWAYS, DAY, MINUTE, Span, join, offset, openings, seconds, subtract


class Why(StrEnum):
    """What keeps a resource from one start."""

    CLOSED = "closed"  # the whole local day
    HOURS = "hours"  # the time of day, buffers included
    BUSY = "busy"


@dataclass(frozen=True)
class Ground:
    """A field with every resource's open and free time in it. Instants are UTC; spans are epoch seconds."""

    field: Field

    @classmethod
    def of(cls, problem: Problem | Mapping[str, object]) -> "Ground":
        """Lay out a problem, read or as JSON. Raises `problem.ProblemError`."""
        return cls(Field(problem if isinstance(problem, Problem) else parse(problem)))

    @property
    def asked(self) -> Problem:
        """The problem."""
        return self.field.asked

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """By id."""
        return {one.id: one for one in self.asked.resources}

    @cached_property
    def around(self) -> Span:
        """The horizon and the days beside it, into which buffers reach."""
        margin = DAY + max((max(r.before, r.after) for r in self.asked.resources), default=0) * MINUTE
        return self.asked.horizon[0] - margin, self.asked.horizon[1] + margin

    def open(self, resource: str, within: Span) -> list[Span]:
        """When it is open in that span: its hours without its closed days."""
        one = self.resources[resource]
        first, past = max(within[0], self.around[0]), min(within[1], self.around[1])
        if one.hours is None and not one.closed:
            return join([(first, past)])
        return openings(one.zone, one.hours or ALWAYS, one.closed, (first, past)) if first < past else []

    def free(self, resource: str, within: Span) -> list[Span]:
        """When it is open in that span and not busy."""
        busy = rows_of(self.resources[resource].busy)
        near = busy[(busy[:, 0] < within[1]) & (busy[:, 1] > within[0])]  # of a year's hundreds, a page shows a month
        return subtract(self.open(resource, within), join(Spans(near)))

    def fits(self, resource: str, number: int | None) -> bool:
        """Whether it can serve that candidate, buffers included. A number is start / grid; None is no candidate."""
        return number is not None and self._holds(self._free[resource], number)

    def number(self, start: datetime) -> int | None:
        """The candidate that starts then; None off the grid or outside the horizon."""
        at, step = seconds(start), self.field.line.step
        inside = self.asked.horizon[0] <= at and at + self.asked.duration * MINUTE <= self.asked.horizon[1]
        return at // step if inside and at % step == 0 else None

    def available(self, need: Need, number: int) -> list[str]:
        """Those of the need's pool that are free for this candidate."""
        return [one for one in need.of if self.fits(one, number)]

    def only(self, number: int) -> Mask:
        """That candidate, to ask about it alone; empty outside the horizon."""
        place = number - self.field.line.first
        return 1 << place if 0 <= place < self.field.line.count else 0

    def between(self, first: datetime, past: datetime) -> Mask:
        """The candidates that start in [first, past) inside the horizon."""
        return self.field.between(seconds(first), seconds(past))

    def short(self, within: Mask) -> list[tuple[Need, int]]:
        """The needs that none of these candidates meets even alone, each with the most it could have."""
        most = [(need, self.most(need, within)) for need in self.asked.needs]
        return [(need, found) for need, found in most if found < need.count]

    def met(self, need: Need, within: Mask) -> Mask:
        """Those of these candidates at which the need is met, looked at by itself."""
        return at_least([self._free[one] & within for one in need.of], need.count)

    def most(self, need: Need, within: Mask) -> int:
        """How many of the need's pool are free at once at one of these candidates; no more than it asks for."""
        free = [self._free[one] & within for one in need.of]
        enough = min(need.count, len(free))
        return next((count for count in range(enough, 0, -1) if at_least(free, count)), 0)

    def why(self, resource: str, number: int) -> Why | None:
        """What keeps this resource from this candidate: the first that applies."""
        return self.kept_from(resource, self.only(number))

    def kept_from(self, resource: str, within: Mask) -> Why | None:
        """What keeps it from all of these candidates (one at least); None: it can serve one of them."""
        if self._free[resource] & within:
            return None
        if masks.opened(self.resources[resource], self.field.line) & within:
            return Why.BUSY
        return Why.CLOSED if all(self.shut(resource, day) for day in self.local_days(resource, within)) else Why.HOURS

    def local_days(self, resource: str, within: Mask) -> Sequence[int]:
        """The local dates on which the first and the last of these candidates begin, as days since the epoch."""
        line, zone = self.field.line, self.resources[resource].zone
        starts = [line.start(place) for place in ((within & -within).bit_length() - 1, within.bit_length() - 1)]
        return sorted({(start + offset(zone, start)) // DAY for start in starts})

    def shut(self, resource: str, day: int) -> bool:
        """Whether it is closed for the whole of that local date."""
        one = self.resources[resource]
        return day in one.closed or (one.hours is not None and not one.hours[(day + 3) % 7])

    def unsocial(self, resource: str, start: datetime) -> int:
        """The minutes of a hearing that starts then which lie outside the resource's preferred hours."""
        one = self.resources[resource]
        if one.preferred is None:
            return 0
        at, length = seconds(start), self.asked.duration * MINUTE
        social = openings(one.zone, one.preferred, frozenset(), (at, at + length))
        return (length - sum(past - first for first, past in social)) // MINUTE

    @cached_property
    def _free(self) -> Mapping[str, Mask]:
        found = {one.id: mask for one, mask in zip(self.field.resources, self.field.free, strict=True)}
        others = [one for one in self.asked.resources if one.id not in found]
        return found | {one.id: mask for one, mask in zip(others, masks.free(others, self.field.line), strict=True)}

    def _holds(self, mask: Mask, number: int) -> bool:
        return bool(mask & self.only(number))
