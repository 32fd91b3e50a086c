"""The waiting room and the hearing room, and every act that is done inside."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from directory.errors import Forbidden, NotFound, Refusal
from sessions import booths, consent, consultation, doors, lifecycle, presence, room, waiver
from sessions.models import Hearing, Seat
from sessions.stage import MARKS
from sessions.states import State
from sessions.steps import LINES
from sessions.views import private
from sessions.views.guard import devices, named, refused, seated, whole

CHANNELS = {
    "floor": _("Floor"),
    "court": _("Court’s language"),
    "witness": _("Witness’s language"),
    "pivot": _("Relay’s third language"),
}
METER = range(4, 164, 16)
"""Where the ten bars of the microphone's meter stand, in px."""


@require_GET
@devices
@seated
def wait(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Devices, who is here, and one button: I am ready."""
    return _wait(request, seat=seat)


def _wait(request: HttpRequest, *, seat: Seat, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    hearing = whole(seat)
    if presence.inside(hearing, seat) and hearing.state != State.CLOSED and refusal is None:
        return redirect("evidence:room", hearing.public_id)
    return render(request, "evidence/wait.html", _facts(hearing, seat) | {"refusal": refusal}, status=status)


@require_GET
@seated
def wait_now(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The part of the waiting room that changes; leads into the room once the clerk has admitted the seat."""
    hearing = whole(seat)
    if presence.inside(hearing, seat) and hearing.state != State.CLOSED:
        return _lead("evidence:room", hearing)
    facts = _facts(hearing, seat)
    if request.GET.get("seen") == facts["now"].digest:
        return HttpResponse(status=204)
    return render(request, "evidence/_wait.html", facts)


@require_POST
@seated
def ready(request: HttpRequest, seat: Seat) -> HttpResponse:
    """I am ready."""
    try:
        presence.wait(seat_id=seat.public_id)
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _wait(request, seat=seat, **kw))
    return redirect("evidence:wait", seat.hearing.public_id)


