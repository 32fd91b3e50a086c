"""How a seat's link was, every few seconds of the day."""

from django.db import models

from sessions.models.hearings import Seat


class Sample(models.Model):
    """Means of about five seconds, seen from the media process: ms, per cent, kbit/s. Up is from the seat.

    Null where nothing flowed that way. A round trip tells a distance: what leaves the house of these rows goes
    through `samples.told`.
    """

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    rtt_ms = models.FloatField(null=True)
    loss_up = models.FloatField(null=True)
    loss_down = models.FloatField(null=True)
    jitter_up_ms = models.FloatField(null=True)
    jitter_down_ms = models.FloatField(null=True)
    kbps_up = models.FloatField()
    kbps_down = models.FloatField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["seat", "at"], name="sample_of_seat")]

    def __str__(self) -> str:
        return f"sample of {self.seat_id} at {self.at:%H:%M:%S}"
