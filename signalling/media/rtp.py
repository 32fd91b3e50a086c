"""RTP as bytes: headers, key frames, repetitions, counting. Pure; nothing is decoded.

RFC 3550 (RTP), RFC 4588 (retransmission), RFC 7741 (VP8), RFC 6184 (H.264).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from mmap import mmap
from struct import Struct
from typing import Final, Protocol

import msgspec

from signalling.media.sdp import CODECS

HEADER: Final = Struct("!BBHII")  # flags, marker and payload type, sequence number, timestamp, SSRC
_NUMBER: Final = Struct("!H")
PAYLOAD_LIMIT: Final = 1400  # with header, RTX number and SRTP tag it stays under pylibsrtp's 1500
CLOCK_RATES: Final = {"audio": 48_000, "video": 90_000}

KINDS: Final = {c.payload_type: kind for kind, codecs in CODECS.items() for c in codecs}
NAMES: Final = {c.payload_type: c.name.partition("/")[0] for codecs in CODECS.values() for c in codecs}
APT: Final = {c.payload_type: c.apt for c in CODECS["video"] if c.apt is not None}
RTX: Final = {c.apt: c.payload_type for c in CODECS["video"] if c.apt is not None}


class Inlet(Protocol):
    """Who takes what the browser sends, decrypted."""

    def rtp(self, data: bytes) -> None: ...
    def rtcp(self, data: bytes) -> None: ...


class Packet(msgspec.Struct, frozen=True, gc=False):
    """A media packet of a source. `number` is the extended sequence number, which never wraps."""

    number: int
    timestamp: int
    padded: int  # 0x20 or 0: the P bit
    marker: int  # 0x80 or 0
    payload_type: int
    payload: bytes  # with its padding


def extend(number: int, last: int) -> int:
    """The extended sequence number nearest to `last` whose low sixteen bits are `number` (RFC 3711, 3.3.1)."""
    return last + ((number - last + 0x8000) & 0xFFFF) - 0x8000


def read(data: bytes) -> tuple[int, int, int, int, int, bytes] | None:
    """(P bit, marker and payload type, number, timestamp, SSRC, payload), or None for what we did not negotiate.

    No header extension and no CSRC is ever negotiated, so a packet with one is nobody's.
    """
    if not 12 < len(data) <= PAYLOAD_LIMIT + 12:
        return None
    flags, kind, number, timestamp, ssrc = HEADER.unpack_from(data)
    if flags & 0xDF != 0x80 or (flags & 0x20 and not 0 < data[-1] <= len(data) - 12):
        return None
    return flags & 0x20, kind, number, timestamp, ssrc, data[12:]


def unwrap(payload: bytes, padded: int) -> tuple[int, bytes] | None:
    """The number and payload inside a retransmission; None for one that is padding alone (RFC 4588, 4)."""
    if len(payload) - (payload[-1] if padded else 0) < 3:
        return None
    return _NUMBER.unpack_from(payload)[0], payload[2:]


def wrap(number: int, payload: bytes) -> bytes:
    """The payload of a retransmission of `number`."""
    return _NUMBER.pack(number & 0xFFFF) + payload


def rising(numbers: Sequence[int]) -> Iterator[list[int]]:
    """The same in runs that only rise: aiortc cannot pack a NACK whose numbers pass from 65535 to 0."""
    cuts = [at for at in range(1, len(numbers)) if numbers[at] < numbers[at - 1]]
    for first, past in pairwise([0, *cuts, len(numbers)]):
        yield list(numbers[first:past])


def starts_key_frame(payload_type: int, payload: bytes) -> bool:
    """Whether a picture that needs no other begins in this packet."""
    try:
        return _vp8_key(payload) if NAMES.get(payload_type) == "VP8" else _h264_key(payload)
    except IndexError:
        return False


def _vp8_key(payload: bytes) -> bool:
    """RFC 7741, 4.2 and 4.3: start of partition 0, and the inverse key frame flag of its header."""
    first = payload[0]
    if first & 0x17 != 0x10:  # S set, partition index 0
        return False
    at = 1
    if first & 0x80:
        extension, at = payload[1], 2
        if extension & 0x80:
            at += 2 if payload[at] & 0x80 else 1
        at += bool(extension & 0x40) + bool(extension & 0x30)
    return not payload[at] & 0x01


def _h264_key(payload: bytes) -> bool:
    """RFC 6184, 5.2: a parameter set or an IDR slice, alone, first in an aggregate, or as a first fragment."""
    kind = payload[0] & 0x1F
    if kind == 24:
        kind = payload[3] & 0x1F
    elif kind == 28 and payload[1] & 0x80:
        kind = payload[1] & 0x1F
    return kind in (5, 7)


class Ring:
    """The last 512 packets of a source, in slots of fixed size: variable ones fragment the heap for hours."""

    SLOTS: Final = 512

    def __init__(self) -> None:
        self._bytes = mmap(-1, self.SLOTS * PAYLOAD_LIMIT)  # not of the heap: it goes back whole
        self._kept: list[tuple[int, int, int, int, int, int]] = [(-1, 0, 0, 0, 0, 0)] * self.SLOTS

    def put(self, p: Packet) -> None:
        at, size = p.number % self.SLOTS, len(p.payload)
        self._bytes[at * PAYLOAD_LIMIT : at * PAYLOAD_LIMIT + size] = p.payload
        self._kept[at] = (p.number, p.timestamp, p.padded, p.marker, p.payload_type, size)

    def get(self, number: int) -> Packet | None:
        """The packet with this number, if it is still kept."""
        at = number % self.SLOTS
        kept, timestamp, padded, marker, payload_type, size = self._kept[at]
        if kept != number:
            return None
        payload = self._bytes[at * PAYLOAD_LIMIT : at * PAYLOAD_LIMIT + size]
        return Packet(number, timestamp, padded, marker, payload_type, payload)


class Counter:
    """How much of a stream arrived, and how evenly (RFC 3550, 6.4.1 and A.3). Times in seconds."""

    def __init__(self, clock_rate: int) -> None:
        self._rate = clock_rate
        self.first: int | None = None
        self.highest = self.received = 0
        self.jitter = 0.0  # in units of the clock
        self._transit: float | None = None
        self._reported = (0, 0)
        self._sampled = (0, 0)

    def add(self, number: int, timestamp: int, now: float) -> None:
        """A packet that arrived at `now`, by its extended number."""
        if self.first is None:
            self.first = self.highest = number
        self.received += 1
        if number < self.highest:
            return
        self.highest = number
        transit = (now * self._rate - timestamp) % (1 << 32)
        if self._transit is not None:
            difference = abs((transit - self._transit + (1 << 31)) % (1 << 32) - (1 << 31))
            self.jitter += (difference - self.jitter) / 16
        self._transit = transit

    @property
    def expected(self) -> int:
        return 0 if self.first is None else self.highest - self.first + 1

    @property
    def jitter_ms(self) -> float:
        return self.jitter * 1000 / self._rate

    def fraction(self) -> int:
        """Lost of 256 since the last report (RFC 3550, 6.4.1)."""
        lost, expected = self._since(self._reported)
        self._reported = (self.expected, self.received)
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)

    def sample(self) -> float | None:
        """Percent lost since the last sample; None if nothing was due."""
        lost, expected = self._since(self._sampled)
        self._sampled = (self.expected, self.received)
        return max(0.0, 100.0 * lost / expected) if expected > 0 else None

    def _since(self, last: tuple[int, int]) -> tuple[int, int]:
        expected = self.expected - last[0]
        return expected - (self.received - last[1]), expected
