"""A granted request → the plan of its hearing; a withdrawn one → nothing booked any more."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from casework.models import Request
from casework.signals import granted, withdrawn
from directory import audit
from directory.models import Authority, Interpreter, Membership, Resource, Site
from directory.roles import Role as Member
from scheduler import booking as bookings
from scheduler.models import Plan, PlanNeed, Role, Side, TeamRule
from scheduler.needs import Mode, TeamLimit, team_size

USUAL_MINUTES = 90
USUAL_NOTICE = 10  # days
USUAL_SPAN = timedelta(days=60)

Need = tuple[Role, Side, int, Iterable[Resource]]


@receiver(granted, dispatch_uid="scheduler.plan")
def plan_granted(sender: type[Request], request: Request, by: Membership, **_: Any) -> None:
    """Casework has granted a request: its hearing may be planned."""
    draw_up(request=request, by=by)


@receiver(withdrawn, dispatch_uid="scheduler.withdrawn")
def release_withdrawn(sender: type[Request], request: Request, by: Membership, reason: str = "", **_: Any) -> None:
    """Help is no longer needed (article 18(24)): what was booked for it is free again."""
    plan = Plan.objects.filter(request=request).first()
    live = plan.bookings.live().first() if plan else None
    if live:
        bookings.end(booking=live, by=by, reason=reason)


@transaction.atomic
def draw_up(*, request: Request, by: Membership | None) -> Plan:
    """The plan of a granted request, with everybody who must be there. A second call gives the first one's plan."""
    plan, new = Plan.objects.get_or_create(request=request, defaults=_outline(request))
    if new:
        for position, (role, side, count, pool) in enumerate(_needs(plan)):
            need = PlanNeed.objects.create(plan=plan, position=position, role=role, side=side, count=count)
            need.resources.set(pool)
        audit.append("plan.drawn_up", by=by, about=plan, facts={"minutes": plan.minutes})
    return plan


def _outline(request: Request) -> dict[str, Any]:
    """What the request asks for; what it leaves open, a clerk may change in the plan."""
    earliest = request.earliest or timezone.now().date()
    latest = request.latest or request.deadline or earliest + USUAL_SPAN
    return {
        "minutes": request.wanted_minutes or USUAL_MINUTES,
        "mode": Mode.SIMULTANEOUS if request.interpreter_mode == Mode.SIMULTANEOUS else Mode.CONSECUTIVE,
        "court_language": request.court_language,
        "testimony_language": request.testimony_language,
        "earliest": earliest,
        "latest": max(earliest, latest),
        "notice_days": USUAL_NOTICE if request.notice_days is None else request.notice_days,
    }


def _needs(plan: Plan) -> list[Need]:
    """Court room and bench of the one side, witness room and bench of the other, and who speaks between them."""
    request = plan.request
    ours, theirs = request.court or request.requesting, request.executing or request.requested
    needs: list[Need] = [
        (Role.ROOM, Side.REQUESTING, 1, _rooms(ours, Site.Kind.COURT)),
        (Role.WITNESS_ROOM, Side.REQUESTED, 1, _rooms(theirs, Site.Kind.WITNESS)),
        (Role.JUDGE, Side.REQUESTING, 1, _people(ours, Member.JUDGE)),
        (Role.ATTENDING_JUDGE, Side.REQUESTED, 1, _people(theirs, Member.JUDGE)),
        (Role.PROSECUTOR, Side.REQUESTING, 1, _people(request.requesting, Member.PROSECUTOR)),
        (Role.DEFENCE, Side.REQUESTING, 1, _people(ours, Member.DEFENCE)),
        (Role.WITNESS, Side.REQUESTED, 1, ()),
        # Clerks run the hearing from their own desks and are replaced by a colleague: nobody books them.
        (Role.CLERK, Side.REQUESTING, 1, ()),
        (Role.CLERK, Side.REQUESTED, 1, ()),
    ]
    if _interpreted(plan):
        needs.insert(-2, (Role.INTERPRETER, Side.THIRD, _team(plan, ours), _interpreters(plan)))
    return needs


def _interpreted(plan: Plan) -> bool:
    heard, spoken = _primary(plan.court_language), _primary(plan.testimony_language)
    wanted = plan.request.interpreter_mode != "none"
    return wanted and bool(heard and spoken) and heard != spoken


def _team(plan: Plan, court: Authority) -> int:
    own = {
        Mode(rule.mode): TeamLimit(alone=rule.alone_minutes, pair=rule.pair_minutes)
        for rule in TeamRule.objects.filter(authority=court)
    }
    return team_size(plan.minutes, Mode(plan.mode), own)


def _rooms(authority: Authority, kind: Site.Kind) -> Iterable[Resource]:
    return Resource.objects.filter(active=True, site__authority=authority, site__kind=kind)


def _people(authority: Authority, role: Member) -> Iterable[Resource]:
    members = Membership.objects.filter(authority=authority, role=role, active=True, user__is_active=True)
    return Resource.objects.filter(active=True, user__memberships__in=members).distinct()


def _interpreters(plan: Plan) -> list[Resource]:
    """Those who work both ways between the two languages in the mode wanted."""
    found = Interpreter.objects.filter(resource__active=True).prefetch_related("pairs").select_related("resource")
    heard, spoken = _primary(plan.court_language), _primary(plan.testimony_language)
    return [one.resource for one in found if {(spoken, heard), (heard, spoken)} <= _pairs(one, plan.mode)]


def _pairs(interpreter: Interpreter, mode: str) -> set[tuple[str, str]]:
    return {(_primary(p.source), _primary(p.target)) for p in interpreter.pairs.all() if mode in p.modes}


def _primary(tag: str) -> str:
    """Interpreters are matched on the language; a region's variety matters to documents."""
    return tag.partition("-")[0].lower()
