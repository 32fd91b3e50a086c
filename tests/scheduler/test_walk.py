"""Whatever two clerks do to three hearings, in whatever order and with whatever version: what must hold, holds."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from benchmarks import contest
from directory import audit
from directory.errors import Refusal
from directory.models import AuditEntry
from scheduler import booking
from scheduler.models import Booking, Reservation, Role
from tests.scheduler.conftest import NOW, WEDNESDAY, planned

pytestmark = pytest.mark.django_db
# The drawing in models/bookings.py, as a table: from where an act may lead, and where to.
MAY = {
    None: {"held"},
    "held": {"held", "confirmed", "cancelled", "expired"},
    "confirmed": {"confirmed", "cancelled", "completed"},
    "cancelled": set(),
    "expired": set(),
    "completed": set(),
}
STARTS = [WEDNESDAY + timedelta(days=day, minutes=minutes) for day in (0, 1) for minutes in (0, 30)]


ACTS = ["hold", "confirm", "confirm", "confirm", "move", "take", "swap", "replace", "cancel", "complete", "wait"]


class Walk:
    """One clerk after the other, each with the next thing that comes to his mind."""

    def __init__(self, cast, plans, clock, seed):
        self.cast, self.plans, self.clock, self.chance = cast, plans, clock, random.Random(seed)
        self.answers = Counter()

    def step(self):
        names = (
            "hold",
            "confirm",
            "confirm",
            "confirm",
            "move",
            "take",
            "swap",
            "replace",
            "cancel",
            "complete",
            "wait",
        )
        act = self.chance.choice(names)
        try:
            getattr(self, act)()
            self.answers[act] += 1
        except Refusal as refusal:
            self.answers[refusal.code] += 1

    @property
    def by(self):
        return self.chance.choice([self.cast.clerk, self.cast.clerk_madrid])

    def one(self):
        """A booking, mostly a live one; where there is none, a new one."""
        rows = list(Booking.objects.live() if self.chance.random() < 0.9 else Booking.objects.all())
        return self.chance.choice(rows) if rows else self.hold()

    def facts(self):
        found = self.one()
        version = found.version - (self.chance.random() < 0.1)
        return {"booking": found, "by": self.by, "version": version}

    def start(self):
        return self.chance.choice(STARTS)

    def hold(self):
        return booking.hold(plan=self.chance.choice(self.plans), starts=[self.start()], by=self.by)

    def confirm(self):
        booking.confirm(**self.facts())

    def move(self):
        booking.move(**self.facts(), starts=[self.start()])

    def take(self):
        facts = self.facts()
        asked = booking.propose(**facts, starts=[self.start()], reason="The judge is away.")
        other = self.cast.clerk if facts["by"] == self.cast.clerk_madrid else self.cast.clerk_madrid
        booking.move(**facts | {"by": other}, proposal=asked)

    def swap(self):
        first, second = self.one(), self.one()
        versions = first.version, second.version
        booking.swap(first=first, second=second, by=self.by, versions=versions, reason="Exchanged.")

    def replace(self):
        facts = self.facts()
        pool = list(facts["booking"].plan.needs.get(role=Role.INTERPRETER).resources.all())
        out, in_ = self.chance.sample(pool, 2)
        booking.replace(**facts, out=out, in_=in_, reason="Ill.")

    def cancel(self):
        booking.cancel(**self.facts(), reason="Withdrawn.")

    def complete(self):
        booking.complete(
            **self.facts(), outcome=self.chance.choice(["postponed", "cancelled_in_error"]), reason="Strike."
        )

    def wait(self):
        self.clock.shift(timedelta(hours=20))
        booking.expire_all()


def states():
    return {row.pk: (row.state, row.version) for row in Booking.objects.all()}


def half_kept():
    """Bookings that keep somebody although they ended, or not everybody although they did not."""
    found = []
    for row in Booking.objects.all():
        kept = Counter(Reservation.objects.filter(sitting__booking=row, active=True).values_list("role", flat=True))
        whole = Counter({need.role: need.count for need in row.plan.needs.all() if need.resources.exists()})
        if kept != (whole if row.state in Booking.LIVE else Counter()):
            found.append((row.pk, row.state, kept))
    return found


def test_a_walk_through_the_states(cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    plans = [planned(cast, f"CO-2026-06{number:02}") for number in range(2)]
    walk, before = Walk(cast, plans, time_machine, 26), {}
    for _ in range(20):
        walk.step()
        after = states()
        changed = {pk: now for pk, now in after.items() if before.get(pk) != now}
        for pk, (state, version) in changed.items():
            was, number = before.get(pk, (None, 0))
            assert (state in MAY[was], version > number) == (True, True)
        assert (contest.overlaps(), half_kept()) == (0, [])
        before = after
    told = AuditEntry.objects.filter(chain__kind="scheduler.booking").values_list("chain__subject").distinct()
    assert (told.count(), audit.verify()) == (len(after), None)
