"""Seats × rooms × measures → which tracks each seat sends and receives, and in which form.

Pure. What a viewer may have of a protected person is asked of protection.policy; decided here is where sound
and picture flow at all. Whatever is not known (a state, a room, an audience) gets nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from protection import policy
from protection.policy import Audience, InForce
from signalling.protocol import Form, Kind

FLOWING = frozenset({"open", "in_session"})
"""The states in which the hearing room gets anything. While planned, suspended or closed it does not."""
CONSULTING = FLOWING | {"suspended"}
"""The states in which a private room does: it goes on where the hearing stands still, and ends with it."""
CONFIDANTS = frozenset({Audience.BENCH, Audience.HOST, Audience.DEFENCE, Audience.ACCUSED, Audience.INTERPRETER})
"""Who can be in a private room at all. Nobody whom a measure protects: what is masked is masked in the hearing."""

COURT = {Kind.AUDIO: Form.CLEAR, Kind.VIDEO: Form.CLEAR}
_FORMS = {form.value: form for form in Form}


class SeatFacts(Protocol):
    """What has to be known of a seat, read from the database for this one decision."""

    @property
    def id(self) -> UUID: ...
    @property
    def room(self) -> str: ...
    @property
    def audience(self) -> Audience | None: ...
    @property
    def measures(self) -> frozenset[InForce] | None: ...
    @property
    def speaks(self) -> bool: ...


class Floor(Protocol):
    """A hearing at one instant."""

    @property
    def state(self) -> str: ...
    @property
    def seats(self) -> Sequence[SeatFacts]: ...
    @property
    def private(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Receive:
    """One kind of track of one source, in the form in which it is to arrive."""

    seat: UUID
    kind: Kind
    form: Form


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """What one seat sends to the media process and receives from it."""

    sends: tuple[Kind, ...] = ()
    receives: tuple[Receive, ...] = ()


def plan(floor: Floor) -> dict[UUID, SeatPlan]:
    """Return the plan of every seat of the hearing, those who get nothing included."""
    rooms: dict[str, list[SeatFacts]] = {}
    for seat in floor.seats:
        if _takes_part(seat, floor):
            rooms.setdefault(seat.room, []).append(seat)
    # A room is planned by itself: what is in one is no candidate for anybody in another.
    receives = {seat.id: tuple(_received(seat, inside, floor)) for inside in rooms.values() for seat in inside}
    wanted = {(r.seat, r.kind) for each in receives.values() for r in each if _needs_source(r)}
    return {
        seat.id: SeatPlan(tuple(kind for kind in Kind if (seat.id, kind) in wanted), receives.get(seat.id, ()))
        for seat in floor.seats
    }


def _takes_part(seat: SeatFacts, floor: Floor) -> bool:
    if not isinstance(seat.audience, Audience) or floor.state not in _flowing(seat, floor):
        return False
    if seat.audience is Audience.PUBLIC and floor.state != "in_session":
        return False
    # A closed session keeps an audience out of the whole hearing, not only from the witness.
    return all(policy.view(each.measures, seat.audience).admitted for each in _protected(floor.seats))


def _flowing(seat: SeatFacts, floor: Floor) -> frozenset[str]:
    """The states in which the seat's room gets anything; none for whoever does not belong there."""
    if seat.room == "hearing":
        return FLOWING
    trusted = seat.room in floor.private and seat.audience in CONFIDANTS and not _is_protected(seat)
    return CONSULTING if trusted else frozenset()


def _received(receiver: SeatFacts, inside: Iterable[SeatFacts], floor: Floor) -> Iterable[Receive]:
    for source in inside:
        if source.id == receiver.id or not source.speaks:
            continue
        for kind, form in _forms(receiver, source, floor).items():
            if form is not Form.NONE:
                yield Receive(source.id, kind, form)


def _forms(receiver: SeatFacts, source: SeatFacts, floor: Floor) -> Mapping[Kind, Form]:
    forms = dict(_granted(receiver, source, floor))
    # A screen stands between two people: what hides him from her hides her from him.
    if policy.screened(receiver.measures, source.audience):
        forms[Kind.VIDEO] = Form.NONE
    return forms


def _granted(receiver: SeatFacts, source: SeatFacts, floor: Floor) -> Mapping[Kind, Form]:
    if receiver.audience is Audience.PUBLIC:
        return _viewed(_measures_of_all(floor.seats), receiver.audience)
    if _is_protected(source):
        return _viewed(source.measures, receiver.audience)
    return COURT


def _viewed(measures: frozenset[InForce] | None, audience: Audience | None) -> Mapping[Kind, Form]:
    view = policy.view(measures, audience)
    return {
        Kind.AUDIO: _FORMS.get(view.audio, Form.NONE),
        Kind.VIDEO: _FORMS.get(view.video, Form.NONE),
    }


def _is_protected(seat: SeatFacts) -> bool:
    return seat.audience is Audience.WITNESS or seat.measures is None or bool(seat.measures)


def _protected(seats: Iterable[SeatFacts]) -> Iterable[SeatFacts]:
    return (seat for seat in seats if _is_protected(seat))


def _measures_of_all(seats: Iterable[SeatFacts]) -> frozenset[InForce] | None:
    """The public gets of anybody only what it may have of everybody: a private session is private whole."""
    measures: frozenset[InForce] = frozenset()
    for seat in seats:
        if seat.measures is None:
            return None
        measures |= seat.measures
    return measures


def _needs_source(received: Receive) -> bool:
    """A card does not depend on the camera, so nothing is asked of the camera for it."""
    return received.form in (Form.CLEAR, Form.MASKED)
