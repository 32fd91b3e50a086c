"""The calendar of one room of the reader's own authority: a week or a day of it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from directory import access, editing
from directory.access import ActingRequest, acting_required
from directory.models import Site
from directory.roles import Act, permits
from scheduler import roomchecks
from scheduler.availability import local_day
from scheduler.desk import rooms

LENGTH = {"day": 1, "week": 7, "list": 91}  # days; the list has only those on which something is entered


@never_cache
@require_GET
@acting_required
def room(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """`view` is week, day or list, `date` a day in it. Another authority's room is not there."""
    by, now = access.check(request.acting, Act.SITE_READ), timezone.now()
    own = Site.objects.filter(authority=by.authority_id).select_related("resource", "authority__state")
    site = editing.one(own, public_id)
    view = request.GET.get("view", "")
    view = view if view in LENGTH else "week"
    length = LENGTH[view]
    today = local_day(now, site.resource.zone)
    day = _date(request.GET.get("date", "")) or today
    first = day - timedelta(days=day.weekday()) if view == "week" else day
    days = [first + timedelta(days=shift) for shift in range(length)]
    calendar = rooms.calendar(site, days, by, now)
    facts = {
        "site": site,
        "resource": site.resource,
        "calendar": calendar,
        "shown": [one for one in calendar.days if one.taken] if view == "list" else calendar.days,
        "view": view,
        "first": days[0],
        "last": days[-1],
        "date": day,
        "today": today,
        "now": now,
        "before": first - timedelta(days=length),
        "after": first + timedelta(days=length),
        "link": _link(site, now),
        "may_edit": permits(by.role, Act.DIRECTORY_EDIT),
    }
    return render(request, "scheduler/room.html", facts)


def _link(site: Site, now: datetime) -> dict[str, Any]:
    """How the room's link was in the last thirty days, and the command that measures it."""
    rows = roomchecks.history(site, now)
    command = f"VIVAVOCE_TOKEN=… python manage.py probe {settings.SITE_URL} --room {site.public_id}"
    return {
        "rows": rows[:10],
        "dots": roomchecks.drawn(rows, now),
        "newest": rows[0] if rows else None,
        "command": command,
    }


def _date(text: str) -> date | None:
    """A day near enough to the middle of the calendar to have neighbours; what is none asks for today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2199 else None
