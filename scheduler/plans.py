"""A granted request → the plan of its hearing; a withdrawn one → nothing booked any more."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Request
from casework.signals import granted, withdrawn
from casework.values import YEARS
from directory import access, audit
from directory.errors import NotFound, Refusal, Stale
from directory.models import Authority, Interpreter, Membership, Resource, Site
from directory.roles import Act
from directory.roles import Role as Member
from scheduler import booking as bookings
from scheduler import limits
from scheduler.errors import AlreadyBooked
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.needs import Mode, team_size

USUAL_MINUTES = 90
USUAL_NOTICE = 10  # days
USUAL_SPAN = timedelta(days=60)
LONGEST, LONGEST_NOTICE, LONGEST_SPAN = 720, 180, timedelta(days=366)


@dataclass(frozen=True)
class Terms:
    """What clerks may change of a plan. Dates are the requesting court's, both included."""

    minutes: int
    earliest: date
    latest: date
    notice_days: int

    def check(self) -> None:
        """Refuse `plan_broken`, naming the field."""
        if not 1 <= self.minutes <= LONGEST:
            raise _broken(_("A hearing takes between 1 minute and 12 hours."), "minutes")
        if self.earliest.year not in YEARS:
            raise _broken(_("There is no such date. Write it like 2026-12-09."), "earliest")
        if not self.earliest <= self.latest <= self.earliest + LONGEST_SPAN:
            raise _broken(_("The last day lies on or after the first, and within a year of it."), "latest")
        if not 0 <= self.notice_days <= LONGEST_NOTICE:
            raise _broken(_("The notice takes between 0 and 180 days."), "notice_days")


def _broken(sentence: str, field: str) -> Refusal:
    return Refusal(sentence, code="plan_broken", status=422, field=field)


Need = tuple[Role, Side, int, Iterable[Resource]]


@receiver(granted, dispatch_uid="scheduler.plan")
def plan_granted(sender: type[Request], request: Request, by: Membership, **news: Any) -> None:
    """Casework has granted a request: its hearing may be planned."""
    draw_up(request=request, by=by)


@receiver(withdrawn, dispatch_uid="scheduler.withdrawn")
def release_withdrawn(sender: type[Request], request: Request, by: Membership, reason: str = "", **news: Any) -> None:
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


@transaction.atomic
def choose(*, need: PlanNeed, resources: Iterable[Resource], by: Membership | None) -> PlanNeed:
    """Narrow a need to some of those who could fill it: by the clerk of its side, before anything is booked.

    Refuses `not_found` (another side's need, or a resource that cannot fill it), `too_few`, `already_booked`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    plan, chosen = need.plan, {one.pk for one in resources}
    _may_change(plan, member)
    if _keeper(need) != plan.side_of(member) or not chosen <= {one.pk for one in candidates(need)}:
        raise NotFound
    if len(chosen) < need.count:
        raise Refusal(_("Choose as many as take part at once."), code="too_few", status=422, field="resources")
    need.resources.set(chosen)
    Plan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    audit.append("plan.chosen", by=member, about=plan, facts={"role": need.role, "count": len(chosen)})
    return need


@transaction.atomic
def change(*, plan: Plan, by: Membership | None, version: int, terms: Terms) -> Plan:
    """Change how long and between which dates the hearing is; the interpreters' team follows its length.

    Refuses `not_found`, `already_booked`, `plan_broken` (with the field), `stale_version`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    _may_change(plan, member)
    terms.check()
    changed = Plan.objects.filter(pk=plan.pk, version=version).update(version=F("version") + 1, **asdict(terms))
    if changed != 1:
        raise Stale(Plan.objects.values_list("version", flat=True).get(pk=plan.pk))
    plan = Plan.objects.get(pk=plan.pk)
    plan.needs.filter(role=Role.INTERPRETER).update(count=_team(plan))
    audit.append("plan.changed", by=member, about=plan, facts=asdict(terms))
    return plan


def by_id(public_id: UUID, by: Membership | None) -> Plan:
    """The plan that a clerk may work on, with what its pages need; else `not_found`."""
    rows = Plan.objects.select_related(
        "request__requesting__state",
        "request__requested__state__profile",
        "request__court",
        "request__executing",
        "request__person",
    )
    return access.fetch(rows, by=by, act=Act.HEARING_PLAN, public_id=public_id)  # type: ignore[no-any-return]


def candidates(need: PlanNeed) -> list[Resource]:
    """Everybody who could fill the need, whoever was chosen before."""
    found = (pool for role, side, _count, pool in _needs(need.plan) if (role, side) == (need.role, need.side))
    return [one for pool in found for one in pool]


def chosen_by(plan: Plan, by: Membership) -> list[PlanNeed]:
    """The needs whose people this member's side chooses."""
    return [need for need in plan.needs.all() if _keeper(need) == plan.side_of(by) and candidates(need)]


def _keeper(need: PlanNeed) -> str:
    """Interpreters are the requesting court's to find (they stand between, not at its side)."""
    return Side.REQUESTING if need.side == Side.THIRD else need.side


def _may_change(plan: Plan, by: Membership) -> None:
    if plan.side_of(by) is None or not Plan.objects.visible_to(by).filter(pk=plan.pk).exists():
        raise NotFound
    if plan.bookings.live().exists():
        raise AlreadyBooked


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
        needs.insert(-2, (Role.INTERPRETER, Side.THIRD, _team(plan), _interpreters(plan)))
    return needs


def _interpreted(plan: Plan) -> bool:
    heard, spoken = _primary(plan.court_language), _primary(plan.testimony_language)
    wanted = plan.request.interpreter_mode != "none"
    return wanted and bool(heard and spoken) and heard != spoken


def _team(plan: Plan) -> int:
    return team_size(plan.minutes, Mode(plan.mode), limits.team_limits(plan))


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
