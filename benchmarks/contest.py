"""Many clients who want the same rooms and people at the same moment: what they get, and what the tables say then.

A claim is what a hold does under its locks: the locks, the sitting, its reservations, or a refusal. Each client is a
thread with a connection of its own.
"""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.report import Row

CLIENTS, CLAIMS, RESOURCES, EACH = 12, 10_000, 10, 3
QUARTERS = 2_000  # starts to choose from: three weeks of them, so that most claims meet another one
OVERLAPS = """
SELECT count(*) FROM scheduler_reservation a JOIN scheduler_reservation b
ON a.id < b.id AND a.resource_id = b.resource_id AND a.during && b.during AND a.active AND b.active
"""
PARTIAL = """
SELECT count(*) FROM scheduler_sitting sitting WHERE booking_id = %s AND position >= %s
AND (SELECT count(*) FROM scheduler_reservation WHERE sitting_id = sitting.id AND active) <> %s
"""


@dataclass
class Tally:
    """How the claims ended: `answers` counts held, each refusal's code, and anything else by its type's name."""

    answers: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)  # milliseconds, of each claim
    seconds: float = 0.0

    @property
    def a_second(self) -> float:
        """Claims answered a second, won or lost."""
        return len(self.waits) / self.seconds

    @property
    def broken(self) -> int:
        """Claims that ended neither in a booking nor in a refusal."""
        return sum(number for answer, number in self.answers.items() if not answer.islower())


def run(clients: int, claims: int, act: Callable[[int], str]) -> Tally:
    """`act(number)` for every claim, from as many threads; it answers in a lower-case word or raises."""
    tally, numbers, start = Tally(), iter(range(claims)), threading.Barrier(clients + 1)
    guard = threading.Lock()
    workers = [threading.Thread(target=_client, args=(tally, numbers, start, guard, act)) for _ in range(clients)]
    for worker in workers:
        worker.start()
    start.wait()
    started = time.monotonic()
    for worker in workers:
        worker.join()
    tally.seconds = time.monotonic() - started
    return tally


def _client(tally: Tally, numbers: Any, start: threading.Barrier, guard: Any, act: Callable[[int], str]) -> None:
    from django.db import connection

    connection.ensure_connection()
    start.wait()
    while (number := _next(numbers, guard)) is not None:
        begun = time.perf_counter()
        answer = _answer(act, number)
        with guard:
            tally.answers[answer] += 1
            tally.waits.append((time.perf_counter() - begun) * 1000)
    connection.close()


def _next(numbers: Any, guard: Any) -> int | None:
    with guard:
        return next(numbers, None)


def _answer(act: Callable[[int], str], number: int) -> str:
    """Whatever goes wrong is counted; a client that died of it would make the figures look better."""
    from directory.errors import Refusal

    try:
        return act(number)
    except Refusal as refusal:
        return refusal.code
    except Exception as error:
        return type(error).__name__


def claim(booking: int, need: Any, resources: Sequence[Any], first: datetime, offset: int, number: int) -> str:
    """One claim on three resources at a start of its own choosing. Refuses `slot_taken`."""
    from scheduler.booking import claims

    chance = random.Random(number)
    chosen, start = chance.sample(resources, EACH), first + timedelta(minutes=15 * chance.randrange(QUARTERS))
    claims.contested(partial(_claim, booking, need, chosen, start, offset + number))
    return "held"


def _claim(booking: int, need: Any, chosen: Sequence[Any], start: datetime, position: int) -> None:
    from scheduler.booking import claims
    from scheduler.models import Sitting

    claims.lock(chosen)
    row = Sitting(booking_id=booking, position=position, during=claims.span(start, 90), wall="", zone="UTC")
    claims.reserve([(Sitting.objects.bulk_create([row])[0], [(need, chosen)])])


def overlaps() -> int:
    """Pairs of active reservations of one resource that overlap."""
    return _count(OVERLAPS)


def partial_claims(booking: int, offset: int) -> int:
    """Sittings of the contest that keep another number of resources than they claimed."""
    return _count(PARTIAL, booking, offset, EACH)


def _count(statement: str, *facts: object) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        found: int = cursor.fetchone()[0]
    return found


def rows(plan: Any, claims: int = CLAIMS) -> list[Row]:
    """The contest on ten of the bench's resources, after its year."""
    from benchmarks.house import FIRST
    from scheduler.models import Booking

    booking, offset = Booking.objects.exclude(plan=plan)[0].pk, 20_000
    pool = sorted({one.pk: one for need in plan.needs.all() for one in need.resources.all()}.items())
    resources, need = [one for _pk, one in pool[:RESOURCES]], plan.needs.all()[0]
    act = partial(claim, booking, need, resources, FIRST + timedelta(days=400), offset)
    tally = run(CLIENTS, claims, act)
    name = f"{claims:,} contested claims, {CLIENTS} clients, {RESOURCES} resources"
    waits = sorted(tally.waits)
    return [
        Row(name, tally.a_second, "a second", ">= 300"),
        Row(f"{name}: median", statistics.median(waits), "ms"),
        Row(f"{name}: p99", waits[int(len(waits) * 0.99)], "ms"),
        Row(f"{name}: held", tally.answers["held"], "claims"),
        Row(f"{name}: neither held nor refused", tally.broken, "claims", "<= 0"),
        Row(f"{name}: overlaps", overlaps(), "pairs", "<= 0"),
        Row(f"{name}: in part", partial_claims(booking, offset), "claims", "<= 0"),
    ]
