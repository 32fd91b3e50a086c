"""One person or room of a booking in the place of another; nobody else hears of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import NotFound
from directory.models import Membership, Resource
from directory.roles import Act
from scheduler import sides
from scheduler.availability import Basis
from scheduler.booking import claims, holds, standing, team
from scheduler.booking.once import once
from scheduler.errors import NotFree, NotInPool
from scheduler.letters import mailing
from scheduler.models import Booking, Reservation, Side, Sitting
from scheduler.signals import booking_replaced
from scheduler.solver import needs
from scheduler.solver.ground import Ground
from scheduler.solver.kept import may_serve
from scheduler.solver.problem import Problem
from scheduler.solver.timegrid import MINUTE, seconds


def replace(
    *,
    booking: Booking,
    out: Resource,
    in_: Resource,
    by: Membership | None,
    version: int,
    reason: str,
    key: str | None = None,
) -> Booking:
    """`in_` comes instead of `out`, at every sitting that is not over; the time stays and so do confirmations.

    A clerk replaces those of his own side, and interpreters of a third place. Refuses `not_in_pool`, `not_free`,
    `reason_missing`, `stale_version`, `hold_expired`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    asked = _("Say in a sentence why; the other side reads it. Name nobody.")
    words = standing.reason_words(reason, booking.plan, side, asked)
    facts = {"booking": booking.pk, "version": version, "out": out.pk, "in": in_.pk, "reason": words}
    do = partial(_replace, booking, (out, in_), by, side, version, words)
    return claims.contested(partial(once, by=by, act="replace", key=key, facts=facts, do=do))


def candidates(booking: Booking, by: Membership, now: datetime) -> list[tuple[Reservation, list[Resource]]]:
    """Whom the clerk may replace, each with those of the pool who are free at every sitting to come."""
    rows = _shown(booking, by, now)
    taken = {one.pk for one in team.booked(booking)}
    able = _Able(booking, now) if rows else None
    found = []
    for row in rows:
        free = able.at(_served(booking, row.resource, now)) if able else set()
        there = [one for one in row.need.resources.all() if str(one.pk) in free and one.pk not in taken]
        found.append((row, there))
    return found


def pair(booking: Booking, by: Membership, out: UUID, in_: UUID) -> tuple[Resource, Resource]:
    """Who is booked and who should come instead, by their ids. Refuses `not_found`, `not_in_pool`."""
    row = next((row for row in _shown(booking, by, timezone.now()) if row.resource.public_id == out), None)
    if row is None:
        raise NotFound
    found = next((one for one in row.need.resources.all() if one.public_id == in_), None)
    if found is None:
        raise NotInPool
    return row.resource, found


def _shown(booking: Booking, by: Membership, now: datetime) -> list[Reservation]:
    """One reservation of each whom the clerk may replace; the witness's room only for those who may know the place."""
    member, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    rows = {row.resource_id: row for row in _own(booking, side, now)}
    return [row for row in rows.values() if sides.may_name(booking.plan, member, row.side, row.resource)]


def _replace(
    booking: Booking, pair: tuple[Resource, Resource], by: Membership, side: Side, version: int, reason: str
) -> Booking:
    out, in_ = pair
    claims.lock([out, in_])
    now = timezone.now()
    holds.clear(booking.plan, [in_], now)
    fresh = standing.locked(booking.pk, version, now)
    rows = [row for row in _own(fresh, side, now) if row.resource_id == out.pk]
    _may_come(fresh, rows, in_, now)
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    claims.reserve((row.sitting, [(row.need, [in_])]) for row in rows)
    fresh.version, fresh.reason = fresh.version + 1, reason
    fresh.save(update_fields=["version", "reason"])
    mailing.announce(fresh, now)
    booking_replaced.send(sender=Booking, booking=fresh, by=by, out=out, in_=in_)
    audit.append("booking.replaced", by=by, about=fresh, facts=_facts(rows[0], in_))
    return standing.read(fresh.pk)


def _own(booking: Booking, side: Side, now: datetime) -> list[Reservation]:
    """Reservations, at the sittings that are not over, of those whom that side's clerk may replace."""
    rows = Reservation.objects.filter(sitting__booking=booking, sitting__during__endswith__gt=now, active=True)
    ours = rows.filter(side__in=[side, Side.THIRD])
    related = ours.select_related("resource__site", "need", "sitting").prefetch_related("need__resources")
    return list(related.order_by("sitting__position", "id"))


def _may_come(booking: Booking, rows: Sequence[Reservation], in_: Resource, now: datetime) -> None:
    if not rows:
        raise NotFound
    if not in_.active or not all(row.need.resources.filter(pk=in_.pk).exists() for row in rows):
        raise NotInPool
    if str(in_.pk) not in _Able(booking, now).at([row.sitting for row in rows]) or in_ in team.booked(booking):
        raise NotFree


def _served(booking: Booking, one: Resource, now: datetime) -> list[Sitting]:
    """The sittings that are not over at which it is booked: whoever comes instead comes to all of them."""
    rows = booking.sittings.filter(during__endswith__gt=now, reservations__resource=one, reservations__active=True)
    return list(rows.order_by("position").distinct())


class _Able:
    """Who of the plan's pools could come to which of a booking's sittings."""

    def __init__(self, booking: Booking, now: datetime) -> None:
        basis, sittings = Basis.of(booking.plan), list(booking.sittings.order_by("position"))
        self.facts, self.limit = basis.facts(), basis.limit
        self.people = basis.bookables((sittings[0].start, sittings[-1].end), now)

    def at(self, sittings: Sequence[Sitting]) -> set[str]:
        """Ids of those who could come to every one of them, with the rest that each asks for."""
        spans = [(one.start, one.end) for one in sittings]
        free = [_able(needs.problem(self.facts, self.people, span, 1)) for span in spans]
        able = set.intersection(*free) if free else set()
        served = [(seconds(start), seconds(end)) for start, end in spans]
        worked = {one.id: one for one in self.people if one.worked is not None}
        return {one for one in able if one not in worked or may_serve(worked[one], served, self.limit)}


def _able(asked: Problem) -> set[str]:
    """Who is free for the one candidate of that problem."""
    ground = Ground.of(asked)
    number = asked.horizon[0] // (asked.grid * MINUTE)
    return {one.id for one in asked.resources if ground.fits(one.id, number)}


def _facts(row: Reservation, in_: Resource) -> dict[str, str]:
    """The trail is read by auditors, who may know rooms and people by their ids alone."""
    return {
        "role": row.role,
        "side": row.side,
        "out": str(row.resource.public_id),
        "in": str(in_.public_id),
    }
