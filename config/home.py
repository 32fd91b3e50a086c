"""The home page: what waits for the reader, the hearings of the next days, the court's rooms, the closed days ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory import calendars, times
from directory.access import ActingRequest, acting_required
from directory.models import Membership, State
from directory.roles import Act, permits
from directory.tasklist import Task
from scheduler import roomchecks, sides
from scheduler.desk import docket
from scheduler.models import Booking, Side, Sitting

ROOMS = ("casework", "scheduler", "sessions", "protection", "directory")  # each has `waiting.waiting(by) -> [Task]`
AHEAD = timedelta(days=7)
CLOSED_AHEAD = timedelta(days=35)


@dataclass(frozen=True)
class Coming:
    """One sitting of the next days, at the official times of both States."""

    booking: Booking
    start: datetime
    end: datetime
    zones: tuple[str, str]  # requesting, requested
    first: str  # the reader's side: a or b
    day: str
    missing: Sequence[str]  # what the hearing still wants


@never_cache
@require_safe
@acting_required
def home(request: ActingRequest) -> HttpResponse:
    by, now = request.acting, datetime.now(UTC)
    coming = list(_coming(by, now))
    states = _states(by, coming)
    zone = by.user.zone
    return render(
        request,
        "home.html",
        {
            "today": times.local(now, zone, get_language() or "en"),
            "now": now,
            "clocks": [zone, *sorted({state.zone for state in states} - {zone})][:4],
            "tasks": waiting(by),
            "days": [(day, list(rows)) for day, rows in groupby(coming, key=lambda row: row.day)],
            "rooms": roomchecks.standings(by, now),
            "closed": _closed(states, times.local(now, zone).day),
        },
    )


def waiting(by: Membership) -> list[Task]:
    """What every room has for the member, the most urgent first; what never runs out comes last."""
    found = [task for room in ROOMS for task in import_module(f"{room}.waiting").waiting(by)]
    return sorted(found, key=lambda task: task.due or datetime.max.replace(tzinfo=UTC))


def _coming(by: Membership, now: datetime) -> Iterable[Coming]:
    if not permits(by.role, Act.HEARING_READ):
        return []
    near = Sitting.objects.filter(booking__in=Booking.objects.visible_to(by).live())
    near = near.filter(during__overlap=(now, now + AHEAD)).select_related(
        "booking__plan__request__requesting__state", "booking__plan__request__requested__state"
    )
    return [_row(sitting, by, now) for sitting in near.order_by("during")]


def _row(sitting: Sitting, by: Membership, now: datetime) -> Coming:
    booking = sitting.booking
    zones = sides.zones(booking.plan)
    first = "b" if booking.plan.side_of(by) == Side.REQUESTED else "a"
    day = times.local(sitting.start, by.user.zone, get_language() or "en").date
    pair = zones["requesting"], zones["requested"]
    return Coming(booking, sitting.start, sitting.end, pair, first, day, docket.missing(booking, now))


def _states(by: Membership, coming: Iterable[Coming]) -> list[State]:
    """The reader's own, and those of his hearings."""
    pairs = [(row.booking.plan.request.requesting, row.booking.plan.request.requested) for row in coming]
    others = {authority.state for pair in pairs for authority in pair}
    return [by.authority.state, *sorted(others - {by.authority.state}, key=lambda state: state.code)]


def _closed(states: Iterable[State], today: date) -> list[tuple[str, list[tuple[State, str]]]]:
    """National holidays of these States, a row a day."""
    by_day: dict[date, list[tuple[State, str]]] = {}
    for state in states:
        for day, closure in calendars.closed(state, today, today + CLOSED_AHEAD).items():
            if closure.kind == "holiday":
                by_day.setdefault(day, []).append((state, closure.name))
    locale = get_language() or "en"
    return [(times.date_words(day, locale, year=False), rows) for day, rows in sorted(by_day.items())]
