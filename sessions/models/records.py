"""The minutes as they were written, and the signatures under them."""

from django.db import models

from directory.models import Membership, Public
from sessions.models.hearings import Hearing


class Record(Public):
    """One version of the minutes: the file itself and its digest. A correction is a new version, signed anew."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="records")
    version = models.PositiveSmallIntegerField()
    language = models.TextField()  # BCP 47
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64, db_index=True)  # SHA-256 of the file, hex
    lines = models.PositiveIntegerField()  # how many lines of the log it tells
    written_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # null: the system
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["hearing", "-version"]
        constraints = [models.UniqueConstraint(fields=["hearing", "version"], name="version_once")]


class Signature(Public):
    """One court's signature under one version."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="signatures")
    side = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # of the file that was signed

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["record", "side"], name="one_signature_a_side")]
