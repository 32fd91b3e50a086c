"""Handing a letter to the mail server: never twice, and never forgotten.

SMTP has no second phase: whoever dies between the last byte and the server's answer cannot know whether the letter
was taken. So the one who delivers holds a lease, and writes `handed_at` just before the letter leaves:

    queued ──lease──▶ being sent ──handed_at──▶ (the letter leaves) ──answer noted──▶ sent
      ▲                   │                            │
      └───nothing left────┘                            └──no answer noted──▶ doubtful: a person decides

Before the mark a crash has sent nothing and the letter goes out again; after it the letter is never sent again by
itself. The mark is a compare-and-swap on the lease: a worker that was only slow finds its lease gone and sends nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from smtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any
from uuid import uuid4

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.db.models import F, Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import sealed
from directory.mime import Facts, Mime, build
from directory.models import Letter

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)  # longer than a dialogue whose every step takes EMAIL_TIMEOUT

logger = logging.getLogger(__name__)


class NotDelivered(Exception):
    """The server did not take the letter; its own words stay out of the log, they quote addresses."""


class _NotReached(Exception):
    """No connection: nothing has left."""


class _TakenOver(Exception):
    """The lease ran out and somebody else has the letter now."""


class _Built(EmailMessage):
    """Django's envelope round a message that is already whole."""

    def __init__(self, mime: Mime, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self.mime = mime

    def message(self, *, policy: Any = None) -> Mime:
        return self.mime


def deliver(letter_id: int) -> None:
    """Hand the letter to the mail server, if nobody else has or does. Raises NotDelivered to be tried again."""
    letter = _leased(letter_id)
    if letter is None:
        return
    try:
        with _server() as server:
            _hand_over(letter, server)
            _note(letter, Letter.State.SENT, sent_at=timezone.now(), error="")
    except _TakenOver:
        return
    except Exception as error:  # whatever it was, the letter must not stay "being sent"
        _failed(letter, error)


def revive(now: datetime) -> int:
    """Take up what a worker left behind when it died; how many letters go out again.

    What may have left stays for a person: doubtful. What was tried too often has failed.
    """
    left = Letter.objects.filter(state=Letter.State.SENDING, taken_at__lt=now - LEASE)
    if doubtful := left.filter(handed_at__isnull=False).update(state=Letter.State.DOUBTFUL, error="NoAnswerNoted"):
        logger.warning("%s letters may have left when a worker died; somebody has to look at them", doubtful)
    left.filter(handed_at=None, attempts__gte=MAX_ATTEMPTS).update(state=Letter.State.FAILED, error="TooManyAttempts")
    forgotten = Letter.objects.filter(Q(taken_at=None) | Q(taken_at__lt=now - LEASE), state=Letter.State.QUEUED)
    forgotten = forgotten.filter(created_at__lt=now - LEASE)
    return sum(_deferred(letter) for letter in (left | forgotten).exclude(pk__in=_waiting()))


def mime_of(letter: Letter) -> Mime:
    """The letter as a mail dated now, in UTC; its Message-ID is the letter's own, however often it is built."""
    facts = Facts(
        id=str(letter.public_id),
        to=letter.to,
        sender=letter.sender,
        language=letter.language,
        subject=letter.subject,
        text=sealed.fill(letter.body),
        html=sealed.fill(letter.html),
        calendar=None if letter.calendar is None else bytes(letter.calendar),
        method=letter.method,
    )
    return build(facts, at=timezone.now().astimezone(UTC))


def _leased(letter_id: int) -> Letter | None:
    now = timezone.now()
    free = Q(state=Letter.State.QUEUED) | Q(
        state=Letter.State.SENDING, handed_at=None, taken_at__lt=now - LEASE, attempts__lt=MAX_ATTEMPTS
    )
    lease, again = uuid4(), F("attempts") + 1
    rows = Letter.objects.filter(free, pk=letter_id)
    if rows.filter(until__lte=now).update(state=Letter.State.FAILED, error="TooLate"):
        return None
    if rows.update(state=Letter.State.SENDING, lease=lease, taken_at=now, handed_at=None, attempts=again) != 1:
        return None
    return Letter.objects.filter(pk=letter_id, lease=lease).first()


@contextmanager
def _server() -> Iterator[Any]:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise _NotReached from error
    try:
        yield connection
    finally:
        with suppress(OSError, SMTPException):  # a quarrel about the good-bye changes nothing
            connection.close()


def _hand_over(letter: Letter, server: Any) -> None:
    mail = _Built(mime_of(letter), sender=letter.sender, to=letter.to)
    if isinstance(server, EmailBackend):
        assert isinstance(server.connection, SMTP)
        _speak(server.connection, letter, mail)
    else:
        _leaves(letter)
        server.send_messages([mail])


def _speak(smtp: SMTP, letter: Letter, mail: _Built) -> None:
    """The dialogue of RFC 5321, 3.3, with the mark where responsibility begins to pass: before DATA."""
    smtp.ehlo_or_helo_if_needed()
    sender, to = sanitize_address(mail.from_email, "utf-8"), sanitize_address(letter.to, "utf-8")
    # RFC 3461: what comes back carries the letter's id and its headers, not what it says.
    options = ["RET=HDRS", f"ENVID={letter.public_id}"] if smtp.has_extn("dsn") else []
    code, words = smtp.mail(sender, options)
    if code != 250:
        raise SMTPSenderRefused(code, words, sender)
    code, words = smtp.rcpt(to)
    if code not in (250, 251):
        raise SMTPRecipientsRefused({to: (code, words)})
    _leaves(letter)
    code, words = smtp.data(mail.message().as_bytes())
    if code != 250:
        raise SMTPDataError(code, words)


def _leaves(letter: Letter) -> None:
    ours = Letter.objects.filter(pk=letter.pk, lease=letter.lease, state=Letter.State.SENDING, handed_at=None)
    letter.handed_at = timezone.now()
    if ours.update(handed_at=letter.handed_at) != 1:
        raise _TakenOver


def _note(letter: Letter, state: Letter.State, **facts: Any) -> None:
    """Only while the letter is ours; a report that it came back may have been faster."""
    ours = Letter.objects.filter(pk=letter.pk, lease=letter.lease)
    ours.filter(state__in=[Letter.State.SENDING, Letter.State.DOUBTFUL]).update(state=state, **facts)


def _failed(letter: Letter, error: Exception) -> None:
    cause = error.__cause__ if isinstance(error, _NotReached) else error
    name, code = type(cause).__name__, _refusal(error)
    if code is None and letter.handed_at is not None:
        return _note(letter, Letter.State.DOUBTFUL, error=name)
    if letter.attempts >= MAX_ATTEMPTS or (code or 0) >= 500:
        return _note(letter, Letter.State.FAILED, error=name)
    _note(letter, Letter.State.QUEUED, error=name, handed_at=None)
    raise NotDelivered(letter.pk) from None


def _refusal(error: Exception) -> int | None:
    """The code with which the server certainly did not take the letter."""
    if isinstance(error, SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return error.smtp_code if isinstance(error, SMTPResponseException) else None


def _waiting() -> set[int]:
    """The letters whose job is still to come."""
    jobs = ProcrastinateJob.objects.filter(task_name="directory.deliver_letter", status="todo")
    return {args["letter_id"] for args in jobs.values_list("args", flat=True)}


def _deferred(letter: Letter) -> int:
    from directory.tasks import deliver_letter  # the job itself imports this module

    deliver_letter.defer(letter_id=letter.pk)
    return 1
