"""A hearing's plan → the slot search's problem. Pure: the tables are read in `availability`.

Interpreters work in teams, with breaks, for so many minutes of a day. The limits are data: a default from the
published rules, and an authority's own where it has any (`TeamRule`, `WorkRule` rows).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.timegrid import MINUTE, instant, join, seconds

Hours = Mapping[str, Sequence[Sequence[str]]]
Span = tuple[datetime, datetime]


class Mode(StrEnum):
    """How interpreters work. A witness is usually heard in consecutive mode."""

    CONSECUTIVE = "consecutive"
    SIMULTANEOUS = "simultaneous"


@dataclass(frozen=True)
class TeamLimit:
    """One interpreter works up to `alone` minutes, two up to `pair` minutes, beyond that three take turns.

    They change every `turn` minutes; after `stretch` minutes of hearing comes a break of `rest` minutes.
    """

    alone: int
    pair: int
    turn: int = 30
    stretch: int = 60
    rest: int = 10


# Consecutive: two when testimony takes over an hour, turns of 30 to 60 minutes (US courts), a break every 45 to 60.
# Simultaneous: nobody alone beyond 40 minutes, three beyond about four hours (AIIC), and turns of 15 to 20 minutes
# over a link (AIIC on remote work). How long a break takes, and the stretch in simultaneous mode, are house defaults.
TEAM_LIMITS: Mapping[Mode, TeamLimit] = {
    Mode.CONSECUTIVE: TeamLimit(alone=60, pair=480),
    Mode.SIMULTANEOUS: TeamLimit(alone=40, pair=240, turn=20, stretch=90, rest=15),
}
# Where nobody interprets, the court and the person heard need a break all the same: a house default.
UNINTERPRETED = TeamLimit(alone=0, pair=0, stretch=120, rest=15)


def team_size(minutes: int, mode: Mode, own: Mapping[Mode, TeamLimit] | None = None) -> int:
    """How many interpreters a hearing of so many minutes needs; `own` are an authority's stricter limits."""
    limit = (own or {}).get(mode, TEAM_LIMITS[mode])
    return 1 + (minutes > limit.alone) + (minutes > limit.pair)


