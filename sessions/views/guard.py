"""What every page of a hearing does first: who holds which seat, and what a browser may keep of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django_permissions_policy.decorators import permissions_policy_override

from directory import kept
from directory.errors import NotFound, Refusal
from directory.models import User
from sessions.models import Hearing, Seat
from sessions.seats import seat_of

View = Callable[..., HttpResponseBase]


def quiet(view: View) -> View:
    """Nothing of the page is stored. Referrers already stay in the house (`same-origin`).

    `no-referrer` would send forms with `Origin: null`, which no origin check can tell from an attack.
    """

    @wraps(view)
    def quietly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return quietly


def devices(view: View) -> View:
    """The page may ask for camera, microphone and loudspeaker; no other page of the house may."""
    own = {"camera": "self", "microphone": "self", "speaker-selection": "self"}
    return permissions_policy_override({**own, "display-capture": [], "geolocation": []})(view)


def seated(view: View) -> View:
    """For a page inside a hearing: passes `seat`, which this browser holds by login or ticket; else NotFound.

    Who is not signed in at all is sent to sign in, whether there is such a hearing or not.
    """

    @wraps(view)
    def guarded(request: HttpRequest, public_id: UUID, **kwargs: Any) -> HttpResponseBase:
        seat = seat_here(request, public_id)
        if seat is None:
            if not request.user.is_authenticated:
                return kept.lead(request)
            raise NotFound
        return view(request, seat=seat, **kwargs)

    return quiet(guarded)


def seat_here(request: HttpRequest, public_id: UUID) -> Seat | None:
    """The seat of this browser in that hearing, read afresh."""
    user = request.user if isinstance(request.user, User) else None
    return seat_of(hearing_id=public_id, user=user, django_session=request.session)


def named(public_id: str) -> UUID:
    """An id out of a form; anything that is none is not found."""
    try:
        return UUID(public_id)
    except ValueError as error:
        raise NotFound from error


def whole(seat: Seat) -> Hearing:
    """The seat's hearing with what pages show of it."""
    rows = Hearing.objects.select_related("plan__request__person", "booking")
    return rows.select_related(
        "plan__request__requesting__state",
        "plan__request__requested__state",
        "plan__request__court",
        "plan__request__executing",
    ).get(pk=seat.hearing_id)


def refused(request: HttpRequest, refusal: Refusal, page: Callable[..., HttpResponse]) -> HttpResponse:
    """The page again with what was typed and the refusal on top; under htmx the banner alone, where banners stand."""
    if getattr(request, "htmx", False):
        response = render(request, "_refusal.html", {"refusal": refusal}, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
        return response
    return page(request, refusal=refusal, status=refusal.status)
