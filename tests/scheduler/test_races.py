"""Two clerks at the same moment, on two connections: one of them wins, and the other is told so."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from psycopg.errors import ExclusionViolation
from psycopg.types.range import TimestamptzRange

from directory.errors import Refusal
from scheduler import booking, checks
from scheduler.booking import claims
from scheduler.models import Booking, Reservation
from tests.scheduler.conftest import WEDNESDAY, planned
from tests.scheduler.racing import PATIENCE, at_once, overlaps

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_hearing_is_held_once(cast, plan):
    later = WEDNESDAY + timedelta(days=1)
    answers = at_once(
        lambda: booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk),
        lambda: booking.hold(plan=plan, starts=[later], by=cast.clerk_madrid),
    )
    assert sorted(answers) == ["already_booked", "held"]


def test_both_sides_confirm_at_once(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    answers = at_once(
        lambda: booking.confirm(booking=held, by=cast.clerk, version=1),
        lambda: booking.confirm(booking=held, by=cast.clerk_madrid, version=1),
    )
    assert sorted(answers) == ["held", "stale_version"]
    held.refresh_from_db()
    assert (held.state, held.version) == ("held", 2)


def test_one_side_confirms_twice_at_once(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    answers = at_once(*(lambda: booking.confirm(booking=held, by=cast.clerk, version=1) for _ in range(2)))
    assert sorted(answers) == ["already_confirmed", "held"]


def test_a_key_sent_twice_at_once_holds_once(cast, plan):
    answers = at_once(*(lambda: booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk, key="k") for _ in range(2)))
    assert (answers, Booking.objects.count()) == (["held", "held"], 1)


def test_expiry_against_the_last_confirmation(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    # For the job the hold has run out, for the clerk not yet: the clocks of two machines differ.
    late = held.expires_at + timedelta(seconds=1)
    confirmed, expired = at_once(
        lambda: booking.confirm(booking=held, by=cast.clerk_madrid, version=2),
        lambda: booking.expire(booking=held, now=late),
    )
    held.refresh_from_db()
    active = Reservation.objects.filter(active=True).count()
    assert (confirmed, expired, held.state, active > 0) in [
        ("confirmed", "False", "confirmed", True),
        ("hold_expired", "True", "expired", False),
    ]


def test_cancelling_against_confirming(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    confirmed, cancelled = at_once(
        lambda: booking.confirm(booking=held, by=cast.clerk_madrid, version=2),
        lambda: booking.cancel(booking=held, by=cast.clerk, version=2, reason="The accused is ill."),
    )
    assert (confirmed, cancelled) in [("confirmed", "stale_version"), ("booking_ended", "cancelled")]


def test_the_database_refuses_who_comes_without_locks(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    row = Reservation.objects.filter(sitting__booking=held, role="room").get()
    copy = {"sitting": row.sitting, "need": row.need, "resource": row.resource, "role": row.role, "side": row.side}
    touching = TimestamptzRange(row.during.upper, row.during.upper + timedelta(hours=1))
    Reservation.objects.create(during=touching, **copy)  # half-open: the next one may begin at once
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Reservation.objects.create(during=row.during, **copy)
    assert isinstance(caught.value.__cause__, ExclusionViolation)


def test_a_race_that_only_the_constraint_sees_is_a_refusal_too(cast, plan, monkeypatch):
    """Somebody reserves between the search under locks and the insert, without having taken the locks."""
    other = planned(cast, "CO-2026-0501")
    reserve = claims.reserve

    def late(kept):
        monkeypatch.setattr(claims, "reserve", reserve)
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join(PATIENCE)
        reserve(kept)

    def intrude():
        monkeypatch.setattr(claims, "lock", lambda resources, plan=None: None)
        booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk_madrid)
        connections.close_all()

    monkeypatch.setattr(claims, "reserve", late)
    with pytest.raises(Refusal) as caught:
        booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert (caught.value.code, len(caught.value.facts["alternatives"])) == ("slot_taken", 3)
    assert Booking.objects.get().plan == other
    assert overlaps() == 0


def test_adjacent_sittings_are_shifted_together(cast, plan):
    """What a constraint checked row by row would refuse: each row moves into the place of the next."""
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    row = Reservation.objects.filter(sitting__booking=held, role="room").get()
    copy = {"sitting": row.sitting, "need": row.need, "resource": row.resource, "role": row.role, "side": row.side}
    Reservation.objects.create(during=TimestamptzRange(row.during.upper, row.during.upper + timedelta(hours=1)), **copy)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduler_reservation SET during = tstzrange(lower(during) + %s, upper(during) + %s)"
            " WHERE resource_id = %s",
            [timedelta(minutes=15), timedelta(minutes=15), row.resource_id],
        )
        assert cursor.rowcount == 2


def test_a_check_is_recorded_from_outside_a_transaction(cast, plan):
    """The wire records it from a socket, where no request has opened a transaction."""
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    figures = {"rtt_ms": 180, "loss_up": 0, "loss_down": 0, "jitter_up_ms": 4, "jitter_down_ms": 6, "verdict": "good"}
    check = checks.record(booking=held, side="requesting", by=cast.technician, measured=figures)
    assert check.verdict == "good"
