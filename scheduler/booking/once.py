"""The same Idempotency-Key never acts twice: a retry gets what the first call made."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from directory.models import Membership
from scheduler.errors import KeyReused
from scheduler.models import Booking, Once

# Whoever comes second waits here for the first one's transaction to end.
FIRST = """
INSERT INTO scheduler_once (by_id, act, key, fingerprint, created_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (by_id, act, key) DO NOTHING RETURNING id
"""


def once(*, by: Membership, act: str, key: str | None, facts: Mapping[str, Any], do: Callable[[], Booking]) -> Booking:
    """Do it, unless this caller did it before under this key. In a transaction; a second caller waits for the first.

    Refuses `key_reused` where the key stood for other facts.
    """
    if not key:
        return do()
    told = json.dumps(facts, sort_keys=True, default=str).encode()
    fingerprint = hashlib.sha256(told).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [by.pk, act, key[:200], fingerprint, timezone.now()])
        new = cursor.fetchone()
    if new:
        made = do()
        Once.objects.filter(pk=new[0]).update(booking=made)
        return made
    row = Once.objects.select_related("booking").get(by=by, act=act, key=key[:200])
    if row.fingerprint != fingerprint:
        raise KeyReused
    assert row.booking  # written in the transaction that wrote the row
    return row.booking
