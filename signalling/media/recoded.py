"""A seat's picture in the other format, for the legs whose browsers do not take the one that comes.

Only then is anything decoded, and once for all of them. Its packets are numbered anew, kept and repeated like a
source's own, in the source's time, so that lip-sync stays.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from signalling.media.leg import Leg
from signalling.media.pictures import Assembler
from signalling.media.rtp import NAMES, Packet, Ring
from signalling.media.transcode import Encoded, Transcoder

KEY_FRAME_EVERY: Final = 0.25  # seconds between two that are made for its legs
PAYLOAD_TYPES: Final = tuple(number for number, name in NAMES.items() if name in ("VP8", "H264"))


class Recoded:
    """Until `close`. `starved` is called when the source must send a key frame; all else happens in the loop."""

    def __init__(self, *, given: int, wanted: int, kbps: int, starved: Callable[[float], None]) -> None:
        self.legs: tuple[Leg, ...] = ()
        self.ring: Ring | None = Ring()
        self.given, self.wanted = given, wanted
        self._starved = starved
        self._assembler = Assembler(given)
        self._loop = asyncio.get_running_loop()
        self._transcoder = Transcoder(given=given, wanted=wanted, kbps=kbps, done=self._hand_over)
        self._number = 1 << 16
        self._epoch = object()
        self._keyed, self._due = time.monotonic(), False
        self._closed = False
        starved(time.monotonic())

    def add(self, p: Packet, now: float) -> None:
        """A packet of the source, in whatever order they come."""
        for picture in self._assembler.add(p, now):
            if not self._transcoder.put(picture):
                self._assembler.starve()
        if self._assembler.starved:
            self._starved(now)

    def want_key_frame(self, now: float) -> None:
        """A leg cannot go on without one: it is made here, the source goes on as it does."""
        self._due = True
        self._make_key(now)

    def _make_key(self, now: float) -> None:
        if self._due and now - self._keyed >= KEY_FRAME_EVERY:
            self._keyed, self._due = now, False
            self._transcoder.want_key_frame()

    def _hand_over(self, encoded: Encoded | None) -> None:
        with suppress(RuntimeError):  # the process is ending
            self._loop.call_soon_threadsafe(self._send, encoded)

    def _send(self, encoded: Encoded | None) -> None:
        now = time.monotonic()
        if self._closed:
            return
        if encoded is None:
            self._assembler.starve()
            return self._starved(now)
        picture, last = encoded.picture, len(encoded.payloads) - 1
        # A leg gets nothing that was taken before it came into the audience.
        legs = [leg for leg in self.legs if leg.began <= picture.taken]
        for place, payload in enumerate(encoded.payloads):
            self._number += 1
            marker = 0x80 if place == last else 0
            p = Packet(self._number, picture.timestamp, 0, marker, self.wanted, payload)
            if self.ring is not None:
                self.ring.put(p)
            for leg in legs:
                leg.forward(p, self._epoch, now)
        self._due |= any(leg.waiting for leg in self.legs)
        self._make_key(now)

    def close(self) -> None:
        """It is needed no longer."""
        self._closed = True
        self.legs = ()
        self._transcoder.close()
