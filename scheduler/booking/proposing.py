"""A court's clerk asks the other court for another time; nothing moves until its clerk takes it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Membership
from directory.roles import Act
from scheduler.booking import holds, moves, proposals, standing, team
from scheduler.booking.once import once
from scheduler.models import Booking, Proposal


def propose(
    *,
    booking: Booking,
    starts: Sequence[datetime],
    by: Membership | None,
    version: int,
    reason: str,
    key: str | None = None,
) -> Proposal:
    """Ask for these starts, one a sitting. They are possible now; nobody is kept for them.

    Refuses `slot_taken` with the three nearest times, `outside_plan`, `begun`, `reason_missing`, `same_time`,
    `stale_version`, `booking_ended`, `hold_expired`, `key_reused`, `not_found`, and what `sittings.asked` refuses.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    asked = _("Say in a sentence why another time is needed; the other side reads it.")
    words = standing.reason_words(reason, booking.plan, side, asked)
    facts = {"booking": booking.pk, "version": version, "starts": standing.iso(starts), "reason": words}
    do = partial(_propose, booking.pk, starts, by, version, words)
    holds.claimed(booking.plan, starts, partial(once, by=by, act="propose", key=key, facts=facts, do=do))
    newest: Proposal = booking.proposals.filter(made_by=by)[0]
    return newest


def _propose(pk: int, starts: Sequence[datetime], by: Membership, version: int, reason: str) -> Booking:
    now = timezone.now()
    booking = standing.locked(pk, version, now)
    proposal = proposals.make(booking=booking, starts=starts, now=now, made_by=by, reason=reason)
    wanted = proposal.instants()
    first = moves.begun(booking, wanted, now)
    heard = list(booking.sittings.order_by("position")[:first])
    holds.assigned(booking.plan, wanted[first:], by, now, team.of(booking), heard)
    return booking
