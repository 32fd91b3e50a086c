"""Who comes to a booking of the reader's own side, and another one in somebody's place."""

from functools import partial
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.access import ActingRequest, requires
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.preconditions import version_typed
from directory.roles import Act
from scheduler import booking as bookings
from scheduler.booking import absent, replacing
from scheduler.models import Booking, Side
from scheduler.views import forms
from scheduler.views.bookings import shown_state
from scheduler.views.times import heading

TEMPLATE = "scheduler/booking_people.html"


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.BOOKING_HOLD)
def people(request: ActingRequest, booking: UUID) -> HttpResponse:
    """Whom the reader's side may replace; and one of them is replaced."""
    found = bookings.by_id(booking, request.acting)
    if request.method == "GET":
        return render(request, TEMPLATE, _page(found, request.acting))
    said = _("Replaced. Who is out is told, who is new is invited, and nobody else hears of it.")
    return forms.done(request, found, partial(_replaced, request, found), said, partial(_refused, found))


def _replaced(request: ActingRequest, found: Booking) -> Booking:
    version, posted = version_typed(request.POST), request.POST
    out, in_ = replacing.pair(found, request.acting, _id(posted.get("out")), _id(posted.get("replacement")))
    facts: dict[str, Any] = {"reason": posted.get("reason", ""), "key": forms.key(request)}
    return bookings.replace(booking=found, out=out, in_=in_, by=request.acting, version=version, **facts)


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFound from None


def _refused(found: Booking, request: ActingRequest, refusal: Refusal) -> HttpResponse:
    fresh = bookings.by_id(found.public_id, request.acting)
    return forms.again(request, TEMPLATE, _page(fresh, request.acting), refusal, form=True)


def _page(found: Booking, by: Membership) -> dict[str, Any]:
    now = timezone.now()
    marks = {Side.REQUESTING: "a", Side.REQUESTED: "b"}
    rows = replacing.candidates(found, by, now)
    return heading(found.plan, by) | {
        "booking": found,
        "state": shown_state(found, now),
        "key": token_hex(16),
        "start": found.sitting().start,
        "away": {one.resource_id for one in absent.of([found], by, now)},
        "rows": [{"row": row, "mark": marks.get(Side(row.side), "n"), "free": free} for row, free in rows],
    }
