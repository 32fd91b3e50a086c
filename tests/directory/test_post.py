"""One letter a person, true before it is sent, never sent twice."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from config.processes import free_port
from directory import delivery, post, sealed, tasks
from directory.errors import NotFound
from directory.mime import Facts, build
from directory.models import Letter

INVITE = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Audiencia H-9D20 · vidéo\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()


def send(**changes: Any) -> Letter:
    facts = {
        "key": "booking:1:request:clerk",
        "to": "clerk@madrid.example",
        "language": "es",
        "subject": "Audiencia H-9D20",
        "text": "Miércoles, 9 de diciembre de 2026\n\nde 14:30 a 16:00",
        "calendar": INVITE,
        "method": "REQUEST",
    }
    return post.send(**(facts | changes))


@pytest.fixture
def letter(db: None) -> Letter:
    return send()


def sent() -> EmailMessage:
    parsed = message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_same_key_is_one_letter_and_one_job(db: None) -> None:
    first, second = send(), send(text="something else")
    assert first == second
    assert second.body.startswith("Miércoles")
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"letter_id": first.pk}]


def test_a_letter_of_an_act_that_is_undone_was_never_written(db: None) -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert (Letter.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_the_calendar_arrives_byte_for_byte_last_of_the_alternatives_and_as_a_file(letter: Letter) -> None:
    delivery.deliver(letter.pk)
    whole = sent()
    alternative, file = whole.iter_parts()
    assert (whole.get_content_type(), alternative.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    plain, page, calendar = alternative.iter_parts()
    assert [part.get_content_type() for part in (plain, page, calendar)] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert dict(calendar["Content-Type"].params) == {
        "charset": "utf-8",
        "method": "REQUEST",
        "component": "VEVENT",
    }
    assert file.get_filename() == "invite.ics"
    assert [part.get_payload(decode=True) for part in (calendar, file)] == [INVITE, INVITE]


def test_the_text_is_readable_as_text_and_as_a_page(letter: Letter) -> None:
    delivery.deliver(letter.pk)
    alternative = next(iter(sent().iter_parts()))
    plain, page = (part.get_content() for part in list(alternative.iter_parts())[:2])
    assert plain.replace("\r", "") == "Miércoles, 9 de diciembre de 2026\n\nde 14:30 a 16:00\n"
    assert '<html lang="es" dir="ltr">' in page
    assert "<p>Miércoles, 9 de diciembre de 2026</p>" in page


def test_a_letter_without_a_calendar_is_text_and_page(db: None) -> None:
    delivery.deliver(send(calendar=None, method="").pk)
    assert [part.get_content_type() for part in sent().walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_date_is_in_utc_and_every_line_ends_with_crlf(letter: Letter) -> None:
    delivery.deliver(letter.pk)
    raw = mail.outbox[0].message().as_bytes(linesep="\n")
    assert sent()["Date"].datetime.utcoffset().total_seconds() == 0
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_line_end_in_a_subject_does_not_become_a_header(db: None) -> None:
    delivery.deliver(send(subject="Hearing\r\nBcc: everyone@example").pk)
    assert sent()["Bcc"] is None
    assert sent()["Subject"] == "Hearing Bcc: everyone@example"


def test_an_arabic_letter_is_written_from_the_right(letter: Letter) -> None:
    facts = Facts("1", "a@b.example", "c@d.example", "ar", "جلسة", "الأربعاء <9>")
    page = list(build(facts, at=letter.created_at).iter_parts())[1].get_content()
    assert '<html lang="ar" dir="rtl">' in page
    assert "<p>الأربعاء &lt;9&gt;</p>" in page


def test_a_letter_is_delivered_once_however_often_the_job_runs(letter: Letter) -> None:
    for _ in range(3):
        delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert (len(mail.outbox), letter.state, letter.attempts) == (1, "sent", 1)


def test_a_letter_that_somebody_is_sending_is_left_to_him(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENDING, taken_at=timezone.now())
    delivery.deliver(letter.pk)
    assert mail.outbox == []


def test_a_worker_that_was_only_slow_finds_its_lease_gone_and_sends_nothing(letter: Letter) -> None:
    slow = delivery._leased(letter.pk)
    Letter.objects.filter(pk=letter.pk).update(taken_at=timezone.now() - delivery.LEASE * 2)
    delivery.deliver(letter.pk)  # another worker, which believes it dead
    assert slow is not None
    with pytest.raises(delivery._TakenOver), delivery._server() as server:
        delivery._hand_over(slow, server)
    assert len(mail.outbox) == 1


def test_what_certainly_stayed_here_goes_out_again_and_what_may_have_left_is_for_a_person(db: None) -> None:
    then = timezone.now() - delivery.LEASE * 2
    kept, left, lost = (send(key=key) for key in ("kept", "left", "lost"))
    ProcrastinateJob.objects.all()._raw_delete("default")  # the jobs died with their worker
    Letter.objects.update(created_at=then)
    Letter.objects.exclude(key="lost").update(state=Letter.State.SENDING, taken_at=then)
    Letter.objects.filter(key="left").update(handed_at=then)
    assert delivery.revive(timezone.now()) == 2
    assert delivery.revive(timezone.now()) == 0  # their jobs wait
    assert {job.args["letter_id"] for job in ProcrastinateJob.objects.all()} == {kept.pk, lost.pk}
    left.refresh_from_db()
    assert left.state == "doubtful"


def test_a_person_sends_again_what_came_back_and_nothing_else(letter: Letter) -> None:
    assert post.again(letter) is False
    delivery.deliver(letter.pk)
    first = sent()["Message-ID"]
    assert post.bounced(letter.public_id, "5.1.1") is True
    assert post.again(letter) is True
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, len(mail.outbox), sent()["Message-ID"]) == ("sent", 2, first)


def test_a_link_that_is_a_key_is_written_as_the_letter_leaves(db: None) -> None:
    one = UUID("7b0f5a0c-5f2e-4a51-9a55-1c5a3b0e8f11")
    letter = send(text=f"https://v.example/answer/{sealed.mark('invitation', one)}/")
    delivery.deliver(letter.pk)
    token = re.findall(r"answer/([^/]+)/", delivery.mime_of(letter).get_body(("plain",)).get_content())[0]
    assert (sealed.opened("invitation", token), token in letter.body) == (one, False)
    for wrong in (token[:-1], sealed.token("feed", one), one.hex, ""):
        with pytest.raises(NotFound):
            sealed.opened("invitation", wrong)


class Server:
    """A mail server that fails in one way: on opening, or while it is handed the letter."""

    def __init__(self, *, opening: Exception | None = None, taking: Exception | None = None) -> None:
        self.opening, self.taking = opening, taking

    def open(self) -> None:
        if self.opening:
            raise self.opening

    def close(self) -> None: ...

    def send_messages(self, messages: list[Any]) -> None:
        if self.taking:
            raise self.taking


@pytest.mark.parametrize(
    "server",
    [
        # Nobody there.
        Server(opening=ConnectionRefusedError("clerk@madrid.example")),
        # Greylisting.
        Server(taking=SMTPRecipientsRefused({"clerk@madrid.example": (450, b"later")})),
    ],
)
def test_what_certainly_did_not_leave_is_tried_again_and_then_given_up(
    letter: Letter, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "get_connection", lambda: server)
    for _ in range(delivery.MAX_ATTEMPTS - 1):
        with pytest.raises(delivery.NotDelivered) as failed:
            delivery.deliver(letter.pk)
        assert "madrid" not in f"{failed.value!r} {failed.value.__cause__!r}"
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("failed", delivery.MAX_ATTEMPTS)
    assert "madrid" not in letter.error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        # No such person: asking again does not help.
        (SMTPRecipientsRefused({"clerk@madrid.example": (550, b"unknown")}), "failed"),
        # The line broke while the server had it: it may have arrived.
        (SMTPServerDisconnected("gone"), "doubtful"),
        (TimeoutError(), "doubtful"),
    ],
)
def test_what_may_have_arrived_is_not_sent_again(
    letter: Letter, error: Exception, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "get_connection", lambda: Server(taking=error))
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.error) == (state, type(error).__name__)


def test_over_a_real_smtp_line_the_calendar_is_still_the_same(letter: Letter, settings: Any) -> None:
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    try:
        delivery.deliver(letter.pk)
    finally:
        server.stop()
    [envelope] = box.envelopes
    assert envelope.rcpt_tos == ["clerk@madrid.example"]
    parts = list(message_from_bytes(envelope.content, policy=policy.default).walk())
    assert [part.get_payload(decode=True) for part in parts if part["Content-Type"].subtype in ("calendar", "ics")] == [
        INVITE,
        INVITE,
    ]


class Box:
    """What aiosmtpd hands a letter to."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 kept"


