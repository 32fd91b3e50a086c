"""What people have in their calendars is replaced, though no booking has changed.

A measure is raised, lowered or ends by its own date: other words are said. An interpreter has another account: her
letters go to another address. Somebody has left his court: he gives its hearings back.
"""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from directory.models import Interpreter, User
from directory.signals import account_linked, standing_changed
from protection.models import ProtectedPerson
from protection.signals import measure_changed, measure_ended
from scheduler.letters import mailing
from scheduler.models import Booking, Invitation


@receiver([measure_changed, measure_ended], dispatch_uid="scheduler.neutral")
def told_anew(sender: object, *, person: ProtectedPerson, **news: Any) -> None:
    """Everyone is told again what may now be said; who was told just that already hears nothing."""
    _announce(plan__request__person=person)


@receiver(account_linked, dispatch_uid="scheduler.linked")
def told_elsewhere(sender: object, *, interpreter: Interpreter, **news: Any) -> None:
    """The address that was hers gives her hearings back, and the new one is asked."""
    _announce(sittings__reservations__resource=interpreter.resource_id, sittings__reservations__active=True)


@receiver(standing_changed, dispatch_uid="scheduler.left")
def told_no_more(sender: object, *, user: User, **news: Any) -> None:
    """What he was invited as may have ended: his calendar is told so, and no later letter tells him anything."""
    standing = Invitation.objects.standing().filter(_his(user)).exclude(told="")
    left = standing.exclude(pk__in=standing.of_those_in_office().values("pk"))
    _announce(pk__in=left.values("booking"))


def _his(user: User) -> Q:
    return Q(member__user=user) | Q(resource__user=user) | Q(resource__interpreter__user=user)


def _announce(**whose: Any) -> None:
    now = timezone.now()
    coming = Booking.objects.live().filter(sittings__during__endswith__gt=now).filter(**whose)
    for booking in coming.distinct().order_by("pk"):
        mailing.announce(booking, now)
