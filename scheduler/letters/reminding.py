"""Everyone who takes part is reminded, on his own clock and in his own language."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import override

from directory import post, times
from directory.models import Letter
from scheduler.letters import addressees, mailing, reminders, wording
from scheduler.models import Booking, Invitation

HORIZON = timedelta(days=max(reminders.DAYS) + 2)  # a zone's date may be a day ahead


def remind(now: datetime) -> int:
    """Write the reminders that are due; how many. Again and again is as good as once: each has a key of its own."""
    rows = (
        Invitation.objects.standing()
        .of_those_in_office()
        .filter(
            booking__state=Booking.State.CONFIRMED,
            sitting__during__startswith__gt=now,
            sitting__during__startswith__lt=now + HORIZON,
            stamp__isnull=False,
        )
    )
    people = rows.select_related("sitting", "booking__plan__request", *addressees.ACCOUNTS)
    due = {key: (one, days) for one in people if (days := _due(one, now)) and (key := _key(one, days))}
    written = set(Letter.objects.filter(key__in=due).values_list("key", flat=True))
    for key in due.keys() - written:
        _write(due[key][0], key, now)
    return len(due.keys() - written)


def _due(invitation: Invitation, now: datetime) -> int | None:
    assert invitation.stamp is not None
    zone = times.zone_of(addressees.zone_of(invitation))
    return reminders.due(start=invitation.sitting.start, told=invitation.stamp, now=now, zone=zone)


def _key(invitation: Invitation, days: int) -> str:
    """A moved sitting is another one to be reminded of."""
    return f"reminder:{invitation.public_id}:{invitation.asked}:{days}"


@transaction.atomic
def _write(invitation: Invitation, key: str, now: datetime) -> None:
    """The letter and the job that delivers it, or neither."""
    booking, sitting, language = invitation.booking, invitation.sitting, addressees.language_of(invitation)
    with override(language):
        title = wording.title(booking.plan, sitting, booking.sittings.count())
        zone, link = addressees.zone_of(invitation), mailing.link(invitation)
        post.send(
            key=key,
            to=invitation.address,
            language=language,
            subject=wording.reminder_subject(title),
            text=wording.reminder(invitation, zone, link, now),
            from_=mailing.organizer(booking),
            until=sitting.start,
        )
    Invitation.objects.filter(pk=invitation.pk).update(reminder_key=key)
