"""A closed session is closed from its hour on: to who sits inside, and to who would read of it afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.errors import Refusal
from directory.models import ApiToken
from protection import beginnings, measures
from protection.models import Measure
from sessions import floorplan, lifecycle
from sessions.models.hearings import Presence
from tests.sessions.conftest import Day


def closes(day: Day, **facts: Any) -> Measure:
    person = day.hearing.plan.request.person
    assert person is not None
    return measures.raise_(
        person=person, kind="closed_session", by=day.cast.judge_madrid, basis="U24-2b", audiences=["D"], **facts
    )


def begun(measure: Measure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour of the measure has come."""
    monkeypatch.setattr(timezone, "now", lambda at=measure.starts: at)


def room(day: Day) -> str:
    client = Client()
    client.force_login(day.cast.defence.user)
    return str(client.get(reverse("evidence:room", args=[day.id])).headers.get("Location", "inside"))


def test_an_order_for_later_puts_out_who_is_inside_at_its_hour(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.doors_open()
    seat = day.sits(day.cast.defence)
    measure = closes(day, starts=timezone.now() + timedelta(minutes=5))
    # By its measure: what a test before has committed leaves jobs of its own behind.
    job = ProcrastinateJob.objects.get(task_name="protection.begin", args={"measure": str(measure.public_id)})
    assert job.scheduled_at == measure.starts
    assert floorplan.next_change(day.id, timezone.now()) == measure.starts
    beginnings.begin(measure.public_id)  # a job that came too early
    seat.refresh_from_db()
    assert (seat.presence, room(day)) == (Presence.ADMITTED, "inside")
    begun(measure, monkeypatch)
    assert room(day) == reverse("evidence:wait", args=[day.id])  # the page does not wait for the job
    beginnings.begin(measure.public_id)
    seat.refresh_from_db()
    assert (seat.presence, floorplan.next_change(day.id, timezone.now())) == (Presence.WAITING, None)


def test_a_mask_ordered_for_later_does_not_stop_the_session_before(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.live()
    person = day.hearing.plan.request.person
    assert person is not None
    later = timezone.now() + timedelta(minutes=5)
    measure = measures.raise_(person=person, kind="voice_distortion", by=day.cast.judge, basis="U24-2b", starts=later)
    assert day.hearing.state == "in_session"
    begun(measure, monkeypatch)
    beginnings.begin(measure.public_id)
    assert day.hearing.state == "suspended"


def test_whom_it_keeps_out_reads_neither_its_minutes_nor_its_log(day: Day) -> None:
    day.doors_open()
    closes(day)
    read = {}
    for name in ("defence", "prosecutor"):
        by = getattr(day.cast, name)
        client, end = Client(), timezone.now() + timedelta(hours=1)
        bearer = {"Authorization": f"Bearer {ApiToken.issue(user=by.user, expires_at=end)}"}
        client.force_login(by.user)
        pages = [client.get(reverse("evidence:record", args=[day.id])).status_code]
        pages += [client.get(f"/api/v1/hearings/{day.id}/{what}", headers=bearer).status_code for what in _READ]
        read[name] = pages
    assert read == {"defence": [404, 404, 404, 404], "prosecutor": [200, 200, 200, 404]}  # no version is written yet


_READ = ("log", "records", "records/1.pdf")


def test_a_line_of_the_log_does_not_name_the_hidden_place(day: Day) -> None:
    day.doors_open()
    with pytest.raises(Refusal) as refused:
        lifecycle.log(
            hearing_id=day.id, kind="note", text="Las Palmas de Gran Canaria waits.", by=day.cast.clerk_madrid
        )
    assert refused.value.code == "names_place"


def test_a_reason_that_names_the_place_is_left_out_and_the_hearing_stops(day: Day) -> None:
    day.live()
    lifecycle.suspend(hearing_id=day.id, by=day.cast.judge_madrid, reason="Storm in Las Palmas de Gran Canaria")
    line = day.hearing.log.get(kind="suspended")
    assert (day.hearing.state, line.text) == ("suspended", "")
