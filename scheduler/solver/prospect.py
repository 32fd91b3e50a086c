"""The times that a field leaves, asked in a clerk's words: the best, the nearest, the best of each day. Pure.

Instants are aware, in UTC. Only what is asked for is ranked: a year has thousands of starts, a page shows five.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.desk.wishes import Wishes
from scheduler.solver.bits import Mask, members, nearest, pack
from scheduler.solver.field import Field
from scheduler.solver.groups import Ranked
from scheduler.solver.lanes import day_span, local_day
from scheduler.solver.timegrid import DAY, MINUTE, Span, instant, join, seconds, stretches


@dataclass(frozen=True)
class Slot:
    """A possible time. Instants in UTC; minutes outside preferred hours: the worst for one, and of all together.

    Of several sittings this is the first one, with the minutes of them all; `more` are the others.
    """

    start: datetime
    end: datetime
    worst: int
    total: int
    assigned: tuple[tuple[str, ...], ...]  # ids of resources, in the order of the problem's needs
    more: tuple["Slot", ...] = ()

    @property
    def sittings(self) -> tuple["Slot", ...]:
        """All of them, in order."""
        return (self, *self.more)

    @property
    def starts(self) -> list[datetime]:
        """When they start."""
        return [one.start for one in self.sittings]


class Begin(NamedTuple):
    """As much of a possible time as is known before anybody is chosen; `worst` is 0 if nobody need be put out."""

    start: datetime
    worst: int


@dataclass(frozen=True)
class Card:
    """Slots of one local day with the same score: the first, and the other starts of that day."""

    rank: int
    slot: Slot
    others: tuple[Slot, ...]


@dataclass(frozen=True)
class Prospect:
    """What is possible in a field, or in the part of it that `within` holds."""

    field: Field
    within: Mask = -1

    @property
    def possible(self) -> Mask:
        """The starts, as the field numbers them."""
        return self.field.possible & self.within

    @property
    def undecided(self) -> bool:
        """Whether the time did not suffice to tell all that is possible: for one sitting it always does."""
        return False

    @property
    def feasible(self) -> int:
        """How many starts there are."""
        return self.possible.bit_count()

    def kept(self, wishes: Wishes, zone: str) -> Self:
        """The same with those starts alone that are wished, seen on the clock of `zone`."""
        return replace(self, within=self._wished(lambda begin: wishes.keeps(begin, zone)))

    def _wished(self, keeps: Callable[[Begin], bool]) -> Mask:
        line, easy = self.field.line, self.field.at_ease(0)
        places = members(self.field.possible & self.within).tolist()
        begins = ((place, Begin(instant(line.start(place)), easy >> place & 1 == 0)) for place in places)
        wished = [place for place, begin in begins if keeps(begin)]
        inside = np.zeros(line.count, dtype=np.bool_)
        inside[wished] = True
        return pack(inside)

    def best(self, most: int) -> list[Slot]:
        """The best times, in rank order."""
        return self._among(self.within, most)

    def at(self, start: datetime) -> Slot | None:
        """The best assignment for that start, if it is possible."""
        place = self.field.line.place(seconds(start))
        if self.field.line.start(place) != seconds(start) or not 0 <= place < self.field.line.count:
            return None
        return next(iter(self._among(1 << place & self.within, 1)), None)

    def alone(self, start: datetime) -> bool:
        """Whether one sitting, looked at by itself, could start then."""
        place = self.field.line.place(seconds(start))
        on_line = 0 <= place < self.field.line.count and self.field.line.start(place) == seconds(start)
        return on_line and bool(self.field.possible & self.within & 1 << place)

    def nearest(self, wanted: datetime, most: int = 3) -> list[Slot]:
        """The possible times closest to the wanted one, the closest first, and of two as close the earlier."""
        line, at = self.field.line, seconds(wanted)
        # The places on either side of a time between two candidates hold one more than is asked for at most.
        places = nearest(self.possible, line.place(at), most + 1)
        closest = sorted(places, key=lambda place: (abs(line.start(place) - at), place))[:most]
        return [slot for place in closest for slot in self._among(1 << place, 1)]

    def windows(self, within: Span) -> list[Span]:
        """The stretches in which a sitting that starts in that span can lie: its slots, joined where they meet."""
        line = self.field.line
        starts = (line.first + members(self.field.possible & self.within & self.field.between(*within))) * line.step
        return join((first, first + line.minutes * MINUTE) for first in starts.tolist())

    def days(self, zone: str) -> int:
        """On how many local dates a hearing can begin."""
        line = self.field.line
        starts = (line.first + members(self.possible)) * line.step
        if not len(starts):
            return 0
        found: set[int] = set()
        for first, past, ahead in stretches(
            ZoneInfo(zone), int(starts[0]) // DAY * DAY, int(starts[-1]) // DAY * DAY + DAY
        ):
            low, high = np.searchsorted(starts, (first, past))
            found.update(np.unique((starts[low:high] + ahead) // DAY).tolist())
        return len(found)

    def begins(self, day: date, zone: str) -> list[datetime]:
        """The starts on that local date, in the order of time."""
        first, past = (seconds(end) for end in day_span(day, zone))
        places = members(self.field.between(first, past) & self.possible).tolist()
        return [instant(self.field.line.start(place)) for place in places]

    def without(self, need: int) -> int:
        """How many starts there would be without that one need, by its place."""
        return self.field.without(need)

    def of_day(self, day: date, zone: str) -> list[Slot]:
        """The starts on that local date, in rank order."""
        first, past = (seconds(end) for end in day_span(day, zone))
        whole = self.field.between(first, past) & self.possible
        return self._among(whole, whole.bit_count())

    def cards(self, zone: str, most: int) -> list[Card]:
        """The best score of each local day, best days first; equal starts of a day are folded into one card."""
        left, found = self.possible, list[Card]()
        while left and len(found) < most:
            first = self.field.best(1, left)[0]
            whole = self._day_of(first, zone)
            equal = [one for one in self.field.best(whole.bit_count(), left & whole) if one[:2] == first[:2]]
            slots = [self._slot(one) for one in equal]
            found.append(Card(len(found) + 1, slots[0], tuple(slots[1:])))
            left ^= left & whole
        return found

    def _day_of(self, found: Ranked, zone: str) -> Mask:
        """All candidates of the local date on which this one begins, itself in any case."""
        start = found.number * self.field.line.step
        day = local_day(instant(start), zone)
        first, past = (seconds(end) for end in day_span(day, zone))
        return self.field.between(first, past) | 1 << found.number - self.field.line.first

    def _among(self, within: Mask, most: int) -> list[Slot]:
        return [self._slot(found) for found in self.field.best(most, within)]

    def _slot(self, found: Ranked) -> Slot:
        start = instant(found.number * self.field.line.step)
        assigned: Sequence[Sequence[str]] = self.field.seats(found)
        return Slot(
            start=start,
            end=start + timedelta(minutes=self.field.line.minutes),
            worst=found.worst,
            total=found.total,
            assigned=tuple(tuple(ids) for ids in assigned),
        )
