"""A slot search with all its candidates side by side, as bit sets. Pure.

Masks number the candidates along `Field.line`: bit n starts at `line.start(n)`. Everything that is asked of a field may
be asked of a part of it, given as a mask (`within`): a day, a week, what another hearing left.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from scheduler.solver import hall, masks
from scheduler.solver.bits import Mask, Numbers, all_of, full, held, lowest, members, pack, span, unpack
from scheduler.solver.groups import AWAY, Group, Ranked, drawn_on, parted, rank, seats
from scheduler.solver.masks import Line
from scheduler.solver.problem import Problem


class Field:
    """One row a resource that some need draws on, in the order of the ids, and one bit a candidate."""

    def __init__(self, asked: Problem) -> None:
        self.asked, self.line = asked, Line.of(asked)
        self.resources = drawn_on(asked.needs, asked.resources)
        self.groups = [_Must(group) for group in parted(asked.needs, self.resources)]

    @cached_property
    def free(self) -> Sequence[Mask]:
        """When each resource is available."""
        return masks.free(self.resources, self.line)

    @cached_property
    def possible(self) -> Mask:
        """The candidates at which every need is met."""
        return self._met(self.groups, self.free)

    @property
    def feasible(self) -> int:
        """How many they are."""
        return self.possible.bit_count()

    def without(self, need: int) -> int:
        """How many there would be without that one need, by its place."""
        left = [_Must(group) for group in parted(self.asked.needs, self.resources, without=need)]
        return self._met(left, self.free).bit_count()

    def best(self, limit: int, within: Mask = -1) -> list[Ranked]:
        """The best candidates in the mask, in their order, no more than `limit`. `number` counts from the epoch."""
        possible = self.possible & within
        if not possible or not limit:
            return []
        easy = self.at_ease(0) & possible
        found = self._easy(lowest(easy, limit))
        rest = possible & ~easy
        return found + self._uneasy(rest, limit - len(found)) if rest and len(found) < limit else found

    def at_ease(self, most: int) -> Mask:
        """The candidates at which every need is met and nobody has more than `most` unsocial minutes."""
        if most not in self._levels:
            nearby = [mask & self._cheap(row, most) for row, mask in enumerate(self.free)]
            self._levels[most] = self._met(self.groups, nearby)
        return self._levels[most]

    def between(self, first: int, past: int) -> Mask:
        """The candidates that start in [first, past), seconds since the epoch."""
        return span(self.line.place(first), self.line.place(past), self.line.count)

    def seats(self, found: Ranked) -> list[list[str]]:
        """The ids of those who are chosen for a candidate, need by need."""
        rows = seats([each.group for each in self.groups], self.asked.needs, found.costs)
        return [[self.resources[row].id for row in taken] for taken in rows]

    @cached_property
    def _levels(self) -> dict[int, Mask]:
        return {}

    @cached_property
    def _social(self) -> Sequence[Mask]:
        return [masks.social(one, self.line) for one in self.resources]

    @cached_property
    def _costs(self) -> Sequence[Numbers | None]:
        return [masks.unsocial(one, self.line) for one in self.resources]

    def _cheap(self, row: int, most: int) -> Mask:
        """The candidates at which the resource has no more than `most` unsocial minutes."""
        if most == 0:
            return self._social[row]
        costs = self._costs[row]
        return full(self.line.count) if costs is None else pack(costs <= most)

    def _met(self, groups: "Sequence[_Must]", free: Sequence[Mask]) -> Mask:
        return all_of([full(self.line.count), *(group.met(free, self.line.count) for group in groups)])

    def _easy(self, places: list[int]) -> list[Ranked]:
        """Candidates of score nought: whoever is chosen has no unsocial minute, so nobody else's minutes count."""
        if not places:
            return []
        free = held(self.free, places) & held(self._social, places)
        columns = np.where(free, 0, AWAY).T.astype(np.int64)
        return [Ranked(0, 0, self.line.first + place, column) for place, column in zip(places, columns, strict=True)]

    def _uneasy(self, rest: Mask, limit: int) -> list[Ranked]:
        """The best of candidates at which somebody has unsocial minutes."""
        places = members(self.at_ease(self._least_worst(rest, limit)) & rest)
        costs = np.zeros((len(self.resources), len(places)), dtype=np.int64)
        for row, known in enumerate(self._costs):
            if known is not None:
                costs[row] = known[places]
            costs[row, ~unpack(self.free[row], self.line.count)[places]] = AWAY
        best: list[Ranked] = []
        rank([each.group for each in self.groups], self.line.first + places, costs, best, limit)
        return best

    def _least_worst(self, rest: Mask, limit: int) -> int:
        """The fewest minutes that, if anybody may have as many, let in `limit` candidates, or all of them."""
        wanted = min(limit, rest.bit_count())
        low, high = 1, self.line.minutes
        while low < high:
            middle = (low + high) // 2
            if (self.at_ease(middle) & rest).bit_count() >= wanted:
                high = middle
            else:
                low = middle + 1
        return low


class _Must:
    """A group of needs with Hall's conditions; where these are too many, it is matched candidate by candidate."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.conditions = hall.conditions(group.pools.counts, group.pools.pools)

    def met(self, free: Sequence[Mask], count: int) -> Mask:
        mine = [free[row] for row in self.group.rows]
        if self.conditions is not None:
            return hall.possible(self.conditions, mine)
        truths = np.zeros((len(free), count), dtype=np.bool_)
        truths[self.group.rows] = [unpack(mask, count) for mask in mine]
        return pack(self.group.possible(truths))
