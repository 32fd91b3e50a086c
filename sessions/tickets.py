"""Join tickets: a secret in a link's fragment and six digits from hand to hand, together good for one seat, once.

Mail scanners open links: opening shows a page and consumes nothing. Only the secret posted with the right code does.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from sessions import presence
from sessions.acts import locked, may
from sessions.errors import TicketRefused, WrongState
from sessions.gates import REACH
from sessions.models import Hearing, JoinTicket, Seat
from sessions.seats import SESSION_KEY
from sessions.signals import hearing_changed
from sessions.states import Side, State

TRIES = 5
_WITHOUT_ACCOUNT = frozenset({"witness", "support", "defence", "accused", "interpreter", "technician"})
_DOORS_OPEN = (State.OPEN, State.IN_SESSION, State.SUSPENDED)


@dataclass(frozen=True)
class Ticket:
    """What is shown once to the clerk and kept nowhere: the link's secret and the code. `repr` shows neither."""

    id: UUID
    secret: str = field(repr=False)
    pin: str = field(repr=False)


@transaction.atomic
def issue(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> Ticket:
    """A new ticket for the seat; earlier ones end. Valid from 60 minutes before the first start to the last end.

    A clerk issues for the own side alone: who held both halves of a witness's ticket could sit in that place.
    """
    seat, hearing = _own_seat(seat_id, by)
    if seat.role not in _WITHOUT_ACCOUNT or seat.user_id:
        raise Refusal(_("This seat belongs to somebody who signs in."), code="seat_needs_account")
    if hearing.booking is None or hearing.state == State.CLOSED:
        raise WrongState
    now, booking = at or timezone.now(), hearing.booking
    _vacated(seat, by, now)
    seat.tickets.filter(revoked_at=None).update(revoked_at=now)
    secret, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06}"
    ticket = JoinTicket.objects.create(
        seat=seat,
        digest=_digest(secret),
        pin_digest=_digest(secret + pin),
        issued_by=by,
        issued_at=now,
        valid_from=booking.sitting().start - REACH,
        valid_until=booking.last().end,
    )
    _told(hearing, "issued", ticket, by)
    return Ticket(ticket.public_id, secret, pin)


@transaction.atomic
def revoke(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> None:
    """End the seat's ticket, used or not: its socket and media end with it."""
    seat, hearing = _own_seat(seat_id, by)
    ticket = seat.tickets.filter(revoked_at=None).first()
    if ticket is None:
        raise NotFound
    ticket.revoked_at = at or timezone.now()
    ticket.save(update_fields=["revoked_at"])
    _vacated(seat, by, ticket.revoked_at)
    _told(hearing, "revoked", ticket, by)


def _vacated(seat: Seat, by: Membership, now: datetime) -> None:
    """Who held the seat has left: whoever comes with another ticket is admitted anew, and does not find it open."""
    presence.leave(seat_id=seat.public_id, by=by, at=now)


def redeem(*, secret: str, pin: str, at: datetime | None = None) -> JoinTicket:
    """Consume the ticket. Raises TicketRefused; the fifth wrong code locks it."""
    ticket, refused = _try(secret, pin.strip(), at or timezone.now())
    if ticket is None or refused:
        # Raised outside the transaction: the wrong try has to stay counted.
        raise TicketRefused(refused)
    return ticket


def enter(django_session: SessionBase, ticket: JoinTicket) -> None:
    """Let this browser hold the ticket's seat and nothing else: whoever was signed in is signed out."""
    django_session.flush()
    django_session[SESSION_KEY] = {"ticket": str(ticket.public_id)}


@transaction.atomic
def _try(secret: str, pin: str, now: datetime) -> tuple[JoinTicket | None, str]:
    rows = JoinTicket.objects.select_for_update(of=("self",)).select_related("seat__hearing__plan__request")
    ticket = rows.filter(digest=_digest(secret)).first()
    if ticket is None:
        return None, "ticket_unknown"
    refused = _refused(ticket, now) or _tried(ticket, secret, pin)
    if not refused:
        ticket.used_at = now
        ticket.save(update_fields=["used_at"])
    _told(ticket.seat.hearing, refused or "redeemed", ticket, None)
    return ticket, refused


def _refused(ticket: JoinTicket, now: datetime) -> str:
    state = ticket.seat.hearing.state
    if ticket.revoked_at:
        return "ticket_revoked"
    if ticket.used_at:
        return "ticket_used"
    if ticket.tries >= TRIES:
        return "ticket_locked"
    if now < ticket.valid_from:
        return "ticket_early"
    # A hearing that runs over its hour still lets in whom it waits for.
    ended = state == State.CLOSED or (now > ticket.valid_until and state not in _DOORS_OPEN)
    return "ticket_expired" if ended else ""


def _tried(ticket: JoinTicket, secret: str, pin: str) -> str:
    if hmac.compare_digest(ticket.pin_digest, _digest(secret + pin)):
        return ""
    ticket.tries += 1
    ticket.save(update_fields=["tries"])
    return "ticket_locked" if ticket.tries >= TRIES else "code_wrong"


def _own_seat(seat_id: UUID, by: Membership) -> tuple[Seat, Hearing]:
    hearing_id = Seat.objects.filter(public_id=seat_id).values_list("hearing__public_id", flat=True).first()
    if hearing_id is None:
        raise NotFound
    hearing = locked(hearing_id, by=by)
    seat = hearing.seats.get(public_id=seat_id)
    sides = [Side.REQUESTING, Side.REQUESTED] if seat.side == Side.THIRD else [Side(seat.side)]
    if not may(hearing, by, *((Act.HEARING_RUN, side) for side in sides)):
        raise Forbidden
    return seat, hearing


def _told(hearing: Hearing, what: str, ticket: JoinTicket, by: Membership | None) -> None:
    act = what if what.startswith("ticket_") else f"ticket_{what}"
    facts = {"seat": str(ticket.seat.public_id), "ticket": str(ticket.public_id)}
    audit.append(f"hearing.{act}", by=by, about=hearing, facts=facts)
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="ticket")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
