"""One's own invitation: whether one can come, or when one could. By signing in, or with the key in the letter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import moments, sealed
from directory.access import ActingRequest, acting_required
from directory.errors import Refusal
from directory.models import Membership
from directory.preconditions import version_typed
from directory.roles import Act, permits
from scheduler import beside, sides
from scheduler.letters import addressees, answers, wording
from scheduler.models import Answer, Booking, Invitation, Plan, Side

FIELDS = ("answer", "day", "clock", "fold", "reason")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required
def invitation(request: ActingRequest, invitation: UUID) -> HttpResponse:
    """Shown and answered by the one it invites."""
    found = answers.own(invitation, request.user)
    return _answered(request, found, way=Answer.Way.PAGE, by=request.acting)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keyed(request: HttpRequest, key: str) -> HttpResponse:
    """The same for one without an account: opening the link changes nothing, mail scanners open links."""
    found = answers.keyed(sealed.opened("invitation", key), timezone.now())
    with override(None if "django_language" in request.COOKIES else found.language):
        return _answered(request, found, way=Answer.Way.LINK, by=None)


def _answered(request: HttpRequest, found: Invitation, *, way: str, by: Membership | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, found, by)
    try:
        said = _act(request, found, way=way, by=by)
    except Refusal as refusal:
        typed = {name: request.POST.get(name, "") for name in FIELDS}
        found.refresh_from_db()
        return _page(request, found, by, status=refusal.status, refusal=refusal, typed=typed)
    messages.success(request, said)
    return redirect(request.path)


def _act(request: HttpRequest, found: Invitation, *, way: str, by: Membership | None) -> str:
    now = timezone.now()
    sequence = version_typed(request.POST, "sequence")
    if request.POST.get("act") == "propose":
        start, reason = _start(request, found), request.POST.get("reason", "")
        answers.propose(found, start, now=now, reason=reason, sequence=sequence)
        return _("Your proposal is with the courts. Until they have answered, the time stays as it is.")
    answers.answer(found, request.POST.get("answer", ""), sequence=sequence, now=now, way=way, by=by)
    return _("Your answer is noted. You can change it until the hearing is over.")


def _start(request: HttpRequest, found: Invitation) -> datetime:
    """What was typed, on the person's own clock."""
    day, clock, fold = (request.POST.get(name, "").strip() for name in ("day", "clock", "fold"))
    which = int(fold) if fold in {"0", "1"} else None
    return moments.wall(day, clock, addressees.zone_of(found), fold=which, field="day")


def _page(
    request: HttpRequest,
    found: Invitation,
    by: Membership | None,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    booking, sitting, now = found.booking, found.sitting, timezone.now()
    zones, open_ = sides.zones(booking.plan), _open(found, now)
    page: dict[str, Any] = {
        "invitation": found,
        "title": wording.title(booking.plan, sitting, booking.sittings.count()),
        "standing": wording.standing(found),
        "expected": wording.expected(found),
        "start": sitting.start,
        "end": sitting.end,
        "a": zones[Side.REQUESTING],
        "b": zones[Side.REQUESTED],
        "zone": addressees.zone_of(found),
        "open": open_,
        "notes": _notes(found, now) if open_ else (),
        "sequence": answers.asked(found),
        "held": booking.state == Booking.State.HELD,
        "proposals": found.proposals.all()[:5],
        "readable": by is not None and permits(by.role, Act.BOOKING_READ) and _visible(booking.plan, by),
        "refusal": refusal,
        "typed": typed or {},
    }
    return render(request, "scheduler/invitation.html", page, status=status)


def _open(found: Invitation, now: datetime) -> bool:
    try:
        answers.open_or_refuse(found, now)
    except Refusal:
        return False
    return True


def _notes(found: Invitation, now: datetime) -> list[str]:
    """As in the letters, of a protected hearing no region's holidays."""
    plan, sitting = found.booking.plan, found.sitting
    return beside.sitting(plan, sitting.start, sitting.end, now, withheld=sides.protected(plan))


def _visible(plan: Plan, by: Membership) -> bool:
    return Plan.objects.visible_to(by).filter(pk=plan.pk).exists()
