"""iCalendar files (RFC 5545) → when somebody is busy. No Django; nothing but spans of time leaves it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, vRecur

from directory.outside.errors import OutsideError

MOST_OCCURRENCES = 20_000
TOO_OFTEN = {"SECONDLY", "MINUTELY"}  # nobody is busy by the minute for a year: such a rule is a mistake or an attack

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Window:
    """What to read: between two aware instants; `zone` is where floating times and whole days are meant.

    Events organised by an address that begins with `own` are the house's own hearings, which it knows better:
    a hearing that was accepted into a calendar would otherwise stand in the way of its own move.
    """

    first: datetime
    past: datetime
    zone: str
    own: str = ""


@dataclass(frozen=True)
class Reading:
    """Joined spans in UTC, half-open, in order. `partly`: some series could not be read."""

    spans: list[Span]
    partly: bool


def busy(files: Iterable[bytes], window: Window) -> Reading:
    """When the calendars say that somebody is busy. Raises OutsideError.

    Not busy: TRANSP:TRANSPARENT, STATUS:CANCELLED, Outlook's free entries, events without a length.
    """
    spans: list[Span] = []
    partly = False
    for data in files:
        for calendar in _calendars(data):
            found, whole = _spans(calendar, window)
            spans += found
            partly = partly or not whole
            if len(spans) > MOST_OCCURRENCES:
                raise OutsideError("outside_too_many")
    return Reading(_join(spans), partly)


def _calendars(data: bytes) -> list[Any]:
    try:
        found = Calendar.from_ical(data, multiple=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:  # the parser's many ways to give up
        raise OutsideError("outside_no_calendar") from error
    if not found or any(one.name != "VCALENDAR" for one in found):
        raise OutsideError("outside_no_calendar")
    return list(found)


def _spans(calendar: Any, window: Window) -> tuple[list[Span], bool]:
    if any(rule in TOO_OFTEN for event in calendar.walk("VEVENT") for rule in _frequencies(event)):
        raise OutsideError("outside_too_many")
    try:
        rows, whole = _occurrences(calendar, window, skip=False), True
    except OutsideError:
        raise
    except Exception:  # one bad series raises whatever dateutil or the library runs into; the others still count
        rows, whole = _occurrences(calendar, window, skip=True), False
    zone = ZoneInfo(window.zone)
    found = [span for row in rows if _counts(row, window.own) for span in _span(row, zone)]
    periods = [span for row in calendar.walk("VFREEBUSY") for span in _periods(row, zone)]
    return [cut for span in (*found, *periods) for cut in _cut(span, window)], whole


def _frequencies(event: Any) -> Iterator[str]:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if isinstance(rule, vRecur):  # a broken rule is none: it raises at the first touch
            yield from (str(word).upper() for word in rule.get("FREQ", []))


def _occurrences(calendar: Any, window: Window, *, skip: bool) -> list[Any]:
    # A day more at both ends: floating times are only placed afterwards, in the zone of the one they belong to.
    first, past = window.first - timedelta(days=1), window.past + timedelta(days=1)
    if skip:
        return [row for event in _series(calendar) for row in _one_series(event, first, past)]
    rows = recurring_ical_events.of(calendar).between(first, past)
    if len(rows) > MOST_OCCURRENCES:
        raise OutsideError("outside_too_many")
    return list(rows)


def _series(calendar: Any) -> list[Any]:
    """A calendar for each UID, so that one broken series spoils itself alone."""
    apart: dict[str, Any] = {}
    for event in calendar.walk("VEVENT"):
        uid = str(event.get("UID", id(event)))
        if uid not in apart:
            apart[uid] = Calendar()
        apart[uid].add_component(event)
    return list(apart.values())


def _one_series(calendar: Any, first: datetime, past: datetime) -> list[Any]:
    try:
        return list(recurring_ical_events.of(calendar).between(first, past))
    except Exception:  # see _spans
        return []


def _counts(event: Any, own: str) -> bool:
    word = {name: str(event.get(name, "")).upper() for name in ("TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS")}
    free = word["TRANSP"] == "TRANSPARENT" or word["X-MICROSOFT-CDO-BUSYSTATUS"] in ("FREE", "WORKINGELSEWHERE")
    organiser = str(event.get("ORGANIZER", "")).lower().removeprefix("mailto:")
    prefix, _at, domain = own.partition("*")
    ours = bool(own) and organiser.startswith(prefix) and organiser.endswith(domain)
    return not (free or word["STATUS"] == "CANCELLED" or ours)


def _span(event: Any, zone: tzinfo) -> Iterator[Span]:
    if "DTSTART" in event and "DTEND" in event:
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        yield _instant(start, zone, fold=0), _instant(end, zone, fold=1)


def _periods(component: Any, zone: tzinfo) -> Iterator[Span]:
    """The FREEBUSY periods (RFC 5545, 3.8.2.6); a period has an end or a length."""
    rows = component.get("FREEBUSY", [])
    for row in rows if isinstance(rows, list) else [rows]:
        if str(row.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            for period in getattr(row, "dts", [row]):
                start, end = period.start, period.end
                yield _instant(start, zone, fold=0), _instant(end, zone, fold=1)


def _instant(value: date, zone: tzinfo, *, fold: int) -> datetime:
    """A day is its local midnight. Of a time that the clocks show twice, starts are the first and ends the second."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone, fold=fold)
    return value.astimezone(UTC)


def _cut(span: Span, window: Window) -> list[Span]:
    start, end = max(span[0], window.first), min(span[1], window.past)
    return [(start, end)] if start < end else []


def _join(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
