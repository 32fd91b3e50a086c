"""Calendars kept elsewhere: what is read of them is when somebody is busy, and nothing else."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public, text
from directory.models.resources import Resource

if TYPE_CHECKING:
    from directory.models.people import Membership


class OutsideCalendarQuerySet(models.QuerySet["OutsideCalendar"]):
    """Outside calendars as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "OutsideCalendarQuerySet":
        """Those of the member's own authority."""
        if by is None:
            return self.none()
        return self.filter(resource__authority=by.authority_id)

    def due(self, now: datetime) -> "OutsideCalendarQuerySet":
        """Those whose next reading has come, the longest overdue first."""
        return self.filter(next_due__lte=now).order_by("next_due")


class OutsideCalendar(Public):
    """A published calendar (.ics) or a CalDAV account of a room or a person.

    The address is sealed like the password: whoever knows a "secret address" reads the whole calendar. Pages,
    logs and audit entries name the host alone.
    """

    class Kind(models.TextChoices):
        ICS = "ics", _("Published calendar (.ics)")
        CALDAV = "caldav", _("CalDAV account")

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="outside_calendars")
    kind = models.TextField(choices=Kind)
    host = models.TextField()
    address = models.BinaryField()  # the URL, sealed (directory.sealing)
    user_name = text()
    password = models.BinaryField(null=True, blank=True)  # sealed; null: none is needed
    every_minutes = models.PositiveSmallIntegerField(default=15)
    next_due = models.DateTimeField()
    last_tried = models.DateTimeField(null=True, blank=True)
    last_good = models.DateTimeField(null=True, blank=True)
    failure = text()  # a code of directory.outside.errors, empty after a good reading
    etag = text()  # of the last good reading: the same again means that nothing changed
    digest = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of what was read last
    read_until = models.DateTimeField(null=True, blank=True)  # recurring events are expanded up to here
    version = models.PositiveIntegerField(default=1)

    objects = OutsideCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["host", "id"]
        indexes = [models.Index(fields=["next_due"], name="outside_by_due")]
        constraints = [
            models.CheckConstraint(condition=Q(every_minutes__gte=5), name="outside_not_too_often"),
        ]


class OutsideBusy(models.Model):
    """A span of time, half-open, in which a calendar kept elsewhere says that a resource is busy. Without a title."""

    calendar = models.ForeignKey(OutsideCalendar, models.CASCADE, related_name="busy")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="outside_busy")
    during = DateTimeRangeField()

    class Meta:
        ordering = ["during"]
        indexes = [GistIndex(fields=["during"], name="outside_busy_during")]

    def __str__(self) -> str:
        return f"outside busy {self.pk}"
