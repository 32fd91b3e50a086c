"""How a booking ends: given up, run out, or completed with what became of it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler.booking import claims, proposals, standing, team
from scheduler.booking.once import once
from scheduler.letters import mailing
from scheduler.models import Booking, Reservation
from scheduler.signals import booking_cancelled, booking_completed


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


def complete(
    *,
    booking: Booking,
    outcome: str,
    by: Membership | None,
    version: int,
    reason: str = "",
    key: str | None = None,
) -> Booking:
    """Write down what became of a confirmed booking (Booking.Outcome), and why, where it did not take place.

    It took place, or nobody came, once its time has begun. Refuses `outcome_unknown`, `too_early`,
    `reason_missing`, `not_confirmed`, `stale_version`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_CANCEL)
    found, words = _outcome(outcome), reason.strip()
    if found != Booking.Outcome.TOOK_PLACE:
        asked = _("Say in a sentence or two why; the other side reads it.")
        words = standing.reason_words(reason, booking.plan, side, asked)
    now = timezone.now()
    if found in (Booking.Outcome.TOOK_PLACE, Booking.Outcome.NO_SHOW) and booking.sitting().start > now:
        raise Refusal(_("Its time has not begun. Cancel it, or move it."), code="too_early")
    do = partial(_complete, booking.pk, by, version, found, words, now)
    facts = {"booking": booking.pk, "version": version, "outcome": outcome, "reason": words}
    return claims.contested(partial(once, by=by, act="complete", key=key, facts=facts, do=do))


def conclude(*, booking: Booking, outcome: Booking.Outcome, by: Membership | None, now: datetime) -> None:
    """The hearing's own end says what became of it. In the transaction of that end; nothing if it has ended before."""
    if Booking.objects.filter(pk=booking.pk, state=Booking.State.CONFIRMED).exists():
        _complete(booking.pk, by, None, outcome, "", now)


def keep_still(hearing: UUID) -> None:
    """Lock the hearing's live booking until the transaction ends: an act on both takes the booking first."""
    rows = Booking.objects.live().filter(plan__public_id=hearing).select_for_update(of=("self",), no_key=True)
    list(rows.values_list("pk", flat=True))


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


def _outcome(outcome: str) -> Booking.Outcome:
    try:
        return Booking.Outcome(outcome)
    except ValueError:
        sentence = _("A hearing took place, was postponed, nobody came, or it was entered by mistake.")
        raise Refusal(sentence, code="outcome_unknown", status=422, field="outcome") from None


def _complete(
    pk: int, by: Membership | None, version: int | None, outcome: Booking.Outcome, reason: str, now: datetime
) -> Booking:
    rows = Booking.objects.filter(pk=pk, state=Booking.State.CONFIRMED)
    ours = rows if version is None else rows.filter(version=version)
    if not _ended(ours, Booking.State.COMPLETED, now, outcome=outcome, reason=reason):
        raise _not_completed(standing.read(pk), version, now)
    booking = _closed(pk, outcome, now)
    booking_completed.send(sender=Booking, booking=booking, by=by, outcome=outcome.value)
    facts = {"outcome": outcome.value, "starts": standing.iso(booking.starts())}
    audit.append("booking.completed", by=by, about=booking, facts=facts)
    return booking


def _not_completed(booking: Booking, version: int | None, now: datetime) -> Refusal:
    if booking.state == Booking.State.HELD:
        return Refusal(_("Only what both sides have confirmed is completed."), code="not_confirmed")
    return standing.why_not(booking, version, now, expiring=False)


def _closed(pk: int, outcome: Booking.Outcome, now: datetime) -> Booking:
    """What took place, or waited for somebody in vain, stays in every calendar; the rest is cancelled there."""
    if outcome in (Booking.Outcome.POSTPONED, Booking.Outcome.ERROR):
        return _freed(pk, now)
    booking = standing.read(pk)
    later = booking.sittings.filter(position__gt=booking.next(now).position)
    Reservation.objects.filter(sitting__in=later).update(active=False)
    _leave(booking, now)
    proposals.drop(booking, now)
    return booking


def _leave(booking: Booking, now: datetime) -> None:
    """Over before its time: rooms and people are free as soon as they are cleared, not at the booked end."""
    for kept in Reservation.objects.filter(sitting__booking=booking, active=True, during__contains=now).select_related(
        "sitting"
    ):
        clearing = kept.during.upper - kept.sitting.end
        end = min(kept.during.upper, now + max(clearing, timedelta()))
        Reservation.objects.filter(pk=kept.pk).update(during=DateTimeTZRange(kept.during.lower, end))


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
