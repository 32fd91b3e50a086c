"""A hearing's plan → the slot search's problem. Pure: the tables are read in `availability`.

Interpreters work in teams. The limits are data: a default from the published rules, and a stricter one
where an authority has its own (`TeamRule` rows).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

Hours = Mapping[str, Sequence[Sequence[str]]]


class Mode(StrEnum):
    """How interpreters work. A witness is usually heard in consecutive mode."""

    CONSECUTIVE = "consecutive"
    SIMULTANEOUS = "simultaneous"


@dataclass(frozen=True)
class TeamLimit:
    """One interpreter works up to `alone` minutes, two up to `pair` minutes, beyond that three take turns."""

    alone: int
    pair: int


# Consecutive: two when testimony takes over an hour (US courts). Simultaneous: nobody alone beyond 40 minutes
# and three beyond about four hours (AIIC).
TEAM_LIMITS: Mapping[Mode, TeamLimit] = {
    Mode.CONSECUTIVE: TeamLimit(alone=60, pair=480),
    Mode.SIMULTANEOUS: TeamLimit(alone=40, pair=240),
}


def team_size(minutes: int, mode: Mode, own: Mapping[Mode, TeamLimit] | None = None) -> int:
    """How many interpreters a hearing of so many minutes needs; `own` are an authority's stricter limits."""
    limit = (own or {}).get(mode, TEAM_LIMITS[mode])
    return 1 + (minutes > limit.alone) + (minutes > limit.pair)


@dataclass(frozen=True, kw_only=True)
class Bookable:
    """A room, a person or an interpreter, and all that limits when it is free. `busy` instants are aware."""

    id: str
    zone: str
    hours: Hours | None = None
    preferred: Hours | None = None
    closed: frozenset[date] = frozenset()
    busy: tuple[tuple[datetime, datetime], ...] = ()
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


def horizon(plan: PlanFacts, now: datetime) -> tuple[datetime, datetime]:
    """The instants between which the hearing must lie: after the notice to the witness, inside the dates.

    Both are whole seconds in UTC. Where the notice outlasts the dates, the horizon is empty at its end.
    """
    first = _midnight(plan.earliest, plan.zone)
    end = _midnight(plan.latest + timedelta(days=1), plan.zone)
    notice = now.astimezone(UTC).replace(microsecond=0) + timedelta(days=plan.notice_days)
    return min(max(first, notice), end), end


def problem(
    plan: PlanFacts, bookables: Iterable[Bookable], span: tuple[datetime, datetime], limit: int = 20
) -> dict[str, Any]:
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
