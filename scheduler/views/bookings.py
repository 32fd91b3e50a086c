"""A booking: what is held, who has confirmed, who was invited, how the links measured, what happened."""

from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import Membership, Resource
from directory.preconditions import version_typed
from directory.roles import Act, permits
from scheduler import beside, checks, sides
from scheduler import booking as bookings
from scheduler.booking import absent, clockletters, history, recheck
from scheduler.letters import answers, arrivals
from scheduler.models import Booking, Invitation, Plan, Reservation, Role, Side, Sitting, Stray
from scheduler.views import forms
from scheduler.views.times import heading
from scheduler.why import reasons

TEMPLATE = "scheduler/booking.html"


@never_cache
@require_GET
@requires(Act.BOOKING_READ)
def booking(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The booking as it stands now."""
    found = bookings.by_id(booking, request.acting)
    return render(request, TEMPLATE, page(found, request.acting))


@require_POST
@requires(Act.BOOKING_CONFIRM)
def confirm(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The reader's side agrees."""
    found = bookings.by_id(booking, request.acting)

    def act() -> Booking:
        version = version_typed(request.POST)
        return bookings.confirm(booking=found, by=request.acting, version=version, key=forms.key(request))

    return forms.done(request, found, act, _confirmed, partial(refused, found))


@require_POST
@requires(Act.BOOKING_CANCEL)
def cancel(request: ActingRequest, booking: UUID) -> HttpResponse:
    """The time is given up, for a reason that the other side reads."""
    found = bookings.by_id(booking, request.acting)
    reason = request.POST.get("reason", "")

    def act() -> Booking:
        version = version_typed(request.POST)
        return bookings.cancel(booking=found, by=request.acting, version=version, reason=reason, key=forms.key(request))

    said = _("Cancelled. Everyone invited is told, and the time is free again.")
    return forms.done(request, found, act, said, partial(refused, found))


@require_POST
@requires(Act.BOOKING_CANCEL)
def complete(request: ActingRequest, booking: UUID) -> HttpResponse:
    """What became of a confirmed booking."""
    found = bookings.by_id(booking, request.acting)
    facts = {"outcome": request.POST.get("outcome", ""), "reason": request.POST.get("reason", "")}

    def act() -> Booking:
        version = version_typed(request.POST)
        return bookings.complete(booking=found, by=request.acting, version=version, key=forms.key(request), **facts)

    return forms.done(request, found, act, _("Written down."), partial(refused, found))


def refused(found: Booking, request: ActingRequest, refusal: Refusal) -> HttpResponse:
    """The page again, with what was typed and how things stand now."""
    fresh = bookings.by_id(found.public_id, request.acting)
    return forms.again(request, TEMPLATE, page(fresh, request.acting), refusal, form=refusal.field == "reason")


def _clocks(found: Booking, now: datetime) -> dict[str, Any]:
    """What the change of a zone's rules asks, and of which cities the local time can be kept."""
    asked = [clockletters.shown(found, one) for one in recheck.asked(found, now)]
    kept = {choice.side: choice for one in asked for choice in one.choices if choice.side}
    return {"clocks": asked, "clocks_kept": list(kept.values())}


def _confirmed(done: Booking) -> str:
    whole = done.state == Booking.State.CONFIRMED
    return _("Confirmed by both sides. The hearing has its time.") if whole else _("Your side has confirmed.")


def page(found: Booking, by: Membership) -> dict[str, Any]:
    """All that the booking's page says to this reader."""
    now, side = timezone.now(), found.plan.side_of(by)
    head, live = heading(found.plan, by), shown_state(found, now) in Booking.LIVE
    sittings = list(found.sittings.order_by("position"))
    return head | {
        "booking": found,
        "state": shown_state(found, now),
        "live": live,
        "key": token_hex(16),
        "start": sittings[0].start,
        "end": sittings[-1].end,
        "sittings": [_sitting(found.plan, one, now, head["withheld"], live=live) for one in sittings],
        "deadline": beside.deadline(found.plan, found.expires_at, withheld=head["withheld"]),
        "sides": [_side(found, one, side) for one in (Side.REQUESTING, Side.REQUESTED)],
        "asked": _asked(found, side),
        "away": absent.of([found], by, now) if found.state in Booking.LIVE else [],
        **_clocks(found, now),
        "clocks_answered": side is not None and recheck.has_answered(found, side, now),
        "checks": _checks(found, by, now),
        "rooms": _rooms(found, by, side),
        "invitations": _invitations(found, by, side),
        "mine": _mine(found, by),
        "strays": Stray.objects.visible_to(by).waiting().filter(booking=found).count(),
        "history": history.of(found, by),
        "outcomes": _outcomes(sittings[0].start <= now),
        "can_confirm": permits(by.role, Act.BOOKING_CONFIRM) and side is not None and not found.confirmed_at(side),
        "can_cancel": permits(by.role, Act.BOOKING_CANCEL) and side is not None,
        "can_move": permits(by.role, Act.BOOKING_HOLD) and side is not None,
        "can_plan": permits(by.role, Act.HEARING_PLAN),
        "can_test": permits(by.role, Act.TEST_RUN),
    }


def shown_state(found: Booking, now: datetime) -> str:
    """How it stands; a hold that ran out has expired, though nobody has needed its rooms yet."""
    over = found.state == Booking.State.HELD and found.expires_at <= now
    return Booking.State.EXPIRED.value if over else found.state


def _sitting(plan: Plan, one: Sitting, now: datetime, withheld: bool, *, live: bool) -> dict[str, Any]:
    """A sitting, and while it stands what is worth knowing of the days beside it."""
    notes = beside.sitting(plan, one.start, one.end, now, withheld=withheld) if live and now < one.start else ()
    return {"start": one.start, "end": one.end, "notes": notes}


def _outcomes(begun: bool) -> list[tuple[str, str]]:
    """What can be written down now: before its time a hearing has not taken place."""
    early = (Booking.Outcome.POSTPONED, Booking.Outcome.ERROR)
    return [(one.value, str(one.label)) for one in Booking.Outcome if begun or one in early]


def _side(found: Booking, side: Side, own: Side | None) -> dict[str, Any]:
    mark = "a" if side == Side.REQUESTING else "b"
    request = found.plan.request
    state = request.requesting.state if side == Side.REQUESTING else request.requested.state
    words = reasons.state_words(state)
    return {"mark": mark, "words": words, "confirmed_at": found.confirmed_at(side), "own": side == own}


def _asked(found: Booking, side: Side | None) -> list[dict[str, Any]]:
    """Other times that are asked for, and what the reader's side can do about each."""
    rows = found.proposals.open().select_related("booking__plan__request", "made_by__authority", "invitation")
    return [
        {
            "proposal": one,
            "mark": _mark(one.side() or (one.invitation.side if one.invitation else Side.THIRD)),
            "who": one.invitation.get_role_display() if one.invitation else "",
            "mine": one.made_by is not None and one.side() == side,
            "takes": found.state == Booking.State.HELD or one.side() not in (side, None),
        }
        for one in rows
    ]


def _checks(found: Booking, by: Membership, now: datetime) -> list[dict[str, Any]]:
    latest, starts = checks.shown(found, by), found.next(now).start
    return [
        _side(found, side, None) | {"check": check, "holds": check is not None and checks.holds(check, now, starts)}
        for side, check in ((side, latest.get(side)) for side in (Side.REQUESTING, Side.REQUESTED))
    ]


def _mine(found: Booking, by: Membership) -> list[Invitation]:
    """The reader's own invitations, one a sitting; a clerk confirms for his court instead of answering."""
    rows = found.invitations.standing().addressed_to(by.user).exclude(role=Role.CLERK)
    return list(rows.select_related("sitting").order_by("sitting__position"))


def _invitations(found: Booking, by: Membership, side: Side | None) -> list[dict[str, Any]]:
    """The own side's addressees and the interpreters; of the other side, how many were told."""
    letters, sittings = arrivals.states(found), found.sittings.count()
    rows = found.invitations.select_related("sitting").prefetch_related("answers")
    return [
        {
            "invitation": one,
            "sittings": sittings,
            "arrived": letters[one.public_id],
            "again": permits(by.role, Act.REPLY_JUDGE) and letters[one.public_id].troubled,
            "claimed": claim and Invitation.Answer(claim).label,
            "mark": _mark(one.side),
            # Colleagues know each other's addresses; an interpreter's belongs to those who book him.
            "address": one.address if one.side == side else "",
        }
        for one in rows.order_by("side", "role", "sitting__position", "id")
        for claim in [answers.claimed(one)]
        if one.side in (side, Side.THIRD)
    ]


def _rooms(found: Booking, by: Membership, side: Side | None) -> list[Resource]:
    """The own side's rooms with their own clocks; the witness's only for those who may know the place."""
    if side == Side.REQUESTED and not sides.may_know(found.plan, by).place:
        return []
    rows = Reservation.objects.filter(sitting__booking=found, side=side or "", resource__kind=Resource.Kind.SITE)
    return list({row.resource_id: row.resource for row in rows.select_related("resource__site")}.values())


def _mark(side: str) -> str:
    return {Side.REQUESTING: "a", Side.REQUESTED: "b"}.get(Side(side), "n")
