"""Browsers for tests: the house's own headless participant, and what it saw and heard."""

import asyncio
import time
from collections.abc import Set
from typing import Any

import numpy as np

from signalling import protocol as p
from signalling.headless.peer import Peer
from signalling.headless.probe import Passenger
from signalling.headless.tracks import Picture, Tone


class Browser(Peer):
    """One tab. `level` is the grey of its camera: what arrives tells who sent it."""

    def __init__(self, level: int = 128) -> None:
        # Small and slow, so that ten of them fit on the machine that tests.
        super().__init__({"audio": Tone(), "video": Picture(level, width=64, height=96, rate=10)}, self._note)
        self.pictures: dict[str, list[int]] = {}  # by seat: the grey levels that arrived
        self.sounds: dict[str, list[float]] = {}  # by seat: when a loud frame arrived

    async def take(self, offer: Any) -> str:
        """Take a frame of the media service as the wire would bring it, and give the answer's text."""
        tracks = [p.Track(mid=t.mid, seat=t.seat, kind=p.Kind(t.kind), up=t.up) for t in offer.tracks]
        return (await self.answer(p.Offer(link=offer.link, sdp=offer.sdp, tracks=tracks, servers=[]))).sdp

    def _note(self, seat: str, frame: Any) -> None:
        if hasattr(frame, "width"):
            self.pictures.setdefault(seat, []).append(int(frame.to_ndarray(format="gray").mean()))
        elif np.abs(frame.to_ndarray()).max() > 1000:
            self.sounds.setdefault(seat, []).append(time.monotonic())


class Technician(Browser, Passenger):
    """The connection test's page. Numbers may be lost on the way."""

    def __init__(self, *, lost_up: Set[int] = frozenset(), lost_down: Set[int] = frozenset()) -> None:
        Browser.__init__(self)
        Passenger.__init__(self)
        self.lost_up, self.lost_down, self.silent = lost_up, lost_down, False
        self.channel = self.board

    def depart(self, number: int, datagram: bytes) -> None:
        if number not in self.lost_up:
            super().depart(number, datagram)

    def came(self, number: int, sent: float) -> None:
        if number not in self.lost_down:
            super().came(number, sent)

    def report(self, words: str | bytes) -> None:
        if not self.silent:
            super().report(words)


async def until(true: Any, seconds: float = 20.0) -> None:
    """Wait for `true()`; at most so long."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
