"""The sockets: parse, permit, pass on. A plain ASGI application; Channels' router and middleware stand around it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from signalling import callers, frames, relay, switchboard
from signalling import protocol as p
from signalling.errors import CloseCode, Ended, WireError
from signalling.limits import Bucket
from signalling.outbox import Outbox
from signalling.rooms import Credential, Key, Peer

log = logging.getLogger(__name__)
SILENCE_SECONDS = p.HEARTBEAT_SECONDS * 2.5
CLOSING_SECONDS = 2.0

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


class Ear(Protocol):
    """What a socket is for: it takes frames once the connection has begun."""

    async def take(self, raw: str | bytes) -> None: ...


class Socket:
    """One accepted WebSocket: its outbox, its deadline, its end."""

    def __init__(self, scope: Event, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.loop = asyncio.get_running_loop()
        self.outbox = Outbox(self._write)
        self.language = language_of(scope)
        self.code: int | None = None
        self._deadline = asyncio.timeout(None)
        self._watch: asyncio.TimerHandle | None = None
        self._heard = self.loop.time()
        self._bucket = Bucket(self._heard)
        self._strikes = 0

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
        writer = self.loop.create_task(self._writing())
        try:
            async with self._deadline:
                await self._listen(begin)
        except TimeoutError:
            assert self.code is not None  # `end` was called
        except Ended as ended:
            self.code = self.code or ended.code
        finally:
            self._unwatch()
            writer.cancel()
        await self._close()

    async def _listen(self, begin: Callable[["Socket"], Awaitable[Ear]]) -> None:
        ear = await begin(self)
        self._listening(self.loop.time(), SILENCE_SECONDS)
        while self.code is None:
            await self._passed(ear, await self.frame())

    def _listening(self, since: float, seconds: float) -> None:
        """End the connection once nothing was heard for so long; whatever is heard sets no timer, this one looks."""
        self._unwatch()
        if since + seconds <= self.loop.time():
            self.end(CloseCode.SILENT)
        else:
            self._watch = self.loop.call_at(since + seconds, lambda: self._listening(self._heard, seconds))

    def _unwatch(self) -> None:
        if self._watch:
            self._watch.cancel()

    async def _passed(self, ear: Ear, raw: str | bytes) -> None:
        try:
            await ear.take(raw)
        except WireError as error:
            self.refuse(error)

    async def frame(self) -> str | bytes:
        """The next frame. Raises Ended once the client is gone, sends too much or too large."""
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            self.code = event.get("code") or 1005
            raise Ended(CloseCode.GOING_AWAY)
        raw: str | bytes = event.get("text") or event.get("bytes") or ""
        if len(raw) > p.FRAME_LIMIT:
            raise Ended(CloseCode.TOO_LARGE)
        self._heard = self.loop.time()
        if not self._bucket.take(self._heard):
            raise Ended(CloseCode.TOO_FAST)
        return raw

    def refuse(self, error: WireError) -> None:
        """Answer with the error; a client that keeps sending what nobody understands is closed."""
        sentence = relay.sentence(error, self.language)
        self.say(p.Error(code=error.code, sentence=sentence, about=error.about, detail=error.detail))
        self._strikes += error.code in ("malformed", "unknown_type")
        if self._strikes >= p.STRIKES:
            raise Ended(CloseCode.MALFORMED)

    async def _write(self, frame: str) -> None:
        await self._send({"type": "websocket.send", "text": frame})

    async def _writing(self) -> None:
        try:
            await self.outbox.run()
        except Exception as error:  # whatever the server raises for a client that is gone
            log.debug("a client is gone: %s", type(error).__name__)
            self.end(CloseCode.GOING_AWAY)

    async def _close(self) -> None:
        """Say what still waits (the reason, if any), unless slowness is the reason; then close."""
        if not isinstance(self.code, CloseCode):
            return  # the client closed
        with suppress(Exception):
            async with asyncio.timeout(CLOSING_SECONDS):
                if self.code is not CloseCode.SLOW:
                    await self.outbox.flush()
                await self._send({"type": "websocket.close", "code": int(self.code)})


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


async def hearing(scope: Event, receive: Receive, send: Send) -> None:
    """The socket of a seat in a hearing."""
    socket = Socket(scope, receive, send)
    seat = Seated(socket)
    try:
        await socket.run(seat.begin)
    finally:
        seat.over()


class Seated:
    """A socket that holds a seat."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._peer: Peer | None = None
        self._enter = relay.crossing(relay.enter)
        self._admitted = relay.crossing(relay.admitted)

    async def begin(self, socket: Socket) -> "Seated":
        """Let the client in: seat, hello, welcome, scene. Raises Ended(NOT_FOUND) for whoever has no seat here."""
        credential = Credential(socket.scope["url_route"]["kwargs"]["hearing"], key_of(socket.scope))
        entry: relay.Entry | None = await self._enter(credential, socket.language)
        if entry is None:
            raise Ended(CloseCode.NOT_FOUND)
        socket.language = entry.language
        said = await hello(socket, frames.from_seat)
        self._board = await switchboard.here()
        # Read again: a ticket that was withdrawn while its holder kept us waiting must not push anybody aside.
        entry = await self._enter(credential, socket.language)
        if entry is None:
            raise Ended(CloseCode.NOT_FOUND)
        self._peer = Peer(credential, entry.seat, socket.outbox, socket.end, partial(translated, socket))
        kept = self._board.join(self._peer, said.link)
        socket.say(p.Welcome(version=p.VERSION, seat=entry.seat, heartbeat=p.HEARTBEAT_SECONDS, kept=kept))
        self._board.links.repeat(self._peer)
        self._board.changed(credential.hearing)
        return self

    async def take(self, raw: str | bytes) -> None:
        """Pass one message on."""
        message, peer = frames.from_seat(raw), self._peer
        assert peer is not None
        if message.needs in (p.Need.TOLD, p.Need.ADMITTED):
            await self._permit(message, peer)
        match message:
            case p.Ping(number=number):
                peer.say(p.Pong(number=number))
            case p.Answer():
                self._board.links.answer(peer, message)
            case p.Mute(audio=audio, video=video):
                self._board.news(peer, audio=audio, video=video)
            case p.Moved():
                self._board.links.moved(peer)
            case p.Relink():
                self._board.links.again(peer)
            case p.Resync():
                self._board.refresh(peer)
            case p.Hello():
                raise WireError("hello_again", about="hello")

    async def _permit(self, message: p.FromClient, peer: Peer) -> None:
        """Raise WireError for whoever is not in the hearing: by its last scene and, if need be, by the database."""
        about = type(message).__name__.lower()
        if not peer.inside:
            raise WireError("not_in_hearing", about=about)
        if message.needs is p.Need.ADMITTED and not await self._is_admitted(peer, about):
            self._board.changed(peer.credential.hearing)  # nobody has told us of it yet
            raise WireError("not_in_hearing", about=about)

    async def _is_admitted(self, peer: Peer, about: str) -> bool:
        """Ask the database. Raises WireError where it does not answer, Ended for a socket that was let go meanwhile."""
        try:
            admitted: bool = await self._admitted(peer.credential, peer.seat)
        except Exception:
            log.exception("a right could not be read")
            raise WireError("internal", about=about) from None
        if self._socket.code is not None:
            raise Ended(CloseCode.SEAT_LOST)
        return admitted

    def over(self) -> None:
        """The socket is closed. A line that broke keeps its link for a while; whoever went has gone."""
        if self._peer is not None:
            broke = self._socket.code in (1005, 1006, CloseCode.SILENT, CloseCode.SLOW, CloseCode.TOO_FAST)
            self._board.leave(self._peer, for_good=not broke)


def translated(socket: Socket, code: str) -> str:
    """The sentence of a code in the language of this socket's reader."""
    return relay.sentence(WireError(code), socket.language)


def key_of(scope: Event) -> Key:
    """What the handshake names: the Django session of its cookie, or a token; neither is read yet."""
    return callers.key_of(scope["session"].session_key, scope["headers"])


def language_of(scope: Event) -> str:
    """The language of the page, from its cookie; empty where there is none that the house speaks."""
    cookie = scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, "")
    try:
        return get_supported_language_variant(cookie)
    except LookupError:
        return ""


async def nowhere(scope: Event, receive: Receive, send: Send) -> None:
    """Any other address: closed like a hearing that is not there."""

    async def nobody(socket: Socket) -> Ear:
        raise Ended(CloseCode.NOT_FOUND)

    await Socket(scope, receive, send).run(nobody)
