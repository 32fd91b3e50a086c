"""A booking: what is held, who has confirmed, who was invited, how the links measured."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import Membership, Resource
from directory.roles import Act, permits
from scheduler import booking as bookings
from scheduler import checks, mailing, reasons, sides
from scheduler.models import Booking, Reservation, Side
from scheduler.views.times import heading


@never_cache
@require_GET
@requires(Act.BOOKING_READ)
def booking(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The booking as it stands now."""
    found = bookings.by_id(booking, request.acting)
    return render(request, "scheduler/booking.html", _page(found, request.acting))


@require_POST
@requires(Act.BOOKING_CONFIRM)
def confirm(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The reader's side agrees."""
    found = bookings.by_id(booking, request.acting)
    try:
        done = bookings.confirm(booking=found, by=request.acting, version=_version(request))
    except Refusal as refusal:
        return _refused(request, found, refusal)
    whole = done.state == Booking.State.CONFIRMED
    said = _("Confirmed by both sides. The hearing has its time.") if whole else _("Your side has confirmed.")
    messages.success(request, said)
    return redirect("scheduler:booking", found.public_id)


@require_POST
@requires(Act.BOOKING_CANCEL)
def cancel(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The time is given up, for a reason that the other side reads."""
    found = bookings.by_id(booking, request.acting)
    reason = request.POST.get("reason", "")
    try:
        bookings.cancel(booking=found, by=request.acting, version=_version(request), reason=reason)
    except Refusal as refusal:
        return _refused(request, found, refusal, reason=reason)
    messages.success(request, _("Cancelled. Everyone invited is told, and the time is free again."))
    return redirect("scheduler:booking", found.public_id)


def _refused(request: ActingRequest, found: Booking, refusal: Refusal, reason: str = "") -> HttpResponse:
    """The page again, with what was typed and how things stand now."""
    if refusal.status == 404:
        raise refusal
    fresh = bookings.by_id(found.public_id, request.acting)
    page = _page(fresh, request.acting) | {"refusal": refusal, "reason": reason}
    return render(request, "scheduler/booking.html", page, status=refusal.status)


def _version(request: ActingRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _page(found: Booking, by: Membership) -> dict[str, Any]:
    now, side = timezone.now(), found.plan.side_of(by)
    state = found.state
    if state == Booking.State.HELD and found.expires_at <= now:
        state = Booking.State.EXPIRED  # nobody has needed its rooms yet, so nobody has released it
    sitting = found.sitting()
    return heading(found.plan, by) | {
        "booking": found,
        "state": state,
        "start": sitting.start,
        "end": sitting.end,
        "sides": [_side(found, one, side) for one in (Side.REQUESTING, Side.REQUESTED)],
        "checks": _checks(found, by, now),
        "rooms": _rooms(found, by, side),
        "invitations": _invitations(found, side),
        "can_confirm": permits(by.role, Act.BOOKING_CONFIRM) and side is not None and not found.confirmed_at(side),
        "can_cancel": permits(by.role, Act.BOOKING_CANCEL),
        "can_plan": permits(by.role, Act.HEARING_PLAN),
        "can_test": permits(by.role, Act.TEST_RUN),
    }


def _side(found: Booking, side: Side, own: Side | None) -> dict[str, Any]:
    mark = "a" if side == Side.REQUESTING else "b"
    request = found.plan.request
    state = request.requesting.state if side == Side.REQUESTING else request.requested.state
    words = reasons.state_words(state)
    return {"mark": mark, "words": words, "confirmed_at": found.confirmed_at(side), "own": side == own}


def _checks(found: Booking, by: Membership, now: datetime) -> list[dict[str, Any]]:
    latest = checks.shown(found, by)
    return [
        _side(found, side, None) | {"check": check, "holds": check is not None and checks.holds(check, now)}
        for side, check in ((side, latest.get(side)) for side in (Side.REQUESTING, Side.REQUESTED))
    ]


def _invitations(found: Booking, side: Side | None) -> list[dict[str, Any]]:
    """The own side's addressees and the interpreters; of the other side, how many were told."""
    letters = mailing.letters(found)
    return [
        {
            "invitation": one,
            "letter": letters.get(one.public_id, ""),
            "mark": _mark(one.side),
            # Colleagues know each other's addresses; an interpreter's belongs to those who book him.
            "address": one.address if one.side == side else "",
        }
        for one in found.invitations.order_by("side", "role", "id")
        if one.side in (side, Side.THIRD)
    ]


def _rooms(found: Booking, by: Membership, side: Side | None) -> list[Resource]:
    """The own side's rooms with their own clocks; the witness's only for those who may know the place."""
    if side == Side.REQUESTED and not sides.may_know(found.plan, by).place:
        return []
    rows = Reservation.objects.filter(sitting__booking=found, side=side or "", resource__kind=Resource.Kind.SITE)
    return [row.resource for row in rows.select_related("resource__site")]


def _mark(side: str) -> str:
    return {Side.REQUESTING: "a", Side.REQUESTED: "b"}.get(Side(side), "n")
