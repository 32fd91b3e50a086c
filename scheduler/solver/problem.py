"""A slot search's problem, read from its JSON shape and checked to the last field. Pure.

Openings and busy times start before they end; only the horizon may be empty, and then nothing fits. Instants carry `Z`
or an offset and whole seconds. An error names the field and the rule, never the value: what was typed may be what
nobody should read.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from scheduler.solver.spans import Spans
from scheduler.solver.timegrid import EPOCH_ORDINAL, Span, Week, seconds

T = TypeVar("T")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
FOREVER = 10**10  # minutes: more than all the years there are, so that longer is no different, and fits a machine word
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WALL = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


class ProblemError(ValueError):
    """The problem breaks its contract. `path` is the field (`resources[2].hours.mon[0]`), `reason` the rule."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'problem'}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be booked. `busy` in seconds since the epoch, `closed` in days since it, the buffers in minutes."""

    id: str
    zone: ZoneInfo
    hours: Week | None
    preferred: Week | None
    closed: frozenset[int]
    busy: Sequence[Span]
    before: int
    after: int
    load: int


@dataclass(frozen=True, slots=True)
class Need:
    label: str
    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`horizon` in seconds since the epoch, `duration` and `grid` in minutes."""

    horizon: Span
    duration: int
    grid: int
    limit: int
    resources: tuple[Resource, ...]
    needs: tuple[Need, ...]


def parse(value: object) -> Problem:
    """The problem, or ProblemError for the first field that is wrong."""
    told = _fields(value, "", {"horizon", "duration", "resources", "needs"}, {"grid", "limit"})
    horizon = _pair(told["horizon"], "horizon", _instant)
    if horizon[0] > horizon[1]:
        raise ProblemError("horizon", "must not end before it starts")
    duration = _minutes(told["duration"], "duration", 1)
    grid = _minutes(told.get("grid", 15), "grid", 1)
    limit = _whole(told.get("limit", 20), "limit", 0)
    resources = _each(told["resources"], "resources", _resource)
    ids = [resource.id for resource in resources]
    _refuse_twice(ids, "resources[{}].id")
    needs = _each(told["needs"], "needs", lambda item, path: _need(item, path, frozenset(ids)))
    return Problem(horizon, duration, grid, limit, resources, needs)


def _resource(value: object, path: str) -> Resource:
    optional = {"hours", "preferred", "closed", "busy", "before", "after", "load"}
    told = _fields(value, path, {"id", "zone"}, optional)
    return Resource(
        id=_text(told["id"], f"{path}.id"),
        zone=_zone(told["zone"], f"{path}.zone"),
        hours=week(told.get("hours"), f"{path}.hours"),
        preferred=week(told.get("preferred"), f"{path}.preferred"),
        closed=frozenset(_each(told.get("closed", []), f"{path}.closed", _day)),
        busy=Spans(_each(told.get("busy", []), f"{path}.busy", lambda item, at: _span(item, at, _instant))),
        before=_minutes(told.get("before", 0), f"{path}.before", 0),
        after=_minutes(told.get("after", 0), f"{path}.after", 0),
        load=_whole(told.get("load", 0), f"{path}.load", 0),
    )


def _need(value: object, path: str, ids: Collection[str]) -> Need:
    told = _fields(value, path, {"label", "count", "of"}, set())
    of = _each(told["of"], f"{path}.of", _text)
    for place, id_ in enumerate(of):
        if id_ not in ids:
            raise ProblemError(f"{path}.of[{place}]", "is not the id of a resource")
    _refuse_twice(of, f"{path}.of[{{}}]")
    return Need(_text(told["label"], f"{path}.label"), _whole(told["count"], f"{path}.count", 1), of)


def week(value: object, path: str) -> Week | None:
    """Openings a weekday in minutes after midnight, Monday first, from the contract's shape; None stays None."""
    if value is None:
        return None
    told = _fields(value, path, set(), set(DAYS))
    return tuple(_each(told.get(day, []), f"{path}.{day}", lambda item, at: _span(item, at, _wall)) for day in DAYS)


def _fields(value: object, path: str, needed: set[str], optional: set[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ProblemError(path, "must be an object")
    for key in value:
        if key not in needed and key not in optional:
            raise ProblemError(_below(path, key), "is not a field of the contract")
    for key in sorted(needed):
        if key not in value:
            raise ProblemError(_below(path, key), "is missing")
    return value


def _below(path: str, key: object) -> str:
    # Whatever a key holds, a line's end for one, the error stays on one line.
    plain = isinstance(key, str) and key.isidentifier()
    return f"{path}.{key}".removeprefix(".") if plain else f"{path}[{key!r}]"


def _each(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    if not isinstance(value, list | tuple):
        raise ProblemError(path, "must be a list")
    return tuple(read(item, f"{path}[{place}]") for place, item in enumerate(value))


def _refuse_twice(ids: Collection[str], path: str) -> None:
    seen: set[str] = set()
    for place, id_ in enumerate(ids):
        if id_ in seen:
            raise ProblemError(path.format(place), "is the same id a second time")
        seen.add(id_)


def _pair(value: object, path: str, read: Callable[[object, str], int]) -> Span:
    ends = _each(value, path, read)
    if len(ends) != 2:
        raise ProblemError(path, "must be a pair: a start and an end")
    return ends[0], ends[1]


def _span(value: object, path: str, read: Callable[[object, str], int]) -> Span:
    start, end = _pair(value, path, read)
    if start >= end:
        raise ProblemError(path, "must start before it ends")
    return start, end


def _whole(value: object, path: str, least: int) -> int:
    # A Python bool is an int and would pass as 0 or 1.
    if not isinstance(value, int) or isinstance(value, bool):
        raise ProblemError(path, "must be a whole number")
    if value < least:
        raise ProblemError(path, f"must be at least {least}")
    return value


def _minutes(value: object, path: str, least: int) -> int:
    return min(_whole(value, path, least), FOREVER)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise ProblemError(path, "must be a text that is not empty")
    return value


def _zone(value: object, path: str) -> ZoneInfo:
    key = _text(value, path)
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # not there; not a key at all; a folder such as "America"
        raise ProblemError(path, "is not a zone of the tz database") from None


def _instant(value: object, path: str) -> int:
    if isinstance(value, str) and INSTANT.fullmatch(value):
        try:
            return seconds(datetime.fromisoformat(value).astimezone(UTC))
        except (ValueError, OverflowError):
            pass
    raise ProblemError(path, "must be an instant such as 2026-12-01T14:00:00Z, with Z or an offset and whole seconds")


def _day(value: object, path: str) -> int:
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            return date.fromisoformat(value).toordinal() - EPOCH_ORDINAL
        except ValueError:
            pass
    raise ProblemError(path, "must be a date such as 2026-12-08")


def _wall(value: object, path: str) -> int:
    if not isinstance(value, str) or not WALL.fullmatch(value):
        raise ProblemError(path, "must be a wall time from 00:00 to 24:00 such as 08:30")
    return int(value[:2]) * 60 + int(value[3:])
