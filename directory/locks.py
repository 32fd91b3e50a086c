"""Who books a resource and who writes when it is away wait for each other: advisory locks of PostgreSQL.

No constraint can hold a booking against an absence or a calendar kept elsewhere, for these may come later and must be
let in. The locks put them in an order: whatever was written before a hold is read by it, whatever comes after finds
the booking there, and the clerks are warned (`scheduler.booking.absent`).
"""

from collections.abc import Iterable, Sequence

from django.db import connection


def resources(keys: Iterable[int]) -> list[str]:
    """The names of their locks, in the one order in which they are taken: so no two transactions wait in a ring."""
    return [f"resource.{key}" for key in sorted(set(keys))]


def take(names: Sequence[str]) -> None:
    """Wait until these are this transaction's, one after the other as they are given. Released at its end."""
    with connection.cursor() as cursor:
        # One statement: rows come out of unnest, and the locks are taken, in the order of the array.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [list(names)]
        )
