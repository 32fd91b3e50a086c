"""The connection tests that run now, in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from signalling.media.control import Frame, Probe, ProbeAnswer, ProbeFailed
from signalling.media.environment import Where
from signalling.media.link import Link
from signalling.media.probe import ProbeEnded, Run
from signalling.media.room import TICK
from signalling.media.sdp import SdpRefused
from signalling.media.train import Fill, Train

AT_ONCE: Final = 8  # tests; more would measure each other


class Probes:
    """The tests that run now, in this process."""

    def __init__(
        self, *, where: Where, emit: Callable[[Frame], None], train: Train | None = None, fill: Fill | None = None
    ) -> None:
        self._where, self._emit = where, emit
        self._train, self._fill = train or Train(), fill or Fill()
        self.running: dict[str, tuple[Run, asyncio.Task[None]]] = {}

    def begin(self, frame: Probe) -> None:
        """Start a test; its end is a ProbeResult or a ProbeFailed."""
        if len(self.running) >= AT_ONCE:
            self._emit(ProbeFailed(frame.link, "busy", "Too many connection tests run at once."))
        elif frame.link not in self.running:
            run = Run(link=frame.link, where=self._where, emit=self._emit, train=self._train, fill=self._fill)
            self.running[frame.link] = (run, asyncio.create_task(self._run(run)))

    async def _run(self, run: Run) -> None:
        ticker = asyncio.create_task(self._tick(run.link))
        try:
            self._emit(await run.measure())
        except ProbeEnded as ended:
            self._emit(ProbeFailed(run.link.id, ended.code, ended.sentence))
        finally:
            ticker.cancel()
            await run.link.close()
            self.running.pop(run.link.id, None)

    async def _tick(self, link: Link) -> None:
        while True:
            await asyncio.sleep(TICK)
            link.tick(time.monotonic())

    def answer(self, frame: ProbeAnswer) -> None:
        """The browser's answer; one that is refused ends the test."""
        run = self.running.get(frame.link)
        if run is not None:
            try:
                run[0].link.take_answer(frame.sdp)
            except SdpRefused as refused:
                self._emit(ProbeFailed(frame.link, "sdp_refused", refused.sentence))
                self.end(frame.link)

    def end(self, link: str) -> None:
        """The tester left: no result."""
        run = self.running.get(link)
        if run is not None:
            run[1].cancel()

    async def close(self) -> None:
        """Stop every test."""
        tasks = [task for _, task in self.running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
