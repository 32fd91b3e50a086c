"""The one page that shows a name: the reason first, then ten minutes of view, all of it written down."""

from __future__ import annotations

from datetime import datetime
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
from directory.errors import Refusal
from protection import errors, passwords, vault, words
from protection.forms import OpenForm
from protection.models import Opening, ProtectedPerson

SESSION_KEY = "reauthenticated_at"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required
def identity(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The identity, while the reader's own opening runs; else the question why."""
    person = vault.found(public_id, request.acting)
    if request.method == "POST":
        return _open(request, person)
    opening = vault.opening_of(person=person, by=request.acting)
    return _shown(request, opening) if opening else _asked(request, person, OpenForm())


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
    """Once given it counts for five minutes; a wrong one ends that too."""
    if not password:
        return
    try:
        since = passwords.given(person=person, by=request.acting, password=password)
    except errors.ReauthenticationNeeded:
        request.session.pop(SESSION_KEY, None)
        raise
    request.session[SESSION_KEY] = since.isoformat()


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
