"""Forwarding: a source's packets, as they came, to every leg that the plan gives it.

Who is a leg of which source is decided elsewhere (room.py); a leg outside the audience gets nothing. What each leg
makes of a packet stands in leg.py. Nothing is decoded but for legs that do not take the source's format (recoded.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    pack_remb_fci,
)

from signalling.media.leg import Leg, Send, Stream
from signalling.media.recoded import PAYLOAD_TYPES, Recoded
from signalling.media.rtp import CLOCK_RATES, Counter, Packet, Ring, extend, read, rising, unwrap

KEY_FRAME_EVERY: Final = 0.25  # seconds between two requests to a source
NACK_EVERY: Final = 0.06
NACK_UNTIL: Final = 0.6


class Source:
    """One kind of media of one seat's uplink."""

    def __init__(self, *, kind: str, our_ssrc: int, control: Send) -> None:
        self.kind = kind
        self.legs: tuple[Leg, ...] = ()  # those of the audience that take what comes as it is
        self.recoded: Recoded | None = None  # for the others
        self.kbps = 1500  # at most, where it is recoded
        self._audience: tuple[Leg, ...] = ()
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

    def feed(self, legs: Sequence[Leg], now: float) -> None:
        """The audience from now on, whole."""
        self._audience = tuple(legs)
        self._divide(now)

    def _divide(self, now: float) -> None:
        """Each leg to the stream that its browser takes."""
        given = self.payload_type
        strange = [leg for leg in self._audience if given in PAYLOAD_TYPES and given not in leg.payload_types]
        others = [leg for leg in strange if leg.payload_types.intersection(PAYLOAD_TYPES)]
        if self.recoded is not None and (not others or self.recoded.given != given):
            self.recoded.close()
            self.recoded = None
        if others and self.recoded is None and given is not None:
            wanted = next(number for number in PAYLOAD_TYPES if number != given)
            self.recoded = Recoded(given=given, wanted=wanted, kbps=self.kbps, starved=self.want_key_frame)
        for leg in strange:
            if leg not in others:
                leg.end()
        self.legs = tuple(leg for leg in self._audience if leg not in strange)
        _begin(self, self.legs, now)
        if self.recoded is not None:
            self.recoded.legs = tuple(others)
            _begin(self.recoded, others, now)

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
        if p.payload_type != self.payload_type:
            self.payload_type = p.payload_type
            self._divide(now)
        self.octets += len(p.payload)
        if self.ring is not None:
            self.ring.put(p)
        epoch = self.counter
        for leg in self.legs:
            leg.forward(p, epoch, now)
        if self.recoded is not None:
            self.recoded.add(p, now)

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
        for leg in self._audience:
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


def _begin(stream: Stream, legs: Sequence[Leg], now: float) -> None:
    for leg in legs:
        if leg.source is not stream:
            leg.begin(stream, now)
