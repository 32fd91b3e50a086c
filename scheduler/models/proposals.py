"""Another time that somebody would rather have, for a booking that stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public
from directory.models.base import text
from scheduler.models.bookings import Booking
from scheduler.models.invitations import Invitation
from scheduler.models.plans import Plan, Side


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals as a member may see them."""

    def visible_to(self, by: Membership | None) -> Self:
        """Those about the bookings he may see."""
        return self.filter(booking__plan__in=Plan.objects.visible_to(by))

    def open(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(state=Proposal.State.OPEN)


class Proposal(Public):
    """The starts that a court's clerk or a participant would rather have, one a sitting.

    ─make─▶ open ──moves.move──▶ taken
             ├──proposals.decline, or the booking moved elsewhere──▶ declined
             └──proposals.withdraw, or the booking ended──▶ withdrawn
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="proposals")
    starts = models.JSONField()  # ISO instants in UTC, in order
    made_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="proposals")
    by_mail = models.BooleanField(default=False)  # a COUNTER, which DECLINECOUNTER answers
    reason = text()  # for both sides' clerks
    state = models.TextField(choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(made_by=None, invitation__isnull=False) | Q(made_by__isnull=False, invitation=None),
                name="proposal_is_a_clerks_or_a_participants",
            ),
        ]

    def instants(self) -> list[datetime]:
        """The starts, aware, in order."""
        return [datetime.fromisoformat(start) for start in self.starts]

    def side(self) -> Side | None:
        """The side whose clerk made it; None where a participant did."""
        return self.booking.plan.side_of(self.made_by) if self.made_by else None

    @staticmethod
    def written(starts: Iterable[datetime]) -> list[str]:
        """Starts as the column keeps them."""
        return [start.isoformat() for start in starts]
