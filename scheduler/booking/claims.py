"""Taking resources under contention: who may take them first, and what happens to the one who comes second.

Sorted advisory locks on the resources come first, so that two claims never wait for each other in a ring; then
holds that ran out are released; then the search is asked once more. The exclusion constraint has the last word:
it also stops whoever came here without the locks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import ExclusionViolation
from psycopg.types.range import TimestamptzRange

from directory import locks
from directory.models import Resource
from scheduler.errors import SlotTaken
from scheduler.models import Plan, PlanNeed, Sitting

T = TypeVar("T")
Chosen = Sequence[tuple[PlanNeed, Sequence[Resource]]]
# Every row of a claim in one statement, while others wait at its locks.
RESERVE = """
INSERT INTO scheduler_reservation (sitting_id, need_id, resource_id, during, role, side, active)
SELECT *, true
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::tstzrange[], %s::text[], %s::text[])
"""
COLUMNS = 6
ATTEMPTS = 3
LOST_RACES = {"40P01", "40001"}  # deadlock detected, serialization failure


def contested(act: Callable[[], T]) -> T:
    """Run an act in a transaction; what PostgreSQL breaks off is tried again, and after that refused `slot_taken`."""
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in LOST_RACES:
                raise
    raise SlotTaken


def lock(resources: Iterable[Resource], plan: Plan | None = None) -> None:
    """Wait until these resources are this transaction's to book, and the plan to give its first time.

    Released at its end. A plan that books nobody, or whose pools have just changed, has no resource to wait at.
    """
    names = [f"scheduler.plan.{plan.pk}"] if plan else []
    locks.take(names + locks.resources(one.pk for one in resources))


def reserve(kept: Iterable[tuple[Sitting, Chosen]]) -> None:
    """Keep the chosen for each sitting, with the minutes they need around it: all of them or none.

    Refuses `slot_taken`; the transaction it ran in is over then.
    """
    rows = [
        (sitting.pk, need.pk, one.pk, _around(sitting, one), need.role, need.side)
        for sitting, chosen in kept
        for need, resources in chosen
        for one in resources
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(RESERVE, [list(column) for column in zip(*rows, strict=True)] or [[]] * COLUMNS)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            # PostgreSQL's own text quotes the row: it goes no further.
            raise SlotTaken from None
        raise


def _around(sitting: Sitting, resource: Resource) -> TimestamptzRange:
    before, after = buffers(resource)
    return TimestamptzRange(sitting.start - before, sitting.end + after)


def buffers(resource: Resource) -> tuple[timedelta, timedelta]:
    """What the resource needs before and after: a room is set up and cleared, a person is not."""
    site = getattr(resource, "site", None)
    if site is None:
        return timedelta(0), timedelta(0)
    return timedelta(minutes=site.setup_minutes), timedelta(minutes=site.clearing_minutes)


def span(start: datetime, minutes: int) -> TimestamptzRange:
    """A half-open range of so many elapsed minutes."""
    return TimestamptzRange(start, start + timedelta(minutes=minutes))
