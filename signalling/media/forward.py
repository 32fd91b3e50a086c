"""Forwarding: a source's packets, as they came, to every leg that the plan gives it. Nothing is decoded.

Only the twelve bytes of the header are written anew for each leg: SSRC, sequence number, timestamp. Who is a
leg of which source is decided elsewhere (room.py); a leg outside the audience gets nothing, and a repetition
is never taken from the time when it was outside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Final

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
)

from signalling.media.layers import Adaptation, Thinning, layer, renumbered
from signalling.media.rtp import (
    CLOCK_RATES,
    HEADER,
    RTX,
    Counter,
    Packet,
    Ring,
    extend,
    read,
    rising,
    starts_key_frame,
    unwrap,
    wrap,
)

KEY_FRAME_EVERY: Final = 0.25  # seconds between two requests to a source
NACK_EVERY: Final = 0.06
NACK_UNTIL: Final = 0.6
REPEATS_A_SECOND: Final = 500  # packets repeated for one leg
Send = Callable[[bytes], None]
_pack: Final = HEADER.pack


class Leg:
    """One source's media on one seat's link: an SSRC of its own, numbered without gaps."""

    def __init__(self, *, kind: str, ssrc: int, rtx_ssrc: int, cname: str, send: Send, control: Send) -> None:
        self.kind, self.ssrc, self.rtx_ssrc, self.cname = kind, ssrc, rtx_ssrc, cname
        self.payload_types: frozenset[int] = frozenset()
        self.source: Source | None = None
        self.waiting = False  # for a key frame
        self.loss: float | None = None  # percent, as the browser last reported
        self.jitter_ms: float | None = None
        self.rtt_ms: float | None = None
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
        self._packets = self._octets = 0
        self._reports: dict[int, float] = {}  # middle bits of the NTP time sent → when

    def begin(self, source: Source, now: float) -> None:
        """Join the source's audience: from the next key frame, or at once for sound."""
        self.source, self._shift = source, None
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
        self._octets += len(payload)
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
            held = self._thin.source(out) if self._thin.active else None
            kept = (
                source.ring.get(out - (held.shift if held else self._shift))
                if self._first <= out < self._next
                else None
            )
            rtx = RTX.get(kept.payload_type) if kept else None
            if kept is None or rtx is None or rtx not in self.payload_types or self._budget <= 0:
                continue
            self._budget -= 1
            timestamp = (kept.timestamp + self._time_shift) & 0xFFFFFFFF
            head = HEADER.pack(0x80 | kept.padded, kept.marker | rtx, self._rtx_next & 0xFFFF, timestamp, self.rtx_ssrc)
            self._rtx_next += 1
            self._send(head + wrap(out, renumbered(kept.payload, layer(kept), held.skipped if held else 0)))

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
            octet_count=self._octets & 0xFFFFFFFF,
        )
        names = RtcpSdesPacket([RtcpSourceInfo(ssrc=self.ssrc, items=[(1, self.cname.encode())])])
        self._reports = dict([*self._reports.items(), ((ntp >> 16) & 0xFFFFFFFF, now)][-8:])
        self._control(bytes(RtcpSrPacket(ssrc=self.ssrc, sender_info=info)) + bytes(names))

    def receiver_report(self, info: RtcpReceiverInfo, now: float) -> None:
        """What the browser says of this leg."""
        self.loss = info.fraction_lost * 100 / 256
        self._thin.wanted = self._adaptation.step(self.loss, now)
        self.jitter_ms = info.jitter * 1000 / self._rate
        sent = self._reports.get(info.lsr)
        if sent is not None:
            self.rtt_ms = max(0.0, (now - sent - info.dlsr / 65536) * 1000)


