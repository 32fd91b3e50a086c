"""Whose clock a page shows, and what of the other side its reader may know.

While the place is withheld the requested State is shown at the official time of its central authority, to
everybody and on every page: a clock that changed with the reader would tell by changing.
"""

from collections.abc import Mapping

from casework.models import Request
from directory.models import Membership, State
from protection import measures
from protection.policy import MeasureKind, View, audience_of, view
from scheduler.models import Plan, Side
from scheduler.needs import Hours

# What a State's courts keep, where nothing of a single room may show. Days of rest come from the calendar.
OFFICIAL_HOURS: Hours = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
OFFICIAL_PREFERRED: Hours = {day: [["09:00", "17:00"]] for day in OFFICIAL_HOURS}


def zones(plan: Plan) -> Mapping[str, str]:
    """The IANA zone in which each State's time is shown: side → zone."""
    return {Side.REQUESTING: requesting_zone(plan.request), Side.REQUESTED: _requested_zone(plan)}


def requesting_zone(request: Request) -> str:
    """The zone of the court that hears; until one is named, of the authority that asks."""
    return (request.court or request.requesting).zone


def place_withheld(plan: Plan) -> bool:
    """Whether the measure is in force now; where nobody is named yet, as if it were."""
    person = plan.request.person
    if person is None:
        return True
    return any(one.kind in (None, MeasureKind.PLACE_WITHHELD) for one in measures.in_force(person))


def protected(plan: Plan) -> bool:
    """Whether any measure is in force for the person to be heard; where nobody is named yet, as if one were."""
    person = plan.request.person
    return person is None or bool(measures.in_force(person))


def may_know(plan: Plan, by: Membership) -> View:
    """What the reader may have of the person to be heard, decided afresh."""
    person = plan.request.person
    found = measures.in_force(person) if person else None
    return view(found, audience_of(by.role, plan.side_of(by)))


def official_hours(state: State) -> tuple[Hours, Hours]:
    """The hours its courts keep at its official time, and the preferred ones among them."""
    profile = getattr(state, "profile", None)
    hours = (profile and profile.court_hours) or OFFICIAL_HOURS
    return hours, (profile and profile.preferred_hours) or OFFICIAL_PREFERRED


def _requested_zone(plan: Plan) -> str:
    executing = plan.request.executing
    if executing is None or place_withheld(plan):
        return plan.request.requested.state.zone
    return executing.zone
