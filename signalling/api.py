"""Connection tests over the API: to read. A test itself is run in a browser, or by whoever speaks the wire."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from directory.access import ActingRequest
from directory.errors import NotFound
from scheduler import checks, roomchecks
from scheduler.models import Booking, ConnectionCheck, RoomCheck
from signalling import connectivity, quality, results, spans

router = Router(tags=["signalling"])


class FigureOut(Schema):
    """One figure with its 95 % interval and its threshold's verdict: rtt and jitter in ms, loss in per cent, capacity
    in kbit/s, r of ITU-T G.107. `high` null: nothing bounds it upwards."""

    name: str
    value: float
    low: float
    high: float | None
    grade: str


class WayOut(Schema):
    """One direction, judged."""

    grade: str
    figures: list[FigureOut]


class RoomOut(Schema):
    """The last test of one side's room; `holds` says whether it still speaks for the link."""

    side: str
    taken_at: datetime
    holds: bool
    up: WayOut
    down: WayOut


class ChecksOut(Schema):
    """Both rooms, and the verdict on the whole way between them once both were tested."""

    hearing: UUID
    rooms: list[RoomOut]
    verdict: str | None


class RoomCheckOut(Schema):
    """One measurement of a room's link: ms, per cent, up is from the room."""

    taken_at: datetime
    verdict: str
    rtt_ms: float
    loss_up: float
    loss_down: float
    jitter_up_ms: float
    jitter_down_ms: float
    r_factor: float | None
    mos: float | None


@router.get("/rooms/{uuid:room}/checks", response=list[RoomCheckOut], operation_id="read_room_checks")
def read_room_checks(request: HttpRequest, room: UUID) -> list[RoomCheck]:
    """How the link of a room of your court was in the last thirty days, the newest first."""
    site = roomchecks.site_of(room, cast(ActingRequest, request).acting)
    return roomchecks.history(site, timezone.now())


@router.get("/hearings/{uuid:hearing}/checks", response=ChecksOut, summary="Read the connection tests of a hearing")
def read_checks(request: HttpRequest, hearing: UUID) -> dict[str, Any]:
    """What both technicians' pages show."""
    by = cast(ActingRequest, request).acting
    plan, _side = connectivity.testable(hearing, by)
    if plan is None:
        raise NotFound
    booking = connectivity.booking_of(plan)
    found = checks.shown(booking, by) if booking else {}
    ways = results.ways(checks.shown(booking, None) if booking else {}, {side: side for side in results.SIDES})
    return {
        "hearing": plan.public_id,
        "rooms": [_room(check, booking) for check in found.values()] if booking else [],
        "verdict": results.verdict(ways).value if ways else None,
    }


def _room(check: ConnectionCheck, booking: Booking) -> dict[str, Any]:
    up, down = (_way(span) for span in spans.kept(check))
    now = timezone.now()
    holds = checks.holds(check, now, booking.next(now).start)
    return {"side": check.side, "taken_at": check.taken_at, "holds": holds, "up": up, "down": down}


def _way(span: spans.Span) -> dict[str, Any]:
    figures = [asdict(each) | {"grade": each.grade.value} for each in span.judged()]
    return {"grade": quality.worst(each.grade for each in span.judged()).value, "figures": figures}
