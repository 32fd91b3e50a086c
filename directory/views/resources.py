"""When a room or a person is not there: absences, and calendars kept elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory import absences, editing
from directory.absences import Wall
from directory.access import ActingRequest, acting_required
from directory.errors import Refusal
from directory.hours import clock
from directory.models import Absence, OutsideCalendar, Resource
from directory.outside import calendars
from directory.outside.calendars import Account
from directory.outside.errors import SENTENCES
from directory.preconditions import version_typed
from directory.views import typed as forms

ABSENCE = ("start_day", "start_clock", "start_fold", "end_day", "end_clock", "end_fold", "reason")
CALENDAR = ("kind", "url", "user_name", "every_minutes")


@never_cache
@require_GET
@acting_required
def resource(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Absences and outside calendars of one room, person or interpreter, for those who may enter them."""
    return _page(request, editing.resource(public_id, request.acting))


@require_POST
@acting_required
def add_absence(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Enter an absence; a time that the clocks skip or show twice comes back with what to choose from."""
    row = editing.resource(public_id, request.acting)
    posted = {name: request.POST.get(name, "").strip() for name in ABSENCE}
    end = _wall(posted, "end") if posted["end_day"] else None

    def act() -> None:
        absences.add(resource=row, by=request.acting, start=_wall(posted, "start"), end=end, reason=posted["reason"])

    return _do(request, row, act, _("The absence is entered. No search offers this time any more."), absence=posted)


@require_POST
@acting_required
def remove_absence(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Strike an absence out."""
    row = absences.remove(absence=public_id, by=request.acting)
    messages.success(request, _("The absence is removed."))
    return redirect("directory:resource", row.public_id)


@require_POST
@acting_required
def add_calendar(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Name a calendar kept elsewhere."""
    row = editing.resource(public_id, request.acting)
    posted = _typed(request.POST)

    def act() -> None:
        calendars.add(resource=row, by=request.acting, account=_account(request.POST))

    return _do(request, row, act, _("The calendar is entered. It is read within a minute."), calendar=posted)


@never_cache
@acting_required
def calendar(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Change one calendar, have it read, or remove it: one form, three buttons."""
    row = calendars.by_id(public_id, request.acting)
    if request.method != "POST":
        return _calendar_page(request, row, _stored(row))
    try:
        version = version_typed(request.POST)
        if "remove" in request.POST:
            calendars.remove(calendar=row, by=request.acting, version=version)
            messages.success(request, _("The calendar is removed, and what was read from it is forgotten."))
        elif "read" in request.POST:
            calendars.read_now(calendar=row, by=request.acting)
            messages.success(request, _("The calendar is read within a minute."))
        else:
            calendars.change(calendar=row, by=request.acting, version=version, account=_account(request.POST))
            messages.success(request, _("The calendar is changed. It is read within a minute."))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        current = calendars.by_id(public_id, request.acting)
        return _calendar_page(request, current, _typed(request.POST), refusal)
    return redirect("directory:resource", row.resource.public_id)


def _do(
    request: ActingRequest, row: Resource, act: Callable[[], None], done: str, **typed: dict[str, str]
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, row, refusal, **typed)
    messages.success(request, done)
    return redirect("directory:resource", row.public_id)


def _page(
    request: ActingRequest, row: Resource, refusal: Refusal | None = None, **typed: dict[str, str]
) -> HttpResponse:
    now = timezone.now()
    facts = {
        "resource": row,
        "site": getattr(row, "site", None),
        "now": now,
        "absences": _absences(row, now),
        "calendars": [_shown(one) for one in row.outside_calendars.all()],
        "kinds": OutsideCalendar.Kind.choices,
        "absence": typed.get("absence", {}),
        "calendar": typed.get("calendar", {"kind": "ics", "every_minutes": "15"}),
        "refusal": refusal,
        "refused": next(iter(typed), ""),
        "readings": _readings(refusal),
    }
    return render(request, "directory/resource.html", facts, status=refusal.status if refusal else 200)


def _calendar_page(
    request: ActingRequest, row: OutsideCalendar, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    labels = {"kind": _("Kind"), "user_name": _("User name"), "every_minutes": _("Minutes")}
    facts = {
        "resource": row.resource,
        "now": timezone.now(),
        "shown": _shown(row),
        "kinds": OutsideCalendar.Kind.choices,
        "calendar": typed,
        "version": row.version,
        "refusal": refusal,
        "refused": "calendar",
        "differences": forms.differences(refusal, labels, _stored(row), typed),
    }
    return render(request, "directory/outside.html", facts, status=refusal.status if refusal else 200)


def _absences(row: Resource, now: datetime) -> QuerySet[Absence]:
    return row.absences.filter(during__endswith__gt=now) | row.absences.filter(during__upper_inf=True)


def _shown(row: OutsideCalendar) -> dict[str, Any]:
    """A calendar with how it stands, in words."""
    return {
        "row": row,
        "failure": SENTENCES.get(row.failure, "") if row.failure else "",
        "partly": row.failure == "outside_partly",
        "spans": row.busy.count(),
    }


def _stored(row: OutsideCalendar) -> dict[str, str]:
    return {
        "kind": row.kind,
        "url": "",
        "user_name": row.user_name,
        "every_minutes": str(row.every_minutes),
    }


def _typed(posted: QueryDict) -> dict[str, str]:
    """Everything but the password, which no page sends back."""
    return {name: posted.get(name, "").strip() for name in CALENDAR}


def _account(posted: QueryDict) -> Account:
    """`password` left empty keeps the one there is; a box says that none is needed."""
    password = posted.get("password", "")
    return Account(
        kind=posted.get("kind", ""),
        url=posted.get("url", "").strip() or None,
        user_name=posted.get("user_name", ""),
        password="" if "no_password" in posted else password or None,
        every_minutes=forms.number(posted.get("every_minutes", ""), "every_minutes"),
    )


def _wall(posted: dict[str, str], which: str) -> Wall:
    fold = posted[f"{which}_fold"]
    return Wall(
        day=posted[f"{which}_day"],
        clock=_clock(posted[f"{which}_clock"]),
        fold=int(fold) if fold in ("0", "1") else None,
    )


def _clock(text: str) -> str:
    """ "8", "830" and "8:30" are what people type; what is no time stays as it is, to be refused."""
    return (clock(text) or text) if text else ""


def _readings(refusal: Refusal | None) -> list[dict[str, Any]]:
    """The two readings of a time that the clocks show twice, for the choice."""
    rows = refusal.facts.get("readings", []) if refusal else []
    return [{"fold": row["fold"], "at": datetime.fromisoformat(row["at"])} for row in rows]
