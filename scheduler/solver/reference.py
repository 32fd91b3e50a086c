"""The slot search on interval lists, candidate by candidate: the readable reference of `field`, for any grid. Pure."""

from functools import cached_property

import numpy as np

from scheduler.solver.bits import Truths
from scheduler.solver.candidates import Candidates
from scheduler.solver.groups import Group, Ranked, parted, rank, seats
from scheduler.solver.problem import Problem


class Reference:
    """A problem's answers. They come from blocks of candidates, so a century of minutes needs no more memory."""

    def __init__(self, asked: Problem) -> None:
        self.asked, self.candidates = asked, Candidates(asked)
        self.resources = self.candidates.resources
        self.groups = parted(asked.needs, self.resources)

    @cached_property
    def feasible(self) -> int:
        """How many candidates there are at which every need is met."""
        return self._count(self.groups)

    def best(self, limit: int) -> list[Ranked]:
        """The best of them, no more than `limit`."""
        best: list[Ranked] = []
        for numbers in self.candidates.blocks() if limit else ():
            free = self.candidates.free(numbers)
            possible = _possible(self.groups, free)
            if possible.any():
                numbers = numbers[possible]
                rank(self.groups, numbers, self.candidates.costs(numbers, free[:, possible]), best, limit)
        return best

    def without(self, need: int) -> int:
        """How many candidates there would be without that one need."""
        return self._count(parted(self.asked.needs, self.resources, without=need))

    def seats(self, found: Ranked) -> list[list[str]]:
        """The ids of those who are chosen for a candidate, need by need."""
        return [[self.resources[row].id for row in rows] for rows in seats(self.groups, self.asked.needs, found.costs)]

    def _count(self, groups: list[Group]) -> int:
        blocks = (self.candidates.free(numbers) for numbers in self.candidates.blocks())
        return sum(int(_possible(groups, free).sum()) for free in blocks)


def _possible(groups: list[Group], free: Truths) -> Truths:
    possible = np.ones(free.shape[1], dtype=np.bool_)
    for group in groups:
        possible &= group.possible(free)
    return possible
