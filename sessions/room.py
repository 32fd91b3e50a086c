"""The hearing room as one viewer may see it, built up from allowed fields: functions, states, sentences, no names.

`Now` is all that changes while the page stands. It is plain data, so that its digest tells whether anything has.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from directory.roles import permits
from protection import measures
from protection.display import badges
from protection.policy import InForce
from scheduler import sides
from sessions import acts, consent, facts, gates, private, stage, states, waiver
from sessions.models import Hearing, LogEntry, Seat
from sessions.models.hearings import Presence
from sessions.private import Private
from sessions.stage import MARKS, Tile
from sessions.states import Side, State
from sessions.steps import KINDS
from sessions.words import actor, functions, sentence, state_names

_LIVE = (State.OPEN, State.IN_SESSION)
_SPEAK = ("witness", "judge", "attending_judge", "prosecutor", "defence", "accused")
"""Who can be given the floor."""


@dataclass(frozen=True)
class Person:
    """Somebody in the list of who is here, with what the viewer may do about the seat."""

    id: UUID
    mark: str
    function: str
    presence: str
    word: str
    acts: tuple[str, ...]
    waits_for: str = ""  # the State whose court has to agree before this one can be admitted


@dataclass(frozen=True)
class Button:
    """A step the viewer may take now."""

    kind: str
    seat: UUID
    words: str
    rule: str


@dataclass(frozen=True)
class GateRow:
    """A gate in words."""

    id: str
    rule: str
    clear: bool
    title: str
    sentence: str
    waivable: bool = False  # by the viewer, a judge, with a reason


@dataclass(frozen=True)
class LogRow:
    """One line; `strong` where the session stopped."""

    at: datetime
    sentence: str
    strong: bool


@dataclass(frozen=True)
class Now:
    """Everything the room shows that may change."""

    state: str
    since: datetime | None
    suspended_by: str
    agreed: bool
    tiles: tuple[Tile, ...]
    badges: tuple[tuple[str, str], ...]
    gates: tuple[GateRow, ...]
    resuming: tuple[GateRow, ...]
    people: tuple[Person, ...]
    steps: tuple[Button, ...]
    offered: tuple[str, ...]
    log: tuple[LogRow, ...]
    floor: str
    hands: tuple[tuple[UUID, str, str], ...]
    private: Private

    @property
    def digest(self) -> str:
        """Equal for equal rooms."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def stopped(self) -> str:
        """The sentence of the newest suspension."""
        return next((row.sentence for row in self.log if row.strong), "")

    @property
    def stage(self) -> str:
        """Equal while the same tiles stand in the same places."""
        places = [(tile.id, tile.place) for tile in self.tiles]
        return hashlib.sha256(repr(places).encode()).hexdigest()[:16]


def now(hearing: Hearing, viewer: Seat, at: datetime) -> Now:
    """What this seat sees at that instant, read afresh."""
    seats = list(hearing.seats.select_related("person").order_by("id"))
    names, lines = functions(hearing, seats), list(hearing.log.order_by("-number"))
    in_force = _in_force(hearing, at)
    floor, hands = _floor(lines)
    gate_rows = _gates(hearing, viewer, at)
    said = partial(sentence, names=names, states=state_names(hearing))
    return Now(
        state=hearing.state,
        since=_since(hearing, lines),
        suspended_by=hearing.suspended_by,
        agreed=hearing.resume_agreed_at is not None,
        tiles=tuple(stage.tiles(hearing, viewer, seats, names, in_force, floor)),
        badges=tuple((badge.icon, str(badge.word)) for badge in badges(in_force)) if in_force else (),
        gates=gate_rows,
        resuming=tuple(gate for gate in gate_rows if gate.id in gates.RESUMING and not gate.clear),
        people=tuple(_person(hearing, viewer, seat, names) for seat in seats if _shown(seat)),
        steps=tuple(_steps(hearing, viewer, seats, names)),
        offered=tuple(sorted(_offered(hearing, viewer))),
        log=tuple(
            LogRow(line.at, said(line), line.kind in ("suspended", "judge_left", "shield_lost")) for line in lines
        ),
        floor=names.get(floor or 0, ""),
        hands=tuple((seat.public_id, names[seat.pk], kind) for seat in seats for kind in hands.get(seat.pk, ())),
        private=private.of(hearing, viewer, seats, names),
    )


def _in_force(hearing: Hearing, at: datetime) -> frozenset[InForce] | None:
    person = hearing.plan.request.person
    return measures.in_force(person, at) if person else None


