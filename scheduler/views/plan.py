"""Change what the search starts from: how long, between which dates, and who of one's own side."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory.access import ActingRequest, requires
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler import plans
from scheduler.models import Plan, PlanNeed
from scheduler.plans import Terms
from scheduler.views.times import heading

FIELDS = ("minutes", "earliest", "latest", "notice_days")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.HEARING_PLAN)
def change(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The plan's terms, and whom the reader's side may choose."""
    plan = plans.by_id(hearing, request.acting)
    if request.method == "GET":
        return render(request, "scheduler/plan.html", _page(plan, request.acting))
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        plans.change(
            plan=plan, by=request.acting, version=_number(request.POST.get("version", "")), terms=_terms(typed)
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        page = _page(plan, request.acting) | {"refusal": refusal, "typed": typed}
        return render(request, "scheduler/plan.html", page, status=refusal.status)
    messages.success(request, _("Changed. The times below follow."))
    return redirect("scheduler:times", plan.public_id)


@require_POST
@requires(Act.HEARING_PLAN)
def choose(request: ActingRequest, hearing: UUID, need: UUID) -> HttpResponse:
    """Narrow one need to the rooms or people ticked."""
    plan = plans.by_id(hearing, request.acting)
    row = plan.needs.filter(public_id=need).first()
    if row is None:
        raise NotFound
    ticked = set(request.POST.getlist("resources"))
    chosen = [one for one in plans.candidates(row) if str(one.public_id) in ticked]
    try:
        plans.choose(need=row, resources=chosen, by=request.acting)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        page = _page(plan, request.acting, {row.pk: {one.pk for one in chosen}}) | {"refusal": refusal}
        return render(request, "scheduler/plan.html", page, status=refusal.status)
    messages.success(request, _("Changed. The times below follow."))
    return redirect("scheduler:times", plan.public_id)


def _page(plan: Plan, by: Membership, ticked: Mapping[int, set[int]] | None = None) -> dict[str, Any]:
    """`ticked` are choices that could not be kept, by need: they stay on the page."""
    typed = {
        "minutes": str(plan.minutes),
        "earliest": plan.earliest.isoformat(),
        "latest": plan.latest.isoformat(),
        "notice_days": str(plan.notice_days),
    }
    choices = [_choice(one, ticked or {}) for one in plans.chosen_by(plan, by)]
    return heading(plan, by) | {"typed": typed, "choices": choices}


def _choice(need: PlanNeed, ticked: Mapping[int, set[int]]) -> dict[str, Any]:
    chosen = ticked.get(need.pk, {one.pk for one in need.resources.all()})
    return {"need": need, "rows": [{"resource": one, "on": one.pk in chosen} for one in plans.candidates(need)]}


def _terms(typed: dict[str, str]) -> Terms:
    """What was typed as terms; what cannot be read names its field."""
    return Terms(
        minutes=_read(typed, "minutes"),
        earliest=_date(typed, "earliest"),
        latest=_date(typed, "latest"),
        notice_days=_read(typed, "notice_days"),
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
