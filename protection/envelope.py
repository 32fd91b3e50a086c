"""Sealed values: AES-256-GCM, bound to the one place where they were written.

Pure: no Django, no clock, no I/O. The additional authenticated data names table, row, field and key, so a
ciphertext that is moved to another row or field, or offered under another key, does not open. Values are
padded to steps of 1,024 bytes: a ciphertext's length does not tell a short name from a long one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
STEP_BYTES = 1024


class Unopened(Exception):
    """The sealed value does not open here. Deliberately the whole message: no value, no key, no cause."""

    def __init__(self) -> None:
        super().__init__("the sealed value does not open here")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs."""

    table: str
    row: str
    field: str
    key_id: str

    def bound(self) -> bytes:
        """Return the place as bytes that no other place shares (JSON keeps the borders between the parts)."""
        return json.dumps([self.table, self.row, self.field, self.key_id]).encode()


def new_key() -> bytes:
    """Return a random 256-bit key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, place: Place, value: bytes) -> bytes:
    """Return nonce and ciphertext of the value, padded (ISO/IEC 7816-4) and bound to its place."""
    padded = value + b"\x80"
    padded += b"\x00" * (-len(padded) % STEP_BYTES)
    return _encrypt(key, place, padded)


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """Return the value. Raises Unopened for a wrong key, another place or a changed byte."""
    return _decrypt(key, place, sealed).rstrip(b"\x00")[:-1]


def wrap(key: bytes, place: Place, data_key: bytes) -> bytes:
    """Seal a data key under a State's key. Without the wrapped key, all that it sealed is gone for good."""
    return _encrypt(key, place, data_key)


def unwrap(key: bytes, place: Place, wrapped: bytes) -> bytes:
    """Return the data key. Raises Unopened."""
    return _decrypt(key, place, wrapped)


def _encrypt(key: bytes, place: Place, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.bound())


def _decrypt(key: bytes, place: Place, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.bound())
    except (InvalidTag, ValueError):
        raise Unopened from None
