"""The request writer: nine steps in any order, each saved as it is, the last one sends."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from casework import gathering, lifecycle, moves, rules, sections, words, writer
from casework.errors import NotPossible
from casework.fields import Kind, Section
from casework.models import Request
from casework.rules import Level
from casework.states import Act, State
from casework.views import steps
from casework.views.annex import Annex
from directory import access, moments
from directory.access import ActingRequest, acting_required, requires
from directory.errors import NotFound, Refusal, Stale
from directory.models import Authority
from directory.preconditions import version_typed
from directory.roles import Act as Permission


@requires(Permission.REQUEST_DRAFT)
def new(request: ActingRequest) -> HttpResponse:
    """Choose whom to ask; the form carries the id that the request will have, so that two clicks make one request."""
    refusal = None
    if request.method == "POST":
        try:
            return _begun(request)
        except NotFound:
            raise
        except Refusal as caught:
            refusal = caught
    facts = {
        "public_id": request.POST.get("public_id") or uuid4(),
        "centrals": _centrals(request),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "casework/new.html", facts, status=refusal.status if refusal else 200)


@acting_required
def step(request: ActingRequest, public_id: UUID, step: str) -> HttpResponse:
    """Show a step, save it, or from the last one send the request."""
    section = sections.section(step)
    found: Request = access.fetch(
        Request.objects.select_related("requesting__state", "requested__state", "court", "person"),
        by=request.acting,
        act=Permission.REQUEST_READ,
        public_id=public_id,
    )
    if section is None or not moves.may(found, Act.EDIT, request.acting):
        raise NotFound
    if found.state != State.DRAFT:
        if request.method == "POST":
            return _too_late(request, found, section)
        return redirect("casework:request", public_id)
    return _posted(request, found, section) if request.method == "POST" else _page(request, found, section)


def _begun(request: ActingRequest) -> HttpResponse:
    wanted = _uuid(request.POST.get("requested", ""))
    requested = Authority.objects.filter(public_id=wanted).first() if wanted else None
    if requested is None:
        raise Refusal(words.CHOOSE_STATE, code="requested_missing", status=422, rule="U18-13a", field="requested")
    begun = lifecycle.draft(by=request.acting, requested=requested, public_id=_uuid(request.POST.get("public_id", "")))
    return redirect("casework:step", begun.public_id, sections.AUTHORITIES.slug)


def _posted(request: ActingRequest, found: Request, section: Section) -> HttpResponse:
    try:
        if section is sections.CHECK:
            lifecycle.submit(request=found, by=request.acting, version=version_typed(request.POST))
            messages.success(request, str(words.DONE_BY_YOU[Act.SUBMIT]))
            return redirect("casework:request", found.public_id)
        _save(request, found, section)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, Request.objects.get(pk=found.pk), section, refusal=refusal, typed=request.POST)
    return redirect("casework:step", found.public_id, _onward(request.POST, section))


def _too_late(request: ActingRequest, found: Request, section: Section) -> HttpResponse:
    """A colleague has sent the request meanwhile: what was typed is shown, to be copied."""
    refusal = NotPossible(State(found.state), Act.EDIT)
    typed = {"refusal": refusal, "texts": Annex(section, request.POST).texts()}
    page = render(request, "refusal.html", typed, status=refusal.status)
    page["Cache-Control"] = "no-store"
    return page


@transaction.atomic
def _save(request: ActingRequest, found: Request, section: Section) -> None:
    """Fields, authorities and the annex of one step, all of them or nothing."""
    version = version_typed(request.POST)
    annex = Annex(section, request.POST)
    typed = _typed(section, request.POST, request.user.zone)
    lifecycle.edit(request=found, by=request.acting, version=version, **typed, **annex.parties(found))
    annex.seal(found, by=request.acting)


def _typed(section: Section, posted: QueryDict, zone: str) -> dict[str, Any]:
    """What the form holds, as `casework.values` reads it. An instant was typed on the reader's own clocks."""
    typed: dict[str, Any] = {}
    for field in section.fields:
        raw = posted.getlist(field.name) if field.kind is Kind.CHOICES else posted.get(field.name, "")
        if field.kind is Kind.INSTANT and raw:
            day, _t, clock = str(raw).partition("T")
            fold = posted.get(f"{field.name}_fold")
            raw = moments.wall(
                day, clock, zone, fold=int(fold) if fold in ("0", "1") else None, field=field.name
            ).isoformat()
        typed[field.name] = raw
    return typed


def _page(
    request: ActingRequest,
    found: Request,
    section: Section,
    *,
    refusal: Refusal | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    facts = gathering.facts_of(found, now=timezone.now())
    said = rules.check(facts, translate=words.translate, show=words.show)
    zone, saved = request.user.zone, _saved(found, section)
    mine = _raw(section, typed) if typed is not None else saved
    context = {
        "request_": found,
        "section": section,
        "number": sections.number(section.slug),
        "steps": (shown := steps.stepper(found, said, section.slug)),
        "complete": sum(one.complete for one in shown),
        "needed": sum(not one.optional and not one.last for one in shown),
        "fields": steps.fields(
            section,
            mine,
            zone=zone,
            locale=get_language() or "en",
            found=said,
            problems=_problems(refusal),
            likely=steps.likely(found),
        ),
        "musts": [one for one in said if one.level is Level.MUST],
        "shoulds": [one for one in said if one.level is Level.SHOULD],
        "notes": [one for one in said if one.level is Level.NOTE],
        "differences": steps.differences(section, saved, mine, zone) if isinstance(refusal, Stale) else [],
        "refusal": refusal,
        "around": _around(section),
    }
    annex = Annex(section, typed or QueryDict()).facts(found, request.acting)
    context |= writer.titles(found) | writer.shown(found, said) | annex
    response = render(request, "casework/step.html", context, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "no-store"
    return response


def _saved(found: Request, section: Section) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in section.fields}


def _raw(section: Section, posted: QueryDict) -> dict[str, Any]:
    typed = {
        field.name: posted.getlist(field.name) if field.kind is Kind.CHOICES else posted.get(field.name, "")
        for field in section.fields
    }
    return typed | {name: text for name, text in posted.items() if name.endswith("_fold")}


def _problems(refusal: Refusal | None) -> Mapping[str, str]:
    """Why a field cannot be read, from the refusal's findings or from its one field."""
    if refusal is None:
        return {}
    found = {one["field"]: one["sentence"] for one in refusal.findings if isinstance(one, dict)}
    return found or ({refusal.field: str(refusal.sentence)} if refusal.field else {})


def _around(section: Section) -> dict[str, Section]:
    """The steps before and after, for the two buttons."""
    place = sections.SECTIONS.index(section)
    around = {"before": sections.SECTIONS[place - 1]} if place else {}
    return around | ({"after": sections.SECTIONS[place + 1]} if place + 1 < len(sections.SECTIONS) else {})


def _onward(posted: QueryDict, section: Section) -> str:
    wanted = sections.section(posted.get("go", ""))
    return wanted.slug if wanted else section.slug


def _centrals(request: ActingRequest) -> list[tuple[str, Authority]]:
    """The central authorities of other States, in the order of the States' names."""
    others = Authority.objects.filter(kind=Authority.Kind.CENTRAL).exclude(state=request.acting.authority.state_id)
    named = [(words.country(one.state.code), one) for one in others.select_related("state")]
    return sorted(named, key=lambda pair: (pair[0].casefold(), pair[1].name))


def _uuid(text: str) -> UUID | None:
    """The id in a form field; None where there is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
