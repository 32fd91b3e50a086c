"""The places of a hearing: made from the booking, added by a clerk, taken by a member, found for a socket."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Forbidden, Refusal
from directory.models import Membership, Resource, User
from directory.roles import Act
from scheduler.models import Booking
from sessions.acts import function_of, locked, may, side_of
from sessions.errors import NoSeat, WrongState
from sessions.models import Hearing, JoinTicket, Seat
from sessions.models.hearings import Presence, SeatRole
from sessions.signals import hearing_changed
from sessions.states import Side, State

SESSION_KEY = "seat"
"""Of the Django session: {"ticket": public id of the ticket that was redeemed}."""
_ALWAYS = (
    ("witness", Side.REQUESTED),
    ("attending_judge", Side.REQUESTED),
    ("judge", Side.REQUESTING),
    ("clerk", Side.REQUESTING),
    ("clerk", Side.REQUESTED),
)
_GROWS = frozenset({"clerk", "prosecutor", "technician"})  # who comes without having been planned gets a place
ADDABLE = ("defence", "accused", "support", "interpreter", "technician", "prosecutor")


def furnish(hearing: Hearing, booking: Booking) -> None:
    """Make the seats that the booking asks for and the hearing does not have yet; rooms are no seats."""
    planned = [(s.role, s.side, s.resource) for s in booking.needs_seats() if s.role in SeatRole.values]
    planned += [(role, side, None) for role, side in _ALWAYS if (role, side) not in {p[:2] for p in planned}]
    counted: dict[tuple[str, str], int] = {}
    for role, side, resource in planned:
        number = counted[role, side] = counted.get((role, side), 0) + 1
        seat, _made = Seat.objects.get_or_create(hearing=hearing, role=role, side=side, number=number)
        if seat.user is None and seat.resource is None:
            put(seat, resource)


def put(seat: Seat, resource: Resource | None) -> None:
    """The seat is for whom was booked, and for his account if he has one."""
    user = _user_of(resource)
    if user and seat.hearing.seats.filter(user=user).exists():
        user = None
    seat.resource, seat.user = resource, user
    seat.person = seat.hearing.plan.request.person if seat.role == SeatRole.WITNESS else None
    seat.save(update_fields=["resource", "user", "person"])


def _user_of(resource: Resource | None) -> User | None:
    if resource is None:
        return None
    return User.objects.filter(Q(resource=resource) | Q(interpreter__resource=resource), is_active=True).first()


def clear(hearing: Hearing) -> None:
    """Take away the seats: the time they were planned for is cancelled."""
    JoinTicket.objects.filter(seat__hearing=hearing, revoked_at=None).delete()
    hearing.seats.filter(presence=Presence.EXPECTED, steps=None).delete()
    # Those of whom the log already speaks stay, and are free for whoever is booked next.
    hearing.seats.update(presence=Presence.EXPECTED, user=None, membership=None, resource=None)


@transaction.atomic
def add(*, hearing_id: UUID, role: str, side: str, by: Membership) -> Seat:
    """A clerk adds a place of the own side, or of a third one, for somebody whom nobody had to book."""
    hearing = locked(hearing_id, by=by)
    _own_side(hearing, side, by)
    if hearing.state == State.CLOSED:
        raise WrongState
    if role not in ADDABLE:
        raise Refusal(_("There is no such seat to add."), code="role_unknown", status=422, field="role")
    seat = another(hearing, role, side, by_hand=True)
    audit.append("hearing.seat_added", by=by, about=hearing, facts={"seat": str(seat.public_id), "role": role})
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")
    return seat


def _own_side(hearing: Hearing, side: str, by: Membership) -> None:
    """Each court's clerk sets the places of the own State; those of a third place belong to both."""
    wanted = [Side.REQUESTING, Side.REQUESTED] if side == Side.THIRD else [one for one in Side if one == side]
    if not may(hearing, by, *((Act.HEARING_RUN, one) for one in wanted)):
        raise Forbidden


def another(hearing: Hearing, role: str, side: str, **facts: Any) -> Seat:
    """One more seat of that function."""
    last = hearing.seats.filter(role=role, side=side).aggregate(last=Max("number"))["last"] or 0
    return Seat.objects.create(hearing=hearing, role=role, side=side, number=last + 1, **facts)


@transaction.atomic
def take(*, hearing_id: UUID, by: Membership) -> Seat:
    """The member sits down: on the seat planned for him, on a free one of his role, or, as a clerk, on a new one.

    A second call answers with the same seat. Raises NoSeat.
    """
    hearing = locked(hearing_id, by=by)
    seat = hearing.seats.filter(user=by.user_id).first() or _free(hearing, by)
    if seat is None:
        raise NoSeat
    if seat.membership_id != by.pk or seat.user_id != by.user_id:
        seat.user, seat.membership = by.user, by
        seat.save(update_fields=["user", "membership"])
        audit.append("hearing.seat_taken", by=by, about=hearing, facts={"seat": str(seat.public_id)})
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")
    return seat


def takes_a_seat(hearing: Hearing, by: Membership) -> bool:
    """Whether `take` would find one: for a page that offers it."""
    if hearing.state == State.CLOSED:
        return False
    role = function_of(hearing, by)
    return hearing.seats.filter(user=by.user_id).exists() or role in _GROWS or _unclaimed(hearing, role, by) is not None


def _free(hearing: Hearing, by: Membership) -> Seat | None:
    side = side_of(hearing, by)
    role = function_of(hearing, by)
    if role is None or side is None or hearing.state == State.CLOSED:
        return None
    free = _unclaimed(hearing, role, by)
    if free is None and role in _GROWS:
        return another(hearing, role, side)
    return free


def _unclaimed(hearing: Hearing, role: str | None, by: Membership) -> Seat | None:
    given = JoinTicket.objects.filter(seat__hearing=hearing, revoked_at=None).values("seat")
    free = hearing.seats.filter(role=role, side=side_of(hearing, by), user=None, resource=None)
    return free.exclude(pk__in=given).first()


def seat_of(*, hearing_id: UUID, user: User | None, django_session: Mapping[str, Any]) -> Seat | None:
    """The seat this browser holds in the hearing, read afresh: by a redeemed ticket, else by the user's login.

    None for everyone else, for a ticket that was revoked, and for a membership that has ended.
    """
    return _by_ticket(hearing_id, django_session) or _by_login(hearing_id, user)


def _by_ticket(hearing_id: UUID | None, django_session: Mapping[str, Any]) -> Seat | None:
    held = django_session.get(SESSION_KEY)
    if not isinstance(held, dict) or "ticket" not in held:
        return None
    tickets = JoinTicket.objects.filter(public_id=held["ticket"], revoked_at=None, used_at__isnull=False)
    ticket = tickets.select_related("seat__hearing", "seat__membership").first()
    if ticket is None or (hearing_id and ticket.seat.hearing.public_id != hearing_id):
        return None
    return ticket.seat


def _by_login(hearing_id: UUID, user: User | None) -> Seat | None:
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    seats = Seat.objects.filter(hearing__public_id=hearing_id, user=user, membership__active=True)
    return seats.select_related("hearing", "membership__authority").first()


def ticketed(django_session: Mapping[str, Any]) -> Seat | None:
    """The seat of the redeemed ticket in this browser, whichever the hearing."""
    return _by_ticket(None, django_session)
