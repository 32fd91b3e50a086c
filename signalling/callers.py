"""Who opened a socket: a browser by its session, a program by its token. Read afresh each time it matters. Synchronous.

A page cannot set a header on a WebSocket, so a token on the wire never comes from somebody else's page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Min
from django.utils.crypto import constant_time_compare

from directory import auth
from directory.middleware import SESSION_KEY as ACTING
from directory.middleware import membership_of
from directory.models import ApiToken, Membership, User
from signalling.rooms import Key

BEARER = b"bearer "
ACTING_FOR = b"x-acting-for"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who that is at this moment. A browser that redeemed a ticket has a session and no user."""

    user: User | None = None
    member: Membership | None = None
    session: Mapping[str, Any] = field(default_factory=dict, repr=False)


def key_of(session: str | None, headers: Iterable[tuple[bytes, bytes]]) -> Key:
    """The key in a handshake's headers (RFC 6750, 2.1); a token counts more than a cookie."""
    found = {name.lower(): value for name, value in headers}
    authorization = found.get(b"authorization", b"")
    if authorization[: len(BEARER)].lower() != BEARER:
        return Key(session)
    token = authorization[len(BEARER) :].decode("latin-1").strip()
    return Key(None, ApiToken.digest_of(token), found.get(ACTING_FOR, b"").decode("latin-1"))


def read(key: Key) -> Caller:
    """Who is behind the key; nobody, if the session or the token has ended."""
    if key.token:
        member = auth.holder(key.token, key.acting)
        return Caller(member.user, member) if member else Caller()
    data = _session(key.session)
    user = _signed_in(data)
    return Caller(user, membership_of(user, data.get(ACTING)) if user else None, data)


def ends(keys: Iterable[Key]) -> datetime | None:
    """When the first of these tokens ends by itself; None where none does."""
    digests = [key.token for key in keys if key.token]
    if not digests:
        return None
    found: datetime | None = ApiToken.objects.filter(digest__in=digests).aggregate(first=Min("expires_at"))["first"]
    return found


def _session(key: str | None) -> dict[str, Any]:
    """The session as it is now; empty if it has ended."""
    if not key:
        return {}
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return dict(store.load())


def _signed_in(data: Mapping[str, Any]) -> User | None:
    """The active user signed in on this session, unless the password has changed since."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS or not str(data[SESSION_KEY]).isdigit():
        return None
    user = User.objects.filter(pk=data[SESSION_KEY], is_active=True).first()
    if user is None or not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
