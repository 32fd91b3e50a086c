"""Secrets that the house itself must be able to use: sealed at rest with a key of the installation.

AES-256-GCM, the key derived from SECRET_KEY (HKDF-SHA256, RFC 5869). The additional authenticated data names the
row and the field, so a sealed value that is moved elsewhere does not open. After a change of SECRET_KEY the old
one in SECRET_KEY_FALLBACKS still opens; without it the secret has to be typed again. Identities of witnesses are
another matter: they are under their State's own key (protection).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from directory.models import Public

NONCE_BYTES = 12


class Unopened(Exception):
    """The sealed value does not open here. Deliberately the whole message."""

    def __init__(self) -> None:
        super().__init__("the sealed value does not open here")


def seal(value: str, *, row: Public, field: str) -> bytes:
    """Nonce and ciphertext of the value, bound to that field of that row."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, value.encode(), _place(row, field))


def unseal(sealed: bytes | memoryview, *, row: Public, field: str) -> str:
    """The value. Raises Unopened for another place, another key or a changed byte."""
    nonce, ciphertext = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(str(secret))).decrypt(nonce, ciphertext, _place(row, field)).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unopened


def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"vivavoce sealing").derive(secret.encode())


def _place(row: Public, field: str) -> bytes:
    return f"{row._meta.label_lower}:{row.public_id}:{field}".encode()
