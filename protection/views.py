"""The page on which measures are raised, lowered by two, and looked at through everybody's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from directory import times
from directory.access import ActingRequest, acting_required, fetch
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act, Role, permits
from directory.words import ROLE_WORDS, state_name
from protection import measures, policy, preview, vault, words
from protection.forms import LowerForm, RaiseForm
from protection.models import Lowering, Measure, ProtectedPerson
from protection.policy import BrokenOrder, InForce, MeasureKind


@dataclass(frozen=True, slots=True)
class Ordered:
    """A measure as the page draws it."""

    measure: Measure
    badge: words.Badge
    towards: list[Any]
    basis: Any
    counterbalances: list[Any]
    since: times.Local
    until: times.Local | None
    by: str
    proposal: Lowering | None
    can_agree: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required
def person(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The measures of one person. POST raises one, or with `act=preview` only shows what it would do."""
    found = fetch(ProtectedPerson.objects, by=request.acting, act=Act.MEASURE_READ, public_id=public_id)
    if request.method != "POST":
        return _page(request, found)
    form = RaiseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    if request.POST.get("act") == "preview":
        return _page(request, found, form=form)
    try:
        measures.raise_(person=found, by=request.acting, **form.order(request.acting.authority.state.zone))
    except Refusal as refusal:
        return _page(request, found, form=form, refusal=refusal)
    messages.success(request, _("The measure acts from now on."))
    return redirect("protection:person", found.public_id)


@never_cache
@require_GET
@acting_required
def seen(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The table of audiences alone, as it would be with the measure that is being filled in."""
    found = fetch(ProtectedPerson.objects, by=request.acting, act=Act.MEASURE_READ, public_id=public_id)
    return render(request, "protection/_seen.html", _table(found, RaiseForm(request.GET)))


@require_POST
@acting_required
def approve(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Agree, as the second person, to anonymity towards the defence."""
    measure = fetch(Measure.objects, by=request.acting, act=Act.MEASURE_RAISE, public_id=public_id)
    try:
        measures.approve(measure=measure, by=request.acting)
    except Refusal as refusal:
        return _page(request, measure.person, refusal=refusal)
    messages.success(request, _("Both States agree. The measure acts from now on."))
    return redirect("protection:person", measure.person.public_id)


@require_POST
@acting_required
def propose(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Propose to lower a measure."""
    measure = fetch(Measure.objects, by=request.acting, act=Act.MEASURE_LOWER, public_id=public_id)
    form = LowerForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        measures.propose_lowering(measure=measure, reason=reason, by=request.acting)
    except Refusal as refusal:
        return _page(request, measure.person, refusal=refusal)
    messages.success(request, _("Proposed. The measure acts until the other State agrees."))
    return redirect("protection:person", measure.person.public_id)


@require_POST
@acting_required
def agree(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Agree to lower a measure."""
    lowering = fetch(Lowering.objects, by=request.acting, act=Act.MEASURE_LOWER, public_id=public_id)
    try:
        measures.agree_to_lowering(lowering=lowering, by=request.acting)
    except Refusal as refusal:
        return _page(request, lowering.measure.person, refusal=refusal)
    messages.success(request, _("Both States agree. The measure acts no more."))
    return redirect("protection:person", lowering.measure.person.public_id)


def _page(
    request: ActingRequest,
    person: ProtectedPerson,
    *,
    form: RaiseForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or RaiseForm()
    if refusal is not None and refusal.field in form.fields and form.is_bound:
        form.add_error(refusal.field, str(refusal.sentence))
    acting = request.acting
    context = {
        "person": person,
        "ordered": list(_ordered(measures.acting(person), acting)),
        "waiting": list(_ordered(measures.waiting(person), acting)),
        "form": form,
        "refusal": refusal,
        "may_raise": permits(acting.role, Act.MEASURE_RAISE),
        "may_lower": permits(acting.role, Act.MEASURE_LOWER),
        "may_open": vault.entitled(person, acting),
        "lowering_reasons": words.LOWERING_REASONS.items(),
        **_table(person, form),
    }
    return render(request, "protection/person.html", context, status=refusal.status if refusal else status)


def _table(person: ProtectedPerson, form: RaiseForm) -> dict[str, Any]:
    also = _thought_of(form)
    return {
        "heads": preview.HEADS,
        "rows": preview.rows(measures.in_force(person), also),
        "also": words.KINDS[also.kind] if also and also.kind else None,
    }


def _thought_of(form: RaiseForm) -> InForce | None:
    """The measure that is being filled in, if it can be understood so far."""
    form.is_valid()  # fills cleaned_data with what is right already
    if not form.is_bound:
        return None
    try:
        kind = MeasureKind(form.cleaned_data["kind"])
        return InForce(kind, policy.against(kind, form.against()))
    except (KeyError, BrokenOrder):
        return None


def _ordered(rows: list[Measure], acting: Membership) -> Iterator[Ordered]:
    for measure in rows:
        proposal = measure.lowerings.filter(approved_at=None).select_related("proposed_by__authority").first()
        yield Ordered(
            measure=measure,
            badge=words.KINDS[MeasureKind(measure.kind)],
            towards=_towards(measure),
            basis=words.BASES[measure.basis],
            counterbalances=[words.COUNTERBALANCES[name] for name in measure.counterbalances],
            since=_local(measure.starts, acting),
            until=_local(measure.ends, acting) if measure.ends else None,
            by=f"{ROLE_WORDS[Role(measure.ordered_by.role)]}, {state_name(measure.ordered_by.authority.state.code)}",
            proposal=proposal,
            can_agree=_elsewhere(proposal.proposed_by if proposal else measure.ordered_by, acting),
        )


def _towards(measure: Measure) -> list[Any]:
    if set(measure.against) == policy.EVERYONE:
        return [_("everyone but the witness")]
    return [word for audience, word in words.AUDIENCES.items() if audience in measure.against]


def _elsewhere(first: Membership, second: Membership) -> bool:
    """Whether the two act for different States, so that the second can agree."""
    return first.authority.state_id != second.authority.state_id


def _local(instant: datetime, acting: Membership) -> times.Local:
    return times.local(instant, acting.user.zone, get_language() or "en")
