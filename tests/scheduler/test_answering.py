"""People answer on a page, by the key in a letter and over the API; clerks decide on what did not fit."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from casework.errors import NamesPlace
from config import home
from directory import sealed
from directory.models import Interpreter, Letter, Membership
from scheduler import booking, tasks
from scheduler.booking import proposals
from scheduler.letters import answers, mailbox, mailing
from scheduler.models import Answer, Booking, Feed, Invitation, Proposal, Stray
from tests.scheduler import mails
from tests.scheduler.conftest import NOW, WEDNESDAY, told
from tests.scheduler.mails import invited
from tests.scheduler.pages import text

JUDGE, BRUSSELS = "judge@madrid.example", "interpreter@brussels.example"
THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def judge(booked):
    return invited(booked[1], JUDGE)


@pytest.fixture
def guest(booked):
    """An interpreter who has no account."""
    Interpreter.objects.filter(email=BRUSSELS).update(user=None)
    return invited(booked[1], BRUSSELS)


def counts(one):
    return Invitation.objects.get(pk=one.pk).partstat


def key(one):
    return f"/answer/{sealed.token('invitation', one.public_id)}/"


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_one_answers_on_the_page_that_the_letter_leads_to(visit, booked, judge, partstat):
    cast, found = booked
    page = text(visit(cast.judge_madrid, "invitation", judge.public_id))
    assert f"Hearing {found.plan.code}" in page
    assert "Say whether you can come." in page
    assert "Wednesday 9 December 2026" in page
    visit(cast.judge_madrid, "invitation", judge.public_id, post={"answer": partstat, "sequence": 0})
    assert (counts(judge), Answer.objects.get().way) == (partstat, "page")


def test_a_later_answer_on_the_page_counts_though_the_clock_stands_still(visit, booked, judge):
    for partstat in ("DECLINED", "ACCEPTED"):
        visit(booked[0].judge_madrid, "invitation", judge.public_id, post={"answer": partstat, "sequence": 0})
    assert counts(judge) == "ACCEPTED"


def test_an_answer_to_the_time_that_was_on_the_page_is_none_to_another(visit, booked, judge):
    cast, found = booked
    asked = booking.propose(booking=found, starts=[THURSDAY], by=cast.clerk, version=3, reason="The judge is away.")
    booking.move(booking=found, by=cast.clerk_madrid, version=3, proposal=asked)
    stale = visit(cast.judge_madrid, "invitation", judge.public_id, post={"answer": "ACCEPTED", "sequence": 0})
    assert (stale.status_code, counts(judge)) == (412, "NEEDS-ACTION")
    assert "Thursday 10 December" in text(stale)
    fresh = re.search(r'name="sequence" value="(\d+)"', stale.text)[1]
    visit(cast.judge_madrid, "invitation", judge.public_id, post={"answer": "ACCEPTED", "sequence": fresh})
    assert counts(judge) == "ACCEPTED"
    told()  # the letter leaves after the answer, and takes nothing back
    assert counts(judge) == "ACCEPTED"


def test_the_booking_leads_to_one_s_own_invitation(visit, booked, judge):
    cast, found = booked
    pages = [visit(by, "booking", found.public_id).text for by in (cast.judge_madrid, cast.clerk_madrid, cast.judge)]
    assert [f"/invitations/{judge.public_id}/" in page for page in pages] == [True, False, False]


def test_nobody_opens_another_one_s_invitation(visit, booked, judge):
    cast, _found = booked
    for by in (cast.clerk, cast.judge, cast.clerk_madrid, cast.technician_madrid, cast.stranger, cast.auditor):
        assert visit(by, "invitation", judge.public_id).status_code == 404
        answer = visit(by, "invitation", judge.public_id, post={"answer": "DECLINED", "sequence": 0})
        assert (answer.status_code, counts(judge)) == (404, "NEEDS-ACTION")


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ({"answer": "MAYBE", "sequence": 0}, 422),
        ({"answer": "ACCEPTED"}, 428),
        ({"answer": "ACCEPTED", "sequence": "x"}, 428),
        ({"act": "propose", "sequence": 0, "day": "2026-12-09", "clock": "14:30"}, 422),  # the time it has
        ({"act": "propose", "sequence": 0, "day": "2026-12-32", "clock": "14:30"}, 422),
        ({"act": "propose", "sequence": 0}, 422),
        ({"act": "propose", "sequence": 4, "day": "2026-12-10", "clock": "14:30"}, 412),
    ],
)
def test_what_the_page_cannot_take_it_says_and_keeps(visit, booked, judge, post, status):
    answer = visit(booked[0].judge_madrid, "invitation", judge.public_id, post=post | {"reason": "I teach until noon."})
    assert answer.status_code == status
    assert "I teach until noon." in answer.text
    assert not Proposal.objects.exists()


def test_another_time_is_proposed_on_one_s_own_clock(visit, booked, judge):
    cast, _found = booked
    post = {"act": "propose", "sequence": 0, "day": "2026-12-10", "clock": "14:30", "reason": "I teach."}
    for _ in range(2):
        assert visit(cast.judge_madrid, "invitation", judge.public_id, post=post).status_code == 302
    asked = Proposal.objects.get()
    assert (asked.instants(), asked.by_mail, asked.invitation) == ([THURSDAY], False, judge)
    assert "What you proposed" in text(visit(cast.judge_madrid, "invitation", judge.public_id))


def test_a_key_opens_one_invitation_and_a_mail_scanner_that_follows_it_answers_nothing(client, guest):
    page = client.get(key(guest))
    assert (page.status_code, counts(guest)) == (200, "NEEDS-ACTION")
    assert "Referrer-Policy" in page.headers
    assert "no-store" in page.headers["Cache-Control"]
    assert "Palmas" not in text(page)
    assert "Traoré" not in text(page)
    client.post(key(guest), {"answer": "ACCEPTED", "sequence": 0})
    assert (counts(guest), Answer.objects.get().way) == ("ACCEPTED", "link")


def test_a_key_that_is_another_one_s_or_none_opens_nothing(client, booked, guest, judge):
    forged = key(guest)[:-2] + ("A/" if key(guest)[-2] != "A" else "B/")
    account = key(judge)  # who has an account signs in
    for path in (forged, account, "/answer/x/", f"/answer/{guest.public_id.hex}/", "/answer/~/"):
        assert client.get(path).status_code == 404
    Invitation.objects.filter(pk=guest.pk).update(withdrawn_at=NOW)
    assert client.get(key(guest)).status_code == 404


def test_a_key_opens_nothing_once_the_hearing_is_over(client, guest, time_machine):
    time_machine.move_to(WEDNESDAY + timedelta(hours=2), tick=False)
    assert client.get(key(guest)).status_code == 404


def test_what_was_given_up_is_shown_and_asks_nothing(visit, booked, judge):
    cast, found = booked
    booking.cancel(booking=found, by=cast.clerk, version=3, reason="The judge is ill.")
    page = visit(cast.judge_madrid, "invitation", judge.public_id)
    assert "This hearing by video link does not take place at this time." in text(page)
    assert 'name="answer"' not in page.text
    late = visit(cast.judge_madrid, "invitation", judge.public_id, post={"answer": "ACCEPTED", "sequence": 1})
    assert late.status_code == 409


def stray(found, **facts):
    """A letter that the judge in Madrid wrote instead of an answer."""
    mail = mails.letter(**{"text": "I am ill that day.", "sender": JUDGE, "to": mailing.organizer(found)} | facts)
    mailbox.take(mail, now=timezone.now())
    return Stray.objects.latest("pk")


def test_replies_that_did_not_fit_are_shown_to_the_clerk_of_their_side_alone(visit, booked, judge):
    cast, found = booked
    mailbox.take(mails.answers(judge, "DECLINED", attendee="j.alias@madrid.example"), now=NOW)
    one = Stray.objects.get()
    page = text(visit(cast.clerk_madrid, "replies"))
    assert "It answers for somebody who is not invited, or no longer is." in page
    assert f"Hearing {found.plan.code}" in page
    assert "Nothing waits" in text(visit(cast.clerk, "replies"))
    assert [visit(by, "replies").status_code for by in (cast.judge_madrid, cast.interpreter, cast.auditor)] == [404] * 3
    assert visit(cast.clerk, "release", one.public_id, post={"invitation": judge.public_id}).status_code == 404
    visit(cast.clerk_madrid, "release", one.public_id, post={"invitation": judge.public_id})
    assert (counts(judge), Stray.objects.get().state) == ("DECLINED", "released")


def test_what_no_answer_can_be_read_in_is_only_discarded(visit, booked, judge):
    cast, found = booked
    one = stray(found)
    refused = visit(cast.clerk_madrid, "release", one.public_id, post={})
    assert (refused.status_code, "There is no answer in it that could count." in text(refused)) == (409, True)
    visit(cast.clerk_madrid, "discard", one.public_id, post={})
    kept = Stray.objects.get()
    assert (kept.state, kept.words, kept.sender, kept.invitation) == ("discarded", "", "", None)


def test_what_nobody_decides_on_is_forgotten_after_ninety_days(booked):
    one = stray(booked[1])
    tasks.forget_strays(int((NOW + timedelta(days=90)).timestamp()))
    assert Stray.objects.get() == one
    assert Stray.objects.get().words == "I am ill that day."
    tasks.forget_strays(int((NOW + timedelta(days=91)).timestamp()))
    kept = Stray.objects.get()
    assert (kept.state, kept.words, kept.sender, kept.decided_by) == ("discarded", "", "", None)


def test_the_home_page_says_that_replies_wait_and_that_a_letter_did_not_arrive(booked, judge):
    cast, found = booked
    code = found.plan.code
    stray(found)
    Letter.objects.filter(key=judge.letter_key).update(state="bounced")
    said = {by: [str(task.sentence) for task in home.waiting(getattr(cast, by))] for by in ("clerk", "clerk_madrid")}
    expected = {"1 reply did not fit", f"Hearing {code}: a letter did not arrive"}
    assert (set(said["clerk_madrid"]) & expected, set(said["clerk"]) & expected) == (expected, set())


@pytest.mark.parametrize(
    ("state", "words"),
    [("sent", "Sent"), ("failed", "Not delivered"), ("bounced", "Came back"), ("doubtful", "May not have been sent")],
)
def test_the_booking_says_how_each_letter_of_the_own_side_stands(visit, booked, judge, state, words):
    cast, found = booked
    Letter.objects.update(state="queued")
    Letter.objects.filter(key=judge.letter_key).update(state=state)
    ours, theirs = (text(visit(by, "booking", found.public_id)) for by in (cast.clerk_madrid, cast.clerk))
    assert re.search(rf"{JUDGE} {words}\b", ours)
    assert JUDGE not in theirs


def test_a_letter_that_did_not_arrive_goes_out_again_for_its_own_side_s_clerk(visit, booked, judge):
    cast, _found = booked
    Letter.objects.filter(key=judge.letter_key).update(state="bounced")
    for by in (cast.clerk, cast.judge_madrid, cast.technician_madrid, cast.stranger):
        assert visit(by, "send_again", judge.public_id, post={}).status_code == 404
    assert visit(cast.clerk_madrid, "send_again", judge.public_id, post={}).status_code == 302
    assert Letter.objects.get(key=judge.letter_key).state == "queued"
    again = visit(cast.clerk_madrid, "send_again", judge.public_id, post={})
    assert again.status_code == 409


def test_the_address_of_a_calendar_is_shown_once(visit, booked):
    cast, _found = booked
    made = visit(cast.judge, "make_feed", post={"busy_only": "1"})
    address = re.search(r"/calendar/([\w-]{43})\.ics", made.text)
    assert address is not None
    assert "no-store" in made.headers["Cache-Control"]
    page = visit(cast.judge, "calendars")
    assert (address[1] in page.text, "Busy times only" in text(page)) == (False, True)
    feed = Feed.objects.get()
    assert visit(cast.clerk, "rotate_feed", feed.public_id, post={}).status_code == 404
    assert visit(cast.clerk, "revoke_feed", feed.public_id, post={}).status_code == 404
    visit(cast.judge, "revoke_feed", feed.public_id, post={})
    assert "None yet" in text(visit(cast.judge, "calendars"))


def test_a_participant_whose_proposal_on_the_page_is_declined_reads_so_in_a_letter(visit, booked, judge):
    cast, _found = booked
    post = {"act": "propose", "sequence": 0, "day": "2026-12-10", "clock": "14:30", "reason": "I teach."}
    visit(cast.judge_madrid, "invitation", judge.public_id, post=post)
    asked = Proposal.objects.get()
    proposals.decline(proposal=asked, by=cast.clerk, version=asked.booking.version)
    tasks.decline_counter(asked.pk)
    letter = Letter.objects.get(key=f"declined:{asked.public_id}")
    assert (letter.to, letter.method, letter.calendar) == (JUDGE, "", None)
    assert Booking.objects.get().state == "confirmed"


def test_who_tells_the_withheld_place_in_a_proposal_is_asked_again_and_a_mails_words_are_left_out(booked, judge):
    tells = {"now": NOW, "reason": "The witness comes to Witness room A in Las Palmas only in the morning."}
    with pytest.raises(NamesPlace):
        answers.propose(judge, THURSDAY, **tells)
    answers.propose(judge, THURSDAY, **tells, by_mail=True)
    assert Proposal.objects.get().reason == ""


def test_who_has_left_the_court_reads_its_invitations_no_more(visit, booked, judge):
    member = booked[0].judge_madrid
    nairobi = Membership.objects.create(user=member.user, authority=booked[0].stranger.authority, role="judge")
    Membership.objects.filter(pk=member.pk).update(active=False)
    assert visit(nairobi, "invitation", judge.public_id).status_code == 404
