"""Booking facts → iCalendar bytes (RFC 5545, 5546, 7986). Pure: words, times and the stamp are passed in.

One message is for one recipient. For a protected hearing it names nobody but that recipient, knows no place,
and says every time in UTC; the wording is the caller's, the shape is kept here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vUri

PRODID = "-//Vivavoce//Scheduler//EN"
_ADDRESS = re.compile(r"[^\s@<>\"',;:\\]+@[A-Za-z0-9.-]+", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Status(StrEnum):
    """What the event's STATUS says: a hold is tentative until both sides have confirmed."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class UnsafeFact(ValueError):
    """A fact that cannot go into a calendar file: a naive time, no duration, a malformed address."""


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """One addressee. `name` is read by everyone in this message: a function or a name, never a witness."""

    address: str
    name: str
    room: bool = False
    optional: bool = False
    partstat: str = "NEEDS-ACTION"  # what he has answered to this very time


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a message says. Times are aware; title and description come in the recipient's language."""

    uid: str
    sequence: int
    status: Status
    start: datetime
    end: datetime
    title: str
    description: str
    organizer: str  # an address; equals the From of the mail that carries the file
    organizer_name: str
    recipient: Attendee
    others: tuple[Attendee, ...] = ()
    location: str = ""
    link: str = ""  # leads to a login, never straight into a room
    protected: bool = True


def request(facts: Facts, *, stamp: datetime) -> bytes:
    """The REQUEST (RFC 5546, 3.2.2) for one recipient: CRLF, ≤ 75 octets a line. Raises `UnsafeFact`."""
    event = _event(facts, stamp)
    event.add("attendee", _attendee(facts.recipient), encode=False)
    for other in () if facts.protected else facts.others:
        event.add("attendee", _attendee(other), encode=False)
    if facts.location and not facts.protected:
        event.add("location", _clean(facts.location))
    if facts.link:
        event.add("conference", _conference(facts), encode=False)
    if facts.status is Status.TENTATIVE:
        # Outlook and Exchange read the hold from these two; STATUS alone shows as busy there.
        event.add("x-microsoft-cdo-intendedstatus", "TENTATIVE")
        event.add("x-microsoft-cdo-busystatus", "TENTATIVE")
    return _calendar("REQUEST", event)


def cancel(facts: Facts, *, stamp: datetime) -> bytes:
    """The CANCEL (RFC 5546, 3.2.5). The caller raised `sequence` and kept uid, organizer and start."""
    if facts.status is not Status.CANCELLED:
        raise UnsafeFact("a cancellation says STATUS:CANCELLED")
    event = _event(facts, stamp)
    event.add("attendee", _attendee(facts.recipient), encode=False)
    return _calendar("CANCEL", event)


def declined_counter(facts: Facts, *, stamp: datetime) -> bytes:
    """The DECLINECOUNTER (RFC 5546, 3.2.8): the proposal is not taken, the event stands as `facts` say."""
    event = _event(facts, stamp)
    event.add("attendee", _attendee(facts.recipient), encode=False)
    return _calendar("DECLINECOUNTER", event)


def published(entries: Iterable[tuple[Facts, datetime]], *, name: str, busy_only: bool = False) -> bytes:
    """Events to subscribe to, each with its stamp; no METHOD, for RFC 4791, 4.1 wants none.

    Nobody is named and nobody asked for an answer. With `busy_only` an event says when, and not what; of a protected
    hearing none ever says more.
    """
    calendar = _shell()
    calendar.add("x-wr-calname", _clean(name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for facts, stamp in entries:
        calendar.add_component(_listed(facts, stamp, busy_only=busy_only))
    return bytes(calendar.to_ical())


def _listed(facts: Facts, stamp: datetime, *, busy_only: bool) -> Event:
    event = _event(facts, stamp)
    del event["organizer"]  # a client would offer to answer, by a mail that belongs to the invitation
    event.add("last-modified", _utc(stamp))
    if busy_only or facts.protected:
        del event["description"]
        event.add("class", "PRIVATE")
    elif facts.location:
        event.add("location", _clean(facts.location))
    return event


def _calendar(method: str, event: Event) -> bytes:
    calendar = _shell()
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _shell() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    return calendar


def _event(facts: Facts, stamp: datetime) -> Event:
    start, end = _utc(facts.start), _utc(facts.end)
    if end <= start:
        raise UnsafeFact("an event ends after it starts")
    event = Event()
    event.add("uid", _clean(facts.uid))
    event.add("dtstamp", _utc(stamp))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("sequence", facts.sequence)
    event.add("status", facts.status.value)
    event.add("transp", "OPAQUE")
    event.add("summary", _clean(facts.title))
    event.add("description", _clean(facts.description))
    event.add("organizer", _address(facts.organizer, facts.organizer_name), encode=False)
    return event


def _attendee(who: Attendee) -> vCalAddress:
    address = _address(who.address, who.name)
    optional = "OPT-PARTICIPANT" if who.optional else "REQ-PARTICIPANT"
    address.params["CUTYPE"] = "ROOM" if who.room else "INDIVIDUAL"
    address.params["ROLE"] = "NON-PARTICIPANT" if who.room else optional
    address.params["PARTSTAT"] = "ACCEPTED" if who.room else who.partstat
    address.params["RSVP"] = "FALSE" if who.room else "TRUE"  # Thunderbird shows no buttons without it
    return address


def _address(address: str, name: str) -> vCalAddress:
    if not _ADDRESS.fullmatch(address):
        raise UnsafeFact("an address is of the form name@domain")
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = _clean(name).replace("\n", " ").replace('"', "'")  # few readers know RFC 6868's ^'
    return found


def _conference(facts: Facts) -> vUri:
    if not re.fullmatch(r"https?://[^\s\"<>\\]+", facts.link):
        raise UnsafeFact("a link is an http(s) address")
    link = vUri(facts.link)
    link.params["VALUE"] = "URI"
    link.params["FEATURE"] = ["AUDIO", "VIDEO"]
    return link


def _clean(text: str) -> str:
    """Text without control characters: a carriage return must never become a content line of its own."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise UnsafeFact("a time says its zone")
    return instant.astimezone(UTC)
