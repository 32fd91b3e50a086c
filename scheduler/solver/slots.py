"""When a hearing can take place, and with whom. Pure."""

from collections.abc import Mapping
from typing import TypedDict

from scheduler.solver.field import Field
from scheduler.solver.groups import Ranked
from scheduler.solver.masks import Line
from scheduler.solver.problem import Problem, parse
from scheduler.solver.reference import Reference
from scheduler.solver.timegrid import MINUTE, instant

FINEST = 5  # minutes between candidates, and
MOST = 1 << 20  # how many of them are held side by side


class Unsocial(TypedDict):
    worst: int
    total: int


class Slot(TypedDict):
    start: str
    end: str
    unsocial: Unsocial
    assigned: list[list[str]]


class Blocker(TypedDict):
    need: str
    starts_without: int


class Answer(TypedDict):
    slots: list[Slot]
    feasible: int
    blockers: list[Blocker]


def solve(problem: Mapping[str, object]) -> Answer:
    """The best slots for `problem`, how many there are, and where there is none, what stands in the way.

    Minutes everywhere; instants are UTC, to the second. Slots are ranked by the least worst number of unsocial
    minutes among the assigned, then the least total, then the start. Within a slot, among the assignments of the best
    score, the one of the least total load wins; among these the one whose ids come first (by code point), compared as
    one sequence: need after need, each need's ids in ascending order. A problem that breaks its contract raises
    `scheduler.solver.problem.ProblemError`, which names the field.
    """
    return answer(parse(problem))


def answer(asked: Problem) -> Answer:
    """`solve` for a problem that was read already."""
    field = laid_out(asked)
    return {
        "slots": [_slot(asked, field, found) for found in field.best(asked.limit)],
        "feasible": field.feasible,
        "blockers": [] if field.feasible else _blockers(asked, field),
    }


def laid_out(asked: Problem) -> Field | Reference:
    """The problem as bit sets where its candidates fit side by side, else as interval lists; the answers are equal."""
    return Field(asked) if asked.grid >= FINEST and Line.of(asked).count <= MOST else Reference(asked)


def _blockers(asked: Problem, field: Field | Reference) -> list[Blocker]:
    return [{"need": need.label, "starts_without": field.without(place)} for place, need in enumerate(asked.needs)]


def _slot(asked: Problem, field: Field | Reference, found: Ranked) -> Slot:
    start = found.number * asked.grid * MINUTE
    return {
        "start": _words(start),
        "end": _words(start + asked.duration * MINUTE),
        "unsocial": {"worst": found.worst, "total": found.total},
        "assigned": field.seats(found),
    }


def _words(at: int) -> str:
    return instant(at).isoformat().replace("+00:00", "Z")
