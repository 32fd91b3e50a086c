"""A mail → what it answers (RFC 5546, 6047). Pure: bytes in; a `Reply` or `Wrong`, the word for what does not fit.

Nobody's word is taken for who he is: `sender` is what the mail claims, `authentic` what our own mail server found
(RFC 8601). Nothing of a mail is believed before it is known to be small.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from enum import StrEnum
from itertools import islice
from typing import Any

from icalendar import Calendar

from scheduler.letters.authentic import authentic

LARGEST_MAIL = 512 * 1024  # octets; a reply is some thousand
LARGEST_CALENDAR = 64 * 1024
MOST_PARTS = 40
LONGEST_WORDS = 1000
LONGEST_ADDRESS = 254
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
# What the readers of mails and calendars raise over what is neither.
ODD = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError, AssertionError)
_ADDRESS = re.compile(r"[^\s@<>\"\x00-\x20\x7f]+@[^\s@<>\"\x00-\x20\x7f]+")


class Wrong(StrEnum):
    """Why a mail is not taken as an answer."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    NO_ANSWER = "no_answer"  # a mail that a person wrote
    METHOD = "method_refused"  # PUBLISH, ADD and what an organizer sends
    ATTENDEES = "several_attendees"
    EVENT = "unknown_event"
    ATTENDEE = "unknown_attendee"
    FUTURE = "ahead_of_time"  # of its own DTSTAMP or SEQUENCE
    PROPOSAL = "proposal_refused"


class Method(StrEnum):
    """What may come in."""

    REPLY = "REPLY"
    COUNTER = "COUNTER"
    REFRESH = "REFRESH"


