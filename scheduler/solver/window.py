"""One first date of a series with the dates that can follow: the best series from there, or the proof of none. Pure.

The sittings are looked at date by date, as if they had nothing to do with each other. Where the best of that breaks a
rule, the search goes on in two: one way with somebody at all sittings, or not at one, the other without. The first that
breaks none is the best there is. Where that takes too many ways, `certain` finds the same by constraint programming.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, Protocol

from scheduler.solver.bits import Mask, pack
from scheduler.solver.dates import Dates, Node, Sitting, Spacing
from scheduler.solver.kept import Kept
from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import Need
from scheduler.solver.timegrid import Span

WAYS = 12  # looked at one by one; to build the model takes as long, and then it is far quicker

Rank = tuple[int, int, tuple[int, ...], int]


class Terms(Spacing, Protocol):
    """How a series is spaced, and what those who may work only so much do besides (`series.Asked`)."""

    @property
    def limit(self) -> WorkLimit | None: ...
    @property
    def worked(self) -> Mapping[str, Sequence[Span]]: ...


@dataclass
class Clock:
    """Seconds that are left for proofs."""

    left: float


class Found(NamedTuple):
    """A node and its columns, which keep every rule; none where there is no series.

    `sure`: nothing is better. Else nothing is better than `least`, (worst, total).
    """

    node: Node
    columns: tuple[int, ...]
    sure: bool = True
    least: tuple[int, int] = (0, 0)


class Window:
    """The columns of the dates in question."""

    def __init__(self, dates: Dates, asked: Terms, steady: Collection[str], root: Node, clock: Clock) -> None:
        self.dates, self.asked, self.steady, self.root, self.clock = dates, asked, steady, root, clock
        self.kept = Kept(dates, asked.worked, asked.limit)

    def best(self, begins: Mask, known: tuple[int, ...]) -> "Branches":
        """The search for the best series that begins at one of these candidates, all of one date.

        `known` are the columns of the best if no sitting had to do with another.
        """
        return Branches(self, begins, best=True, known=known)

    def some(self, begins: Mask) -> Found:
        """Any series that begins at one of these candidates, all of one date."""
        branches = Branches(self, begins, best=False)
        found = None
        while found is None:
            found = branches.step()
        return found

    def sittings(self, found: Found) -> tuple[Sitting, ...]:
        """The columns with whoever is chosen there."""
        return tuple(self.dates.sitting(found.node, column) for column in found.columns)

    def rank(self, node: Node, columns: Sequence[int]) -> Rank:
        """What series are compared by: unsocial minutes, starts, and the load of those chosen."""
        scores = [self.dates.score(node, column) for column in columns]
        starts = tuple(self.dates.start(column) for column in columns)
        load = sum(self.dates.load(node, column) for column in columns)
        worst, total = max(worst for worst, _total in scores), sum(total for _worst, total in scores)
        return 0 if self.asked.by_total else worst, total, starts, load

    def ways(self, node: Node, columns: Sequence[int]) -> list[Node]:
        """None where these sittings keep every rule; else what the node is parted into."""
        seated = [self.dates.seats(node, column) for column in columns]
        for need in node.needs:
            teams = [teams[need.label] for teams in seated]
            if need.label in self.steady and len(set(teams)) > 1:
                return _steadied(node, need.label, teams)
        return self._apart(node, columns, [frozenset[str]().union(*teams.values()) for teams in seated])

    def proof(self, begins: Mask, best: bool, bound: Rank) -> Found:
        """What the model says, where nothing is better than `bound`."""
        if self.clock.left <= 0:
            return Found(self.root, (), sure=False, least=bound[:2])
        from scheduler.solver import certain  # OR-Tools takes half a second to load: only who asks pays

        began = time.monotonic()
        found = certain.find(self, begins, best)
        self.clock.left -= time.monotonic() - began
        return found if found.sure else found._replace(least=max(found.least, bound[:2]))

    def _apart(self, node: Node, columns: Sequence[int], seated: Sequence[Collection[str]]) -> list[Node]:
        for one in sorted(frozenset[str]().union(*seated)):
            mine = [column for column, taken in zip(columns, seated, strict=True) if one in taken]
            for place, column in enumerate(mine):
                for before in mine[:place]:
                    forbidden = self.kept.forbidden(one, (before,))
                    if forbidden[column]:
                        # Whoever serves the one cannot serve the other, nor any start beside it.
                        others = pack(forbidden) & ~(1 << before)
                        return [node.barring(one, 1 << before), node.barring(one, others)]
                if self.kept.forbidden(one, tuple(mine[:place]))[column]:
                    return [node.barring(one, 1 << each) for each in mine[: place + 1]]
        return []


class Branches:
    """A search of a window that can be gone on with step by step; no series of it is better than `rank`."""

    def __init__(self, window: Window, begins: Mask, best: bool, known: tuple[int, ...] = ()) -> None:
        self.window, self.begins, self.best = window, begins, best
        self._inside, self._numbers, self._tried = window.dates.held(begins), count(), 0
        self._waiting = list[tuple[Rank, int, Node, tuple[int, ...]]]()
        if known:
            self._wait(window.root, known)
        else:
            self._push(window.root)

    @property
    def rank(self) -> Rank | None:
        """None: there is no series."""
        return self._waiting[0][0] if self._waiting else None

    def step(self) -> Found | None:
        """One way looked at; the answer, once it is known."""
        if not self._waiting:
            return Found(self.window.root, ())
        if self._tried == WAYS:
            return self.window.proof(self.begins, self.best, self._waiting[0][0])
        self._tried += 1
        rank, _number, node, columns = heappop(self._waiting)
        ways = self.window.ways(node, columns)
        for way in ways:
            self._push(way, rank[0])
        return None if ways else Found(node, columns)

    def _push(self, node: Node, least: int = 0) -> None:
        """A node, which is no better than the one that it is a part of: nobody has fewer than `least` minutes."""
        columns = self.window.dates.pick(node, self.window.asked, self._inside, (), least)
        if columns:
            self._wait(node, columns)

    def _wait(self, node: Node, columns: tuple[int, ...]) -> None:
        heappush(self._waiting, (self.window.rank(node, columns), next(self._numbers), node, columns))


def _steadied(node: Node, label: str, teams: Sequence[frozenset[str]]) -> list[Node]:
    """With the one who comes most often at all sittings, and without him at any."""
    some = frozenset[str]().union(*teams) - frozenset.intersection(*teams)
    chosen = min(some, key=lambda one: (-sum(one in team for team in teams), one))
    place = next(n for n, need in enumerate(node.needs) if need.label == label and chosen in need.of)
    before, asked, after = node.needs[:place], node.needs[place], node.needs[place + 1 :]
    others = tuple(one for one in asked.of if one != chosen)
    beside = (Need(label, asked.count - 1, others),) if asked.count > 1 else ()
    along = (*before, Need(label, 1, (chosen,)), *beside, *after)
    return [replace(node, needs=along), replace(node, needs=(*before, Need(label, asked.count, others), *after))]
