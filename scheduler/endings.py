"""How a booking ends: given up, run out, or completed with what became of it."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from directory import audit
from directory.models import Membership
from directory.roles import Act
from scheduler import claims, mailing, proposals, standing, team
from scheduler.models import Booking
from scheduler.once import once
from scheduler.signals import booking_cancelled


def cancel(*, booking: Booking, by: Membership | None, version: int, reason: str, key: str | None = None) -> Booking:
    """Give the time up, held or confirmed. The reason is for both sides' clerks and stays out of mails.

    Refuses `reason_missing`, `stale_version`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_CANCEL)
    words = standing.reason_words(reason, booking.plan, side)
    facts = {"booking": booking.pk, "version": version, "reason": words}
    do = partial(_cancel, booking.pk, by, version, words)
    return claims.contested(partial(once, by=by, act="cancel", key=key, facts=facts, do=do))


def end(*, booking: Booking, by: Membership | None, reason: str) -> Booking:
    """Cancel for a cause outside the calendar (the request was withdrawn), whatever the version."""
    return claims.contested(partial(_cancel, booking.pk, by, None, reason))


def expire(*, booking: Booking, now: datetime | None = None) -> bool:
    """Release a hold that has run out. False where somebody was faster: a confirmation, or another release."""
    return claims.contested(partial(release, booking.pk, now or timezone.now()))


def expire_all(now: datetime | None = None) -> int:
    """Release every hold that has run out, each in its own transaction; how many there were."""
    run_out = list(Booking.objects.expired(now or timezone.now()))
    return sum(expire(booking=booking, now=now) for booking in run_out)


def release(pk: int, now: datetime) -> bool:
    """`expire` inside the transaction of one who needs the resources."""
    if not _ended(Booking.objects.expired(now).filter(pk=pk), Booking.State.EXPIRED, now):
        return False
    booking = _freed(pk, now)
    audit.append("booking.expired", by=None, about=booking, facts={"starts": standing.iso(booking.starts())})
    return True


def _cancel(pk: int, by: Membership | None, version: int | None, reason: str) -> Booking:
    now = timezone.now()
    live = Booking.objects.live().filter(pk=pk)
    ours = live if version is None else live.filter(version=version)
    if not _ended(ours, Booking.State.CANCELLED, now, reason=reason):
        raise standing.why_not(standing.read(pk), version, now, expiring=False)
    booking = _freed(pk, now)
    booking_cancelled.send(sender=Booking, booking=booking, by=by, reason=reason)
    audit.append("booking.cancelled", by=by, about=booking, facts={"starts": standing.iso(booking.starts())})
    return booking


def _ended(rows: QuerySet[Booking], state: str, now: datetime, **facts: Any) -> bool:
    return rows.update(state=state, version=F("version") + 1, ended_at=now, **facts) == 1


def _freed(pk: int, now: datetime) -> Booking:
    """Rooms and people are free, the events newer in every calendar, and everyone invited is told."""
    booking = standing.read(pk)
    team.release(booking)
    booking.sittings.update(sequence=F("sequence") + 1)
    proposals.drop(booking, now)
    mailing.announce(booking, now)
    return booking
