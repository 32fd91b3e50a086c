"""The states of a hearing and who may take it from one to the next.

                     d, e                 a  open       the clerk of either court opens the doors
      ┌───────────────────────────┐       b  close      nobody was heard: the clerk of the requesting court
      │                           ▼       c  go_live    the requesting judge, once every gate is clear
  in_session ◀──────── f ──── suspended   d  suspend    the requesting judge (V-14)
      ▲    │                      │       e  suspend    the requested judge, at any moment (V-12)
      c    g                      h       f  resume     the requesting judge; after e, when both agree
      │    ▼                      │       g  close      the clerk or judge of the requesting court
    open ─b─▶ closed ◀────────────┘       h  close      the same
      ▲
      a       closed is final: a second sitting of the same evidence is a new hearing.
      │
   planned

The system itself takes d where the requested judge has left (V-11) or a measure cannot be kept (U24-2b).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    IN_SESSION = "in_session"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Side(StrEnum):
    REQUESTING = "requesting"
    REQUESTED = "requested"
    THIRD = "third"


@dataclass(frozen=True)
class Edge:
    """One lettered arrow of the drawing: `right` is the permission it needs, on one of `sides`."""

    letter: str
    act: str
    source: State
    target: State
    right: str
    sides: frozenset[Side]


_ASKING = frozenset({Side.REQUESTING})
_ASKED = frozenset({Side.REQUESTED})

EDGES = (
    Edge("a", "open", State.PLANNED, State.OPEN, "hearing.run", _ASKING | _ASKED),
    Edge("b", "close", State.OPEN, State.CLOSED, "hearing.run", _ASKING),
    Edge("c", "go_live", State.OPEN, State.IN_SESSION, "hearing.conduct", _ASKING),
    Edge("d", "suspend", State.IN_SESSION, State.SUSPENDED, "hearing.conduct", _ASKING),
    Edge("e", "suspend", State.IN_SESSION, State.SUSPENDED, "hearing.stop", _ASKED),
    Edge("f", "resume", State.SUSPENDED, State.IN_SESSION, "hearing.conduct", _ASKING),
    Edge("g", "close", State.IN_SESSION, State.CLOSED, "hearing.run", _ASKING),
    Edge("g", "close", State.IN_SESSION, State.CLOSED, "hearing.conduct", _ASKING),
    Edge("h", "close", State.SUSPENDED, State.CLOSED, "hearing.run", _ASKING),
    Edge("h", "close", State.SUSPENDED, State.CLOSED, "hearing.conduct", _ASKING),
)


def edges(state: State, act: str) -> tuple[Edge, ...]:
    """The arrows that leave `state` under the name `act`; empty where there is none."""
    return tuple(edge for edge in EDGES if edge.source == state and edge.act == act)


def takes(state: State, act: str, *, side: Side | None, holds: Callable[[str], bool]) -> Edge | None:
    """The arrow a person of `side` whose rights are `holds` may take, or None."""
    return next((edge for edge in edges(state, act) if side in edge.sides and holds(edge.right)), None)


def ever(act: str, *, side: Side | None, holds: Callable[[str], bool]) -> bool:
    """Whether there is a state in which that person may take an arrow of this name."""
    return any(takes(state, act, side=side, holds=holds) for state in State)


def offered(state: State, *, side: Side | None, holds: Callable[[str], bool]) -> frozenset[str]:
    """The acts that a page may offer this person now."""
    acts = {edge.act for edge in EDGES}
    return frozenset(act for act in acts if takes(state, act, side=side, holds=holds))
