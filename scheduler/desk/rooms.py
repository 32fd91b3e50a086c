"""One room's days: what is heard in it, when it is kept before and after, when it is not there, and why it is shut.

For the room's own authority. A hearing whose witness's place the reader may not know is not drawn here at all: its
time is in his docket, and the two together would tell the place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import calendars, times
from directory.calendars import Closure
from directory.models import Membership, Resource, Site
from directory.roles import Act, permits
from scheduler import sides
from scheduler.desk import clockchanges
from scheduler.models import Booking, Plan, Reservation, Side
from scheduler.solver import lanes
from scheduler.solver.lanes import Axis, Mark
from scheduler.solver.timegrid import ALWAYS, DAY, EPOCH_ORDINAL, Span, openings, seconds
from scheduler.why import reasons


@dataclass(frozen=True)
class Taken:
    """A span in which the room is not free. Instants in UTC; `kept` has the minutes around a hearing with it."""

    kind: str  # hearing, absence, outside
    start: datetime
    end: datetime
    kept: tuple[datetime, datetime]
    word: str  # the hearing's code, the absence's reason, the outside calendar's host
    standing: str = ""  # of a hearing: held, confirmed, completed
    zones: tuple[str, str] = ("", "")  # of a hearing: requesting, requested; the room's own in its place
    first: str = "a"
    url: str = ""


@dataclass(frozen=True)
class Drawn:
    """A span on the axis: the hearing itself, or whatever else; with what is written in it."""

    mark: Mark
    kind: str
    word: str


@dataclass(frozen=True)
class RoomDay:
    """One local day of the room: its words, its drawing, and the same in a sentence."""

    date: date
    words: str
    note: str
    open: Sequence[Mark]
    drawn: Sequence[Drawn]
    taken: Sequence[Taken]
    sentence: str


@dataclass(frozen=True)
class RoomCalendar:
    """Days of a room on one axis."""

    axis: Axis
    hours: Sequence[str]
    days: Sequence[RoomDay]


def calendar(site: Site, days: Sequence[date], by: Membership, now: datetime) -> RoomCalendar:
    """The days given, one after another; `by` is of the room's own authority."""
    room = site.resource
    around = (lanes.day_span(days[0], room.zone)[0], lanes.day_span(days[-1], room.zone)[1])
    found = sorted([*_hearings(room, around, by, now), *_absences(room, around), *_outside(room, around)], key=_order)
    closed = calendars.closed(site.authority, days[0], days[-1]) if room.hours else {}
    opened = _opened(room, closed, (seconds(around[0]), seconds(around[1])))
    heard = [_seconds(one.kept) for one in found if one.kind == "hearing"]
    axis = lanes.axis([*(opened if room.hours else []), *heard], days, room.zone)
    return RoomCalendar(axis, _hours(axis), [_day(one, found, opened, closed, axis) for one in days])


def _hearings(room: Resource, around: tuple[datetime, datetime], by: Membership, now: datetime) -> Iterable[Taken]:
    run_out = Q(sitting__booking__state=Booking.State.HELD, sitting__booking__expires_at__lte=now)
    rows = Reservation.objects.filter(resource=room, active=True, during__overlap=around).exclude(run_out)
    rows = rows.select_related(
        "sitting__booking__plan__request__requesting__state",
        "sitting__booking__plan__request__requested__state",
        "sitting__booking__plan__request__court",
        "sitting__booking__plan__request__executing",
        "sitting__booking__plan__request__person",
    )
    plans = {row.sitting.booking.plan_id for row in rows}
    seen = set(Plan.objects.visible_to(by).filter(pk__in=plans).values_list("pk", flat=True))
    for row in rows:
        plan = row.sitting.booking.plan
        if row.side != Side.REQUESTED or sides.may_know(plan, by).place:
            yield _hearing(row, room, by, known=plan.pk in seen)


