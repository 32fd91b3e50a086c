"""The candidates of a slot search date by date, and the cheapest choice of several dates close together. Pure.

A *column* is a candidate at which every need can be met by itself; a *node* says who may still serve where. What a
node makes of a group of needs is kept, for the next node differs from it in one person.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from scheduler.solver import masks
from scheduler.solver.bits import Mask, Numbers, Truths, full, members, pack, unpack
from scheduler.solver.field import Field
from scheduler.solver.groups import AWAY, Group, hanging
from scheduler.solver.problem import Need
from scheduler.solver.scores import NEVER, Scores, scores_of
from scheduler.solver.timegrid import DAY, stretches


@dataclass(frozen=True)
class Node:
    """Needs, of which some may be parts of one (they bear the same label), and who is barred from which columns."""

    needs: tuple[Need, ...]
    barred: tuple[tuple[str, Mask], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.needs, self.barred))  # of a dozen needs and long masks: once is enough

    def barring(self, one: str, columns: Mask) -> "Node":
        """The same, without that resource at these columns."""
        known = dict(self.barred)
        known[one] = known.get(one, 0) | columns
        return replace(self, barred=tuple(sorted(known.items())))

    def filled(self, labels: Collection[str], seated: Iterable[tuple[str, ...]]) -> "Node":
        """The same, where the needs so labelled, of all in their order, have nobody but these."""
        filled = zip(self.needs, seated, strict=True)
        return replace(
            self, needs=tuple(replace(need, of=team) if need.label in labels else need for need, team in filled)
        )


class Spacing(Protocol):
    """How many dates, how close together, and by what they are ranked."""

    @property
    def count(self) -> int: ...
    @property
    def spread(self) -> int: ...
    @property
    def by_total(self) -> bool: ...


class Sitting(NamedTuple):
    """One of a series: seconds since the epoch, unsocial minutes, and the ids for each label in the needs' order."""

    start: int
    worst: int
    total: int
    assigned: tuple[tuple[str, ...], ...]

    def serves(self, one: str) -> bool:
        """Whether that resource is one of those assigned."""
        return any(one in ids for ids in self.assigned)


