"""Whose clock a page shows, and what of the other side its reader may know.

While the place is withheld the requested State is shown at the official time of its central authority, to
everybody and on every page: a clock that changed with the reader would tell by changing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from casework.models import Request
from directory.models import Membership, Resource, State
from protection import measures
from protection.policy import InForce, MeasureKind, View, audience_of, view
from scheduler.models import Plan, Side
from scheduler.solver.needs import Hours

Measures = frozenset[InForce] | None  # None: nobody is named yet, and everything is kept
# What a State's courts keep, where nothing of a single room may show. Days of rest come from the calendar.
OFFICIAL_HOURS: Hours = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
OFFICIAL_PREFERRED: Hours = {day: [["09:00", "17:00"]] for day in OFFICIAL_HOURS}


def zones(plan: Plan, withheld: bool | None = None) -> Mapping[str, str]:
    """The IANA zone in which each State's time is shown: side → zone. `withheld`: the place, if that was just read."""
    return {Side.REQUESTING: requesting_zone(plan.request), Side.REQUESTED: _requested_zone(plan, withheld)}


def requesting_zone(request: Request) -> str:
    """The zone of the court that hears; until one is named, of the authority that asks."""
    return (request.court or request.requesting).zone


def in_force(plan: Plan) -> Measures:
    """The measures for the person to be heard, read now, for one answer."""
    person = plan.request.person
    return measures.in_force(person) if person else None


def in_force_for(plans: Sequence[Plan], now: datetime) -> dict[int, Measures]:
    """`in_force` of many plans by one statement: primary key of the plan → measures."""
    read = measures.in_force_for((plan.request.person for plan in plans if plan.request.person), now)
    return {plan.pk: read[plan.request.person_id] if plan.request.person_id else None for plan in plans}


def place_withheld(plan: Plan) -> bool:
    """Whether the measure is in force now; where nobody is named yet, as if it were."""
    return withholds_place(in_force(plan))


def withholds_place(found: Measures) -> bool:
    """`place_withheld`, of measures that were just read."""
    return found is None or any(one.kind in (None, MeasureKind.PLACE_WITHHELD) for one in found)


def protected(plan: Plan) -> bool:
    """Whether any measure is in force for the person to be heard; where nobody is named yet, as if one were."""
    found = in_force(plan)
    return found is None or bool(found)


def may_know(plan: Plan, by: Membership) -> View:
    """What the reader may have of the person to be heard, decided afresh."""
    return seen_by(by, plan, in_force(plan))


def may_name(plan: Plan, by: Membership, side: str, resource: Resource) -> bool:
    """Whether the reader may be told that this one is booked: a room of the requested side is the place."""
    place = side == Side.REQUESTED and resource.kind == Resource.Kind.SITE
    return not place or may_know(plan, by).place


def seen_by(by: Membership, plan: Plan, found: Measures) -> View:
    """`may_know`, by measures that were just read."""
    return view(found, audience_of(by.role, plan.side_of(by)))


def official_hours(state: State) -> tuple[Hours, Hours]:
    """The hours its courts keep at its official time, and the preferred ones among them."""
    profile = getattr(state, "profile", None)
    hours = (profile and profile.court_hours) or OFFICIAL_HOURS
    return hours, (profile and profile.preferred_hours) or OFFICIAL_PREFERRED


def _requested_zone(plan: Plan, withheld: bool | None) -> str:
    executing = plan.request.executing
    if executing is None or (place_withheld(plan) if withheld is None else withheld):
        return plan.request.requested.state.zone
    return executing.zone
