"""The acts of this room over the API: search, hold, confirm, cancel. Writes name the version they have read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from directory.models import Membership
from scheduler import batch_api, cards, checks, ledger, plan_api, plans, reasons, search, sides
from scheduler import booking as bookings
from scheduler.models import Booking, ConnectionCheck, Side
from scheduler.preconditions import Version, acting, version_of
from scheduler.prospect import Slot

router = Router(tags=["scheduler"])
router.add_router("", plan_api.router)
router.add_router("", batch_api.router)
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class WhoOut(Schema):
    """Some who sit at the same local time, by function. `side`: requesting, requested or third."""

    side: str
    who: str
    zone: str
    outside_minutes: int


class SlotOut(Schema):
    """A possible time; minutes outside preferred hours: the most for one, and all together."""

    start: datetime
    end: datetime
    worst: int
    total: int
    sits: list[WhoOut]


class BlockerOut(Schema):
    """Where nothing is possible: the starts there would be without one need."""

    need: str
    starts_without: int


class SlotsOut(Schema):
    """Both States' zones are official ones while the place is withheld."""

    hearing: UUID
    zones: dict[str, str]
    feasible: int
    slots: list[SlotOut]
    blockers: list[BlockerOut]


class HoldIn(Schema, extra="forbid"):
    """Instants with their offset, on the plan's grid: one for each sitting."""

    starts: Annotated[list[AwareDatetime], Field(min_length=1, max_length=60)]


class CancelIn(Schema, extra="forbid"):
    """Why; the other side's clerk reads it."""

    reason: str


class CheckOut(Schema):
    """A connection check: milliseconds and percent."""

    side: str
    verdict: str
    taken_at: datetime
    still_holds: bool
    rtt_ms: float
    loss_up: float
    loss_down: float
    jitter_up_ms: float
    jitter_down_ms: float


class SittingOut(Schema):
    """One sitting: an event in a calendar."""

    start: datetime
    end: datetime


class BookingOut(Schema):
    """A booking as it stands. `version` goes into If-Match; it is the ETag too. `start` and `end` span all sittings."""

    id: UUID
    hearing: UUID
    title: str
    state: str
    version: int
    outcome: str
    start: datetime
    end: datetime
    sittings: list[SittingOut]
    zones: dict[str, str]
    expires_at: datetime | None
    confirmed: dict[str, datetime | None]
    checks: list[CheckOut]


@router.get("/hearings/{hearing}/slots", response=SlotsOut)
def slots(request: HttpRequest, hearing: UUID, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> dict[str, Any]:
    """The best times at which the hearing could be held, in rank order."""
    by = acting(request)
    plan = plans.by_id(hearing, by)
    found = search.find(plan=plan, by=by)
    best = ledger.Turn.of(found, timezone.now()).best(found.prospect, limit)
    return {
        "hearing": plan.public_id,
        "zones": sides.zones(plan),
        "feasible": found.feasible,
        "slots": [_slot(slot, who) for slot, who in zip(best, cards.sitting(found, best, by), strict=True)],
        "blockers": [{"need": need, "starts_without": starts} for need, starts in reasons.blockers(found, by)],
    }


@router.post("/hearings/{hearing}/bookings", response={201: BookingOut})
def hold(
    request: HttpRequest, response: HttpResponse, hearing: UUID, facts: HoldIn, key: Key = None
) -> Status[dict[str, Any]]:
    """Hold a time for 48 hours. 409 `slot_taken` carries `alternatives`."""
    by = acting(request)
    held = bookings.hold(plan=plans.by_id(hearing, by), starts=facts.starts, by=by, key=key)
    return Status(201, _answer(response, held, by))


@router.get("/bookings/{booking}", response=BookingOut)
def booking(request: HttpRequest, response: HttpResponse, booking: UUID) -> dict[str, Any]:
    """One booking."""
    by = acting(request)
    return _answer(response, bookings.by_id(booking, by), by)


@router.post("/bookings/{booking}/confirm", response=BookingOut)
def confirm(
    request: HttpRequest, response: HttpResponse, booking: UUID, version: Version, key: Key = None
) -> dict[str, Any]:
    """The caller's side agrees; with the second side the booking is confirmed."""
    by = acting(request)
    found = bookings.by_id(booking, by)
    done = bookings.confirm(booking=found, by=by, version=version_of(version), key=key)
    return _answer(response, done, by)


@router.post("/bookings/{booking}/cancel", response=BookingOut)
def cancel(
    request: HttpRequest, response: HttpResponse, booking: UUID, facts: CancelIn, version: Version, key: Key = None
) -> dict[str, Any]:
    """Give the time up. Everyone invited is told."""
    by = acting(request)
    found = bookings.by_id(booking, by)
    done = bookings.cancel(booking=found, by=by, version=version_of(version), reason=facts.reason, key=key)
    return _answer(response, done, by)


def _answer(response: HttpResponse, found: Booking, by: Membership) -> dict[str, Any]:
    response["ETag"] = f'"{found.version}"'
    plan, sittings = found.plan, list(found.sittings.order_by("position"))
    return {
        "id": found.public_id,
        "hearing": plan.public_id,
        "title": plan.code,
        "state": found.state,
        "version": found.version,
        "outcome": found.outcome,
        "start": sittings[0].start,
        "end": sittings[-1].end,
        "sittings": [{"start": one.start, "end": one.end} for one in sittings],
        "zones": sides.zones(plan),
        "expires_at": found.expires_at if found.state == Booking.State.HELD else None,
        "confirmed": {side: found.confirmed_at(side) for side in (Side.REQUESTING, Side.REQUESTED)},
        "checks": _checks(found, by),
    }


def _checks(found: Booking, by: Membership) -> list[dict[str, Any]]:
    now = timezone.now()
    return [_check(one, now) for one in checks.shown(found, by).values()]


def _check(one: ConnectionCheck, now: datetime) -> dict[str, Any]:
    figures = ("side", "verdict", "taken_at", "rtt_ms", "loss_up", "loss_down", "jitter_up_ms", "jitter_down_ms")
    return {name: getattr(one, name) for name in figures} | {"still_holds": checks.holds(one, now)}


def _slot(slot: Slot, who: Sequence[cards.Who]) -> dict[str, Any]:
    return {
        "start": slot.start,
        "end": slot.end,
        "worst": slot.worst,
        "total": slot.total,
        "sits": _sits(who),
    }


def _sits(rows: Sequence[cards.Who]) -> list[dict[str, Any]]:
    names = {"a": Side.REQUESTING, "b": Side.REQUESTED, "n": Side.THIRD}
    return [
        {"side": names[one.mark], "who": one.names, "zone": one.zone, "outside_minutes": one.outside} for one in rows
    ]
