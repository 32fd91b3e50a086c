"""What one viewer may know and do about private consultations. Of a room he is not in: that it is, and no more.

Plain data, as the rest of `room.Now`: its digest tells whether anything has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions import acts, asides, consultation
from sessions.confidants import Kind, invitable, kind_of, possible
from sessions.models import Consultation, Hearing, Seat
from sessions.states import State

BEGIN: Mapping[str, Promise] = {
    "defence": _("Speak with your client in private"),
    "accused": _("Speak with your counsel in private"),
    "judge": _("Private line of the two judges"),
    "attending_judge": _("Private line of the two judges"),
}
_NAMES: Mapping[Kind, Promise] = {
    Kind.COUNSEL: _("Consultation of counsel and client"),
    Kind.BENCH: _("Consultation of the bench"),
}


@dataclass(frozen=True)
class Guest:
    """Somebody who can be asked in, or has been."""

    id: UUID
    function: str
    asked: bool


@dataclass(frozen=True)
class Door:
    """A room that the viewer may enter now; `asked` where somebody inside waits for him."""

    id: UUID
    name: str
    asked: bool


@dataclass(frozen=True)
class Private:
    """`name` is empty unless the viewer is inside a room; then `company` is who else is there, by function."""

    name: str = ""
    locked: bool = False
    company: tuple[str, ...] = ()
    guests: tuple[Guest, ...] = ()
    doors: tuple[Door, ...] = ()
    begin: str = ""
    recall: bool = False

    @property
    def offers(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.name or self.doors or self.begin or self.recall)


def of(hearing: Hearing, viewer: Seat, seats: Sequence[Seat], names: Mapping[int, str]) -> Private:
    """What the seat `viewer` sees now. `names` are the functions of all seats."""
    running = list(asides.running(hearing))
    recall = bool(running) and acts.may(hearing, viewer.membership, *consultation.JUDGES)
    room = next((one for one in running if one.pk == viewer.consultation_id), None)
    if room:
        return _inside(room, viewer, seats, names, recall)
    if not viewer.here:
        return Private()
    doors = tuple(_doors(hearing, viewer, running))
    return Private(doors=doors, begin=_begin(hearing, viewer, running), recall=recall)


def _inside(room: Consultation, viewer: Seat, seats: Sequence[Seat], names: Mapping[int, str], recall: bool) -> Private:
    kind, asked = Kind(room.kind), set(room.invited.values_list("pk", flat=True))
    able = [seat for seat in seats if seat.here and invitable(kind, seat.role)]
    others = [seat for seat in seats if seat.consultation_id == room.pk and seat.pk != viewer.pk]
    return Private(
        name=str(_NAMES[kind]),
        locked=room.locked,
        company=tuple(names[seat.pk] for seat in others),
        guests=tuple(Guest(seat.public_id, names[seat.pk], seat.pk in asked) for seat in able),
        recall=recall,
    )


def _doors(hearing: Hearing, viewer: Seat, running: Sequence[Consultation]) -> list[Door]:
    return [
        Door(room.public_id, str(_NAMES[Kind(room.kind)]), room.invited.filter(pk=viewer.pk).exists())
        for room in running
        if possible(Kind(room.kind), viewer.role, State(hearing.state)) and consultation.enterable(room, viewer)
    ]


def _begin(hearing: Hearing, viewer: Seat, running: Sequence[Consultation]) -> str:
    kind = kind_of(viewer.role)
    if kind is None or not possible(kind, viewer.role, State(hearing.state)):
        return ""
    taken = kind is Kind.BENCH and any(room.kind == kind for room in running)
    return "" if taken else str(BEGIN[viewer.role])
