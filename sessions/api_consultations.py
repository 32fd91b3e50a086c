"""Private consultations over the API. Each act is done by the caller's own seat, and answers with what he sees then."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from directory.errors import NotFound
from directory.preconditions import acting
from sessions import consultation, private
from sessions.models import Seat
from sessions.telling import hearing_of
from sessions.words import functions

router = Router(tags=["sessions"])


class GuestOut(Schema):
    """Somebody who can be asked in, by function; `asked` where that has been done."""

    id: UUID
    function: str
    asked: bool


class DoorOut(Schema):
    """A room that the caller may enter; `asked` where somebody inside waits for him."""

    id: UUID
    name: str
    asked: bool


class PrivateOut(Schema):
    """`name` is empty unless the caller is in a private room: then `company` is who else is in it.

    `begin` says in words which room the caller may begin, `recall` whether he may call everybody back.
    """

    name: str
    locked: bool
    company: list[str]
    guests: list[GuestOut]
    doors: list[DoorOut]
    begin: str
    recall: bool


class InviteIn(Schema, extra="forbid"):
    """The seat to be asked in."""

    seat: UUID


class LockIn(Schema, extra="forbid"):
    """Whether only those who are asked come in."""

    locked: bool


@router.get("/hearings/{public_id}/consultations", response=PrivateOut, operation_id="read_consultations")
def read(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """The private room you are in, those you may enter, and what else you may do."""
    return _told(_seat(request, public_id))


@router.post("/hearings/{public_id}/consultations", response={201: PrivateOut}, operation_id="begin_consultation")
def begin(request: HttpRequest, public_id: UUID) -> Status[dict[str, Any]]:
    """Go into a new private room: of counsel and client, or of the bench. 409 while the session does not allow it."""
    seat = _seat(request, public_id)
    consultation.begin(seat_id=seat.public_id)
    return Status(201, _told(seat))


@router.post("/hearings/{public_id}/consultations/{room}/enter", response=PrivateOut, operation_id="enter_consultation")
def enter(request: HttpRequest, public_id: UUID, room: UUID) -> dict[str, Any]:
    """Go into a private room that is open to you. 409 `consultation_locked` where you have not been asked."""
    seat = _seat(request, public_id)
    consultation.enter(seat_id=seat.public_id, consultation_id=room)
    return _told(seat)


@router.post(
    "/hearings/{public_id}/consultations/own/invite", response=PrivateOut, operation_id="invite_to_consultation"
)
def invite(request: HttpRequest, public_id: UUID, body: InviteIn) -> dict[str, Any]:
    """Ask somebody of the hearing into the room you are in. 422 `not_invitable` for whoever may not consult."""
    seat = _seat(request, public_id)
    consultation.invite(seat_id=seat.public_id, guest_id=body.seat)
    return _told(seat)


@router.post("/hearings/{public_id}/consultations/own/lock", response=PrivateOut, operation_id="lock_consultation")
def lock(request: HttpRequest, public_id: UUID, body: LockIn) -> dict[str, Any]:
    """Lock the room you are in, or let those for whom it is meant come in by themselves."""
    seat = _seat(request, public_id)
    consultation.lock(seat_id=seat.public_id, locked=body.locked)
    return _told(seat)


@router.post("/hearings/{public_id}/consultations/own/leave", response=PrivateOut, operation_id="leave_consultation")
def leave(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Come back into the hearing."""
    seat = _seat(request, public_id)
    consultation.come_back(seat_id=seat.public_id)
    return _told(seat)


@router.post("/hearings/{public_id}/consultations/recall", response=PrivateOut, operation_id="recall_consultations")
def recall(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """A judge calls everybody back: all private rooms of the hearing end at once."""
    seat = _seat(request, public_id)
    consultation.recall(hearing_id=public_id, by=acting(request))
    return _told(seat)


def _seat(request: HttpRequest, public_id: UUID) -> Seat:
    """The caller's own seat in a hearing that he may see; else NotFound."""
    by = acting(request)
    seat = hearing_of(public_id, by).seats.filter(user=by.user_id, membership=by).first()
    if seat is None:
        raise NotFound
    return seat


def _told(seat: Seat) -> dict[str, Any]:
    """What the seat sees now, read afresh."""
    hearing = seat.hearing
    places = list(hearing.seats.select_related("person", "membership__authority").order_by("id"))
    viewer = next(one for one in places if one.pk == seat.pk)
    return asdict(private.of(hearing, viewer, places, functions(hearing, places)))
