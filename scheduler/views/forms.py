"""What the pages about one booking have in common: an act that is done or refused, and what was typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory import kept
from directory.access import ActingRequest
from directory.errors import Refusal
from scheduler.models import Booking

Refused = Callable[[ActingRequest, Refusal], HttpResponse]


def done(
    request: ActingRequest,
    booking: Booking,
    act: Callable[[], object],
    said: str | Callable[[Any], str],
    refused: Refused,
) -> HttpResponse:
    """Do it and go back to the booking; refused, the page comes again with the sentence and with what was typed."""
    try:
        result = act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return refused(request, refusal)
    messages.success(request, said(result) if callable(said) else said)
    return redirect("scheduler:booking", booking.public_id)


def again(request: ActingRequest, template: str, page: dict[str, Any], refusal: Refusal, *, form: bool) -> HttpResponse:
    """The page with a refusal. `form`: what was typed stands in its form; else it is given back to be copied."""
    texts = [] if form else kept.texts(kept.fields_of(request.POST))
    facts = page | {"refusal": refusal, "typed": request.POST, "texts": texts}
    return render(request, template, facts, status=refusal.status)


def key(request: ActingRequest) -> str | None:
    """The form's own Idempotency-Key: two presses are one act."""
    return request.POST.get("key") or None
