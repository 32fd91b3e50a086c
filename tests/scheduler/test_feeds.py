"""Calendars that people subscribe to: a file behind a key, and the same events for a client that speaks CalDAV."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree as ET

import caldav
import pytest
from caldav.lib import error
from django.test import Client
from icalendar import Calendar

from directory.errors import NotFound, Refusal
from directory.models import AuditEntry, Membership
from protection import measures
from scheduler import booking
from scheduler.letters import feeds
from scheduler.models import Booking, Feed, Sitting
from tests.scheduler.conftest import NOW, WEDNESDAY, told
from tests.scheduler.mails import invited

ALLPROP = '<d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>'


def made(by, *, busy_only=False):
    return feeds.make(user=by.user, by=by, busy_only=busy_only)


def events(secret, client=None):
    answer = (client or Client()).get(f"/calendar/{secret}.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content).events


def unprotected(cast, found):
    """The same hearing once both courts have lowered its measures: of a protected one a calendar says less."""
    for measure in measures.acting(found.plan.request.person):
        lowering = measures.propose_lowering(measure=measure, reason="risk_ended", by=cast.judge)
        measures.agree_to_lowering(lowering=lowering, by=cast.judge_madrid)


def test_a_feed_has_its_readers_hearings_with_neutral_titles_and_no_method(booked):
    cast, found = booked
    unprotected(cast, found)
    secret = made(cast.judge_madrid)
    [event] = events(secret)
    assert (str(event["SUMMARY"]), event["STATUS"], event["SEQUENCE"]) == (f"Hearing {found.plan.code}", "CONFIRMED", 0)
    assert (event["DTSTART"].dt, str(event["UID"])) == (WEDNESDAY, str(found.sitting().uid))
    assert (str(event["LOCATION"]), {"ATTENDEE", "ORGANIZER"} & set(event)) == ("Witness room A", set())
    calendar = Calendar.from_ical(Client().get(f"/calendar/{secret}.ics").content)
    assert ("METHOD" in calendar, str(calendar["X-WR-CALNAME"])) == (False, "Vivavoce, hearings")


def test_a_feed_that_is_busy_only_says_when_and_not_what(booked):
    cast, _found = booked
    [event] = events(made(cast.judge_madrid, busy_only=True))
    assert (str(event["SUMMARY"]), event["DTSTART"].dt, event["CLASS"]) == ("Busy", WEDNESDAY, "PRIVATE")
    assert not {"DESCRIPTION", "LOCATION", "ATTENDEE", "ORGANIZER", "CONFERENCE", "URL"} & set(event)


def test_who_is_not_invited_subscribes_to_nothing(booked):
    cast, _found = booked
    assert [len(events(made(by))) for by in (cast.stranger, cast.auditor, cast.interpreter)] == [0, 0, 1]


def test_a_feed_speaks_its_readers_language(booked):
    cast, found = booked
    unprotected(cast, found)
    cast.judge_madrid.user.language = "es"
    cast.judge_madrid.user.save(update_fields=["language"])
    [event] = events(made(cast.judge_madrid))
    assert found.plan.code in event["SUMMARY"]
    assert "miércoles, 9 de diciembre de 2026" in event["DESCRIPTION"]


def test_the_key_is_kept_as_a_digest_alone_and_turning_it_shuts_the_old_one(booked):
    cast, _found = booked
    old = made(cast.judge)
    feed = Feed.objects.get()
    assert (feed.digest != old, len(feed.digest), len(old)) == (True, 64, 43)
    new = feeds.rotate(feed=feed, by=cast.judge)
    assert [Client().get(f"/calendar/{one}.ics").status_code for one in (old, new)] == [404, 200]
    feeds.revoke(feed=feed, by=cast.judge)
    assert Client().get(f"/calendar/{new}.ics").status_code == 404
    with pytest.raises(NotFound):
        feeds.rotate(feed=feed, by=cast.judge)
    acts = AuditEntry.objects.filter(chain__subject=feed.public_id).order_by("position").values_list("act", "facts")
    assert [act for act, _facts in acts] == ["feed.made", "feed.rotated", "feed.revoked"]
    assert not [facts for _act, facts in acts if old in str(facts) or new in str(facts)]


@pytest.mark.parametrize("leaves", ["user", "membership"])
def test_who_has_left_the_court_reads_no_further(booked, leaves):
    cast, _found = booked
    secret = made(cast.clerk)
    assert len(events(secret)) == 1
    if leaves == "user":
        type(cast.clerk.user).objects.filter(pk=cast.clerk.user_id).update(is_active=False)
        assert Client().get(f"/calendar/{secret}.ics").status_code == 404
    else:
        Membership.objects.filter(pk=cast.clerk.pk).update(active=False)
        assert events(secret) == []


def test_a_person_has_six_calendars_at_most(booked):
    cast, _found = booked
    for _ in range(feeds.MOST):
        made(cast.judge)
    with pytest.raises(Refusal, match="too_many_feeds"):
        made(cast.judge)


def test_a_client_that_has_it_already_is_told_so(booked):
    cast, _found = booked
    path = f"/calendar/{made(cast.judge)}.ics"
    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]


def test_what_was_given_up_stays_as_cancelled_for_a_month(booked, time_machine):
    cast, found = booked
    secret = made(cast.judge)
    booking.cancel(booking=found, by=cast.clerk, version=3, reason="The judge is ill.")
    told()
    [event] = events(secret)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    time_machine.move_to(NOW + feeds.CANCELLED_KEPT + timedelta(hours=1), tick=False)
    assert events(secret) == []


def test_who_was_replaced_has_it_as_cancelled(booked):
    cast, found = booked
    one = invited(found, cast.judge.user.email)
    type(one).objects.filter(pk=one.pk).update(withdrawn_at=NOW, sequence=1)
    [event] = events(made(cast.judge))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_a_hearing_that_was_held_stays_for_ninety_days(booked, time_machine):
    cast, found = booked
    unprotected(cast, found)
    secret = made(cast.judge)
    Booking.objects.filter(pk=found.pk).update(state="completed", outcome="took_place")
    time_machine.move_to(WEDNESDAY + timedelta(days=80), tick=False)
    [event] = events(secret)
    assert (event["STATUS"], str(event["DESCRIPTION"]).splitlines()[0]) == (
        "CONFIRMED", "This hearing by video link is over.",
    )  # fmt: skip
    time_machine.move_to(WEDNESDAY + timedelta(days=91), tick=False)
    assert events(secret) == []


def test_a_feed_of_many_hearings_asks_the_database_no_more_often_than_one_of_few(booked, django_assert_max_num_queries):
    cast, found = booked
    secret, one = made(cast.judge), invited(found, cast.judge.user.email)
    Client().get(f"/calendar/{secret}.ics")
    with django_assert_max_num_queries(4):  # the feed, its mark that it was read, the events, the measures
        assert len(events(secret)) == 1
    for number in range(1, 6):
        sitting = Sitting.objects.get(booking=found, position=1)
        sitting.pk, sitting.position, sitting.uid = None, number + 1, uuid4()
        sitting.save(force_insert=True)
        one.pk, one.sitting, one.public_id = None, sitting, uuid4()
        one.save(force_insert=True)
    with django_assert_max_num_queries(4):
        assert len(events(secret)) == 6


class Bridge:
    """What the caldav client takes for its HTTP session: asks the house itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def request(self, method: str, url: str, data: Any = None, headers: Any = None, **_facts: Any) -> Any:
        self.asked.append(method)
        headers = {name: str(value) for name, value in (headers or {}).items()}
        kind = headers.pop("Content-Type", "text/xml")
        answer = Client().generic(method, urlsplit(url).path, data or b"", content_type=kind, headers=headers)
        return SimpleNamespace(
            status_code=answer.status_code,
            headers=dict(answer.headers),
            content=answer.content,
            text=answer.content.decode(),
            reason=answer.reason_phrase,
            url=url,
        )