def test_the_worker_delivers_what_was_deferred(transactional_db: None) -> None:
    with transaction.atomic():
        letter = send()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    letter.refresh_from_db()
    assert (letter.state, len(mail.outbox)) == ("sent", 1)


def test_what_a_job_defers_is_undone_with_the_job(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(now: Any) -> None:
        with transaction.atomic():
            send()
            raise RuntimeError

    monkeypatch.setattr(delivery, "revive", break_off)
    tasks.revive_letters.defer(timestamp=0)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    names = ("directory.revive_letters", "directory.deliver_letter")
    left = ProcrastinateJob.objects.filter(task_name__in=names).values_list("task_name", "status")
    assert set(left) == {("directory.revive_letters", "failed")}


def test_with_nothing_configured_a_letter_is_a_file(letter: Letter, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    delivery.deliver(letter.pk)
    [file] = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes())["To"] == "clerk@madrid.example"


def test_the_demo_shows_its_letters(client: Client, cast: Any, settings: Any) -> None:
    settings.DEMO = True
    letter = send()
    client.force_login(cast.clerk_madrid.user)
    assert "Audiencia H-9D20" in client.get("/outbox/").content.decode()
    assert "de 14:30 a 16:00" in client.get(f"/outbox/{letter.public_id}/").content.decode()
    assert client.get(f"/outbox/{letter.public_id}/invite.ics").content == INVITE


@pytest.mark.parametrize("path", ["/outbox/", "/outbox/{id}/", "/outbox/{id}/invite.ics"])
def test_outside_of_the_demo_there_is_no_outbox(client: Client, cast: Any, settings: Any, path: str) -> None:
    settings.DEMO = False
    client.force_login(cast.clerk_madrid.user)
    assert client.get(path.format(id=send().public_id)).status_code == 404
