"""Several sittings of one hearing, found together or not at all. Pure.

A *series* is so many feasible candidates of a slot search on as many different local dates, the last less than
`spread` days after the first, where each *steady* need is met by the same resources throughout: the bench that hears
the end has heard the beginning. Interpreters and rooms may change from one sitting to the next; but what a sitting
takes of them, with the rest it is owed, no other sitting may use.

The search looks at the sittings date by date, as if they had nothing to do with each other (`dates`). Where the best
of that breaks a rule, it goes on in two: one way with somebody at all sittings, or not at one, the other without. The
first that breaks none is the best there is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import combinations, count, product
from math import comb, prod
from typing import Any, NamedTuple

from scheduler.solver.bits import Mask, pack
from scheduler.solver.dates import Dates, Node, Sitting
from scheduler.solver.field import Field
from scheduler.solver.kept import Kept
from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import Need, Problem, parse
from scheduler.solver.timegrid import Span, instant

FEW = 300  # ways to fill the steady needs, which are all looked at
MOST = 1000  # ways that are looked at before the search gives up on the next series

Rank = tuple[int, int, tuple[int, ...], int]


class TooManyWays(Exception):
    """So many ways to fill the steady needs, or to share out the interpreters, that no answer can be given in time."""


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
    """The sittings in order; `worst` and `total` are unsocial minutes over all of them."""

    worst: int
    total: int
    sittings: tuple[Sitting, ...]

    @property
    def starts(self) -> tuple[str, ...]:
        """As in a slot search's answer."""
        return tuple(instant(one.start).isoformat().replace("+00:00", "Z") for one in self.sittings)


def solve(problem: Mapping[str, Any] | Problem, asked: Asked) -> list[Series]:
    """The best series of each possible first date, best first.

    Ranked by the worst unsocial minutes of anybody at any sitting, then their sum, then the starts, then the load of
    those assigned. Exact. Raises `scheduler.solver.problem.ProblemError` where the problem breaks its contract, and
    `TooManyWays`.
    """
    return list(search(problem, asked).best())


def search(problem: Mapping[str, Any] | Problem, asked: Asked) -> "Search":
    """The same, to be asked for as many as are wanted."""
    return Search(Field(problem if isinstance(problem, Problem) else parse(problem)), asked)


class Search:
    """All series of a field; `within` holds the candidates at which a sitting may be at all."""

    def __init__(self, laid_out: Field, asked: Asked, within: Mask = -1) -> None:
        needs = laid_out.asked.needs
        self.asked, self.undecided = asked, False
        self.steady = {str(place) for place, need in enumerate(needs) if need.label in asked.steady}
        # Labels need not differ; places do.
        self.needs = tuple(replace(need, label=str(place)) for place, need in enumerate(needs))
        self.dates = Dates(laid_out, asked.zone, within)
        self.kept = Kept(self.dates, asked.worked, asked.limit)

    def best(self, first: Mask = -1) -> Iterator[Series]:
        """The best series of each first date, best first, of those that begin at a candidate in `first`."""
        begins = self.dates.held(first)
        numbers, waiting, done, tried = count(), list[tuple[Rank, int, Node, tuple[int, ...]]](), set[int](), 0

        def push(node: Node) -> None:
            columns = self.dates.pick(node, self.asked, begins, done)
            if columns:
                heappush(waiting, (self._rank(node, columns), next(numbers), node, columns))

        push(Node(self.needs))
        while waiting:
            (_worst, total, _starts, _load), _number, node, columns = heappop(waiting)
            day = self.dates.day(columns[0])
            ways = [node] if day in done else self._ways(node, columns)
            if not ways:
                sittings = tuple(self.dates.sitting(node, column) for column in columns)
                yield Series(max(one.worst for one in sittings), total, sittings)
                done.add(day)
                ways, tried = [node], 0
            for way in ways:
                push(way)
            tried += 1
            if tried > MOST:
                raise TooManyWays

    def beginnings(self) -> Mask:
        """The candidates at which a series can begin, with one bench or another.

        That an interpreter's rest after one sitting may forbid the next is looked at where a series is made.
        """
        left, found = self._beginnings(Node(self.needs)), 0
        if prod(comb(len(need.of), need.count) for need in self.needs if need.label in self.steady) <= FEW:
            for bench in self._benches():
                found |= self._beginnings(bench)
                if found == left:
                    break
            return found
        while left:
            try:
                series = next(self.best(left), None)
            except TooManyWays:
                self.undecided = True  # nobody knows of the rest
                return found
            if series is None:
                return found
            some = self._beginnings(self._with(series.sittings[0].assigned))
            some |= self.dates.mask(series.sittings[0].column)
            found, left = found | some, left & ~some
        return found

    def _beginnings(self, node: Node) -> Mask:
        return self.dates.beginnings(node, self.asked.count, self.asked.spread)

    def _benches(self) -> Iterator[Node]:
        """Every way to fill the steady needs."""
        teams = (combinations(one.of, one.count) if one.label in self.steady else (one.of,) for one in self.needs)
        return (self._with(seated) for seated in product(*teams))

    def _rank(self, node: Node, columns: Sequence[int]) -> Rank:
        scores = [self.dates.score(node, column) for column in columns]
        starts = tuple(self.dates.start(column) for column in columns)
        load = sum(self.dates.load(node, column) for column in columns)
        worst, total = max(worst for worst, _total in scores), sum(total for _worst, total in scores)
        return 0 if self.asked.by_total else worst, total, starts, load

    def _ways(self, node: Node, columns: Sequence[int]) -> list[Node]:
        """None where these sittings keep every rule; else what the node is parted into."""
        seated = [self.dates.seats(node, column) for column in columns]
        for need in self.needs:
            teams = [teams[need.label] for teams in seated]
            if need.label in self.steady and len(set(teams)) > 1:
                return _steadied(node, need.label, teams)
        return self._apart(node, columns, [frozenset[str]().union(*teams.values()) for teams in seated])

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

    def _with(self, seated: Sequence[tuple[str, ...]]) -> Node:
        """The needs with the steady ones filled so."""
        filled = zip(self.needs, seated, strict=True)
        return Node(tuple(replace(need, of=team) if need.label in self.steady else need for need, team in filled))


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
