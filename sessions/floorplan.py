"""Who sits where under which measures: all that the wire needs to decide which tracks flow. Read afresh each time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protection import measures
from protection.models import ProtectedPerson
from protection.policy import Audience, InForce, audience_of
from sessions import asides, booths
from sessions.models import Hearing, Seat
from sessions.models.hearings import Presence

_ROOMS = {Presence.WAITING: "waiting", Presence.ADMITTED: "hearing"}
_SILENT = frozenset({"support", "technician"})
"""Functions that follow the hearing without a voice in it."""
_UNREADABLE = frozenset({InForce(None, frozenset())})


@dataclass(frozen=True)
class SeatFacts:
    """`room` is none, waiting, hearing or the id of a private room; `into` is a language channel.

    `measures` protect the person on this seat.
    """

    id: UUID
    role: str
    side: str
    room: str
    audience: Audience | None
    measures: frozenset[InForce]
    speaks: bool
    into: str
    invited: tuple[UUID, ...] = ()  # to private rooms that still stand


@dataclass(frozen=True)
class Floor:
    """The whole floor. Media flow between the seats of one room: in the room `hearing` in the states open and
    in_session alone, in `private`, the rooms of consultations, until the hearing is closed.
    """

    hearing: UUID
    state: str
    version: int
    seats: tuple[SeatFacts, ...]
    relay_only: bool = False
    private: frozenset[str] = frozenset()


def describe(hearing_id: UUID, at: datetime) -> Floor | None:
    """The floor at that instant, or None where there is no such hearing."""
    hearing = Hearing.objects.select_related("plan__request__person", "booking").filter(public_id=hearing_id).first()
    if hearing is None:
        return None
    seats = hearing.seats.select_related("person", "consultation").order_by("id")
    private = {one.pk: one for one in asides.running(hearing).prefetch_related("invited")}
    known = booths.booths(hearing)
    asked = {seat.pk: tuple(one.public_id for one in private.values() if seat in one.invited.all()) for seat in seats}
    facts = tuple(_facts(seat, booths.into(hearing, seat, known), asked[seat.pk], at) for seat in seats)
    rooms = frozenset(str(one.public_id) for one in private.values())
    return Floor(hearing.public_id, hearing.state, hearing.version, facts, hearing.relay_only, rooms)


def next_change(hearing_id: UUID, at: datetime) -> datetime | None:
    """The next instant at which the floor changes although nobody does anything: a measure begins or ends."""
    seats = Seat.objects.filter(hearing__public_id=hearing_id)
    people = ProtectedPerson.objects.filter(pk__in=seats.values("person"))
    return min((date for one in people if (date := measures.next_change(one, at))), default=None)


def _facts(seat: Seat, into: str, invited: tuple[UUID, ...], at: datetime) -> SeatFacts:
    return SeatFacts(
        id=seat.public_id,
        role=seat.role,
        side=seat.side,
        room=_room(seat),
        audience=audience_of(seat.role, seat.side),
        measures=_measures(seat, at),
        speaks=seat.role not in _SILENT,
        into=into,
        invited=invited,
    )


def _room(seat: Seat) -> str:
    if seat.consultation:
        return str(seat.consultation.public_id)
    return _ROOMS.get(Presence(seat.presence), "none")


def _measures(seat: Seat, at: datetime) -> frozenset[InForce]:
    """Those of the person heard. A witness's seat of which nobody knows who sits there is shown to nobody."""
    if seat.person is not None:
        return measures.in_force(seat.person, at)
    return _UNREADABLE if seat.role == "witness" else frozenset()
