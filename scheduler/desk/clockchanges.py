"""Clock changes between two States: the same hour here is another hour there from one day on. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def changes(zone: str, first: datetime, past: datetime) -> list[datetime]:
    """The instants after `first`, up to `past`, at which the clocks of the zone move: UTC, to the second, in order."""
    found: list[datetime] = []
    low, end = first.astimezone(UTC), past.astimezone(UTC)
    while low < end:
        high = min(low + DAY, end)
        if _offset(zone, low) != _offset(zone, high):
            found.append(_edge(zone, low, high))
        low = high
    return found


def told(zones: Sequence[str], since: datetime, at: datetime, example: datetime | None = None) -> str:
    """What the reader must know if the clocks of the two zones are not as far apart at `at` as they were at `since`.

    The last change in between, and what the hour of `example` (else of `at`) is on both clocks. Else nothing.
    """
    if _apart(zones, since) == _apart(zones, at):
        return ""
    moved, zone = max((one, zone) for zone in zones for one in changes(zone, since, at))
    other = zones[0] if zone == zones[1] else zones[1]
    locale, instant = get_language() or "en", example or at
    day = times.local(moved, zone).day
    return _("%(city)s changes its clocks on %(day)s; from then on %(time)s in %(city)s is %(there)s in %(other)s.") % {
        "city": times.city_of(zone, locale),
        "other": times.city_of(other, locale),
        "day": times.date_words(day, locale, year=day.year != since.year),
        "time": times.local(instant, zone).time,
        "there": times.local(instant, other).time,
    }


def turned(at: datetime, zone: str) -> str:
    """From which time to which the clocks are put at that instant."""
    before, after = (times.local(one, zone).moment for one in (at - SECOND, at))
    clocks = {"before": f"{before + SECOND:%H:%M}", "after": f"{after:%H:%M}"}
    return _("The clocks go from %(before)s to %(after)s") % clocks


def _edge(zone: str, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > SECOND:
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high.replace(microsecond=0)


def _apart(zones: Sequence[str], at: datetime) -> timedelta:
    return _offset(zones[0], at) - _offset(zones[1], at)


def _offset(zone: str, at: datetime) -> timedelta:
    return times.local(at, zone).moment.utcoffset() or timedelta(0)
