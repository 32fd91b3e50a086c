"""The sockets: parse, permit, pass on. A plain ASGI application; Channels' router and middleware stand around it."""

import logging
from functools import partial

from django.conf import settings

from directory import cookies
from signalling import callers, frames, relay, switchboard
from signalling import protocol as p
from signalling.errors import CloseCode, Ended, WireError
from signalling.rooms import Credential, Key, Peer
from signalling.socket import Ear, Event, Receive, Send, Socket, hello

log = logging.getLogger(__name__)


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
        message = frames.from_seat(raw)
        if message.needs is p.Need.ADMITTED:
            await self._permit(message)
        self._do(message)

    def at_once(self, raw: str | bytes) -> bool:
        """Pass a message on for which the database need not be asked; False where it must."""
        message = frames.from_seat(raw)
        if message.needs is p.Need.ADMITTED:
            return False
        self._do(message)
        return True

    def _do(self, message: p.SeatMessage) -> None:
        peer = self._peer
        assert peer is not None
        if message.needs is p.Need.TOLD:
            _inside(peer, message)
        match message:
            case p.Mute(audio=audio, video=video):
                self._board.news(peer, audio=audio, video=video)
            case p.Ping(number=number):
                peer.say(p.Pong(number=number))
            case p.Answer():
                self._board.links.answer(peer, message)
            case p.Moved():
                self._board.links.moved(peer)
            case p.Relink():
                self._board.links.again(peer)
            case p.Resync():
                self._board.refresh(peer)
            case p.Hello():
                raise WireError("hello_again", about="hello")

    async def _permit(self, message: p.FromClient) -> None:
        """Raise WireError for whoever is not in the hearing: by its last scene, then by the database."""
        peer = self._peer
        assert peer is not None
        about = _inside(peer, message)
        if not await self._is_admitted(peer, about):
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


def _inside(peer: Peer, message: p.FromClient) -> str:
    """The name of the message. Raises WireError for whoever was last told that it waits."""
    about = type(message).__name__.lower()
    if not peer.inside:
        raise WireError("not_in_hearing", about=about)
    return about


def translated(socket: Socket, code: str) -> str:
    """The sentence of a code in the language of this socket's reader."""
    return relay.sentence(WireError(code), socket.language)


def key_of(scope: Event) -> Key:
    """What the handshake names: the Django session of its cookie, or a token; neither is read yet."""
    cookie = scope["cookies"].get(settings.SESSION_COOKIE_NAME)
    return callers.key_of(cookies.SessionStore(cookie).session_key, scope["headers"])


async def nowhere(scope: Event, receive: Receive, send: Send) -> None:
    """Any other address: closed like a hearing that is not there."""

    async def nobody(socket: Socket) -> Ear:
        raise Ended(CloseCode.NOT_FOUND)

    await Socket(scope, receive, send).run(nobody)
