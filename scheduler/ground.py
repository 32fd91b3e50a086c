"""Why a start is possible or not, resource by resource and need by need: the search's problem laid open. Pure.

The search answers with the best starts. This answers the clerk's other questions, from the same problem and
with the same arithmetic, so that the two cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from scheduler.problem import Need, Problem, Resource, parse
from scheduler.timegrid import ALWAYS, DAY, MINUTE, Span, join, offset, openings, seconds, subtract, ticks


class Why(StrEnum):
    """What keeps a resource from one start."""

    CLOSED = "closed"  # the whole local day
    HOURS = "hours"  # the time of day, buffers included
    BUSY = "busy"


@dataclass(frozen=True)
class Ground:
    """A problem with every resource's open and free time in it. Instants are UTC; spans are epoch seconds."""

    asked: Problem

    @classmethod
    def of(cls, problem: Mapping[str, object]) -> "Ground":
        """Read a problem. Raises `problem.ProblemError`."""
        return cls(parse(problem))

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """By id."""
        return {one.id: one for one in self.asked.resources}

    @cached_property
    def around(self) -> Span:
        """The horizon and the days beside it, into which buffers reach."""
        margin = DAY + max((max(r.before, r.after) for r in self.asked.resources), default=0) * MINUTE
        return self.asked.horizon[0] - margin, self.asked.horizon[1] + margin

    @cached_property
    def open(self) -> Mapping[str, list[Span]]:
        """When each resource is open: its hours without its closed days."""
        return {one.id: self._open(one) for one in self.asked.resources}

    @cached_property
    def free(self) -> Mapping[str, list[Span]]:
        """When each resource is open and not busy."""
        return {one.id: subtract(self.open[one.id], join(one.busy)) for one in self.asked.resources}

    @cached_property
    def fits(self) -> Mapping[str, frozenset[int]]:
        """The candidates each resource can serve, buffers included, by their number: start / grid."""
        return {one.id: self._fits(one, self.free[one.id]) for one in self.asked.resources}

    def number(self, start: datetime) -> int | None:
        """The candidate that starts then; None off the grid or outside the horizon."""
        at, step = seconds(start), self.asked.grid * MINUTE
        inside = self.asked.horizon[0] <= at and at + self.asked.duration * MINUTE <= self.asked.horizon[1]
        return at // step if inside and at % step == 0 else None

    def available(self, need: Need, number: int) -> list[str]:
        """Those of the need's pool that are free for this candidate."""
        return [one for one in need.of if number in self.fits[one]]

    def short(self, numbers: Iterable[int]) -> list[tuple[Need, int]]:
        """The needs that none of these candidates meets even alone, each with the most it could have."""
        candidates = list(numbers)
        most = [(need, self._most(need, candidates)) for need in self.asked.needs]
        return [(need, found) for need, found in most if found < need.count]

    def numbers(self, first: datetime, past: datetime) -> range:
        """The candidates that start in [first, past) inside the horizon."""
        step = self.asked.grid * MINUTE
        low = max(seconds(first), self.asked.horizon[0])
        high = min(seconds(past), self.asked.horizon[1] - self.asked.duration * MINUTE + 1)
        return range(-(-low // step), max(-(-low // step), -(-high // step)))

    def why(self, resource: str, number: int) -> Why | None:
        """What keeps this resource from this candidate: the first that applies."""
        one = self.resources[resource]
        if number in self.fits[resource]:
            return None
        if number in self._fits(one, self.open[resource]):
            return Why.BUSY
        start = number * self.asked.grid * MINUTE
        day = (start + offset(one.zone, start)) // DAY  # the local one on which the hearing begins
        shut = day in one.closed or (one.hours is not None and not one.hours[(day + 3) % 7])
        return Why.CLOSED if shut else Why.HOURS

    def unsocial(self, resource: str, start: datetime) -> int:
        """The minutes of a hearing that starts then which lie outside the resource's preferred hours."""
        one = self.resources[resource]
        if one.preferred is None:
            return 0
        at, length = seconds(start), self.asked.duration * MINUTE
        social = openings(one.zone, one.preferred, frozenset(), (at, at + length))
        return (length - sum(past - first for first, past in social)) // MINUTE

    def _open(self, one: Resource) -> list[Span]:
        if one.hours is None and not one.closed:
            return [self.around]
        return openings(one.zone, one.hours or ALWAYS, one.closed, self.around)

    def _fits(self, one: Resource, spans: list[Span]) -> frozenset[int]:
        first, past = self.asked.horizon
        step, last = self.asked.grid * MINUTE, past - self.asked.duration * MINUTE
        before, after = one.before * MINUTE, (self.asked.duration + one.after) * MINUTE
        found = (range(low, high) for low, high in ticks(spans, step, before, after))
        return frozenset(n for numbers in found for n in numbers if first <= n * step <= last)

    def _most(self, need: Need, candidates: list[int]) -> int:
        return max((len(self.available(need, number)) for number in candidates), default=0)
