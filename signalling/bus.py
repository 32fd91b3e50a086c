"""News between web processes, over Valkey's pub/sub: at most once, so that whoever listens again asks again.

It carries random ids and switches, never a name, a description or an address. What must be true is read from
PostgreSQL by whoever hears that something changed.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any
from uuid import UUID

import msgspec
from redis import Redis, RedisError
from redis import asyncio as aio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5
EVERYBODY = "vivavoce:wire"


class News(msgspec.Struct, frozen=True, tag_field="type", tag=str.lower):
    """One line on the bus."""


class Changed(News, frozen=True):
    """Something about the hearing changed: read it again."""

    hearing: UUID


class Told(News, frozen=True):
    """The client of a seat came, went or switched something, in the process `origin`."""

    origin: str
    hearing: UUID
    seat: UUID
    here: bool
    audio: bool
    video: bool
    sequence: int


class Joined(News, frozen=True):
    """The seat was opened in the process `origin`; elsewhere it is closed."""

    origin: str
    hearing: UUID
    seat: UUID


class Asked(News, frozen=True):
    """The process `origin` does not know who is there: tell."""

    origin: str
    hearing: UUID


class Parted(News, frozen=True):
    """The process `origin` serves nobody of this hearing any more."""

    origin: str
    hearing: UUID


class SignedOut(News, frozen=True):
    """A session has ended; `session` is the digest of its key."""

    session: str


AnyNews = Changed | Told | Joined | Asked | Parted | SignedOut
_decoder = msgspec.json.Decoder(list[AnyNews])


def digest(session_key: str | None) -> str:
    """The name of a session on the bus, from which the key cannot be had."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def channel(hearing: UUID) -> str:
    """The channel of one hearing's news."""
    return f"{EVERYBODY}:{hearing}"


def own_channel(origin: str) -> str:
    """The channel of one process: what is for it alone, of all hearings together."""
    return f"{EVERYBODY}:process:{origin}"


def _channel_of(news: AnyNews) -> str:
    return EVERYBODY if isinstance(news, SignedOut) else channel(news.hearing)


def publish(url: str, news: AnyNews) -> bool:
    """Publish from synchronous code; False where the broker is away (it is written down, and never raised)."""
    if not url:
        return False
    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.publish(_channel_of(news), msgspec.json.encode([news]))
    except (RedisError, OSError) as error:
        log.warning("the broker is away: %s", type(error).__name__)
        return False
    return True


class Bus:
    """This process's ear and voice. `heard` is called in the loop; `back` after each (re)connection."""

    def __init__(self, url: str, *, origin: str, heard: Callable[[AnyNews], None], back: Callable[[], None]) -> None:
        # No retries below us: after a break whatever was said meanwhile has to be asked for, so we must know of it.
        self._redis = aio.Redis.from_url(url, retry=Retry(NoBackoff(), 0))
        self._pubsub: Any = None
        self._heard = heard
        self._back = back
        self._channels = {EVERYBODY, own_channel(origin)}
        self._outgoing: dict[str, list[AnyNews]] = {}
        self._flushing = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to listen, in the background."""
        self._spawn(self._listen())

    async def stop(self) -> None:
        """Stop listening and let the broker go."""
        while self._tasks:  # redis-py swallows a cancellation that comes while it connects
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.1)
        await self._redis.aclose()

    def join(self, hearing: UUID) -> None:
        """Listen to a hearing's news from now on."""
        self._channels.add(channel(hearing))
        if self._pubsub:
            self._spawn(self._quietly(self._pubsub.subscribe(channel(hearing))))

    def leave(self, hearing: UUID) -> None:
        """Listen no more."""
        self._channels.discard(channel(hearing))
        if self._pubsub:
            self._spawn(self._quietly(self._pubsub.unsubscribe(channel(hearing))))

    def tell(self, news: AnyNews, to: Collection[str] = ()) -> None:
        """Publish for whoever listens to the hearing, or `to` some processes alone.

        All that is told while a pipeline is under way goes out in the next one, in order, as one line a channel.
        """
        for name in map(own_channel, to) if to else (_channel_of(news),):
            self._outgoing.setdefault(name, []).append(news)
        if not self._flushing:
            self._flushing = True
            self._spawn(self._quietly(self._flush()))

    async def _flush(self) -> None:
        # One pipeline at a time: on two connections the later one could arrive first.
        try:
            while self._outgoing:
                pipeline = self._redis.pipeline(transaction=False)
                outgoing, self._outgoing = self._outgoing, {}
                for name, lot in outgoing.items():
                    pipeline.publish(name, msgspec.json.encode(lot))
                await pipeline.execute()
        finally:
            self._flushing = False

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await self._hear(pubsub)
            except (RedisError, OSError) as error:
                log.warning("the broker is away: %s", type(error).__name__)
            finally:
                self._pubsub = None
            await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self, pubsub: Any) -> None:
        # Until the first subscription has made the connection, nobody else may use it: two would make two.
        asked = set(self._channels)
        await pubsub.subscribe(*asked)
        self._pubsub = pubsub
        if late := self._channels - asked:
            await pubsub.subscribe(*late)
        self._back()
        async for message in pubsub.listen():
            self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            lot = _decoder.decode(data)
        except msgspec.DecodeError:
            log.warning("a line on the bus that nobody here speaks")
        else:
            for news in lot:
                self._heard(news)

    async def _quietly(self, doing: Awaitable[Any]) -> None:
        try:
            await doing
        except (RedisError, OSError) as error:
            log.warning("the broker is away: %s", type(error).__name__)

    def _spawn(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
