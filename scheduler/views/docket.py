"""The docket: a list, a week or a day of the hearings in which the reader takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from directory import calendars, times
from directory.access import ActingRequest, requires
from directory.models import Membership
from directory.roles import Act
from scheduler.availability import local_day
from scheduler.desk import clockchanges
from scheduler.desk.docket import WORDS, Entry, entries
from scheduler.models import Side
from scheduler.solver import lanes

LENGTH = {"day": 1, "week": 7}  # days that a view shows; the list shows all
KEPT = ("view", "date", "state", "side")


@dataclass(frozen=True)
class Day:
    """One day of the reader's calendar: what is heard, and why the court is closed, if it is."""

    date: date
    words: str  # in a week without its year
    entries: Sequence[Entry]
    closed: str
    turns: Sequence[str]  # from which time to which its clocks are put


@never_cache
@require_GET
@requires(Act.HEARING_READ)
def docket(request: ActingRequest) -> HttpResponse:
    """`view` is list, week or day, `date` a day in it; `state` and `side` keep some of the hearings."""
    by, now = request.acting, timezone.now()
    asked = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    found = entries(by, now)
    kept = [one for one in found if _kept(one, asked)]
    facts = {
        "kept": asked,
        "view": asked["view"] if asked.get("view") in LENGTH else "list",
        "states": list(WORDS.items()),
        "sides": [side for side in Side.choices if side[0] != Side.THIRD],
        "empty": not found,
        "today": local_day(now, by.authority.zone),
        "authority": by.authority.name,
    }
    return render(request, "scheduler/docket.html", facts | _groups(kept) | _calendar(kept, by, facts))


def _kept(entry: Entry, asked: dict[str, str]) -> bool:
    return asked.get("state", entry.standing) == entry.standing and asked.get("side", entry.own) == entry.own


def _groups(kept: Sequence[Entry]) -> dict[str, Any]:
    return {
        "waiting": [one for one in kept if one.standing == "none"],
        "coming": [one for one in kept if one.standing in ("held", "confirmed")],
        "past": [one for one in kept if one.standing == "past"][::-1],
    }


def _calendar(kept: Sequence[Entry], by: Membership, facts: dict[str, Any]) -> dict[str, Any]:
    """The days of a week or of one day, with the way to those before and after."""
    length = LENGTH.get(facts["view"])
    if length is None:
        return {}
    day = _date(facts["kept"].get("date", "")) or facts["today"]
    first = day - timedelta(days=day.weekday()) if length > 1 else day
    days = [first + timedelta(days=shift) for shift in range(length)]
    closed = calendars.closed(by.authority, days[0], days[-1])
    turns = _turns(by.authority.zone, days)
    return {
        "date": day,
        "days": [_day(one, kept, closed, turns, length) for one in days],
        "before": first - timedelta(days=length),
        "after": first + timedelta(days=length),
    }


def _turns(zone: str, days: Sequence[date]) -> dict[date, list[str]]:
    """What happens on these days to the clocks of the court."""
    first, past = lanes.day_span(days[0], zone)[0], lanes.day_span(days[-1], zone)[1]
    found: dict[date, list[str]] = {}
    for at in clockchanges.changes(zone, first, past):
        found.setdefault(local_day(at, zone), []).append(clockchanges.turned(at, zone))
    return found


def _day(
    day: date,
    kept: Sequence[Entry],
    closed: Mapping[date, calendars.Closure],
    turns: Mapping[date, Sequence[str]],
    length: int,
) -> Day:
    words = times.date_words(day, get_language() or "en", year=length == 1)
    rows = [row for row in kept if row.day == day]
    return Day(day, words, rows, closed[day].name if day in closed else "", turns.get(day, ()))


def _date(text: str) -> date | None:
    """A day near enough to the middle of the calendar to have neighbours; what is none asks for today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None
