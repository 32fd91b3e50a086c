"""Keep a time, and agree to it.

A hold keeps rooms, people and interpreters for 48 hours, or until the hearing itself if that is sooner. Both
States' clerks confirm; until the second one has, anybody's time may run out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Case, F, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Refusal
from directory.models import Membership, Resource
from directory.roles import Act
from scheduler import availability, search
from scheduler.booking import claims, endings, sittings, standing, team
from scheduler.booking.once import once
from scheduler.booking.team import Nobody, Pools, Team
from scheduler.errors import AlreadyBooked, AlreadyDone, AlreadyHeld, SlotTaken
from scheduler.letters import mailing
from scheduler.models import Booking, Plan, Side, Sitting
from scheduler.planning import staffing
from scheduler.signals import booking_confirmed
from scheduler.why import reasons

HOLD = timedelta(hours=48)


def hold(
    *,
    plan: Plan,
    starts: Sequence[datetime],
    by: Membership | None,
    key: str | None = None,
    prefer: Sequence[Pools] = (),
) -> Booking:
    """Keep the plan's best team for 48 hours at `starts` (aware instants, one a sitting), for both sides to confirm.

    All sittings or none. Whom `prefer` names for each of them is taken, if he is free. Refuses `slot_taken` with the
    three nearest times, `already_booked`, `already_heard`, `direct_possible`, `outside_plan`, `key_reused`,
    `not_found`, and what `sittings.asked` refuses.
    """
    by, _side = standing.party(plan, by, Act.BOOKING_HOLD)
    wanted = sittings.asked(plan, starts)
    facts = {"plan": plan.pk, "starts": standing.iso(wanted)}
    do = partial(once, by=by, act="hold", key=key, facts=facts, do=partial(_hold, plan, wanted, by, prefer))
    return claimed(plan, wanted, do)


def confirm(*, booking: Booking, by: Membership | None, version: int, key: str | None = None) -> Booking:
    """One side agrees; with the second one the booking is confirmed.

    A compare-and-swap on held, version and not expired. Refuses `stale_version`, `hold_expired`,
    `booking_ended`, `already_confirmed`, `key_reused`, `not_found`.
    """
    by, side = standing.party(booking.plan, by, Act.BOOKING_CONFIRM)
    facts = {"booking": booking.pk, "version": version}
    do = partial(_confirm, booking.pk, by, side, version)
    return claims.contested(partial(once, by=by, act="confirm", key=key, facts=facts, do=do))


def _hold(plan: Plan, starts: Sequence[datetime], by: Membership, prefer: Sequence[Pools]) -> Booking:
    pool = availability.pool(plan)
    claims.lock(pool, plan)
    now = timezone.now()  # after the wait for the locks
    clear(plan, pool, now)
    _still_without(plan)
    staffing.refuse_needless_relay(plan, now)
    found = assigned(plan, starts, by, now, each=prefer)
    booking = Booking.objects.create(
        plan=plan,
        held_by=by,
        expires_at=min(now + HOLD, starts[0]),
        unsocial_requesting=found.unsocial[Side.REQUESTING],
        unsocial_requested=found.unsocial[Side.REQUESTED],
    )
    team.reserve(sittings.make(booking, starts), found)
    mailing.invite(booking, now)
    told = {"starts": standing.iso(starts), "expires": booking.expires_at}
    audit.append("booking.held", by=by, about=booking, facts=told)
    return booking


def _still_without(plan: Plan) -> None:
    known = list(plan.bookings.values_list("state", "outcome"))
    if any(state in Booking.LIVE for state, _outcome in known):
        raise AlreadyBooked
    if any(outcome == Booking.Outcome.TOOK_PLACE for _state, outcome in known):
        raise AlreadyHeld


def clear(plan: Plan, pool: list[Resource], now: datetime) -> None:
    """Release the holds that ran out and have these resources, or this plan; under the resources' locks.

    The constraint cannot read the clock: a hold that ran out blocks until the one who needs its rows ends it.
    """
    over = Booking.objects.expired(now)
    in_the_way = over.filter(sittings__reservations__active=True, sittings__reservations__resource__in=pool)
    found = in_the_way.values_list("pk", flat=True).union(over.filter(plan=plan).values_list("pk", flat=True))
    for pk in sorted(found):
        endings.release(pk, now)


def assigned(
    plan: Plan,
    starts: Sequence[datetime],
    by: Membership,
    now: datetime,
    keep: Pools | None = None,
    heard: Sequence[Sitting] = (),
    each: Sequence[Pools] = (),
) -> Team:
    """The team for these starts, as `team.find` finds it. Refuses `slot_taken`, `outside_plan`."""
    try:
        return team.find(plan, starts, now, keep, heard, each)
    except Nobody as nobody:
        if nobody.ground is None:
            outside = _("That time lies outside the dates or the notice of this hearing.")
            raise Refusal(outside, code="outside_plan", status=422, field="start") from None
        sentence = reasons.taken(nobody.basis, nobody.ground, nobody.start, by)
        raise SlotTaken(sentence, facts={"start": nobody.start.isoformat()}) from None


def claimed(plan: Plan, starts: Sequence[datetime], act: Callable[[], Booking]) -> Booking:
    """Run an act that takes resources; whoever comes second is told what is free instead, without holding locks."""
    try:
        return claims.contested(act)
    except SlotTaken as taken:
        lost = taken.facts.setdefault("start", starts[0].isoformat()) if len(starts) == 1 else starts[0].isoformat()
        near = search.survey(plan, timezone.now()).prospect.nearest(datetime.fromisoformat(lost))
        taken.facts["alternatives"] = [slot.start.isoformat() for slot in near]
        if plan.sittings > 1:  # of each, all that would be held
            taken.facts["sittings"] = [standing.iso(slot.starts) for slot in near]
        raise


def _confirm(pk: int, by: Membership, side: Side, version: int) -> Booking:
    now = timezone.now()
    mine, other = _columns(side)
    ours = Booking.objects.filter(pk=pk, state=Booking.State.HELD, expires_at__gt=now, version=version)
    whole = When(**{f"{other}__isnull": False}, then=Value(Booking.State.CONFIRMED.value))
    both = Case(whole, default=F("state"), output_field=TextField())
    if ours.filter(**{mine: None}).update(state=both, version=F("version") + 1, **{mine: now}) != 1:
        raise _why_not(standing.read(pk), version, now, mine)
    booking = standing.read(pk)
    if booking.state == Booking.State.CONFIRMED:
        mailing.announce(booking, now)
        booking_confirmed.send(sender=Booking, booking=booking, by=by)
    audit.append("booking.confirmed", by=by, about=booking, facts={"side": side.value, "state": booking.state})
    return booking


def _why_not(booking: Booking, version: int, now: datetime, mine: str) -> Refusal:
    live = booking.state in Booking.LIVE and not standing.run_out(booking, now)
    if live and getattr(booking, mine) is not None:
        return AlreadyDone()
    return standing.why_not(booking, version, now)


def _columns(side: Side) -> tuple[str, str]:
    mine, other = "confirmed_requesting_at", "confirmed_requested_at"
    return (mine, other) if side == Side.REQUESTING else (other, mine)
