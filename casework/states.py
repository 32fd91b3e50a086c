"""The states of a request for assistance, and every way from one to another. ◆

              a draft
                 │
             ┌───▼───┐
       ┌─ b ─│ draft │──────────────────────── w ─┐
       │     └───┬───┘                            │
       └─────▶   │ c submit                       │
             ┌───▼───────┐                        │
             │ submitted │──────────────────── w ─┤
             └───┬───────┘                        │
                 │ d acknowledge                  │
        ┌────────▼─────┐ e ask  ┌─────────────┐   │
        │ acknowledged │───────▶│ more        │─ w┤
        │              │◀───────│ information │   │
        └─┬──────┬─────┘ f      └───┬─────────┘   │
          │      │ g consult        │ g           │
          │  ┌───▼────────────┐◀────┘             │
          │  │   consulting   │──────────────── w ─┤
          │  └┬────┬────────┬─┘◀─┐ g              │
          │ h │  i │      j │    │                │
        h │   │    │   ┌────▼──────┐              │
          │   │    │   │ postponed │────────── w ─┤
          ▼   ▼    ▼   └───────────┘              ▼
         granted  refused                     withdrawn
            └───────────────────────────────── w ─▲

a draft · b edit · c submit · d acknowledge · e ask · f answer · g consult · h grant (when postponed too)
· i refuse · j postpone · k accept (the conditions; stays granted) · w withdraw.

Into `refused` and `postponed` there is one way each, and it starts in `consulting`: before refusing under
paragraph 21 or postponing under 25, the requested State consults (18(26), U18-26a). A question may be
answered while consulting, and both sides may speak in a consultation; neither changes the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    MORE_INFORMATION = "more_information"
    CONSULTING = "consulting"
    POSTPONED = "postponed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Whose act it is."""

    REQUESTING = "requesting"
    REQUESTED = "requested"


class Act(StrEnum):
    """An act that may move a request."""

    EDIT = "edit"
    SUBMIT = "submit"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    ANSWER = "answer"
    CONSULT = "consult"
    GRANT = "grant"
    REFUSE = "refuse"
    POSTPONE = "postpone"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow of the drawing: its letter, where it leads, and whose it is."""

    letter: str
    after: State
    sides: frozenset[Side]


_OURS = frozenset({Side.REQUESTING})
_THEIRS = frozenset({Side.REQUESTED})
_BOTH = _OURS | _THEIRS
_S = State

EDGES: Mapping[tuple[State, Act], Edge] = MappingProxyType(
    {
        (_S.DRAFT, Act.EDIT): Edge("b", _S.DRAFT, _OURS),
        (_S.DRAFT, Act.SUBMIT): Edge("c", _S.SUBMITTED, _OURS),
        (_S.SUBMITTED, Act.ACKNOWLEDGE): Edge("d", _S.ACKNOWLEDGED, _THEIRS),
        (_S.ACKNOWLEDGED, Act.ASK): Edge("e", _S.MORE_INFORMATION, _THEIRS),
        (_S.MORE_INFORMATION, Act.ASK): Edge("e", _S.MORE_INFORMATION, _THEIRS),
        (_S.MORE_INFORMATION, Act.ANSWER): Edge("f", _S.ACKNOWLEDGED, _OURS),
        (_S.CONSULTING, Act.ANSWER): Edge("f", _S.CONSULTING, _OURS),
        (_S.ACKNOWLEDGED, Act.CONSULT): Edge("g", _S.CONSULTING, _THEIRS),
        (_S.MORE_INFORMATION, Act.CONSULT): Edge("g", _S.CONSULTING, _THEIRS),
        (_S.CONSULTING, Act.CONSULT): Edge("g", _S.CONSULTING, _BOTH),
        (_S.POSTPONED, Act.CONSULT): Edge("g", _S.CONSULTING, _BOTH),
        (_S.ACKNOWLEDGED, Act.GRANT): Edge("h", _S.GRANTED, _THEIRS),
        (_S.CONSULTING, Act.GRANT): Edge("h", _S.GRANTED, _THEIRS),
        (_S.POSTPONED, Act.GRANT): Edge("h", _S.GRANTED, _THEIRS),
        (_S.CONSULTING, Act.REFUSE): Edge("i", _S.REFUSED, _THEIRS),
        (_S.CONSULTING, Act.POSTPONE): Edge("j", _S.POSTPONED, _THEIRS),
        (_S.GRANTED, Act.ACCEPT): Edge("k", _S.GRANTED, _OURS),
        **{
            (state, Act.WITHDRAW): Edge("w", _S.WITHDRAWN, _OURS)
            for state in State
            if state not in {_S.REFUSED, _S.WITHDRAWN}
        },
    }
)

NEEDS_CONSULTATION = frozenset({Act.REFUSE, Act.POSTPONE})
ENDED = frozenset({State.REFUSED, State.WITHDRAWN})


def edge(state: State, step: Act) -> Edge | None:
    """The arrow an act follows from a state; None where there is none."""
    return EDGES.get((state, step))


def after(state: State, step: Act, *, still_open: int = 0) -> State | None:
    """The state after an act, or None where the act is not possible.

    `still_open`: questions that stay unanswered after this act. While there is one, an answer leaves the
    request waiting for information (18(16)).
    """
    found = edge(state, step)
    if found is None:
        return None
    if step is Act.ANSWER and still_open and state is State.MORE_INFORMATION:
        return State.MORE_INFORMATION
    return found.after


def possible(state: State, side: Side) -> tuple[Act, ...]:
    """What one side can do from a state, in the order of the acts above."""
    return tuple(step for step in Act if (found := edge(state, step)) and side in found.sides)
