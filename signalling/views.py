"""The pages of the connection test: of a hearing's two rooms, and of one's own device."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from directory.access import ActingRequest, acting_required
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from directory.words import state_name
from scheduler import checks, sides
from scheduler.models import Plan
from sessions import seats
from sessions.acts import side_of
from sessions.models import Hearing
from sessions.route import set_ as set_route
from sessions.views.guard import devices, quiet, refused
from signalling import connectivity, live, results


@require_GET
@devices
@quiet
@acting_required
def test(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """Run the test for one's own room, and read what both rooms measured."""
    return _page(request, hearing)


@require_POST
@devices
@quiet
@acting_required
def route(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """Set the way that the hearing's links take."""
    _plan(request, hearing)
    try:
        set_route(hearing_id=hearing, relay_only=request.POST.get("route") == "relay", by=request.acting)
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _page(request, hearing, **kw))
    return redirect("signalling:test", hearing)


def _page(request: ActingRequest, hearing: UUID, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    plan, side = _plan(request, hearing)
    booking = connectivity.booking_of(plan)
    facts = {
        "plan": plan,
        "sitting": booking.next(timezone.now()) if booking else None,
        "zones": sides.zones(plan),
        "withheld": sides.place_withheld(plan),
        "mine": results.MARKS[side],
        "state_b": _states(plan)["requested"],
        "limits": results.limits(),
        "socket": f"/ws/test/{plan.public_id}/",
        "hearing": Hearing.objects.filter(public_id=plan.public_id).first(),
        "sets_route": permits(request.acting.role, Act.ROUTE_SET),
        "refusal": refusal,
    }
    return render(request, "signalling/test.html", facts | _results(plan, side, request.acting), status=status)


@require_GET
@quiet
@acting_required
def test_results(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The part of the page that changes when either court has measured."""
    plan, side = _plan(request, hearing)
    facts = {"plan": plan, "zones": sides.zones(plan), **_results(plan, side, request.acting)}
    if request.GET.get("seen") == facts["digest"]:
        return HttpResponse(status=204)
    return render(request, "signalling/_results.html", facts)


@require_GET
@quiet
@acting_required
def links(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The links of the hearing as they are and were in the last quarter of an hour: clerks and technicians."""
    return render(request, "signalling/links.html", _links(request, hearing))


@require_GET
@quiet
@acting_required
def links_now(request: ActingRequest, hearing: UUID) -> HttpResponse:
    """The part of the page that is fetched again every five seconds."""
    return render(request, "signalling/_links.html", _links(request, hearing))


def _links(request: ActingRequest, public_id: UUID) -> dict[str, Any]:
    by = request.acting
    hearing = Hearing.objects.visible_to(by).filter(public_id=public_id).select_related("plan__request").first()
    side = side_of(hearing, by) if hearing else None
    if hearing is None or side is None or not permits(by.role, Act.ROUTE_SET):
        raise NotFound
    now = timezone.now()
    return {"hearing": hearing, "links": live.links(hearing, side, now), "at": now, "zones": sides.zones(hearing.plan)}


def _plan(request: ActingRequest, hearing: UUID) -> tuple[Plan, str]:
    plan, side = connectivity.testable(hearing, request.acting)
    if plan is None:
        raise NotFound
    return plan, side


def _results(plan: Plan, side: str, by: Membership) -> dict[str, Any]:
    booking = connectivity.booking_of(plan)
    found = checks.shown(booking, by) if booking else {}
    now = timezone.now()
    starts = booking.next(now).start if booking else None
    rooms = results.rooms(found, _states(plan), side, now, starts)
    # Judged from what both courts may know, so that both read the same verdict.
    ways = results.ways(checks.shown(booking, None) if booking else {}, _states(plan))
    return {
        "rooms": rooms,
        "ways": ways,
        "verdict": results.verdict(ways).value if ways else "",
        "advice": results.advice(rooms, ways) if booking else [],
        "booked": booking is not None,
        "digest": "-".join(str(check.public_id) for check in found.values()),
    }


def _states(plan: Plan) -> dict[str, str]:
    request = plan.request
    return {
        "requesting": state_name(request.requesting.state.code),
        "requested": state_name(request.requested.state.code),
    }


@require_GET
@devices
@quiet
def own_test(request: HttpRequest) -> HttpResponse:
    """One's own device, for whoever signs in or holds a seat; nothing is kept."""
    if not request.user.is_authenticated and seats.ticketed(request.session) is None:
        raise NotFound
    return render(request, "signalling/own_test.html", {"limits": results.limits(), "socket": "/ws/test/"})
