"""A leg: one source's media on one seat's link, under an SSRC, numbers and a clock of its own.

Only the twelve bytes of the header are written anew for each leg; the payload passes as it came, but for the picture
ids of VP8 where layers are left out (layers.py). A repetition is never taken from a time when the leg was outside
the source's audience.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from aiortc.rtp import RtcpReceiverInfo, RtcpSdesPacket, RtcpSenderInfo, RtcpSourceInfo, RtcpSrPacket

from signalling.media.layers import Adaptation, Cut, Thinning, layer, renumbered
from signalling.media.rtp import CLOCK_RATES, HEADER, RTX, Packet, Ring, extend, starts_key_frame, wrap

REPEATS_A_SECOND: Final = 500  # packets repeated for one leg
Send = Callable[[bytes], None]
_pack: Final = HEADER.pack


class Stream(Protocol):
    """What a leg carries on: a seat's media as it came, or recoded."""

    ring: Ring | None

    def want_key_frame(self, now: float) -> None: ...


class Leg:
    """One source's media on one seat's link: an SSRC of its own, numbered without gaps."""

    def __init__(self, *, kind: str, ssrc: int, rtx_ssrc: int, cname: str, send: Send, control: Send) -> None:
        self.kind, self.ssrc, self.rtx_ssrc, self.cname = kind, ssrc, rtx_ssrc, cname
        self.payload_types: frozenset[int] = frozenset()
        self.source: Stream | None = None
        self.began = 0.0  # when it joined that audience
        self.waiting = False  # for a key frame
        self.loss: float | None = None  # percent, as the browser last reported
        self.jitter_ms: float | None = None
        self.rtt_ms: float | None = None
        self.squeezed = False  # the browser estimates that its line carries less than we send (REMB)
        self._thin, self._adaptation = Thinning(), Adaptation()
        self._send, self._control = send, control
        self._rate = CLOCK_RATES[kind]
        self._next = random.randrange(1, 1 << 15)  # noqa: S311 - low: a wrap before the first report confuses SRTP
        self._first = self._next  # where the present stretch begins; nothing older is ever repeated
        self._shift: int | None = None
        self._epoch: object = None
        self._last_time = (0.0, random.getrandbits(32))
        self._time_shift = 0
        self._rtx_next = random.randrange(1, 1 << 15)  # noqa: S311
        self._budget = REPEATS_A_SECOND
        self._packets = self.octets = 0
        self._reports: dict[int, float] = {}  # middle bits of the NTP time sent → when

    def begin(self, source: Stream, now: float) -> None:
        """Join the source's audience: from the next key frame, or at once for sound."""
        self.source, self.began, self._shift = source, now, None
        self.waiting = self.kind == "video"
        if self.waiting:
            source.want_key_frame(now)

    def end(self) -> None:
        """Leave it."""
        self.source, self._shift, self.waiting = None, None, False

    def forward(self, p: Packet, epoch: object, now: float) -> None:
        """Send this packet on, if it belongs to what this leg may get."""
        if p.payload_type not in self.payload_types:
            return
        shift = self._shift
        if shift is None or epoch is not self._epoch:
            self.waiting = self.kind == "video" and not starts_key_frame(p.payload_type, p.payload)
            if self.waiting:
                return
            shift = self._anchor(p, epoch, now)
        out, payload = p.number + shift, p.payload
        if self._thin.active:
            out, rest = self._thin.place(p, self._next)
            self._shift = self._thin.shift
            if rest is None:
                self._next = max(self._next, out + 1)
                return
            payload = rest
        if out >= self._next:
            self._next = out + 1
        elif out < self._first:
            return
        timestamp = (p.timestamp + self._time_shift) & 0xFFFFFFFF
        self._last_time = (now, timestamp)
        self._packets += 1
        self.octets += len(payload)
        self._send(_pack(0x80 | p.padded, p.marker | p.payload_type, out & 0xFFFF, timestamp, self.ssrc) + payload)

    def _anchor(self, p: Packet, epoch: object, now: float) -> int:
        shift = self._shift = self._next - p.number
        self._first = self._next
        self._thin.begin(shift)
        if epoch is not self._epoch:  # another clock: go on from where the last one stood
            then, timestamp = self._last_time
            passed = int((now - then) * self._rate) if then else 0
            self._time_shift = timestamp + passed - p.timestamp
            self._epoch = epoch
        return shift

    def repeat(self, numbers: Iterable[int]) -> None:
        """The browser missed these sequence numbers (a NACK): repeat what is kept, as RFC 4588 has it."""
        source = self.source
        if source is None or self._shift is None or source.ring is None:
            return
        for number in numbers:
            out = extend(number, self._next)
            held = self._thin.source(out) if self._thin.active else Cut(-1, self._shift, 0)
            kept = source.ring.get(out - held.shift) if self._first <= out < self._next else None
            rtx = RTX.get(kept.payload_type) if kept else None
            if kept is None or rtx is None or rtx not in self.payload_types or self._budget <= 0:
                continue
            self._budget -= 1
            timestamp = (kept.timestamp + self._time_shift) & 0xFFFFFFFF
            head = HEADER.pack(0x80 | kept.padded, kept.marker | rtx, self._rtx_next & 0xFFFF, timestamp, self.rtx_ssrc)
            self._rtx_next += 1
            self._send(head + wrap(out, renumbered(kept.payload, layer(kept), held.skipped)))

    def refill(self) -> None:
        """Once a second."""
        self._budget = REPEATS_A_SECOND

    def sender_report(self, ntp: int, timestamp: int, now: float) -> None:
        """The source's report in this leg's own time line; without it lip-sync is lost."""
        if self._shift is None:
            return
        info = RtcpSenderInfo(
            ntp_timestamp=ntp,
            rtp_timestamp=(timestamp + self._time_shift) & 0xFFFFFFFF,
            packet_count=self._packets & 0xFFFFFFFF,
            octet_count=self.octets & 0xFFFFFFFF,
        )
        names = RtcpSdesPacket([RtcpSourceInfo(ssrc=self.ssrc, items=[(1, self.cname.encode())])])
        self._reports = dict([*self._reports.items(), ((ntp >> 16) & 0xFFFFFFFF, now)][-8:])
        self._control(bytes(RtcpSrPacket(ssrc=self.ssrc, sender_info=info)) + bytes(names))

    def receiver_report(self, info: RtcpReceiverInfo, now: float) -> None:
        """What the browser says of this leg."""
        self.loss = info.fraction_lost * 100 / 256
        self._thin.want(self._adaptation.step(self.loss, now, squeezed=self.squeezed))
        self.jitter_ms = info.jitter * 1000 / self._rate
        sent = self._reports.get(info.lsr)
        if sent is not None:
            self.rtt_ms = max(0.0, (now - sent - info.dlsr / 65536) * 1000)
