"""Another time for a booking: chosen from what is possible, asked of the other court, or exchanged with another's."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory import moments, reasons
from directory import times as clocks
from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.models import Membership
from directory.preconditions import version_typed
from directory.roles import Act
from scheduler import booking as bookings
from scheduler import search
from scheduler.booking import proposals
from scheduler.desk.choices import Chooser
from scheduler.models import Booking, Proposal
from scheduler.views import forms
from scheduler.views.bookings import refused, shown_state
from scheduler.views.times import heading

PROPOSALS, MOST_SWAPS = 5, 20
TEMPLATE = "scheduler/booking_move.html"


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.BOOKING_HOLD)
def move(request: ActingRequest, booking: UUID) -> HttpResponse:
    """Choose another time. A hold moves at once; of what both have confirmed the other court is asked."""
    found = bookings.by_id(booking, request.acting)
    if request.method == "GET":
        return render(request, TEMPLATE, _page(found, request.acting))
    asks = found.state == Booking.State.CONFIRMED
    said = _("Proposed. It moves when the other court’s clerk takes it; until then the time stands.")
    moved = _("Moved. The other side is asked to confirm, and everyone invited is told.")
    return forms.done(
        request, found, partial(_moved, request, found, asks), said if asks else moved, partial(_refused, found)
    )


@require_POST
@requires(Act.BOOKING_HOLD)
def swap(request: ActingRequest, booking: UUID) -> HttpResponse:
    """Exchange the times of two holds."""
    found = bookings.by_id(booking, request.acting)

    def act() -> Booking:
        other, _at, version = request.POST.get("other", "").partition("@")
        versions = version_typed(request.POST), int(version) if version.isdecimal() else 0
        second = bookings.by_id(other, request.acting)
        reason = request.POST.get("reason", "")
        return bookings.swap(
            first=found, second=second, by=request.acting, versions=versions, reason=reason, key=forms.key(request)
        )

    said = _("Exchanged. The other side is asked to confirm both, and everyone invited is told.")
    return forms.done(request, found, act, said, partial(_refused, found))


@require_POST
@requires(Act.BOOKING_HOLD)
def take(request: ActingRequest, proposal: UUID) -> HttpResponse:
    """The booking moves where the proposal asks."""
    asked = proposals.by_id(proposal, request.acting)
    found = bookings.by_id(asked.booking.public_id, request.acting)

    def act() -> Booking:
        version = version_typed(request.POST)
        return bookings.move(booking=found, by=request.acting, version=version, proposal=asked, key=forms.key(request))

    return forms.done(request, found, act, _("Moved. Everyone invited is told."), partial(refused, found))


@require_POST
@requires(Act.BOOKING_HOLD)
def decline(request: ActingRequest, proposal: UUID) -> HttpResponse:
    """The booking stays where it is."""
    return _answered(request, proposal, proposals.decline, _("Declined. The time stands."))


@require_POST
@requires(Act.BOOKING_HOLD)
def withdraw(request: ActingRequest, proposal: UUID) -> HttpResponse:
    """The own side asks no more."""
    return _answered(request, proposal, proposals.withdraw, _("Withdrawn. The time stands."))


def _answered(request: ActingRequest, proposal: UUID, answer: Callable[..., Proposal], said: str) -> HttpResponse:
    asked = proposals.by_id(proposal, request.acting)

    def act() -> Proposal:
        return answer(proposal=asked, by=request.acting, version=version_typed(request.POST))

    return forms.done(request, asked.booking, act, said, partial(refused, asked.booking))


def _moved(request: ActingRequest, found: Booking, asks: bool) -> object:
    facts: dict[str, Any] = {"booking": found, "by": request.acting, "version": version_typed(request.POST)}
    starts, key = _starts(request, found), forms.key(request)
    reason = reasons.typed(request.POST.get("reason", ""), needed=False)
    if asks:
        return bookings.propose(**facts, starts=starts, reason=reason, key=key)
    return bookings.move(**facts, starts=starts, key=key)


def _starts(request: ActingRequest, found: Booking) -> list[datetime]:
    """The proposal that was picked, or what was typed: a day and a time for each sitting, on the reader's clock."""
    picked = request.POST.get("start", "")
    if picked and picked != "other":
        return [moments.instant(text, field="start") for text in picked.split()]
    head = heading(found.plan, request.acting)
    zone, fold = head[head["home"]], request.POST.get("fold", "")
    return [
        moments.wall(day, clock.strip().zfill(5), zone, fold=int(fold) if fold in ("0", "1") else None, field="clock")
        for day, clock in zip(request.POST.getlist("day"), request.POST.getlist("clock"), strict=False)
    ]


def _refused(found: Booking, request: ActingRequest, refusal: Refusal) -> HttpResponse:
    fresh = bookings.by_id(found.public_id, request.acting)
    facts = _page(fresh, request.acting)
    posted = zip(request.POST.getlist("day"), request.POST.getlist("clock"), strict=False)
    facts["typed_sittings"] = list(posted) or facts["typed_sittings"]
    facts["instead"] = [clocks.parse_instant(text) for text in refusal.facts.get("alternatives", [])]
    facts["readings"] = [
        {"fold": row["fold"], "at": datetime.fromisoformat(row["at"])} for row in refusal.facts.get("readings", [])
    ]
    return forms.again(request, TEMPLATE, facts, refusal, form=True)


def _page(found: Booking, by: Membership) -> dict[str, Any]:
    now = timezone.now()
    head = heading(found.plan, by)
    zone = head[head["home"]]
    sittings = list(found.sittings.order_by("position"))
    one = len(sittings) == 1
    return head | {
        "booking": found,
        "state": shown_state(found, now),
        "key": token_hex(16),
        "start": sittings[0].start,
        "end": sittings[-1].end,
        "sittings": sittings,
        "typed_sittings": [_typed(one.start, zone) for one in sittings],
        "zone": zone,
        "choices": _choices(found, by, zone, now),
        "others": _others(found, by, now) if one and found.state == Booking.State.HELD else [],
    }


def _typed(start: datetime, zone: str) -> tuple[str, str]:
    local = start.astimezone(clocks.zone_of(zone))
    return local.date().isoformat(), f"{local:%H:%M}"


def _choices(found: Booking, by: Membership, zone: str, now: datetime) -> list[Any]:
    """The best other times, as on the page of the search."""
    answer = search.find(plan=found.plan, by=by, now=now)
    chooser = Chooser(answer, by, zone, now)
    now_held = found.starts()
    return [one for one in chooser.proposals(chooser.best(PROPOSALS + 1)) if one.slot.starts != now_held][:PROPOSALS]


def _others(found: Booking, by: Membership, now: datetime) -> list[Booking]:
    """Other holds between the same two courts."""
    request = found.plan.request
    rows = Booking.objects.visible_to(by).filter(state=Booking.State.HELD, expires_at__gt=now, plan__sittings=1)
    same = rows.filter(
        plan__request__requesting=request.requesting_id,
        plan__request__requested=request.requested_id,
        plan__request__court=request.court_id,
        plan__request__executing=request.executing_id,
    )
    return list(same.exclude(pk=found.pk).select_related("plan")[:MOST_SWAPS])
