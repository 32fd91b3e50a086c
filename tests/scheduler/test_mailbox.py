"""What comes in by mail is taken once, counted for whom it is true, or laid aside for a person."""

import io
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from icalendar import Calendar

from directory.models import AuditEntry, Letter, Resource
from scheduler import booking, tasks
from scheduler.booking import proposals, proposing
from scheduler.letters import answers, mailbox, mailing, replies, strays
from scheduler.models import Answer, Proposal, Stray
from tests.scheduler import mails
from tests.scheduler.conftest import WEDNESDAY, told
from tests.scheduler.mails import SENT, SERVER, attendee, calendar, event, invited, mail

JUDGE, INTERPRETER = "judge@madrid.example", "interpreter@dakar.example"
THURSDAY = WEDNESDAY + timedelta(days=1)
NOW = SENT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def our_server(settings):
    settings.MAIL_AUTHSERV_ID = SERVER


@pytest.fixture
def judge(booked):
    return invited(booked[1], JUDGE)


def take(data):
    return mailbox.take(data, now=NOW)


def counts(one):
    return invited(one.booking, one.address).partstat


def aside():
    return [(one.wrong, one.side, one.partstat) for one in Stray.objects.order_by("pk")]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_a_reply_is_counted_and_written_down(judge, partstat):
    assert take(mails.answers(judge, partstat)) == "reply"
    entry = AuditEntry.objects.filter(chain__subject=judge.booking.public_id).order_by("-position")[0]
    assert (counts(judge), entry.act, entry.facts["answer"]) == (partstat, "invitation.answered", partstat)
    assert aside() == []


def test_an_answer_changes_nobody_else_s_and_is_mailed_to_nobody(judge):
    before = Letter.objects.count()
    take(mails.answers(judge, "DECLINED"))
    told()
    others = judge.booking.invitations.exclude(pk=judge.pk).values_list("partstat", flat=True)
    assert (set(others), Letter.objects.count()) == ({"NEEDS-ACTION"}, before)


def test_replies_in_any_order_and_twice_end_with_the_latest(judge):
    yes, no = mails.answers(judge), mails.answers(judge, "DECLINED", stamp=SENT + timedelta(seconds=9))
    for data in (no, yes, no, yes):
        take(data)
    assert counts(judge) == "DECLINED"


def test_who_is_not_proven_only_claims_and_stands_in_nobody_s_way(judge):
    late = SENT + timedelta(seconds=30)
    take(mails.answers(judge, "DECLINED", sender="mallory@evil.example", stamp=late))
    assert (counts(judge), answers.claimed(judge)) == ("NEEDS-ACTION", "DECLINED")
    take(mails.answers(judge, "DECLINED", proof="", stamp=late))
    assert (counts(judge), answers.claimed(judge)) == ("NEEDS-ACTION", "DECLINED")
    take(mails.answers(judge, "ACCEPTED"))
    assert counts(judge) == "ACCEPTED"
    assert sorted(Answer.objects.values_list("verified", "partstat")) == [(False, "DECLINED"), (True, "ACCEPTED")]


def test_a_house_without_a_mail_server_s_name_believes_nobody(judge, settings):
    settings.MAIL_AUTHSERV_ID = ""
    take(mails.answers(judge))
    assert (counts(judge), answers.claimed(judge)) == ("NEEDS-ACTION", "ACCEPTED")


def test_an_answer_to_the_time_before_the_last_move_counts_for_nothing(booked, judge):
    cast, found = booked
    take(mails.answers(judge))
    asked = proposing.propose(booking=found, starts=[THURSDAY], by=cast.clerk, version=3, reason="The judge is away.")
    booking.move(booking=found, by=cast.clerk_madrid, version=3, proposal=asked)
    told()
    assert counts(judge) == "NEEDS-ACTION"
    take(mails.answers(judge, stamp=SENT + timedelta(seconds=40)))  # sequence 0, though it comes later
    assert counts(judge) == "NEEDS-ACTION"
    take(mails.answers(invited(found, JUDGE), stamp=SENT + timedelta(seconds=41)))
    assert counts(judge) == "ACCEPTED"


STRANGE = {
    "nobody invited": ({"attendee": "stranger@madrid.example"}, ("unknown_attendee", "requested", "ACCEPTED")),
    "a message that was never sent": ({"sequence": 7}, ("ahead_of_time", "requested", "ACCEPTED")),
    "a stamp of next year": ({"stamp": SENT + timedelta(days=400)}, ("ahead_of_time", "requested", "ACCEPTED")),
    "an event of nobody": ({"uid": "4b5a0f3e-0000-4000-8000-000000000000"}, ("unknown_event", "requested", "ACCEPTED")),
    "no UID of ours": ({"uid": "x' OR 1=1"}, ("unknown_event", "requested", "ACCEPTED")),
}


