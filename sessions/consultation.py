"""The acts around a private consultation: begin, enter, ask in, lock, come back, recall. Nobody overhears one.

Each is done by whoever holds a seat (`seat_id`), the recall by a judge. They refuse with WrongState (409), NotFound
(404), `consultation_locked`, `consultation_running` (409) and `not_invitable` (422).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from sessions import asides, presence
from sessions.acts import locked, may, written
from sessions.confidants import MEANT, Kind, invitable, kind_of, possible
from sessions.errors import WrongState
from sessions.models import Consultation, Hearing, Seat
from sessions.signals import hearing_changed
from sessions.states import Side, State

JUDGES = ((Act.HEARING_CONDUCT, Side.REQUESTING), (Act.HEARING_STOP, Side.REQUESTED))
"""Who calls everybody back."""


@transaction.atomic
def begin(*, seat_id: UUID, at: datetime | None = None) -> Consultation:
    """Whoever is on the seat goes into a new private room of his function; others come when they are asked in.

    A room of counsel and client begins locked, so that nobody of another defendant walks in; the bench's is open to
    both judges.
    """
    hearing, seat = _present(seat_id)
    kind = kind_of(seat.role)
    if kind is None or not possible(kind, seat.role, State(hearing.state)):
        raise WrongState
    if kind is Kind.BENCH and asides.running(hearing).filter(kind=kind).exists():
        raise Refusal(_("The bench is in private already: enter its room."), code="consultation_running")
    now = at or timezone.now()
    made = Consultation.objects.create(hearing=hearing, kind=kind, locked=kind is Kind.COUNSEL, begun_at=now)
    asides.sit(hearing, seat, made, at=now)
    return made


@transaction.atomic
def enter(*, seat_id: UUID, consultation_id: UUID, at: datetime | None = None) -> Consultation:
    """Go into a private room: asked in, or where it is not locked and meant for the own function."""
    hearing, seat = _present(seat_id)
    found = asides.running(hearing).filter(public_id=consultation_id).first()
    if found is None or not invitable(Kind(found.kind), seat.role):
        raise NotFound
    if not possible(Kind(found.kind), seat.role, State(hearing.state)):
        raise WrongState
    if not enterable(found, seat):
        raise Refusal(_("This room is locked. Somebody inside asks you in."), code="consultation_locked")
    asides.sit(hearing, seat, found, at=at or timezone.now())
    return found


def enterable(consultation: Consultation, seat: Seat) -> bool:
    """Whether the seat's holder may go in as the room is now."""
    if consultation.invited.filter(pk=seat.pk).exists():
        return True
    return not consultation.locked and seat.role in MEANT[Kind(consultation.kind)]


@transaction.atomic
def invite(*, seat_id: UUID, guest_id: UUID) -> Consultation:
    """Whoever is inside asks somebody of the hearing in: of the functions it is meant for, or an interpreter."""
    hearing, seat, inside = _inside(seat_id)
    guest = hearing.seats.filter(public_id=guest_id).first()
    if guest is None or not guest.here or not invitable(Kind(inside.kind), guest.role):
        sentence = _("Only those who are in the hearing and may consult can be asked in.")
        raise Refusal(sentence, code="not_invitable", status=422, field="seat")
    inside.invited.add(guest)
    _noted(hearing, "consultation_invited", seat, inside, guest=str(guest.public_id))
    return inside


@transaction.atomic
def lock(*, seat_id: UUID, locked: bool) -> Consultation:
    """Whoever is inside locks the room, or lets those for whom it is meant come in by themselves."""
    hearing, seat, inside = _inside(seat_id)
    inside.locked = locked
    inside.save(update_fields=["locked"])
    _noted(hearing, "consultation_locked" if locked else "consultation_unlocked", seat, inside)
    return inside


@transaction.atomic
def come_back(*, seat_id: UUID, at: datetime | None = None) -> Seat:
    """Back into the hearing."""
    hearing, seat, inside = _inside(seat_id)
    now = at or timezone.now()
    asides.rise(hearing, seat, by=seat.membership, at=now)
    asides.settle(hearing, inside, at=now)
    return seat


@transaction.atomic
def recall(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """A judge calls everybody back: all private rooms end at once. WrongState where there is none."""
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    if not may(hearing, by, *JUDGES):
        raise Forbidden
    if not asides.end_all(hearing, at=now):
        raise WrongState
    written(hearing, "recalled", by=by, at=now, what="seat")
    return hearing


def _held(seat_id: UUID) -> tuple[Hearing, Seat]:
    """The hearing under its lock, then the seat read under it."""
    hearing_id = Seat.objects.filter(public_id=seat_id).values_list("hearing__public_id", flat=True).first()
    if hearing_id is None:
        raise NotFound
    hearing = locked(hearing_id, by=None)
    rows = hearing.seats.select_related("consultation", "membership__authority")
    return hearing, rows.get(public_id=seat_id)


def _present(seat_id: UUID) -> tuple[Hearing, Seat]:
    """For who is in the hearing room itself, and kept from it by no measure."""
    hearing, seat = _held(seat_id)
    if not seat.here or not presence.inside(hearing, seat):
        raise WrongState
    return hearing, seat


def _inside(seat_id: UUID) -> tuple[Hearing, Seat, Consultation]:
    hearing, seat = _held(seat_id)
    if seat.consultation is None:
        raise WrongState
    return hearing, seat, seat.consultation


def _noted(hearing: Hearing, act: str, seat: Seat, consultation: Consultation, **facts: str) -> None:
    """For the audit alone: the log tells that a consultation was and who was in it, and nothing more."""
    told = {"seat": str(seat.public_id), "consultation": str(consultation.public_id), **facts}
    audit.append(f"hearing.{act}", by=seat.membership, about=hearing, facts=told)
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")
