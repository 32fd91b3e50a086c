"""The same Idempotency-Key never acts twice: a retry gets what the first call made."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from directory.models import Membership
from scheduler.errors import KeyReused
from scheduler.models import Booking, Once


def once(*, by: Membership, act: str, key: str | None, facts: Mapping[str, Any], do: Callable[[], Booking]) -> Booking:
    """Do it, unless this caller did it before under this key. In a transaction; a second caller waits for the first.

    Refuses `key_reused` where the key stood for other facts.
    """
    if not key:
        return do()
    told = json.dumps(facts, sort_keys=True, default=str).encode()
    fingerprint = hashlib.sha256(told).hexdigest()
    row, _ = Once.objects.get_or_create(by=by, act=act, key=key[:200], defaults={"fingerprint": fingerprint})
    if row.fingerprint != fingerprint:
        raise KeyReused
    if row.booking is None:
        row.booking = do()
        row.save(update_fields=["booking"])
    return row.booking
