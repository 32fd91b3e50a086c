"""Whole pictures out of packets. Pure.

A picture is given out with its last packet (the marker bit of RFC 3550, 5.1), not when the next one begins: that
would cost a picture's time at each hop. Packets that come late, or again, are put where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from aiortc.codecs.h264 import h264_depayload
from aiortc.codecs.vpx import vp8_depayload

from signalling.media.rtp import NAMES, Packet, starts_key_frame

HELD: Final = 256  # packets that wait for one that is missing; beyond that a picture from scratch is quicker
LONGEST: Final = 1 << 20  # bytes of one picture


class Picture(NamedTuple):
    """One picture, as its decoder takes it. `taken`: seconds of the steady clock, when its last packet came."""

    data: bytes
    timestamp: int
    key: bool
    taken: float


class Assembler:
    """Packets of one format, in; pictures in their order, each once, out. It begins with a key frame."""

    def __init__(self, payload_type: int) -> None:
        self.payload_type = payload_type
        self.starved = True  # it cannot go on without a key frame
        self._strip = vp8_depayload if NAMES[payload_type] == "VP8" else h264_depayload
        self._held: dict[int, Packet] = {}
        self._next = 0  # the number with which the next picture begins

    def starve(self) -> None:
        """Nothing can be made of what follows before the next key frame."""
        self.starved = True
        self._held.clear()

    def add(self, p: Packet, now: float) -> Iterator[Picture]:
        """What has become whole with this packet."""
        if p.payload_type != self.payload_type:
            return
        if self.starved:
            if not _opens(p):
                return
            self.starved, self._next = False, p.number
        elif p.number > self._next and _opens(p):
            self._skip_to(p.number)
        if p.number < self._next:
            return
        self._held[p.number] = p
        if len(self._held) > HELD:
            self.starve()
        while (run := self._whole()) and not self.starved:
            self._next = run[-1].number + 1
            if (picture := self._joined(run, now)) is not None:
                yield picture

    def _skip_to(self, number: int) -> None:
        """What is missing before a key frame is needed no more."""
        self._held = {each: p for each, p in self._held.items() if each >= number}
        self._next = number

    def _whole(self) -> list[Packet]:
        """The packets of the next picture, if all of them are here."""
        run: list[Packet] = []
        while (p := self._held.get(self._next + len(run))) is not None:
            run.append(p)
            if p.marker:
                for each in run:
                    del self._held[each.number]
                return run
        return []

    def _joined(self, run: list[Packet], now: float) -> Picture | None:
        try:
            data = b"".join(self._strip(p.payload[: len(p.payload) - _padding(p)]) for p in run)
        except ValueError:  # not what the format says
            data = b""
        if not 0 < len(data) <= LONGEST:  # to a decoder, nothing is the end
            self.starve()
            return None
        return Picture(data, run[0].timestamp, starts_key_frame(run[0].payload_type, run[0].payload), now)


def _opens(p: Packet) -> bool:
    """Whether a decoder can begin with this packet: an IDR slice of H.264 needs the parameter sets before it."""
    if not starts_key_frame(p.payload_type, p.payload):
        return False
    first = p.payload[3] if p.payload[0] & 0x1F == 24 else p.payload[0]
    return NAMES[p.payload_type] == "VP8" or first & 0x1F == 7


def _padding(p: Packet) -> int:
    return p.payload[-1] if p.padded else 0
