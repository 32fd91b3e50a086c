"""Who waits, who is in the room, who has left."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from protection import measures, policy
from sessions import asides, consent, lifecycle
from sessions.acts import locked, may_run, side_of, written
from sessions.errors import NotWaiting, WrongState
from sessions.models import Hearing, Seat
from sessions.models.hearings import Presence
from sessions.states import Side, State

_DOORS_OPEN = (State.OPEN, State.IN_SESSION, State.SUSPENDED)


@transaction.atomic
def wait(*, seat_id: UUID, at: datetime | None = None) -> Seat:
    """Whoever holds the seat is ready and waits to be admitted. A clerk has nobody to wait for once doors are open.

    Raises WrongState once the hearing is closed. Waiting twice changes nothing.
    """
    hearing, seat = _both(seat_id, by=None)
    if hearing.state == State.CLOSED:
        raise WrongState
    if seat.presence in (Presence.WAITING, Presence.ADMITTED):
        return seat
    if may_run(hearing, seat.membership) and hearing.state in _DOORS_OPEN and admits(hearing, seat.role, seat.side):
        return _put(hearing, seat, Presence.ADMITTED, "admitted", by=seat.membership, at=at)
    return _put(hearing, seat, Presence.WAITING, "waits", by=seat.membership, at=at)


@transaction.atomic
def admit(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> Seat:
    """A clerk lets the one who waits in.

    Refuses NotWaiting, WrongState, OtherCourtNeeded, and `closed_session` by measure.
    """
    hearing, seat = _run(seat_id, by)
    now = at or timezone.now()
    if hearing.state not in _DOORS_OPEN:
        raise WrongState
    if seat.presence != Presence.WAITING:
        raise NotWaiting
    if not admits(hearing, seat.role, seat.side):
        raise Refusal(
            _("The session is closed to this function by the measures in force."), code="closed_session", rule="U24-2b"
        )
    consent.admitting(hearing, seat, by, now)
    return _put(hearing, seat, Presence.ADMITTED, "admitted", by=by, at=now)


@transaction.atomic
def put_back(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> Seat:
    """A clerk sends someone back to the waiting room."""
    hearing, seat = _run(seat_id, by)
    if seat.presence != Presence.ADMITTED:
        raise WrongState
    return _put(hearing, seat, Presence.WAITING, "put_back", by=by, at=at)


@transaction.atomic
def leave(*, seat_id: UUID, by: Membership | None = None, at: datetime | None = None) -> Seat:
    """The holder goes, or (`by`) a clerk notes that he has gone."""
    hearing, seat = _both(seat_id, by=None) if by is None else _run(seat_id, by)
    if seat.presence not in (Presence.WAITING, Presence.ADMITTED):
        return seat
    return _put(hearing, seat, Presence.LEFT, "left", by=by, at=at)


@transaction.atomic
def clear_out(*, hearing_id: UUID) -> None:
    """Whoever a closed session shuts out goes back to the waiting room, where nothing of the hearing is read."""
    inside = Seat.objects.filter(hearing__public_id=hearing_id, presence=Presence.ADMITTED)
    for seat_id in list(inside.order_by("id").values_list("public_id", flat=True)):
        hearing, seat = _both(seat_id, by=None)
        if seat.admitted and not admits(hearing, seat.role, seat.side):
            _put(hearing, seat, Presence.WAITING, "put_back", by=None, at=None)


def _both(seat_id: UUID, *, by: Membership | None) -> tuple[Hearing, Seat]:
    """The hearing first, then the seat read under its lock."""
    hearing_id = Seat.objects.filter(public_id=seat_id).values_list("hearing__public_id", flat=True).first()
    if hearing_id is None:
        raise NotFound
    hearing = locked(hearing_id, by=by)
    return hearing, hearing.seats.select_related("membership__authority").get(public_id=seat_id)


def _run(seat_id: UUID, by: Membership) -> tuple[Hearing, Seat]:
    hearing, seat = _both(seat_id, by=by)
    if not may_run(hearing, by):
        raise Forbidden
    return hearing, seat


def _put(
    hearing: Hearing, seat: Seat, presence: Presence, kind: str, *, by: Membership | None, at: datetime | None
) -> Seat:
    was_here, now = seat.here, at or timezone.now()
    private, seat.consultation = seat.consultation, None
    seat.presence = presence
    seat.save(update_fields=["presence", "consultation"])
    written(hearing, kind, by=by, at=now, what="seat", seat=seat)
    if private:
        asides.settle(hearing, private, at=now)
    if was_here and seat.role == "attending_judge" and hearing.state == State.IN_SESSION and not _another(seat):
        # V-11: present throughout. What is said without that judge is no evidence.
        lifecycle.suspend(hearing_id=hearing.public_id, by=None, reason="", kind="judge_left", at=now)
    return seat


def _another(seat: Seat) -> bool:
    rows = Seat.objects.filter(hearing=seat.hearing_id, role=seat.role, presence=Presence.ADMITTED)
    return rows.filter(consultation=None).exists()


def inside(hearing: Hearing, seat: Seat) -> bool:
    """Whether the seat is in the room, or beside it in private, and no measure that has begun since keeps it out."""
    return seat.admitted and admits(hearing, seat.role, seat.side)


def legible(hearing: Hearing, by: Membership) -> Hearing:
    """The hearing, if the member may read what was said in it; else NotFound: a closed session stands in its log."""
    if not admits(hearing, by.role, side_of(hearing, by) or Side.THIRD):
        raise NotFound
    return hearing


def follows(hearing: Hearing, by: Membership) -> Hearing:
    """The hearing, if the member may read its log: with the minutes' readers, whoever is inside now; else NotFound."""
    seat = hearing.seats.filter(user=by.user_id).first()
    if not (permits(by.role, Act.RECORD_READ) or (seat and inside(hearing, seat))):
        raise NotFound
    return legible(hearing, by)


def admits(hearing: Hearing, role: str, side: str) -> bool:
    """Whether the measures for the person heard let this function be in the hearing at all."""
    person = hearing.plan.request.person
    if person is None:
        return False
    return policy.view(measures.in_force(person), policy.audience_of(role, side)).admitted
