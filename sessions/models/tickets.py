"""The key to one seat for someone without an account."""

from django.db import models

from directory.models import Membership, Public
from sessions.models.hearings import Seat


class JoinTicket(Public):
    """Two halves by two ways: a secret in a link, six digits from hand to hand. Neither is kept.

    `digest` is SHA-256 of the secret; `pin_digest` is keyed with the secret, so that this table alone does not
    tell the million codes apart.
    """

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="tickets")
    digest = models.CharField(max_length=64, unique=True)
    pin_digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes so far
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # The other court's word for whoever holds it, where `consent.guarded` asks for one.
    agreed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-issued_at"]
