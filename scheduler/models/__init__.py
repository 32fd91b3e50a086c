"""The scheduler's tables, by their noun."""

from scheduler.models.batches import Batch, BatchItem
from scheduler.models.bookings import Booking, Once, Reservation, Seating, Sitting
from scheduler.models.checks import ConnectionCheck, RoomCheck
from scheduler.models.invitations import Answer, Invitation
from scheduler.models.mailroom import Feed, Stray
from scheduler.models.plans import Plan, PlanNeed, Role, RulesEdition, Side, TeamRule, WorkRule
from scheduler.models.proposals import Proposal
from scheduler.models.zones import ComingZone

__all__ = [
    "Answer",
    "Batch",
    "BatchItem",
    "Booking",
    "ComingZone",
    "ConnectionCheck",
    "Feed",
    "Invitation",
    "Once",
    "Plan",
    "PlanNeed",
    "Proposal",
    "Reservation",
    "Role",
    "RoomCheck",
    "RulesEdition",
    "Seating",
    "Side",
    "Sitting",
    "Stray",
    "TeamRule",
    "WorkRule",
]
