"""Engines of other people read what the house writes, and agree on the instant: in every zone that zoneinfo knows.

A wall time of each, in winter, in the night when Europe's clocks change, or in summer, becomes a REQUEST, a tentative
hold or a CANCEL.
"""

import ctypes
import ctypes.util
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import caldav
import pytest
import vobject
from icalendar import Calendar

from scheduler.letters.invitations import Attendee, Facts, Status, cancel, request
from tests.directory import elsewhere

ROOT = Path(__file__).resolve().parent.parent.parent
STAMP = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
DAYS = (datetime(2026, 12, 9, 8, 30), datetime(2027, 3, 28, 3, 30), datetime(2027, 7, 1, 23, 45))  # noqa: DTZ001 (walls)
SHAPES = cycle((Status.CONFIRMED, Status.TENTATIVE, Status.CANCELLED, Status.TENTATIVE))


def facts(zone: str, number: int, status: Status) -> Facts:
    start = DAYS[number % len(DAYS)].replace(tzinfo=ZoneInfo(zone))
    return Facts(
        uid=f"{number}@vivavoce.example",
        sequence=number % 3,
        status=status,
        start=start,
        end=start.astimezone(UTC) + timedelta(minutes=90),
        title=f"Hearing H-9D20, {zone}; “à, 9:30”",
        description=f"Wednesday, 08:30 in {zone}\nأهلا 你好 " + "x" * 90,
        organizer="hearing-5f2e@vivavoce.example",
        organizer_name="Vivavoce",
        recipient=Attendee(address="clerk@court.example", name="Clerk, Criminal Court: Bogotá"),
        others=(Attendee(address="room-3@court.example", name="Hearing room 3", room=True),),
        location="Hearing room 3, Bogotá",
        link="https://v.example/h/1/",
        protected=number % 2 == 0,
    )


@pytest.fixture(scope="module")
def written() -> list[tuple[Facts, bytes]]:
    """A file for each zone, day and shape in turn."""
    told = [facts(zone, number, next(SHAPES)) for number, zone in enumerate(sorted(available_timezones()))]
    return [(one, (cancel if one.status is Status.CANCELLED else request)(one, stamp=STAMP)) for one in told]


def expected(one: Facts) -> list[object]:
    method = "CANCEL" if one.status is Status.CANCELLED else "REQUEST"
    return [method, one.status.value, one.sequence, int(one.start.timestamp()), int(one.end.timestamp())]


def test_icalendar_reads_the_instant_in_every_zone(written):
    assert len({one.start.tzinfo for one, _data in written}) > 590
    for one, data in written:
        calendar = Calendar.from_ical(data)
        [event] = calendar.events
        start, end = (int(event[name].dt.timestamp()) for name in ("DTSTART", "DTEND"))
        assert [str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"], start, end] == expected(one)
        assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (one.title, one.description)


def test_ical_js_reads_the_instant_in_every_zone(written):
    node = Path(sys.executable).parent / "node"
    texts = json.dumps([data.decode() for _one, data in written])
    done = subprocess.run(
        [node, ROOT / "tests/js/instants.js"], input=texts, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [expected(one) for one, _data in written]


def test_vobject_reads_the_instant_in_every_zone(written):
    for one, data in written:
        event = vobject.readOne(data.decode()).vevent
        assert (event.dtstart.value, event.dtend.value) == (one.start.astimezone(UTC), one.end)


def test_radicale_keeps_every_event_and_gives_the_instant_back(written, tmp_path):
    """As a client does that accepts: the event without its METHOD (RFC 4791, 4.1), a whole calendar at once.

    Of zones that share their instant one: their files differ in the title alone.
    """
    kept = list({one.start.astimezone(UTC): (one, data) for one, data in written}.values())
    assert len(kept) > 60
    events = [re.search(rb"BEGIN:VEVENT.*END:VEVENT\r\n", data, re.DOTALL)[0] for _one, data in kept]
    whole = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//\r\n" + b"".join(events) + b"END:VCALENDAR\r\n"
    with elsewhere.caldav(tmp_path) as url:
        client = caldav.DAVClient(url, username="judge", password="a secret")
        client.principal()
        answer = client.put(f"{url}/judge/hearings/", whole, {"Content-Type": "text/calendar; charset=utf-8"})
        assert answer.status == 201
        read = [one.icalendar_instance.events[0] for one in client.calendar(url=f"{url}/judge/hearings/").events()]
    found = {str(one["UID"]): (one["DTSTART"].dt, one["DTEND"].dt, str(one["STATUS"])) for one in read}
    assert found == {one.uid: (one.start.astimezone(UTC), one.end, one.status.value) for one, _data in kept}


class IcalTime(ctypes.Structure):
    """libical's `struct icaltimetype` (icaltime.h, version 3)."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "summer")),
        ("zone", ctypes.c_void_p),
    )


@pytest.fixture(scope="module")
def libical() -> ctypes.CDLL:
    """The library with the prototypes of ical.h for what is asked of it."""
    name = ctypes.util.find_library("ical")
    if name is None:
        pytest.skip("libical is not installed")
    library = ctypes.CDLL(name)
    component, number = ctypes.c_void_p, ctypes.c_int
    for function, answer, *given in (
        ("icalparser_parse_string", component, ctypes.c_char_p),
        ("icalcomponent_get_inner", component, component),
        ("icalcomponent_count_errors", number, component),
        ("icalrestriction_check", number, component),
        ("icalcomponent_get_dtstart", IcalTime, component),
        ("icalcomponent_get_dtend", IcalTime, component),
        ("icaltime_as_timet", ctypes.c_long, IcalTime),
    ):
        getattr(library, function).restype, getattr(library, function).argtypes = answer, given
    return library


def test_libical_finds_no_restriction_broken_and_reads_the_instant(libical, written):
    """RFC 5546's tables of what each method must and must not hold, as libical keeps them."""
    for one, data in written:
        whole = libical.icalparser_parse_string(data)
        assert (libical.icalrestriction_check(whole), libical.icalcomponent_count_errors(whole)) == (1, 0)
        event = libical.icalcomponent_get_inner(whole)
        read = (libical.icalcomponent_get_dtstart(event), libical.icalcomponent_get_dtend(event))
        assert [libical.icaltime_as_timet(at) for at in read] == expected(one)[3:]


@pytest.mark.parametrize("lost", ["DTSTAMP", "ORGANIZER", "UID"])
def test_libical_would_find_what_a_request_lacks(libical, written, lost):
    data = next(data for one, data in written if one.status is not Status.CANCELLED)
    whole = libical.icalparser_parse_string(re.sub(rb"\r\n%s[^\r]*(\r\n [^\r]*)*" % lost.encode(), b"", data))
    assert (libical.icalrestriction_check(whole), libical.icalcomponent_count_errors(whole)) != (1, 0)
