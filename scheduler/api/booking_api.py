"""The acts on bookings over the API. Each names the version it has read; the same Idempotency-Key acts once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from directory.preconditions import Key, Version, acting, version_of
from scheduler import booking as bookings
from scheduler.api.booking_schemas import (
    BookingOut,
    ClocksIn,
    CompleteIn,
    HoldIn,
    ProposalOut,
    ProposeIn,
    ReasonIn,
    ReplaceableOut,
    ReplaceIn,
    SwapIn,
    answer,
    person,
)
from scheduler.api.booking_schemas import proposal as proposal_of
from scheduler.booking import proposals, replacing
from scheduler.models import Booking
from scheduler.planning import plans

router = Router()


@router.post("/hearings/{hearing}/bookings", response={201: BookingOut})
def hold(
    request: HttpRequest, response: HttpResponse, hearing: UUID, facts: HoldIn, key: Key = None
) -> Status[dict[str, Any]]:
    """Hold a time for 48 hours. 409 `slot_taken` carries `alternatives`."""
    by = acting(request)
    held = bookings.hold(plan=plans.by_id(hearing, by), starts=facts.starts, by=by, key=key)
    return Status(201, answer(response, held, by))


@router.get("/bookings/{booking}", response=BookingOut)
def booking(request: HttpRequest, response: HttpResponse, booking: UUID) -> dict[str, Any]:
    """One booking."""
    by = acting(request)
    return answer(response, bookings.by_id(booking, by), by)


@router.post("/bookings/{booking}/confirm", response=BookingOut)
def confirm(
    request: HttpRequest, response: HttpResponse, booking: UUID, version: Version = None, key: Key = None
) -> dict[str, Any]:
    """The caller's side agrees; with the second side the booking is confirmed."""
    return _done(request, response, booking, version, bookings.confirm, key=key)


@router.post("/bookings/{booking}/cancel", response=BookingOut)
def cancel(
    request: HttpRequest,
    response: HttpResponse,
    booking: UUID,
    facts: ReasonIn,
    version: Version = None,
    key: Key = None,
) -> dict[str, Any]:
    """Give the time up. Everyone invited is told."""
    return _done(request, response, booking, version, bookings.cancel, reason=facts.reason, key=key)


@router.post("/bookings/{booking}/move", response=BookingOut)
def move(
    request: HttpRequest, response: HttpResponse, booking: UUID, facts: HoldIn, version: Version = None, key: Key = None
) -> dict[str, Any]:
    """Put a hold at other starts; the other side confirms anew. What both have confirmed moves by a proposal."""
    return _done(request, response, booking, version, bookings.move, starts=facts.starts, key=key)


@router.post("/bookings/{booking}/replace", response=BookingOut)
def replace(
    request: HttpRequest,
    response: HttpResponse,
    booking: UUID,
    facts: ReplaceIn,
    version: Version = None,
    key: Key = None,
) -> dict[str, Any]:
    """One person or room of the caller's side, or an interpreter, in the place of another; nobody else is told."""
    by = acting(request)
    out, in_ = replacing.pair(bookings.by_id(booking, by), by, facts.out, facts.replacement)
    return _done(request, response, booking, version, bookings.replace, out=out, in_=in_, reason=facts.reason, key=key)


@router.post("/bookings/{booking}/swap", response=BookingOut)
def swap(
    request: HttpRequest, response: HttpResponse, booking: UUID, facts: SwapIn, version: Version = None, key: Key = None
) -> dict[str, Any]:
    """Two holds between the same two courts exchange their times."""
    by = acting(request)
    first, second = bookings.by_id(booking, by), bookings.by_id(facts.other, by)
    versions = version_of(version), facts.other_version
    done = bookings.swap(first=first, second=second, by=by, versions=versions, reason=facts.reason, key=key)
    return answer(response, done, by)


