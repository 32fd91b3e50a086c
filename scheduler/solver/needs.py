"""A hearing's plan → the slot search's problem. Pure: the tables are read in `availability`.

Interpreters work in teams, with breaks, for so many minutes of a day. The limits are data: a default from the
published rules, and an authority's own where it has any (`TeamRule`, `WorkRule` rows).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.solver.problem import Need, Problem, Resource, week
from scheduler.solver.timegrid import EPOCH_ORDINAL, Week, seconds

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


LONGEST_DAY = 600  # minutes; `wear.worn` is exact for caps up to eleven hours, half of the shortest local day


@dataclass(frozen=True)
class WorkLimit:
    """What one interpreter may work, in minutes: on a local date; and the rest between the work of two dates."""

    day: int
    rest: int


# Two sessions of at most three hours a day (AIIC Professional Standards); eleven hours of rest (Directive
# 2003/88/EC, article 3).
WORK_LIMIT = WorkLimit(day=360, rest=660)


@dataclass(frozen=True, kw_only=True)
class Bookable:
    """A room, a person or an interpreter, and all that limits when it is free. Spans in seconds since the epoch.

    `worked` is set for those who work only so much: the part of what they do that counts.
    """

    id: str
    zone: str
    hours: Hours | None = None
    preferred: Hours | None = None
    closed: frozenset[date] = frozenset()
    busy: Sequence[tuple[int, int]] = ()
    before: int = 0
    after: int = 0
    load: int = 0
    worked: Sequence[tuple[int, int]] | None = None


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


def problem(plan: PlanFacts, bookables: Iterable[Bookable], span: Span, limit: int = 20) -> Problem:
    """What `scheduler.solver.slots.answer` reads, for `span` in UTC; `slots.solve` takes the same as JSON."""
    return Problem(
        horizon=(seconds(span[0]), seconds(span[1])),
        duration=plan.minutes,
        grid=plan.grid,
        limit=limit,
        resources=_resources(list(bookables)),
        needs=plan.needs,
    )


def _resources(bookables: Sequence[Bookable]) -> tuple[Resource, ...]:
    # A house has many rooms and few office hours, which are mostly one object: each is looked at once.
    weeks = {id(hours): hours for one in bookables for hours in (one.hours, one.preferred)}
    known = {key: _week(hours) for key, hours in weeks.items()}
    return tuple(_resource(one, known[id(one.hours)], known[id(one.preferred)]) for one in bookables)


def _resource(one: Bookable, hours: Week | None, preferred: Week | None) -> Resource:
    return Resource(
        id=one.id,
        zone=ZoneInfo(one.zone),
        hours=hours,
        preferred=preferred,
        closed=_since_epoch(one.closed),
        busy=one.busy,
        before=one.before,
        after=one.after,
        load=one.load,
    )


def _week(hours: Hours | None) -> Week | None:
    if hours is None:
        return None
    return _read(tuple((day, tuple(map(tuple, openings))) for day, openings in hours.items()))


@lru_cache(maxsize=256)
def _read(hours: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]) -> Week | None:
    return week(dict(hours), "hours")


@lru_cache(maxsize=64)  # those of one court share one calendar
def _since_epoch(days: frozenset[date]) -> frozenset[int]:
    return frozenset(day.toordinal() - EPOCH_ORDINAL for day in days)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
