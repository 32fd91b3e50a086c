"""Change what the search starts from: how long, between which dates, and who of one's own side."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory.access import ActingRequest, requires
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.preconditions import version_typed
from directory.roles import Act, permits
from scheduler.models import Plan, PlanNeed, Side
from scheduler.planning import limits, outline, plans, planwords
from scheduler.planning.plans import Terms
from scheduler.views.times import heading

NUMBERS, DATES = ("minutes", "sittings", "spread_days", "notice_days"), ("earliest", "latest")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.HEARING_PLAN)
def change(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The plan's terms, and whom the reader's side may choose."""
    plan = plans.by_id(hearing, request.acting)
    if request.method == "GET":
        return render(request, "scheduler/plan.html", _page(plan, request.acting))
    typed = {name: request.POST.get(name, "").strip() for name in (*NUMBERS, *DATES)}
    return _done(
        request,
        plan,
        lambda version: plans.change(plan=plan, by=request.acting, version=version, terms=_terms(typed)),
        typed=typed,
    )


@require_POST
@requires(Act.HEARING_PLAN)
def choose(request: ActingRequest, hearing: UUID, need: UUID) -> HttpResponse:
    """Narrow one need to the rooms or people ticked, and say how many judges sit."""
    plan = plans.by_id(hearing, request.acting)
    row = plan.needs.filter(public_id=need).first()
    if row is None:
        raise NotFound
    ticked, count = set(request.POST.getlist("resources")), request.POST.get("count")
    chosen = [one for one in outline.candidates(row) if str(one.public_id) in ticked]
    return _done(
        request,
        plan,
        lambda version: plans.choose(
            need=row,
            resources=chosen,
            by=request.acting,
            version=version,
            count=None if count is None else _number(count.strip()),
        ),
        kept={row.pk: {"on": {one.pk for one in chosen}, "count": count}},
    )


@require_POST
@requires(Act.HEARING_PLAN)
def staff(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """Look for interpreters again."""
    plan = plans.by_id(hearing, request.acting)
    return _done(
        request,
        plan,
        lambda version: plans.staff(plan=plan, by=request.acting, version=version),
        back="scheduler:plan",
        said=_("Looked again among all interpreters."),
    )


@require_POST
@requires(Act.HEARING_PLAN)
def support(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """Give the person to be heard a support person, or take the place away."""
    plan = plans.by_id(hearing, request.acting)
    wanted = request.POST.get("wanted") == "yes"
    return _done(
        request,
        plan,
        lambda version: plans.support(plan=plan, by=request.acting, version=version, wanted=wanted),
        back="scheduler:plan",
    )


def _done(
    request: ActingRequest,
    plan: Plan,
    act: Callable[[int], Any],
    *,
    back: str = "scheduler:times",
    said: str = "",
    **kept: Any,
) -> HttpResponse:
    """Do the act on the version the form was made from; a refusal comes back on the page with what was typed."""
    try:
        act(version_typed(request.POST))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        page = _page(plan, request.acting, **kept) | {"refusal": refusal}
        return render(request, "scheduler/plan.html", page, status=refusal.status)
    messages.success(request, said or _("Changed. The search follows."))
    return redirect(back, plan.public_id)


def _page(plan: Plan, by: Membership, typed: dict[str, str] | None = None, kept: Any = None) -> dict[str, Any]:
    """`typed` and `kept` (by need) are what could not be saved: they stay on the page."""
    now = timezone.now()
    stands = {name: str(getattr(plan, name)) for name in (*NUMBERS, *DATES)}
    requested = plan.side_of(by) == Side.REQUESTED
    return heading(plan, by) | {
        "typed": stands | (typed or {}),
        "choices": [_choice(one, (kept or {}).get(one.pk, {})) for one in plans.chosen_by(plan, by)],
        "live": plan.bookings.live().exists(),
        "notice_ends": planwords.notice_ends(plan, now),
        "beyond": outline.beyond(plan),
        "breaks": planwords.breaks(plan),
        "team": planwords.team(plan),
        "work": planwords.work(plan),
        "own_rules": permits(by.role, Act.DIRECTORY_EDIT) and by.authority_id == limits.court_of(plan).pk,
        "unstaffed": planwords.unstaffed(plan, by, now),
        "supported": plan.needs.filter(role="support").exists(),
        "can_support": requested,
        "support_ordered": outline.support_is_ordered(plan.request),
    }


def _choice(need: PlanNeed, kept: dict[str, Any]) -> dict[str, Any]:
    chosen = kept.get("on", {one.pk for one in need.resources.all()})
    return {
        "need": need,
        "bench": need.role in plans.BENCH,
        "count": kept.get("count") or need.count,
        "words": planwords.need(need),
        "rows": [{"resource": one, "on": one.pk in chosen} for one in outline.candidates(need)],
    }


def _terms(typed: dict[str, str]) -> Terms:
    """What was typed as terms; what cannot be read names its field."""
    return Terms(
        **{name: _read(typed, name) for name in NUMBERS},
        earliest=_date(typed, "earliest"),
        latest=_date(typed, "latest"),
    )


def _read(typed: dict[str, str], field: str) -> int:
    number = _number(typed[field])
    if number < 0:
        raise Refusal(_("Write a whole number."), code="plan_broken", status=422, field=field)
    return number


def _date(typed: dict[str, str], field: str) -> date:
    try:
        return date.fromisoformat(typed[field])
    except ValueError:
        sentence = _("Write a date like 2026-12-09.")
        raise Refusal(sentence, code="plan_broken", status=422, field=field) from None


def _number(text: str) -> int:
    """A whole number of at most six digits; −1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else -1
