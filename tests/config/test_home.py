"""What waits on the home page, for whom, and in whose time."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from config.home import waiting
from config.story import cases
from directory.models import Membership, Site
from scheduler import checks, roomchecks
from scheduler.models import Plan, RoomCheck


def page(client: Client, member: Membership) -> str:
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/").content.decode()


def test_the_clerk_in_bogota_finds_the_hearing_that_needs_a_time(client: Client, told: Any) -> None:
    text = page(client, told.clerk)
    assert ("Find a time" in text, "Bogotá time (UTC−5)" in text, "Madrid time" in text) == (True, True, True)


def links_to_test(member: Membership) -> list[str]:
    """Where his home page sends him to test a link. Whether it also calls him to his seat depends on the hour."""
    return [task.url for task in waiting(member) if str(task.act_word) == "Run the test"]


def test_each_technician_is_asked_to_test_the_link_until_it_is_tested(told: Any) -> None:
    (asked,) = links_to_test(told.technician)
    assert links_to_test(told.technician_madrid) == [asked]
    booking = Plan.objects.get(public_id=asked.split("/")[2]).bookings.get()
    measured = dict.fromkeys(checks.REQUIRED, 1.0) | {"verdict": "usable"}
    checks.record(booking=booking, side="requesting", by=told.technician, measured=measured)
    assert (links_to_test(told.technician), links_to_test(told.technician_madrid)) == ([], [asked])
    checks.record(booking=booking, side="requesting", by=told.technician, measured=measured | {"verdict": "unfit"})
    assert links_to_test(told.technician) == [asked]


def test_a_stranger_finds_nothing_of_the_case(client: Client, told: Any) -> None:
    text = page(client, told.stranger)
    assert [word for word in ("CO-2026", "Witness W-", "Colombia", "H-") if word in text.split("Closed days")[0]] == []


def test_an_auditor_of_the_court_is_shown_no_hearing(client: Client, told: Any) -> None:
    address = str(Plan.objects.exclude(bookings=None).first().public_id)
    assert [address in page(client, member) for member in (told.clerk, told.auditor)] == [True, False]


def test_the_witness_is_shown_by_a_pseudonym_alone(client: Client, told: Any) -> None:
    for member in told.everyone():
        text = page(client, member)
        assert [word for word in ("Traoré", "Aïssatou", "Canary") if word in text] == [], member.role


def test_what_runs_out_first_stands_first(told: Any) -> None:
    due = [task.due for task in waiting(told.clerk) if task.due]
    assert due == sorted(due)


def test_somebody_who_has_not_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/account/login/?next=/")


def test_a_rehearsal_that_is_over_counts_as_none(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Tomorrow":
            return cls.fromtimestamp(datetime.now(UTC).timestamp() + timedelta(days=1).total_seconds(), tz)

    assert cases.rehearsal_ahead()
    monkeypatch.setattr(cases, "datetime", Tomorrow)
    assert not cases.rehearsal_ahead()


def test_the_demo_case_does_not_depend_on_the_day_it_is_played(told: Any) -> None:
    leap_day = date(2028, 2, 29)
    assert cases.unfinished(told, leap_day).earliest == leap_day + timedelta(days=30)


def test_every_door_that_is_shown_opens(client: Client, told: Any) -> None:
    dead = []
    for member in {member.role: member for member in told.everyone()}.values():
        client.force_login(member.user)
        home = client.get("/")
        shown = home.content.decode() + client.get("/hearings/").content.decode()
        # Doors of the house; who may open a case or a hearing is asked elsewhere.
        doors = {
            door for door in re.findall(r'href="(/[a-z/]*)"', shown) if not door.startswith(("/static/", "/account/"))
        }
        doors |= {door["url"] for door in home.context["nav"]}
        dead += [(member.role, door) for door in sorted(doors - {"/"}) if client.get(door).status_code != 200]
    assert dead == []


def test_the_clerk_sees_how_the_link_of_each_of_the_courts_own_rooms_stands(client: Client, told: Any) -> None:
    panel = r'<h2 id="rooms">.*?</section>'
    shown = re.search(panel, page(client, told.clerk_madrid), re.DOTALL)[0]
    assert ("Witness room A" in shown, "Not measured" in shown) == (True, True)
    site = Site.objects.get(name="Witness room A")
    measured = dict.fromkeys(checks.REQUIRED, 1.0) | {"verdict": "usable"}
    now = datetime.now(UTC)
    for age, word in ((timedelta(hours=1), "Usable"), (timedelta(days=8), "Measure again")):
        RoomCheck.objects.all().delete()
        roomchecks.record(site=site, by=told.technician_madrid, measured=measured, now=now - age)
        shown = re.search(panel, page(client, told.clerk_madrid), re.DOTALL)[0]
        assert word in re.sub(r"\s+", " ", re.split("Witness room A", shown)[1].split("</li>")[0])
    others = (told.clerk, told.technician_madrid, told.judge_madrid)
    assert ["Witness room A" in page(client, member) for member in others] == [False] * 3
