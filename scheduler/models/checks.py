"""Connection checks: what a site's link could carry, and when it was measured."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Site
from directory.models.base import text
from scheduler.models.bookings import Booking
from scheduler.models.plans import Side

if TYPE_CHECKING:
    from directory.models.people import Membership as Member


class Measured(Public):
    """The figures of one measurement, seen from a room: up is from it to the media process. No addresses."""

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        USABLE = "usable", _("Usable")
        UNFIT = "unfit", _("Not fit")

    taken_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    verdict = models.TextField(choices=Verdict)
    rtt_ms = models.FloatField()
    loss_up = models.FloatField()  # percent of packets, from the site to the media process
    loss_down = models.FloatField()
    jitter_up_ms = models.FloatField()
    jitter_down_ms = models.FloatField()
    r_factor = models.FloatField(null=True, blank=True)
    mos = models.FloatField(null=True, blank=True)
    profile = text()  # which table of thresholds judged it
    detail: "models.JSONField[Any, Any]" = models.JSONField(default=dict)

    class Meta:
        abstract = True


class ConnectionCheck(Measured):
    """One measurement of one side's link, kept with the booking and shown to both sides."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="checks")
    side = models.TextField(choices=Side)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["booking", "side", "-taken_at"], name="latest_check")]


class RoomCheckQuerySet(models.QuerySet["RoomCheck"]):
    """Checks of rooms as a member may see them."""

    def visible_to(self, by: "Member | None") -> "RoomCheckQuerySet":
        """Those of the member's own authority: how a witness room's link is tells where it is."""
        if by is None:
            return self.none()
        return self.filter(site__authority=by.authority_id)


class RoomCheck(Measured):
    """One measurement of a room's link, whatever is heard there: by a machine at night, or by its technician."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="checks")

    objects = RoomCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["site", "-taken_at"], name="latest_room_check")]