@dataclass(frozen=True)
class Said:
    """An answer, and what it is an answer to."""

    partstat: str
    sequence: int
    stamp: datetime

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """(SEQUENCE, DTSTAMP); of two in the same second the more cautious one."""
        return self.sequence, self.stamp, ANSWERS.index(self.partstat)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A mail that answers one event for one attendee. Addresses in lower case."""

    method: Method
    uid: str
    attendee: str
    sender: str
    authentic: bool
    said: Said
    start: datetime | None = None  # what a COUNTER proposes
    words: str = ""

    @property
    def verified(self) -> bool:
        """The attendee himself has written, as far as our mail server can tell."""
        return self.authentic and self.sender == self.attendee


class Misfit(Exception):
    """The mail is not taken: `wrong` says why; what could be read of it says whose it may be."""

    def __init__(self, wrong: Wrong, *, sender: str = "", to: tuple[str, ...] = (), words: str = "", uid: str = ""):
        super().__init__(wrong.value)
        self.wrong, self.sender, self.to, self.words, self.uid = wrong, sender, to, words, uid


def greater(one: Said | None, other: Said) -> Said:
    """The one that counts: any order, repetition or loss of the lesser ones ends the same."""
    return other if one is None or other.rank > one.rank else one


def mail_of(data: bytes) -> EmailMessage:
    """The mail. Raises Misfit for one that is too large or has too many parts."""
    if len(data) > LARGEST_MAIL:
        raise Misfit(Wrong.TOO_LARGE)
    try:
        mail = message_from_bytes(data, policy=policy.default)
        parts = len(list(islice(mail.walk(), MOST_PARTS + 1)))
    except ODD as error:
        raise Misfit(Wrong.MALFORMED) from error
    if parts > MOST_PARTS:
        raise Misfit(Wrong.MALFORMED)
    assert isinstance(mail, EmailMessage)
    return mail


def read(mail: EmailMessage, *, authserv_id: str) -> Reply:
    """What the mail answers. Raises Misfit with everything that could be read."""
    sender, to, words = sender_of(mail), addressed(mail), _words(mail)
    uid = ""
    try:
        calendar = _calendar(mail)
        event = _event(calendar)
        uid = str(event.get("uid", "")).strip()
        method = _method(calendar)
        attendee, partstat = _attendee(event, method)
        sequence, stamp = _sequence(event), _stamp(event)
        start = _start(event) if method is Method.COUNTER else None
        said = event.get("comment", "")
    except Misfit as misfit:
        raise Misfit(misfit.wrong, sender=sender, to=to, words=words, uid=uid) from misfit
    except ODD as error:
        raise Misfit(Wrong.MALFORMED, sender=sender, to=to, words=words, uid=uid) from error
    return Reply(
        method=method,
        uid=uid.lower(),
        attendee=attendee,
        sender=sender,
        authentic=authentic(mail, sender, authserv_id=authserv_id),
        said=Said(partstat, sequence, stamp),
        start=start,
        words="" if isinstance(said, list) else _legible(str(said)),
    )


def sender_of(mail: Message) -> str:
    """The one address in From, in lower case; none where there are several, which is forged or of no use."""
    found = _addresses(mail, "from")
    return found[0] if len(found) == 1 else ""


def addressed(mail: Message) -> tuple[str, ...]:
    """All addresses it was sent to, as the mail and our server say."""
    return tuple(one for name in ("delivered-to", "x-original-to", "to", "cc") for one in _addresses(mail, name))


def _addresses(mail: Message, name: str) -> list[str]:
    try:
        lines = [str(line) for line in mail.get_all(name, [])][:20]
        return [found for _name, address in getaddresses(lines) if (found := _plain(address))][:50]
    except ODD:
        return []


def _plain(address: str) -> str:
    """In lower case; nothing, where it is none that the house could have written to."""
    found = address.strip().lower()
    return found if len(found) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(found) else ""


def _calendar(mail: EmailMessage) -> Any:
    """The first calendar part; a reader may add the same one as a file."""
    for part in mail.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            data = part.get_payload(decode=True)
            if not isinstance(data, bytes) or len(data) > LARGEST_CALENDAR:
                raise Misfit(Wrong.TOO_LARGE)
            found: Any = Calendar.from_ical(data)
            if found.name != "VCALENDAR":
                raise Misfit(Wrong.MALFORMED)
            said = part.get_param("method")
            if isinstance(said, str) and said.upper() != str(found.get("method", "")).upper():
                raise Misfit(Wrong.MALFORMED)
            return found
    raise Misfit(Wrong.NO_ANSWER)


def _event(calendar: Any) -> Any:
    events: list[Any] = [one for one in calendar.subcomponents if one.name not in ("VTIMEZONE",)]
    if len(events) != 1 or events[0].name != "VEVENT":
        raise Misfit(Wrong.MALFORMED)
    return events[0]


def _method(calendar: Any) -> Method:
    said = calendar.get("method")
    if said is None or isinstance(said, list):
        raise Misfit(Wrong.MALFORMED)
    try:
        return Method(str(said).upper())
    except ValueError as error:
        raise Misfit(Wrong.METHOD) from error


def _attendee(event: Any, method: Method) -> tuple[str, str]:
    """Address and answer of the one ATTENDEE; some clients write the same line twice."""
    lines = event.get("attendee")
    lines = lines if isinstance(lines, list) else [lines]
    found = {(_address(line), _partstat(line)) for line in lines}
    if len(found) != 1:
        raise Misfit(Wrong.ATTENDEES)
    [(address, partstat)] = found
    if not address or (method is Method.REPLY and partstat not in ANSWERS):
        raise Misfit(Wrong.MALFORMED)
    return address, partstat if partstat in ANSWERS else "TENTATIVE"


def _partstat(line: Any) -> str:
    return str(getattr(line, "params", {}).get("PARTSTAT", "NEEDS-ACTION")).upper()


def _address(line: Any) -> str:
    text = str(line or "").strip()
    return _plain(text[7:]) if text[:7].lower() == "mailto:" else ""


def _sequence(event: Any) -> int:
    """RFC 5545, 3.8.7.4: zero where it is not said."""
    found = int(event.get("sequence", 0))
    if not 0 <= found < 2**31:
        raise Misfit(Wrong.MALFORMED)
    return found


def _stamp(event: Any) -> datetime:
    return _instant(event["dtstamp"].dt)


def _start(event: Any) -> datetime:
    """When the sender would rather begin. A date without a time, or one without a zone, is no proposal."""
    try:
        return _instant(event["dtstart"].dt)
    except (KeyError, AttributeError) as error:
        raise Misfit(Wrong.PROPOSAL) from error


def _instant(found: date | datetime) -> datetime:
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise Misfit(Wrong.MALFORMED)
    return found.astimezone(UTC).replace(microsecond=0)


def _words(mail: EmailMessage) -> str:
    """The beginning of what a person wrote."""
    try:
        part = mail.get_body(preferencelist=("plain",))
        text = part.get_content() if part else ""
    except ODD:
        return ""
    return _legible(text)


def _legible(text: str) -> str:
    return "".join(c for c in text[: LONGEST_WORDS * 2] if c == "\n" or c.isprintable())[:LONGEST_WORDS].strip()
