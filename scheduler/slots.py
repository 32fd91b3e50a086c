"""When a hearing can take place, and with whom. Pure."""

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np

from scheduler.candidates import AWAY, Candidates, Numbers, Truths
from scheduler.matching import Filling, Pools
from scheduler.problem import Need, Problem, parse
from scheduler.timegrid import MINUTE, instant

Ranked = tuple[int, int, int, Numbers]  # worst, total, candidate number (so never equal), costs of all resources


class Unsocial(TypedDict):
    worst: int
    total: int


class Slot(TypedDict):
    start: str
    end: str
    unsocial: Unsocial
    assigned: list[list[str]]


class Blocker(TypedDict):
    need: str
    starts_without: int


class Answer(TypedDict):
    slots: list[Slot]
    feasible: int
    blockers: list[Blocker]


def solve(problem: Mapping[str, object]) -> Answer:
    """The best slots for `problem`, how many there are, and where there is none, what stands in the way.

    Minutes everywhere; instants are UTC, to the second. Slots are ranked by the least worst number of unsocial
    minutes among the assigned, then the least total, then the start. Within a slot, among the assignments of the best
    score, the one of the least total load wins; among these the one whose ids come first (by code point), compared as
    one sequence: need after need, each need's ids in ascending order. A problem that breaks its contract raises
    `scheduler.problem.ProblemError`, which names the field.
    """
    asked = parse(problem)
    candidates = Candidates(asked)
    groups = _groups(asked.needs, candidates)
    feasible, best = 0, list[Ranked]()
    for numbers in candidates.blocks():
        free = candidates.free(numbers)
        possible = _possible(groups, free)
        feasible += int(possible.sum())
        if asked.limit and possible.any():
            numbers = numbers[possible]
            _rank(groups, numbers, candidates.costs(numbers, free[:, possible]), best, asked.limit)
    return {
        "slots": [_slot(asked, candidates, groups, ranked) for ranked in best],
        "feasible": feasible,
        "blockers": [] if feasible else _blockers(asked, candidates),
    }


def _possible(groups: "Sequence[_Group]", free: Truths) -> Truths:
    possible = np.ones(free.shape[1], dtype=np.bool_)
    for group in groups:
        possible &= group.possible(free)
    return possible


def _rank(groups: "Sequence[_Group]", numbers: Numbers, costs: Numbers, best: list[Ranked], limit: int) -> None:
    """Let these candidates into `best`, which is sorted and no longer than `limit`.

    They come in the order of a bound their score cannot fall below; the first that cannot enter by its bound ends the
    search.
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
        insort(best, (*score, bound[2], columns[place].copy()))
        del best[limit:]


def _slot(asked: Problem, candidates: Candidates, groups: "Sequence[_Group]", ranked: Ranked) -> Slot:
    worst, total, number, costs = ranked
    start = number * asked.grid * MINUTE
    assigned: list[list[str]] = [[] for _ in asked.needs]
    for group in groups:
        for need, rows in zip(group.needs, group.assign(costs), strict=True):
            assigned[need] = [candidates.resources[row].id for row in rows]
    return {
        "start": _words(start),
        "end": _words(start + asked.duration * MINUTE),
        "unsocial": {"worst": worst, "total": total},
        "assigned": assigned,
    }


def _words(at: int) -> str:
    return instant(at).isoformat().replace("+00:00", "Z")


def _blockers(asked: Problem, candidates: Candidates) -> list[Blocker]:
    places = range(len(asked.needs))
    without = [_groups(asked.needs[:place] + asked.needs[place + 1 :], candidates) for place in places]
    starts = [0 for _ in places]
    for numbers in candidates.blocks():
        free = candidates.free(numbers)
        for place in places:
            starts[place] += int(_possible(without[place], free).sum())
    return [{"need": asked.needs[place].label, "starts_without": starts[place]} for place in places]


def _groups(needs: Sequence[Need], candidates: Candidates) -> "list[_Group]":
    """The needs, parted so that no resource serves needs of two groups: each group is then a question by itself."""
    parted: list[tuple[set[int], list[int]]] = []
    for place, need in enumerate(needs):
        rows, places = {candidates.rows[id_] for id_ in need.of}, [place]
        for other in [group for group in parted if group[0] & rows]:
            parted.remove(other)
            rows, places = rows | other[0], other[1] + places
        parted.append((rows, places))
    return [_Group(sorted(rows), sorted(places), needs, candidates) for rows, places in parted]


class _Group:
    """Needs whose pools overlap, and the rows they draw on. Answers are kept: the same states come again and again."""

    def __init__(
        self, rows: Sequence[int], places: Sequence[int], needs: Sequence[Need], candidates: Candidates
    ) -> None:
        self.rows, self.needs = np.array(rows, dtype=np.intp), places
        self.loads = [candidates.resources[row].load for row in rows]
        local = {candidates.resources[row].id: number for number, row in enumerate(rows)}
        self.pools = Pools(
            [needs[place].count for place in places], [[local[id_] for id_ in needs[place].of] for place in places]
        )
        self._fits: dict[bytes, bool] = {}
        self._scores: dict[bytes, tuple[int, int]] = {}

    def possible(self, free: Truths) -> Truths:
        """For which candidates (columns) the available resources meet all the group's needs at once."""
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
        known = self._known(costs[self.rows])
        # Load decides where unsocial minutes do not: no sum of loads reaches the weight of one minute.
        minute = 1 + sum(self.loads)
        weights = {number: cost * minute + self.loads[number] for number, cost in known.items()}
        return [[int(self.rows[number]) for number in seated] for seated in self.pools.first_of_lightest(weights)]

    @staticmethod
    def _known(mine: Numbers) -> dict[int, int]:
        return {number: cost for number, cost in enumerate(mine.tolist()) if cost != AWAY}
