"""The web's end of the control line: one connection a web process, kept up in the background.

A short break costs nothing: frames wait on both ends for half a minute. After a longer one, or when the service
was started anew, `down` is called and then `up`: every local seat is to be planned and attached again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from signalling.media.control import (
    FRAME_LIMIT,
    GRACE,
    Frame,
    Hello,
    Load,
    Welcome,
    decode_from_media,
    encode,
    parse_address,
)

WAITING: Final = 4096  # frames


class MediaClient:
    """`send` and the callbacks belong to the event loop that called `start`. No callback may block."""

    def __init__(self, address: str, secret: str, patience: float | None = None) -> None:
        self._address, self._secret = parse_address(address), secret
        self._patience = patience  # seconds of a break until `down`; GRACE without
        self._web = secrets.token_hex(8)
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self._listeners: list[Callable[[Frame], None]] = []
        self._up: list[Callable[[], None]] = []
        self._down: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self.service = ""  # the name of the one that we have told `up` about
        self.lost = ""  # the name of the one before it
        self.load = Load(0, 0.0, draining=False)
        self._lost_at = 0.0
        self.connected = False

    def listen(self, callback: Callable[[Frame], None]) -> None:
        """Call this with each event of the media service (FromMedia)."""
        self._listeners.append(callback)

    def on_up(self, callback: Callable[[], None]) -> None:
        """Call this when there is a media service that knows nothing of us yet."""
        self._up.append(callback)

    def on_down(self, callback: Callable[[], None]) -> None:
        """Call this when every link is lost."""
        self._down.append(callback)

    def send(self, frame: Frame) -> bool:
        """Queue a frame; False when there is no service to send it to, or it does not read."""
        if not self.service or self._outbox.full():
            return False
        self._outbox.put_nowait(encode(frame))
        return True

    async def start(self) -> None:
        """Connect in the background, and stay connected."""
        self._task = asyncio.create_task(self._stay())

    async def stop(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _stay(self) -> None:
        pause = 0.1
        while True:
            with suppress(OSError, TimeoutError, msgspec.DecodeError, ValueError):
                await self._connect()
                pause = 0.1
            if self.connected:
                self.connected, self._lost_at = False, time.monotonic()
            if self.service and time.monotonic() - self._lost_at > self._limit:
                self._gone()
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 2)

    async def _connect(self) -> None:
        """One connection, until it ends."""
        async with asyncio.timeout(5):
            if isinstance(self._address, str):
                reader, writer = await asyncio.open_unix_connection(self._address, limit=FRAME_LIMIT)
            else:
                reader, writer = await asyncio.open_connection(*self._address, limit=FRAME_LIMIT)
        try:
            writer.write(encode(Hello(self._secret, self._web)))
            async with asyncio.timeout(5):
                welcome = decode_from_media(await reader.readline())
            if isinstance(welcome, Welcome):
                self._welcomed(welcome)
                await self._converse(reader, writer)
        finally:
            writer.close()

    def _welcomed(self, welcome: Welcome) -> None:
        self.connected = True
        if welcome.service == self.service:
            return
        if self.service:
            self._gone()
        self.service = welcome.service
        for callback in self._up:
            callback()

    @property
    def _limit(self) -> float:
        return GRACE if self._patience is None else self._patience

    def _gone(self) -> None:
        self.lost, self.service, self.load = self.service, "", Load(0, 0.0, draining=False)
        while not self._outbox.empty():
            self._outbox.get_nowait()
        for callback in self._down:
            callback()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        telling = asyncio.create_task(self._tell(writer))
        try:
            while line := await reader.readline():
                frame = decode_from_media(line)
                if isinstance(frame, Load):
                    self.load = frame
                    continue
                for callback in self._listeners:
                    callback(frame)
        finally:
            telling.cancel()

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(await self._outbox.get())
                await writer.drain()
