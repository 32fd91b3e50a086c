"""Capacity: for a second both sides of a connection test send more than most lines carry; what gets through is it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from signalling.media.environment import Where
from signalling.media.estimate import Carried, Estimate, Through, capacity
from signalling.media.link import Link, Told
from signalling.media.train import FILLER, Fill

TAG: Final = 10  # bytes that SRTP adds to a packet
RTP: Final = 12  # bytes of RTP's own header
LATE: Final = 0.35  # seconds that what waits in queues may still take; the browser counts on for longer
Row = tuple[float, int, int, int, int]  # ms, then octets and packets that came in and went out
_SSRC: Final = slice(8, 12)


@dataclass
class Meter:
    """The packets that come in while the line is filled."""

    came: list[Carried] = field(default_factory=list)
    filling: bool = False
    _octets: int = 0
    _packets: int = 0

    def took(self, data: bytes) -> bool:
        """Count a packet; whether it was sent for nothing else."""
        if self.filling:
            self._octets += len(data) + TAG
            self._packets += 1
            self.came.append(Carried(time.monotonic() * 1000, self._octets, self._packets))
        return data[_SSRC] == FILLER.to_bytes(4, "big")


class FilledLink(Link):
    """A test's link: what fills the line goes no further."""

    def __init__(self, *, seat: str, link: str, where: Where, told: Told) -> None:
        super().__init__(seat=seat, link=link, where=where, told=told, data=True)
        self.meter = Meter()

    def rtp(self, data: bytes) -> None:
        if not self.meter.took(data):
            super().rtp(data)

    async def fill(self, fill: Fill) -> float:
        """Fill the way to the browser; what was sent a second, in kbit/s on the line."""
        self.feedback.video_kbps = fill.kbps  # the camera may send as much
        self.meter.filling = True
        began = time.monotonic()
        for number in range(fill.count):
            await asyncio.sleep(began + number * fill.seconds / fill.count - time.monotonic())
            if self.over:
                break
            self.transport.send_rtp(fill.packet(number))
        seconds = max(time.monotonic() - began, fill.seconds)
        await asyncio.sleep(LATE)
        self.meter.filling = False
        sent = Carried(0, (fill.size + TAG) * fill.count, fill.count).bits_since(Carried(0, 0, 0))
        return sent / seconds / 1000


def up(came: Sequence[Carried], told: Sequence[Row], fill: Fill) -> Through:
    """The way from the browser: what came here, against what it says it sent meanwhile."""
    sent = [Carried(at, octets, packets) for at, _in, _packets, octets, packets in told]
    return _through(came, capacity(came, _rate([one for one in sent if one.at <= sent[0].at + fill.seconds * 1000])))


def down(told: Sequence[Row], sent_kbps: float) -> Through:
    """The way to the browser, as its own counters saw it."""
    came = [Carried(at, octets, packets) for at, octets, packets, _out, _packets in told]
    return _through(came, capacity(came, sent_kbps))


def _rate(rows: Sequence[Carried]) -> float:
    if len(rows) < 2 or rows[-1].at <= rows[0].at:
        return 0.0
    return rows[-1].bits_since(rows[0]) / (rows[-1].at - rows[0].at)


def _through(came: Sequence[Carried], found: Estimate | None) -> Through:
    """Goodput as RFC 2647, 3.17 has it: of the same flow, without what only carries it."""
    if found is None:
        return Through(None, None)
    octets, packets = came[-1].octets - came[0].octets, came[-1].packets - came[0].packets
    line = came[-1].bits_since(came[0])
    return Through(found, round(found.value * 8 * (octets - packets * (RTP + TAG)) / line) if line else None)
