"""What is written to whom: in his language, under a key of its own, and never more than he may know."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.models import Letter, User
from protection import measures
from scheduler import booking, tasks
from scheduler.models import Booking, Invitation, Plan
from tests.scheduler.conftest import WEDNESDAY, told

pytestmark = pytest.mark.django_db
JUDGE = "judge@madrid.example"


def event(letter):
    return Calendar.from_ical(bytes(letter.calendar)).events[0]


def test_a_letter_is_in_the_recipients_language(cast, plan):
    User.objects.filter(email="judge@madrid.example").update(language="es")
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    letter = Letter.objects.get(to="judge@madrid.example")
    assert letter.language == "es"
    assert "miércoles, 9 de diciembre de 2026" in letter.body


def test_a_letter_says_both_official_times(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    body = Letter.objects.get(to="clerk@madrid.example").body
    assert body.splitlines()[2:4] == [
        "Wednesday 9 December 2026, 08:30–10:00 Bogotá time (UTC−5)",
        "Wednesday 9 December 2026, 14:30–16:00 Madrid time (UTC+1)",
    ]


def test_a_hold_that_runs_out_is_taken_from_every_calendar(cast, plan, today, time_machine):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    time_machine.move_to(today + timedelta(hours=49), tick=False)
    tasks.expire_holds(timestamp=0)
    tasks.expire_holds(timestamp=60)  # the next minute finds nothing more to do
    told()
    assert Booking.objects.get().state == "expired"
    letters = Letter.objects.filter(to="judge@bogota.example").order_by("pk")
    assert [letter.method for letter in letters] == ["REQUEST", "CANCEL"]
    assert [event(letter)["SEQUENCE"] for letter in letters] == [0, 1]
    assert letters[1].subject == f"Hearing {plan.code}: hold expired"


def test_an_open_hearing_names_its_people_by_function_and_the_own_room(cast, plan, monkeypatch):
    """Once no measure is in force: each reads who of his own side is invited, and where it sits."""
    monkeypatch.setattr(measures, "in_force", lambda person, at=None: frozenset())
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    found = event(Letter.objects.get(to="judge@bogota.example"))
    assert str(found["LOCATION"]) == "Hearing room 3"
    assert str(event(Letter.objects.get(to="judge@madrid.example"))["LOCATION"]) == "Witness room A"
    names = [str(who.params["CN"]) for who in found["ATTENDEE"]]
    assert names == ["Presiding judge", "Clerk", "Defence counsel", "Hearing room 3"]
    interpreter = event(Letter.objects.get(to="interpreter@dakar.example"))
    assert ("LOCATION" in interpreter, str(interpreter["ATTENDEE"])) == (False, "mailto:interpreter@dakar.example")


def test_the_witness_is_written_to_by_nobody(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    assert not Invitation.objects.filter(role="witness").exists()


def test_a_failed_act_has_sent_nothing(cast, plan, monkeypatch):
    from scheduler.signals import booking_cancelled

    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    told()
    before = Letter.objects.count()

    def fail(**news):
        raise RuntimeError("the room above refuses")

    booking_cancelled.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            booking.cancel(booking=held, by=cast.clerk, version=1, reason="The accused is ill.")
    finally:
        booking_cancelled.disconnect(fail)
    told()
    held.refresh_from_db()
    assert (Letter.objects.count(), held.state) == (before, "held")


def test_an_act_writes_no_letter_itself_but_queues_one_job_with_a_number(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    jobs = ProcrastinateJob.objects.filter(task_name="scheduler.tell", args__booking=held.pk)
    assert (Letter.objects.count(), [job.args for job in jobs]) == (0, [{"booking": held.pk}])


def test_of_three_mornings_each_is_an_event_and_only_the_one_that_moved_is_told(cast, plan):
    Plan.objects.filter(pk=plan.pk).update(sittings=3)
    plan.refresh_from_db()
    days = [WEDNESDAY + timedelta(days=shift) for shift in range(3)]
    held = booking.hold(plan=plan, starts=days, by=cast.clerk)
    told()

    def got():
        found = [event(one) for one in Letter.objects.filter(to=JUDGE).order_by("pk")]
        return [(str(one["SUMMARY"]), one["SEQUENCE"], one["DTSTART"].dt) for one in found]

    titles = [f"Hearing {plan.code}, sitting {n} of 3" for n in (1, 2, 3)]
    assert sorted(got()) == [(title, 0, day) for title, day in zip(titles, days, strict=True)]
    later = days[2] + timedelta(minutes=15)
    booking.move(booking=held, by=cast.clerk, version=1, starts=[*days[:2], later])
    told()
    assert got()[3:] == [(titles[2], 1, later)]
    assert len(set(Invitation.objects.filter(address=JUDGE).values_list("sitting__uid", flat=True))) == 3


def test_a_hold_that_both_refuse_to_confirm_leaves_nobody_with_an_entry(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.cancel(booking=held, by=cast.clerk, version=1, reason="By mistake.")
    told()
    assert Letter.objects.count() == 0  # nobody had heard of it
