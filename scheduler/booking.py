"""Hold, confirm, cancel, expire: one function each, one transaction each, one audit entry each.

A hold keeps rooms, people and interpreters for 48 hours, or until the hearing itself if that is sooner. Both
States' clerks confirm; until the second one has, anybody's time may run out.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import tzdata  # type: ignore[import-untyped]
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import access, audit, moments
from directory.errors import NotFound, Refusal, Stale
from directory.models import Membership, Resource
from directory.roles import Act
from directory.times import zone_of
from scheduler import availability, claims, mailing, reasons, search, sides
from scheduler.errors import AlreadyBooked, AlreadyDone, HoldExpired, NotLive, SlotTaken
from scheduler.ground import Ground
from scheduler.models import Booking, Plan, Reservation, Side, Sitting
from scheduler.once import once
from scheduler.signals import booking_cancelled, booking_confirmed

HOLD = timedelta(hours=48)
LONGEST_REASON = 2000


def hold(*, plan: Plan, start: datetime, by: Membership | None, key: str | None = None) -> Booking:
    """Keep the plan's best assignment at `start` (an aware instant) for 48 hours, for both sides to confirm.

    Refuses `slot_taken` with the three nearest times, `already_booked`, `outside_plan`, `off_grid`,
    `naive_time`, `impossible_time`, `key_reused`, `not_found`.
    """
    by, _side = _party(plan, by, Act.BOOKING_HOLD)
    _within(plan, start)
    facts: dict[str, str | int] = {"plan": plan.pk, "start": start.isoformat()}
    return claims.contested(lambda: once(by=by, act="hold", key=key, facts=facts, do=lambda: _hold(plan, start, by)))


def confirm(*, booking: Booking, by: Membership | None, version: int, key: str | None = None) -> Booking:
    """One side agrees; with the second one the booking is confirmed.

    A compare-and-swap on held, version and not expired. Refuses `stale_version`, `hold_expired`,
    `booking_ended`, `already_confirmed`, `key_reused`, `not_found`.
    """
    by, side = _party(booking.plan, by, Act.BOOKING_CONFIRM)
    facts: dict[str, str | int] = {"booking": booking.pk, "version": version}
    return claims.contested(
        lambda: once(by=by, act="confirm", key=key, facts=facts, do=lambda: _confirm(booking.pk, by, side, version))
    )


def cancel(*, booking: Booking, by: Membership | None, version: int, reason: str, key: str | None = None) -> Booking:
    """Give the time up, held or confirmed. The reason is for both sides' clerks and stays out of mails.

    Refuses `reason_missing`, `stale_version`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, _side = _party(booking.plan, by, Act.BOOKING_CANCEL)
    words = _reason(reason)
    facts: dict[str, str | int] = {"booking": booking.pk, "version": version, "reason": words}
    return claims.contested(
        lambda: once(by=by, act="cancel", key=key, facts=facts, do=lambda: _cancel(booking.pk, by, version, words))
    )


def end(*, booking: Booking, by: Membership | None, reason: str) -> Booking:
    """Cancel for a cause outside the calendar (the request was withdrawn), whatever the version."""
    return claims.contested(lambda: _cancel(booking.pk, by, None, reason))


def expire(*, booking: Booking, now: datetime | None = None) -> bool:
    """Release a hold that has run out. False where somebody was faster: a confirmation, or another release."""
    return claims.contested(lambda: _expire(booking.pk, now or timezone.now()))


def expire_all(now: datetime | None = None) -> int:
    """Release every hold that has run out, each in its own transaction; how many there were."""
    run_out = list(Booking.objects.expired(now or timezone.now()))
    return sum(expire(booking=booking, now=now) for booking in run_out)


def _hold(plan: Plan, start: datetime, by: Membership) -> Booking:
    pool = {str(one.pk): one for one in availability.pool(plan)}
    claims.lock(pool.values())
    now = timezone.now()  # after the wait for the locks
    _release_expired(plan, list(pool.values()), now)
    if plan.bookings.live().exists():
        raise AlreadyBooked
    slot, ground = search.at(plan, start, now)
    if slot is None:
        raise _taken(plan, start, by, now, ground)
    booking = Booking.objects.create(plan=plan, held_by=by, expires_at=min(now + HOLD, start))
    needs = availability.booked_needs(plan)
    chosen = [(need, [pool[one] for one in ids]) for need, ids in zip(needs, slot.assigned, strict=False)]
    try:
        claims.reserve(_sitting(booking, start), chosen)
    except SlotTaken:
        raise _taken(plan, start, by, now, ground) from None
    mailing.invite(booking, now)
    audit.append("booking.held", by=by, about=booking, facts={"start": start, "expires": booking.expires_at})
    return booking


def _confirm(pk: int, by: Membership, side: Side, version: int) -> Booking:
    now = timezone.now()
    mine, other = _columns(side)
    ours = Booking.objects.filter(pk=pk, state=Booking.State.HELD, expires_at__gt=now, version=version)
    whole = When(**{f"{other}__isnull": False}, then=Value(Booking.State.CONFIRMED.value))
    both = Case(whole, default=F("state"), output_field=TextField())
    if ours.filter(**{mine: None}).update(state=both, version=F("version") + 1, **{mine: now}) != 1:
        raise _why_not(pk, version, now, mine)
    booking = Booking.objects.select_related("plan__request").get(pk=pk)
    if booking.state == Booking.State.CONFIRMED:
        mailing.announce(booking, now)
        booking_confirmed.send(sender=Booking, booking=booking, by=by)
    audit.append("booking.confirmed", by=by, about=booking, facts={"side": side.value, "state": booking.state})
    return booking


