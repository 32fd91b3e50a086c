"""The one crossing between the sockets (async) and the database (sync): whole functions at a time.

What is read here is read from PostgreSQL each time; nothing about who may what is kept on a connection.
"""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from sessions import floorplan, lifecycle, seats
from sessions.models import Seat
from signalling import bus, callers, marks
from signalling.errors import ERRORS, WireError
from signalling.rooms import Credential

# Not Django's one thread for everything synchronous: a slow page must not hold up a suspension.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="wire")


def crossing(function: Callable[..., Any]) -> Any:
    """Make a synchronous function awaitable; it runs in a thread of the wire with a fresh database connection."""
    return database_sync_to_async(function, thread_sensitive=False, executor=_threads)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who stands behind a socket that has just been opened."""

    seat: UUID
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A hearing as it is now. `version` is the database's clock in microseconds, read before the facts.

    `mark`, read before them too, is another one once anything of them has changed. `until` is when it changes by
    itself; None where only an act changes it.
    """

    version: int
    mark: str
    floor: floorplan.Floor | None
    holders: dict[Credential, UUID]
    until: datetime | None = None


class Listener(Protocol):
    """The part of this process that can be told of a change when the broker cannot."""

    def changed_soon(self, hearing: UUID) -> None: ...
    def signed_out_soon(self, session: str) -> None: ...


listeners: list[Listener] = []


def seat_behind(credential: Credential) -> Seat | None:
    """The seat that whoever opened the socket holds in this hearing at this moment."""
    caller = callers.read(credential.key)
    return seats.seat_of(hearing_id=credential.hearing, user=caller.user, django_session=caller.session)


def enter(credential: Credential, language: str) -> Entry | None:
    """Let a socket in, or not. `language` is the page's; a user's own if the page has none."""
    seat = seat_behind(credential)
    if seat is None:
        return None
    return Entry(seat.public_id, language or (seat.user.language if seat.user else settings.LANGUAGE_CODE))


def admitted(credential: Credential, seat: UUID) -> bool:
    """Whether whoever opened the socket holds this seat at this moment, and the seat is admitted."""
    held = seat_behind(credential)
    return held is not None and held.public_id == seat and held.admitted


def read(hearing: UUID, credentials: Collection[Credential]) -> Reading:
    """Read the hearing and who of these still holds a seat in it."""
    with transaction.atomic():
        [(mark, version)] = marks.read({hearing: [credential.key for credential in credentials]}).values()
        now = timezone.now()
        floor, until = floorplan.describe(hearing, now), floorplan.next_change(hearing, now)
        ends = callers.ends(credential.key for credential in credentials)
        held = {credential: seat_behind(credential) for credential in credentials}
    first = min((at for at in (until, ends) if at), default=None)
    holders = {credential: seat.public_id for credential, seat in held.items() if seat}
    return Reading(version, mark, floor, holders, first)


def link(seat: UUID, state: str) -> None:
    """A link that stood was lost for some seconds, or is back: the record's interruptions."""
    lifecycle.link(seat_id=seat, state=state, at=timezone.now())


def sentence(error: WireError, language: str) -> str:
    """The sentence of a refusal, in the reader's language."""
    with translation.override(language):
        return translation.gettext(ERRORS[error.code])


def announce_change(hearing: UUID) -> None:
    """Tell every web process that this hearing is to be read again. To be called after the commit."""
    if not bus.publish(settings.VALKEY_URL, bus.Changed(hearing)):
        for listener in listeners:
            listener.changed_soon(hearing)


def announce_sign_out(session_key: str | None) -> None:
    """Tell every web process that this session has ended."""
    session = bus.digest(session_key)
    if not bus.publish(settings.VALKEY_URL, bus.SignedOut(session)):
        for listener in listeners:
            listener.signed_out_soon(session)


def now() -> float:
    """Seconds since the epoch, for credentials that end."""
    return time.time()
