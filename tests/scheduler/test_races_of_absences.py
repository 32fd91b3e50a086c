"""A calendar kept elsewhere is read while a time is held: one of the two is first, and the other knows of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from directory import absences, locks
from directory.absences import Wall
from directory.errors import Refusal
from directory.models import OutsideCalendar
from directory.outside import refresh
from scheduler import booking
from scheduler.booking import absent
from scheduler.models import Booking
from tests.scheduler.conftest import NOW, WEDNESDAY
from tests.scheduler.racing import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = [int((WEDNESDAY + timedelta(minutes=minutes)).timestamp()) for minutes in (30, 60)]
READ = {"code": "", "busy": [SPAN], "same": False, "etag": "", "digest": ""}


@pytest.fixture
def room(plan):
    return plan.needs.get(role="room").resources.get(label="Hearing room 3")


@pytest.fixture
def calendar(room):
    return OutsideCalendar.objects.create(resource=room, kind="ics", host="x.example", address=b"", next_due=NOW)


def written(calendar, room, by, way):
    """What the worker writes when it has read the calendar, or what a clerk enters on a page."""
    if way == "calendar":
        refresh._store(calendar, READ, NOW)
    else:
        absences.add(resource=room, by=by, start=Wall(day="2026-12-09", clock="09:00"), end=None)


def waiting(act):
    """The act in a thread of its own, which has come as far as the lock that another transaction has."""
    answers, takes = [], threading.Event()
    take = locks.take

    def told(names):
        takes.set()
        take(names)

    def run():
        try:
            act()
            answers.append("done")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(locks, "take", told)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        takes.wait(2)  # who takes no lock is through by now
    return thread, answers


@pytest.mark.parametrize("way", ["calendar", "page"])
def test_what_is_being_written_when_a_hold_begins_is_kept_to(cast, plan, room, calendar, way):
    with transaction.atomic():
        written(calendar, room, cast.clerk, way)
        thread, answers = waiting(lambda: booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk))
        thread.join(0.3)
        assert answers == []  # it waits, and does not go by what was there before
    thread.join(PATIENCE)
    assert (answers, Booking.objects.count()) == (["slot_taken"], 0)


@pytest.mark.parametrize("way", ["calendar", "page"])
def test_what_comes_while_a_time_is_being_held_is_written_after_it_and_told(cast, plan, room, calendar, way):
    with transaction.atomic():
        held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
        thread, answers = waiting(lambda: written(calendar, room, cast.clerk, way))
        thread.join(0.3)
        assert answers == []
    thread.join(PATIENCE)
    held.refresh_from_db()
    assert (answers, held.state) == (["done"], "held")
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert [row.resource for row in absent.of([held], cast.clerk, now)] == [room]
    assert absent.of([held], cast.clerk_madrid, now) == []
