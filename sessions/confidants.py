"""Who may speak with whom in private, and when. Whoever this table does not name may not.

A room of counsel and client is for the defence, in session too: whoever was sent out follows from there (art. 24(2):
without prejudice to the rights of the defendant). The bench withdraws only while the hearing is not in session, since
both judges are there throughout (V-11). Interpreters come when they are asked, and for the same reason not while the
hearing is in session. The person heard, those beside the person, prosecutors and clerks are in no such room.
"""

from collections.abc import Mapping
from enum import StrEnum

from sessions.states import State


class Kind(StrEnum):
    """What a private room is for."""

    COUNSEL = "counsel"
    BENCH = "bench"


MEANT: Mapping[Kind, frozenset[str]] = {
    Kind.COUNSEL: frozenset({"defence", "accused"}),
    Kind.BENCH: frozenset({"judge", "attending_judge"}),
}
GUESTS = frozenset({"interpreter"})
_OUTSIDE_THE_SESSION = frozenset({State.OPEN, State.SUSPENDED})
_WHEN: Mapping[Kind, frozenset[State]] = {
    Kind.COUNSEL: _OUTSIDE_THE_SESSION | {State.IN_SESSION},
    Kind.BENCH: _OUTSIDE_THE_SESSION,
}


def kind_of(role: str) -> Kind | None:
    """The private room that is meant for this function; None for those who have none."""
    return next((kind for kind, roles in MEANT.items() if role in roles), None)


def invitable(kind: Kind, role: str) -> bool:
    """Whether somebody inside may ask this function in."""
    return role in MEANT[kind] | GUESTS


def possible(kind: Kind, role: str, state: State) -> bool:
    """Whether this function may be in such a room while the hearing is in that state."""
    when = _OUTSIDE_THE_SESSION if role in GUESTS else _WHEN[kind]
    return invitable(kind, role) and state in when
