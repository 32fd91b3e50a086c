"""A request as one member may have it, for the API: built from the allow-list of what is sent, never cut down."""

from typing import Any

from casework import moves, sections
from casework.models import Decision, Question, Request
from casework.states import Act, State
from directory.models import Authority, Membership
from protection import display, people, policy


def row(request: Request, by: Membership) -> dict[str, Any]:
    """What a list says of the request."""
    return {
        "id": request.public_id,
        "reference": request.reference,
        "state": request.state,
        "version": request.version,
        "requesting": authority(request.requesting),
        "requested": authority(request.requested),
        "person": people.label(request.person) if request.person else None,
        "acts": [act.value for act in moves.offered(request, by)],
    }


def whole(request: Request, by: Membership) -> dict[str, Any]:
    """Everything that the request says to this member."""
    return row(request, by) | {
        "court": authority(request.court) if request.court else None,
        "executing": authority(request.executing) if request.executing and place_for(request, by) else None,
        "identity_complete": request.identity_complete,
        "submitted_at": request.submitted_at,
        "decided_at": request.decided_at,
        "conditions_accepted_at": request.conditions_accepted_at,
        "fields": fields(request, by),
        "questions": [question(one) for one in request.questions.all()],
        "decisions": [decision(one) for one in request.decisions.all()],
    }


def fields(request: Request, by: Membership) -> dict[str, Any]:
    """The typed fields. The person's language is among them only for whom protection grants it."""
    names = set(sections.FIELDS) if language_for(request, by) else set(sections.FIELDS) - {"testimony_language"}
    return {name: getattr(request, name) for name in sections.FIELDS if name in names}


def language_for(request: Request, by: Membership) -> bool:
    """Whether this member may know in which language the person testifies: the drafter while drafting, else policy."""
    if request.state == State.DRAFT:
        return moves.may(request, Act.EDIT, by)
    if request.person is None:
        return False
    audience = policy.audience_of(by.role, request.side_of(by))
    return bool(display.shown(request.person, audience).get("language"))


def place_for(request: Request, by: Membership) -> bool:
    """Whether this member may know where the person is. The court that attends is in that city, and often named so."""
    if request.person is None:
        return False
    audience = policy.audience_of(by.role, request.side_of(by))
    return bool(display.shown(request.person, audience).get("place"))


def authority(found: Authority) -> dict[str, Any]:
    """An authority by id, State and name."""
    return {"id": found.public_id, "state": found.state.code, "name": found.name}


def question(found: Question) -> dict[str, Any]:
    """A question with its answer, empty while there is none."""
    return {
        "id": found.public_id,
        "text": found.text,
        "asked_at": found.asked_at,
        "answer": found.answer,
        "answered_at": found.answered_at,
    }


def decision(found: Decision) -> dict[str, Any]:
    """A decision in full: both sides read it."""
    names = ("kind", "conditions", "grounds", "reasons", "at")
    return {name: getattr(found, name) for name in names}
