"""The answer to what a change of the clocks' rules asks about a booking."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.preconditions import version_typed
from directory.roles import Act
from scheduler import booking as bookings
from scheduler.models import Booking
from scheduler.views import forms
from scheduler.views.bookings import refused

ACTS: Mapping[str, Callable[..., Booking]] = {
    "instant": bookings.keep_instant,
    "requesting": partial(bookings.keep_wall, of="requesting"),
    "requested": partial(bookings.keep_wall, of="requested"),
}


@require_POST
@requires(Act.BOOKING_HOLD)
def answer(request: ActingRequest, booking: UUID) -> HttpResponse:
    """Keep the instant, or the local time of one of the two courts."""
    found = bookings.by_id(booking, request.acting)

    def act() -> Booking:
        chosen = ACTS.get(request.POST.get("keep", ""))
        if chosen is None:
            raise Refusal(_("Choose what counts: the instant or a local time."), code="keep_unknown", status=422)
        version = version_typed(request.POST)
        return chosen(booking=found, by=request.acting, version=version, key=forms.key(request))

    return forms.done(request, found, act, partial(_said, found), partial(refused, found))


def _said(before: Booking, done: Booking) -> str:
    if done.version == before.version:
        return _("Proposed. It moves when the other court’s clerk takes it; until then the time stands.")
    return _("Written down. Everyone invited is told.")
