"""When the rules of a zone change: which agreed times would move, for whom, and what the clerks decide about each.

A sitting keeps its instant and what the clocks of everyone concerned showed then. Where a newer tzdata no longer brings
the two together nothing is moved. Is it the clock of one of the two courts, both courts' clerks are asked, and their
answer is an act on the booking; is it only the clock of one who takes part, he and the clerks of his side are told.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import audit
from directory.errors import Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler import coming, readings
from scheduler.booking import claims, clockletters, moves, proposing, questions, sittings, standing
from scheduler.booking.once import once
from scheduler.booking.questions import Question
from scheduler.letters import mailing
from scheduler.models import Booking, Proposal, Side, Sitting
from scheduler.zonerules import Rules


def run(rules: Rules, now: datetime) -> int:
    """Ask the clerks of every live booking that would move by these rules; how many bookings there were.

    The others are noted as read by these rules. Each booking in a transaction of its own; nobody is asked twice.
    """
    found = outdated(rules, now).order_by("booking").values_list("booking", flat=True).distinct()
    return sum(claims.contested(partial(_look, pk, rules, now)) for pk in list(found))


def outdated(rules: Rules, now: datetime) -> QuerySet[Sitting]:
    """Sittings to come whose wall times were last read by an older release, or kept of one zone alone."""
    rows = Sitting.objects.filter(booking__in=Booking.objects.live(), during__startswith__gt=now)
    older = Q(tzdata_version__lt=rules.version) | Q(walls={}, tzdata_version=rules.version)
    return rows.filter(older, asked_version__lt=rules.version)


def keep_instant(*, booking: Booking, by: Membership | None, version: int, key: str | None = None) -> Booking:
    """The instant stands, and the clocks of the court that hears show another time than was agreed.

    Refuses `not_asked`, `stale_version`, `hold_expired`, `booking_ended`, `key_reused`, `not_found`.
    """
    by, _side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    facts = {"booking": booking.pk, "version": version}
    do = partial(_keep_instant, booking.pk, by, version)
    return claims.contested(partial(once, by=by, act="keep_instant", key=key, facts=facts, do=do))


def keep_wall(
    *, booking: Booking, by: Membership | None, version: int, of: str = "", key: str | None = None
) -> Booking:
    """The agreed wall time of one court stands, and the instant moves with it. A hold moves at once; what both have

    confirmed is proposed to the other one, and moves where its clerk answers the same. `of`: a side; the one whose
    clocks have changed if not said, of two the requesting one. Refuses `not_asked`, `wall_time_gap`, and what
    `moves.move` and `proposing.propose` refuse.
    """
    member, side = standing.party(booking.plan, by, Act.BOOKING_HOLD)
    wanted = _wanted(booking, of)
    theirs = _proposed(booking, wanted, by_side=False, side=side)
    if theirs:
        return moves.move(booking=booking, by=member, version=version, proposal=theirs, key=key)
    if booking.state == Booking.State.HELD:
        return moves.move(booking=booking, by=member, version=version, starts=wanted, key=key)
    reason = _("The rules of the clocks have changed; the agreed local time is kept.")
    proposing.propose(booking=booking, starts=wanted, by=member, version=version, reason=reason, key=key)
    return standing.read(booking.pk)


def asked(booking: Booking, now: datetime) -> list[Question]:
    """What its clerks are asked and have not answered, in the order of the sittings."""
    if booking.state not in Booking.LIVE or standing.run_out(booking, now):
        return []
    rows = booking.sittings.exclude(asked_version="").filter(during__startswith__gt=now).order_by("position")
    found = [questions.of(one, booking.plan, coming.named(one.asked_version)) for one in rows]
    return [one for one in found if one.shifts]


def has_answered(booking: Booking, side: Side, now: datetime) -> bool:
    """Whether that side has asked the other one to keep a wall time, and waits."""
    found = asked(booking, now)
    wanted = [_starts(booking, found, one) for one in questions.sides_of(found)]
    return any(_proposed(booking, starts, by_side=True, side=side) for starts in wanted if starts)


def _look(pk: int, rules: Rules, now: datetime) -> bool:
    booking = standing.still(pk)
    if booking is None:
        return False
    rows = list(outdated(rules, now).filter(booking=booking).order_by("position"))
    found = [questions.of(one, booking.plan, rules) for one in rows]
    for row, one in zip(rows, found, strict=True):
        if one.shifts:
            row.asked_version = rules.version
        else:
            row.walls = readings.read(row.start, {*readings.kept(row), *readings.courts(booking.plan)}, rules)
            row.tzdata_version, row.asked_version = rules.version, ""
    Sitting.objects.bulk_update(rows, ["walls", "tzdata_version", "asked_version"])
    return _tell(booking, found, rules, now)


def _tell(booking: Booking, found: Sequence[Question], rules: Rules, now: datetime) -> bool:
    """The clerks of both courts are asked; else whoever lives by another clock now is told, and his side's clerks."""
    doubtful = [one for one in found if one.shifts]
    if doubtful:
        clockletters.ask(booking, doubtful, rules.version)
        audit.append("booking.clocks_asked", by=None, about=booking, facts=questions.facts(doubtful))
    elif elsewhere := [one for one in found if one.elsewhere]:
        clockletters.note(booking, elsewhere, rules.version)
        mailing.announce(booking, now)
        audit.append("booking.clocks_noted", by=None, about=booking, facts={"tzdata": rules.version})
    return bool(doubtful)


def _keep_instant(pk: int, by: Membership, version: int) -> Booking:
    now = timezone.now()
    booking = standing.locked(pk, version, now)
    found = _asked(booking, now)
    facts = questions.facts(found)
    sittings.reread([one.sitting for one in found], booking.plan)
    booking.version += 1
    booking.save(update_fields=["version"])
    mailing.announce(booking, now)
    audit.append("booking.instant_kept", by=by, about=booking, facts=facts)
    return booking


def _asked(booking: Booking, now: datetime) -> list[Question]:
    found = asked(booking, now)
    if not found:
        raise Refusal(_("The clocks ask nothing about this booking, or it has been answered."), code="not_asked")
    return found


def _wanted(booking: Booking, of: str) -> list[datetime]:
    found = _asked(booking, timezone.now())
    side = of or questions.sides_of(found)[0]
    if side not in questions.sides_of(found):
        raise Refusal(_("The clocks of that court show what was agreed."), code="not_asked")
    starts = _starts(booking, found, side)
    if starts is None:
        sentence = _("By the new rules the clocks jump over this time. Keep the instant, or choose another time.")
        raise Refusal(sentence, code="wall_time_gap", status=422)
    return starts


def _starts(booking: Booking, found: Sequence[Question], side: str) -> list[datetime] | None:
    """Every sitting's start with that court's wall times kept; None where the clocks jump over one."""
    again = {one.sitting.pk: shift.again for one in found if (shift := one.shift(side))}
    starts = [again.get(one.pk, one.start) for one in booking.sittings.order_by("position")]
    return None if None in starts else [one for one in starts if one]


def _proposed(booking: Booking, starts: Sequence[datetime], *, by_side: bool, side: Side) -> Proposal | None:
    """An open proposal of a court's for these starts: that side's, or else the other one's."""
    rows = booking.proposals.open().filter(starts=Proposal.written(starts), made_by__isnull=False)
    return next((one for one in rows if (one.side() == side) == by_side), None)
