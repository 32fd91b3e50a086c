"""A hearing of the story, confirmed by both courts and about to begin; and how its cast takes its places."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from config.story import cases
from directory.models import Membership
from scheduler import checks
from scheduler.models import Booking
from sessions import lifecycle, presence, seats, tickets
from sessions.models import Hearing, Seat
from tests.cast import Cast, enter

GOOD = {
    "rtt_ms": 166,
    "loss_up": 0.2,
    "loss_down": 0.4,
    "jitter_up_ms": 8,
    "jitter_down_ms": 12,
    "r_factor": 88,
    "verdict": "good",
    "profile": "testimony",
}


class Day:
    """The day of the hearing, told by what people do on it."""

    def __init__(self, cast: Cast, booking: Booking) -> None:
        self.cast, self.booking = cast, booking
        self.id = booking.plan.public_id
        self.start: datetime = booking.sitting().start

    @property
    def hearing(self) -> Hearing:
        return Hearing.objects.get(public_id=self.id)

    def seat(self, role: str, side: str | None = None) -> Seat:
        rows = self.hearing.seats.filter(role=role)
        return rows.get(side=side) if side else rows.get()

    def sits(self, by: Membership) -> Seat:
        """A member takes his place and is admitted, by the clerk in Bogotá where he is not a clerk himself."""
        seat = seats.take(hearing_id=self.id, by=by)
        seat = presence.wait(seat_id=seat.public_id, at=self.start)
        return seat if seat.here else presence.admit(seat_id=seat.public_id, by=self.cast.clerk, at=self.start)

    def witness_comes(self) -> Seat:
        ticket = tickets.issue(seat_id=self.seat("witness").public_id, by=self.cast.clerk_madrid, at=self.start)
        found = tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=self.start)
        presence.wait(seat_id=found.seat.public_id, at=self.start)
        return presence.admit(seat_id=found.seat.public_id, by=self.cast.clerk_madrid, at=self.start)

    def links_are_good(self) -> None:
        for side, by in (("requesting", self.cast.technician), ("requested", self.cast.technician_madrid)):
            checks.record(booking=self.booking, side=side, by=by, measured=GOOD, now=self.start - timedelta(hours=20))

    def doors_open(self) -> None:
        lifecycle.open_(hearing_id=self.id, by=self.cast.clerk, at=self.start - timedelta(minutes=30))
        for by in (self.cast.clerk, self.cast.clerk_madrid, self.cast.judge, self.cast.judge_madrid):
            self.sits(by)

    def step(self, kind: str, by: Membership, role: str = "witness") -> None:
        lifecycle.step(hearing_id=self.id, kind=kind, seat_id=self.seat(role).public_id, by=by, at=self.start)

    def ready(self) -> None:
        """Everything but the word of the presiding judge."""
        self.links_are_good()
        self.doors_open()
        self.witness_comes()
        self.step("identity", self.cast.judge_madrid)
        self.step("rights", self.cast.judge_madrid)

    def live(self) -> None:
        self.ready()
        lifecycle.go_live(hearing_id=self.id, by=self.cast.judge, at=self.start)

    def lines(self) -> list[str]:
        return list(self.hearing.log.order_by("number").values_list("kind", flat=True))


def held(day: Day) -> Day:
    """The hearing, with a suspension of nine minutes and a link that was lost for one."""
    day.live()
    cast, minute = day.cast, timedelta(minutes=1)
    day.step("affirmation", cast.judge_madrid)
    lifecycle.log(
        hearing_id=day.id, kind="objection", text="leading question", by=cast.clerk, at=day.start + 5 * minute
    )
    lifecycle.link(seat_id=day.seat("witness").public_id, state="lost", at=day.start + 6 * minute)
    lifecycle.link(seat_id=day.seat("witness").public_id, state="back", at=day.start + 7 * minute)
    lifecycle.suspend(hearing_id=day.id, by=cast.judge, reason="break", at=day.start + 10 * minute)
    lifecycle.resume(hearing_id=day.id, by=cast.judge, at=day.start + 19 * minute)
    presence.leave(seat_id=day.seat("witness").public_id, by=cast.clerk_madrid, at=day.start + 30 * minute)
    lifecycle.close(hearing_id=day.id, by=cast.clerk, at=day.start + 31 * minute)
    return day


@pytest.fixture(scope="module")
def played(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cast, int]]:
    """The story, played once a module: each test rolls back to here, and the module to nothing."""
    keys, hasher = tmp_path_factory.mktemp("keys"), "django.contrib.auth.hashers.MD5PasswordHasher"
    with (
        override_settings(VAULT_DIR=keys, PASSWORD_HASHERS=[hasher]),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        cast = enter()
        yield cast, cases.rehearsal(cast).pk
        transaction.set_rollback(True)


@pytest.fixture
def day(played: tuple[Cast, int], db: None) -> Day:
    cast, booking = played
    return Day(cast, Booking.objects.select_related("plan__request__person").get(pk=booking))
