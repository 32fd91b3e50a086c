"""Time-limited credentials for coturn (its "REST API": `use-auth-secret`, `static-auth-secret`).

The user name is an expiry and a random word: it says nothing about who uses the relay, and coturn's log learns
no more. The password is base64(HMAC-SHA1(secret, user name)), as coturn computes it; SHA-1 is its choice.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

from signalling.protocol import IceServer

LIFE_SECONDS = 10 * 60
"""Enough to set a link up. An allocation that stands is refreshed with the same name until it ends."""


def credentials(secret: str, *, now: float, name: str | None = None) -> tuple[str, str]:
    """Return user name and password, good for ten minutes from `now` (seconds since the epoch, UTC)."""
    user = f"{int(now) + LIFE_SECONDS}:{name or secrets.token_urlsafe(12)}"
    digest = hmac.digest(secret.encode(), user.encode(), "sha1")
    return user, base64.b64encode(digest).decode()


def servers(urls: Sequence[str], secret: str, *, now: float) -> list[IceServer]:
    """Return what a browser needs to reach the relays, or nothing where none is configured."""
    if not urls:
        return []
    user, password = credentials(secret, now=now)
    return [IceServer(urls=list(urls), username=user, credential=password)]
