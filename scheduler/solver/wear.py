"""What interpreters' other work wears out: when a new booking would break the cap of a date or the rest owed. Pure.

Spans are whole seconds since the epoch. Dates are those of each interpreter's own zone. It is worked out on arrays and
for all of them at once: a year of somebody in demand is hundreds of bookings, and a pool is twenty people.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.needs import WorkLimit
from scheduler.solver.spans import Spans, rows_of
from scheduler.solver.timegrid import DAY, EPOCH_ORDINAL, MINUTE, Span, seconds

EON = 1 << 40  # seconds: zone after zone is laid out so far apart that none reaches into the next


class _Calendar(NamedTuple):
    """The midnights of every zone, one zone after the other, each moved by its `shift`; `length` of them a zone."""

    midnights: Numbers
    length: int
    first: Numbers  # by person: the place of his zone's first midnight
    shift: Numbers  # by person: by how much his zone is moved

    def day_of(self, at: "Numbers | int") -> Numbers:
        """The place of the midnight before each moved instant."""
        place: Numbers = np.searchsorted(self.midnights, at, side="right") - 1
        return place


class _Pieces(NamedTuple):
    """Bookings, moved, cut at the midnights: whose each piece is, its date's place, first second and past one."""

    who: Numbers
    day: Numbers
    firsts: Numbers
    pasts: Numbers


def worn(team: Sequence[tuple[str, Sequence[Span]]], duration: int, limit: WorkLimit, around: Span) -> list[Spans]:
    """For each interpreter the spans that a new booking of `duration` minutes must not touch, or it breaks the limit.

    Of each the zone in which he lives, and his other bookings, half-open. A booking over midnight counts on each date
    with the minutes that lie there, and needs no rest from itself. `around` says for which dates to speak where nothing
    is worked yet and even that is too much.
    """
    rows = [rows_of(worked) for _zone, worked in team]
    spans = np.concatenate([np.empty((0, 2), dtype=np.int64), *rows])
    calendar = _calendar([zone for zone, _worked in team], np.concatenate([spans, [around]]))
    pieces = _cut(spans, np.repeat(np.arange(len(rows)), [len(one) for one in rows]), calendar)
    found = [_full(calendar, pieces, duration, limit, around), *_nights(calendar, pieces, limit.rest * MINUTE)]
    return _by_person(np.concatenate(found), calendar)


def _calendar(zones: Sequence[str], spans: Numbers) -> _Calendar:
    # A local date is at most one away from UTC's; and each date needs the midnight that ends it.
    first, past = int(spans[:, 0].min()) // DAY - 2, int(spans[:, 1].max()) // DAY + 3
    known = {zone: place for place, zone in enumerate(dict.fromkeys(zones))}
    begun = [midnights(zone, first, past) + place * EON for zone, place in known.items()]
    place = np.array([known[zone] for zone in zones], dtype=np.int64)
    return _Calendar(np.concatenate(begun), past - first, place * (past - first), place * EON)


def _cut(spans: Numbers, owner: Numbers, calendar: _Calendar) -> _Pieces:
    spans = spans + calendar.shift[owner][:, np.newaxis]
    first_day, last_day = (calendar.day_of(at) for at in (spans[:, 0], spans[:, 1] - 1))
    count = last_day - first_day + 1
    span = np.repeat(np.arange(len(spans)), count)
    day = first_day[span] + np.arange(len(span)) - (np.cumsum(count) - count)[span]
    firsts = np.maximum(spans[span, 0], calendar.midnights[day])
    pasts = np.minimum(spans[span, 1], calendar.midnights[day + 1])
    whole = firsts < pasts  # a date that the calendar left out has no second
    return _Pieces(owner[span][whole], day[whole], firsts[whole], pasts[whole])


def _nights(calendar: _Calendar, pieces: _Pieces, rest: int) -> list[Numbers]:
    """The rest owed to what is worked, on the dates after it and on those before it, not on its own: who, from, to."""
    after = np.stack([pieces.who, calendar.midnights[pieces.day + 1], pieces.pasts + rest], axis=1)
    before = np.stack([pieces.who, pieces.firsts - rest, calendar.midnights[pieces.day]], axis=1)
    return [after, before]


def _full(calendar: _Calendar, pieces: _Pieces, duration: int, limit: WorkLimit, around: Span) -> Numbers:
    """Where a booking must not reach on dates that are spoken of: who, from, to; no row where it fits.

    It may take what is left from the evening before or to the morning after: what it must not touch is the middle.
    """
    spent = _spent(calendar, pieces)
    left = np.maximum(limit.day * MINUTE - spent, 0)
    spoken = (spent > 0) | _within(calendar, around) if duration > limit.day else spent > 0
    who, day = np.nonzero(spoken & (duration * MINUTE > left))
    over, day = left[who, day], day + calendar.first[who]
    return np.stack([who, calendar.midnights[day] + over, calendar.midnights[day + 1] - over], axis=1)


def _spent(calendar: _Calendar, pieces: _Pieces) -> Numbers:
    """Seconds worked, by person (row) and date of his zone (column)."""
    people, cells = len(calendar.first), pieces.who * calendar.length + pieces.day - calendar.first[pieces.who]
    counted = np.bincount(cells, pieces.pasts - pieces.firsts, people * calendar.length)
    return counted.astype(np.int64).reshape(people, calendar.length)


def _within(calendar: _Calendar, around: Span) -> Truths:
    """Whether a date (column) of a person's zone (row) lies around."""
    first, last = (calendar.day_of(at + calendar.shift) - calendar.first for at in (around[0], around[1] - 1))
    days = np.arange(calendar.length)
    inside: Truths = (first[:, np.newaxis] <= days) & (days <= last[:, np.newaxis])
    return inside


def _by_person(rows: Numbers, calendar: _Calendar) -> list[Spans]:
    rows = rows[rows[:, 1] < rows[:, 2]]
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    spans = rows[:, 1:] - calendar.shift[rows[:, 0]][:, np.newaxis]
    people = len(calendar.first)
    ends = np.searchsorted(rows[:, 0], np.arange(people + 1))
    return [Spans(spans[ends[one] : ends[one + 1]]) for one in range(people)]


@lru_cache(maxsize=64)
def midnights(zone: str, first: int, past: int) -> Numbers:
    """When these dates, as days since the epoch, begin in the zone."""
    place = ZoneInfo(zone)
    dates = (date.fromordinal(day + EPOCH_ORDINAL) for day in range(first, past))
    begins = [seconds(datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC)) for day in dates]
    return np.array(begins, dtype=np.int64)
