"""A granted request → the plan of its hearing; a withdrawn one → nothing booked any more."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
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
from directory.models import Membership, Resource
from directory.roles import Act
from protection.models import Measure, ProtectedPerson
from protection.policy import MeasureKind
from protection.signals import measure_changed
from scheduler import booking as bookings
from scheduler.errors import AlreadyBooked
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.planning import outline, staffing, whole
from scheduler.planning.outline import candidates

LONGEST, LONGEST_NOTICE = 720, 180
MOST_SITTINGS, WIDEST = 20, 60
BENCH, LARGEST_BENCH = (Role.JUDGE, Role.ATTENDING_JUDGE), 17


@dataclass(frozen=True)
class Terms:
    """What clerks may change of a plan. Dates are the requesting court's, both included.

    `sittings` of `minutes` each lie on dates of their own, all within `spread_days` days.
    """

    minutes: int
    earliest: date
    latest: date
    notice_days: int
    sittings: int = 1
    spread_days: int = 14

    def check(self) -> None:
        """Refuse `plan_broken`, naming the field."""
        if not 1 <= self.minutes <= LONGEST:
            raise _broken(_("A hearing takes between 1 minute and 12 hours."), "minutes")
        if self.earliest.year not in YEARS:
            raise _broken(_("There is no such date. Write it like 2026-12-09."), "earliest")
        if not self.earliest <= self.latest <= self.earliest + outline.LONGEST_SPAN:
            raise _broken(_("The last day lies on or after the first, and within a year of it."), "latest")
        if not 0 <= self.notice_days <= LONGEST_NOTICE:
            raise _broken(_("The notice takes between 0 and 180 days."), "notice_days")
        if not 1 <= self.sittings <= MOST_SITTINGS:
            raise _broken(_("A hearing has between 1 and 20 sittings."), "sittings")
        if not self.sittings <= self.spread_days <= WIDEST:
            raise _broken(_("Each sitting has a day of its own: as many days as sittings, at most 60."), "spread_days")


def _broken(sentence: str, field: str) -> Refusal:
    return Refusal(sentence, code="plan_broken", status=422, field=field)


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


@receiver(measure_changed, dispatch_uid="scheduler.support")
def support_ordered(
    sender: type[Measure], person: ProtectedPerson, measure: Measure, by: Membership | None, raised: bool, **news: Any
) -> None:
    """A support person was ordered for the one to be heard: there is a place for him, booked or not."""
    plan = Plan.objects.filter(request__person=person).first()
    if plan and raised and measure.kind == MeasureKind.SUPPORT_PERSON and _accompany(plan):
        audit.append("plan.supported", by=by, about=plan, facts={"support": True})


@transaction.atomic
def draw_up(*, request: Request, by: Membership | None) -> Plan:
    """The plan of a granted request, with everybody who must be there. A second call gives the first one's plan."""
    plan, new = Plan.objects.get_or_create(request=request, defaults=outline.terms(request))
    if new:
        _place(plan, outline.places(plan))
        staffing.staff(plan, timezone.now())
        _place(plan, outline.CLERKS)
        audit.append("plan.drawn_up", by=by, about=plan, facts={"minutes": plan.minutes})
    return plan


@transaction.atomic
def choose(
    *, need: PlanNeed, resources: Iterable[Resource], by: Membership | None, version: int, count: int | None = None
) -> PlanNeed:
    """Narrow a need to some of those who could fill it, and say how many judges sit: by the clerk of its side.

    Before anything is booked. Refuses `not_found` (another side's need, or a resource that cannot fill it),
    `too_few`, `plan_broken` (a number of others than judges), `already_booked`, `stale_version`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    plan, chosen, able = need.plan, {one.pk for one in resources}, {one.pk for one in candidates(need)}
    _may_change(plan, member)
    if _keeper(need) != plan.side_of(member) or not chosen <= able:
        raise NotFound
    seats = _seats(need, count)
    # A court none of whose judges is entered here may still say how many come.
    if able and len(chosen) < seats:
        raise Refusal(_("Choose as many as take part at once."), code="too_few", status=422, field="resources")
    _next(plan, version)
    PlanNeed.objects.filter(pk=need.pk).update(count=seats)
    need.count = seats
    need.resources.set(chosen)
    facts = {"role": need.role, "count": len(chosen), "seats": seats}
    audit.append("plan.chosen", by=member, about=plan, facts=facts)
    return need


@transaction.atomic
def change(*, plan: Plan, by: Membership | None, version: int, terms: Terms) -> Plan:
    """Change how long, how often and between which dates the hearing is; its interpreters are looked for anew.

    Refuses `not_found`, `already_booked`, `plan_broken` (with the field), `stale_version`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    _may_change(plan, member)
    terms.check()
    plan = _next(plan, version, **asdict(terms))
    staffing.staff(plan, timezone.now())
    audit.append("plan.changed", by=member, about=plan, facts=asdict(terms))
    return plan


