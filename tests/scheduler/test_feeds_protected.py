"""A calendar's address lies on somebody's telephone: of a protected hearing it says that its reader is busy."""

import pytest
from django.test import Client

from protection import measures
from scheduler.letters import feeds
from tests.scheduler.conftest import WEDNESDAY
from tests.scheduler.test_feeds import ALLPROP, events, made, unprotected


@pytest.mark.parametrize("kind", ["pseudonym", "face_distortion", "place_withheld"])
def test_a_measure_that_is_raised_leaves_a_subscribed_calendar_with_the_hour_alone(booked, kind):
    cast, found = booked
    unprotected(cast, found)
    secret = made(cast.judge_madrid)
    [open_] = events(secret)
    assert found.plan.code in open_["SUMMARY"]
    measures.raise_(person=found.plan.request.person, kind=kind, by=cast.judge, basis="U24-2b")
    [event] = events(secret)
    assert (str(event["SUMMARY"]), event["DTSTART"].dt, event["CLASS"]) == ("Busy", WEDNESDAY, "PRIVATE")
    assert set(event) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "TRANSP", "SUMMARY", "LAST-MODIFIED", "CLASS",
    }  # fmt: skip
    everything = Client().generic("PROPFIND", f"/calendar/{secret}/hearings/", ALLPROP, headers={"Depth": "1"}).content
    assert found.plan.code.encode() not in everything


def test_what_a_program_reads_over_caldav_is_as_bare(booked):
    cast, found = booked
    secret = made(cast.judge_madrid)
    [entry] = feeds.entries(feeds.of(cast.judge_madrid.user).get(), found.sitting().start)
    served = Client().get(f"/calendar/{secret}/hearings/{entry.name}").content
    assert (b"SUMMARY:Busy" in served, b"DESCRIPTION" in served) == (True, False)
