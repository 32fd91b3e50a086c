"""Needs parted by the pools they share, what each part costs, and whom it takes. Pure."""

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.matching import Filling, Pools
from scheduler.solver.problem import Need, Resource

AWAY = -1  # in place of the unsocial minutes of a resource that is not available


class Ranked(NamedTuple):
    """A feasible candidate and its score; `costs` of all resources at it. Candidates differ, so costs never compare."""

    worst: int
    total: int
    number: int
    costs: Numbers


class Group:
    """Needs whose pools overlap, and the rows they draw on. Answers are kept: the same states come again and again."""

    def __init__(self, places: Sequence[int], needs: Sequence[Need], resources: Sequence[Resource]) -> None:
        """`resources` are sorted by id, so that comparing rows compares ids."""
        rows = {one.id: row for row, one in enumerate(resources)}
        drawn = sorted({rows[id_] for place in places for id_ in needs[place].of})
        self.rows, self.needs = np.array(drawn, dtype=np.intp), places
        self.loads = [resources[row].load for row in drawn]
        local = {resources[row].id: number for number, row in enumerate(drawn)}
        self.pools = Pools(
            [needs[place].count for place in places], [[local[id_] for id_ in needs[place].of] for place in places]
        )
        self._fits: dict[bytes, bool] = {}
        self._scores: dict[bytes, tuple[int, int]] = {}
        self._assigned: dict[bytes, Filling] = {}

    def possible(self, free: Truths) -> Truths:
        """For which candidates (columns) the available resources meet all the group's needs at once, by matching."""
        mine = free[self.rows]
        possible, sure = np.ones(free.shape[1], dtype=np.bool_), np.ones(free.shape[1], dtype=np.bool_)
        served = 0
        for count, pool in sorted(zip(self.pools.counts, self.pools.pools, strict=True), key=lambda need: len(need[1])):
            available = mine[pool].sum(axis=0)
            served += count
            possible &= available >= count
            sure &= available >= served  # served in this order, each need finds enough whomever the earlier ones took
        sets = np.ascontiguousarray(np.packbits(mine, axis=0).T)
        for place in np.flatnonzero(possible & ~sure):
            key = sets[place].tobytes()
            if key not in self._fits:
                self._fits[key] = self.pools.fill(np.flatnonzero(mine[:, place]).tolist()) is not None
            possible[place] = self._fits[key]
        return possible

    def bounds(self, costs: Numbers) -> tuple[Numbers, Numbers]:
        """The least (worst, total) of possible candidates, looking only at each need alone and the group as one pool.

        Exact for a group of one need; for others the true score may be higher, never lower.
        """
        mine = np.where(costs[self.rows] == AWAY, np.iinfo(np.int64).max, costs[self.rows])
        together = np.sort(mine, axis=0)[: sum(self.pools.counts)]
        alone = [
            np.sort(mine[pool], axis=0)[:count] for count, pool in zip(self.pools.counts, self.pools.pools, strict=True)
        ]
        worst = np.maximum.reduce([cheapest[-1] for cheapest in [together, *alone]])
        total = np.maximum(together.sum(axis=0), np.sum([cheapest.sum(axis=0) for cheapest in alone], axis=0))
        return worst, total

    def score(self, costs: Numbers) -> tuple[int, int]:
        """The least (worst, total) at a possible candidate, from its column of costs."""
        mine = costs[self.rows]
        key = mine.tobytes()
        if key not in self._scores:
            known = self._known(mine)
            filling = self.pools.fill(sorted(known, key=known.__getitem__))
            assert filling is not None
            taken = [known[number] for seated in filling for number in seated]
            self._scores[key] = max(taken), sum(taken)
        return self._scores[key]

    def assign(self, costs: Numbers) -> Filling:
        """The rows of the best assignment at a possible candidate, need by need."""
        mine = costs[self.rows]
        key = mine.tobytes()
        if key not in self._assigned:
            known = self._known(mine)
            # Load decides where unsocial minutes do not: no sum of loads reaches the weight of one minute.
            minute = 1 + sum(self.loads)
            weights = {number: cost * minute + self.loads[number] for number, cost in known.items()}
            filling = self.pools.first_of_lightest(weights)
            self._assigned[key] = [[int(self.rows[number]) for number in seated] for seated in filling]
        return self._assigned[key]

    @staticmethod
    def _known(mine: Numbers) -> dict[int, int]:
        return {number: cost for number, cost in enumerate(mine.tolist()) if cost != AWAY}


def drawn_on(needs: Sequence[Need], resources: Sequence[Resource]) -> list[Resource]:
    """The resources that some need draws on, in the order of their ids: row by row what a search looks at."""
    wanted = {id_ for need in needs for id_ in need.of}
    return sorted((one for one in resources if one.id in wanted), key=lambda one: one.id)


def parted(needs: Sequence[Need], resources: Sequence[Resource], without: int | None = None) -> list[Group]:
    """The needs in groups, so that no resource serves two of them: each group is then a question by itself.

    `resources` as `drawn_on` gives them. `without` leaves that need out.
    """
    return [Group(places, needs, resources) for places in hanging(needs, without)]


def hanging(needs: Sequence[Need], without: int | None = None) -> list[list[int]]:
    """The places of the needs whose pools hang together, group by group."""
    found: list[tuple[set[str], list[int]]] = []
    for place, need in enumerate(needs):
        if place == without:
            continue
        pool, places = set(need.of), [place]
        for other in [group for group in found if group[0] & pool]:
            found.remove(other)
            pool, places = pool | other[0], other[1] + places
        found.append((pool, places))
    return [sorted(places) for _, places in found]


def rank(groups: Sequence[Group], numbers: Numbers, costs: Numbers, best: list[Ranked], limit: int) -> None:
    """Let these candidates into `best`, which is sorted and no longer than `limit`.

    They come in the order of a bound their score cannot fall below; the first that cannot enter by its bound ends the
    search. `costs`: unsocial minutes by resource (row) and candidate (column), AWAY where it is not available.
    """
    worst, total = np.zeros_like(numbers), np.zeros_like(numbers)
    for group in groups:
        least_worst, least_total = group.bounds(costs)
        worst, total = np.maximum(worst, least_worst), total + least_total
    columns = np.ascontiguousarray(costs.T)
    for place in np.lexsort((numbers, total, worst)):
        bound = (int(worst[place]), int(total[place]), int(numbers[place]))
        if len(best) == limit and bound >= best[-1][:3]:
            return
        scores = [group.score(columns[place]) for group in groups]
        score = max((high for high, _ in scores), default=0), sum(low for _, low in scores)
        insort(best, Ranked(*score, bound[2], columns[place].copy()))
        del best[limit:]


def seats(groups: Sequence[Group], needs: Sequence[Need], costs: Numbers) -> list[list[int]]:
    """The rows of the best assignment at a candidate with these costs, for each need in order."""
    found: list[list[int]] = [[] for _ in needs]
    for group in groups:
        for place, rows in zip(group.needs, group.assign(costs), strict=True):
            found[place] = rows
    return found
