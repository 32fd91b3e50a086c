"""The media link from the client's end: it answers offers as the room's page does, sends, and counts what arrives."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from signalling import protocol as p

UP = {"0": "audio", "1": "video"}  # mid → what the client sends there
Watch = Callable[[str, Any], None]


@dataclass
class Arrived:
    """What came of one track: frames, and the longest time without one, in seconds."""

    frames: int = 0
    longest: float = 0.0
    last: float = field(default_factory=time.monotonic)

    def another(self, now: float) -> None:
        """A frame came."""
        if self.frames:
            self.longest = max(self.longest, now - self.last)
        self.frames, self.last = self.frames + 1, now


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One track's figures: loss in per cent of the packets sent, the rest in ms. `longest_gap`: without a frame."""

    seat: str
    kind: str
    frames: int
    packets: int
    lost: float
    jitter_ms: float
    longest_gap_ms: float


class Peer:
    """One link at a time. `tracks` by kind; `watch` is given each frame with its seat."""

    def __init__(
        self,
        tracks: Mapping[str, MediaStreamTrack],
        watch: Watch = lambda seat, frame: None,
    ) -> None:
        self.tracks, self._watch = tracks, watch
        self.link: str | None = None
        self.pc: RTCPeerConnection | None = None
        self.arrived: dict[tuple[str, str], Arrived] = {}
        self._mids: dict[str, tuple[str, str]] = {}
        self._drains: dict[str, asyncio.Task[None]] = {}
        self.channel: Callable[[Any], None] = lambda channel: None

    async def answer(self, offer: p.Offer) -> p.Answer:
        """Take an offer; one of another link ends what was before it."""
        if offer.link != self.link:
            await self.close()
            self.link, self.pc = offer.link, self._connection(offer)
        assert self.pc is not None
        await self.pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        for transceiver in self.pc.getTransceivers():
            if (track := self.tracks.get(UP.get(transceiver.mid or "", ""))) is not None:
                transceiver.direction = "sendonly"
                if transceiver.sender.track is not track:
                    transceiver.sender.replaceTrack(track)
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        self._listen({track.mid: (track.seat, track.kind.value) for track in offer.tracks if not track.up})
        return p.Answer(link=offer.link, sdp=self.pc.localDescription.sdp)

    def _connection(self, offer: p.Offer) -> RTCPeerConnection:
        # Never None: aiortc would ask a public server. And as browsers bundle, else a track is left on its own.
        relays = [RTCIceServer(one.urls, one.username or None, one.credential or None) for one in offer.servers]
        policy = RTCIceTransportPolicy.RELAY if offer.relay else RTCIceTransportPolicy.ALL
        connection = RTCPeerConnection(
            RTCConfiguration(relays, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE, iceTransportPolicy=policy)
        )
        connection.on("datachannel", lambda channel: self.channel(channel))
        return connection

    def _listen(self, mids: Mapping[str, tuple[str, str]]) -> None:
        """Follow the offer: an m-line that is free now may carry another seat later."""
        assert self.pc is not None
        self._mids = dict(mids)
        for transceiver in self.pc.getTransceivers():
            mid, track = transceiver.mid or "", transceiver.receiver.track
            if mid in mids and track is not None and mid not in self._drains:
                self._drains[mid] = asyncio.create_task(self._drain(mid, track))

    async def _drain(self, mid: str, track: MediaStreamTrack) -> None:
        """aiortc's queues grow without end: every frame is taken, whether anybody looks at it or not."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if whose := self._mids.get(mid):
                self.arrived.setdefault(whose, Arrived()).another(time.monotonic())
                self._watch(whose[0], frame)

    async def heard(self) -> list[Heard]:
        """The figures of every track that is received now."""
        if self.pc is None:
            return []
        found = []
        for transceiver in self.pc.getTransceivers():
            if whose := self._mids.get(transceiver.mid or ""):
                report = (await transceiver.receiver.getStats()).values()
                inbound: Any = next((one for one in report if one.type == "inbound-rtp"), None)
                found.append(_heard(whose, self.arrived.get(whose, Arrived()), inbound, transceiver.kind))
        return found

    async def close(self) -> None:
        """End the link; decoder threads would keep the process alive."""
        for drain in self._drains.values():
            drain.cancel()
        self._drains.clear()
        if self.pc is not None:
            await self.pc.close()
        self.pc = self.link = None


def _heard(whose: tuple[str, str], arrived: Arrived, inbound: Any, kind: str) -> Heard:
    packets = inbound.packetsReceived if inbound else 0
    lost = max(0, inbound.packetsLost) if inbound else 0
    clock = 48 if kind == "audio" else 90  # ticks a millisecond
    return Heard(
        seat=whose[0],
        kind=whose[1],
        frames=arrived.frames,
        packets=packets,
        lost=round(100 * lost / (packets + lost), 2) if packets else 0.0,
        jitter_ms=round(inbound.jitter / clock, 1) if inbound else 0.0,
        longest_gap_ms=round(1000 * arrived.longest, 1),
    )
