"""The post: one message a person, written down in the transaction that causes it, delivered once.

`send` stores the letter and defers a job with its number alone, both in the caller's transaction: if that is undone,
nothing was ever sent. How it is delivered, and what happens when a worker dies over it: `directory.delivery`.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from directory.models import Letter


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
    until: datetime | None = None,
) -> Letter:
    """Write a letter to be delivered once the transaction is kept; the same `key` again does nothing.

    `subject` and `text` are in the recipient's language and name nobody who is protected. `calendar` is an
    iCalendar object with CRLF, `method` its METHOD. `from_` is the sender's address, else the house's.
    What was not delivered before `until` has failed.
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
            "until": until,
        },
    )
    if new:
        deliver_letter.defer(letter_id=letter.pk)
    return letter


def again(letter: Letter) -> bool:
    """Send anew what was not delivered or may not have been; False where nothing is wrong with it.

    A person decides that. The Message-ID stays, so that a reader who has the first copy is shown one.
    """
    from directory.tasks import deliver_letter  # the job itself imports this module

    ours = Letter.objects.filter(pk=letter.pk, state__in=Letter.TROUBLED)
    if ours.update(state=Letter.State.QUEUED, attempts=0, handed_at=None, taken_at=timezone.now()) != 1:
        return False
    deliver_letter.defer(letter_id=letter.pk)
    return True


def bounced(public_id: UUID, status: str) -> bool:
    """Note what a mail server said about a letter afterwards: `status` as in RFC 3463, "5.1.1". False: unknown."""
    known = Letter.objects.filter(public_id=public_id).exclude(state=Letter.State.QUEUED)
    return known.update(state=Letter.State.BOUNCED, error=status) == 1
