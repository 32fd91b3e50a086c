"""Replies that did not fit, for a clerk to let through or to discard; and letters that did not arrive."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from directory.access import ActingRequest, acting_required, requires
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act, permits
from scheduler.letters import answers, arrivals, strays, wording
from scheduler.models import Invitation, Stray

SHOWN = 100


@never_cache
@require_GET
@acting_required
def replies(request: ActingRequest) -> HttpResponse:
    """What waits for a decision."""
    strays.sorter(request.acting)
    return _page(request)


@require_POST
@requires(Act.REPLY_JUDGE)
def release(request: ActingRequest, stray: UUID) -> HttpResponse:
    """Its answer counts."""
    chosen = request.POST.get("invitation", "")
    found = strays.by_id(stray, request.acting)
    try:
        strays.release(stray=found, by=request.acting, invitation=answers.uid_of(chosen) if chosen else None)
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("Let through: the answer counts."))
    return redirect("scheduler:replies")


@require_POST
@acting_required
def discard(request: ActingRequest, stray: UUID) -> HttpResponse:
    """It counts for nothing."""
    try:
        strays.discard(stray=strays.by_id(stray, request.acting), by=request.acting)
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("Discarded. Nothing of it is kept but that it came."))
    return redirect("scheduler:replies")


@require_POST
@requires(Act.REPLY_JUDGE)
def send_again(request: ActingRequest, invitation: UUID) -> HttpResponse:
    """A letter that came back, failed or may not have left goes out once more."""
    found = arrivals.resend(public_id=invitation, by=request.acting)
    messages.success(request, _("The letter goes out again."))
    return redirect("scheduler:booking", found.booking.public_id)


def _page(request: ActingRequest, refusal: Refusal | None = None) -> HttpResponse:
    if refusal and refusal.status == 404:
        raise refusal
    rows = Stray.objects.visible_to(request.acting).waiting().select_related("booking__plan__request", "invitation")
    page = {"rows": [_row(one, request.acting) for one in rows[:SHOWN]], "refusal": refusal}
    return render(request, "scheduler/replies.html", page, status=refusal.status if refusal else 200)


def _row(stray: Stray, by: Membership) -> dict[str, Any]:
    """Title, what is wrong, what it answers, and for whom it may be made to count."""
    invitation = stray.invitation
    return {
        "stray": stray,
        "sender": strays.sender(stray, by),
        "title": wording.title(stray.booking.plan) if stray.booking else "",
        "wrong": strays.WRONG_WORDS.get(stray.wrong, stray.wrong),
        "answer": Invitation.Answer(stray.partstat).label if stray.partstat else "",
        "who": invitation.get_role_display() if invitation else "",
        "counts": bool(stray.partstat or stray.proposed),
        "candidates": strays.candidates(stray, by) if permits(by.role, Act.REPLY_JUDGE) else [],
    }
