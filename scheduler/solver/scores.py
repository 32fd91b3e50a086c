"""At which columns of a series' dates a group of needs can be met, and what that costs at least. Pure."""

from typing import NamedTuple

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.groups import AWAY, Group

NEVER = np.iinfo(np.int64).max


class Scores(NamedTuple):
    """Column by column; the least minutes are exact where the needs can be met, and nought elsewhere."""

    possible: Truths
    worst: Numbers
    total: Numbers

    def at(self, columns: Numbers) -> "Scores":
        """Of these columns alone."""
        return Scores(self.possible[columns], self.worst[columns], self.total[columns])


def scores_of(group: Group, costs: Numbers) -> Scores:
    """`costs`: the unsocial minutes of all resources (rows) at each column, AWAY where one is not available."""
    if len(group.needs) == 1:
        return _alone(costs[group.rows], group.pools.counts[0])
    possible = group.possible(costs != AWAY)
    found = Scores(possible, *np.zeros((2, costs.shape[1]), dtype=np.int64))
    for column in np.flatnonzero(possible).tolist():
        found.worst[column], found.total[column] = group.score(np.ascontiguousarray(costs[:, column]))
    return found


def _alone(costs: Numbers, count: int) -> Scores:
    """Of one need that shares its pool with no other: the cheapest who are there."""
    if len(costs) < count:
        nothing = np.zeros(costs.shape[1], dtype=np.int64)
        return Scores(nothing > 0, nothing, nothing)
    cheapest = np.sort(np.where(costs == AWAY, NEVER, costs), axis=0)[:count]
    possible = cheapest[-1] != NEVER
    taken = np.where(possible, cheapest, 0)
    return Scores(possible, taken[-1], taken.sum(axis=0))
