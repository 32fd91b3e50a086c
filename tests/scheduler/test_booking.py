"""Two courts agree on a time: held by one clerk, confirmed by both, given up by either."""

from datetime import datetime, timedelta

import pytest
import tzdata
from icalendar import Calendar

from directory.errors import NotFound, Refusal, Stale
from directory.models import Absence, AuditEntry, Letter
from scheduler import booking, search
from scheduler.models import Booking, Reservation
from tests.scheduler.conftest import WEDNESDAY, planned, told

pytestmark = pytest.mark.django_db


def refusal(act, **facts):
    with pytest.raises(Refusal) as caught:
        act(**facts)
    return caught.value


def test_the_clerk_in_bogota_holds_a_time_for_48_hours(cast, plan, today):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    sitting = held.sitting()
    assert (held.state, held.version, held.expires_at) == ("held", 1, today + timedelta(hours=48))
    assert (sitting.start, sitting.end) == (WEDNESDAY, WEDNESDAY + timedelta(minutes=90))
    assert (sitting.wall, sitting.zone, sitting.tzdata_version) == (
        "2026-12-09T08:30", "America/Bogota", tzdata.IANA_VERSION,
    )  # fmt: skip


def test_rooms_are_kept_with_the_minutes_they_need_and_people_without(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    kept = Reservation.objects.filter(sitting__booking=held)
    around = {
        (row.role, (WEDNESDAY - row.during.lower).seconds // 60, (row.during.upper - WEDNESDAY).seconds // 60)
        for row in kept
    }
    assert around == {
        ("room", 30, 105),
        ("witness_room", 30, 105),
        ("judge", 0, 90),
        ("attending_judge", 0, 90),
        ("defence", 0, 90),
        ("interpreter", 0, 90),
    }
    assert kept.filter(role="interpreter").count() == 2


def test_a_hold_never_outlasts_the_hearing(cast, plan, time_machine):
    time_machine.move_to(WEDNESDAY - timedelta(hours=3), tick=False)
    plan.notice_days = 0
    plan.save()
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert held.expires_at == WEDNESDAY


def test_it_is_confirmed_once_both_sides_have_said_so(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    half = booking.confirm(booking=held, by=cast.clerk_madrid, version=1)
    assert (half.state, half.version) == ("held", 2)
    whole = booking.confirm(booking=held, by=cast.clerk, version=2)
    assert (whole.state, whole.version) == ("confirmed", 3)


def test_a_side_confirms_once(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    assert refusal(booking.confirm, booking=held, by=cast.clerk, version=2).code == "already_confirmed"


def test_a_stale_version_overwrites_nothing(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    with pytest.raises(Stale) as caught:
        booking.confirm(booking=held, by=cast.clerk_madrid, version=1)
    assert (caught.value.status, caught.value.facts) == (412, {"version": 2})


def test_a_hold_that_ran_out_is_not_confirmed(cast, plan, today, time_machine):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    time_machine.move_to(today + timedelta(hours=48), tick=False)
    assert refusal(booking.confirm, booking=held, by=cast.clerk, version=1).code == "hold_expired"


def test_a_time_that_ran_out_is_free_before_any_job_has_run(cast, plan, today, time_machine):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = planned(cast, "CO-2026-0312")
    assert refusal(booking.hold, plan=other, starts=[WEDNESDAY], by=cast.clerk).code == "slot_taken"
    time_machine.move_to(today + timedelta(hours=48), tick=False)
    assert booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk).state == "held"
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["expired", "held"]


def test_the_second_clerk_is_offered_other_times(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = planned(cast, "CO-2026-0312")
    refused = refusal(booking.hold, plan=other, starts=[WEDNESDAY], by=cast.clerk)
    assert refused.sentence == (
        "Hearing room 3 is booked at that time. "
        "Presiding judge is booked at that time. Defence counsel is booked at that time. "
        "Only 1 interpreter is free; a hearing of 90 minutes needs 2. Nothing was booked."
    )
    offered = [datetime.fromisoformat(start) for start in refused.facts["alternatives"]]
    assert len(offered) == 3
    assert booking.hold(plan=other, starts=[offered[0]], by=cast.clerk).state == "held"


def test_the_clerk_in_madrid_is_told_nothing_of_bogotas_rooms(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = planned(cast, "CO-2026-0312")
    refused = refusal(booking.hold, plan=other, starts=[WEDNESDAY], by=cast.clerk_madrid)
    assert "Hearing room 3" not in refused.sentence
    assert refused.sentence.startswith("Witness room A is booked at that time. Attending judge is booked at that time.")


def test_a_hearing_has_one_time_at_most(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    later = WEDNESDAY + timedelta(days=1)
    assert refusal(booking.hold, plan=plan, starts=[later], by=cast.clerk_madrid).code == "already_booked"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (WEDNESDAY + timedelta(minutes=7), "off_grid"),
        (WEDNESDAY.replace(tzinfo=None), "naive_time"),
        (WEDNESDAY - timedelta(days=6), "outside_plan"),  # within the ten days of notice
        (WEDNESDAY + timedelta(days=60), "outside_plan"),
        (WEDNESDAY - timedelta(days=1), "slot_taken"),  # a holiday in both States
    ],
)
def test_an_impossible_time_is_refused(cast, plan, start, code):
    assert refusal(booking.hold, plan=plan, starts=[start], by=cast.clerk).code == code
    assert not Booking.objects.exists()


def test_the_same_key_holds_once(cast, plan):
    first = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk, key="k-1")
    again = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk, key="k-1")
    assert (again.pk, Booking.objects.count()) == (first.pk, 1)
    later = WEDNESDAY + timedelta(minutes=15)
    assert refusal(booking.hold, plan=plan, starts=[later], by=cast.clerk, key="k-1").code == "key_reused"


def test_a_retried_confirmation_is_the_same_confirmation(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    for _ in range(2):
        assert booking.confirm(booking=held, by=cast.clerk, version=1, key="k-2").version == 2


def test_cancelling_frees_the_time_and_wants_a_reason(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert refusal(booking.cancel, booking=held, by=cast.clerk_madrid, version=1, reason=" ").code == "reason_missing"
    told = "Witness room A is flooded."  # the other court reads it
    assert refusal(booking.cancel, booking=held, by=cast.clerk_madrid, version=1, reason=told).code == "names_place"
    gone = booking.cancel(booking=held, by=cast.clerk_madrid, version=1, reason="The room is flooded.")
    assert (gone.state, gone.sitting().sequence, gone.reason) == ("cancelled", 1, "The room is flooded.")
    assert booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk).state == "held"
    assert refusal(booking.cancel, booking=held, by=cast.clerk, version=2, reason="x").code == "booking_ended"


@pytest.mark.parametrize("name", ["stranger", "auditor", "technician", "prosecutor", "interpreter"])
def test_only_the_two_courts_clerks_book(cast, plan, name):
    with pytest.raises(NotFound):
        booking.hold(plan=plan, starts=[WEDNESDAY], by=getattr(cast, name))


def test_an_absence_blocks_like_a_booking(cast, plan):
    day = (WEDNESDAY - timedelta(hours=8), WEDNESDAY + timedelta(hours=16))
    Absence.objects.create(resource=cast.judge.user.resource, during=day)
    refused = refusal(booking.hold, plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert refused.sentence == "Presiding judge is booked at that time. Nothing was booked."


def test_each_act_is_one_entry_of_the_trail(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    booking.confirm(booking=held, by=cast.clerk_madrid, version=2)
    booking.cancel(booking=held, by=cast.clerk, version=3, reason="The accused is ill.")
    entries = AuditEntry.objects.filter(chain__subject=held.public_id).order_by("position")
    assert [(entry.act, entry.actor) for entry in entries] == [
        ("booking.held", cast.clerk),
        ("booking.confirmed", cast.clerk),
        ("booking.confirmed", cast.clerk_madrid),
        ("booking.cancelled", cast.clerk),
    ]


def test_everyone_gets_a_hold_a_confirmation_and_a_cancellation_of_one_event(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    booking.confirm(booking=held, by=cast.clerk, version=1)
    told()  # the first confirmation is nobody's news
    booking.confirm(booking=held, by=cast.clerk_madrid, version=2)
    told()
    booking.cancel(booking=held, by=cast.clerk, version=3, reason="The accused is ill.")
    told()
    invited = {
        "clerk@bogota.example", "clerk@madrid.example", "judge@bogota.example", "judge@madrid.example",
        "defence@bogota.example", "interpreter@dakar.example", "interpreter@brussels.example",
    }  # fmt: skip
    assert set(Letter.objects.values_list("to", flat=True)) == invited
    letters = Letter.objects.filter(to="judge@madrid.example").order_by("pk")
    events = [Calendar.from_ical(bytes(letter.calendar)).events[0] for letter in letters]
    assert [(letter.method, str(e["STATUS"]), e["SEQUENCE"]) for letter, e in zip(letters, events, strict=True)] == [
        ("REQUEST", "TENTATIVE", 0), ("REQUEST", "CONFIRMED", 0), ("CANCEL", "CANCELLED", 1),
    ]  # fmt: skip
    assert len({str(e["UID"]) for e in events}) == 1
    assert [letter.sender for letter in letters] == [f"hearing-{held.token}@localhost"] * 3
    assert {str(e["ORGANIZER"]) for e in events} == {f"mailto:hearing-{held.token}@localhost"}
    stamps = [e["DTSTAMP"].dt for e in events]
    assert stamps == sorted(set(stamps))


def test_letters_of_a_protected_hearing_name_no_place_and_nobody(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    for letter in Letter.objects.all():
        event = Calendar.from_ical(bytes(letter.calendar)).events[0]
        assert str(event["ATTENDEE"]) == f"mailto:{letter.to}"
        assert str(event["DESCRIPTION"]).splitlines()[:4] == [
            "This time is held for a hearing by video link. Both courts have to confirm it.",
            "Wednesday 9 December 2026, 13:30–15:00 UTC",
            "Confirm it there until:" if letter.to.startswith("clerk") else "The hold runs out:",
            "Thursday 26 November 2026, 14:05 UTC",
        ]
        assert "LOCATION" not in event
        assert letter.subject == f"Hearing {plan.code}: time held, to be confirmed"
        for secret in ("Palmas", "Canary", "Canarias", "Aïssatou", "W-", "13:30–15:00 Las"):
            assert secret not in letter.body


def test_ranked_times_for_the_clerk(cast, plan):
    found = search.find(plan=plan, by=cast.clerk)
    cards = found.prospect.cards("America/Bogota", 5)
    assert [(card.slot.start.isoformat(), card.slot.worst) for card in cards][:2] == [
        ("2026-12-04T14:15:00+00:00", 0),  # the notice ends at 09:05
        ("2026-12-07T13:30:00+00:00", 0),
    ]
