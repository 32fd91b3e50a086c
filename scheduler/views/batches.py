"""Several hearings together: choose them, watch the search, hold what it found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from directory.access import ActingRequest, requires
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler import batches, sides
from scheduler.models import Batch, BatchItem, Booking, Side

EARLIER = 5  # searches listed below the choice


@dataclass(frozen=True)
class Row:
    """One hearing with the time found for it; `a` and `b` are the zones in which both States see it."""

    item: BatchItem
    live: Booking | None
    a: str
    b: str
    first: str
    zone: str  # the reader's

    @property
    def free_to_hold(self) -> bool:
        """Whether there is a time to hold, and nothing held yet."""
        return self.item.start is not None and self.live is None


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.BOOKING_HOLD)
def choose(request: ActingRequest) -> HttpResponse:
    """Which hearings; all that wait are ticked to begin with."""
    if request.method == "GET":
        return render(request, "scheduler/batches.html", _choice(request.acting))
    ticked = request.POST.getlist("plans")
    try:
        made = batches.ask(plans=_ids(ticked), by=request.acting)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        page = _choice(request.acting) | {"refusal": refusal, "ticked": ticked}
        return render(request, "scheduler/batches.html", page, status=refusal.status)
    return redirect("scheduler:batch", made.public_id)


@never_cache
@require_GET
@requires(Act.BOOKING_HOLD)
def batch(request: ActingRequest, batch: UUID) -> HttpResponse:
    """How far it is, then what it found. The progress asks for itself once a second."""
    page = _found(batches.by_id(batch, request.acting), request.acting)
    part = getattr(request, "htmx", None) and page["standing"] in (Batch.State.QUEUED, Batch.State.RUNNING)
    response = render(request, "scheduler/_progress.html" if part else "scheduler/batch.html", page)
    if getattr(request, "htmx", None) and not part:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires(Act.BOOKING_HOLD)
def hold(request: ActingRequest, batch: UUID) -> HttpResponse:
    """Hold one of the times found, or each of them; what meanwhile went to somebody else is named."""
    made = batches.by_id(batch, request.acting)
    refused, chosen = [], _ids(request.POST.getlist("plan"))
    if not chosen:
        sentence = _("Tick the hearings whose times are to be held.")
        page = _found(made, request.acting) | {"refusal": Refusal(sentence, code="none_chosen", status=422)}
        return render(request, "scheduler/batch.html", page, status=422)
    for plan in chosen:
        try:
            batches.hold(made=made, plan=plan, by=request.acting)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            refused.append((made.items.get(plan__public_id=plan).plan.code, refusal))
    if held := len(chosen) - len(refused):
        told = ngettext("%(n)s time is held.", "%(n)s times are held.", held) % {"n": held}
        messages.success(request, _("%(held)s Both sides are asked to confirm.") % {"held": told})
    if refused:
        page = _found(made, request.acting) | {"refused": refused}
        return render(request, "scheduler/batch.html", page, status=409)
    return redirect("scheduler:batch", made.public_id)


def _choice(by: Membership) -> dict[str, Any]:
    waiting = list(batches.pending(by).select_related("request__person"))
    earlier = Batch.objects.visible_to(by).prefetch_related("items")[:EARLIER]
    return {
        "waiting": waiting,
        "ticked": [str(plan.public_id) for plan in waiting[: batches.MOST]],
        "earlier": earlier,
        "seconds": batches.SECONDS,
        "zone": by.authority.zone,
    }


def _found(made: Batch, by: Membership) -> dict[str, Any]:
    items = batches.shown(made, by).select_related(
        "plan__request__person",
        "plan__request__requesting__state",
        "plan__request__requested__state",
        "plan__request__court",
        "plan__request__executing",
    )
    live = {one.plan_id: one for one in Booking.objects.live().filter(plan__in=[item.plan_id for item in items])}
    rows = [_row(item, live.get(item.plan_id), by) for item in items]
    placed = [row for row in rows if row.item.start]
    return {
        "batch": made,
        "standing": made.standing(timezone.now()),
        "rows": rows,
        "placed": len(placed),
        "minutes": sum(row.item.total for row in placed),
        "open": [row for row in rows if row.free_to_hold],
    }


def _row(item: BatchItem, live: Booking | None, by: Membership) -> Row:
    zones, theirs = sides.zones(item.plan), item.plan.side_of(by) == Side.REQUESTED
    return Row(
        item=item,
        live=live,
        a=zones[Side.REQUESTING],
        b=zones[Side.REQUESTED],
        first="b" if theirs else "a",
        zone=zones[Side.REQUESTED if theirs else Side.REQUESTING],
    )


def _ids(texts: Iterable[str]) -> list[UUID]:
    """What is no id names nothing: NotFound."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise NotFound from None
