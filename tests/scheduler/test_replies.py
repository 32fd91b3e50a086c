"""What a mail answers, and what is no answer: bytes in, a word out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.letters import replies
from scheduler.letters.authentic import authentic
from scheduler.letters.replies import Method, Misfit, Said, Wrong, greater
from tests.scheduler.mails import SENT, SERVER, attendee, calendar, event, letter, mail

UID = "7b0f5a0c-5f2e-4a51-9a55-1c5a3b0e8f11"
JUDGE = "judge@madrid.example"


def read(data):
    return replies.read(replies.mail_of(data), authserv_id=SERVER)


def wrong(data):
    with pytest.raises(Misfit) as caught:
        read(data)
    return caught.value.wrong


def reply(*lines, method="REPLY", sender=JUDGE, **facts):
    body = calendar(method, event(UID, *(lines or [attendee(JUDGE)]), **facts))
    return mail(body, sender=sender, method=method)


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_says_who_answers_what_and_when(partstat):
    found = read(reply(attendee("Judge@Madrid.example", partstat), sequence=3))
    assert (found.method, found.uid, found.attendee, found.sender) == (Method.REPLY, UID, JUDGE, JUDGE)
    assert (found.said, found.verified) == (Said(partstat, 3, SENT), True)


def test_a_client_that_writes_its_attendee_twice_has_said_one_thing():
    assert read(reply(attendee(JUDGE), attendee(JUDGE))).attendee == JUDGE


def test_a_counter_says_when_he_would_rather_come():
    line = "DTSTART;TZID=Europe/Madrid:20261210T100000\r\nCOMMENT:Not before ten\\, please.\r\n"
    found = read(reply(attendee(JUDGE, "TENTATIVE"), method="COUNTER", more=line))
    assert (found.start, found.words) == (datetime(2026, 12, 10, 9, 0, tzinfo=UTC), "Not before ten, please.")


MISFITS = {
    "somebody wrote": (letter("I am ill.", sender=JUDGE, to="o@v.example"), Wrong.NO_ANSWER),
    "two different attendees": (reply(attendee(JUDGE), attendee("clerk@madrid.example")), Wrong.ATTENDEES),
    "one attendee with two answers": (reply(attendee(JUDGE), attendee(JUDGE, "DECLINED")), Wrong.ATTENDEES),
    "nobody": (mail(calendar("REPLY", event(UID)), sender=JUDGE), Wrong.MALFORMED),
    "no answer in it": (reply(attendee(JUDGE, "NEEDS-ACTION")), Wrong.MALFORMED),
    "an organizer's method": (reply(method="PUBLISH"), Wrong.METHOD),
    "an event that is added": (reply(method="ADD"), Wrong.METHOD),
    "a request of his own": (reply(method="REQUEST"), Wrong.METHOD),
    "two events": (mail(calendar("REPLY", event(UID, attendee(JUDGE)) * 2), sender=JUDGE), Wrong.MALFORMED),
    "a method that the mail denies": (
        mail(calendar("REPLY", event(UID, attendee(JUDGE))), sender=JUDGE, method="COUNTER"),
        Wrong.MALFORMED,
    ),
    "no calendar at all": (mail("BEGIN:VCARD\r\nEND:VCARD\r\n", sender=JUDGE), Wrong.MALFORMED),
    "bytes": (mail(bytes(range(256)), sender=JUDGE), Wrong.MALFORMED),
    "a sequence that counts backwards": (reply(sequence=-1), Wrong.MALFORMED),
    "a sequence beyond the column": (reply(sequence=2**31), Wrong.MALFORMED),
    "a proposal of a whole day": (reply(method="COUNTER", more="DTSTART;VALUE=DATE:20261210\r\n"), Wrong.MALFORMED),
    "a proposal without a time": (reply(method="COUNTER"), Wrong.PROPOSAL),
    "a calendar too large": (reply(more=f"COMMENT:{'x' * replies.LARGEST_CALENDAR}\r\n"), Wrong.TOO_LARGE),
    "a mail too large": (b"a" * (replies.LARGEST_MAIL + 1), Wrong.TOO_LARGE),
}


@pytest.mark.parametrize(("data", "word"), MISFITS.values(), ids=MISFITS.keys())
def test_what_is_no_answer_has_a_word(data, word):
    assert wrong(data) == word


def test_a_mail_of_very_many_parts_is_not_read_on():
    part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * (replies.MOST_PARTS + 1)
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    assert wrong((head + part + "--b--\r\n").encode()) == Wrong.MALFORMED


def test_one_who_writes_from_two_addresses_is_nobody():
    data = reply().replace(b"From: judge@madrid.example", b"From: judge@madrid.example, clerk@madrid.example")
    assert (read(data).sender, read(data).verified) == ("", False)


PROOFS = {
    "DMARC": (f"{SERVER}; dmarc=pass header.from=madrid.example", True),
    "a login": (f"{SERVER}; auth=pass smtp.auth={JUDGE}", True),
    "a domain above": (f"{SERVER}; dkim=pass header.d=example", False),  # a top-level one proves nothing
    "another domain": (f"{SERVER}; dkim=pass header.d=evil.example", False),
    "a failure": (f"{SERVER}; dkim=fail header.d=madrid.example", False),
    "another server's word": ("mx.evil.example; dkim=pass header.d=madrid.example", False),
    "a proof within a comment": (f"{SERVER}; dkim=fail (; dkim=pass header.d=madrid.example)", False),
    "a proof within a name": (f'{SERVER}; spf=fail smtp.mailfrom="; dkim=pass header.d=madrid.example"@evil', False),
    "none": ("", False),
}


@pytest.mark.parametrize(("proof", "true"), PROOFS.values(), ids=PROOFS.keys())
def test_only_our_own_server_s_word_on_top_of_a_mail_proves_its_sender(proof, true):
    data = mail(calendar("REPLY", event(UID, attendee(JUDGE))), sender=JUDGE, proof=proof)
    assert read(data).verified is true


def test_a_second_header_below_ours_is_nobody_s_word():
    forged = f"Authentication-Results: {SERVER}; dkim=pass header.d=madrid.example\r\n".encode()
    data = f"Authentication-Results: {SERVER}; dkim=none\r\n".encode() + forged + mail("", sender=JUDGE, proof="")
    assert authentic(replies.mail_of(data), JUDGE, authserv_id=SERVER) is False


SAID = st.builds(
    Said,
    st.sampled_from(replies.ANSWERS),
    st.integers(0, 3),
    st.integers(0, 3).map(lambda n: SENT + timedelta(seconds=n)),
)


@given(st.lists(SAID, min_size=1), st.randoms())
def test_in_whatever_order_answers_come_and_however_often_the_same_one_counts(said, random):
    def last(rows):
        kept = None
        for one in rows:
            kept = greater(kept, one)
        return kept

    again = said + random.choices(said, k=3)
    random.shuffle(again)
    assert last(again) == last(said) == max(said, key=lambda one: one.rank)


@given(st.data())
def test_nothing_that_comes_in_by_mail_is_more_than_odd(data):
    """Octets of a good reply are changed, cut and doubled: the reader says a word or raises what its caller expects."""
    whole = bytearray(reply())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole)))
        piece = data.draw(
            st.sampled_from([b"", b"\0", b"\xff", b"\r\n", b":", b";", b"=?", b"mailto:", b"BEGIN:", b'"'])
        )
        whole[at : at + data.draw(st.integers(0, 20))] = piece * data.draw(st.sampled_from([1, 1, 300]))
    try:
        found = read(bytes(whole))
    except (Misfit, *replies.ODD):
        return
    assert "\0" not in found.attendee + found.sender + found.words
