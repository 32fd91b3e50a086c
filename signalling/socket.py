"""One accepted WebSocket: what is heard and said on it, its limits, its end. Plain ASGI, by line.py where it can be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from signalling import frames, line, relay
from signalling import protocol as p
from signalling.errors import CloseCode, Ended, WireError
from signalling.limits import Bucket
from signalling.outbox import Outbox

log = logging.getLogger(__name__)
SILENCE_SECONDS = p.HEARTBEAT_SECONDS * 2.5
CLOSING_SECONDS = 2.0

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


class Ear(Protocol):
    """What a socket is for: it takes frames once the connection has begun."""

    async def take(self, raw: str | bytes) -> None:
        """Take one frame."""

    def at_once(self, raw: str | bytes) -> bool:
        """Take one frame of which nothing has to be asked elsewhere; False, and nothing done, where something has."""


class Socket:
    """One accepted WebSocket: its outbox, its limits, its end."""

    def __init__(self, scope: Event, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.loop = asyncio.get_running_loop()
        self._line = line.of(scope)
        self.outbox = Outbox(self._write, self._gone, *([self._line.write] if self._line else []))
        self.language = language_of(scope)
        self.code: int | None = None
        self._deadline = asyncio.timeout(None)
        self._watch: asyncio.TimerHandle | None = None
        self._heard = self.loop.time()
        self._bucket = Bucket(self._heard)
        self._strikes = 0
        self._ear: Ear | None = None
        self._asking = False  # about a frame that was heard; those behind it wait
        self._failure: Exception | None = None

    def say(self, message: p.FromServer) -> None:
        """Queue a message; a client that does not keep up is let go."""
        if not self.outbox.put(frames.encode(message)):
            self.end(CloseCode.SLOW)

    def end(self, code: CloseCode) -> None:
        """End the connection from wherever: the receiving loop wakes and closes. The first reason counts."""
        if self.code is None:
            self.code = code
            with suppress(RuntimeError):  # the loop below has not begun, or is over already
                self._deadline.reschedule(self.loop.time())

    async def run(self, begin: Callable[["Socket"], Awaitable[Ear]]) -> None:
        """Accept, let `begin` say who is there, then pass on every frame until either side ends it."""
        await self._receive()  # websocket.connect
        await self._send({"type": "websocket.accept"})
        self._listening(self.loop.time(), p.HELLO_SECONDS)
        try:
            async with self._deadline:
                await self._listen(begin)
        except TimeoutError:
            if self._failure:
                raise self._failure from None
            assert self.code is not None  # `end` was called
        except Ended as ended:
            self.code = self.code or ended.code
        finally:
            self._deaf()
        await self._close()

    async def _listen(self, begin: Callable[["Socket"], Awaitable[Ear]]) -> None:
        self._ear = ear = await begin(self)
        self._listening(self.loop.time(), SILENCE_SECONDS)
        if self._line:
            self._line.ear = self._on_the_spot
        while self.code is None:
            raw = await self.frame()
            self._asking = True
            try:
                await ear.take(raw)
            except WireError as error:
                self.refuse(error)
            self._asking = False

    def _on_the_spot(self, raw: str) -> bool:
        """Take a frame as it is read; False of one that is left to the loop above, and so are those behind it."""
        assert self._ear is not None
        if self._asking or self.code is not None:
            return False
        try:
            self._count(raw)
            taken = self._ear.at_once(raw)
        except WireError as error:
            taken = self._refused(error)
        except Ended as ended:
            self.end(ended.code)
            return True
        except Exception as error:  # is raised where the server looks for it
            self._failure = error
            self.end(CloseCode.GOING_AWAY)
            return True
        if not taken:
            self._bucket.put_back()  # the loop will count it
        return taken

    def _refused(self, error: WireError) -> bool:
        try:
            self.refuse(error)
        except Ended as ended:
            self.end(ended.code)
        return True

    def _listening(self, since: float, seconds: float) -> None:
        """End the connection once nothing was heard for so long; whatever is heard sets no timer, this one looks."""
        if self._watch:
            self._watch.cancel()
        if since + seconds <= self.loop.time():
            self.end(CloseCode.SILENT)
        else:
            self._watch = self.loop.call_at(since + seconds, lambda: self._listening(self._heard, seconds))

    def _deaf(self) -> None:
        if self._line:
            self._line.ear = None
        if self._watch:
            self._watch.cancel()

    async def frame(self) -> str | bytes:
        """The next frame. Raises Ended once the client is gone, sends too much or too large."""
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            self.code = self.code or event.get("code") or 1005
            raise Ended(CloseCode.GOING_AWAY)
        raw: str | bytes = event.get("text") or event.get("bytes") or ""
        self._count(raw)
        return raw

    def _count(self, raw: str | bytes) -> None:
        if len(raw) > p.FRAME_LIMIT:
            raise Ended(CloseCode.TOO_LARGE)
        self._heard = self.loop.time()
        if not self._bucket.take(self._heard):
            raise Ended(CloseCode.TOO_FAST)

    def refuse(self, error: WireError) -> None:
        """Answer with the error; a client that keeps sending what nobody understands is closed."""
        sentence = relay.sentence(error, self.language)
        self.say(p.Error(code=error.code, sentence=sentence, about=error.about, detail=error.detail))
        self._strikes += error.code in ("malformed", "unknown_type")
        if self._strikes >= p.STRIKES:
            raise Ended(CloseCode.MALFORMED)

    async def _write(self, frame: bytes) -> None:
        await self._send({"type": "websocket.send", "text": frame.decode()})

    def _gone(self, error: Exception) -> None:
        log.debug("a client is gone: %s", type(error).__name__)
        self.end(CloseCode.GOING_AWAY)

    async def _close(self) -> None:
        """Say what still waits (the reason, if any), unless slowness is the reason; then close."""
        code = self.code
        if code is CloseCode.SLOW or not isinstance(code, CloseCode):
            self.outbox.stop()
        if not isinstance(code, CloseCode):
            return  # the client closed
        with suppress(Exception):
            async with asyncio.timeout(CLOSING_SECONDS):
                if code is not CloseCode.SLOW:
                    await self.outbox.flush()
                await self._send({"type": "websocket.close", "code": int(code)})


async def hello(socket: Socket, read: Callable[[str | bytes], p.FromClient]) -> p.Hello:
    """Wait for the first frame. Raises Ended for anything but a hello of this version."""
    try:
        message = read(await socket.frame())
        if not isinstance(message, p.Hello):
            raise WireError("hello_first")
    except WireError as error:
        socket.refuse(error)
        raise Ended(CloseCode.MALFORMED) from None
    if message.version != p.VERSION:
        raise Ended(CloseCode.VERSION)
    return message


def language_of(scope: Event) -> str:
    """The language of the page, from its cookie; empty where there is none that the house speaks."""
    cookie = scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, "")
    try:
        return get_supported_language_variant(cookie)
    except LookupError:
        return ""
