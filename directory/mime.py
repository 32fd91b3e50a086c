"""A letter as the bytes of a mail: RFC 5322 and 2046, with the calendar part as RFC 6047 wants it. No Django.

The calendar goes in as bytes: given as text, `email` would turn its CRLF into LF.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from html import escape


@dataclass(frozen=True)
class Facts:
    """What a mail is made of. `calendar` is an iCalendar object whose METHOD is `method`."""

    id: str
    to: str
    sender: str
    language: str
    subject: str
    text: str
    html: str = ""
    calendar: bytes | None = None
    method: str = ""


class Mime(EmailMessage):
    """A message that always leaves with CRLF, also where Django's backends ask for another line end."""

    def as_bytes(self, unixfrom: bool = False, policy: Policy | None = None, linesep: str | None = None) -> bytes:
        """The message on the wire."""
        return super().as_bytes(unixfrom=unixfrom, policy=policy or SMTP)


def build(facts: Facts, *, at: datetime) -> Mime:
    """multipart/mixed { alternative { plain, html, calendar }, invite.ics }, or the alternative alone.

    `at` is an aware instant in UTC, for the Date header: the server's own zone would tell where it stands.
    """
    mail = Mime(policy=SMTP)
    mail["From"], mail["To"] = facts.sender, facts.to
    mail["Subject"] = " ".join(facts.subject.split())  # a line end in a subject would begin another header
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{facts.id}@{facts.sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = facts.language
    mail.set_content(facts.text, cte="quoted-printable")
    mail.add_alternative(facts.html or _page(facts), subtype="html", cte="quoted-printable")
    if facts.calendar is not None:
        _add_calendar(mail, facts.calendar, facts.method)
    return mail


def _add_calendar(mail: Mime, calendar: bytes, method: str) -> None:
    """Last of the alternatives, and the same bytes as a file for readers that look for one."""
    params = {"charset": "utf-8", "method": method, "component": "VEVENT"}
    mail.add_alternative(calendar, maintype="text", subtype="calendar", params=params)
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")


def _page(facts: Facts) -> str:
    """The text as a page without style, pictures or links that a reader would have to load."""
    direction = "rtl" if facts.language.partition("-")[0] in {"ar", "fa", "he", "ur"} else "ltr"
    paragraphs = "".join(
        f"<p>{escape(part).replace(chr(10), '<br>')}</p>\n" for part in facts.text.strip().split("\n\n")
    )
    return (
        f'<!doctype html>\n<html lang="{escape(facts.language)}" dir="{direction}">\n'
        f"<title>{escape(facts.subject)}</title>\n{paragraphs}</html>\n"
    )