@require_GET
@devices
@seated
def hearing_room(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The hour itself."""
    return _room(request, seat=seat)


def _room(request: HttpRequest, *, seat: Seat, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    hearing = whole(seat)
    if not presence.inside(hearing, seat):
        if refusal:  # put back meanwhile: the refusal's own page shows what was typed
            raise refusal
        return redirect("evidence:wait", hearing.public_id)
    context = _facts(hearing, seat) | {"refusal": refusal, "typed": request.POST}
    return render(request, "evidence/room.html", context, status=status)


@require_GET
@seated
def room_now(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What changes in the room, for a page that says what it has seen; 204 where it has seen it all."""
    hearing = whole(seat)
    if not presence.inside(hearing, seat):
        return _lead("evidence:wait", hearing)
    facts = _facts(hearing, seat)
    if request.GET.get("seen") == facts["now"].digest:
        return HttpResponse(status=204)
    if request.GET.get("stage") not in (None, facts["now"].stage):
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    # What is being typed beside the stop button stays, unless the button itself has to change.
    stop = request.GET.get("state") != hearing.state
    return render(request, "evidence/_room.html", facts | {"stop_changed": stop})


@require_GET
@seated
def clocks(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Both States' clocks; 286 tells htmx to ask no more."""
    hearing = whole(seat)
    facts = {"at": timezone.now(), "zones": room.zones(hearing)}
    return render(request, "evidence/_clocks.html", facts, status=286 if hearing.state == State.CLOSED else 200)


@require_POST
@seated
def act(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One act in the room, named by the button that was pressed."""
    try:
        _do(request, seat)
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _room(request, seat=seat, **kw))
    seat.refresh_from_db()
    hearing = whole(seat)
    if not presence.inside(hearing, seat):
        return _gone(request, hearing)
    if getattr(request, "htmx", False):
        return render(
            request,
            "evidence/_room.html",
            _facts(hearing, seat) | {"stop_changed": True, "acted": request.POST.get("act")},
        )
    return redirect("evidence:room", hearing.public_id)


def _do(request: HttpRequest, seat: Seat) -> None:
    name, data = request.POST.get("act", ""), request.POST
    hearing_id = seat.hearing.public_id
    if name in _OWN:
        _OWN[name](seat)
    elif name in private.ACTS:
        private.ACTS[name](seat, data)
    elif name == "into":
        booths.turn(seat_id=seat.public_id, into=data.get("into", ""))
    elif (by := seat.membership) is None:
        raise Forbidden
    elif name in _OF_THE_HEARING:
        _OF_THE_HEARING[name](hearing_id=hearing_id, by=by)
    elif name in _ABOUT_A_SEAT:
        _ABOUT_A_SEAT[name](seat_id=_seat(seat, data.get("seat", "")), by=by)
    elif name == "suspend":
        lifecycle.suspend(hearing_id=hearing_id, by=by, reason=data.get("reason", ""))
    elif name == "waive":
        waiver.waive(hearing_id=hearing_id, by=by, reason=data.get("reason", ""))
    elif name == "step":
        about = _seat(seat, data.get("seat", ""))
        lifecycle.step(hearing_id=hearing_id, kind=data.get("kind", ""), seat_id=about, by=by)
    elif name == "log":
        lifecycle.log(hearing_id=hearing_id, kind=data.get("kind", ""), text=data.get("text", ""), by=by)
    else:
        raise NotFound


_OWN: Mapping[str, Callable[[Seat], Any]] = {
    "leave": lambda seat: presence.leave(seat_id=seat.public_id),
    "ask_pause": lambda seat: lifecycle.ask(seat_id=seat.public_id, what="pause"),
    "ask_floor": lambda seat: lifecycle.ask(seat_id=seat.public_id, what="floor"),
    "ask_slower": lambda seat: lifecycle.ask(seat_id=seat.public_id, what="slower"),
}
_OF_THE_HEARING: Mapping[str, Callable[..., Any]] = {
    "go_live": lifecycle.go_live,
    "agree": lifecycle.agree,
    "resume": lifecycle.resume,
    "close": lifecycle.close,
    "recall": consultation.recall,
    "open": doors.open_,
}
_ABOUT_A_SEAT: Mapping[str, Callable[..., Any]] = {
    "admit": presence.admit,
    "put_back": presence.put_back,
    "agree_seat": consent.agree,
    "floor": lifecycle.give_floor,
}


def _gone(request: HttpRequest, hearing: Hearing) -> HttpResponse:
    """Back to the waiting room; what the browser has kept of the room it forgets."""
    htmx = getattr(request, "htmx", False)
    response = _lead("evidence:wait", hearing) if htmx else redirect("evidence:wait", hearing.public_id)
    response["Clear-Site-Data"] = '"cache"'
    return response


def _seat(own: Seat, public_id: str) -> UUID:
    """The id of a seat of the same hearing; anything else is not found."""
    wanted = named(public_id)
    if not own.hearing.seats.filter(public_id=wanted).exists():
        raise NotFound
    return wanted


def _lead(name: str, hearing: Hearing) -> HttpResponse:
    """Tells htmx to go to another page."""
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse(name, args=[hearing.public_id])
    return response


def _channels(hearing: Hearing, seat: Seat) -> dict[str, Any]:
    """What this seat may listen to, and what an interpreter may speak into."""
    found = booths.choice(hearing, seat)
    return {
        "channels": [(one.value, CHANNELS[one]) for one in found.listens],
        "hears": found.hears,
        "outputs": [(one.value, CHANNELS[one], one is found.now) for one in found.able],
    }


def _facts(hearing: Hearing, seat: Seat) -> dict[str, Any]:
    """All that the templates of both rooms may draw."""
    at = timezone.now()
    found = room.now(hearing, seat, at)
    sitting = hearing.booking.next(at) if hearing.booking else None
    return {
        "hearing": {"id": hearing.public_id, "code": hearing.plan.code, "mode": hearing.plan.mode},
        "seat": {"id": seat.public_id, "role": seat.role, "side": seat.side, "presence": seat.presence},
        "you": {"mark": MARKS[seat.side], "words": room.own_words(hearing, seat)},
        "now": found,
        "open_gates": [gate for gate in found.gates if not gate.clear],
        "at": at,
        "zones": room.zones(hearing),
        "starts": sitting.start if sitting else None,
        "ends": sitting.end if sitting else None,
        **_channels(hearing, seat),
        "lines": [(kind, _(word)) for kind, word in LINES.items()],
        "meter": METER,
        "is_clerk": seat.role == "clerk",
        "is_judge": seat.role in ("judge", "attending_judge"),
        "zone": room.zones(hearing)[1 if seat.side == "requested" else 0],
    }
