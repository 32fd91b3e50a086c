"""Letters as they were sent, in the demo alone: elsewhere they are in their readers' mail and nowhere else."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory import sealed
from directory.access import ActingRequest, acting_required
from directory.errors import NotFound
from directory.models import Letter


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Outside of the demo there is no such page."""

    @wraps(view)
    def guarded(request: ActingRequest, **kwargs: UUID) -> HttpResponseBase:
        if not settings.DEMO:
            raise NotFound
        return view(request, **kwargs)

    return acting_required(guarded)


@require_safe
@demo_only
def outbox(request: ActingRequest) -> HttpResponse:
    """Every letter, newest first."""
    return render(request, "directory/outbox.html", {"letters": Letter.objects.all()[:200]})


@require_safe
@demo_only
def letter(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """One letter as its reader gets it."""
    found = _letter(public_id)
    return render(request, "directory/letter.html", {"letter": found, "body": sealed.fill(found.body)})


@require_safe
@demo_only
def invitation(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Its calendar part, byte for byte."""
    found = _letter(public_id)
    if found.calendar is None:
        raise NotFound
    response = HttpResponse(bytes(found.calendar), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


def _letter(public_id: UUID) -> Letter:
    found = Letter.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
