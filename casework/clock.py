"""How long a request has waited: the clock runs from sending to decision, and pauses for an answer (18(16)). ◆"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.states import State

RUNNING = frozenset({State.SUBMITTED, State.ACKNOWLEDGED, State.CONSULTING})


@dataclass(frozen=True, slots=True)
class Clock:
    """`ran` is the time counted so far; `since` the instant from which it has been as it is now."""

    ran: timedelta
    state: State
    since: datetime

    @property
    def days(self) -> int:
        """Whole days counted."""
        return self.ran.days

    @property
    def runs(self) -> bool:
        """Whether it counts at this moment."""
        return self.state in RUNNING


def clock(moves: Iterable[tuple[datetime, State]], now: datetime) -> Clock | None:
    """The clock of a request whose moves are given in order, as (instant, state after it); None before it was sent."""
    ran, at, state, since = timedelta(), now, State.DRAFT, now
    for moved, after in moves:
        ran += moved - at if state in RUNNING else timedelta()
        since = since if after is state else moved
        at, state = moved, after
    if state is State.DRAFT:
        return None
    return Clock(ran + (now - at if state in RUNNING else timedelta()), state, since)
