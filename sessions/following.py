"""A hearing goes where its booking goes: to another time, and to whoever is booked now."""

from datetime import datetime

from directory import audit
from directory.models import Membership
from scheduler.models import Booking
from sessions import presence, seats
from sessions.gates import REACH
from sessions.models import Hearing, JoinTicket, Seat
from sessions.models.hearings import Presence, SeatRole
from sessions.signals import hearing_changed
from sessions.states import State


def follow(booking: Booking, *, by: Membership, now: datetime) -> None:
    """The booking has another time, or other people: tickets and seats follow, in its transaction."""
    hearing = Hearing.objects.select_for_update(of=("self",)).filter(booking=booking).first()
    if hearing is None:
        return
    _retime(hearing, booking)
    _reseat(hearing, booking, now)
    audit.append("hearing.followed", by=by, about=hearing, facts={"booking": str(booking.public_id)})
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="state")


def relink(resource: int, *, now: datetime) -> None:
    """An interpreter has an account, or another one: her places in hearings that are not closed go to it.

    Whoever sat there by the old account leaves. Who came by a ticket stays with it: she sits in that hearing already.
    """
    rows = Hearing.objects.select_for_update(of=("self",)).filter(
        pk__in=Seat.objects.filter(resource=resource).values("hearing")
    )
    for hearing in rows.exclude(state=State.CLOSED).order_by("pk"):
        for seat in hearing.seats.filter(resource=resource).select_related("resource"):
            if seat.user_id is None and seat.presence in (Presence.WAITING, Presence.ADMITTED):
                continue
            _pass_on(hearing, seat, now)
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")


def _pass_on(hearing: Hearing, seat: Seat, now: datetime) -> None:
    holder = seat.resource
    vacated = _vacated(seat, now)
    if vacated.presence != Presence.EXPECTED:
        vacated = seats.another(hearing, seat.role, seat.side)
    seats.put(vacated, holder)


def _retime(hearing: Hearing, booking: Booking) -> None:
    """A ticket in somebody's hands opens the door at the new time."""
    first, last = booking.sitting().start, booking.last().end
    given = JoinTicket.objects.filter(seat__hearing=hearing, revoked_at=None)
    given.update(valid_from=first - REACH, valid_until=last)


def _reseat(hearing: Hearing, booking: Booking, now: datetime) -> None:
    """Who is not booked any more loses the seat and every ticket; who is new gets it."""
    planned = [one for one in booking.needs_seats() if one.resource and one.role in SeatRole.values]
    booked = {one.resource.pk for one in planned if one.resource}
    held = {seat.resource_id: seat for seat in hearing.seats.exclude(resource=None)}
    free = [_vacated(seat, now) for pk, seat in held.items() if pk not in booked]
    for one in planned:
        if one.resource and one.resource.pk not in held:
            seat = _taken(free, one.role, one.side) or seats.another(hearing, one.role, one.side)
            seats.put(seat, one.resource)


def _vacated(seat: Seat, now: datetime) -> Seat:
    """The seat without its holder, who has left wherever he was."""
    seat.tickets.filter(revoked_at=None).update(revoked_at=now)
    presence.leave(seat_id=seat.public_id, at=now)
    seat.refresh_from_db()
    # Who has taken an oath there stays in the log with his seat; the new one swears for himself, on another.
    seat.presence = Presence.LEFT if seat.steps.exists() else Presence.EXPECTED
    seat.user = seat.membership = seat.resource = None
    seat.save(update_fields=["user", "membership", "resource", "presence"])
    return seat


def _taken(free: list[Seat], role: str, side: str) -> Seat | None:
    """One of the vacated seats of that function that nobody has sworn on."""
    fit = (seat for seat in free if (seat.role, seat.side, seat.presence) == (role, side, Presence.EXPECTED))
    found = next(fit, None)
    if found:
        free.remove(found)
    return found