class Dates:
    """The columns of a field and their local dates; `within` holds the candidates that are looked at."""

    def __init__(self, laid_out: Field, zone: str, within: Mask = -1) -> None:
        self.zone, self.line, self.resources = zone, laid_out.line, laid_out.resources
        self.rows = {one.id: row for row, one in enumerate(self.resources)}
        self.places = members(laid_out.possible & within)
        self.starts: Numbers = (self.line.first + self.places) * self.line.step
        self.days = local_days(self.starts, zone)
        self._free, self._loads = laid_out.free, {one.id: one.load for one in self.resources}
        self._known: dict[tuple[object, ...], tuple[Group, Scores]] = {}
        self._nodes: dict[Node, list[tuple[Group, Scores]]] = {}
        self._seated: dict[tuple[Node, int], dict[str, frozenset[str]]] = {}
        self._whole: tuple[Dates, Numbers] | None = None  # of a part

    def part(self, columns: Truths) -> "Dates":
        """These columns alone, numbered anew."""
        found = copy(self)
        found.places, found.starts, found.days = self.places[columns], self.starts[columns], self.days[columns]
        found._known, found._nodes, found._seated, found.costs = {}, {}, {}, self.costs[:, columns]
        found._whole = self, np.flatnonzero(columns)
        found.__dict__.pop("_each_day", None)
        return found

    def held(self, within: Mask) -> Truths:
        """Which columns a mask of candidates holds."""
        return unpack(within & full(self.line.count), self.line.count)[self.places]

    def mask(self, columns: Truths) -> Mask:
        """Columns as candidates."""
        inside = np.zeros(self.line.count, dtype=np.bool_)
        inside[self.places[columns]] = True
        return pack(inside)

    def possible(self, node: Node) -> Truths:
        """The columns at which the node's needs are met."""
        return self._scores(node).possible

    def day(self, column: int) -> int:
        """Its local date, in days since the epoch."""
        return int(self.days[column])

    def day_of(self, at: int) -> int:
        """The local date at that second, in days since the epoch."""
        return int(local_days(np.array([at], dtype=np.int64), self.zone)[0])

    def days_held(self, within: Mask) -> list[int]:
        """The local dates of the columns that a mask of candidates holds."""
        days: list[int] = np.unique(self.days[self.held(within)]).tolist()
        return days

    def start(self, column: int) -> int:
        """When it starts, in seconds since the epoch."""
        return int(self.starts[column])

    def score(self, node: Node, column: int) -> tuple[int, int]:
        """The least unsocial minutes: the worst for one, and of all together."""
        parts = [scores for _group, scores in self._groups(node)]
        worst = max((int(scores.worst[column]) for scores in parts), default=0)
        return worst, sum(int(scores.total[column]) for scores in parts)

    def seats(self, node: Node, column: int) -> dict[str, frozenset[str]]:
        """Who is chosen there for each label."""
        if (node, column) not in self._seated:
            self._seated[node, column] = self._seats(node, column)
        return self._seated[node, column]

    def _seats(self, node: Node, column: int) -> dict[str, frozenset[str]]:
        costs = self.costs[:, column].copy()
        for one, columns in node.barred:
            if columns >> column & 1:
                costs[self.rows[one]] = AWAY
        found: dict[str, frozenset[str]] = {need.label: frozenset() for need in node.needs}
        for group, _scores in self._groups(node):
            for place, rows in zip(group.needs, group.assign(costs), strict=True):
                label = node.needs[place].label
                found[label] |= {self.resources[row].id for row in rows}
        return found

    def load(self, node: Node, column: int) -> int:
        """The load of those chosen there."""
        return sum(self._loads[one] for team in self.seats(node, column).values() for one in team)

    def sitting(self, node: Node, column: int) -> Sitting:
        """The column with whoever is chosen there."""
        seats = self.seats(node, column)
        ordered = tuple(tuple(sorted(seats[label])) for label in sorted(seats, key=int))
        return Sitting(self.start(column), *self.score(node, column), ordered)

    def pick(
        self, node: Node, asked: Spacing, begins: Truths, done: Collection[int], least: int = 0
    ) -> tuple[int, ...]:
        """The best `count` columns on dates of their own, the last less than `spread` days after the first; or none.

        The first is one of `begins` and on none of the dates `done`. Least worst minutes, least total, earliest;
        `by_total` leaves the first of these out. It is known that the worst are no fewer than `least`.
        """
        count, spread = asked.count, asked.spread
        scores = self._scores(node)
        may_begin = scores.possible & begins
        if done:
            may_begin &= ~np.isin(self.days, list(done))
        if count > spread or not may_begin.any():
            return ()
        levels = np.unique(scores.worst[scores.possible]).tolist()[-1 if asked.by_total else 0 :]
        low, high, found = (0 if asked.by_total else bisect_left(levels, least)), len(levels), tuple[int, ...]()
        middle = low  # most often as few as can be: nobody need be put out at all, or nobody more than before
        while low < high:
            less = self._cheapest(scores, levels[middle], count, spread, may_begin)
            found, low, high = (less, low, middle) if less else (found, middle + 1, high)
            middle = (low + high) // 2
        return found

    def beginnings(self, node: Node, count: int, spread: int) -> Mask:
        """The candidates that have enough later dates near them, as if no sitting had to do with another."""
        scores = self._scores(node)
        if not scores.possible.any():
            return 0
        days = self.days - self.days.min()
        held = np.zeros(int(days.max()) + 1 + spread, dtype=np.int64)
        held[days[scores.possible]] = 1
        counted = np.concatenate([[0], np.cumsum(held)])
        later = counted[days + spread] - counted[days + 1]
        return self.mask(scores.possible & (later >= count - 1))

    def _cheapest(self, scores: Scores, bound: int, count: int, spread: int, may_begin: Truths) -> tuple[int, ...]:
        """`pick` where nobody may have more than `bound` minutes."""
        inside = scores.possible & (scores.worst <= bound)
        first, later = (self._by_day(scores.total, inside & which, spread) for which in (may_begin, inside))
        whole = np.where(first == NEVER, NEVER, first // self._width)
        if count > 1:
            windows = sliding_window_view(later[1:], spread - 1)
            cheapest = np.partition(windows, count - 2, axis=1)[:, : count - 1]
            enough = (cheapest[:, count - 2] != NEVER) & (whole[: len(cheapest)] != NEVER)
            sums = np.where(cheapest == NEVER, 0, cheapest // self._width).sum(axis=1)
            whole = np.where(enough, whole[: len(cheapest)] + sums, NEVER)
        day = int(np.argmin(whole))
        if whole[day] == NEVER:
            return ()
        others = np.sort(later[day + 1 : day + spread])[: count - 1].tolist()
        return tuple(sorted(key % self._width for key in (int(first[day]), *others)))

    def _by_day(self, total: Numbers, which: Truths, spread: int) -> Numbers:
        """For each date from the first on the cheapest column as one number, its minutes before its place."""
        days, firsts = self._each_day
        found = np.full(int(days[-1]) + 1 + spread, NEVER, dtype=np.int64)
        keys = np.where(which, total * self._width + np.arange(len(which)), NEVER)
        found[days] = np.minimum.reduceat(keys, firsts)
        return found

    @cached_property
    def _each_day(self) -> tuple[Numbers, Numbers]:
        """The dates that have columns, counted from the first one, and where the columns of each begin."""
        return np.unique(self.days - self.days[0], return_index=True)

    @property
    def _width(self) -> int:
        return len(self.places) + 1

    def _scores(self, node: Node) -> Scores:
        possible = np.ones(len(self.places), dtype=np.bool_)
        worst, total = np.zeros(len(self.places), dtype=np.int64), np.zeros(len(self.places), dtype=np.int64)
        for _group, scores in self._groups(node):
            possible = possible & scores.possible
            worst, total = np.maximum(worst, scores.worst), total + scores.total
        return Scores(possible, worst, total)

    def _groups(self, node: Node) -> list[tuple[Group, Scores]]:
        if node not in self._nodes:
            self._nodes[node] = [self._group(places, node) for places in hanging(node.needs)]
        return self._nodes[node]

    def _group(self, places: Sequence[int], node: Node) -> tuple[Group, Scores]:
        asked = tuple((node.needs[place].count, node.needs[place].of) for place in places)
        barred = tuple((one, columns) for one, columns in node.barred if any(one in of for _count, of in asked))
        key = (asked, barred, tuple(places))
        if key not in self._known:
            self._known[key] = self._scored(places, node, barred)
        return self._known[key]

    def _scored(self, places: Sequence[int], node: Node, barred: tuple[tuple[str, Mask], ...]) -> tuple[Group, Scores]:
        if self._whole and not barred:  # what all parts ask of the same is asked once, of all
            whole, columns = self._whole
            group, scores = whole._group(places, node)
            return group, scores.at(columns)
        group = Group(places, node.needs, self.resources)
        return group, scores_of(group, self._costs(barred))

    def _costs(self, barred: tuple[tuple[str, Mask], ...]) -> Numbers:
        costs = self.costs.copy() if barred else self.costs
        for one, columns in barred:
            costs[self.rows[one], unpack(columns, len(self.places))] = AWAY
        return costs

    @cached_property
    def costs(self) -> Numbers:
        """The unsocial minutes of each resource (row) at each column, AWAY where it is not available."""
        found = np.zeros((len(self.resources), len(self.places)), dtype=np.int64)
        for row, one in enumerate(self.resources):
            costs = masks.unsocial(one, self.line)
            if costs is not None:
                found[row] = costs[self.places]
            found[row, ~unpack(self._free[row], self.line.count)[self.places]] = AWAY
        return found


def local_days(starts: Numbers, zone: str) -> Numbers:
    """The local date at each of these seconds, which are in order; in days since the epoch."""
    if not len(starts):
        return starts
    found = np.zeros_like(starts)
    first, past = int(starts[0]) // DAY * DAY, int(starts[-1]) // DAY * DAY + DAY
    for low, high, ahead in stretches(ZoneInfo(zone), first, past):
        inside = (starts >= low) & (starts < high)
        found[inside] = (starts[inside] + ahead) // DAY
    return found
