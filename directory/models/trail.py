"""The audit trail: one hash chain a subject, append-only."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from directory.models.base import Public
from directory.models.people import Membership


class AuditChain(models.Model):
    """The head of one subject's chain: how long it is and what its last digest is."""

    kind = models.TextField()  # model label of the subject, "casework.request"
    subject = models.UUIDField()  # its public id
    length = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="chain_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries as a member may see them."""

    def visible_to(self, by: Membership | None) -> "AuditQuerySet":
        """Acts of the member's own State, and what the system did to subjects his State acted on."""
        if by is None:
            return self.none()
        state = by.authority.state_id
        ours = AuditEntry.objects.filter(chain=OuterRef("chain"), actor__authority__state=state)
        return self.filter(Q(actor__authority__state=state) | Q(Exists(ours), actor=None))


class AuditEntry(Public):
    """One act: who, for whom, what, about what, when. Never changed, never deleted (a trigger refuses)."""

    chain = models.ForeignKey(AuditChain, models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()  # from 1, without a gap
    at = models.DateTimeField()
    act = models.TextField()
    actor = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # null: the system
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)  # digest of position − 1; empty at position 1
    digest = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["chain", "position"]
        indexes = [models.Index(fields=["actor", "-at"], name="audit_by_actor")]
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="entry_once"),
        ]
