"""Connection checks: what a site's link could carry, and when it was measured."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Site
from directory.models.base import text
from scheduler.models.bookings import Booking
from scheduler.models.plans import Side


class ConnectionCheck(Public):
    """One measurement of one side's link, kept with the booking and shown to both sides. No addresses in it."""

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        USABLE = "usable", _("Usable")
        UNFIT = "unfit", _("Not fit")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="checks")
    side = models.TextField(choices=Side)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
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
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["booking", "side", "-taken_at"], name="latest_check")]
