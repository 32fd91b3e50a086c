"""A booking at another time: moved alone, or exchanged with another one.

A hold moves at once, and the other side confirms anew. What both sides have confirmed moves only where the other
side has asked for it, so that it has its time until it has the next. Whoever can come to the new time stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler import availability
from scheduler.booking import claims, holds, proposals, sittings, standing, team
from scheduler.booking.once import once
from scheduler.booking.team import Team
from scheduler.letters import mailing
from scheduler.models import Booking, Proposal, Side
from scheduler.signals import booking_moved

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Move:
    """One booking on its way: who moves it, for which side, where to, and on whose proposal."""

    booking: Booking
    by: Membership
    side: Side
    starts: Sequence[datetime]
    now: datetime
    reason: str = ""
    swapped: str = ""  # the booking it exchanges its time with


def move(
    *,
    booking: Booking,
    by: Membership | None,
    version: int,
    starts: Sequence[datetime] = (),
    proposal: Proposal | None = None,
    key: str | None = None,
) -> Booking:
    """Put the booking at `starts`, or where `proposal` asks; all sittings or none.

    Refuses `needs_agreement` (confirmed, and the other side has not asked for it), `same_time`, `slot_taken` with
    the three nearest times, `outside_plan`, `proposal_answered`, `stale_version`, `hold_expired`, `booking_ended`,
    `key_reused`, `not_found`, and what `sittings.asked` refuses.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    wanted = sittings.asked(booking.plan, _asked(booking, proposal, starts))
    facts = {"booking": booking.pk, "version": version, "starts": standing.iso(wanted)}
    asked = proposal.pk if proposal else None
    do = partial(_move, booking, by, side, version, wanted, asked)
    return holds.claimed(booking.plan, wanted, partial(once, by=by, act="move", key=key, facts=facts, do=do))


