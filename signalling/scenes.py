"""What one client is told: the floor and the plan as a `scene`, and nothing of those it does not receive. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from msgspec import structs

from signalling import protocol as p
from signalling import topology
from signalling.topology import SeatPlan


class SeatFacts(topology.SeatFacts, Protocol):
    """And the private rooms into which the seat is asked."""

    @property
    def invited(self) -> tuple[UUID, ...]: ...


class Floor(topology.Floor, Protocol):
    """A hearing at one instant, numbered by its acts."""

    @property
    def version(self) -> int: ...
    @property
    def relay_only(self) -> bool: ...
    @property
    def seats(self) -> Sequence[SeatFacts]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a seat's client, numbered by its news."""

    here: bool = False
    audio: bool = True
    video: bool = True
    sequence: int = 0


def scene(floor: Floor, seat: UUID, plan: SeatPlan, known: Mapping[UUID, Standing]) -> p.Scene:
    """Build the scene of one seat. A seat that is neither admitted nor gone is told that it waits."""
    sources = dict.fromkeys(received.seat for received in plan.receives)
    return p.Scene(
        version=floor.version,
        room=room_of(floor, seat),
        state=floor.state,  # type: ignore[arg-type]  # the words of sessions.states are those of the protocol
        sends=list(plan.sends),
        receives=[p.Received(seat=r.seat, kind=r.kind, form=r.form) for r in plan.receives],
        seats=[_neighbour(source, known.get(source, Standing())) for source in sources],
        invited=[room for each in floor.seats if each.id == seat for room in each.invited],
    )


def room_of(floor: Floor, seat: UUID) -> Literal["waiting", "hearing", "consultation"]:
    """The room of a seat; whatever is neither the hearing room nor a private one is the waiting room."""
    room = next((each.room for each in floor.seats if each.id == seat), "none")
    if room in floor.private:
        return "consultation"
    return "hearing" if room == "hearing" else "waiting"


def refreshed(scene: p.Scene, known: Mapping[UUID, Standing]) -> p.Scene:
    """The same scene with what is known of the neighbours now."""
    return structs.replace(scene, seats=[_neighbour(n.seat, known.get(n.seat, Standing())) for n in scene.seats])


def _neighbour(seat: UUID, standing: Standing) -> p.Neighbour:
    return p.Neighbour(
        seat=seat, here=standing.here, audio=standing.audio, video=standing.video, sequence=standing.sequence
    )
