"""A browser for tests: a stock aiortc peer that answers offers and sends moving pictures and a tone."""

import asyncio
import fractions
import json
import time
from collections.abc import Set
from typing import Any

import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from signalling.media.control import ARRIVAL, DOWN, UP
from signalling.media.train import pack, unpack


class Picture(MediaStreamTrack):
    """Small frames of one grey level, ten a second: what arrives tells who sent it."""

    kind = "video"

    def __init__(self, level: int) -> None:
        super().__init__()
        self.level, self.number = level, 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.1)
        frame = av.VideoFrame.from_ndarray(np.full((96, 64), self.level, np.uint8), format="gray")
        frame.pts, frame.time_base = self.number * 9000, fractions.Fraction(1, 90_000)
        self.number += 1
        return frame.reformat(format="yuv420p")


class Tone(MediaStreamTrack):
    """Twenty milliseconds at a time, at a constant level."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(0.02)
        t = (np.arange(960) + self.number * 960) / 48_000
        frame = av.AudioFrame.from_ndarray(
            (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)[None, :], "s16", "mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self.number * 960, fractions.Fraction(1, 48_000)
        self.number += 1
        return frame


class Browser:
    """One tab. `level` is the grey of its camera."""

    def __init__(self, level: int = 128) -> None:
        # As browsers do it; with aiortc's own default the second picture is left on a transport of its own.
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.tracks: dict[str, MediaStreamTrack] = {"0": Tone(), "1": Picture(level)}
        self.pictures: dict[str, list[int]] = {}  # by seat: the grey levels that arrived
        self.sounds: dict[str, list[float]] = {}  # by seat: when a loud frame arrived
        self._watchers: list[asyncio.Task[None]] = []
        self._watched: set[str] = set()

    async def answer(self, offer: Any) -> str:
        """Take an offer as the room's page does, and give the answer's text."""
        await self.pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        for transceiver in self.pc.getTransceivers():
            if transceiver.mid in self.tracks:
                transceiver.direction = "sendonly"
                if transceiver.sender.track is None:
                    transceiver.sender.replaceTrack(self.tracks[transceiver.mid])
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        seats = {track.mid: track.seat for track in offer.tracks if not track.up}
        for transceiver in self.pc.getTransceivers():
            track = transceiver.receiver.track
            if transceiver.mid in seats and track is not None and transceiver.mid not in self._watched:
                self._watched.add(transceiver.mid)
                self._watchers.append(asyncio.create_task(self._watch(track, seats[transceiver.mid])))
        return self.pc.localDescription.sdp

    async def _watch(self, track: MediaStreamTrack, seat: str) -> None:
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            if track.kind == "video":
                level = int(frame.to_ndarray(format="gray").mean())
                self.pictures.setdefault(seat, []).append(level)
            elif np.abs(frame.to_ndarray()).max() > 1000:
                self.sounds.setdefault(seat, []).append(time.monotonic())

    async def close(self) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await self.pc.close()


class Technician(Browser):
    """The connection test's page: sends its train, notes what arrives, reports. Numbers may be lost on the way."""

    def __init__(self, *, lost_up: Set[int] = frozenset(), lost_down: Set[int] = frozenset()) -> None:
        super().__init__()
        self.lost_up, self.lost_down = lost_up, lost_down
        self.arrived: list[tuple[int, float]] = []
        self.heard: tuple[int, float, float] | None = None
        self.channels: dict[str, Any] = {}
        self.silent = False
        self.pc.on("datachannel", self._channel)
        self._sending: asyncio.Task[None] | None = None

    def _channel(self, channel: Any) -> None:
        self.channels[channel.label] = channel
        channel.on("message", self._train if channel.label == "train" else self._report)

    def _train(self, data: bytes) -> None:
        number, sent, _ = unpack(data, DOWN) or (0, 0.0, None)
        if number not in self.lost_down:
            self.heard = (number, sent, time.monotonic() * 1000)
            self.arrived.append((number, self.heard[2]))

    def _report(self, data: str) -> None:
        words = json.loads(data)
        if self.silent:
            return
        if words["type"] == "start":
            self._sending = asyncio.create_task(self._send(words))
        else:
            self.channels["report"].send(b"".join(ARRIVAL.pack(*one) for one in self.arrived))

    async def _send(self, words: dict[str, Any]) -> None:
        for number in range(words["count"]):
            now = time.monotonic() * 1000
            if number not in self.lost_up:
                self.channels["train"].send(
                    pack(direction=UP, number=number, now=now, heard=self.heard, size=words["size"])
                )
            await asyncio.sleep(words["interval_ms"] / 1000)
        self.channels["report"].send(json.dumps({"type": "sent", "count": words["count"]}))


async def until(true: Any, seconds: float = 20.0) -> None:
    """Wait for `true()`; at most so long."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
