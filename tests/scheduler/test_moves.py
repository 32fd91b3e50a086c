"""A booking at another time, with another person, exchanged with another one, and completed."""

from datetime import timedelta

import pytest

from directory.errors import NotFound, Refusal
from directory.models import AuditEntry, Resource
from scheduler import booking
from scheduler.booking import proposals
from scheduler.models import Booking, Plan, Reservation
from tests.scheduler.conftest import WEDNESDAY, planned

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=1)
SOON = WEDNESDAY + timedelta(minutes=15)


def refused(act, **facts):
    with pytest.raises(Refusal) as caught:
        act(**facts)
    return caught.value


def held(cast, plan, *starts):
    return booking.hold(plan=plan, starts=starts or [WEDNESDAY], by=cast.clerk)


def confirmed(cast, plan, *starts):
    half = booking.confirm(booking=held(cast, plan, *starts), by=cast.clerk, version=1)
    return booking.confirm(booking=half, by=cast.clerk_madrid, version=2)


def kept(found):
    return set(Reservation.objects.filter(sitting__booking=found, active=True).values_list("resource", flat=True))


def last(found):
    return AuditEntry.objects.filter(chain__subject=found.public_id).order_by("-position")[0]


@pytest.mark.parametrize("by", ["clerk", "clerk_madrid"])
def test_a_hold_moves_at_once_and_the_other_side_confirms_anew(cast, plan, by):
    before = held(cast, plan)
    people = kept(before)
    booking.confirm(booking=before, by=cast.clerk, version=1)
    moved = booking.move(booking=before, by=getattr(cast, by), version=2, starts=[SOON])
    sitting = moved.sitting()
    assert (moved.state, moved.version, sitting.start, sitting.sequence) == ("held", 3, SOON, 1)
    assert (moved.confirmed_requesting_at is not None, moved.confirmed_requested_at) == (by == "clerk", None)
    assert kept(moved) == people  # whoever can come stays
    assert last(moved).facts == {"from": [WEDNESDAY.isoformat()], "to": [SOON.isoformat()], "state": "held"}


def test_what_both_have_confirmed_moves_where_the_other_side_asked_for_it(cast, plan):
    found = confirmed(cast, plan)
    alone = refused(booking.move, booking=found, by=cast.clerk, version=3, starts=[LATER])
    asked = booking.propose(booking=found, starts=[LATER], by=cast.clerk, version=3, reason="The judge is away.")
    own = refused(booking.move, booking=found, by=cast.clerk, version=3, proposal=asked)
    assert (alone.code, own.code, found.sitting().start) == ("needs_agreement", "needs_agreement", WEDNESDAY)
    moved = booking.move(booking=found, by=cast.clerk_madrid, version=3, proposal=asked)
    asked.refresh_from_db()
    assert (moved.state, moved.sitting().start, asked.state, asked.answered_by) == (
        "confirmed", LATER, "taken", cast.clerk_madrid,
    )  # fmt: skip
    again = refused(booking.move, booking=moved, by=cast.clerk_madrid, version=4, proposal=asked)
    assert again.code == "same_time"


def test_a_time_that_is_not_possible_is_not_asked_for(cast, plan):
    found = confirmed(cast, plan)
    night = WEDNESDAY.replace(day=17, hour=3)
    asked = {"booking": found, "by": cast.clerk, "version": 3, "reason": "The judge is away."}
    taken = refused(booking.propose, starts=[night], **asked)
    assert (taken.code, len(taken.facts["alternatives"]), found.proposals.count()) == ("slot_taken", 3, 0)


def test_a_proposal_is_declined_by_the_other_side_and_withdrawn_by_the_own(cast, plan):
    found = confirmed(cast, plan)
    asked = booking.propose(booking=found, starts=[LATER], by=cast.clerk, version=3, reason="The judge is away.")
    with pytest.raises(NotFound):
        proposals.decline(proposal=asked, by=cast.clerk, version=3)
    assert proposals.decline(proposal=asked, by=cast.clerk_madrid, version=3).state == "declined"
    assert refused(booking.move, booking=found, by=cast.clerk_madrid, version=3, proposal=asked).code == (
        "proposal_answered"
    )
    first = booking.propose(booking=found, starts=[LATER], by=cast.clerk, version=3, reason="The judge is away.")
    second = booking.propose(booking=found, starts=[SOON], by=cast.clerk, version=3, reason="The judge is back.")
    first.refresh_from_db()
    gone = proposals.withdraw(proposal=second, by=cast.clerk, version=3)
    assert (first.state, gone.state) == ("withdrawn", "withdrawn")


def test_where_somebody_else_is_a_booking_stays_and_three_other_times_are_offered(cast, plan):
    held(cast, planned(cast, "CO-2026-0312"), LATER)
    found = held(cast, plan)
    taken = refused(booking.move, booking=found, by=cast.clerk, version=1, starts=[LATER])
    assert (taken.code, len(taken.facts["alternatives"])) == ("slot_taken", 3)
    found.refresh_from_db()
    assert (found.version, found.sitting().start, len(kept(found)) > 0) == (1, WEDNESDAY, True)


