"""A train of numbered datagrams: what of it arrived, how evenly, how soon. Pure; clocks in milliseconds.

The two ends' clocks are never compared: jitter takes differences on each (RFC 3550, 6.4.1), and a round trip
is measured on one clock, less the time for which the other side held the number.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

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
DATAGRAM: Final = struct.Struct("!BBHIdIdd")
ARRIVAL: Final = struct.Struct("!Id")
UP: Final = 1
DOWN: Final = 2
NONE_HEARD: Final = 0xFFFFFFFF

_Z: Final = 1.959964  # of the normal distribution, for 95 %
CLOCK: Final = 1e14  # ms; no clock shows more, and beyond it doubles lose the milliseconds


@dataclass(frozen=True)
class Train:
    """How many, how often, how large."""

    count: int = 300
    interval_ms: int = 20
    size: int = 200

    @property
    def seconds(self) -> float:
        return self.count * self.interval_ms / 1000


@dataclass
class Tally:
    """One direction, counted in the order of arrival."""

    limit: int
    numbers: set[int] = field(default_factory=set)
    jitter: float = 0.0
    _last: tuple[float, float] | None = None

    def add(self, number: int, sent: float, arrived: float) -> None:
        """A datagram. One twice, out of range, or with a clock that is none says nothing."""
        if number in self.numbers or number >= self.limit or not (abs(sent) < CLOCK and abs(arrived) < CLOCK):
            return
        self.numbers.add(number)
        if self._last is not None:
            difference = abs((arrived - self._last[1]) - (sent - self._last[0]))
            self.jitter += (difference - self.jitter) / 16
        self._last = (sent, arrived)

    @property
    def received(self) -> int:
        return len(self.numbers)


def loss(sent: int, received: int) -> tuple[float, float, float]:
    """Percent lost, and its 95 % interval after Wilson; nothing sent is everything lost."""
    if sent <= 0:
        return 100.0, 0.0, 100.0
    lost = max(0, sent - received) / sent
    centre, spread = lost + _Z**2 / (2 * sent), _Z * math.sqrt(lost * (1 - lost) / sent + _Z**2 / (4 * sent**2))
    scale = 1 + _Z**2 / sent
    low, high = max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
    return round(100 * lost, 2), round(100 * low, 2), round(100 * high, 2)


def percentile(values: list[float], share: float) -> float:
    """The smallest value that is not below this share of them. Raises ValueError for none at all."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


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
