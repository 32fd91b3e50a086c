"""A train of numbered datagrams: what of it arrived, how evenly, how soon. Pure; clocks in milliseconds.

The two ends' clocks are never compared: jitter takes differences on each (RFC 3550, 6.4.1), and a round trip
is measured on one clock, less the time for which the other side held the number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from signalling.media.estimate import Estimate, mean

# The connection test's datagrams, on the data channel `train` (unordered, no retransmission), both ways at
# once; big-endian, padded with zeros to the size that `start` names. Each carries the number and clock of the
# last one heard from the other side and for how long it was held, so that either end knows the round trip.
#
#   u8 version = 1 | u8 direction (1 up, 2 down) | u16 zero | u32 number, from 0 | f64 sender's clock, ms
#   | u32 number heard last (0xFFFFFFFF: none) | f64 its sender's clock | f64 held for, ms
#
# On the data channel `report` (reliable), JSON: media {"type":"start","count","interval_ms","size"}, browser
# {"type":"sent","count"} after its last, media {"type":"stop"}; then the browser's one binary message: for
# each datagram that reached it, in order of arrival, u32 number | f64 arrival on its own clock, ms.
#
# Between them media {"type":"fill","seconds","kbps"}: for so long both sides send RTP at that rate, the media
# process packets of the SSRC that FILLER names, which nobody plays, the browser those or a picture that cannot
# be compressed. Then the browser's {"type":"filled","carried":[[ms, bytes in, packets in, bytes out, packets
# out], ...]}: its transport's counters, ten times a second and until half a second after.
DATAGRAM: Final = struct.Struct("!BBHIdIdd")
ARRIVAL: Final = struct.Struct("!Id")
UP: Final = 1
DOWN: Final = 2
NONE_HEARD: Final = 0xFFFFFFFF

CLOCK: Final = 1e14  # ms; no clock shows more, and beyond it doubles lose the milliseconds

FILLER: Final = 0x56495641
_REPETITION: Final = 97  # the payload type of VP8's, as sdp.py offers it
_RTP: Final = struct.Struct("!BBHII")


@dataclass(frozen=True)
class Fill:
    """How long, how fast, how large."""

    seconds: float = 1.0
    kbps: int = 4000
    size: int = 1200

    @property
    def count(self) -> int:
        return round(self.seconds * self.kbps * 1000 / 8 / self.size)

    def packet(self, number: int) -> bytes:
        """One of them: a repetition (RFC 4588) of a stream that does not exist."""
        return _RTP.pack(0x80, _REPETITION, number & 0xFFFF, 0, FILLER).ljust(self.size, b"\0")


@dataclass(frozen=True)
class Train:
    """How many, how often, how large: small, so that a congestion window does not hold them back on a long way."""

    count: int = 560
    interval_ms: int = 8
    size: int = 60

    @property
    def seconds(self) -> float:
        return self.count * self.interval_ms / 1000


@dataclass
class Tally:
    """One direction, counted in the order of arrival."""

    limit: int
    numbers: set[int] = field(default_factory=set)
    differences: list[float] = field(default_factory=list)
    _last: tuple[float, float] | None = None

    def add(self, number: int, sent: float, arrived: float) -> None:
        """A datagram. One twice, out of range, or with a clock that is none says nothing."""
        if number in self.numbers or number >= self.limit or not (abs(sent) < CLOCK and abs(arrived) < CLOCK):
            return
        self.numbers.add(number)
        if self._last is not None:
            self.differences.append(abs((arrived - self._last[1]) - (sent - self._last[0])))
        self._last = (sent, arrived)

    @property
    def jitter(self) -> Estimate:
        """The mean of |D|, about which RFC 3550's running estimate wanders."""
        return mean(self.differences)

    @property
    def received(self) -> int:
        return len(self.numbers)


def pack(*, direction: int, number: int, now: float, heard: tuple[int, float, float] | None, size: int) -> bytes:
    """A datagram. `heard`: the other side's last number, its clock then, and when it came on ours."""
    last, clock, came = heard or (NONE_HEARD, 0.0, now)
    return DATAGRAM.pack(1, direction, 0, number, now, last, clock, now - came).ljust(size, b"\0")


def unpack(data: bytes, direction: int) -> tuple[int, float, tuple[float, float] | None] | None:
    """(number, sender's clock, (our clock echoed, held for)), or None for what is not of this train."""
    if len(data) < DATAGRAM.size:
        return None
    version, way, _, number, sent, heard, clock, held = DATAGRAM.unpack_from(data)
    if version != 1 or way != direction:
        return None
    return number, sent, None if heard == NONE_HEARD else (clock, held)


def arrivals(report: bytes) -> Iterator[tuple[int, float]]:
    """The browser's report: (number, arrival on its clock), in order of arrival. A cut record is dropped."""
    whole = len(report) - len(report) % ARRIVAL.size
    yield from ARRIVAL.iter_unpack(report[:whole])