def swap(
    *,
    first: Booking,
    second: Booking,
    by: Membership | None,
    versions: tuple[int, int],
    reason: str,
    key: str | None = None,
) -> Booking:
    """Two bookings between the same two courts exchange their times; answers with the first.

    Two holds alone: what is confirmed moves by agreement, one after the other. Refuses `other_courts`,
    `needs_agreement`, `same_time`, `sittings_missing`, `slot_taken`, `reason_missing`, `stale_version`,
    `hold_expired`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, side = standing.party(first.plan, by, Act.BOOKING_HOLD)
    standing.party(second.plan, by, Act.BOOKING_HOLD)
    asked = _("Say in a sentence why the two are exchanged; the other side reads it.")
    words = standing.reason_words(reason, first.plan, side, asked)
    _same_courts(first, second)
    facts = {"bookings": [first.pk, second.pk], "versions": list(versions), "reason": words}
    do = partial(_swap, (first, second), by, versions, words)
    return holds.claimed(first.plan, first.starts(), partial(once, by=by, act="swap", key=key, facts=facts, do=do))


def _asked(booking: Booking, proposal: Proposal | None, starts: Sequence[datetime]) -> Sequence[datetime]:
    if proposal is None:
        return starts
    if proposal.booking_id != booking.pk:
        raise NotFound
    return proposal.instants()


def _move(
    booking: Booking, by: Membership, side: Side, version: int, starts: Sequence[datetime], asked: int | None
) -> Booking:
    pool = availability.pool(booking.plan)
    claims.lock([*pool, *team.booked(booking)])
    now = timezone.now()  # after the wait for the locks
    holds.clear(booking.plan, pool, now)
    fresh = standing.locked(booking.pk, version, now)
    _may_move(fresh, side, starts, asked)
    _put(_Move(fresh, by, side, starts, now))
    return standing.read(booking.pk)


def _may_move(booking: Booking, side: Side, starts: Sequence[datetime], asked: int | None) -> None:
    if list(starts) == booking.starts():
        raise Refusal(_("The booking has this time already."), code="same_time", status=422, field="start")
    proposal = booking.proposals.select_for_update(of=("self",)).filter(pk=asked).first() if asked else None
    if proposal:
        proposals.still_open(proposal)
    agreed = proposal is not None and proposal.side() not in (side, None)
    if booking.state == Booking.State.CONFIRMED and not agreed:
        sentence = _("Both courts have confirmed this time. Propose the other one; it moves when their clerk takes it.")
        raise Refusal(sentence, code="needs_agreement")


def _swap(pair: tuple[Booking, Booking], by: Membership, versions: tuple[int, int], reason: str) -> Booking:
    pools = [availability.pool(one.plan) for one in pair]
    claims.lock([*pools[0], *pools[1], *team.booked(pair[0]), *team.booked(pair[1])])
    now = timezone.now()
    for one, pool in zip(pair, pools, strict=True):
        holds.clear(one.plan, pool, now)
    fresh = {one.pk: standing.locked(one.pk, version, now) for one, version in _in_order(pair, versions)}
    first, second = (fresh[one.pk] for one in pair)
    starts = first.starts(), second.starts()
    _may_swap(first, second)
    # While each looks for its people the other's are free: the constraint is asked once both stand.
    for one in (first, second):
        team.release(one)
    told = (str(second.public_id), str(first.public_id))
    for one, where, other in zip((first, second), reversed(starts), told, strict=True):
        side = one.plan.side_of(by)
        assert side is not None  # he is a party of both
        _put(_Move(one, by, side, sittings.asked(one.plan, where), now, reason, other))
    return standing.read(first.pk)


def _in_order(pair: tuple[Booking, Booking], versions: tuple[int, int]) -> list[tuple[Booking, int]]:
    """By primary key: two clerks who exchange the same two the other way round do not wait in a ring."""
    return sorted(zip(pair, versions, strict=True), key=lambda one: one[0].pk)


def _may_swap(first: Booking, second: Booking) -> None:
    if Booking.State.CONFIRMED in (first.state, second.state):
        sentence = _("What both courts have confirmed is moved by agreement: propose the other time for each.")
        raise Refusal(sentence, code="needs_agreement")
    if first.starts() == second.starts():
        raise Refusal(_("Both have this time."), code="same_time", status=422)


def _same_courts(first: Booking, second: Booking) -> None:
    courts = [
        (plan.request.requesting_id, plan.request.requested_id, plan.request.court_id, plan.request.executing_id)
        for plan in (first.plan, second.plan)
    ]
    if first.pk == second.pk or courts[0] != courts[1]:
        sentence = _("Only two bookings between the same two courts exchange their times.")
        raise Refusal(sentence, code="other_courts", status=422)


def _put(move: _Move) -> None:
    """The rows of the move: sittings, reservations, the booking itself; then the news, the letters, the audit."""
    booking, now = move.booking, move.now
    before = [(one.start, one.end) for one in booking.sittings.order_by("position")]
    first = begun(booking, move.starts, now)
    heard = list(booking.sittings.order_by("position")[:first])
    found = holds.assigned(booking.plan, move.starts[first:], move.by, now, team.of(booking), heard)
    team.renew(sittings.shift(booking, move.starts)[first:], found)
    _written(move, found, whole=not first)
    proposals.settle(booking, move.starts, move.by, now)
    mailing.announce(booking, now)
    booking_moved.send(sender=Booking, booking=booking, by=move.by, before=before)
    audit.append("booking.moved", by=move.by, about=booking, facts=_facts(move, before))


def begun(booking: Booking, starts: Sequence[datetime], now: datetime) -> int:
    """How many sittings have begun: they stay where they are, with whoever came. Refuses `begun`."""
    found: int = booking.sittings.filter(during__startswith__lte=now).count()
    if list(starts[:found]) != booking.starts()[:found] or found == len(starts):
        raise Refusal(_("What has begun cannot be moved."), code="begun", status=422, field="start")
    return found


def _written(move: _Move, found: Team, *, whole: bool) -> None:
    """A hold is confirmed anew by the other side, and lasts no longer than until the new time.

    `whole`: every sitting was placed anew, so what the two sides bear is that of the new team alone.
    """
    booking = move.booking
    booking.version, booking.reason = booking.version + 1, move.reason or booking.reason
    fields = ["version", "reason"]
    if whole:
        booking.unsocial_requesting = found.unsocial[Side.REQUESTING]
        booking.unsocial_requested = found.unsocial[Side.REQUESTED]
        fields += ["unsocial_requesting", "unsocial_requested"]
    if booking.state == Booking.State.HELD:
        other = "confirmed_requested_at" if move.side == Side.REQUESTING else "confirmed_requesting_at"
        setattr(booking, other, None)
        booking.expires_at = min(booking.expires_at, move.starts[0])
        fields += [other, "expires_at"]
    booking.save(update_fields=fields)


def _facts(move: _Move, before: Sequence[Span]) -> dict[str, object]:
    facts: dict[str, object] = {
        "from": standing.iso([start for start, _end in before]),
        "to": standing.iso(move.starts),
        "state": move.booking.state,
    }
    return facts | ({"swapped_with": move.swapped} if move.swapped else {})
