"""When the rules of a zone change: which agreed times would move, and what the clerks decide about each.

A sitting keeps its instant and the wall time that was agreed. Where a newer tzdata no longer brings the two
together, nothing is moved: both courts' clerks are asked, and their answer is an act on the booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import audit
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler.booking import claims, clockletters, moves, proposing, sittings, standing, zonerules
from scheduler.booking.once import once
from scheduler.booking.zonerules import Rules
from scheduler.letters import mailing
from scheduler.models import Booking, Proposal, Side, Sitting


@dataclass(frozen=True)
class Question:
    """A sitting whose wall time is another instant by the new rules: `again`; None where the clocks jump over it."""

    sitting: Sitting
    version: str
    again: datetime | None

    @property
    def again_end(self) -> datetime | None:
        """When it would end then."""
        return self.again and self.again + (self.sitting.end - self.sitting.start)


def run(rules: Rules, now: datetime) -> int:
    """Ask the clerks of every live booking that would move by these rules; how many bookings there were.

    The others are noted as read by these rules. Each booking in a transaction of its own; nobody is asked twice.
    """
    found = outdated(rules, now).order_by("booking").values_list("booking", flat=True).distinct()
    return sum(claims.contested(partial(_look, pk, rules, now)) for pk in list(found))


def outdated(rules: Rules, now: datetime) -> QuerySet[Sitting]:
    """Sittings to come whose wall time was last read by another release."""
    coming = Sitting.objects.filter(booking__in=Booking.objects.live(), during__startswith__gt=now)
    return coming.exclude(tzdata_version=rules.version).exclude(asked_version=rules.version)


def question(sitting: Sitting, rules: Rules) -> Question | None:
    """What these rules ask about a sitting; None where its wall time is the same instant. Raises UnknownZone."""
    again = zonerules.instant_of(sitting.wall, sitting.zone, sitting.start, rules)
    return None if again == sitting.start else Question(sitting, rules.version, again)


def questions(booking: Booking, now: datetime) -> list[Question]:
    """What its clerks are asked and have not answered, in the order of the sittings."""
    if booking.state not in Booking.LIVE or standing.run_out(booking, now):
        return []
    rules = zonerules.installed()
    asked = booking.sittings.exclude(asked_version="").filter(during__startswith__gt=now).order_by("position")
    return [found for one in asked if (found := question(one, rules))]


def keep_instant(*, booking: Booking, by: Membership | None, version: int, key: str | None = None) -> Booking:
    """The instant stands, and the clocks of the court that hears show another time than was agreed.

    Refuses `not_asked`, `stale_version`, `hold_expired`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, _side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    facts = {"booking": booking.pk, "version": version}
    do = partial(_keep_instant, booking.pk, by, version)
    return claims.contested(partial(once, by=by, act="keep_instant", key=key, facts=facts, do=do))


def keep_wall(*, booking: Booking, by: Membership | None, version: int, key: str | None = None) -> Booking:
    """The agreed wall time stands, and the instant moves with it. A hold moves at once; what both courts have

    confirmed is proposed to the other one, and moves where its clerk answers the same. Refuses `not_asked`,
    `wall_time_gap`, and what `moves.move` and `proposing.propose` refuse.
    """
    member, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    wanted = _wanted(booking)
    theirs = _proposed(booking, wanted, by_side=False, side=side)
    if theirs:
        return moves.move(booking=booking, by=member, version=version, proposal=theirs, key=key)
    if booking.state == Booking.State.HELD:
        return moves.move(booking=booking, by=member, version=version, starts=wanted, key=key)
    reason = _("The rules of the clocks have changed; the agreed local time is kept.")
    proposing.propose(booking=booking, starts=wanted, by=member, version=version, reason=reason, key=key)
    return standing.read(booking.pk)


def has_answered(booking: Booking, side: Side, now: datetime) -> bool:
    """Whether that side has asked the other one to keep the wall time, and waits."""
    found = questions(booking, now)
    if any(one.again is None for one in found):
        return False
    return _proposed(booking, _starts(booking, found), by_side=True, side=side) is not None


def _look(pk: int, rules: Rules, now: datetime) -> bool:
    booking = standing.still(pk)
    if booking is None:
        return False
    rows = list(outdated(rules, now).filter(booking=booking).order_by("position"))
    asked = [found for one in rows if (found := question(one, rules))]
    moving = {one.sitting.pk for one in asked}
    for row in rows:
        if row.pk in moving:
            row.asked_version = rules.version
        else:
            row.tzdata_version, row.asked_version = rules.version, ""
    Sitting.objects.bulk_update(rows, ["tzdata_version", "asked_version"])
    if asked:
        clockletters.ask(booking, [(one.sitting, one.again) for one in asked], rules.version)
        audit.append("booking.clocks_asked", by=None, about=booking, facts=_facts(asked, rules.version))
    return bool(asked)


def _keep_instant(pk: int, by: Membership, version: int) -> Booking:
    now = timezone.now()
    booking = standing.locked(pk, version, now)
    asked = _asked(booking, now)
    facts = _facts(asked, asked[0].version)
    sittings.reread([one.sitting for one in asked], booking.plan)
    booking.version += 1
    booking.save(update_fields=["version"])
    mailing.announce(booking, now)
    audit.append("booking.instant_kept", by=by, about=booking, facts=facts)
    return booking


def _asked(booking: Booking, now: datetime) -> list[Question]:
    found = questions(booking, now)
    if not found:
        raise Refusal(_("The clocks ask nothing about this booking, or it has been answered."), code="not_asked")
    return found


def _wanted(booking: Booking) -> list[datetime]:
    found = _asked(booking, timezone.now())
    if any(one.again is None for one in found):
        sentence = _("By the new rules the clocks jump over this time. Keep the instant, or choose another time.")
        raise Refusal(sentence, code="wall_time_gap", status=422)
    return _starts(booking, found)


def _starts(booking: Booking, found: Sequence[Question]) -> list[datetime]:
    """Every sitting's start with the wall times kept."""
    again = {one.sitting.pk: one.again for one in found}
    return [again.get(one.pk) or one.start for one in booking.sittings.order_by("position")]


def _proposed(booking: Booking, starts: Sequence[datetime], *, by_side: bool, side: Side) -> Proposal | None:
    """An open proposal of a court's for these starts: that side's, or else the other one's."""
    rows = booking.proposals.open().filter(starts=Proposal.written(starts), made_by__isnull=False)
    return next((one for one in rows if (one.side() == side) == by_side), None)


def _facts(asked: Sequence[Question], version: str) -> dict[str, object]:
    return {
        "tzdata": version,
        "agreed": [f"{one.sitting.wall} {one.sitting.zone}" for one in asked],
        "instants": standing.iso([one.sitting.start for one in asked]),
        "again": [one.again.isoformat() if one.again else None for one in asked],
    }
