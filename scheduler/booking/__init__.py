"""All that can be done to a booking: one function, one transaction, one audit entry an act.

The drawing of the states is beside the table, in models/bookings.py; each act lives in the room it names.
"""

from uuid import UUID

from directory import access
from directory.models import Membership
from directory.roles import Act
from scheduler.booking.endings import cancel, complete, conclude, end, expire, expire_all, keep_still
from scheduler.booking.holds import HOLD, confirm, hold
from scheduler.booking.moves import move, swap
from scheduler.booking.proposing import propose
from scheduler.booking.recheck import keep_instant, keep_wall
from scheduler.booking.replacing import replace
from scheduler.models import Booking

__all__ = [
    "HOLD",
    "by_id",
    "cancel",
    "complete",
    "conclude",
    "confirm",
    "end",
    "expire",
    "expire_all",
    "hold",
    "keep_instant",
    "keep_still",
    "keep_wall",
    "move",
    "propose",
    "replace",
    "swap",
]


def by_id(public_id: UUID | str, by: Membership | None) -> Booking:
    """The booking, if the reader may see it; else `not_found`."""
    rows = Booking.objects.select_related("plan__request__requesting__state", "plan__request__requested__state")
    found: Booking = access.fetch(rows, by=by, act=Act.BOOKING_READ, public_id=public_id)
    return found