def client_of(secret: str) -> tuple[caldav.DAVClient, Bridge]:
    client = caldav.DAVClient(f"https://vivavoce.example/calendar/{secret}/")
    client.session = bridge = Bridge()
    return client, bridge


def test_a_caldav_client_finds_the_calendar_from_its_address_and_reads_it(booked):
    cast, found = booked
    client, bridge = client_of(made(cast.judge_madrid))
    [calendar] = client.principal().calendars()
    assert calendar.get_display_name() == "Vivavoce, hearings"
    [event] = calendar.events()
    read = event.icalendar_instance.events[0]
    assert (str(read["UID"]), read["DTSTART"].dt) == (str(found.sitting().uid), WEDNESDAY)
    assert {"PROPFIND", "REPORT"} <= set(bridge.asked)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (datetime(2026, 12, 9, tzinfo=UTC), datetime(2026, 12, 10, tzinfo=UTC), 1),
        (datetime(2026, 12, 9, 14, tzinfo=UTC), datetime(2026, 12, 9, 14, 1, tzinfo=UTC), 1),
        (datetime(2026, 12, 9, 15, tzinfo=UTC), datetime(2026, 12, 10, tzinfo=UTC), 0),  # it ends as the span begins
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 9, 13, 30, tzinfo=UTC), 0),
    ],
)
def test_a_caldav_client_that_asks_for_some_days_gets_those(booked, start, end, count):
    client, _bridge = client_of(made(booked[0].judge))
    [calendar] = client.principal().calendars()
    assert len(calendar.search(start=start, end=end, event=True)) == count


