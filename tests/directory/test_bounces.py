"""A mail server reports that a letter did not arrive (RFC 3464)."""

from uuid import UUID

import pytest

from directory import bounces
from scheduler.letters import replies
from tests.scheduler.mails import bounce, letter

LETTER = UUID("7b0f5a0c-5f2e-4a51-9a55-1c5a3b0e8f11")


@pytest.mark.parametrize("envelope", [True, False])
def test_a_report_names_the_letter_by_its_envelope_or_by_its_headers(envelope):
    mail = replies.mail_of(bounce(LETTER, envelope=envelope))
    assert bounces.is_report(mail)
    assert bounces.read(mail) == bounces.Report(LETTER, "5.1.1", final=True)


def test_a_delay_is_no_end():
    found = bounces.read(replies.mail_of(bounce(LETTER, "4.4.1", "delayed")))
    assert found == bounces.Report(LETTER, "4.4.1", final=False)


def test_what_names_no_letter_of_ours_says_nothing():
    assert bounces.read(replies.mail_of(bounce("somebody-else"))) is None
    assert not bounces.is_report(replies.mail_of(letter("It came back.", sender="a@b.example", to="o@v.example")))
