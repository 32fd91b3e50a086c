"""What people have in their calendars is replaced, though no booking has changed.

A measure is raised, lowered or ends by its own date: other words are said. An interpreter has another account: her
letters go to another address.
"""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from directory.models import Interpreter
from directory.signals import account_linked
from protection.models import ProtectedPerson
from protection.signals import measure_changed, measure_ended
from scheduler.letters import mailing
from scheduler.models import Booking


@receiver([measure_changed, measure_ended], dispatch_uid="scheduler.neutral")
def told_anew(sender: object, *, person: ProtectedPerson, **news: Any) -> None:
    """Everyone is told again what may now be said; who was told just that already hears nothing."""
    _announce(plan__request__person=person)


@receiver(account_linked, dispatch_uid="scheduler.linked")
def told_elsewhere(sender: object, *, interpreter: Interpreter, **news: Any) -> None:
    """The address that was hers gives her hearings back, and the new one is asked."""
    _announce(sittings__reservations__resource=interpreter.resource_id, sittings__reservations__active=True)


def _announce(**whose: Any) -> None:
    now = timezone.now()
    coming = Booking.objects.live().filter(sittings__during__endswith__gt=now).filter(**whose)
    for booking in coming.distinct().order_by("pk"):
        mailing.announce(booking, now)
