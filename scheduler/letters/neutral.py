"""A measure is raised or lowered, or ends by its own date: what people have in their calendars about the hearing is replaced."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from protection.models import ProtectedPerson
from protection.signals import measure_changed, measure_ended
from scheduler.letters import mailing
from scheduler.models import Booking


@receiver([measure_changed, measure_ended], dispatch_uid="scheduler.neutral")
def told_anew(sender: object, *, person: ProtectedPerson, **news: Any) -> None:
    """Everyone is told again what may now be said; who was told just that already hears nothing."""
    now = timezone.now()
    coming = Booking.objects.live().filter(plan__request__person=person, sittings__during__endswith__gt=now)
    for booking in coming.distinct().order_by("pk"):
        mailing.announce(booking, now)
