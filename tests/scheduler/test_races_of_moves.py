"""What two clerks do to the same bookings at the same moment: moved, exchanged, replaced, cancelled, completed."""

from datetime import timedelta
from functools import partial

import pytest

from directory.models import Resource
from scheduler import booking
from scheduler.models import Booking, PlanNeed, Reservation, Role
from tests.scheduler.conftest import WEDNESDAY, planned
from tests.scheduler.racing import at_once, overlaps

pytestmark = pytest.mark.django_db(transaction=True)
LATER = WEDNESDAY + timedelta(days=1)
SOON, LATE = WEDNESDAY + timedelta(minutes=15), WEDNESDAY + timedelta(minutes=30)


def held(cast, plan, start=WEDNESDAY):
    return booking.hold(plan=plan, starts=[start], by=cast.clerk)


def confirmed(cast, plan):
    half = booking.confirm(booking=held(cast, plan), by=cast.clerk, version=1)
    return booking.confirm(booking=half, by=cast.clerk_madrid, version=2)


def kept(found):
    """How many resources it keeps, and from when on the first of them: a half-done act would show."""
    rows = Reservation.objects.filter(sitting__booking=found, active=True)
    return rows.count(), min((row.during.lower for row in rows), default=None)


def test_one_hold_is_shifted_by_less_than_its_length_by_two_clerks(cast, plan):
    found = held(cast, plan)
    before = kept(found)
    answers = at_once(
        partial(booking.move, booking=found, by=cast.clerk, version=1, starts=[SOON]),
        partial(booking.move, booking=found, by=cast.clerk_madrid, version=1, starts=[LATE]),
    )
    found.refresh_from_db()
    shift = timedelta(minutes=15 if answers[0] == "held" else 30)
    assert (sorted(answers), found.version) == (["held", "stale_version"], 2)
    assert (found.sitting().start, kept(found)) == (WEDNESDAY + shift, (before[0], before[1] + shift))


def test_a_shift_against_a_hold_of_what_it_leaves_and_what_it_takes(cast, plan):
    """The hold wants the room from where the shifted hearing is to be: only one of the two can have it."""
    found, other = held(cast, plan), planned(cast, "CO-2026-0312")
    room = Reservation.objects.get(sitting__booking=found, role=Role.ROOM).during
    beside = WEDNESDAY + (room.upper - room.lower)  # the next hour that the room is free for now
    answers = at_once(
        partial(booking.move, booking=found, by=cast.clerk, version=1, starts=[SOON]),
        partial(booking.hold, plan=other, starts=[beside], by=cast.clerk_madrid),
    )
    assert answers in (["held", "slot_taken"], ["slot_taken", "held"])
    assert overlaps() == 0
    found.refresh_from_db()
    assert found.sitting().start == (SOON if answers[0] == "held" else WEDNESDAY)


def test_two_clerks_exchange_the_same_two_the_other_way_round(cast, plan):
    first, second = held(cast, plan), held(cast, planned(cast, "CO-2026-0312"), LATER)
    facts = {"versions": (1, 1), "reason": "The interpreter is ill on Wednesday."}
    answers = at_once(
        partial(booking.swap, first=first, second=second, by=cast.clerk, **facts),
        partial(booking.swap, first=second, second=first, by=cast.clerk_madrid, **facts),
    )
    assert sorted(answers) == ["held", "stale_version"]
    assert ([one.sitting().start for one in (first, second)], overlaps()) == ([LATER, WEDNESDAY], 0)


def test_an_exchange_against_the_cancellation_of_one_of_the_two(cast, plan):
    first, second = held(cast, plan), held(cast, planned(cast, "CO-2026-0312"), LATER)
    facts = {"versions": (1, 1), "reason": "The interpreter is ill on Wednesday."}
    swapped, cancelled = at_once(
        partial(booking.swap, first=first, second=second, by=cast.clerk, **facts),
        partial(booking.cancel, booking=second, by=cast.clerk_madrid, version=1, reason="Withdrawn."),
    )
    starts = [one.sitting().start for one in (first, second)]
    assert (swapped, cancelled, starts) in [
        ("held", "stale_version", [LATER, WEDNESDAY]),
        ("booking_ended", "cancelled", [WEDNESDAY, LATER]),  # and the first is where it was
    ]


def test_one_interpreter_is_wanted_by_a_replacement_and_by_a_hold(cast, plan):
    found, other = held(cast, plan), planned(cast, "CO-2026-0312")
    new = Resource.objects.create(kind="interpreter", label="Interpreter Z", zone="Europe/Brussels")
    second = Resource.objects.create(kind="interpreter", label="Interpreter Y", zone="Europe/Brussels")
    ours, theirs = (one.needs.get(role=Role.INTERPRETER) for one in (plan, other))
    ours.resources.add(new)
    theirs.resources.set([new, second][: theirs.count])
    for need in PlanNeed.objects.filter(plan=other, role__in=[Role.ROOM, Role.WITNESS_ROOM]):
        need.resources.set([Resource.objects.create(kind="site", label=f"Another {need.role}", zone="UTC")])
    out = ours.resources.filter(reservations__sitting__booking=found).first()
    facts = {"booking": found, "out": out, "in_": new, "version": 1, "reason": "Ill."}
    answers = at_once(
        partial(booking.replace, by=cast.clerk, **facts),
        partial(booking.hold, plan=other, starts=[SOON], by=cast.clerk_madrid),
    )
    assert answers in (["held", "slot_taken"], ["not_free", "held"])
    assert (overlaps(), Reservation.objects.filter(resource=new, active=True).count()) == (0, 1)


def test_a_move_against_a_cancellation(cast, plan):
    found = held(cast, plan)
    moved, cancelled = at_once(
        partial(booking.move, booking=found, by=cast.clerk, version=1, starts=[LATER]),
        partial(booking.cancel, booking=found, by=cast.clerk_madrid, version=1, reason="Withdrawn."),
    )
    assert (moved, cancelled, kept(found)[0] > 0) in [
        ("held", "stale_version", True),
        ("booking_ended", "cancelled", False),
    ]


def test_a_confirmed_hearing_ends_in_one_way(cast, plan):
    found = confirmed(cast, plan)
    asked = booking.propose(booking=found, starts=[LATER], by=cast.clerk, version=3, reason="The judge is away.")
    ends = at_once(
        partial(booking.complete, booking=found, outcome="postponed", by=cast.clerk, version=3, reason="Strike."),
        partial(booking.cancel, booking=found, by=cast.clerk_madrid, version=3, reason="Withdrawn."),
        partial(booking.move, booking=found, by=cast.clerk_madrid, version=3, proposal=asked),
    )
    done = [answer for answer in ends if answer in Booking.State.values]
    assert (len(done), set(ends) - set(done) <= {"booking_ended", "stale_version"}) == (1, True)
    found.refresh_from_db()
    assert (found.state, found.version, kept(found)[0] > 0) == (done[0], 4, done == ["confirmed"])


def test_a_hearing_that_books_nobody_has_one_time_too(cast, plan):
    """There is no resource to wait at: the plan itself is waited at."""
    for need in plan.needs.all():
        need.resources.clear()
    plan.needs.filter(role__in=[Role.ROOM, Role.WITNESS_ROOM, Role.INTERPRETER]).delete()
    answers = at_once(*(partial(booking.hold, plan=plan, starts=[WEDNESDAY], by=cast.clerk) for _ in range(4)))
    assert sorted(answers) == ["already_booked", "already_booked", "already_booked", "held"]
