"""What an interpreter's other work wears out: when a new booking would break the cap of a date or the rest owed. Pure.

Spans are whole seconds since the epoch. Dates are those of the interpreter's zone. It is worked out on arrays, for a
year of somebody in demand is hundreds of bookings, and a pool is twenty people.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.bits import Numbers
from scheduler.needs import WorkLimit
from scheduler.timegrid import DAY, EPOCH_ORDINAL, MINUTE, Span, join, seconds


def worn(zone: str, worked: Sequence[Span], duration: int, limit: WorkLimit, around: Span) -> list[Span]:
    """The spans that a new booking of `duration` minutes must not touch, or it would break the limit; tidy.

    `worked` are the interpreter's other bookings, half-open. A booking over midnight counts on each date with the
    minutes that lie there, and needs no rest from itself. `around` says for which dates to speak where nothing is
    worked yet and even that is too much.
    """
    ends = [around, *worked]
    midnights = _midnights(zone, *_days(min(first for first, _ in ends), max(past for _, past in ends)))
    day, firsts, pasts = _cut(worked, midnights)
    spent = np.bincount(day, pasts - firsts, len(midnights)).astype(np.int64)
    spoken = spent > 0
    if duration > limit.day:
        spoken[_day_of(midnights, around[0]) : _day_of(midnights, around[1] - 1) + 1] = True
    full = _rest_of_day(np.flatnonzero(spoken), spent, midnights, limit.day * MINUTE, duration * MINUTE)
    rest = limit.rest * MINUTE
    # The rest owed to what is worked lies on the dates after it and on those before it, not on its own.
    nights = [(midnights[day + 1], pasts + rest), (firsts - rest, midnights[day])]
    found = [np.stack(ends, axis=1) for ends in (full, *nights)]
    return join((first, past) for first, past in np.concatenate(found).tolist())


def _rest_of_day(days: Numbers, spent: Numbers, midnights: Numbers, most: int, length: int) -> tuple[Numbers, Numbers]:
    """Where a booking must not reach on these dates; nothing where it fits.

    It may take what is left from the evening before or to the morning after: what it must not touch is the middle.
    """
    left = np.maximum(most - spent[days], 0)
    days, left = days[length > left], left[length > left]
    return midnights[days] + left, midnights[days + 1] - left


def _cut(worked: Sequence[Span], midnights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The spans cut at the midnights: place of the date, first and past second of each piece."""
    spans = np.array(worked, dtype=np.int64).reshape(-1, 2)
    first_day, last_day = (_day_of(midnights, at) for at in (spans[:, 0], spans[:, 1] - 1))
    count = last_day - first_day + 1
    owner = np.repeat(np.arange(len(spans)), count)
    day = first_day[owner] + np.arange(len(owner)) - (np.cumsum(count) - count)[owner]
    firsts, pasts = np.maximum(spans[owner, 0], midnights[day]), np.minimum(spans[owner, 1], midnights[day + 1])
    whole = firsts < pasts  # a date that the calendar left out has no second
    return day[whole], firsts[whole], pasts[whole]


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
