"""The tiles of the room: who stands where, and in which form this viewer gets each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from protection import policy
from protection.policy import Audience, InForce, audience_of
from sessions import booths
from sessions.interpretation import Booth
from sessions.models import Hearing, Seat
from sessions.models.hearings import Presence, SeatRole
from sessions.states import Side, State
from sessions.words import state_names

MARKS: Mapping[str, str] = {Side.REQUESTING: "a", Side.REQUESTED: "b", Side.THIRD: "n"}
_TILED = tuple(role.value for role in SeatRole if role not in (SeatRole.SUPPORT, SeatRole.TECHNICIAN))
_SECOND = ("attending_judge", "judge", "defence", "prosecutor")
_LIVE = (State.OPEN, State.IN_SESSION)


@dataclass(frozen=True)
class Tile:
    """A place on the stage. `video` is clear, card or none, `audio` clear, masked or none; `off` draws no picture."""

    id: UUID
    place: str
    mark: str
    function: str
    note: str
    pseudonym: str
    video: str
    audio: str
    off: bool
    floor: bool
    mine: bool
    interpreter: bool
    into: str


def tiles(
    hearing: Hearing,
    viewer: Seat,
    seats: Sequence[Seat],
    names: Mapping[int, str],
    in_force: frozenset[InForce] | None,
    floor: int | None,
) -> list[Tile]:
    """By role, never by loudness: the witness large, two beside, the others below, oneself last."""
    shown = sorted((seat for seat in seats if seat.role in _TILED), key=lambda seat: _rank(seat, viewer))
    known = booths.booths(hearing)
    beside = [seat.pk for seat in shown if seat.role in _SECOND and seat.pk != viewer.pk][:2]
    return [
        _tile(hearing, viewer, seat, names[seat.pk], _place(seat, beside), in_force, floor == seat.pk, known)
        for seat in shown
    ]


def _rank(seat: Seat, viewer: Seat) -> tuple[bool, int, int]:
    return seat.pk == viewer.pk and seat.role != "witness", _TILED.index(seat.role), seat.number


def _place(seat: Seat, beside: Sequence[int]) -> str:
    if seat.role == "witness":
        return "focus"
    return "second" if seat.pk in beside else "third"


def _tile(
    hearing: Hearing,
    viewer: Seat,
    seat: Seat,
    name: str,
    place: str,
    in_force: frozenset[InForce] | None,
    floor: bool,
    known: Mapping[int, Booth],
) -> Tile:
    audience = audience_of(viewer.role, viewer.side)
    view = policy.view(in_force, audience) if seat.role == "witness" else policy.EVERYTHING
    if seat.role != "witness" and viewer.role == "witness" and policy.screened(in_force, _audience(seat)):
        view = policy.NOTHING
    return Tile(
        id=seat.public_id,
        place=place,
        mark=MARKS[seat.side],
        function=_("You") if seat.pk == viewer.pk else name,
        note=_note(hearing, seat, name, mine=seat.pk == viewer.pk),
        pseudonym=seat.person.pseudonym if seat.person and seat.role == "witness" else "",
        video=view.video,
        audio=view.audio,
        off=not _meet(hearing, viewer, seat),
        floor=floor and hearing.state == State.IN_SESSION,
        mine=seat.pk == viewer.pk,
        interpreter=seat.role == "interpreter",
        into=booths.into(hearing, seat, known),
    )


def _meet(hearing: Hearing, viewer: Seat, seat: Seat) -> bool:
    """Whether the two are in one room in which something flows."""
    if viewer.consultation_id:
        return viewer.consultation_id == seat.consultation_id and hearing.state != State.CLOSED
    return hearing.state in _LIVE and seat.here


def _audience(seat: Seat) -> Audience | None:
    return audience_of(seat.role, seat.side)


def _note(hearing: Hearing, seat: Seat, name: str, *, mine: bool) -> str:
    if mine:
        return name
    if seat.consultation_id:
        return _("in private consultation")
    if not seat.here:
        return str(Presence(seat.presence).label).lower()
    if hearing.state == State.SUSPENDED:
        return _("stopped")
    state = state_names(hearing).get(seat.side, "")
    return "" if f"({state})" in name else state