def _since(hearing: Hearing, lines: Sequence[LogEntry]) -> datetime | None:
    """When it came into its present state."""
    kinds = {"in_session": ("live", "resumed"), "suspended": ("suspended", "judge_left", "shield_lost")}
    found = (line.at for line in lines if line.kind in kinds.get(hearing.state, ()))
    return next(found, hearing.closed_at or hearing.opened_at)


def _floor(lines: Sequence[LogEntry]) -> tuple[int | None, dict[int, list[str]]]:
    """Who has the floor, and who has asked for something since it was last given (newest line first)."""
    hands: dict[int, list[str]] = {}
    for line in lines:
        if line.kind == "floor":
            return line.seat_id, hands
        if line.kind.endswith("_asked") and line.seat_id:
            asked = hands.setdefault(line.seat_id, [])
            if line.kind not in asked:
                asked.append(line.kind)
    return None, hands


def _shown(seat: Seat) -> bool:
    return seat.presence != Presence.EXPECTED


def _person(hearing: Hearing, viewer: Seat, seat: Seat, names: Mapping[int, str]) -> Person:
    return Person(
        id=seat.public_id,
        mark=MARKS[seat.side],
        function=names[seat.pk],
        presence=seat.presence,
        word=_("In private consultation") if seat.consultation_id else str(Presence(seat.presence).label),
        acts=_about(hearing, viewer, seat),
        waits_for=state_names(hearing).get(consent.missing(hearing, seat) or "", ""),
    )


def _about(hearing: Hearing, viewer: Seat, seat: Seat) -> tuple[str, ...]:
    """What the viewer may do about a seat: a clerk admits and puts back, the bench gives the floor."""
    found: list[str] = []
    open_ = hearing.state in (*_LIVE, State.SUSPENDED)
    member, awaited = viewer.membership, consent.missing(hearing, seat)
    if open_ and acts.may_run(hearing, member) and seat.pk != viewer.pk:
        found += {"waiting": ["admit"], "admitted": ["put_back"]}.get(seat.presence, [])
    if awaited and awaited != acts.side_of(hearing, member):
        found = [one for one in found if one != "admit"]
    if open_ and consent.may_agree(hearing, seat, member):
        found.append("agree_seat")
    bench = (("hearing.conduct", Side.REQUESTING), ("hearing.run", Side.REQUESTING))
    speaks = hearing.state == State.IN_SESSION and seat.here and seat.role in _SPEAK
    if speaks and acts.may(hearing, member, *bench):
        found.append("floor")
    return tuple(found)


def _steps(hearing: Hearing, viewer: Seat, seats: Sequence[Seat], names: Mapping[int, str]) -> list[Button]:
    done = set(hearing.steps.values_list("kind", "seat"))
    return [
        Button(kind.name, seat.public_id, f"{_(kind.words)}: {names[seat.pk]}", kind.rule)
        for kind in KINDS.values()
        if State(hearing.state) in kind.when and acts.may(hearing, viewer.membership, *kind.takers)
        for seat in seats
        if seat.role == kind.about and seat.here and not (kind.once and (kind.name, seat.pk) in done)
    ]


def _offered(hearing: Hearing, viewer: Seat) -> frozenset[str]:
    """Acts on the hearing itself; agreeing to resume stands beside the table's."""
    member = viewer.membership
    if member is None:
        return frozenset()
    side, holds = acts.side_of(hearing, member), partial(permits, member.role)
    found = states.offered(State(hearing.state), side=side, holds=holds)
    waits = hearing.state == State.SUSPENDED and hearing.suspended_by == Side.REQUESTED
    if waits and not hearing.resume_agreed_at:
        found -= {"resume"}
        if acts.may(hearing, member, ("hearing.stop", Side.REQUESTED)):
            found |= {"agree"}
    return found


def _gates(hearing: Hearing, viewer: Seat, at: datetime) -> tuple[GateRow, ...]:
    if hearing.state not in (State.PLANNED, State.OPEN, State.SUSPENDED):
        return ()
    waivable = waiver.gate_of(hearing, viewer.membership, at)
    return tuple(
        GateRow(gate.id, gate.rule, gate.clear, _(gate.title), _(gate.sentence), gate.id == waivable)
        for gate in gates.check(facts.gather(hearing, at))
    )


def zones(hearing: Hearing) -> tuple[str, str]:
    """The two clocks of the room, the requesting State's first."""
    found = sides.zones(hearing.plan)
    return found[Side.REQUESTING], found[Side.REQUESTED]


def own_words(hearing: Hearing, seat: Seat) -> str:
    """`presiding judge, Colombia`: what the viewer is here."""
    return actor(seat.role, seat.side, state_names(hearing))
