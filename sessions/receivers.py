"""What the rooms below tell, and what follows from it here. Each runs inside the sender's transaction."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Refusal
from directory.models import Interpreter, Membership
from directory.signals import account_linked
from protection.models import Measure, ProtectedPerson
from protection.policy import MeasureKind
from protection.signals import measure_changed, measure_ended
from scheduler.models import Booking
from scheduler.signals import (
    booking_cancelled,
    booking_completed,
    booking_confirmed,
    booking_moved,
    booking_replaced,
)
from sessions import following, gates, lifecycle, presence, seats
from sessions.models import Hearing
from sessions.signals import hearing_changed
from sessions.states import State


@receiver(booking_confirmed, dispatch_uid="sessions.furnish")
def furnish(sender: type[Booking], booking: Booking, by: Membership, **_: Any) -> None:
    """Both sides have confirmed: the hearing gets its place in time and its seats."""
    plan = booking.plan
    hearing, new = Hearing.objects.get_or_create(plan=plan, defaults={"public_id": plan.public_id})
    if not new and hearing.state != State.PLANNED:
        return
    hearing.booking = booking
    hearing.save(update_fields=["booking"])
    seats.furnish(hearing, booking)
    audit.append("hearing.planned", by=by, about=hearing, facts={"booking": str(booking.public_id)})
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="state")


@receiver(booking_cancelled, dispatch_uid="sessions.clear")
def clear(sender: type[Booking], booking: Booking, by: Membership | None, **_: Any) -> None:
    """The time is gone: a hearing whose doors were still closed loses it, its seats and their tickets."""
    hearing = Hearing.objects.select_for_update().filter(booking=booking, state=State.PLANNED).first()
    if hearing is None:
        return
    hearing.booking = None
    hearing.save(update_fields=["booking"])
    seats.clear(hearing)
    audit.append("hearing.unplanned", by=by, about=hearing, facts={"booking": str(booking.public_id)})
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="state")


@receiver([booking_moved, booking_replaced], dispatch_uid="sessions.follow")
def follow(sender: type[Booking], booking: Booking, by: Membership, **_: Any) -> None:
    """Another time, or another person in somebody's place."""
    following.follow(booking, by=by, now=timezone.now())


@receiver(booking_completed, dispatch_uid="sessions.complete")
def complete(sender: type[Booking], booking: Booking, by: Membership | None, outcome: str, **_: Any) -> None:
    """What did not take place loses its time, as if it were cancelled; open doors are closed first."""
    if outcome == Booking.Outcome.TOOK_PLACE:
        return
    if Hearing.objects.filter(booking=booking, state__in=lifecycle.DOORS_OPEN).exists():
        _refuse_open()
    clear(sender, booking=booking, by=by)


@receiver(measure_changed, dispatch_uid="sessions.measure")
def measure(
    sender: type[Measure],
    person: ProtectedPerson,
    measure: Measure,
    raised: bool,
    **_: Any,
) -> None:
    """A measure is never lowered mid-session without a suspension; one that cannot be kept suspends by itself."""
    rows = Hearing.objects.select_for_update(of=("self",)).filter(plan__request__person=person)
    for hearing in rows.exclude(state=State.CLOSED):
        live = hearing.state == State.IN_SESSION
        if live and not raised:
            _refuse_lowering()
        if live and measure.kind in gates.UNKEPT and measure.starts <= timezone.now():
            lifecycle.suspend(hearing_id=hearing.public_id, by=None, reason="", kind="shield_lost")
        if raised and measure.kind == MeasureKind.CLOSED_SESSION:
            presence.clear_out(hearing_id=hearing.public_id)
        if raised and measure.kind == MeasureKind.SUPPORT_PERSON and hearing.booking:
            seats.furnish(hearing, hearing.booking)  # the plan, a floor below, has made the place
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="measure")


@receiver(measure_ended, dispatch_uid="sessions.measure_ended")
def measure_ended_by_date(sender: type[Measure], person: ProtectedPerson, **_: Any) -> None:
    """Rooms and plans of live links are made anew. A session goes on: it was ordered to end that day."""
    for hearing in Hearing.objects.filter(plan__request__person=person).exclude(state=State.CLOSED):
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="measure")


@receiver(account_linked, dispatch_uid="sessions.linked")
def linked(sender: type[Interpreter], interpreter: Interpreter, **_: Any) -> None:
    """Seats that are planned for her go to the account that is hers now."""
    following.relink(interpreter.resource_id, now=timezone.now())


def _refuse_open() -> None:
    raise Refusal(
        _("The doors of this hearing are open. Close it: its end writes down what became of it."), code="hearing_open"
    )


def _refuse_lowering() -> None:
    raise Refusal(
        _("The hearing is in session: suspend it before a measure is lowered."), code="in_session", rule="V-13"
    )


@receiver(user_logged_in, dispatch_uid="sessions.login")
def forget_ticket(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Who signs in on a browser that held a witness's seat holds it no more."""
    request.session.pop(seats.SESSION_KEY, None)
