"""A private conversation beside the hearing: that it was, and who was in it. No table has what was said."""

from django.db import models
from django.db.models import Q

from directory.models import Public
from sessions.confidants import Kind
from sessions.models.hearings import Hearing, Seat


class Consultation(Public):
    """A private room. Who is in it says `Seat.consultation`; a locked one is entered by invitation alone."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="consultations")
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in Kind])
    locked = models.BooleanField(default=True)
    invited = models.ManyToManyField(Seat, related_name="invitations")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hearing"], condition=Q(kind="bench", ended_at__isnull=True), name="one_bench_room"
            ),
        ]
