"""A connection test without a browser: the tester's end of the train, and the verdict as the house gives it."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from signalling import protocol as p
from signalling.headless import wire
from signalling.headless.peer import Peer
from signalling.headless.tracks import pattern
from signalling.media.filling import Row
from signalling.media.train import ARRIVAL, DOWN, UP, Fill, pack, unpack

PATIENCE = 60.0  # seconds for the whole test; the house gives up sooner
COUNT_ON = 0.4  # seconds that what fills the line may still be on its way


class Failed(Exception):
    """The test came to no verdict. `code` as in the protocol's errors."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Passenger:
    """The tester's end of the train: sends its own, notes what arrives, reports (layout in media/train.py)."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[int, float]] = []
        self._heard: tuple[int, float, float] | None = None
        self._channels: dict[str, Any] = {}
        self._sending: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None

    def board(self, channel: Any) -> None:
        """Take a channel that the media process opened."""
        self._channels[channel.label] = channel
        hears = {"train": self._train, "report": self._order}
        if hear := hears.get(channel.label):
            channel.on("message", hear)

    def depart(self, number: int, datagram: bytes) -> None:
        """Send one."""
        self._channels["train"].send(datagram)

    def came(self, number: int, sent: float) -> None:
        """One arrived; `sent` by the other clock."""
        self._heard = (number, sent, _ms())
        self.arrivals.append((number, self._heard[2]))

    def report(self, words: str | bytes) -> None:
        """Say something on the channel that loses nothing."""
        self._channels["report"].send(words)

    def stop(self) -> None:
        """Send no more."""
        for task in (self._sending, self._filling):
            if task:
                task.cancel()

    def _train(self, data: object) -> None:
        got = unpack(data, DOWN) if isinstance(data, bytes) else None
        if got is not None:
            self.came(got[0], got[1])

    def _order(self, data: object) -> None:
        words = json.loads(data) if isinstance(data, str) else {}
        if words.get("type") == "start":
            facts = {name: int(words[name]) for name in ("count", "interval_ms", "size")}
            self._sending = asyncio.create_task(self._send(**facts))
        if words.get("type") == "fill":
            self._filling = asyncio.create_task(self._fill(Fill(seconds=words["seconds"], kbps=words["kbps"])))
        if words.get("type") == "stop":
            self.report(b"".join(ARRIVAL.pack(*one) for one in self.arrivals))

    async def _send(self, count: int, interval_ms: int, size: int) -> None:
        """Each at its time: one that is late does not push back those after it."""
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(began + number * interval_ms / 1000 - time.monotonic())
            self.depart(number, pack(direction=UP, number=number, now=_ms(), heard=self._heard, size=size))
        self.report(json.dumps({"type": "sent", "count": count}))

    async def _fill(self, fill: Fill) -> None:
        """Fill the way up, and count what comes down until it has come through the queues."""
        transport = self._channels["report"].transport.transport
        counting = asyncio.create_task(_count(transport, fill.seconds + COUNT_ON))
        began = time.monotonic()
        for number in range(fill.count):
            await asyncio.sleep(began + number * fill.seconds / fill.count - time.monotonic())
            await transport._send_rtp(fill.packet(number))
        self.report(json.dumps({"type": "filled", "carried": await counting}))


async def _count(transport: Any, seconds: float) -> list[Row]:
    """The transport's own counters, ten times a second."""
    began, rows = time.monotonic(), []
    for number in range(round(seconds * 10) + 1):
        await asyncio.sleep(began + number / 10 - time.monotonic())
        now: Any = next(iter(transport._get_stats().values()))
        rows.append((_ms(), now.bytesReceived, now.packetsReceived, now.bytesSent, now.packetsSent))
    return rows


async def probe(
    url: str, *, token: str, acting: str = "", progress: Callable[[str, float], None] = lambda phase, done: None
) -> p.Verdict:
    """Run one test at a test's socket. Raises Failed, wire.Closed, OSError."""
    passenger, peer = Passenger(), Peer(pattern())
    peer.channel = passenger.board
    try:
        async with asyncio.timeout(PATIENCE), wire.opened(url, token=token, acting=acting) as (line, _welcome):
            return await _until_verdict(line, peer, progress)
    except TimeoutError:
        raise Failed("test_failed", "No verdict came.") from None
    except msgspec.DecodeError:
        raise Failed("version", "The server speaks another version of the protocol.") from None
    finally:
        passenger.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await peer.close()


async def _until_verdict(line: wire.Wire, peer: Peer, progress: Callable[[str, float], None]) -> p.Verdict:
    while True:
        match await line.hear():
            case p.Offer() as offer:
                await line.say(await peer.answer(offer))
            case p.Progress(phase=phase, done=done):
                progress(phase, done)
            case p.Error(code=code, sentence=sentence):
                raise Failed(code, sentence)
            case p.Verdict() as verdict:
                return verdict


def _ms() -> float:
    return time.monotonic() * 1000
