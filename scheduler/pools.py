"""A plan's needs with those who may fill them, and their courts' calendars: what every search begins with."""

from collections.abc import Iterable

from directory.models import Authority, CourtRecess, Resource, Site, State, Weekend
from directory.rows import Columns, Statement, having, keep, point
from scheduler.models import Plan, PlanNeed

NEED = Columns(PlanNeed, "need")
NEEDS = Statement(
    "FROM scheduler_planneed need WHERE need.plan_id = %s AND NOT need.given_up ORDER BY need.position",
    NEED,
    more="ARRAY(SELECT resource_id FROM scheduler_planneed_resources WHERE planneed_id = need.id ORDER BY 1)",
)
RESOURCE, SITE = Columns(Resource, "resource"), Columns(Site, "site")
RESOURCES = Statement(
    """
    FROM directory_resource resource LEFT JOIN directory_site site ON site.resource_id = resource.id
    WHERE resource.id = ANY(%s)
    """,
    RESOURCE,
    SITE,
)
COURT, STATE = Columns(Authority, "court"), Columns(State, "state")
COURTS = Statement(
    "FROM directory_authority court JOIN directory_state state ON state.id = court.state_id WHERE court.id = ANY(%s)",
    COURT,
    STATE,
)


def needs_of(plan: Plan) -> list[PlanNeed]:
    """The needs that stand, in order; `resources.all()` of each gives its pool by primary key, active or not."""
    answer = NEEDS.ask(plan.pk)
    needs = answer.each(NEED)
    known = {one.pk: one for one in _resources({pk for pks in answer.more for pk in pks})}
    for need, pks in zip(needs, answer.more, strict=True):
        need.plan = plan
        keep(need, "resources", [known[pk] for pk in pks])
    return needs


def _resources(pks: Iterable[int]) -> list[Resource]:
    answer = RESOURCES.ask(list(pks))
    found, rooms = answer.each(RESOURCE), {site.resource_id: site for site in answer.some(SITE)}
    courts = _courts({one.authority_id for one in found if one.authority_id})
    for one in found:
        one.authority = courts[one.authority_id] if one.authority_id else None
        point(one, "site", rooms.get(one.pk))
    return found


def _courts(pks: Iterable[int]) -> dict[int, Authority]:
    """Many of one court have that one court, and its calendar with it."""
    answer = COURTS.ask(list(pks))
    courts, states = answer.each(COURT), {state.pk: state for state in answer.each(STATE)}
    rests = sorted(having(Weekend, "state_id", states), key=lambda one: one.valid_from)
    for state in states.values():
        keep(state, "weekends", [one for one in rests if one.state_id == state.pk])
    recesses = having(CourtRecess, "authority_id", [court.pk for court in courts])
    for court in courts:
        court.state = states[court.state_id]
        keep(court, "recesses", [one for one in recesses if one.authority_id == court.pk])
    return {court.pk: court for court in courts}
