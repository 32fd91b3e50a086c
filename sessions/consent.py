"""Who comes without an account, and whoever interprets, comes with the word of both courts.

A clerk can add a place, make the link to it and admit who uses it. An interpreter hears the clear voice that is
kept from clerks: whoever held both halves of such a ticket could sit there himself. So one court gives the
ticket, and the other one admits, or agrees. A new ticket asks for a new word. An interpreter's account is no better
than a ticket, for her own court's clerk enters it: there the other court is the one that has not entered her.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory.errors import Forbidden, NotFound
from directory.models import Authority, Membership
from directory.roles import Act
from sessions.acts import locked, may, side_of, written
from sessions.errors import OtherCourtNeeded, WrongState
from sessions.models import Hearing, JoinTicket, Seat
from sessions.states import Side, State
from sessions.words import state_names

_OTHER = {Side.REQUESTING: Side.REQUESTED, Side.REQUESTED: Side.REQUESTING}
_SPEAKERS = (
    (Act.HEARING_RUN, Side.REQUESTING),
    (Act.HEARING_RUN, Side.REQUESTED),
    (Act.HEARING_CONDUCT, Side.REQUESTING),
    (Act.HEARING_STOP, Side.REQUESTED),
)
"""A clerk or a judge speaks for his court."""


def guarded(seat: Seat) -> bool:
    """Whether the seat takes both courts: an interpreter's, and any that a clerk added, unless its holder signs in.

    The person heard is let in by the own State alone: from that place nothing is heard that was kept from it.
    """
    return seat.role == "interpreter" or (seat.by_hand and seat.user_id is None and seat.role != "witness")


def missing(hearing: Hearing, seat: Seat) -> Side | None:
    """The court whose word is missing for whoever holds the seat; None where nothing is."""
    if not guarded(seat):
        return None
    if seat.user_id is not None:
        return _for_account(hearing, seat)
    ticket = _ticket(seat)
    return _for_ticket(hearing, ticket) if ticket else None


def may_agree(hearing: Hearing, seat: Seat, by: Membership | None) -> bool:
    """Whether the member speaks for the court whose word is missing."""
    side = missing(hearing, seat)
    return side is not None and side_of(hearing, by) == side and may(hearing, by, *_SPEAKERS)


@transaction.atomic
def agree(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> Seat:
    """The other court agrees to the holder of the seat; a clerk then admits him. A second call is refused."""
    hearing_id = Seat.objects.filter(public_id=seat_id).values_list("hearing__public_id", flat=True).first()
    if hearing_id is None:
        raise NotFound
    hearing = locked(hearing_id, by=by)
    seat = hearing.seats.get(public_id=seat_id)
    if not may(hearing, by, *_SPEAKERS):
        raise Forbidden
    if hearing.state == State.CLOSED or missing(hearing, seat) is None:
        raise WrongState
    if not may_agree(hearing, seat, by):
        raise Forbidden
    now = at or timezone.now()
    _agreed(seat, by, now)
    written(hearing, "seat_agreed", by=by, at=now, what="seat", seat=seat)
    return seat


def admitting(hearing: Hearing, seat: Seat, by: Membership, now: datetime) -> None:
    """The clerk who admits gives his court's word with it. Refuses `other_court_needed` where that is not enough."""
    if not guarded(seat):
        return
    awaited = missing(hearing, seat)
    if awaited is None and (seat.user_id is not None or _ticket(seat)):
        return
    if awaited is None or awaited != side_of(hearing, by):
        raise OtherCourtNeeded(state_names(hearing).get(awaited or "", ""))
    _agreed(seat, by, now)


def _ticket(seat: Seat) -> JoinTicket | None:
    return seat.tickets.filter(revoked_at=None).select_related("issued_by__authority").first()


def _for_ticket(hearing: Hearing, ticket: JoinTicket) -> Side | None:
    gave = side_of(hearing, ticket.issued_by)
    return None if ticket.agreed_at or gave is None else _OTHER[gave]


def _for_account(hearing: Hearing, seat: Seat) -> Side | None:
    """An interpreter whom a third State has entered is in neither court's hands: any clerk admits her."""
    entered = _entered_by(seat)
    side = hearing.plan.side_of_state(entered.state_id) if entered else None
    return None if side is None or seat.agreed_user_id == seat.user_id else _OTHER[Side(side)]


def _entered_by(seat: Seat) -> Authority | None:
    if seat.resource and seat.resource.authority:
        return seat.resource.authority
    return seat.membership.authority if seat.membership else None


def _agreed(seat: Seat, by: Membership, now: datetime) -> None:
    if seat.user_id is not None:
        seat.agreed_user_id = seat.user_id
        seat.save(update_fields=["agreed_user"])
    seat.tickets.filter(revoked_at=None, agreed_at=None).update(agreed_by=by, agreed_at=now)
