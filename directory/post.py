"""The post: one message a person, written down in the transaction that causes it, delivered once.

`send` stores the letter and defers a job with its number alone, both in the caller's transaction: if that is undone,
nothing was ever sent. Delivery is at most once. Before the server is spoken to the letter is marked as being
sent; what fails before the server took it over is tried again, what fails while nobody knows is left for a
person to look at, because a second invitation is worse than a late one.
"""

from datetime import UTC
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from directory.mime import Facts, Mime, build
from directory.models import Letter

MAX_ATTEMPTS = 8


class NotDelivered(Exception):
    """The server did not take the letter; its own words stay out of the log, they quote addresses."""


class _Built(EmailMessage):
    """Django's envelope round a message that is already whole."""

    def __init__(self, mime: Mime, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self.mime = mime

    def message(self, *, policy: Any = None) -> Mime:
        return self.mime


def send(
    *,
    key: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    calendar: bytes | None = None,
    method: str = "",
    from_: str | None = None,
) -> Letter:
    """Write a letter to be delivered once the transaction is kept; the same `key` again does nothing.

    `subject` and `text` are in the recipient's language and name nobody who is protected. `calendar` is an
    iCalendar object with CRLF, `method` its METHOD. `from_` is the sender's address, else the house's.
    """
    from directory.tasks import deliver_letter  # the job itself imports this module

    letter, new = Letter.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "sender": from_ or settings.DEFAULT_FROM_EMAIL,
            "language": language,
            "subject": subject,
            "body": text,
            "html": html,
            "calendar": calendar,
            "method": method,
        },
    )
    if new:
        deliver_letter.defer(letter_id=letter.pk)
    return letter


def deliver(letter_id: int) -> None:
    """Hand the letter to the mail server, if nobody else has or does. Raises NotDelivered to be tried again."""
    queued = Letter.objects.filter(pk=letter_id, state=Letter.State.QUEUED)
    if queued.update(state=Letter.State.SENDING, attempts=F("attempts") + 1) != 1:
        return
    letter = Letter.objects.get(pk=letter_id)
    try:
        _hand_over(letter)
    except Exception as error:  # whatever it was, the letter must not stay "being sent"
        _failed(letter, error)
    else:
        Letter.objects.filter(pk=letter_id).update(state=Letter.State.SENT, sent_at=timezone.now(), error="")


def mime_of(letter: Letter) -> Mime:
    """The letter as a mail dated now, in UTC."""
    facts = Facts(
        id=str(letter.public_id),
        to=letter.to,
        sender=letter.sender,
        language=letter.language,
        subject=letter.subject,
        text=letter.body,
        html=letter.html,
        calendar=None if letter.calendar is None else bytes(letter.calendar),
        method=letter.method,
    )
    return build(facts, at=timezone.now().astimezone(UTC))


class _NotReached(Exception):
    """No connection: nothing has left."""


def _hand_over(letter: Letter) -> None:
    mail = _Built(mime_of(letter), sender=letter.sender, to=letter.to)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        raise _NotReached from error
    try:
        connection.send_messages([mail])
    finally:
        connection.close()


def _failed(letter: Letter, error: Exception) -> None:
    again = _nothing_left(error) and letter.attempts < MAX_ATTEMPTS
    cause = error.__cause__ if isinstance(error, _NotReached) else error
    letter.state, letter.error = Letter.State.QUEUED if again else Letter.State.FAILED, type(cause).__name__
    letter.save(update_fields=["state", "error"])
    if again:
        raise NotDelivered(letter.pk) from None


def _nothing_left(error: Exception) -> bool:
    """Whether the letter certainly stayed here, and a later try may help."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code < 500 for code, _words in error.recipients.values())
    if isinstance(error, SMTPResponseException | SMTPSenderRefused):
        return error.smtp_code < 500
    return isinstance(error, _NotReached)
