"""A child process of the media service: one hearing, or the connection tests."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from signalling.media.control import FRAME_LIMIT
from signalling.media.environment import inherited

ROOT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = (sys.executable, "-m", "signalling.media.hearing")
STARTING: Final = 30.0  # seconds until its first line; aiortc takes a while to import on a busy machine
PULSE: Final = 5.0  # seconds between two lines; it writes one a second
UNREAD: Final = 1 << 23  # bytes it may leave unread


class Child:
    """Runs until `stop`, or until it dies or hangs: then `died` is called, once."""

    def __init__(self, *, heard: Callable[[bytes], None], died: Callable[[], None]) -> None:
        self._heard, self._died = heard, died
        self._process: Process | None = None
        self._early: list[bytes] = []
        self._stopping = False
        self._task = asyncio.create_task(self._live())

    def send(self, line: bytes) -> None:
        """Give it a frame; one that does not read any more is killed."""
        if self._process is None:
            self._early.append(line)
        elif self._process.stdin is not None:
            self._process.stdin.write(line)
            if self._process.stdin.transport.get_write_buffer_size() > UNREAD:
                self._kill()

    async def _live(self) -> None:
        self._process = process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=PIPE,
            stdout=PIPE,
            limit=FRAME_LIMIT,
            env=inherited(os.environ),
            cwd=ROOT,
            start_new_session=True,  # a Ctrl-C in the terminal is the service's to act on
        )
        for line in self._early:
            self.send(line)
        self._early.clear()
        try:
            await self._listen(process)
        finally:
            self._kill()
            with suppress(ConnectionError):
                await process.communicate()  # whatever it still said is not heard, and both pipes are closed
            if process.returncode != 0 and not self._stopping:
                self._died()

    async def _listen(self, process: Process) -> None:
        patience = STARTING
        with suppress(TimeoutError, ValueError):  # ValueError: a line beyond the limit
            while process.stdout is not None:
                async with asyncio.timeout(patience):
                    line = await process.stdout.readline()
                if not line:  # it is ending, by itself or not
                    async with asyncio.timeout(2):
                        await process.wait()
                    return
                patience = PULSE
                if line != b"\n":
                    self._heard(line)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    @property
    def running(self) -> bool:
        return not self._task.done()

    async def stop(self) -> None:
        """Let it say goodbye to its links; after three seconds kill it."""
        self._stopping = True
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._task, 3)
