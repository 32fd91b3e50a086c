"""When resources are taken, read from the tables in one statement, as whole seconds since the epoch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from psycopg.types.range import TimestamptzRange

from directory.models import Resource
from scheduler.models import Plan
from scheduler.solver.bits import Numbers
from scheduler.solver.spans import NONE, Spans
from scheduler.solver.timegrid import EPOCH, FIRST, LAST, seconds

# A row a resource and table: how many ranges, and their ends, side by side as PostgreSQL stores a timestamptz. For
# ten thousand ranges, one by one, would take its driver a tenth of a second.
ENDS = """coalesce(string_agg(
    timestamptz_send(coalesce(lower(during), '-infinity')) || timestamptz_send(coalesce(upper(during), 'infinity')), ''
), '')"""
# The plan's own bookings and holds that ran out keep nobody. They are few, so they are looked up and not joined.
# What is over is skipped by the index on the ranges' ends (`reservation_ahead`), which holds all that is asked.
STATEMENT = f"""
SELECT 'reserved', resource_id, count(*), {ENDS} FROM scheduler_reservation
WHERE active AND resource_id = ANY(%(ids)s) AND upper(during) > %(first)s AND lower(during) < %(past)s
  AND sitting_id NOT IN (
    SELECT sitting.id FROM scheduler_booking booking JOIN scheduler_sitting sitting ON sitting.booking_id = booking.id
    WHERE booking.plan_id = %(plan)s OR (booking.state = 'held' AND booking.expires_at <= %(now)s)
  )
GROUP BY resource_id
UNION ALL
SELECT 'absent', resource_id, count(*), {ENDS} FROM directory_absence
WHERE resource_id = ANY(%(ids)s) AND during && %(around)s GROUP BY resource_id
UNION ALL
SELECT 'outside', resource_id, count(*), {ENDS} FROM directory_outsidebusy
WHERE resource_id = ANY(%(ids)s) AND during && %(around)s GROUP BY resource_id
"""  # noqa: S608 (made of constants)
POSTGRES_EPOCH = (datetime(2000, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
MICRO = 1_000_000


@dataclass(frozen=True)
class Occupied:
    """What each resource, by its primary key, is kept from: by other hearings, and by all else."""

    reservations: dict[int, Spans]
    others: dict[int, Spans]
    loads: dict[int, int]

    def reserved(self, one: Resource) -> Spans:
        """Its other hearings, with the minutes around them."""
        return self.reservations.get(one.pk, NONE)

    def spans(self, one: Resource) -> Spans:
        """All that it is taken by, in no order."""
        return self.reserved(one) + self.others.get(one.pk, NONE)

    def load(self, one: Resource) -> int:
        """How many other hearings it has in the plan's dates, whichever part of them is asked about."""
        return self.loads.get(one.pk, 0)


def known(plan: Plan, resources: Iterable[Resource], around: tuple[datetime, datetime], now: datetime) -> Occupied:
    """What touches `around`. The plan's own booking and holds that ran out keep nobody."""
    first, past = _dates(plan, around)
    ids, near = [one.pk for one in resources], TimestamptzRange(*around)
    facts: dict[str, Any] = {"ids": ids, "around": near, "first": first, "past": past, "plan": plan.pk, "now": now}
    rows = _read(facts)
    # All of them at once, and then parted: a hundred rooms are a hundred small sums otherwise.
    counts, read = [row[2] for row in rows], _spans(b"".join(row[3] for row in rows))
    occupied = Occupied({}, {}, {})
    for (table, one, count, _ends), there in zip(rows, _near(read, counts, around), strict=True):
        if table == "reserved":
            occupied.reservations[one], occupied.loads[one] = there, count
        else:
            occupied.others[one] = occupied.others.get(one, NONE) + there
    return occupied


def _read(facts: Mapping[str, Any]) -> list[tuple[str, int, int, bytes]]:
    """In binary: as text, which Django's own cursors ask for, half of the time would go into hexadecimal digits."""
    with connection.cursor() as opened, psycopg.Cursor(opened.connection) as cursor:
        return cursor.execute(STATEMENT, facts, binary=True).fetchall()


def _dates(plan: Plan, around: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """The plan's dates and what is asked about, as instants; a zone more or less shifts no count that matters."""
    return min(_midnight(plan.earliest), around[0]), max(_midnight(plan.latest + timedelta(days=1)), around[1])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _near(rows: Numbers, counts: Sequence[int], around: tuple[datetime, datetime]) -> list[Spans]:
    """What touches `around`, parted: so many of the rows belong to the first, so many to the next."""
    near = (rows[:, 0] < seconds(around[1])) & (rows[:, 1] > seconds(around[0]))
    places = np.cumsum([0, *counts])
    bounds = np.concatenate([[0], np.cumsum(near)])[places].tolist()
    kept = rows[near]
    return [Spans(kept[first:past]) for first, past in pairwise(bounds)]


def _spans(ends: bytes) -> Numbers:
    """Whole seconds, rounded outwards as the search counts; an open end is where datetime's years end."""
    micro = np.frombuffer(ends, dtype=">i8").astype(np.int64).reshape(-1, 2)
    rows = np.stack([micro[:, 0] // MICRO, -(-micro[:, 1] // MICRO)], axis=1) + POSTGRES_EPOCH
    return np.minimum(np.maximum(rows, FIRST), LAST)
