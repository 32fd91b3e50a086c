"""Who is told what after an act: what he has not been told, and nobody anything twice."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import delivery, members
from directory.models import AuditEntry, Interpreter, Letter, Membership, Resource, User
from protection import endings, measures
from protection.models import Measure
from protection.policy import MeasureKind
from protection.signals import measure_changed
from scheduler import booking, waiting
from scheduler.letters import answers, mailing, reminders, reminding
from scheduler.models import Booking, Invitation, Plan
from sessions import seats
from sessions.models import Hearing
from sessions.signals import hearing_changed
from tests.scheduler.conftest import NOW, WEDNESDAY, planned, told
from tests.scheduler.mails import invited

THURSDAY = WEDNESDAY + timedelta(days=1)
JUDGE = "judge@madrid.example"


def letters(to, *, booking):
    """(METHOD, STATUS, SEQUENCE, start) of all that somebody got about a booking, in order."""
    keys = [f"invitation:{one.public_id}:" for one in Invitation.objects.filter(booking=booking, address=to)]
    rows = [one for one in Letter.objects.filter(to=to).order_by("pk") if one.key.startswith(tuple(keys))]
    return [(one.method, *said(one)) for one in rows]


def said(letter):
    event = Calendar.from_ical(bytes(letter.calendar)).events[0]
    return str(event["STATUS"]), event["SEQUENCE"], event["DTSTART"].dt


def move(cast, found, start=THURSDAY):
    reason = "The judge is away."
    asked = booking.propose(booking=found, starts=[start], by=cast.clerk, version=found.version, reason=reason)
    return booking.move(booking=found, by=cast.clerk_madrid, version=found.version, proposal=asked)


def test_an_act_that_is_undone_has_queued_nothing(booked):
    cast, found = booked
    before = ProcrastinateJob.objects.count()
    kept = transaction.savepoint()
    booking.cancel(booking=found, by=cast.clerk, version=3, reason="The judge is ill.")
    transaction.savepoint_rollback(kept)
    told()
    assert (ProcrastinateJob.objects.count(), letters(JUDGE, booking=found)[-1][0]) == (before, "REQUEST")


def test_a_move_is_told_to_all_with_a_higher_sequence(booked):
    cast, found = booked
    move(cast, found)
    told()
    assert letters(JUDGE, booking=found) == [
        ("REQUEST", "TENTATIVE", 0, WEDNESDAY),
        ("REQUEST", "CONFIRMED", 0, WEDNESDAY),
        ("REQUEST", "CONFIRMED", 1, THURSDAY),
    ]


def test_two_acts_before_the_worker_comes_are_one_letter_about_how_it_stands_now(booked):
    cast, found = booked
    move(cast, found)
    found.refresh_from_db()
    booking.cancel(booking=found, by=cast.clerk, version=found.version, reason="The judge is ill.")
    told()
    assert letters(JUDGE, booking=found)[2:] == [("CANCEL", "CANCELLED", 2, THURSDAY)]


def test_the_job_twice_is_as_good_as_once(booked):
    before = Letter.objects.count()
    told()
    told()
    assert Letter.objects.count() == before


def test_every_message_has_a_later_stamp_than_the_one_before(booked):
    cast, found = booked
    move(cast, found)
    told()  # the clock stands still
    keys = [f"invitation:{invited(found, JUDGE).public_id}:"]
    rows = [one for one in Letter.objects.filter(to=JUDGE).order_by("pk") if one.key.startswith(tuple(keys))]
    stamps = [Calendar.from_ical(bytes(one.calendar)).events[0]["DTSTAMP"].dt for one in rows]
    assert [(stamp - NOW.replace(microsecond=0)).total_seconds() for stamp in stamps] == [0, 1, 2]


def test_who_is_replaced_gets_a_cancellation_who_comes_a_request_and_nobody_else_anything(booked):
    cast, found = booked
    need = found.plan.needs.get(role="interpreter")
    out = need.resources.get(interpreter__email="interpreter@dakar.example")
    new = Resource.objects.create(kind="interpreter", label="Interpreter Z", zone="Europe/Brussels")
    Interpreter.objects.create(resource=new, name="Z", email="z@brussels.example")
    need.resources.add(new)
    before = Letter.objects.count()
    booking.replace(booking=found, out=out, in_=new, by=cast.clerk, version=3, reason="Ill.")
    told()
    assert letters("interpreter@dakar.example", booking=found)[2:] == [("CANCEL", "CANCELLED", 1, WEDNESDAY)]
    assert letters("z@brussels.example", booking=found) == [("REQUEST", "CONFIRMED", 0, WEDNESDAY)]
    assert Letter.objects.count() == before + 2
    body = Letter.objects.filter(to="interpreter@dakar.example").latest("pk").body
    assert "You are no longer needed for this hearing by video link." in body


def test_who_was_replaced_and_comes_back_is_asked_anew(booked):
    cast, found = booked
    need = found.plan.needs.get(role="interpreter")
    old = need.resources.get(interpreter__email="interpreter@dakar.example")
    new = Resource.objects.create(kind="interpreter", label="Interpreter Z", zone="Europe/Brussels")
    need.resources.add(new)
    one = invited(found, "interpreter@dakar.example")
    answers.answer(one, "ACCEPTED", sequence=0, now=NOW, way="link")
    for version, (out, in_) in ((3, (old, new)), (4, (new, old))):
        booking.replace(booking=found, out=out, in_=in_, by=cast.clerk, version=version, reason="Ill.")
        told()
    assert letters(one.address, booking=found)[2:] == [
        ("CANCEL", "CANCELLED", 1, WEDNESDAY),
        ("REQUEST", "CONFIRMED", 2, WEDNESDAY),
    ]
    assert invited(found, one.address).partstat == "NEEDS-ACTION"


def test_a_measure_that_is_raised_takes_names_and_places_out_of_every_calendar(booked, monkeypatch):
    _cast, found = booked
    person = found.plan.request.person
    with monkeypatch.context() as nothing_in_force:
        nothing_in_force.setattr(measures, "in_force", lambda person, at=None: frozenset())
        told()
        open_ = newest(JUDGE)
        assert (str(open_["LOCATION"]), len(open_["ATTENDEE"])) == ("Witness room A", 3)
    jobs = ProcrastinateJob.objects.filter(task_name="scheduler.tell").count()
    raised = Measure.objects.filter(person=person)[0]
    measure_changed.send(sender=Measure, person=person, measure=raised, raised=True, by=None)
    assert ProcrastinateJob.objects.filter(task_name="scheduler.tell").count() == jobs + 1
    told()
    closed = newest(JUDGE)
    assert ("LOCATION" in closed, str(closed["ATTENDEE"])) == (False, f"mailto:{JUDGE}")
    assert (open_["SEQUENCE"], closed["SEQUENCE"], closed["UID"]) == (1, 2, open_["UID"])


def test_a_measure_that_ends_on_its_own_day_is_told_once_whatever_dies(booked, monkeypatch):
    cast, found = booked
    person, day, heard = found.plan.request.person, NOW + timedelta(days=3), []
    real, conduct = measures.in_force, MeasureKind.SAFE_CONDUCT
    monkeypatch.setattr(measures, "in_force", lambda who, at=None: {m for m in real(who, at) if m.kind is conduct})
    measures.raise_(person=person, kind=conduct, by=cast.judge, basis="U18-27", ends=day)
    told()
    assert (str(newest(JUDGE)["ATTENDEE"]), endings.end(day - timedelta(seconds=1))) == (f"mailto:{JUDGE}", 0)

    def dies(**news):
        heard.append(news["hearing_id"])
        if len(heard) == 1:
            raise MemoryError

    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: day)
        hearing_changed.connect(dies)
        with pytest.raises(MemoryError):  # and what it has done so far is undone
            endings.end(day)
        jobs = ProcrastinateJob.objects.filter(task_name="scheduler.tell").count()
        assert [endings.end(day), endings.end(day)] == [1, 0]
        hearing_changed.disconnect(dies)
        assert ProcrastinateJob.objects.filter(task_name="scheduler.tell").count() == jobs + 1
        told()
    assert heard == [found.plan.public_id] * 2  # the plans of the live links are made anew
    assert (str(newest(JUDGE)["LOCATION"]), newest(JUDGE)["SEQUENCE"]) == ("Witness room A", 1)
    assert AuditEntry.objects.filter(act="measure.ended", actor=None).count() == 1


def test_what_was_answered_stands_when_only_the_words_change(booked, monkeypatch):
    _cast, found = booked
    answers.answer(invited(found, JUDGE), "ACCEPTED", sequence=0, now=NOW, way="page")
    monkeypatch.setattr(measures, "in_force", lambda person, at=None: frozenset())
    told()
    one = invited(found, JUDGE)
    assert (one.partstat, one.sequence) == ("ACCEPTED", 1)
    assert newest(JUDGE)["ATTENDEE"][0].params["PARTSTAT"] == "ACCEPTED"


def newest(to):
    return Calendar.from_ical(bytes(Letter.objects.filter(to=to).latest("pk").calendar)).events[0]


def test_one_without_an_account_gets_a_key_that_no_copy_of_the_database_holds(booked):
    _cast, found = booked
    Interpreter.objects.filter(email="interpreter@brussels.example").update(user=None)
    booking.cancel(booking=found, by=_cast.clerk, version=3, reason="The judge is ill.")
    told()
    letter = Letter.objects.filter(to="interpreter@brussels.example").latest("pk")
    mail = delivery.mime_of(letter).as_bytes()
    assert (b"{sealed:invitation:" in letter.body.encode(), b"{sealed:" in mail, b"/answer/" in mail) == (
        True,
        False,
        True,
    )
    assert b"/answer/" not in bytes(letter.calendar)


def test_people_who_were_told_of_a_hearing_that_is_postponed_hear_that_it_is_not_held(booked):
    cast, found = booked
    facts = {"outcome": "postponed", "reason": "The accused is ill."}
    booking.complete(booking=found, by=cast.clerk, version=3, **facts)
    told()
    assert letters(JUDGE, booking=found)[2:] == [("CANCEL", "CANCELLED", 1, WEDNESDAY)]
    assert Booking.objects.get(pk=found.pk).state == "completed"


def test_two_hearings_of_a_person_are_two_events(booked):
    cast, found = booked
    other = booking.hold(plan=planned(cast, "CO-2026-0312"), starts=[THURSDAY], by=cast.clerk)
    mailing.tell(other.pk)
    assert invited(other, JUDGE).sitting.uid != invited(found, JUDGE).sitting.uid
    assert len(letters(JUDGE, booking=found)) == 2


def test_whoever_has_not_answered_is_asked_at_home_and_a_clerk_is_not(booked):
    cast, found = booked

    def asked(member):
        return [task.url for task in waiting.waiting(member) if str(task.act_word) == "Answer"]

    own = Invitation.objects.get(booking=found, address=JUDGE)
    assert asked(cast.judge_madrid) == [f"/invitations/{own.public_id}/"]
    assert [len(asked(member)) for member in (cast.judge, cast.defence, cast.interpreter, cast.clerk)] == [1, 1, 1, 0]
    Invitation.objects.filter(pk=own.pk).update(partstat=Invitation.Answer.ACCEPTED)
    assert asked(cast.judge_madrid) == []


def test_who_leaves_the_court_gives_its_hearings_back_and_hears_nothing_of_them_any_more(booked):
    """A booked judge and a clerk of the other court's; everybody else is reminded as ever."""
    cast, found = booked
    user = User.objects.create_user("second@bogota.example", None, full_name="Second", zone="America/Bogota")
    second = Membership.objects.create(user=user, authority=cast.clerk.authority, role="clerk")
    told()
    last = Letter.objects.latest("pk").pk
    seats.take(hearing_id=found.plan.public_id, by=cast.judge_madrid)
    elsewhere = Membership.objects.create(
        user=cast.judge_madrid.user, authority=cast.stranger.authority, role="technician"
    )
    assert (Plan.objects.visible_to(elsewhere).exists(), Hearing.objects.visible_to(elsewhere).exists()) == (True, True)
    for leaving, by in ((cast.judge_madrid, cast.clerk_madrid), (second, cast.clerk)):
        members.end(membership=leaving, by=by, version=leaving.version)
    assert (Plan.objects.visible_to(elsewhere).exists(), Hearing.objects.visible_to(elsewhere).exists()) == (
        False,
        False,
    )
    reminding.remind(reminders.moment(WEDNESDAY, 7, ZoneInfo("America/Bogota")))  # before the worker comes
    jobs = ProcrastinateJob.objects.filter(task_name="scheduler.tell").order_by("-id")[:2]
    assert [job.args for job in jobs] == [{"booking": found.pk}] * 2
    told()
    left = [JUDGE, user.email]
    new = Letter.objects.filter(pk__gt=last)
    assert sorted(new.filter(to__in=left).values_list("to", "method")) == [(one, "CANCEL") for one in left]
    assert set(new.exclude(to__in=left).values_list("method", flat=True)) == {""}