def test_a_caldav_client_learns_of_a_change_by_the_tag(booked):
    cast, found = booked
    secret = made(cast.judge)
    before = tags(secret)
    assert tags(secret) == before
    booking.cancel(booking=found, by=cast.clerk, version=3, reason="The judge is ill.")
    told()
    after = tags(secret)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def tags(secret):
    """Address → tag, of the calendar and its events."""
    answer = dav("PROPFIND", secret, "hearings/", ALLPROP, depth="1")
    rows = ET.fromstring(answer.content).findall("{DAV:}response")
    return {row.find("{DAV:}href").text: row.find(".//{DAV:}getetag").text for row in rows}


def dav(method, secret, name="", body="", depth="0"):
    return Client().generic(
        method, f"/calendar/{secret}/{name}", body.encode(), content_type="text/xml", headers={"Depth": depth}
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "POST", "MOVE"])
def test_nobody_writes_into_it(booked, method):
    secret = made(booked[0].judge)
    answer = dav(method, secret, "hearings/x.ics", "BEGIN:VCALENDAR")
    assert (answer.status_code in {403, 405}, answer["Allow"]) == (True, "OPTIONS, GET, HEAD, PROPFIND, REPORT")
    client, _bridge = client_of(secret)
    [calendar] = client.principal().calendars()
    with pytest.raises(error.DAVError):
        calendar.save_event(dtstart=WEDNESDAY, dtend=WEDNESDAY + timedelta(hours=1), summary="Mine")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d:propfind xmlns:d="DAV:">&b;</d:propfind>'
BAD = {
    "an entity": ("PROPFIND", "", BOMB, 400),
    "no XML": ("PROPFIND", "", "<", 400),
    "NUL": ("PROPFIND", "", "\0", 400),
    "another question": ("PROPFIND", "", '<d:other xmlns:d="DAV:"/>', 400),
    "a report that it has not": ("REPORT", "hearings/", '<d:sync-collection xmlns:d="DAV:"/>', 400),
    "a span without a zone": (
        "REPORT",
        "hearings/",
        '<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav"><c:filter><c:comp-filter name="VCALENDAR">'
        '<c:time-range start="yesterday"/></c:comp-filter></c:filter></c:calendar-query>',
        400,
    ),
    "an event that is not there": ("GET", "hearings/7b0f5a0c.ics", "", 404),
    "another place": ("GET", "inbox/", "", 404),
    "a way out": ("GET", "hearings/../../hearings/", "", 404),
}


@pytest.mark.parametrize(("method", "name", "body", "status"), BAD.values(), ids=BAD.keys())
def test_what_it_cannot_answer_it_refuses(booked, method, name, body, status):
    assert dav(method, made(booked[0].judge), name, body).status_code == status


def test_a_multiget_says_which_of_the_addresses_are_not_there(booked):
    cast, found = booked
    secret = made(cast.judge)
    there = f"/calendar/{secret}/hearings/{found.sitting().uid}.ics"
    asked = f"<d:href>https://vivavoce.example{there}</d:href><d:href>/calendar/{secret}/hearings/x.ics</d:href>"
    body = (
        '<c:calendar-multiget xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:prop><c:calendar-data/>'
        f"</d:prop>{asked}</c:calendar-multiget>"
    )
    answer = dav("REPORT", secret, "hearings/", body)
    assert (answer.status_code, answer.content.count(b"BEGIN:VEVENT"), answer.content.count(b"404 Not Found")) == (
        207, 1, 1,
    )  # fmt: skip
