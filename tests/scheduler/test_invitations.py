"""What lands in a calendar: read back with the icalendar library, and octet by octet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from scheduler.letters.invitations import Attendee, Facts, Status, UnsafeFact, cancel, request

STAMP = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
CLERK = Attendee(address="clerk@court.example", name="Clerk, Criminal Court, Bogotá")
JUDGE = Attendee(address="judge@court.example", name="Presiding judge")
ROOM = Attendee(address="room-3@court.example", name="Hearing room 3", room=True)
OPEN = Facts(
    uid="7b0f5a0c-5f2e-4a51-9a55-1c5a3b0e8f11",
    sequence=0,
    status=Status.CONFIRMED,
    start=datetime(2026, 12, 9, 8, 30, tzinfo=timezone(timedelta(hours=-5))),
    end=datetime(2026, 12, 9, 10, 0, tzinfo=timezone(timedelta(hours=-5))),
    title="Hearing H-9D20",
    description="Wednesday 9 December 2026, 08:30 Bogotá time (UTC−5), 14:30 Madrid time (UTC+1)\nLink: https://v.example/h/1/",
    organizer="hearing-5f2e@vivavoce.example",
    organizer_name="Vivavoce",
    recipient=CLERK,
    others=(JUDGE, ROOM),
    location="Hearing room 3, Bogotá",
    link="https://v.example/h/1/",
    protected=False,
)
SECRET = replace(OPEN, protected=True)


def event(data: bytes):
    calendar = Calendar.from_ical(data)
    assert [c.name for c in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    return calendar, calendar.events[0]


def test_a_request_says_its_times_in_utc_and_nothing_twice():
    calendar, found = event(request(OPEN, stamp=STAMP))
    assert {k: str(v) for k, v in calendar.items()} == {
        "VERSION": "2.0",
        "PRODID": "-//Vivavoce//Scheduler//EN",
        "METHOD": "REQUEST",
    }
    lines = request(OPEN, stamp=STAMP).decode().split("\r\n")
    assert [line for line in lines if line.startswith("DT")] == [
        "DTSTART:20261209T133000Z",
        "DTEND:20261209T150000Z",
        "DTSTAMP:20261124T140500Z",
    ]
    assert (found["UID"], found["SEQUENCE"], found["STATUS"], found["TRANSP"]) == (
        OPEN.uid, 0, "CONFIRMED", "OPAQUE",
    )  # fmt: skip
    assert found["DESCRIPTION"] == OPEN.description
    assert found["LOCATION"] == "Hearing room 3, Bogotá"


def test_people_are_asked_to_answer_and_rooms_are_not():
    _, found = event(request(OPEN, stamp=STAMP))
    assert found["ORGANIZER"] == "mailto:hearing-5f2e@vivavoce.example"
    assert [(str(a), dict(a.params)) for a in found["ATTENDEE"]] == [
        (
            "mailto:clerk@court.example",
            {
                "CN": "Clerk, Criminal Court, Bogotá",
                "CUTYPE": "INDIVIDUAL",
                "ROLE": "REQ-PARTICIPANT",
                "PARTSTAT": "NEEDS-ACTION",
                "RSVP": "TRUE",
            },
        ),
        (
            "mailto:judge@court.example",
            {
                "CN": "Presiding judge",
                "CUTYPE": "INDIVIDUAL",
                "ROLE": "REQ-PARTICIPANT",
                "PARTSTAT": "NEEDS-ACTION",
                "RSVP": "TRUE",
            },
        ),
        (
            "mailto:room-3@court.example",
            {
                "CN": "Hearing room 3",
                "CUTYPE": "ROOM",
                "ROLE": "NON-PARTICIPANT",
                "PARTSTAT": "ACCEPTED",
                "RSVP": "FALSE",
            },
        ),
    ]


def test_a_hold_is_tentative_for_every_client():
    _, found = event(request(replace(OPEN, status=Status.TENTATIVE), stamp=STAMP))
    assert found["STATUS"] == "TENTATIVE"
    assert found["X-MICROSOFT-CDO-INTENDEDSTATUS"] == "TENTATIVE"
    assert found["X-MICROSOFT-CDO-BUSYSTATUS"] == "TENTATIVE"


def test_a_confirmation_carries_no_mark_of_a_hold():
    assert b"X-MICROSOFT" not in request(OPEN, stamp=STAMP)


def test_a_protected_hearing_names_one_recipient_and_no_place():
    _, found = event(request(SECRET, stamp=STAMP))
    assert str(found["ATTENDEE"]) == "mailto:clerk@court.example"
    assert sorted(found) == [
        "ATTENDEE", "CONFERENCE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART",
        "ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID",
    ]  # fmt: skip


def test_a_link_is_a_conference_only_when_there_is_one():
    _, found = event(request(OPEN, stamp=STAMP))
    assert (str(found["CONFERENCE"]), dict(found["CONFERENCE"].params)) == (
        "https://v.example/h/1/",
        {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]},
    )
    assert b"CONFERENCE" not in request(replace(OPEN, link=""), stamp=STAMP)


def test_a_cancellation_keeps_uid_organizer_and_start():
    gone = replace(OPEN, status=Status.CANCELLED, sequence=1)
    calendar, found = event(cancel(gone, stamp=STAMP))
    assert calendar["METHOD"] == "CANCEL"
    before = event(request(OPEN, stamp=STAMP))[1]
    assert [found[k].to_ical() for k in ("UID", "ORGANIZER", "DTSTART")] == [
        before[k].to_ical() for k in ("UID", "ORGANIZER", "DTSTART")
    ]
    assert (found["SEQUENCE"], found["STATUS"]) == (1, "CANCELLED")


def test_a_cancellation_must_say_so():
    with pytest.raises(UnsafeFact):
        cancel(OPEN, stamp=STAMP)


@pytest.mark.parametrize(
    "broken",
    [
        replace(OPEN, start=datetime(2026, 12, 9, 8, 30)),  # noqa: DTZ001 — a naive time
        replace(OPEN, end=OPEN.start),  # no duration
        replace(OPEN, organizer="a@b.example\r\nATTENDEE:mailto:x@y.example"),  # a header in an address
        replace(OPEN, recipient=Attendee(address="nobody", name="x")),
        replace(OPEN, link="javascript:alert(1)"),
        replace(OPEN, link="https://v.example/\r\nX-EVIL:1"),
    ],
)
def test_an_unsafe_fact_is_refused(broken):
    with pytest.raises(UnsafeFact):
        request(broken, stamp=STAMP)


text = st.text(max_size=120) | st.just('x"\r\nATTENDEE:mailto:evil@x.example\r\n\u2028;,:\\n^n')


@given(title=text, description=text, name=text, location=text, protected=st.booleans())
def test_no_text_becomes_a_line_of_its_own(title, description, name, location, protected):
    facts = replace(
        OPEN,
        title=title,
        description=description,
        location=location,
        organizer_name=name,
        recipient=Attendee(address="clerk@court.example", name=name),
        protected=protected,
    )
    data = request(facts, stamp=STAMP)
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")  # no fold inside a character
    _, found = event(data)
    attendees = found["ATTENDEE"] if isinstance(found["ATTENDEE"], list) else [found["ATTENDEE"]]
    assert len(attendees) == (1 if protected else 3)
    kept = "".join(c for c in title.replace("\r\n", "\n") if c == "\n" or not _is_control(c))
    assert str(found["SUMMARY"]) == kept


def _is_control(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code <= 0x9F or code in (0x2028, 0x2029)