@router.post("/bookings/{booking}/complete", response=BookingOut)
def complete(
    request: HttpRequest,
    response: HttpResponse,
    booking: UUID,
    facts: CompleteIn,
    version: Version = None,
    key: Key = None,
) -> dict[str, Any]:
    """Write down what became of a confirmed booking."""
    told = {"outcome": facts.outcome, "reason": facts.reason}
    return _done(request, response, booking, version, bookings.complete, **told, key=key)


@router.post("/bookings/{booking}/clocks", response=BookingOut)
def clocks(
    request: HttpRequest,
    response: HttpResponse,
    booking: UUID,
    facts: ClocksIn,
    version: Version = None,
    key: Key = None,
) -> dict[str, Any]:
    """Answer what the change of a zone's rules asks. A confirmed booking keeps its wall time by both courts' answer."""
    if facts.keep == "instant":
        return _done(request, response, booking, version, bookings.keep_instant, key=key)
    return _done(request, response, booking, version, bookings.keep_wall, of=facts.of, key=key)


@router.get("/bookings/{booking}/replaceable", response=list[ReplaceableOut])
def replaceable(request: HttpRequest, booking: UUID) -> list[dict[str, Any]]:
    """Whom the caller's side may replace, and by whom."""
    by = acting(request)
    rows = replacing.candidates(bookings.by_id(booking, by), by, timezone.now())
    return [
        {"role": row.role, "booked": person(row.resource), "free": [person(one) for one in free]} for row, free in rows
    ]


@router.get("/bookings/{booking}/proposals", response=list[ProposalOut])
def listed(request: HttpRequest, booking: UUID) -> list[dict[str, Any]]:
    """Every other time that was asked for, the newest first."""
    found = bookings.by_id(booking, acting(request))
    return [proposal_of(one) for one in found.proposals.select_related("booking__plan__request", "made_by__authority")]


@router.post("/bookings/{booking}/proposals", response={201: ProposalOut})
def propose(
    request: HttpRequest, booking: UUID, facts: ProposeIn, version: Version = None, key: Key = None
) -> Status[dict[str, Any]]:
    """Ask the other court for another time; nothing moves until its clerk takes it."""
    by = acting(request)
    found = bookings.by_id(booking, by)
    asked = bookings.propose(
        booking=found, starts=facts.starts, by=by, version=version_of(version), reason=facts.reason, key=key
    )
    return Status(201, proposal_of(asked))


@router.post("/proposals/{proposal}/take", response=BookingOut)
def take(
    request: HttpRequest, response: HttpResponse, proposal: UUID, version: Version = None, key: Key = None
) -> dict[str, Any]:
    """The booking moves where the proposal asks; If-Match names the booking's version."""
    found = proposals.by_id(proposal, acting(request))
    return _done(request, response, found.booking.public_id, version, bookings.move, proposal=found, key=key)


@router.post("/proposals/{proposal}/decline", response=ProposalOut)
def decline(request: HttpRequest, proposal: UUID, version: Version = None) -> dict[str, Any]:
    """No: the booking stays where it is. If-Match names the booking's version."""
    by = acting(request)
    found = proposals.by_id(proposal, by)
    return proposal_of(proposals.decline(proposal=found, by=by, version=version_of(version)))


@router.post("/proposals/{proposal}/withdraw", response=ProposalOut)
def withdraw(request: HttpRequest, proposal: UUID, version: Version = None) -> dict[str, Any]:
    """The side that asked asks no more. If-Match names the booking's version."""
    by = acting(request)
    found = proposals.by_id(proposal, by)
    return proposal_of(proposals.withdraw(proposal=found, by=by, version=version_of(version)))


def _done(
    request: HttpRequest,
    response: HttpResponse,
    booking: UUID,
    version: str | None,
    act: Callable[..., Booking],
    **facts: Any,
) -> dict[str, Any]:
    by = acting(request)
    found = bookings.by_id(booking, by)
    return answer(response, act(booking=found, by=by, version=version_of(version), **facts), by)