def _cancel(pk: int, by: Membership | None, version: int | None, reason: str) -> Booking:
    now = timezone.now()
    live = Booking.objects.live().filter(pk=pk)
    ours = live if version is None else live.filter(version=version)
    if not _ended(ours, Booking.State.CANCELLED, now, reason):
        raise _why_not(pk, version, now)
    booking = _released(pk, now)
    booking_cancelled.send(sender=Booking, booking=booking, by=by, reason=reason)
    audit.append("booking.cancelled", by=by, about=booking)
    return booking


def _expire(pk: int, now: datetime) -> bool:
    if not _ended(Booking.objects.expired(now).filter(pk=pk), Booking.State.EXPIRED, now):
        return False
    booking = _released(pk, now)
    audit.append("booking.expired", by=None, about=booking)
    return True


def _ended(rows: QuerySet[Booking], state: str, now: datetime, reason: str = "") -> bool:
    changes: dict[str, Any] = {
        "version": F("version") + 1,
        "sequence": F("sequence") + 1,
        "ended_at": now,
        "reason": reason,
    }
    return rows.update(state=state, **changes) == 1


def _released(pk: int, now: datetime) -> Booking:
    booking = Booking.objects.select_related("plan__request").get(pk=pk)
    Reservation.objects.filter(sitting__booking=booking).update(active=False)
    mailing.announce(booking, now)
    return booking


def _release_expired(plan: Plan, pool: list[Resource], now: datetime) -> None:
    """The constraint cannot read the clock: a hold that ran out blocks until the one who needs its rows ends it."""
    in_the_way = Reservation.objects.filter(active=True, resource__in=pool).values("sitting__booking")
    run_out = Booking.objects.expired(now)
    for one in (run_out.filter(pk__in=in_the_way) | run_out.filter(plan=plan)).distinct().order_by("pk"):
        _expire(one.pk, now)


def _sitting(booking: Booking, start: datetime) -> Sitting:
    zone = sides.requesting_zone(booking.plan.request)
    wall = start.astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M")
    during = claims.span(start, booking.plan.minutes)
    return Sitting.objects.create(
        booking=booking, during=during, wall=wall, zone=zone, tzdata_version=tzdata.IANA_VERSION
    )


def _party(plan: Plan, by: Membership | None, act: Act) -> tuple[Membership, Side]:
    """The member and his side, if the act is his role's and the hearing his authority's."""
    member = access.check(by, act)
    side = plan.side_of(member)
    if side is None or not Plan.objects.visible_to(member).filter(pk=plan.pk).exists():
        raise NotFound
    return member, side


def _columns(side: Side) -> tuple[str, str]:
    mine, other = "confirmed_requesting_at", "confirmed_requested_at"
    return (mine, other) if side == Side.REQUESTING else (other, mine)


def _within(plan: Plan, start: datetime) -> None:
    moments.instant(start.isoformat(), field="start")  # refuses a naive time, and one at the calendar's very ends
    if start.timestamp() % (plan.grid * 60):
        raise Refusal(
            _("Hearings start at multiples of %(grid)s minutes.") % {"grid": plan.grid},
            code="off_grid",
            status=422,
            field="start",
        )


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        sentence = _("Say in a sentence or two why the time is given up; the other side reads it.")
        raise Refusal(sentence, code="reason_missing", status=422, field="reason")
    return words


def _taken(plan: Plan, start: datetime, by: Membership, now: datetime, ground: Ground | None) -> Refusal:
    """Why not, as far as this side may know it, and what is free instead."""
    if ground is None:
        outside = _("That time lies outside the dates or the notice of this hearing.")
        return Refusal(outside, code="outside_plan", status=422, field="start")
    sentence = reasons.taken(plan, ground, start, by)
    return SlotTaken(sentence, facts={"alternatives": alternatives(plan, start, now)})


def alternatives(plan: Plan, start: datetime, now: datetime) -> list[str]:
    """The three possible starts nearest to this one, as ISO instants."""
    found = search.survey(plan, now).slots
    return [slot.start.isoformat() for slot in search.nearest(found, start)]


def _why_not(pk: int, version: int | None, now: datetime, mine: str = "") -> Refusal:
    booking = Booking.objects.get(pk=pk)
    run_out = booking.state == Booking.State.HELD and booking.expires_at <= now
    if booking.state == Booking.State.EXPIRED or (run_out and mine):
        return HoldExpired()
    if booking.state == Booking.State.CANCELLED:
        return NotLive()
    if mine and getattr(booking, mine) is not None:
        return AlreadyDone()
    return Stale(booking.version)


def by_id(public_id: UUID | str, by: Membership | None) -> Booking:
    """The booking, if the reader may see it; else `not_found`."""
    rows = Booking.objects.select_related("plan__request__requesting__state", "plan__request__requested__state")
    return access.fetch(rows, by=by, act=Act.BOOKING_READ, public_id=public_id)  # type: ignore[no-any-return]
