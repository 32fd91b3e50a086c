"""A hearing that waits for its time among others, as a batch sees it. Pure.

Its candidates are looked at once; what other hearings of the batch have taken is struck out as the batch goes on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scheduler.solver import masks
from scheduler.solver.bits import Numbers, Truths, unpack
from scheduler.solver.duty import Duty, Taken
from scheduler.solver.field import Field
from scheduler.solver.groups import AWAY
from scheduler.solver.matching import Filling, Pools
from scheduler.solver.problem import Problem, parse
from scheduler.solver.slots import Slot
from scheduler.solver.timegrid import MINUTE, Span, instant

NO_DUTY = Duty()


@dataclass(frozen=True)
class Choice:
    """A candidate by its place among the hearing's own, who serves (rows, need by need), and the unsocial minutes."""

    place: int
    total: int
    seats: Filling


class Pending:
    """One hearing's candidates: `free` and `costs` have a row a resource and a column a candidate."""

    def __init__(self, problem: Mapping[str, Any] | Problem, duty: Duty = NO_DUTY) -> None:
        self.asked, self.duty = problem if isinstance(problem, Problem) else parse(problem), duty
        field = Field(self.asked)
        self.line, self.resources = field.line, field.resources
        rows = {one.id: row for row, one in enumerate(self.resources)}
        self.free: Truths = np.zeros((len(rows), self.line.count), dtype=np.bool_)
        self.costs: Numbers = np.zeros(self.free.shape, dtype=np.int64)
        for row, one in enumerate(self.resources):
            self.free[row] = unpack(field.free[row], self.line.count)
            costs = masks.unsocial(one, self.line)
            self.costs[row] = 0 if costs is None else costs
        self._strike(self.free, duty.kept(self.resources, {}, self.asked.duration, self.asked.horizon))
        self.costs[~self.free] = AWAY
        asked = self.asked
        self.pools = Pools(
            [need.count for need in asked.needs], [[rows[one] for one in need.of] for need in asked.needs]
        )
        self.minute = 1 + sum(one.load for one in self.resources)  # outweighs every sum of loads

    @cached_property
    def ids(self) -> frozenset[str]:
        """Whoever could serve."""
        return frozenset(one.id for one in self.resources)

    @property
    def sittings(self) -> int:
        """One."""
        return 1

    def alone(self) -> int | None:
        """The fewest minutes it could have, were it the only one; None: it has no time."""
        found = self.best({})
        return found.total if found else None

    @property
    def choices(self) -> int:
        """At how many starts everybody in the pools is free."""
        return int(self.free.all(axis=0).sum())

    def start(self, place: int) -> int:
        """When that candidate starts, in seconds since the epoch."""
        return self.line.start(place)

    @cached_property
    def starts(self) -> Numbers:
        """When each candidate starts."""
        return np.arange(self.line.count) * self.line.step + self.start(0)

    def keeps(self, choice: Choice) -> Iterator[tuple[str, Span]]:
        """What a choice keeps from the others: each resource's id, from its preparation to its clearing."""
        start = self.start(choice.place)
        for row in (row for seated in choice.seats for row in seated):
            one = self.resources[row]
            yield one.id, (start - one.before * MINUTE, start + (self.asked.duration + one.after) * MINUTE)

    def best(self, taken: Taken) -> Choice | None:
        """The choice of fewest unsocial minutes, the earliest of these, beside what is taken."""
        free = self._left(taken)
        bounds = self._bounds(free)
        best: Choice | None = None
        for place in self._promising(free, bounds):
            if best and bounds[place] >= best.total:
                break
            found = self._at(int(place), free)
            if found and (best is None or found.total < best.total):
                best = found
        return best

    def slots(self, choice: Choice) -> tuple[Slot, ...]:
        """The choice in the words of a slot search's answer."""
        start = self.start(choice.place)
        costs = [int(self.costs[row, choice.place]) for seated in choice.seats for row in seated]
        slot: Slot = {
            "start": words(start),
            "end": words(start + self.asked.duration * MINUTE),
            "unsocial": {"worst": max(costs, default=0), "total": sum(costs)},
            "assigned": [sorted(self.resources[row].id for row in seated) for seated in choice.seats],
        }
        return (slot,)

    def _left(self, taken: Taken) -> Truths:
        free, touched = self.free.copy(), [one for one in self.resources if one.id in taken]
        self._strike(free, taken)
        self._strike(free, self.duty.kept(touched, taken, self.asked.duration, self.asked.horizon))
        return free

    def _strike(self, free: Truths, spans: Taken) -> None:
        """Out go the candidates whose [start - before, start + length + after) meets one of the spans."""
        if not self.line.count:
            return
        grid, length, origin = self.asked.grid * MINUTE, self.asked.duration * MINUTE, self.start(0)
        for row, one in enumerate(self.resources):
            for first, past in spans.get(one.id, ()):
                low = (first - length - one.after * MINUTE - origin) // grid + 1
                high = -((past + one.before * MINUTE - origin) // -grid)
                free[row, max(low, 0) : max(high, 0)] = False

    def _bounds(self, free: Truths) -> Numbers:
        """The least minutes any assignment could have, each need looked at alone."""
        costs = np.where(free, self.costs, np.iinfo(np.int32).max)
        bounds = np.zeros(self.line.count, dtype=np.int64)
        for count, pool in zip(self.pools.counts, self.pools.pools, strict=True):
            bounds += np.sort(costs[pool], axis=0)[:count].sum(axis=0)
        return bounds

    def _promising(self, free: Truths, bounds: Numbers) -> Numbers:
        possible = np.ones(self.line.count, dtype=np.bool_)
        for count, pool in zip(self.pools.counts, self.pools.pools, strict=True):
            possible &= free[pool].sum(axis=0) >= count
        places = np.flatnonzero(possible)
        found: Numbers = places[np.argsort(bounds[places], kind="stable")]
        return found

    def _at(self, place: int, free: Truths) -> Choice | None:
        weights = {int(row): self._weight(int(row), place) for row in np.flatnonzero(free[:, place])}
        seats = self.pools.fill(sorted(weights, key=lambda row: (weights[row], row)))
        if seats is None:
            return None
        return Choice(place, sum(int(self.costs[row, place]) for seated in seats for row in seated), seats)

    def _weight(self, row: int, place: int) -> int:
        cost = int(self.costs[row, place])
        assert cost != AWAY
        return cost * self.minute + self.resources[row].load


def words(at: int) -> str:
    """That second as an instant of a slot search's answer."""
    return instant(at).isoformat().replace("+00:00", "Z")