def _hearing(row: Reservation, room: Resource, by: Membership, *, known: bool) -> Taken:
    """Without code, link and the other State's clock where another court of the State has the hearing."""
    sitting, booking = row.sitting, row.sitting.booking
    span, kept = (sitting.start, sitting.end), (row.during.lower, row.during.upper)
    if not known:
        return Taken("hearing", *span, kept, _("Hearing of another court"), booking.state, (room.zone, room.zone))
    zones = sides.zones(booking.plan)
    requested = row.side == Side.REQUESTED
    pair = (zones[Side.REQUESTING], room.zone) if requested else (room.zone, zones[Side.REQUESTED])
    url = reverse("scheduler:booking", args=[booking.public_id]) if permits(by.role, Act.BOOKING_READ) else ""
    return Taken("hearing", *span, kept, booking.plan.code, booking.state, pair, "b" if requested else "a", url)


def _absences(room: Resource, around: tuple[datetime, datetime]) -> Iterable[Taken]:
    for row in room.absences.filter(during__overlap=around):
        span = (row.during.lower or around[0], row.during.upper or around[1])
        yield Taken("absence", *span, span, row.reason)


def _outside(room: Resource, around: tuple[datetime, datetime]) -> Iterable[Taken]:
    for row in room.outside_busy.filter(during__overlap=around).select_related("calendar"):
        span = (row.during.lower, row.during.upper)
        yield Taken("outside", *span, span, row.calendar.host)


def _order(one: Taken) -> tuple[datetime, str]:
    return one.start, one.kind


def _opened(room: Resource, closed: Mapping[date, Closure], around: Span) -> list[Span]:
    shut = frozenset(day.toordinal() - EPOCH_ORDINAL for day in closed)
    week = ALWAYS if room.hours is None else lanes.week(room.hours)
    return openings(times.zone_of(room.zone), week, shut, (around[0] - DAY, around[1] + DAY))


def _day(
    day: date, found: Sequence[Taken], opened: Sequence[Span], closed: Mapping[date, Closure], axis: Axis
) -> RoomDay:
    first, past = lanes.day_span(day, axis.zone)
    taken = [one for one in found if one.kept[0] < past and first < one.kept[1]]
    words = times.date_words(day, get_language() or "en", year=False)
    notes = [closed[day].name] if day in closed else []
    notes += [clockchanges.turned(at, axis.zone) for at in clockchanges.changes(axis.zone, first, past)]
    spans = [_clocks(span, day, axis.zone) for span in lanes.clip(opened, day, axis.zone)]
    sentence = _sentence(words, "; ".join(notes), spans, [_told(one, day, axis.zone) for one in taken])
    drawn = [row for one in taken for row in _drawn(one, day, axis)]
    return RoomDay(day, words, "; ".join(notes), lanes.marks(opened, day, axis), drawn, taken, sentence)


def _drawn(one: Taken, day: date, axis: Axis) -> Iterable[Drawn]:
    """A hearing lies on the minutes that are kept around it."""
    if one.kind == "hearing":
        for mark in lanes.marks([_seconds(one.kept)], day, axis):
            yield Drawn(mark, "kept", "")
    for mark in lanes.marks([_seconds((one.start, one.end))], day, axis):
        yield Drawn(mark, one.kind, one.word if one.kind == "hearing" else "")


def _sentence(words: str, note: str, opened: Sequence[str], told: Sequence[str]) -> str:
    """The day for who does not see the drawing."""
    head = f"{words}: {note}." if note else f"{words}."
    hours = _("Open %(hours)s.") % {"hours": reasons.listed(opened)} if opened else _("Not open.")
    return " ".join([head, hours, *(told or [_("Nothing is entered.")])])


def _told(one: Taken, day: date, zone: str) -> str:
    facts = {"span": _clocks(_seconds((one.start, one.end)), day, zone), "word": one.word}
    if one.kind == "hearing":
        facts["kept"] = _clocks(_seconds(one.kept), day, zone)
        return _("%(word)s %(span)s, room kept %(kept)s.") % facts
    if one.kind == "absence":
        return _("Not there %(span)s.") % facts
    return _("Busy %(span)s by a calendar kept elsewhere.") % facts


def _clocks(span: Span, day: date, zone: str) -> str:
    """08:30–10:00 on that day's clock; what goes on beyond the day ends with it."""
    cut = lanes.clip([span], day, zone)
    return "–".join(_clock(lanes.clock(at, day, zone)) for at in cut[0]) if cut else ""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _hours(axis: Axis) -> list[str]:
    return [f"{hour:02}" for hour in axis.hours]


def _seconds(span: tuple[Any, Any]) -> Span:
    return seconds(span[0]), seconds(span[1])
