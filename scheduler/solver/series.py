"""Several sittings of one hearing, found together or not at all. Pure.

A *series* is so many feasible candidates of a slot search on as many different local dates, the last less than
`spread` days after the first, where each *steady* need is met by the same resources throughout: the bench that hears
the end has heard the beginning. Interpreters and rooms may change from one sitting to the next; but what a sitting
takes of them, with the rest it is owed, no other sitting may use.

All dates are first looked at as if no sitting had to do with another (`dates`): nothing can be better than the best of
that. Where it breaks a rule, its first date is looked at with the dates that follow, by itself (`window`); and on to
the next, until none that is left could be better than what was found.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import heappop, heappush
from itertools import combinations, count, product
from math import comb, prod
from typing import Any, NamedTuple

import numpy as np

from scheduler.solver.bits import Mask, pack
from scheduler.solver.dates import Dates, Node, Sitting
from scheduler.solver.field import Field
from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import Problem, parse
from scheduler.solver.timegrid import Span, instant
from scheduler.solver.window import Branches, Clock, Found, Rank, Window

FEW = 300  # ways to fill the steady needs, which are all looked at
SECONDS = 3.0  # for proofs, in all that is asked of one search; the most that anybody waits for them


@dataclass(frozen=True)
class Asked:
    """`count` sittings on dates in `zone`, within `spread` days, the needs labelled `steady` filled alike.

    `worked` holds, for those who may work only so much (`limit`), what else they do: an id → spans in seconds.
    `by_total`: the fewest minutes of all together are best, whoever bears them.
    """

    count: int
    zone: str
    spread: int
    steady: Collection[str] = ()
    limit: WorkLimit | None = None
    worked: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    by_total: bool = False


class Series(NamedTuple):
    """The sittings in order; `worst` and `total` are unsocial minutes over all of them.

    `least` is (worst, total) that no series from that date on can better: the same, unless the time ran out.
    """

    worst: int
    total: int
    sittings: tuple[Sitting, ...]
    least: tuple[int, int]

    @property
    def starts(self) -> tuple[str, ...]:
        """As in a slot search's answer."""
        return tuple(instant(one.start).isoformat().replace("+00:00", "Z") for one in self.sittings)

    @property
    def proven(self) -> bool:
        """Whether nothing is better."""
        return (self.worst, self.total) == self.least


def solve(problem: Mapping[str, Any] | Problem, asked: Asked) -> list[Series]:
    """The best series of each possible first date, best first.

    Ranked by the worst unsocial minutes of anybody at any sitting, then their sum, then the starts, then the load of
    those assigned. Exact, as long as each is `proven` and the search is not `undecided`. Raises
    `scheduler.solver.problem.ProblemError` where the problem breaks its contract.
    """
    return list(search(problem, asked).best())


def search(problem: Mapping[str, Any] | Problem, asked: Asked, seconds: float = SECONDS) -> "Search":
    """The same, to be asked for as many as are wanted."""
    return Search(Field(problem if isinstance(problem, Problem) else parse(problem)), asked, seconds=seconds)


