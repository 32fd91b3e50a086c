"""When people are reminded: on their own clocks, in their own languages, and nobody twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import delivery, post
from directory.models import Letter, User
from scheduler import booking
from scheduler.letters import arrivals, reminders, reminding
from scheduler.models import Booking
from tests.scheduler.conftest import NOW, WEDNESDAY, told
from tests.scheduler.mails import invited
from tests.scheduler.pages import text

BOGOTA, MADRID = ZoneInfo("America/Bogota"), ZoneInfo("Europe/Madrid")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2027, 3, 15, 13, 30, tzinfo=UTC)


def due(now, start=WEDNESDAY, told=LONG_AGO, zone=MADRID):
    return reminders.due(start=start, told=told, now=now, zone=zone)


@pytest.mark.parametrize(
    ("start", "zone", "moments"),
    [
        # Across the end of summer time: nine in the morning is nine in the morning.
        (WEDNESDAY, MADRID, ["2026-10-10 07:00", "2026-11-09 08:00", "2026-12-02 08:00", "2026-12-07 08:00"]),
        (WEDNESDAY, BOGOTA, ["2026-10-10 14:00", "2026-11-09 14:00", "2026-12-02 14:00", "2026-12-07 14:00"]),
        # A Monday: three days before, on the Friday.
        (MONDAY, MADRID, ["2027-01-14 08:00", "2027-02-13 08:00", "2027-03-08 08:00", "2027-03-12 08:00"]),
        # Tuesday in Tokyo, Monday in Bogotá: each on his own calendar.
        (
            MONDAY + timedelta(hours=10),
            ZoneInfo("Asia/Tokyo"),
            ["2027-01-15 00:00", "2027-02-14 00:00", "2027-03-09 00:00", "2027-03-14 00:00"],
        ),
    ],
    ids=["Madrid", "Bogotá", "a Monday", "already Tuesday"],
)
def test_people_are_reminded_at_nine_on_their_own_clocks(start, zone, moments):
    found = [reminders.moment(start, days, zone).astimezone(UTC) for days in reminders.days_before(start, zone)]
    assert [f"{one:%Y-%m-%d %H:%M}" for one in found] == moments


def test_what_falls_before_the_booking_was_told_is_left_out():
    told = reminders.moment(WEDNESDAY, 7, MADRID) + timedelta(minutes=1)
    assert due(told + timedelta(hours=1), told=told) is None
    assert due(reminders.moment(WEDNESDAY, 2, MADRID), told=told) == 2


def test_of_several_that_a_worker_missed_the_last_one_is_enough():
    assert due(reminders.moment(WEDNESDAY, 2, MADRID)) == 2
    assert due(WEDNESDAY - timedelta(seconds=1)) == 2


@given(
    st.integers(0, 24 * 60 * 730).map(lambda minutes: LONG_AGO + timedelta(minutes=minutes)),
    st.sampled_from(["America/Bogota", "Europe/Madrid", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "UTC"]),
    st.timedeltas(timedelta(0), timedelta(days=90)),
    st.timedeltas(timedelta(-2), timedelta(days=90)),
)
def test_nobody_is_reminded_too_early_after_the_start_or_of_what_he_heard_since(start, zone, told, now):
    told, now = start - told, start - now
    found = due(now, start, told, ZoneInfo(zone))
    if found is not None:
        moment = reminders.moment(start, found, ZoneInfo(zone))
        assert told < moment <= now < start
        assert found in (60, 30, 7, 2, 3)
        assert found != 3 or start.astimezone(ZoneInfo(zone)).weekday() == 0


def written():
    return sorted(Letter.objects.filter(key__startswith="reminder:").values_list("to", "key"))


def days(rows):
    return {to: int(key.rpartition(":")[2]) for to, key in rows}


def test_each_is_reminded_when_his_own_clock_says_nine(booked):
    at_nine_in_madrid = reminders.moment(WEDNESDAY, 7, MADRID)
    reminding.remind(at_nine_in_madrid)
    early = {to for to, _key in written()}
    assert {"judge@madrid.example", "interpreter@brussels.example"} <= early
    assert not {"judge@bogota.example", "clerk@bogota.example"} & early
    reminding.remind(reminders.moment(WEDNESDAY, 7, BOGOTA))
    everyone = set(booked[1].invitations.values_list("address", flat=True))
    assert ({to for to, _key in written()}, set(days(written()).values())) == (everyone, {7})


def test_a_reminder_is_in_its_readers_language_with_both_official_times_and_no_name(booked):
    User.objects.filter(email="judge@madrid.example").update(language="es")  # after he was invited in English
    reminding.remind(reminders.moment(WEDNESDAY, 2, MADRID))
    letter = Letter.objects.get(to="judge@madrid.example", key__startswith="reminder:")
    assert letter.language == "es"
    assert booked[1].plan.code in letter.subject
    assert "miércoles, 9 de diciembre de 2026" in letter.body
    assert "08:30–10:00" in letter.body
    assert "14:30–16:00" in letter.body
    assert letter.calendar is None
    assert "Traoré" not in letter.body
    assert "Palmas" not in letter.body


def test_nobody_is_reminded_twice_however_often_the_worker_dies(booked, monkeypatch):
    """It dies before each letter in turn, as if killed; after that a whole run, twice."""
    everyone, real = booked[1].invitations.count(), post.send
    at = reminders.moment(WEDNESDAY, 7, BOGOTA)
    for survives in (0, 1, 2, 0, 1):
        left = iter(range(survives))
        monkeypatch.setattr(post, "send", lambda left=left, **facts: (next(left), real(**facts)))
        with pytest.raises(StopIteration):
            reminding.remind(at)
    monkeypatch.setattr(post, "send", real)
    assert (reminding.remind(at), reminding.remind(at)) == (everyone - 4, 0)
    assert len(written()) == len({to for to, _key in written()}) == everyone


def test_a_hold_a_cancelled_hearing_and_one_who_was_replaced_remind_nobody(booked):
    found = booked[1]
    one = invited(found, "judge@madrid.example")
    type(one).objects.filter(pk=one.pk).update(withdrawn_at=NOW)
    reminding.remind(reminders.moment(WEDNESDAY, 7, BOGOTA))
    assert one.address not in days(written())
    Letter.objects.filter(key__startswith="reminder:").delete()
    for state, outcome in (("held", ""), ("cancelled", ""), ("expired", ""), ("completed", "took_place")):
        Booking.objects.filter(pk=found.pk).update(state=state, outcome=outcome)
        assert reminding.remind(reminders.moment(WEDNESDAY, 2, BOGOTA)) == 0


def test_never_after_the_start(booked):
    assert reminding.remind(WEDNESDAY) == 0
    assert reminding.remind(WEDNESDAY - timedelta(minutes=1)) == booked[1].invitations.count()


def test_a_hearing_that_moved_is_reminded_of_at_its_new_time(booked, time_machine):
    cast, found = booked
    reminding.remind(reminders.moment(WEDNESDAY, 7, BOGOTA))
    time_machine.move_to(datetime(2026, 12, 3, tzinfo=UTC), tick=False)
    start = datetime(2026, 12, 14, 14, 0, tzinfo=UTC)  # a Monday
    asked = booking.propose(booking=found, starts=[start], by=cast.clerk, version=3, reason="The judge is away.")
    booking.move(booking=found, by=cast.clerk_madrid, version=3, proposal=asked)
    told()
    reminding.remind(reminders.moment(start, 7, BOGOTA))
    reminding.remind(reminders.moment(start, 3, BOGOTA))
    keys = [key.rpartition(":")[2] for to, key in written() if to == "judge@madrid.example"]
    assert sorted(keys) == ["3", "7", "7"]


def test_who_has_moved_house_is_reminded_on_the_clock_he_lives_by_now(booked):
    User.objects.filter(email="judge@madrid.example").update(zone="Asia/Tokyo")
    reminding.remind(reminders.moment(WEDNESDAY, 7, ZoneInfo("Asia/Tokyo")))
    assert days(written()) == {"judge@madrid.example": 7}
    body = Letter.objects.get(key__startswith="reminder:").body
    assert "Where you are: Wednesday 9 December 2026, 22:30–00:00 Tokyo time (UTC+9)" in body


def test_a_reminder_that_comes_back_is_seen_and_sent_again(visit, booked):
    cast, found = booked
    one = invited(found, "judge@madrid.example")
    reminding.remind(reminders.moment(WEDNESDAY, 7, MADRID))
    Letter.objects.exclude(key__startswith="reminder:").update(state="sent")
    Letter.objects.filter(key__startswith="reminder:", to=one.address).update(state="bounced")
    page = text(visit(cast.clerk_madrid, "booking", found.public_id))
    assert f"{one.address} Sent Reminder: Came back" in page
    assert [row.plan.code for row in arrivals.troubled(cast.clerk_madrid)] == [found.plan.code]
    assert arrivals.troubled(cast.clerk) == []
    arrivals.resend(public_id=one.public_id, by=cast.clerk_madrid)
    states = dict(Letter.objects.filter(to=one.address).values_list("key", "state"))
    assert sorted(states[key] for key in states if key.startswith("reminder:")) == ["queued"]
    assert arrivals.troubled(cast.clerk_madrid) == []


def test_a_reminder_that_waited_for_the_mail_server_until_the_start_is_not_sent(booked, time_machine, mailoutbox):
    reminding.remind(reminders.moment(WEDNESDAY, 2, MADRID))
    letter = Letter.objects.get(to="judge@madrid.example", key__startswith="reminder:")
    time_machine.move_to(WEDNESDAY, tick=False)
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.error, mailoutbox) == ("failed", "TooLate", [])
    time_machine.move_to(WEDNESDAY - timedelta(seconds=1), tick=False)
    Letter.objects.filter(pk=letter.pk).update(state="queued")
    delivery.deliver(letter.pk)
    assert [mail.to for mail in mailoutbox] == [["judge@madrid.example"]]
