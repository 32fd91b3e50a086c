"""What every act on a hearing has in common: one lock, one log line, one audit entry, one piece of news."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from directory import audit
from directory.access import fetch
from directory.errors import Forbidden, NotFound
from directory.models import Membership
from directory.roles import Act, permits
from sessions import states
from sessions.errors import WrongState
from sessions.models import Hearing, LogEntry, Seat
from sessions.signals import hearing_changed
from sessions.states import Side, State

_FUNCTIONS: Mapping[tuple[str, str], str] = {
    ("judge", "requesting"): "judge",
    ("judge", "requested"): "attending_judge",
    ("clerk", "requesting"): "clerk",
    ("clerk", "requested"): "clerk",
    ("prosecutor", "requesting"): "prosecutor",
    ("defence", "requesting"): "defence",
    ("technician", "requesting"): "technician",
    ("technician", "requested"): "technician",
}


def locked(hearing_id: UUID, *, by: Membership | None) -> Hearing:
    """The hearing, locked until the transaction ends: acts on it happen one after the other.

    `by` None is the system, which sees every hearing. Raises NotFound.
    """
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("plan__request")
    if by is not None:
        found: Hearing = fetch(rows, by=by, act=Act.HEARING_READ, public_id=hearing_id)
        return found
    hearing = rows.filter(public_id=hearing_id).first()
    if hearing is None:
        raise NotFound
    return hearing


def side_of(hearing: Hearing, by: Membership | None) -> Side | None:
    """For which State the member acts in this hearing; None for neither, and for the system."""
    side = hearing.plan.side_of(by) if by else None
    return Side(side) if side else None


def function_of(hearing: Hearing, by: Membership | None) -> str | None:
    """The seat's role that the member's own role takes on his side; None where it takes none."""
    return _FUNCTIONS.get((by.role, side_of(hearing, by) or "")) if by else None


def takes(hearing: Hearing, act: str, by: Membership | None) -> states.Edge:
    """The arrow `by` takes under the name `act`. Raises Forbidden or WrongState; the system may take any.

    Who may never take it is told nothing of the state.
    """
    state, side = State(hearing.state), side_of(hearing, by)
    if by and not states.ever(act, side=side, holds=partial(permits, by.role)):
        raise Forbidden
    possible = states.edges(state, act)
    if not possible:
        raise WrongState
    edge = states.takes(state, act, side=side, holds=partial(permits, by.role)) if by else possible[0]
    if edge is None:
        raise Forbidden
    return edge


def may(hearing: Hearing, by: Membership | None, *pairs: tuple[str, Side]) -> bool:
    """Whether the member holds one of the (right, side) pairs in this hearing."""
    side = side_of(hearing, by)
    return by is not None and any(side == wanted and permits(by.role, right) for right, wanted in pairs)


def may_run(hearing: Hearing, by: Membership | None) -> bool:
    """Whether the member is a clerk of either court: opens doors, admits, writes the log."""
    return may(hearing, by, (Act.HEARING_RUN, Side.REQUESTING), (Act.HEARING_RUN, Side.REQUESTED))


def written(
    hearing: Hearing,
    kind: str,
    *,
    by: Membership | None,
    at: datetime,
    what: str,
    seat: Seat | None = None,
    text: str = "",
) -> LogEntry:
    """Write the line and the audit entry, count the version up, and tell the wire. Inside the act's transaction."""
    last = hearing.log.order_by("-number").first()
    actor = _seat_of(hearing, by)
    line = LogEntry.objects.create(
        hearing=hearing,
        number=last.number + 1 if last else 1,
        at=at,
        kind=kind,
        seat=seat,
        by=by,
        by_role=actor.role if actor else function_of(hearing, by) or "",
        by_side=side_of(hearing, by) or "",
        text=text,
    )
    hearing.version += 1
    hearing.save(update_fields=["version"])
    facts = {"line": line.number} | ({"seat": str(seat.public_id)} if seat else {})
    audit.append(f"hearing.{kind}", by=by, about=hearing, facts=facts)
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what=what)
    return line


def _seat_of(hearing: Hearing, by: Membership | None) -> Seat | None:
    return hearing.seats.filter(user=by.user_id).first() if by else None
