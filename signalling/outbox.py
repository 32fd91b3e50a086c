"""What waits for one client: bounded, written by one task, so that a slow client stops nobody but itself.

uvicorn's `send()` returns only when the client's buffer has room; awaited in a room's loop it would stop the room.
Where there is room a frame is written on the spot (line.py): to wake a task for each would cost more than sending it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MESSAGES = 64
BYTES = 256 * 1024

Write = Callable[[bytes], Awaitable[None]]
AtOnce = Callable[[bytes], bool]


def _never(frame: bytes) -> bool:
    return False


class Outbox:
    """Frames in order. Past the bound `put` says no, and the connection is to be closed with 1013.

    `write` waits until there is room; `at_once` writes if there is and says whether it did; `gone` is called with
    whatever `write` raises for a client that is no longer there.
    """

    __slots__ = ("_at_once", "_bytes", "_gone", "_waiting", "_write", "_writing")

    def __init__(self, write: Write, gone: Callable[[Exception], None], at_once: AtOnce = _never) -> None:
        self._write, self._gone, self._at_once = write, gone, at_once
        self._waiting: deque[bytes] | None = None  # hardly any client ever has something waiting
        self._bytes = 0
        self._writing: asyncio.Task[None] | None = None

    def put(self, frame: bytes) -> bool:
        """Write a frame, or queue it behind those that wait; False where the client is too slow."""
        if self._writing is None:
            if self._at_once(frame):
                return True
            self._waiting = deque()
            self._writing = asyncio.get_running_loop().create_task(self._run())
        assert self._waiting is not None
        if len(self._waiting) >= MESSAGES or self._bytes + len(frame) > BYTES:
            return False
        self._waiting.append(frame)
        self._bytes += len(frame)
        return True

    async def _run(self) -> None:
        try:
            await self._flush()
        except Exception as error:  # whatever the server raises
            self._gone(error)
        else:
            self._writing = self._waiting = None

    async def _flush(self) -> None:
        while self._waiting:
            frame = self._waiting.popleft()
            self._bytes -= len(frame)
            await self._write(frame)

    async def flush(self) -> None:
        """Wait until what waits now is written, or the client is gone."""
        if self._writing:
            await self._writing

    def stop(self) -> None:
        """Write no more."""
        if self._writing:
            self._writing.cancel()
