"""Instants → marks on the axis of one local day, and the spans that the day grid draws. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.solver.needs import Hours
from scheduler.solver.problem import DAYS
from scheduler.solver.timegrid import Span, Week, instant, join, seconds

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Axis:
    """The part of a local day that the grid shows: minutes on the clock of `zone`, whole hours."""

    zone: str
    first: int
    past: int

    @property
    def hours(self) -> list[int]:
        """The hours that begin on the axis."""
        return list(range(self.first // 60, self.past // 60))

    def percent(self, minutes: float) -> float:
        """Where a clock minute lies, from 0 to 100; outside the axis it is put at its end."""
        inside = min(max(minutes, self.first), self.past)
        return round(100 * (inside - self.first) / (self.past - self.first), 3)


@dataclass(frozen=True)
class Mark:
    """A span on the axis, in percent of its width."""

    x: float
    width: float

    @property
    def middle(self) -> float:
        """The centre, in percent."""
        return round(self.x + self.width / 2, 3)


@lru_cache(maxsize=1024)
def day_span(day: date, zone: str) -> tuple[datetime, datetime]:
    """The local day as UTC instants, half-open: 23, 24 or 25 hours, or none where the calendar skipped it."""
    place = ZoneInfo(zone)
    first, past = (datetime.combine(one, time(), place).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return first, past


def local_day(at: datetime, zone: str) -> date:
    """The date on the calendar of `zone` at that instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def clip(spans: Iterable[Span], day: date, zone: str) -> list[Span]:
    """What of the spans lies in the local day."""
    first, past = (seconds(one) for one in day_span(day, zone))
    # Of a month's spans a day has few: most are left out by one comparison.
    near = ((max(a, first), min(b, past)) for a, b in spans if a < past and first < b)
    return [(a, b) for a, b in near if a < b]


def clock(at: int, day: date, zone: str) -> int:
    """Minutes on that day's clock; its end is 1440, and not the next day's 0."""
    local = instant(at).astimezone(ZoneInfo(zone))
    return DAY_MINUTES if local.date() > day else local.hour * 60 + local.minute


def axis(spans: Iterable[Span], days: Sequence[date], zone: str) -> Axis:
    """The hours between the earliest opening and the latest closing of all days; office hours where there is none."""
    cut = [(day, span) for day in days for span in clip(spans, day, zone)]
    firsts = [clock(first, day, zone) for day, (first, _) in cut]
    pasts = [clock(past, day, zone) for day, (_, past) in cut]
    low, high = min(firsts, default=480), max(pasts, default=1080)
    first, past = low // 60, max(-(-high // 60), low // 60 + 1)
    if (past - first) % 2:  # an even number: a narrow screen writes every second one
        first, past = (first, past + 1) if past < 24 else (first - 1, past)
    return Axis(zone, first * 60, past * 60)


def marks(spans: Iterable[Span], day: date, on: Axis) -> list[Mark]:
    """The spans of one day as marks; what lies outside the axis or has no width there is left out."""
    found: list[Mark] = []
    for first, past in clip(spans, day, on.zone):
        x, end = (on.percent(clock(at, day, on.zone)) for at in (first, past))
        if x < end:
            found.append(Mark(x, round(end - x, 3)))
    return found


def intersect(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """What lies in both."""
    return covered([join(left), join(right)], 2)


def week(hours: Hours) -> Week:
    """Openings a weekday as minutes after midnight, Monday first. `hours` were checked when they were entered."""
    return tuple(tuple((_minutes(first), _minutes(past)) for first, past in hours.get(day, ())) for day in DAYS)


def _minutes(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])


def covered(layers: Iterable[Sequence[Span]], depth: int) -> list[Span]:
    """Where at least `depth` of the layers overlap: three calendars and depth 2 give when two are free."""
    edges = sorted((at, step) for layer in layers for span in layer for at, step in zip(span, (1, -1), strict=True))
    found: list[Span] = []
    level, began = 0, 0
    for at, step in edges:
        if level < depth <= level + step:
            began = at
        if level + step < depth <= level:
            found.append((began, at))
        level += step
    return join(found)
