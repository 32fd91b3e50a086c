"""A calendar kept elsewhere, from the page on which it is named to the search that no longer offers its hours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import caldav
import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import tasks
from directory.errors import Refusal
from directory.models import Membership, OutsideCalendar, Resource
from directory.outside.errors import SENTENCES
from scheduler import booking, search
from scheduler.models import Plan
from scheduler.why import whynot
from tests.cast import Cast
from tests.directory import elsewhere
from tests.scheduler.conftest import WEDNESDAY

MORNING = "DTSTART:20261209T090000\nDTEND:20261209T100000"  # in Bogotá; the hearing would begin at 08:30


@pytest.fixture
def files() -> Iterator[elsewhere.Files]:
    with elsewhere.files() as kept:
        yield kept


@pytest.fixture(autouse=True)
def this_machine_counts_as_elsewhere(settings: Any) -> None:
    settings.OUTSIDE_LOOPBACK = True


def browser(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def named(by: Membership, resource: Resource, **typed: str) -> OutsideCalendar:
    """Type it into the page."""
    page = reverse("directory:add_calendar", args=[resource.public_id])
    assert browser(by).post(page, {"every_minutes": "15", **typed}).status_code == 302
    return OutsideCalendar.objects.get(resource=resource)


def worked() -> None:
    """What the worker does: each reading that was ordered, in its own process, once."""
    for job in ProcrastinateJob.objects.filter(task_name="directory.read_outside", status="todo"):
        tasks.read_outside(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).delete()


def offered(plan: Plan, by: Membership) -> bool:
    return search.find(plan=plan, by=by).prospect.at(WEDNESDAY) is not None


def told(by: Membership, sentence: str, *paths: str) -> list[bool]:
    return [sentence in browser(by).get(path).content.decode() for path in paths]


def test_a_published_calendar_of_a_room_is_in_the_search_and_its_failure_on_the_pages(
    cast: Cast, plan: Plan, files: elsewhere.Files
) -> None:
    room = Resource.objects.get(label="Hearing room 3")
    assert offered(plan, cast.clerk)
    row = named(cast.clerk, room, kind="ics", url=files.put("/private-7c1/room.ics", elsewhere.calendar(MORNING)))
    worked()
    assert not offered(plan, cast.clerk)
    with pytest.raises(Refusal) as taken:
        booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert (taken.value.code, bool(taken.value.facts["alternatives"])) == ("slot_taken", True)
    files.put("/private-7c1/room.ics", status=404)
    page = reverse("directory:outside", args=[row.public_id])
    browser(cast.clerk).post(page, {"read": "1", "version": "1"})
    worked()
    where = ("/", page, reverse("directory:resource", args=[room.public_id]))
    assert told(cast.clerk, str(SENTENCES["outside_missing"]), *where) == [True] * 3
    assert not offered(plan, cast.clerk)  # what was read last counts until something better comes
    browser(cast.clerk).post(page, {"remove": "1", "version": "1"})
    assert offered(plan, cast.clerk)
    assert told(cast.clerk, str(SENTENCES["outside_missing"]), "/") == [False]


def test_a_judges_account_is_in_the_search_and_the_other_state_is_not_told_why(
    cast: Cast, plan: Plan, tmp_path: Path
) -> None:
    judge = cast.judge.user.resource
    assert judge is not None
    with elsewhere.caldav(tmp_path) as url:
        own = caldav.DAVClient(url, username="judge", password="a secret").principal().make_calendar("Court")
        own.save_event(elsewhere.calendar("DTSTART:20261209T140000Z\nDURATION:PT1H"))
        named(cast.judge, judge, kind="caldav", url=url, user_name="judge", password="a secret")
        worked()
    assert not offered(plan, cast.clerk_madrid)
    why = str(whynot.explain(search.find(plan=plan, by=cast.clerk_madrid), WEDNESDAY, cast.clerk_madrid))
    assert [word for word in ("calendar", "127.0.0.1", "Beatriz", "Secret") if word in why] == []
