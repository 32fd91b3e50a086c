"""A plan's request with the person and the authorities in it, as its pages and searches read it."""

from casework.models import Request
from directory.models import Authority, LegalProfile, State
from directory.rows import Columns, Statement, point
from protection.models import ProtectedPerson
from scheduler.models import Plan

REQUEST, PERSON = Columns(Request, "request"), Columns(ProtectedPerson, "person")
REQUESTS = Statement(
    """
    FROM casework_request request LEFT JOIN protection_protectedperson person ON person.id = request.person_id
    WHERE request.id = %s
    """,
    REQUEST,
    PERSON,
)
AUTHORITY, STATE, PROFILE = Columns(Authority, "authority"), Columns(State, "state"), Columns(LegalProfile, "profile")
AUTHORITIES = Statement(
    """
    FROM directory_authority authority JOIN directory_state state ON state.id = authority.state_id
    LEFT JOIN directory_legalprofile profile ON profile.state_id = state.id WHERE authority.id = ANY(%s)
    """,
    AUTHORITY,
    STATE,
    PROFILE,
)


def request_of(plan: Plan) -> Request:
    """The request, as it is now, of a plan that its reader may see."""
    answer = REQUESTS.ask(plan.request_id)
    (request,) = answer.each(REQUEST)
    request.person = next(iter(answer.some(PERSON)), None)
    named = {request.requesting_id, request.requested_id, request.court_id, request.executing_id}
    known = _authorities([pk for pk in named if pk])
    request.requesting, request.requested = known[request.requesting_id], known[request.requested_id]
    request.court = known[request.court_id] if request.court_id else None
    request.executing = known[request.executing_id] if request.executing_id else None
    return request


def _authorities(pks: list[int]) -> dict[int, Authority]:
    """All four in a statement of their own: joined to the plan, they cost PostgreSQL's planner ten milliseconds."""
    answer = AUTHORITIES.ask(pks)
    found, profiles = answer.each(AUTHORITY), {one.state_id: one for one in answer.some(PROFILE)}
    for one, state in zip(found, answer.each(STATE), strict=True):
        one.state = state
        point(state, "profile", profiles.get(state.pk))
    return {one.pk: one for one in found}
