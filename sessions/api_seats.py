"""Seats over the API: added, taken, admitted, left; and what whoever sits there asks for.

Who comes by a join link has no account, hence no token: his acts are those of the page behind the link alone.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from directory.errors import NotFound
from directory.models import Membership
from directory.preconditions import acting
from sessions import booths, consent, lifecycle, presence, schemas, seats, tickets
from sessions.models import JoinTicket, Seat
from sessions.telling import hearing_of, whole

router = Router(tags=["sessions"])


@router.post("/hearings/{public_id}/seats", response=schemas.HearingOut, operation_id="add_seat")
def add_seat(request: HttpRequest, public_id: UUID, body: schemas.PlaceIn) -> dict[str, Any]:
    """Add a place."""
    seats.add(hearing_id=public_id, role=body.role, side=body.side, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/seats/own", response=schemas.OwnSeatOut, operation_id="take_seat")
def take(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Take your own seat and wait to be admitted."""
    seat = seats.take(hearing_id=public_id, by=acting(request))
    presence.wait(seat_id=seat.public_id)
    return _mine(public_id, seat, acting(request))


@router.get("/hearings/{public_id}/seats/own", response=schemas.OwnSeatOut, operation_id="read_own_seat")
def own_seat(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """The seat you have taken, and the channels it hears and speaks into. 404 before it is taken."""
    return _mine(public_id, _taken(public_id, acting(request)), acting(request))


@router.post("/hearings/{public_id}/seats/own/leave", response=schemas.OwnSeatOut, operation_id="leave_seat")
def leave(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Go: out of the hearing room or out of the waiting room."""
    seat = presence.leave(seat_id=_taken(public_id, acting(request)).public_id)
    return _mine(public_id, seat, acting(request))


@router.post("/hearings/{public_id}/seats/own/ask", response={204: None}, operation_id="ask_bench")
def ask(request: HttpRequest, public_id: UUID, body: schemas.AskIn) -> Status[None]:
    """Ask the bench for a pause, for the floor, or to speak slower."""
    lifecycle.ask(seat_id=_taken(public_id, acting(request)).public_id, what=body.what)
    return Status(204, None)


@router.put("/hearings/{public_id}/seats/own/channel", response=schemas.OwnSeatOut, operation_id="choose_channel")
def choose_channel(request: HttpRequest, public_id: UUID, body: schemas.ChannelIn) -> dict[str, Any]:
    """As an interpreter, speak into that channel from now on."""
    seat = booths.turn(seat_id=_taken(public_id, acting(request)).public_id, into=body.into)
    return _mine(public_id, seat, acting(request))


@router.post("/hearings/{public_id}/seats/{seat}/admit", response=schemas.HearingOut, operation_id="admit")
def admit(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """Let the one who waits in."""
    presence.admit(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/seats/{seat}/agree", response=schemas.HearingOut, operation_id="agree_to_seat")
def agree_to_seat(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """For your court, agree to the holder of a link that the other court gave."""
    consent.agree(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/seats/{seat}/put-back", response=schemas.HearingOut, operation_id="put_back")
def put_back(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """Send someone back to the waiting room."""
    presence.put_back(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/seats/{seat}/floor", response=schemas.HearingOut, operation_id="give_floor")
def floor(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """As the presiding judge, or as the clerk for him, give whoever is on the seat the floor."""
    lifecycle.give_floor(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/seats/{seat}/ticket", response=schemas.TicketOut, operation_id="issue_ticket")
def ticket(request: HttpRequest, response: HttpResponse, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """A join link and its code, given this once; earlier ones end."""
    made = tickets.issue(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    row = JoinTicket.objects.get(public_id=made.id)
    response["Cache-Control"] = "no-store"
    link = f"{settings.SITE_URL}{reverse('evidence:ticket')}#{made.secret}"
    return {"link": link, "code": made.pin, "valid_from": row.valid_from, "valid_until": row.valid_until}


@router.delete("/hearings/{public_id}/seats/{seat}/ticket", response={204: None}, operation_id="revoke_ticket")
def revoke(request: HttpRequest, public_id: UUID, seat: UUID) -> Status[None]:
    """End the seat's ticket, used or not."""
    tickets.revoke(seat_id=_of(public_id, seat, acting(request)), by=acting(request))
    return Status(204, None)


def _of(public_id: UUID, seat: UUID, by: Membership) -> UUID:
    """The seat's id if it is one of this hearing's and the hearing the caller's to see."""
    if not hearing_of(public_id, by).seats.filter(public_id=seat).exists():
        raise NotFound
    return seat


def _taken(public_id: UUID, by: Membership) -> Seat:
    """The seat that the caller has taken as the member for whom he calls; else NotFound."""
    seat = hearing_of(public_id, by).seats.filter(user=by.user_id, membership=by).first()
    if seat is None:
        raise NotFound
    return seat


def _mine(public_id: UUID, seat: Seat, by: Membership) -> dict[str, Any]:
    told: dict[str, Any] = next(one for one in whole(public_id, by)["seats"] if one["id"] == seat.public_id)
    found = booths.choice(hearing_of(public_id, by), seat)
    return told | {"listens": found.listens, "able": found.able, "into": found.now}
