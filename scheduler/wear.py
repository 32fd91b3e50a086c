"""What interpreters' other work wears out: when a new booking would break the cap of a date or the rest owed. Pure.

Spans are whole seconds since the epoch. Dates are those of the interpreters' zone. It is worked out on arrays and for
all who live by one clock at once: a year of somebody in demand is hundreds of bookings, and a pool is twenty people.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.bits import Numbers, Truths
from scheduler.needs import WorkLimit
from scheduler.spans import Spans, rows_of
from scheduler.timegrid import DAY, EPOCH_ORDINAL, MINUTE, Span, seconds


class _Pieces(NamedTuple):
    """Bookings cut at the midnights: whose each piece is, the place of its date, its first second and the past one."""

    who: Numbers
    day: Numbers
    firsts: Numbers
    pasts: Numbers


def worn(zone: str, worked: Sequence[Sequence[Span]], duration: int, limit: WorkLimit, around: Span) -> list[Spans]:
    """For each interpreter the spans that a new booking of `duration` minutes must not touch, or it breaks the limit.

    `worked` are each one's other bookings, half-open. A booking over midnight counts on each date with the minutes
    that lie there, and needs no rest from itself. `around` says for which dates to speak where nothing is worked yet
    and even that is too much.
    """
    midnights, pieces = _cut(zone, worked, around)
    spent = _spent(pieces, len(worked), len(midnights))
    spoken = spent > 0
    if duration > limit.day:
        spoken[:, _day_of(midnights, around[0]) : _day_of(midnights, around[1] - 1) + 1] = True
    full = _rest_of_day(spoken, spent, midnights, limit.day * MINUTE, duration * MINUTE)
    found = [full, *_nights(pieces, midnights, limit.rest * MINUTE)]
    who = np.concatenate([rows[:, 0] for rows in found])
    order = np.argsort(who, kind="stable")
    spans = np.concatenate([rows[:, 1:] for rows in found])[order]
    ends = np.searchsorted(who[order], np.arange(1, len(worked)))
    return [Spans(rows[rows[:, 0] < rows[:, 1]]) for rows in np.split(spans, ends)]


def _nights(pieces: _Pieces, midnights: Numbers, rest: int) -> list[Numbers]:
    """The rest owed to what is worked, on the dates after it and on those before it, not on its own: who, from, to."""
    after = np.stack([pieces.who, midnights[pieces.day + 1], pieces.pasts + rest], axis=1)
    before = np.stack([pieces.who, pieces.firsts - rest, midnights[pieces.day]], axis=1)
    return [after, before]


def _rest_of_day(spoken: Truths, spent: Numbers, midnights: Numbers, most: int, length: int) -> Numbers:
    """Where a booking must not reach on these dates: who, from, to; no row where it fits.

    It may take what is left from the evening before or to the morning after: what it must not touch is the middle.
    """
    left = np.maximum(most - spent, 0)
    who, day = np.nonzero(spoken & (length > left))
    over = left[who, day]
    return np.stack([who, midnights[day] + over, midnights[day + 1] - over], axis=1)


def _spent(pieces: _Pieces, people: int, days: int) -> Numbers:
    """Seconds worked, by person (row) and date (column)."""
    cells = np.bincount(pieces.who * days + pieces.day, pieces.pasts - pieces.firsts, people * days)
    return cells.astype(np.int64).reshape(people, days)


def _cut(zone: str, worked: Sequence[Sequence[Span]], around: Span) -> tuple[Numbers, _Pieces]:
    """All bookings in pieces, and the midnights at which they are cut."""
    rows = [rows_of(one) for one in worked]
    spans = np.concatenate([np.empty((0, 2), dtype=np.int64), *rows])
    ends = np.concatenate([spans, [around]])
    first, past = int(ends[:, 0].min()), int(ends[:, 1].max())
    midnights = _midnights(zone, *_days(first, past))
    first_day, last_day = (_day_of(midnights, at) for at in (spans[:, 0], spans[:, 1] - 1))
    count = last_day - first_day + 1
    owner = np.repeat(np.arange(len(spans)), count)
    day = first_day[owner] + np.arange(len(owner)) - (np.cumsum(count) - count)[owner]
    firsts, pasts = np.maximum(spans[owner, 0], midnights[day]), np.minimum(spans[owner, 1], midnights[day + 1])
    whole = firsts < pasts  # a date that the calendar left out has no second
    who = np.repeat(np.arange(len(rows)), [len(one) for one in rows])[owner]
    return midnights, _Pieces(who[whole], day[whole], firsts[whole], pasts[whole])


def _day_of(midnights: Numbers, at: "Numbers | int") -> Numbers:
    place: Numbers = np.searchsorted(midnights, at, side="right") - 1
    return place


def _days(first: int, past: int) -> tuple[int, int]:
    # A local date is at most one away from UTC's; and each date needs the midnight that ends it.
    return first // DAY - 2, past // DAY + 3


@lru_cache(maxsize=64)
def _midnights(zone: str, first: int, past: int) -> Numbers:
    """When these dates, as days since the epoch, begin in the zone."""
    place = ZoneInfo(zone)
    dates = (date.fromordinal(day + EPOCH_ORDINAL) for day in range(first, past))
    begins = [seconds(datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC)) for day in dates]
    return np.array(begins, dtype=np.int64)
