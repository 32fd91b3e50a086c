"""The media service: takes frames from the web processes and hands each to the process of its hearing, and back.

It decides nothing and holds no media. It has no database, and its children have less: environment.py.
Started by `manage.py media`, which is `python -m signalling.media.service`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import stat
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from signalling.media.children import Child
from signalling.media.control import (
    FRAME_LIMIT,
    GRACE,
    VERSION,
    Adopt,
    Attach,
    Close,
    Detach,
    Frame,
    Gone,
    Hello,
    Left,
    Plan,
    Probe,
    ProbeAnswer,
    ProbeEnd,
    ProbeFailed,
    ProbeResult,
    State,
    Stats,
    Welcome,
    decode_from_media,
    decode_from_web,
    encode,
)
from signalling.media.environment import Settings, settings
from signalling.media.webs import LAGGING, Owned, Web, load

log = logging.getLogger("signalling.media")
LOAD_EVERY: Final = 1.0  # seconds
GREETING: Final = 5.0  # seconds for the first frame
PROBES: Final = "probes"  # the key of the child that runs the connection tests; a hearing's is its uuid
OVER: Final = ("failed", "closed", "replaced")


class Service:
    """Every hearing of this machine."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._name = secrets.token_hex(8)
        self._webs: dict[str, Web] = {}
        self._children: dict[str, Child] = {}
        self._owned: dict[str, Owned] = {}  # by link
        self._forgetting: set[asyncio.Task[None]] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._lags: dict[str, float] = {}  # by hearing, ms
        self._lines: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._draining = self._closed = False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a web process, from its hello to its end."""
        web: Web | None = None
        line = asyncio.current_task()
        assert line is not None
        self._lines[line] = writer
        try:
            web = await self._greet(reader)
            writer.write(encode(Welcome(self._name)))
            web.connections += 1
            await self._converse(web, reader, writer)
        except (msgspec.DecodeError, TimeoutError, PermissionError, ValueError, OSError) as error:
            log.warning("control line cut: %s", type(error).__name__)
        finally:
            del self._lines[line]
            writer.close()
            if web is not None and not self._closed:
                web.connections -= 1
                self._later(self._forget(web), self._forgetting)

    async def _greet(self, reader: asyncio.StreamReader) -> Web:
        async with asyncio.timeout(GREETING):
            hello = decode_from_web(await reader.readline())
        if not isinstance(hello, Hello) or hello.version != VERSION:
            raise PermissionError
        if not secrets.compare_digest(hello.secret.encode(), self._secret):
            raise PermissionError
        return self._webs.setdefault(hello.web, Web(hello.web))

    async def _converse(self, web: Web, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        telling = asyncio.create_task(web.tell(writer))
        try:
            while line := await reader.readline():
                self._obey(web, decode_from_web(line), line)
        finally:
            telling.cancel()

    def _obey(self, web: Web, frame: Frame, line: bytes) -> None:
        match frame:
            case Close(hearing=hearing):
                self._lags.pop(hearing, None)
                if child := self._children.pop(hearing, None):
                    self._later(child.stop(), self._stopping)
                return
            case Plan(hearing=key):
                self._child(key).send(line)
            case Attach(hearing=key, seat=seat, link=link):
                self._owned[link] = Owned(web, Detach(key, seat, link), key)
                self._child(key).send(line)
            case Adopt(hearing=key, seat=seat, link=link):
                self._adopt(web, Owned(web, Detach(key, seat, link), key), line)
            case Probe(link=link):
                self._owned[link] = Owned(web, ProbeEnd(link), PROBES)
                self._child(PROBES).send(line)
            case Hello():
                raise PermissionError
            case _:
                key = PROBES if isinstance(frame, (ProbeAnswer, ProbeEnd)) else getattr(frame, "hearing", "")
                if key in self._children:
                    self._children[key].send(line)

    def _adopt(self, web: Web, new: Owned, line: bytes) -> None:
        """Another process speaks for this link from now on, if it is that seat's and still stands."""
        end = new.end
        assert isinstance(end, Detach)
        owned = self._owned.get(end.link)
        if owned is None or owned.end != end or end.hearing not in self._children:
            web.put(encode(State(end.hearing, end.seat, end.link, "closed")))
            return
        self._owned[end.link] = new
        self._children[end.hearing].send(line)

    def _child(self, key: str) -> Child:
        child = self._children.get(key)
        if child is None or not child.running:
            child = Child(heard=self._heard, died=lambda: self._died(key))
            self._children[key] = child
        return child

    def _heard(self, line: bytes) -> None:
        """An event of a child: to the web process that opened the link."""
        frame = decode_from_media(line)
        owned = self._owned.get(frame.link)
        if isinstance(frame, Stats):
            self._watch(frame.hearing, frame.lag_ms)
        if owned is not None:
            owned.web.put(line)
        if isinstance(frame, (ProbeResult, ProbeFailed)) or (isinstance(frame, State) and frame.state in OVER):
            self._owned.pop(frame.link, None)

    def _watch(self, hearing: str, lag_ms: float) -> None:
        """The loop lag of a hearing's process: no new hearing comes where one lags (pool.py), and the log says so."""
        if lag_ms > LAGGING >= self._lags.get(hearing, 0.0):
            log.warning("a hearing's process lags: %.0f ms", lag_ms)
        self._lags[hearing] = lag_ms

    def _died(self, key: str) -> None:
        """A child is dead or hangs. Its hearing's links are gone; so are its tests."""
        log.error("a media process died")
        self._children.pop(key, None)
        self._lags.pop(key, None)
        lost = {link: owned for link, owned in self._owned.items() if owned.child == key}
        for link, owned in lost.items():
            del self._owned[link]
            if key == PROBES:
                owned.web.put(encode(ProbeFailed(link, "closed", "The connection test broke off.")))
        if key != PROBES:
            for web in self._webs.values():
                web.put(encode(Gone(key)))

    async def _forget(self, web: Web) -> None:
        """A web process went away. If it stays away its links end; seats attach through another."""
        await asyncio.sleep(GRACE)
        if web.connections or self._webs.get(web.name) is not web:
            return
        del self._webs[web.name]
        for link, owned in list(self._owned.items()):
            if owned.web is web:
                del self._owned[link]
                self._end(owned)

    def _end(self, owned: Owned) -> None:
        if owned.child in self._children:
            self._children[owned.child].send(encode(owned.end))
        if isinstance(owned.end, Detach):
            for web in self._webs.values():
                web.put(encode(Left(owned.end.hearing, owned.end.seat)))

    def _later(self, coroutine: Coroutine[None, None, None], kept: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(coroutine)
        kept.add(task)
        task.add_done_callback(kept.discard)

    async def report(self) -> None:
        """Tell every web process once a second how busy we are: that decides where the next hearing goes."""
        while True:
            self._say_load()
            await asyncio.sleep(LOAD_EVERY)

    def _say_load(self) -> None:
        self._tell_all(load(self._owned.values(), self._lags.values(), draining=self._draining))

    def _tell_all(self, frame: Frame) -> None:
        for web in self._webs.values():
            web.put(encode(frame))

    async def drain(self, seconds: float) -> None:
        """Take no new hearing, and wait so long for those that go on; then let them begin anew elsewhere."""
        self._draining = True
        self._say_load()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._owned:  # noqa: ASYNC110 (links end in many ways)
                    await asyncio.sleep(0.1)
        for hearing in self._children.keys() - {PROBES}:
            self._tell_all(Gone(hearing))

    async def close(self) -> None:
        """Stop every child, then hang up."""
        self._closed = True
        for task in self._forgetting:
            task.cancel()
        await asyncio.gather(*self._stopping, *(child.stop() for child in self._children.values()))
        lines = dict(self._lines)
        for writer in lines.values():
            writer.close()  # ends its reader; one that the loop's own end cancels is an error in the log
        if lines:
            await asyncio.wait(lines, timeout=1)


async def serve(own: Settings, ready: asyncio.Event | None = None) -> None:
    """Listen until SIGTERM or SIGINT, then drain; the second signal does not wait. Raises OSError: address taken."""
    service = Service(own.secret)
    if isinstance(own.control, str):
        _clear(Path(own.control))
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(service.connected, own.control, limit=FRAME_LIMIT)
        finally:
            os.umask(before)
    else:
        server = await asyncio.start_server(service.connected, *own.control, limit=FRAME_LIMIT)
    ended, again = asyncio.Event(), asyncio.Event()

    def asked() -> None:
        (again if ended.is_set() else ended).set()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, asked)
    if ready is not None:
        ready.set()
    reporting = asyncio.create_task(service.report())
    try:
        await ended.wait()
        await _first(service.drain(own.drain), again.wait())
    finally:
        reporting.cancel()
        server.close()
        await service.close()


async def _first(*doing: Coroutine[None, None, object]) -> None:
    """Until one of them is done; the others are called off."""
    tasks = [asyncio.create_task(each) for each in doing]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _clear(path: Path) -> None:
    """Remove the socket that a killed service left behind; never a file of another kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        asyncio.run(serve(settings(os.environ)))
    except (ValueError, OSError) as error:
        sys.exit(f"The media service does not start: {error}")


if __name__ == "__main__":
    main()
