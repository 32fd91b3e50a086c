"""What happened, in order. Written once: a trigger of the database refuses every change."""

from django.db import models

from directory.models import Membership, Public
from directory.models.base import text
from sessions.models.hearings import Hearing, Seat
from sessions.steps import KINDS


class Step(Public):
    """A formality that the law asks for and the record must tell."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="steps")
    kind = models.TextField(choices=[(kind.name, kind.words) for kind in KINDS.values()])
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="steps")  # whom it concerns
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class LogEntry(models.Model):
    """One line of the log: a kind whose sentence the reader's own language supplies, and at most a clerk's words."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="log")
    number = models.PositiveIntegerField()  # from 1, without a gap
    at = models.DateTimeField()
    kind = models.TextField()
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")  # whom it concerns
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # null: the system
    by_role = text()  # the seat's role and side of the one who acted, as they were
    by_side = text()
    text = text()

    class Meta:
        ordering = ["hearing", "number"]
        constraints = [models.UniqueConstraint(fields=["hearing", "number"], name="line_once")]

    def __str__(self) -> str:
        return f"line {self.number} of hearing {self.hearing_id}"
