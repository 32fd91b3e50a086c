"""When somebody is busy, by a calendar kept elsewhere: what counts, where floating times are meant, what is refused."""

from datetime import UTC, datetime

import pytest

from directory.outside import reading
from directory.outside.errors import OutsideError

WINDOW = reading.Window(
    datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 12, 29, tzinfo=UTC), "America/Bogota", "hearing-*@court.example"
)
# Outlook writes the rules of a zone under a name of its own.
CUSTOM = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*events: str, extra: str = "") -> bytes:
    rows = "".join(f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//\n{extra}{rows}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def spans(*files: bytes) -> list[str]:
    return [f"{start:%d %b %H:%M}–{end:%d %b %H:%M}" for start, end in reading.busy(files, WINDOW).spans]


@pytest.mark.parametrize(
    ("event", "busy"),
    [
        ("DTSTART:20261209T133000Z\nDTEND:20261209T150000Z", ["09 Dec 13:30–09 Dec 15:00"]),
        ("DTSTART:20261209T133000Z\nDURATION:PT45M\nSUMMARY:Dentist", ["09 Dec 13:30–09 Dec 14:15"]),
        # floating: on the clock of the one it belongs to, in Bogotá
        ("DTSTART:20261209T083000\nDTEND:20261209T100000", ["09 Dec 13:30–09 Dec 15:00"]),
        # a whole day lasts from midnight to midnight there; without an end it is one day
        ("DTSTART;VALUE=DATE:20261209", ["09 Dec 05:00–10 Dec 05:00"]),
        ("DTSTART;VALUE=DATE:20261209\nDTEND;VALUE=DATE:20261211", ["09 Dec 05:00–11 Dec 05:00"]),
        # Windows' own name of a zone
        ("DTSTART;TZID=W. Europe Standard Time:20261209T143000\nDURATION:PT1H", ["09 Dec 13:30–09 Dec 14:30"]),
        # the clocks of Europe change between the two
        (
            "DTSTART;TZID=Europe/Madrid:20270324T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2",
            ["24 Mar 08:00–24 Mar 09:00", "31 Mar 07:00–31 Mar 08:00"],
        ),
        (
            "DTSTART:20261209T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261210T090000Z",
            ["09 Dec 09:00–09 Dec 10:00", "11 Dec 09:00–11 Dec 10:00"],
        ),
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED", []),
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nSTATUS:TENTATIVE", ["09 Dec 09:00–09 Dec 10:00"]),
        # no length, and long over
        ("DTSTART:20261209T090000Z", []),
        ("DTSTART:20200101T090000Z\nDURATION:PT1H", []),
        # a hearing of the house, accepted into the calendar, must not stand in the way of its own move
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nORGANIZER:MAILTO:hearing-0a1b@Court.example", []),
        ("DTSTART:20261209T090000Z\nDURATION:PT1H\nORGANIZER:mailto:a@court.example", ["09 Dec 09:00–09 Dec 10:00"]),
    ],
)
def test_what_is_busy(event: str, busy: list[str]) -> None:
    assert spans(calendar(event)) == busy


def test_the_rules_of_a_zone_in_the_file_are_followed() -> None:
    event = "DTSTART;TZID=Customized Time Zone:20270324T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert spans(calendar(event, extra=CUSTOM)) == ["24 Mar 08:00–24 Mar 09:00", "31 Mar 07:00–31 Mar 08:00"]


def test_one_of_a_series_is_moved_and_another_called_off() -> None:
    events = (
        "DTSTART:20261209T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
        "RECURRENCE-ID:20261210T090000Z\nDTSTART:20261210T150000Z\nDURATION:PT1H",
        "RECURRENCE-ID:20261211T090000Z\nDTSTART:20261211T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED",
    )
    one_series = calendar(*events).replace(b"UID:1", b"UID:0").replace(b"UID:2", b"UID:0")
    assert spans(one_series) == ["09 Dec 09:00–09 Dec 10:00", "10 Dec 15:00–10 Dec 16:00"]


def test_free_busy_periods_count_and_spans_that_touch_are_one() -> None:
    periods = (
        "BEGIN:VFREEBUSY\nUID:f\nFREEBUSY;FBTYPE=BUSY:20261209T090000Z/20261209T100000Z,20261209T100000Z/PT2H\n"
        "FREEBUSY;FBTYPE=FREE:20261212T090000Z/PT2H\nEND:VFREEBUSY\n"
    )
    second = calendar("DTSTART:20261209T113000Z\nDURATION:PT1H")
    assert spans(calendar(extra=periods), second) == ["09 Dec 09:00–09 Dec 12:30"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "outside_no_calendar"),
        (b"<html><body>Sign in</body></html>", "outside_no_calendar"),
        (b"\xff\xfe\x00B", "outside_no_calendar"),
        (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n", "outside_no_calendar"),
        (calendar("DTSTART:20261209T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"), "outside_too_many"),
        (calendar("DTSTART:20261209T090000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY;INTERVAL=2"), "outside_too_many"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(OutsideError) as refused:
        reading.busy([data], WINDOW)
    assert refused.value.code == code


@pytest.mark.parametrize("broken", ["RRULE:FREQ=DAILY;BYDAY=XX", "RRULE:FREQ=NEVER", "DTSTART:nonsense"])
def test_one_broken_entry_does_not_hide_the_others_and_is_told(broken: str) -> None:
    start = "" if broken.startswith("DTSTART") else "DTSTART:20261209T090000Z\n"
    whole = "DTSTART:20261210T090000Z\nDURATION:PT1H"
    found = reading.busy([calendar(f"{start}DURATION:PT1H\n{broken}", whole)], WINDOW)
    assert ([span[0].day for span in found.spans], found.partly) == ([10], True)
