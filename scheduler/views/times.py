"""Find a time: the page that the product is known by."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory import moments
from directory import times as clocks
from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act, permits
from protection import display
from protection.policy import audience_of
from scheduler import booking, search, sides
from scheduler.availability import local_day
from scheduler.desk import band, cards
from scheduler.desk.choices import Chooser
from scheduler.desk.wishes import Wishes
from scheduler.models import Booking, Plan, Role, Side
from scheduler.planning import plans, planwords
from scheduler.solver import lanes
from scheduler.why import apart, reasons, whynot

PROPOSALS = 5
MOST_DAYS = 120  # in the day's select


PARTS = {"why": "_why.html", "best-times": "_times.html", "days-grid": "_times.html"}  # by the id that is replaced
KEPT = ("weekday", "part", "inside", "from", "open", "pick")  # what every link of the page carries on
ASKED = ("day", "clock", "fold")


@never_cache
@require_GET
@requires(Act.HEARING_PLAN)
def times(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The grid, the proposals, and the answer to "why not this time?" where a day and a start are asked for.

    `open` is a day whose starts are shown in the grid, `pick` the start chosen in place of its day's best.
    """
    plan = plans.by_id(hearing, request.acting)
    asked = {name: request.GET[name] for name in (*KEPT, *ASKED) if request.GET.get(name)}
    part = _part(request)
    page = _answer(plan, request.acting, asked) if part == "_why.html" else _page(plan, request.acting, asked)
    return render(request, f"scheduler/{part}", page)


