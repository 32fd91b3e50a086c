"""The process of one hearing (or of the connection tests): frames on standard input, events on standard output.

An empty line a second says that it lives. It ends when its input does, and by itself after a quarter of an
hour without a link. Started by service.py as `python -m signalling.media.hearing`.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import os
import resource
import sys
import time
from collections.abc import Coroutine
from typing import Final

from signalling.media import patches
from signalling.media.control import (
    FRAME_LIMIT,
    Adopt,
    Answer,
    Attach,
    Close,
    Detach,
    Frame,
    Plan,
    Probe,
    ProbeAnswer,
    ProbeEnd,
    Restart,
    decode_from_web,
    encode,
)
from signalling.media.environment import where
from signalling.media.probes import Probes
from signalling.media.room import Room

MEMORY: Final = 1 << 30  # bytes of data; 130 MB are usual
FILES: Final = 512  # open at once; a link has a socket for each of our addresses
UNREAD: Final = 1 << 23  # bytes that the service may leave unread before this process gives up
IDLE: Final = 900.0  # seconds
TIDY: Final = 10  # seconds between two collections


class Process:
    """What this process holds: one room, or the connection tests."""

    def __init__(self, out: asyncio.StreamWriter) -> None:
        self._out = out
        self._where = where(os.environ)
        self._room: Room | None = None
        self._probes = Probes(where=self._where, emit=self.emit)
        self._busy = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, frame: Frame) -> None:
        """Tell the service."""
        self._out.write(encode(frame))
        if self._out.transport.get_write_buffer_size() > UNREAD:
            raise SystemExit("The media service does not read.")

    def handle(self, frame: Frame) -> None:
        """Obey a frame of the web, as far as it concerns this process."""
        match frame:
            case Plan():
                self._the_room(frame.hearing).plan(frame)
            case Attach():
                self._start(self._the_room(frame.hearing).attach(frame))
            case Adopt() if self._room:
                self._room.adopt(frame)
            case Answer() if self._room:
                self._room.answer(frame)
            case Restart() if self._room:
                self._room.restart(frame)
            case Detach() if self._room:
                self._room.detach(frame)
            case Probe():
                self._probes.begin(frame)
            case ProbeAnswer():
                self._probes.answer(frame)
            case ProbeEnd():
                self._probes.end(frame.link)

    def _the_room(self, hearing: str) -> Room:
        if self._room is None:
            self._room = Room(hearing=hearing, where=self._where, emit=self.emit)
        return self._room

    def _start(self, attaching: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(attaching)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def live(self) -> None:
        """Say so, once a second; return when nobody has needed us for long."""
        for beat in itertools.count():
            if (self._room and self._room.links) or self._probes.running:
                self._busy = time.monotonic()
            elif time.monotonic() - self._busy >= IDLE:
                return
            if beat % TIDY == 0:  # links that are over hold each other, and Python waits long with the oldest
                gc.collect()
            self._out.write(b"\n")
            await asyncio.sleep(1)

    async def close(self) -> None:
        if self._room is not None:
            await self._room.close()
        await self._probes.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=FRAME_LIMIT)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    process = Process(asyncio.StreamWriter(transport, protocol, None, loop))
    living = asyncio.create_task(process.live())
    try:
        while not living.done():
            line = asyncio.create_task(reader.readline())
            await asyncio.wait({line, living}, return_when=asyncio.FIRST_COMPLETED)
            if not line.done():
                line.cancel()
            elif not line.result():
                break
            else:
                frame = decode_from_web(line.result())
                if isinstance(frame, Close):
                    break
                process.handle(frame)
    finally:
        living.cancel()
        await process.close()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold keys and voices
    # aioice names addresses in its messages, and an address is a place.
    logging.getLogger("aioice").setLevel(logging.CRITICAL)
    logging.getLogger("aiortc").setLevel(logging.ERROR)
    patches.check()
    gc.collect()
    gc.freeze()  # what was imported stays for good: a collection looks at the links alone and takes a few milliseconds
    asyncio.run(main())
