"""Opening the doors is one act: whoever opens them stands in them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from directory.models import Membership
from sessions import lifecycle, presence, seats
from sessions.models import Hearing
from sessions.models.hearings import Presence


@transaction.atomic
def open_(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """Open the doors, sit down and go in, also from the waiting room; a closed session keeps a clerk outside too.

    Refuses as `lifecycle.open_` does, and NoSeat; then nothing has happened.
    """
    hearing = lifecycle.open_(hearing_id=hearing_id, by=by, at=at)
    seat = seats.take(hearing_id=hearing_id, by=by)
    if seat.presence != Presence.WAITING:
        presence.wait(seat_id=seat.public_id, at=at)
    elif presence.admits(hearing, seat.role, seat.side):
        presence.admit(seat_id=seat.public_id, by=by, at=at)
    return hearing