@require_POST
@requires(Act.BOOKING_HOLD)
def hold(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """Hold a proposed start; a refusal comes back on the page with what else is free."""
    plan = plans.by_id(hearing, request.acting)
    try:
        starts = [moments.instant(text, field="start") for text in request.POST.getlist("start") or [""]]
        held = booking.hold(plan=plan, starts=starts, by=request.acting, key=request.POST.get("key") or None)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        page = _page(plan, request.acting, {}) | {"refusal": refusal, "instead": _instead(refusal)}
        return render(request, "scheduler/times.html", page, status=refusal.status)
    messages.success(request, _("Held. Both sides are asked to confirm."))
    return redirect("scheduler:booking", held.public_id)


def heading(plan: Plan, by: Membership) -> dict[str, Any]:
    """What the head of every page of a hearing says: the person and the measures, as this reader may see them."""
    withheld = sides.place_withheld(plan)
    person = plan.request.person
    shown = display.shown(person, audience_of(by.role, plan.side_of(by))) if person else {}
    zones = sides.zones(plan, withheld)
    return {
        "plan": plan,
        "label": shown.get("label", ""),
        "measures": shown.get("measures", ()),
        "pair": cards.language_pair(plan, by),
        "relay": planwords.relay(plan, by),
        "a": zones[Side.REQUESTING],
        "b": zones[Side.REQUESTED],
        "home": "b" if plan.side_of(by) == Side.REQUESTED else "a",
        "withheld": withheld,
        "state_a": reasons.state_words(plan.request.requesting.state),
        "state_b": reasons.state_words(plan.request.requested.state),
    }


def _answer(plan: Plan, by: Membership, asked: dict[str, str]) -> dict[str, Any]:
    """The search's answer, and to whom; with "why not?" where a day and a start are asked for."""
    now = timezone.now()
    found = search.find(plan=plan, by=by, now=now)
    head = heading(plan, by)
    zone, live = head[head["home"]], _live(plan, now)
    facts = {
        "address": reverse("scheduler:times", args=[plan.public_id]),
        "asked": asked,
        "found": found,
        "live": live,
        "can_hold": live is None and permits(by.role, Act.BOOKING_HOLD),
        "expires": now + booking.HOLD,
        "key": token_hex(16),
        "zone": zone,
        "now": now,
        "kept": {name: asked[name] for name in KEPT if name in asked},
    }
    return head | facts | _why(Chooser(found, by, zone, now), asked)


def _page(plan: Plan, by: Membership, asked: dict[str, str]) -> dict[str, Any]:
    answer = _answer(plan, by, asked)
    found, zone, now = answer["found"], answer["zone"], answer["now"]
    blockers = reasons.blockers(found, by)
    facts = {
        "blockers": blockers,
        "days": _days(plan, local_day(now, zone)),
        "interpreters": next((one.count for one in found.basis.everybody if one.role == Role.INTERPRETER), 0),
        "alone_would_help": any(starts for _words, starts in blockers),
        "apart": "" if found.feasible else apart.why(found, by),
    }
    return answer | facts | _choices(found, by, zone, now, asked)


def _choices(found: search.Found, by: Membership, zone: str, now: datetime, asked: dict[str, str]) -> dict[str, Any]:
    """The proposals, the grid and the opened day, all of them as the clerk wished."""
    wishes = Wishes.read(asked)
    kept = replace(found, prospect=found.prospect.kept(wishes, zone)) if wishes else found
    chooser = Chooser(kept, by, zone, now, _instant(asked))
    best, opened = chooser.best(PROPOSALS), _date(asked.get("open", ""))
    first, today = _date(asked.get("from", "")), local_day(now, zone)
    return {
        "wishes": wishes,
        "weekdays": _weekdays(),
        "starts_shown": kept.feasible,
        "days_possible": kept.prospect.days(zone),
        "proposals": chooser.proposals(best),
        "carried": cards.carried(found.plan, chooser.turn.carried),
        "band": band.draw(chooser, best, today=today, first=first),
        "opened": opened,
        "choice": chooser.day(opened, "opened") if opened else None,
        "nearest": kept.prospect.nearest(_noon(opened, zone)) if opened else [],
        "picked": next(iter(chooser.picked.values()), None),
        "undecided": kept.prospect.undecided,  # after all that was asked of it
        "asked": {"day": local_day(best[0].slot.start, zone).isoformat() if best else ""} | asked,
    }


def _weekdays() -> list[tuple[str, str]]:
    """Monday first, numbered as Python does, in the reader's words."""
    names = clocks.locale_of(get_language() or "en").days["stand-alone"]["wide"]
    return [(str(number), str(names[number])) for number in range(7)]


def _noon(day: date, zone: str) -> datetime:
    return lanes.day_span(day, zone)[0] + timedelta(hours=12)


def _instant(asked: dict[str, str]) -> datetime | None:
    """The start that was picked; what is no instant picks nothing."""
    try:
        return clocks.parse_instant(asked.get("pick", ""))
    except clocks.TimeError:
        return None


def _live(plan: Plan, now: datetime) -> Booking | None:
    """The booking that stands in the way of another: confirmed, or held and not run out."""
    return next((one for one in plan.bookings.live() if one.state == "confirmed" or one.expires_at > now), None)


def _why(chooser: Chooser, asked: dict[str, str]) -> dict[str, Any]:
    """The panel's answer; a time that the clocks do not show, or show twice, is told as such."""
    if not (asked.get("day") and asked.get("clock")):
        return {}
    fold, zone = asked.get("fold", ""), chooser.zone
    try:
        start = moments.wall(
            asked["day"], _clock(asked["clock"]), zone, fold=int(fold) if fold in ("0", "1") else None, field="clock"
        )
    except Refusal as refusal:
        return {"why_refusal": refusal, "readings": _readings(refusal)}
    answer = whynot.explain(chooser.found, start, chooser.by)
    possible = chooser.day(local_day(start, zone), "why", start) if answer.slot else None
    return {"why": answer, "possible": possible}


def _readings(refusal: Refusal) -> list[dict[str, Any]]:
    """The two readings of a time that the clocks show twice, each with its offset."""
    rows = refusal.facts.get("readings", [])
    return [{"fold": row["fold"], "at": datetime.fromisoformat(row["at"])} for row in rows]


def _clock(text: str) -> str:
    """ "8:30" is what people type; what is no time stays as it is, to be refused."""
    hour, colon, minute = text.strip().partition(":")
    return f"{hour.zfill(2)}{colon}{minute}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(plan: Plan, today: date) -> list[date]:
    first = max(plan.earliest, today)
    return [first + timedelta(days=shift) for shift in range(min((plan.latest - first).days + 1, MOST_DAYS))]


def _instead(refusal: Refusal) -> list[list[datetime]]:
    """What is free instead: for each the starts of all sittings."""
    rows = refusal.facts.get("sittings") or [[text] for text in refusal.facts.get("alternatives", [])]
    return [[clocks.parse_instant(text) for text in row] for row in rows]


def _part(request: HttpRequest) -> str:
    """The template of what the page asks to have replaced; the whole page for everybody else."""
    htmx = getattr(request, "htmx", None)
    return PARTS.get(getattr(htmx, "target", None) or "", "times.html") if htmx else "times.html"
