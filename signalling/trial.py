"""The socket of a connection test: the browser against the media service, about eight seconds."""

import asyncio
import logging
import secrets
from typing import Any
from uuid import UUID

from directory.errors import Refusal
from signalling import connectivity, frames, links, relay, switchboard
from signalling import protocol as p
from signalling.endpoint import key_of
from signalling.errors import CloseCode, Ended, WireError
from signalling.media import control
from signalling.socket import Event, Receive, Send, Socket, hello

log = logging.getLogger(__name__)
ATTEMPTS = 50
FAILED = {"not_connected": "test_not_connected", "no_train": "test_not_connected", "busy": "test_busy"}


async def trial(scope: Event, receive: Receive, send: Send) -> None:
    """One socket, one test."""
    test = Trial()
    try:
        await Socket(scope, receive, send).run(test.begin)
    finally:
        test.over()


async def _admitted(socket: Socket) -> connectivity.Tester | None:
    named: dict[str, UUID] = socket.scope["url_route"]["kwargs"]
    admit = connectivity.admit_to_room if "room" in named else connectivity.admit
    about = named.get("room") or named.get("hearing")
    tester: connectivity.Tester | None = await relay.crossing(admit)(key_of(socket.scope), about, socket.language)
    return tester


class Trial:
    """A test from the first offer to the verdict."""

    def __init__(self) -> None:
        self._link = secrets.token_urlsafe(12)
        self._found: p.Found | None = None
        self._board: switchboard.Switchboard | None = None

    async def begin(self, socket: Socket) -> "Trial":
        """Let the tester in and ask the media service for an offer. Raises Ended(NOT_FOUND) for whoever may not."""
        tester = await _admitted(socket)
        if tester is None:
            raise Ended(CloseCode.NOT_FOUND)
        socket.language = tester.language
        self._socket, self._tester = socket, tester
        await hello(socket, frames.from_tester)
        socket.say(p.Welcome(version=p.VERSION, seat=None, heartbeat=p.HEARTBEAT_SECONDS, kept=False))
        self._board = await switchboard.here()
        self._board.probes[self._link] = self._heard
        await self._ask(self._board)
        return self

    async def _ask(self, board: switchboard.Switchboard) -> None:
        """The line to the media service may be a moment old: ask for five seconds before giving up."""
        for _attempt in range(ATTEMPTS):
            if board.media.send(control.Probe(self._link)):
                return
            await asyncio.sleep(0.1)
        raise self._fail("media_away")

    async def take(self, raw: str | bytes) -> None:
        """Pass one message of the tester on."""
        self.at_once(raw)

    def at_once(self, raw: str | bytes) -> bool:
        """The same on the spot: a test asks the database at its beginning and end."""
        match frames.from_tester(raw):
            case p.Ping(number=number):
                self._socket.say(p.Pong(number=number))
            case p.Answer(link=link, sdp=sdp) if link == self._link and self._board:
                self._board.media.send(control.ProbeAnswer(self._link, sdp))
            case p.Answer():
                raise WireError("stale_link", about="answer")
            case p.Found() as found:
                self._found = found
            case p.Hello():
                raise WireError("hello_again", about="hello")
        return True

    def _heard(self, frame: Any) -> None:
        match frame:
            case control.ProbeOffer():
                self._socket.say(links.offer(frame, relay_only=self._tester.relay_only))
            case control.ProbeProgress(phase=phase, done=done):
                self._socket.say(p.Progress(phase=phase, done=done))
            case control.ProbeResult() if self._board:
                self._board.spawn(self._finish(frame))
            case control.ProbeFailed(code=code):
                self._fail(FAILED.get(code, "test_failed"), detail=code)

    async def _finish(self, result: control.ProbeResult) -> None:
        try:
            verdict = await relay.crossing(connectivity.store)(self._tester, result, self._found)
        except Refusal as refusal:
            self._socket.say(p.Error(code=refusal.code, sentence=str(refusal.sentence)))
        except Exception:
            log.exception("a test could not be kept")
            self._fail("internal")
        else:
            self._socket.say(verdict)
        self._socket.end(CloseCode.DONE)

    def _fail(self, code: str, detail: str | None = None) -> Ended:
        sentence = relay.sentence(WireError(code), self._socket.language)
        self._socket.say(p.Error(code=code, sentence=sentence, detail=detail))
        self._socket.end(CloseCode.DONE)
        return Ended(CloseCode.DONE)

    def over(self) -> None:
        """The tester left, or the test is done: the media process forgets it."""
        if self._board and self._board.probes.pop(self._link, None):
            self._board.media.send(control.ProbeEnd(self._link))
