"""Mails as they come in: what calendar programs, people and mail servers write."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from scheduler.letters import mailing
from scheduler.models import Booking, Invitation

SERVER = "mx.vivavoce.example"
SENT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # an hour after everyone was told


def proven(address: str) -> str:
    """What our own mail server puts on top of a mail that is from whom it says."""
    return f"{SERVER}; dkim=pass header.d={address.rpartition('@')[2]}"


def event(uid: Any, *attendees: str, sequence: int = 0, stamp: datetime = SENT, more: str = "") -> str:
    people = "".join(f"{line}\r\n" for line in attendees)
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{sequence}\r\n"
        f"ORGANIZER:mailto:o@v.example\r\n{people}{more}END:VEVENT\r\n"
    )


def calendar(method: str, *events: str) -> str:
    shell = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//\r\nMETHOD:{method}\r\n"
    return shell + "".join(events) + "END:VCALENDAR\r\n"


def attendee(address: str, partstat: str = "ACCEPTED") -> str:
    return f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}"


def mail(
    body: str | bytes,
    *,
    sender: str,
    to: str = "o@v.example",
    method: str = "REPLY",
    proof: str | None = None,
    text: str = "",
) -> bytes:
    """With a calendar part; `proof` is what our own server found, by default that the sender is true."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, "Accepted: Hearing"
    made.set_content(text or "I am coming.")
    data = body.encode() if isinstance(body, str) else body
    made.add_alternative(data, maintype="text", subtype="calendar", params={"method": method})
    proof = proven(sender) if proof is None else proof
    return (f"Authentication-Results: {proof}\r\n" if proof else "").encode() + made.as_bytes()


def answers(one: Invitation, partstat: str = "ACCEPTED", **facts: Any) -> bytes:
    """The reply of somebody invited, from his own address; `facts` make it another one."""
    sender = facts.pop("sender", one.address)
    proof, method = facts.pop("proof", None), facts.pop("method", "REPLY")
    facts = {"sequence": one.sequence, "stamp": SENT} | facts
    line = attendee(facts.pop("attendee", one.address), partstat)
    body = calendar(method, event(facts.pop("uid", one.sitting.uid), line, **facts))
    return mail(body, sender=sender, to=mailing.organizer(one.booking), method=method, proof=proof)


def counters(one: Invitation, start: datetime, **facts: Any) -> bytes:
    """The reply of somebody who would rather come at another time."""
    end = start + timedelta(minutes=90)
    more = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\nCOMMENT:I am in court until noon.\r\n"
    return answers(one, "TENTATIVE", method="COUNTER", more=more, **facts)


def letter(text: str, *, sender: str, to: str) -> bytes:
    """What a person writes who presses Reply."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, "Re: Hearing"
    made.set_content(text)
    return made.as_bytes()


def bounce(letter: Any, status: str = "5.1.1", action: str = "failed", *, envelope: bool = True) -> bytes:
    """A report of RFC 3464, by its envelope's id or by the headers that come back."""
    named = f"Original-Envelope-Id: {letter}\r\n" if envelope else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: o@v.example\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n"
        f"{named}\r\n"
        f"Final-Recipient: rfc822; judge@madrid.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter}@v.example>\r\n"
        "Subject: x\r\n\r\n--b--\r\n"
    ).encode()


def invited(booking: Booking, address: str) -> Invitation:
    return Invitation.objects.select_related("sitting", "booking").get(booking=booking, address=address)
