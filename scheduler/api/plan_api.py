"""The plan of a hearing over the API: read it, change its terms, choose who comes of one's own side."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from directory.errors import NotFound
from directory.instants import Day
from directory.models import Membership, Resource
from directory.preconditions import Version, acting, tell, version_of
from scheduler import sides
from scheduler.models import Plan, PlanNeed
from scheduler.planning import limits, outline, plans, planwords
from scheduler.planning.plans import Terms
from scheduler.solver import needs

router = Router(tags=["scheduler"])


class BreakOut(Schema):
    """A break inside each sitting: minutes after its start, and how long."""

    after: int
    minutes: int


class OneOut(Schema):
    """A room or a person of the caller's own side, or an interpreter."""

    id: UUID
    label: str
    chosen: bool


class NeedOut(Schema):
    """A place of the hearing. `people` are there only for what the caller's side chooses."""

    id: UUID
    role: str
    side: str
    count: int
    languages: list[str]  # of a team of interpreters; empty for whoever may not know
    people: list[OneOut] | None


class PlanOut(Schema):
    """What the search starts from. `version` goes into If-Match; it is the ETag too. Dates are of `zone`."""

    hearing: UUID
    title: str
    version: int
    zone: str
    minutes: int
    sittings: int
    spread_days: int
    earliest: date
    latest: date
    notice_days: int
    nothing_before: datetime  # where the notice ends, if it began now
    request_allows_until: date | None  # where the request's dates are longer than a search looks
    mode: str
    breaks: list[BreakOut]
    unstaffed: str  # why the interpreters cannot be had, in words; empty where they can
    relay: bool  # interpreted through a third language, by two teams
    pivot: str
    needs: list[NeedOut]


class PlanIn(Schema, extra="forbid"):
    """What is to change; what is left out stays."""

    minutes: int | None = None
    sittings: int | None = None
    spread_days: int | None = None
    earliest: Day | None = None
    latest: Day | None = None
    notice_days: int | None = None


class NeedIn(Schema, extra="forbid"):
    """Who may be taken, all of them; and how many judges sit."""

    people: list[UUID] | None = None
    count: int | None = None


class SupportIn(Schema, extra="forbid"):
    """Whether a support person sits with the person heard."""

    wanted: bool


@router.get("/hearings/{hearing}/plan", response=PlanOut)
def plan(request: HttpRequest, response: HttpResponse, hearing: UUID) -> dict[str, Any]:
    """The plan as it stands."""
    by = acting(request)
    return _answer(response, plans.by_id(hearing, by), by)


@router.patch("/hearings/{hearing}/plan", response=PlanOut)
def change(
    request: HttpRequest, response: HttpResponse, hearing: UUID, facts: PlanIn, version: Version = None
) -> dict[str, Any]:
    """Change its terms; interpreters are looked for anew."""
    by = acting(request)
    found = plans.by_id(hearing, by)
    terms = Terms(**{name: getattr(found, name) for name in asdict(_NO_TERMS)})
    terms = replace(terms, **facts.dict(exclude_none=True))
    plans.change(plan=found, by=by, version=version_of(version), terms=terms)
    return _answer(response, plans.by_id(hearing, by), by)


@router.patch("/hearings/{hearing}/plan/needs/{need}", response=PlanOut)
def choose(
    request: HttpRequest, response: HttpResponse, hearing: UUID, need: UUID, facts: NeedIn, version: Version = None
) -> dict[str, Any]:
    """Narrow a need of the caller's side, or say how many judges of its bench sit."""
    by = acting(request)
    row = plans.by_id(hearing, by).needs.filter(public_id=need).first()
    if row is None:
        raise NotFound
    chosen = list(row.resources.all()) if facts.people is None else _named(row, facts.people)
    plans.choose(need=row, resources=chosen, by=by, version=version_of(version), count=facts.count)
    return _answer(response, plans.by_id(hearing, by), by)


@router.post("/hearings/{hearing}/plan/interpreters", response=PlanOut)
def staff(request: HttpRequest, response: HttpResponse, hearing: UUID, version: Version = None) -> dict[str, Any]:
    """Look for interpreters again: a direct team wherever one can be had, else a relay."""
    by = acting(request)
    plans.staff(plan=plans.by_id(hearing, by), by=by, version=version_of(version))
    return _answer(response, plans.by_id(hearing, by), by)


@router.put("/hearings/{hearing}/plan/support", response=PlanOut)
def support(
    request: HttpRequest, response: HttpResponse, hearing: UUID, facts: SupportIn, version: Version = None
) -> dict[str, Any]:
    """Give the person heard a support person, or take the place away: the requested side."""
    by = acting(request)
    plans.support(plan=plans.by_id(hearing, by), by=by, version=version_of(version), wanted=facts.wanted)
    return _answer(response, plans.by_id(hearing, by), by)


_NO_TERMS = Terms(minutes=1, earliest=date.min, latest=date.min, notice_days=0)


def _named(need: PlanNeed, ids: Sequence[UUID]) -> list[Resource]:
    known = {one.public_id: one for one in outline.candidates(need)}
    if not set(ids) <= set(known):
        raise NotFound
    return [known[one] for one in ids]


def _answer(response: HttpResponse, plan: Plan, by: Membership) -> dict[str, Any]:
    tell(response, plan.version)
    known = sides.may_know(plan, by).language
    ours = {need.pk for need in plans.chosen_by(plan, by)}
    pauses = needs.breaks(plan.minutes, limits.breaks_of(plan))
    return {
        "hearing": plan.public_id,
        "title": plan.code,
        "zone": sides.requesting_zone(plan.request),
        "nothing_before": planwords.notice_ends(plan, timezone.now()),
        "request_allows_until": outline.beyond(plan),
        "breaks": [{"after": after, "minutes": minutes} for after, minutes in pauses],
        "unstaffed": planwords.unstaffed(plan, by, timezone.now()),
        "relay": bool(plan.pivot),
        "pivot": plan.pivot if known else "",
        "needs": [_need(need, known=known, ours=need.pk in ours) for need in plan.needs.all()],
    } | {name: getattr(plan, name) for name in ("version", "mode", *asdict(_NO_TERMS))}


def _need(need: PlanNeed, *, known: bool, ours: bool) -> dict[str, Any]:
    chosen = {one.pk for one in need.resources.all()}
    people = [{"id": one.public_id, "label": one.label, "chosen": one.pk in chosen} for one in outline.candidates(need)]
    return {
        "id": need.public_id,
        "role": need.role,
        "side": need.side,
        "count": need.count,
        "languages": [need.language_in, need.language_out] if known and need.language_in else [],
        "people": people if ours else None,
    }
