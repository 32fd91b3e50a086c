"""States and authorities: who they are, how sure we are of it, and when they are closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory import calendars, facts
from directory.access import ActingRequest, check, fetch, requires
from directory.calendars import Closure
from directory.models import Authority, Site
from directory.roles import Act, permits
from directory.searching import fits, plain
from directory.times import date_words, local
from directory.words import DAY_WORDS, own_name, reader, state_name

AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Day:
    """A closed day for the page."""

    date: str
    closure: Closure
    estimated: bool


@require_safe
@requires(Act.DIRECTORY_READ)
def states(request: ActingRequest) -> HttpResponse:
    """Every State with its authorities, narrowed by what is typed."""
    query = request.GET.get("q", "").strip()
    rows = [row for row in _authorities(request) if _matches(row, query)]
    template = "directory/_states.html" if _is_fragment(request) else "directory/states.html"
    may_edit = permits(request.acting.role, Act.DIRECTORY_EDIT)
    facts = {"authorities": rows, "query": query, "now": timezone.now(), "may_edit": may_edit}
    return render(request, template, facts)


@require_safe
@requires(Act.DIRECTORY_READ)
def authority(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """One authority with its source; of its rooms, those of the reader's own State alone."""
    row = fetch(Authority.objects, by=request.acting, act=Act.DIRECTORY_READ, public_id=public_id)
    return render(request, "directory/authority.html", {"authority": row, **_about(row, request)})


@require_POST
@requires(Act.DIRECTORY_EDIT)
def confirm(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The authority's own member says that these facts are right."""
    row = fetch(Authority.objects, by=request.acting, act=Act.DIRECTORY_EDIT, public_id=public_id)
    facts.confirm(authority=row, by=check(request.acting, Act.DIRECTORY_EDIT))
    messages.success(request, _("You have confirmed these facts. Every State sees it."))
    return redirect("directory:authority", public_id)


def _about(row: Authority, request: ActingRequest) -> dict[str, object]:
    now, member = timezone.now(), request.acting
    today = local(now, row.zone).day
    weekend = [DAY_WORDS[day] for day in calendars.DAYS if day in calendars.weekend_days(row.state, today)]
    return {
        "now": now,
        "weekend": weekend,
        "days": _closed_days(row, own=row.state_id == member.authority.state_id, now=now),
        "sites": _sites(row, request),
        "may_confirm": facts.may_confirm(row, member),
    }


def _closed_days(row: Authority, *, own: bool, now: datetime) -> list[Day]:
    """The next holidays and recesses. A stranger reads the State's national ones: a region is not his to know."""
    where = row if own else row.state
    first = local(now, row.zone).day
    closed = calendars.closed(where, first, first + AHEAD)
    guessed = calendars.uncertain(where, first, first + AHEAD)
    sure = [(day, closure, False) for day, closure in closed.items() if closure.kind != "weekend"]
    rows = sorted([*sure, *((day, closure, True) for day, closure in guessed.items())], key=lambda row: row[0])
    return [Day(date_words(day, reader()), closure, estimated) for day, closure, estimated in rows]


def _sites(row: Authority, request: ActingRequest) -> list[Site]:
    if not permits(request.acting.role, Act.SITE_READ):
        return []
    return list(Site.objects.visible_to(request.acting).filter(authority=row).select_related("resource"))


def _authorities(request: ActingRequest) -> list[Authority]:
    rows = Authority.objects.visible_to(request.acting).select_related("state")
    return sorted(rows, key=lambda row: (plain(state_name(row.state.code)), row.kind != "central", row.name))


def _matches(row: Authority, query: str) -> bool:
    """Every word typed occurs somewhere, accents and case aside."""
    state = row.state
    texts = [state_name(state.code), own_name(state.code), state.name, state.code, row.name, row.native_name, row.city]
    return fits(query, *texts)


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "states"