@pytest.mark.parametrize(("facts", "expected"), STRANGE.values(), ids=STRANGE.keys())
def test_what_does_not_fit_is_laid_aside_once(judge, facts, expected):
    data = mails.answers(judge, **facts)
    assert (take(data), take(data), aside()) == ("laid_aside", "laid_aside", [expected])
    assert counts(judge) == "NEEDS-ACTION"


def test_what_a_person_writes_is_for_the_clerk_of_his_own_side(booked, judge):
    cast, found = booked
    take(mails.letter("I am ill that day.", sender=JUDGE, to=mailing.organizer(found)))
    stray = Stray.objects.get()
    assert (stray.wrong, stray.words, stray.invitation) == ("no_answer", "I am ill that day.", judge)
    seen = [
        Stray.objects.visible_to(by).exists() for by in (cast.clerk_madrid, cast.clerk, cast.technician, cast.stranger)
    ]
    assert seen == [True, False, False, False]


def test_an_interpreters_address_is_read_by_the_court_that_entered_her_alone(booked, client):
    cast, found = booked
    take(mails.answers(invited(found, INTERPRETER), sequence=7))
    stray = Stray.objects.get()
    Resource.objects.filter(interpreter__email=INTERPRETER).update(authority=cast.clerk.authority)
    assert [strays.sender(stray, by) for by in (cast.clerk, cast.clerk_madrid)] == [INTERPRETER, ""]
    for by, shown in ((cast.clerk, True), (cast.clerk_madrid, False)):
        client.force_login(by.user)
        assert (INTERPRETER in client.get("/replies/").content.decode()) is shown


def test_mail_that_belongs_to_no_hearing_keeps_neither_sender_nor_words(booked):
    cast, _found = booked
    take(mails.letter("The witness is Zulmira.", sender="someone@else.example", to="o@v.example"))
    take(b"\0" * (replies.LARGEST_MAIL + 1))
    assert aside() == [("no_answer", "", ""), ("too_large", "", "")]
    assert set(Stray.objects.values_list("sender", "words")) == {("", "")}
    assert [Stray.objects.visible_to(by).count() for by in (cast.clerk, cast.technician)] == [0, 2]


def test_a_note_of_absence_answers_nothing(judge):
    data = mails.letter("I am away.", sender=JUDGE, to=mailing.organizer(judge.booking))
    assert take(b"Auto-Submitted: auto-replied\r\n" + data) == "automatic"
    assert aside() == []


def test_a_stray_that_its_clerk_lets_through_counts_and_is_forgotten(booked, judge):
    cast, _found = booked
    take(mails.answers(judge, "DECLINED", attendee="j.alias@madrid.example"))
    stray = Stray.objects.get()
    strays.release(stray=stray, by=cast.clerk_madrid, invitation=judge.public_id)
    stray.refresh_from_db()
    assert (counts(judge), stray.state, stray.words, stray.decided_by) == (
        "DECLINED",
        "released",
        "",
        cast.clerk_madrid,
    )
    assert Answer.objects.get().way == "clerk"


def test_another_side_s_clerk_decides_nothing(booked, judge):
    cast, _found = booked
    take(mails.answers(judge, attendee="j.alias@madrid.example"))
    stray = Stray.objects.get()
    for by in (cast.clerk, cast.judge_madrid, cast.technician_madrid, cast.stranger, None):
        with pytest.raises(strays.NotFound):
            strays.release(stray=stray, by=by, invitation=judge.public_id)
    for by in (cast.clerk, cast.technician_madrid, cast.stranger, None):
        with pytest.raises(strays.NotFound):
            strays.discard(stray=stray, by=by)
    strays.discard(stray=stray, by=cast.clerk_madrid)
    with pytest.raises(strays.Refusal, match="stray_decided"):
        strays.release(stray=stray, by=cast.clerk_madrid, invitation=judge.public_id)


def test_a_counter_is_a_proposal_and_declining_it_is_answered_in_kind(booked):
    cast, found = booked
    one = invited(found, INTERPRETER)
    data = mails.counters(one, THURSDAY)
    assert (take(data), take(data)) == ("counter", "counter")
    asked = Proposal.objects.get()
    assert (asked.instants(), asked.invitation, asked.reason) == ([THURSDAY], one, "I am in court until noon.")
    proposals.decline(proposal=asked, by=cast.clerk, version=asked.booking.version)
    for _ in range(2):
        tasks.decline_counter(asked.pk)
    letter = Letter.objects.get(key=f"declined:{asked.public_id}")
    said = Calendar.from_ical(bytes(letter.calendar))
    assert (letter.to, letter.method, str(said["METHOD"])) == (INTERPRETER, "DECLINECOUNTER", "DECLINECOUNTER")
    assert (said.events[0]["SEQUENCE"], said.events[0]["DTSTART"].dt) == (0, WEDNESDAY)
    assert "have not taken up the time you proposed" in letter.body


