"""What the API takes and gives about bookings."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from directory.instants import Instant
from directory.models import Membership, Resource
from directory.preconditions import tell
from scheduler import beside, checks, sides
from scheduler.booking import recheck
from scheduler.booking.questions import Question
from scheduler.models import Booking, ConnectionCheck, Proposal, Side, Sitting

Starts = Annotated[list[Instant], Field(min_length=1, max_length=60)]


class HoldIn(Schema, extra="forbid"):
    """Instants with their offset, on the plan's grid: one for each sitting."""

    starts: Starts


class ReasonIn(Schema, extra="forbid"):
    """Why; the other side's clerk reads it."""

    reason: str


class ProposeIn(ReasonIn):
    """Starts that would suit better, one a sitting, and why."""

    starts: Starts


class ReplaceIn(ReasonIn):
    """Whose place another one takes; both by the ids that `replaceable` gives."""

    out: UUID
    replacement: UUID


class SwapIn(ReasonIn):
    """The booking to exchange times with, and the version of it that was read."""

    other: UUID
    other_version: int


class CompleteIn(Schema, extra="forbid"):
    """What became of it: took_place, postponed, no_show or cancelled_in_error; and why, where it did not take place."""

    outcome: str
    reason: str = ""


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


class ClocksIn(Schema, extra="forbid"):
    """What counts where the rules of the clocks have changed: the `instant`, or an agreed `wall` time.

    `of` is the court whose local time that is; without it the one whose clocks have changed, of two the requesting one.
    """

    keep: Literal["instant", "wall"]
    of: Literal["", "requesting", "requested"] = ""


class ShiftOut(Schema):
    """A court's clock: the `wall` time that was agreed, and what it `shows` at the agreed instant by the new rules.

    `instant` is when it shows what was agreed; null where it never does.
    """

    side: str
    zone: str
    wall: str
    shows: str
    instant: datetime | None


class ClocksOut(Schema):
    """A question to both courts: by this tzdata one or both of their clocks show another time than was agreed."""

    tzdata: str
    shifts: list[ShiftOut]


class SittingOut(Schema):
    """One sitting: an event in a calendar. `clocks` where the clerks are asked which time was meant.

    `beside` are sentences: a public holiday on its days or next to them, a change of clocks before it.
    """

    start: datetime
    end: datetime
    clocks: ClocksOut | None
    beside: list[str]


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


class ProposalOut(Schema):
    """Other starts that somebody asks for. `side` is the court that does; empty where a participant does."""

    id: UUID
    state: str
    side: str
    starts: list[datetime]
    reason: str
    made_at: datetime


class PersonOut(Schema):
    """A room, a person or an interpreter of the caller's side, or of a third place."""

    id: UUID
    label: str


class ReplaceableOut(Schema):
    """Who is booked, and who could come in his place."""

    role: str
    booked: PersonOut
    free: list[PersonOut]


def answer(response: HttpResponse, found: Booking, by: Membership) -> dict[str, Any]:
    """A booking as this caller may read it, with its version in the ETag."""
    tell(response, found.version)
    plan, sittings = found.plan, list(found.sittings.order_by("position"))
    now = timezone.now()
    asked = {one.sitting.pk: _clocks(one) for one in recheck.asked(found, now)}
    notes = {one.pk: _beside(found, one, now) for one in sittings}
    return {
        "id": found.public_id,
        "hearing": plan.public_id,
        "title": plan.code,
        "state": found.state,
        "version": found.version,
        "outcome": found.outcome,
        "start": sittings[0].start,
        "end": sittings[-1].end,
        "sittings": [
            {"start": one.start, "end": one.end, "clocks": asked.get(one.pk), "beside": notes[one.pk]}
            for one in sittings
        ],
        "zones": sides.zones(plan),
        "expires_at": found.expires_at if found.state == Booking.State.HELD else None,
        "confirmed": {side: found.confirmed_at(side) for side in (Side.REQUESTING, Side.REQUESTED)},
        "checks": _checks(found, by),
    }


def proposal(found: Proposal) -> dict[str, Any]:
    """A proposal as both courts' clerks read it."""
    return {
        "id": found.public_id,
        "state": found.state,
        "side": found.side() or "",
        "starts": found.instants(),
        "reason": found.reason,
        "made_at": found.made_at,
    }


def person(found: Resource) -> dict[str, Any]:
    """Somebody who is booked, or could be."""
    return {"id": found.public_id, "label": found.label}


def _beside(found: Booking, one: Sitting, now: datetime) -> list[str]:
    plan, stands = found.plan, found.state in Booking.LIVE and now < one.start
    return beside.sitting(plan, one.start, one.end, now, withheld=sides.place_withheld(plan)) if stands else []


def _clocks(asked: Question) -> dict[str, Any]:
    told = [
        {"side": one.side, "zone": one.zone, "wall": one.agreed, "shows": one.shows, "instant": one.again}
        for one in asked.shifts
    ]
    return {"tzdata": asked.rules.version, "shifts": told}


def _checks(found: Booking, by: Membership) -> list[dict[str, Any]]:
    now = timezone.now()
    starts = found.next(now).start
    return [_check(one, now, starts) for one in checks.shown(found, by).values()]


def _check(one: ConnectionCheck, now: datetime, starts: datetime) -> dict[str, Any]:
    figures = ("side", "verdict", "taken_at", "rtt_ms", "loss_up", "loss_down", "jitter_up_ms", "jitter_down_ms")
    return {name: getattr(one, name) for name in figures} | {"still_holds": checks.holds(one, now, starts)}
