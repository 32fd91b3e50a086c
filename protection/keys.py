"""Where a State's key lives.

In production the keys come from the environment, `VAULT_KEYS`, and nowhere else; a State without one cannot
register a witness. With nothing configured (a laptop, the demonstration) each State has a key file under
`VAULT_DIR`, readable by its owner alone, made when it is first needed. A key id is the State's code, with a
number from the second on: adding `ES-2` seals under it from then on, while `ES` still opens what it sealed.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from protection.envelope import KEY_BYTES, new_key

KEY_ID = re.compile(r"[A-Z]{2}(-[1-9]\d{0,3})?")


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key of a State. It has no representation, so that no log line and no trace can show it."""

    id: str
    secret: bytes


def current(state: str) -> Key:
    """Return the key under which this State (ISO 3166 alpha-2) seals now. Raises ImproperlyConfigured."""
    configured = parse(settings.VAULT_KEYS)
    if configured:
        mine = [key for key in configured.values() if key.id.partition("-")[0] == state]
        if not mine:
            raise ImproperlyConfigured(f"VAULT_KEYS holds no key for {state}")
        return max(mine, key=lambda key: int(key.id.partition("-")[2] or 1))
    return _from_file(state, make=True)


def by_id(key_id: str) -> Key:
    """Return a key that once sealed something. Raises ImproperlyConfigured if it is no longer here."""
    configured = parse(settings.VAULT_KEYS)
    if not configured:
        return _from_file(key_id, make=False)
    if key_id not in configured:
        raise ImproperlyConfigured(f"VAULT_KEYS holds no key {key_id}")
    return configured[key_id]


def parse(text: str) -> dict[str, Key]:
    """Read `ES=<base64>,CO-2=<base64>`, 32 bytes each. Raises ImproperlyConfigured, without the secret."""
    keys = [_parse_one(number, part) for number, part in enumerate(filter(None, text.split(",")), start=1)]
    if len({key.id for key in keys}) != len(keys):
        raise ImproperlyConfigured("VAULT_KEYS names a key twice")
    return {key.id: key for key in keys}


def _parse_one(number: int, part: str) -> Key:
    key_id, _, encoded = part.strip().partition("=")
    if not KEY_ID.fullmatch(key_id):
        raise ImproperlyConfigured(f"VAULT_KEYS: entry {number} does not begin with a State's code, as in ES=")
    return Key(key_id, _decode(key_id, encoded))


def _decode(key_id: str, encoded: str) -> bytes:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ImproperlyConfigured(f"VAULT_KEYS: key {key_id} is not {KEY_BYTES} bytes in base64") from None
    return secret


def _from_file(key_id: str, *, make: bool) -> Key:
    if settings.PRODUCTION:
        raise ImproperlyConfigured("VAULT_KEYS is empty: each State needs a key for its witnesses")
    if not KEY_ID.fullmatch(key_id):
        raise ImproperlyConfigured("a State's key is named after its two-letter code")
    path = Path(settings.VAULT_DIR) / f"{key_id}.key"
    if make and not path.exists():
        _make(path)
    if not path.exists():
        raise ImproperlyConfigured(f"the key {key_id} is missing from {path.parent}")
    return Key(key_id, _decode(key_id, path.read_text().strip()))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place whole: of two processes that need the first key at once, one wins and both read it.
    handle, written = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(base64.b64encode(new_key()).decode())
        os.link(written, path)
    except FileExistsError:
        return
    finally:
        os.unlink(written)
