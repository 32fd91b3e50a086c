"""What waits for one client: bounded, written by one task, so that a slow client stops nobody but itself.

uvicorn's `send()` returns only when the client's buffer has room; awaited in a room's loop it would stop the room.
Where there is room it waits for nothing, so a frame is first tried on the spot: to wake the writer for each would cost
half as much again as sending it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any

MESSAGES = 64
BYTES = 256 * 1024

Write = Callable[[str], Coroutine[Any, Any, None]]


class _Begun:
    """A write that was begun on the spot and had to wait: the writer goes on with it where it stands."""

    def __init__(self, write: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._write, self._waits_for = write, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._waits_for
        yield from self._write.__await__()


class Outbox:
    """Frames in order. Past the bound `put` says no, and the connection is to be closed with 1013."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._begun: _Begun | None = None
        self._busy = False

    def put(self, frame: str) -> bool:
        """Write a frame, or queue it behind those that wait; False where the client is too slow."""
        if not (self._busy or self._begun or self._waiting) and self._tried(frame):
            return True
        if len(self._waiting) >= MESSAGES or self._bytes + len(frame) > BYTES:
            return False
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._news.set()
        return True

    def _tried(self, frame: str) -> bool:
        """Whether the frame is out, or under way. An error of the line is met again, and told, by the writer."""
        write = self._write(frame)
        try:
            waits_for = write.send(None)
        except StopIteration:
            return True
        except Exception:
            return False
        self._begun = _Begun(write, waits_for)
        self._news.set()
        return True

    async def run(self) -> None:
        """Write what waits until cancelled or until the client is gone (the error of `write`)."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.flush()

    async def flush(self) -> None:
        """Write what waits now."""
        self._busy = True
        try:
            if self._begun:
                begun, self._begun = self._begun, None
                await begun
            while self._waiting:
                frame = self._waiting.popleft()
                self._bytes -= len(frame)
                await self._write(frame)
        finally:
            self._busy = False
