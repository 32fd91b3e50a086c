"""When a person is reminded of a hearing. Pure: instants, zone and clock are passed in.

At 60, 30, 7 and 2 days before, at nine in the morning of his own clock. A Monday's last reminder would fall on a
Saturday: it comes on the Friday, three days before. What falls before the booking was told is left out, nothing comes
after the start; of several that were missed (a worker stood still) the last one is enough.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = (60, 30, 7, 2)
HOUR = time(9)
_MONDAY = 0


def days_before(start: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """How many days before its own local date a hearing is brought to mind."""
    weekday = start.astimezone(zone).weekday()
    return tuple(3 if days == 2 and weekday == _MONDAY else days for days in DAYS)


def moment(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Nine in the morning, so many days before, in `zone`; where the clocks skip it, the hour after."""
    day = start.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, HOUR, tzinfo=zone)


def due(*, start: datetime, told: datetime, now: datetime, zone: ZoneInfo) -> int | None:
    """The reminder that is due at `now`, named by its days; None where none is. `told`: when he last heard of it."""
    if now >= start:
        return None
    past = [days for days in days_before(start, zone) if told < moment(start, days, zone) <= now]
    return min(past, default=None)
