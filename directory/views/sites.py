"""The form of a room of one's own authority."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import editing, sites
from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import Site
from directory.preconditions import version_typed
from directory.roles import Act
from directory.sites import Room
from directory.views import typed as forms
from directory.views.typed import Week

LABELS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "city": gettext_lazy("City"),
    "zone": gettext_lazy("Time zone"),
    "setup_minutes": gettext_lazy("Minutes to set up"),
    "clearing_minutes": gettext_lazy("Minutes to clear"),
    "active": gettext_lazy("In use"),
}
WEEKS = ("hours", "preferred")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def new(request: ActingRequest) -> HttpResponse:
    """A new room, at first with the court's own place and office hours."""
    office = request.acting.authority
    blank = {
        "kind": Site.Kind.COURT.value,
        "city": office.city,
        "zone": office.zone,
        "setup_minutes": "30",
        "clearing_minutes": "15",
        "active": "on",
    }
    return _answer(request, None, blank, [Week.of("hours", {}, always=False), Week.of("preferred", None)])


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def edit(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """A room as it is entered; what is typed stays whatever the answer."""
    site = sites.by_id(public_id, request.acting)
    weeks = [Week.of(name, getattr(site.resource, name)) for name in WEEKS]
    return _answer(request, site, _stored(site), weeks)


def _answer(request: ActingRequest, site: Site | None, stored: dict[str, str], weeks: list[Week]) -> HttpResponse:
    if request.method == "GET":
        return render(request, "directory/site.html", _page(site, stored, weeks))
    typed = {name: request.POST.get(name, "").strip() for name in LABELS}
    weeks = [Week.typed(name, request.POST) for name in WEEKS]
    if forms.only_rows(request.POST):
        page = _page(site, typed, weeks) | {"version": version_typed(request.POST)}
        return forms.fragment(request, weeks) or render(request, "directory/site.html", page)
    try:
        saved = _save(request, site, typed, weeks)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        current = sites.by_id(site.public_id, request.acting) if site else None
        page = _page(current, typed, weeks) | _refused(refusal, current, typed)
        return render(request, "directory/site.html", page, status=refusal.status)
    messages.success(request, _("The room is saved. Searches follow it from now on."))
    return redirect("directory:site", saved.public_id)


def _save(request: ActingRequest, site: Site | None, typed: dict[str, str], weeks: list[Week]) -> Site:
    room = Room(
        name=typed["name"],
        kind=typed["kind"],
        city=typed["city"],
        zone=typed["zone"],
        hours=weeks[0].read(),
        preferred=weeks[1].read(),
        setup_minutes=forms.number(typed["setup_minutes"], "setup_minutes"),
        clearing_minutes=forms.number(typed["clearing_minutes"], "clearing_minutes"),
        active=bool(typed["active"]),
    )
    if site is None:
        return sites.add(by=request.acting, room=room)
    return sites.change(site=site, by=request.acting, version=version_typed(request.POST), room=room)


def _stored(site: Site) -> dict[str, str]:
    return {
        "name": site.name,
        "kind": site.kind,
        "city": site.city,
        "zone": site.resource.zone,
        "setup_minutes": str(site.setup_minutes),
        "clearing_minutes": str(site.clearing_minutes),
        "active": "on" if site.resource.active else "",
    }


def _refused(refusal: Refusal, current: Site | None, typed: dict[str, str]) -> dict[str, Any]:
    stored = _stored(current) if current else {}
    return {"refusal": refusal, "differences": forms.differences(refusal, LABELS, stored, typed)}


def _page(site: Site | None, typed: dict[str, str], weeks: list[Week]) -> dict[str, Any]:
    return {
        "site": site,
        "version": site.resource.version if site else 0,
        "typed": typed,
        "labels": LABELS,
        "kinds": Site.Kind.choices,
        "weeks": weeks,
        "zones": editing.zone_choices(),
    }
