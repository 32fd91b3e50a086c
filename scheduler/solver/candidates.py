"""The candidates of a slot search by number, and each resource's state at them. Pure.

Candidate k starts k times the grid after the Unix epoch. What a resource can do is worked out on interval lists and
kept as sorted edges, which any run of candidates can then look itself up in.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.groups import AWAY, drawn_on
from scheduler.solver.masks import Social
from scheduler.solver.problem import Problem, Resource
from scheduler.solver.timegrid import ALWAYS, MINUTE, Span, join, openings, subtract, ticks

BLOCK = 1 << 15  # candidates looked at together: a year of minutes needs no more memory than three weeks


class Candidates:
    """All starts within the horizon; one row a resource that some need draws on, in the order of the ids.

    So comparing rows compares ids.
    """

    def __init__(self, asked: Problem) -> None:
        self.minutes, self.grid = asked.duration, asked.grid
        (self.starts,) = ticks([asked.horizon], self.grid * MINUTE, 0, self.minutes * MINUTE) or [(0, 0)]
        self.resources = drawn_on(asked.needs, asked.resources)
        self.rows: Mapping[str, int] = {one.id: row for row, one in enumerate(self.resources)}
        self._edges = [self._available(one, asked.horizon) for one in self.resources]
        self._social = [_social(one, asked.horizon) for one in self.resources]

    def blocks(self) -> Iterator[Numbers]:
        """The candidates' numbers, in order, some at a time."""
        first, past = self.starts
        for low in range(first, past, BLOCK):
            yield np.arange(low, min(low + BLOCK, past), dtype=np.int64)

    def free(self, numbers: Numbers) -> Truths:
        """Which resource (row) is available for which of the candidates (column)."""
        free = np.zeros((len(self.resources), len(numbers)), dtype=np.bool_)
        for row, edges in enumerate(self._edges):
            # An odd number of edges passed: inside a range. Touching ranges pass two at once and stay inside.
            free[row] = np.searchsorted(edges, numbers, side="right") & 1
        return free

    def costs(self, numbers: Numbers, free: Truths) -> Numbers:
        """The unsocial minutes of each resource (row) for each candidate (column), AWAY where it is not available."""
        costs = np.zeros(free.shape, dtype=np.int64)
        first = numbers * self.grid
        for row, social in enumerate(self._social):
            if social is not None:
                costs[row] = self.minutes - (social.until(first + self.minutes) - social.until(first))
        costs[~free] = AWAY
        return costs

    def _available(self, one: Resource, horizon: Span) -> Numbers:
        before, after = one.before * MINUTE, one.after * MINUTE
        within = (horizon[0] - before, horizon[1] + after)
        whole = one.hours is None and not one.closed
        opened = [within] if whole else openings(one.zone, one.hours or ALWAYS, one.closed, within)
        fitting = ticks(subtract(opened, join(one.busy)), self.grid * MINUTE, before, self.minutes * MINUTE + after)
        first, past = self.starts
        clipped = ((max(low, first), min(high, past)) for low, high in fitting)
        return np.array([edge for span in clipped if span[0] < span[1] for edge in span], dtype=np.int64)


def _social(one: Resource, horizon: Span) -> Social | None:
    """None for a resource to whom no hour is unsocial. A minute is judged by the instant at which it begins."""
    if one.preferred is None:
        return None
    spans = openings(one.zone, one.preferred, frozenset(), horizon)
    return Social(join((-(first // -MINUTE), -(past // -MINUTE)) for first, past in spans))
