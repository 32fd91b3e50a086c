"""The one page that shows a name: the reason first, then ten minutes of view, all of it written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from directory import times
from directory.access import ActingRequest, acting_required
from directory.errors import NotFound, Refusal
from directory.models import AuditEntry
from protection import errors, vault, words
from protection.forms import OpenForm
from protection.models import Opening, ProtectedPerson

SESSION_KEY = "reauthenticated_at"
WRONG_PASSWORDS = 5
WITHIN = timedelta(minutes=15)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required
def identity(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The identity, while the reader's own opening runs; else the question why."""
    person = _found(request, public_id)
    if request.method == "POST":
        return _open(request, person)
    opening = vault.opening_of(person=person, by=request.acting)
    return _shown(request, opening) if opening else _asked(request, person, OpenForm())


def _found(request: ActingRequest, public_id: UUID) -> ProtectedPerson:
    """The person, for who may open the identity. Everybody else is told what a stranger is told."""
    person = ProtectedPerson.objects.filter(public_id=public_id).select_related("state").first()
    if person is None:
        raise NotFound
    if not vault.entitled(person, request.acting):
        vault.refused(person=person, by=request.acting, why="not_found")
        raise NotFound
    return person


def _open(request: ActingRequest, person: ProtectedPerson) -> HttpResponse:
    form = OpenForm(request.POST)
    form.is_valid()
    said = form.cleaned_data
    try:
        _password(request, person, said.get("password", ""))
        vault.open_identity(
            person=person,
            by=request.acting,
            reason_code=said.get("reason", ""),
            sentence=said.get("sentence", ""),
            reauthenticated_at=_reauthenticated_at(request),
        )
    except Refusal as refusal:
        return _asked(request, person, form, refusal)
    return redirect("protection:identity", person.public_id)


@sensitive_variables("password")
def _password(request: ActingRequest, person: ProtectedPerson, password: str) -> None:
    if not password:
        return
    tried = AuditEntry.objects.filter(
        act="identity.refused",
        actor__user=request.user,
        at__gt=timezone.now() - WITHIN,
        facts__why=errors.ReauthenticationNeeded.CODE,
    )
    if tried.count() >= WRONG_PASSWORDS:
        raise errors.TooManyTries
    if request.user.check_password(password):
        request.session[SESSION_KEY] = timezone.now().isoformat()
        return
    request.session.pop(SESSION_KEY, None)
    # Written down here, whatever else is wrong with the form: with no reason given a guess would not be counted.
    vault.refused(person=person, by=request.acting, why=errors.ReauthenticationNeeded.CODE)
    raise errors.ReauthenticationNeeded


def _reauthenticated_at(request: ActingRequest) -> datetime | None:
    kept = request.session.get(SESSION_KEY)
    return datetime.fromisoformat(kept) if kept else None


def _asked(
    request: ActingRequest, person: ProtectedPerson, form: OpenForm, refusal: Refusal | None = None
) -> HttpResponse:
    since = _reauthenticated_at(request)
    context = {
        "person": person,
        "form": form,
        "refusal": refusal,
        "password_needed": since is None or timezone.now() - since > vault.REAUTHENTICATION,
    }
    status = refusal.status if refusal else 200
    return render(request, "protection/identity_ask.html", context, status=status)


@sensitive_variables()
def _shown(request: ActingRequest, opening: Opening) -> HttpResponse:
    identity = vault.read(opening=opening, by=request.acting)
    context: dict[str, Any] = {
        "person": opening.person,
        "facts": [(word, identity[field]) for field, word in words.IDENTITY_FIELDS.items() if identity[field]],
        "until": times.local(opening.until, request.acting.user.zone, get_language() or "en"),
    }
    response = render(request, "protection/identity.html", context)
    # The page closes by itself, without a script too; a time limit that is essential is told and not extended.
    response["Refresh"] = str(max(1, int((opening.until - timezone.now()).total_seconds())))
    return response