def test_a_counter_that_is_taken_up_moves_the_hearing_and_is_answered_by_a_request(booked):
    cast, found = booked
    take(mails.counters(invited(found, INTERPRETER), THURSDAY))
    words = "An interpreter is in court until noon."
    asked = proposing.propose(booking=found, starts=[THURSDAY], by=cast.clerk, version=3, reason=words)
    booking.move(booking=found, by=cast.clerk_madrid, version=3, proposal=asked)
    told()
    one = invited(found, INTERPRETER)
    letter = Letter.objects.get(key=one.letter_key)
    assert (one.sitting.start, one.sequence, letter.method) == (THURSDAY, 1, "REQUEST")
    assert set(Proposal.objects.values_list("state", flat=True)) == {"taken"}


@pytest.mark.parametrize(
    "facts",
    [
        {"proof": ""},
        {"sender": "mallory@evil.example"},
        {"start": WEDNESDAY},
        {"start": WEDNESDAY + timedelta(seconds=7)},
    ],
    ids=["not proven", "another sender", "the time it has", "off the grid"],
)
def test_a_counter_that_cannot_be_taken_up_is_for_a_person(booked, facts):
    one = invited(booked[1], INTERPRETER)
    take(mails.counters(one, facts.pop("start", THURSDAY), **facts))
    assert aside() == [("proposal_refused", "third", "")]
    assert not Proposal.objects.exists()


def test_a_refresh_gets_the_state_as_it_is_at_the_invited_address_alone(judge):
    later = NOW + timedelta(hours=1)
    data = mails.answers(judge, method="REFRESH", sender="judge.phone@madrid.example")
    before = Letter.objects.count()
    assert (mailbox.take(data, now=later), mailbox.take(data, now=later)) == ("refresh", "refresh")
    letter = Letter.objects.get(key=invited(judge.booking, JUDGE).letter_key)
    assert (Letter.objects.count(), letter.to, letter.method) == (before + 1, JUDGE, "REQUEST")


def test_a_refresh_just_after_a_letter_is_answered_by_that_letter(judge):
    before = Letter.objects.count()
    take(mails.answers(judge, method="REFRESH"))
    mailbox.take(mails.answers(judge, method="REFRESH"), now=judge.stamp + timedelta(minutes=1))
    assert Letter.objects.count() == before + 1  # SENT is 55 minutes after he was told


@pytest.mark.parametrize(
    ("facts", "word", "state"),
    [({}, "bounced", "bounced"), ({"action": "delayed", "status": "4.4.1"}, "automatic", "sent")],
)
def test_a_letter_that_comes_back_is_marked(judge, facts, word, state):
    letter = Letter.objects.get(key=judge.letter_key)
    Letter.objects.filter(pk=letter.pk).update(state="sent")
    assert take(mails.bounce(letter.public_id, **facts)) == word
    assert Letter.objects.get(pk=letter.pk).state == state


def test_hostile_mail_is_laid_aside_and_never_stops_the_next(judge):
    good = mails.answers(judge)
    for data in (
        b"",
        b"\xff\xfe" * 900,
        good.replace(b"judge@madrid.example", b"judge\0@madrid.example"),
        good.replace(b"multipart/alternative", b"multipart/report; report-type=delivery-status"),
        good.replace(b"From: ", b"From: =?utf-8?q?=00?= <"),
        good.replace(b"Content-Type: text/calendar", b"Content-Type: text/calendar; charset=none; method*0*=''%00"),
        mail(calendar("REPLY", event("\0", attendee(JUDGE))), sender=JUDGE),
    ):
        assert take(data) in {"laid_aside", "automatic", "reply"}
    assert take(good) == "reply"


def piped(data, monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    call_command("receive_mail", stdout=out, stderr=out)
    return out.getvalue().strip()


def test_a_mail_server_s_pipe_hands_a_reply_over(judge, monkeypatch):
    assert piped(mails.answers(judge, stamp=judge.stamp), monkeypatch) == "reply"
    assert counts(judge) == "ACCEPTED"


def test_the_pipe_asks_to_be_tried_again_where_the_database_does_not_answer(judge, monkeypatch):
    def away(*_args, **_facts):
        raise OperationalError("secret of the witness")

    monkeypatch.setattr(mailbox, "take", away)
    with pytest.raises(SystemExit) as caught:
        piped(mails.answers(judge), monkeypatch)
    assert caught.value.code == 75