class Source:
    """One kind of media of one seat's uplink."""

    def __init__(self, *, kind: str, our_ssrc: int, control: Send) -> None:
        self.kind = kind
        self.legs: tuple[Leg, ...] = ()  # the audience; room.py replaces it whole
        self.ring = Ring() if kind == "video" else None
        self.ssrc: int | None = None
        self.payload_type: int | None = None
        self.octets = 0
        self.counter = Counter(CLOCK_RATES[kind])
        self._our_ssrc, self._control = our_ssrc, control
        self._seen = [-1] * Ring.SLOTS
        self._missing: dict[int, tuple[float, float]] = {}  # number → first missed, last asked
        self._asked = 0.0  # when a key frame was
        self._asking = False
        self._report: tuple[int, float] = (0, 0.0)  # the last sender report: middle bits of its NTP time, when

    def rtp(self, data: bytes, now: float) -> None:
        """A media packet from the browser."""
        got = read(data)
        if got is None:
            return
        padded, kind, number, timestamp, ssrc, payload = got
        if ssrc != self.ssrc:
            self._start(ssrc, number)
        number = extend(number, self.counter.highest)
        self._take(Packet(number, timestamp, padded, kind & 0x80, kind & 0x7F, payload), now)

    def rtx(self, data: bytes, apt: int, now: float) -> None:
        """A repetition from the browser: what it repeats is taken as if it came late."""
        got = read(data)
        inner = unwrap(got[5], got[0]) if got else None
        if got is None or inner is None or self.ssrc is None:
            return
        number = extend(inner[0], self.counter.highest)
        self._take(Packet(number, got[3], got[0], got[1] & 0x80, apt, inner[1]), now, repeated=True)

    def _start(self, ssrc: int, number: int) -> None:
        """A new stream: another clock and other numbers."""
        self.ssrc, self.counter = ssrc, Counter(CLOCK_RATES[self.kind])
        self.counter.highest = number + (1 << 16)
        self._seen, self._missing = [-1] * Ring.SLOTS, {}

    def _take(self, p: Packet, now: float, *, repeated: bool = False) -> None:
        # The same number twice would be two plaintexts under one SRTP nonce on every leg.
        at = p.number % Ring.SLOTS
        if self._seen[at] >= p.number or p.number <= self.counter.highest - Ring.SLOTS:
            return
        self._seen[at] = p.number
        self._note_gap(p.number, now)
        if not repeated:  # what had to be sent twice was lost (RFC 4588, 6.2)
            self.counter.add(p.number, p.timestamp, now)
        self.payload_type = p.payload_type
        self.octets += len(p.payload)
        if self.ring is not None:
            self.ring.put(p)
        epoch = self.counter
        for leg in self.legs:
            leg.forward(p, epoch, now)

    def _note_gap(self, number: int, now: float) -> None:
        if self.ring is None:
            return
        highest = self.counter.highest
        if number <= highest or self.counter.first is None:
            self._missing.pop(number, None)
        elif number - highest > Ring.SLOTS // 2:  # too much to ask for: a picture from scratch is quicker
            self._missing.clear()
            self.want_key_frame(now)
        elif number > highest + 1:
            self._missing.update(dict.fromkeys(range(highest + 1, number), (now, 0.0)))
            self.ask_again(now)

    def ask_again(self, now: float) -> None:
        """Ask for what is missing, every 60 ms for 600; then for a key frame where a leg waits for one."""
        if self.ssrc is None or self.ring is None:
            return
        late = [n for n, (first, _) in self._missing.items() if now - first > NACK_UNTIL]
        for number in late:
            del self._missing[number]
        due = [n for n, (_, asked) in self._missing.items() if now - asked >= NACK_EVERY]
        if due:
            self._missing.update({n: (self._missing[n][0], now) for n in due})
            for lost in rising([n & 0xFFFF for n in sorted(due)]):
                self._control(bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, self._our_ssrc, self.ssrc, lost)))
        waiting = any(leg.waiting for leg in self.legs)
        if now - self._asked >= KEY_FRAME_EVERY and (self._asking or late or waiting):
            self._asked, self._asking = now, False
            self._control(bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, self._our_ssrc, self.ssrc)))

    def want_key_frame(self, now: float) -> None:
        """A leg cannot go on without one. It is asked for now, or 250 ms after the last time."""
        self._asking = True
        self.ask_again(now)

    def sender_report(self, report: RtcpSrPacket, ntp_shift: int, now: float) -> None:
        """Pass the source's clock on; `ntp_shift` hides how its wall clock differs from ours."""
        if report.ssrc != self.ssrc:
            return
        ntp = report.sender_info.ntp_timestamp
        self._report = ((ntp >> 16) & 0xFFFFFFFF, now)
        for leg in self.legs:
            leg.sender_report((ntp + ntp_shift) % (1 << 64), report.sender_info.rtp_timestamp, now)

    def reception(self, now: float) -> RtcpReceiverInfo | None:
        """Our report on this source, for the browser's own rate control."""
        if self.ssrc is None or self.counter.first is None:
            return None
        lsr, when = self._report
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=self.counter.fraction(),
            packets_lost=max(0, min(self.counter.expected - self.counter.received, (1 << 23) - 1)),
            highest_sequence=self.counter.highest & 0xFFFFFFFF,
            jitter=int(self.counter.jitter),
            lsr=lsr,
            dlsr=int((now - when) * 65536) & 0xFFFFFFFF if lsr else 0,
        )

    def cap(self, kbps: int) -> bytes:
        """A fixed REMB: this source shall not send more than that."""
        fci = pack_remb_fci(kbps * 1000, [self.ssrc or 0])
        return bytes(RtcpPsfbPacket(RTCP_PSFB_APP, self._our_ssrc, 0, fci))
