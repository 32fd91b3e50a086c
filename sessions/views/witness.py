"""The page behind a join link: a code, then one sentence and one button. For the person heard it never says more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from directory.errors import NotFound, Refusal
from protection import measures
from protection.policy import EVERYONE, InForce, MeasureKind
from sessions import lifecycle, presence, room, tickets
from sessions.models import Hearing, Seat
from sessions.seats import ticketed
from sessions.states import State
from sessions.views.guard import devices, quiet, refused, whole
from sessions.views.room import METER

_LONGEST = 200


@require_http_methods(["GET", "POST"])
@devices
@quiet
def ticket(request: HttpRequest) -> HttpResponse:
    """GET shows a page and consumes nothing; POST with the secret and the code takes the seat."""
    seat = ticketed(request.session)
    if request.method == "POST":
        return _redeem(request)
    if seat is None:
        return _ask(request)
    return _calm(request, seat) if seat.role == "witness" else redirect("evidence:wait", seat.hearing.public_id)


def _redeem(request: HttpRequest) -> HttpResponse:
    secret, pin = request.POST.get("secret", "")[:_LONGEST], request.POST.get("pin", "")[:_LONGEST]
    try:
        # A whole link may have been pasted; the secret is what follows the mark.
        found = tickets.redeem(secret=secret.rpartition("#")[2].strip(), pin=pin.replace(" ", ""))
    except Refusal as refusal:
        return _ask(request, refusal=refusal, status=refusal.status)
    tickets.enter(request.session, found)
    return redirect("evidence:ticket")


def _ask(request: HttpRequest, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    context = {"refusal": refusal, "secret": request.POST.get("secret", "")[:_LONGEST]}
    return render(request, "evidence/ticket.html", context, status=status)


@require_GET
@quiet
def now(request: HttpRequest) -> HttpResponse:
    """The sentence and the button of this moment; 204 while it is the same one."""
    seat = ticketed(request.session)
    if seat is None:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("evidence:ticket")
        return response
    facts = _facts(seat)
    if request.GET.get("seen") == facts["moment"]:
        return HttpResponse(status=204)
    return _forgetting(render(request, "evidence/_calm.html", facts), facts["state"])


@require_POST
@quiet
def act(request: HttpRequest) -> HttpResponse:
    """I am ready · I need a pause."""
    seat = ticketed(request.session)
    if seat is None:
        raise NotFound
    try:
        if request.POST.get("act") == "pause":
            lifecycle.ask(seat_id=seat.public_id, what="pause")
        else:
            presence.wait(seat_id=seat.public_id)
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _calm(request, seat, **kw))
    seat.refresh_from_db()
    if getattr(request, "htmx", False):
        return render(request, "evidence/_calm.html", _facts(seat))
    return redirect("evidence:ticket")


def _calm(request: HttpRequest, seat: Seat, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    facts = _facts(seat)
    page = render(request, "evidence/calm.html", facts | {"refusal": refusal}, status=status)
    return _forgetting(page, facts["state"])


def _forgetting(page: HttpResponse, state: str) -> HttpResponse:
    """Once it is over the browser in the witness room forgets that it was ever there."""
    if state == "over":
        page["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return page


def _facts(seat: Seat) -> dict[str, Any]:
    """What the person heard reads: where things stand, and what the measures in force keep from whom."""
    hearing = whole(seat)
    person, at = hearing.plan.request.person, timezone.now()
    in_force = measures.in_force(person, at) if person else frozenset()
    paused = hearing.log.order_by("-number").values_list("kind", flat=True).first() == "pause_asked"
    found = room.now(hearing, seat, at)
    state = _moment(hearing, seat)
    return {
        "hearing": {"id": hearing.public_id},
        "seat": {"id": seat.public_id},
        "state": state,
        "paused": paused,
        "moment": f"{state}-{paused:d}-{found.stage}-{len(promises(in_force))}",
        "promises": promises(in_force),
        "interpreted": any(tile.interpreter for tile in found.tiles),
        "meter": METER,
        "tiles": [tile for tile in found.tiles if not tile.mine],
    }


def _moment(hearing: Hearing, seat: Seat) -> str:
    """One of: before, waiting, inside (not yet heard), heard, stopped, over."""
    if hearing.state == State.CLOSED:
        return "over"
    if not seat.here:
        return "waiting" if seat.presence == "waiting" else "before"
    return {State.IN_SESSION: "heard", State.SUSPENDED: "stopped"}.get(State(hearing.state), "inside")


def promises(in_force: frozenset[InForce]) -> list[Promise]:
    """Sentences for the person protected, one a measure, and none that no measure keeps."""
    kept = {one.kind: one.against for one in in_force if one.kind}
    return [sentence for kind, sentence in _PROMISES.items() if kind in kept and _broad(kind, kept[kind])]


def _broad(kind: MeasureKind, against: frozenset[Any]) -> bool:
    """Whether the measure keeps something from all but the two benches and who works with them."""
    return len(EVERYONE - against) <= len(EVERYONE) // 2 or kind is MeasureKind.PSEUDONYM


_PROMISES: dict[MeasureKind, Promise] = {
    MeasureKind.PSEUDONYM: _("Here you are called by a number. Your name is not shown."),
    MeasureKind.PLACE_WITHHELD: _("Where you are is not shown."),
    MeasureKind.FACE_DISTORTION: _("Your face is not shown outside the court."),
    MeasureKind.VOICE_DISTORTION: _("Your voice is masked for most of those who listen."),
    MeasureKind.SOUND_ONLY: _("Most of those who listen get no picture of you."),
    MeasureKind.SUPPORT_PERSON: _("Somebody you know may stay beside you."),
}