@transaction.atomic
def staff(*, plan: Plan, by: Membership | None, version: int) -> Plan:
    """Look for interpreters again: directly where that can be staffed now, else in relay.

    Refuses `not_found`, `already_booked`, `stale_version`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    _may_change(plan, member)
    plan = _next(plan, version)
    staffing.staff(plan, timezone.now())
    audit.append("plan.staffed", by=member, about=plan, facts={"relay": bool(plan.pivot)})
    return plan


@transaction.atomic
def support(*, plan: Plan, by: Membership | None, version: int, wanted: bool) -> Plan:
    """Give the person to be heard a support person, or nobody: by the clerk of the requested side, who is with him.

    Refuses `not_found`, `already_booked`, `support_ordered` (a measure is in force), `stale_version`.
    """
    member = access.check(by, Act.HEARING_PLAN)
    _may_change(plan, member)
    if plan.side_of(member) != Side.REQUESTED:
        raise NotFound
    if not wanted and outline.support_is_ordered(plan.request):
        raise Refusal(_("A support person was ordered; only the court can take that back."), code="support_ordered")
    plan = _next(plan, version)
    if wanted:
        _accompany(plan)
    else:
        plan.needs.filter(role=Role.SUPPORT).delete()  # nobody books him, so no reservation names the place
    audit.append("plan.supported", by=member, about=plan, facts={"support": wanted})
    return plan


def by_id(public_id: UUID, by: Membership | None) -> Plan:
    """The plan that a clerk may work on, with what its pages need; else `not_found`."""
    found: Plan = access.fetch(Plan.objects.all(), by=by, act=Act.HEARING_PLAN, public_id=public_id)
    found.request = whole.request_of(found)
    return found


def chosen_by(plan: Plan, by: Membership) -> list[PlanNeed]:
    """The needs whose people, or whose number, this member's side chooses."""
    ours = [need for need in plan.needs.all() if _keeper(need) == plan.side_of(by)]
    return [need for need in ours if need.role in BENCH or candidates(need)]


def _keeper(need: PlanNeed) -> str:
    """Interpreters are the requesting court's to find (they stand between, not at its side)."""
    return Side.REQUESTING if need.side == Side.THIRD else need.side


def _may_change(plan: Plan, by: Membership) -> None:
    if plan.side_of(by) is None or not Plan.objects.visible_to(by).filter(pk=plan.pk).exists():
        raise NotFound
    if plan.bookings.live().exists():
        raise AlreadyBooked


def _next(plan: Plan, version: int, **changes: Any) -> Plan:
    """The plan with these changes, one version on; refuses `stale_version` where somebody else was faster."""
    if Plan.objects.filter(pk=plan.pk, version=version).update(version=F("version") + 1, **changes) != 1:
        raise Stale(Plan.objects.values_list("version", flat=True).get(pk=plan.pk))
    return Plan.objects.select_related("request__requesting__state", "request__requested__state").get(pk=plan.pk)


def _seats(need: PlanNeed, count: int | None) -> int:
    if count is None or count == need.count:
        return need.count
    if need.role not in BENCH:
        raise _broken(_("How many are needed follows from the hearing; only a bench has a number of its own."), "count")
    if not 1 <= count <= LARGEST_BENCH:
        raise _broken(_("Between 1 and 17 judges sit."), "count")
    return count


def _place(plan: Plan, places: Iterable[outline.Place]) -> None:
    """Enter places of the plan, one person each, after those it has."""
    for position, (role, side, pool) in enumerate(places, start=plan.next_position()):
        need = PlanNeed.objects.create(plan=plan, position=position, role=role, side=side)
        need.resources.set(pool)


def _accompany(plan: Plan) -> bool:
    """Enter a support person's place; False where there is one."""
    if plan.needs.filter(role=Role.SUPPORT).exists():
        return False
    _place(plan, [outline.SUPPORT])
    return True
