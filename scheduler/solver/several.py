"""A hearing of several sittings: the times at which it can begin, each with the sittings that follow. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Self

from scheduler.desk.wishes import Wishes
from scheduler.solver.bits import Mask, members
from scheduler.solver.field import Field
from scheduler.solver.lanes import day_span, local_day
from scheduler.solver.prospect import Card, Prospect, Slot
from scheduler.solver.series import Asked, Search, Series
from scheduler.solver.timegrid import MINUTE, instant, seconds


@dataclass(frozen=True)
class Together(Prospect):
    """What is possible where every start brings all its sittings: a slot is the first one, `more` the others.

    `within` holds where any sitting may lie, `first` where the first one may.
    """

    asked: Asked = field(kw_only=True)
    first: Mask = field(default=-1, kw_only=True)

    @cached_property
    def search(self) -> Search:
        """All series."""
        return Search(self.field, self.asked, self.within)

    @cached_property
    def beginnings(self) -> Mask:
        """The starts of first sittings, wished or not."""
        return self.search.beginnings()

    @property
    def undecided(self) -> bool:
        """Whether the time for proofs did not suffice: there may be more, or better, than was found."""
        return bool(self.search.undecided)

    @property
    def possible(self) -> Mask:
        """The starts at which the hearing can begin."""
        return self.beginnings & self.first

    def kept(self, wishes: Wishes, zone: str) -> Self:
        """A part of the day is wished for every sitting, a weekday for the first."""
        every = replace(wishes, weekday=None)
        first = self._wished(lambda begin: wishes.keeps(begin, zone))
        return replace(self, within=self._wished(lambda begin: every.keeps(begin, zone)), first=first)

    def best(self, most: int) -> list[Slot]:
        """The best sittings from each day on, in rank order."""
        return self._among(-1, most)

    def of_day(self, day: date, zone: str) -> list[Slot]:
        """The first sittings on that local date, each with the best that follows, in rank order."""
        first, past = (seconds(end) for end in day_span(day, zone))
        places = members(self.field.between(first, past) & self.possible).tolist()
        found = [slot for place in places for slot in self._among(1 << place, 1)]
        return sorted(found, key=lambda slot: (slot.worst, slot.total, slot.start))

    def cards(self, zone: str, most: int) -> list[Card]:
        """The best series of each local day, best days first."""
        found: dict[date, Slot] = {}
        for series in self._series(-1):
            slot = self._told(series)
            found.setdefault(local_day(slot.start, zone), slot)
            if len(found) == most:
                break
        return [Card(rank, slot, ()) for rank, slot in enumerate(found.values(), start=1)]

    def without(self, need: int) -> int:
        """How many starts there would be without that one need, by its place."""
        wanted = self.field.asked
        others = replace(wanted, needs=wanted.needs[:need] + wanted.needs[need + 1 :])
        return replace(self, field=Field(others)).feasible

    def most(self, start: datetime | None = None) -> int:
        """How many sittings could be had on days of their own within the days allowed, whoever came to each."""
        days = self.search.dates.days_held(self.field.possible & self.within)
        if start is not None:
            number = self.search.dates.day_of(seconds(start))
            days = [day for day in days if number <= day < number + self.asked.spread]
        return max((sum(day <= one < day + self.asked.spread for one in days) for day in days), default=0)

    def _among(self, within: Mask, most: int) -> list[Slot]:
        return [self._told(series) for series in islice(self._series(within), most)]

    def _series(self, begins: Mask) -> Iterator[Series]:
        return self.search.best(begins & self.first)

    def _told(self, series: Series) -> Slot:
        length = self.field.line.minutes * MINUTE
        first, *others = (
            Slot(instant(one.start), instant(one.start + length), one.worst, one.total, one.assigned)
            for one in series.sittings
        )
        return replace(first, worst=series.worst, total=series.total, more=tuple(others))