def breaks(minutes: int, limit: TeamLimit) -> list[tuple[int, int]]:
    """The breaks inside a hearing of so many minutes: (minutes after its start, minutes long) each.

    The wanted minutes hold their breaks; what is left is cut into equal stretches, none longer than the limit's.
    """
    count = 0
    while minutes - count * limit.rest > (count + 1) * limit.stretch:
        count += 1
    work = minutes - count * limit.rest
    return [(work * k // (count + 1) + (k - 1) * limit.rest, limit.rest) for k in range(1, count + 1)]


LONGEST_DAY = 600  # minutes; `worn` is exact for caps up to eleven hours, half of the shortest local day


@dataclass(frozen=True)
class WorkLimit:
    """What one interpreter may work, in minutes: on a local date; and the rest between the work of two dates."""

    day: int
    rest: int


# Two sessions of at most three hours a day (AIIC Professional Standards); eleven hours of rest (Directive
# 2003/88/EC, article 3).
WORK_LIMIT = WorkLimit(day=360, rest=660)


def worn(zone: str, worked: Iterable[Span], duration: int, limit: WorkLimit, around: Span) -> list[Span]:
    """The spans that a new booking of `duration` minutes must not touch, or it would break the limit.

    `worked` are the interpreter's other bookings; everything is aware instants in, UTC out, half-open, tidy. Dates
    are those of `zone`. A booking over midnight counts on each date with the minutes that lie there, and needs no
    rest from itself. `around` says for which dates to speak where nothing is worked yet and even that is too much.
    """
    pieces = [piece for span in worked for piece in _by_date(span, zone)]
    spent = Counter[date]()
    for day, start, past in pieces:
        spent[day] += past - start
    days = {day for day, _start, _past in _by_date(around, zone)} if duration > limit.day else set()
    full = (_rest_of_day(day, zone, limit.day * MINUTE - spent[day], duration) for day in days | set(spent))
    return [(instant(first), instant(past)) for first, past in join([*full, *_nights(pieces, zone, limit.rest)])]


Piece = tuple[date, int, int]


def _by_date(span: Span, zone: str) -> Iterator[Piece]:
    """The span cut at the midnights of `zone`, in seconds: (local date, first, past) each."""
    first, past = seconds(span[0]), seconds(span[1])
    day = span[0].astimezone(ZoneInfo(zone)).date()
    while first < past:
        midnight = seconds(_midnight(day + timedelta(days=1), zone))
        if first < midnight:
            yield day, first, min(past, midnight)
        first, day = max(first, midnight), day + timedelta(days=1)


def _rest_of_day(day: date, zone: str, left: int, duration: int) -> tuple[int, int]:
    """Where a booking must not reach on a date with `left` seconds of work to give; empty if it fits.

    It may take `left` from the evening before or to the morning after: what it must not touch is the middle.
    """
    first, past = (seconds(_midnight(day + timedelta(days=n), zone)) for n in (0, 1))
    left = max(left, 0)
    return (first + left, past - left) if duration * MINUTE > left else (0, 0)


def _nights(pieces: Iterable[Piece], zone: str, rest: int) -> Iterator[tuple[int, int]]:
    """The rest owed to what is worked: on the dates after it and on those before it, not on its own."""
    for day, first, past in pieces:
        yield seconds(_midnight(day + timedelta(days=1), zone)), past + rest * MINUTE
        yield first - rest * MINUTE, seconds(_midnight(day, zone))


@dataclass(frozen=True, kw_only=True)
class Bookable:
    """A room, a person or an interpreter, and all that limits when it is free. `busy` instants are aware."""

    id: str
    zone: str
    hours: Hours | None = None
    preferred: Hours | None = None
    closed: frozenset[date] = frozenset()
    busy: tuple[Span, ...] = ()
    before: int = 0
    after: int = 0
    load: int = 0


@dataclass(frozen=True, kw_only=True)
class Need:
    """`count` of the bookables named in `of`, at once, for the whole hearing."""

    label: str
    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What a plan asks of the search. `earliest` and `latest` are dates in `zone`, the requesting court's."""

    minutes: int
    earliest: date
    latest: date
    zone: str
    notice_days: int
    grid: int = 15
    needs: tuple[Need, ...] = field(default=())


def horizon(plan: PlanFacts, now: datetime) -> Span:
    """The instants between which the hearing must lie: after the notice to the witness, inside the dates.

    Both are whole seconds in UTC. Where the notice outlasts the dates, the horizon is empty at its end.
    """
    first = _midnight(plan.earliest, plan.zone)
    end = _midnight(plan.latest + timedelta(days=1), plan.zone)
    notice = now.astimezone(UTC).replace(microsecond=0) + timedelta(days=plan.notice_days)
    return min(max(first, notice), end), end


def problem(plan: PlanFacts, bookables: Iterable[Bookable], span: Span, limit: int = 20) -> dict[str, Any]:
    """The dictionary that `scheduler.slots.solve` reads, for `span` in UTC."""
    return {
        "horizon": [_iso(span[0]), _iso(span[1])],
        "duration": plan.minutes,
        "grid": plan.grid,
        "limit": limit,
        "resources": [_resource(one) for one in bookables],
        "needs": [{"label": n.label, "count": n.count, "of": list(n.of)} for n in plan.needs],
    }


def _resource(one: Bookable) -> dict[str, Any]:
    return {
        "id": one.id,
        "zone": one.zone,
        "hours": one.hours,
        "preferred": one.preferred,
        "closed": sorted(day.isoformat() for day in one.closed),
        "busy": [[_iso(start), _iso(end)] for start, end in sorted(one.busy)],
        "before": one.before,
        "after": one.after,
        "load": one.load,
    }


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
