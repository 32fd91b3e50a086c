"""The scheduler's tables, by their noun."""

from scheduler.models.batches import Batch, BatchItem
from scheduler.models.bookings import Booking, Once, Reservation, Seating, Sitting
from scheduler.models.checks import ConnectionCheck
from scheduler.models.invitations import Invitation
from scheduler.models.plans import Plan, PlanNeed, Role, Side, TeamRule, WorkRule
from scheduler.models.proposals import Proposal

__all__ = [
    "Batch",
    "BatchItem",
    "Booking",
    "ConnectionCheck",
    "Invitation",
    "Once",
    "Plan",
    "PlanNeed",
    "Proposal",
    "Reservation",
    "Role",
    "Seating",
    "Side",
    "Sitting",
    "TeamRule",
    "WorkRule",
]
