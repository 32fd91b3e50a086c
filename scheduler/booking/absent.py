"""Who is booked and has said since then, here or in a calendar kept elsewhere, that he is away.

Nothing is blocked; his own court's clerks are warned.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Membership
from directory.tasklist import Task
from scheduler import sides
from scheduler.letters import wording
from scheduler.models import Booking, Reservation


def of(bookings: Sequence[Booking], by: Membership, now: datetime) -> list[Reservation]:
    """One reservation of each who is away during one of their sittings to come, the next one first.

    Of the member's own authority alone: when another one's people are away is nobody else's. The witness's room
    only where he may know the place.
    """
    rows = Reservation.objects.filter(
        active=True,
        sitting__booking__in=bookings,
        sitting__during__endswith__gt=now,
        resource__authority=by.authority_id,
    )
    away = Q(resource__absences__during__overlap=F("during")) | Q(resource__outside_busy__during__overlap=F("during"))
    related = rows.filter(away).select_related("resource", "sitting__booking__plan__request")
    related = related.order_by("sitting__during", "id")
    found = list({(row.sitting.booking_id, row.resource_id): row for row in reversed(related)}.values())[::-1]
    return [row for row in found if sides.may_name(row.sitting.booking.plan, by, row.side, row.resource)]


def tasks(bookings: Sequence[Booking], by: Membership, now: datetime) -> list[Task]:
    """The same on the home page: each is replaced, or the hearing has another time."""
    return [_task(row) for row in of(bookings, by, now)]


def _task(row: Reservation) -> Task:
    booking = row.sitting.booking
    facts = {"title": wording.title(booking.plan), "who": row.resource.label}
    return Task(
        sentence=_("%(title)s: %(who)s is away") % facts,
        why=_(
            "An absence was entered, or a calendar kept elsewhere was read, after the time was agreed. "
            "Nothing has changed: somebody else, or another time."
        ),
        url=reverse("scheduler:people", args=[booking.public_id]),
        act_word=_("Replace"),
        due=row.sitting.start,
        icon="person-x",
    )