def test_two_holds_of_the_same_courts_exchange_their_times(cast, plan):
    first, second = held(cast, plan), held(cast, planned(cast, "CO-2026-0312"), LATER)
    facts = {"first": first, "second": second, "by": cast.clerk, "reason": "The interpreter is ill on Wednesday."}
    assert refused(booking.swap, **facts, versions=(1, 2)).code == "stale_version"
    swapped = booking.swap(**facts, versions=(1, 1), key="k")
    second.refresh_from_db()
    assert (swapped.sitting().start, second.sitting().start, second.version) == (LATER, WEDNESDAY, 2)
    assert booking.swap(**facts, versions=(1, 1), key="k") == swapped  # once
    assert (last(second).facts["swapped_with"], last(first).facts["swapped_with"]) == (
        str(first.public_id), str(second.public_id),
    )  # fmt: skip


def test_one_interpreter_is_replaced_and_everybody_else_stays(cast, plan):
    found = confirmed(cast, plan)
    need = plan.needs.get(role="interpreter")
    people = kept(found)
    out = need.resources.filter(pk__in=people)[0]
    new = Resource.objects.create(kind="interpreter", label="Interpreter Z", zone="Europe/Brussels")
    facts = {"booking": found, "out": out, "in_": new, "by": cast.clerk, "version": 3, "reason": "Ill."}
    assert refused(booking.replace, **facts).code == "not_in_pool"
    need.resources.add(new)
    replaced = booking.replace(**facts)
    assert (kept(replaced), replaced.version, replaced.state) == (people - {out.pk} | {new.pk}, 4, "confirmed")
    assert replaced.sitting().sequence == 0  # nobody's calendar has anything new
    assert last(found).facts == {
        "role": "interpreter", "side": "third", "out": str(out.public_id), "in": str(new.public_id),
    }  # fmt: skip


def test_another_sides_people_are_not_ours_to_replace(cast, plan):
    found = held(cast, plan)
    theirs = Reservation.objects.get(sitting__booking=found, role="witness_room").resource
    with pytest.raises(NotFound):
        booking.replace(booking=found, out=theirs, in_=theirs, by=cast.clerk, version=1, reason="Another room.")


def test_three_mornings_are_held_whole_or_not_at_all(cast, plan):
    Plan.objects.filter(pk=plan.pk).update(sittings=3)
    plan.refresh_from_db()
    days = [WEDNESDAY + timedelta(days=shift) for shift in range(3)]
    other = held(cast, planned(cast, "CO-2026-0312"), days[2])
    taken = refused(booking.hold, plan=plan, starts=days, by=cast.clerk)
    assert (taken.code, taken.facts["start"], Booking.objects.count()) == ("slot_taken", days[2].isoformat(), 1)
    booking.cancel(booking=other, by=cast.clerk, version=1, reason="It is needed.")
    whole = held(cast, plan, *reversed(days))
    assert (whole.starts(), [one.position for one in whole.sittings.all()]) == (days, [1, 2, 3])
    benches = {
        tuple(one.reservations.filter(role="judge").values_list("resource", flat=True)) for one in whole.sittings.all()
    }
    assert (len(benches), len({one.uid for one in whole.sittings.all()})) == (1, 3)
    moved = booking.move(booking=whole, by=cast.clerk, version=1, starts=[*days[:2], days[2] + timedelta(minutes=15)])
    assert [one.sequence for one in moved.sittings.all()] == [0, 0, 1]  # two events are as they were


@pytest.mark.parametrize(
    ("shifts", "code"),
    [((0,), "sittings_missing"), ((0, 0), "same_day"), ((0, 14), "too_far_apart")],
)
def test_sittings_are_as_many_as_planned_on_days_of_their_own_near_each_other(cast, plan, shifts, code):
    Plan.objects.filter(pk=plan.pk).update(sittings=2)
    plan.refresh_from_db()
    starts = [WEDNESDAY + timedelta(days=shift, minutes=15 * place) for place, shift in enumerate(shifts)]
    assert refused(booking.hold, plan=plan, starts=starts, by=cast.clerk).code == code


def test_a_postponed_hearing_is_free_for_another_time_and_one_held_is_not(cast, plan, time_machine):
    found = confirmed(cast, plan)
    early = refused(booking.complete, booking=found, outcome="took_place", by=cast.clerk, version=3)
    late = booking.complete(
        booking=found, outcome="postponed", by=cast.clerk_madrid, version=3, reason="A strike at the airport."
    )
    assert (early.code, late.state, late.outcome, late.reason) == (
        "too_early", "completed", "postponed", "A strike at the airport.",
    )  # fmt: skip
    again = confirmed(cast, plan)
    time_machine.move_to(WEDNESDAY + timedelta(hours=2), tick=False)
    booking.complete(booking=again, outcome="took_place", by=cast.clerk, version=3)
    assert refused(booking.hold, plan=plan, starts=[LATER], by=cast.clerk).code == "already_heard"
