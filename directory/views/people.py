"""People of one's own authority: invite, agree, end, send a link, say when they can be booked."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory import editing, members
from directory.access import ActingRequest, acting_required, requires
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.preconditions import version_typed
from directory.roles import Act, permits
from directory.views import typed as forms
from directory.views.typed import Week
from directory.words import ROLE_WORDS

FIELDS = ("full_name", "email", "role", "language", "zone")
WEEKS = ("hours", "preferred")
DONE: Mapping[str, Promise] = {
    "agree": gettext_lazy("You have agreed. A letter is on its way."),
    "end": gettext_lazy("Ended. From now on this person sees nothing of your authority’s."),
    "resume": gettext_lazy("This person acts for your authority again, once everybody has agreed who must."),
    "link": gettext_lazy("A letter is on its way. Older links open nothing any more."),
}


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def invite(request: ActingRequest) -> HttpResponse:
    """Enter somebody by mail address and role."""
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    if request.method == "GET":
        mine = request.acting
        return _form(request, typed | {"language": mine.user.language, "zone": mine.authority.zone})
    try:
        row = members.invite(by=request.acting, person=members.Person(**typed))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(request, typed, refusal)
    if row.waits_since:
        messages.success(request, _("Entered. This role waits until a colleague agrees; then the letter is sent."))
    else:
        messages.success(request, _("Entered. A letter is on its way."))
    return redirect("directory:person", row.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@acting_required
def person(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """One membership; a POST keeps when the person can be booked."""
    row = members.by_id(public_id, request.acting)
    if request.method == "GET":
        return _page(request, row)
    weeks = [Week.typed(name, request.POST) for name in WEEKS]
    if forms.only_rows(request.POST):
        return forms.fragment(request, weeks) or _page(request, row, weeks=weeks)
    try:
        members.be_bookable(
            membership=row,
            by=request.acting,
            version=version_typed(request.POST),
            hours=weeks[0].read(),
            preferred=weeks[1].read(),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, members.by_id(public_id, request.acting), refusal=refusal, weeks=weeks)
    messages.success(request, _("Saved. Searches follow these hours from now on."))
    return redirect("directory:person", public_id)


@require_POST
@acting_required
def act(request: ActingRequest, public_id: UUID, act: str) -> HttpResponse:
    """Agree, end, resume, or send a link."""
    row, doing = members.by_id(public_id, request.acting), DOINGS.get(act)
    if doing is None:
        raise NotFound
    try:
        doing(row, request.acting, version_typed(request.POST))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, members.by_id(public_id, request.acting), refusal=refusal)
    messages.success(request, str(DONE[act]))
    return redirect("directory:person", public_id) if act != "agree" else redirect("home")


def _form(request: ActingRequest, typed: dict[str, str], refusal: Refusal | None = None) -> HttpResponse:
    facts = {
        "typed": typed,
        "refusal": refusal,
        "roles": [(role.value, word, members.is_sensitive(role)) for role, word in ROLE_WORDS.items()],
        "languages": settings.LANGUAGES,
        "zones": editing.zone_choices(),
    }
    return render(request, "directory/invite.html", facts, status=refusal.status if refusal else 200)


def _page(
    request: ActingRequest, row: Membership, *, refusal: Refusal | None = None, weeks: list[Week] | None = None
) -> HttpResponse:
    resource = row.user.resource if row.known else None
    ours = resource is None or resource.authority_id == row.authority_id
    facts: dict[str, Any] = {
        "member": row,
        "resource": resource if ours else None,
        "booked_elsewhere": not ours,
        "weeks": weeks or [Week.of(name, getattr(resource, name, None)) for name in WEEKS],
        "may_edit": permits(request.acting.role, Act.DIRECTORY_EDIT),
        "may_agree": members.may_agree(row, request.acting),
        "own": row.pk == request.acting.pk,
        "has_password": row.known and row.user.has_usable_password(),
        "asked": row.unanswered and row.waits_since is None,
        "refusal": refusal,
    }
    return render(request, "directory/person.html", facts, status=refusal.status if refusal else 200)


DOINGS: Mapping[str, Callable[[Membership, Membership, int], object]] = {
    "agree": lambda row, by, version: members.agree(membership=row, by=by, version=version),
    "end": lambda row, by, version: members.end(membership=row, by=by, version=version),
    "resume": lambda row, by, version: members.resume(membership=row, by=by, version=version),
    "link": lambda row, by, version: members.send_link(membership=row, by=by),
}
