"""Who sits in which private room: going in, coming out, and rooms that end because nobody is left in them.

Called inside an act's transaction, under the hearing's lock. The log is told that somebody went in and came out.
"""

from datetime import datetime

from django.db.models import QuerySet

from directory.models import Membership
from sessions.acts import written
from sessions.confidants import MEANT, Kind
from sessions.models import Consultation, Hearing, Seat


def running(hearing: Hearing) -> QuerySet[Consultation]:
    """The private rooms that stand now."""
    return hearing.consultations.filter(ended_at=None)


def sit(hearing: Hearing, seat: Seat, consultation: Consultation, *, at: datetime) -> None:
    """The seat's holder goes in."""
    seat.consultation = consultation
    seat.save(update_fields=["consultation"])
    consultation.invited.remove(seat)
    written(hearing, f"{consultation.kind}_room", by=seat.membership, at=at, what="seat", seat=seat)


def rise(hearing: Hearing, seat: Seat, *, by: Membership | None, at: datetime) -> None:
    """The seat's holder comes back into the hearing."""
    seat.consultation = None
    seat.save(update_fields=["consultation"])
    written(hearing, "rejoined", by=by, at=at, what="seat", seat=seat)


def settle(hearing: Hearing, consultation: Consultation, *, at: datetime) -> None:
    """A room from which all have gone for whom it is meant ends, and its guests come back."""
    inside = list(consultation.inside.order_by("id"))
    if any(seat.role in MEANT[Kind(consultation.kind)] for seat in inside):
        return
    _end(consultation, at)
    for seat in inside:
        rise(hearing, seat, by=None, at=at)


def end_all(hearing: Hearing, *, at: datetime) -> int:
    """Every private room ends and all come back, without a line each; how many rooms there were."""
    rooms = list(running(hearing))
    for consultation in rooms:
        consultation.inside.update(consultation=None)
        _end(consultation, at)
    return len(rooms)


def _end(consultation: Consultation, at: datetime) -> None:
    consultation.ended_at = at
    consultation.save(update_fields=["ended_at"])
