"""What was said and done about a request, in order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.models.request import Request
from directory.models import Membership, Public, base
from protection.models import Measure


class Passage(models.Model):
    """One act: from which state to which, by whom, when, and in which words. Never changed (a trigger refuses)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="passages")
    version = models.PositiveIntegerField()  # of the request, after the act
    act = models.TextField()  # casework.states.Act, or "draft"
    before = models.TextField()
    after = models.TextField()
    side = models.TextField()  # casework.states.Side
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # null: the house itself
    at = models.DateTimeField()
    text = base.text()  # a reason, a question, a word in the consultation

    class Meta:
        ordering = ["version"]
        constraints = [
            # Two acts cannot both have followed the same version.
            models.UniqueConstraint(fields=["request", "version"], name="one_act_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.version}"


class Question(Public):
    """What the requested State needs to know (18(16)), and the answer."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = base.text()
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]


class Decision(Public):
    """What the requested State decided: granted, with conditions; refused, on grounds and with reasons; postponed."""

    class Kind(models.TextChoices):
        GRANTED = "granted"
        REFUSED = "refused"
        POSTPONED = "postponed"

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    kind = models.TextField(choices=Kind)
    conditions = models.JSONField(default=list)  # of texts, in the order of the decision
    grounds = models.JSONField(default=list)  # of rule ids, U18-21a to d
    reasons = base.text()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="refused") | (~Q(grounds=[]) & ~Q(reasons="")), name="refusal_has_grounds_and_reasons"
            ),
        ]


class AskedMeasure(models.Model):
    """A measure that the request asks for, with the note on what it leaves to the defence (24(2), U24-2x)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="asked_measures")
    measure = models.OneToOneField(Measure, models.PROTECT, related_name="asked")
    defence_access = base.text()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"asked measure {self.pk}"
