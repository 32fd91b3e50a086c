"""One's own authority: its people, interpreters, rooms and recesses, each with the way to change it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory import absences
from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import CourtRecess, Interpreter, Membership, Site
from directory.roles import Act
from directory.times import date_words, local
from directory.words import reader

RECESS = ("first", "last", "name")


@never_cache
@require_GET
@requires(Act.DIRECTORY_EDIT)
def own(request: ActingRequest) -> HttpResponse:
    """Everything of the authority that its clerk may change."""
    return _page(request)


@require_POST
@requires(Act.DIRECTORY_EDIT)
def add_recess(request: ActingRequest) -> HttpResponse:
    """Enter days on which the court hears nobody."""
    typed = {name: request.POST.get(name, "").strip() for name in RECESS}
    try:
        absences.add_recess(by=request.acting, **typed)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, refusal, typed)
    messages.success(request, _("The recess is entered. No search offers these days any more."))
    return redirect("directory:own")


@require_POST
@requires(Act.DIRECTORY_EDIT)
def remove_recess(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Strike a recess out."""
    absences.remove_recess(recess=public_id, by=request.acting)
    messages.success(request, _("The recess is removed."))
    return redirect("directory:own")


def _page(request: ActingRequest, refusal: Refusal | None = None, typed: dict[str, str] | None = None) -> HttpResponse:
    by = request.acting
    facts: dict[str, Any] = {
        "authority": by.authority,
        "now": timezone.now(),
        "members": _members(by),
        "interpreters": _interpreters(by),
        "sites": Site.objects.filter(authority=by.authority_id).select_related("resource"),
        "recesses": _recesses(by),
        "typed": typed or {},
        "refusal": refusal,
    }
    return render(request, "directory/own.html", facts, status=refusal.status if refusal else 200)


def _members(by: Membership) -> list[Membership]:
    rows = Membership.objects.visible_to(by).select_related("user__resource")
    return sorted(rows, key=lambda row: (not (row.active or row.waits_since or row.unanswered), row.shown, row.role))


def _interpreters(by: Membership) -> list[Interpreter]:
    rows = Interpreter.objects.visible_to(by).select_related("resource").prefetch_related("pairs")
    return sorted(rows, key=lambda row: (not row.resource.active, row.name))


def _recesses(by: Membership) -> list[dict[str, Any]]:
    today = local(timezone.now(), by.authority.zone).day
    rows = CourtRecess.objects.visible_to(by).filter(last__gte=today)
    return [
        {"row": row, "first": date_words(row.first, reader()), "last": date_words(row.last, reader())} for row in rows
    ]
