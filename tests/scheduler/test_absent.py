"""Somebody is entered as away after he was booked: his own court's clerk is warned, and nothing is blocked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from psycopg.types.range import TimestamptzRange

from directory.models import Absence, OutsideBusy, OutsideCalendar
from scheduler import booking, waiting
from scheduler.models import Reservation, Role
from tests.scheduler.conftest import NOW, WEDNESDAY

pytestmark = pytest.mark.django_db


def away(found, role, shift=timedelta(0)):
    """The first one booked in that role is away for an hour from then on."""
    row = Reservation.objects.filter(sitting__booking=found, role=role).select_related("resource")[0]
    start = WEDNESDAY + shift
    Absence.objects.create(
        resource=row.resource, during=TimestamptzRange(start, start + timedelta(hours=1)), reason="Surgery"
    )
    return row.resource


def sentences(by):
    return [str(task.sentence) for task in waiting.waiting(by) if "away" in str(task.sentence)]


def test_the_own_courts_clerk_is_warned_and_nobody_else(client, cast, plan):
    found = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    room = away(found, Role.ROOM)
    away(found, Role.ROOM, timedelta(minutes=30))  # twice away is away once
    assert sentences(cast.clerk) == [f"Hearing {plan.code}: {room.label} is away"]
    assert sentences(cast.clerk_madrid) == []
    for by, name, told in [
        (cast.clerk, "booking", "has been entered as away"),
        (cast.clerk, "people", "Away"),
    ]:
        client.force_login(by.user)
        page = client.get(reverse(f"scheduler:{name}", args=[found.public_id])).content.decode()
        assert (told in page, "Surgery" in page) == (True, False)
    client.force_login(cast.clerk_madrid.user)
    assert "away" not in client.get(reverse("scheduler:booking", args=[found.public_id])).content.decode()
    assert booking.confirm(booking=found, by=cast.clerk, version=1).version == 2


def test_who_is_away_at_another_hour_or_from_a_booking_that_ended_warns_nobody(cast, plan):
    found = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    away(found, Role.ROOM, timedelta(days=1))
    assert sentences(cast.clerk) == []
    away(found, Role.ROOM)
    booking.cancel(booking=found, by=cast.clerk, version=1, reason="Withdrawn.")
    assert sentences(cast.clerk) == []


def test_a_calendar_kept_elsewhere_that_is_busy_by_now_warns_alike(cast, plan):
    found = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    row = Reservation.objects.filter(sitting__booking=found, role=Role.ROOM).select_related("resource")[0]
    kept = OutsideCalendar.objects.create(
        resource=row.resource, kind="ics", host="c.example", address=b"", next_due=NOW
    )
    during = TimestamptzRange(WEDNESDAY, WEDNESDAY + timedelta(hours=1))
    OutsideBusy.objects.create(calendar=kept, resource=row.resource, during=during)
    assert sentences(cast.clerk) == [f"Hearing {plan.code}: {row.resource.label} is away"]
    assert sentences(cast.clerk_madrid) == []
