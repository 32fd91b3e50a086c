"""The hearing's own page: where it stands, its seats, the tickets to hand out, and the way to every other room."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from directory.access import ActingRequest, acting_required, fetch
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from scheduler import beside, sides
from scheduler.models import Plan, Sitting
from sessions import acts, consent, doors, facts, gates, seats, tickets
from sessions.models import Hearing, JoinTicket, Seat
from sessions.models.hearings import Presence, SeatRole
from sessions.stage import MARKS
from sessions.states import Side, State
from sessions.views.guard import quiet, refused
from sessions.words import functions, state_names

_TICKETED = ("witness", "support", "defence", "accused", "interpreter", "technician")


@require_GET
@quiet
@acting_required
def hearing(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The page; before both courts have confirmed a time, what is missing."""
    found = _found(request.acting, public_id)
    if found is None:
        plan = fetch(Plan.objects, by=request.acting, act=Act.HEARING_READ, public_id=public_id)
        plans = permits(request.acting.role, Act.HEARING_PLAN)
        facts = {"plan": {"id": plan.public_id, "code": plan.code}, "plans": plans}
        return render(request, "evidence/unplanned.html", facts)
    return _page(request, found)


@require_POST
@quiet
@acting_required
def act(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """One act of the page, named by its button."""
    by, found = request.acting, _found(request.acting, public_id)
    if found is None:
        raise NotFound
    name = request.POST.get("act", "")
    try:
        if name == "ticket":
            return _ticket(request, found, by)
        _acts(name)(request, found, by)
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _page(request, found, **kw))
    return redirect("evidence:wait" if name == "take" else "evidence:hearing", public_id)


def _found(by: Membership, public_id: UUID) -> Hearing | None:
    """The hearing, None where it has no place in time yet; NotFound where the member may not read hearings."""
    if not permits(by.role, Act.HEARING_READ):
        raise NotFound
    rows = Hearing.objects.visible_to(by).select_related(
        "plan__request__requesting__state", "plan__request__requested__state", "plan__request__person", "booking"
    )
    return rows.filter(public_id=public_id).first()


def _acts(name: str) -> Callable[[HttpRequest, Hearing, Membership], Any]:
    if name not in _ACTS:
        raise NotFound
    return _ACTS[name]


def _seat(request: HttpRequest, found: Hearing) -> Seat:
    try:
        seat = found.seats.filter(public_id=UUID(request.POST.get("seat", ""))).first()
    except ValueError:
        seat = None
    if seat is None:
        raise NotFound
    return seat


def _take(request: HttpRequest, found: Hearing, by: Membership) -> None:
    seats.take(hearing_id=found.public_id, by=by)


def _open(request: HttpRequest, found: Hearing, by: Membership) -> None:
    doors.open_(hearing_id=found.public_id, by=by)


def _add(request: HttpRequest, found: Hearing, by: Membership) -> None:
    role, _, side = request.POST.get("place", "").partition(":")
    seats.add(hearing_id=found.public_id, role=role, side=side, by=by)


def _revoke(request: HttpRequest, found: Hearing, by: Membership) -> None:
    tickets.revoke(seat_id=_seat(request, found).public_id, by=by)


def _agree(request: HttpRequest, found: Hearing, by: Membership) -> None:
    consent.agree(seat_id=_seat(request, found).public_id, by=by)


_ACTS: Mapping[str, Callable[[HttpRequest, Hearing, Membership], Any]] = {
    "take": _take,
    "open": _open,
    "add": _add,
    "revoke": _revoke,
    "agree_seat": _agree,
}


def _ticket(request: HttpRequest, found: Hearing, by: Membership) -> HttpResponse:
    """Link and code, shown once: a page that answers the form itself and is stored nowhere."""
    seat = _seat(request, found)
    ticket = tickets.issue(seat_id=seat.public_id, by=by)
    row = JoinTicket.objects.get(public_id=ticket.id)
    context = {
        "hearing": {"id": found.public_id, "code": found.plan.code},
        "function": functions(found, found.seats.select_related("person"))[seat.pk],
        "link": f"{settings.SITE_URL}{reverse('evidence:ticket')}#{ticket.secret}",
        "pin": f"{ticket.pin[:3]} {ticket.pin[3:]}",
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "zones": _zones(found),
    }
    return render(request, "evidence/ticket_issued.html", context)