class Search:
    """All series of a field; `within` holds the candidates at which a sitting may be at all.

    `undecided` holds the dates, in days since the epoch, from which on the time did not suffice to find a series, to
    prove that there is none, or that what was found is the best.
    """

    def __init__(self, laid_out: Field, asked: Asked, within: Mask = -1, seconds: float = SECONDS) -> None:
        needs = laid_out.asked.needs
        self.asked, self.clock, self.undecided = asked, Clock(seconds), set[int]()
        self.steady = frozenset(str(place) for place, need in enumerate(needs) if need.label in asked.steady)
        # Labels need not differ; places do.
        self.root = Node(tuple(replace(need, label=str(place)) for place, need in enumerate(needs)))
        self.dates = Dates(laid_out, asked.zone, within)
        self._windows: dict[int, Window] = {}

    def best(self, first: Mask = -1) -> Iterator[Series]:
        """The best series of each first date, best first, of those that begin at a candidate in `first`."""
        begins = self.dates.held(first)
        done, numbers, waiting = set[int](), count(), list[tuple[Rank, int, Branches | Series]]()

        def push(rank: Rank | None, what: Branches | Series) -> None:
            if rank is not None:
                heappush(waiting, (rank, next(numbers), what))

        bound: Rank | None = None
        while True:
            columns = self.dates.pick(self.root, self.asked, begins, done, bound[0] if bound else 0)
            bound = self._whole.rank(self.root, columns) if columns else None
            while waiting and (bound is None or waiting[0][0] <= bound):
                what = heappop(waiting)[-1]
                if isinstance(what, Series):
                    yield what
                else:
                    push(*self._gone_on(what))
            if not columns:
                return
            day = self.dates.day(columns[0])
            done.add(day)
            push(*self._from(day, columns, first))

    def beginnings(self) -> Mask:
        """The candidates at which a series can begin, with one bench or another."""
        left, found = self._hoped(), 0
        if self._few and self._whole.kept.never:
            return left  # a bench and enough dates are a series
        while left:
            day = int(self.dates.days[self.dates.held(left)][-1])
            here = left & self.dates.mask(self.dates.days == day)
            series = self._window(day).some(here)
            if series.columns:
                some = self._likewise(self._window(day).sittings(series)) & left
                found, left = found | some, left & ~some
                continue
            left &= ~here
            if not series.sure:
                self.undecided.add(day)
        return found

    def _from(self, day: int, columns: tuple[int, ...], first: Mask) -> "tuple[Rank | None, Branches | Series]":
        """That first date; `columns` are the best series from there as if no sitting had to do with another."""
        if not self._whole.ways(self.root, columns):
            return _told(self._whole, Found(self.root, columns))
        window = self._window(day)
        here = np.searchsorted(window.dates.places, self.dates.places[list(columns)])
        branches = window.best(first & self.dates.mask(self.dates.days == day), tuple(here.tolist()))
        return branches.rank, branches

    def _gone_on(self, branches: Branches) -> "tuple[Rank | None, Branches | Series]":
        """One step further, until it is known what is best."""
        found, window = branches.step(), branches.window
        if found is None:
            return branches.rank, branches
        if not found.sure:
            self.undecided.add(int(window.dates.days[0]))
        return _told(window, found) if found.columns else (None, branches)

    @cached_property
    def _whole(self) -> Window:
        """All dates as one window: to ask about a few of its columns, not to search."""
        return self._opened(self.dates)

    def _window(self, day: int) -> Window:
        """That date and those that can follow."""
        if day not in self._windows:
            within = (self.dates.days >= day) & (self.dates.days < day + self.asked.spread)
            self._windows[day] = self._opened(self.dates.part(within))
        return self._windows[day]

    def _opened(self, dates: Dates) -> Window:
        return Window(dates, self.asked, self.steady, self.root, self.clock)

    @cached_property
    def _few(self) -> bool:
        return prod(comb(len(need.of), need.count) for need in self.root.needs if need.label in self.steady) <= FEW

    def _hoped(self) -> Mask:
        """The candidates at which a series could begin if nobody were ever in his own way; it begins at no other."""
        most, found = self._followed(self.root), 0
        if not self._few:
            return most
        for bench in self._benches():
            found |= self._followed(bench)
            if found == most:
                break
        return found

    def _followed(self, node: Node) -> Mask:
        return self.dates.beginnings(node, self.asked.count, self.asked.spread)

    def _benches(self) -> Iterator[Node]:
        """Every way to fill the steady needs."""
        teams = (combinations(one.of, one.count) if one.label in self.steady else (one.of,) for one in self.root.needs)
        return (self.root.filled(self.steady, seated) for seated in product(*teams))

    def _likewise(self, series: Sequence[Sitting]) -> Mask:
        """The candidates at which another can begin because this one can: with its bench, where that is enough.

        Else those at which it might itself begin, all its sittings but the first as they are.
        """
        first, *later = series
        if self._whole.kept.never:
            return self._followed(self.root.filled(self.steady, first.assigned))
        place, *others = np.searchsorted(self.dates.starts, [one.start for one in series]).tolist()
        node = self.root.filled(self.steady, first.assigned)
        for one in sorted({id_ for sitting in later for ids in sitting.assigned for id_ in ids}):
            hers = [column for column, sitting in zip(others, later, strict=True) if sitting.serves(one)]
            node = node.barring(one, pack(self._whole.kept.forbidden(one, tuple(hers))))
        days = [self.dates.day(column) for column in (place, *others)]
        before = days[1] if others else days[0] + 1
        near = (self.dates.days > days[-1] - self.asked.spread) & (self.dates.days < before)
        return self.dates.mask(self.dates.possible(node) & near)


def _told(window: Window, found: Found) -> tuple[Rank, Series]:
    rank, sittings = window.rank(found.node, found.columns), window.sittings(found)
    reached = max(one.worst for one in sittings), rank[1]
    return rank, Series(*reached, sittings, reached if found.sure else min(found.least, reached))
