"""How true a connection test is: its figures against lines of known delay, jitter, loss and rate (shaping.py).

The test is whole: an offer, ICE and DTLS through the proxy, sound and picture there and back, both trains.
"""

import asyncio
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.report import Row, publish
from benchmarks.shaping import Impaired, Line
from signalling import protocol as p
from signalling.headless.peer import Peer
from signalling.headless.probe import Passenger
from signalling.headless.tracks import pattern
from signalling.media.control import Frame, Probe, ProbeAnswer, ProbeFailed, ProbeOffer, ProbeResult
from signalling.media.environment import Where
from signalling.media.estimate import Estimate
from signalling.media.probes import Probes
from signalling.media.train import Fill, Train

LONGEST = 30.0  # seconds for one test


@dataclass(frozen=True)
class Path:
    """A line, both ways."""

    name: str
    up: Impaired
    down: Impaired


@dataclass(frozen=True)
class Measured:
    """A test's result, the seconds from its offer to it, and the round trip that the line really took, in ms."""

    found: ProbeResult
    seconds: float
    rtt: float


def _both(name: str, **line: float) -> Path:
    return Path(name, Impaired(**line), Impaired(**line))


PATHS = (
    _both("the same house"),
    _both("one town", delay=10, kbps=3000),
    _both("over the ocean", delay=80),
    _both("ocean, 1 % lost", delay=80, loss=1, kbps=3000),
    _both("ocean, 3 % lost, 2 Mbit/s", delay=80, loss=3, kbps=2000),
    _both("wireless, 4 % lost", delay=15, loss=4),
    _both("uneven", delay=40, jitter=10, kbps=3000),
    _both("narrow", delay=30, kbps=1500),
    _both("half the world", delay=150, loss=0.5),
    Path("unlike ways", Impaired(delay=25, loss=2, kbps=1500), Impaired(delay=25, kbps=3000)),
)


class Test:
    """One test over a line."""

    def __init__(self, path: Path, train: Train | None = None, fill: Fill | None = None) -> None:
        self._path, self._frames = path, asyncio.Queue[Frame]()
        self._probes = Probes(where=Where(("127.0.0.1",)), emit=self._frames.put_nowait, train=train, fill=fill)
        self._peer, self._passenger = Peer(pattern()), Passenger()
        self._peer.channel = self._passenger.board
        self._lines: list[Line] = []

    async def run(self) -> Measured:
        """From its first frame to its figures. Raises RuntimeError where it comes to none."""
        try:
            async with asyncio.timeout(LONGEST):
                found, seconds = await self._result()
        finally:
            self._passenger.stop()
            await self._probes.close()
            await self._peer.close()
            for line in self._lines:
                line.end()
        return Measured(found, seconds, sum(self._lines[0].took))

    async def _result(self) -> tuple[ProbeResult, float]:
        self._probes.begin(Probe("one"))
        began = time.monotonic()
        while True:
            frame: Any = await self._frames.get()
            if isinstance(frame, ProbeOffer):
                sdp = await self._answer(frame)
                began = time.monotonic()
                self._probes.answer(ProbeAnswer("one", sdp))
            if isinstance(frame, ProbeFailed):
                raise RuntimeError(f"{self._path.name}: {frame.code}")
            if isinstance(frame, ProbeResult):
                return frame, time.monotonic() - began

    async def _answer(self, offer: ProbeOffer) -> str:
        """The tester's answer to an offer in which the proxy stands for the media process."""
        port = re.search(r" 127\.0\.0\.1 (\d+) typ host", offer.sdp)
        assert port
        line = Line(int(port[1]), self._path.up, self._path.down)
        self._lines.append(line)
        sdp = offer.sdp.replace(f" {port[1]} typ host", f" {line.port} typ host")
        tracks = [p.Track(mid=t.mid, seat=t.seat, kind=p.Kind(t.kind), up=t.up) for t in offer.tracks]
        return (await self._peer.answer(p.Offer(link=offer.link, sdp=sdp, tracks=tracks, servers=[]))).sdp


def rows(path: Path, run: Measured) -> list[Row]:
    """How far each figure is off, against what is asked of it."""
    found, near = run.found, f"<= {max(2.0, run.rtt / 20):.1f}"
    ways = (("up", path.up, found.loss_up, found.up), ("down", path.down, found.loss_down, found.down))
    trip = Row(f"{path.name}: round trip", abs(found.rtt_ms.value - run.rtt), "ms", near)
    lost = [Row(f"{path.name}: loss {way}", abs(e.value - line.loss), "points", "<= 1.5") for way, line, e, _ in ways]
    carried = [
        Row(f"{path.name}: capacity {way}", _off(through.capacity, line.kbps), "%", "<= 15")
        for way, line, _loss, through in ways
    ]
    return [trip, *lost, *carried, Row(f"{path.name}: verdict after", run.seconds, "s", "<= 10")]


def _off(found: Estimate | None, kbps: float) -> float:
    """Per cent. On a line without a limit nothing may bound the figure upwards."""
    if found is None:
        return 100.0
    if not kbps:
        return 0.0 if found.high is None else 100.0
    return 100 * abs(found.value - kbps) / kbps


def told(path: Path, run: Measured) -> str:
    """One line of the table: what the line is, what was measured, with its interval."""
    found = run.found
    figures = (found.rtt_ms, found.loss_up, found.loss_down, found.up.capacity, found.down.capacity)
    known = (run.rtt, path.up.loss, path.down.loss, path.up.kbps, path.down.kbps)
    cells = "".join(f" | {is_:7.1f} {_written(figure):>22}" for is_, figure in zip(known, figures, strict=True))
    return f"{path.name:26}{cells}"


def _written(found: Estimate | None) -> str:
    if found is None:
        return "none"
    return f"{found.value:.1f} ({found.low:.1f}-{'more' if found.high is None else f'{found.high:.1f}'})"


async def main(paths: Sequence[Path]) -> list[Row]:
    """One path after the other: two at once would measure each other."""
    heads = ("round trip, ms", "lost up, %", "lost down, %", "carried up, kbit/s", "carried down, kbit/s")
    print(f"{'known line, then measured':26}" + "".join(f" | {head:30}" for head in heads))
    found: list[Row] = []
    for path in paths:
        run = await Test(path).run()
        print(told(path, run), flush=True)
        found += rows(path, run)
    return found


if __name__ == "__main__":
    wanted = [path for path in PATHS if not sys.argv[1:] or path.name in sys.argv[1:]]
    publish("probe", asyncio.run(main(wanted)))
