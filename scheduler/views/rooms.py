"""The calendar of one room of the reader's own authority: a week or a day of it."""

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from directory import access, editing
from directory.access import ActingRequest, acting_required
from directory.models import Site
from directory.roles import Act, permits
from scheduler import rooms
from scheduler.availability import local_day

LENGTH = {"day": 1, "week": 7}


@never_cache
@require_GET
@acting_required
def room(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """`view` is week or day, `date` a day in it. Another authority's room is not there."""
    by, now = access.check(request.acting, Act.SITE_READ), timezone.now()
    own = Site.objects.filter(authority=by.authority_id).select_related("resource", "authority__state")
    site = editing.one(own, public_id)
    view = request.GET.get("view", "week")
    length = LENGTH.get(view, 7)
    today = local_day(now, site.resource.zone)
    day = _date(request.GET.get("date", "")) or today
    first = day - timedelta(days=day.weekday()) if length > 1 else day
    days = [first + timedelta(days=shift) for shift in range(length)]
    facts = {
        "site": site,
        "resource": site.resource,
        "calendar": rooms.calendar(site, days, by, now),
        "view": "day" if length == 1 else "week",
        "first": days[0],
        "last": days[-1],
        "date": day,
        "today": today,
        "now": now,
        "before": first - timedelta(days=length),
        "after": first + timedelta(days=length),
        "may_edit": permits(by.role, Act.DIRECTORY_EDIT),
    }
    return render(request, "scheduler/room.html", facts)


def _date(text: str) -> date | None:
    """A day near enough to the middle of the calendar to have neighbours; what is none asks for today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2199 else None
