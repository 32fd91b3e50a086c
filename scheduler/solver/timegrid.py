"""Half-open intervals of time, and how local openings become them. Pure.

A `Span` is (first, past): whole seconds since the Unix epoch, the first inside, the second just outside. A list of
spans is *tidy* if it is sorted and its spans neither overlap nor touch; every function here that takes a list wants
it tidy (`join` makes it so) and returns it tidy. Nothing here resolves a wall time: an instant is looked at in its
zone, never the other way round, so a gap and a repeated hour need no rule.
"""

from bisect import bisect_left
from collections.abc import Iterable, Set
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]  # Monday first; a day's openings in minutes after midnight, at most 1440

MINUTE = 60
DAY = 24 * 60 * MINUTE
ALWAYS: Week = (((0, 1440),),) * 7
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.date().toordinal()
# Two days inside what datetime can hold, so that no zone's offset leads out of it.
FIRST = -62135596800 + 2 * DAY
LAST = 253402300800 - 2 * DAY


def seconds(instant: datetime) -> int:
    """Seconds from the epoch to `instant`, a part of a second cut off; a naive one raises ValueError."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its offset from UTC")
    return (instant - EPOCH) // timedelta(seconds=1)


def instant(at: int) -> datetime:
    """The UTC instant `at` seconds after the epoch."""
    return EPOCH + timedelta(seconds=at)


def join(spans: Iterable[Span]) -> list[Span]:
    """Any spans, tidied: overlapping and touching ones become one, empty ones vanish."""
    tidy: list[Span] = []
    for first, past in sorted(spans):
        if first >= past:
            continue
        if tidy and first <= tidy[-1][1]:
            tidy[-1] = (tidy[-1][0], max(past, tidy[-1][1]))
        else:
            tidy.append((first, past))
    return tidy


def subtract(spans: list[Span], taken: list[Span]) -> list[Span]:
    """What of `spans` lies in none of `taken`."""
    left: list[Span] = []
    j = 0
    for first, past in spans:
        while j < len(taken) and taken[j][1] <= first:
            j += 1
        ahead = j  # the last of these may reach into the next span too
        while ahead < len(taken) and taken[ahead][0] < past:
            if first < taken[ahead][0]:
                left.append((first, taken[ahead][0]))
            first = taken[ahead][1]
            ahead += 1
        if first < past:
            left.append((first, past))
    return left


def offset(zone: ZoneInfo, at: int) -> int:
    """Seconds by which local time in `zone` is ahead of UTC at that instant."""
    moment = instant(at)
    return (moment.astimezone(zone).replace(tzinfo=UTC) - moment) // timedelta(seconds=1)


@lru_cache(maxsize=256)
def stretches(zone: ZoneInfo, first: int, past: int) -> tuple[tuple[int, int, int], ...]:
    """[first, past) cut where the zone's offset changes: (first, past, offset) each.

    Looks once a day and halves where the offset has changed: no zone of the tz database changes twice within six days.
    """
    if first >= past:
        return ()
    cuts = [first]
    for early in range(first, past - 1, DAY):
        late = min(early + DAY, past - 1)
        new = offset(zone, late)
        if offset(zone, early) != new:
            cuts.append(_change(zone, early, late))
    return tuple((start, end, offset(zone, start)) for start, end in pairwise([*cuts, past]))


def _change(zone: ZoneInfo, early: int, late: int) -> int:
    new = offset(zone, late)
    return early + bisect_left(range(early, late), True, key=lambda at: offset(zone, at) == new)


def openings(zone: ZoneInfo, week: Week, closed: Set[int], within: Span) -> list[Span]:
    """The parts of `within` whose local weekday and wall time lie in an opening, on local dates not `closed`.

    `closed` holds days since 1970-01-01. Where local time steps back, one opening gives two spans; where it jumps, it
    may give none. Beyond the years that `datetime` knows there is no local date, and nothing is open.
    """
    found: list[Span] = []
    for first, past, ahead in stretches(zone, max(within[0], FIRST), min(within[1], LAST)):
        for day in range((first + ahead) // DAY, (past - 1 + ahead) // DAY + 1):
            if day in closed:
                continue
            midnight = day * DAY - ahead
            for opens, closes in week[(day + 3) % 7]:  # 1970-01-01 was a Thursday
                found.append((max(first, midnight + opens * MINUTE), min(past, midnight + closes * MINUTE)))
    return join(found)


def ticks(spans: list[Span], step: int, before: int, after: int) -> list[Span]:
    """The whole multiples t of `step` for which [t - before, t + after) lies in one of `spans`, as ranges of t / step.

    All in seconds, `before + after` > 0. The ranges are sorted and disjoint, but two may touch: 3 may be the last
    that fits into one span, and 4 the first that fits into the next.
    """
    fitting = ((-((first + before) // -step), (past - after) // step + 1) for first, past in spans)
    return [(low, high) for low, high in fitting if low < high]
