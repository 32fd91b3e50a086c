"""Twelve clients at once. `make bench-slots` runs the same contest ten thousand times."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from benchmarks import contest
from directory.models import ApiToken, Resource
from scheduler.models import Booking, Role
from tests.scheduler.conftest import WEDNESDAY, planned

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, CLAIMS = 12, 360


def test_hundreds_of_claims_leave_no_overlap_and_no_half_claim(cast, plan):
    resources = Resource.objects.bulk_create(
        Resource(kind="person", label=f"Judge {number}", zone="UTC") for number in range(contest.RESOURCES)
    )
    booking = Booking.objects.create(plan=plan, held_by=cast.clerk, expires_at=WEDNESDAY)
    act = partial(contest.claim, booking.pk, plan.needs.get(role=Role.ROOM), resources, WEDNESDAY, 1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(contest, "QUARTERS", 100)  # a day and an hour
        tally = contest.run(CLIENTS, CLAIMS, act)
    assert set(tally.answers) == {"held", "slot_taken"}
    assert booking.sittings.count() == tally.answers["held"] >= 20
    assert (sum(tally.answers.values()), contest.overlaps(), contest.partial_claims(booking.pk, 1)) == (CLAIMS, 0, 0)


def test_twelve_clerks_ask_the_api_for_two_times(cast, today):
    """Two of them are given one, and everybody else reads where there is still room."""
    plans = [planned(cast, f"CO-2026-05{number:02}") for number in range(CLIENTS)]
    starts = [WEDNESDAY, WEDNESDAY + timedelta(days=1)]
    until = timezone.now() + timedelta(hours=1)
    keys = [ApiToken.issue(user=by.user, expires_at=until) for by in (cast.clerk, cast.clerk_madrid)]
    told = []

    def ask(number):
        start = starts[number % 2].isoformat()
        headers = {"Authorization": f"Bearer {keys[number // 2 % 2]}"}
        path = f"/api/v1/hearings/{plans[number].public_id}/bookings"
        answer = Client(raise_request_exception=False).post(
            path, {"starts": [start]}, "application/json", headers=headers
        )
        told.append((start, answer.status_code, answer.json()))
        return str(answer.status_code)

    tally = contest.run(CLIENTS, CLIENTS, ask)
    assert (tally.answers, contest.overlaps()) == ({"201": 2, "409": CLIENTS - 2}, 0)
    assert sorted(booking.sitting().start for booking in Booking.objects.all()) == starts
    lost = [(start, body) for start, status, body in told if status == 409]
    assert {(body["code"], len(body["alternatives"])) for _start, body in lost} == {("slot_taken", 3)}
    assert [start for start, body in lost if start in body["alternatives"]] == []
