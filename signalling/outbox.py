"""What waits for one client: bounded, written by one task, so that a slow client stops nobody but itself.

uvicorn's `send()` returns only when the client's buffer has room; awaited in a room's loop it would stop the room.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MESSAGES = 64
BYTES = 256 * 1024

Write = Callable[[str], Awaitable[None]]


class Outbox:
    """Frames in order. Past the bound `put` says no, and the connection is to be closed with 1013."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def put(self, frame: str) -> bool:
        """Queue a frame; False where the client is too slow."""
        if len(self._waiting) >= MESSAGES or self._bytes + len(frame) > BYTES:
            return False
        self._waiting.append(frame)
        self._bytes += len(frame)
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
        while self._waiting:
            frame = self._waiting.popleft()
            self._bytes -= len(frame)
            await self._write(frame)
