"""The docket: every hearing the reader takes part in, and what is to be done next."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from directory.access import ActingRequest, requires
from directory.models import Membership
from directory.roles import Act, permits
from protection import people
from scheduler import sides
from scheduler.availability import local_day
from scheduler.models import Booking, Plan, Side


@dataclass(frozen=True)
class Entry:
    """One hearing of the docket. Instants in UTC; `a` and `b` are the zones in which they are shown."""

    plan: Plan
    label: str
    booking: Booking | None
    start: datetime | None
    end: datetime | None
    a: str
    b: str
    first: str
    standing: str  # none, held, confirmed, past
    word: Promise
    url: str
    act: Promise
    one_day: bool  # whether it is the same date in both States; else the pair writes both
    room: str  # address of the hearing itself, once it has its time


@never_cache
@require_GET
@requires(Act.HEARING_READ)
def docket(request: ActingRequest) -> HttpResponse:
    """Hearings to come in their order, then those that still want a time, then what is over."""
    entries = [_entry(plan, request.acting) for plan in _plans(request.acting)]
    groups = {
        "coming": sorted(
            (e for e in entries if e.standing in ("held", "confirmed")), key=lambda e: e.start or timezone.now()
        ),
        "waiting": [e for e in entries if e.standing == "none"],
        "past": sorted((e for e in entries if e.standing == "past"), key=lambda e: e.start or timezone.now()),
    }
    return render(request, "scheduler/docket.html", groups | {"empty": not entries})


def _plans(by: Membership) -> list[Plan]:
    rows = Plan.objects.visible_to(by).select_related(
        "request__requesting__state",
        "request__requested__state",
        "request__court",
        "request__executing",
        "request__person",
    )
    return list(rows)


def _entry(plan: Plan, by: Membership) -> Entry:
    now = timezone.now()
    live = next((one for one in plan.bookings.live() if one.state == "confirmed" or one.expires_at > now), None)
    sitting = live.next(now) if live else None
    standing = _standing(live, sitting.end if sitting else None, now)
    zones = sides.zones(plan)
    url, act = _next(plan, live, by, standing)
    person = plan.request.person
    return Entry(
        plan=plan,
        label=people.label(person) if person else "",
        booking=live,
        start=sitting.start if sitting else None,
        end=sitting.end if sitting else None,
        a=zones[Side.REQUESTING],
        b=zones[Side.REQUESTED],
        first="b" if plan.side_of(by) == Side.REQUESTED else "a",
        standing=standing,
        word=WORDS[standing],
        url=url,
        act=act,
        one_day=sitting is not None and len({local_day(sitting.start, zone) for zone in zones.values()}) == 1,
        room=reverse("evidence:hearing", args=[plan.public_id]) if standing in ("confirmed", "past") else "",
    )


WORDS: dict[str, Promise] = {
    "none": _("No time yet"),
    "held": _("Held"),
    "confirmed": _("Confirmed"),
    "past": _("Over"),
}


def _standing(live: Booking | None, end: datetime | None, now: datetime) -> str:
    if live is None or end is None:
        return "none"
    return "past" if end <= now else live.state


def _next(plan: Plan, live: Booking | None, by: Membership, standing: str) -> tuple[str, Promise]:
    """Where the reader goes from here, and in which words; no link where there is nothing for him."""
    if live is None:
        url = reverse("scheduler:times", args=[plan.public_id]) if permits(by.role, Act.HEARING_PLAN) else ""
        return url, _("Find a time")
    side = plan.side_of(by)
    mine = standing == "held" and permits(by.role, Act.BOOKING_CONFIRM) and side and not live.confirmed_at(side)
    if permits(by.role, Act.BOOKING_READ):
        return reverse("scheduler:booking", args=[live.public_id]), _("Confirm") if mine else _("Open the booking")
    return reverse("evidence:hearing", args=[plan.public_id]), _("Open the hearing")
