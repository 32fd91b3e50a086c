"""Whose turn it is: the one next act of a request, for one reader."""

from casework import moves
from casework.models import Request
from casework.states import Act, State
from directory.models import Membership

# What each state waits for, the best first. A state that is not here waits for nobody.
NEXT: dict[State, tuple[Act, ...]] = {
    State.DRAFT: (Act.SUBMIT,),
    State.SUBMITTED: (Act.ACKNOWLEDGE,),
    State.ACKNOWLEDGED: (Act.GRANT,),
    State.MORE_INFORMATION: (Act.ANSWER,),
    State.CONSULTING: (Act.GRANT, Act.CONSULT),
    State.POSTPONED: (Act.GRANT, Act.CONSULT),
    State.GRANTED: (Act.ACCEPT,),
}


def next_act(request: Request, by: Membership) -> Act | None:
    """What this reader does next, if the request waits for him; None if it waits for somebody else or for nobody."""
    offered = moves.offered(request, by)
    act = next((act for act in NEXT.get(State(request.state), ()) if act in offered), None)
    if act is Act.ACCEPT and request.binding:
        return None
    if act is Act.CONSULT and _spoke_last(request, by):
        return None
    return act


def waits_for(request: Request, by: Membership) -> bool:
    """Whether the request waits for this reader."""
    return next_act(request, by) is not None


def _spoke_last(request: Request, by: Membership) -> bool:
    """In a consultation the word is with the other side of the last speaker."""
    last = request.passages.last()
    return last is not None and last.side == moves.side_of(request, by)