def _page(request: ActingRequest, found: Hearing, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    by, now = request.acting, timezone.now()
    sitting = found.booking.next(now) if found.booking else None
    context = {
        "hearing": {"id": found.public_id, "code": found.plan.code, "state": found.state},
        "person": found.plan.request.person,
        "sitting": sitting,
        "notes": _notes(found.plan, sitting, now) if sitting and now < sitting.start else (),
        "zones": _zones(found),
        "first": MARKS[acts.side_of(found, by) or Side.REQUESTING],
        "gates": [gate for gate in _gates(found) if not gate.clear],
        "seats": _rows(found, by),
        "places": _places(found, by),
        "runs": acts.may_run(found, by),
        "sits": seats.takes_a_seat(found, by),
        "seated": found.seats.filter(user=by.user_id).first(),
        "opens": acts.may_run(found, by) and found.state == State.PLANNED and found.booking is not None,
        "links": _links(found, by),
        "record": found.records.first(),
        "refusal": refusal,
    }
    return render(request, "evidence/hearing.html", context, status=status)


def _notes(plan: Plan, sitting: Sitting, now: datetime) -> list[str]:
    """Holidays beside the sitting, and clocks that change before it."""
    return beside.sitting(plan, sitting.start, sitting.end, now, withheld=sides.place_withheld(plan))


def _zones(found: Hearing) -> tuple[str, str]:
    by_side = sides.zones(found.plan)
    return by_side[Side.REQUESTING], by_side[Side.REQUESTED]


def _gates(found: Hearing) -> list[gates.Gate]:
    if found.state not in (State.PLANNED, State.OPEN):
        return []
    return gates.check(facts.gather(found, timezone.now()))


def _rows(found: Hearing, by: Membership) -> list[dict[str, Any]]:
    """Each seat by function; whether a link was given and used is the business of that side's clerks alone."""
    places = list(found.seats.select_related("person").order_by("side", "id"))
    names, states = functions(found, places), state_names(found)
    return [
        {
            "id": seat.public_id,
            "mark": MARKS[Side(seat.side)],
            "function": names[seat.pk],
            "presence": seat.presence,
            "word": Presence(seat.presence).label,
            "ticket": _ticket_state(seat) if _own(found, seat, by) else "",
            "waits_for": states.get(consent.missing(found, seat) or "", ""),
            "agrees": found.state != State.CLOSED and consent.may_agree(found, seat, by),
            "gives": _own(found, seat, by) and seat.role in _TICKETED and not seat.user_id,
        }
        for seat in places
    ]


def _own(found: Hearing, seat: Seat, by: Membership) -> bool:
    return acts.may_run(found, by) and seat.side in (acts.side_of(found, by), Side.THIRD)


def _ticket_state(seat: Seat) -> str:
    if seat.user_id:
        return "login"
    ticket = seat.tickets.filter(revoked_at=None).first()
    if ticket is None:
        return "none" if seat.role in _TICKETED else ""
    if ticket.tries >= tickets.TRIES:
        return "locked"
    return "used" if ticket.used_at else "given"


def _places(found: Hearing, by: Membership) -> list[tuple[str, str]]:
    """What a clerk may add, as `role:side` with words."""
    side = acts.side_of(found, by)
    if side is None or not acts.may_run(found, by) or found.state == State.CLOSED:
        return []
    own = [(f"{role}:{side}", str(SeatRole(role).label)) for role in seats.ADDABLE if role != "interpreter"]
    return [*own, (f"interpreter:{Side.THIRD}", str(SeatRole.INTERPRETER.label))]


def _links(found: Hearing, by: Membership) -> list[tuple[str, str]]:
    """Names and addresses of the other rooms of this hearing that the member's role opens."""
    person = found.plan.request.person
    wanted = (
        ("booking", "scheduler:booking", Act.BOOKING_READ, found.booking.public_id if found.booking else None),
        ("test", "signalling:test", Act.TEST_RUN, found.public_id),
        ("links", "signalling:links", Act.ROUTE_SET, found.public_id),
        ("protection", "protection:person", Act.MEASURE_READ, person.public_id if person else None),
        ("record", "evidence:record", Act.RECORD_READ, found.public_id),
    )
    return [
        (word, url)
        for word, name, right, public_id in wanted
        if public_id and permits(by.role, right) and (url := _url(name, public_id))
    ]


def _url(name: str, public_id: UUID) -> str:
    """The address, or nothing where that room has no such page."""
    try:
        return reverse(name, args=[public_id])
    except NoReverseMatch:
        return ""
