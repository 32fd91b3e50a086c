"""What a granted request asks for, and who could fill each place of its hearing: the start of every plan."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from casework.models import Request
from directory.models import Authority, Membership, Resource, Site
from directory.roles import Role as Member
from protection import measures
from protection.policy import MeasureKind
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.planning import staffing
from scheduler.solver.needs import Mode

USUAL_MINUTES = 90
USUAL_NOTICE = 10  # days
USUAL_SPAN = timedelta(days=60)
LONGEST_SPAN = timedelta(days=366)

Place = tuple[Role, Side, Iterable[Resource]]


def terms(request: Request) -> dict[str, Any]:
    """What the request asks for, as a plan's fields; what it leaves open, a clerk may change in the plan."""
    earliest = request.earliest or timezone.now().date()
    latest = _latest(request) or earliest + USUAL_SPAN
    return {
        "minutes": request.wanted_minutes or USUAL_MINUTES,
        "mode": Mode.SIMULTANEOUS if request.interpreter_mode == Mode.SIMULTANEOUS else Mode.CONSECUTIVE,
        "court_language": request.court_language,
        "testimony_language": request.testimony_language,
        "earliest": earliest,
        "latest": min(max(earliest, latest), earliest + LONGEST_SPAN),
        "notice_days": USUAL_NOTICE if request.notice_days is None else request.notice_days,
    }


def beyond(plan: Plan) -> date | None:
    """The last day the request allows, where that is more than a year after the plan's first: the search stops there.

    None where the plan's dates are the request's, or a clerk has made them shorter.
    """
    latest = _latest(plan.request)
    cut = plan.latest == plan.earliest + LONGEST_SPAN
    return latest if cut and latest and latest > plan.latest else None


def places(plan: Plan) -> list[Place]:
    """Court room and bench of the one side, witness room and bench of the other; interpreters are `staffing`'s."""
    request = plan.request
    ours, theirs = request.court or request.requesting, request.executing or request.requested
    found: list[Place] = [
        (Role.ROOM, Side.REQUESTING, _rooms(ours, Site.Kind.COURT)),
        (Role.WITNESS_ROOM, Side.REQUESTED, _rooms(theirs, Site.Kind.WITNESS)),
        (Role.JUDGE, Side.REQUESTING, _people(ours, Member.JUDGE)),
        (Role.ATTENDING_JUDGE, Side.REQUESTED, _people(theirs, Member.JUDGE)),
        (Role.PROSECUTOR, Side.REQUESTING, _people(request.requesting, Member.PROSECUTOR)),
        (Role.DEFENCE, Side.REQUESTING, _people(ours, Member.DEFENCE)),
        (Role.WITNESS, Side.REQUESTED, ()),
    ]
    return [*found, SUPPORT] if support_is_ordered(request) else found


# Comes with the witness, from the same side; nobody books him.
SUPPORT: Place = (Role.SUPPORT, Side.REQUESTED, ())
# Clerks run the hearing from their own desks and are replaced by a colleague: nobody books them.
CLERKS: tuple[Place, ...] = ((Role.CLERK, Side.REQUESTING, ()), (Role.CLERK, Side.REQUESTED, ()))


def candidates(need: PlanNeed) -> list[Resource]:
    """Everybody who could fill the need, whoever was chosen before."""
    if need.role == Role.INTERPRETER:
        return staffing.between(need.plan, need.language_in, need.language_out)
    found = (pool for role, side, pool in places(need.plan) if (role, side) == (need.role, need.side))
    return [one for pool in found for one in pool]


def support_is_ordered(request: Request) -> bool:
    """Whether the measure is in force now."""
    person = request.person
    return person is not None and any(one.kind is MeasureKind.SUPPORT_PERSON for one in measures.in_force(person))


def _latest(request: Request) -> date | None:
    return request.latest or request.deadline


def _rooms(authority: Authority, kind: Site.Kind) -> Iterable[Resource]:
    return Resource.objects.filter(active=True, site__authority=authority, site__kind=kind)


def _people(authority: Authority, role: Member) -> Iterable[Resource]:
    members = Membership.objects.filter(authority=authority, role=role, active=True, user__is_active=True)
    return Resource.objects.filter(active=True, user__memberships__in=members).distinct()
